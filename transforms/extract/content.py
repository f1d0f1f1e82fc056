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
from copydesk.transforms.extract.witness import Testimony
from copydesk.transforms.shapes import Role

LINKS: Final = "markup.links"
"""The rule of blocks that are links for the most part."""
_MOST_LINKS: Final = 0.5
"""Share of a block's characters inside links from which it is a pointer elsewhere, where the witness does not confirm it."""
_HOLDS: Final = 3
"""Blocks of text that an element holds from which what stands between them is taken for text too."""


def label_content(page: MarkupPage, testimony: Testimony | None, reason: str) -> None:
    """Give the blocks of the page's text their role.

    Args:
        page: with the verdicts on what is known by itself.
        testimony: what the witness says, None where there is none.
        reason: why there is none.
    """
    if testimony is None:
        confirmed: Sequence[bool] = page.dense
        rule, evidence = "markup.density", f"{reason}; it stands among prose"
    else:
        confirmed = [testimony.confirms(block.text) for block in page.blocks]
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
        _fill_elements(page, kept, linked if testimony is not None else ())
        _drop_last_headings(page)


def _text_role(page: MarkupPage, index: int) -> Role:
    return "subhead" if page.tag(index) in HEADINGS else "body"


def _fill_between(page: MarkupPage, first: int, last: int) -> None:
    for index in range(first + 1, last):
        if page.is_open(index) and page.lines[index].prose and _beside(page, index):
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
