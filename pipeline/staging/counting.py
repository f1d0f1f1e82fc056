"""How far a graph has come, told while it runs: small files of counts, one for each writer of staged shards.

Beam's local runner tells its counters only at the end of a graph. So whoever writes what a graph makes also counts it, and puts
the counts a few times a second into a file of its own in the staging folder, where the launcher adds all files up. The counts
are for the eye alone: nothing is decided by them, a file that cannot be written ends the counting and not the run, and a
bundle that is done again elsewhere counts twice until somebody clamps it. Where nobody looks, nothing is written.

A staging folder on another file system has no such files; of it the notes beside closed shards tell as much, later: `Notes`.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline import files
from copydesk.pipeline.staging.progress import END, Part, merge_parts
from copydesk.pipeline.staging.records import CLOSED, OBSERVED, SEEN, SHARD, StagedShard, Staging
from copydesk.transforms.shapes import Stretch
from copydesk.transforms.write import Records

FOLDER: Final = "counts-"
"""How the name of a graph's folder of counts begins."""
WRITE_SECONDS: Final = 0.2
"""From one write to the next at least: a write takes 20 microseconds, so this is a ten-thousandth of the time."""
PREFIXES: Final = {"survey": SEEN, "clean": SHARD}
"""Graphs that stage shards, and how the names of their shards begin."""
_PACKED: Final = struct.Struct("<5q")


@dataclass(slots=True)
class Count:
    """What was done."""

    sources: int = 0
    files: int = 0
    """Files, or parts of large files, that were read to their end."""
    stories: int = 0
    rejected: int = 0
    records: int = 0
    """Records published."""

    def __add__(self, other: Count) -> Count:
        return Count(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


class Meter:
    """What one writer counts; as light as can be, since it is asked for every source."""

    def __init__(self, folder: str, graph: str) -> None:
        """Count for those who watch a graph.

        Args:
            folder: the staging folder.
            graph: its name.
        """
        self._folder = files.join(folder, FOLDER + graph)
        self._path: str | None = None
        self._count = Count()
        self._settled = Count()
        self._written = 0.0
        self._off = files.is_remote(folder)

    def begin(self) -> None:
        """A bundle begins; what was counted of one that failed is forgotten."""
        self._count = replace(self._settled)

    def settle(self) -> None:
        """A bundle has come to its end."""
        self._settled = replace(self._count)
        self._write()

    def take(self, element: Records | Stretch | Mapping[str, Any] | None) -> None:
        """Count what came through: records of a source, its row of observations, or a mark behind them; None is no source.

        It is told at marks, so that where each file is one source, there are as many of both at every moment.
        """
        if isinstance(element, Stretch):
            self._count.files += element.last == END
            self._write_now_and_then()
        elif isinstance(element, Records):
            rejected = len(element.rejected)
            self._count.sources += len(element.documents) + rejected
            self._count.stories += len(element.stories)
            self._count.rejected += rejected
        elif element is not None:
            self._count.sources += "known" not in element

    def publish(self, shards: Iterable[StagedShard], kind: str) -> Iterator[StagedShard]:
        """The same shards; each is counted once its records of a kind were read."""
        for shard in shards:
            yield shard
            number = sum(entry.records for entry in shard.files if entry.kind == kind)
            self._count.records += number
            self._count.stories += number if kind == "stories" else 0
            self._count.rejected += number if kind == "rejected" else 0
            self._write_now_and_then()

    def _write_now_and_then(self) -> None:
        if not self._off and time.monotonic() - self._written >= WRITE_SECONDS:
            self._write()

    def _write(self) -> None:
        """Put the counts into this writer's file; what cannot be written is let be, and not tried again."""
        if self._off:
            return
        self._written = time.monotonic()
        try:
            if self._path is None:
                self._path = files.join(self._folder, os.urandom(8).hex())
            target = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                os.pwrite(target, _PACKED.pack(*astuple(self._count)), 0)
            finally:
                os.close(target)
        except OSError:  # nobody watches, and so there is no folder; or the disk is full, which others will tell
            self._off = True


def prepare(folder: str, graph: str) -> None:
    """Make the place of a graph's counts, or make it empty; without it nobody counts."""
    path = files.join(folder, FOLDER + graph)
    if not files.is_remote(path):
        with suppress(OSError):
            files.remove(path)
            Path(path).mkdir(parents=True, exist_ok=True)


def read_counts(folder: str, graph: str) -> Count:
    """What all writers of a graph have counted by now.

    Args:
        folder: the staging folder.
        graph: its name.
    """
    total = Count()
    with suppress(OSError):
        for path in Path(folder, FOLDER + graph).iterdir():
            with suppress(OSError, struct.error):
                total += Count(*_PACKED.unpack(path.read_bytes()))
    return total


def keep_total(folder: str, sources: int) -> None:
    """Note in the staging folder how many sources the survey counted, for this attempt and for one that goes on from it."""
    with suppress(OSError):
        files.write_whole(_total(folder), str(sources).encode())


def read_total(folder: str) -> int:
    """How many sources the survey counted; 0 where nobody did."""
    with suppress(OSError, ValueError):
        return int(Path(_total(folder)).read_bytes())
    return 0


def _total(folder: str) -> str:
    """The name begins as that of the list of sources does, since it is kept as long, and void when the list changes."""
    return f"{Staging(folder=folder).sources}.total"


def count_shards(shards: Iterable[StagedShard]) -> Count:
    """What closed shards hold; of shards of observations, sources that can be read.

    >>> shard = StagedShard(name="a", sources=(), files=(), counts={"documents": 2, "rejected": 1}, parts=((0, 0, 1, END),))
    >>> count_shards([shard])
    Count(sources=3, files=2, stories=0, rejected=1, records=0)
    """
    total, parts = Count(), list[Part]()
    for shard in shards:
        parts += shard.parts
        told = shard.counts
        rejected = told.get("rejected", 0)
        total.sources += told.get("documents", 0) + rejected + told.get(OBSERVED, 0)
        total.stories += told.get("stories", 0)
        total.rejected += rejected
    total.files = sum(last - first + (ends == END) for first, _, last, ends in merge_parts(parts))
    return total


def count_records(shards: Iterable[StagedShard], kinds: Iterable[str]) -> int:
    """How many records of some kinds closed shards hold."""
    wanted = frozenset(kinds)
    return sum(entry.records for shard in shards for entry in shard.files if entry.kind in wanted)


class Notes:
    """The notes beside closed shards, each read once: what there is to know of workers that share no disk with us."""

    def __init__(self, folder: str, graph: str) -> None:
        """Of a graph that stages shards in a folder on any file system."""
        self._folder = folder
        self._prefix = PREFIXES.get(graph)
        self._shards: dict[str, StagedShard] = {}

    def read(self) -> Count:
        """What the shards that are closed by now hold.

        Raises:
            Exception: the store cannot be asked just now.
        """
        if self._prefix is None:
            return Count()
        for name in files.names_in(self._folder):
            if name.startswith(self._prefix) and name.endswith(CLOSED) and name not in self._shards:
                with files.open_read(files.join(self._folder, name)) as note:
                    shard = StagedShard.from_json(note.read())
                self._shards[name] = replace(shard, sources=(), files=())
        return count_shards(self._shards.values())
