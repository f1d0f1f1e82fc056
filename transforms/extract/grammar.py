"""Where a line can stand on a page of stories, and the likeliest sequence of places.

The places are those of a linear chain: what may follow what is fixed by this grammar, how likely each place is at each line is
learned. The best sequence is found by Viterbi's algorithm, linear in the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

PLACES: Final = ("outside", "head", "inside", "headline", "first", "body")
"""Furniture outside of stories; between a headline and its text; between paragraphs; the headline; a story's first
paragraph; the rest of its text."""
OUTSIDE, HEAD, INSIDE, HEADLINE, FIRST, BODY = range(6)
_FOLLOWS: Final = {
    OUTSIDE: (OUTSIDE, HEADLINE, FIRST),
    HEAD: (HEAD, FIRST, HEADLINE),
    INSIDE: (INSIDE, BODY),
    HEADLINE: (HEAD, FIRST, HEADLINE),
    FIRST: (FIRST, BODY, INSIDE, OUTSIDE, HEADLINE),
    BODY: (BODY, INSIDE, OUTSIDE, HEADLINE, FIRST),
}
"""A headline may follow a headline or its head, which makes the first one furniture: a list of links, then the story."""
_BEGINS: Final = frozenset({OUTSIDE, HEADLINE, FIRST})
_ENDS: Final = frozenset({OUTSIDE, FIRST, BODY})
_BEFORE: Final = tuple(tuple(place for place in range(6) if after in _FOLLOWS[place]) for after in range(6))


@dataclass(frozen=True, slots=True)
class Piece:
    """What may be a story: its headline's line, or None, and the lines of its text, in order."""

    headline: int | None
    kept: tuple[int, ...]

    @property
    def start(self) -> int:
        """The first line that is the piece's own."""
        return self.kept[0] if self.headline is None else self.headline


def follows(before: int, after: int) -> bool:
    """Whether a line in one place may stand right in front of a line in the other."""
    return after in _FOLLOWS[before]


def best_path(scores: NDArray[np.float32], moves: Sequence[Sequence[float]]) -> list[int]:
    """The best sequence of places.

    Args:
        scores: (lines, places): how much speaks for each place at each line.
        moves: [before][after]: what a step from one place to another costs; forbidden steps stay forbidden.

    Returns:
        An index into `PLACES` for each line.
    """
    rows = scores.tolist()
    steps = [[(before, moves[before][after]) for before in _BEFORE[after]] for after in range(6)]
    reached = [score if place in _BEGINS else -inf for place, score in enumerate(rows[0])] if rows else []
    came: list[list[int]] = []
    for row in rows[1:]:
        sources, fresh = [], []
        for score, ways in zip(row, steps, strict=True):
            best, where = -inf, 0
            for before, cost in ways:
                value = reached[before] + cost
                if value > best:
                    best, where = value, before
            sources.append(where)
            fresh.append(best + score)
        came.append(sources)
        reached = fresh
    if not rows:
        return []
    path = [max(_ENDS, key=lambda place: (reached[place], -place))]
    for sources in reversed(came):
        path.append(sources[path[-1]])
    path.reverse()
    return path


def pieces_of(path: Sequence[int]) -> list[Piece]:
    """The stories that a sequence of places spells.

    >>> pieces_of([OUTSIDE, HEADLINE, HEAD, FIRST, INSIDE, BODY, OUTSIDE])
    [Piece(headline=1, kept=(3, 5))]
    """
    found: list[tuple[int | None, list[int]]] = []
    headline: int | None = None
    for line, place in enumerate(path):
        if place == HEADLINE:
            headline = line
        elif place == FIRST:
            found.append((headline, [line]))
            headline = None
        elif place == BODY and found:
            found[-1][1].append(line)
        elif place == OUTSIDE:
            headline = None
    return [Piece(head, tuple(kept)) for head, kept in found]
