"""What there is to read: inputs as the user gives them -> files -> items.

`find_sources` turns files, folders, globs and standard input into `SourceFile`s, the small values that a graph distributes.
`read_items` opens one of them, unpacked and bounded, and yields its items; what cannot be read is a `RejectedRecord` that
says why. The extension decides the format, then the content.
"""

from __future__ import annotations

import glob
import itertools
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from copydesk.pipeline import files
from copydesk.pipeline.output.manifest import MANIFEST, is_run
from copydesk.pipeline.readers.companions import descriptions
from copydesk.pipeline.readers.tables import table_in
from copydesk.pipeline.readers.unpack import UnpackError, head, packing_in, packing_of
from copydesk.transforms.shapes import Format, Kind, RejectedRecord, SourceRef

if TYPE_CHECKING:
    from copydesk.transforms.settings import Fields

_LOG = logging.getLogger(__name__)

Reader: TypeAlias = Format | Literal["csv", "tsv", "warc", "parquet"]

EXTENSIONS: Final[dict[str, Reader]] = {
    ".txt": "txt",
    ".text": "txt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".warc": "warc",
    ".wet": "warc",
    ".vtt": "vtt",
    ".webvtt": "vtt",
    ".srt": "srt",
    ".json3": "json3",
    ".srv3": "srv3",
    ".srv2": "srv3",
    ".srv1": "srv3",
    ".ttml": "ttml",
    ".dfxp": "ttml",
    ".json": "json",
    ".md": "md",
    ".markdown": "md",
}
SNIFF_BYTES: Final = 4_096  # what is looked at where the extension says nothing
SLICE_SOURCES: Final = 32  # sources that one element of a graph stands for: few enough to spread evenly,
SLICE_BYTES: Final = 1 << 19  # and so many bytes, since a few large sources are as much work as many small ones: 30 text dumps,
# a second of work, which is what one worker may wait for another at the end


_ROW_START: Final = re.compile(rb'\{\s*"(?:[^"\\]|\\.)*"\s*:')
"""How a row begins whose end is not among the bytes that were looked at."""
_STARTS: Final[tuple[tuple[re.Pattern[bytes], Reader], ...]] = (
    (re.compile(rb"par1"), "parquet"),
    (re.compile(rb"warc/[01]\.\d+\r?\n"), "warc"),
    (re.compile(rb"<!doctype html|<html|<head|<body"), "html"),
    (re.compile(rb"webvtt(?:\s|$)"), "vtt"),
    (re.compile(rb"\d{1,6}\s*?\n\d{1,3}:\d\d:\d\d[,.]\d{1,3} *--> *\d"), "srt"),
    (re.compile(rb"(?:<\?xml[^<>]{0,200}>\s*)?<timedtext[\s>]"), "srv3"),
    (re.compile(rb"(?:<\?xml[^<>]{0,200}>\s*)?<(?:\w+:)?tt[\s>]"), "ttml"),
    (re.compile(rb'\{\s*"wiremagic"\s*:'), "json3"),
    (re.compile(rb'\[\s*\{\s*"(?:text|start|duration)"\s*:'), "json"),
    (re.compile(rb'\{ *\r?\n\s*"(?:text|segments|transcription|language|systeminfo)"\s*:'), "json"),  # no row: it is broken up
    (re.compile(rb'\{[^{}\[\]]*"segments"\s*:\s*\[\s*\{\s*"'), "json"),
)
"""How files begin, folded to small letters, where no extension names their format."""
_TEXT_NAMES: Final = frozenset(
    {"text", "content", "body", "html", "transcript", "article", "raw_text", "raw_html", "raw_content", "page_html"}
)
"""Names by which a table is known where no configuration is at hand: those of its defaults."""


class InputError(ValueError):
    """The call names an input that is not there; the message says which, and what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file to read, and what the user said of it."""

    path: str
    size: int
    uri: str
    """The path as the user gave it, in characters that JSON can hold."""
    kind: Kind | None = None
    site: str | None = None
    take: int | None = None
    """Read only so many of its items; None means all."""
    error: str | None = None
    """Why it cannot be read at all; such a file ends in a rejected record."""
    modified: int | None = None
    """When it was last written, in nanoseconds since 1970; None where the file system did not say."""
    start: int = 0
    """Where the part of it begins that is to be read: bytes, of Parquet row groups; see `splits`."""
    end: int | None = None
    """Where the part ends; None means at the file's end."""
    first: int = 1
    """The number of the first row that begins in the part."""

    @property
    def whole(self) -> bool:
        """Whether the part is all of it."""
        return self.start == 0 and self.end is None


