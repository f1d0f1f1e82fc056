"""Words that speech recognition takes for others, where the words beside them decide: rules from `configs/confusions`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues

BEFORE: Final = 120
"""Characters before a wrong word in which its pattern may begin: eight words."""
AFTER: Final = 240
"""Characters after it that a pattern is shown, of which it may look at all but the last MARGIN."""
MARGIN: Final = 60
MIN_LITERAL: Final = 3
"""Letters of a wrong word by which its places are found."""

_WRONG = re.compile(r"\(\?P<wrong>(?P<inside>(?:[^()\\]|\\.)*)\)")
_OPENING = re.compile(r"(?:\[(?P<upper>[A-Z])(?P<lower>[a-z])\])?(?P<letters>[A-Za-z]+)(?=['’ -]?(?:[A-Za-z'’]|$))")


def mend_confusions(clues: Clues) -> Iterator[Edit]:
    r"""Every place where the pattern of a confusion matches, its group `wrong` replaced by `right`.

    `right` may name groups of the pattern (`\g<a>`). A capital at the head of what is replaced is kept, unless the pattern
    demands it.
    """
    low = clues.text.lower()
    for confusion in clues.rules.confusions.get("en", ()):
        for match in _matches(confusion.pattern, clues.text, low):
            wrong = match["wrong"]
            right = match.expand(confusion.right) if "\\g<" in confusion.right else confusion.right
            own = f"<wrong>{wrong[:1]}" in confusion.pattern.pattern  # a name ("Ford") that no other letter begins
            if wrong[:1].isupper() and right[:1].islower() and not own:
                right = right[:1].upper() + right[1:]
            if right != wrong:
                yield Edit(
                    start=match.start("wrong"),
                    end=match.end("wrong"),
                    after=right,
                    rule=f"confusion.{confusion.id}",
                    confidence=confusion.confidence,
                    evidence=confusion.why,
                )


def _matches(pattern: re.Pattern[str], text: str, low: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern; where its wrong words are spelled out, it is only tried around them.

    A search for a string is a hundred times as fast as one for a pattern, and most wrong words are in no talk at all.
    """
    openings = _openings(pattern.pattern)
    if not openings or len(low) != len(text):  # a letter that is two in lower case
        yield from pattern.finditer(text)
        return
    places = sorted(place for opening in openings for place in _places(opening, low))
    if len(places) * AFTER > len(text):
        yield from pattern.finditer(text)
        return
    done = 0
    for at in places:
        limit = min(at + AFTER, len(text))
        for match in pattern.finditer(text, max(at - BEFORE, done), limit) if at >= done else ():
            if limit == len(text) or match.end() <= limit - MARGIN:
                yield match
                done = match.end()


def _places(opening: str, low: str) -> Iterator[int]:
    at = low.find(opening)
    while at >= 0:
        yield at
        at = low.find(opening, at + 1)


@lru_cache(maxsize=1_024)
def _openings(pattern: str) -> tuple[str, ...]:
    r"""The letters with which what a pattern calls wrong may begin, small; none where they are not spelled out.

    >>> _openings(r"in the (?P<wrong>[Hh]ole|wholly) truth"), _openings(r"(?P<wrong>peep ?hole)"), _openings(r"(?P<wrong>\w+)")
    (('hole', 'wholly'), ('pee',), ())
    """
    group = _WRONG.search(pattern)
    found: list[str] = []
    for alternative in group["inside"].split("|") if group else ():
        opening = _OPENING.match(alternative)
        letters = ((opening["lower"] or "") + opening["letters"]).lower() if opening else ""
        if len(letters) < MIN_LITERAL:
            return ()
        found.append(letters)
    return tuple(dict.fromkeys(found))
