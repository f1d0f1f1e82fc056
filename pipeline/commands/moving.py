"""Sources that two runs know by other paths: which is which, by what they hold and by how their paths end.

The same folder may be named `mine` by the one call and `/srv/mine` by the other, or be moved between the runs. What has no mate
by its path is paired first by its content, among equals by the end of the path; then by the end of the path alone.

All of it is done in the database of `pairing`, which sorts on disk; in memory are four sources at a time.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple, TypeAlias

Pairs: TypeAlias = Iterator[tuple[bytes, bytes]]
"""The uri in the later run, and in the earlier one."""

_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
"""A story's id, as the evidence for a dropped duplicate names it."""
_LONE: Final = """
    CREATE TABLE lone AS SELECT uri, MIN(side) AS side, MIN(sha256) AS sha256, path_key(uri) AS key
    FROM records GROUP BY uri HAVING MIN(side) = MAX(side)
"""
_LEFT: Final = "uri NOT IN (SELECT before FROM moves) AND uri NOT IN (SELECT after FROM moves)"
_BY_CONTENT: Final = f"SELECT key, side, uri, sha256 FROM lone WHERE sha256 > '' AND {_LEFT} ORDER BY sha256, key, side"  # noqa: S608 - no value is put in
_IN_ORDER: Final = f"SELECT sha256, uri FROM lone WHERE side = ? AND sha256 > '' AND {_LEFT} ORDER BY sha256, uri"  # noqa: S608 - as above
_STORIES: Final = "SELECT line, before FROM records JOIN moves ON uri = after WHERE side = 1 AND kind = 1"
_BY_PATH: Final = "SELECT path_key(uri), side, uri FROM (SELECT DISTINCT uri, side FROM records) ORDER BY 1, 2"


class _Place(NamedTuple):
    """Where a source stands: the parts of its path from the last to the first, its run, its uri."""

    key: bytes
    side: int
    uri: bytes


def find_moves(database: sqlite3.Connection) -> bool:
    """Pair the sources that have no mate by their uri; whether there are any.

    The table `moves` then has them, each once; `ids` has the ids that the later run's stories would have by the earlier paths.

    Args:
        database: with the table `records` of both runs.
    """
    database.create_function("path_key", 1, path_key, deterministic=True)
    database.execute("CREATE TABLE moves (after BLOB PRIMARY KEY, before BLOB UNIQUE)")
    database.execute("CREATE TABLE ids (after TEXT PRIMARY KEY, before TEXT)")
    database.execute(_LONE)
    if database.execute("SELECT COUNT(DISTINCT side) FROM lone").fetchone()[0] < 2:
        return False
    for find in (_alike, _equal, _named_alike):
        database.executemany("INSERT INTO moves VALUES (?, ?)", find(database))
    rows = database.execute(_STORIES)
    database.executemany("INSERT OR IGNORE INTO ids VALUES (?, ?)", _new_ids(rows))
    return bool(database.execute("SELECT EXISTS (SELECT 1 FROM moves)").fetchone()[0])


def path_key(uri: bytes) -> bytes:
    r"""The parts of a uri's path, the last first, so that uris with one end stand side by side once they are sorted.

    A row's id belongs to its file's name: both are one part.

    >>> path_key(b"news/crawl/a.html"), path_key(b"crawl/rows.jsonl#7/8")
    (b'a.html\x00crawl\x00news', b'rows.jsonl#7/8\x00crawl')
    """
    file, mark, row = uri.partition(b"#")
    *folders, name = file.split(b"/")
    parts = (part.replace(b"\1", b"\1\2").replace(b"\0", b"\1\1") for part in (name + mark + row, *reversed(folders)))
    return b"\0".join(parts)


# --- who belongs to whom --------------------------------------------------------------------------------------------------


def _alike(database: sqlite3.Connection) -> Pairs:
    """Of the sources with equal bytes, those whose paths end alike, and alike with no third one."""
    for _, group in groupby(database.execute(_BY_CONTENT), key=lambda row: row[3]):
        yield from _closest(_Place(*row[:3]) for row in group)


