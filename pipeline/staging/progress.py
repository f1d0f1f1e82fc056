"""How far a job has come: which parts of which source files stand in closed shards.

A part runs from one place to another, both included, a place being a file's number in the list of sources and a position in
it. Files that are done one after another are one part, so a million of them take as little memory as ten.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from copydesk.pipeline import files
from copydesk.transforms.shapes import Stretch

END: Final = (1 << 53) - 1
"""A position behind every other of a file, in numbers that any reader of JSON can hold."""
Part: TypeAlias = tuple[int, int, int, int]
"""File and position where it begins, file and position where it ends."""


def part_of(stretch: Stretch) -> Part:
    """The part that a mark speaks of."""
    return (stretch.file, stretch.first, stretch.file, stretch.last)


def merge_parts(parts: Iterable[Part]) -> list[Part]:
    """The same places in as few parts as may be, in order.

    >>> merge_parts([(1, 0, 1, END), (0, 8, 0, END), (0, 0, 0, 7), (3, 0, 3, 4)]) == [(0, 0, 1, END), (3, 0, 3, 4)]
    True
    """
    merged: list[Part] = []
    for part in sorted(parts):
        if merged and part[:2] <= _after(merged[-1]):
            merged[-1] = (*merged[-1][:2], *max(merged[-1][2:], part[2:]))
        else:
            merged.append(part)
    return merged


def overlap(one: Sequence[Part], other: Sequence[Part]) -> bool:
    """Whether some place stands in both; `other` is in order and its parts are apart.

    >>> overlap([(0, 0, 0, 9)], [(0, 9, 1, END)]), overlap([(0, 0, 0, 9)], [(0, 10, 1, END)])
    (True, False)
    """
    for part in one:
        at = bisect_right(other, part[2:], key=lambda each: each[:2]) - 1
        if at >= 0 and other[at][2:] >= part[:2]:
            return True
    return False


def _after(part: Part) -> tuple[int, int]:
    """The place right behind a part."""
    file, position = part[2:]
    return (file + 1, 0) if position >= END else (file, position + 1)


class Progress:
    """The parts that are done."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        """Of parts in any order."""
        self.parts = merge_parts(parts)

    def gaps(self, file: int) -> Iterator[tuple[int, int]]:
        """The positions of a file that are not done, as ranges, both ends included.

        >>> list(Progress([(0, 0, 2, 4), (2, 9, 3, END)]).gaps(2)), list(Progress([(0, 0, 2, 4)]).gaps(1))
        ([(5, 8)], [])
        """
        start = 0
        at = max(bisect_right(self.parts, (file, 0), key=lambda part: part[:2]) - 1, 0)
        while at < len(self.parts) and self.parts[at][0] <= file:
            first, begins, last, ends = self.parts[at]
            at += 1
            if last < file:
                continue
            if first == file and start < begins:
                yield start, begins - 1
            start = (ends if last == file else END) + 1
        if start <= END:
            yield start, END

    def covers(self, count: int) -> bool:
        """Whether all of so many files is done."""
        return self.parts == ([(0, 0, count - 1, END)] if count else [])

    def write(self, path: str) -> None:
        """Put it into a file that every worker reads."""
        files.write_whole(path, json.dumps(self.parts).encode())

    @classmethod
    def read(cls, path: str) -> Progress:
        """What `write` wrote."""
        with files.open_read(path) as stream:
            return cls(tuple(part) for part in json.load(stream))
