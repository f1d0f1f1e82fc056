"""A row -> its item: which of its fields holds the text, which the address, the day, the authors.

A row is a mapping of names to values, wherever it comes from: an object of JSON, a line of a table, a row of Parquet. What a
row lacks is a rejected record that names the fields that were looked for, so that a mapping can be configured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from copydesk.pipeline.sources import SourceFile
from copydesk.transforms.settings import Fields, ReadSettings
from copydesk.transforms.shapes import KINDS, Format, Item, Metadata, RejectedRecord, Source, SourceRef

MAX_NAMES_SHOWN: Final = 300  # characters of a row's field names in a message; a row may have thousands


def refuse_row(file: SourceFile, number: int, line: bytes | None, error: str, message: str) -> RejectedRecord:
    """The rejected record of one row, known by its number.

    Args:
        file: that holds it.
        number: of the row, from 1.
        line: its bytes, where they were held.
        error: one word for what went wrong.
        message: what was wrong, and what would help.
    """
    ref = SourceRef(uri=f"{file.uri}#{number}", sha256=None if line is None else sha256(line))
    return RejectedRecord(source=ref, stage="read", error=error, message=message)


def row_item(
    file: SourceFile, number: int, row: Mapping[str, Any], settings: ReadSettings, line: bytes | None
) -> Item | RejectedRecord:
    """The item of a row; a rejected record where no field holds text.

    Args:
        file: that holds it.
        number: of the row, from 1; its name where it has no id.
        row: names to values: text, numbers, dates, lists, further mappings; bytes are a text whose charset is not known.
        settings: which names hold what, and the bytes that a text may have.
        line: the row's own bytes, for the record of a row that is refused.
    """
    fields, max_bytes = settings.fields, settings.max_bytes
    found = _body(row, fields)
    if found is None:
        return refuse_row(file, number, line, "NoText", no_text(row, fields))
    format_, body = found
    payload = body if isinstance(body, bytes) else body.encode("utf-8", errors="replace")  # JSON allows a lone surrogate
    if len(payload) > max_bytes:
        message = f"its text has {len(payload)} bytes, more than {max_bytes}; read.max_bytes allows more"
        return refuse_row(file, number, line, "TooLarge", message)
    name = _text(row, fields.id) or str(number)
    kind = file.kind or _text(row, fields.kind)
    if kind is not None and kind not in KINDS:
        return refuse_row(file, number, line, "BrokenRow", f"kind {kind!r} is none of {', '.join(KINDS)}")
    source = Source(
        uri=f"{file.uri}#{name}",
        sha256=sha256(payload),
        format=format_,
        kind=kind,
        url=_text(row, fields.url),
        site=_text(row, fields.site) or file.site,
        channel=_text(row, fields.channel),
        retrieved=_text(row, fields.retrieved),
    )
    charset = None if isinstance(body, bytes) else "utf-8"
    return Item(source=source, payload=payload, charset=charset, metadata=_metadata(row, fields))


def no_text(names: Mapping[str, Any] | tuple[str, ...], fields: Fields) -> str:
    """What to say where none of the names is one of a text."""
    known, has = ", ".join((*fields.text, *fields.html)), encodable(", ".join(names))
    shown = has if len(has) <= MAX_NAMES_SHOWN else f"{has[:MAX_NAMES_SHOWN]}…"
    return (f"none of the fields {known} holds text; there is {shown or 'no field'}; "
            "name yours in read.fields.text or read.fields.html")  # fmt: skip


def _body(row: Mapping[str, Any], fields: Fields) -> tuple[Format, str | bytes] | None:
    """What a row holds: its HTML where it has any, since that says more, else its text; else a field that is empty."""
    formats: tuple[tuple[Format, tuple[str, ...]], ...] = (("html", fields.html), ("txt", fields.text))
    empty: tuple[Format, str | bytes] | None = None
    for format_, names in formats:
        for name in names:
            value = _reach(row, name)
            if isinstance(value, str | bytes):
                if value and not value.isspace():
                    return format_, value
                empty = empty or (format_, value)
    return empty


def _metadata(row: Mapping[str, Any], fields: Fields) -> Metadata:
    authors: list[str] = []
    for name in fields.authors:
        value = _reach(row, name)
        if isinstance(value, str) and value.strip():
            authors = [encodable(value.strip())]
        elif isinstance(value, list):
            authors = [encodable(entry.strip()) for entry in value if isinstance(entry, str) and entry.strip()]
        if authors:
            break
    return Metadata(title=_text(row, fields.title), authors=tuple(authors), published=_text(row, fields.published))


def _text(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of the named fields that holds text, a number or a date."""
    for name in names:
        value = _reach(row, name)
        if isinstance(value, str) and value.strip():
            return encodable(value.strip())
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, bytes) and value.strip():
            return value.decode("utf-8", "replace").strip()
    return None


def _reach(row: Mapping[str, Any], name: str) -> object:
    """A field by its name, or by a path of names through objects ("metadata.url")."""
    if name in row:
        return cast("object", row[name])
    value: object = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def encodable(text: str) -> str:
    r"""A text that UTF-8 can hold: a lone surrogate, which JSON allows and a runner's coder dies of, stands as its escape.

    >>> encodable("a" + chr(0xd800))
    'a\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def sha256(payload: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(payload).hexdigest()
