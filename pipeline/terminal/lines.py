"""Lines for a person's terminal: pieces of text with styles, coloured where standard output is a terminal and plain elsewhere.

Scraped text is shown so that it cannot steer the terminal.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TextIO, TypeAlias
from unicodedata import combining, east_asian_width

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
PLAIN_WIDTH: Final = 120
"""Columns where standard output is no terminal."""
LEAST_WIDTH: Final = 20
"""Characters of a text that are shown however narrow the terminal is."""
_PARTS: Final = re.compile(r"\S*\s+|\S+")
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


def unbroken(text: str) -> str:
    r"""Text of a story on one line: a line break is a space, the tab between two cells of a table a bar; else as `printable`.

    >>> unbroken("Port Ilva\t305\nand more")
    'Port Ilva | 305 and more'
    """
    return printable(text.replace("\n", " ").replace("\t", " | "))


def one(text: str, style: str = "") -> Line:
    """A line of one piece."""
    return ((text, style),)


def counted(number: int, name: str, names: str) -> str:
    """A number with what it counts.

    >>> counted(1, "story", "stories"), counted(2000, "story", "stories")
    ('1 story', '2,000 stories')
    """
    return f"{number:,} {name if number == 1 else names}"


def columns(text: str) -> int:
    """How wide a text stands on a terminal: letters of Chinese, Japanese and Korean take two columns, accents none.

    >>> columns("ferry"), columns("渡し船")
    (5, 6)
    """
    if text.isascii():
        return len(text)
    return sum(_columns(mark) for mark in text)


def _columns(mark: str) -> int:
    if combining(mark) or mark in _JOINERS:
        return 0
    return 2 if east_asian_width(mark) in "WF" else 1


def _fitting(text: str, width: int, start: int = 0) -> int:
    """Where the characters end that fit into so many columns, from one of them on; no more than these are looked at."""
    used = 0
    for place in range(start, len(text)):
        used += _columns(text[place])
        if used > width:
            return place
    return len(text)


def cut(text: str, width: int) -> str:
    """A text on one line of so many columns, an ellipsis in place of what does not fit.

    >>> cut("The ferry to the island runs again", 24)
    'The ferry to the island…'
    """
    width = max(width, LEAST_WIDTH)
    fits = _fitting(text, width)
    return text if fits == len(text) else f"{text[: _fitting(text, width - 1)].rstrip()}…"


def wrap(pieces: Iterable[Segment], width: int) -> Iterator[Line]:
    """Pieces of text as lines of so many columns, broken at spaces, within a word only where it is longer than a line.

    >>> for line in wrap([("The ferry ", ""), ("runs", "after"), (" once again", "")], 20):
    ...     print(line)
    (('The ferry ', ''), ('runs', 'after'), (' once ', ''))
    (('again', ''),)
    """
    width = max(width, LEAST_WIDTH)
    line: list[Segment] = []
    used = 0
    for word in _words(pieces):
        size = columns("".join(text for text, _ in word).rstrip())
        if used and used + size > width:
            yield _joined(line)
            line, used = [], 0
        for text, style in word:
            solid, at = text.rstrip(), 0
            while (end := _fitting(solid, width - used, at)) < len(solid):  # no space in a line: some scripts, addresses
                line += [(text[at:end], style)] if end > at else []
                yield _joined(line)
                line, used, at = [], 0, end
            line.append((text[at:], style))
            used += columns(text[at:])
    if line:
        yield _joined(line)


def _words(pieces: Iterable[Segment]) -> Iterator[list[Segment]]:
    """The pieces as words, each with the spaces behind it; a word may be made of several pieces."""
    word: list[Segment] = []
    for text, style in pieces:
        for part in _PARTS.findall(text):
            word.append((part, style))
            if part[-1].isspace():
                yield word
                word = []
    if word:
        yield word


def _joined(line: Iterable[Segment]) -> Line:
    """A line whose neighbours of one style are one piece."""
    joined: list[Segment] = []
    for text, style in line:
        if joined and joined[-1][1] == style:
            joined[-1] = (joined[-1][0] + text, style)
        else:
            joined.append((text, style))
    return tuple(joined)


def width(out: TextIO | None = None) -> int:
    """Columns of a stream, of standard output if none is named."""
    if not (out or sys.stdout).isatty():
        return PLAIN_WIDTH
    return shutil.get_terminal_size(os.get_terminal_size(out.fileno()) if out else (80, 24)).columns


def show(lines: Iterable[Line], out: TextIO | None = None) -> None:
    """Print lines to a stream, standard output if none is named: coloured on a terminal, plain otherwise."""
    out = out or sys.stdout
    if not out.isatty():
        for line in lines:
            print("".join(text for text, _ in line).rstrip(), file=out)
        return
    from rich.console import Console  # noqa: PLC0415 - for terminals only
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=out)
    for line in lines:
        text = Text.assemble(*((text, STYLES[style]) for text, style in line))
        text.rstrip()  # a space behind a line that fills the terminal would stand on a line of its own
        console.print(text, soft_wrap=True)
