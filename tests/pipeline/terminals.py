"""A terminal for tests: a pseudo-terminal to write to, and what would stand on its screen."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_PARTS = re.compile(r"\x1b\[(?P<number>[\d;]*)(?P<what>[A-Za-z])|\x1b\[\?\d+[hl]|(?P<mark>[\r\n])|(?P<text>[^\x1b\r\n]+)")


class Terminal:
    """The master's side: reads all that is written, in a thread, until the other side is closed."""

    def __init__(self, columns: int = 100) -> None:
        self.columns = columns
        self.written = ""
        self._master, self.slave = os.openpty()
        self.resize(columns)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # how Linux tells that nobody holds the other side any more
                return
            self.written += data.decode("utf-8", "replace")

    def resize(self, columns: int) -> None:
        """Make it as wide as that."""
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def type(self, text: str) -> None:
        """What a person would type."""
        os.write(self._master, text.encode())

    def wait_for(self, seen: Callable[[list[str]], bool], seconds: float = 60) -> None:
        """Wait until the screen shows something."""
        end = time.monotonic() + seconds
        while not seen(self.screen()):
            assert time.monotonic() < end, self.screen()
            time.sleep(0.05)

    def close(self) -> None:
        """Read the rest; whoever else held the other side has let go of it."""
        os.close(self.slave)
        self._thread.join(10)
        os.close(self._master)

    def screen(self) -> list[str]:
        """The lines on the screen, as long as it need not scroll; longer lines than the terminal is wide are broken."""
        lines: list[list[str]] = [[]]
        row = column = 0
        for part in _PARTS.finditer(self.written):
            if part["mark"] == "\r":
                column = 0
            elif part["mark"] == "\n":
                row += 1
            elif part["what"] == "A":
                row -= int(part["number"] or 1)
            elif part["what"] == "K":
                lines[row] = []
            for letter in part["text"] or "":
                if column == self.columns:
                    row, column = row + 1, 0
                lines += [[] for _ in range(row + 1 - len(lines))]
                lines[row] += [" "] * (column + 1 - len(lines[row]))
                lines[row][column] = letter
                column += 1
            lines += [[] for _ in range(row + 1 - len(lines))]
        return ["".join(line).rstrip() for line in lines]


@contextmanager
def terminal(columns: int = 100) -> Iterator[tuple[Terminal, TextIO]]:
    """A terminal, and the stream that stands for standard error on it."""
    made = Terminal(columns)
    with os.fdopen(os.dup(made.slave), "w", encoding="utf-8") as stream:
        yield made, stream
        stream.flush()
    made.close()
