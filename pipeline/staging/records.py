"""Staged shards: where records wait for the end of a run, and what a killed run goes on from.

A staged shard is a handful of files under one name that no other has. It is closed by size, after some hundred sources or half
a minute, and only then does its name leave the writer, as a `StagedShard`, and a note beside its files say so: a bundle that is
tried again doubles nothing, what a killed attempt left half-written is never read, and what it closed is not done again.
The survey's observations and the records of `clean` are staged alike; `shards` writes them.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Final, TypeAlias

from copydesk.pipeline import files
from copydesk.pipeline.faults import StagingFault, disk_fault, writing
from copydesk.pipeline.output.jsonl import FileEntry
from copydesk.pipeline.output.manifest import PUBLISHED
from copydesk.pipeline.staging.progress import Part
from copydesk.transforms.tag.masking import RULE as MASKED
from copydesk.transforms.write import Records

STAGED: Final = (*PUBLISHED, "fingerprints", "drops")
OBSERVED: Final = "observations"
SHARD, SEEN = "shard-", "seen-"
"""How the names of shards of records begin, and of shards of observations."""
FINDINGS: Final = "findings.jsonl"
"""The name of the file of what the survey found, which is there once it came to its end."""
SLOWEST: Final = 10
"""Sources that are told to have taken the most time, of a shard and of a run: more nobody looks at one by one."""
Timed: TypeAlias = tuple[float, str]
"""The seconds that a source took, and its uri."""
CLOSED: Final = ".closed.json"
"""What the name of the note ends in that says of a shard that it is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """The paths of one attempt."""

    folder: str
    attempt: int = 0
    """Counted from 1; 0 where nobody counts."""

    @property
    def sources(self) -> str:
        """The list of the sources."""
        return files.join(self.folder, "sources.jsonl")

    @property
    def alive(self) -> str | None:
        """A file that is there as long as this attempt may work; None where nobody counts."""
        return files.join(self.folder, f"attempt-{self.attempt}") if self.attempt else None

    @property
    def queue(self) -> str:
        """The slices that no worker has taken yet, where they are taken one by one."""
        return files.join(self.folder, "queue.jsonl")

    def done(self, graph: str) -> str:
        """What earlier attempts have done of a graph."""
        return files.join(self.folder, f"done-{graph}.json")

    @property
    def seen(self) -> str:
        """The names of the closed shards of observations."""
        return files.join(self.folder, "seen.jsonl")

    @property
    def kept(self) -> str:
        """The folder of what the survey decoded."""
        return files.join(self.folder, "kept")

    @property
    def findings(self) -> str:
        """What the survey found."""
        return files.join(self.folder, FINDINGS)

    @property
    def found(self) -> str:
        """The same until it is known to be of all sources."""
        return files.join(self.folder, "found.jsonl")

    @property
    def shards(self) -> str:
        """The names of the closed shards."""
        return files.join(self.folder, "shards.jsonl")

    @property
    def published(self) -> str:
        """The entries of the published files."""
        return files.join(self.folder, "published.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedShard:
    """A closed shard: all that `publish` and a later attempt need to know of it."""

    name: str
    sources: tuple[str, ...]
    files: tuple[FileEntry, ...]
    counts: Mapping[str, int]
    """Of its records by kind, and `rejected:STAGE`, `removed:RULE`, `changed:STAGE:RULE`, `skipped:REASON`."""
    parts: tuple[Part, ...] = ()
    """Of the source files, in order."""
    slowest: tuple[Timed, ...] = ()
    """Of its sources those that took the most time by the clock, so that no record depends on this."""

    def bare(self) -> StagedShard:
        """The same without what only a later attempt needs."""
        return StagedShard(name=self.name, sources=(), files=self.files, counts={})

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
        parts = tuple(tuple(part) for part in row.get("parts", ()))
        timed = tuple((seconds, uri) for seconds, uri in row.get("slowest", ()))
        return cls(**(row | {"sources": tuple(row["sources"]), "files": entries, "parts": parts, "slowest": timed}))


def slowest(timed: Iterable[Timed]) -> tuple[Timed, ...]:
    """Those that took the most time, the slowest first, at most `SLOWEST`.

    >>> slowest([(0.5, "a"), (2.0, "b"), (2.0, "a")])
    ((2.0, 'b'), (2.0, 'a'), (0.5, 'a'))
    """
    return tuple(heapq.nlargest(SLOWEST, timed))


class HashedFile:
    """A file of lines that counts and hashes what goes into it."""

    def __init__(self, folder: str, name: str, kind: str) -> None:
        """Open a new file.

        Raises:
            DiskFault: it cannot be made.
        """
        self._entry = (name, kind)
        self._path = files.join(folder, name)
        with writing(self._path):
            self._stream: IO[bytes] = files.open_write(self._path)
        self._digest = hashlib.sha256()
        self.records = 0
        self.bytes = 0

    def write(self, line: bytes) -> None:
        """Add one line, which ends in a newline.

        Raises:
            DiskFault: it could not be written.
        """
        try:
            self._stream.write(line)
        except OSError as error:
            raise disk_fault(self._path, error) from error
        self._digest.update(line)
        self.records += 1
        self.bytes += len(line)

    def __del__(self) -> None:
        """What a fault left open is of no use to anybody; its last bytes may not fit on the disk."""
        with suppress(AttributeError, OSError):
            self._stream.close()

    def close(self) -> FileEntry:
        """Close it; what is known of it.

        Raises:
            DiskFault: its last bytes could not be written.
        """
        with writing(self._path):
            self._stream.close()
        name, kind = self._entry
        return FileEntry(name=name, kind=kind, records=self.records, bytes=self.bytes, sha256=self._digest.hexdigest())


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


def read_staged(folder: str, shard: StagedShard, kind: str) -> Iterator[bytes]:
    """The lines of one file of a staged shard, its checksum verified at the end.

    Raises:
        StagingFault: the file is missing, or not what its writer closed. The shard no longer counts as closed, so the next
            attempt does its sources anew.
    """
    for entry in shard.files:
        if entry.kind != kind:
            continue
        path = files.join(folder, entry.name)
        digest = hashlib.sha256()
        try:
            with files.open_read(path) as stream:
                for line in stream:
                    digest.update(line)
                    yield line
        except OSError as error:
            raise _disowned(folder, shard, f"{path}: {error.strerror or error}") from error
        if digest.hexdigest() != entry.sha256:
            raise _disowned(folder, shard, f"{path}: its content is not what was written; the disk or a process changed it")


def _disowned(folder: str, shard: StagedShard, message: str) -> StagingFault:
    files.remove(files.join(folder, f"{shard.name}{CLOSED}"))
    return StagingFault(f"{message}; give the same command again, which does these sources anew")
