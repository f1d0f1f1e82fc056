"""Where one story ends and the next begins, by the roles of the blocks.

A headline starts a story; what belongs to its head may stand right above it (a section, a date, a byline, a caption). Kept
blocks before the first headline are a story without one: its page begins in the middle. Nothing else starts a story, so
interviews, lists, guides and live blogs stay whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.shapes import KEPT, Block

_HEAD_ROLES: Final = frozenset({"section", "byline", "date"})
_BARE_HEAD_ROLES: Final = frozenset({"caption", "deck", "byline", "date"})
"""What can open a story without a headline."""
_LOOK_BEFORE: Final = 8
"""Blocks before the first kept one that can belong to a story without a headline."""
_LOOK_ABOVE: Final = 4
"""Blocks above a headline that can belong to its head."""
REPEATED: Final = "headline_repeated"
"""The rule of a headline's second occurrence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Blocks [start, end) of one story; `headline` is its headline's index."""

    start: int
    end: int
    headline: int | None


def find_ranges(blocks: Sequence[Block]) -> list[Range]:
    """The ranges of a page's stories, in order, those without kept blocks left out.

    A range ends after its last block that is no furniture: what stands between it and the next belongs to neither.
    """
    headlines = [i for i, block in enumerate(blocks) if block.role == "headline" and block.rule != REPEATED]
    starts: list[tuple[int, int | None]] = []
    first = next((i for i, block in enumerate(blocks) if block.role in KEPT), len(blocks))
    if not headlines or first < headlines[0]:
        above = headlines[0] if headlines else len(blocks)
        near = range(max(0, first - _LOOK_BEFORE), first)
        begin = next((i for i in near if blocks[i].role in _BARE_HEAD_ROLES), first)
        starts.append((min(begin, above), None))
    floor = 0
    for headline in headlines:
        starts.append((_head_start(blocks, headline, floor), headline))
        floor = headline + 1
    ranges = []
    for number, (start, head) in enumerate(starts):
        limit = starts[number + 1][0] if number + 1 < len(starts) else len(blocks)
        if any(blocks[i].role in KEPT for i in range(start, limit)):
            ranges.append(Range(start=start, end=limit, headline=head))
    return ranges


def _head_start(blocks: Sequence[Block], headline: int, floor: int) -> int:
    start = headline
    for index in range(headline - 1, max(floor, headline - _LOOK_ABOVE) - 1, -1):
        role = blocks[index].role
        repeated = role == "headline" and blocks[index].rule == REPEATED
        if role in _HEAD_ROLES or repeated or (role == "caption" and _is_own(blocks, index, headline)):
            start = index
        elif role != "caption":
            break
    return start


def _is_own(blocks: Sequence[Block], caption: int, headline: int) -> bool:
    """Whether markup puts a caption into an element with the headline below it and not with the text above."""
    mine, theirs = set(blocks[caption].layout.parents), set(blocks[headline].layout.parents)
    before = range(caption - 1, max(-1, caption - _LOOK_BEFORE), -1)
    above = next((blocks[i].layout.parents for i in before if blocks[i].role in KEPT), ())
    return not mine.isdisjoint(theirs.difference(above))
