"""The viewer when something fails: every request is answered, with what went wrong and in which source."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from copydesk.pipeline.view import server
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
