"""The head of a story on a text dump: from its section above the headline down to the first paragraph."""

from __future__ import annotations

from typing import Final

from copydesk.transforms.extract.bylines import read_names
from copydesk.transforms.extract.grammar import BODY, FIRST, HEADLINE
from copydesk.transforms.extract.labeller import Story
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.rules import phrase_key

CAPTION_UNITS: Final = 60.0
"""Words of a caption; the agencies' captions run to two or three sentences."""
_DECK_UNITS: Final = (5.0, 45.0)
"""Words of a deck: two sentences. Longer lines below a headline are the story's first paragraph."""
_LEAD_CHANCE: Final = 0.1
"""Probability of being text from which a paragraph too long for a deck, between headline and byline, is the first."""
_DECK_LINES: Final = 2
"""Lines below the headline in which a deck begins."""
_BYLINE_UNITS: Final = 8.0
"""Words of a line of names without an opening word."""
_FIRST_HEAD_LINES: Final = 8
"""Lines above a story without a headline that can hold its picture's caption."""
_SECTION_UNITS: Final = 4.0
_CROWD: Final = 3
"""Very short lines in a row above a headline: a menu, whose last entry is no section."""
_TWIN_LINES: Final = 8
"""Lines between a headline and its repetition: a list's line, a picture, sharing buttons, the story's own line."""
_SAME_CHARACTERS: Final = 12
"""Characters from which a line that opens a longer one is the same headline without the site's name."""
_BARS: Final = frozenset("|-·•»:")


def label_head(page: Labelling, story: Story, floor: int) -> None:
    """Give the lines in front of a story's text their roles; what none is found for stays furniture.

    Args:
        page: filled in.
        story: as the labeller found it.
        floor: the first line behind the story before.

    Harm: furniture of the length of a deck, right below a headline, passes for one.
    """
    first = story.kept[0]
    if story.headline is None:
        _label_captions(page, max(floor, first - _FIRST_HEAD_LINES), first)
        return
    headline = _first_said(page, story.headline, floor)
    page.give(headline, "headline", "model.headline", page.chance(story.headline, HEADLINE))
    for index in range(floor, first):
        if index != headline and same_words(page.lines[index].folded, page.lines[headline].folded):
            page.give(index, "headline", "headline_repeated", "the headline, said again")
    _label_section(page, floor, headline)
    _label_captions(page, headline + 1, first)
    _label_below(page, headline, first)


def _first_said(page: Labelling, headline: int, floor: int) -> int:
    """Where a headline that a story says twice in its head stands first: the section and the date stand above that."""
    words = page.lines[headline].folded
    near = range(max(floor, headline - _TWIN_LINES), headline)
    return next((index for index in near if words and page.lines[index].folded == words), headline)


def same_words(left: str, right: str) -> bool:
    """Whether two folded lines say the same, a site's name after a bar aside.

    >>> same_words("rain ends drought", "rain ends drought | the daily post")
    True
    """
    left, right = phrase_key(left), phrase_key(right)
    if not left or not right:
        return False
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) >= _SAME_CHARACTERS and long.startswith(short) and long[len(short) :].lstrip()[:1] in _BARS


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


def _label_below(page: Labelling, headline: int, end: int) -> None:
    """From a headline down to its text: names, a deck, a first paragraph above the byline."""
    dated = [i for i in range(headline + 1, end) if page.role(i) in {"date", "byline"}]
    deck = False
    for index in range(headline + 1, end):
        line = page.lines[index]
        if page.verdicts[index] is not None:
            continue
        near = not dated or min(abs(i - index) for i in dated) <= 2
        if line.units <= _BYLINE_UNITS and near and read_names(line.text, page.packs):
            page.give(index, "byline", "line.name", "a name in the head of a story")
        elif line.prose and line.units > _DECK_UNITS[1] and _may_be_text(page, index):
            page.give(index, "body", "line.lead", f"a paragraph in the head, {page.chance(index, FIRST, BODY)}")
        elif not deck and line.day is None and index <= headline + _DECK_LINES and _may_be_deck(line):
            page.give(index, "deck", "line.deck", "right below the headline")
            deck = True


def _may_be_text(page: Labelling, index: int) -> bool:
    return float(page.reading.probabilities[index, [FIRST, BODY]].sum()) >= _LEAD_CHANCE


def _may_be_deck(line: LineFeatures) -> bool:
    return _DECK_UNITS[0] <= line.units <= _DECK_UNITS[1]


def _label_captions(page: Labelling, start: int, end: int) -> None:
    for index in range(start, end):
        line = page.lines[index]
        if page.verdicts[index] is not None or line.units > CAPTION_UNITS:
            continue
        if line.credit_end:
            page.give(index, "caption", "line.caption", "ends in a photo credit")
        elif line.ending == "sentence" and page.credited(index):
            page.give(index, "caption", "line.caption", "a sentence right above a photo credit")
