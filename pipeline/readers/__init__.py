"""The readers of files that hold many items, a module a format; `pipeline.items` chooses.

`lines` reads JSON lines, `delimited` CSV and TSV, `parquet` Parquet; each makes rows, which `rows` turns into items. `warc`
reads WARC and WET by way of `members`, which finds the records in gzip members, and `http`, which undoes what HTTP did
to a page.

A reader yields items with their positions, each a whole number that tells the items of its file apart and is the same however
the file is split. It holds one item at a time, bounded by `read.max_bytes`; what is broken is a rejected record in its place,
and what is no text by its own account (a picture in a WARC) is counted by reason in one `Skipped` at the end.
"""

from __future__ import annotations

from typing import TypeAlias

from copydesk.transforms.shapes import Item, RejectedRecord, Skipped

Read: TypeAlias = tuple[int, Item | RejectedRecord | Skipped]
"""What stood at a position of a file."""
