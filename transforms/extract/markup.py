"""Roles for the blocks of an HTML page.

1. What a viewer would not see (`hidden`), set phrases and lines known by their shape: as on a text dump.
2. What the markup names (`naming`): figure captions, times, bylines, headings; furniture by its container or its name.
3. Several stories on one page are told apart (`articles`).
4. Of a page with one story the text (`content`), by structure and, in doubt, by the witness; headline and deck (`titles`).
5. Bylines and dates count in the head of a story and right below it; elsewhere they are other stories'.
6. A page that is none ("Page not found", a cookie wall) has no text.
7. All else is furniture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.error_pages import MOST_UNITS, RULE, ErrorPages
from copydesk.transforms.extract.articles import label_articles
from copydesk.transforms.extract.content import label_content
from copydesk.transforms.extract.lines import LineFeatures, find_row, observe_lines, packs_for
from copydesk.transforms.extract.markup_page import HEADINGS, HEADLINE_TAGS, MAX_LABEL_UNITS, MarkupPage, stands_in
from copydesk.transforms.extract.naming import (
    BYLINE_NAMES,
    CAPTION_NAMES,
    COMMENT_NAMES,
    DATE_NAMES,
    furniture_names,
    is_named,
)
from copydesk.transforms.extract.regions import find_content
from copydesk.transforms.extract.titles import label_deck, label_headline, label_lead
from copydesk.transforms.extract.verdict import BUTTONS, WALL, WALL_UNITS, WALLS, Verdict, certain_verdict, own_verdict
from copydesk.transforms.rules import PhrasePack, Rules
from copydesk.transforms.shapes import Block, Document

FURNITURE_CONTAINERS: Final = frozenset({"nav", "footer", "aside", "form"})
LINK_SHARE: Final = 0.8
"""Share of a block's characters inside links from which it is a list of links and not prose."""
MAX_CAPTION_UNITS: Final = 60.0
_DATA_TAGS: Final = frozenset({"td", "th", "pre", "code", "blockquote"})
"""What a figure may hold that is no caption."""
_HEADS: Final = 3
"""Headings of a page that are looked at for what a server says in its place."""
_SIGNED_BELOW: Final = 4
"""Blocks below a story's text in which its author or date may stand."""


def label_markup(document: Document, rules: Rules) -> tuple[Block, ...]:
    """The blocks of an HTML page, each with its role, the rule that gave it and its evidence.

    Args:
        document: decoded, with its markup, which the witness is shown.
        rules: phrase packs, settings and site evidence.

    Returns:
        The same blocks in the same order.
    """
    blocks = document.blocks
    packs = packs_for(document, rules)
    lines = observe_lines(document, rules, packs)
    furniture = furniture_names(blocks, lines)
    authors = frozenset(map(fold, document.metadata.authors))
    verdicts = [
        _known(block, line, rules, furniture, authors) or _row(line, packs) for block, line in zip(blocks, lines, strict=True)
    ]
    dense = find_content(lines, [verdict is not None and verdict.role == "chrome" for verdict in verdicts])
    page = MarkupPage(
        blocks=blocks,
        lines=lines,
        title=fold(document.metadata.title or ""),
        dense=dense,
        furniture=furniture,
        verdicts=verdicts,
    )
    against = "not confirmed by the witness"
    if not label_articles(page, document.metadata.parts):
        against = label_content(page, document.markup or "", rules.settings.extract)
        headline = label_headline(page)
        if headline is not None:
            label_deck(page, headline, len(blocks))
            label_lead(page, headline)
        _settle_signatures(page)
        _drop_error(page, document, rules.error_pages)
        _drop_wall(page)
    labelled = []
    for block, given in zip(blocks, page.verdicts, strict=True):
        verdict = given or Verdict("chrome", "markup.furniture", against)
        labelled.append(replace(block, role=verdict.role, rule=verdict.rule, evidence=verdict.evidence))
    return tuple(labelled)


def _drop_error(page: MarkupPage, document: Document, errors: ErrorPages) -> None:
    """Take the one story of a page back that says it is none."""
    kept = [index for index in range(len(page.blocks)) if page.is_kept(index)]
    if sum(page.lines[index].units for index in kept) > MOST_UNITS:
        return
    heads = [block.text for block in page.blocks if block.layout.tag in HEADLINE_TAGS and not block.layout.hidden]
    texts = [page.blocks[index].text for index in kept]
    if said := errors.find([document.metadata.title or "", *heads[:_HEADS], *texts[:1]], texts):
        for index in (*kept, *(index for index in range(len(page.blocks)) if page.role(index) == "headline")):
            page.give(index, "chrome", RULE, f"the page says that it is none: {said}")


