"""The network of convolutions: the same scores however a talk is cut, and weights that survive their file."""

from __future__ import annotations

import json

import numpy as np
import pytest

from copydesk.transforms.repair import network as networks
from copydesk.transforms.repair.network import Floats, Layer, Network

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
    return Network(table=drawn(9, 4), layers=layers, out=drawn(6, 5), bias=drawn(5))


def test_a_score_depends_on_its_neighbours_only() -> None:
    """The score of a word changes with words inside the margin, and with none outside of it."""
    network = made()
    rows = CHANCE.integers(0, 9, 40)
    before = network.scores(rows)
    other = rows.copy()
    other[20] = (other[20] + 1) % 9
    changed = np.flatnonzero(np.abs(network.scores(other) - before).max(axis=1) > 1e-6)
    assert network.margin == 3
    assert (int(changed.min()), int(changed.max())) == (17, 23)


def test_long_talks_are_scored_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part ends does not show in the scores."""
    network = made()
    rows = CHANCE.integers(0, 9, 100)
    whole = network.scores(rows)
    monkeypatch.setattr(networks, "_ROWS", 7)
    assert np.allclose(network.scores(rows), whole, atol=1e-5)
    assert network.scores([]).shape == (0, 5)


def test_weights_survive_their_file() -> None:
    """What is written and read again gives nearly the same scores; written once more it is the same to the letter."""
    network = made()
    data = json.loads(json.dumps(network.to_json()))
    again = Network.from_json(data)
    rows = CHANCE.integers(0, 9, 50)
    assert np.abs(again.scores(rows) - network.scores(rows)).max() < 1.0
    assert again.to_json() == data
