"""Where prose is dense, which stretch of it is the heaviest, and how the gaps between its lines are built."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.extract.signals import DATE, LABEL, MIDDLING, PROSE
from copydesk.transforms.extract.stretches import add_density, add_gaps, add_main_stretch

WEIGHT: Final = 80
COST: Final = 6


def density(units: list[float], prose: list[bool]) -> dict[str, Any]:
    """The columns of density."""
    columns: dict[str, Any] = {}
    add_density(columns, np.array(units), np.array(prose))
    return columns


def test_density_counts_prose_near_each_line() -> None:
    """Shares of prose within some lines, before and behind, and how much of the page's prose is done."""
    columns = density([20, 2, 30, 3], [True, False, True, False])
    assert columns["dense_3"].tolist() == [0.5] * 4
    assert columns["dense_above_3"].tolist() == pytest.approx([0, 1, 0.5, 2 / 3])
    assert columns["dense_below_3"].tolist() == pytest.approx([1 / 3, 0.5, 0, 0])
    assert columns["done"].tolist() == [0, 0.4, 0.4, 1]
    assert (columns["prose_share"].tolist(), columns["paragraphs"].tolist()) == ([0.5] * 4, [2] * 4)
    assert (columns["at"].tolist(), columns["left"].tolist()) == ([0, 1, 2, 3], [3, 2, 1, 0])


def test_a_page_without_prose_has_no_density() -> None:
    """Nothing is divided by nothing."""
    columns = density([2, 3], [False, False])
    assert all(np.isfinite(values).all() for values in columns.values())
    assert columns["mass_50"].tolist() == [0, 0]


@given(st.lists(st.tuples(st.integers(1, 120), st.booleans()), min_size=1, max_size=14))
def test_the_main_stretch_is_the_heaviest(rows: list[tuple[int, bool]]) -> None:
    """No run of lines weighs more, where prose counts its words and any other line costs a few."""
    columns: dict[str, Any] = {}
    add_main_stretch(columns, np.array([float(units) for units, _ in rows]), np.array([prose for _, prose in rows]))
    start, last = -int(columns["main_from"][0]), int(columns["main_to"][0])
    weights = [min(units, WEIGHT) if prose else -COST for units, prose in rows]
    ends = range(1, len(rows) + 1)
    assert sum(weights[start : last + 1]) == max(sum(weights[i:j]) for j in ends for i in range(j))
    mass = [max(weight, 0) for weight in weights]
    assert columns["main_share"][0] == pytest.approx(sum(mass[start : last + 1]) / max(sum(mass), 1))


def gaps(kinds: list[int], *, groups: list[int] | None = None) -> dict[str, Any]:
    """The columns of gaps, of lines of these kinds; the middling ones may be headlines."""
    columns: dict[str, Any] = {}
    kind = np.array(kinds)
    numbers = np.array(groups or range(len(kinds)))
    add_gaps(
        columns, kind=kind, prose=kind == PROSE, groups=numbers, repeats=np.bincount(numbers)[numbers],
        units=np.where(kind == PROSE, 30.0, 5.0), eligible=kind == MIDDLING,
    )  # fmt: skip
    return columns


def test_gaps_built_alike_are_counted() -> None:
    """A gap knows how many of the page are built as it is, by its last line, by its last two, and so on."""
    columns = gaps([MIDDLING, DATE, PROSE, PROSE, MIDDLING, DATE, PROSE, LABEL, DATE, PROSE])
    assert columns["shape_1"].tolist() == [3, 3, 3, 1, 3, 3, 3, 3, 3, 3]
    assert columns["shape_2"].tolist() == [2, 2, 2, 1, 2, 2, 2, 1, 1, 1]
    assert columns["gap_size"].tolist() == [2, 2, 2, -1, 2, 2, 2, 2, 2, 2]
    assert columns["gaps"].tolist() == [3] * 10
    assert columns["gaps_headed"].tolist() == pytest.approx([2 / 3] * 10)


def test_lines_know_their_place_in_a_gap() -> None:
    """Lines from the gap's beginning, candidates for a headline in it, and candidates that are still to come."""
    columns = gaps([PROSE, LABEL, MIDDLING, MIDDLING, DATE, PROSE])
    assert columns["from_gap"].tolist() == [-1, 0, 1, 2, 3, -1]
    assert columns["gap_candidates"].tolist()[1:5] == [2] * 4
    assert columns["candidates_left"].tolist() == [0, 2, 1, 0, 0, 0]


def test_a_mark_of_the_page_stands_in_several_gaps() -> None:
    """What is said in many gaps is the page's own mark, whatever it says; said often in one gap it is none."""
    kinds = [LABEL, PROSE] * 4
    marked = gaps(kinds, groups=[0, 1, 0, 2, 0, 3, 0, 4])
    assert marked["spread"].tolist() == [4, 0] * 4
    assert marked["gap_spread_share"].tolist() == [1] * 8
    assert marked["back_recurring"].tolist() == [0, 1] * 4
    once = gaps([LABEL] * 4 + [PROSE], groups=[0, 0, 0, 0, 1])
    assert once["spread"].tolist() == [1] * 4 + [0]


@pytest.mark.parametrize("kinds", [[PROSE], [LABEL], [PROSE] * 3, [LABEL] * 3, [PROSE, LABEL]])
def test_pages_with_one_gap_or_none(kinds: list[int]) -> None:
    """A page of prose alone, or of none, has finite columns of its length."""
    columns = gaps(kinds)
    assert {len(values) for values in columns.values()} == {len(kinds)}
    assert all(np.isfinite(np.asarray(values, float)).all() for values in columns.values())
