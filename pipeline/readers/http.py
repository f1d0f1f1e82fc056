"""A response as it went over the wire -> its status, what it says of itself, and the page: what HTTP did to it is undone.

Bounded: an encoding that unpacks to more than may be held is stopped there. A body that does not have the encoding it claims
is taken as it is, since many archives undo the encoding and keep the header.

Source of the formats: RFC 9112 (HTTP/1.1, chunked), RFC 9110 (content codings), RFC 1950 to 1952, RFC 7932 (Brotli).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Final, cast

from copydesk.pipeline.readers.members import parse_fields
from copydesk.pipeline.readers.unpack import UnpackError, zst_stream

_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_CHUNK: Final = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]{1,40})""", re.IGNORECASE)
_STEP: Final = 1 << 16


class BodyError(ValueError):
    """A response that cannot be read; the message says why."""


class BodyTooLargeError(BodyError):
    """A body that unpacks to more than may be held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The head of a response, and its body as it was sent."""

    status: int
    fields: Mapping[str, str]
    """Names in small letters."""
    body: bytes


def parse_response(data: bytes) -> Response:
    r"""A response in its parts.

    Raises:
        BodyError: it does not begin as a response does.

    >>> parse_response(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>").body
    b'<p>'
    """
    status = _STATUS.match(data)
    if status is None:
        raise BodyError(f"no HTTP response: it begins with {data[:20]!r}")
    end = _HEAD_END.search(data)
    head, body = (data[: end.start()], data[end.end() :]) if end else (data, b"")
    return Response(status=int(status[1]), fields=parse_fields(head.splitlines(keepends=True)[1:]), body=body)


def media_type(value: str) -> tuple[str, str | None]:
    """The type of a Content-Type field, in small letters, and the charset that it declares.

    >>> media_type('Text/HTML; Charset="ISO-8859-1"'), media_type("")
    (('text/html', 'ISO-8859-1'), ('', None))
    """
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower(), charset[1] if charset else None


def page_of(response: Response, max_bytes: int, *, partial: bool) -> bytes:
    """The body as the page was before HTTP packed it.

    Args:
        response: as it was sent.
        max_bytes: that it may have.
        partial: whether it is known to be cut off: then what there is of it will do.

    Raises:
        BodyTooLargeError: it unpacks to more.
        BodyError: it is broken, or packed in a way that is not known.
    """
    body = response.body
    if "chunked" in response.fields.get("transfer-encoding", "").lower():
        body = _join_chunks(body, partial=partial)
    codings = [name.strip().lower() for name in response.fields.get("content-encoding", "").split(",") if name.strip()]
    for name in reversed(codings):
        if name in {"identity", "none", "utf-8", "utf8"}:  # the last two are a mistake for a charset that servers make
            continue
        undo = _UNDO.get(name)
        if undo is None:
            raise BodyError(f"its Content-Encoding is {name[:40]!r}, which is not known here")
        body = undo(body, max_bytes, partial)
    if len(body) > max_bytes:
        raise BodyTooLargeError(f"it has {len(body)} bytes, more than {max_bytes}; read.max_bytes allows more")
    return body


def _join_chunks(body: bytes, *, partial: bool) -> bytes:
    """What stands in the chunks; a body that is in none is given back as it is."""
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts)
        part = body[match.end() : match.end() + size]
        parts.append(part)
        at = match.end() + size
        if len(part) < size:
            break
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    if not parts or (at < len(body) and len(parts) == 1):  # a page may begin with a line that looks like a number
        return body
    if partial:
        return b"".join(parts)
    raise BodyError(f"its chunks break off after {sum(map(len, parts))} bytes")


def _drain(unpack: Callable[[bytes, int], tuple[bytes, bool]], body: bytes, max_bytes: int) -> tuple[bytes, bool]:
    """What a body unpacks to, and whether it came to its end."""
    out = bytearray()
    ended = False
    for at in range(0, len(body), _STEP):
        part, ended = unpack(body[at : at + _STEP], max_bytes + 1 - len(out))
        out += part
        if len(out) > max_bytes:
            raise BodyTooLargeError(f"it unpacks to more than {max_bytes} bytes; read.max_bytes allows more")
        if ended:
            break
    return bytes(out), ended


def _inflate(body: bytes, max_bytes: int, bits: int) -> tuple[bytes, bool]:
    gzip = zlib.decompressobj(bits)

    def unpack(part: bytes, room: int) -> tuple[bytes, bool]:
        return gzip.decompress(part, max(room, 1)), gzip.eof

    return _drain(unpack, body, max_bytes)


def _whole(found: tuple[bytes, bool], name: str, *, partial: bool) -> bytes:
    if not found[1] and not partial:
        raise BodyError(f"its {name} breaks off after {len(found[0])} bytes")
    return found[0]


def _ungzip(body: bytes, max_bytes: int, partial: bool) -> bytes:  # noqa: FBT001 - one signature for all codings
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return _whole(_inflate(body, max_bytes, 16 + zlib.MAX_WBITS), "gzip", partial=partial)
    except zlib.error as error:
        raise BodyError(f"its gzip is broken: {error}") from None


def _undeflate(body: bytes, max_bytes: int, partial: bool) -> bytes:  # noqa: FBT001
    """RFC 1950, or, as some servers send it, RFC 1951 without its frame."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _whole(_inflate(body, max_bytes, bits), "deflate", partial=partial)
        except zlib.error:
            continue
    return body


def _unbrotli(body: bytes, max_bytes: int, partial: bool) -> bytes:  # noqa: FBT001
    import brotli  # noqa: PLC0415 - few archives keep a body so

    stream = brotli.Decompressor()

    def unpack(part: bytes, room: int) -> tuple[bytes, bool]:
        out = bytearray(stream.process(part, output_buffer_limit=max(room, 1)))
        while not stream.can_accept_more_data() and not stream.is_finished() and len(out) < room:
            out += stream.process(b"", output_buffer_limit=max(room - len(out), 1))
        return bytes(out), stream.is_finished()

    try:
        return _whole(_drain(unpack, body, max_bytes), "br", partial=partial)
    except brotli.error as error:
        if body.lstrip()[:1] == b"<":
            return body
        raise BodyError(f"its br is broken: {error}") from None


def _unzst(body: bytes, max_bytes: int, partial: bool) -> bytes:  # noqa: FBT001
    if not body.startswith(b"\x28\xb5\x2f\xfd"):
        return body
    out = bytearray()
    stream = zst_stream(cast("IO[bytes]", io.BytesIO(body)))
    try:
        while part := stream.read(_STEP):
            out += part
            if len(out) > max_bytes:
                raise BodyTooLargeError(f"it unpacks to more than {max_bytes} bytes; read.max_bytes allows more")
    except UnpackError as error:
        if not partial:
            raise BodyError(f"its zstd is broken: {error}") from None
    return bytes(out)


_UNDO: Final[Mapping[str, Callable[[bytes, int, bool], bytes]]] = {
    "gzip": _ungzip, "x-gzip": _ungzip, "deflate": _undeflate, "br": _unbrotli, "zstd": _unzst,
}  # fmt: skip
