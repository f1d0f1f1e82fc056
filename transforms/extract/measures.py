"""Arithmetic over the lines of a page that several features share: distances, runs, windows, groups. All of it is linear.

A page has a few hundred lines, so that most of what a call of numpy costs is the call. Where columns are measured alike,
they are therefore measured at once: the functions that take "rows" take an array of one row of lines, or of several.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Reals: TypeAlias = NDArray[np.float64]

FAR: Final = 10**6
"""A distance to what is not there."""


def distances(marks: Flags) -> tuple[Ints, Ints]:
    """How many lines back the last marked line stands (0: the line itself), and how many lines on the next; `FAR` for none.

    Args:
        marks: rows of lines.

    >>> back, ahead = distances(np.array([False, True, False]))
    >>> back.tolist() == [FAR, 0, 1], ahead.tolist() == [1, 0, FAR]
    (True, True)
    """
    at = np.arange(marks.shape[-1])
    back = at - np.maximum.accumulate(np.where(marks, at, -FAR), axis=-1)
    ahead = np.minimum.accumulate(np.where(marks, at, 2 * FAR)[..., ::-1], axis=-1)[..., ::-1] - at
    return np.minimum(back, FAR), np.minimum(ahead, FAR)


def shift(values: NDArray[np.generic], by: int, fill: float = -1.0) -> Reals:
    """The value of the line `by` lines further on, `fill` where the page ends before.

    >>> shift(np.array([1, 2, 3]), 1).tolist(), shift(np.array([1, 2, 3]), -1).tolist()
    ([2.0, 3.0, -1.0], [-1.0, 1.0, 2.0])
    """
    out = np.full(len(values), fill)
    if 0 < by < len(values):
        out[:-by] = values[by:]
    elif -len(values) < by < 0:
        out[-by:] = values[:by]
    elif by == 0:
        out[:] = values
    return out


class Neighbours:
    """Rows of lines with room at both ends, so that what stands next to each line is a view of them.

    >>> near = Neighbours(np.array([[1, 2, 3]]), 2, -1.0)
    >>> near.at(1).tolist(), near.at(-2).tolist()
    ([[2.0, 3.0, -1.0]], [[-1.0, -1.0, 1.0]])
    """

    def __init__(self, values: NDArray[np.generic], reach: int, fill: float | Reals = -1.0) -> None:
        """Copy the rows.

        Args:
            values: (rows, lines).
            reach: the farthest neighbour that is asked for.
            fill: what stands where the page ends before; a column of one value a row where they differ.
        """
        count, self._lines = values.shape
        self._reach = reach
        self._values = np.empty((count, self._lines + 2 * reach))
        self._values[:, :reach] = self._values[:, self._lines + reach :] = fill
        self._values[:, reach : self._lines + reach] = values

    def at(self, by: int) -> Reals:
        """The values of the lines `by` lines further on, (rows, lines)."""
        start = self._reach + by
        return self._values[:, start : start + self._lines]


def totals(values: NDArray[np.generic]) -> Reals:
    """Sums of the first 0, 1, ... n values of rows of lines, so that the sum of [i, j) is `totals[j] - totals[i]`."""
    out = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, dtype=np.float64, out=out[..., 1:])
    return out


def run_lengths(marks: Flags) -> Ints:
    """Length of the run of equal flags that each line stands in.

    >>> run_lengths(np.array([True, True, False])).tolist()
    [2, 2, 1]
    """
    changes = np.flatnonzero(np.diff(marks)) + 1
    lengths = np.diff(np.concatenate(([0], changes, [len(marks)])))
    return np.repeat(lengths, lengths)


def number_groups(keys: Iterable[Hashable]) -> Ints:
    """A group's number for each key, equal keys alike; an empty key is a group of its own.

    >>> number_groups(["a", "", "a", ""]).tolist()
    [0, 1, 0, 2]
    """
    seen: dict[Hashable, int] = {}
    fresh = 0
    out = []
    for key in keys:
        if key:
            number = seen.setdefault(key, fresh)
            fresh += number == fresh
        else:
            number = fresh
            fresh += 1
        out.append(number)
    return np.array(out, np.int64)


def twins(groups: Ints) -> tuple[Ints, Ints, Ints]:
    """How often each line's group stands on the page, and the distances to its occurrence before and after."""
    order = np.argsort(groups, kind="stable")
    same = groups[order][1:] == groups[order][:-1]
    step = np.where(same, np.diff(order), FAR)
    back = np.full(len(groups), FAR)
    ahead = np.full(len(groups), FAR)
    back[order[1:]] = step
    ahead[order[:-1]] = step
    return np.bincount(groups)[groups], back, ahead


def alike(codes: Ints) -> tuple[Ints, Ints]:
    """A number for each place of rows of lines, the same for equal codes of a row, and how often each number stands there.

    >>> numbers, counts = alike(np.array([7, 3, 7]))
    >>> numbers.tolist(), counts.tolist()
    ([1, 0, 1], [1, 2])
    >>> alike(np.array([[7, 3], [3, 3]]))[0].tolist()
    [[1, 0], [2, 2]]
    """
    rows = np.atleast_2d(codes)
    order = rows.argsort(axis=-1, kind="stable")
    order += np.arange(0, rows.size, rows.shape[-1] or 1)[:, None]
    placed = order.ravel()
    ordered = rows.ravel()[placed].reshape(rows.shape)
    fresh = np.ones(rows.shape, bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=fresh[:, 1:])
    numbered = fresh.ravel().cumsum() - 1
    numbers = np.empty(rows.size, np.int64)
    numbers[placed] = numbered
    return numbers.reshape(codes.shape), np.bincount(numbered)


def recurrence(codes: Ints) -> Ints:
    """How often each code stands in its row of lines."""
    numbers, counts = alike(codes)
    return counts[numbers]


def others_mean(numbers: Ints, counts: Ints, values: Reals) -> Reals:
    """For each line the mean value of the other lines with its number; -1 where there is none.

    Args:
        numbers: rows of lines, as `alike` gives them.
        counts: likewise.
        values: one row of lines.
    """
    every = np.broadcast_to(values, numbers.shape)
    sums = np.bincount(numbers.ravel(), every.ravel(), minlength=len(counts))
    rest = counts[numbers] - 1
    return np.where(rest > 0, (sums[numbers] - values) / np.maximum(rest, 1), -1.0)


def median(values: NDArray[np.generic]) -> float:
    """The median of some values, at least one; numpy's own takes seven times as long for the few hundred of a page.

    >>> median(np.array([3, 1, 2])), median(np.array([4, 1]))
    (2.0, 2.5)
    """
    ordered = np.sort(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (float(ordered[half - 1]) + float(ordered[half])) / 2


def peaks(values: NDArray[np.generic], groups: Ints) -> Reals:
    """For each line the greatest value of its group; 0 is the least."""
    top = np.zeros(int(groups.max(initial=0)) + 1)
    np.maximum.at(top, groups, values)
    return np.asarray(top[groups])
