"""What a file of records looks like: JSON lines, plain or packed, or Parquet; written line by line, and read as lines again.

Whatever the format, what goes in and what comes out are records as lines of JSON, so nothing else need know of formats. A file
does not depend on the clock: the same lines in the same order make the same bytes, with the same libraries.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

from copydesk.pipeline import files
from copydesk.pipeline.faults import writing
from copydesk.pipeline.output.jsonl import FileEntry, to_line
from copydesk.pipeline.readers.unpack import UnpackError, unpacked

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

    from copydesk.transforms.settings import WriteSettings
    from copydesk.transforms.write.schemas import RecordName

PARQUET: Final = ".parquet"
EXTENSIONS: Final = (".jsonl", ".jsonl.gz", ".jsonl.zst", PARQUET)
"""The ends of the names of files of records."""
_PACKED: Final[Mapping[str, str]] = {"auto": "", "none": "", "gzip": ".gz", "zstd": ".zst"}
_CODECS: Final[Mapping[str, str]] = {"auto": "zstd", "none": "none", "zstd": "zstd", "snappy": "snappy"}
_RECORDS: Final[Mapping[str, RecordName]] = {
    "stories": "story",
    "documents": "document",
    "removed": "removed",
    "rejected": "rejected",
}
_CHUNK: Final = 1 << 17
"""Bytes of lines that are packed at a time; a call for each line costs more than its packing."""
_GZIP_LEVEL: Final = 6
"""gzip's own default: level 1 packs in a third of the time to a size that is 14 % greater, 9 is no smaller."""
_BATCH: Final = 1 << 20
"""Bytes of lines that are made columns at a time: as Python objects they take some ten times as much memory."""
_ROW_GROUP: Final = 1 << 26
"""Bytes of lines in a row group, which is held in memory as columns: readers skip and share out row groups."""
_ROWS: Final = 256
"""Rows that are read at a time."""


class RecordFile(Protocol):
    """A new file of records, which is open."""

    def write(self, line: bytes) -> None:
        """Add one record: a line of JSON that ends in a newline."""

    def close(self) -> FileEntry:
        """Close it; what is known of it."""


def extension_of(settings: WriteSettings) -> str:
    """How the names of published files end.

    >>> from copydesk.pipeline.options import load_settings
    >>> extension_of(load_settings(sets=["write.compression=gzip"]).write)
    '.jsonl.gz'
    """
    return PARQUET if settings.format == "parquet" else f".jsonl{_PACKED[settings.compression]}"


def create(folder: str, name: str, kind: str, settings: WriteSettings) -> RecordFile:
    """Open a new file for records of one kind.

    Args:
        folder: on any file system; it is made if need be.
        name: of the file, which ends in `extension_of(settings)`.
        kind: one of `PUBLISHED`.
        settings: the format and its packing.

    Raises:
        DiskFault: it cannot be made. So it is where it cannot be written or closed.
    """
    path = files.join(folder, name)
    with writing(path):
        out = _Hashed(path)
    if settings.format == "parquet":
        return _Columns(out, name, kind, _CODECS[settings.compression])
    return _Lines(out, name, kind, settings.compression)


