"""What the words of a line share with the text around it: headlines name what their story tells, menus do not.

A new story brings a new vocabulary; the measure of that break is TextTiling's (Hearst, TextTiling: Segmenting Text into
Multi-paragraph Subtopic Passages, Computational Linguistics 23, 1997), with stems cut short in place of a stemmer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Final

import numpy as np

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.extract.measures import Flags, Reals

_WORDS: Final = re.compile(r"[^\W\d_]+")
_STEMS: Final = re.compile(r"([^\W\d_]{4,6})[^\W\d_]*")
_ASCII_STEMS: Final = re.compile(r"([a-z]{4,6})[a-z]*")
"""The words that `content_words` takes, cut to `_STEM` letters, where all letters are those of an alphabet."""
_READ: Final = 600
"""Characters of a line that are read: enough for its subject, and bounded for a line of any length."""
_MOST_REMEMBERED: Final = 4_096
"""Lines whose words a process remembers, since a page's are asked for up to ten times: 30 MB at most, of long lines all."""
_STEM: Final = 6
_LEAST: Final = 4
"""Letters of a word that carries a subject."""
_SPACELESS: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SYLLABLES: Final = "\u1100"
"""From this character on a letter is a syllable or more, so that short words carry subjects too."""
_MAY_BE_SYLLABLE: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1101-\u1fff\u2030-\U0010ffff]")
"""Most of the letters of alphabets, and the common punctuation, are not among these; all syllables and `_SPACELESS` are."""
_SHORT: Final = (2.0, 32.0)
"""Words of lines that may be headlines, whose words are asked about."""
_REACH: Final = 25
"""Lines in front of prose whose words are compared with it."""
_FAMILIAR: Final = 3
"""Other paragraphs that a word must stand in to be wholly the page's own."""
_LEADING, _BEFORE = 2, 4
"""Paragraphs behind a gap, and in front of it, that are compared across it."""

Terms = frozenset[str]


def content_words(text: str) -> Terms:
    """Words long enough to carry a subject, cut to their beginnings; pairs of characters where words are not divided.

    >>> sorted(content_words("the ferries of the island")), sorted(content_words("東京は雨"))
    (['ferrie', 'island'], ['は雨', '京は', '東京'])
    """
    return _read_words(text if len(text) <= _READ else text[:_READ])


@lru_cache(maxsize=_MOST_REMEMBERED)
def _read_words(text: str) -> Terms:
    text = text.casefold()
    if text.isascii():
        return frozenset(_ASCII_STEMS.findall(text))
    if not _MAY_BE_SYLLABLE.search(text):
        return frozenset(_STEMS.findall(text))
    words = _WORDS.findall(text)
    if not _SPACELESS.search(text):
        return frozenset(word[:_STEM] for word in words if len(word) >= _LEAST or word[0] > _SYLLABLES)
    return frozenset(word[i : i + 2] for word in words for i in range(max(len(word) - 1, 1)))


class Vocabulary:
    """The words of a page's prose, and what its other lines share with them."""

    def __init__(self, lines: Sequence[LineFeatures], prose: Flags, candidates: Flags) -> None:
        """Read the prose.

        Args:
            lines: the page's lines.
            prose: which of them are prose.
            candidates: which short lines are to be compared.
        """
        self._texts = [line.text for line in lines]
        self._at = np.flatnonzero(prose)
        self._prose = [content_words(self._texts[i]) for i in self._at]
        self._asked = {int(i): content_words(self._texts[i]) for i in np.flatnonzero(candidates)}

    def overlaps(self) -> tuple[Reals, Reals]:
        """Shares of a candidate's words that stand in the two paragraphs below it, and in the two above."""
        below, above = np.zeros(len(self._texts)), np.zeros(len(self._texts))
        follow = np.searchsorted(self._at, np.arange(len(self._texts)), side="right")
        last = -1
        down = up = frozenset[str]()
        for i, own in self._asked.items():
            number = int(follow[i])
            if number >= len(self._at) or self._at[number] - i > _REACH or not own:
                continue
            if number != last:
                down = self._union(number, number + _LEADING)
                up = self._union(number - _LEADING, number)
                last = number
            below[i] = len(own & down) / len(own)
            above[i] = len(own & up) / len(own)
        return below, above

    def kinship(self) -> Reals:
        """At the lines of a gap and the prose behind it: the share of its first words that the paragraphs in front know.

        1 where there is no prose in front, or no gap.
        """
        out = np.ones(len(self._texts))
        for number in (np.flatnonzero(np.diff(self._at) > 1) + 1).tolist():
            down = self._union(number, number + _LEADING)
            up = self._union(number - _BEFORE, number)
            shared = len(down & up) / max(min(len(down), 40), 1)
            out[self._at[number - 1] + 1 : self._at[number] + 1] = shared
        return out

    def familiarity(self) -> Reals:
        """How far a line's words stand in the page's other prose: 1 where each stands in three other paragraphs."""
        counts: Counter[str] = Counter()
        for terms in self._prose:
            counts.update(terms)
        elsewhere = {term: count - 1 if count <= _FAMILIAR else _FAMILIAR for term, count in counts.items()}
        known = {term: count if count < _FAMILIAR else _FAMILIAR for term, count in counts.items()}  # noqa: FURB136 - `min` is slow
        out = np.zeros(len(self._texts))
        for i, terms in zip(self._at.tolist(), self._prose, strict=True):
            if terms:  # its own paragraph counts once for each of its words
                out[i] = sum(map(elsewhere.__getitem__, terms)) / (_FAMILIAR * len(terms))
        for i, terms in self._asked.items():
            if terms:
                out[i] = sum(map(known.get, terms, repeat(0))) / (_FAMILIAR * len(terms))
        return out

    def _union(self, first: int, last: int) -> Terms:
        return frozenset[str]().union(*self._prose[max(first, 0) : last])


def may_be_compared(units: Reals, prose: Flags) -> Flags:
    """Lines whose words are compared with the prose: short ones that are none."""
    return np.asarray(~prose & (units >= _SHORT[0]) & (units <= _SHORT[1]))
