"""Runs of the command in a process of its own, with its memory watched and something done half-way."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from tests.pipeline.jobs import environment

KINDS: Final = ("documents", "stories", "removed", "rejected")
RUN_SECONDS: Final = 1_800.0
POLL_SECONDS: Final = 0.5
WORK_HAS_BEGUN: Final = "shard-*.documents.jsonl"
"""In the staging folder: a worker has written a record, and none has finished."""


@dataclass
class Run:
    """How a run went."""

    code: int
    log: str
    seconds: float
    memory: list[tuple[float, int]] = field(default_factory=list)
    """Seconds from the start of the work, and bytes (proportional set sizes, shared pages once) of all its processes."""


def run(
    inputs: Path,
    output: Path,
    flags: Sequence[str] = (),
    *,
    more: Sequence[str] = (),
    half_way: Callable[[int], None] | None = None,
) -> Run:
    """Run the command on a folder.

    Args:
        inputs: the folder.
        output: that of the results.
        flags: for the command.
        more: for Beam, after `--`.
        half_way: done once, when the first records of the work are written, with the process id of the command.
    """
    arguments = ["run", str(inputs), "--exclude", "README.md", "--output", str(output), *flags]
    if more:
        arguments += ["--", *more]
    started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "copydesk.pipeline.cli", *arguments],
            stdout=log, stderr=log, env=environment(), start_new_session=True,
        )  # fmt: skip
        result = Run(code=0, log="", seconds=0)
        begun = 0.0
        try:
            while process.poll() is None and time.monotonic() - started < RUN_SECONDS:
                time.sleep(POLL_SECONDS)
                if not begun and any(output.parent.glob(f".copydesk-*/{WORK_HAS_BEGUN}")):
                    begun = time.monotonic()
                    if half_way:
                        half_way(process.pid)
                if begun:
                    result.memory.append((time.monotonic() - begun, memory(process.pid)))
        finally:
            end(process)
        log.seek(0)
        result.log = log.read().decode(errors="replace")
    result.code, result.seconds = process.returncode, time.monotonic() - started
    return result


def records(output: Path) -> dict[str, list[bytes]]:
    """The lines of a run, sorted, because shards may be written in any order."""
    return {
        kind: sorted(line for path in output.glob(f"{kind}-*") for line in path.read_bytes().splitlines()) for kind in KINDS
    }


def memory(pid: int) -> int:
    """Bytes of a process and all below it."""
    total = 0
    for process in below(pid):
        with contextlib.suppress(psutil.Error):
            told = process.memory_full_info()
            total += getattr(told, "pss", told.rss)
    return total


def below(pid: int) -> list[psutil.Process]:
    """A process and all below it."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def end(process: subprocess.Popen[bytes]) -> None:
    """End a run that is not over, and all that it started."""
    for each in reversed(below(process.pid)):
        with contextlib.suppress(psutil.Error):
            each.kill()
    process.wait()
