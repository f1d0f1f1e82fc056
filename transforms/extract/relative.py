"""Days that a page says by their distance from today ("3 hours ago", "gestern"), counted from a known time of retrieval.

Without one they are never turned into a day, and hours only where the time of day was known too: "3 hours ago" at one in the
morning is yesterday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.dates import find_clock
from copydesk.transforms.rules import PhrasePack

_MAX_CHARACTERS: Final = 60
"""Characters of a line that dates a story; in a longer one "today" is part of a sentence."""
_FIXED: Final = {"today": 0, "yesterday": 1}
"""Days back."""
_WHOLE: Final = {"days": 1, "weeks": 7}
"""Days in a unit."""
_PART: Final = {"minutes": 60, "hours": 3600}
"""Seconds in a unit."""


def read_relative(line: str, retrieved: str | None, packs: Sequence[PhrasePack]) -> str | None:
    """The ISO day that a short line says by its distance from the retrieval of its page.

    Args:
        line: one block's text.
        retrieved: ISO 8601, a day or a time; what is no such thing counts as unknown.
        packs: the packs of the document's languages.

    Returns:
        The day, or None: the line says none, the retrieval is not known, or hours are counted from a day without its time.

    >>> import re
    >>> pack = PhrasePack(language="en", rules=(), ago=re.compile("(?P<n>[0-9]+) (?:(?P<hours>hours)|(?P<days>days)) ago"))
    >>> read_relative("Ana Ortega, 3 days ago", "2024-03-05", [pack])
    '2024-03-02'
    >>> read_relative("3 hours ago", "2024-03-05T01:00:00Z", [pack]), read_relative("3 hours ago", "2024-03-05", [pack])
    ('2024-03-04', None)
    """
    if not retrieved or len(line) > _MAX_CHARACTERS:
        return None
    try:
        now = dt.datetime.fromisoformat(retrieved)
    except ValueError:
        return None
    timed = len(retrieved) > len("2024-03-05")
    folded = fold(line)
    for pack in packs:
        if pack.ago is not None and (found := pack.ago.search(folded)):
            groups = {name: value for name, value in found.groupdict().items() if value}
            if _FIXED.keys() & groups and find_clock(line) is None:
                return None  # "The town today": a name as often as a day
            return _go_back(now, groups, timed=timed)
    return None


def _go_back(now: dt.datetime, groups: Mapping[str, str], *, timed: bool) -> str | None:
    count = int(groups.get("n", "1"))
    days = sum(_FIXED.get(unit, _WHOLE.get(unit, 0) * count) for unit in groups)
    seconds = sum(_PART.get(unit, 0) * count for unit in groups)
    if seconds and not timed:
        return None
    try:
        return (now - dt.timedelta(days=days, seconds=seconds)).date().isoformat()
    except OverflowError:  # a retrieval in the first years of the calendar
        return None
