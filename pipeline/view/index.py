"""The sources of a run as a database on disk: listed, filtered and searched without the run's records in memory.

One pass over the output's files notes of each source what the list shows, which roles and rules it has, its words, and where
its records stand: in a local file of plain JSON lines a place and a length, so that nothing is copied; of a packed or remote
file, in which nobody can jump to a place, the records themselves, packed. The database is for one call, in a temporary folder.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeAlias

from copydesk.pipeline import files
from copydesk.pipeline.output.formats import EXTENSIONS, open_lines
from copydesk.pipeline.readers.unpack import UnpackError
from copydesk.pipeline.reading import Manifest, ShardFile
from copydesk.pipeline.report.records import Row, Whole, parse
from copydesk.pipeline.view.search import TOKENIZER, searchable, terms

KINDS: Final = ("documents", "rejected", "stories", "removed")
"""In the order in which they are read: those first that make a source known."""
PAGE: Final = 50
"""Sources of one page of the list: a phone shows five at a time, and a click brings the next."""
MOST_CHOICES: Final = 500
"""Sites and rules that a filter offers, those of most sources first."""
_SEARCHED: Final = 1_000_000
"""Characters of a source's stories, and of what was removed, that are searched: a book."""
_HEADLINES: Final = 300
"""Characters of headlines that the list holds of a source."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MOST_WORDS: Final = 24
"""Words of a search; of a script without spaces, pairs of characters."""
ORDERS: Final = {
    "name": "uri",
    "repairs": "changes DESC",
    "removed": "removed DESC",
    "longest": "characters DESC",
    "fewest stories": "stories",
    "most stories": "stories DESC",
}
_TABLES: Final = f"""
CREATE TABLE sources (
    number INTEGER PRIMARY KEY, digest BLOB UNIQUE, uri TEXT, site TEXT, characters INTEGER, same TEXT, rejected TEXT,
    stories INTEGER DEFAULT 0, removed INTEGER DEFAULT 0, changes INTEGER DEFAULT 0, headlines TEXT DEFAULT '',
    judged INTEGER DEFAULT 0
);
CREATE TABLE pieces (
    number INTEGER PRIMARY KEY, source INTEGER, kind TEXT, file TEXT, start INTEGER, length INTEGER, packed BLOB
);
CREATE TABLE stories (id TEXT PRIMARY KEY, source INTEGER) WITHOUT ROWID;
CREATE TABLE marks (mark TEXT, source INTEGER, PRIMARY KEY (mark, source)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (text, content='', detail=none, tokenize='{TOKENIZER}');
"""
_INDEXES: Final = "CREATE INDEX by_source ON pieces (source); CREATE INDEX by_uri ON sources (uri); ANALYZE"

Note: TypeAlias = Callable[[int], None]
"""Is told, now and then, how many sources are known."""


class DamagedError(OSError):
    """A file of the output is missing, broken or not the one that the manifest tells of: exit code 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the list is to show."""

    text: str = ""
    """Words, each of which stands in the source's text, its beginning at least; or a part of its name or headlines."""
    role: str = ""
    rule: str = ""
    site: str = ""
    judged: str = ""
    """ "yes", "no" or "" for both."""
    order: str = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of the list."""

    total: int
    sources: list[Row]


class Index:
    """The database of one output."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Nothing is read yet; see `build`.

        Args:
            path: of the database, which is made.
            manifest: of the run.
        """
        self._path = path
        self._manifest = manifest
        self.roles: list[str] = []
        self.rules: list[str] = []
        self.sites: list[str] = []

    def build(self, note: Note = lambda _: None) -> None:
        """Read every record once.

        Raises:
            DamagedError: a file is missing, broken, or holds other records than the manifest says.
            OSError: the disk is full.
        """
        try:
            with closing(self._open()) as database:
                database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
                known = 0
                for kind in KINDS:
                    for file in self._manifest.of_kind(kind):
                        known += _Reading(database, self._manifest.folder, file).read(known, note)
                database.executescript(_INDEXES)
                database.commit()
                database.execute("PRAGMA journal_mode = WAL")  # a search and a verdict at once do not wait for each other
                self.roles, self.rules = (self._choices(database, prefix) for prefix in ("role", "rule"))
                query = "SELECT site FROM sources WHERE site != '' GROUP BY site ORDER BY count(*) DESC, site LIMIT ?"
                self.sites = sorted(site for (site,) in database.execute(query, (MOST_CHOICES,)))
        except sqlite3.Error as error:
            remedy = "the list of sources has to fit there; name another folder as TMPDIR"
            raise OSError(f"{self._path.parent}: {error}: {remedy}") from error

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        database.row_factory = sqlite3.Row
        return database

    def _choices(self, database: sqlite3.Connection, prefix: str) -> list[str]:
        query = "SELECT mark FROM marks WHERE mark GLOB ? GROUP BY mark ORDER BY count(*) DESC, mark LIMIT ?"
        return sorted(row[0].partition(" ")[2] for row in database.execute(query, (f"{prefix} *", MOST_CHOICES)))

    def page(self, wanted: Wanted, page: int) -> Found:
        """One page of the list, counted from 0; an empty one where there are fewer."""
        where, values = _where(wanted)
        order = ORDERS.get(wanted.order, "uri")
        if wanted.text.strip() and order == "uri":
            order = "uri NOT LIKE ? ESCAPE '\\', uri"  # names before texts
        with closing(self._open()) as database:
            [(total,)] = database.execute(f"SELECT count(*) FROM sources WHERE {where}", values)  # noqa: S608 - made of constants; values are bound
            rows = database.execute(
                "SELECT number, uri, site, stories, removed, changes, headlines, same, rejected, judged FROM sources "  # noqa: S608 - likewise
                f"WHERE {where} ORDER BY {order}, number LIMIT ? OFFSET ?",
                (*values, *([_like(wanted.text)] if "?" in order else []), PAGE, page * PAGE),
            )
            return Found(total=total, sources=[dict(row) for row in rows])

    def whole(self, number: int) -> Whole | Row | None:
        """All records of a source; the rejected record where that is what came of it; None where there is no such source.

        Raises:
            DamagedError: the output is not the one that was read: another run has replaced it.
        """
        with closing(self._open()) as database:
            source = database.execute("SELECT digest FROM sources WHERE number = ?", (number,)).fetchone()
            pieces = database.execute("SELECT * FROM pieces WHERE source = ? ORDER BY number", (number,)).fetchall()
        if source is None:
            return None
        rows: dict[str, list[Row]] = {kind: [] for kind in KINDS}
        for piece in pieces:
            rows[piece["kind"]] += self._rows(piece, source["digest"])
        if not rows["documents"]:
            return rows["rejected"][0]
        rows["stories"].sort(key=lambda story: story["source"]["index"])
        return Whole(document=rows["documents"][0], stories=rows["stories"], removed=rows["removed"])

    def _rows(self, piece: sqlite3.Row, digest: bytes) -> list[Row]:
        if piece["packed"] is not None:
            return [parse(line) for line in zlib.decompress(piece["packed"]).splitlines()]
        path = files.join(self._manifest.folder, piece["file"])
        try:
            with files.open_read(path) as stream:
                stream.seek(piece["start"])
                rows = [parse(line) for line in stream.read(piece["length"]).splitlines()]
            if all(digest_of(row) == digest for row in rows):
                return rows
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise DamagedError(f"{path}: not the file that was read at the start; another run may have replaced it: start again")

    def number_of(self, row: Row) -> int | None:
        """The number of the source that a record, or whatever else has `source.uri` and `source.sha256`, speaks of."""
        with closing(self._open()) as database:
            found = database.execute("SELECT number FROM sources WHERE digest = ?", (digest_of(row),)).fetchone()
        return None if found is None else int(found[0])

    def of_story(self, story: str) -> tuple[int, str] | None:
        """The number and the name of the source of a story, by the story's id; None where the run has no such story."""
        query = "SELECT number, uri FROM stories JOIN sources ON number = source WHERE id = ?"
        with closing(self._open()) as database:
            found = database.execute(query, (sound(story),)).fetchone()
        return None if found is None else (int(found["number"]), str(found["uri"]))

    def name_of(self, number: int) -> str:
        """The name of a source that is there."""
        with closing(self._open()) as database:
            return str(database.execute("SELECT uri FROM sources WHERE number = ?", (number,)).fetchone()[0])

    def mark_judged(self, counts: Iterable[tuple[int, int]]) -> None:
        """Note how many verdicts there are on sources, by number."""
        with closing(self._open()) as database, database:
            database.executemany("UPDATE sources SET judged = ? WHERE number = ?", [(many, number) for number, many in counts])


def digest_of(row: Row) -> bytes:
    """What a source is known by: its name and content, of a record of any kind."""
    known = f"{row['source']['uri']}\0{row['source']['sha256']}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(known, digest_size=12).digest()


def sound(text: str) -> str:
    r"""A text that UTF-8, and so the database, can hold; half a pair of surrogates stands as an escape.

    >>> sound("a\ud83d")
    'a\\ud83d'
    """
    return text if text.isascii() or not _SURROGATE.search(text) else text.encode("utf-8", "backslashreplace").decode()


def _like(text: str) -> str:
    r"""What SQL's LIKE finds a text within another by.

    >>> _like(" 50% ")
    '%50\\%%'
    """
    return "%" + re.sub(r"([\\%_])", r"\\\1", sound(text.strip())) + "%"


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    """The condition, and what is bound in it."""
    parts, values = ["1"], []
    for prefix, value in (("role", wanted.role), ("rule", wanted.rule)):
        if value:
            parts.append("number IN (SELECT source FROM marks WHERE mark = ?)")
            values.append(f"{prefix} {value}")
    if wanted.site:
        parts.append("site = ?")
        values.append(wanted.site)
    if wanted.judged in {"yes", "no"}:
        parts.append("judged > 0" if wanted.judged == "yes" else "judged = 0")
    if text := wanted.text.strip():
        like = _like(text)
        words = terms(text, _MOST_WORDS)
        of_word = "number IN (SELECT source FROM pieces WHERE number IN (SELECT rowid FROM words WHERE words MATCH ?))"
        said = " AND ".join([of_word] * len(words)) or "0"
        parts.append(f"(uri LIKE ? ESCAPE '\\' OR headlines LIKE ? ESCAPE '\\' OR ({said}))")
        values += [like, like, *(f'"{word}"*' for word in words)]
    return " AND ".join(parts), values


# --- reading ------------------------------------------------------------------------------------------------------------


class _Reading:
    """One file on its way into the database."""

    def __init__(self, database: sqlite3.Connection, folder: str, file: ShardFile) -> None:
        self._database, self._file = database, file
        self._path = files.join(folder, file.name)
        self._kept = not files.is_remote(self._path) and file.name.endswith(".jsonl")
        """Whether its records are read from the file when they are needed."""
        self._numbers: dict[bytes, int] = {}

    def read(self, known: int, note: Note) -> int:
        """Take in all its records; how many sources were not known before."""
        if not self._file.name.endswith(EXTENSIONS):
            raise DamagedError(f"{self._path}: no such files are known; this version reads {', '.join(EXTENSIONS)}")
        new = records = 0
        try:
            for digest, group in groupby(self._records(), key=lambda record: digest_of(record[2])):
                lines = list(group)
                records += len(lines)
                new += self._take(digest, lines)
                if new and not new % 1000:
                    note(known + new)
        except (UnpackError, ValueError, KeyError, TypeError, AttributeError) as error:
            remedy = "copydesk check tells more; make the run again"
            raise DamagedError(f"{self._path}: broken behind record {records:,} ({error}); {remedy}") from None
        if self._file.records is not None and records != self._file.records:
            told = f"{records:,} records, where the manifest says {self._file.records:,}"
            raise DamagedError(f"{self._path}: {told}; make the run again")
        return new

    def _records(self) -> Iterator[tuple[int, bytes, Row]]:
        at = 0
        with open_lines(self._path) as lines:
            for line in lines:
                if line.strip():
                    yield at, line, parse(line)
                at += len(line)

    def _take(self, digest: bytes, lines: list[tuple[int, bytes, Row]]) -> int:
        """Note the records of one source that stand one after another; 1 where the source was not known."""
        rows = [row for _, _, row in lines]
        new = 0
        if self._file.kind in {"documents", "rejected"}:
            new = self._add_source(digest, rows[0])
        found = self._database.execute("SELECT number FROM sources WHERE digest = ?", (digest,)).fetchone()
        if found is None:
            raise ValueError(f"no document of {rows[0]['source']['uri']!r}")
        length = lines[-1][0] + len(lines[-1][1]) - lines[0][0]
        packed = None if self._kept else zlib.compress(b"\n".join(line.rstrip(b"\n") for _, line, _ in lines), 1)
        piece = self._database.execute(
            "INSERT INTO pieces (source, kind, file, start, length, packed) VALUES (?, ?, ?, ?, ?, ?)",
            (found[0], self._file.kind, self._file.name, lines[0][0], length, packed),
        ).lastrowid
        marks, text = self._note(found[0], rows)
        self._database.executemany("INSERT OR IGNORE INTO marks VALUES (?, ?)", [(mark, found[0]) for mark in sorted(marks)])
        self._database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (piece, searchable(text[:_SEARCHED])))
        return new

    def _add_source(self, digest: bytes, row: Row) -> int:
        source = row["source"]
        rejected = f"{row['error']} in {row['stage']}: {row['message']}"[:_HEADLINES] if "error" in row else None
        added = self._database.execute(
            "INSERT OR IGNORE INTO sources (digest, uri, site, characters, same, rejected) VALUES (?, ?, ?, ?, ?, ?)",
            (digest, sound(source["uri"]), sound(source.get("site") or ""), row.get("characters", 0),
             row.get("same_as") and sound(row["same_as"]), rejected and sound(rejected)),
        )  # fmt: skip
        return added.rowcount

    def _note(self, number: int, rows: list[Row]) -> tuple[set[str], str]:
        """Count what the list shows of these records; the marks that they are filtered by, and the text that is searched."""
        counts: Counter[str] = Counter()
        marks: set[str] = set()
        texts: list[str] = []
        headlines: list[str] = []
        for row in rows:
            if self._file.kind == "stories":
                counts["stories"] += 1
                self._database.execute("INSERT OR IGNORE INTO stories VALUES (?, ?)", (sound(row["id"]), number))
                headlines.append(row["headline"] or "")
                texts += [row["headline"] or "", row["deck"] or "", row["text"], *row["captions"]]
                marks |= set(_roles_of(row))
            elif self._file.kind == "removed":
                counts["removed"] += 1
                texts.append(row["text"])
                marks |= {f"role {row['role']}", f"rule {row['rule']}"}
            else:
                texts.append(row["source"]["uri"])
            changes = row.get("changes", ())
            counts["changes"] += len(changes)
            marks |= {f"rule {change['rule']}" for change in changes}
        self._database.execute(
            "UPDATE sources SET stories = stories + ?, removed = removed + ?, changes = changes + ?, "
            "headlines = substr(headlines || ?, 1, ?) WHERE number = ?",
            (counts["stories"], counts["removed"], counts["changes"],
             sound("".join(f"{line[:_HEADLINES]}\n" for line in headlines if line)), _HEADLINES, number),
        )  # fmt: skip
        return {sound(mark) for mark in marks}, "\n".join(texts)


def _roles_of(story: Row) -> Iterator[str]:
    yield from (f"role {name}" for name in ("headline", "deck") if story[name])
    if story["captions"]:
        yield "role caption"
    for role in {paragraph["role"] == "subhead" for paragraph in story["paragraphs"]}:
        yield "role subhead" if role else "role body"
