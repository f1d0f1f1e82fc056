"""The search: what is found and what is not, and how a second run of the same sources changes it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from desk_search import connect, find, index, main

from copydesk.pipeline import clean
from copydesk.transforms.shapes import Story, Topic

NATURE = Topic(code="medtop:20000441", name="nature", top="medtop:06000000", score=0.9)


def story(id_: str, headline: str, text: str, **fields: object) -> Story:
    """A story of this text."""
    [made] = clean(text, kind="story")
    told = {"language": "en", "topics": (), **fields}
    return replace(made, id=id_, headline=headline, **told)


STORIES = [
    story("a", "Otters at the weir", "Two otters were seen.", published="2025-04-11", topics=(NATURE,)),
    story("b", "A café by the weir", "It opens on Sunday; otters are on the sign.", published="2024-01-02T08:00:00+01:00"),
    story("c", "Otters at the weir", "Two otters were seen.", duplicate_of="a"),
]


@pytest.fixture
def database() -> sqlite3.Connection:
    """A database with the stories, in memory."""
    made = connect(":memory:")
    assert index(made, STORIES) == 2
    return made


def ids(database: sqlite3.Connection, words: str, **asked: object) -> list[str]:
    """The ids of what is found."""
    return [hit.id for hit in find(database, words, **asked)]


def test_the_headline_counts_more_and_repeats_are_left_out(database: sqlite3.Connection) -> None:
    """Of two stories with the word the one that has it in its headline comes first, and none comes twice."""
    assert ids(database, "otters") == ["a", "b"]
    assert find(database, "sign")[0].words == "It opens on Sunday; otters are on the [sign]."


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"language": "en"}, ["a", "b"]), ({"language": "de"}, []), ({"since": "2025-01-01"}, ["a"]), ({"limit": 1}, ["a"]),
     ({"topic": "nature"}, ["a"]), ({"topic": "medtop:06000000"}, ["a"]), ({"topic": "sport"}, [])],
)  # fmt: skip
def test_what_is_asked_for_narrows_it(asked: dict[str, object], found: list[str], database: sqlite3.Connection) -> None:
    """By language, day, number and topic."""
    assert ids(database, "otters", **asked) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [("", []), ('"', []), ("weir AND otters", []), ("headline:otters", []), ("NEAR(", []), ("otters*", ["a", "b"]),
     ("(sign)", ["b"])],
)  # fmt: skip
def test_whatever_is_typed_can_be_looked_for(words: str, found: list[str], database: sqlite3.Connection) -> None:
    """What is syntax to the database is a word like others, and signs part words."""
    assert ids(database, words) == found


def test_accents_need_not_be_typed(database: sqlite3.Connection) -> None:
    """A word is found without its accents."""
    assert ids(database, "cafe") == ["b"]


def test_a_later_run_takes_the_place_of_an_earlier_one(database: sqlite3.Connection) -> None:
    """The same story again is one story, with its new text; one that supersedes another leaves none of it."""
    index(database, [replace(STORIES[0], headline="Badgers at the weir", text="Badgers.", topics=())])
    assert ids(database, "otters") == ["b"]
    index(database, [story("d", "A tea room by the weir", "It has no sign.", supersedes="b")])
    assert ids(database, "otters") == []
    assert ids(database, "weir") == ["a", "d"]
    assert ids(database, "weir", topic="nature") == []


def test_what_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says why, of a folder that is no run and of a file that was not made, and makes none."""
    assert main(["index", str(tmp_path), "--into", str(tmp_path / "stories.db")]) == 2
    assert "this is no published run of Copydesk" in capsys.readouterr().err
    assert main(["find", "otters", "--in", str(tmp_path / "stories.db")]) == 2
    assert "desk-search index makes one" in capsys.readouterr().err
    assert not (tmp_path / "stories.db").exists()
