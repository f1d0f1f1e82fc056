"""The watch over worker processes of this machine: Beam's local runner and Prism wait for ever for one that was killed.

A graph runs in a thread of its own; the main thread looks at the worker processes, five times a second where that is cheap.
One that ends while its graph still runs ends the run.
"""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Callable
from typing import Final

import psutil

from copydesk.pipeline.faults import RunFault
from copydesk.pipeline.processes.runners import is_worker

POLL_SECONDS: Final = 0.2
REST: Final = 200.0
"""The watch rests so many times as long as a look took: it reads of every process of the machine whose child it is, which is
2 ms of 120 processes, and on a busy machine would cost as much as the work of a small run."""
REST_SECONDS: Final = 2.0  # at most, so that a worker is not missed that came and went
GRACE_SECONDS: Final = 10.0  # from a worker's end to its graph's: at the end of a graph workers leave a little before it does


class WorkerLost(RunFault):
    """A worker process ended before its work did."""


def run_watched(graph: Callable[[], None], cancel: Callable[[], None] = lambda: None) -> None:
    """Run a graph to its end, watching the worker processes that it starts.

    Args:
        graph: runs it and waits for its end.
        cancel: stops what works elsewhere on it, before an error leaves here that is not the graph's own.

    Raises:
        WorkerLost: a worker was killed or died; the others have been ended.
        KeyboardInterrupt, SystemExit: the user or a scheduler stopped the run; the workers have been ended.
        Exception: whatever the graph raised.
    """
    failure: list[BaseException] = []

    def target() -> None:
        try:
            graph()
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which raises it
            failure.append(error)

    thread = threading.Thread(target=target, name="graph", daemon=True)
    thread.start()
    try:
        _watch(thread)
    except BaseException:
        cancel()
        end_workers()
        raise
    if failure:
        end_workers()
        raise failure[0]


def _watch(thread: threading.Thread) -> None:
    seen: set[psutil.Process] = set()
    lost_at: float | None = None
    rest = POLL_SECONDS
    while True:
        thread.join(rest)
        if not thread.is_alive():
            return
        looked = time.thread_time()
        seen |= set(_workers())
        rest = min(max(POLL_SECONDS, REST * (time.thread_time() - looked)), REST_SECONDS)
        if lost_at is None and any(not _lives(worker) for worker in seen):
            lost_at = time.monotonic()
        if lost_at is not None and time.monotonic() - lost_at > GRACE_SECONDS:
            dead = sorted(worker.pid for worker in seen if not _lives(worker))
            raise WorkerLost(
                f"worker process {', '.join(map(str, dead))} ended before its work did (killed, or out of memory); "
                "nothing was published; fewer --workers need less memory",
            )


def _workers() -> list[psutil.Process]:
    """The Beam worker processes of this process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if is_worker(process.cmdline()):
                found.append(process)
    return found


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _hush() -> None:
    """Let threads of Beam's end without a traceback: each misses a worker or a connection that was ended on purpose."""
    told = threading.excepthook

    def hook(arguments: threading.ExceptHookArgs) -> None:
        frames = traceback.extract_tb(arguments.exc_traceback)
        if not any("apache_beam" in frame.filename for frame in frames):
            told(arguments)

    threading.excepthook = hook


def end_workers() -> None:
    """End all processes that this one started, at once: their work is void."""
    if threading.excepthook is threading.__excepthook__:
        _hush()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()
