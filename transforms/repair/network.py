"""A stack of convolutions over words, evaluated with numpy: for every word the scores of what follows it and of its capital.

Each layer looks at a word and its neighbours at a distance that doubles from layer to layer (dilated convolutions: Yu and
Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016), with the input added to the output (He et al.,
Deep Residual Learning for Image Recognition, CVPR 2016). A recurrent network would see further, but takes its words one by one,
which numpy is slow at; this one takes a thousand at once.

Weights are kept as whole numbers from -127 to 127 with one scale a column, in base64: a fifth of the size of decimals.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LEVELS: Final = 127
"""Whole numbers on either side of zero that a weight is rounded to."""
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
    layers: tuple[Layer, ...]
    out: Floats
    """(columns, scores)"""
    bias: Floats
    """(scores,)"""

    @property
    def margin(self) -> int:
        """Words on either side that a score depends on."""
        return sum(layer.reach for layer in self.layers) // 2

    def scores(self, rows: Sequence[int] | NDArray[np.int32]) -> Floats:
        """The scores of every word of a talk, (words, scores).

        Args:
            rows: each word's row of `table`.
        """
        edge = np.zeros(self.margin, np.int32)
        padded = np.concatenate([edge, np.asarray(rows, np.int32), edge])
        count = len(padded) - 2 * self.margin
        found = np.empty((count, len(self.bias)), np.float32)
        for at in range(0, count, _ROWS):
            values: Floats = self.table[padded[at : min(at + _ROWS, count) + 2 * self.margin]]
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
            table=unpack(data["table"]),
            layers=layers,
            out=unpack(data["out"]),
            bias=np.array(data["bias"], np.float32),
        )
        widths = [found.table.shape[1], *(layer.weights.shape[2] for layer in layers)]
        asked = [*(layer.weights.shape[1] for layer in layers), found.out.shape[0]]
        if widths != asked or len(found.bias) != found.out.shape[1]:
            raise ValueError(f"layers that do not fit together: {widths} columns come out, {asked} go in")
        return found

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads; the weights are rounded."""
        return {
            "table": pack(self.table),
            "layers": [
                {"dilation": layer.dilation, "weights": pack(layer.weights), "bias": _rounded(layer.bias)}
                for layer in self.layers
            ],
            "out": pack(self.out),
            "bias": _rounded(self.bias),
        }


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


def _rounded(values: Floats) -> list[float]:
    """Five digits that count: more than eight bits can use."""
    return [float(f"{value:.5g}") for value in values.tolist()]
