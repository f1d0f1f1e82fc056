"""Tables of a page: the row and the column of each cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copydesk.transforms.decode.tables import MOST_COLUMNS
from copydesk.transforms.shapes import Document

Read = Callable[..., Document]


def test_cells_know_their_row_and_their_place(read: Read) -> None:
    """Empty cells count, a paragraph of a cell is the cell's, and what stands in no row of a table has none."""
    page = b"""<table><caption>c</caption><tr><th><th>B<td><p>C</p></td></tr><tr><td>D</td><td><div>E</div><table><tr><td>F
    </table></td></tr></table><p>G</p><td>H</td>"""
    blocks = {block.text: block.layout.cell for block in read(page, "html").blocks}
    (first, b), (_, c) = blocks["B"] or (0, 0), blocks["C"] or (0, 0)
    (second, d), (_, e) = blocks["D"] or (0, 0), blocks["E"] or (0, 0)
    assert (b, c, d, e) == (2, 3, 1, 2)
    assert blocks["C"] == (first, 3)
    assert first != second
    assert blocks["F"] is not None
    assert blocks["F"][0] not in {first, second}
    assert [blocks[text] for text in "cGH"] == [None] * 3


def columns(table: str, read: Read) -> list[list[tuple[str, int]]]:
    """The cells of a table's rows, each with its column."""
    found: dict[int, list[tuple[str, int]]] = {}
    for block in read(f"<table>{table}</table>".encode(), "html").blocks:
        assert block.layout.cell is not None
        found.setdefault(block.layout.cell[0], []).append((block.text, block.layout.cell[1]))
    return list(found.values())


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><th colspan=2>A<th>B<tr><td>c<td>d<td>e", [[("A", 1), ("B", 3)], [("c", 1), ("d", 2), ("e", 3)]]),
        ("<tr><td rowspan=2>A<td>b<tr><td>c<tr><td>d", [[("A", 1), ("b", 2)], [("c", 2)], [("d", 1)]]),
        ("<tr><td>a<td rowspan=2 colspan=2>B<td>c<tr><td>d<td>e", [[("a", 1), ("B", 2), ("c", 4)], [("d", 1), ("e", 4)]]),
        ("<tr><td rowspan=0>A<td>b<tr><td>c<tr><td>d", [[("A", 1), ("b", 2)], [("c", 2)], [("d", 2)]]),
        ("<thead><tr><th rowspan=9>A<th>b<tbody><tr><td>c", [[("A", 1), ("b", 2)], [("c", 1)]]),  # not over a group of rows
        ("<tr><td rowspan=3>A<td>b<tr><tr><td>c<tr><td>d", [[("A", 1), ("b", 2)], [("c", 2)], [("d", 1)]]),  # an empty row
        ("<tr><td colspan=x>A<td>b<td colspan=0>c<td>d", [[("A", 1), ("b", 2), ("c", 3), ("d", 4)]]),
        ("<tr><td colspan=999999999>A<td>b", [[("A", 1), ("b", 101)]]),
        ("<tr><td><div><div>A</div></div><td><span><p>b</p></span>", [[("A", 1), ("b", 2)]]),
        ("<tr><td rowspan=2><table><tr><td>A</table><td>b<tr><td>c", [[("A", 1)], [("b", 2)], [("c", 2)]]),
    ],
)
def test_cells_are_counted_as_they_are_laid_out(table: str, rows: list[list[tuple[str, int]]], read: Read) -> None:
    """What spans columns, or reaches down from a row above, takes up their places, up to a limit."""
    assert columns(table, read) == rows


def test_spans_cost_little(read: Read) -> None:
    """Cells that claim all that HTML allows, in rows without end, put no cell farther right than the limit allows."""
    rows = "".join("<tr>" + "<td rowspan=65534 colspan=1000>a" * 3 for _ in range(2_000))
    assert max(column for row in columns(rows, read) for _, column in row) <= 4 * MOST_COLUMNS
