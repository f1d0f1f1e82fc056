"""Reading what a run wrote: the manifest first, which is the commit of a run; then its records, as typed objects.

    for story in read_stories("output/seeds"):                            # Story
        print(story.id, story.source.uri, story.text)

    for row in read_stories("output/seeds", columns=["id", "text"]):      # a dictionary of these two
        print(row["id"], row["text"])

A run is read as a whole or not at all: a folder without a manifest, a file that is missing, cut off or shorter than the
manifest says, and records of another schema raise an `OutputError`. Reading needs no Beam, but for a folder of another file
system, and holds some hundred records at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict, TypeVar, cast, get_type_hints, overload

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError, suggest
from copydesk.pipeline.output import manifest
from copydesk.pipeline.output.formats import EXTENSIONS, open_lines
from copydesk.pipeline.readers.unpack import UnpackError
from copydesk.transforms.shapes import (
    SCHEMA_VERSION,
    Change,
    Chapter,
    DocumentRecord,
    LanguageShare,
    Paragraph,
    RejectedRecord,
    RemovedRecord,
    Restored,
    Share,
    Span,
    Story,
    StorySource,
    Topic,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

AnyPath: TypeAlias = str | os.PathLike[str]
"""A local path, or a URL of a file system that Beam reads."""
Record = TypeVar("Record")
_NOUNS: Final[Mapping[str, str]] = {
    "stories": "story",
    "documents": "document",
    "removed": "removed",
    "rejected": "rejected",
}
_REMEDY: Final = "fetch the folder again; `copydesk check` tells all that is wrong with it"


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
        OutputError: there is none, so the folder is no finished run; or it cannot be understood, as that of a newer version.
    """
    try:
        data = manifest.read_manifest(folder)
    except ConfigError as error:
        raise OutputError(str(error)) from None
    path = files.join(folder, manifest.MANIFEST)
    try:
        if (schema := data.get("schema_version", SCHEMA_VERSION)) != SCHEMA_VERSION:
            raise OutputError(f"{path}: {_other_schema(schema)}; copydesk {data.get('copydesk')} wrote them")
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


class StoryColumns(TypedDict, total=False):
    """Some of a story's fields, by name: those that `read_stories` was asked for, each as a `Story` has it."""

    schema_version: str
    id: str
    source: StorySource
    headline: str | None
    deck: str | None
    authors: tuple[str, ...]
    published: str | None
    section: str | None
    captions: tuple[str, ...]
    text: str
    paragraphs: tuple[Paragraph, ...]
    chapters: tuple[Chapter, ...]
    language: str | None
    language_score: Share
    languages: tuple[LanguageShare, ...]
    topics: tuple[Topic, ...]
    words: int
    changes: tuple[Change, ...]
    restored: tuple[Restored, ...]
    spans: tuple[Span, ...]
    duplicate_of: str | None
    similarity: Share | None
    supersedes: str | None
    quality: Mapping[str, float]


@overload
def read_stories(path: AnyPath) -> Iterator[Story]: ...


@overload
def read_stories(path: AnyPath, *, columns: Iterable[str]) -> Iterator[StoryColumns]: ...


def read_stories(path: AnyPath, *, columns: Iterable[str] | None = None) -> Iterator[Story] | Iterator[StoryColumns]:
    """The stories of a run, or of one file of stories, one after another.

    Args:
        path: the output folder of a run, here or on a file system that Beam reads (`s3://`, `gs://`), whatever its format; or
            one `.jsonl`, `.jsonl.gz`, `.jsonl.zst` or `.parquet` file of story records.
        columns: only these fields of each story, as a dictionary in this order. Of Parquet, no other column is read.

    Returns:
        Every story, duplicates included (`duplicate_of` names the story that one repeats), in the order of the shards.

    Raises:
        OutputError: the folder has no manifest, so it is no finished run, or a newer version wrote it. While it is read: a
            file is broken, missing or short, or a record is no story.
        ValueError: a story has no such field.
        OSError: a file cannot be opened.

    >>> read_stories("no/such/folder")
    Traceback (most recent call last):
        ...
    copydesk.pipeline.reading.OutputError: no/such/folder: no manifest.json; this is no published run of Copydesk
    >>> read_stories("no/such/folder", columns=["id", "txet"])
    Traceback (most recent call last):
        ...
    ValueError: a story has no field 'txet'; did you mean text?
    """
    if columns is None:
        return _read(path, "stories", Story)
    columns = tuple(columns)
    known = [field.name for field in fields(Story)]
    if unknown := next((name for name in columns if name not in known), None):
        remedy = suggest(unknown, known) or f"; its fields are {', '.join(known)}"
        raise ValueError(f"a story has no field {unknown!r}{remedy}")
    return cast("Iterator[StoryColumns]", _read(path, "stories", Story, columns))


