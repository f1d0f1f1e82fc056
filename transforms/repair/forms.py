"""Words as the model of punctuation knows them: without case, outer marks and digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

MARKS: Final = "\"'“”‘’«»()[]{}<>.,;:!?…-–—*_"
"""What may stand around a word without belonging to it."""
ENDING: Final = 3
"""Letters of a word's end by which a word that is not in the table is known: "ing", "ion", "ers"."""
UNKNOWN: Final = "-"
"""The row of words of which nothing is known."""

_DIGITS = re.compile(r"\d+")


def form_of(token: str) -> str:
    """A token in small letters, without the marks around it, each run of digits a 0, apostrophes straight.

    >>> form_of("(Don’t!"), form_of("1,500th"), form_of("--")
    ("don't", '0,0th', '')
    """
    return _DIGITS.sub("0", token.strip(MARKS).replace("’", "'").lower())


def row_of(form: str, rows: Mapping[str, int]) -> int:
    """The row of a form: its own, or that of its ending, or that of unknown words.

    >>> row_of("sail", {"sail": 2, "-ing": 1, "-": 3}), row_of("sailing", {"sail": 2, "-ing": 1, "-": 3})
    (2, 1)
    """
    found = rows.get(form)
    if found is None:
        found = rows.get("-" + form[-ENDING:])
    return rows[UNKNOWN] if found is None else found


def rows_of(forms: Sequence[str], rows: Mapping[str, int]) -> Iterator[int]:
    """The row of every form."""
    return (row_of(form, rows) for form in forms)
