"""CSV and TSV: a row of a table, under the names that its first row gives; rows are numbered from 1, that one not counted.

The bytes are read as Latin-1, in which every byte stands for itself, so that a table is cut at its quotes and delimiters in any
charset that has ASCII's; what a field holds is decoded afterwards. Such a file is not read in parts: whether a line feed ends a
row or stands within quotes is known only to who has read all that comes before.

Source of the format: RFC 4180; a quote that is not its own is an error there, and here, since any reading of such a row would
put characters where they do not belong. In TSV, whose writers often do not quote, such a row is cut at its tabs.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Final, cast

from copydesk.pipeline.readers import Read
from copydesk.pipeline.readers.rows import encodable, no_text, refuse_row, row_item
from copydesk.pipeline.readers.tables import DELIMITERS
from copydesk.pipeline.sources import SourceFile, reject
from copydesk.transforms.decode.charset import guess_charset
from copydesk.transforms.settings import Fields, ReadSettings
from copydesk.transforms.shapes import Item, RejectedRecord

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES: Final = 1 << 20
SAMPLE_BYTES: Final = 1 << 16  # of which the charset is guessed
MAX_AGAIN: Final = 4
"""How many times `read.max_bytes` may be read again because quotes were left open: each time costs all that follows."""
_NOT_STRUCTURE: Final = re.compile(r'[^",;\t|\r\n]+')


def read_table(file: SourceFile, stream: IO[bytes], settings: ReadSettings, *, tabs: bool) -> Iterator[Read]:
    """The rows of an open stream of CSV or TSV with their numbers; a broken row is a rejected record in its place.

    Args:
        file: that is read.
        stream: of its bytes, unpacked.
        settings: the fields that hold what, and the bytes that a row may have.
        tabs: whether it is TSV; else its first row tells what stands between fields.
    """
    charset, stream = _in_ascii(stream)
    csv.field_size_limit(max(csv.field_size_limit(), settings.max_bytes))  # the rows are bounded before they come to it
    lines = _Lines(stream, settings.max_bytes)
    delimiter = "\t" if tabs else _sniff(lines.peek(), settings.fields)
    rows = _Rows(lines, delimiter)
    header = next(rows, None)
    if header is None:
        return
    names = _names(header, settings.fields) if isinstance(header, list) else []
    if not {*names} & {name.split(".")[0] for name in (*settings.fields.text, *settings.fields.html)}:
        message = f"the first row has to name the fields: {no_text(tuple(names), settings.fields)}"
        yield 1, reject(file, "NoText", message)
        return
    for number, row in enumerate(rows, 1):
        if isinstance(row, str):
            error = "TooLarge" if lines.over else "BrokenRow"
            yield number, refuse_row(file, number, lines.row, error, row)
        else:
            yield number, _entry(file, number, names, [_decoded(value, charset) for value in row], lines, settings)


def _entry(
    file: SourceFile, number: int, names: Sequence[str], row: list[str | bytes], lines: _Lines, settings: ReadSettings
) -> Item | RejectedRecord:
    if len(row) != len(names) and (len(row) < len(names) or any(row[len(names) :])):
        message = f"the row has {len(row)} fields, the first row names {len(names)}"
        return refuse_row(file, number, lines.row, "BrokenRow", message)
    told: dict[str, str | bytes] = {}
    for name, value in zip(names, row, strict=False):
        if name and name not in told:
            told[name] = value
    return row_item(file, number, told, settings, lines.row)


def _decoded(value: str, charset: str) -> str | bytes:
    """A field in its charset; where it is not in that, its bytes, of which `decode` makes what it can."""
    if value.isascii():
        return value
    data = value.encode("latin-1")
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return data


def _names(header: Sequence[str], fields: Fields) -> list[str]:
    """The names of the columns; one that differs from a field of the configuration only in its capitals is that field."""
    known = {name.casefold(): name for names in fields.model_dump().values() for name in names}
    decoded = [encodable(name.strip().encode("latin-1").decode("utf-8", "replace")) for name in header]
    return [known.get(name.casefold(), name) for name in decoded]


def _sniff(line: str, fields: Fields) -> str:
    """What stands between the fields of the first line: by what it gives most fields that are known, or else most fields."""

    def merit(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([line.partition("\r")[0]], delimiter=delimiter), [])
        known = {name for names_ in fields.model_dump().values() for name in names_}
        return len(known.intersection(_names(names, fields))), len(names)

    return max(DELIMITERS, key=merit)


# --- rows ---------------------------------------------------------------------------------------------------------------


class _Rows:
    """The rows of lines, each a list of fields, or a message where it is broken."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._reader = csv.reader(lines, delimiter=delimiter, strict=True)

    def __iter__(self) -> Iterator[list[str] | str]:
        return self

    def __next__(self) -> list[str] | str:
        lines = self._lines
        row: list[str] | str = []
        while not row:  # a line without anything is no row
            lines.begin()
            try:
                row = next(self._reader)
            except csv.Error as error:
                row = self._mend(error)
            if row and lines.over:
                row = f"the row has more than {lines.max_bytes} bytes; read.max_bytes allows more, or a quote is never closed"
        return row

    def _mend(self, error: csv.Error) -> list[str] | str:
        """What becomes of a row that is not well-formed."""
        lines = self._lines
        message = "a quote that it opens is never closed" if lines.ended else encodable(str(error))
        if lines.over:
            return message
        if lines.again():
            message += "; the lines after its first are read as rows of their own"
        if self._delimiter == "\t" and (line := lines.only()):
            return line.rstrip("\r\n").split("\t")
        return f"no valid row: {message}"


