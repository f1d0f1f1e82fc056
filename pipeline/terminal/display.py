"""What a run shows of its progress: a bar on a terminal, a line now and then in a log, nothing where nobody asked.

A thread of its own reads the counts that the writers of each graph put into the staging folder, and shows them. Nothing waits
for it, and whatever goes wrong in it ends the showing and never the run.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final, Protocol

from copydesk.pipeline import files
from copydesk.pipeline.options import RunRequest
from copydesk.pipeline.staging.counting import PREFIXES, Count, Notes, keep_total, prepare, read_counts, read_total
from copydesk.pipeline.terminal.pace import Look, Pace, Whole

_LOG = logging.getLogger(__name__)

LINE_SECONDS: Final = 30.0
"""From one line of a log to the next: two a minute are enough to see that a run is alive, and a night of them can be read."""
ASK_SECONDS: Final = 30.0
"""From one look into a staging folder on another file system to the next: each listing there is a request."""
JOIN_SECONDS: Final = 2.0
"""How long the end of a graph waits for the last look, at a store that does not answer."""

NOTHING: Final = Count()

class Reader(Protocol):
    """Gives what was counted by now."""

    def __call__(self, *, last: bool = False) -> Count:
        """What was counted; `last` tells that the graph is over, and all of it is wanted."""


class Shows(Protocol):
    """Where progress is shown."""

    seconds: float
    """From one update to the next."""

    def open(self, look: Look) -> None:
        """A graph begins."""

    def update(self, look: Look) -> None:
        """It has come so far."""

    def close(self, look: Look, *, ended: bool) -> None:
        """It has come to its end, or it failed or was stopped."""


class Lines:
    """Progress as lines of the log."""

    def __init__(self, seconds: float = LINE_SECONDS) -> None:
        """A line every so many seconds."""
        self.seconds = seconds

    def open(self, look: Look) -> None:
        """Nothing is told of a beginning."""

    def update(self, look: Look) -> None:
        """A line."""
        _LOG.info("%s", look.words(), extra=look.fields())

    def close(self, look: Look, *, ended: bool) -> None:
        """How long it took; what ended it otherwise is told by others."""
        if ended:
            _LOG.info("%s done in %.1f s", look.name, look.seconds)


class Display:
    """The progress of one run."""

    def __init__(self, shows: Shows | None = None) -> None:
        """Show it there; with None nothing is counted, and only the end of each graph is logged."""
        self._shows = shows

    @classmethod
    def of(cls, request: RunRequest) -> Display:
        """What a call asks for: nothing if it is to be quiet, a bar on a terminal that can draw one, else lines of the log."""
        if request.quiet:
            return cls()
        if request.log_format == "text" and sys.stderr.isatty():
            from copydesk.pipeline.terminal.screen import Screen  # noqa: PLC0415 - rich, for terminals only

            if screen := Screen.found():
                return cls(screen)
        return cls(Lines())

    @contextmanager
    def graph(self, name: str, folder: str, whole: Whole, before: Count = NOTHING) -> Iterator[None]:
        """Show the progress of a graph while it runs in the block.

        Args:
            name: of the graph.
            folder: the staging folder.
            whole: what there is to do. How many sources there are is known here once the survey has counted them.
            before: what earlier attempts did of it.
        """
        if name == "clean":
            whole = replace(whole, sources=read_total(folder))
        follower = _Follower(self._shows or Lines(), Pace(name, whole, time.monotonic(), before))
        read = _reader(folder, name) if self._shows else None
        try:
            follower.begin(read)
            yield
            follower.ended = True
        finally:
            follower.finish()
        if name == "survey" and follower.counted and before == NOTHING and not files.is_remote(folder):  # so it is all of them
            keep_total(folder, follower.counted)


class _Follower(threading.Thread):
    """Reads and shows, in a thread of its own, until the graph is over."""

    def __init__(self, shows: Shows, pace: Pace) -> None:
        super().__init__(name="progress", daemon=True)
        self.ended = False
        self.counted = 0
        """Sources, at the end."""
        self._shows = shows
        self._pace = pace
        self._look = pace.look(time.monotonic(), Count())
        self._over = threading.Event()
        self._read: Reader | None = None

    def begin(self, read: Reader | None) -> None:
        """Begin to show; without anything to read there is no more than an end."""
        self._read = read
        with suppress(Exception):
            self._shows.open(self._look)
            if read:
                self.start()

    def run(self) -> None:
        """Follow the counts, and read them once more when all is done."""
        read = self._read
        assert read is not None  # noqa: S101 - begin() has seen to it
        try:
            while not self._over.wait(self._shows.seconds):
                self._look = self._pace.look(time.monotonic(), read())
                self._shows.update(self._look)
            if self.ended:
                count = read(last=True)
                self._look = self._pace.look(time.monotonic(), count, over=True)
                self.counted = count.sources
        except Exception:  # noqa: BLE001 - a terminal that is gone, a store that does not answer: the run goes on unseen
            _LOG.debug("the progress is not shown any more", exc_info=True)

    def finish(self) -> None:
        """Show the end, whatever it was."""
        self._over.set()
        try:
            if self.is_alive():
                self.join(JOIN_SECONDS)
        finally:
            with suppress(Exception):
                now = self._pace.seconds(time.monotonic())
                self._shows.close(replace(self._look, seconds=now), ended=self.ended)


def _reader(folder: str, graph: str) -> Reader | None:
    """What reads how far a graph has come; None where nothing tells."""
    if files.is_remote(folder):
        return _seldom(Notes(folder, graph)) if graph in PREFIXES else None
    prepare(folder, graph)

    def read(*, last: bool = False) -> Count:  # noqa: ARG001 - looking costs nothing here
        return read_counts(folder, graph)

    return read


def _seldom(notes: Notes) -> Reader:
    """Read notes, but not more often than a store is to be asked; when it does not answer, what it last said."""
    count, asked = Count(), float("-inf")

    def read(*, last: bool = False) -> Count:
        nonlocal count, asked
        if last or time.monotonic() - asked >= ASK_SECONDS:
            asked = time.monotonic()
            with suppress(OSError):
                count = notes.read()
        return count

    return read
