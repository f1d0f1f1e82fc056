"""What standard input holds, which has no name: told by its content, and only where that leaves no doubt."""

from __future__ import annotations

import json
from typing import Final

from copydesk.pipeline.readers.tables import table_in
from copydesk.pipeline.readers.unpack import packing_in
from copydesk.pipeline.sources import SNIFF_BYTES, sniff
from copydesk.transforms.settings import ReadSettings

MANY: Final = frozenset({"jsonl", "csv", "tsv", "parquet", "warc"})
"""The readers of what holds many sources, each of which tells its own address and title."""
_HELD: Final = {"html": "HTML", "parquet": "Parquet", "warc": "a WARC", "csv": "a table", "tsv": "a table", None: "no text"}


def holds_many(start: bytes, settings: ReadSettings) -> bool:
    """Whether bytes are more than one text or page: rows, records, or something packed, which its reader unpacks.

    A table is one only if the rows that are at hand bear its first one out; JSON lines are, if the first is a JSON object.

    Args:
        start: all bytes, or one more than `read.max_bytes` of them.
        settings: the names of the fields that hold text.
    """
    if packing_in(start):
        return True
    reader = sniff(start[:SNIFF_BYTES], settings.fields)
    if reader in {"csv", "tsv"}:
        names = (*settings.fields.text, *settings.fields.html)
        return table_in(start, names, whole=len(start) <= settings.max_bytes) is not None
    if reader == "jsonl":
        return _is_row(start.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0])
    return reader in MANY


def no_rows_of_json(line: bytes, settings: ReadSettings) -> str | None:
    """What stands there, in words, where the first line of something is certainly none of JSON lines; else None."""
    if packing := packing_in(line):
        return f"something packed ({packing})"
    if line.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return None
    if table_in(line, (*settings.fields.text, *settings.fields.html), whole=False):
        return _HELD["csv"]
    reader = sniff(line[:SNIFF_BYTES], settings.fields)
    return None if reader in {"txt", "jsonl"} else _HELD.get(reader, "captions")


def _is_row(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (UnicodeDecodeError, ValueError, RecursionError):
        return False
