"""Which blocks of an HTML page with one story are its text.

1. Blocks that are text by their place and build, where that is sure; else those that the witness confirms, if there is a
   testimony. Not teasers beside the text (`streams`).
2. Prose between two of them in the same element, which the witness passed over.
3. What else stands in the element that holds most of the text, between its first and its last paragraph: short sentences,
   items of lists, parts of sentences around formulas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from copydesk.transforms.extract.markup_page import HEADINGS, MarkupPage
from copydesk.transforms.extract.naming import is_named, template_of
from copydesk.transforms.extract.streams import drop_teasers
from copydesk.transforms.extract.structure import LINKS, MOST_LINKS, judge_structure, outline_page
from copydesk.transforms.extract.witness import TRAFILATURA, ask_witness
from copydesk.transforms.settings import ExtractSettings
from copydesk.transforms.shapes import Role

_AGREED: Final = 0.6
"""Share of the likely text's words that the witness has to confirm at its first, quick answer."""
_MUCH_DOUBT: Final = 0.2
"""Words in doubt for each word of text from which a witness that passes over the likely text is asked again, thoroughly; with
fewer the structure is believed. Of 1,921 strings on 320 pages that put six more in their places; F1 on 82 articles stayed."""
_HOLDS: Final = 3
"""Blocks of text that an element holds from which what stands between them is taken for text too."""


def label_content(page: MarkupPage, markup: str, settings: ExtractSettings) -> str:
    """Give the blocks of the page's text their role.

    Args:
        page: with the verdicts on what is known by itself.
        markup: what the witness is shown.
        settings: which witness, and how much may be in doubt before it is asked.

    Returns:
        What spoke against the blocks that are left without a role.
    """
    heard = _weigh(page, markup, settings)
    confirmed, rule, evidence = heard.text, heard.rule, heard.evidence
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
        _fill_elements(page, kept, linked)
        _drop_last_headings(page)
    return heard.against


class _Opinion(NamedTuple):
    """Which blocks are text, the rule that says so, and what it saw for it and against it."""

    text: Sequence[bool]
    rule: str
    evidence: str
    against: str


def _weigh(page: MarkupPage, markup: str, settings: ExtractSettings) -> _Opinion:
    """What the structure says of the page; where that is in doubt, what the witness says."""
    outline = outline_page(page)
    judged = judge_structure(page, outline)
    reason = "that is sure"
    if settings.witness != TRAFILATURA or judged.doubt >= settings.witness_doubt:
        sure = judged.doubt < _MUCH_DOUBT
        confirmed, reason = _hear(page, markup, settings, outline.likely, sure=sure)
        if confirmed is not None:
            return _Opinion(confirmed, "markup.witness", "confirmed by the witness", "not confirmed by the witness")
    spoken = f"its place and build speak {{}} text; {reason}"
    return _Opinion(judged.text, "markup.structure", spoken.format("for"), spoken.format("against"))


def _hear(
    page: MarkupPage, markup: str, settings: ExtractSettings, likely: Sequence[bool], *, sure: bool,
) -> tuple[Sequence[bool] | None, str]:  # fmt: skip
    """Which blocks the witness confirms; None, and the reason, where it is not believed.

    Only blocks without a verdict, and those that are links, are asked about. Where trafilatura passes over much of the likely
    text, it is asked again, thoroughly, unless the page's own structure is `sure` enough to be believed instead.
    """
    if len(page.blocks) > settings.witness_max_blocks:
        return None, "page of too many blocks for the witness"
    asked = [page.is_open(index) or page.rule(index) == LINKS for index in range(len(page.blocks))]
    found: Sequence[bool] | None = None
    reason = ""
    for thorough in (False, True):
        testimony, reason = ask_witness(markup, settings, thorough=thorough)
        if testimony is None:
            found = None
        else:
            found = [ask and testimony.confirms(block.text) for ask, block in zip(asked, page.blocks, strict=True)]
            if _agree(page, found, likely):
                break
        if settings.witness != TRAFILATURA or len(markup) > settings.witness_max_characters:
            break
        if sure:
            return None, reason or "the witness passes over much of what is likely"
    return found, reason


def _agree(page: MarkupPage, confirmed: Sequence[bool], likely: Sequence[bool]) -> bool:
    """Whether the witness confirms most of the prose that the page's own structure speaks for."""
    prose = [i for i, text in enumerate(likely) if text and page.is_open(i) and page.lines[i].prose]
    units = sum(page.lines[i].units for i in prose)
    return sum(page.lines[i].units for i in prose if confirmed[i]) >= _AGREED * units


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
        likely = page.is_open(index) and line.prose and page.dense[index] and block.layout.links < MOST_LINKS
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
        unlinked = page.is_open(index) and block.layout.links < MOST_LINKS
        if not (unlinked or index in trusted) or is_named(block, page.furniture):
            continue
        for number in block.layout.parents[:3]:
            if held[number] >= _HOLDS and first[number] < index < last[number]:
                page.give(index, _text_role(page, index), "markup.among", "among the text's paragraphs, in the same element")
                break
        inside = page.is_open(index) and page.lines[index].prose and kept[0] < index < kept[-1]
        if inside and block.layout.names and templates[template_of(block)] >= _HOLDS:
            page.give(index, "body", "markup.alike", "built as the text's paragraphs are, and among them")
