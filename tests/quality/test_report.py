"""The figures of the last evaluation, cross-validated by site, are not below what the product promises."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "quality.md"
REPORTED: list[dict[str, Any]] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))["reported"]
CELL = re.compile(r"\s*\|\s*")


def figures_of(corpus: str) -> dict[str, float]:
    """The column of a corpus in the report's table of text dumps."""
    rows = [CELL.split(line.strip("| \n")) for line in REPORT.read_text("utf-8").splitlines() if line.startswith("|")]
    at = next(number for number, row in enumerate(rows) if row[0] == "figure" and corpus in row)
    column = rows[at].index(corpus)
    found: dict[str, float] = {}
    for row in rows[at + 2 :]:
        if len(row) != len(rows[at]) or row[0] == "role":
            break
        found[row[0]] = float(row[column])
    return found


@pytest.mark.parametrize("bounds", REPORTED, ids=[row["corpus"] for row in REPORTED])
def test_the_evaluation_holds_its_floors(bounds: dict[str, Any]) -> None:
    """What `make evaluate` last wrote, against the floors; a worse evaluation is not committed unnoticed."""
    figures = figures_of(bounds["corpus"])
    assert all(figures[name] >= least for name, least in bounds.get("min", {}).items()), figures
    assert all(figures[name] <= most for name, most in bounds.get("max", {}).items()), figures
