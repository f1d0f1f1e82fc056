"""Running speech cut into paragraphs: where the source says that one starts, and at sentence ends where the subject turns.

A paragraph has `paragraph_words` to `paragraph_max_words` words wherever sentence ends allow it. Of all ways to cut a turn
so, that one is taken whose cuts part the fewest words that are said again (lexical chains: Morris and Hirst 1991, Lexical
Cohesion Computed by Thesaural Relations; here a chain is a word and its next mention). Speech without punctuation has no
sentence ends; it is cut at a word, so that no paragraph grows without bound.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import log
from typing import Final

from copydesk.transforms.repair.running import UNSPACED
from copydesk.transforms.settings import RepairSettings

TOO_SHORT: Final = 6.0
"""What a paragraph of no words would cost, that of `paragraph_words` nothing: more than any cut gains, so a paragraph is short
only where a turn is, or between sentences that are too long to join."""
LINK_WORDS: Final = 80
"""Words from one mention to the next that holds a passage together. In talks whose writers set paragraphs, a place where one
starts has fewer such links across it than another sentence start in 63 of 100 pairs; 40 or 120 words tell as much, and so does
the likeness of the 60 words on both sides, which costs twice the time."""
BLOCK_WORDS: Final = 100
"""Words of the blocks over which a word's rarity is counted: one that is in every block links nothing."""
TERM_LETTERS: Final = 4
"""Letters: shorter words of alphabets say little of the subject."""
STEM_LETTERS: Final = 6
"""Letters that tell words apart: longer ones differ by endings."""
LEANS: Final = frozenset({
    "also", "and", "because", "but", "he", "it", "it's", "or", "she", "that", "that's", "then", "they", "they're",
})  # fmt: skip
"""English words that lean on the sentence before: a writer starts a third as many paragraphs with them as with others."""
LEANING: Final = 0.7
"""What a cut before one of them costs, where that of a common place costs nothing and that of a place without links gains 1."""
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
_TERM = re.compile(rf"[\u4e00-\u9fff]{{2}}|[\u30a1-\u30ff]{{2,}}|(?:(?![{UNSPACED}])[^\W\d_])+")
_TERM_SPACED = re.compile(r"[^\W\d_]+")
_FIRST = re.compile(r"[\"'“‘(]*([a-z]+(?:['’][a-z]+)?)", re.IGNORECASE)
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
    costs = _cut_costs(text, ends, unspaced=unspaced)
    starts: list[int] = []
    i = 0
    for low, high in pairwise([*hard, len(text)]):
        bounds = [low]
        while i < len(ends) and ends[i] < high:
            if ends[i] > low:
                bounds.append(ends[i])
            i += 1
        starts += _section(text, [*bounds, high], costs, settings, unspaced=unspaced)
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


def _section(
    text: str, bounds: Sequence[int], costs: Mapping[int, float], settings: RepairSettings, *, unspaced: bool
) -> Iterator[int]:
    """Paragraph starts between two forced ones.

    Args:
        text: running speech.
        bounds: the section's start, its sentence starts and its end.
        costs: of a cut at each sentence start.
        settings: [repair].
        unspaced: whether the text has words that are not parted.
    """
    most = settings.paragraph_max_words
    pieces: list[tuple[int, int]] = []
    for low, high in pairwise(bounds):
        size = _count(text, low, high, unspaced=unspaced)
        cuts = _hard_cuts(text, low, high, most) if size > most else []
        pieces += [(at, min(size - most * n, most)) for n, at in enumerate([low, *cuts])]
    following = _follow([size for _, size in pieces], [costs.get(at, 0.0) for at, _ in pieces], settings)
    i = 0
    while i < len(pieces):
        yield pieces[i][0]
        i = following[i]


def _follow(sizes: Sequence[int], costs: Sequence[float], settings: RepairSettings) -> list[int]:
    """For each piece, where a paragraph starts with it, the piece that starts the next: all costs together are least.

    From the last piece back (dynamic programming); of equal ways the one with the earliest cut.
    """
    least, most = settings.paragraph_words, settings.paragraph_max_words
    total = [0.0] * (len(sizes) + 1)
    following = [0] * len(sizes)
    for i in range(len(sizes) - 1, -1, -1):
        words, best = 0, float("inf")
        for j in range(i + 1, len(sizes) + 1):
            words += sizes[j - 1]
            if words > most and j > i + 1:
                break
            cost = total[j] + max(1 - words / max(least, 1), 0.0) * TOO_SHORT + (costs[j] if j < len(sizes) else 0.0)
            if cost < best:
                best, following[i] = cost, j
        total[i] = best
    return following


def _cut_costs(text: str, ends: Sequence[int], *, unspaced: bool) -> dict[int, float]:
    """What a cut at each sentence start costs: 0 for a place with as many links across it as there are on average."""
    if not ends:
        return {}
    terms = list(_terms(text, unspaced=unspaced))
    blocks = terms[-1][2] // BLOCK_WORDS + 1 if terms else 1
    spread = Counter(term for term, _ in {(term, said // BLOCK_WORDS) for term, _, said in terms})
    steps = [0.0] * (len(ends) + 1)
    last: dict[str, tuple[int, int]] = {}
    for term, at, said in terms:
        place = bisect_right(ends, at)
        before, spoken = last.get(term, (place, said))
        if before < place and said - spoken <= LINK_WORDS:
            weight = log((blocks + 1) / spread[term])
            steps[before] += weight
            steps[place] -= weight
        last[term] = place, said
    across = list(accumulate(steps))[: len(ends)]
    mean = sum(across) / len(ends)
    scale = max(mean, 1.0)  # where hardly a word comes back, one that does says little
    return {at: (links - mean) / scale + LEANING * _leans(text, at) for at, links in zip(ends, across, strict=True)}


def _terms(text: str, *, unspaced: bool) -> Iterator[tuple[str, int, int]]:
    """Each word that may tell the subject: its stem, its offset, and how many words stand before it."""
    for said, match in enumerate((_TERM if unspaced else _TERM_SPACED).finditer(text)):
        word = match[0]
        if len(word) >= TERM_LETTERS or word > "\u1000":
            yield word.lower()[:STEM_LETTERS], match.start(), said


def _leans(text: str, at: int) -> bool:
    """Whether a sentence begins with a word that leans on the one before."""
    first = _FIRST.match(text, at)
    return first is not None and first[1].lower().replace("’", "'") in LEANS


def _hard_cuts(text: str, low: int, high: int, most: int) -> list[int]:
    """Cuts in a stretch without sentence ends, every `most` words."""
    return [match.start() for i, match in enumerate(_WORD.finditer(text, low, high)) if i and i % most == 0]


def _count(text: str, low: int, high: int, *, unspaced: bool) -> int:
    if not unspaced:
        return text.count(" ", low, high - 1) + 1
    return sum(1 for _ in _WORD.finditer(text, low, high))
