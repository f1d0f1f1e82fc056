"""One file -> its items: a whole file of text, HTML or captions, or every item of a file that holds many.

Each item comes with its position in the file. Reading is bounded: an item larger than `read.max_bytes` is rejected without
being held, a packed file is never trusted to end, and a broken row costs that row alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Final, cast

from copydesk.pipeline.readers import Read
from copydesk.pipeline.readers.companions import beside
from copydesk.pipeline.readers.delimited import read_table
from copydesk.pipeline.readers.lines import read_lines
from copydesk.pipeline.readers.parquet import read_parquet
from copydesk.pipeline.readers.rows import sha256
from copydesk.pipeline.readers.unpack import UnpackError, unpacked
from copydesk.pipeline.readers.warc import read_warc
from copydesk.pipeline.sources import Reader, SourceFile, packing_at, reader_of, reject
from copydesk.transforms.settings import ReadSettings
from copydesk.transforms.shapes import CAPTION_FORMATS, Format, Item, Metadata, RejectedRecord, Skipped, Source

__all__ = ["Read", "read_items", "read_lines"]

FREE_SHARE: Final = 0.1
"""Of the free disk that a packed Parquet file may take while it is read; from within its packing it cannot be."""


def read_items(file: SourceFile, settings: ReadSettings) -> Iterator[Read]:
    """The items of a file, or of the part of it that is to be read, with their positions.

    What cannot be read is a rejected record in its place: a file that turns out broken in its middle yields the rows before
    that and then one rejected record for the rest. What was passed over is told at the end, as `Skipped`.
    """
    reader = reader_of(file, settings.fields)
    if isinstance(reader, RejectedRecord):
        yield 1, reader
        return
    position = taken = 0
    try:
        for position, read in _open_and_read(reader, file, settings):
            yield position, read
            taken += not isinstance(read, Skipped)
            if taken == file.take:
                return
    except (OSError, UnpackError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        yield position + 1, reject(file, "Unreadable", reason)
    else:
        if position == 0 and file.whole:
            yield 1, reject(file, "EmptySource", "the file holds no row")


def _open_and_read(reader: Reader, file: SourceFile, settings: ReadSettings) -> Iterator[Read]:
    packing = packing_at(file)
    if reader == "warc":
        yield from read_warc(file, packing, settings)
    elif reader == "parquet":
        with _seekable(file.path, packing) as stream:
            yield from read_parquet(file, stream, settings)
    else:
        with unpacked(file.path, packing) as stream:
            if reader == "jsonl":
                yield from read_lines(file, stream, settings)
            elif reader in {"csv", "tsv"}:
                yield from read_table(file, stream, settings, tabs=reader == "tsv")
            else:
                yield 1, _whole(cast("Format", reader), file, stream, settings.max_bytes)


@contextmanager
def _seekable(path: str, packing: str) -> Iterator[IO[bytes]]:
    """A file that is read from its end: one that is packed is unpacked to disk first, as far as there is room."""
    with unpacked(path, packing) as stream:
        if not packing:
            yield stream
            return
        with TemporaryFile() as plain:
            room = int(FREE_SHARE * shutil.disk_usage(plain.fileno()).free)
            while chunk := stream.read(1 << 20):
                if (room := room - len(chunk)) < 0:
                    raise UnpackError(f"it unpacks to more than {FREE_SHARE:.0%} of the free disk; unpack it beforehand")
                plain.write(chunk)
            plain.seek(0)
            yield cast("IO[bytes]", plain)


def _whole(format_: Format, file: SourceFile, stream: IO[bytes], max_bytes: int) -> Item | RejectedRecord:
    payload = stream.read(max_bytes + 1)
    if len(payload) > max_bytes:
        return reject(file, "TooLarge", f"more than {max_bytes} bytes once unpacked; read.max_bytes allows more")
    told, url, channel = beside(file.path) if format_ in CAPTION_FORMATS else (Metadata(), None, None)
    source = Source(
        uri=file.uri, sha256=sha256(payload), format=format_, kind=file.kind, site=file.site, url=url, channel=channel,
    )  # fmt: skip
    return Item(source=source, payload=payload, metadata=told)
