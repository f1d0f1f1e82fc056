"""Parquet: a row at a time, from row group after row group; a part of a file is some of its row groups.

Only the columns that may be of use are read, nested ones by a path of names ("metadata.url"). A row group that is broken costs
its rows, told in one record; the others are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, Final

from copydesk.pipeline.readers import Read
from copydesk.pipeline.readers.rows import MAX_NAMES_SHOWN, encodable, no_text, refuse_row, row_item
from copydesk.pipeline.sources import SourceFile, reject
from copydesk.transforms.settings import Fields, ReadSettings

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH_ROWS: Final = 16
"""Rows that are held at once: a dictionary may give every row of a small file the same 32 MB."""


def open_parquet(stream: IO[bytes]) -> pq.ParquetFile:
    """A Parquet file by its footer.

    Raises:
        ValueError: it is none; also as pyarrow's own errors, which are of this kind or of `OSError`.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - 0.1 s that other formats need not wait for

    return pq.ParquetFile(stream, pre_buffer=False)


def read_parquet(file: SourceFile, stream: IO[bytes], settings: ReadSettings) -> Iterator[Read]:
    """The rows with their numbers; what cannot be read is a rejected record that says why."""
    try:
        parquet = open_parquet(stream)
        columns = _columns(parquet.schema_arrow, settings.fields)
        if not any(_holds_text(parquet.schema_arrow, name) for name in (*settings.fields.text, *settings.fields.html)):
            yield file.first, reject(file, "NoText", _no_column(parquet.schema_arrow, settings.fields))
            return
    except (ValueError, OSError) as error:
        yield file.first, reject(file, "Unreadable", f"no Parquet that can be read: {_first_line(error)}")
        return
    number = file.first
    end = parquet.num_row_groups if file.end is None else min(file.end, parquet.num_row_groups)
    for group in range(file.start, end):
        rows = parquet.metadata.row_group(group).num_rows
        yield from _read_group(parquet, group, number, columns, file, settings)
        number += rows


def _read_group(
    parquet: pq.ParquetFile, group: int, first: int, columns: list[str], file: SourceFile, settings: ReadSettings
) -> Iterator[Read]:
    number = first
    rows = parquet.metadata.row_group(group).num_rows
    try:
        for batch in parquet.iter_batches(BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False):
            for row in batch.to_pylist():
                yield number, row_item(file, number, row, settings, None)
                number += 1
    except (ValueError, OSError, ArithmeticError) as error:
        message = f"row group {group} cannot be read from row {number} to {first + rows - 1}: {_first_line(error)}"
        yield number, refuse_row(file, number, None, "BrokenRow", message)


def _columns(schema: pa.Schema, fields: Fields) -> list[str]:
    """The columns that hold what the fields name, whole where a path leads into one."""
    wanted = {name for names in fields.model_dump().values() for name in names}
    tops = wanted | {name.split(".")[0] for name in wanted}
    return [name for name in schema.names if name in tops]


def _holds_text(schema: pa.Schema, name: str) -> bool:
    """Whether a column, or what a path leads to, is of text or bytes."""
    import pyarrow as pa  # noqa: PLC0415

    kind = _kind_of(schema, name)
    if kind is not None and pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary,
             pa.types.is_large_binary, pa.types.is_binary_view)  # fmt: skip
    return kind is not None and any(test(kind) for test in tests)


def _kind_of(schema: pa.Schema, name: str) -> pa.DataType | None:
    import pyarrow as pa  # noqa: PLC0415

    if name in schema.names:
        return schema.field(schema.names.index(name)).type
    top, *rest = name.split(".")
    kind = schema.field(schema.names.index(top)).type if top in schema.names else None
    for part in rest:
        if kind is None or not pa.types.is_struct(kind) or (at := kind.get_field_index(part)) < 0:
            return None
        kind = kind.field(at).type
    return kind


def _no_column(schema: pa.Schema, fields: Fields) -> str:
    """What to say of a file no column of which is a text: which is of another type, or what there is."""
    wrong = [
        f"{name} holds {encodable(str(kind))[:MAX_NAMES_SHOWN]}, not text"
        for name in (*fields.text, *fields.html)
        if (kind := _kind_of(schema, name)) is not None
    ]
    names: Mapping[str, Any] = dict.fromkeys(schema.names)
    return "; ".join([*wrong, no_text(names, fields)])


def _first_line(error: Exception) -> str:
    return encodable(str(error)).strip().partition("\n")[0][:MAX_NAMES_SHOWN] or type(error).__name__
