"""Boosted oblivious trees, added up with numpy."""

from __future__ import annotations

import copy
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from copydesk.transforms.extract.trees import Trees

DEEP: Final = {"splits": [["x", 1.0], ["y", 2.0]], "leaves": [[0, 0], [1000, 0], [0, 2000], [-500, 500]]}
SHALLOW: Final = {"splits": [["y", 0.0]], "leaves": [[0, 100], [300, 0]]}
SMALL: Final[dict[str, Any]] = {"classes": ["a", "b"], "features": ["x", "y"], "bias": [0.5, -0.5], "trees": [DEEP, SHALLOW]}
TREES: Final = Trees.from_json(SMALL)
TABLES: Final = arrays(np.float32, st.tuples(st.integers(1, 6), st.just(2)), elements=st.floats(-4, 4, width=32))


@pytest.mark.parametrize(
    ("row", "scores"),
    [
        ((0, 0), (0.5, -0.4)),
        ((2, 0), (1.5, -0.4)),
        ((2, 3), (0.3, 0.0)),
        ((1, 3), (0.8, 1.5)),  # a column that equals its border is not greater
        ((0, 1), (0.8, -0.5)),
    ],
)
def test_a_score_is_the_sum_of_one_leaf_of_every_tree(row: tuple[float, float], scores: tuple[float, float]) -> None:
    """The answers' bits, the first split's lowest, number the leaf; leaves are thousandths, the bias comes on top."""
    assert TREES.scores(np.array([row], np.float32))[0].tolist() == pytest.approx(scores)


@given(TABLES)
def test_a_shallow_tree_says_the_same_beside_a_deep_one(table: Any) -> None:
    """Splits that fill a tree up are never answered with yes, whatever stands in the column."""
    alone = [Trees.from_json(SMALL | {"trees": [tree]}) for tree in (DEEP, SHALLOW)]
    table = np.concatenate((table, np.full((1, 2), np.inf, np.float32)))
    together = sum(trees.scores(table) - trees.bias for trees in alone) + TREES.bias
    np.testing.assert_allclose(TREES.scores(table), together, atol=1e-5)


@given(TABLES)
def test_probabilities_add_up_to_one(table: Any) -> None:
    """The exponentials of a row's log probabilities sum to one, and stand in the order of its scores."""
    logs = TREES.log_probabilities(table)
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.diff(logs, axis=1), np.diff(TREES.scores(table), axis=1), atol=1e-4)


def test_great_scores_do_not_overflow() -> None:
    """A score in the thousands gives a probability of one, not infinity or no number."""
    leaves = [[0, 0], [9_000_000, 0]]
    trees = Trees.from_json(SMALL | {"trees": [{"splits": [["x", 0.0]], "leaves": leaves}]})
    assert np.exp(trees.log_probabilities(np.array([[1, 0]], np.float32)))[0].tolist() == [1.0, 0.0]


@given(TABLES, st.integers(0, 1))
def test_contributions_add_up_to_the_score(table: Any, chosen: int) -> None:
    """What the columns moved, together, is the chosen class's score against the mean of all, less what every row has."""
    moved = TREES.contributions(table, np.full(len(table), chosen))
    scores = TREES.scores(table)
    towards = TREES.leaves - TREES.leaves.mean(axis=2, keepdims=True)
    base = towards.mean(axis=1).sum(axis=0)[chosen] + TREES.bias[chosen] - TREES.bias.mean()
    np.testing.assert_allclose(moved.sum(axis=1), scores[:, chosen] - scores.mean(axis=1) - base, atol=1e-4)


def test_a_column_that_nobody_asks_moves_nothing() -> None:
    """Only the columns of a tree's splits have a share in its answer."""
    trees = Trees.from_json(SMALL | {"trees": [SHALLOW]})
    moved = trees.contributions(np.array([[5, 5]], np.float32), np.array([0]))
    assert moved[0, 0] == 0
    assert moved[0, 1] > 0


def test_many_rows_are_scored_like_each_alone() -> None:
    """Rows that are scored at once have no effect on each other, also across the bounds of what is done at once."""
    table = np.stack([np.arange(5_000) % 7 - 2, np.arange(5_000) % 5 - 1], axis=1).astype(np.float32)
    together = TREES.scores(table)
    assert together.shape == (5_000, 2)
    for at in (0, 1, 2_047, 2_048, 2_049, 4_096, 4_999):
        np.testing.assert_array_equal(together[at], TREES.scores(table[at : at + 1])[0])


def test_no_rows_give_no_scores() -> None:
    """A table without rows is no trouble."""
    assert TREES.scores(np.zeros((0, 2), np.float32)).shape == (0, 2)
    assert TREES.log_probabilities(np.zeros((0, 2), np.float32)).shape == (0, 2)


def _without(key: str) -> dict[str, Any]:
    return {name: value for name, value in SMALL.items() if name != key}


def _ragged() -> dict[str, Any]:
    data = copy.deepcopy(SMALL)
    data["trees"][0]["leaves"][1] = [1]
    return data


@pytest.mark.parametrize(
    "data",
    [
        *map(_without, SMALL),
        SMALL | {"trees": []},
        SMALL | {"features": ["x"]},
        SMALL | {"bias": ["much", "little"]},
        SMALL | {"trees": [{"splits": [["x", "deep"]], "leaves": [[0, 0], [1, 1]]}]},
        _ragged(),
    ],
)
def test_what_is_no_ensemble_is_refused(data: dict[str, Any]) -> None:
    """A missing key, an unknown column, a word for a number or a leaf too short is an error, not a score."""
    with pytest.raises((KeyError, ValueError)):
        Trees.from_json(data)


def test_leaves_that_do_not_fit_the_splits_are_refused() -> None:
    """A tree has two leaves for one split, four for two: with fewer, another tree's leaf would be read."""
    with pytest.raises(ValueError):
        Trees.from_json(SMALL | {"trees": [{"splits": [["x", 0.0], ["y", 0.0]], "leaves": [[0, 0], [1, 1], [2, 2]]}]})


def test_a_tree_of_too_many_levels_is_refused() -> None:
    """A leaf's number has sixteen bits: an answer more would be lost."""
    deep = {"splits": [["x", 0.0]] * 17, "leaves": [[0, 0]] * (1 << 17)}
    with pytest.raises(ValueError, match="17 levels"):
        Trees.from_json(SMALL | {"trees": [deep]})
