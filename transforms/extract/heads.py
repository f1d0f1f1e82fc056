"""The head of a story on a text dump: from its section above the headline down to the prose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from copydesk.transforms.extract.bylines import read_names
from copydesk.transforms.extract.headlines import same_words
from copydesk.transforms.extract.labelling import Head, Labelling
from copydesk.transforms.extract.lines import LineFeatures

CAPTION_UNITS: Final = 60.0
"""Words of a caption; the agencies' captions run to two or three sentences."""
_DECK_UNITS: Final = (5.0, 45.0)
"""Words of a deck: two sentences. Longer lines below a headline are the story's first paragraph."""
_DECK_LINES: Final = 2
"""Lines below the headline in which a deck begins."""
_BYLINE_UNITS: Final = 8.0
"""Words of a line of names without an opening word."""
_FIRST_HEAD_LINES: Final = 8
"""Lines above a page's first prose that can hold its picture's caption, where no headline was found."""
_MARK_LINES: Final = 4
"""Lines under a deck in which the byline or date stands that makes it one."""
_SECTION_UNITS: Final = 4.0
_CROWD: Final = 3
"""Very short lines in a row above a headline: a menu, whose last entry is no section."""


def label_heads(page: Labelling, heads: Sequence[Head]) -> None:
    """Give the lines of every gap that opens a story their roles; in other gaps only captions are known.

    Harm: furniture of the length of a deck, right below a headline, passes for one.
    """
    opening = {head.gap.start for head in heads if head.starts}
    for head in heads:
        gap = head.gap
        if head.choice is None or not head.starts:
            start = max(gap.start, gap.end - _FIRST_HEAD_LINES) if gap.first else gap.start
            _label_captions(page, start, gap.end)
            continue
        headline = head.choice.index
        page.give(headline, "headline", "line.headline", head.choice.evidence)
        for index in range(gap.start, gap.end):
            if index != headline and same_words(page.lines[index].folded, page.lines[headline].folded):
                page.give(index, "headline", "headline_repeated", "the headline, said again")
        _label_section(page, gap.start, headline)
        _label_captions(page, headline + 1, gap.end)
        if not _label_below(page, headline, gap.end):
            _label_first_paragraph(page, headline, gap.end, ends=gap.end + 1 in opening)


def _label_section(page: Labelling, start: int, headline: int) -> None:
    above = headline - 1
    while above >= start and page.role(above) in {"date", "byline", "headline"}:
        above -= 1
    if above < start or page.verdicts[above] is not None:
        return
    line = page.lines[above]
    crowded = sum(page.lines[i].units <= _CROWD for i in range(max(start, above - 4), above)) >= _CROWD
    label = line.units <= _SECTION_UNITS and line.ending == "none" and line.digits == 0
    if (label and not crowded) or (line.units < _SECTION_UNITS and line.repeats > 1):
        page.give(above, "section", "line.section", "a few words right above a headline")


def _label_below(page: Labelling, headline: int, end: int) -> bool:
    """From a headline down to its prose: names and a deck, the rest is furniture. Whether there was a deck."""
    dated = [i for i in range(headline + 1, end) if page.role(i) in {"date", "byline"}]
    deck = False
    for index in range(headline + 1, end):
        line = page.lines[index]
        if page.verdicts[index] is not None:
            continue
        near = not dated or min(abs(i - index) for i in dated) <= 2
        if line.units <= _BYLINE_UNITS and near and read_names(line.text, page.packs):
            page.give(index, "byline", "line.name", "a name in the head of a story")
        elif not deck and line.day is None and index <= headline + _DECK_LINES and _may_be_deck(line):
            page.give(index, "deck", "line.deck", "right below the headline")
            deck = True
    return deck


def _may_be_deck(line: LineFeatures) -> bool:
    return _DECK_UNITS[0] <= line.units <= _DECK_UNITS[1]


def _label_first_paragraph(page: Labelling, headline: int, first: int, *, ends: bool) -> None:
    """A first paragraph between headline and byline is a deck; without a byline below it is the body.

    Where the story `ends` with it, what stands below is the next story's head.
    """
    if ends or first >= len(page.lines) or first != headline + 1 or page.lines[first].units > _DECK_UNITS[1]:
        return
    below, marks = first + 1, 0
    while below < len(page.lines) and below <= first + _MARK_LINES and not _is_open_prose(page, below):
        marks += page.role(below) in {"byline", "date"}
        below += 1
    if marks and below < len(page.lines) and page.content[below]:
        page.give(first, "deck", "line.deck", "between headline and byline")


def _is_open_prose(page: Labelling, index: int) -> bool:
    return page.verdicts[index] is None and page.lines[index].prose


def _label_captions(page: Labelling, start: int, end: int) -> None:
    for index in range(start, end):
        line = page.lines[index]
        if page.verdicts[index] is not None or line.units > CAPTION_UNITS:
            continue
        if line.credit_end:
            page.give(index, "caption", "line.caption", "ends in a photo credit")
        elif line.ending == "sentence" and page.credited(index):
            page.give(index, "caption", "line.caption", "a sentence right above a photo credit")
