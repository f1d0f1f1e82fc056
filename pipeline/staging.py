"""Staged shards: where records wait for the end of a run.

A staged shard is a handful of files under one name that is unique to the attempt. It is closed by size or after some hundred
sources, and only then does its name leave the writer, as a `StagedShard`: a bundle that is tried again doubles nothing, and
what a killed attempt left half-written is never read.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Final

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow
from apache_beam.utils.windowed_value import WindowedValue

from copydesk.pipeline import files
from copydesk.pipeline.manifest import PUBLISHED
from copydesk.transforms.settings import WriteSettings
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.masking import RULE as MASKED
from copydesk.transforms.write import Records

STAGED: Final = (*PUBLISHED, "fingerprints", "drops")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """The paths of one attempt."""

    folder: str

    @property
    def sources(self) -> str:
        """The list of the sources."""
        return files.join(self.folder, "sources.jsonl")

    @property
    def kept(self) -> str:
        """The folder of what the survey decoded."""
        return files.join(self.folder, "kept")

    @property
    def findings(self) -> str:
        """What the survey found."""
        return files.join(self.folder, "findings.jsonl")

    @property
    def shards(self) -> str:
        """The names of the closed shards."""
        return files.join(self.folder, "shards.jsonl")

    @property
    def published(self) -> str:
        """The entries of the published files."""
        return files.join(self.folder, "published.jsonl")

    @property
    def output(self) -> str:
        """The folder that becomes the output."""
        return files.join(self.folder, "output")


class StagingError(RuntimeError):
    """A staged shard is not what its writer closed: the disk lost or changed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One written file: its name in its folder, and what a checksum tells of it."""

    name: str
    kind: str
    records: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedShard:
    """A closed shard: all that `publish` and a later attempt need to know of it."""

    name: str
    sources: tuple[str, ...]
    files: tuple[FileEntry, ...]
    counts: Mapping[str, int]
    """Of its records by kind, and `rejected:STAGE`, `removed:RULE`, `changed:STAGE:RULE`, `skipped:REASON`."""

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.bytes for entry in self.files)

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str | bytes) -> StagedShard:
        """What `to_json` wrote."""
        row = json.loads(line)
        entries = tuple(FileEntry(**entry) for entry in row.pop("files"))
        return cls(**(row | {"sources": tuple(row["sources"]), "files": entries}))


class HashedFile:
    """A file of lines that counts and hashes what goes into it."""

    def __init__(self, folder: str, name: str, kind: str) -> None:
        """Open a new file.

        Raises:
            OSError: it cannot be made.
        """
        self._entry = (name, kind)
        self._stream: IO[bytes] = files.open_write(files.join(folder, name))
        self._digest = hashlib.sha256()
        self.records = 0
        self.bytes = 0

    def write(self, line: bytes) -> None:
        """Add one line, which ends in a newline."""
        self._stream.write(line)
        self._digest.update(line)
        self.records += 1
        self.bytes += len(line)

    def close(self) -> FileEntry:
        """Close it; what is known of it.

        Raises:
            OSError: its last bytes could not be written.
        """
        self._stream.close()
        name, kind = self._entry
        return FileEntry(name=name, kind=kind, records=self.records, bytes=self.bytes, sha256=self._digest.hexdigest())


@dataclass(slots=True)
class _OpenShard:
    """A shard that is being written."""

    folder: str
    name: str = field(default_factory=lambda: f"shard-{uuid.uuid4().hex}")
    sources: list[str] = field(default_factory=list)
    files: dict[str, HashedFile] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, records: Records) -> None:
        for kind in STAGED:
            for record in getattr(records, kind):
                row = asdict(record) if isinstance(record, Fingerprint) else record
                if kind not in self.files:
                    self.files[kind] = HashedFile(self.folder, f"{self.name}.{kind}.jsonl", kind)
                self.files[kind].write(to_line(row))
                self.counts[kind] += 1
        self.counts.update(tally_records(records))
        self.sources += [row["source"]["uri"] for row in (*records.documents, *records.rejected)]

    def full(self, settings: WriteSettings) -> bool:
        size = sum(file.bytes for file in self.files.values())
        return size >= settings.staged_bytes or len(self.sources) >= settings.staged_sources

    def close(self) -> StagedShard:
        entries = tuple(file.close() for file in self.files.values())
        return StagedShard(name=self.name, sources=tuple(self.sources), files=entries, counts=dict(self.counts))


def tally_records(records: Records) -> Counter[str]:
    """Counts by stage and rule of what a source's records hold.

    They are counted where the records are, not by the runner's counters, which a bundle that is tried again may raise twice.
    """
    counts: Counter[str] = Counter()
    for row in records.rejected:
        counts[f"rejected:{row['stage']}"] += 1
    for row in records.removed:
        counts[f"removed:{row['rule']}"] += 1
    for stage, rows in (("decode", records.documents), ("repair", records.stories)):
        for row in rows:
            for change in row["changes"]:
                counts[f"changed:{'tag' if change['rule'].startswith(MASKED) else stage}:{change['rule']}"] += 1
    for reason, number in records.skipped.items():
        counts[f"skipped:{reason}"] += number
    counts["same"] += sum(row["same_as"] is not None for row in records.documents)
    return +counts


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_line(row: Mapping[str, Any]) -> bytes:
    """A record as it is written: UTF-8, one line, keys in order, no NaN; a lone surrogate as an escape."""
    text = _ENCODER.encode(row)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row, allow_nan=False, separators=(",", ":")).encode() + b"\n"


class StageRecords(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """Records -> StagedShard: writes records, and names a shard once it is closed."""

    def __init__(self, folder: str, settings: WriteSettings) -> None:
        """Write into this folder; `settings` says when a shard is full."""
        super().__init__()
        self._folder = folder
        self._settings = settings
        self._shard: _OpenShard | None = None

    def start_bundle(self) -> None:
        """No shard lives longer than its bundle: one that failed must leave none of its records in a later one."""
        if self._shard is not None:
            self._shard.close()
        self._shard = None

    def process(self, records: Records) -> Iterator[StagedShard]:
        """Write one source's records."""
        if self._shard is None:
            self._shard = _OpenShard(self._folder)
        self._shard.add(records)
        if self._shard.full(self._settings):
            shard, self._shard = self._shard, None
            yield shard.close()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """Close what is open."""
        if self._shard is not None:
            shard, self._shard = self._shard, None
            window = GlobalWindow()
            yield WindowedValue(shard.close(), window.max_timestamp(), [window])


def read_staged(folder: str, shard: StagedShard, kind: str) -> Iterator[bytes]:
    """The lines of one file of a staged shard, its checksum verified at the end.

    Raises:
        StagingError: the file is not what its writer closed.
        OSError: it is missing.
    """
    for entry in shard.files:
        if entry.kind != kind:
            continue
        digest = hashlib.sha256()
        with files.open_read(files.join(folder, entry.name)) as stream:
            for line in stream:
                digest.update(line)
                yield line
        if digest.hexdigest() != entry.sha256:
            raise StagingError(f"{entry.name}: its content is not what was written; the disk or another process changed it")
