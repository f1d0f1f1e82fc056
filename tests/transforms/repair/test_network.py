"""The network of convolutions: the same scores however a talk is cut, and weights that survive their file."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from copydesk.transforms.repair import network as networks
from copydesk.transforms.repair.network import Floats, Layer, Network, pack_coarse, pairs_of, unpack_coarse

Ints = NDArray[np.int32]
CHANCE = np.random.default_rng(3)


def drawn(*shape: int) -> Floats:
    """An array of random weights."""
    return CHANCE.standard_normal(shape).astype(np.float32)


def made() -> Network:
    """A network of two layers, the second of which adds its input."""
    layers = (
        Layer(dilation=1, weights=drawn(3, 4, 6), bias=drawn(6)),
        Layer(dilation=2, weights=drawn(3, 6, 6), bias=drawn(6)),
    )
    return Network(table=drawn(9, 4), pairs=drawn(3, 4), layers=layers, out=drawn(6, 5), bias=drawn(5))


def rows_of(count: int, most: int) -> Ints:
    """Random rows of words or pairs."""
    return CHANCE.integers(0, most, count).astype(np.int32)


def test_a_score_depends_on_its_neighbours_only() -> None:
    """The score of a word changes with words inside the margin, and with none outside of it."""
    network = made()
    rows, pairs = rows_of(40, 9), rows_of(40, 3)
    before = network.scores(rows, pairs)
    assert network.margin == 3
    for which, most in ((0, 9), (1, 3)):
        other = [rows.copy(), pairs.copy()]
        other[which][20] = (other[which][20] + 1) % most
        changed = np.flatnonzero(np.abs(network.scores(*other) - before).max(axis=1) > 1e-6)
        assert (int(changed.min()), int(changed.max())) == (17, 23)


def test_pairs_are_those_of_neighbours() -> None:
    """A word has the number of the pair that it makes with the next one, in this order and in no other."""
    keys = np.array([1 * 5 + 2, 2 * 5 + 1, 4 * 5 + 4])
    rows = np.array([1, 2, 1, 3, 4, 4, 4, 2], np.int32)
    assert pairs_of(rows, keys, 5).tolist() == [1, 2, 0, 0, 3, 3, 0, 0]
    assert pairs_of(rows, keys[:0], 5).tolist() == [0] * 8
    assert pairs_of(rows[:0], keys, 5).tolist() == []


def test_long_talks_are_scored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part ends does not show in the scores."""
    network = made()
    rows, pairs = rows_of(100, 9), rows_of(100, 3)
    whole = network.scores(rows, pairs)
    monkeypatch.setattr(networks, "_ROWS", 7)
    assert np.allclose(network.scores(rows, pairs), whole, atol=1e-5)
    assert network.scores(rows[:0], pairs[:0]).shape == (0, 5)


def test_weights_survive_their_file() -> None:
    """What is written and read again gives nearly the same scores; written once more it is the same to the letter."""
    network = made()
    data = json.loads(json.dumps(network.to_json()))
    again = Network.from_json(data)
    rows, pairs = rows_of(50, 9), rows_of(50, 3)
    scores = network.scores(rows, pairs)
    assert np.abs(again.scores(rows, pairs) - scores).mean() < 0.15 * np.abs(scores).mean()
    assert again.to_json() == data


def test_a_table_is_rounded_by_its_rows() -> None:
    """A value of a table is off by at most a fourteenth of the largest of its row, however large other rows are."""
    table = drawn(5, 3) * np.array([[1e-2], [1], [1e3], [0], [5]], np.float32)
    off = np.abs(unpack_coarse(pack_coarse(table)) - table).max(axis=1)
    assert (off <= np.abs(table).max(axis=1) / 14 * 1.02 + 1e-6).all()
