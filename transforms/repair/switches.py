"""Stretches of English speech in which another language is spoken: no English rule has anything to say there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Final

from copydesk.transforms.repair.clues import WORD
from copydesk.transforms.repair.words import zipf
from copydesk.transforms.shapes import Span

REACH: Final = 8
"""Words to each side of a word by which its language is told: a sentence's worth."""
LEAST: Final = 3
"""Function words of other languages within reach; fewer are names and loans ("the Côte d'Azur"). English has some seven of
its own in as many words, so a stretch needs more of the others' than of its own."""
COMMON: Final = 5.0
"""Zipf: a function word of another language that is as common in English ("so", "man", "die") tells nothing."""


class Switches:
    """Where another language is spoken, asked by offset."""

    def __init__(self, text: str, function_words: Mapping[str, frozenset[str]], language: str = "en") -> None:
        """Find the stretches, in linear time.

        Args:
            text: running speech.
            function_words: the commonest words of each language.
            language: that of the speech as a whole.
        """
        self.stretches: tuple[Span, ...] = tuple(_stretches(text, function_words, language))
        self._starts = [start for start, _ in self.stretches]

    def covers(self, at: int) -> bool:
        """Whether an offset of the text lies where another language is spoken."""
        i = bisect_right(self._starts, at)
        return i > 0 and at < self.stretches[i - 1][1]


def _stretches(text: str, function_words: Mapping[str, frozenset[str]], language: str) -> Iterator[Span]:
    own = function_words.get(language, frozenset())
    others = frozenset().union(*function_words.values()) - own
    weights: dict[str, tuple[int, int]] = {}
    places: list[Span] = []
    ours, theirs = [0], [0]
    for match in WORD.finditer(text):
        word = match[0].lower()
        if word not in weights:
            weights[word] = (word in own, word in others and zipf(word) < COMMON)
        mine, other = weights[word]
        places.append(match.span())
        ours.append(mine)
        theirs.append(other)
    if sum(theirs) < LEAST:
        return
    ours, theirs = list(accumulate(ours)), list(accumulate(theirs))
    start: int | None = None
    for i, (at, _) in enumerate(places):
        low, high = max(i - REACH, 0), min(i + REACH + 1, len(places))
        foreign = theirs[high] - theirs[low]
        away = foreign >= LEAST and foreign > ours[high] - ours[low]
        if away and start is None:
            start = at
        elif not away and start is not None:
            yield start, at
            start = None
    if start is not None:
        yield start, len(text)
