"""Records as columns: the Arrow schemas of what is written, made from the dataclasses, so that they cannot drift from them.

A column for every key, in the order of the keys. Text is `string`, whole numbers are `int64`, others `double`; a list is a
`list`, an object a `struct`. So is a story's `quality`, whose names are those of the signals: of a `map` many a reader knows
nothing. What may be null, or left out, is nullable, and nothing else.
"""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from copydesk.transforms.settings import Signal
from copydesk.transforms.write.schemas import OPTIONAL, SHAPES, RecordName

Row = dict[str, Any]
_SIMPLE: Final[Mapping[object, pa.DataType]] = {int: pa.int64(), float: pa.float64(), str: pa.string(), bool: pa.bool_()}

_SIGNALS: Final = frozenset(get_args(Signal))
_VERSIONS: Final[Mapping[RecordName, str]] = {"story": "1.1", "document": "1.0", "removed": "1.0", "rejected": "1.0"}
"""Of the columns, told in their metadata: in those of a story `quality` was a map before 1.1; the records are the same."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@functools.cache
def arrow_schema(name: RecordName) -> pa.Schema:
    """The columns of one kind of record.

    Raises:
        KeyError: there is no such record.

    >>> arrow_schema("rejected").names
    ['source', 'stage', 'error', 'message']
    >>> arrow_schema("rejected").field("source").type
    StructType(struct<uri: string not null, sha256: string>)
    """
    return pa.schema(_fields(SHAPES[name]), metadata={"copydesk": f"{name}:{_VERSIONS[name]}"})


def to_table(rows: Sequence[Row], name: RecordName) -> pa.Table:
    """Records as columns.

    A lone surrogate, which JSON can write and Unicode text cannot hold, becomes U+FFFD, one character as it was one, so that no
    offset moves. Decoding has done so before: there is none in the records of a run.

    Raises:
        ValueError: a record has other keys than its shape, or a value of another type.
    """
    schema = arrow_schema(name)
    for row in rows:
        if row.keys() != set(schema.names):
            raise ValueError(f"a {name} record has the keys {', '.join(row)}; they should be {', '.join(schema.names)}")
        if not _SIGNALS.issuperset(row.get("quality", ())):
            raise ValueError(f"quality has the keys {', '.join(row['quality'])}; the signals are {', '.join(get_args(Signal))}")
    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        return pa.Table.from_pylist([_without_surrogates(row) for row in rows], schema=schema)


def to_rows(batch: pa.RecordBatch) -> list[Row]:
    """Columns as records again, keys in their order; keys that are left out where they are null are."""
    rows: list[Row] = batch.to_pylist(maps_as_pydicts="strict")
    for row in rows:
        if "quality" in row:
            row["quality"] = {name: value for name, value in row["quality"].items() if value is not None}
        for paragraph in row.get("paragraphs") or ():
            for key in OPTIONAL:
                if paragraph.get(key, "") is None:
                    del paragraph[key]
    return rows


def _fields(shape: type) -> list[pa.Field]:
    hints = get_type_hints(shape)
    return [_field(field.name, hints[field.name]) for field in fields(shape)]


def _field(name: str, hint: object) -> pa.Field:
    parts = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    (inner,) = (part for part in parts if part is not types.NoneType)
    return pa.field(name, _type(inner), nullable=len(parts) > 1)


def _type(hint: Any) -> pa.DataType:  # noqa: ANN401 - any type hint of a shape
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return pa.struct(_fields(hint))
    if origin is tuple:
        return pa.list_(_field("element", inner[0]))
    if origin is Mapping:
        return pa.struct([pa.field(name, _type(inner[1])) for name in get_args(Signal)])  # of quality, the only one
    return pa.string() if origin is Literal else _SIMPLE[hint]


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401 - any value that a record can hold
    if isinstance(value, str):
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_without_surrogates(part) for part in value]
    if isinstance(value, dict):
        return {key: _without_surrogates(part) for key, part in value.items()}
    return value
