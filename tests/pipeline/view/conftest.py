"""Runs that are viewed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline import runs
from tests.pipeline.view.served import Client, served

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A small run: two sources of two stories each, one of them hostile, one repeated, one rejected."""
    rows = runs.rows_of("in/a.txt")
    other = runs.rows_of("in/hostile.txt")
    other["stories"][0]["headline"] = SCRIPT
    other["stories"][0]["text"] = other["stories"][0]["text"].replace("Boats", SCRIPT + "Boats")
    other["stories"][0]["paragraphs"][1]["end"] += len(SCRIPT)
    other["removed"][0]["text"] = f"Sites & {SCRIPT}"
    for kind, more in other.items():
        rows[kind] += more
    same = runs.rows_of("in/same.txt")["documents"][0]
    rows["documents"].append(same | {"same_as": "in/a.txt", "stories": [], "characters": 0})
    rows["rejected"].append(runs.rejected_row("in/empty.txt"))
    return runs.write_run(tmp_path / "out", rows, run_id="r1")


@pytest.fixture
def client(output: Path, tmp_path: Path) -> Iterator[Client]:
    """Its server."""
    with served(output, tmp_path / "labels.jsonl") as found:
        yield found
