"""Values of metadata: a line of text, a date, names. One that is none of these is left out, never guessed."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Final

MAX_VALUE: Final = 1_000
"""Characters of one value; a longer one is no title, name or date."""
MAX_NAME: Final = 80
"""Characters of a name; longer ones are sentences about the author."""
_DATE: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?)?(?!\d)",
)
_SLASHED: Final = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)$")
ADDRESS: Final = re.compile(r"^\s*(?:https?:|www\.|/|@)|\.(?:com|org|net)\b/", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d{2}")
_OPENERS: Final = frozenset({
    "", "by", "von", "par", "por", "di", "door", "av", "af", "author", "autor", "auteur", "written by",
})  # fmt: skip
_BY: Final = re.compile(
    r"^(?:(?:written |words )?by|von|par|por|di|door|av|af|(?:author|autor|auteur|autore)\s*:)\s*(?=\S)(?<=[\s:])",
    re.IGNORECASE,
)
_ALL_BY: Final = re.compile(
    r"[^\n]*\s[a-zà-öø-ÿ]\S*\s(?:[^\n]*\s)?(?:by|von|par|por|di|door|av|af|from|of)\s+(?=[^\W\d_])",
)
"""The text of a link to all that somebody wrote: an opening word behind a word without a capital, which names have none of."""
_WHITE: Final = re.compile(r"\s+")
_SURROGATES: Final = re.compile("[\ud800-\udfff]+")
"""JSON-LD may spell lone ones as escapes; no record can hold them."""


def tidy(value: object) -> str | None:
    r"""A value as one line of text without entities, or None if it is empty, too long or no text.

    >>> tidy("  Rain &amp; snow\n")
    'Rain & snow'
    """
    if not isinstance(value, str) or len(value) > 8 * MAX_VALUE:
        return None
    text = _WHITE.sub(" ", _SURROGATES.sub("", unescape(unescape(value)) if "&" in value else value)).strip()
    return text if text and len(text) <= MAX_VALUE else None


def iso_date(value: object) -> str | None:
    """A date or date-time of a machine-readable field as ISO 8601, with its time and zone where it has them, else None.

    >>> iso_date("2024-03-05 10:20:00Z"), iso_date("20240305"), iso_date("Tue, 05 Mar 2024 10:20:00 +0100"), iso_date("3/4/24")
    ('2024-03-05T10:20:00Z', '2024-03-05', '2024-03-05T10:20:00+01:00', None)
    """
    text = tidy(value)
    if text is None:
        return None
    if found := _DATE.match(text):
        return _iso(found)
    if found := _SLASHED.match(text):
        year, month, day = map(int, found.groups())
        return _checked(f"{year:04}-{month:02}-{day:02}")
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _iso(found: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second, zone = found.groups()
    date = _checked(f"{year}-{month}-{day}")
    if date is None or hour is None:
        return date
    moment = f"{date}T{hour}:{minute}:{second or '00'}"
    if zone:
        digits = zone[1:].replace(":", "")
        moment += "Z" if zone in {"Z", "UTC", "GMT"} else f"{zone[0]}{digits[:2]}:{digits[2:] or '00'}"
    return _checked(moment) or date


def _checked(moment: str) -> str | None:
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return moment if 1600 <= parsed.year <= 2200 else None


def split_names(value: object) -> list[str]:
    """Names of a field that may hold several, without "By".

    >>> split_names("By Ann Lee and Bo Ek"), split_names("Lee, Ann"), split_names("Ann Lee, Bo Ek; Cy Doe")
    (['Ann Lee', 'Bo Ek'], ['Lee, Ann'], ['Ann Lee', 'Bo Ek', 'Cy Doe'])
    """
    text = tidy(value)
    if text is None or ADDRESS.search(text):
        return []
    text = _BY.sub("", text)
    parts = re.split(r"\s*;\s*|\s+(?:and|&|und|et|y)\s+(?=[^\W\d_])", text)
    names = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",")]
        names += pieces if all(" " in piece for piece in pieces) else [part.strip()]
    names = [name.strip(" —–-|·•:") for name in names]
    return [name for name in names if any(map(str.isalpha, name)) and len(name) <= MAX_NAME and not _DIGITS.search(name)]


def signature_names(text: str) -> list[str]:
    r"""The names of the first line of a signature that has any.

    >>> signature_names("by Ann Lee\nMay 5, 2024\n@annlee"), signature_names("By\nAnn Lee")
    (['Ann Lee'], ['Ann Lee'])
    >>> signature_names("See all posts by Bo Ek")
    ['Bo Ek']
    """
    for line in text.split("\n"):
        told = tidy(line) or ""
        if told.rstrip(":").casefold() in _OPENERS:
            continue
        opened = _ALL_BY.match(told)
        if names := split_names(told[opened.end() :] if opened else told):
            return names
    return []
