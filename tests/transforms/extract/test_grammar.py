"""The likeliest sequence of places, and the stories that it spells."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copydesk.transforms.extract.grammar import (
    BODY,
    FIRST,
    HEAD,
    HEADLINE,
    INSIDE,
    OUTSIDE,
    PLACES,
    Piece,
    best_path,
    follows,
    pieces_of,
)

LINES: Final = 5
BEGINS, ENDS = {OUTSIDE, HEADLINE, FIRST}, {OUTSIDE, FIRST, BODY}
VALID: Final = np.array([
    path
    for path in product(range(len(PLACES)), repeat=LINES)
    if path[0] in BEGINS and path[-1] in ENDS and all(follows(*step) for step in pairwise(path))
])  # fmt: skip
WHOLE: Final = st.integers(-60, 60).map(float)
MOVES: Final = arrays(np.float64, (6, 6), elements=WHOLE)


def is_grammatical(path: list[int]) -> bool:
    """Whether a page can be built so."""
    return path[0] in BEGINS and path[-1] in ENDS and all(follows(*step) for step in pairwise(path))


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (LINES, 6), elements=WHOLE), MOVES)
def test_the_best_path_is_the_best_of_all(scores: Any, moves: Any) -> None:
    """No sequence that the grammar allows scores higher than the one that is found."""
    totals = scores[np.arange(LINES), VALID].sum(axis=1) + moves[VALID[:, :-1], VALID[:, 1:]].sum(axis=1)
    path = best_path(scores, moves.tolist())
    assert is_grammatical(path)
    found = scores[np.arange(LINES), path].sum() + sum(moves[before, after] for before, after in pairwise(path))
    assert found == totals.max()


@settings(deadline=None)
@given(arrays(np.float32, st.tuples(st.integers(1, 40), st.just(6)), elements=st.floats(-1e6, 1e6, width=32)), MOVES)
def test_whatever_the_scores_the_grammar_is_kept(scores: Any, moves: Any) -> None:
    """However much speaks for a place, it is not taken where it cannot stand, nor at the ends of a page."""
    path = best_path(scores, moves.tolist())
    assert len(path) == len(scores)
    assert is_grammatical(path)


def test_no_lines_have_no_places() -> None:
    """An empty page has an empty path and no stories."""
    assert best_path(np.zeros((0, 6), np.float32), np.zeros((6, 6)).tolist()) == []
    assert pieces_of([]) == []


@settings(deadline=None)
@given(arrays(np.float32, st.tuples(st.integers(1, 30), st.just(6)), elements=WHOLE))
def test_pieces_hold_the_text_of_a_page_once(scores: Any) -> None:
    """The pieces of a path have all of its text lines, each once and in order, and a headline stands in front of its text."""
    path = best_path(scores, np.zeros((6, 6)).tolist())
    pieces = pieces_of(path)
    assert [line for piece in pieces for line in piece.kept] == [i for i, place in enumerate(path) if place in {FIRST, BODY}]
    for piece in pieces:
        assert path[piece.kept[0]] == FIRST
        assert piece.headline is None or (path[piece.headline] == HEADLINE and piece.headline < piece.kept[0])
        assert piece.start == (piece.kept[0] if piece.headline is None else piece.headline)


@pytest.mark.parametrize(
    ("path", "pieces"),
    [
        ([OUTSIDE, OUTSIDE], []),
        ([FIRST], [Piece(None, (0,))]),
        ([HEADLINE, HEADLINE, FIRST], [Piece(1, (2,))]),
        ([HEADLINE, HEAD, HEADLINE, HEAD, FIRST, BODY], [Piece(2, (4, 5))]),
        ([HEADLINE, FIRST, INSIDE, INSIDE, BODY, OUTSIDE, FIRST], [Piece(0, (1, 4)), Piece(None, (6,))]),
        ([HEADLINE, FIRST, HEADLINE, FIRST], [Piece(0, (1,)), Piece(2, (3,))]),
        ([FIRST, FIRST, BODY], [Piece(None, (0,)), Piece(None, (1, 2))]),
    ],
)
def test_the_stories_that_a_path_spells(path: list[int], pieces: list[Piece]) -> None:
    """Of two headlines the last leads the text; text behind furniture begins a story without one."""
    assert pieces_of(path) == pieces
