"""The folder of a state: what is not whole is told, and what a crash left is mended."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.verifying import verify
from tests.pipeline.state.states import add_run, build, publish, source

Break = Callable[[Path], object]


def rewrite(name: str, **fields: object) -> Break:
    """A file of JSON with some of its values changed."""

    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_text()) | fields))

    return change


def cut(name: str, keep: int) -> Break:
    """A file that is shorter than it was."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:keep])


BAD: dict[str, tuple[Break, str]] = {
    "of a later version": (rewrite("state.json", format=2, copydesk="9.1"), "format 2, written by Copydesk 9.1"),
    "of no format": (rewrite("state.json", format="one"), "which format"),
    "about is cut": (cut("state.json", 9), "no JSON"),
    "about is gone": (lambda folder: (folder / "state.json").unlink(), "state.json is gone"),
    "the last marker is gone": (lambda folder: (folder / "runs/run-3.json").unlink(), "runs/run-3.json is gone"),
    "a marker is gone": (lambda folder: (folder / "runs/run-2.json").unlink(), "runs/run-2.json is gone"),
    "the first marker is gone": (lambda folder: (folder / "runs/run-1.json").unlink(), "runs/run-1.json is gone"),
    "all markers are gone": (lambda folder: shutil.rmtree(folder / "runs"), "runs/run-3.json is gone"),
    "a marker is cut": (cut("runs/run-2.json", 30), "no JSON"),
    "a marker is none": (lambda folder: (folder / "runs/run-2.json").write_text("[]"), "no marker of a run"),
    "a marker lacks a key": (lambda folder: (folder / "runs/run-2.json").write_text('{"id": "run-2"}'), "no marker of a run"),
    "data are gone": (lambda folder: shutil.rmtree(folder / "data"), "is gone; the state is not whole"),
    "a run's data are gone": (lambda folder: shutil.rmtree(folder / "data/run-1"), "run-1/sources.jsonl: is gone"),
    "a file is gone": (lambda folder: (folder / "data/run-2/names.jsonl").unlink(), "names.jsonl: is gone"),
    "a file is cut": (cut("data/run-2/sources.jsonl", 40), "40 bytes"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_state_that_is_not_whole_is_told(tmp_path: Path, what: str) -> None:
    """Of a later version, or half deleted: an error that says what is wrong and what to do, and nothing is changed."""
    damage, words = BAD[what]
    folder = build(tmp_path / "state")
    damage(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(stores.StateError) as told:
        stores.create_or_open(str(folder))
    assert words in str(told.value)
    assert any(remedy in str(told.value) for remedy in ("backup", "Update Copydesk"))
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_byte_that_changed_is_told(tmp_path: Path) -> None:
    """A file of the right size and another content is found where it is read."""
    folder = build(tmp_path / "state")
    path = folder / "data/run-1/sources.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"a1"', b'"a9"'))
    with pytest.raises(stores.StateError, match="run-1"):
        list(stores.open_state(str(folder)).rows("sources"))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """Neither a folder with other files nor one that is not there is taken for a state."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/one.jpg").write_bytes(b"x")
    with pytest.raises(ConfigError, match="something else"):
        stores.create_or_open(str(tmp_path / "photos"))
    with pytest.raises(ConfigError, match="no such folder"):
        stores.open_state(str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match="no state of Copydesk"):
        stores.open_state(str(tmp_path / "photos"))
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["one.jpg"]


def test_a_run_that_was_published_and_not_noted_is_completed(tmp_path: Path) -> None:
    """A crash between the output and its marker: the next run finds the output where it was to be."""
    folder = build(tmp_path / "state")
    entry = add_run(folder, 4, sources=[source("d", "d1")])
    publish(entry)
    store = stores.open_state(str(folder))
    assert [run.id for run in store.runs] == ["run-1", "run-2", "run-3"]
    assert len(stores.repair(store)) == 1
    assert [run.id for run in stores.open_state(str(folder)).runs] == ["run-1", "run-2", "run-3", "run-4"]
    assert not list((folder / "pending").iterdir())
    assert stores.repair(stores.open_state(str(folder))) == []


@pytest.mark.parametrize("other", [None, "an earlier run's"])
def test_a_run_that_was_not_published_is_dropped(tmp_path: Path, other: str | None) -> None:
    """A crash before the output: nothing of the run is left, also where another run's output stands in its place."""
    folder = build(tmp_path / "state")
    entry = add_run(folder, 4, sources=[source("d", "d1")])
    if other:
        publish(entry)
        rewrite("manifest.json", run_id="run-0")(Path(entry.output))
    assert len(stores.repair(stores.open_state(str(folder)))) == 1
    assert [run.id for run in stores.open_state(str(folder)).runs] == ["run-1", "run-2", "run-3"]
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["run-1", "run-2", "run-3"]


def test_data_without_any_marker_are_swept_away(tmp_path: Path) -> None:
    """A crash while a run wrote its data."""
    folder = build(tmp_path / "state")
    add_run(folder, 4)
    (folder / "pending/run-4.json").unlink()
    stores.repair(stores.open_state(str(folder)))
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["run-1", "run-2", "run-3"]


@pytest.mark.parametrize("step", range(6))
def test_a_commit_that_is_cut_short_is_completed(tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of its writes fails, the next run ends with the run in the state, once, and a sound state."""
    folder = build(tmp_path / "state")
    entry = add_run(folder, 4, sources=[source("d", "d1")])
    publish(entry)
    calls = {"left": step}

    def count(original: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object) -> object:
            if calls["left"] == 0:
                raise OSError(28, "No space left on device")
            calls["left"] -= 1
            return original(*arguments)

        return counted

    with monkeypatch.context() as patch:
        for function in ("move", "sync", "remove"):
            patch.setattr(files, function, count(getattr(files, function)))
        with pytest.raises(OSError, match="No space"):
            stores.commit(str(folder), entry)
    stores.repair(stores.open_state(str(folder)))
    store = stores.open_state(str(folder))
    assert [run.id for run in store.runs] == ["run-1", "run-2", "run-3", "run-4"]
    assert list(verify(store)) == []
    assert not list((folder / "pending").iterdir())
    assert json.loads((folder / "state.json").read_text())["head"] == "run-4"
