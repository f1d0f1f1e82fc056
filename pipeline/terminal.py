"""Lines for a person's terminal: pieces of text with styles, coloured where standard output is a terminal and plain elsewhere.

Scraped text is shown so that it cannot steer the terminal.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

Segment: TypeAlias = tuple[str, str]
"""A piece of a line, and its style: a key of `STYLES`."""
Line: TypeAlias = tuple[Segment, ...]

STYLES: Final[Mapping[str, str]] = {
    "": "",
    "title": "bold",
    "dim": "dim",
    "before": "red strike",
    "after": "green",
    "gone": "dim strike",
    "error": "bold red",
    "headline": "bold cyan",
    "deck": "cyan",
    "section": "magenta",
    "byline": "blue",
    "date": "blue",
    "caption": "yellow",
    "body": "green",
    "subhead": "bold green",
    "promo": "red",
    "chrome": "bright_black",
}
"""What `rich` makes of a style; every role is a style."""
PLAIN_WIDTH: Final = 160
"""Columns where standard output is no terminal."""
LEAST_WIDTH: Final = 20
"""Characters of a text that are shown however narrow the terminal is."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Invisible, and part of the spelling of Persian, Hindi and emoji: shown as they are."""


def printable(text: str) -> str:
    r"""Text that cannot steer a terminal: control and direction characters stand as escapes.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(
        mark if mark.isprintable() or mark in _JOINERS else mark.encode("unicode_escape").decode() for mark in text
    )


def one(text: str, style: str = "") -> Line:
    """A line of one piece."""
    return ((text, style),)


def cut(text: str, width: int) -> str:
    """A text on one line of so many columns, an ellipsis in place of what does not fit.

    >>> cut("The ferry to the island runs again", 24)
    'The ferry to the island…'
    """
    width = max(width, LEAST_WIDTH)
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def width() -> int:
    """Columns of standard output."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PLAIN_WIDTH


def show(lines: Iterable[Line]) -> None:
    """Print lines to standard output: coloured on a terminal, plain otherwise."""
    if not sys.stdout.isatty():
        for line in lines:
            print("".join(text for text, _ in line).rstrip())
        return
    from rich.console import Console  # noqa: PLC0415 - for terminals only
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    for line in lines:
        console.print(Text.assemble(*((text, STYLES[style]) for text, style in line)), soft_wrap=True)
