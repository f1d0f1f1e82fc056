"""The words of a text, as the list of sources finds them: the same function for what is searched and for what is asked.

SQLite parts words by tables of its own, of another Unicode version than Python's, and takes a run of Chinese, Japanese or
Thai, where no space stands between words, for one word. So it is given a text in which nothing is left to decide: its `ascii`
tokenizer parts at the signs of ASCII alone, and everything else was folded and parted here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

TOKENIZER: Final = "ascii"
"""Of SQLite's FTS5: letters and digits of ASCII, in either case, and all that is not ASCII, are of a word."""
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]+")
_WORD: Final = re.compile(r"(?:[0-9A-Za-z]|[^\x00-\x7f])+")
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
"""Combining marks of Latin, Greek and Cyrillic: who searches for "cafe" finds "café"."""
_NO_WORD: Final = re.compile(r"[^\w\x00-\x7f]")
_SPACELESS: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Burmese, Khmer, kana, the characters of Chinese (Unicode's blocks): no space stands between words."""
_AT_ONCE: Final = 1_000
"""Characters that are normalized at once: marks in the wrong order are sorted in quadratic time."""


def searchable(text: str) -> str:
    r"""A text as words that SQLite parts as they are parted here.

    Case, accents, and which of several ways of writing a character was taken, make no difference. Of a script without spaces
    each two characters that stand together are a word, and the last one: what is asked for is found by its pairs, wherever
    it stands, and now and then a text that has the same pairs elsewhere.

    >>> searchable("Cafe\u0301 “Zoë”")
    'Cafe  Zoe '
    >>> searchable("東京の塔, 2026")
    ' 東京 京の の塔 塔 , 2026'
    >>> searchable("हिन्दी")
    'हिन्दी'
    """
    return text if text.isascii() else _FOREIGN.sub(_fold, text)


def terms(text: str, most: int) -> list[str]:
    r"""What is asked for, as the beginnings of words of a `searchable` text.

    Args:
        text: as it was typed.
        most: terms.

    >>> terms('"東京" OR caf\u00e9*', 9)
    ['東京', '京', 'OR', 'cafe']
    """
    return list(dict.fromkeys(_WORD.findall(searchable(text))))[:most]


def _fold(found: re.Match[str]) -> str:
    run = found[0]
    if len(run) > _AT_ONCE:
        run = "".join(_normal(run[at : at + _AT_ONCE]) for at in range(0, len(run), _AT_ONCE))
    else:
        run = _normal(run)
    return _SPACELESS.sub(_pairs, _NO_WORD.sub(_mark_or_space, run))


def _normal(text: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare.casefold())


def _mark_or_space(found: re.Match[str]) -> str:
    """Vowel signs and the like are of their word, which Python's own notion of a word leaves out."""
    return found[0] if unicodedata.category(found[0]).startswith("M") else " "


def _pairs(found: re.Match[str]) -> str:
    run = found[0]
    return f" {' '.join(run[at : at + 2] for at in range(len(run)))} "
