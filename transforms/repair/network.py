"""A stack of convolutions over words, evaluated with numpy: for every word the scores of what follows it and of its capital.

Each layer looks at a word and its neighbours at a distance that doubles from layer to layer (dilated convolutions: Yu and
Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016), with the input added to the output (He et al.,
Deep Residual Learning for Image Recognition, CVPR 2016). A recurrent network would see further, but takes its words one by one,
which numpy is slow at; this one takes a thousand at once.

What is known of a word is a row of a table, and so is what is known of two common words that follow each other ("you know",
"thank you"): the layers would need many more columns to tell so many pairs apart.

Weights are kept as whole numbers in base64: those of layers from -127 to 127 with one scale a column, those of the tables,
where a tenth of error in a value does no harm, from -7 to 7 with one scale a row.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LEVELS: Final = 127
"""Whole numbers on either side of zero that a weight is rounded to."""
COARSE_LEVELS: Final = 7
"""The same of a table's weights: two of them in a byte."""
_AT_ONCE: Final = 16
"""Rows of one product: with up to 128 columns on both sides, OpenBLAS leaves these to one thread."""
_ROWS: Final = 2_048
"""Words that are scored at once: bounds the memory for a talk of any length."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One convolution, a ramp, and the input added where it has as many columns."""

    dilation: int
    """Words from one neighbour that is looked at to the next."""
    weights: Floats
    """(neighbours, columns in, columns out)"""
    bias: Floats
    """(columns out,)"""

    @property
    def reach(self) -> int:
        """Words by which the output is shorter than the input, both sides together."""
        return self.dilation * (len(self.weights) - 1)

    def apply(self, values: Floats) -> Floats:
        """The layer's output for words that have all their neighbours: (words - reach, columns out)."""
        size = len(values) - self.reach
        found = np.repeat(self.bias[None], size, axis=0)
        for place, weights in enumerate(self.weights):
            found += product(values[place * self.dilation : place * self.dilation + size], weights)
        np.maximum(found, 0, out=found)
        if found.shape[1] == values.shape[1]:
            found += values[self.reach // 2 : self.reach // 2 + size]
        return found


@dataclass(frozen=True, slots=True)
class Network:
    """The layers between a table of words and the scores."""

    table: Floats
    """(rows, columns): what is known of each word; row 0 stands for what lies outside of the talk."""
    pairs: Floats
    """(pairs + 1, columns): what is added for two words that follow each other, at the first of them; row 0 is of no pair."""
    layers: tuple[Layer, ...]
    out: Floats
    """(columns, scores)"""
    bias: Floats
    """(scores,)"""

    @property
    def margin(self) -> int:
        """Words on either side that a score depends on."""
        return sum(layer.reach for layer in self.layers) // 2

    def scores(self, rows: NDArray[np.int32], pairs: NDArray[np.int32]) -> Floats:
        """The scores of every word of a talk, (words, scores).

        Args:
            rows: each word's row of `table`.
            pairs: and that of `pairs`.
        """
        padded, joined = np.pad(rows, self.margin), np.pad(pairs, self.margin)
        count = len(rows)
        found = np.empty((count, len(self.bias)), np.float32)
        for at in range(0, count, _ROWS):
            here = slice(at, min(at + _ROWS, count) + 2 * self.margin)
            values: Floats = self.table[padded[here]] + self.pairs[joined[here]]
            for layer in self.layers:
                values = layer.apply(values)
            found[at : at + len(values)] = product(values, self.out) + self.bias
        return found

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Network:
        """The network that a file of weights holds.

        Raises:
            KeyError, TypeError, ValueError: the data is no network.
        """
        layers = tuple(
            Layer(dilation=one["dilation"], weights=unpack(one["weights"]), bias=np.array(one["bias"], np.float32))
            for one in data["layers"]
        )
        found = cls(
            table=unpack_coarse(data["table"]),
            pairs=unpack_coarse(data["pairs"]),
            layers=layers,
            out=unpack(data["out"]),
            bias=np.array(data["bias"], np.float32),
        )
        widths = [found.pairs.shape[1], found.table.shape[1], *(layer.weights.shape[2] for layer in layers)]
        asked = [found.table.shape[1], *(layer.weights.shape[1] for layer in layers), found.out.shape[0]]
        if widths != asked or len(found.bias) != found.out.shape[1]:
            raise ValueError(f"layers that do not fit together: {widths} columns come out, {asked} go in")
        return found

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads; the weights are rounded."""
        return {
            "table": pack_coarse(self.table),
            "pairs": pack_coarse(self.pairs),
            "layers": [
                {"dilation": layer.dilation, "weights": pack(layer.weights), "bias": _rounded(layer.bias)}
                for layer in self.layers
            ],
            "out": pack(self.out),
            "bias": _rounded(self.bias),
        }


def pairs_of(rows: NDArray[np.int32], keys: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    """For each word the number of the pair that it begins, from 1 in the order of `keys`; 0 for none.

    Args:
        rows: the words' rows.
        keys: of each pair, ascending: the first word's row times `count`, and the second one's.
        count: how many rows there are.

    >>> pairs_of(np.array([1, 2, 1], np.int32), np.array([1 * 3 + 2]), 3)
    array([1, 0, 0], dtype=int32)
    """
    found = np.zeros(len(rows), np.int32)
    if len(keys) and len(rows) > 1:
        asked = rows[:-1].astype(np.int64) * count + rows[1:]
        places = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        found[:-1] = np.where(keys[places] == asked, places + 1, 0)
    return found


def product(values: Floats, weights: Floats) -> Floats:
    """The product of two matrices, a few rows at a time, so that the linear algebra below numpy starts no threads.

    A run has a worker for each core; threads of theirs on top of that took three times the time of all together.

    >>> product(np.ones((20, 3), np.float32), np.ones((3, 2), np.float32)).shape
    (20, 2)
    """
    whole = len(values) - len(values) % _AT_ONCE
    found = np.empty((len(values), weights.shape[1]), np.float32)
    stacked = values[:whole].reshape(-1, _AT_ONCE, values.shape[1])
    np.matmul(stacked, weights, out=found[:whole].reshape(-1, _AT_ONCE, weights.shape[1]))
    np.matmul(values[whole:], weights, out=found[whole:])
    return found


def pack(values: Floats) -> dict[str, Any]:
    """An array as whole numbers: `shape`; `scale`, one for each of the last axis; `int8`, its bytes in base64, C order.

    >>> unpack(pack(np.array([[1.0, -8.0], [0.5, 4.0]], np.float32))).round(1).tolist()
    [[1.0, -8.0], [0.5, 4.0]]
    """
    flat = values.reshape(-1, values.shape[-1])
    scale = np.array(_rounded(np.maximum(np.abs(flat).max(axis=0), 1e-6) / LEVELS), np.float32)
    whole = np.clip(np.rint(flat / scale), -LEVELS, LEVELS).astype(np.int8)
    text = base64.b64encode(whole.tobytes()).decode("ascii")
    return {"shape": list(values.shape), "scale": _rounded(scale), "int8": text}


def unpack(data: Mapping[str, Any]) -> Floats:
    """The array that `pack` made whole numbers of.

    Raises:
        KeyError, TypeError, ValueError: the data is no array.
    """
    whole = np.frombuffer(base64.b64decode(data["int8"], validate=True), np.int8).reshape(data["shape"])
    found: Floats = whole * np.array(data["scale"], np.float32)
    return found


def pack_coarse(values: Floats) -> dict[str, Any]:
    """A table: `shape`; `scales`, a half-precision number a row; `int4`, weights plus 8 in four bits each, the first one high.

    >>> unpack_coarse(pack_coarse(np.array([[7.0, -1.0, 0.4], [0.0, 0.0, 0.0]], np.float32))).round(2).tolist()
    [[7.0, -1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    scales = np.maximum(np.abs(values).max(axis=1) / COARSE_LEVELS, 1e-4).astype("<f2")
    whole = np.clip(np.rint(values / scales[:, None].astype(np.float32)), -COARSE_LEVELS, COARSE_LEVELS).astype(np.int8) + 8
    flat = np.append(whole, np.zeros(whole.size % 2, np.int8)).astype(np.uint8)
    return {
        "shape": list(values.shape),
        "scales": base64.b64encode(scales.tobytes()).decode("ascii"),
        "int4": base64.b64encode((flat[::2] << 4 | flat[1::2]).tobytes()).decode("ascii"),
    }


def unpack_coarse(data: Mapping[str, Any]) -> Floats:
    """The table that `pack_coarse` made whole numbers of.

    Raises:
        KeyError, TypeError, ValueError: the data is no table.
    """
    rows, columns = data["shape"]
    scales = np.frombuffer(base64.b64decode(data["scales"], validate=True), "<f2").astype(np.float32)
    joined = np.frombuffer(base64.b64decode(data["int4"], validate=True), np.uint8)
    whole = np.stack([joined >> 4, joined & 15], axis=1).reshape(-1)[: rows * columns].astype(np.float32) - 8
    found: Floats = whole.reshape(rows, columns) * scales.reshape(rows, 1)
    return found


def _rounded(values: Floats) -> list[float]:
    """Five digits that count: more than eight bits can use."""
    return [float(f"{value:.5g}") for value in values.tolist()]
