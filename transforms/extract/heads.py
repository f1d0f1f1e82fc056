"""The headlines of a text dump's stories: each where it is said first, and where it is said again."""

from __future__ import annotations

from typing import Final

from copydesk.transforms.extract.grammar import HEADLINE
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.rules import phrase_key

_TWIN_LINES: Final = 8
"""Lines between a headline and its repetition: a list's line, a picture, sharing buttons, the story's own line."""
_SAME_CHARACTERS: Final = 12
"""Characters from which a line that opens a longer one is the same headline without the site's name."""
_BARS: Final = frozenset("|-·•»:")


def label_headlines(page: Labelling) -> None:
    """Give the headlines of a page their role, and the lines in front of a story's text that say its headline again.

    Args:
        page: filled in, with the first line of each story and the lines of their texts.
    """
    page.kept = frozenset(index for story in page.reading.stories for index in story.kept)
    floor = 0
    for story in page.reading.stories:
        first = story.kept[0]
        if story.headline is None:
            page.starts.append(first)
        else:
            headline = _first_said(page, story.headline, floor)
            page.starts.append(headline)
            page.give(headline, "headline", "model.headline", page.chance(story.headline, HEADLINE))
            for index in range(floor, first):
                if index != headline and same_words(page.lines[index].folded, page.lines[headline].folded):
                    page.give(index, "headline", "headline_repeated", "the headline, said again")
        floor = story.kept[-1] + 1


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