class _Lines:
    """The lines of a stream as a parser asks for them, with what it took for one row; that is bounded.

    A row that grows too long is read on as its structure alone, quotes and delimiters, so that its end is found without holding
    it.
    """

    def __init__(self, stream: IO[bytes], max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.over = False
        """Whether the row is too long."""
        self.ended = False
        """Whether the stream ended within it."""
        self._stream = stream
        self._taken: list[str] = []
        self._size = 0
        self._waiting: deque[str] = deque()
        self._room = MAX_AGAIN * max_bytes

    def begin(self) -> None:
        """A new row begins."""
        self._taken = []
        self._size = 0
        self.over = self.ended = False

    @property
    def row(self) -> bytes | None:
        """The bytes of the row, once it is whole; None where it is too long."""
        return None if self.over else "".join(self._taken).encode("latin-1")

    def peek(self) -> str:
        """The next line, which stays the next."""
        line = self._read()
        self._waiting.appendleft(line)
        self.begin()
        return line

    def only(self) -> str | None:
        """The line that the row is; None where it is several, or too long."""
        return self._taken[0] if len(self._taken) == 1 and not self.over else None

    def again(self) -> bool:
        """Give all lines of this row but the first back, to be read as rows; whether there were any, and room for that."""
        size = sum(map(len, self._taken[1:]))
        if not size or size > self._room:
            return False
        self._room -= size
        self._waiting.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return True

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            self.ended = bool(self._taken) or self.over
            raise StopIteration
        self._size += len(line)
        self.over = self.over or self._size > self.max_bytes
        if self.over:
            self._taken = []
            return _NOT_STRUCTURE.sub("x", line)
        self._taken.append(line)
        return line

    def _read(self) -> str:
        """A line; of one that is too long only the structure."""
        line = self._stream.readline(self.max_bytes + 2)
        if len(line) < self.max_bytes + 2:
            return line.decode("latin-1")
        self.over = True
        parts: list[str] = []
        size = 0
        while line and size <= self.max_bytes:
            parts.append(_NOT_STRUCTURE.sub("x", line.decode("latin-1")))
            size += len(parts[-1])
            line = b"" if line.endswith(b"\n") else self._stream.readline(CHUNK_BYTES)
        return "".join(parts)


# --- charsets -----------------------------------------------------------------------------------------------------------


def _in_ascii(stream: IO[bytes]) -> tuple[str, IO[bytes]]:
    """The charset of a stream, and the stream without a byte-order mark, in UTF-8 if its own charset has not ASCII's bytes."""
    sample = stream.read(SAMPLE_BYTES)
    charset = guess_charset(sample)
    joined = _Joined(sample, stream)
    if charset.startswith(("utf-16", "utf-32", "iso-2022")):
        return "utf-8", cast("IO[bytes]", io.BufferedReader(_InUtf8(cast("IO[bytes]", joined), charset), SAMPLE_BYTES))
    buffered = io.BufferedReader(joined, SAMPLE_BYTES)
    if sample.startswith(codecs.BOM_UTF8):
        buffered.read(len(codecs.BOM_UTF8))
    return charset, cast("IO[bytes]", buffered)


class _Joined(io.RawIOBase):
    """Bytes that were read of a stream, and the rest of it."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        super().__init__()
        self._start = start
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._start[: len(view)] or self._stream.read(len(view))
        self._start = self._start[len(view) :]
        view[: len(data)] = data
        return len(data)


class _InUtf8(io.RawIOBase):
    """A stream of another charset in UTF-8."""

    def __init__(self, stream: IO[bytes], charset: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(charset)("replace")
        self._out = b""
        self._first = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        ended = False
        while not self._out and not ended:
            data = self._stream.read(CHUNK_BYTES // 4) or b""
            ended = not data
            text = self._decoder.decode(data, ended)
            if self._first and text:
                self._first = False
                text = text.removeprefix("\ufeff")
            self._out = text.encode("utf-8", "replace")
        size = min(len(view), len(self._out))
        view[:size] = self._out[:size]
        self._out = self._out[size:]
        return size
