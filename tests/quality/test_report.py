"""The figures of the last evaluation, cross-validated by site, are not below what the product promises."""

from __future__ import annotations

import re
import tomllib
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "quality.md"
REPORTED: list[dict[str, Any]] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))["reported"]
CELL = re.compile(r"\s*\|\s*")


def table_of(section: str) -> list[list[str]]:
    """The first table below a heading that starts with these words: its head and its rows."""
    _, _, rest = REPORT.read_text("utf-8").partition(f"\n## {section}")
    lines = dropwhile(lambda line: not line.startswith("|"), rest.partition("\n## ")[0].splitlines())
    rows = [CELL.split(line.strip("| ")) for line in takewhile(lambda line: line.startswith("|"), lines)]
    return [rows[0], *rows[2:]]


def figures_of(entry: dict[str, Any]) -> dict[str, float]:
    """A row of a table by the names of its columns, or a column by those of its rows."""
    head, *rows = table_of(entry["section"])
    if "row" in entry:
        cells = next(row for row in rows if row[0] == entry["row"])
        return {name: float(value) for name, value in zip(head[1:], cells[1:], strict=True)}
    column = head.index(entry["column"])
    return {row[0]: float(row[column]) for row in rows}


@pytest.mark.parametrize("bounds", REPORTED, ids=[row.get("row", row.get("column")) for row in REPORTED])
def test_the_evaluation_holds_its_floors(bounds: dict[str, Any]) -> None:
    """What `make evaluate` last wrote, against the floors; a worse evaluation is not committed unnoticed."""
    figures = figures_of(bounds)
    assert all(figures[name] >= least for name, least in bounds.get("min", {}).items()), figures
    assert all(figures[name] <= most for name, most in bounds.get("max", {}).items()), figures
