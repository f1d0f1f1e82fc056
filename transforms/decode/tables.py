"""Tables of a page: the row and the column of each cell, counted as browsers lay them out.

What spans several columns, or reaches down from a row above, takes up places of the cells behind it: forming a table,
https://html.spec.whatwg.org/multipage/tables.html#forming-a-table. So the numbers of a year stand below that year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.decode.frames import Frame
from copydesk.transforms.shapes import Cell

CELL_TAGS: Final = frozenset({"td", "th"})
_IN_CELL_TAGS: Final = frozenset({"p", "div"})
"""What editors put around the text of a cell."""
_DEEPEST: Final = 3
"""Elements around the text of a cell that are looked through."""
MOST_COLUMNS: Final = 100
"""Columns that one cell may span, and the last one that a cell may reach down in. HTML allows 1,000, by which thirty
characters of markup would become as many of white space; no table that people read is as wide."""
_REST: Final = 1_000_000
"""Rows: `rowspan=0` means all that follow."""
_NUMBER: Final = re.compile(r"\s*\+?([0-9]{1,6})")


@dataclass(slots=True)
class _Row:
    """An open row."""

    index: int
    """Its place among the rows of what holds it."""
    reach: dict[int, int]
    """Column -> the last of these rows into which a cell reaches down; one for all rows of what holds them."""
    free: int = 1
    """The column behind its last cell."""


class Tables:
    """The cells of a page's tables, told of as they open."""

    def __init__(self) -> None:
        """Begin without any."""
        self._cells: dict[int, Cell] = {}
        """By the numbers of their elements, as the rest."""
        self._rows: dict[int, _Row] = {}
        self._reach: dict[int, dict[int, int]] = {}
        self._counts: Counter[int] = Counter()
        """Rows so far of what holds them."""

    def open(self, tag: str, number: int, parent: Frame | None, attributes: Mapping[str, str]) -> None:
        """An element opens; a cell that stands in no row is none.

        Args:
            tag: its name.
            number: its own.
            parent: the innermost element that is open.
            attributes: as they stand on the page.
        """
        if parent is None:
            return
        if tag == "tr":
            self._counts[parent.number] += 1
            self._rows[number] = _Row(self._counts[parent.number], self._reach.setdefault(parent.number, {}))
        elif tag in CELL_TAGS and parent.number in self._rows:
            self._cells[number] = (parent.number, self._place(self._rows[parent.number], attributes))

    def _place(self, row: _Row, attributes: Mapping[str, str]) -> int:
        """The column of the next cell of a row, which takes up that and those that it spans."""
        while row.reach.get(row.free, 0) >= row.index:
            row.free += 1
        column = row.free
        row.free += min(_span(attributes, "colspan") or 1, MOST_COLUMNS)
        if (down := _span(attributes, "rowspan")) != 1:
            last = row.index + (down or _REST) - 1
            for each in range(column, min(row.free, MOST_COLUMNS + 1)):
                row.reach[each] = max(last, row.reach.get(each, 0))
        return column

    def cell_of(self, frame: Frame) -> Cell | None:
        """The cell that an element is, or that it is a paragraph of."""
        for _ in range(_DEEPEST if self._cells else 0):
            if frame.tag not in _IN_CELL_TAGS or frame.parent is None:
                break
            frame = frame.parent.standing
        return self._cells.get(frame.number)


def _span(attributes: Mapping[str, str], name: str) -> int:
    """How many columns or rows an attribute says; 1 where it says no number.

    >>> _span({"colspan": " 2px"}, "colspan"), _span({"rowspan": "0"}, "rowspan"), _span({"colspan": "-3"}, "colspan")
    (2, 0, 1)
    """
    found = _NUMBER.match(attributes.get(name, ""))
    return int(found[1]) if found else 1
