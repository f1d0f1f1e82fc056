"""What the structure of an HTML page says by itself of each block, and how sure it is: so a witness is asked only in doubt.

A logistic regression over a block's element, its neighbours and the page. It was learned from the answers of the witness
(`benchmarks/structure.py` fits it again), so it says how likely the witness is to confirm a block; on most pages, where
one element holds the text and nothing else, both say nearly the same, and asking costs more than all of `extract` besides.

It was learned from 46,036 blocks of 397 saved pages (test pages of mozilla/readability, evaluation pages of adbar/trafilatura,
both Apache-2.0) and trafilatura's verdict on each; a page weighs as much as another, a block by the root of its words. What the
weights hold of them is the worth of length, links and place; no text, no word, no name of a site. Cross-validated by site, 92 %
of the blocks so weighed are judged as the witness judges them. With a doubt of 0.12 allowed, 70 % of the pages are sure, and
98 % of their words are judged alike. Beside asking always, F1 on 82 articles was 0.9554, not 0.9555, and of 1,921 strings that
tell text from furniture 0.9375 were right, not 0.9380 (0.09: 61 % sure, 0.9560, 0.9365; 0.16: 78 %, 0.9537, 0.9385).

Harm: a page where furniture is written as prose in the element of the text, under no telling name, is sure and wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log1p
from operator import mul
from typing import Final

from copydesk.transforms.extract.markup_page import MarkupPage, stands_in
from copydesk.transforms.extract.naming import is_named, template_of

LINKS: Final = "markup.links"
"""The rule of blocks that are links for the most part."""
MOST_LINKS: Final = 0.5
"""Share of a block's characters inside links from which it is a pointer elsewhere."""
_SHARES: Final = (4, 2, 1)
"""What prose is worth to the element that it stands in, to the one around that, and to the next."""
_MOST_UNITS: Final = 100.0
"""Words of a block that count for its element; a longer one is no better evidence."""
_FAR: Final = 20
"""Blocks to the next prose from which it is far away, however far."""
_MOST_ALIKE: Final = 5
"""Blocks of prose of one template that say as much as more of them."""
_DIVISIONS: Final = frozenset({"div", "section", "span"})
_CELLS: Final = frozenset({"td", "th"})
_RUNNING: Final = _DIVISIONS | _CELLS | {"p", "li", "dd", "dt", "pre", "blockquote"}
"""Elements that hold running text."""
_ASIDE: Final = frozenset({"aside", "nav", "form"})
WEIGHTS: Final = {
    "best": -1.168,
    "prose": 2.761,
    "words": 0.592,
    "named": -1.180,
    "division": -1.391,
    "cell": 1.417,
    "odd": -0.507,
    "aside": -1.941,
    "other_article": -1.853,
    "article": 0.808,
    "between": 1.039,
    "before": 0.406,
    "alike": 0.313,
    "share": -1.767,
    "best_share": 5.645,
    "best_prose": 1.265,
    "prose_size": -0.622,
    "near": -0.056,
    "links": -1.574,
}
"""Of the columns of `describe_blocks`, in their order."""
BIAS: Final = -0.669
_EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a page's prose stands."""

    prose: Sequence[int]
    """Blocks of prose that nothing is known against: no verdict, no name of furniture, few links."""
    best: int
    """The number of the element that holds most of the prose; 0 for none."""
    share: float
    """What that element is worth of all elements' worth together."""
    likely: Sequence[bool]
    """Whether each block stands in that element, if it is prose, or where prose is dense by itself."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the structure says of a page."""

    text: Sequence[bool]
    """Whether each block is likelier text than not; False for those on which something was decided before."""
    doubt: float
    """Words on which it is expected to be wrong for each word of text; 0 is sure, and there is no upper limit."""


