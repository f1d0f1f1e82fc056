"""Pieces of a page, seen whole: a story, a part of the one before, or furniture."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from copydesk.transforms.extract.candidates import FURNITURE, PART, STORY, describe_pieces, join_pieces
from copydesk.transforms.extract.grammar import BODY, FIRST, HEADLINE, OUTSIDE, Piece
from copydesk.transforms.rules import Rules

from .looks import OTHER, PROSE, THIRD, logs_of, signals_of

A: Final = Piece(0, (1, 2))
B: Final = Piece(4, (5,))
C: Final = Piece(None, (7, 8))


@pytest.mark.parametrize(
    ("fates", "stories"),
    [
        ([STORY, STORY, STORY], [A, B, C]),
        ([STORY, PART, STORY], [Piece(0, (1, 2, 4, 5)), C]),
        ([STORY, FURNITURE, STORY], [A, C]),
        ([STORY, FURNITURE, PART], [Piece(0, (1, 2, 7, 8))]),
        ([STORY, PART, PART], [Piece(0, (1, 2, 4, 5, 7, 8))]),
        ([PART, STORY, FURNITURE], [A, B]),
        ([FURNITURE, FURNITURE, FURNITURE], []),
    ],
)
def test_pieces_are_joined_by_their_fates(fates: list[int], stories: list[Piece]) -> None:
    """A part's lines, its headline among them, go to the story before; a part without one is a story."""
    assert join_pieces([A, B, C], fates) == stories


def test_nothing_is_joined_to_nothing() -> None:
    """No pieces give no stories."""
    assert join_pieces([], []) == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_piece_has_a_row(count: int, rules: Rules) -> None:
    """One row of finite features a piece, as many as the shipped weights read."""
    lines = ("Ferry back after eleven weeks", PROSE, OTHER, "Read more", "Bridge stays shut", OTHER, "* * *", THIRD, PROSE)
    places = (HEADLINE, FIRST, BODY, OUTSIDE, HEADLINE, FIRST, OUTSIDE, FIRST, BODY)
    table = describe_pieces(signals_of(rules, *lines), logs_of(places), [A, B, C][:count])
    assert rules.labeller is not None
    assert table.shape == (count, len(rules.labeller.pieces.features))
    assert np.isfinite(table).all()


def test_a_piece_of_one_line_on_a_page_of_one_line(rules: Rules) -> None:
    """The smallest page has a piece that can be described."""
    table = describe_pieces(signals_of(rules, PROSE), logs_of((FIRST,)), [Piece(None, (0,))])
    assert np.isfinite(table).all()
    assert table[0, 1] == table[0, 2] == 1  # all of the page's words, and as many as its longest piece


def test_a_piece_is_weighed_against_the_others(rules: Rules) -> None:
    """A long piece holds more of the page's words than a short one, and the shares add up to one."""
    lines = ("Ferry back after eleven weeks", PROSE, OTHER, THIRD, "Bridge stays shut", OTHER)
    places = (HEADLINE, FIRST, BODY, BODY, HEADLINE, FIRST)
    table = describe_pieces(signals_of(rules, *lines), logs_of(places), [Piece(0, (1, 2, 3)), Piece(4, (5,))])
    assert table[0, 0] > table[1, 0]
    assert table[:, 1].sum() == pytest.approx(1)
