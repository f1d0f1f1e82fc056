"""Reading what a run wrote: the manifest first, which is the commit of a run; then records, as lines or as typed objects."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from copydesk.pipeline import files, manifest
from copydesk.pipeline.formats import EXTENSIONS, open_lines
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.unpack import UnpackError

if TYPE_CHECKING:
    from copydesk.transforms.shapes import Story


class OutputError(ConfigError):
    """A folder that holds no finished run, or a record that cannot be read; the message says which, and what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardFile:
    """One file of an output folder, as the manifest tells of it."""

    name: str
    kind: str
    """stories, documents, removed or rejected; something else for what holds no records."""
    sha256: str
    bytes: int | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a finished run says of itself."""

    folder: str
    files: tuple[ShardFile, ...]
    counts: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    """All of it, as it stands in the file."""

    def of_kind(self, kind: str) -> list[ShardFile]:
        """The files of one kind of record, in order of their names."""
        return sorted((file for file in self.files if file.kind == kind), key=lambda file: file.name)


def read_manifest(folder: str) -> Manifest:
    """The manifest of an output folder.

    Raises:
        OutputError: there is none, so the folder is no finished run; or it cannot be understood.
    """
    try:
        data = manifest.read_manifest(folder)
    except ConfigError as error:
        raise OutputError(str(error)) from None
    path = files.join(folder, manifest.MANIFEST)
    try:
        entries = tuple(
            ShardFile(
                name=entry["name"],
                kind=entry.get("kind") or entry["name"].partition("-")[0],
                sha256=entry["sha256"],
                bytes=entry.get("bytes"),
                records=entry.get("records"),
            )
            for entry in data["files"]
        )
        if unsafe := next((entry.name for entry in entries if os.path.basename(entry.name) != entry.name), None):  # noqa: PTH119 - a name, no path
            raise OutputError(f"{path}: files: {unsafe!r} is no name of a file in this folder")
        counts = dict(data.get("counts") or {})
    except (KeyError, TypeError, AttributeError) as error:
        raise OutputError(f"{path}: no manifest of Copydesk ({type(error).__name__}: {error})") from None
    return Manifest(folder=folder, files=entries, counts=counts, data=data)


def read_stories(path: str) -> Iterator[Story]:
    """The stories of a run, or of one file of stories, as typed objects, one after another.

    Args:
        path: the output folder of a run, or a `.jsonl`, `.jsonl.gz`, `.jsonl.zst` or `.parquet` file of story records.

    Yields:
        Every story, duplicates included (`duplicate_of` names the story that one repeats), in the order of the shards.

    Raises:
        OutputError: the folder has no manifest, so it is no finished run; or a line is no story record.
        OSError: a file cannot be opened.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - heavy; importing the package is not reading

    from copydesk.transforms.shapes import Story  # noqa: PLC0415

    adapter = TypeAdapter(Story)
    for name in _story_files(path):
        try:
            with open_lines(name) as lines:
                for number, line in enumerate(lines, 1):
                    if not line.strip():
                        continue
                    try:
                        yield adapter.validate_json(line)
                    except ValidationError as error:
                        raise OutputError(f"{name}: line {number}: no story record: {first_fault(error)}") from None
        except UnpackError as error:
            raise OutputError(f"{name}: {error}") from None


def _story_files(path: str) -> Iterator[str]:
    if (not files.is_remote(path) and os.path.isfile(path)) or path.endswith(EXTENSIONS):  # noqa: PTH113
        yield path
        return
    for file in read_manifest(path).of_kind("stories"):
        if not file.name.endswith(EXTENSIONS):
            raise OutputError(f"{file.name}: no such files are known; this version reads {', '.join(EXTENSIONS)}")
        yield files.join(path, file.name)


def first_fault(error: Any) -> str:  # noqa: ANN401 - pydantic's ValidationError, which is imported only where it is raised
    """The first thing that is wrong with a record, and how many more there are."""
    details = error.errors(include_url=False, include_context=False)
    where = ".".join(str(part) for part in details[0]["loc"])
    shown = repr(details[0]["input"])
    shown = shown if len(shown) <= 80 else f"{shown[:80]}…"
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return f"{where or 'the record'}: {details[0]['msg']}, found {shown}{more}"