def outline_page(page: MarkupPage) -> Outline:
    """Where the prose stands: in which element most of it, and where it is dense.

    An element is worth the prose of its children, half of that of theirs, and a quarter of that of the next: as in Arc90's
    Readability. Blocks that are known, named as furniture or links count nothing.
    """
    worth: Counter[int] = Counter()
    prose = [
        index
        for index, block in enumerate(page.blocks)
        if page.is_open(index)
        and page.lines[index].prose
        and block.layout.links < MOST_LINKS
        and not is_named(block, page.furniture)
    ]
    for index in prose:
        for share, number in zip(_SHARES, page.blocks[index].layout.parents[1:], strict=False):
            worth[number] += int(share * min(page.lines[index].units, _MOST_UNITS))
    best = max(worth, key=lambda number: (worth[number], -number), default=0)
    likely = list(page.dense)
    for index in prose:
        likely[index] = likely[index] or best in page.blocks[index].layout.parents
    return Outline(prose=prose, best=best, share=worth[best] / max(worth.total(), 1), likely=likely)


def judge_structure(page: MarkupPage, outline: Outline) -> Judgement:
    """Which blocks are text by what stands around them, and how much of that is in doubt.

    Args:
        page: with the verdicts on what is known by itself; only blocks without one, and those that are links, are judged.
        outline: of this page.

    Harm: see the table above; a page that is sure is not shown to a witness.
    """
    text = [False] * len(page.blocks)
    wrong = found = 0.0
    weights = tuple(WEIGHTS.values())
    for index, row in describe_blocks(page, outline):
        chance = 1.0 / (1.0 + exp(-BIAS - sum(map(mul, weights, row))))
        units = page.lines[index].units
        wrong += units * min(chance, 1.0 - chance)
        if chance > _EVEN:
            text[index] = True
            found += units
    return Judgement(text=text, doubt=wrong / max(found, 1.0))


def describe_blocks(page: MarkupPage, outline: Outline) -> Iterator[tuple[int, tuple[float, ...]]]:
    """The features of each block that is to be judged, after its index: the columns of `WEIGHTS`. Linear in the blocks."""
    core = [index for index in outline.prose if outline.likely[index]] or outline.prose
    inside = [index for index in outline.prose if outline.best in page.blocks[index].layout.parents] or core
    first, last = (inside[0], inside[-1]) if inside else (0, len(page.blocks) - 1)
    templates = Counter(template_of(page.blocks[index]) for index in core)
    main = _main_article(page, core)
    size = log1p(sum(page.lines[index].units for index in core))
    near = _distances(len(page.blocks), core)
    for index, (block, line) in enumerate(zip(page.blocks, page.lines, strict=True)):
        if not page.is_open(index) and page.rule(index) != LINKS:
            continue
        layout = block.layout
        best = outline.best in layout.parents
        yield index, (
            best,
            line.prose,
            log1p(line.units),
            is_named(block, page.furniture),
            layout.tag in _DIVISIONS,
            layout.tag in _CELLS,
            layout.tag not in _RUNNING,
            stands_in(layout.container, _ASIDE),
            bool(main) and layout.article != main,
            layout.article > 0,
            first < index < last,
            index < first,
            min(templates[template_of(block)], _MOST_ALIKE),
            outline.share,
            best * outline.share,
            best and line.prose,
            line.prose * size,
            near[index],
            layout.links * layout.links,
        )


def _main_article(page: MarkupPage, core: Sequence[int]) -> int:
    """The article with most of the text; 0 if that is in none."""
    words: Counter[int] = Counter()
    for index in core:
        words[page.blocks[index].layout.article] += int(page.lines[index].units)
    return max(words, key=lambda article: (words[article], -article), default=0)


def _distances(size: int, core: Sequence[int]) -> list[int]:
    """Blocks to the next one of `core` on either side, itself aside; `_FAR` is the most."""
    marked = set(core)
    found = [_FAR] * size
    for indexes in (range(size), range(size - 1, -1, -1)):
        away = _FAR
        for index in indexes:
            found[index] = min(found[index], away)
            away = 1 if index in marked else min(away + 1, _FAR)
    return found
