"""Stand-ins for an HTML extractor that misbehaves; the child process imports them by name."""

from __future__ import annotations

import ctypes
import os
import signal


def hang(markup: str) -> str:
    """Sleep in C with the interpreter's lock held, so that no Python code of the process can interrupt it."""
    if "HANG" in markup:
        ctypes.PyDLL(None).usleep(60_000_000)
    return markup


def crash(markup: str) -> str:
    """Bring the process down."""
    if "CRASH" in markup:
        os.kill(os.getpid(), signal.SIGKILL)
    return markup


def fail(markup: str) -> str:
    """Raise what an extractor with a defect raises."""
    raise ZeroDivisionError(len(markup))
