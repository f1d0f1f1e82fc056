"""Where on a page its content stands: the likeliest path through "content" and "furniture", line by line.

A line of prose speaks for content by its length, a short line against it, and changing between the two costs something, so a
lone sentence among links stays furniture and a lone subhead among paragraphs stays content. It is the Viterbi path of a
two-state model with scores set by hand; the idea of scoring lines and choosing the best segments is Pasternack and Roth's
(Extracting Article Text from the Web with Maximum Subsequence Segmentation, WWW 2009). Linear in the number of lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from copydesk.transforms.extract.lines import Ending, LineFeatures
from copydesk.transforms.rules import PhraseKind

SWITCH: Final = 2.0
"""What a change between content and furniture costs, in the unit of ten words of prose: one paragraph of 40 words among links
just pays for going in and out. Tried from 1 to 3 on page dumps: lower leaks footers, higher loses short blog posts."""
_WORDS_A_POINT: Final = 10.0
_MOST_WORDS: Final = 60.0
"""Longer paragraphs are no better evidence than this."""
_PROSE_WEIGHTS: Final[dict[Ending, float]] = {"sentence": 1.0, "question": 1.0, "colon": 0.6, "none": 0.6, "cut": 0.4}
"""How much prose counts by its end: teasers are cut off."""
_RUNNING_UNITS: Final = 10.0
"""Words of an unmarked line that is read, not clicked."""
_MENU_UNITS: Final = 3.0
"""Words of an entry of a menu."""
_TITLED_SHARE: Final = 0.5
"""A line of so many words, no more than half of them with a capital, is a sentence or a part of one, whatever its end."""
_PHRASE_SCORES: Final[dict[PhraseKind, float]] = {
    "comments": -2.5,
    "consent": -2.5,
    "copyright": -2.5,
    "login": -2.0,
    "navigation": -1.5,
    "pagination": -1.5,
    "related": -1.5,
    "subscription": -1.5,
    "sharing": -1.0,
    "tags": -1.0,
    "transcript": -1.0,
    "promo": -0.5,
    "advertising": -0.3,
    "correction": -0.2,
    "credit": 0.0,
    "agency": 0.0,
    "label": -0.3,
    "reading_time": -0.3,
}
"""How strongly a kind of set phrase speaks for the end of content. Advertising marks stand in the middle of articles."""


def score_line(line: LineFeatures) -> float:
    """How much a line speaks for content (above 0) or furniture (below), in points of ten words of prose."""
    if line.phrase is not None:
        return _PHRASE_SCORES[line.phrase.kind]
    if line.prose:
        return min(line.units, _MOST_WORDS) / _WORDS_A_POINT * _PROSE_WEIGHTS[line.ending]
    if line.credit or line.credit_end or line.byline or line.day:
        return -0.2
    return _score_short(line)


def _score_short(line: LineFeatures) -> float:
    if line.bullet and line.units >= _MENU_UNITS:
        return 0.1
    if line.ending in {"sentence", "question", "colon"} and line.units >= 3:
        return 0.2 if line.units >= 6 else -0.1
    if line.units >= _RUNNING_UNITS and line.titled < _TITLED_SHARE:
        return 0.3  # verse, lists and prose without closing marks
    if line.units >= _RUNNING_UNITS:
        return -0.3
    return -1.0 if line.units <= _MENU_UNITS else -0.7


def find_content(lines: Sequence[LineFeatures], furniture: Sequence[bool]) -> list[bool]:
    """Whether each line stands in content.

    Args:
        lines: a page's lines.
        furniture: lines that are known as furniture whatever stands around them; they break content like a set phrase.
    """
    content, outside = 0.0, 0.0
    came: list[tuple[bool, bool]] = []  # for each line: the best path to (content, furniture) came from content
    for line, known in zip(lines, furniture, strict=True):
        score = -1.5 if known else score_line(line)
        from_content = content >= outside - SWITCH
        to_outside = content - SWITCH > outside
        came.append((from_content, to_outside))
        content, outside = (
            (content if from_content else outside - SWITCH) + score,
            (content - SWITCH if to_outside else outside),
        )
    state = content > outside
    path = [False] * len(came)
    for index in range(len(came) - 1, -1, -1):
        path[index] = state
        state = came[index][0] if state else came[index][1]
    return path
