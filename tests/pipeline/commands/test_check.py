"""`copydesk check`: a sound run passes, and every way to break one is told with its place."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from copydesk.pipeline.cli import main
from copydesk.pipeline.commands import checking
from copydesk.pipeline.commands.accounts import faults_in_text
from copydesk.pipeline.reading import read_manifest
from copydesk.transforms.shapes import DocumentRecord, RemovedRecord, Story
from tests.pipeline.runs import TEXT, Rows, rejected_row, rows_of, to_lines, write_run

CASES = tomllib.loads((Path(__file__).parents[2] / "cases/check/faults.toml").read_text("utf-8"))["case"]


def faults(folder: Path, **options: Any) -> list[str]:
    """What the check of a folder finds."""
    return [str(fault) for fault in checking.Check(read_manifest(str(folder)), **options).faults()]


def broken(case: dict[str, Any]) -> Rows:
    """The rows of a sound run with a case's one change made."""
    rows: Any = rows_of("page.txt")
    *path, last = case["at"]
    place = rows
    for part in path:
        place = place[part]
    if case.get("again"):
        place.append(copy.deepcopy(place[last]))
    elif case.get("drop"):
        del place[last]
    else:
        place[last] = case["to"]
    made: Rows = rows
    return made


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("packed", [False, True])
def test_sound_run_has_no_fault(shards: int, packed: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    """A sound run passes, in one shard or several, plain or packed, its sources dealt out over the shards."""
    rows = rows_of("page.txt")
    for number in range(5):
        for kind, more in rows_of(f"page{number}.txt").items():
            rows[kind] = rows[kind] + more if number % 2 else more + rows[kind]
    rows["rejected"].append(rejected_row("empty.txt"))
    assert faults(write_run(tmp_path, rows, shards=shards, packed=packed)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_fault_is_told(case: dict[str, Any], tmp_path: Path) -> None:
    """A run with one thing wrong in it is told so, with the file or the source that it is in."""
    found = faults(write_run(tmp_path, broken(case)))
    assert any(case["says"] in fault for fault in found), found
    assert all(fault.startswith(("stories", "documents", "removed", "account")) for fault in found)


def test_id_of_two_stories(tmp_path: Path) -> None:
    """An id names one story of a run."""
    rows = rows_of("page.txt")
    rows["stories"][1]["id"] = rows["stories"][0]["id"]
    assert any("its id stands twice" in fault for fault in faults(write_run(tmp_path, rows)))


def test_source_both_rejected_and_decoded(tmp_path: Path) -> None:
    """A source ends in a document record or in a rejected record, never in both."""
    rows = rows_of("page.txt")
    rows["rejected"].append(rejected_row("page.txt"))
    rows["rejected"][0]["source"]["sha256"] = rows["documents"][0]["source"]["sha256"]
    assert any("both a document record and a rejected record" in fault for fault in faults(write_run(tmp_path, rows)))


def test_repeated_source_needs_no_stories(tmp_path: Path) -> None:
    """A source whose bytes equal another's is a document record alone."""
    rows = rows_of("a.txt")
    again = copy.deepcopy(rows["documents"][0])
    again |= {"stories": [], "removed": 0, "characters": 0, "solid": 0, "same_as": "a.txt"}
    again["source"]["uri"] = "b.txt"
    rows["documents"].append(again)
    assert faults(write_run(tmp_path, rows)) == []


def test_repeated_source_names_one_that_is_there(tmp_path: Path) -> None:
    """`same_as` names a source of the run, and one with the same bytes."""
    for uri, sha256 in (("gone.txt", None), ("a.txt", "0" * 64)):
        rows = rows_of("a.txt")
        again = copy.deepcopy(rows["documents"][0])
        again |= {"stories": [], "removed": 0, "characters": 0, "solid": 0, "same_as": uri}
        again["source"] |= {"uri": "b.txt"} | ({"sha256": sha256} if sha256 else {})
        rows["documents"].append(again)
        assert f"documents: b.txt: same_as {uri}: no such source with the same bytes" in faults(write_run(tmp_path, rows))


def drop_second(rows: Rows, evidence: str) -> Rows:
    """The second story, dropped as a duplicate of something."""
    story = rows["stories"].pop()
    start, end = story["spans"][0][0], story["spans"][-1][1]
    row = rows["removed"][0] | {"start": start, "end": end, "text": TEXT[start:end], "rule": "duplicate", "evidence": evidence}
    rows["removed"].append(row)
    rows["documents"][0]["stories"].remove(story["id"])
    rows["documents"][0]["removed"] += 1
    return rows


def test_a_dropped_duplicate_is_no_fault(tmp_path: Path) -> None:
    """Its spans are removed records which name the story that it repeats, and its place on the page stays empty."""
    rows = rows_of("page.txt")
    second, first = rows["stories"][1]["id"], rows["stories"][0]["id"]
    dropped = drop_second(rows, f"story {second} repeats {first}, similarity 0.9")
    assert faults(write_run(tmp_path, dropped)) == []


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        (f"story {'1' * 32} repeats {'2' * 32}, similarity 1", f"repeats {'2' * 32}: no such story"),
        ("seen before", "does not say which"),
    ],
)
def test_a_dropped_duplicate_of_nothing(evidence: str, says: str, tmp_path: Path) -> None:
    """A story that was dropped for another which is not there is lost."""
    assert any(says in fault for fault in faults(write_run(tmp_path, drop_second(rows_of("page.txt"), evidence))))


