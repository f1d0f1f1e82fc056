"""Many runs into one: the same state in less, and never half of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.pipeline import files
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.compacting import compact
from copydesk.pipeline.state.prior import Standings
from copydesk.pipeline.state.seen import known_digests
from copydesk.pipeline.state.verifying import verify
from tests.pipeline.state.states import UNDER, add_run, build, name, source


def known(store: stores.Store) -> bytes:
    """What a run would skip."""
    return known_digests((row for _, row in store.rows("sources")), UNDER)


def test_one_run_says_what_all_said(tmp_path: Path) -> None:
    """The same sources are known, the same stories stand, documents keep their latest samples, superseded stories are gone."""
    folder = build(tmp_path / "state")
    before = stores.open_state(str(folder))
    skipped = known(before)
    assert compact(before)
    store = stores.open_state(str(folder))
    assert (len(store.runs), store.run_ids) == (1, {"run-1", "run-2", "run-3"})
    assert known(store) == skipped
    assert Standings.read(store).duplicates == {name(2): name(3)}
    assert sorted(row["story"] for _, row in store.rows("fingerprints")) == [name(2), name(3), name(4)]
    assert sorted(int(row["content"], 16) for _, row in store.rows("lines")) == [1, 3]
    assert list(verify(store)) == []
    assert len(list((folder / "data").iterdir())) == len(list((folder / "runs").iterdir())) == 1
    assert not compact(store)


def test_later_runs_follow_a_compacted_one(tmp_path: Path) -> None:
    """And can be compacted in turn."""
    folder = build(tmp_path / "state")
    compact(stores.open_state(str(folder)))
    stores.commit(str(folder), add_run(folder, 4, sources=[source("d", "d1")]))
    assert compact(stores.open_state(str(folder)))
    store = stores.open_state(str(folder))
    assert store.run_ids == {"run-1", "run-2", "run-3", "run-4"}
    assert {row["uri"] for _, row in store.rows("sources")} == {"a", "b", "c", "d"}


@pytest.mark.parametrize("step", range(12))
def test_a_crash_leaves_all_runs_or_the_one(tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever change of the disk fails, the state is sound and says the same."""
    folder = build(tmp_path / "state")
    skipped = known(stores.open_state(str(folder)))
    calls = {"left": step}

    def count(original: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object) -> object:
            if calls["left"] == 0:
                raise OSError(5, "Input/output error")
            calls["left"] -= 1
            return original(*arguments)

        return counted

    with monkeypatch.context() as patch:
        for function in ("move", "open_write", "remove"):
            patch.setattr(files, function, count(getattr(files, function)))
        with pytest.raises(OSError, match="Input/output"):
            compact(stores.open_state(str(folder)))
    stores.repair(stores.open_state(str(folder)))
    store = stores.open_state(str(folder))
    assert known(store) == skipped
    assert list(verify(store)) == []
    assert json.loads((folder / "state.json").read_text())["head"] == store.head
    assert {path.name for path in (folder / "data").iterdir()} == {run.id for run in store.runs}
