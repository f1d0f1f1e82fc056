"""The records of two runs, source by source: what `diff` compares. Sources under other paths are found by `moving`.

Two runs deal their sources out to shards as their workers came to them, so that the records of one source lie anywhere. They
are written once into a database on disk, which sorts them by source; in memory is one source at a time. It needs as
much room beside the temporary files as both outputs take as JSON lines, and while it sorts, as much again.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeAlias

from copydesk.pipeline import files
from copydesk.pipeline.commands.moving import Moves, find_moves
from copydesk.pipeline.output.formats import EXTENSIONS, open_lines
from copydesk.pipeline.readers.unpack import UnpackError
from copydesk.pipeline.reading import Manifest, OutputError

KINDS: Final = ("documents", "stories", "removed", "rejected")
Row: TypeAlias = tuple[bytes, str, int, int, bytes]
"""uri, SHA-256, side (0 before, 1 after), number of the kind, line."""
_PLAIN: Final = "SELECT uri, sha256, side, kind, line, uri FROM records ORDER BY uri, sha256, side, kind, line"
_MOVED: Final = """
    SELECT uri, sha256, side, kind, line, COALESCE(before, uri) AS known
    FROM records LEFT JOIN moves ON uri = after AND side = 1
    ORDER BY known, sha256, side, kind, line
"""
"""All rows in the order of the paths; those of the later run by the path that the earlier one has."""


@dataclass(slots=True, kw_only=True)
class SourceRecords:
    """All that one run wrote of one source, as plain objects; each kind in the order of the source.

    Where the earlier run knows it by another path, the later run's objects have that path and the ids that it gives.
    """

    uri: str
    """In its own run."""
    sha256: str
    documents: list[dict[str, Any]] = field(default_factory=list)
    stories: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)


Pair: TypeAlias = tuple[SourceRecords | None, SourceRecords | None]
"""A source before and after; None where a run does not have it."""


def pair_sources(before: Manifest, after: Manifest) -> Generator[Pair, None, None]:
    """Every source of two runs, in the order of the uris: by uri, and where several have one, by SHA-256.

    A source whose bytes changed between the runs is paired with itself: those of one uri that have no equal on the other side
    are paired in the order of their hashes. A source whose uri only one run has may be known to the other by another path
    (`find_moves`).

    Raises:
        OutputError: a file is of no known format, broken, or holds something else than records, or too few or
            too many of them.
        OSError: a file cannot be opened, or the disk is full.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="copydesk-diff-") as folder, closing(_database(folder)) as database:
            for side, manifest in enumerate((before, after)):
                database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", _rows(manifest, side))
            moves = Moves(database) if find_moves(database) else None
            for _, group in groupby(database.execute(_MOVED if moves else _PLAIN), key=lambda row: row[5]):
                yield from _pair(group, moves)
    except sqlite3.Error as error:
        remedy = "both outputs have to fit there; name another folder as TMPDIR"
        raise OSError(f"{tempfile.gettempdir()}: {error}: {remedy}") from error


def _database(folder: str) -> sqlite3.Connection:
    """A new one, for this call alone: nothing of it need survive a crash."""
    database = sqlite3.connect(Path(folder) / "records")
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("CREATE TABLE records (uri BLOB, sha256 TEXT, side INTEGER, kind INTEGER, line BLOB)")
    return database


def _rows(manifest: Manifest, side: int) -> Iterator[Row]:
    for number, kind in enumerate(KINDS):
        for file in manifest.of_kind(kind):
            if not file.name.endswith(EXTENSIONS):
                raise OutputError(f"{file.name}: no such files are known; this version reads {', '.join(EXTENSIONS)}")
            records = 0
            for line in _lines(files.join(manifest.folder, file.name)):
                records += 1
                try:
                    source = json.loads(line)["source"]
                    uri = source["uri"].encode("utf-8", "surrogatepass")
                    yield uri, source["sha256"] or "", side, number, line
                except (ValueError, KeyError, TypeError, AttributeError):
                    raise OutputError(f"{file.name}: holds a line that is no record; copydesk check tells which") from None
            if file.records is not None and records != file.records:
                told = f"{file.name}: {records:,} records, the manifest says {file.records:,}"
                raise OutputError(f"{told}; fetch the folder again, `copydesk check` tells all that is wrong with it")


def _lines(path: str) -> Iterator[bytes]:
    try:
        with open_lines(path) as lines:
            yield from (line for line in lines if line.strip())
    except UnpackError as error:
        raise OutputError(f"{path}: {error}") from None


def _pair(rows: Iterable[Row], moves: Moves | None) -> Iterator[Pair]:
    """The sources of one uri; None, None is never given, and equal ones are given as the same object, unread."""
    sides: tuple[dict[str, list[Row]], dict[str, list[Row]]] = ({}, {})
    for row in rows:
        sides[row[2]].setdefault(row[1], []).append(row)
    before, after = sides
    gone = [sha256 for sha256 in before if sha256 not in after]
    new = [sha256 for sha256 in after if sha256 not in before]
    for sha256 in before:
        if sha256 in after:
            yield _read_both(before[sha256], after[sha256], moves)
    for number in range(max(len(gone), len(new))):
        old = _read(before[gone[number]]) if number < len(gone) else None
        yield old, _read(after[new[number]], moves) if number < len(new) else None


def _read_both(before: list[Row], after: list[Row], moves: Moves | None) -> Pair:
    if before[0][0] == after[0][0] and [row[3:5] for row in before] == [row[3:5] for row in after]:
        same = _read(before)
        return same, same
    return _read(before), _read(after, moves)


def _read(rows: list[Row], moves: Moves | None = None) -> SourceRecords:
    found = SourceRecords(uri=rows[0][0].decode("utf-8", "surrogatepass"), sha256=rows[0][1])
    for row in rows:
        record = json.loads(row[4])
        getattr(found, KINDS[row[3]]).append(moves.rename(record) if moves else record)
    found.stories.sort(key=lambda story: (story["source"]["index"], story["id"]))
    found.removed.sort(key=lambda removed: (removed["start"], removed["end"]))
    return found
