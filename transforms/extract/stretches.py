"""Where prose is dense on a page, and how the gaps between its stretches of prose are built.

The heaviest stretch is the segment of greatest sum in which a line of prose counts its words and any other costs a few
(Pasternack and Roth, Extracting Article Text from the Web with Maximum Subsequence Segmentation, WWW 2009).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.measures import Flags, Ints, Reals, distances, median, peaks, recurrence, totals

Table: TypeAlias = MutableMapping[str, NDArray[np.generic]]

_REACHES: Final = (3, 8, 20, 50)
_MOST_UNITS: Final = 80.0
"""Words of a paragraph beyond which it weighs no more."""
_OTHER_COST: Final = 6.0
"""What a line without prose costs the heaviest stretch, in words."""
_RECURS: Final = 3
"""Gaps in which a line must stand to be the page's own mark between stories."""
_SHAPE: Final = np.array([0, 0, 1, 1, 2, 0, 2, 2, 3, 4, 5, 6, 7, 0, 7, 8])
"""Kind of a line -> the coarser one that gives a gap its shape."""
_MIDDLING: Final = 8
_CUT: Final = 12


def add_density(columns: Table, units: Reals, prose: Flags) -> None:
    """How much prose stands within some lines of each, before and behind it, and how far down the page's prose it stands."""
    count, at = len(units), np.arange(len(units))
    weight = np.where(prose, np.minimum(units, _MOST_UNITS), 0.0)
    mass, lines, words = totals(weight), totals(prose), totals(np.minimum(units, _MOST_UNITS))
    for reach in _REACHES:
        low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, count)
        columns[f"dense_{reach}"] = (lines[high] - lines[low]) / (high - low)
        columns[f"dense_above_{reach}"] = (lines[at] - lines[low]) / np.maximum(at - low, 1)
        columns[f"dense_below_{reach}"] = (lines[high] - lines[at + 1]) / np.maximum(high - at - 1, 1)
        columns[f"mass_{reach}"] = mass[high] - mass[low]
        columns[f"mean_{reach}"] = (words[high] - words[low]) / (high - low)
    columns["done"] = mass[:-1] / max(mass[-1], 1.0)
    columns["place"] = at / count
    columns["at"], columns["left"] = np.minimum(at, 300), np.minimum(count - 1 - at, 300)
    columns["lines"], columns["paragraphs"] = np.full(count, min(count, 2_000)), np.full(count, min(lines[-1], 300))
    columns["prose_share"] = np.full(count, lines[-1] / count)


def add_main_stretch(columns: Table, units: Reals, prose: Flags) -> None:
    """Where each line stands towards the page's heaviest stretch of prose, and how much of the prose that holds."""
    at = np.arange(len(units))
    weight = np.where(prose, np.minimum(units, _MOST_UNITS), 0.0)
    total = totals(np.where(prose, weight, -_OTHER_COST))
    end = int(np.argmax(total[1:] - np.minimum.accumulate(total)[:-1]))
    start = int(np.argmin(total[: end + 1]))
    columns["main_from"], columns["main_to"] = np.clip(at - start, -100, 300), np.clip(end - at, -100, 300)
    columns["main_share"] = np.full(len(units), weight[start : end + 1].sum() / max(weight.sum(), 1.0))


def add_gaps(
    columns: Table, *, kind: Ints, prose: Flags, groups: Ints, repeats: Ints, units: Reals, eligible: Flags,
) -> None:  # fmt: skip
    """How the gap that a line stands in is built, how many gaps of the page are built so, and where in it the line stands.

    A gap is the lines in front of a line of prose, back to the prose before; a line of prose counts to the gap in front of it.

    Args:
        columns: where the new columns go.
        kind: of each line, as all that follows.
        prose: whether it is prose.
        groups: lines that say the same have the same number.
        repeats: how often it stands on the page.
        units: its words.
        eligible: whether it could be a headline.
    """
    count, at = len(kind), np.arange(len(kind))
    gap: Ints = np.cumsum(prose, dtype=np.int64) - prose.astype(np.int64)
    gaps = int(gap[-1]) + 1
    size = np.bincount(gap, ~prose, minlength=gaps).astype(np.int64)
    real = size > 0
    several = max(int(real.sum()), 1)
    end = np.full(gaps, -1)
    end[gap[prose]] = np.flatnonzero(prose)
    _add_marks(columns, gap, several, groups=groups, repeats=repeats, between=~prose)
    for depth in (1, 2, 3):
        shape = _shapes(kind, end, size, depth)
        shape = np.where(real & (end >= 0), shape, -1 - np.arange(gaps))
        alike = recurrence(shape)[gap]
        columns[f"shape_{depth}"], columns[f"shape_share_{depth}"] = np.minimum(alike, 30), alike / several
    columns["gap_size"] = np.where(real, np.minimum(size, 30), -1)[gap]
    columns["gap_median"] = np.full(count, min(median(size[real]), 30.0) if real.any() else 0.0)
    columns["gaps"] = np.full(count, min(several, 100))
    columns["prose_a_gap"] = np.full(count, min(prose.sum() / several, 20.0))
    headed = np.bincount(gap, ~prose & (kind == _MIDDLING), minlength=gaps) > 0
    columns["gaps_headed"] = np.full(count, (headed & real).sum() / several)
    cut = (kind == _CUT).sum()
    columns["cut_share"] = np.full(count, cut / max(prose.sum() + cut, 1))
    columns["prose_median"] = np.full(count, median(units[prose]) if prose.any() else 0.0)
    first = np.full(gaps, count)
    np.minimum.at(first, gap, at)
    columns["from_gap"] = np.where(prose, -1, np.minimum(at - first[gap], 60))
    columns["gap_candidates"] = np.minimum(np.bincount(gap, eligible, minlength=gaps)[gap], 30)
    before = totals(eligible)
    ends = np.where(end >= 0, end, count)[gap]
    columns["candidates_left"] = np.where(prose, 0, np.minimum(before[ends] - before[np.minimum(at + 1, ends)], 30))
    columns["relative_length"] = np.minimum(units, 20) / np.maximum(peaks(np.where(prose, 0.0, np.minimum(units, 20)), gap), 1)


def _add_marks(columns: Table, gap: Ints, gaps: int, *, groups: Ints, repeats: Ints, between: Flags) -> None:
    """Lines that stand in several gaps: a page's own end marks, labels and signatures, whatever they say."""
    width = int(gap[-1]) + 1
    pairs = np.unique(groups * np.int64(width) + gap)
    spread = np.where(between, np.bincount(pairs // width, minlength=int(groups.max()) + 1)[groups], 0)
    columns["spread"], columns["spread_share"] = np.minimum(spread, 20), spread / gaps
    most = peaks(np.where(repeats > 1, spread, 0).astype(np.float64), gap)
    columns["gap_spread"], columns["gap_spread_share"] = np.minimum(most, 20), most / gaps
    back, ahead = distances(between & (spread >= _RECURS))
    columns["back_recurring"], columns["ahead_recurring"] = np.minimum(back, 60), np.minimum(ahead, 60)


def _shapes(kind: Ints, end: Ints, size: Ints, depth: int) -> Ints:
    """A gap's shape: the coarse kinds of its last lines, and whether it has more of them."""
    shape = np.zeros(len(end), np.int64)
    for back in range(1, depth + 1):
        there = (end >= 0) & (size >= back)
        shape = shape * 16 + np.where(there, _SHAPE[kind[np.maximum(end - back, 0)]], 15)
    return shape * 4 + np.minimum(size, 3)
