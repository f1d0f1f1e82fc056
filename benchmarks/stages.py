"""What each stage costs for a document, in milliseconds: the median, the mean and the greatest over the files of a folder.

    python benchmarks/stages.py FOLDER... [--limit 200] [--warm 50] [--steps] [--profile 25]

Milliseconds are CPU. Every document goes through the chain without Beam, once: a second time its lines would be remembered,
which nobody's documents are. The first ones, which pay for what is loaded late (patterns, a language's topics), are not
counted. Cycles of garbage are searched for as seldom as in a run. `survey` is what the first pass adds: it packs lines and
names. It decodes, too, and the second pass does so again, but for pages of HTML, which are kept. `pipe` is what it costs to
hand HTML to the process that parses, and back. `--steps` tells the costliest steps inside the stages apart, which the
measuring itself makes dearer by a little; `--profile` prints that many functions by their own time instead.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from copydesk.pipeline.chain import STAGES
from copydesk.pipeline.observing import pack_lines, pack_names
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.processes.parcel import pack, pack_answer, unpack, unpack_answer
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import ISOLATED_FORMATS, ISOLATED_STAGES, load_rules
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.collection import collect_seldom
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Item
from copydesk.transforms.write import write_records

STEPS = (
    "decode.document:decode_bytes",
    "decode.document:read_page",
    "decode.document:mend",
    "decode.document:line_blocks",
    "decode.document:language_hint",
    "extract.markup:observe_lines",
    "extract.page:observe_lines",
    "extract.markup:ask_witness",
    "extract.lines:find_phrase",
    "extract.lines:find_date",
    "extract.lines:read_byline",
    "extract.lines:fold",
    "segment.stories:find_authors",
    "tag:detect_language",
    "tag:name_topics",
    "tag:count_words",
    "write.records:check_account",
    "write.records:fingerprint_story",
)
"""Functions inside the stages, by the module that calls them; one that is not there is left out."""


def load_items(folders: Sequence[str], rules: Rules, limit: int) -> list[Item]:
    """The first items of some folders."""
    read = (
        item
        for source in find_sources(folders)
        for _, item in read_items(source, rules.settings.read)
        if isinstance(item, Item)
    )
    return [item for item, _ in zip(read, range(limit), strict=False)]


def once(item: Item, rules: Rules) -> dict[str, float]:
    """Seconds of each stage for one item, and of what lies between the stages."""
    took: dict[str, float] = {"survey": 0.0, "pipe": 0.0}
    element: Any = item
    packed: bytes | None = None
    for name, stage in STAGES.items():
        isolated = item.source.format in ISOLATED_FORMATS and name in ISOLATED_STAGES
        if isolated:
            packed, seconds = timed(pack, element) if packed is None else (packed, 0.0)
            took["pipe"] += seconds + timed(unpack, packed)[1]
        started = time.process_time()
        asked, element = element, stage(element, rules)
        took[name] = time.process_time() - started
        if isolated:
            packed, seconds = timed(pack_answer, element, asked)
            took["pipe"] += seconds + timed(unpack_answer, packed, asked)[1]
        if name == "decode":
            started = time.process_time()
            pack_lines(element, rules.settings)
            pack_names(element, rules)
            took["survey"] = time.process_time() - started
    started = time.process_time()
    found = write_records(element)
    for rows in (found.documents, found.stories, found.removed):
        for row in rows:
            to_line(row)
    took["write"] = time.process_time() - started
    return took


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:  # noqa: ANN401 - whatever it takes and gives
    """What a function gives, and the seconds that it takes."""
    started = time.process_time()
    given = function(*arguments)
    return given, time.process_time() - started


@contextmanager
def watched(names: Sequence[str]) -> Iterator[dict[str, float]]:
    """While this lasts, the seconds that some functions take together, each by its name."""
    took: dict[str, float] = defaultdict(float)

    def watch(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
            started = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                took[name] += time.process_time() - started

        return call

    with ExitStack() as stack:
        for name in names:
            path, function = name.split(":")
            module = sys.modules.get(f"copydesk.transforms.{path}")
            if hasattr(module, function):
                stack.enter_context(patch.object(module, function, watch(name, getattr(module, function))))
        yield took


def measure(items: Sequence[Item], rules: Rules) -> dict[str, list[float]]:
    """Milliseconds of each stage for each item."""
    costs: dict[str, list[float]] = defaultdict(list)
    for item in items:
        for name, seconds in once(item, rules).items():
            costs[name].append(seconds * 1e3)
    return costs


def show(costs: dict[str, list[float]]) -> None:
    """Print the table of the stages, in the order of the data."""
    print(f"{'stage':10} {'median':>8} {'mean':>8} {'greatest':>9}  ms a document")
    for name, values in costs.items():
        print(f"{name:10} {statistics.median(values):8.2f} {statistics.mean(values):8.2f} {max(values):9.2f}")
    total = [sum(values) for values in zip(*costs.values(), strict=True)]
    print(f"{'all':10} {statistics.median(total):8.2f} {statistics.mean(total):8.2f} {max(total):9.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--warm", type=int, default=50, help="documents at the beginning that are not counted")
    parser.add_argument("--steps", action="store_true", help="tell the steps inside the stages apart")
    parser.add_argument("--profile", type=int, metavar="N", help="print the N functions that take most time themselves")
    options = parser.parse_args()
    rules = load_rules()
    items = load_items(options.folder, rules, options.warm + options.limit)
    early, items = items[: options.warm], items[options.warm :]
    if not items:
        sys.exit(f"{len(early)} documents, all of which are for warming up; see --warm")
    size = statistics.mean(len(item.payload) for item in items)
    print(f"{len(items)} documents of {size / 1e3:.1f} kB, after {len(early)} others")
    for item in early:
        once(item, rules)
    gc.freeze()
    collect_seldom()
    if options.profile:
        with cProfile.Profile() as profile:
            for item in items:
                once(item, rules)
        pstats.Stats(profile).sort_stats("tottime").print_stats(options.profile)
        return
    with watched(STEPS if options.steps else ()) as took:
        show(measure(items, rules))
    if options.steps:
        print("\nstep                                mean  ms a document")
        for name in STEPS:
            if name in took:
                print(f"{name:35} {took[name] / len(items) * 1e3:5.2f}")


if __name__ == "__main__":
    main()
