"""Slices that worker processes of one machine take one by one, so that none waits while another has a heap left.

Beam's local runner deals a graph's elements out at the start, as many to each worker, whatever their work: on pages of very
different sizes one worker ends long before the other. Here an element is only a ticket: whoever holds one takes the next slice
from a shared file, the largest first, until none is left. What comes out does not depend on who takes what. A slice that was
taken and lost with its worker is missed when the graph's shards are added up, and that ends the run; so this is for a runner
that never tries a bundle twice.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from copydesk.pipeline import files
from copydesk.pipeline.sources import Slice

_POINTER = ".next"
_DIGITS = 20  # of the pointer, which is overwritten in place


def write_queue(path: str, slices: Iterable[Slice]) -> None:
    """Write the slices in the order in which they are to be taken.

    Args:
        path: on a local file system.
        slices: in any order; those of equal size keep it.
    """
    rows = sorted(slices, key=lambda part: -part.size)
    files.write_whole(path, b"".join(json.dumps(asdict(part)).encode() + b"\n" for part in rows))
    files.write_whole(path + _POINTER, b"0".zfill(_DIGITS))


def take_slices(path: str) -> Iterator[Slice]:
    """Take one slice after another, until no process finds any more."""
    with files.open_read(path) as queue:
        while line := _take(queue.fileno(), path):
            yield Slice(**json.loads(line))


def _take(queue: int, path: str) -> bytes:
    """The next line of the queue; nothing at its end."""
    pointer = os.open(path + _POINTER, os.O_RDWR)
    try:
        fcntl.flock(pointer, fcntl.LOCK_EX)  # let go with the descriptor, also by a process that is killed
        at = int(os.pread(pointer, _DIGITS, 0))
        line = os.pread(queue, 1 << 12, at).partition(b"\n")[0]
        if line:
            os.pwrite(pointer, str(at + len(line) + 1).zfill(_DIGITS).encode(), 0)
        return line
    finally:
        os.close(pointer)