def read_documents(path: AnyPath) -> Iterator[DocumentRecord]:
    """The document records of a run, one for each source that was decoded: what decoding mended, the ids of its stories.

    Args and errors are those of `read_stories`.
    """
    return _read(path, "documents", DocumentRecord)


def read_removed(path: AnyPath) -> Iterator[RemovedRecord]:
    """What a run left out of all stories: each span with its text, its role and the rule that took it out.

    Args and errors are those of `read_stories`.
    """
    return _read(path, "removed", RemovedRecord)


def read_rejected(path: AnyPath) -> Iterator[RejectedRecord]:
    """The sources that a run could not process, each with the stage, the error and its message.

    Args and errors are those of `read_stories`.
    """
    return _read(path, "rejected", RejectedRecord)


# --- how ----------------------------------------------------------------------------------------------------------------


def _read(path: AnyPath, kind: str, shape: type[Record], columns: tuple[str, ...] | None = None) -> Iterator[Record]:
    """The records of one kind; the folder is looked at now, its files as they are read."""
    found = _files(os.fspath(path), kind)
    return _records(found, kind, shape, columns)


def _files(path: str, kind: str) -> list[tuple[str, int | None]]:
    """The paths of the files of one kind, each with how many records it should hold, where that is known."""
    if path.endswith(EXTENSIONS) or (not files.is_remote(path) and os.path.isfile(path)):  # noqa: PTH113 - a string
        return [(path, None)]
    found = read_manifest(path).of_kind(kind)
    if odd := next((file.name for file in found if not file.name.endswith(EXTENSIONS)), None):
        raise OutputError(f"{odd}: no such files are known; this version reads {', '.join(EXTENSIONS)}")
    return [(files.join(path, file.name), file.records) for file in found]


def _records(
    found: Iterable[tuple[str, int | None]], kind: str, shape: type[Record], columns: tuple[str, ...] | None
) -> Iterator[Record]:
    from pydantic import ValidationError  # noqa: PLC0415 - heavy; importing the package is not reading

    adapter = _adapter(shape, columns)
    for name, due in found:
        number = 0
        try:
            with open_lines(name, columns) as lines:
                for number, line in enumerate(lines, 1):  # noqa: B007 - it is told after the loop, too
                    if line.strip():
                        yield adapter.validate_json(line)
        except ValidationError as error:
            raise OutputError(f"{name}: line {number}: {_record_fault(error, kind)}") from None
        except UnpackError as error:
            raise OutputError(f"{name}: {error}") from None
        except FileNotFoundError:
            if due is None:
                raise
            raise OutputError(f"{name}: the manifest names this file, and it is not there; {_REMEDY}") from None
        if due is not None and number != due:
            raise OutputError(f"{name}: {number} records, the manifest says {due}; {_REMEDY}")


def _adapter(shape: type[Record], columns: tuple[str, ...] | None) -> TypeAdapter[Record]:
    """What makes a record of a line: an object; or, of some of its keys, a dictionary."""
    import typing_extensions  # noqa: PLC0415 - pydantic's own, which on Python 3.11 takes no other TypedDict
    from pydantic import TypeAdapter  # noqa: PLC0415

    if columns is None:
        return TypeAdapter(shape)
    hints = get_type_hints(shape, include_extras=True)
    made: Any = typing_extensions.TypedDict
    return TypeAdapter(made(shape.__name__, {name: hints[name] for name in columns}))


def _other_schema(found: object) -> str:
    """What is said of records that are laid out in another way than this version knows."""
    return f"records of schema {found}, this Copydesk reads {SCHEMA_VERSION}; read them with the version that wrote them"


def _record_fault(error: ValidationError, kind: str) -> str:
    """Why a line is no record of its kind."""
    other = next((fault["input"] for fault in error.errors() if fault["loc"] == ("schema_version",)), None)
    return _other_schema(other) if isinstance(other, str) else f"no {_NOUNS[kind]} record: {first_fault(error)}"


def first_fault(error: Any) -> str:  # noqa: ANN401 - pydantic's ValidationError, which is imported only where it is raised
    """The first thing that is wrong with a record, and how many more there are."""
    details = error.errors(include_url=False, include_context=False)
    where = ".".join(str(part) for part in details[0]["loc"])
    shown = repr(details[0]["input"])
    shown = shown if len(shown) <= 80 else f"{shown[:80]}…"
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return f"{where or 'the record'}: {details[0]['msg']}, found {shown}{more}"
