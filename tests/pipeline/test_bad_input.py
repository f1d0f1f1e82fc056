"""Bad input, one test each: the run goes to its end, the record is the right one, nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.jobs import TESTS, article, call, environment, everything, run

GOOD = "good.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good page, beside which the bad one is put."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / GOOD).write_text(article(1))
    return tmp_path / "in"


def run_with(folder: Path, *sets: str, max_rejected: float = 1.0) -> dict[str, list[dict[str, Any]]]:
    """Run the folder: the good page has come out, and every file is in one document or rejected record."""
    output = folder.parent / "out"
    result = run([str(folder)], output, sets=[f"run.max_rejected={max_rejected}", *sets])
    found = everything(output)
    assert result.exit_code == 0
    assert [story for story in found["story"] if story["source"]["uri"].endswith(GOOD)]
    told = {row["source"]["uri"].split("#")[0] for kind in ("document", "rejected") for row in found[kind]}
    assert {Path(uri).name for uri in told} == {path.name for path in folder.iterdir()}
    return found


def the_rejected(found: dict[str, list[dict[str, Any]]], stage: str, error: str) -> str:
    """The message of the one rejected record, which is of this stage and error."""
    (row,) = found["rejected"]
    assert (row["stage"], row["error"]) == (stage, error), row
    assert isinstance(row["message"], str)
    return row["message"]


def the_other(found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The document record of the bad source, which was decoded after all."""
    (row,) = [row for row in found["document"] if not row["source"]["uri"].endswith(GOOD)]
    return row


def test_an_empty_file(folder: Path) -> None:
    """No byte at all is rejected as empty."""
    (folder / "empty.txt").write_bytes(b"")
    the_rejected(run_with(folder), "decode", "EmptySource")


def test_many_empty_files(folder: Path) -> None:
    """Each of many files that cannot be read is rejected: none of them is called a repeat of another."""
    for number in range(5):
        (folder / f"empty-{number}.txt").write_bytes(b"")
        (folder / f"noise-{number}.txt").write_bytes(bytes(range(256)) * 40)
    found = run_with(folder)
    assert sorted(row["error"] for row in found["rejected"]) == ["BinarySource"] * 5 + ["EmptySource"] * 5
    assert not [row for row in found["document"] if row["same_as"]]


def test_white_space_only(folder: Path) -> None:
    """Nothing but white space is rejected as empty."""
    (folder / "white.txt").write_text(" \n\t\r\n\u00a0\n")
    the_rejected(run_with(folder), "decode", "EmptySource")


def test_a_million_empty_lines(folder: Path) -> None:
    """So are a million empty lines; with one sentence among them they are a document."""
    (folder / "lines.txt").write_text("\n" * 500_000 + "A sentence stands alone in all this white." + "\n" * 500_000)
    assert the_other(run_with(folder))["solid"] == 35


def test_binary(folder: Path) -> None:
    """Bytes that are no text in any charset are rejected as binary."""
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 40)
    the_rejected(run_with(folder), "decode", "BinarySource")


def test_invalid_utf8(folder: Path) -> None:
    """A few broken bytes are replaced, and listed as changes with the bytes that they were."""
    (folder / "broken.txt").write_bytes(article(2).encode().replace(b"evening", b"ev\xffning", 1))
    row = the_other(run_with(folder))
    (change,) = row["changes"]
    assert change["rule"] == "malformed_bytes"
    assert "ff" in change["evidence"].lower()


def test_utf16_without_a_byte_order_mark(folder: Path) -> None:
    """UTF-16 is known by its null bytes."""
    (folder / "wide.txt").write_bytes(article(2).encode("utf-16-le"))
    found = run_with(folder)
    assert the_other(found)["charset"].startswith("utf-16")
    assert len(found["story"]) == 2


