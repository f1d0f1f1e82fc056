"""`copydesk check --sources`: every source read and decoded once more, and its records held against its real text.

Sources come in their files' order, records in the order of the shards. So the records are first kept in a temporary file,
and where each source's records stand in it is remembered: some dozens of bytes a record, whatever the texts' length.
"""

from __future__ import annotations

import json
import os
import tempfile
from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from pydantic import TypeAdapter

from copydesk.pipeline.commands.accounts import faults_in_text, story_faults
from copydesk.pipeline.commands.checking import Fault, Record, source_key
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import Resources, default_settings
from copydesk.pipeline.single import STDIN
from copydesk.pipeline.sources import InputError, SourceFile, find_sources
from copydesk.transforms.errors import SourceError
from copydesk.transforms.settings import Settings
from copydesk.transforms.shapes import Document, DocumentRecord, Item, RejectedRecord, RemovedRecord, Story
from copydesk.transforms.tag.masking import guard_of
from copydesk.transforms.write.records import to_plain

if TYPE_CHECKING:
    from copydesk.pipeline.reading import Manifest

AnyRecord = TypeVar("AnyRecord")
_SHAPES = (DocumentRecord, RemovedRecord, Story)
_ADAPTERS: dict[type, TypeAdapter[Any]] = {shape: TypeAdapter(shape) for shape in _SHAPES}


class Spool:
    """The records of a run, kept on disk and found by their source."""

    def __init__(self) -> None:
        """Open a temporary file, which has no name and is gone when it is closed."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._places: dict[bytes, tuple[str, array[int]]] = {}
        self.unread = 0
        """Sources that were standard input and are gone."""

    def __enter__(self) -> Self:
        """The spool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the temporary file go."""
        self._file.close()

    def add(self, record: Record) -> None:
        """Keep a record; rejected ones and repeated sources have no text to be held against."""
        if isinstance(record, RejectedRecord) or (isinstance(record, DocumentRecord) and record.same_as is not None):
            return
        uri = record.source.uri
        _, places = self._places.setdefault(source_key(uri, record.source.sha256), (uri, array("Q")))
        places.append(self._file.seek(0, os.SEEK_END))
        self._file.write(json.dumps([_SHAPES.index(type(record)), to_plain(record)]).encode() + b"\n")

    def take(self, uri: str, sha256: str) -> list[Record]:
        """The records of one source, which are then forgotten; none where the run wrote none."""
        records = []
        for place in self._places.pop(source_key(uri, sha256), ("", ()))[1]:
            self._file.seek(place)
            shape, row = json.loads(self._file.readline())
            records.append(_ADAPTERS[_SHAPES[shape]].validate_python(row))
        return records

    def left(self) -> Iterator[str]:
        """The sources that have not been taken, by their uris."""
        for uri, _ in self._places.values():
            yield uri

    def source_files(self) -> list[SourceFile]:
        """The files that the sources came from, each once, as far as they are to be found."""
        found: dict[str, SourceFile | None] = {}
        for uri in self.left():
            names = [uri, uri.rpartition("#")[0]] if "#" in uri else [uri]
            if not any(found.get(name) for name in names):
                found.update((name, _find(name)) for name in names if name not in found)
        return [file for file in found.values() if file]


def _find(name: str) -> SourceFile | None:
    try:
        found = find_sources([name])
    except InputError:
        return None
    return found[0] if len(found) == 1 and found[0].uri == name else None


def recheck(spool: Spool, manifest: Manifest) -> Iterator[Fault]:
    """What is wrong when every source is decoded once more and its records are held against its text.

    Args:
        spool: all records of the run.
        manifest: of the run, whose configuration is used where it holds one.
    """
    config = manifest.data.get("config")
    settings = Settings.model_validate_json(json.dumps(config)) if config else None
    desk = Resources(settings=settings or default_settings()).load()
    guard = guard_of(desk.rules)
    for file in spool.source_files():
        for _, entry in read_items(file, desk.rules.settings.read):
            if not isinstance(entry, Item):
                continue
            records = spool.take(entry.source.uri, entry.source.sha256)
            if guard and not records:
                records = spool.take(guard.mask_address(entry.source.uri), entry.source.sha256)
            if not records:
                continue
            try:
                document: Document = desk.call("decode", entry)
            except SourceError as error:
                yield Fault(file="sources", record=entry.source.uri, message=f"cannot be decoded again: {error}")
                continue
            yield from _hold(document.text, records, masked=guard is not None)
    desk.close()
    for uri in spool.left():
        if uri.partition("#")[0] == STDIN:
            spool.unread += 1
        else:
            yield Fault(file="sources", record=uri, message=_gone(uri))


def _gone(uri: str) -> str:
    if any(_find(name) for name in (uri, uri.rpartition("#")[0]) if name):
        return "not there any more with the bytes that the run read"
    return "no file there; a relative path counts from the folder in which the run was called, so check from there"


def _hold(text: str, records: list[Record], *, masked: bool) -> Iterator[Fault]:
    documents = _of(DocumentRecord, records)
    stories = [story for story in _of(Story, records) if not any(story_faults(story))]
    for document in documents[:1]:
        for record, message in faults_in_text(text, document, stories, _of(RemovedRecord, records), masked=masked):
            yield Fault(file="sources", record=record, message=message)


def _of(shape: type[AnyRecord], records: list[Record]) -> list[AnyRecord]:
    return [cast("AnyRecord", record) for record in records if isinstance(record, shape)]

