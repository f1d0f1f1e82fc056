"""A command that is told to stop stops in order: what it made for its own use is taken away, and its exit code tells why."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Within it a SIGTERM, and a SIGHUP that is not ignored, end the program as an exception does.

    The exit code is a shell's, 128 and the signal's number. Under `nohup`, which ignores the end of the terminal, it goes on.
    Outside of the main thread, which alone gets signals, nothing is done.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):  # the second is none of Windows
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.getsignal(number)

    def end(number: int, _: object) -> NoReturn:
        for one in before:  # a shell that ends says so twice, and the second time would break off the tidying
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    try:
        for number in before:
            signal.signal(number, end)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
