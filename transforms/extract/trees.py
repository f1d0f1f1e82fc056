"""Boosted oblivious trees, evaluated with numpy: the score of a row is the sum of one leaf of every tree.

An oblivious tree asks the same question at every node of a level (Kohavi and Li, Oblivious Decision Trees, Graphs, and Top-Down
Pruning, IJCAI 1995; Prokhorenkova et al., CatBoost: unbiased boosting with categorical features, NeurIPS 2018), so a leaf's
number is the word of its answers' bits, and a whole table of rows goes through all trees in a few array operations. They run
along the rows, a tree's rows side by side, so that numpy's inner loops are long: with the trees side by side they took five
times as long. The weights are plain JSON, and no library of the training is needed where they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float32]
"""(rows, columns)"""
_ROWS: Final = 2_048
"""Rows that are scored at once: bounds the memory for a page of any length."""
_MOST_LEVELS: Final = 16
"""Levels of a tree whose answers fit a word of `_leaf_numbers`; CatBoost grows none deeper."""
UNIT: Final = 1_000.0
"""Leaves are written in thousandths."""


@dataclass(frozen=True, slots=True)
class Trees:
    """An ensemble: of every tree the columns asked, the borders, and the scores of its leaves."""

    classes: tuple[str, ...]
    features: tuple[str, ...]
    """Names of the columns that a table must have, in their order."""
    columns: NDArray[np.intp]
    """(trees, depth)"""
    borders: NDArray[np.float32]
    """(trees, depth): the answer is yes where the column is greater."""
    leaves: NDArray[np.float32]
    """(trees, 2 ** depth, classes)"""
    bias: NDArray[np.float32]
    """(classes,)"""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trees:
        """The ensemble that a file of weights holds.

        Raises:
            KeyError, ValueError: the data is no ensemble.
        """
        features = tuple(data["features"])
        number = {name: at for at, name in enumerate(features)}
        if len(number) < len(features):
            raise ValueError("two features have one name")
        if any(len(tree["leaves"]) != 1 << len(tree["splits"]) for tree in data["trees"]):
            raise ValueError("a tree has not a leaf for each answer to its splits")
        depth = max(len(tree["splits"]) for tree in data["trees"])
        if depth > _MOST_LEVELS:
            raise ValueError(f"a tree of {depth} levels; {_MOST_LEVELS} are the most")
        trees = [_deepened(tree, features[0], depth) for tree in data["trees"]]
        return cls(
            classes=tuple(data["classes"]),
            features=features,
            columns=np.array([[number[name] for name, _ in tree["splits"]] for tree in trees], np.intp),
            borders=np.array([[border for _, border in tree["splits"]] for tree in trees], np.float32),
            leaves=np.array([tree["leaves"] for tree in trees], np.float32) / np.float32(UNIT),
            bias=np.array(data["bias"], np.float32),
        )

    def scores(self, table: Table) -> Table:
        """The scores of every row, (rows, classes): logarithms of odds, not yet normalised."""
        parts = [self._scores(table[at : at + _ROWS]) for at in range(0, len(table), _ROWS)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes)), np.float32)

    def log_probabilities(self, table: Table) -> Table:
        """The logarithms of every class's probability, (rows, classes)."""
        scores = self.scores(table)
        scores -= scores.max(axis=1, keepdims=True, initial=-np.inf)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return scores

    def _leaf_numbers(self, table: Table) -> NDArray[np.uint16]:
        """The leaf that each row reaches in each tree, (trees, rows)."""
        values = np.ascontiguousarray(table.T)
        numbers = np.zeros((len(self.columns), len(table)), np.uint16)
        for level, (columns, borders) in enumerate(zip(self.columns.T, self.borders.T, strict=True)):
            numbers |= (values[columns] > borders[:, None]).astype(np.uint16) << level
        return numbers

    def _scores(self, table: Table) -> Table:
        places = self._leaf_numbers(table) + np.arange(len(self.leaves))[:, None] * self.leaves.shape[1]
        flat = self.leaves.reshape(-1, self.leaves.shape[2])
        found: Table = flat.take(places, axis=0).sum(axis=0) + self.bias
        return found

    def contributions(self, table: Table, chosen: NDArray[np.intp]) -> Table:
        """How much each column moved each row towards its chosen class, against the mean of all classes: (rows, columns).

        Down a tree, every answer changes the mean of the leaves that are still within reach; the change is the asked column's.
        Trees are asked one by one here: for a person who looks at one page, not for a run.
        """
        moved = np.zeros((len(table), len(self.features)), np.float32)
        rows = np.arange(len(table))
        towards = self.leaves - self.leaves.mean(axis=2, keepdims=True)
        for numbers, columns, leaves in zip(self._leaf_numbers(table), self.columns, towards, strict=True):
            before = leaves.mean(axis=0)[chosen]
            for level, column in enumerate(columns):
                means = leaves.reshape(-1, 2 << level, leaves.shape[1]).mean(axis=0)
                after = means[numbers & ((2 << level) - 1), chosen]
                moved[rows, column] += after - before
                before = after
        return moved


def _deepened(tree: Mapping[str, Any], column: str, depth: int) -> dict[str, Any]:
    """A tree with as many splits as the deepest has: those added are never answered with yes."""
    missing = depth - len(tree["splits"])
    return {
        "splits": [*tree["splits"], *([column, float("inf")] for _ in range(missing))],
        "leaves": tree["leaves"] * (1 << missing),
    }
