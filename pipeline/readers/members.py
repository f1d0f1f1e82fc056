"""Where the records of a WARC stand, and what of a damaged one can still be read.

Two layers, either of which may be broken by itself: gzip members, usually one a record, and records, each a header with the
length of what follows. After a break, reading goes on where the next whole one begins, and the break is told: nothing is
passed over in silence. Why no library reads the frames: FastWARC 2.0 ends a file at the first broken member and gives a
record that is cut off as if it were whole; warcio 1.8 takes a broken body for a shorter one. Both are silent about it.

A part of a file holds the members, or records, that begin in it. In gzip the first one is searched for: the first gzip header
after the part's start that unpacks to a record. What that costs: a WARC that stands inside another one's record, stored without
compression, may be taken for a part of the outer one where a part begins within it.

Source of the format: ISO 28500, "The WARC File Format"; RFC 1952 for gzip.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES: Final = 1 << 16
SEARCH_BYTES: Final = 1 << 20
MAX_LINE: Final = 1 << 16  # bytes of a line of a header; addresses of some kilobytes are met
MAX_HEAD: Final = 1 << 20  # bytes of a header
_MAGIC: Final = re.compile(rb"WARC/[01]\.\d{1,3}\r?\n")
_FIRST: Final = re.compile(rb"WARC/[01]\.\d{1,3}\r?\n$")
_FIELD: Final = re.compile(rb"(?:WARC|Content)-[A-Za-z-]{1,40}:", re.IGNORECASE)
_GZIP: Final = b"\x1f\x8b\x08"
_GZIP_HEAD: Final = 1 << 12  # bytes that hold a gzip header and enough to unpack the first five bytes
_BLANK: Final = (b"\r\n", b"\n")


class BrokenRecordError(ValueError):
    """A record whose header or length is wrong, or which is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole record."""

    offset: int
    """Of its first byte in the file; in a gzip member of several, of the member and its place in there."""
    headers: Mapping[str, str]
    """Names in small letters; of a field that is repeated, the first."""
    length: int
    body: bytes | None
    """None where it was not wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that could not be read: where it begins, and why."""

    offset: int
    headers: Mapping[str, str]
    """Those of the record, as far as they were read."""
    message: str


Found: TypeAlias = Record | Loss
Wanted: TypeAlias = Callable[[Mapping[str, str], int], bool]
"""Whether the body of a record with these headers and this length is to be held."""


class Records:
    """The records of a stream, one after another."""

    def __init__(self, stream: IO[bytes], base: int, *, seekable: bool) -> None:
        """Read a stream from where it stands.

        Args:
            stream: of bytes that are unpacked.
            base: the offset that its first byte counts as.
            seekable: whether it is a plain file: what is not wanted is stepped over, and after a break the search for the next
                record begins at the broken one's start.
        """
        self._stream = stream
        self._at = base
        self._size: int | None = None
        self._headers: Mapping[str, str] = {}
        self._start = base
        self._lines: list[bytes] = []  # that were read ahead, in order
        if seekable:
            self._size = stream.seek(0, io.SEEK_END)
            stream.seek(base)

    def found(self, end: int | None, want: Wanted) -> Iterator[Found]:
        """Each record, and each break, up to the first one that begins at `end` or behind it."""
        while (place := self._next_place()) is not None and (end is None or place < end):
            try:
                record = self._record(want)
            except BrokenRecordError as error:
                yield Loss(offset=place, headers=self._headers, message=str(error))
                self._search(place + 1)
            else:
                yield record

    def _next_place(self) -> int | None:
        """Where the next line that is not blank begins; None at the end."""
        while (line := self._readline()) in _BLANK:
            pass
        if not line:
            return None
        self._unread(line)
        return self._at

    def _record(self, want: Wanted) -> Record:
        self._headers = {}
        self._start = self._at
        line = self._readline()
        if not _MAGIC.match(line):
            raise BrokenRecordError(f"no WARC record begins at byte {self._start}; what follows, up to the next one, is lost")
        self._headers = self._head()
        given = self._headers.get("content-length", "").strip()
        if not given.isascii() or not given.isdigit() or len(given) > 18:
            raise BrokenRecordError(f"its Content-Length is {given[:40]!r}, which is no number of bytes")
        length = int(given)
        body = self._body(length, want(self._headers, length))
        self._check_tail(length)
        return Record(offset=self._start, headers=self._headers, length=length, body=body)

    def _head(self) -> dict[str, str]:
        lines: list[bytes] = []
        size = 0
        while (line := self._readline()) not in _BLANK:
            size += len(line)
            if not line.endswith(b"\n") or size > MAX_HEAD:
                raise BrokenRecordError("its header has no end" if line else "it is cut off in its header")
            lines.append(line)
        return parse_fields(lines)

    def _body(self, length: int, wanted: bool) -> bytes | None:  # noqa: FBT001 - private, and called once
        if self._size is not None and self._at + length > self._size:
            raise BrokenRecordError(f"its Content-Length is {length}, and the file ends after {self._size - self._at}")
        if wanted:
            body = self._stream.read(length)
            self._at += len(body)
            if len(body) < length:
                raise BrokenRecordError(f"its Content-Length is {length}, and there are {len(body)} bytes")
            return body
        if self._size is not None:
            self._stream.seek(length, io.SEEK_CUR)
            self._at += length
            return None
        left = length
        while left:
            part = len(self._stream.read(min(left, SEARCH_BYTES)))
            if not part:
                raise BrokenRecordError(f"its Content-Length is {length}, and there are {length - left} bytes")
            self._at += part
            left -= part
        return None

    def _check_tail(self, length: int) -> None:
        """A record ends where the next one begins, or nothing: else its length is wrong, and with it what was read."""
        for _ in range(2):  # blank lines, as the format wants them; what stands behind them is no part of this record
            line = self._readline()
            if line not in _BLANK:
                break
        else:
            return
        if line:
            self._unread(line)
            if not _MAGIC.match(line):
                raise BrokenRecordError(f"its Content-Length is {length}, and no record ends there")

    def _search(self, place: int) -> None:
        """Go to the next place where a header begins; to the end where there is none."""
        if self._size is not None:
            self._lines = []
            self._stream.seek(place)
            self._at = place
        line = self._readline()
        while line:
            after = self._readline()
            if (magic := _FIRST.search(line)) and _FIELD.match(after):
                self._unread(after)
                self._unread(line[magic.start() :])
                return
            line = after

    def _readline(self) -> bytes:
        line = self._lines.pop() if self._lines else self._stream.readline(MAX_LINE)
        self._at += len(line)
        return line

    def _unread(self, line: bytes) -> None:
        self._lines.append(line)
        self._at -= len(line)


def parse_fields(lines: list[bytes]) -> dict[str, str]:
    r"""The fields of a header, names in small letters; a line that begins with white space continues the one before.

    >>> parse_fields([b"A-b: one\r\n", b"  two\r\n", b"no field\r\n", b"a-B: three\r\n"])
    {'a-b': 'one two'}
    """
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[:1] in {" ", "\t"}:
            if name:
                fields[name] = f"{fields[name]} {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower() if colon else ""
        if name in fields:
            name = ""
        if name:
            fields[name] = value.strip()
    return fields


# --- gzip ---------------------------------------------------------------------------------------------------------------


class _Window:
    """A chunk of a file, wherever it is asked for."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._base = 0
        self._data = b""

    def at(self, offset: int) -> memoryview:
        """What stands from here on, up to some chunk's end; nothing at the file's end."""
        if not self._base <= offset < self._base + len(self._data):
            self._raw.seek(offset)
            self._base, self._data = offset, self._raw.read(CHUNK_BYTES)
        return memoryview(self._data)[offset - self._base :]

    def read(self, offset: int, size: int) -> bytes:
        """Bytes from here on, fewer at the file's end."""
        self._raw.seek(offset)
        self._data = b""
        return self._raw.read(size)


