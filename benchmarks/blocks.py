"""Does the cost of a page grow with its blocks, or faster? Milliseconds per 1,000 blocks, by stage, for pages of many shapes.

    python benchmarks/blocks.py [--sizes 100 1000 10000 100000] [--shape NAME...] [--format txt html] [--witness trafilatura]

A step is linear where its row stays level, and quadratic where each tenfold page makes it ten times dearer; `growth` is the
cost per block of the largest page over that of the second largest. HTML is labelled without the witness unless one is named,
since that is another project's code (and is not shown pages above `extract.witness_max_characters`).
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import html
import random
from collections.abc import Callable, Iterator, Sequence

from stages import once

from copydesk.pipeline.resources import default_settings, load_rules
from copydesk.transforms.errors import SourceError
from copydesk.transforms.shapes import Format, Item, Source

WORDS = (
    "harbour", "council", "winter", "bridge", "market", "lantern", "orchard", "railway", "ferry", "library",
    "teacher", "glacier", "museum", "copper", "meadow", "signal", "village", "engine", "festival", "reservoir",
    "machine", "painter", "valley", "archive", "kitchen", "pilot", "garden", "theatre", "island", "factory",
)  # fmt: skip
STORY_PARAGRAPHS = 6
MAX_BLOCKS = 100_000

Block = tuple[str, str]
"""An element's name, and its text."""


def words(chance: random.Random, number: int) -> str:
    """So many words."""
    return " ".join(chance.choices(WORDS, k=number))


def sentence(chance: random.Random) -> str:
    """A sentence of prose."""
    return f"The {words(chance, 14)}, and the {words(chance, 6)}."


def headline(chance: random.Random) -> str:
    """A headline without its like on the page."""
    return f"{words(chance, 7).capitalize()} {chance.randrange(10**6)}"


def menus(chance: random.Random) -> Iterator[Block]:
    """Nothing but entries of menus."""
    while True:
        yield "li", words(chance, 2).title()


def paragraphs(chance: random.Random) -> Iterator[Block]:
    """One article without an end."""
    yield "h1", headline(chance)
    while True:
        yield "p", f"{sentence(chance)} {sentence(chance)}"


def teasers(chance: random.Random) -> Iterator[Block]:
    """A list of headlines, each with a line that is cut off."""
    while True:
        yield "h3", headline(chance)
        yield "p", f"The {words(chance, 12)} ..."
        yield "a", "Read more"


def stories(chance: random.Random) -> Iterator[Block]:
    """One article below another."""
    while True:
        yield "h2", headline(chance)
        yield "p", f"By {words(chance, 2).title()}"
        yield "p", f"{chance.randrange(1, 28)} March 2024"
        for _ in range(STORY_PARAGRAPHS):
            yield "p", f"{sentence(chance)} {sentence(chance)}"


def one_line(chance: random.Random) -> Iterator[Block]:
    """One line, repeated."""
    line = sentence(chance)
    while True:
        yield "p", line


def a_word_a_line(chance: random.Random) -> Iterator[Block]:
    """Prose with every word on a line of its own."""
    while True:
        for word in sentence(chance).split():
            yield "div", word


def headlines(chance: random.Random) -> Iterator[Block]:
    """Lines that are all headlines."""
    while True:
        yield "h2", headline(chance)


SHAPES: dict[str, Callable[[random.Random], Iterator[Block]]] = {
    shape.__name__: shape for shape in (menus, paragraphs, teasers, stories, one_line, a_word_a_line, headlines)
}


def make_item(shape: str, form: Format, size: int) -> Item:
    """A page of so many blocks."""
    blocks = [block for _, block in zip(range(size), SHAPES[shape](random.Random(size)), strict=False)]
    if form == "html":
        body = "".join(f"<{tag}>{html.escape(text)}</{tag}>\n" for tag, text in blocks)
        page = f"<!doctype html><html><head><title>{blocks[0][1]}</title></head><body><main>{body}</main></body></html>"
    else:
        page = "\n\n".join(text for _, text in blocks)
    payload = page.encode()
    return Item(source=Source(uri=f"{shape}.{form}", sha256=hashlib.sha256(payload).hexdigest(), format=form), payload=payload)


def main() -> None:
    """Measure every shape in every size, and print a table for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[100, 1_000, 10_000, MAX_BLOCKS])
    parser.add_argument("--shape", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--format", nargs="+", choices=("txt", "html"), default=["txt", "html"])
    parser.add_argument("--witness", default="none")
    options = parser.parse_args()
    settings = default_settings()
    extract = settings.extract.model_copy(update={"witness": options.witness})
    decode = settings.decode.model_copy(update={"max_blocks": 2 * MAX_BLOCKS})
    rules = load_rules(settings.model_copy(update={"extract": extract, "decode": decode}))
    for form in options.format:
        once(make_item("stories", form, 50), rules)
        for shape in options.shape:
            tell(shape, form, options.sizes, lambda item: once(item, rules))


def tell(shape: str, form: Format, sizes: Sequence[int], work: Callable[[Item], dict[str, float]]) -> None:
    """Print one shape's table."""
    columns: list[dict[str, float]] = []
    for size in sizes:
        gc.collect()
        try:
            columns.append({name: took / size * 1e6 for name, took in work(make_item(shape, form, size)).items()})
        except SourceError as error:
            print(f"{shape} as {form}, {size} blocks: {error}")
            return
    print(f"\n{shape} as {form}: ms per 1,000 blocks")
    print(f"{'blocks':12}" + "".join(f"{size:>10,}" for size in sizes) + f"{'growth':>9}")
    for name in (*columns[0], "all"):
        costs = [sum(column.values()) if name == "all" else column[name] for column in columns]
        growth = f"{costs[-1] / costs[-2]:9.1f}" if len(costs) > 1 and costs[-2] else ""
        print(f"{name:12}" + "".join(f"{cost:10.2f}" for cost in costs) + growth)


if __name__ == "__main__":
    main()