def test_duplicate_of_a_duplicate(tmp_path: Path) -> None:
    """`duplicate_of` names a story that is itself no duplicate."""
    rows = rows_of("page.txt")
    first, second = (row["id"] for row in rows["stories"])
    rows["stories"][0]["duplicate_of"], rows["stories"][1]["duplicate_of"] = second, first
    assert any("itself a duplicate" in fault for fault in faults(write_run(tmp_path, rows)))


def test_changed_missing_and_stray_files(tmp_path: Path) -> None:
    """One byte changed, one file gone, one file too many: each is told by its name."""
    folder = write_run(tmp_path, rows_of("page.txt"))
    stories, removed = folder / "stories-00000-of-00001.jsonl", folder / "removed-00000-of-00001.jsonl"
    stories.write_bytes(stories.read_bytes().replace(b"ferry", b"fairy", 1))
    removed.unlink()
    (folder / "stories-00009-of-00010.jsonl").write_bytes(b"")
    found = faults(folder)
    assert any(fault.startswith("stories-00000-of-00001.jsonl: SHA-256") for fault in found)
    assert any(fault.startswith("removed-00000-of-00001.jsonl: cannot be read") for fault in found)
    assert "stories-00009-of-00010.jsonl: not in the manifest" in found


@pytest.mark.parametrize("junk", [b"{\n", b"[1]\n", b"\xff\xfe\n", b"\n", b'{"a": NaN}\n', b"1, 2\n"])
def test_line_that_is_no_record(junk: bytes, tmp_path: Path) -> None:
    """A line that is no JSON object, or none of ours, is told by its number and does not end the check."""
    folder = write_run(tmp_path, rows_of("page.txt"))
    file = folder / "removed-00000-of-00001.jsonl"
    file.write_bytes(junk + file.read_bytes())
    assert any("removed-00000-of-00001.jsonl: line 1" in fault for fault in faults(folder))


def test_manifest_counts_are_checked(tmp_path: Path) -> None:
    """A manifest whose counts are not those of the records is told, count by count."""
    counts = {"sources": 1, "documents": 1, "stories": 7, "removed": 2, "rejected": 0, "duplicates": 3}
    found = faults(write_run(tmp_path, rows_of("page.txt"), counts=counts))
    assert found == ["manifest.json: counts.stories is 7, there are 2", "manifest.json: counts.duplicates is 3, there are 0"]


def test_truncated_pack(tmp_path: Path) -> None:
    """A packed shard that is cut off is told, and the rest is checked all the same."""
    folder = write_run(tmp_path, rows_of("page.txt"), packed=True)
    file = folder / "stories-00000-of-00001.jsonl.gz"
    file.write_bytes(file.read_bytes()[:-20])
    assert any("cut off" in fault for fault in faults(folder))


