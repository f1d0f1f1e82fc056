"""Running speech cut into paragraphs: at sentence ends, and wherever the speaker or the source says that a new one starts.

A paragraph may end once it has `paragraph_words` words and must end before `paragraph_max_words`. Speech without
punctuation has no sentence ends; it is cut at a word, so that no paragraph grows without bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from copydesk.transforms.repair.running import UNSPACED
from copydesk.transforms.settings import RepairSettings

SHORT_TAIL_WORDS: Final = 20
"""Words: a last paragraph shorter than this joins the one before it."""
CHARACTERS_A_WORD: Final = 2
"""Of Japanese and Chinese, where words are not parted: their mean length is 1.5 to 2."""

_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+\s++|(?<![。！？])[。！？]++[」』）\"”]*+\s*+(?=\S)")
_LAST_WORD = re.compile(r"[^\s(\[\"“]{1,12}\Z")
_ABBREVIATION = re.compile(
    r"(?:[A-Za-z]|[A-Za-z](?:\.[A-Za-z])+|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Gen|Col|Sgt|Lt|Capt|Rep|Sen|Gov|Rev|Hon|No|Nr|vs|etc|approx|"
    r"e\.g|i\.e|bzw|ca|evtl|Sra|Srta|Mme|Mlle|Dra|Ing|Hr|Fr|S\.A|p\.ej)\Z",
)
_SPEAKER_MARK = re.compile(r"(?<!\S)(?:>>|&gt;&gt;)")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[{UNSPACED}]{{1,{CHARACTERS_A_WORD}}}|[^\s{UNSPACED}]+")


def cut_paragraphs(text: str, forced: Iterable[int], settings: RepairSettings) -> list[int]:
    """Where paragraphs start in running speech, ascending, the first at 0.

    Args:
        text: running speech.
        forced: offsets where a paragraph starts whatever its length: another speaker, an empty line in the source.
        settings: [repair].

    >>> from copydesk.transforms.settings import RepairSettings
    >>> short = RepairSettings(min_confidence=0.8, paragraph_words=3, paragraph_max_words=6)
    >>> cut_paragraphs("One two three. Four five. Six seven eight nine. Ten eleven twelve.", [], short)
    [0, 15, 48]
    """
    marks = {match.start() for match in _SPEAKER_MARK.finditer(text)}
    hard = sorted({0, *marks, *(at for at in forced if 0 < at < len(text))})
    unspaced = _UNSPACED.search(text) is not None
    ends = sentence_starts(text)
    starts: list[int] = []
    i = 0
    for low, high in pairwise([*hard, len(text)]):
        soft: list[int] = []
        while i < len(ends) and ends[i] < high:
            if ends[i] > low:
                soft.append(ends[i])
            i += 1
        starts += _section(text, [low, *soft, high], settings, unspaced=unspaced)
    return starts


def sentence_starts(text: str) -> list[int]:
    """Offsets at which a sentence starts, the first one's left out; an abbreviation or an initial ends none.

    >>> sentence_starts("Dr. Who came. He left. and so on")
    [14]
    """
    return [match.end() for match in _SENTENCE_END.finditer(text) if match.end() < len(text) and _ends(text, match)]


def _ends(text: str, match: re.Match[str]) -> bool:
    if text[match.end()].islower():
        return False
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    word = _LAST_WORD.search(text, max(match.start() - 12, 0), match.start())
    return word is None or _ABBREVIATION.fullmatch(word[0].strip("-'’")) is None or word[0] == "I"


def _section(text: str, bounds: Sequence[int], settings: RepairSettings, *, unspaced: bool) -> Iterator[int]:
    """Paragraph starts between two forced ones: `bounds` are the section's start, its sentence starts and its end."""
    size, cuts = 0, [bounds[0]]
    for low, high in pairwise(bounds):
        words = _count(text, low, high, unspaced=unspaced)
        if size and size + words > settings.paragraph_max_words:
            cuts.append(low)
            size = 0
        if words > settings.paragraph_max_words:
            cuts += _hard_cuts(text, low, high, settings.paragraph_max_words)
            size = _count(text, cuts[-1], high, unspaced=unspaced)
            continue
        size += words
        if size >= settings.paragraph_words and high < bounds[-1]:
            cuts.append(high)
            size = 0
    if len(cuts) > 1 and size < SHORT_TAIL_WORDS:
        before = _count(text, cuts[-2], bounds[-1], unspaced=unspaced)
        if before <= settings.paragraph_max_words:
            cuts.pop()
    yield from cuts


def _hard_cuts(text: str, low: int, high: int, most: int) -> list[int]:
    """Cuts in a stretch without sentence ends, every `most` words."""
    return [match.start() for i, match in enumerate(_WORD.finditer(text, low, high)) if i and i % most == 0]


def _count(text: str, low: int, high: int, *, unspaced: bool) -> int:
    if not unspaced:
        return text.count(" ", low, high - 1) + 1
    return sum(1 for _ in _WORD.finditer(text, low, high))
