"""What is in no story: one removed record for neighbours of one rule and role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from copydesk.transforms.shapes import Removed, Role, Span


class Piece(NamedTuple):
    """A run of the document with the rule that took it out."""

    start: int
    end: int
    role: Role
    rule: str
    evidence: str


def merge_removed(text: str, pieces: Iterable[Piece], kept: Iterable[Span]) -> tuple[Removed, ...]:
    """Removed records from pieces in document order; neighbours of one role and rule with no kept span between them are one.

    Args:
        text: the document's text, which each record quotes.
        pieces: what is in no story, in order.
        kept: the spans of all stories, in order.
    """
    spans = iter(kept)
    barrier = next(spans, None)
    open_: Piece | None = None
    end = 0
    done: list[Removed] = []
    for piece in pieces:
        crossed = False
        while barrier is not None and barrier[0] < piece.start:
            crossed = crossed or (open_ is not None and barrier[0] >= end)
            barrier = next(spans, None)
        if open_ is None or crossed or open_.rule != piece.rule or open_.role != piece.role:
            done.extend(_quote(text, open_, end))
            open_ = piece
        end = piece.end
    done.extend(_quote(text, open_, end))
    return tuple(done)


def _quote(text: str, piece: Piece | None, end: int) -> Iterator[Removed]:
    """The record of what begins with a piece and ends where the last one that was joined to it does."""
    if piece is not None:
        yield Removed(
            start=piece.start,
            end=end,
            text=text[piece.start : end],
            role=piece.role,
            rule=piece.rule,
            evidence=piece.evidence,
        )
