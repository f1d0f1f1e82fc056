"""Bylines: who wrote it, as one name an entry, without "By", roles, agencies or dates.

A name is told by its shape (two to five capitalised words, particles between them), never by a list of names, so it holds
for people nobody has seen. The price: a place or a firm in a byline's position can pass for a name; scripts without capitals
are read only after an opening word of their language.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.extract.dates import find_date
from copydesk.transforms.rules import PhrasePack, fold

_MAX_CHARACTERS: Final = 160
"""A byline is one line of a page's head; longer ones are prose that begins with "By"."""
_MAX_NAME_WORDS: Final = 5
_MAX_NAME_CHARACTERS: Final = 50

_PARTICLES: Final = frozenset({
    "al", "ap", "ben", "bin", "da", "dal", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el",
    "la", "le", "los", "san", "st", "te", "ten", "ter", "van", "vom", "von", "y", "zu",
})  # fmt: skip
"""Words of names that are written small: Germanic, Romance, Arabic, Welsh."""
_WORD = re.compile(r"(?:[^\W\d_]\.?)+(?:['’.-][^\W\d_]+)*\.?")
_CUT = re.compile(
    r"\s*(?:[|•·–—►»@(\[:;\d]|\s-\s|\s/\s|https?:|\b(?:for|in|at|on)\b)",
    re.IGNORECASE,
)
"""What ends the names of a byline: a mark, a figure, an address, the place or the paper they write for."""
_AND: Final = r"\b(?:and|und|et|by|y|e|och|og|en|i|ja|ve|и)\b"
_JOINT = re.compile(rf"\s*(?:,|&|\+|、|・|{_AND})\s*", re.IGNORECASE)
_ROLE_WORDS: Final = frozenset({
    "admin", "agencies", "agency", "auteur", "author", "author's", "autor", "autore", "bureau", "chief", "columnist",
    "contributing", "contributor", "correspondent", "desk", "editor", "editorial", "guest", "journalist",
    "journalista", "media", "news", "newsroom", "photographer", "posted", "press", "published", "redakteur",
    "redakteurin", "redaktion", "reporter", "reporting", "senior", "staff", "team", "updated", "writer",
})  # fmt: skip
"""Words of a byline that are no part of a name: what people are, and what stands in for them."""
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


@functools.lru_cache(maxsize=64)
def _opener(words: tuple[str, ...]) -> re.Pattern[str] | None:
    if not words:
        return None
    either = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"(?:^|\b)(?:{either})(?:\s*[:：]\s*|\s+|(?<=[＝=・／])\s*)", re.IGNORECASE)


def is_name(text: str) -> bool:
    """Whether a text has the shape of one person's name in a script with capitals.

    >>> is_name("Ludwig van der Aa"), is_name("J. R. Ortega-Luna"), is_name("the council"), is_name("Madrid")
    (True, True, False, False)
    """
    words = text.split()
    if not 2 <= len(words) <= _MAX_NAME_WORDS or len(text) > _MAX_NAME_CHARACTERS:
        return False
    for word in words:
        if not _WORD.fullmatch(word) or word.casefold() in _ROLE_WORDS:
            return False
        if not word[0].isupper() and word.casefold() not in _PARTICLES:
            return False
    return words[0][0].isupper() and words[-1][0].isupper()


def _is_opened_name(text: str) -> bool:
    """A name after a word that opens a byline: one word is enough there, and a script without capitals."""
    if is_name(text):
        return True
    if _SPACELESS.search(text):
        return len(text) <= 8
    return bool(_WORD.fullmatch(text)) and text[0].isupper() and text.casefold() not in _ROLE_WORDS


@functools.lru_cache(maxsize=64)
def _month_day(months: tuple[tuple[str, ...], ...]) -> re.Pattern[str] | None:
    names = sorted({re.escape(name.rstrip(".")) for month in months for name in month})
    return re.compile(rf"\s(?:{'|'.join(names)})\.?\s+\d", re.IGNORECASE) if names else None


def _before_day(text: str, packs: Sequence[PhrasePack]) -> str:
    """A byline up to a date without a year, which `find_date` does not read: "Ana Ortega March 5 at noon"."""
    for pack in packs:
        pattern = _month_day(pack.months or ())
        if pattern is not None and (found := pattern.search(text)):
            return text[: found.start()]
    return text


def _names(text: str, *, opened: bool) -> tuple[str, ...]:
    cut = _CUT.search(text)
    accept = _is_opened_name if opened else is_name
    found: list[str] = []
    for part in _JOINT.split(text[: cut.start()] if cut else text):
        name = part.strip(" .,")
        if not name:
            continue
        if not accept(name):
            break
        if name not in found:
            found.append(name)
    return tuple(found)


def read_byline(line: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a byline that an opening word marks as one; empty where the line is none.

    Args:
        line: one block's text.
        packs: the packs of the document's languages; their `byline` words open a byline.

    >>> pack = PhrasePack(language="en", rules=(), byline=("by",))
    >>> read_byline("By Ana Ortega and J. P. Holm, Staff Writer", (pack,))
    ('Ana Ortega', 'J. P. Holm')
    >>> months = (("january",), ("february",), ("march",))
    >>> read_byline("By Ana Ortega March 5 at noon", (PhrasePack(language="en", rules=(), byline=("by",), months=months),))
    ('Ana Ortega',)
    >>> read_byline("By the time the rain stopped, the field was a lake.", (pack,))
    ()
    """
    if len(line) > _MAX_CHARACTERS:
        return ()
    date = find_date(line, packs)
    for pack in packs:
        opener = _opener(pack.byline)
        if opener is None:
            continue
        start = opener.match(line)
        if start is None and date is not None:  # "Posted on 5 March 2024 by Ana Ortega"
            start = opener.search(line)
        if start is None:
            continue
        end = date.start if date is not None and date.start >= start.end() else len(line)  # "By Ana Ortega March 5, 2024"
        if names := _names(_before_day(line[start.end() : end], packs), opened=True):
            return names
    return ()


def read_names(line: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a line that stands where a byline stands, with or without an opening word.

    >>> read_names("Ana Ortega, Reporter", ())
    ('Ana Ortega',)
    """
    if names := read_byline(line, packs):
        return names
    if found := find_date(line, packs):
        before, after = _names(line[: found.start], opened=False), _names(line[found.end :].lstrip(" |•·,-–—"), opened=False)
        return before or after
    return _names(_before_day(line, packs), opened=False)


def clean_author(author: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """Names of an author field of metadata, which is trusted more than a line: one that has no name's shape stays as it is.

    >>> clean_author("Ana Ortega and J. P. Holm", ())
    ('Ana Ortega', 'J. P. Holm')
    >>> clean_author("https://example.org/ana", ())
    ()
    """
    author = " ".join(author.split()).strip(" ,;|")
    if not author or "://" in author or "@" in author:
        return ()
    folded = fold(author)
    for pack in packs:
        for word in pack.byline:
            if folded.startswith(word + " "):
                author = author[len(word) + 1 :]
                folded = fold(author)
    return _names(author, opened=False) or ((author,) if len(author) <= _MAX_NAME_CHARACTERS else ())
