"""`copydesk diff` of runs that know their sources by other paths: which is which, and that nothing else is made of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest

from copydesk.pipeline.cli import main
from copydesk.pipeline.commands import moving
from copydesk.pipeline.commands.moving import find_moves, path_key
from tests.pipeline.jobs import article, run

Sources = Mapping[str, str]
"""Of one run: each uri with the SHA-256 of what it holds."""


def moves(before: Sources, after: Sources) -> dict[str, str]:
    """The sources of the later run that are those of the earlier one under other paths."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE records (uri BLOB, sha256 TEXT, side INTEGER, kind INTEGER, line BLOB)")
    for side, sources in enumerate((before, after)):
        rows = [(uri.encode(), sha256, side, 0, b"{}") for uri, sha256 in sources.items()]
        database.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows)
    any_found = find_moves(database)
    found = database.execute("SELECT after, before FROM moves").fetchall()
    assert any_found is bool(found)
    return {old.decode(): new.decode() for new, old in found}


def numbered(*uris: str, since: int = 0) -> Sources:
    """Sources of which no two hold the same."""
    return {uri: f"{number:064x}" for number, uri in enumerate(uris, since)}


CASES: Sequence[tuple[str, Sources, Sources, Mapping[str, str]]] = (
    (
        "the same folder by its whole path",
        numbered("mine/a.txt", "mine/b.txt"),
        numbered("/x/mine/a.txt", "/x/mine/b.txt"),
        {"mine/a.txt": "/x/mine/a.txt", "mine/b.txt": "/x/mine/b.txt"},
    ),
    ("other names, the same bytes", numbered("a", "b"), numbered("1.txt", "2.txt"), {"a": "1.txt", "b": "2.txt"}),
    (
        "other bytes, the same ends",
        numbered("old/n/a.txt", "old/m/a.txt"),
        numbered("new/n/a.txt", "new/m/a.txt", since=9),
        {"old/n/a.txt": "new/n/a.txt", "old/m/a.txt": "new/m/a.txt"},
    ),
    ("the path comes first", numbered("a.txt", "b.txt"), {"a.txt": f"{1:064x}", "c.txt": f"{0:064x}"}, {}),
    ("a name alone, once on both sides", numbered("x/a.txt"), numbered("y/a.txt", since=9), {"x/a.txt": "y/a.txt"}),
    ("a name alone, twice on one side", numbered("x/a.txt"), numbered("y/a.txt", "z/a.txt", since=9), {}),
    ("a name that others have, too", {"x/a.txt": "0", "s/a.txt": "1"}, {"y/a.txt": "2", "s/a.txt": "1"}, {}),
    ("nothing in common", numbered("a.txt"), numbered("b.txt", since=9), {}),
    ("an end of a name is none", numbered("x/aa.txt"), numbered("y/a.txt", since=9), {}),
    (
        "equal bytes: by the end of the path, then in their order",
        dict.fromkeys(("old/a.txt", "old/b.txt", "old/c.txt"), "0"),
        dict.fromkeys(("new/1.txt", "new/a.txt", "new/c.txt"), "0"),
        {"old/a.txt": "new/a.txt", "old/b.txt": "new/1.txt", "old/c.txt": "new/c.txt"},
    ),
    ("more of equal bytes on one side", dict.fromkeys("ab", "0"), {"1": "0"}, {"a": "1"}),
    ("sources without bytes", {"x/a.txt": ""}, {"y/b.txt": ""}, {}),
    ("a row by file and id", numbered("x/r.csv#1/2"), numbered("y/r.csv#1/2", since=9), {"x/r.csv#1/2": "y/r.csv#1/2"}),
    ("a row's id alone", numbered("x/r.jsonl#1/2"), numbered("y/s.jsonl#1/2", since=9), {}),
    ("nothing at all", {}, numbered("a.txt"), {}),
)


@pytest.mark.parametrize(("why", "before", "after", "expected"), CASES, ids=[case[0] for case in CASES])
def test_sources_are_known_again(why: str, before: Sources, after: Sources, expected: Mapping[str, str]) -> None:
    """By path, by content, by an end of the path that no third source shares; the same backwards; where that is doubt, not."""
    assert moves(before, after) == expected, why
    assert moves(after, before) == {new: old for old, new in expected.items()}