class _Member(io.RawIOBase):
    """What one gzip member unpacks to; its checksum is verified before the end is told."""

    def __init__(self, window: _Window, offset: int) -> None:
        super().__init__()
        self._window = window
        self._gzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.end = offset
        """How far it has been read in the file."""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; 0 at the member's end.

        Raises:
            EOFError: the file ends within it.
            zlib.error: it is broken.
        """
        view = memoryview(buffer).cast("B")
        while not self._gzip.eof:
            packed = self._window.at(self.end)
            if not packed:
                raise EOFError
            out = self._gzip.decompress(packed, len(view))
            self.end += len(packed) - len(self._gzip.unconsumed_tail) - len(self._gzip.unused_data)
            if out:
                view[: len(out)] = out
                return len(out)
        return 0


def members_found(raw: IO[bytes], start: int, end: int | None, want: Wanted) -> Iterator[Found]:
    """The records of the gzip members that begin in [start, end) of a file, and each break.

    Whoever reads up to `end` answers for what stands there, too: if no member begins behind his last one, the break is his.
    """
    window = _Window(raw)
    at = _find_member(window, start, end) if start else 0
    if not start and not _is_member(window.read(0, _GZIP_HEAD)):
        if window.at(0):  # be it zeros: a file that has bytes comes to something
            yield _gap(0)
        at = _find_member(window, 1, end)
    while at is not None and (end is None or at < end):
        member = _Member(window, at)
        records = Records(cast("IO[bytes]", io.BufferedReader(member, CHUNK_BYTES)), at, seekable=False)
        try:
            yield from records.found(None, want)
        except (EOFError, zlib.error) as error:
            reason = str(error) or "it does not end before the file does"
            message = f"the gzip member is broken or cut off ({reason}); the next one that is whole is read"
            yield Loss(offset=at, headers={}, message=message)
            at = _find_member(window, at + 1, end)
            continue
        at = member.end
        if not _is_member(window.read(at, _GZIP_HEAD)):
            if not _is_padding(window, at):
                yield _gap(at)
            at = _find_member(window, at + 1, end)


def _gap(at: int) -> Loss:
    """The loss of what stands between members."""
    message = f"no gzip member with a record begins at byte {at}; what follows, up to the next one, is lost"
    return Loss(offset=at, headers={}, message=message)


def _is_member(start: bytes) -> bool:
    """Whether a gzip member begins so that unpacks to a record."""
    if not start.startswith(_GZIP):
        return False
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(start, 5) == b"WARC/"
    except zlib.error:
        return False


def _is_padding(window: _Window, offset: int) -> bool:
    """Whether nothing but zeros stands there up to the file's end, as on tapes and after a preallocating writer."""
    while part := window.at(offset):
        if bytes(part).strip(b"\0"):
            return False
        offset += len(part)
    return True


def _find_member(window: _Window, start: int, end: int | None) -> int | None:
    """The first offset in [start, end) at which a gzip member begins that unpacks to a record."""
    at = start
    while end is None or at < end:
        chunk = window.read(at, SEARCH_BYTES + _GZIP_HEAD)
        place = chunk.find(_GZIP)
        while 0 <= place < SEARCH_BYTES and (end is None or at + place < end):
            if _is_member(chunk[place : place + _GZIP_HEAD]):
                return at + place
            place = chunk.find(_GZIP, place + 1)
        if len(chunk) <= SEARCH_BYTES:
            return None
        at += SEARCH_BYTES
    return None
