"""A graph runs under watch: its failure is raised, a lost worker ends it, no process stays."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from copydesk.pipeline.processes import watch
from copydesk.pipeline.processes.runners import WORKER_MODULE


def stand_in() -> subprocess.Popen[bytes]:
    """A process that looks like a worker and does nothing."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", WORKER_MODULE])


def test_a_graph_that_ends_well_returns() -> None:
    """Nothing is raised, and nothing is killed."""
    done: list[int] = []
    watch.run_watched(lambda: done.append(1))
    assert done == [1]


def test_a_failure_of_the_graph_is_raised_here() -> None:
    """What goes wrong in the graph's thread is the caller's exception."""

    def graph() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        watch.run_watched(graph)


def test_a_lost_worker_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is killed while the graph waits for it is told, and the others are ended."""
    monkeypatch.setattr(watch, "GRACE_SECONDS", 0.5)
    over = threading.Event()
    workers: list[subprocess.Popen[bytes]] = []

    def graph() -> None:
        workers.extend([stand_in(), stand_in()])
        time.sleep(1)
        workers[0].kill()
        over.wait(30)

    with pytest.raises(watch.WorkerLost, match="ended before its work did"):
        watch.run_watched(graph)
    over.set()
    assert [worker.wait(5) for worker in workers] == [-9, -9]


def test_workers_that_leave_at_the_end_are_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of a graph its workers go a little before it does."""
    monkeypatch.setattr(watch, "GRACE_SECONDS", 5.0)

    def graph() -> None:
        worker = stand_in()
        time.sleep(0.6)
        worker.kill()
        worker.wait()
        time.sleep(0.6)

    watch.run_watched(graph)


def test_an_interrupt_ends_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves no process behind."""
    over = threading.Event()
    workers: list[subprocess.Popen[bytes]] = []

    def graph() -> None:
        workers.append(stand_in())
        over.wait(30)

    def interrupt(_: threading.Thread) -> None:
        while not workers:
            time.sleep(0.05)
        raise KeyboardInterrupt

    monkeypatch.setattr(watch, "_watch", interrupt)
    with pytest.raises(KeyboardInterrupt):
        watch.run_watched(graph)
    over.set()
    assert workers[0].wait(5) == -9
    assert not watch._workers()
