"""Plain text to blocks: every line that is not empty is one."""

from __future__ import annotations

import re
from typing import Final

from copydesk.transforms.errors import TooLarge
from copydesk.transforms.shapes import Block, Layout

_WHITE: Final = re.compile(r"\s{2,}|[\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029\n\r]")
_WIDE: Final = re.compile(r"\s\s|\t")
_LAYOUTS: Final = tuple(Layout(blank_lines=count) for count in range(64))
"""The commonest layouts, made once: a page of lines has a handful."""


def collapse(text: str) -> str:
    r"""Text without white space around it, and with one space for every run of it; a single no-break space stays.

    >>> collapse(" a \t b\xa0c ")
    'a b\xa0c'
    """
    text = text.strip()
    return _WHITE.sub(" ", text) if _WIDE.search(text) or not text.isprintable() else text


def line_blocks(text: str, max_blocks: int) -> tuple[Block, ...]:
    r"""One block for every line that is not empty, with the number of empty lines before it.

    Args:
        text: of unified line ends.
        max_blocks: more blocks than this are refused.

    Raises:
        TooLarge: the text has more lines than that.

    >>> [(block.text, block.spans, block.layout.blank_lines) for block in line_blocks("One\n\n  two\n", 9)]
    [('One', ((0, 3),), 0), ('two', ((7, 10),), 1)]
    """
    blocks: list[Block] = []
    at = empty = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            if len(blocks) == max_blocks:
                raise TooLarge(f"more than {max_blocks} lines of text; raise decode.max_blocks, or give the source in parts")
            start = at if stripped is line else at + len(line) - len(line.lstrip())
            shown = stripped if stripped.isprintable() and "  " not in stripped else collapse(stripped)
            layout = _LAYOUTS[empty] if empty < len(_LAYOUTS) else Layout(blank_lines=empty)
            blocks.append(Block(text=shown, spans=((start, start + len(stripped)),), layout=layout))
            empty = 0
        else:
            empty += 1
        at += len(line) + 1
    return tuple(blocks)