def test_a_nul_in_the_text(folder: Path) -> None:
    """A NUL is a control character: taken out, and listed."""
    (folder / "nul.txt").write_text(article(2).replace("the council", "the\0 council", 1))
    found = run_with(folder)
    assert [change["before"] for change in the_other(found)["changes"]] == ["\0"]
    assert not any("\0" in story["text"] for story in found["story"])


def test_a_truncated_gz(folder: Path) -> None:
    """A packed file that is cut off is rejected as such."""
    (folder / "cut.txt.gz").write_bytes(gzip.compress(article(2).encode())[:-20])
    assert "cut off" in the_rejected(run_with(folder), "read", "Unreadable")


def test_a_gz_that_is_none(folder: Path) -> None:
    """A text under a packed file's name is rejected with the remedy."""
    (folder / "none.txt.gz").write_text(article(2))
    assert "no valid .gz" in the_rejected(run_with(folder), "read", "Unreadable")


def test_a_gz_that_unpacks_to_four_gigabytes(folder: Path) -> None:
    """It is read no further than the bound on one source."""
    block = gzip.compress(b"\0" * (64 << 20), 1)
    (folder / "bomb.txt.gz").write_bytes(block * 64)  # members follow one another, as gzip allows
    assert "read.max_bytes" in the_rejected(run_with(folder), "read", "TooLarge")


def test_a_jsonl_with_a_broken_and_an_empty_line(folder: Path) -> None:
    """The rows around them are stories, the broken one is rejected by its line's number, and the empty one is nothing."""
    rows = ["", json.dumps({"text": article(2)}), '{"text": "cut', " \t", json.dumps({"text": article(3)})]
    (folder / "rows.jsonl").write_text("\n".join(rows) + "\n\n")
    found = run_with(folder)
    assert [(row["source"]["uri"].split("#")[1], row["error"]) for row in found["rejected"]] == [("3", "BrokenRow")]
    assert [row["source"]["uri"].split("#")[1] for row in found["document"] if "#" in row["source"]["uri"]] == ["2", "5"]
    assert len(found["story"]) == 3


def test_a_row_without_the_mapped_field(folder: Path) -> None:
    """The message names the fields that were looked for, those that are there, and the key to set."""
    (folder / "rows.jsonl").write_text(json.dumps({"article_body": article(2)}))
    message = the_rejected(run_with(folder), "read", "NoText")
    assert "article_body" in message
    assert "read.fields.text" in message


