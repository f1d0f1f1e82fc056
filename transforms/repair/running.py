"""Lines of speech joined into one running text, of which every character knows its offset in the document.

A line break is a space; between two characters of a script that is written without spaces it is nothing. No hyphen is taken
out: captions do not hyphenate, so a hyphen at a line's end belongs to the word.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.shapes import Block, Span

UNSPACED: Final = (
    r"\u3001-\u3003\u3005-\u3011\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff66-\uff9f"
)
"""Characters of Japanese and Chinese, with their punctuation, as a class for patterns: written without spaces."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The running text, cut into pieces that stand in the document as they are."""

    text: str
    lines: tuple[int, ...]
    """Where each block of speech starts in `text`, in order."""
    starts: array[int]
    """Where each piece starts in `text`, ascending."""
    places: array[int]
    """Where it stands in the document."""
    lengths: array[int]
    """How many characters it has, the same in both."""
    owners: array[int]
    """Which block of speech it is a piece of."""

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Where [start, end) of the running text stands in the document: one span for each source line, or part of one."""
        spans: list[Span] = []
        owner = -1
        for i in range(max(bisect_right(self.starts, start) - 1, 0), len(self.starts)):
            if self.starts[i] >= end:
                break
            low = max(start - self.starts[i], 0)
            high = min(end - self.starts[i], self.lengths[i])
            if low >= high:
                continue
            span = (self.places[i] + low, self.places[i] + high)
            if self.owners[i] == owner:
                span = (spans.pop()[0], span[1])
            owner = self.owners[i]
            spans.append(span)
        return tuple(spans)

    def line_at(self, offset: int) -> int:
        """Number of the block of speech that holds this offset of the running text."""
        return max(bisect_right(self.lines, offset) - 1, 0)


def join_lines(text: str, blocks: Sequence[Block]) -> Running:
    """The running text of blocks of speech.

    Args:
        text: the document's text, which the spans of `blocks` point into.
        blocks: speech only, in order.
    """
    parts: list[str] = []
    lines: list[int] = []
    columns = starts, places, lengths, owners = array("q"), array("q"), array("q"), array("q")
    length, last = 0, ""
    for owner, block in enumerate(blocks):
        for i, (at, piece) in enumerate(_pieces(text, block)):
            if last and not (i == 0 and _UNSPACED.match(last) and _UNSPACED.match(piece)):
                parts.append(" ")
                length += 1
            if i == 0:
                lines.append(length)
            for column, value in zip(columns, (length, at, len(piece), owner), strict=True):
                column.append(value)
            parts.append(piece)
            length += len(piece)
            last = piece[-1]
    return Running(
        text="".join(parts),
        lines=tuple(lines),
        starts=starts,
        places=places,
        lengths=lengths,
        owners=owners,
    )


def _pieces(text: str, block: Block) -> Iterable[tuple[int, str]]:
    """The block's text as it stands in the document: whole where its white space is single spaces, else word by word."""
    for start, end in block.spans:
        raw = text[start:end]
        if raw == " ".join(raw.split()):
            if raw:
                yield start, raw
        else:
            yield from ((start + match.start(), match[0]) for match in _WORD.finditer(raw))
