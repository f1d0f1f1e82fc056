"""Dates as pages write them, in any language that has a phrase pack: found in a line, and read to an ISO day.

Only full dates are read. A date without its year, or a relative one ("two hours ago"), would need to know when the page was
retrieved, so it is never turned into a day: nothing is made up. Digits may be of any script that Unicode has.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk.transforms.rules import PhrasePack

_YEARS: Final = range(1800, 2100)
"""Years that a page can be of; other four-digit numbers are no years."""
_CENTURY_TURN: Final = 70
"""A year of two digits from here on is of the 20th century, as POSIX strptime reads it (there: 69)."""
_EMPTY_MONTHS: Final[tuple[tuple[str, ...], ...]] = ()

_DOT: Final = "\u0307"
"""What is left of a Turkish capital İ above its small i."""
_YEAR = re.compile(r"\d{4}|[-/.'’]\s?\d{2}")
"""What every date has that is read here: most lines with a figure have none, and are spared the search for one."""
_ISO = re.compile(r"(?<![\d/.-])(?P<y>\d{4})(?P<sep>[-/.])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<d>\d{1,2})(?!\d)")
_IDEOGRAPHIC = re.compile(r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]")
_NUMERIC = re.compile(
    r"(?<![\d/.-])(?P<a>\d{1,2})(?P<sep>[-/.])\s?(?P<b>\d{1,2})(?P=sep)\s?"
    r"(?P<y>\d{4}(?=\d{1,2}(?P=sep)\d{1,2}(?P=sep)\d{4})|(?:\d{4}|\d{2})(?![\d/-]))",
)
"""Its second half is for a date said twice without a space, as text dumps give two elements of one line."""
_JOINTS: Final = ("-", "/", ".")
"""One of them stands in every date of figures that `_ISO` and `_NUMERIC` read."""
_SLASHED = re.compile(r"(?<![\d/-])(?P<a>\d{1,2})(?P<sep>[-/])(?P<b>\d{1,2})(?P=sep)(?:\d{4}|\d{2})(?![\d/-])")
_MONTHS: Final = 12
_DAYS: Final = 31
_TIME = re.compile(
    r"\b\d{1,2}\s?[:.h]\s?\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?\s?m\b\.?)?|\b\d{1,2}\s*[ap]\.?m\b\.?|\b(?:gmt|utc|(?-i:[A-Z]{1,3}[SD]T|ET)|uhr)\b(?:\s*[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d.,:])\d{1,2}(?:[:.]\d{2}(?![.\d])|\s?h\s?\d{2}\b|(?=\s?[ap]\.?m\b))", re.IGNORECASE)
_LEFT = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date in a line."""

    day: str
    """ISO 8601, "2024-03-05"."""
    start: int
    end: int
    """Offsets into the line."""


@functools.lru_cache(maxsize=64)
def _month_pattern(months: tuple[tuple[str, ...], ...]) -> tuple[re.Pattern[str], dict[str, int]] | None:
    numbers = {name.rstrip("."): number for number, names in enumerate(months, 1) for name in names}
    if not numbers:
        return None
    names = "|".join(re.escape(name) for name in sorted(numbers, key=lambda name: (-len(name), name)))
    joint = r"(?:\s*[.,،]?\s*(?:de|del|d'|of)?\s+|\s*[.,،/-]\s*|\s*)"
    pattern = re.compile(
        rf"(?<!\d)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|ª)?{joint}(?P<m1>{names})(?![^\W\d_]){joint}(?P<y1>\d{{4}}|(?<=[-/])\d{{2}})"
        rf"|(?:(?<![^\W_])|(?-i:(?<=[a-zß-ÿ])(?=[A-Z])))(?P<m2>{names})(?![^\W\d_])\.?\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\.?,?\s*['’]?(?P<y2>\d{{4}}|(?<=['’])\d{{2}})"
        rf"|(?P<y3>\d{{4}})\s*[.,-]?\s*(?P<m3>{names})(?![^\W\d_])\.?\s*(?P<d3>\d{{1,2}}))(?!\d)",
        re.IGNORECASE,
    )
    return pattern, numbers


def _day(year: int, month: int, day: int) -> str | None:
    if year not in _YEARS:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _year(digits: str) -> int:
    value = int(digits)
    if len(digits) > 2:
        return value
    return value + (1900 if value >= _CENTURY_TURN else 2000)


def _named(line: str, pack: PhrasePack) -> Iterator[FoundDate]:
    compiled = _month_pattern(pack.months or _EMPTY_MONTHS)
    if compiled is None:
        return
    pattern, numbers = compiled
    for match in pattern.finditer(line):
        for which in "123":
            if name := match[f"m{which}"]:
                number = numbers.get(name.casefold().replace(_DOT, ""), 0)
                if day := _day(_year(match[f"y{which}"]), number, int(match[f"d{which}"])):
                    yield FoundDate(day=day, start=match.start(), end=match.end())


