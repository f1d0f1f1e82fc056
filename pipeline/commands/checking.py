"""`copydesk check`: is an output folder what a run wrote, and does it account for every character?

In this order, each part streamed and none held whole: the manifest; the size and SHA-256 of every file; every record
against its schema; every source's account; the manifest's counts. With `--sources` every source is read and decoded once
more (`rechecking.py`).

Records of one source may lie in different shards, so all kinds are read side by side, each as far as the others: an
account is open only from its source's first record to its last.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pydantic import ConfigDict, TypeAdapter, ValidationError

from copydesk.pipeline import files
from copydesk.pipeline.commands.accounts import Account, story_faults
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.formats import PARQUET, column_fault, open_lines
from copydesk.pipeline.readers.unpack import UnpackError
from copydesk.pipeline.reading import Manifest, OutputError, ShardFile, first_fault, read_manifest
from copydesk.pipeline.terminal.lines import counted
from copydesk.transforms.shapes import DocumentRecord, RejectedRecord, RemovedRecord, Story
from copydesk.transforms.write.records import DUPLICATE, to_plain

if TYPE_CHECKING:
    import argparse

Record: TypeAlias = DocumentRecord | RejectedRecord | RemovedRecord | Story

SHAPES: Final[dict[str, type]] = {
    "documents": DocumentRecord,
    "stories": Story,
    "removed": RemovedRecord,
    "rejected": RejectedRecord,
}
MOST_TOLD: Final = 1_000
"""Faults that are told one by one; of a folder with more, nobody reads them all."""
_STRICT: Final = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
_ADAPTERS: Final[dict[str, TypeAdapter[Any]]] = {
    "documents": TypeAdapter(list[DocumentRecord], config=_STRICT),
    "stories": TypeAdapter(list[Story], config=_STRICT),
    "removed": TypeAdapter(list[RemovedRecord], config=_STRICT),
    "rejected": TypeAdapter(list[RejectedRecord], config=_STRICT),
}
"""Of lists of one, because pydantic takes no strictness from outside for a dataclass itself."""
_REPEATS: Final = re.compile(r"story ([0-9a-f]{32}) repeats ([0-9a-f]{32}), similarity [01](?:\.\d{1,4})?")
"""The evidence of `sinks.duplicate_evidence`."""
_CHUNK: Final = 1 << 20
_GONE: Final = "cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with an output folder."""

    file: str
    record: str
    """A story's id, a source's uri, a removed record's uri and span, or a line's number; empty for the file as a whole."""
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.file, self.record, self.message)))


def check(arguments: argparse.Namespace) -> int:
    """Do `copydesk check`: each fault on a line of standard output, and what was checked on standard error."""
    folder = arguments.output
    if not files.is_remote(folder) and not os.path.isdir(folder):  # noqa: PTH112 - a path may be a URL
        raise ConfigError(f"{folder}: no such folder; give the one that a run named as its output")
    try:
        manifest = read_manifest(folder)
    except OutputError as error:
        print(error)
        return 1
    checked = Check(manifest, keep=arguments.sources)
    faults = 0
    for fault in checked.faults():
        faults += 1
        if faults <= MOST_TOLD:
            print(fault)
    if faults > MOST_TOLD:
        print(f"... and {faults - MOST_TOLD} more")
    counts = ", ".join(f"{checked.counts[kind]:,} {kind}" for kind in SHAPES)
    verdict = counted(faults, "fault", "faults") if faults else "no fault"
    print(f"copydesk: {folder}: {verdict} in {len(manifest.files)} files: {counts}", file=sys.stderr)
    if checked.unread:
        print(f"copydesk: {checked.unread:,} sources could not be read again (standard input)", file=sys.stderr)
    return int(faults > 0)


