"""Records as lines of JSON, which they are wherever they wait or are read; and what is known of a file of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


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
    """A record as it is written: UTF-8, one line, keys in order, no NaN; a lone surrogate as an escape."""
    text = _ENCODER.encode(row)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row, allow_nan=False, separators=(",", ":")).encode() + b"\n"
