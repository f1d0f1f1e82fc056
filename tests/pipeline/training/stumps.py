"""What stands in for the library that grows trees: one tree of a few questions, its leaves counted from the rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

QUESTIONS: Final = {"units": 8.5, "units-1": 8.5, "units+1": 8.5, "ahead_byline": 1.5, "piece_0": 30.0}
"""Columns that are asked where a table has them, and the borders."""


def grow_classes(
    table: Any, truth: Any, weights: Any, *, names: Sequence[str], classes: Sequence[str], growth: Any,
) -> dict[str, Any]:  # fmt: skip
    """An ensemble of one tree whose leaves hold how often each class is met there."""
    del growth
    splits = [[name, QUESTIONS[name]] for name in QUESTIONS if name in names]
    columns = [list(names).index(name) for name, _ in splits]
    leaf = ((table[:, columns] > [border for _, border in splits]) * (1 << np.arange(len(splits)))).sum(axis=1)
    counts = np.full((1 << len(splits), len(classes)), 0.01)
    np.add.at(counts, (leaf, truth), weights)
    leaves = np.log(counts / counts.sum(axis=1, keepdims=True)) * 1000
    trees = [{"splits": splits, "leaves": leaves.round().astype(int).tolist()}]
    return {"classes": list(classes), "features": list(names), "bias": [0.0] * len(classes), "trees": trees}


def grow_ranking(
    table: Any, chosen: Any, groups: Any, weights: Any, *, names: Sequence[str], growth: Any,
) -> dict[str, Any]:  # fmt: skip
    """An ensemble that ranks the likeliest row of each group first."""
    assert len(table) == len(chosen) == len(groups) == len(weights)
    del growth
    trees = [{"splits": [["rank", 0.5]], "leaves": [[1000], [0]]}]
    return {"classes": ["score"], "features": list(names), "bias": [0.0], "trees": trees}


class Pool:
    """The rows that a model is given."""

    def __init__(self, data: Any, label: Any = None, **told: Any) -> None:
        self.data, self.label, self.told = data, label, told


class CatBoost:
    """A model that learns nothing and is saved in the library's own form."""

    given: Pool

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.parameters = parameters

    def fit(self, pool: Pool) -> None:
        """Keep what was given."""
        type(self).given = pool

    def save_model(self, path: str, **form: str) -> None:
        """One tree that asks the table's last column, as the only one that it uses."""
        assert form == {"format": "json"}
        classes = self.parameters.get("classes_count", 1)
        last = self.given.data.shape[1] - 1
        splits = [{"float_feature_index": 7, "border": 0.123456789}]
        data = {
            "scale_and_bias": [2.0, [0.25] * classes if classes > 1 else []],
            "features_info": {"float_features": [{"feature_index": 7, "flat_feature_index": last}]},
            "oblivious_trees": [{"splits": splits, "leaf_values": [0.1 * i for i in range(2 * classes)]}],
        }  # fmt: skip
        Path(path).write_text(json.dumps(data), "utf-8")
