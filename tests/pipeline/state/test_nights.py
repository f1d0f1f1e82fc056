"""Runs with a state: cut short, resumed on a compacted state, with duplicates dropped, on two workers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import files
from copydesk.pipeline.commands.checking import Check
from copydesk.pipeline.output.folder import OutputFolder
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.reading import read_manifest as read_checked
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.compacting import compact
from copydesk.pipeline.state.verifying import verify
from tests.pipeline.jobs import article, everything, records, run


def put(inbox: Path, **texts: str) -> None:
    """Write pages."""
    inbox.mkdir(exist_ok=True)
    for name, text in texts.items():
        (inbox / f"{name}.txt").write_text(text)


def told(output: Path) -> dict[str, Any]:
    """What the manifest says of the state, and the counts."""
    manifest = read_manifest(output)
    return {key: manifest[key] for key in ("superseded", "released", "counts")}


class Cut(Exception):  # noqa: N818 - what happens to the run
    """Where a run is cut short."""


def cut_short(*_: object, **__: object) -> None:
    """In place of a step."""
    raise Cut


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights: three pages; then one of them changed, and a copy of another. The third night's pages are in the inbox."""
    place = tmp_path_factory.mktemp("nights")
    inbox = place / "in"
    put(inbox, a=article(0), b=article(1), c=article(2))
    run([str(inbox)], place / "out-1", state=str(place / "state"))
    put(inbox, a=article(0).replace("waited", "lingered"), d=article(1))
    run([str(inbox)], place / "out-2", state=str(place / "state"))
    put(inbox, b=article(9), d=article(1), e=article(2), f=article(12), g="\n".join([article(5), article(6)]))
    return place


