"""The viewer when something fails: every request is answered, with what went wrong and in which source."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from copydesk.pipeline.reading import read_manifest
from copydesk.pipeline.view import server
from copydesk.pipeline.view.index import Index, Wanted
from tests.pipeline import runs
from tests.pipeline.view.served import Client, served


def test_a_record_that_cannot_be_laid_out_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A paragraph without a span: an answer that names the source, for its page and for a verdict; others are served."""
    rows = runs.rows_of("in/odd.txt")
    rows["stories"][0]["paragraphs"][0]["spans"] = []
    for kind, more in runs.rows_of("in/sound.txt").items():
        rows[kind] += more
    with served(runs.write_run(tmp_path / "out", rows), tmp_path / "l.jsonl") as client, caplog.at_level(logging.ERROR):
        number = client.number("odd.txt")
        for reply in (client.ask(f"/source?number={number}"), client.judge(source=number, block=0, verdict="accept")):
            assert reply.status == 500
            assert b"in/odd.txt: its records cannot be shown" in reply.body
            assert b"copydesk check" in reply.body
        assert client.source(client.number("sound.txt"))["uri"] == "in/sound.txt"
    assert "in/odd.txt" in caplog.text
    assert not (tmp_path / "l.jsonl").exists()


def test_whatever_fails_is_answered(client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """An exception that nobody thought of is told to the page and logged; the next request is answered as ever."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(server.ViewedRun, "list", fail)
        reply = client.ask("/sources")
    assert reply.status == 500
    assert b"planted" in reply.body
    assert "planted" in caplog.text
    assert client.ask("/sources").status == 200


def test_a_verdict_that_is_on_the_disk_is_no_failure(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the list cannot be told of it; it is told with the next verdict, of whatever source."""
    number, other = client.number("a.txt"), client.number("hostile.txt")

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(Index, "mark_judged", fail)
        reply = client.judge(source=number, block=0, verdict="accept")
    assert reply.data == {"judged": ["accept", "chrome"], "verdicts": 1, "of": 1}
    assert Path(client.labels).read_text("utf-8").count("\n") == 1
    assert client.page(judged="yes")["total"] == 0
    assert client.judge(source=other, block=0, verdict="accept").status == 200
    assert [one["judged"] for one in client.page(judged="yes")["sources"]] == [1, 1]


def test_a_search_that_goes_on_holds_up_no_verdict(output: Path, tmp_path: Path) -> None:
    """The database takes a note while somebody reads it, who sees it as it was."""
    index = Index(tmp_path / "index", read_manifest(str(output)))
    index.build()
    with closing(sqlite3.connect(tmp_path / "index")) as reader:
        rows = reader.execute("SELECT judged FROM sources")
        assert rows.fetchone() == (0,)
        index.mark_judged([(1, 5), (2, 5)])
        assert [judged for (judged,) in rows] == [0, 0, 0]
    assert index.page(Wanted(judged="yes"), 0).total == 2
