"""Full-text search over the stories of Copydesk runs, in one SQLite file.

`desk-search index RUN --into FILE` adds a run's stories, and brings those that are there already up to date;
`desk-search find WORDS --in FILE` shows the stories that hold all these words, the best first.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copydesk.pipeline import OutputError, read_stories
from copydesk.transforms.shapes import Story

HEADLINE: Final = 10.0
"""How much more a word in the headline counts than one in the text."""
SCHEMA: Final = """
create table if not exists story (
    number integer primary key, id text unique, uri text, url text, language text, published text
);
create table if not exists topic (story integer, top text, name text);
create index if not exists topic_of_story on topic (story);
create virtual table if not exists words using fts5 (headline, text, tokenize = "unicode61 remove_diacritics 2");
"""
QUERY: Final = """
select story.id, words.headline, story.published, coalesce(story.url, story.uri), snippet(words, 1, '[', ']', '...', 10)
from words join story on story.number = words.rowid
where words match :words
  and (:language is null or story.language = :language)
  and (:since is null or story.published >= :since)
  and (:topic is null or exists (select 1 from topic where topic.story = story.number and :topic in (topic.top, topic.name)))
order by bm25(words, :headline, 1.0), story.id
limit :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A story that was found."""

    id: str
    headline: str | None
    published: str | None
    place: str
    """Its address, or its source where it has none."""
    words: str
    """Some words of its text around what was asked for, which stands in brackets."""


def connect(path: str) -> sqlite3.Connection:
    """Open a file of stories, new or not."""
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    return database


def index(database: sqlite3.Connection, stories: Iterable[Story]) -> int:
    """Add stories, all or none; how many.

    A story that repeats another is left out. One that is there already is replaced, and one that supersedes an earlier story
    takes its place, so the runs of every night can be added to one file.
    """
    count = 0
    with database:
        for story in stories:
            if story.duplicate_of is not None:
                continue
            for gone in filter(None, (story.id, story.supersedes)):
                _delete(database, gone)
            _insert(database, story)
            count += 1
    return count


def _delete(database: sqlite3.Connection, story: str) -> None:
    found = database.execute("delete from story where id = ? returning number", (story,)).fetchall()
    database.executemany("delete from words where rowid = ?", found)
    database.executemany("delete from topic where story = ?", found)


def _insert(database: sqlite3.Connection, story: Story) -> None:
    source = story.source
    row = (story.id, source.uri, source.url, story.language, story.published)
    number = database.execute("insert into story (id, uri, url, language, published) values (?, ?, ?, ?, ?)", row).lastrowid
    database.execute("insert into words (rowid, headline, text) values (?, ?, ?)", (number, story.headline, story.text))
    database.executemany("insert into topic values (?, ?, ?)", [(number, topic.top, topic.name) for topic in story.topics])


def find(
    database: sqlite3.Connection,
    words: str,
    *,
    language: str | None = None,
    topic: str | None = None,
    since: str | None = None,
    limit: int = 10,
) -> list[Hit]:
    """The stories that hold all the words, the best first.

    Args:
        database: from `connect`.
        words: parted by spaces. Signs in them are no syntax: whatever a person types can be looked for.
        language: only stories of this language, as `en`.
        topic: only stories of this topic: its name, or the code of a top-level one, as `medtop:06000000`.
        since: only stories published on this day or later, as `2025-04-01`.
        limit: how many, at most.
    """
    quoted = " ".join('"{}"'.format(word.replace('"', '""')) for word in words.split())
    if not quoted:
        return []
    asked = {"words": quoted, "language": language, "topic": topic, "since": since, "headline": HEADLINE, "limit": limit}
    return [
        Hit(id=id_, headline=headline, published=published, place=place, words=snippet)
        for id_, headline, published, place, snippet in database.execute(QUERY, asked)
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """The command: exit code 0, 1 where nothing is found, 2 where what was named cannot be read."""
    parser = argparse.ArgumentParser(prog="desk-search", description="Search the stories of Copydesk runs.")
    commands = parser.add_subparsers(dest="command", required=True)
    adds = commands.add_parser("index", help="add the stories of a run")
    adds.add_argument("run", help="the output folder of a run")
    adds.add_argument("--into", required=True, metavar="FILE")
    finds = commands.add_parser("find", help="the stories that hold all these words")
    finds.add_argument("words", nargs="+")
    finds.add_argument("--in", required=True, metavar="FILE", dest="file")
    for name in ("language", "topic", "since"):
        finds.add_argument(f"--{name}")
    finds.add_argument("--limit", type=int, default=10)
    arguments = parser.parse_args(argv)
    if arguments.command == "index":
        return _index(arguments.run, arguments.into)
    return _find(arguments)


def _index(run: str, file: str) -> int:
    try:
        stories = read_stories(run)
        with closing(connect(file)) as database:
            count = index(database, stories)
    except (OutputError, OSError) as error:
        print(f"desk-search: {error}", file=sys.stderr)
        return 2
    print(f"{count} stories into {file}")
    return 0


def _find(arguments: argparse.Namespace) -> int:
    if not Path(arguments.file).is_file():
        print(f"desk-search: {arguments.file}: no such file; desk-search index makes one", file=sys.stderr)
        return 2
    asked = {name: getattr(arguments, name) for name in ("language", "topic", "since", "limit")}
    with closing(connect(arguments.file)) as database:
        hits = find(database, " ".join(arguments.words), **asked)
    for hit in hits:
        print(hit.headline or "(no headline)")
        print(f"    {hit.published or 'no date'}, {hit.place}")
        print(f"    {' '.join(hit.words.split())}")
    return 0 if hits else 1


if __name__ == "__main__":
    sys.exit(main())