def _equal(database: sqlite3.Connection) -> Pairs:
    """The other sources with equal bytes, in the order of their paths."""
    old_rows, new_rows = (database.execute(_IN_ORDER, (side,)) for side in (0, 1))
    old, new = next(old_rows, None), next(new_rows, None)
    while old and new:
        first, second = old[0], new[0]
        if first == second:
            yield new[1], old[1]
        if first <= second:
            old = next(old_rows, None)
        if second <= first:
            new = next(new_rows, None)


def _named_alike(database: sqlite3.Connection) -> Pairs:
    """The sources with other bytes whose paths end alike, at least in the file's name, and so alike with no third one."""
    left = {side: f"SELECT 1 FROM lone WHERE uri = ? AND side = {side} AND {_LEFT}" for side in (0, 1)}  # noqa: S608 - as above
    database.execute("CREATE INDEX lone_uri ON lone (uri)")
    places = (_Place(*row) for row in database.execute(_BY_PATH))
    for new, old in _closest(places, least=1):
        if database.execute(left[1], (new,)).fetchone() and database.execute(left[0], (old,)).fetchone():
            yield new, old


def _closest(places: Iterable[_Place], least: int = 0) -> Pairs:
    """The pairs of two runs that share more of their paths' ends with each other than either does with any third source.

    Args:
        places: in the order of their keys; who shares an end with a source then stands beside it.
        least: parts that they share at the least.
    """
    last, found, nearest = -1, None, -1
    for one, other in pairwise(places):
        parts = _shared(one, other)
        if found and nearest > parts:
            yield found
        found = None
        if one.side != other.side and parts >= least and parts > last:
            found, nearest = ((other.uri, one.uri) if other.side else (one.uri, other.uri)), parts
        last = parts
    if found:
        yield found


def _shared(one: _Place, other: _Place) -> int:
    """How many parts the ends of two paths share."""
    count = 0
    for left, right in zip(one.key.split(b"\0"), other.key.split(b"\0"), strict=False):
        if left != right:
            break
        count += 1
    return count


# --- the later run, seen from the earlier one's paths ----------------------------------------------------------------------


def _new_ids(rows: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    from copydesk.transforms.segment.stories import story_id  # noqa: PLC0415 - it loads the stages, for moved sources only

    for line, before in rows:
        story = json.loads(line)
        source, start = story["source"], story["spans"][0][0]
        if story["id"] == story_id(source["uri"], source["sha256"], start):
            yield story["id"], story_id(before.decode("utf-8", "surrogatepass"), source["sha256"], start)


class Moves:
    """What the later run calls by other names, in the words of the earlier one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Ask what `find_moves` has found."""
        self._database = database

    def rename(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record of the later run with the paths, and the ids and sites made of them, that the earlier one has."""
        source = record["source"]
        renamed = record | {"source": self._source(source)}
        for name in ("id", "duplicate_of", "supersedes"):
            if record.get(name):
                renamed[name] = self._id(record[name])
        if record.get("same_as"):
            renamed["same_as"] = self._uri(record["same_as"])
        if isinstance(record.get("evidence"), str):
            renamed["evidence"] = _ID.sub(lambda found: self._id(found[0]), record["evidence"])
        if isinstance(record.get("stories"), list):
            renamed["stories"] = [self._id(one) for one in record["stories"]]
        return renamed

    def _source(self, source: Mapping[str, Any]) -> dict[str, Any]:
        uri, told = self._uri(source["uri"]), dict(source)
        if told.get("site"):
            from copydesk.transforms.decode.site import folder_of  # noqa: PLC0415 - it loads what knows of domains

            told["site"] = folder_of(uri) if told["site"] == folder_of(source["uri"]) else told["site"]
        return told | {"uri": uri}

    def _uri(self, uri: str) -> str:
        row = self._database.execute(
            "SELECT before FROM moves WHERE after = ?", (uri.encode("utf-8", "surrogatepass"),)
        ).fetchone()
        return row[0].decode("utf-8", "surrogatepass") if row else uri

    def _id(self, story: str) -> str:
        row = self._database.execute("SELECT before FROM ids WHERE after = ?", (story,)).fetchone()
        return row[0] if row else story