def test_command_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 and nothing on standard output for a sound run; 1 and a line a fault for a broken one."""
    folder = write_run(tmp_path / "sound", rows_of("page.txt"))
    assert main(["check", str(folder)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "no fault in 4 files: 1 documents, 2 stories, 2 removed, 0 rejected" in told.err
    folder = write_run(tmp_path / "broken", broken({"at": ["stories", 1], "drop": True}))
    assert main(["check", str(folder)]) == 1
    assert "page.txt: 2 stories in its document record" in capsys.readouterr().out


def test_many_faults_are_counted_not_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of rubbish does not fill the terminal."""
    folder = write_run(tmp_path, rows_of("page.txt"))
    (folder / "stories-00000-of-00001.jsonl").write_bytes(b"x\n" * 2_000)
    assert main(["check", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == checking.MOST_TOLD + 1
    assert lines[-1].startswith("... and 1")


@pytest.mark.parametrize(
    ("manifest", "code", "words"),
    [
        (None, 1, "no manifest.json"),
        ("{", 1, "no JSON"),
        ("[]", 1, "no manifest of Copydesk"),
        ('{"files": [{"name": 3}]}', 1, "no manifest of Copydesk"),
        ('{"files": [{"name": "../x", "sha256": ""}]}', 1, "no name of a file in this folder"),
    ],
)
def test_folder_that_is_no_run(
    manifest: str | None, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without a manifest that can be read is refused with the reason."""
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, "utf-8")
    assert main(["check", str(tmp_path)]) == code
    assert words in capsys.readouterr().out


def test_no_such_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there is a wrong call."""
    assert main(["check", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err


# --- against the sources ----------------------------------------------------------------------------------------------


@pytest.fixture
def source_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run over one text file and two rows, whose sources are there."""
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(TEXT, "utf-8")
    Path("rows.jsonl").write_bytes(to_lines([{"id": "a", "text": TEXT}, {"text": TEXT}]))
    rows = rows_of("page.txt")
    for uri in ("rows.jsonl#a", "rows.jsonl#2"):
        for kind, more in rows_of(uri).items():
            rows[kind] += more
    return write_run(tmp_path / "out", rows)


def test_sources_agree(source_run: Path) -> None:
    """A sound run agrees with its sources, files and rows alike."""
    assert faults(source_run, keep=True) == []


def test_changed_source(source_run: Path) -> None:
    """A source with other bytes than the run read is told by its name; one that is not found, with where to look from."""
    Path("page.txt").write_text(TEXT + "One more line.\n", "utf-8")
    Path("rows.jsonl").unlink()
    changed, *missing = sorted(faults(source_run, keep=True))
    assert changed == "sources: page.txt: not there any more with the bytes that the run read"
    assert [fault.partition(";")[0] for fault in missing] == [
        f"sources: {uri}: no file there" for uri in ("rows.jsonl#2", "rows.jsonl#a")
    ]


def test_standard_input_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What came from standard input cannot be read again: that is said, and is no fault."""
    assert main(["check", str(write_run(tmp_path, rows_of("-"))), "--sources"]) == 0
    assert "1 sources could not be read again" in capsys.readouterr().err


def records(rows: Rows) -> tuple[DocumentRecord, list[Story], list[RemovedRecord]]:
    """Rows as typed records."""
    return (
        TypeAdapter(DocumentRecord).validate_python(rows["documents"][0]),
        TypeAdapter(list[Story]).validate_python(rows["stories"]),
        TypeAdapter(list[RemovedRecord]).validate_python(rows["removed"]),
    )


@pytest.mark.parametrize(
    ("at", "to", "says"),
    [
        (("removed", 0, "text"), "Harbour gnus", "its text is not what stands there: 'Harbour news'"),
        (("removed", 0, "end"), 7, "no record for 4 characters at 7"),
        (("stories", 1, "text"), "The square gets a bunch.", "is not what stands at its spans"),
        (("documents", 0, "text_sha256"), "00", "the source decodes to a text with"),
        (("documents", 0, "solid"), 3, "characters and solid"),
    ],
)
def test_text_tells_what_records_cannot(at: tuple[Any, ...], to: Any, says: str) -> None:
    """Held against its text, a record that quotes wrongly, leaves something out or makes something up is told."""
    rows: Any = rows_of("page.txt")
    rows[at[0]][at[1]][at[2]] = to
    assert any(says in message for _, message in faults_in_text(TEXT, *records(rows)))


def test_restored_marks_are_no_invention() -> None:
    """Marks and capitals that a model put in are no words, so they may differ from the source."""
    rows = rows_of("page.txt")
    rows["stories"][1] |= {"text": "The square gets: a BENCH", "restored": ["punctuation", "capitals"]}
    assert list(faults_in_text(TEXT, *records(rows))) == []


def test_open_accounts_stay_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sources there are, only a few accounts are open at a time."""
    rows: Rows = {"documents": [], "stories": [], "removed": [], "rejected": []}
    for number in range(300):
        for kind, more in rows_of(f"{number}.txt").items():
            rows[kind] += more
    most = 0
    finish = checking.Check._finish

    def watched(self: checking.Check, key: bytes) -> Any:
        nonlocal most
        most = max(most, len(self._open))
        return finish(self, key)

    monkeypatch.setattr(checking.Check, "_finish", watched)
    assert faults(write_run(tmp_path, rows)) == []
    assert 0 < most < 60
