"""Which blocks of an HTML page with one story are its text.

1. Blocks that the witness confirms; without a testimony, blocks where prose is dense. Not teasers beside the text (`streams`).
2. Prose between two of them in the same element, which the witness passed over.
3. What else stands in the element that holds most of the text, between its first and its last paragraph: short sentences,
   items of lists, parts of sentences around formulas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.extract.markup_page import HEADINGS, MarkupPage
from copydesk.transforms.extract.naming import is_named, template_of
from copydesk.transforms.extract.streams import drop_teasers
from copydesk.transforms.extract.witness import TRAFILATURA, ask_witness
from copydesk.transforms.settings import ExtractSettings
from copydesk.transforms.shapes import Role

LINKS: Final = "markup.links"
"""The rule of blocks that are links for the most part."""
_MOST_LINKS: Final = 0.5
"""Share of a block's characters inside links from which it is a pointer elsewhere, where the witness does not confirm it."""
_SHARES: Final = (4, 2, 1)
"""What prose is worth to the element that it stands in, to the one around that, and to the next."""
_MOST_UNITS: Final = 100.0
"""Words of a block that count; a longer one is no better evidence."""
_AGREED: Final = 0.6
"""Share of the likely text's words that the witness has to confirm at its first, quick answer."""
_HOLDS: Final = 3
"""Blocks of text that an element holds from which what stands between them is taken for text too."""


def label_content(page: MarkupPage, markup: str, settings: ExtractSettings) -> str:
    """Give the blocks of the page's text their role.

    Args:
        page: with the verdicts on what is known by itself.
        markup: what the witness is shown.
        settings: which witness.

    Returns:
        Why there is no testimony, empty where there is one.
    """
    likely = find_text(page)
    confirmed, reason = _hear(page, markup, settings, likely)
    testified = confirmed is not None
    if confirmed is None:
        confirmed = likely
        rule, evidence = "markup.density", f"{reason}; it stands among prose"
    else:
        rule, evidence = "markup.witness", "confirmed by the witness"
    linked = [index for index, hit in enumerate(confirmed) if hit and page.rule(index) == LINKS]
    for index, hit in enumerate(confirmed):
        if hit and page.is_open(index):
            if is_named(page.blocks[index], page.furniture):
                page.give(index, "chrome", "markup.named", "its element is named as furniture")
            else:
                page.give(index, _text_role(page, index), rule, evidence)
    drop_teasers(page)
    kept = [index for index in range(len(page.blocks)) if page.is_kept(index)]
    if kept:
        _fill_between(page, kept[0], kept[-1])
        _fill_dense(page, kept)
        _fill_elements(page, kept, linked if testified else ())
        _drop_last_headings(page)
    return reason


def _hear(
    page: MarkupPage, markup: str, settings: ExtractSettings, likely: Sequence[bool],
) -> tuple[Sequence[bool] | None, str]:  # fmt: skip
    """Which blocks the witness confirms, asked again, thoroughly, where it passes over much of the likely text."""
    found: Sequence[bool] | None = None
    reason = ""
    if len(page.blocks) > settings.witness_max_blocks:
        return None, "page of too many blocks for the witness"
    for thorough in (False, True):
        testimony, reason = ask_witness(markup, settings, thorough=thorough)
        found = [testimony.confirms(block.text) for block in page.blocks] if testimony is not None else None
        if found is not None and _agree(page, found, likely):
            break
        if settings.witness != TRAFILATURA or len(markup) > settings.witness_max_characters:
            break
    return found, reason


def _agree(page: MarkupPage, confirmed: Sequence[bool], likely: Sequence[bool]) -> bool:
    """Whether the witness confirms most of the prose that the page's own structure speaks for."""
    prose = [i for i, text in enumerate(likely) if text and page.is_open(i) and page.lines[i].prose]
    units = sum(page.lines[i].units for i in prose)
    return sum(page.lines[i].units for i in prose if confirmed[i]) >= _AGREED * units