class Check:
    """One check of one output folder; `faults` does it, `counts` tells afterwards what was seen."""

    def __init__(self, manifest: Manifest, *, keep: bool = False) -> None:
        """Nothing is read yet.

        Args:
            manifest: of the folder.
            keep: read the sources again, too; their records are kept on disk meanwhile.
        """
        self.counts: Counter[str] = Counter()
        self.unread = 0
        """Sources that were standard input and are gone."""
        self._manifest = manifest
        self._keep = keep
        self._open: dict[bytes, tuple[str, Account]] = {}
        self._finished: set[bytes] = set()
        self._stories: set[bytes] = set()
        self._repeats: dict[bytes, bytes] = {}
        self._dropped: dict[bytes, bytes] = {}
        self._rejected: set[bytes] = set()
        self._same: list[tuple[bytes, str, str]] = []

    def faults(self) -> Iterator[Fault]:
        """All faults, as they are found."""
        there = []
        for file in self._manifest.files:
            found = list(_file_faults(self._manifest.folder, file))
            yield from found
            if not any(fault.message.startswith(_GONE) for fault in found):
                there.append(file)  # where its checksum is wrong, its records tell what of it is
        yield from _strays(self._manifest)
        if self._keep:
            from copydesk.pipeline.commands.rechecking import Spool, recheck  # noqa: PLC0415 - with --sources only

            with Spool() as spool:
                yield from self._take_all(there, spool.add)
                yield from recheck(spool, self._manifest)
                self.unread = spool.unread
        else:
            yield from self._take_all(there, lambda _: None)

    def _take_all(self, there: list[ShardFile], keep: Callable[[Record], None]) -> Iterator[Fault]:
        """Every record into its source's account, and what the accounts and the counts then say."""
        for file, line, record in self._records(there):
            if isinstance(record, Fault):
                self.counts[file.kind] += bool(record.record)  # a line that cannot be understood is one all the same
                yield record
                continue
            yield from self._take(file, line, record)
            keep(record)
        yield from self._end()
        yield from self._count_faults()

    def _records(self, there: list[ShardFile]) -> Iterator[tuple[ShardFile, int, Record | Fault]]:
        """All records of all kinds, side by side: always of the kind that is least far."""
        streams = [_Stream(self._manifest.folder, kind, [file for file in there if file.kind == kind]) for kind in SHAPES]
        while streams:
            stream = min(streams, key=lambda stream: stream.done)
            entry = next(stream.records, None)
            if entry is None:
                streams.remove(stream)
            else:
                yield entry

    def _take(self, file: ShardFile, line: int, record: Record) -> Iterator[Fault]:
        """One record into its source's account."""
        self.counts[file.kind] += 1
        name = record.id if isinstance(record, Story) else record.source.uri

        def fault(message: str) -> Fault:
            return Fault(file=file.name, record=f"line {line}: {name}", message=message)

        key = source_key(record.source.uri, record.source.sha256)
        if isinstance(record, RejectedRecord):
            self._rejected.add(key)
            return
        if isinstance(record, DocumentRecord) and record.same_as is not None:
            self.counts["same"] += 1
            first = source_key(record.same_as, record.source.sha256)
            self._same.append((first, record.source.uri, record.same_as))
            return
        if key in self._finished:
            yield fault("more records of this source than its document record says")
            return
        account = self._open.setdefault(key, (record.source.uri, Account()))[1]
        if isinstance(record, DocumentRecord):
            yield from map(fault, account.add_document(record))
        elif isinstance(record, RemovedRecord):
            yield from map(fault, account.add_removed(record))
            yield from map(fault, self._drop(record))
        else:
            yield from map(fault, self._story(record, account))
        if account.complete:
            yield from self._finish(key)

    def _story(self, story: Story, account: Account) -> Iterator[str]:
        key = bytes.fromhex(story.id) if _is_id(story.id) else b""
        if not key:
            yield f"id {story.id!r} is not 32 hex digits"
        elif key in self._stories:
            yield "its id stands twice"
        self._stories.add(key)
        if (story.duplicate_of is None) != (story.similarity is None):
            yield f"duplicate_of is {story.duplicate_of!r}, similarity {story.similarity!r}: one does not go without the other"
        if story.duplicate_of is not None:
            self.counts["duplicates"] += 1
            if not _is_id(story.duplicate_of):
                yield f"duplicate_of {story.duplicate_of!r} is not 32 hex digits"
            else:
                self._repeats[key] = bytes.fromhex(story.duplicate_of)
        broken = list(story_faults(story))
        yield from broken
        yield from account.add_story(story, sound=not broken)

    def _drop(self, record: RemovedRecord) -> Iterator[str]:
        """A story that is no story record because it repeats another, known by its removed records."""
        if record.rule != DUPLICATE:
            return
        if (found := _REPEATS.match(record.evidence)) is None:
            yield f"evidence {record.evidence!r} does not say which story repeats which"
        else:
            self._dropped[bytes.fromhex(found[1])] = bytes.fromhex(found[2])

    def _finish(self, key: bytes) -> Iterator[Fault]:
        uri, account = self._open.pop(key)
        self._finished.add(key)
        if key in self._rejected:
            yield Fault(file="account", record=uri, message="both a document record and a rejected record")
        for message in account.faults():
            yield Fault(file="account", record=uri, message=message)

    def _end(self) -> Iterator[Fault]:
        """What can be told only once all records are in."""
        for key in list(self._open):
            yield from self._finish(key)
        for first, uri, same_as in self._same:
            if first not in self._finished and first not in self._rejected:
                yield Fault(file="documents", record=uri, message=f"same_as {same_as}: no such source with the same bytes")
        for story, original in self._repeats.items():
            if original in self._repeats:
                yield Fault(file="stories", record=story.hex(), message="duplicate_of names a story that is itself a duplicate")
            elif original not in self._stories and not self._manifest.data.get("state"):
                yield Fault(file="stories", record=story.hex(), message=f"duplicate_of {original.hex()}: no such story")

        for story, original in self._dropped.items():
            if original not in self._stories and not self._manifest.data.get("state"):
                yield Fault(file="removed", record=story.hex(), message=f"repeats {original.hex()}: no such story")
        self.counts["dropped"] = len(self._dropped)

    def _count_faults(self) -> Iterator[Fault]:
        """The manifest's counts against what was counted."""
        counted = {kind: self.counts[kind] for kind in (*SHAPES, "duplicates", "dropped", "same")}
        counted["sources"] = counted["documents"] + counted["rejected"]
        for name, number in counted.items():
            said = self._manifest.counts.get(name, number)
            if said != number:
                yield Fault(file="manifest.json", record="", message=f"counts.{name} is {said}, there are {number}")


