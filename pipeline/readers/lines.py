"""JSON lines: a row a line, numbered from 1.

A line of nothing but white space is no row, as for other readers of the format; it is passed over, and counts as a line, so
that the numbers of rows are the numbers that an editor shows.

A part of a file holds the lines that begin in it, so parts that follow each other read every line once, wherever they are cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, Final

from copydesk.pipeline.readers import Read
from copydesk.pipeline.readers.rows import refuse_row, row_item
from copydesk.pipeline.sources import SourceFile
from copydesk.transforms.settings import ReadSettings
from copydesk.transforms.shapes import Item, RejectedRecord

CHUNK_BYTES: Final = 1 << 20


def read_lines(file: SourceFile, stream: IO[bytes], settings: ReadSettings) -> Iterator[Read]:
    """The rows of an open stream of JSON lines with their numbers: a broken row is a rejected record, a blank line nothing."""
    at = file.start
    if at:
        stream.seek(at - 1)
        at += skip_line(stream) - 1
    number = file.first
    while file.end is None or at < file.end:
        line, size = _line(stream, settings.max_bytes)
        if not size:
            return
        at += size
        if line is None or line.strip():
            yield number, _entry(file, number, line, settings)
        number += 1


def skip_line(stream: IO[bytes]) -> int:
    """Read on to behind the next line feed, in chunks; the number of bytes."""
    size = 0
    while line := stream.readline(CHUNK_BYTES):
        size += len(line)
        if line.endswith(b"\n"):
            break
    return size


def _line(stream: IO[bytes], max_bytes: int) -> tuple[bytes | None, int]:
    """A line without its end, and its size with it; None for one that is longer than may be held, which is skipped."""
    line = stream.readline(max_bytes + 2)
    size = len(line)
    row = line.rstrip(b"\r\n")
    if len(row) <= max_bytes:
        return row, size
    return None, size if line.endswith(b"\n") else size + skip_line(stream)


def _entry(file: SourceFile, number: int, line: bytes | None, settings: ReadSettings) -> Item | RejectedRecord:
    if line is None:
        message = f"the row has more than {settings.max_bytes} bytes; read.max_bytes allows more"
        return refuse_row(file, number, None, "TooLarge", message)
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        return refuse_row(file, number, line, "BrokenRow", f"no JSON in UTF-8: {error}")
    if not isinstance(row, dict):
        return refuse_row(file, number, line, "BrokenRow", f"a row has to be a JSON object, this is a {type(row).__name__}")
    return row_item(file, number, row, settings, line)
