"""Which letters make a word: frequencies, sounds, and words that are one slip apart. English only.

Frequencies are wordfreq's (Speer 2022, CC BY-SA 4.0): Zipf values, the logarithm of occurrences in a thousand million words.
7 is "the", 3 a word that is met once in a million words, 0 one that is in no list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from math import log10
from typing import Final

ORDINARY: Final = 3.0
"""Zipf: a word of everyday language. "Chat" has 4.6, "bank" 5.2, acronyms and rare names stay under it."""
UNKNOWN: Final = 1.5
"""Zipf: below it a form is as likely a slip as a word; wordfreq's list for English ends at 1."""
MAX_LETTERS: Final = 24
"""Letters of the longest word that is looked at: longer ones are no words, and have many neighbours."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_VOWELS: Final = frozenset("aeiou")
_POSSESSIVE = re.compile(r"['’]s?\Z")
_SOUNDS: Final = (
    (re.compile(r"^(?:kn|gn|pn)"), "n"),
    (re.compile(r"^wr"), "r"),
    (re.compile(r"^ps"), "s"),
    (re.compile(r"^x"), "s"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"gh(?=[^aeiou]|$)"), ""),
    (re.compile(r"tch"), "C"),
    (re.compile(r"[cs]h"), "C"),
    (re.compile(r"th"), "T"),
    (re.compile(r"ck|q|c(?![eiyh])"), "k"),
    (re.compile(r"c"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"z"), "s"),
    (re.compile(r"dg|j"), "J"),
    (re.compile(r"(?<=.)[aeiouyhw]+"), ""),
    (re.compile(r"^[aeiouyhw]+"), "a"),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""Letters to sounds, in this order: a coarse code after the idea of Soundex and Metaphone, vowels dropped."""


def zipf(word: str) -> float:
    """How common an English word is, whatever its case; 0 for none.

    >>> zipf("the") > 7 > zipf("saxophone") - 1 > zipf("saxophane") == 0
    True
    """
    frequency = _frequencies().get(word.replace("’", "'").lower())
    return 0.0 if frequency is None else log10(frequency) + 9


@cache
def _frequencies() -> Mapping[str, float]:
    from wordfreq import get_frequency_dict  # noqa: PLC0415 - 30 MB and 0.2 s that only speech needs

    found: Mapping[str, float] = get_frequency_dict("en")
    return found


def is_ordinary(word: str) -> bool:
    """Whether a word is one of everyday language, so that it may stand for itself."""
    return zipf(word) >= ORDINARY


def is_unknown(word: str) -> bool:
    """Whether a form is no word of English: not listed, nor the possessive of one that is."""
    return len(word) <= MAX_LETTERS and zipf(word) < UNKNOWN and zipf(stem(word)) < UNKNOWN


def stem(word: str) -> str:
    """A word without its possessive ending.

    >>> stem("Lindqvist's"), stem("companies'"), stem("it")
    ('Lindqvist', 'companies', 'it')
    """
    return _POSSESSIVE.sub("", word)


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """A code that words of the same sound share.

    >>> sound("Kline") == sound("Cline"), sound("Marlinson") == sound("Marlenson"), sound("Kerr") == sound("Carter")
    (True, True, False)
    """
    code = word.lower()
    for pattern, replacement in _SOUNDS:
        code = pattern.sub(replacement, code)
    return code


def one_slip(word: str) -> Iterator[str]:
    """Every form one letter put in, left out, changed or swapped with its neighbour away from a lower-case word.

    About 54 forms a letter (Norvig 2007), so a look-up in a table of any size costs the same.

    >>> "madagascar" in set(one_slip("madagasgar"))
    True
    """
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS if letter != tail[0])
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in _LETTERS)


def differs_at_end(one: str, other: str) -> bool:
    """Whether two words differ only in their last letter or by one at the end: "plan", "plans", "plane".

    Inflections are no slips, and neither are names of a family ("Kowalski", "Kowalska").

    >>> differs_at_end("plans", "plan"), differs_at_end("Kline", "Klina"), differs_at_end("marlinson", "marlenson")
    (True, True, False)
    """
    short = min(len(one), len(other))
    common = next((i for i in range(short) if one[i] != other[i]), short)
    return common >= max(len(one), len(other)) - 1


def differ_in_vowel(one: str, other: str) -> bool:
    """Whether two words differ in one letter, which is a vowel in both: the slip of a recogniser, not of a typist.

    >>> differ_in_vowel("saxophane", "saxophone"), differ_in_vowel("saxohpone", "saxophone")
    (True, False)
    """
    pairs = [{a, b} for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(pairs) == 1 and pairs[0] <= _VOWELS
