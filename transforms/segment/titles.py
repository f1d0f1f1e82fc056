"""A chapter's title, of the chapter's own words: what is said in it more often than in the rest of the talk.

Candidates are words, and runs of up to three words that no common word and no mark parts. Each counts for how often it
is said, once more where the chapter opens, for how much of that is said in this chapter, and for how rare it is in the
language where frequencies are known. The best ones stand in the order of the text, in the case that they have there
most often.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.repair.running import UNSPACED
from copydesk.transforms.repair.words import zipf
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment.talk import Talk, stem

MAX_WORDS: Final = 3
"""Words of a phrase."""
MAX_PHRASES: Final = 3
"""Phrases of a title."""
MAX_CHARACTERS: Final = 60
"""Of a title."""
OPENING: Final = 120
"""Words at a chapter's beginning, where its subject is named: what is said there counts twice."""
ROOT: Final = 5
"""Letters by which words of one title differ: "pickling" adds nothing to "pickles"."""
ENOUGH: Final = 0.45
"""Share of the best phrase's value from which on another one joins it."""
LEAST: Final = 3
"""Times that a word by itself is said in a chapter that it names; a phrase is said twice."""
OFTEN: Final = 0.7
"""Power of how often a phrase is said: below 1, so that a word of every sentence does not outweigh one that only this
chapter has."""
LONGER: Final = 0.5
"""What each further word of a phrase that is said again adds: it names a thing better than its parts."""
COMMON_ZIPF: Final = 5.1
"""Frequency (Zipf) from which on an English word is no subject: "week" has 5.6, "market" 5.3, "bridge" 4.8."""
TELLING: Final = 7
"""Letters from which on a word of any other language is as telling as a longer one: the commonest words are short (Zipf
1935)."""
RARE_ZIPF: Final = 3.0
"""Frequency below which all words are equally telling."""
FIRST_WORDS: Final = 6
"""Words of a title where nothing is said twice: the chapter's first."""