def _numbered(line: str, *, day_first: bool) -> Iterator[FoundDate]:
    joined = any(joint in line for joint in _JOINTS)  # most dates are named, and have none
    for pattern in (_ISO, _IDEOGRAPHIC) if joined else () if line.isascii() else (_IDEOGRAPHIC,):
        for match in pattern.finditer(line):
            if day := _day(int(match["y"]), int(match["m"]), int(match["d"])):
                yield FoundDate(day=day, start=match.start(), end=match.end())
    for match in _NUMERIC.finditer(line) if joined else ():
        first, second = int(match["a"]), int(match["b"])
        # A point between the numbers puts the day first in every language that writes dates with points. English and the
        # languages that put the year first write 11.03.17 in any order, so that it is read only where one order is possible.
        if not day_first and match["sep"] == "." and len(match["y"]) == 2 and first != second and max(first, second) <= _MONTHS:
            continue
        orders = ((second, first), (first, second)) if day_first or match["sep"] == "." else ((first, second), (second, first))
        for month, day_number in orders:
            if day := _day(_year(match["y"]), month, day_number):
                yield FoundDate(day=day, start=match.start(), end=match.end())
                break


def find_date(line: str, packs: Sequence[PhrasePack]) -> FoundDate | None:
    """The first full date of a line, by the months and the order of day and month of each pack in turn.

    Args:
        line: one block's text.
        packs: the packs of the document's languages, the likeliest first; `order_days` fits them to a page.

    Returns:
        The date, or None. An impossible one (31 June) is none.

    >>> find_date("Posted 2024-03-05 by L. Moreau", ()).day
    '2024-03-05'
    >>> find_date("31.06.2024", ()) is None
    True
    """
    if _YEAR.search(line) is None:
        return None
    for pack in packs:
        for found in _named(line, pack):
            return found
    return next(_numbered(line, day_first=packs[0].day_first if packs else True), None)


def find_dates(line: str, packs: Sequence[PhrasePack]) -> list[FoundDate]:
    """All full dates of a line, from left to right: "Published 2024-03-05, updated 2024-03-06" has two.

    >>> [found.day for found in find_dates("Published 2024-03-05, updated 2024-03-06", ())]
    ['2024-03-05', '2024-03-06']
    """
    if _YEAR.search(line) is None:
        return []
    several = [found for pack in packs for found in _named(line, pack)]
    several += _numbered(line, day_first=packs[0].day_first if packs else True)
    kept: list[FoundDate] = []
    for found in sorted(several, key=lambda found: (found.start, -found.end)):
        if not kept or found.start >= kept[-1].end:
            kept.append(found)
    return kept


def order_days(lines: Iterable[str], packs: Sequence[PhrasePack]) -> tuple[PhrasePack, ...]:
    """The packs, with the order of day and month that the page's own unambiguous dates show.

    English is written with both orders; one 25/12/2024 on a page says which order 3/4/2024 has there, since a site writes all
    of its dates by one template. Where the dates of a page disagree, or all are ambiguous, the language's own order stands.

    >>> pack = PhrasePack(language="en", rules=(), day_first=False)
    >>> find_date("3/4/2024", order_days(["25/12/2023"], [pack])).day
    '2024-04-03'
    """
    day_first = month_first = 0
    for line in lines:
        for match in _SLASHED.finditer(line) if "/" in line or "-" in line else ():
            first, second = int(match["a"]), int(match["b"])
            day_first += second <= _MONTHS < first <= _DAYS
            month_first += first <= _MONTHS < second <= _DAYS
    if not packs or bool(day_first) == bool(month_first) or packs[0].day_first == bool(day_first):
        return tuple(packs)
    return (_other_order(packs[0]), *packs[1:])


@functools.lru_cache(maxsize=64)
def _other_order(pack: PhrasePack) -> PhrasePack:
    """A pack with the other order of day and month; made once, since its patterns are read anew."""
    return replace(pack, day_first=not pack.day_first)


def words_beside(line: str, *found: FoundDate) -> list[str]:
    """The words of a line that belong neither to its dates nor to a time of day.

    >>> words_beside("Updated 2024-03-05 17:20 GMT", FoundDate(day="2024-03-05", start=8, end=18))
    ['Updated']
    """
    for date in reversed(found):
        line = line[: date.start] + " " + line[date.end :]
    return _LEFT.findall(_TIME.sub(" ", line))


def find_clock(line: str) -> int | None:
    """Where a time of day begins in a line ("at 9:41 PM", "17:20 Uhr").

    >>> find_clock("Posted at 9:41 PM"), find_clock("Chapter 9")
    (10, None)
    """
    found = _CLOCK.search(line)
    return found.start() if found else None
