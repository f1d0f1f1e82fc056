"""What a first look at a page says of the lines around each: features for a second look.

A line that was taken for a headline makes the short line above a section and the next one a byline; a gap that looks like three
others that open stories opens one. Reading the first answer's probabilities as features is auto-context (Tu and Bai,
Auto-Context and Its Application to High-Level Vision Tasks and 3D Brain Image Segmentation, PAMI 2010).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.grammar import BODY, FIRST, HEAD, HEADLINE, INSIDE, PLACES
from copydesk.transforms.extract.measures import Flags, Neighbours, Reals, alike, distances, others_mean, peaks, shift, totals
from copydesk.transforms.extract.signals import EDGE, KINDS, Columns, Signals

_NEIGHBOURS: Final = (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)
_CLOSE: Final = 3
_REACHES: Final = (5, 12, 30)
_SURE: Final = 0.5
_MAYBE_HEADLINE: Final = 0.3
_MAYBE_FIRST: Final = 0.4
_MOST_UNITS: Final = 80.0
_MOST_MASS: Final = 3_000.0
_IS: Final = tuple(f"is_{place}" for place in PLACES)
_FAR_READ, _CLOSE_READ = ("keep", "headline"), ("keep", "headline", "is_first", "is_inside", "is_head")
_NAMED_NEIGHBOURS: Final = tuple(
    (by, tuple(f"{name}{by:+d}" for name in (_CLOSE_READ if abs(by) <= _CLOSE else _FAR_READ))) for by in _NEIGHBOURS
)
_WINDOWS: Final = tuple(
    (reach, tuple(f"{name}_{side}_{reach}" for name in ("mass", "headlines", "firsts") for side in ("above", "below")))
    for reach in _REACHES
)
_LIKE: Final = tuple(
    f"like_{where}_{what}"
    for where in ("front", "around", "behind", "above", "below", "two_above")
    for what in ("headline", "first", "keep")
)
"""The names of the columns, in their order."""


def measure_context(signals: Signals, logs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The features of a second look at a page's lines.

    Args:
        signals: the page.
        logs: (lines, places): logarithms of the first look's probabilities.

    Returns:
        (lines, columns), in the order of `CONTEXT`.
    """
    return _columns(signals, logs).table()


def _columns(signals: Signals, logs: NDArray[np.float32]) -> Columns:
    chance = np.exp(logs.astype(np.float64))
    keep = chance[:, FIRST] + chance[:, BODY]
    columns = Columns()
    columns.add(_IS, chance.T)
    _add_neighbours(columns, chance, keep)
    _add_windows(columns, signals, chance, keep)
    sure = keep > _SURE
    _add_gaps(columns, chance, sure)
    _add_segments(columns, signals, chance, keep)
    _add_patterns(columns, signals, chance, keep)
    return columns


def _add_neighbours(columns: Columns, chance: Reals, keep: Reals) -> None:
    near = Neighbours(np.vstack((keep, chance[:, [HEADLINE, FIRST, INSIDE, HEAD]].T)), max(_NEIGHBOURS))
    for by, names in _NAMED_NEIGHBOURS:
        columns.add(names, near.at(by)[: len(names)])


def _add_windows(columns: Columns, signals: Signals, chance: Reals, keep: Reals) -> None:
    count, at = len(keep), np.arange(len(keep))
    sums = totals(np.stack((keep * np.minimum(signals.units, _MOST_UNITS), chance[:, HEADLINE], chance[:, FIRST])))
    for reach, names in _WINDOWS:
        low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, count)
        both = np.stack((sums[:, :-1] - sums[:, low], sums[:, high] - sums[:, 1:]), axis=1)
        columns.add(names, both.reshape(len(names), -1))
    mass, headlines, firsts = sums[:, -1].tolist()
    columns["all_headlines"] = np.full(count, headlines)
    columns["all_firsts"] = np.full(count, firsts)
    columns["all_mass"] = np.full(count, min(mass, 5_000.0))
    columns["mass_done"] = sums[0, :-1] / max(mass, 1.0)


def _add_gaps(columns: Columns, chance: Reals, sure: Flags) -> None:
    """Within a gap between two lines that are surely kept: its best headline, and how it compares with this line."""
    headline = chance[:, HEADLINE]
    back, ahead = distances(sure)
    columns["back_keep"], columns["ahead_keep"] = np.minimum(back, 60), np.minimum(ahead, 60)
    back, ahead = distances(headline > _MAYBE_HEADLINE)
    columns["back_headline"], columns["ahead_headline"] = np.minimum(back, 100), np.minimum(ahead, 100)
    gap = np.cumsum(sure).astype(np.int64)
    open_ = np.where(sure, 0.0, headline)
    best = peaks(open_, gap)
    is_best = ~sure & (headline >= best)
    columns["best_headline"], columns["is_best"] = best, is_best
    columns["second_headline"] = peaks(np.where(is_best, 0.0, open_), gap)
    columns["best_first"] = peaks(chance[:, FIRST], gap)


def _add_segments(columns: Columns, signals: Signals, chance: Reals, keep: Reals) -> None:
    """How much text stands between two likely starts: a page's stories are of one order of size, its teasers are not."""
    at = np.arange(len(keep))
    starts = np.flatnonzero(chance[:, FIRST] > _MAYBE_FIRST)
    segment = np.searchsorted(starts, at, side="right")
    words = keep * np.minimum(signals.units, _MOST_UNITS)
    mass = np.minimum(np.bincount(segment, words, minlength=len(starts) + 1), _MOST_MASS)
    most = max(float(mass.max()), 1.0)
    following = np.where(segment + 1 < len(mass), mass[np.minimum(segment + 1, len(mass) - 1)], -1.0)
    columns["segment"], columns["next_segment"] = mass[segment], following
    columns["most_segment"] = np.full(len(keep), most)
    columns["segment_share"], columns["next_segment_share"] = mass[segment] / most, following / most


def _add_patterns(columns: Columns, signals: Signals, chance: Reals, keep: Reals) -> None:
    """What the first look says of lines in the same surroundings elsewhere on the page."""
    size, kind = len(KINDS) * 2, signals.kind
    near = {by: shift(kind, by, EDGE).astype(np.int64) for by in (-2, -1, 1, 2)}
    groups = {by: shift(signals.groups, by, -9).astype(np.int64) for by in (-2, -1, 1)}
    codes = (
        (near[-2] * size + near[-1]) * size + kind, (near[-1] * size + kind) * size + near[1],
        (kind * size + near[1]) * size + near[2], groups[-1], groups[1], groups[-2],
    )  # fmt: skip
    numbers, counts = alike(np.stack(codes))
    means = [others_mean(numbers, counts, values) for values in (chance[:, HEADLINE], chance[:, FIRST], keep)]
    columns.add(_LIKE, np.stack(means, axis=1).reshape(len(_LIKE), -1))


def context_names(signals: Signals) -> tuple[str, ...]:
    """The names of the columns; the same for every page."""
    flat = np.full((len(signals.lines), len(PLACES)), np.log(1 / len(PLACES)), np.float32)
    return tuple(_columns(signals, flat))
