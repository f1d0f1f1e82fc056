"""Slices are taken one by one, the largest first, each by one process."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from copydesk.pipeline.processes.queueing import take_slices, write_queue
from copydesk.pipeline.sources import Slice


def make_slices(sizes: list[int]) -> list[Slice]:
    """Slices of these sizes, numbered by their first source."""
    return [Slice(offset=100 * number, count=1, first=number, size=size) for number, size in enumerate(sizes)]


def test_the_largest_is_taken_first(tmp_path: Path) -> None:
    """In order of size, those of one size in the order of the list, so that the last ones are small."""
    write_queue(str(tmp_path / "queue"), make_slices([5, 9, 5, 7]))
    assert [part.first for part in take_slices(str(tmp_path / "queue"))] == [1, 3, 0, 2]
    assert list(take_slices(str(tmp_path / "queue"))) == []


def _take(path: str) -> list[int]:
    return [part.first for part in take_slices(path)]


def test_processes_share_a_queue(tmp_path: Path) -> None:
    """Three processes at once take every slice, and none twice."""
    path = str(tmp_path / "queue")
    write_queue(path, make_slices([number % 50 for number in range(3000)]))
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        taken = pool.map(_take, [path] * 3)
    assert sorted(first for each in taken for first in each) == list(range(3000))
