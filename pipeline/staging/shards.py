"""Writing staged shards: records and observations into files that are closed now and then, and only then exist for others.

A shard knows which parts of which source files it holds by the marks (`Stretch`) that the reader sends behind the items they
speak of; it is closed at such a mark, and nowhere else.
"""

from __future__ import annotations

import heapq
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from copydesk.pipeline import files
from copydesk.pipeline.faults import DiskFault, StagingFault, writing
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.staging.counting import Meter
from copydesk.pipeline.staging.progress import Part, merge_parts, part_of
from copydesk.pipeline.staging.records import (
    CLOSED,
    OBSERVED,
    SEEN,
    SHARD,
    SLOWEST,
    STAGED,
    HashedFile,
    StagedShard,
    Timed,
    slowest,
    tally_records,
)  # fmt: skip
from copydesk.transforms.settings import WriteSettings
from copydesk.transforms.shapes import Fingerprint, Stretch
from copydesk.transforms.write import Records

SHARD_SECONDS: Final = 30.0
"""A shard is closed at the first mark after so long: of a killed run at most a minute's work is done again. Where a shard ends
shows in no record."""


@dataclass(slots=True)
class _OpenShard:
    """A shard that is being written."""

    folder: str
    name: str
    sources: list[str] = field(default_factory=list)
    files: dict[str, HashedFile] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    parts: list[Part] = field(default_factory=list)
    items: int = 0
    unmarked: int = 0
    """Items that no mark has spoken of yet."""
    opened: float = field(default_factory=time.monotonic)
    timed: list[Timed] = field(default_factory=list)
    """A heap of the slowest sources."""

    def write(self, kind: str, row: Mapping[str, Any]) -> None:
        if kind not in self.files:
            self.files[kind] = HashedFile(self.folder, f"{self.name}.{kind}.jsonl", kind)
        self.files[kind].write(to_line(row))
        self.counts[kind] += 1

    def note_time(self, seconds: float, uri: str) -> None:
        """Take note of how long a source took."""
        entry = (round(seconds, 3), uri)
        if len(self.timed) < SLOWEST:
            heapq.heappush(self.timed, entry)
        else:
            heapq.heappushpop(self.timed, entry)

    def mark(self, stretch: Stretch) -> None:
        """Take note of a mark.

        Raises:
            StagingFault: it speaks of other items than came before it.
        """
        if stretch.items != self.unmarked:
            raise StagingFault(
                f"{self.unmarked} items came before a mark of {stretch.items}: this runner changes the order of elements "
                "inside a chain, which Copydesk cannot work with; take another --runner"
            )
        self.unmarked = 0
        self.parts = merge_parts([*self.parts, part_of(stretch)])

    def full(self, settings: WriteSettings) -> bool:
        size = sum(file.bytes for file in self.files.values())
        late = time.monotonic() - self.opened >= SHARD_SECONDS
        return late or size >= settings.staged_bytes or self.items >= settings.staged_sources

    def close(self) -> StagedShard:
        """Close its files, and only then say so beside them.

        The note is not forced to the disk: after a loss of power a file that is shorter than its note says is done again, and
        one that is as long and not the same is found by its checksum.
        """
        entries = tuple(file.close() for file in self.files.values())
        shard = StagedShard(
            name=self.name, sources=tuple(self.sources), files=entries, counts=dict(self.counts), parts=tuple(self.parts),
            slowest=slowest(self.timed),
        )  # fmt: skip
        note = files.join(self.folder, f"{self.name}{CLOSED}")
        with writing(note):
            files.write_whole(note, shard.to_json().encode())
        return shard

    def abandon(self) -> None:
        """Close its files and leave them to whoever tidies up."""
        for file in self.files.values():
            with suppress(DiskFault):
                file.close()


class _Stage(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """Writes what comes, and names a shard once it is closed."""

    prefix: str
    graph: str

    def __init__(self, folder: str, settings: WriteSettings) -> None:
        """Write into this folder; `settings` says when a shard is full."""
        super().__init__()
        self._folder = folder
        self._meter = Meter(folder, self.graph)
        self._settings = settings
        self._shard: _OpenShard | None = None
        self._since = 0.0

    def start_bundle(self) -> None:
        """No shard lives longer than its bundle: one that failed must leave none of its records in a later one."""
        self._meter.begin()
        if self._shard is not None:
            self._shard.abandon()
        self._shard = None
        self._since = time.monotonic()

    def add(self, shard: _OpenShard, element: Any) -> None:  # noqa: ANN401 - each subclass knows its own
        """Write one item's lines."""
        raise NotImplementedError

    def process(self, element: Any) -> Iterator[StagedShard]:  # noqa: ANN401
        """Write what came of one item, or take note of a mark."""
        self._meter.take(element)
        if self._shard is None:
            self._shard = _OpenShard(self._folder, f"{self.prefix}{uuid.uuid4().hex}")
        if not isinstance(element, Stretch):
            self._shard.items += 1
            self._shard.unmarked += 1
            self.add(self._shard, element)
            self._since = time.monotonic()
            return
        self._shard.mark(element)
        if self._shard.full(self._settings):
            shard, self._shard = self._shard, None
            yield shard.close()
        self._since = time.monotonic()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Close what is open.

        Raises:
            StagingFault: no mark followed the last items.
        """
        self._meter.settle()
        if self._shard is not None:
            shard, self._shard = self._shard, None
            if shard.unmarked:
                shard.abandon()
                raise StagingFault(f"no mark followed the last {shard.unmarked} items of a bundle")
            window = GlobalWindow()
            yield WindowedValue(shard.close(), window.max_timestamp(), [window])


class StageRecords(_Stage):
    """Records and marks -> StagedShard."""

    prefix = SHARD
    graph = "clean"

    def add(self, shard: _OpenShard, element: Records) -> None:
        """Write one source's records, and take note of the time since the last one: a fused chain works on one at a time."""
        for kind in STAGED:
            for record in getattr(element, kind):
                shard.write(kind, asdict(record) if isinstance(record, Fingerprint) else record)
        shard.counts.update(tally_records(element))
        uris = [row["source"]["uri"] for row in (*element.documents, *element.rejected)]
        shard.sources += uris
        for uri in uris:
            shard.note_time(time.monotonic() - self._since, uri)


class StageObservations(_Stage):
    """Rows of observations and marks -> StagedShard; a shard that an earlier attempt closed passes through."""

    prefix = SEEN
    graph = "survey"

    def add(self, shard: _OpenShard, element: Mapping[str, Any] | None) -> None:
        """Write what one item told; a source that told nothing has an empty row, what is no source has none."""
        if element:
            shard.write(OBSERVED, element)

    def process(self, element: Mapping[str, Any] | Stretch | StagedShard | None) -> Iterator[StagedShard]:
        """Write one item's row, or take note of a mark."""
        if isinstance(element, StagedShard):
            yield element
        else:
            yield from super().process(element)