@pytest.fixture(scope="module")
def third(nights: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the third night gives when nothing disturbs it."""
    shutil.copytree(nights / "state", nights / "undisturbed")
    run([str(nights / "in")], nights / "out-3", state=str(nights / "undisturbed"))
    assert not list(Check(read_checked(str(nights / "out-3")), keep=True).faults())
    assert not list(verify(stores.open_state(str(nights / "undisturbed"))))
    return everything(nights / "out-3"), told(nights / "out-3")


STEPS: dict[str, tuple[object, str, bool]] = {
    "its data are written": (stores, "prepare", False),
    "it is prepared": (OutputFolder, "publish", False),
    "it is published": (stores, "commit", True),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_cut_short_is_mended_by_the_next(
    nights: Path, third: tuple[Any, Any], step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step: before the output is there the next run gives the same, after that it finds all done."""
    shutil.copytree(nights / "state", tmp_path / "state")
    where, name, published = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(where, name, cut_short)
        with pytest.raises(Cut):
            run([str(nights / "in")], tmp_path / "cut", state=str(tmp_path / "state"))
    assert (tmp_path / "cut").exists() == published
    run([str(nights / "in")], tmp_path / "next", state=str(tmp_path / "state"))
    if published:
        assert (everything(tmp_path / "cut"), told(tmp_path / "cut")) == third
        assert read_manifest(tmp_path / "next")["counts"]["sources"] == 0
    else:
        assert (everything(tmp_path / "next"), told(tmp_path / "next")) == third
    assert not list(verify(stores.open_state(str(tmp_path / "state"))))
    assert len(stores.open_state(str(tmp_path / "state")).runs) == (4 if published else 3)


def test_a_state_that_cannot_be_written_at_the_end_costs_nothing(
    nights: Path, third: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The output is published, which is said, and the next run notes it."""
    shutil.copytree(nights / "state", tmp_path / "state")
    write = files.write_durable

    def full(path: str, data: bytes) -> None:
        if "/runs/" in path:
            raise OSError(28, "No space left on device")
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_durable", full)
        assert run([str(nights / "in")], tmp_path / "out", state=str(tmp_path / "state")).exit_code == 0
    assert "published, but not yet noted" in caplog.text
    assert everything(tmp_path / "out") == third[0]
    assert stores.repair(stores.open_state(str(tmp_path / "state")))
    assert len(stores.open_state(str(tmp_path / "state")).runs) == 3


def test_a_compacted_state_gives_the_same_night(nights: Path, third: tuple[Any, Any], tmp_path: Path) -> None:
    """The same records, and the same told of them."""
    shutil.copytree(nights / "state", tmp_path / "state")
    assert compact(stores.open_state(str(tmp_path / "state")))
    run([str(nights / "in")], tmp_path / "out", state=str(tmp_path / "state"))
    assert (everything(tmp_path / "out"), told(tmp_path / "out")) == third


def test_two_workers_give_the_same_night(nights: Path, third: tuple[Any, Any], tmp_path: Path) -> None:
    """Worker processes skip, sample and compare as one process does."""
    shutil.copytree(nights / "state", tmp_path / "state")
    run([str(nights / "in")], tmp_path / "out", state=str(tmp_path / "state"), workers=2)
    assert (everything(tmp_path / "out"), told(tmp_path / "out")) == third


def test_dropped_duplicates_leave_no_trace_in_the_state(tmp_path: Path) -> None:
    """What repeats a published story is no story of any output, so none of the state's; `check` finds no fault."""
    put(tmp_path / "in", a=article(0), b=article(1))
    fields = {"state": str(tmp_path / "state"), "sets": ["duplicates.drop=true"]}
    run([str(tmp_path / "in")], tmp_path / "out-1", **fields)
    put(tmp_path / "in", b=article(1).replace("waited", "lingered"), c=article(0))
    run([str(tmp_path / "in")], tmp_path / "out-2", **fields)
    (story,) = records(tmp_path / "out-2", "story")
    (old,) = read_manifest(tmp_path / "out-2")["superseded"]
    assert (story["supersedes"], old["by"]) == (old["id"], story["id"])
    assert read_manifest(tmp_path / "out-2")["counts"]["dropped"] == 1
    assert not list(Check(read_checked(str(tmp_path / "out-2")), keep=True).faults())
    store = stores.open_state(str(tmp_path / "state"))
    assert not list(verify(store))
    assert sum(1 for _ in store.rows("fingerprints")) == 3


def test_what_was_rejected_is_told_once(tmp_path: Path) -> None:
    """A scheduler hears of a broken file on the night that it comes, and again when the rules are others."""
    put(tmp_path / "in", a=article(0))
    (tmp_path / "in/broken.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "in/paper.pdf").write_bytes(b"%PDF-1.7 and so on")
    state = str(tmp_path / "state")
    codes = [run([str(tmp_path / "in")], tmp_path / f"out-{night}", state=state).exit_code for night in (1, 2)]
    assert codes == [3, 0]
    counts = read_manifest(tmp_path / "out-2")["counts"]
    assert (counts["unchanged"], counts["rejected"]) == (3, 0)
    run([str(tmp_path / "in")], tmp_path / "out-3", state=state, sets=["decode.max_replaced=0.04"])
    counts = read_manifest(tmp_path / "out-3")["counts"]
    assert (counts["unchanged"], counts["rejected"]) == (1, 2)
    assert not list(verify(stores.open_state(state)))


def test_masked_names_are_known_again(tmp_path: Path) -> None:
    """With personal data masked the state holds masked names of sources, and still knows each; nothing else stands in it."""
    put(tmp_path / "in", **{"ada@example.org": article(0), "bob@example.org": article(1), "cleo": article(2)})
    fields = {"state": str(tmp_path / "state"), "sets": ['privacy.mask=["email"]']}
    for night in (1, 2):
        run([str(tmp_path / "in")], tmp_path / f"out-{night}", **fields)
    counts = read_manifest(tmp_path / "out-2")["counts"]
    assert (counts["unchanged"], counts["sources"], counts["superseded"]) == (3, 0, 0)
    put(tmp_path / "in", **{"dora@example.org": article(4)})
    run([str(tmp_path / "in")], tmp_path / "out-3", **fields)
    counts = read_manifest(tmp_path / "out-3")["counts"]
    assert (counts["unchanged"], counts["sources"], counts["superseded"]) == (3, 1, 0)
    assert not any(b"@example" in path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file())
