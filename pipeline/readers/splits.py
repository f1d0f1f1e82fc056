"""Large files cut into parts, so that one file of 10 GB is work for all workers and not for one.

A part is the same file with a start, an end and the number of its first row; its reader takes what begins in it. The records
are the same, with the same names and positions, however a file is cut: every row is read once, whatever its length.

JSON lines, WARC and WET that are not packed are read through once for that, at the speed of the disk: to count lines, since a
row without an id is named by its number, and to step from record to record, since anything may stand within one. A .warc.gz is
cut blindly: its members are found by who reads them. Parquet says itself where its row groups are. Everything else is one part:
gzip cannot be entered in its middle, and in CSV only who has read all that comes before knows whether a line feed is quoted.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import IO, Final, cast

from copydesk.pipeline import files
from copydesk.pipeline.readers.members import Records
from copydesk.pipeline.readers.parquet import open_parquet
from copydesk.pipeline.readers.unpack import UnpackError
from copydesk.pipeline.sources import SourceFile, packing_at, reader_of

COUNT_BYTES: Final = 1 << 20  # read at once where lines are counted
COUNTERS: Final = 8
"""Threads that count: on this machine one would do, of a store on the network each waits for its own answer."""


def split_sources(sources: Iterable[SourceFile], part_bytes: int) -> Iterator[SourceFile]:
    """The same sources in the same order, those cut into parts that are larger than a part and of a format that allows it.

    Args:
        sources: whole files; one of which only some items are to be taken is left as it is.
        part_bytes: what a part has at least; 0 cuts nothing.
    """
    for source in sources:
        if not part_bytes or source.size <= part_bytes or source.take is not None or not source.whole or source.error:
            yield source
        else:
            yield from _parts(source, part_bytes)


def _parts(file: SourceFile, part_bytes: int) -> Iterator[SourceFile]:
    reader = reader_of(file)
    try:
        packing = packing_at(file)
        if reader == "jsonl" and not packing:
            yield from _cut_lines(file, part_bytes)
        elif reader == "warc" and not packing:
            yield from _cut(file, _record_places(file, part_bytes))
        elif reader == "warc" and packing == ".gz":
            yield from _cut(file, range(part_bytes, file.size, part_bytes))
        elif reader == "parquet" and not packing:
            yield from list(_cut_groups(file, part_bytes))
        else:
            yield file
    except (OSError, UnpackError, ValueError):  # whoever reads it meets the same and records it
        yield file


def _cut(file: SourceFile, places: Iterable[int]) -> Iterator[SourceFile]:
    """The parts between these places."""
    starts = [0, *places]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        yield replace(file, start=start, end=end, size=(end or file.size) - start)


def _cut_lines(file: SourceFile, part_bytes: int) -> Iterator[SourceFile]:
    """Parts of lines, each with the number of the first that begins in it; the whole file where all but the last are blank.

    What holds no row is a rejected record, which only who reads all of a file can give.
    """
    parts = list(_cut(file, range(part_bytes, file.size, part_bytes)))
    with ThreadPoolExecutor(COUNTERS) as pool:
        counted = list(pool.map(lambda part: _count_lines(part.path, part.start, part.end), parts[:-1]))
    if all(blank for _, blank in counted):
        yield file
        return
    first = 1
    for part, (count, _) in zip(parts, [*counted, (0, True)], strict=True):
        yield replace(part, first=first)
        first += count


def _count_lines(path: str, start: int, end: int | None) -> tuple[int, bool]:
    """How many lines begin in a part that is not the last, and whether all that was read for that is white space.

    A line begins at the file's start, and behind each line feed in it.
    """
    count, blank = int(start == 0), True
    at = max(start - 1, 0)
    left = (end or 0) - 1 - at
    with files.open_read(path) as stream:
        stream.seek(at)
        while left > 0 and (chunk := stream.read(min(left, COUNT_BYTES))):
            count += chunk.count(b"\n")
            blank = blank and chunk.isspace()
            left -= len(chunk)
    return count, blank


def _record_places(file: SourceFile, part_bytes: int) -> list[int]:
    """Where records begin, each at least a part behind the one before."""
    places: list[int] = []
    with files.open_read(file.path) as stream:
        buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
        records = Records(cast("IO[bytes]", buffered), 0, seekable=True)
        for found in records.found(None, lambda _headers, _length: False):
            if found.offset - (places[-1] if places else 0) >= part_bytes:
                places.append(found.offset)
    return places


def _cut_groups(file: SourceFile, part_bytes: int) -> Iterator[SourceFile]:
    """Parts of row groups, which are as small as their writer made them."""
    with files.open_read(file.path) as stream:
        metadata = open_parquet(stream).metadata
        groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    start, first, rows, size = 0, 1, 0, 0
    for index, group in enumerate(groups):
        rows += group.num_rows
        size += group.total_byte_size
        if size >= part_bytes and index + 1 < len(groups):
            yield replace(file, start=start, end=index + 1, first=first, size=size)
            start, first, rows, size = index + 1, first + rows, 0, 0
    yield replace(file, start=start, end=None, first=first, size=size)
