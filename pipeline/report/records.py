"""All records of one source at a time, from the files of all kinds, which are read side by side.

Published files of one number hold the records of the same sources in the same order, so one record of each kind is all that is
held. Only the removed records of dropped duplicates stand behind the others' of their staged shard: they come by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic_core import from_json

from copydesk.pipeline import files
from copydesk.pipeline.output.formats import open_lines
from copydesk.transforms.write.records import DUPLICATE

Row: TypeAlias = dict[str, Any]
"""A record as a plain object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One source with all that was written of it."""

    document: Row
    stories: list[Row]
    removed: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A record that stands apart from its source's: a rejected one, or what a dropped duplicate left."""

    kind: str
    row: Row


def read_wholes(folder: str, manifest: Mapping[str, Any]) -> Iterator[Whole | Stray]:
    """Every record of a run, each once, those of one source together.

    Raises:
        OSError: a file cannot be opened.
        UnpackError: it is broken.
    """
    numbers: dict[str, dict[str, str]] = {}
    for entry in manifest["files"]:
        kind, _, rest = entry["name"].partition("-")
        numbers.setdefault(rest, {})[kind] = files.join(folder, entry["name"])
    for _, paths in sorted(numbers.items()):
        with ExitStack() as stack:
            rows = {kind: _Rows(map(parse, stack.enter_context(open_lines(path)))) for kind, path in paths.items()}
            yield from _of_one_number(rows)


def _of_one_number(rows: Mapping[str, _Rows]) -> Iterator[Whole | Stray]:
    nothing = _Rows(iter(()))
    stories, removed = rows.get("stories", nothing), rows.get("removed", nothing)
    for document in rows.get("documents", nothing).rest():
        if document["same_as"] is not None:
            yield Whole(document=document, stories=[], removed=[])
            continue
        key = _key(document)
        while removed.head and removed.head["rule"] == DUPLICATE and _key(removed.head) != key:
            yield Stray(kind="removed", row=removed.pop())
        yield Whole(document=document, stories=stories.take(key), removed=removed.take(key))
    for kind, left in sorted(rows.items()):
        yield from (Stray(kind=kind, row=row) for row in left.rest())


def parse(line: bytes) -> Row:
    """A line of JSON; one with half of a surrogate pair, which the quick parser refuses, by the thorough one.

    >>> parse(b'{"a": 1}')
    {'a': 1}
    """
    try:
        row: Row = from_json(line)
    except ValueError:
        row = json.loads(line)
    return row


def _key(row: Row) -> tuple[str, str | None]:
    return row["source"]["uri"], row["source"]["sha256"]


class _Rows:
    """Records of one kind in their order, the next one known."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.head = next(rows, None)

    def pop(self) -> Row:
        """The next record, which there is."""
        row = self.head
        assert row is not None  # noqa: S101 - the callers have looked
        self.head = next(self._rows, None)
        return row

    def take(self, key: tuple[str, str | None]) -> list[Row]:
        """The next records as far as they are of one source."""
        taken = []
        while self.head and _key(self.head) == key:
            taken.append(self.pop())
        return taken

    def rest(self) -> Iterator[Row]:
        """All that are left."""
        while self.head:
            yield self.pop()