def test_one_line_of_50_megabytes(folder: Path) -> None:
    """Larger than one source may be: rejected with the key that allows more. Allowed, it is a document."""
    (folder / "long.txt").write_text("A sentence of the longest line that there is. " * (50_000_000 // 46))
    assert "read.max_bytes" in the_rejected(run_with(folder), "read", "TooLarge")


def test_one_line_as_long_as_is_allowed(folder: Path) -> None:
    """A line of 20 MB goes through every stage in bounded time."""
    (folder / "long.txt").write_text("A sentence of the longest line that there is. " * (20_000_000 // 46))
    assert the_other(run_with(folder))["characters"] > 19_000_000


def test_html_nested_100000_deep(folder: Path) -> None:
    """A tower of elements is a clear record, or a document that holds its words."""
    (folder / "deep.html").write_text("<html><body>" + "<div>" * 100_000 + "the bottom of it" + "</div>" * 100_000)
    found = run_with(folder)
    if found["rejected"]:
        assert found["rejected"][0]["error"] in {"TooLarge", "BrokenMarkup"}
    else:
        assert the_other(found)["solid"] == len("thebottomofit")


@pytest.fixture
def standins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process, which looks for them before a run, and its child processes find the stand-ins for an extractor."""
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    monkeypatch.syspath_prepend(str(TESTS / "standins"))


def page(words: str) -> str:
    """An HTML page of one article."""
    return f"<html><body><article><h1>{words}</h1><p>{article(4)}</p></article></body></html>"


@pytest.mark.usefixtures("standins")
def test_html_that_hangs_the_extractor(folder: Path) -> None:
    """An extractor that sleeps in C is ended after its time, and the next page is read."""
    (folder / "hang.html").write_text(page("HANG"))
    (folder / "next.html").write_text(page("After it"))
    found = run_with(folder, "extract.witness=standins:hang", "extract.timeout_seconds=3.0")
    assert "extract.timeout_seconds" in the_rejected(found, "extract", "SourceTimeout")
    assert any(row["source"]["uri"].endswith("next.html") for row in found["document"])


@pytest.mark.usefixtures("standins")
def test_html_that_crashes_the_extractor(folder: Path) -> None:
    """An extractor that kills its process costs that page alone."""
    (folder / "crash.html").write_text(page("CRASH"))
    (folder / "next.html").write_text(page("After it"))
    found = run_with(folder, "extract.witness=standins:crash")
    assert "signal 9" in the_rejected(found, "extract", "SourceCrash")
    assert any(row["source"]["uri"].endswith("next.html") for row in found["document"])


@pytest.mark.usefixtures("standins")
def test_an_extractor_with_a_defect_is_only_a_witness_less(folder: Path) -> None:
    """An exception of the witness leaves the page to the other evidence."""
    (folder / "page.html").write_text(page("It goes on"))
    assert the_other(run_with(folder, "extract.witness=standins:fail"))["solid"] > 0


@pytest.mark.skipif(os.geteuid() == 0, reason="no permission stops root; test_items has a stand-in")
def test_a_file_without_read_permission(folder: Path) -> None:
    """Its record says so."""
    (folder / "closed.txt").write_text(article(2))
    (folder / "closed.txt").chmod(0)
    assert "Permission denied" in the_rejected(run_with(folder), "read", "Unreadable")


def test_a_dangling_link_and_a_loop(folder: Path) -> None:
    """Links that lead nowhere, or round, are records."""
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    (folder / "round.txt").symlink_to(folder / "round.txt")
    (folder / "up").symlink_to(folder)
    found = run_with(folder)
    assert sorted(Path(row["source"]["uri"]).name for row in found["rejected"]) == ["gone.txt", "round.txt", "up"]


def test_odd_names(folder: Path) -> None:
    """Spaces, newlines, other scripts and bytes that are no UTF-8 are all names."""
    for name in ("a b.txt", "line\nbreak.txt", "日本語.txt"):
        (folder / name).write_text(article(2))
    Path(os.fsdecode(os.fsencode(folder) + b"/latin-\xe9.txt")).write_text(article(3))
    output = folder.parent / "out"
    run([str(folder)], output)
    names = {Path(row["source"]["uri"]).name for row in everything(output)["document"]}
    assert names == {GOOD, "a b.txt", "line\nbreak.txt", "日本語.txt", "latin-\\xe9.txt"}


def test_too_many_rejected_is_exit_code_3(folder: Path) -> None:
    """A published run of which more was rejected than allowed says so to the scheduler."""
    (folder / "empty.txt").write_bytes(b"")
    done = call("run", str(folder), "--output", str(folder.parent / "out"))
    assert done.returncode == 3
    assert b"max_rejected" in done.stderr
    assert len(everything(folder.parent / "out")["story"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nothing-here.txt"], "nothing-here.txt"),
        (["run", "{good}", "--set", "extract.witnes=none"], "witness"),
        (["run", "{good}", "--set", "run.max_rejected=2"], "max_rejected"),
        (["run", "{good}", "--outptu", "x"], "--outp"),
        (["run", "{good}", "--config", "nothing-here.toml"], "nothing-here.toml"),
        (["rnu", "{good}"], "run"),
    ],
)
def test_a_wrong_call_is_exit_code_2_with_the_remedy(folder: Path, arguments: list[str], words: str) -> None:
    """No such input, an unknown key, a value out of range, an unknown flag: told before any work, nothing written."""
    done = call(*(part.format(good=folder / GOOD) for part in arguments), cwd=folder)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert [path.name for path in folder.iterdir()] == [GOOD]
