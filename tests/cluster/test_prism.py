"""On Prism, Beam's own portable runner, the same command gives the same records, and a lost worker is an error, not a wait."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Final

import psutil
import pytest

from copydesk.pipeline.processes.runners import is_worker
from tests.cluster import tools
from tests.cluster.runs import below, records, run

SEEDS: Final = Path(__file__).parents[2] / "seeds"
FLAT: Final = 1.3
"""The work's last third may take so many times the memory of its middle one: what grows with the sources takes more."""
MANY: Final = 1_000
"""Pages below which there are too few figures of memory to tell growth from a start."""


@pytest.fixture(scope="module")
def prism(asked: None, command: Path) -> tuple[str, ...]:
    """The options for Beam; skipped where Prism cannot be had."""
    del asked
    try:
        binary = tools.prism()
    except tools.Missing as reason:
        pytest.skip(f"Prism: {reason}")
    environment = json.dumps({"command": str(command)})
    return (f"--prism_location={binary}", "--environment_type=PROCESS", f"--environment_config={environment}")


def test_the_seeds_give_the_same_records(prism: tuple[str, ...], tmp_path: Path) -> None:
    """Every format that there is, with workers that are processes of their own."""
    assert run(SEEDS, tmp_path / "local").code == 0
    done = run(SEEDS, tmp_path / "prism", ["--runner=PrismRunner"], more=prism)
    assert done.code == 0, done.log
    assert records(tmp_path / "prism") == records(tmp_path / "local")


def test_pages_give_the_same_records_in_memory_that_does_not_grow(prism: tuple[str, ...], pages: Path, local: Path) -> None:
    """As many as were asked for; what a worker holds does not grow with what it has done."""
    if len(list(pages.iterdir())) < MANY:
        pytest.skip(f"memory is watched over {MANY} pages or more: make cluster-test PAGES=2000")
    output = local.parent / "prism"
    done = run(pages, output, ["--runner=PrismRunner"], more=prism)
    assert done.code == 0, done.log
    assert records(output) == records(local)
    over = done.memory[-1][0]
    peak = max(size for _, size in done.memory)
    print(f"{len(records(output)['documents'])} sources in {done.seconds:.0f} s, at most {peak / 1e6:.0f} MB")
    middle = max(size for at, size in done.memory if over / 3 <= at < 2 * over / 3)
    assert max(size for at, size in done.memory if at >= 2 * over / 3) < FLAT * middle


def test_a_worker_that_is_killed_ends_the_run_and_publishes_nothing(
    prism: tuple[str, ...], pages: Path, local: Path
) -> None:
    """Prism itself would wait for ever; the same command, given again, gives what an undisturbed run gives."""
    output = local.parent / "killed"
    lost = run(pages, output, ["--runner=PrismRunner"], more=prism, half_way=_kill_worker)
    assert lost.code == 1, lost.log
    assert "ended before its work did" in lost.log, lost.log
    assert not output.exists()
    again = run(pages, output, ["--runner=PrismRunner"], more=prism)
    assert again.code == 0, again.log
    assert records(output) == records(local)


def _kill_worker(run_id: int) -> None:
    for process in below(run_id):
        with contextlib.suppress(psutil.Error):
            if is_worker(process.cmdline()):
                process.kill()
                return
    raise AssertionError("no worker was found to kill")
