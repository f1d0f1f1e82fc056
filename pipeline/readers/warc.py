"""WARC and WET: the pages and texts of a crawl, one item each; what else a crawl keeps is passed over and counted.

Taken are `response` records that are HTML, XHTML or plain text with status 200, `resource` records of these types, and
`conversion` records of plain text, which make a WET. An item's name is its record's id; its position is the place of its first
byte, since no number is known where a file is read in parts.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Final, cast

from copydesk.pipeline import files
from copydesk.pipeline.readers import Read
from copydesk.pipeline.readers.http import BodyError, BodyTooLargeError, Response, media_type, page_of, parse_response
from copydesk.pipeline.readers.members import Found, Loss, Record, Records, members_found
from copydesk.pipeline.readers.rows import encodable, sha256
from copydesk.pipeline.readers.unpack import unpacked
from copydesk.pipeline.sources import SourceFile, sniff
from copydesk.transforms.settings import ReadSettings
from copydesk.transforms.shapes import Format, Item, RejectedRecord, Skipped, Source, SourceRef

_FORMATS: Final[Mapping[str, Format]] = {
    "text/html": "html", "application/xhtml+xml": "html", "application/vnd.wap.xhtml+xml": "html", "text/plain": "txt",
}  # fmt: skip
_TAKEN: Final = frozenset({"response", "resource", "conversion"})
_OTHERS: Final = frozenset({"warcinfo", "request", "metadata", "revisit", "continuation"})
_MEDIA: Final = frozenset({"image", "audio", "video", "font"})
_STATUSES: Final = range(100, 600)
HEAD_ROOM: Final = 1 << 16
"""Bytes that the head of a response may have beside a body of the greatest size."""


def read_warc(file: SourceFile, packing: str, settings: ReadSettings) -> Iterator[Read]:
    """The items of a WARC, or of the part of it that is to be read; at the end what was passed over."""
    skipped: Counter[str] = Counter()
    position = file.start
    for found in _found(file, packing, settings.max_bytes + HEAD_ROOM):
        position = found.offset + 1
        if isinstance(found, Loss):
            yield position, _refuse(file, found, "BrokenRecord", found.message)
            continue
        entry = _passed_over(found.headers) or _entry(file, found, settings.max_bytes)
        if isinstance(entry, str):
            skipped[entry] += 1
        else:
            yield position, entry
    if skipped:
        yield position + 1, Skipped(reasons=dict(sorted(skipped.items())))


def _found(file: SourceFile, packing: str, max_bytes: int) -> Iterator[Found]:
    def want(headers: Mapping[str, str], length: int) -> bool:
        return length <= max_bytes and _passed_over(headers) is None

    if packing == ".gz":
        with files.open_read(file.path) as raw:
            yield from members_found(raw, file.start, file.end, want)
        return
    with unpacked(file.path, packing) as stream:
        buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
        yield from Records(cast("IO[bytes]", buffered), file.start, seekable=not packing).found(file.end, want)


def _passed_over(headers: Mapping[str, str]) -> str | None:
    """Why a record of this header is passed over; None where its body has to be looked at."""
    kind = headers.get("warc-type", "").strip().lower()
    if kind not in _TAKEN:
        return kind if kind in _OTHERS else "other record"
    declared = media_type(headers.get("content-type", ""))[0]
    if kind == "response":
        return None if declared in {"application/http", ""} else "no HTTP"
    return None if declared in _FORMATS else _type_reason(declared)


def _type_reason(declared: str) -> str:
    """A media type as a reason, of which there are to be few: anyone may send any type."""
    major = declared.partition("/")[0]
    if major in _MEDIA:
        return major
    for mark in ("css", "javascript", "json", "xml", "pdf"):
        if declared.endswith(mark):
            return mark
    return "other type" if declared else "no type"


def _entry(file: SourceFile, record: Record, max_bytes: int) -> Item | RejectedRecord | str:
    """A record's item, or why there is none: as a rejected record, or, where it is to be passed over, as a reason."""
    if record.body is None or (record.length > max_bytes and not _is_response(record)):
        message = f"the record has {record.length} bytes; read.max_bytes allows {max_bytes}"
        return _refuse(file, record, "TooLarge", message)
    if record.headers.get("warc-segment-number"):
        return _refuse(file, record, "BrokenRecord", "its content goes on in another record; segments are not put together")
    if not _is_response(record):
        declared, charset = media_type(record.headers["content-type"])
        return _item(file, record, _FORMATS[declared], charset, record.body)
    try:
        return _page(file, record, parse_response(record.body), max_bytes)
    except BodyTooLargeError as error:
        return _refuse(file, record, "TooLarge", str(error))
    except BodyError as error:
        return _refuse(file, record, "BrokenRecord", str(error))


def _is_response(record: Record) -> bool:
    return record.headers["warc-type"].strip().lower() == "response"


def _page(file: SourceFile, record: Record, response: Response, max_bytes: int) -> Item | str:
    if response.status != 200:
        return f"status {response.status}" if response.status in _STATUSES else "other status"
    declared, charset = media_type(response.fields.get("content-type", ""))
    if declared and declared not in _FORMATS:
        return _type_reason(declared)
    body = page_of(response, max_bytes, partial="warc-truncated" in record.headers)
    format_ = _FORMATS.get(declared) or _guess(body)
    return _item(file, record, format_, charset, body) if format_ else "no type"


def _guess(body: bytes) -> Format | None:
    """What a page is whose server did not say."""
    found = sniff(body[:4_096])
    return found if found == "html" or found == "txt" else None  # noqa: PLR1714 - so that its type is known


def _item(file: SourceFile, record: Record, format_: Format, charset: str | None, payload: bytes) -> Item:
    url = record.headers.get("warc-target-uri", "").strip().removeprefix("<").removesuffix(">")  # as wget 1.19 wrote it
    source = Source(
        uri=_uri(file, record),
        sha256=sha256(payload),
        format=format_,
        kind=file.kind,
        url=encodable(url) or None,
        site=file.site,
        retrieved=record.headers.get("warc-date") or None,
    )
    return Item(source=source, payload=payload, charset=charset)


def _uri(file: SourceFile, found: Found) -> str:
    """FILE#ID; of a record that has none, the place of its first byte."""
    name = found.headers.get("warc-record-id", "").strip().removeprefix("<").removesuffix(">")
    return f"{file.uri}#{name.removeprefix('urn:uuid:') or found.offset}"


def _refuse(file: SourceFile, found: Found, error: str, message: str) -> RejectedRecord:
    return RejectedRecord(source=SourceRef(uri=_uri(file, found), sha256=None), stage="read", error=error, message=message)
