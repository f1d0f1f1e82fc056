"""Progress as a bar on a terminal, drawn by rich: one line on standard error, below everything that is logged meanwhile.

The cursor is left visible, so that a process that is killed or stopped leaves a terminal as it should be.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import Final, TextIO, cast

from rich.console import Console, ConsoleDimensions, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.segment import Segment
from rich.text import Text

from copydesk.pipeline.logs import logging_to
from copydesk.pipeline.terminal.lines import STYLES
from copydesk.pipeline.terminal.pace import Look, bar_line

DRAW_SECONDS: Final = 0.5
"""From one drawing to the next: it is seen to move, and each costs 0.2 to 0.8 milliseconds of work."""
ECHO: Final = 3
"""Columns left free at the end: for the "^C" that a terminal shows there, which would break the line and leave it standing."""


class _Console(Console):
    """A terminal whose cursor stays visible: who kills us cannot be asked to bring it back."""

    def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002, FBT001, FBT002 - rich's own signature
        """Leave it as it is."""
        return False

    @property  # type: ignore[misc]  # rich's own can be set as well, and nobody does
    def size(self) -> ConsoleDimensions:
        """As wide as what is drawn on now is, wherever the other streams go and whatever COLUMNS once was."""
        try:
            columns, lines = os.get_terminal_size(self.file.fileno())
        except OSError:
            return super().size
        return ConsoleDimensions(columns, lines) if columns else super().size


class Screen:
    """Progress as a bar; a graph that is over leaves its line behind."""

    seconds = DRAW_SECONDS

    def __init__(self, console: Console) -> None:
        """Draw on a terminal."""
        self._console = console
        self._live: Live | None = None
        self._logs = ExitStack()

    @classmethod
    def found(cls) -> Screen | None:
        """Of standard error; None where that is no terminal on which a line can be drawn anew."""
        console = _Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
        return cls(console) if console.is_interactive and os.environ.get("TERM") else None

    def open(self, look: Look) -> None:
        """Draw the first line, and let what is logged stand above it."""
        self._live = Live(_Bar(look), console=self._console, auto_refresh=False, redirect_stdout=False)
        self._live.start(refresh=True)
        self._logs.enter_context(logging_to(cast("TextIO", _Above(self._console))))

    def update(self, look: Look) -> None:
        """Draw it anew."""
        if self._live:
            self._live.update(_Bar(look), refresh=True)

    def close(self, look: Look, *, ended: bool) -> None:  # noqa: ARG002 - the bar itself shows how far it came
        """Leave the last line, and the cursor below it."""
        self._logs.close()
        if self._live:
            live, self._live = self._live, None
            live.update(_Bar(look))
            live.stop()


class _Bar:
    """The line of one moment, as wide as the terminal then is."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line, width = bar_line(self._look, options.max_width - ECHO)
        for number, (text, style) in enumerate(line):
            yield Segment(text, console.get_style(STYLES[style]))
            if number == 0 and width:
                yield from console.render(ProgressBar(1.0, self._look.share or 0.0), options.update(width=width))


class _Above:
    """A stream whose lines stand above what is drawn, and are not broken."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        """Print some lines."""
        self._console.print(Text(text.removesuffix("\n")), soft_wrap=True)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
