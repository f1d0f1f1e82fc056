"""What is done is known by file and position, in few numbers, and what is left is read exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.staging.following import read_gaps
from copydesk.pipeline.staging.progress import END, Part, Progress, merge_parts, overlap, part_of
from copydesk.transforms.shapes import Stretch

POSITIONS = 12
PLACES = st.tuples(st.integers(0, 3), st.integers(0, POSITIONS))
PARTS = st.lists(st.builds(lambda a, b: (*min(a, b), *max(a, b)), PLACES, PLACES), max_size=6)


def places(parts: list[Part]) -> set[tuple[int, int]]:
    """Every place of some parts, of files of so many positions."""
    return {
        (file, position)
        for first, begins, last, ends in parts
        for file in range(first, last + 1)
        for position in range(begins if file == first else 0, (ends if file == last else POSITIONS) + 1)
    }


@given(PARTS)
def test_merged_parts_hold_the_same_places_and_lie_apart(parts: list[Part]) -> None:
    """Nothing is lost or added, and no two parts touch."""
    merged = merge_parts(parts)
    assert places(merged) == places(parts)
    assert all(one[2:] < other[:2] and (one[2], one[3] + 1) != other[:2] for one, other in pairwise(merged))


@given(PARTS, PARTS)
def test_parts_overlap_where_they_share_a_place(one: list[Part], other: list[Part]) -> None:
    """As the sets of their places say."""
    assert overlap(one, merge_parts(other)) == bool(places(one) & places(other))


def test_many_files_in_any_order_are_one_part() -> None:
    """However many files are done, one after another they take the memory of one."""
    whole = [(file, 0, file, END) for file in reversed(range(1000))]
    assert merge_parts(whole) == [(0, 0, 999, END)]
    assert Progress(whole).covers(1000)
    assert not Progress(whole[1:]).covers(1000)
    assert Progress().covers(0)


@given(PARTS, st.sets(st.integers(0, POSITIONS)), st.integers(1, 4))
def test_what_is_left_of_a_file_is_read_once_with_marks_that_fill_its_gaps(
    done: list[Part], positions: set[int], marked: int
) -> None:
    """Whatever was done and wherever the items stand: read are those that were not done, and the marks cover all the rest."""
    progress = Progress(done)
    gaps = list(progress.gaps(1))
    if not gaps:
        return
    read: list[int] = []
    marks: list[Stretch] = []
    unmarked = 0
    for each in read_gaps(1, _items(positions), gaps, marked):
        if isinstance(each, Stretch):
            assert each.items == unmarked
            assert unmarked <= marked
            marks.append(each)
            unmarked = 0
        else:
            read.append(each[0])
            unmarked += 1
    held = places(progress.parts)
    assert read == sorted(position for position in positions if (1, position) not in held)
    assert not overlap([part_of(mark) for mark in marks], progress.parts)
    assert list(Progress([*progress.parts, *map(part_of, marks)]).gaps(1)) == []


def _items(positions: set[int]) -> Iterator[tuple[int, object]]:
    yield from ((position, f"item {position}") for position in sorted(positions))
