"""`copydesk clean`: what is read, what is written, and what the exit code says of it."""

from __future__ import annotations

import gzip
import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from copydesk.pipeline import cli
from tests.pipeline.jobs import environment

FERRY = "The ferry to the island runs again from Monday, after a winter in the dock. Boats leave at eight and at noon."


def feed(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a command its standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_clean_writes_a_story_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A text in, a record of the schema out, and nothing else on standard output."""
    feed(FERRY.encode(), monkeypatch)
    assert cli.main(["clean", "--kind", "story", "--url", "https://example.org/ferry"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    story = json.loads(line)
    assert story["text"] == FERRY
    assert (story["source"]["uri"], story["source"]["url"]) == ("-", "https://example.org/ferry")
    assert list(story)[:3] == ["schema_version", "id", "source"]


@pytest.mark.parametrize(
    ("data", "arguments", "words"),
    [
        (b"", [], "EmptySource"),
        (b"%PDF-1.7\n\0\1\2", [], "BinarySource"),
        (b"x" * 100, ["--set", "read.max_bytes=10"], "TooLarge"),
    ],
)
def test_clean_refuses_bad_input(
    data: bytes, arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Input that cannot be processed is exit code 1, with the reason on standard error and nothing on standard output."""
    feed(data, monkeypatch)
    assert cli.main(["clean", *arguments]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err


def test_clean_rows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that can be read give their stories, each other row a line on standard error, and too many of those exit code 3."""
    rows = [json.dumps({"id": "a", "text": FERRY}), "{broken", json.dumps({"id": 3})]
    feed("\n".join(rows).encode(), monkeypatch)
    assert cli.main(["clean", "--jsonl", "--kind", "story"]) == 3
    told = capsys.readouterr()
    assert json.loads(told.out)["source"]["uri"] == "-#a"
    assert "-#2: BrokenRow" in told.err
    assert "NoText" in told.err
    feed("\n".join(rows).encode(), monkeypatch)
    assert cli.main(["clean", "--jsonl", "--kind", "story", "--set", "run.max_rejected=0.7"]) == 0


TABLE = f'id,text\n1,"{FERRY}"\n2,"{FERRY}\n\nTickets are sold on board."\n'.encode()
ROWS = "".join(json.dumps({"id": number, "text": FERRY}) + "\n" for number in (1, 2)).encode()


@pytest.mark.parametrize(
    "data", [TABLE, TABLE.replace(b",", b"\t"), ROWS, gzip.compress(ROWS)], ids=["csv", "tsv", "jsonl", "gz"]
)
def test_clean_knows_rows_by_their_content(
    data: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows on standard input are a source each, without an option; told otherwise, they are the one text that they are not."""
    feed(data, monkeypatch)
    assert cli.main(["clean", "--kind", "story"]) == 0
    assert [json.loads(line)["source"]["uri"] for line in capsys.readouterr().out.splitlines()] == ["-#1", "-#2"]
    if data == TABLE:
        feed(data, monkeypatch)
        assert cli.main(["clean", "--kind", "story", "--format", "txt"]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 1


def test_clean_reads_a_table_that_is_larger_than_a_source(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`read.max_bytes` bounds each row and not the table; what cannot be read of it counts as in `--jsonl`."""
    feed(b"id,text\n" + b"1,Milk\n" * 40 + b"2\n" * 20, monkeypatch)
    assert cli.main(["clean", "--kind", "story", "--set", "read.max_bytes=200"]) == 3
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 40
    assert told.err.count("BrokenRow") == 20


def test_clean_takes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A file is read as a run reads it: rows of a table, or one text, of which the call may say more."""
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_bytes(TABLE)
    Path("ferry.txt").write_text(FERRY)
    assert cli.main(["clean", "table.csv", "--kind", "story"]) == 0
    rows = [json.loads(line)["source"]["uri"] for line in capsys.readouterr().out.splitlines()]
    assert rows == ["table.csv#1", "table.csv#2"]
    assert cli.main(["clean", "ferry.txt", "--kind", "story", "--url", "https://example.org/f", "--title", "Ferry"]) == 0
    story = json.loads(capsys.readouterr().out)
    assert (story["source"]["uri"], story["source"]["url"]) == ("ferry.txt", "https://example.org/f")
    assert story["headline"] == "Ferry"
    Path("empty.txt").write_bytes(b"")
    assert cli.main(["clean", "empty.txt"]) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["table.csv", "--url", "https://example.org/"], "--url: table.csv holds many sources, and each row tells its own"),
        (["--title", "T"], "--title: - holds many sources"),
        (["--jsonl"], "--jsonl: standard input holds a table, and no rows of JSON; leave --jsonl out"),
        (["--jsonl", "table.csv"], "copydesk clean --jsonl < table.csv"),
        (["none.csv"], "none.csv: no file there"),
        (["folder"], "2 files; name one"),
    ],
)
def test_clean_refuses_a_call_that_does_not_fit(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the call says has to fit what is there; else nothing is cleaned, and the remedy is told."""
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_bytes(TABLE)
    Path("folder").mkdir()
    for name in ("a.txt", "b.txt"):
        Path("folder", name).write_text(FERRY)
    feed(TABLE, monkeypatch)
    assert cli.main(["clean", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err


def test_clean_says_that_nothing_was_a_row(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no line at all is JSON, the last line of many says what may be meant; where one is, each tells of itself."""
    feed(b"The ferry\nruns again\n", monkeypatch)
    assert cli.main(["clean", "--jsonl"]) == 3
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "copydesk: -: no line of it is a row of JSON; without --jsonl it is read for what it holds"
    feed(b"The ferry\n" + ROWS, monkeypatch)
    assert cli.main(["clean", "--jsonl", "--kind", "story"]) == 3
    assert "-#1: BrokenRow" in capsys.readouterr().err.splitlines()[-1]


def test_clean_gives_stories_as_rows_come() -> None:
    """Rows of a stream that goes on are cleaned as they come, the first of them too."""
    command = [sys.executable, "-u", "-P", "-m", "copydesk.pipeline.cli", "clean", "--jsonl", "--kind", "story"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdin
        assert process.stdout
        for line in ROWS.splitlines(keepends=True):
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == FERRY
        process.stdin.close()
        assert process.wait(60) == 0


def test_clean_that_is_told_to_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    """Standard input that waited on the disk goes with the command, which has a shell's exit code."""
    command = [sys.executable, "-P", "-m", "copydesk.pipeline.cli", "clean", "--kind", "story"]
    told = environment() | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=told) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(ROWS * 200)  # more stories than a pipe holds, so it waits for who reads them
        process.stdin.close()
        process.stdout.read(1)
        assert list(tmp_path.glob("*/stdin.jsonl"))
        process.terminate()
        assert process.wait(60) == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())
