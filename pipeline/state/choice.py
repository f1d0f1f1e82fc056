"""Which story repeats which, where some are published already.

As in `duplicates.choose_copies`, stories are taken one by one, and one that is like a story taken before it that stays is its
duplicate. What an earlier run published is taken first, so its id stays; but a new story that is clearly the better copy
supersedes it: one that the published story is a part of, or one with headline, author and date where the published has
not all three. (A copy that is a little longer or a little earlier is not clearly better: the current story would change with
every night that brings another copy.)

Published duplicates whose originals are gone are taken after the new stories that are whole: what is published tonight may
stand for them, and only what nothing stands for is released.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from copydesk.pipeline.duplicates import ALIKE, number_names, to_hex
from copydesk.transforms.tag.likeness import Table

PUBLISHED: Final = 2**32 - 1
"""Stands for the number of a file: the story is published and current."""
OPEN: Final = 2**32 - 2
"""Likewise: the story is published as a duplicate, and its original is gone."""


def choose_tonight(parcels: Iterable[bytes]) -> Iterator[tuple[int, tuple[str, str | None, float | None, str | None]]]:
    """Of all pairs that are alike: what becomes of which story.

    Args:
        parcels: of `duplicates.compare_prints`; `PUBLISHED` and `OPEN` stand for the files of earlier stories.

    Yields:
        Number of a file; a story, the story that it repeats and how alike they are, or else what it supersedes. Of a published
        story that is superseded the number is `PUBLISHED` and the last is the new one's id; of one that was open and repeats
        another, `OPEN`.
    """
    alike = np.frombuffer(b"".join(parcels), ALIKE)
    if not len(alike):
        return
    names, ends = number_names(alike["names"].reshape(-1))
    files = np.empty(len(names), np.uint32)
    files[ends] = alike["files"].reshape(-1)
    ends = ends.reshape(-1, 2)
    ends, part = np.where(alike["part"][:, None] > 0, ends[:, ::-1], ends), alike["part"] != 0
    turn = _turns(names, files, np.unique(ends[part, 0]))
    better = _better(names, files, ends, part)
    wrong_way = part & (turn[ends[:, 0]] < turn[ends[:, 1]]) & ~better
    pairs = np.sort(turn[ends], axis=1)
    order = np.lexsort((pairs[:, 0], -alike["similarity"], pairs[:, 1]))
    by_turn = np.argsort(turn)
    repeats, replaced = _settle(
        (late, early, similarity, is_better)
        for (early, late), similarity, is_better, wrong in zip(
            *(column[order].tolist() for column in (pairs, alike["similarity"], better, wrong_way)), strict=True
        )
        if not wrong
    )

    def id_of(at: int) -> str:
        return to_hex(names["id"][by_turn[at]])

    for late, (early, similarity) in repeats.items():
        original = replaced.get(early, early)  # what it repeats may be superseded tonight
        yield int(files[by_turn[late]]), (id_of(late), id_of(original), similarity, None)
    told: set[int] = set()
    for early, late in replaced.items():
        yield PUBLISHED, (id_of(early), None, None, id_of(late))
        if late not in told:  # its record names the one that it is most like
            told.add(late)
            yield int(files[by_turn[late]]), (id_of(late), None, None, id_of(early))


def _turns(names: Table, files: npt.NDArray[np.uint32], parts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The place of each story in the order in which they are taken."""
    is_part = np.zeros(len(names), bool)
    is_part[parts] = True
    rank = np.where(is_part, names["rank"] << np.uint64(1), names["rank"])  # of parts without the bit that says whole
    order = np.lexsort((names["id"][:, 1], names["id"][:, 0], rank, files == OPEN, is_part, files != PUBLISHED))
    turn = np.empty(len(names), np.int64)
    turn[order] = np.arange(len(names))
    return turn


def _better(
    names: Table, files: npt.NDArray[np.uint32], ends: npt.NDArray[np.int64], part: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """For each pair whether one is a new story and clearly the better copy of the other, which is published."""
    published, new = files == PUBLISHED, files < OPEN
    whole = (names["rank"] >> np.uint64(63)) == 0
    contains = part & published[ends[:, 0]] & new[ends[:, 1]]
    complete = np.zeros(len(ends), bool)
    for one, other in ((ends[:, 0], ends[:, 1]), (ends[:, 1], ends[:, 0])):
        complete |= ~part & published[one] & new[other] & whole[other] & ~whole[one]
    found: npt.NDArray[np.bool_] = contains | complete
    return found


def _settle(pairs: Iterable[tuple[int, int, float, bool]]) -> tuple[dict[int, tuple[int, float]], dict[int, int]]:
    """Take the stories in turn: what each repeats, how much so; and which published ones are superseded by which.

    Args:
        pairs: later story, earlier story, similarity, whether the later is clearly better; by the later one, and of each the
            most similar first.
    """
    repeats: dict[int, tuple[int, float]] = {}
    replaced: dict[int, int] = {}
    for late, group in groupby(pairs, key=lambda pair: pair[0]):
        stay = [pair for pair in group if pair[1] not in repeats and pair[1] not in replaced]
        original = next((pair for pair in stay if not pair[3]), None)
        if original:
            repeats[late] = original[1], original[2]
        else:
            replaced |= {early: late for _, early, _, _ in stay}
    return repeats, replaced


def to_line_of(decided: tuple[int, Any]) -> bytes:
    """What was decided of one story, as a line of JSON."""
    file, (story, best, similarity, other) = decided
    row = {"file": file, "story": story, "duplicate_of": best, "similarity": similarity, "other": other}
    return json.dumps(row).encode() + b"\n"