def find_text(page: MarkupPage) -> list[bool]:
    """Whether each block stands in the element that holds most of the page's prose, or where prose is dense by itself.

    An element is worth the prose of its children, half of that of theirs, and a quarter of that of the next: as in Arc90's
    Readability. Blocks that are known, named as furniture or links count nothing.
    """
    worth: Counter[int] = Counter()
    prose = [
        index
        for index, block in enumerate(page.blocks)
        if page.is_open(index)
        and page.lines[index].prose
        and block.layout.links < _MOST_LINKS
        and not is_named(block, page.furniture)
    ]
    for index in prose:
        for share, number in zip(_SHARES, page.blocks[index].layout.parents[1:], strict=False):
            worth[number] += int(share * min(page.lines[index].units, _MOST_UNITS))
    best = max(worth, key=lambda number: (worth[number], -number), default=0)
    text = list(page.dense)
    for index in prose:
        text[index] = text[index] or best in page.blocks[index].layout.parents
    return text


def _text_role(page: MarkupPage, index: int) -> Role:
    return "subhead" if page.tag(index) in HEADINGS else "body"


def _fill_between(page: MarkupPage, first: int, last: int) -> None:
    for index in range(first + 1, last):
        known = not page.is_open(index) or is_named(page.blocks[index], page.furniture)
        if not known and page.lines[index].prose and _beside(page, index):
            page.give(index, "body", "markup.between", "prose between confirmed blocks of the same element")


def _beside(page: MarkupPage, index: int) -> bool:
    """Whether the block before is of the same kind and kept: a paragraph that the witness passed over."""
    before, here = page.blocks[index - 1].layout, page.blocks[index].layout
    return page.is_kept(index - 1) and (before.tag, before.container) == (here.tag, here.container)


def _fill_dense(page: MarkupPage, kept: Sequence[int]) -> None:
    """Prose that stands dense between the text's first and last paragraph, in the same sectioning element."""
    containers = Counter(page.blocks[index].layout.container for index in kept if page.lines[index].prose)
    for index in range(kept[0] + 1, kept[-1]):
        block, line = page.blocks[index], page.lines[index]
        likely = page.is_open(index) and line.prose and page.dense[index] and block.layout.links < _MOST_LINKS
        if likely and containers[block.layout.container] >= _HOLDS and not is_named(block, page.furniture):
            page.give(index, "body", "markup.dense", "prose among the text's paragraphs, where prose is dense")


def _drop_last_headings(page: MarkupPage) -> None:
    """A heading at the end of the text, with nothing below it, heads what was left out: related stories, forms, contacts."""
    for index in range(len(page.blocks) - 1, -1, -1):
        if page.role(index) == "body":
            break
        if page.role(index) == "subhead":
            page.give(index, "chrome", "markup.last_heading", "a heading with no text below it")


def _fill_elements(page: MarkupPage, kept: Sequence[int], linked: Sequence[int]) -> None:
    """Blocks without a verdict, and linked ones that the witness confirms, between blocks of text in the same element."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    held: Counter[int] = Counter()
    for index in kept:
        for number in page.blocks[index].layout.parents[:2]:
            first.setdefault(number, index)
            last[number] = index
            held[number] += 1
    templates = Counter(template_of(page.blocks[index]) for index in kept if page.lines[index].prose)
    trusted = set(linked)
    for index, block in enumerate(page.blocks):
        unlinked = page.is_open(index) and block.layout.links < _MOST_LINKS
        if not (unlinked or index in trusted) or is_named(block, page.furniture):
            continue
        for number in block.layout.parents[:3]:
            if held[number] >= _HOLDS and first[number] < index < last[number]:
                page.give(index, _text_role(page, index), "markup.among", "among the text's paragraphs, in the same element")
                break
        inside = page.is_open(index) and page.lines[index].prose and kept[0] < index < kept[-1]
        if inside and block.layout.names and templates[template_of(block)] >= _HOLDS:
            page.give(index, "body", "markup.alike", "built as the text's paragraphs are, and among them")