_WORD = re.compile(
    rf"[\u4e00-\u9fff]{{2,6}}|[\u30a1-\u30ff]{{2,12}}|(?:(?![{UNSPACED}])[^\W_])+(?:['’&-](?:(?![{UNSPACED}])[^\W_])+)*",
)
_ASIDE = re.compile(r"\[[^\]\n]{0,40}\]|\([^)\n]{0,20}\)")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A run of words as it is said once."""

    key: tuple[str, ...]
    text: str
    start: int
    early: bool


def name_chapters(
    text: str, talk: Talk, ranges: Sequence[tuple[int, int]], rules: Rules, language: str | None,
) -> list[str]:  # fmt: skip
    """A title for each chapter.

    Args:
        text: a story's text.
        talk: its units.
        ranges: the units [first, end) of each chapter.
        rules: common words of each language.
        language: of the text, where it is known.
    """
    discourse = rules.discourse.get(language or "")
    common = rules.function_words.get(language or "", frozenset()) | (discourse.common if discourse else frozenset())
    rare = _english_rarity if language == "en" else _any_rarity
    said = [list(_phrases(text, talk, first, end, common, rare)) for first, end in ranges]
    spread: dict[tuple[str, ...], int] = Counter(key for phrases in said for key in {phrase.key for phrase in phrases})
    total: dict[tuple[str, ...], int] = Counter(phrase.key for phrases in said for phrase in phrases)
    titles = []
    for phrases, (first, _) in zip(said, ranges, strict=True):
        title = _title(_value(phrases, spread, total, len(ranges), rare))
        titles.append(title or _first_words(text[int(talk.spoken[first]) :]))
    return titles


def _english_rarity(word: str) -> float:
    """From 0, a word of every talk, to 1."""
    return min(max((COMMON_ZIPF - zipf(word)) / (COMMON_ZIPF - RARE_ZIPF), 0.0), 1.0)


def _any_rarity(word: str) -> float:
    return min(len(word) / TELLING, 1.0) if word < "\u3000" else 1.0


def _phrases(
    text: str, talk: Talk, first: int, end: int, common: Collection[str], rare: Callable[[str], float],
) -> Iterator[_Phrase]:  # fmt: skip
    """Every word and run of words of a chapter that could name it, each time that it is said."""
    known: dict[str, str | None] = {}

    def key_of(word: str) -> str | None:
        folded = fold(word)
        plain = folded.partition("'")[0]
        telling = len(word) > 1 and not word[0].isdigit() and folded not in common and plain not in common and rare(plain) > 0
        return stem(folded) if telling else None

    for unit in range(first, end):
        low = int(talk.spoken[unit])
        high = int(talk.starts[unit + 1]) if unit + 1 < len(talk) else len(text)
        early = bool(talk.said[unit] - talk.said[first] < OPENING)
        piece = _ASIDE.sub(lambda found: " " * len(found[0]), text[low:high])
        run: list[tuple[str, int, int]] = []
        for match in _WORD.finditer(piece):
            word = match[0]
            if word not in known:
                known[word] = key_of(word)
            key = known[word]
            if run and piece[run[-1][2] : match.start()] != " ":
                run = []
            if key is None:
                run = []
                continue
            run = [*run, (key, match.start(), match.end())][-MAX_WORDS:]
            for at in range(len(run)):
                keys = tuple(part[0] for part in run[at:])
                if len(set(keys)) == len(keys):
                    yield _Phrase(keys, piece[run[at][1] : match.end()], low + run[at][1], early)


def _value(
    phrases: Sequence[_Phrase], spread: Mapping[tuple[str, ...], int], total: Mapping[tuple[str, ...], int],
    chapters: int, rare: Callable[[str], float],
) -> list[tuple[float, _Phrase]]:  # fmt: skip
    """The phrases of a chapter with their values, best first, each as it is written most often."""
    times: Counter[tuple[str, ...]] = Counter()
    opening: set[tuple[str, ...]] = set()
    forms: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, ...], _Phrase] = {}
    for phrase in phrases:
        times[phrase.key] += 1
        forms[phrase.key][phrase.text] += 1
        first.setdefault(phrase.key, phrase)
        if phrase.early:
            opening.add(phrase.key)
    found = []
    for key, count in times.items():
        if count < (LEAST if len(key) == 1 else 2):
            continue
        form = max(forms[key].items(), key=lambda item: (item[1], item[0]))[0]
        own = (count / total[key]) * log(1 + chapters / spread[key])
        named = len(key) > 1 and all(word[0].isupper() for word in form.split())
        rarity = 1.0 if named else sum(rare(fold(word).partition("'")[0]) for word in form.split()) / len(key)
        value = (count + 2 * (key in opening)) ** OFTEN * own * rarity * (1 + LONGER * (len(key) - 1) * (count > 1))
        found.append((value, _Phrase(key, form, first[key].start, key in opening)))
    return sorted(found, key=lambda item: (-item[0], item[1].start, item[1].key))


def _title(valued: Sequence[tuple[float, _Phrase]]) -> str:
    """The best phrases that share no word, in the order of the text."""
    chosen: list[_Phrase] = []
    taken: set[str] = set()
    for value, phrase in valued:
        if value < ENOUGH * valued[0][0] or len(chosen) == MAX_PHRASES:
            break
        length = sum(len(other.text) + 2 for other in chosen) + len(phrase.text)
        roots = {key.replace("-", "")[:ROOT] for key in phrase.key}
        if taken.isdisjoint(roots) and (length <= MAX_CHARACTERS or not chosen):
            chosen.append(phrase)
            taken |= roots
    return ", ".join(phrase.text for phrase in sorted(chosen, key=lambda phrase: phrase.start))


def _first_words(spoken: str) -> str:
    """The first words of a chapter, up to the end of its first sentence."""
    words = spoken.partition("\n")[0][: 4 * MAX_CHARACTERS].split()[:FIRST_WORDS]
    return " ".join(words)[:MAX_CHARACTERS].rstrip(" ,;:.")
