"""One file -> its items: a whole file of text, HTML or captions, or every row of a file of JSON lines.

Each item comes with its position in the file, from 1. Reading is bounded: an item larger than `read.max_bytes` is rejected
without being held, a packed file is never trusted to end, and a broken row costs that row alone.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final, TypeAlias, cast

from copydesk.pipeline.companions import beside
from copydesk.pipeline.sources import Reader, SourceFile, reader_of, reject
from copydesk.pipeline.unpack import UnpackError, unpacked
from copydesk.transforms.settings import Fields, ReadSettings
from copydesk.transforms.shapes import CAPTION_FORMATS, KINDS, Format, Item, Metadata, RejectedRecord, Source, SourceRef

Read: TypeAlias = tuple[int, Item | RejectedRecord]

CHUNK_BYTES: Final = 1 << 20
MAX_NAMES_SHOWN: Final = 300  # characters of a row's field names in a message; a row may have thousands


def read_items(file: SourceFile, settings: ReadSettings) -> Iterator[Read]:
    """The items of a file with their positions; what cannot be read is a rejected record in its place.

    A file that turns out broken in its middle yields the rows before that and then one rejected record for the rest.
    """
    reader = reader_of(file)
    if isinstance(reader, RejectedRecord):
        yield 1, reader
        return
    position = 0
    try:
        with unpacked(file.path) as stream:
            for position, read in itertools.islice(_read(reader, file, stream, settings), file.take):
                yield position, read
    except (OSError, UnpackError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        yield position + 1, reject(file, "Unreadable", reason)
    else:
        if position == 0:
            yield 1, reject(file, "EmptySource", "the file holds no row")


def _read(reader: Reader, file: SourceFile, stream: IO[bytes], settings: ReadSettings) -> Iterator[Read]:
    if reader == "jsonl":
        return read_rows(file, stream, settings)
    return iter([(1, _whole(reader, file, stream, settings.max_bytes))])


def _whole(format_: Format, file: SourceFile, stream: IO[bytes], max_bytes: int) -> Item | RejectedRecord:
    payload = stream.read(max_bytes + 1)
    if len(payload) > max_bytes:
        return reject(file, "TooLarge", f"more than {max_bytes} bytes once unpacked; read.max_bytes allows more")
    told, url, channel = beside(file.path) if format_ in CAPTION_FORMATS else (Metadata(), None, None)
    source = Source(
        uri=file.uri, sha256=_sha256(payload), format=format_, kind=file.kind, site=file.site, url=url, channel=channel,
    )  # fmt: skip
    return Item(source=source, payload=payload, metadata=told)


# --- rows ---------------------------------------------------------------------------------------------------------------


def read_rows(file: SourceFile, stream: IO[bytes], settings: ReadSettings) -> Iterator[Read]:
    """The rows of an open stream of JSON lines with their numbers; a broken row is a rejected record in its place."""
    for number, line in enumerate(_lines(stream, settings.max_bytes), 1):
        ref = SourceRef(uri=f"{file.uri}#{number}", sha256=_sha256(line) if line is not None else None)
        if line is None:
            message = f"the row has more than {settings.max_bytes} bytes; read.max_bytes allows more"
            yield number, RejectedRecord(source=ref, stage="read", error="TooLarge", message=message)
        elif line.strip():
            yield number, _row(file, number, line, settings.fields)
        else:
            yield number, RejectedRecord(source=ref, stage="read", error="EmptySource", message="an empty line holds no row")


def _lines(stream: IO[bytes], max_bytes: int) -> Iterator[bytes | None]:
    """The lines of a stream without their ends; None for one that is longer than may be held, which is skipped in chunks."""
    while line := stream.readline(max_bytes + 2):
        if len(line.rstrip(b"\r\n")) <= max_bytes:
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(CHUNK_BYTES)
        yield None


def _row(file: SourceFile, number: int, line: bytes, fields: Fields) -> Item | RejectedRecord:
    digest = _sha256(line)

    def refuse(error: str, message: str) -> RejectedRecord:
        ref = SourceRef(uri=f"{file.uri}#{number}", sha256=digest)
        return RejectedRecord(source=ref, stage="read", error=error, message=message)

    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        return refuse("BrokenRow", f"no JSON in UTF-8: {error}")
    if not isinstance(row, dict):
        return refuse("BrokenRow", f"a row has to be a JSON object, this is a {type(row).__name__}")
    found = _body(row, fields)
    if found is None:
        known, names = ", ".join((*fields.text, *fields.html)), _encodable(", ".join(row))
        shown = names if len(names) <= MAX_NAMES_SHOWN else f"{names[:MAX_NAMES_SHOWN]}…"
        return refuse("NoText", f"none of the fields {known} holds text; the row has {shown or 'no field'}; "
                                "name yours in read.fields.text or read.fields.html")  # fmt: skip
    format_, body = found
    payload = body.encode("utf-8", errors="replace")  # a lone surrogate, which JSON allows, cannot be encoded
    name = _text(row, fields.id) or str(number)
    kind = file.kind or _text(row, fields.kind)
    if kind is not None and kind not in KINDS:
        return refuse("BrokenRow", f"kind {kind!r} is none of {', '.join(KINDS)}")
    source = Source(
        uri=f"{file.uri}#{name}",
        sha256=_sha256(payload),
        format=format_,
        kind=kind,
        url=_text(row, fields.url),
        site=_text(row, fields.site) or file.site,
        channel=_text(row, fields.channel),
        retrieved=_text(row, fields.retrieved),
    )
    return Item(source=source, payload=payload, charset="utf-8", metadata=_metadata(row, fields))


def _body(row: Mapping[str, Any], fields: Fields) -> tuple[Format, str] | None:
    """What a row holds: its HTML where it has any, since that says more, else its text."""
    formats: tuple[tuple[Format, tuple[str, ...]], ...] = (("html", fields.html), ("txt", fields.text))
    for format_, names in formats:
        for name in names:
            if isinstance(value := _reach(row, name), str):
                return format_, value
    return None


def _metadata(row: Mapping[str, Any], fields: Fields) -> Metadata:
    authors: list[str] = []
    for name in fields.authors:
        value = _reach(row, name)
        if isinstance(value, str) and value.strip():
            authors = [_encodable(value.strip())]
        elif isinstance(value, list):
            authors = [_encodable(entry.strip()) for entry in value if isinstance(entry, str) and entry.strip()]
        if authors:
            break
    return Metadata(title=_text(row, fields.title), authors=tuple(authors), published=_text(row, fields.published))


def _text(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of the named fields that holds text or a number."""
    for name in names:
        value = _reach(row, name)
        if isinstance(value, str) and value.strip():
            return _encodable(value.strip())
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def _reach(row: Mapping[str, Any], name: str) -> object:
    """A field by its name, or by a path of names through objects ("metadata.url")."""
    if name in row:
        return cast("object", row[name])
    value: object = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _encodable(text: str) -> str:
    r"""A text that UTF-8 can hold: a lone surrogate, which JSON allows and a runner's coder dies of, stands as its escape.

    >>> _encodable("a" + chr(0xd800))
    'a\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def _sha256(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()