class _Hashed(io.RawIOBase):
    """A stream into a new file that counts and hashes the bytes which reach it; the file has its name once it is closed.

    A cluster may have two workers write the same file: one that it took for dead, and the one that was given its work.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._beside = path if files.is_remote(path) else files.beside(path)
        self._stream: IO[bytes] = files.open_write(self._beside)
        self._digest = hashlib.sha256()
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - bytes or any other buffer
        with writing(self._path):
            self._stream.write(data)
        self._digest.update(data)
        self._size += memoryview(data).nbytes
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self._size

    def close(self) -> None:
        if not self.closed:
            super().close()
            with writing(self._path):
                self._stream.close()
                if self._beside != self._path:
                    files.move(self._beside, self._path)

    def entry(self, name: str, kind: str, records: int) -> FileEntry:
        """What is known of the closed file."""
        return FileEntry(name=name, kind=kind, records=records, bytes=self._size, sha256=self._digest.hexdigest())


class _Lines:
    """A file of JSON lines, packed or not."""

    def __init__(self, out: _Hashed, name: str, kind: str, compression: str) -> None:
        self._out, self._name, self._kind = out, name, kind
        self._packer: Any = out
        if compression == "gzip":  # with neither a name nor a time in its header
            self._packer = gzip.GzipFile("", "wb", _GZIP_LEVEL, out, mtime=0)
        elif compression == "zstd":
            import pyarrow as pa  # noqa: PLC0415 - takes a fifth of a second, and most runs write no such file

            self._packer = pa.CompressedOutputStream(pa.PythonFile(out, mode="w"), "zstd")
        self._lines: list[bytes] = []
        self._size = self._records = 0

    def write(self, line: bytes) -> None:
        self._lines.append(line)
        self._records += 1
        self._size += len(line)
        if self._size >= _CHUNK:
            self._flush()

    def _flush(self) -> None:
        self._packer.write(b"".join(self._lines))
        self._lines.clear()
        self._size = 0

    def close(self) -> FileEntry:
        self._flush()
        self._packer.close()
        self._out.close()
        return self._out.entry(self._name, self._kind, self._records)


class _Columns:
    """A Parquet file: rows become columns in small batches, and batches a row group of bounded size."""

    def __init__(self, out: _Hashed, name: str, kind: str, codec: str) -> None:
        from pyarrow import parquet  # noqa: PLC0415

        from copydesk.transforms.write import columns  # noqa: PLC0415

        self._out, self._name, self._kind = out, name, kind
        self._record = _RECORDS[kind]
        self._to_table = columns.to_table
        self._writer = parquet.ParquetWriter(
            out, columns.arrow_schema(self._record), compression=codec, write_page_checksum=True
        )
        self._rows: list[dict[str, Any]] = []
        self._tables: list[pa.Table] = []
        self._size = self._grouped = self._records = 0

    def write(self, line: bytes) -> None:
        self._rows.append(json.loads(line))
        self._records += 1
        self._size += len(line)
        if self._size >= _BATCH:
            self._make_columns()
        if self._grouped >= _ROW_GROUP:
            self._write_group()

    def _make_columns(self) -> None:
        if self._rows:
            self._tables.append(self._to_table(self._rows, self._record))
            self._grouped += self._size
        self._rows.clear()
        self._size = 0

    def _write_group(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        if self._tables:
            table = pa.concat_tables(self._tables)
            self._writer.write_table(table, row_group_size=table.num_rows)
        self._tables.clear()
        self._grouped = 0

    def close(self) -> FileEntry:
        self._make_columns()
        self._write_group()
        self._writer.close()
        self._out.close()
        return self._out.entry(self._name, self._kind, self._records)


# --- reading ------------------------------------------------------------------------------------------------------------


@contextmanager
def open_lines(path: str, columns: Sequence[str] | None = None) -> Iterator[Iterator[bytes]]:
    """The records of a file as lines of JSON, whatever its format, which the end of its name tells.

    Args:
        path: of the file.
        columns: the keys that are needed; of Parquet no others are read. Lines are given whole.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is broken or cut off, which may turn out only while it is read.
    """
    if not path.endswith(PARQUET):
        with unpacked(path) as stream:
            yield iter(stream)
        return
    with _open_parquet(path) as file:
        yield _rows_as_lines(file, columns)


def column_fault(path: str, kind: str) -> str | None:
    """What is wrong with the declared columns of a Parquet file of records; None where nothing is.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is no Parquet file.
    """
    from copydesk.transforms.write.columns import arrow_schema  # noqa: PLC0415

    declared = arrow_schema(_RECORDS[kind])
    with _open_parquet(path) as file:
        found = file.schema_arrow
    if found.names != declared.names:
        return f"its columns are {', '.join(found.names)}; they should be {', '.join(declared.names)}"
    odd = next((there for there, due in zip(found, declared, strict=True) if not there.equals(due)), None)
    return odd and f"column {odd.name} is {odd.type}; it should be {declared.field(odd.name).type}"


@contextmanager
def _open_parquet(path: str) -> Iterator[parquet.ParquetFile]:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    with files.open_read(path) as stream:
        try:
            file = parquet.ParquetFile(stream, page_checksum_verification=True)
        except (pa.ArrowException, OSError) as error:
            raise _broken(error) from None
        yield file


def _rows_as_lines(file: parquet.ParquetFile, columns: Sequence[str] | None) -> Iterator[bytes]:
    import pyarrow as pa  # noqa: PLC0415

    from copydesk.transforms.write.columns import to_rows  # noqa: PLC0415

    batches = file.iter_batches(batch_size=_ROWS, columns=None if columns is None else list(columns))
    while True:
        try:
            lines = [to_line(row) for row in to_rows(next(batches))]
        except StopIteration:
            return
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise _broken(error) from None
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # columns that no line of JSON could come from
            raise UnpackError(f"a {PARQUET} with other columns than records have ({error})") from None
        yield from lines


def _broken(error: Exception) -> UnpackError:
    return UnpackError(f"no valid {PARQUET} ({error}); fetch the file again")
