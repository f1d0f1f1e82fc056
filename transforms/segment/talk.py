"""A talk as chapters are looked for in it: its sentences, who says each, and its words.

Where a source parts speakers, paragraphs know theirs; a label that recurs in front of sentences ("ANA ORTEGA: ") is
read here. Speech without punctuation is cut into short pieces, so that windows over it are even, but a chapter starts
only at a sentence or a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.cells import fold
from copydesk.transforms.repair.paragraphs import CHARACTERS_A_WORD, sentence_starts
from copydesk.transforms.repair.running import UNSPACED
from copydesk.transforms.shapes import Paragraph

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

LONG: Final = 45
"""Words: a longer sentence is cut, since speech without punctuation is one sentence a paragraph."""
MOST: Final = 40_000
"""Sentences: of more, only each second, third ... starts a unit, which bounds the memory; ten hours have about 8,000."""
PIECE: Final = 16
"""Words of each piece, about those of a spoken sentence."""
LABELS: Final = 4
"""Times that a name with a colon stands in front of sentences before it is a speaker's label."""
STEM: Final = 6
"""Letters that tell words apart: longer ones differ by endings ("fermenting", "fermentation")."""

_NAME = r"[^\W\d_a-z][\w.'’-]{0,24}"
_LABEL = re.compile(rf"(?:>>+ ?|&gt;&gt; ?)?({_NAME}(?: {_NAME}){{0,3}}|(?:SPEAKER|Speaker) \w{{1,3}}):\s")
_MARK = re.compile(r">>|&gt;&gt;")
_WORD = re.compile(r"\S+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LETTERS_UNSPACED = re.compile(rf"[\u4e00-\u9fff]{{2}}|[\u30a1-\u30ff]{{2,}}|(?:(?![{UNSPACED}])[^\W\d_])+(?:['’][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s\Z")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Talk:
    """Arrays over the sentences of a talk (`units`), and over its words (`tokens`)."""

    starts: Ints
    """Offset of each unit in the text."""
    said: Ints
    """Words before each unit, and, one more entry, in all."""
    free: Flags
    """Whether a chapter may start at a unit: it is a sentence's or paragraph's first."""
    spoken: Ints
    """Offset at which each unit's own words start, behind a label."""
    folded: tuple[str, ...]
    """Each unit's text, folded, without its label."""
    turns: Ints
    """Number of the turn that each unit belongs to; all 0 where speakers are not known."""
    speakers: Ints
    """Number of each unit's speaker; -1 where it is not known."""
    paragraphs: Flags
    """Whether a unit opens a paragraph."""
    words: tuple[str, ...]
    """Every word as a term is counted: folded."""
    places: Ints
    """The unit of each word."""

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.starts)


def count_words(text: str) -> int:
    """How long a text is, in words; of writing without spaces, two characters are taken for one.

    >>> count_words("three short words"), count_words("東京都庁")
    (3, 2)
    """
    unspaced = len(_UNSPACED.findall(text))
    return len(text.split()) if not unspaced else len(_UNSPACED.sub(" ", text).split()) + unspaced // CHARACTERS_A_WORD


def read_talk(text: str, paragraphs: Sequence[Paragraph]) -> Talk:
    """The sentences and words of a talk.

    Args:
        text: a story's text.
        paragraphs: its paragraphs, with speakers where they are known.
    """
    heads = {paragraph.start: paragraph.speaker for paragraph in paragraphs}
    bounds = sorted({0, *heads, *sentence_starts(text)} - {len(text)})
    bounds = bounds[:: len(bounds) // MOST + 1]
    starts: list[int] = []
    free: list[bool] = []
    said = [0]
    for low, high in pairwise([*bounds, len(text)]):
        words = count_words(text[low:high])
        cuts = _cut(text, low, high) if words > LONG else [low]
        starts += cuts
        free += [cut == low for cut in cuts]
        said += [said[-1] + words * (n + 1) // len(cuts) for n in range(len(cuts))] if len(cuts) > 1 else [said[-1] + words]
    texts = [text[low:high] for low, high in pairwise([*starts, len(text)])]
    names, offsets = _labels(texts)
    folded = tuple(fold(piece[offset:]) for piece, offset in zip(texts, offsets, strict=True))
    turns, speakers = _turns(starts, texts, names, heads)
    words_of = [_terms(piece) for piece in folded]
    return Talk(
        starts=np.array(starts, dtype=np.int64),
        said=np.array(said, dtype=np.int64),
        free=np.array(free, dtype=np.bool_),
        spoken=np.array(starts, dtype=np.int64) + np.array(offsets, dtype=np.int64),
        folded=folded,
        turns=turns,
        speakers=speakers,
        paragraphs=np.array([start in heads for start in starts], dtype=np.bool_),
        words=tuple(word for words in words_of for word in words),
        places=np.repeat(np.arange(len(starts)), [len(words) for words in words_of]),
    )


def stem(word: str) -> str:
    """A word without possessive and endings, crudely and in any language: its first letters.

    >>> stem("fermentation"), stem("dog's")
    ('fermen', 'dog')
    """
    return _POSSESSIVE.sub("", word)[:STEM]


def _cut(text: str, low: int, high: int) -> list[int]:
    found = [match.start() for match in _WORD.finditer(text, low, high)]
    if len(found) > LONG:
        return [low, *found[PIECE : len(found) - PIECE // 2 : PIECE]]
    step = PIECE * CHARACTERS_A_WORD  # written without spaces
    return list(range(low, max(high - step // 2, low + 1), step))


def _labels(texts: Sequence[str]) -> tuple[list[str | None], list[int]]:
    """The name in front of each piece, where it is a label, and how many characters it takes."""
    found = [_LABEL.match(text) for text in texts]
    counts = Counter(match[1] for match in found if match)
    known = {name for name, count in counts.items() if count >= LABELS}
    names = [match[1] if match and match[1] in known else None for match in found]
    return names, [match.end() if match and name else 0 for match, name in zip(found, names, strict=True)]


def _turns(
    starts: Sequence[int], texts: Sequence[str], names: Sequence[str | None], heads: dict[int, str | None],
) -> tuple[Ints, Ints]:  # fmt: skip
    numbers: dict[str, int] = {}
    whole = _whole_names({name for name in (*names, *heads.values()) if name})
    turns, speakers = [], []
    turn, speaker, marked = 0, -1, None
    for start, text, name in zip(starts, texts, names, strict=True):
        told = whole.get(name or heads.get(start) or "")
        if told is not None and told != marked:
            turn += 1
            marked = told
            speaker = numbers.setdefault(told, len(numbers))
        elif told is None and _MARK.match(text):
            turn += 1
            marked, speaker = None, -1
        turns.append(turn)
        speakers.append(speaker)
    return np.array(turns, dtype=np.int64), np.array(speakers, dtype=np.int64)


def _whole_names(names: Collection[str]) -> dict[str, str]:
    """Each name to the longest that ends with it: of a label in which a line broke, only the last part is left."""
    ends: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        words = name.split(" ")
        for first in range(len(words)):
            ends.setdefault(" ".join(words[first:]), name)
    return {name: ends[name] for name in names}


def _terms(folded: str) -> list[str]:
    return (_LETTERS_UNSPACED if _UNSPACED.search(folded) else _LETTERS).findall(folded)
