"""What characters a page's lines are made of: words, marks, capitals, digits, counted for all lines at once.

To count them line by line took half of the time that a line is looked at. Here all lines are one array of characters, each
with a word of bits that says what it is, asked of Python once for each character there is; the counts are sums over the bits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

CHARACTERS_PER_WORD: Final = 2.0
"""In scripts without spaces: Chinese and Japanese newswriting has 1.5 to 2.2 characters a word; Thai has more."""
SPACELESS: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
TITLED_WORDS: Final = 40
"""Words of a line whose first letters are looked at."""

_SPACED_MARKS: Final = ".!?,;:"
"""Marks of sentences and clauses that a blank, a closing quotation mark or the end of the line follows ..."""
_FULL_MARKS: Final = "。，、！？；।،۔؟"
"""... and those that stand for themselves."""
_CLOSING: Final = "\"'”’»)"
_STOPS: Final = ".!?。！？।۔؟"
_QUOTES: Final = '"“”«»「」„'
_NOT_INNER: Final = "؟"
_MARKS: Final = re.compile(rf"[{_SPACED_MARKS}{_FULL_MARKS}](?:(?<=[{_FULL_MARKS}])|(?=[\s{_CLOSING}]|\Z))")
_DIGITS: Final = re.compile(r"\d")
_AT_ONCE: Final = 1 << 16
"""Characters that are read at once, of several lines: with 40 bytes of room for each, 3 MB. A page has a third of it. A longer
line is looked at by itself."""
_PIECE: Final = 1 << 13
_CODES: Final = 0x110000
"""Code points of Unicode: a table of them takes 2 MB, of which the pages touch what they hold."""

_SPACE, _ALPHA, _UPPER, _LOWER, _MARK, _FULL, _FOLLOWS, _UNCOUNTED, _LAST, _STOP, _DENSE, _DIGIT, _QUOTE, _KNOWN = (
    np.uint16(1 << bit) for bit in range(14)
)


class Spelling(NamedTuple):
    """One line's characters."""

    units: float
    """Words; in scripts without spaces, what would be words."""
    marks: int
    """Marks of sentences and clauses inside the line."""
    stops: int
    """Marks that end a sentence, at the line's end too."""
    titled: float
    """Share of the first words that begin with a capital, of those that begin with a letter."""
    capitals: bool
    """A word begins with a letter, and every letter is a capital."""
    digits: int
    quoted: bool
    """There is a double quotation mark."""


def _bits_of(char: str) -> int:
    tests = (
        char == " ", char.isalpha(), char.isupper(), char.islower() or (char.istitle() and not char.isupper()),
        char in _SPACED_MARKS + _FULL_MARKS,
        char in _FULL_MARKS, char.isspace() or char in _CLOSING, char in _NOT_INNER, char in _SPACED_MARKS, char in _STOPS,
        SPACELESS.match(char) is not None, char.isdecimal(), char in _QUOTES, True,
    )  # fmt: skip
    return sum(1 << bit for bit, holds in enumerate(tests) if holds)


_BITS: Final = np.zeros(_CODES, np.uint16)
"""Code point -> what its character is; 0 until it is met."""


def _read_bits(codes: NDArray[np.uint32]) -> NDArray[np.uint16]:
    bits = _BITS[codes]
    if not bits.all():
        for code in set(codes[bits == 0].tolist()):
            _BITS[code] = _bits_of(chr(code))
        bits = _BITS[codes]
    return bits


def spell(texts: Sequence[str]) -> list[Spelling]:
    """The characters of some lines, none of them empty; linear in their length.

    >>> spell(["“It Rained.”", "東京は雨です"])[0]
    Spelling(units=2.0, marks=1, stops=1, titled=1.0, capitals=False, digits=0, quoted=True)
    """
    found: list[Spelling] = []
    first = size = 0
    for number, text in enumerate(texts):
        if size and size + len(text) > _AT_ONCE:
            found += _spell(texts[first:number])
            first, size = number, 0
        if len(text) > _AT_ONCE:
            found.append(_spell_long(text))
            first = number + 1
        else:
            size += len(text)
    return found + _spell(texts[first:]) if first < len(texts) else found


