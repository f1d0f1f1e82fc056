"""Typographic marks taken out of a text: what is left of most Latin text is ASCII, which is read many times as fast."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np

MARKS: Final = "‘’“”…–—\xa0"
"""The marks by which most English text is not ASCII; none of them is a letter, a digit or part of one."""
_LAST_ASCII: Final = 0x7F
_RARE: Final = 32
"""A text with more than one character in so many beyond ASCII has letters among them, and is ASCII in no case."""


def blank_marks(text: str) -> str:
    """A text with a blank for each typographic mark; for what reads letters and digits only.

    >>> blank_marks("“Rain”—again…"), blank_marks("The ferry costs 5 € since the rain stopped")
    (' Rain  again ', 'The ferry costs 5   since the rain stopped')
    """
    if not text.isascii():
        for mark in MARKS:
            text = text.replace(mark, " ")
        if not text.isascii():
            text = _blank_rare(text)
    return text


def _blank_rare(text: str) -> str:
    """A text with blanks for all other marks and signs beyond ASCII, where it has few characters that are."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    beyond = codes[codes > _LAST_ASCII]
    if len(beyond) * _RARE <= len(codes):
        for code in sorted(set(beyond.tolist())):
            if _is_mark(code):
                text = text.replace(chr(code), " ")
    return text


@lru_cache(maxsize=1_024)
def _is_mark(code: int) -> bool:
    """Whether a character is punctuation, a sign or a space: part of no letter and no digit, and of none that it composes."""
    return unicodedata.category(chr(code))[0] in "PSZ"
