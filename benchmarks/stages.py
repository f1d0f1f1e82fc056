"""What each stage costs for a document, in milliseconds: the median and the greatest over the files of a folder.

    python benchmarks/stages.py FOLDER [--limit 200] [--repeat 3]

Every document goes through the chain without Beam; of several repeats the quickest counts. The first document, which pays for
what is loaded late, is left out.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict

from copydesk.pipeline.chain import STAGES
from copydesk.pipeline.items import read_items
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.sinks import to_line
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Item
from copydesk.transforms.write import write_records


def once(item: Item, rules: Rules) -> dict[str, float]:
    """Seconds of each stage for one item."""
    took = {}
    element = item
    for name, stage in STAGES.items():
        started = time.perf_counter()
        element = stage(element, rules)
        took[name] = time.perf_counter() - started
    started = time.perf_counter()
    found = write_records(element)
    for rows in (found.documents, found.stories, found.removed):
        for row in rows:
            to_line(row)
    took["write"] = time.perf_counter() - started
    return took


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    rules = load_rules()
    items = [
        item
        for source in find_sources(options.folder)
        for _, item in read_items(source, rules.settings.read)
        if isinstance(item, Item)
    ][: options.limit]
    costs: dict[str, list[float]] = defaultdict(list)
    once(items[0], rules)
    for item in items:
        runs = [once(item, rules) for _ in range(options.repeat)]
        for name in runs[0]:
            costs[name].append(min(run[name] for run in runs) * 1e3)
    size = statistics.mean(len(item.payload) for item in items)
    print(f"{len(items)} documents of {size / 1e3:.1f} kB")
    print(f"{'stage':10} {'median':>8} {'mean':>8} {'greatest':>9}  ms a document")
    for name, values in costs.items():
        print(f"{name:10} {statistics.median(values):8.2f} {statistics.mean(values):8.2f} {max(values):9.2f}")
    total = [sum(values) for values in zip(*costs.values(), strict=True)]
    print(f"{'all':10} {statistics.median(total):8.2f} {statistics.mean(total):8.2f} {max(total):9.2f}")


if __name__ == "__main__":
    main()
