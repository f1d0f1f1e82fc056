"""Growing boosted oblivious trees with CatBoost, and writing them down as `trees.Trees` reads them.

CatBoost and not LightGBM or XGBoost, because its trees are oblivious: a page goes through hundreds of them in a few numpy
operations, so that nothing of the training is needed where the weights are used.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from catboost import CatBoost, Pool
from numpy.typing import NDArray

from copydesk.transforms.extract.trees import UNIT

_SEED: Final = 0
_BORDERS: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How an ensemble is grown."""

    trees: int
    depth: int
    rate: float
    columns: float
    """Share of the columns that each split may ask."""
    smooth: float
    """L2 on the leaves."""


LINES: Final = Growth(trees=190, depth=6, rate=0.13, columns=0.25, smooth=6.0)
PIECES: Final = Growth(trees=200, depth=4, rate=0.08, columns=0.4, smooth=8.0)
ROLE_TREES: Final = Growth(trees=250, depth=4, rate=0.1, columns=0.2, smooth=4.0)
HEADLINES: Final = Growth(trees=150, depth=4, rate=0.12, columns=0.3, smooth=5.0)


def grow_classes(
    table: NDArray[np.float32], truth: NDArray[np.int64], weights: NDArray[np.float64], *, names: Sequence[str],
    classes: Sequence[str], growth: Growth,
) -> dict[str, Any]:  # fmt: skip
    """An ensemble that gives each row the probability of every class, as JSON.

    Args:
        table: (rows, columns).
        truth: a class for each row.
        weights: of each row; rows of weight 0 are left out.
        names: of the columns.
        classes: names of the classes.
        growth: how much of what.
    """
    use = weights > 0
    model = CatBoost({**_options(growth), "loss_function": "MultiClass", "classes_count": len(classes)})
    model.fit(Pool(table[use], truth[use], weight=weights[use]))
    return _as_json(model, names, classes)


def grow_ranking(
    table: NDArray[np.float32], chosen: NDArray[np.float64], groups: NDArray[np.int64], weights: NDArray[np.float64], *,
    names: Sequence[str], growth: Growth,
) -> dict[str, Any]:  # fmt: skip
    """An ensemble whose score ranks the rows of each group, as JSON: a softmax over the group.

    Args:
        table: (rows, columns), the rows of a group together.
        chosen: 1 for the right rows of each group, else 0.
        groups: the group of each row.
        weights: of each row's group.
        names: of the columns.
        growth: how much of what.
    """
    model = CatBoost({**_options(growth), "loss_function": "QuerySoftMax"})
    model.fit(Pool(table, chosen, group_id=groups, group_weight=weights))
    return _as_json(model, names, ("score",))


def _options(growth: Growth) -> dict[str, Any]:
    return {
        "iterations": growth.trees, "depth": growth.depth, "learning_rate": growth.rate, "rsm": growth.columns,
        "l2_leaf_reg": growth.smooth, "bootstrap_type": "Bernoulli", "subsample": 0.6, "border_count": _BORDERS,
        "random_seed": _SEED, "verbose": 0, "allow_writing_files": False, "thread_count": 2,
    }  # fmt: skip


def _as_json(model: CatBoost, names: Sequence[str], classes: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    scale, bias = data["scale_and_bias"]
    columns = {row["feature_index"]: names[row["flat_feature_index"]] for row in data["features_info"]["float_features"]}
    return {
        "classes": list(classes),
        "features": list(names),
        "bias": [round(value, 4) for value in (bias or [0.0] * len(classes))],
        "trees": [_tree(tree, columns, len(classes), scale) for tree in data["oblivious_trees"]],
    }


def _tree(tree: Mapping[str, Any], columns: Mapping[int, str], classes: int, scale: float) -> dict[str, Any]:
    values = np.array(tree["leaf_values"]).reshape(-1, classes) * (scale * UNIT)
    splits = [[columns[split["float_feature_index"]], float(f"{split['border']:.6g}")] for split in tree["splits"]]
    return {"splits": splits, "leaves": np.round(values).astype(int).tolist()}