def count_dense(text: str) -> int:
    """Characters of scripts without spaces between words, read in pieces, so that no list of all of them is held.

    >>> count_dense("東京 Tower")
    2
    """
    return sum(len(SPACELESS.findall(text[at : at + _PIECE])) for at in range(0, len(text), _PIECE))


def _spell_long(text: str) -> Spelling:
    """The characters of one long line, looked at one after another: slower, in a thirtieth of the memory."""
    dense = count_dense(text)
    words = text.count(" ") + 1.0
    letters = [word[0] for word in text.split(" ", TITLED_WORDS)[:TITLED_WORDS] if word and word[0].isalpha()]
    marks = stops = 0
    for mark in _MARKS.finditer(text):
        marks += mark[0] not in _NOT_INNER
        stops += mark[0] in _STOPS
    return Spelling(
        units=words if 2 * dense < len(text) else max(words, dense / CHARACTERS_PER_WORD),
        marks=marks - (text[-1] in _SPACED_MARKS),
        stops=stops,
        titled=sum(map(str.isupper, letters)) / len(letters) if letters else 0.0,
        capitals=bool(letters) and text.isupper(),
        digits=sum(1 for _ in _DIGITS.finditer(text)),
        quoted=any(mark in text for mark in _QUOTES),
    )


def _spell(texts: Sequence[str]) -> list[Spelling]:
    """The characters of one line or more."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = sizes.cumsum() - sizes
    lines = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
    bits = _read_bits(codes)
    has = np.bitwise_or.reduceat(bits, starts)
    marks, stops = _count_marks(bits, lines, starts + sizes - 1, len(texts))
    titled, lettered = _count_capitals(bits, lines, starts, len(texts))
    capitals = lettered & (has & _LOWER == 0) & (has & _UPPER != 0)
    digits = np.bincount(lines[np.flatnonzero(bits & _DIGIT)], minlength=len(texts))
    columns = (_count_units(bits, lines, sizes, has), marks, stops, titled, capitals, digits, has & _QUOTE != 0)
    return list(map(Spelling._make, zip(*(column.tolist() for column in columns), strict=True)))


def _count_units(
    bits: NDArray[np.uint16], lines: NDArray[np.int32], sizes: NDArray[np.int64], has: NDArray[np.uint16],
) -> NDArray[np.float64]:  # fmt: skip
    words: NDArray[np.float64] = np.bincount(lines[np.flatnonzero(bits & _SPACE)], minlength=len(sizes)) + np.float64(1)
    if not (has & _DENSE).any():
        return words
    dense = np.bincount(lines[np.flatnonzero(bits & _DENSE)], minlength=len(sizes))
    return np.where(2 * dense < sizes, words, np.maximum(words, dense / CHARACTERS_PER_WORD))


def _count_marks(
    bits: NDArray[np.uint16], lines: NDArray[np.int32], ends: NDArray[np.int64], count: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Marks inside of each line, and those that end a sentence."""
    at = np.flatnonzero(bits & _MARK)
    followed = np.append(bits[1:] & _FOLLOWS, _FOLLOWS)
    followed[ends] = _FOLLOWS
    at = at[(followed[at] | bits[at] & _FULL) != 0]
    found, of = bits[at], lines[at]
    inner = np.bincount(of[found & _UNCOUNTED == 0], minlength=count) - (bits[ends] & _LAST != 0)
    return inner, np.bincount(of[found & _STOP != 0], minlength=count)


def _count_capitals(
    bits: NDArray[np.uint16], lines: NDArray[np.int32], starts: NDArray[np.int64], count: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:  # fmt: skip
    """The share of each line's words that begin with a capital, and whether any begins with a letter."""
    spaces = bits & _SPACE != 0
    opens = np.append(True, spaces[:-1])
    opens[starts] = True
    at = np.flatnonzero(opens & ~spaces)
    total = spaces.cumsum()
    before = total[at] - (total[starts] - spaces[starts])[lines[at]]
    at = at[before < TITLED_WORDS]
    letters = at[bits[at] & _ALPHA != 0]
    every = np.bincount(lines[letters], minlength=count)
    upper = np.bincount(lines[letters[bits[letters] & _UPPER != 0]], minlength=count)
    return upper / np.maximum(every, 1), every > 0