def find_sources(
    inputs: Iterable[str],
    *,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    kind: Kind | None = None,
    site: str | None = None,
) -> list[SourceFile]:
    """The files that inputs name, each once, in order of their paths.

    Args:
        inputs: files, folders (read recursively; names that begin with a dot are left out, and folders in them that an earlier
            run wrote), globs, or URLs of other file systems.
        include: globs; only files whose path or name matches one are taken.
        exclude: globs; files whose path or name matches one are left out.
        kind: what the sources are, where the user says so.
        site: the site that they come from, where the user says so.

    Raises:
        InputError: an input is not there, matches nothing, or is on a file system that Beam cannot read.
    """
    found: dict[str, SourceFile] = {}
    for given in inputs:
        any_file = False
        for file in _expand(given):
            any_file = True
            if _wanted(file.uri, include, exclude):
                found.setdefault(file.path, replace(file, kind=kind, site=site))
        if not any_file:
            raise InputError(f"{given}: no file there; give a file, a folder, a glob in quotes, or - for standard input")
    return [found[path] for path in sorted(found)]


def _wanted(uri: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    name = uri.rsplit("/", 1)[-1]

    def hit(globs: tuple[str, ...]) -> bool:
        return any(fnmatch(uri, pattern) or fnmatch(name, pattern) for pattern in globs)

    return (not include or hit(include)) and not hit(exclude)


def _expand(given: str) -> Iterator[SourceFile]:
    if files.is_remote(given):
        pattern = given.rstrip("/") + "/**" if given.endswith("/") else given
        try:
            matches = files.match(pattern)
        except (ValueError, OSError) as error:  # Beam reads no such file system (its extra may be missing), or not this file
            raise InputError(f"{given}: {error}") from None
        for path, size in matches:
            yield SourceFile(path=path, size=size, uri=path)
    elif os.path.isdir(given):  # paths stay the strings that the user gave
        yield from _walk(given, frozenset())
    elif os.path.lexists(given):
        yield _file(given)
    else:
        for path in sorted(glob.glob(given, recursive=True)):
            if not os.path.isdir(path):
                yield _file(path)


def _walk(folder: str, above: frozenset[tuple[int, int]]) -> Iterator[SourceFile]:
    """The files of a folder and its folders; a link to a folder above would go round for ever and is an error."""
    status = os.stat(folder)
    here = (status.st_dev, status.st_ino)
    if here in above:
        yield SourceFile(path=folder, size=0, uri=_uri(folder), error="a link to a folder that it stands in")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield SourceFile(path=folder, size=0, uri=_uri(folder), error=f"the folder cannot be read: {error.strerror}")
        return
    if above and any(entry.name == MANIFEST for entry in entries) and is_run(folder):
        _LOG.info("%s: holds what an earlier run wrote, and is left out; name it as an input to read it", _uri(folder))
        return
    described = descriptions(entry.name for entry in entries)
    for entry in entries:
        if entry.name.startswith(".") or entry.name in described:
            continue
        path = os.path.join(folder, entry.name)
        if os.path.isdir(path):
            yield from _walk(path, above | {here})
        else:
            yield _file(path)


def _file(path: str) -> SourceFile:
    error = None
    size, modified = 0, None
    try:
        status = os.stat(path)
        size, modified = status.st_size, status.st_mtime_ns
        if not os.path.isfile(path):  # a socket or a device would be waited for without end
            error = "not a regular file"
    except OSError as problem:
        error = f"{problem.strerror}" + (" (a dangling link)" if os.path.islink(path) else "")
    return SourceFile(path=path, size=size, uri=_uri(path), error=error, modified=modified)


def _uri(path: str) -> str:
    r"""A path in characters that JSON can hold: bytes of a name that are no UTF-8 are written as escapes.

    >>> _uri("a" + chr(0xdc80) + ".txt")
    'a\\x80.txt'
    """
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some lines of a list of sources: what a graph distributes instead of the sources themselves.

    A runner keeps its elements in several copies, and the first ones inside the graph; a million sources would be gigabytes.
    """

    offset: int
    """Bytes into the list."""
    count: int
    first: int = 0
    """Number of its first source in the list."""
    size: int = 0
    """Bytes of its sources, the best guess at their work."""
    ticket: bool = False
    """It stands for no lines of its own, but lets its holder take slices from the queue."""


def write_list(path: str, sources: Iterable[SourceFile]) -> list[Slice]:
    """Write a list of sources, a line each, and cut it into slices of about equal work.

    Args:
        path: the new file.
        sources: in the order in which they are listed.
    """
    slices: list[Slice] = []
    number = offset = start = count = size = 0
    with files.open_write(path) as out:
        for number, source in enumerate(sources, 1):
            line = json.dumps(asdict(source)).encode() + b"\n"
            out.write(line)
            offset += len(line)
            count += 1
            size += source.size
            if count >= SLICE_SOURCES or size >= SLICE_BYTES:
                slices.append(Slice(offset=start, count=count, first=number - count, size=size))
                start, count, size = offset, 0, 0
    if count:
        slices.append(Slice(offset=start, count=count, first=number - count, size=size))
    return slices


def read_slice(path: str, part: Slice) -> Iterator[SourceFile]:
    """The sources of one slice of a list."""
    with files.open_read(path) as lines:
        lines.seek(part.offset)
        for line in itertools.islice(lines, part.count):
            yield SourceFile(**json.loads(line))


def reader_of(file: SourceFile, fields: Fields | None = None) -> Reader | RejectedRecord:
    """Which reader reads a file: by its extension, else by its first bytes; a rejected record where none does.

    Args:
        file: that is to be read.
        fields: by whose names of text a table is known; None means those of the default configuration.
    """
    if file.error:
        return reject(file, "Unreadable", f"{file.error}; nothing was read")
    extension = packing_of(file.path)[1]
    if reader := EXTENSIONS.get(extension):
        return reader
    try:
        start = head(file.path, SNIFF_BYTES, packing_at(file))
    except (OSError, UnpackError) as error:
        return reject(file, "Unreadable", str(error))
    return sniff(start, fields) or reject(
        file,
        "UnsupportedFormat",
        f"neither the extension {extension or '(none)'!r} nor the content tells text, HTML, captions, JSON lines, a table, "
        "Parquet or WARC",
    )


def packing_at(file: SourceFile) -> str:
    """How a file is packed, as the extension of that packing; "" for not at all. Where no extension tells, its content does.

    Raises:
        OSError: the file cannot be opened.
    """
    packing, extension = packing_of(file.path)
    if packing or extension in EXTENSIONS:
        return packing
    return packing_in(head(file.path, 4, ""))


def extension_for(path: str, fields: Fields | None = None) -> str:
    """The extensions that a file should have by its content: ".jsonl.gz", ".warc"; ".txt" where nothing is told.

    Args:
        path: of the file.
        fields: by whose names of text a table is known; None means those of the default configuration.

    Raises:
        OSError: the file cannot be opened.
    """
    packing = packing_in(head(path, 4, ""))
    try:
        reader = sniff(head(path, SNIFF_BYTES, packing), fields) or "txt"
    except UnpackError:
        reader = "txt"  # whoever reads it says what is wrong with it
    return f".{reader}{packing}"


def sniff(start: bytes, fields: Fields | None = None) -> Reader | None:
    """The reader for content that begins with these bytes; None for what none reads. A row may be longer than they are.

    Args:
        start: the first bytes; fewer than `SNIFF_BYTES` are all that there are.
        fields: by whose names of text a table is known; None means those of the default configuration.

    >>> sniff(b"<!DOCTYPE html><p>"), sniff(b'{"text": "a"}'), sniff(b"Once upon"), sniff(b"WEBVTT"), sniff(b"%PDF-1.7 x")
    ('html', 'jsonl', 'txt', 'vtt', None)
    """
    if start.startswith((b"%PDF", b"PK\3\4", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return None
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if found := next((reader for pattern, reader in _STARTS if pattern.match(plain)), None):
        return found
    row, ended, _ = plain.partition(b"\n")
    if row.startswith(b"{") and (row.rstrip().endswith(b"}") or (not ended and _ROW_START.match(row))):
        return "jsonl"
    names = _TEXT_NAMES if fields is None else (*fields.text, *fields.html)
    if table := table_in(start, names, whole=len(start) < SNIFF_BYTES):
        return table
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "txt" if utf16 or b"\0" not in start else None


def reject(file: SourceFile, error: str, message: str) -> RejectedRecord:
    """The rejected record of a whole file."""
    return RejectedRecord(source=SourceRef(uri=file.uri, sha256=None), stage="read", error=error, message=message)
