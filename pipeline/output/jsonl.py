"""Records as lines of JSON, which they are wherever they wait or are read; and what is known of a file of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import PydanticSerializationError, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One written file: its name in its folder, and what a checksum tells of it."""

    name: str
    kind: str
    records: int
    bytes: int
    sha256: str


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def to_line(row: Mapping[str, Any]) -> bytes:
    """A record as it is written: UTF-8, one line, keys in order, no NaN; a lone surrogate as an escape.

    Pydantic writes what `json` writes in a third of the time, but for two things, which are left to `json`: it takes NaN for a
    number, and no lone surrogate. Numbers that are rounded to 4 places, as all of ours are, the two write alike; smaller ones and
    values that JSON does not have (times, bytes, sets) Pydantic writes in its own way, so a record must hold none.

    Raises:
        ValueError: a number is none.
        TypeError: neither writes the value.
    """
    try:
        line = to_json(row, serialize_unknown=False)
    except (PydanticSerializationError, UnicodeEncodeError):
        return _exactly(row)
    return _exactly(row) if b"NaN" in line or b"Infinity" in line else line + b"\n"


def _exactly(row: Mapping[str, Any]) -> bytes:
    """A record's line as `json` writes it."""
    text = _ENCODER.encode(row)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row, allow_nan=False, separators=(",", ":")).encode() + b"\n"