def _drop_wall(page: MarkupPage) -> None:
    """Take back what is the text of a cookie wall, a login or a price, on a page without byline and date.

    It is short, and the element that holds it holds the buttons that answer it, too; a banner over an article has an element of
    its own. On a page with a headline, unless that asks for a login itself, one of them has to be about consent. Harm: a short
    text without author and date in whose element a template puts such buttons is lost.
    """
    everything = range(len(page.blocks))
    asks = {index: line.phrase.kind for index, line in enumerate(page.lines) if line.phrase and line.phrase.kind in WALLS}
    if not asks or {page.role(index) for index in everything} & {"byline", "date"}:
        return
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index in everything:
        groups[page.blocks[index].layout.parents[1:2]].append(index)
    heads = [index for index in everything if page.role(index) == "headline"]
    headed = bool(heads) and asks.keys().isdisjoint(heads)
    for holder, within in groups.items():
        text = [index for index in within if page.is_kept(index)]
        kinds = [asks[index] for index in {*within, *heads} if index in asks]
        buttons = len(kinds)
        if "consent" in kinds:
            buttons += sum(page.tag(index) == "button" for index in within if index not in asks)
        elif headed:
            continue
        if holder and kinds and buttons >= BUTTONS and sum(page.lines[index].units for index in text) <= WALL_UNITS:
            for index in text:
                page.give(index, "chrome", WALL, f"{buttons} buttons of consent, login or price in the element of a short text")
    if heads and not any(map(page.is_kept, everything)):
        for index in heads:
            page.give(index, "chrome", WALL, "the headline of a text that is none")


def _settle_signatures(page: MarkupPage) -> None:
    """Bylines and dates far from the page's one story are those of comments, teasers and other stories."""
    kept = [index for index in range(len(page.blocks)) if page.is_kept(index)]
    if not kept:
        return
    last = kept[-1] + _SIGNED_BELOW
    for index in range(last + 1, len(page.blocks)):
        if page.role(index) in {"byline", "date"}:
            page.give(index, "chrome", "markup.signature", "a byline or date of something else")


# --- 1 and 2: what is known by itself -----------------------------------------------------------------------------------


def _known(
    block: Block, line: LineFeatures, rules: Rules, furniture: frozenset[str], authors: frozenset[str],
) -> Verdict | None:  # fmt: skip
    layout = block.layout
    if layout.hidden:
        return Verdict("chrome", "hidden", "a viewer would not see it")
    if own := own_verdict(line, rules):
        return own
    if layout.tag == "figcaption":
        return Verdict("caption", "markup.figcaption", "the caption of a figure")
    if layout.tag in HEADINGS:
        return _contained(block, line) or _known_heading(line, rules)
    known = certain_verdict(line, rules, signed=True)
    if known is None and line.folded in authors:
        return Verdict("byline", "markup.author", "the page's author, by its metadata")
    return known or _marked(block, line, furniture) or _contained(block, line) or _linked(block, line)


def _row(line: LineFeatures, packs: Sequence[PhrasePack]) -> Verdict | None:
    """A row of set phrases, which is furniture as each of them is."""
    row = find_row(line.folded, packs)
    return Verdict(row.role, f"phrase.{row.id}", row.why) if row is not None else None


def _known_heading(line: LineFeatures, rules: Rules) -> Verdict | None:
    """A heading that is a byline, a date or a set phrase; some templates set these as headings for their size."""
    verdict = certain_verdict(line, rules)
    return verdict if verdict is not None and (verdict.role in {"byline", "date"} or line.phrase is not None) else None


def _marked(block: Block, line: LineFeatures, furniture: frozenset[str]) -> Verdict | None:
    """What the element's own name says that it is."""
    if line.units <= MAX_LABEL_UNITS and (label := _marked_label(block, line, furniture)):
        return label
    if line.units > MAX_CAPTION_UNITS:
        return None
    if is_named(block, CAPTION_NAMES):
        return Verdict("caption", "markup.caption", "marked as a caption")
    if block.layout.container.endswith("figure") and block.layout.tag not in _DATA_TAGS:
        return Verdict("caption", "markup.figure", "stands in a figure")
    return None


def _marked_label(block: Block, line: LineFeatures, furniture: frozenset[str]) -> Verdict | None:
    """A short block that is marked as a date or a byline; under a comment's name it is a comment's."""
    day = line.day or (block.layout.moment if block.layout.tag == "time" else None)
    if block.layout.tag == "time" and day:
        return Verdict("date", "markup.date", f"marked as a date, {day}")
    if not line.prose and is_named(block, COMMENT_NAMES & furniture):
        return Verdict("chrome", "markup.comments", "in an element named as comments")
    if line.day and is_named(block, DATE_NAMES):
        return Verdict("date", "markup.date", f"marked as a date, {line.day}")
    if not line.prose and is_named(block, BYLINE_NAMES):
        return Verdict("byline", "markup.byline", "marked as a byline")
    return None


def _contained(block: Block, line: LineFeatures) -> Verdict | None:
    """Furniture by the element it stands in."""
    container = block.layout.container
    if line.prose or not stands_in(container, FURNITURE_CONTAINERS):
        return None
    return Verdict("chrome", "markup.container", f"in <{container.rpartition('/')[2]}>")


def _linked(block: Block, line: LineFeatures) -> Verdict | None:
    if line.prose or block.layout.links < LINK_SHARE:
        return None
    return Verdict("chrome", "markup.links", f"{block.layout.links:.0%} of it are links")
