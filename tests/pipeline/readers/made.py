"""Files made for tests of the readers: WARC records, Parquet, and what is read of any file."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.pipeline.readers import Read
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.readers.splits import split_sources
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.sources import SourceFile, find_sources
from copydesk.transforms.settings import ReadSettings
from copydesk.transforms.shapes import Item, RejectedRecord, Skipped

SETTINGS = default_settings().read
SMALL = SETTINGS.model_copy(update={"max_bytes": 1_000})


def read(path: Path, settings: ReadSettings = SETTINGS, **told: Any) -> list[Read]:
    """All that a file gives, with positions."""
    (source,) = find_sources([str(path)])
    return list(read_items(replace(source, **told), settings))


def items(path: Path, settings: ReadSettings = SETTINGS) -> list[Item]:
    """What could be read."""
    return [entry for _, entry in read(path, settings) if isinstance(entry, Item)]


def refusals(path: Path, settings: ReadSettings = SETTINGS) -> list[RejectedRecord]:
    """What could not."""
    return [entry for _, entry in read(path, settings) if isinstance(entry, RejectedRecord)]


def skipped(path: Path) -> Mapping[str, int]:
    """What was passed over."""
    return {reason: number for _, entry in read(path) if isinstance(entry, Skipped) for reason, number in entry.reasons.items()}


def bodies(path: Path, settings: ReadSettings = SETTINGS) -> list[bytes]:
    """The payloads of a file's items."""
    return [item.payload for item in items(path, settings)]


def read_in_parts(path: Path, part_bytes: int, settings: ReadSettings = SETTINGS) -> tuple[list[SourceFile], list[Read]]:
    """The parts of a file, and all that they give, what was passed over added up at the end as an unsplit read has it."""
    parts = list(split_sources(find_sources([str(path)]), part_bytes))
    found = [entry for part in parts for entry in read_items(part, settings)]
    return parts, found


def without_skipped(found: Sequence[Read]) -> list[Read]:
    """What was read or rejected, alone."""
    return [(position, entry) for position, entry in found if not isinstance(entry, Skipped)]


def all_skipped(found: Sequence[Read]) -> dict[str, int]:
    """What was passed over in all parts."""
    total: dict[str, int] = {}
    for _, entry in found:
        if isinstance(entry, Skipped):
            for reason, number in entry.reasons.items():
                total[reason] = total.get(reason, 0) + number
    return total


def response(body: bytes, head: str = "Content-Type: text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    """An HTTP response."""
    return f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode() + body


def record(number: int, body: bytes, *, kind: str = "response", more: str = "", off: int = 0, content: str = "") -> bytes:
    """A WARC record whose length is said to be `off` bytes more than it is."""
    content = content or ("application/http; msgtype=response" if kind == "response" else "text/plain")
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0000-{number}>\r\n"
        f"WARC-Date: 2024-03-0{number % 9 + 1}T10:00:00Z\r\nWARC-Target-URI: https://valley.example/{number}\r\n"
        f"Content-Type: {content}\r\n{more}Content-Length: {len(body) + off}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def page(number: int, size: int = 40) -> bytes:
    """A page."""
    return f"<html><body><p>{f'Page {number} of the valley. ' * size}</p></body></html>".encode()


def pages(count: int, *, size: int = 40) -> list[bytes]:
    """Records as a crawl writes them: one of the crawl itself, then requests, pages, and a picture after each third page."""
    found = [record(0, b"software: a crawler\r\n", kind="warcinfo", content="application/warc-fields")]
    for number in range(1, count + 1):
        asked = record(number + 1_000, b"GET / HTTP/1.1\r\n\r\n", kind="request", content="application/http; msgtype=request")
        found.append(asked)
        found.append(record(number, response(page(number, size + number % 7))))
        if number % 3 == 0:
            found.append(record(number + 2_000, response(b"\x89PNG" * 50, "Content-Type: image/png")))
    return found


def members(records: Sequence[bytes]) -> list[bytes]:
    """Each record as a gzip member of its own."""
    return [gzip.compress(one, mtime=0) for one in records]


def write_parquet(
    path: Path, rows: Sequence[Mapping[str, Any]], *, group: int = 1_000, schema: pa.Schema | None = None
) -> None:
    """A Parquet file of rows."""
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path, row_group_size=group)
