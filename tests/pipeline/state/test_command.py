"""`copydesk state show|compact|verify`, and what `copydesk run --state` refuses."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.lock import locked
from copydesk.pipeline.state.prior import standing_row
from copydesk.pipeline.state.verifying import verify
from tests.pipeline.jobs import article
from tests.pipeline.state.states import add_run, build, name, publish, source
from tests.transforms.tag.test_likeness import fingerprint


def test_show_tells_what_a_state_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table for people, as one object with --json; a run at work does not keep it waiting."""
    folder = str(build(tmp_path / "state"))
    with locked(folder):
        assert cli.main(["state", "show", folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.pop("age_hours") > 0
    assert told.pop("bytes") == sum(path.stat().st_size for path in Path(folder).glob("data/*/*"))
    assert told == {
        "runs": 3, "last_run": "run-3", "last_started": "2026-01-03T02:00:00+00:00", "last_output": f"{folder}/out-3",
        "sources": 3, "rejected": 1, "stories": 3, "duplicates": 1, "superseded": 1, "sites": 1,
    }  # fmt: skip
    assert cli.main(["state", "show", folder]) == 0
    assert "duplicates    1\n" in capsys.readouterr().out


def test_compact_mends_and_makes_one_of_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a crash left is part of it; a second call has nothing to do."""
    folder = build(tmp_path / "state")
    publish(add_run(folder, 4, sources=[source("d", "d1")]))
    assert cli.main(["state", "compact", str(folder)]) == 0
    assert "4 runs" in capsys.readouterr().err
    assert cli.main(["state", "compact", str(folder)]) == 0
    assert "nothing to do" in capsys.readouterr().err
    assert cli.main(["state", "verify", str(folder)]) == 0


@pytest.mark.parametrize("action", ["show", "compact", "verify"])
def test_a_state_that_is_not_whole_ends_with_1(tmp_path: Path, action: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what is wrong; and a folder that is not there is a wrong call, and is not made."""
    folder = build(tmp_path / "state")
    (folder / "data/run-2/lines.jsonl").unlink()
    assert cli.main(["state", action, str(folder)]) == 1
    assert "lines.jsonl: is gone" in capsys.readouterr().err
    assert cli.main(["state", action, str(tmp_path / "nowhere")]) == 2
    assert not (tmp_path / "nowhere").exists()


UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "a story of two sources": ({"sources": [source("e", "e1", [name(3)])]}, "belongs to two sources"),
    "a story without a fingerprint": ({"sources": [source("e", "e1", [name(77)])]}, "has no fingerprint"),
    "a story without a source": ({"fingerprints": [asdict(fingerprint("one", name(78)))]}, "belongs to no source that stands"),
    "a source whose story was withdrawn": ({"standings": [standing_row(name(4), superseded=True)]}, "still stands"),
    "a duplicate of nothing": ({"standings": [standing_row(name(4), duplicate_of=name(79))]}, "leads to no story that stands"),
    "duplicates in a circle": ({"standings": [standing_row(name(3), duplicate_of=name(2))]}, "leads to no story that stands"),
    "a duplicate that nobody knows": ({"standings": [standing_row(name(80), duplicate_of=name(4))]}, "is not known"),
    "superseded by nobody known": ({"standings": [standing_row(name(1), superseded=True, by=name(81))]}, "which is not known"),
    "a row of other keys": ({"standings": [{"id": name(4)}]}, "its keys are not"),
    "a row of another type": ({"sources": [source("e", "e1") | {"gone": "no"}]}, "gone is 'no'"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_rows_that_do_not_fit_are_found(tmp_path: Path, what: str) -> None:
    """Sources, stories and standings have to agree."""
    rows, words = UNFIT[what]
    folder = build(tmp_path / "state")
    assert not list(verify(stores.open_state(str(folder))))
    stores.commit(str(folder), add_run(folder, 4, **rows))
    assert any(words in fault for fault in verify(stores.open_state(str(folder))))


def test_a_byte_that_changed_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its checksum; the exit code is 1."""
    folder = build(tmp_path / "state")
    path = folder / "data/run-1/lines.jsonl"
    path.write_bytes(path.read_bytes().replace(b"example.org", b"example.net"))
    assert cli.main(["state", "verify", str(folder)]) == 1
    assert "lines" in capsys.readouterr().out


def call(tmp_path: Path, *options: str) -> int:
    """A run of one page on the state, which a wrong state ends before anything is read."""
    page = tmp_path / "page.txt"
    page.write_text(article(1))
    return cli.main(["run", str(page), "--output", str(tmp_path / "out"), "--state", str(tmp_path / "state"), *options])


def test_a_run_beside_another_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says so."""
    with locked(str(tmp_path / "state")):
        assert call(tmp_path) == 1
    assert "another run is at work on the state" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_on_a_state_of_a_later_version_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which version wrote it, without a traceback, and publishes nothing."""
    folder = build(tmp_path / "state")
    (folder / "state.json").write_text(json.dumps({"format": 9, "copydesk": "7.0", "head": None, "runs": 0}))
    assert call(tmp_path) == 1
    said = capsys.readouterr().err
    assert "written by Copydesk 7.0" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_an_output_that_the_state_counts_on_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its stories would be lost: later runs skip their sources."""
    folder = build(tmp_path / "state")
    publish(stores.open_state(str(folder)).runs[1])
    (folder / "out-2").rename(tmp_path / "out")
    assert call(tmp_path, "--overwrite") == 2
    assert "counts as published" in capsys.readouterr().err


def test_a_state_among_the_inputs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its rows would be cleaned as stories."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/page.txt").write_text(article(1))
    options = ["--output", str(tmp_path / "out"), "--state", str(tmp_path / "in/state")]
    assert cli.main(["run", str(tmp_path / "in"), *options]) == 2
    assert "an input inside the state" in capsys.readouterr().err


def test_standard_input_has_no_place_in_a_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every night's would be taken for a new version of the last one's."""
    assert cli.main(["run", "-", "--state", str(tmp_path / "state")]) == 2
    assert "standard input has no name" in capsys.readouterr().err