def test_ends_of_paths_stand_together_whatever_their_characters() -> None:
    """Keys are sorted by parts: nothing gets between two paths with one end, and no part is taken for two."""
    uris = [b"x/a", b"y/a", b"x/a!", b"x/a\0b", b"a", b"x/b\1/a", b"x/b/a", b"\1\1/a"]
    ordered = sorted(uris, key=path_key)
    ends = [uri.split(b"/")[-1] for uri in ordered]
    assert [end for at, end in enumerate(ends) if at == 0 or ends[at - 1] != end] == list(dict.fromkeys(ends))
    assert len(set(map(path_key, uris))) == len(uris)


def test_memory_does_not_grow_with_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources are read one after another: at no time are more than a few of them held."""
    held, most = 0, 0

    class Counted(moving._Place):
        def __new__(cls, *values: object) -> Self:
            nonlocal held, most
            held += 1
            most = max(most, held)
            return super().__new__(cls, *values)  # type: ignore[arg-type]

        def __del__(self) -> None:
            nonlocal held
            held -= 1

    monkeypatch.setattr(moving, "_Place", Counted)
    names = [f"{number % 7}/{number}.txt" for number in range(3_000)]
    found = moves(numbered(*(f"old/{name}" for name in names)), numbered(*(f"new/{name}" for name in names), since=9_000))
    assert len(found) == len(names)
    assert most <= 6


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pages in a folder `mine`, two of them alike and two equal, and a copy of it in another place."""
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine"
    mine.mkdir()
    for number in range(4):
        (mine / f"{number}.txt").write_text(article(number % 3), "utf-8")
    (mine / "empty.txt").write_text("", "utf-8")
    (mine / "like.txt").write_text(article(0) + "\nIt was said once more at the end of the day.\n", "utf-8")
    shutil.copytree(mine, tmp_path / "elsewhere" / "mine")
    run(["mine"], tmp_path / "a")
    run([str(mine)], tmp_path / "b")
    run(["elsewhere/mine"], tmp_path / "c")
    return tmp_path


@pytest.mark.parametrize("other", ["b", "c"])
@pytest.mark.usefixtures("folders")
def test_the_same_files_by_other_paths_are_no_difference(other: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder named by its whole path, or moved, gives the same: exit code 0, both ways, and a note says that it moved."""
    for pair in (("a", other), (other, "a")):
        capsys.readouterr()
        assert main(["diff", *pair]) == 0
        told = capsys.readouterr().out
        assert "no difference: 6 sources" in told
        assert "6 sources have other paths in the second run" in told


def test_dropped_duplicates_of_moved_files_are_no_difference(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is told of a dropped story names ids, which the paths make: with the files elsewhere it is the same nevertheless."""
    for name, inputs in (("d", "mine"), ("e", "elsewhere/mine")):
        run([inputs], folders / name, sets=["duplicates.drop=true"])
    assert any('"duplicate"' in path.read_text("utf-8") for path in (folders / "d").glob("removed-*"))
    capsys.readouterr()
    assert main(["diff", "d", "e"]) == 0
    assert "no difference: 6 sources" in capsys.readouterr().out


def test_what_changed_in_a_moved_file_is_told_under_both_paths(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a moved source with other bytes the differences are told beside both paths; a source that is new stays so."""
    moved = folders / "elsewhere" / "mine"
    text = (moved / "2.txt").read_text("utf-8")
    (moved / "2.txt").write_text(text + "\nThe harbour master was asked about it and had nothing at all to say.\n", "utf-8")
    (moved / "new.txt").write_text(article(7), "utf-8")
    run(["elsewhere/mine"], folders / "d")
    capsys.readouterr()
    assert main(["diff", "a", "d"]) == 1
    told = capsys.readouterr().out
    assert "mine/2.txt -> elsewhere/mine/2.txt  (other bytes)" in told
    assert "+ elsewhere/mine/new.txt" in told
    assert "had nothing at all to say" in told
    assert main(["diff", "a", "d", "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert [(one["status"], one["paths"]) for one in whole["sources"]] == [
        ("new", [None, "elsewhere/mine/new.txt"]), ("changed", ["mine/2.txt", "elsewhere/mine/2.txt"]),
    ]  # fmt: skip
    assert whole["summary"]["sources"]["other paths"] == 6
