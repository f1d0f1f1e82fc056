"""Names with a capital inside that the batch or the gazetteer spells, and speech has in pieces or one letter off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from copydesk.transforms.explain import Edit
from copydesk.transforms.lexicon import Lexicon
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.names import BatchNames, joined_names
from copydesk.transforms.repair.words import ORDINARY, UNKNOWN, is_ordinary, is_unknown, one_slip, stem, zipf

SUFFIXES: Final = ("ification", "ified", "ifies", "ify", "ing", "ized", "ize", "ish", "like", "ers", "er", "ed", "s")
"""Endings that speakers put to a name."""
_PARTS: Final = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])|[a-z]+")
MAX_GUESSES: Final = 50
"""Forms two letters off that are listed for `explain`: none is ever made, and each is compared with every name."""
ACRONYM_UNKNOWN: Final = 2.0
"""Zipf: wordfreq lists most strings of three letters, so an acronym that is none has to be allowed a little more than 1.5."""


def mend_batch_names(clues: Clues) -> Iterator[Edit]:
    """A name with a capital inside ("FaceTime") that the speech has in two words, one letter off, or under an ending.

    Two words of the dictionary stay apart ("to face time" is no product), and what is two letters off stays: both are listed as
    considered.
    """
    names = _index(BatchNames(clues.rules.evidence.names)) | joined_names(clues.written_words)
    yield from _mend(clues, names, "batch_name")
    listed = _listed(clues.rules.lexicon)
    yield from _mend(clues, {form: name for form, name in listed.items() if form not in names}, "gazetteer_name")


@lru_cache(maxsize=2)
def _listed(lexicon: Lexicon) -> Mapping[str, tuple[str, int]]:
    """The names of the gazetteer, in no document of the batch."""
    return joined_names({name.name: 0 for name in lexicon.names})


def _mend(clues: Clues, names: Mapping[str, tuple[str, int]], rule: str) -> Iterator[Edit]:
    if not names:
        return
    yield from _pairs(clues, names, rule)
    guesses = 0
    for word in clues.heard:
        base = stem(word)
        if len(base) < 6 or not _has_inner_capital(base) or base.lower() in names or not is_unknown(base):
            continue
        if found := _one_off(base, names):
            yield from _everywhere(clues, word, rule, found)
        elif guesses < MAX_GUESSES and (guess := _two_off(base, names)):
            guesses += 1
            yield from _everywhere(clues, word, rule, guess)


@lru_cache(maxsize=2)
def _index(key: BatchNames) -> dict[str, tuple[str, int]]:
    return joined_names(key.names)


def _has_inner_capital(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:]) and word.isalpha() and not word.isupper()


def _vouched(name: str, count: int) -> str:
    if not count:
        return f"{name} stands in the gazetteer"
    return f"{name} stands in {count} written document{'s' if count != 1 else ''} of the batch"


def _pairs(clues: Clues, names: Mapping[str, tuple[str, int]], rule: str) -> Iterator[Edit]:
    """Two neighbouring words that are one name, or would be but for one letter."""
    words = clues.words
    seen: dict[tuple[str, str], tuple[str, float, str] | None] = {}
    for i in range(len(words) - 1):
        first, second = words[i], stem(words[i + 1])
        pair = (first, second)
        if pair not in seen:
            seen[pair] = _judge(first, second, names, clues.rules.evidence.names)
        if (found := seen[pair]) and clues.neighbours(i):
            right, confidence, evidence = found
            if clues.edited and rule == "gazetteer_name" and right.lower() == "".join(pair).lower():
                confidence, evidence = 0.6, f"{evidence}; but a person wrote or edited this text"
            yield Edit(
                start=clues.starts[i],
                end=clues.starts[i + 1] + len(second),
                after=right,
                rule=rule,
                confidence=confidence,
                evidence=evidence,
            )


def _judge(
    first: str, second: str, names: Mapping[str, tuple[str, int]], batch: Mapping[str, int]
) -> tuple[str, float, str] | None:
    whole = (first + second).lower()
    if found := names.get(whole):
        rare = first if zipf(first) < ORDINARY else second
        parted = batch.get(f"{first.title()} {second.title()}", 0)
        doubt = ""
        if is_ordinary(rare) or (found[1] == 1 and min(zipf(first), zipf(second)) >= UNKNOWN):
            doubt = f"but {first} and {second} are ordinary words"
        elif found[1] and parted >= found[1]:
            doubt = f"but {parted} have it in two words"
        return found[0], 0.6 if doubt else 0.95, f"{_vouched(*found)}; {doubt or f'{rare} is no ordinary word'}"
    if not second.isupper() or not second.isalpha() or len(second) < 3 or len(whole) < 6 or zipf(second) >= ACRONYM_UNKNOWN:
        return None
    near = {names[form] for form in one_slip(whole) if form in names and form[-1] == whole[-1]}
    near = {found for found in near if found[0].lower().startswith(first.lower())}
    if len(near) != 1:
        return None
    (found,) = near
    return found[0], 0.88, f"{_vouched(*found)}; {second} is no word, and one letter off"


def _one_off(word: str, names: Mapping[str, tuple[str, int]]) -> tuple[str, float, str] | None:
    """The only name one letter from a word, or from the word without its ending."""
    if any(word.removesuffix(suffix).lower() in names for suffix in SUFFIXES):
        return None  # the name itself, with an ending
    for suffix in ("", *SUFFIXES):
        if not word.endswith(suffix):
            continue
        root = word[: len(word) - len(suffix)]
        if len(root) < 6:
            continue
        lower = root.lower()
        near = {names[form] for form in one_slip(lower) if form in names and (form[0], form[-1]) == (lower[0], lower[-1])}
        near = {found for found in near if _share_part(root, found[0])}
        if len(near) == 1:
            (found,) = near
            return found[0] + suffix, 0.88, f"{_vouched(*found)}; {word} is no word, and one letter off"
    return None


def _share_part(word: str, name: str) -> bool:
    """Whether two words with capitals inside have one of their parts in common: "JointMarket", "JoinMarket"."""
    return not set(_PARTS.findall(word)).isdisjoint(_PARTS.findall(name))


def _two_off(word: str, names: Mapping[str, tuple[str, int]]) -> tuple[str, float, str] | None:
    lower = word.lower()
    near = [found for form, found in names.items() if OSA.distance(lower, form, score_cutoff=2) <= 2]
    if len(near) != 1:
        return None
    return near[0][0], 0.5, f"{_vouched(*near[0])}; but {word} is two letters off"


def _everywhere(clues: Clues, word: str, rule: str, found: tuple[str, float, str]) -> Iterator[Edit]:
    right, confidence, evidence = found
    for i in clues.places({word})[word]:
        start = clues.starts[i]
        yield Edit(
            start=start,
            end=start + len(stem(word)),
            after=right,
            rule=rule,
            confidence=confidence,
            evidence=evidence,
        )