class _Stream:
    """The records of one kind, file after file, with how far it has come."""

    def __init__(self, folder: str, kind: str, shards: list[ShardFile]) -> None:
        self._total = max(sum(file.records or 1 for file in shards), 1)
        self._read = 0
        self._adapter = _ADAPTERS[kind]
        self._keys = tuple(field.name for field in dataclasses.fields(SHAPES[kind]))
        self.records = self._all(folder, sorted(shards, key=lambda file: file.name))

    @property
    def done(self) -> float:
        """The share of its records that is read; of bytes it cannot be told, since files may be packed."""
        return self._read / self._total

    def _all(self, folder: str, shards: list[ShardFile]) -> Iterator[tuple[ShardFile, int, Record | Fault]]:
        for file in shards:
            number = 0
            path = files.join(folder, file.name)
            try:
                if file.name.endswith(PARQUET) and (fault := column_fault(path, file.kind)):
                    yield file, number, Fault(file=file.name, record="", message=fault)
                with open_lines(path) as lines:
                    for number, line in enumerate(lines, 1):
                        self._read += 1
                        yield file, number, self._parse(file, number, line)
            except (OSError, UnpackError) as error:
                yield file, number, Fault(file=file.name, record="", message=str(error))
            if file.records is not None and number != file.records:
                message = f"{number} records, the manifest says {file.records}"
                yield file, number, Fault(file=file.name, record="", message=message)

    def _parse(self, file: ShardFile, number: int, line: bytes) -> Record | Fault:
        def fault(message: str) -> Fault:
            return Fault(file=file.name, record=f"line {number}", message=message)

        try:
            record: Record = self._adapter.validate_json(b"[%b]" % line)[0]
            row = json.loads(line)
        except ValidationError as error:
            return fault(first_fault(error).removeprefix("0."))
        except (ValueError, IndexError) as error:
            return fault(f"no JSON: {error}")
        if tuple(row) != self._keys:
            return fault(f"its keys are {', '.join(row)}; they should be {', '.join(self._keys)}")
        if to_plain(record) != row:
            return fault("a key of an object in it is missing")
        return record


def _file_faults(folder: str, file: ShardFile) -> Iterator[Fault]:
    """Whether a file is there with the size and the SHA-256 that the manifest says."""

    def fault(message: str) -> Fault:
        return Fault(file=file.name, record="", message=message)

    digest, size = hashlib.sha256(), 0
    try:
        with files.open_read(files.join(folder, file.name)) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        yield fault(f"{_GONE}: {error.strerror or error}")
        return
    if file.bytes is not None and size != file.bytes:
        yield fault(f"{size} bytes, the manifest says {file.bytes}")
    if digest.hexdigest() != file.sha256:
        yield fault(f"SHA-256 is {digest.hexdigest()}, the manifest says {file.sha256}")


def _strays(manifest: Manifest) -> Iterator[Fault]:
    """Files of records that the manifest does not know: a reader that takes `stories-*` would read them."""
    if files.is_remote(manifest.folder):
        return
    known = {file.name for file in manifest.files}
    for name in sorted(os.listdir(manifest.folder)):  # noqa: PTH208 - names, not paths
        if name.partition("-")[0] in SHAPES and name not in known:
            yield Fault(file=name, record="", message="not in the manifest")


def source_key(uri: str, sha256: str | None) -> bytes:
    """What a source is known by in small: rows that carry the same id differ in their bytes."""
    return hashlib.blake2b(f"{uri}\0{sha256}".encode("utf-8", "surrogatepass"), digest_size=12).digest()


def _is_id(text: str) -> bool:
    return len(text) == 32 and not set(text) - set("0123456789abcdef")
