"""Arithmetic over the lines of a page, against the plain way to do it."""

from __future__ import annotations

from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.transforms.extract.measures import (
    FAR,
    Neighbours,
    alike,
    distances,
    number_groups,
    others_mean,
    peaks,
    recurrence,
    run_lengths,
    shift,
    totals,
    twins,
)

FLAGS: Final = st.lists(st.booleans(), min_size=1, max_size=12)
NUMBERS: Final = st.lists(st.integers(0, 4), min_size=1, max_size=12)
KEYS: Final = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=12)


@given(FLAGS)
def test_distances(flags: list[bool]) -> None:
    """To the nearest marked line on either side, the line itself counted; far where there is none."""
    back, ahead = distances(np.array(flags))
    marked = [i for i, flag in enumerate(flags) if flag]
    assert back.tolist() == [min((i - j for j in marked if j <= i), default=FAR) for i in range(len(flags))]
    assert ahead.tolist() == [min((j - i for j in marked if j >= i), default=FAR) for i in range(len(flags))]


@given(NUMBERS, st.integers(-15, 15))
def test_shift(numbers: list[int], by: int) -> None:
    """Every line gets the value of the one so many lines on, and the filling beyond the ends of the page."""
    near = [numbers[i + by] if 0 <= i + by < len(numbers) else -7 for i in range(len(numbers))]
    assert shift(np.array(numbers), by, -7.0).tolist() == near


@given(NUMBERS)
def test_totals(numbers: list[int]) -> None:
    """The difference of two totals is the sum between them."""
    found = totals(np.array(numbers))
    assert found[0] == 0
    assert found[-1] - found[len(numbers) // 2] == sum(numbers[len(numbers) // 2 :])


@given(FLAGS)
def test_run_lengths(flags: list[bool]) -> None:
    """Every line knows the length of the run of equal flags that it stands in."""
    lengths: list[int] = []
    for i, flag in enumerate(flags):
        start = next((j + 1 for j in range(i, -1, -1) if flags[j] != flag), 0)
        end = next((j for j in range(i, len(flags)) if flags[j] != flag), len(flags))
        lengths.append(end - start)
    assert run_lengths(np.array(flags)).tolist() == lengths


@given(KEYS)
def test_number_groups(keys: list[str]) -> None:
    """Lines have one number if they say the same; an empty key is like no other."""
    numbers = number_groups(keys).tolist()
    for i, left in enumerate(keys):
        for j, right in enumerate(keys):
            assert (numbers[i] == numbers[j]) == (i == j or left == right != "")
    assert set(numbers) == set(range(max(numbers) + 1))


@given(NUMBERS)
def test_twins(numbers: list[int]) -> None:
    """How often a line's group stands on the page, and how far its neighbours of the group are."""
    count, back, ahead = twins(np.array(numbers))
    assert count.tolist() == [numbers.count(number) for number in numbers]
    for i, number in enumerate(numbers):
        assert back[i] == min((i - j for j in range(i) if numbers[j] == number), default=FAR)
        assert ahead[i] == min((j - i for j in range(i + 1, len(numbers)) if numbers[j] == number), default=FAR)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 9)), min_size=1, max_size=12))
def test_what_lines_of_one_code_say(rows: list[tuple[int, int]]) -> None:
    """How often a code stands on the page, and the mean value of its other lines, -1 where there are none."""
    codes = np.array([code for code, _ in rows])
    values = np.array([float(value) for _, value in rows])
    assert recurrence(codes).tolist() == [sum(code == other for other in codes) for code in codes]
    means = others_mean(*alike(codes), values)
    for i, code in enumerate(codes):
        others = [values[j] for j in range(len(rows)) if j != i and codes[j] == code]
        assert means[i] == (sum(others) / len(others) if others else -1)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-5, 5)), min_size=1, max_size=12))
def test_peaks(rows: list[tuple[int, int]]) -> None:
    """Every line gets its group's greatest value, and never less than nothing."""
    found = peaks(np.array([value for _, value in rows]), np.array([group for group, _ in rows]))
    assert found.tolist() == [max(0, *(value for other, value in rows if other == group)) for group, _ in rows]


@given(NUMBERS, st.integers(0, 4), st.sampled_from([-2, -1, 0, 1, 2]))
def test_neighbours(numbers: list[int], other: int, by: int) -> None:
    """What stands next to the lines of several rows is what stands next to those of each."""
    rows = np.array([numbers, [other] * len(numbers)])
    near = Neighbours(rows, 2, np.array([[-1.0], [7.0]])).at(by)
    assert near.tolist() == [shift(rows[0], by, -1.0).tolist(), shift(rows[1], by, 7.0).tolist()]


@settings(deadline=None)
@given(st.integers(1, 9).flatmap(lambda size: st.lists(st.lists(st.integers(0, 3), min_size=size, max_size=size), min_size=1)))
def test_rows_at_once_are_rows_one_by_one(rows: list[list[int]]) -> None:
    """Distances, sums, recurrences and means of several rows of lines are those of each row by itself."""
    codes, values = np.array(rows), np.arange(float(len(rows[0])))
    for together, alone in (
        (distances(codes > 1)[0], [distances(row > 1)[0] for row in codes]),
        (distances(codes > 1)[1], [distances(row > 1)[1] for row in codes]),
        (totals(codes), [totals(row) for row in codes]),
        (recurrence(codes), [recurrence(row) for row in codes]),
        (others_mean(*alike(codes), values), [others_mean(*alike(row), values) for row in codes]),
    ):
        assert together.tolist() == [row.tolist() for row in alone]
