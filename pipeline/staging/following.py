"""Following the list of sources: which items are still to be read, with marks behind them of how far the reading has come.

What earlier attempts did is passed over. A source has to stand still while a run reads it twice: one that is gone ends the run,
and so does one that changed where something would be lost by it; any other change is read as it is found, under its own hash.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import apache_beam as beam

from copydesk.pipeline import files
from copydesk.pipeline.faults import AttemptOver, SourceFault
from copydesk.pipeline.processes.queueing import take_slices
from copydesk.pipeline.readers.items import Read, read_items
from copydesk.pipeline.resources import Resources
from copydesk.pipeline.sources import Slice, SourceFile, read_slice
from copydesk.pipeline.staging.progress import END, Progress
from copydesk.pipeline.staging.records import Staging
from copydesk.transforms.shapes import Stretch

MARKED_ITEMS: Final = 16
"""A mark stands behind so many items of one file, and at its end: each costs a few microseconds."""
MARKED_SECONDS: Final = 5.0
"""A mark stands behind an item that ends so long after the last mark: a shard can be closed at marks only."""
ReadOn: TypeAlias = Read | Stretch


class ReadsSources(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """What reads the sources of a list, slice by slice, with this process's desk at hand."""

    graph: str
    """Whose progress counts."""

    def __init__(self, resources: Resources, staging: Staging) -> None:
        """Read the sources that are listed in the staging folder."""
        super().__init__()
        self._resources = resources
        self._staging = staging

    def setup(self) -> None:
        """Load the rules and what is done, once a process."""
        self._desk = self._resources.load()
        self._known = self._resources.load_known()
        done = self._staging.done(self.graph)
        self._done = Progress.read(done) if self._staging.attempt else Progress()
        self._marked = min(MARKED_ITEMS, self._resources.settings.write.staged_sources)

    def read(self, part: Slice) -> Iterator[ReadOn]:
        """The items of a slice with their positions, and marks behind them; of tickets, those of all slices that are left."""
        for each in take_slices(self._staging.queue) if part.ticket else (part,):
            for number, file in enumerate(read_slice(self._staging.sources, each), each.first):
                if gaps := list(self._done.gaps(number)):
                    self._check_alive()
                    yield from read_gaps(number, self.items(file), gaps, self._marked)
                    self._check_still(file)

    def items(self, file: SourceFile) -> Iterator[Read]:
        """The items of a file that no earlier run cleaned."""
        for position, item in read_items(file, self._resources.settings.read):
            if self._known.digest(item) is None:
                yield position, item

    def _check_alive(self) -> None:
        """End with the attempt, whose graph in a thread nobody can end from outside.

        Raises:
            AttemptOver: it has ended.
        """
        alive = self._staging.alive
        if alive and not files.is_remote(alive) and not Path(alive).exists():
            raise AttemptOver("the attempt has ended, so its work does")

    def _check_still(self, file: SourceFile) -> None:
        """Look whether a file that was read is still what it was when the run began.

        Raises:
            SourceFault: it is gone; or it changed, and sources that repeat what it held would be lost with it.
        """
        if file.modified is None or file.error:
            return
        try:
            status = Path(file.path).stat()
        except OSError as error:
            raise SourceFault(
                f"{file.uri}: was there when the run began and is gone ({error.strerror}); leave the sources where they are "
                "while a run reads them, and give the same command again"
            ) from error
        if status.st_mtime_ns != file.modified and (not file.whole or file.uri in self._desk.repeated):
            raise SourceFault(
                f"{file.uri}: changed while the run read it, and what other sources repeat, or rows of a file that is read in "
                "parts, would be lost by that; give the same command again when nothing writes to it"
            )


def read_gaps(number: int, reads: Iterator[Read], gaps: list[tuple[int, int]], marked: int = MARKED_ITEMS) -> Iterator[ReadOn]:
    """The items of a file that stand in its gaps, and marks behind them that together cover the gaps.

    Args:
        number: of the file in the list of sources.
        reads: its items, positions rising.
        gaps: positions that are not done, in order, both ends included.
        marked: a mark stands behind so many items at most.

    >>> rows = iter([(1, "a"), (2, "b"), (3, "c")])
    >>> [mark if type(mark) is tuple else (mark.first, mark.last, mark.items) for mark in read_gaps(0, rows, [(2, 2), (9, 9)])]
    [(2, 'b'), (2, 2, 1), (9, 9, 0)]
    """
    left = iter(gaps)
    first, end = next(left)
    items, since = 0, time.monotonic()
    for position, item in reads:
        while position > end:
            yield Stretch(file=number, first=first, last=end, items=items)
            first, end = next(left, (END + 1, END + 1))
            items, since = 0, time.monotonic()
        if first > END:
            return
        if position < first:
            continue
        yield position, item
        items += 1
        if position < end and (items >= marked or time.monotonic() - since >= MARKED_SECONDS):
            yield Stretch(file=number, first=first, last=position, items=items)
            first, items, since = position + 1, 0, time.monotonic()
    yield Stretch(file=number, first=first, last=end, items=items)
    for first, end in left:
        yield Stretch(file=number, first=first, last=end, items=0)
