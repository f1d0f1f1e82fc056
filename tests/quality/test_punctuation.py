"""Restored punctuation holds its floors on talks that nothing was learned from."""

from __future__ import annotations

import importlib.util
import os
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.shipped import PUNCTUATOR, configs

HERE = Path(__file__).parent
DATA = Path(os.environ.get("COPYDESK_DATA", HERE.parent.parent.parent / "shared" / "data"))
FLOORS: dict[str, Any] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))["punctuation"]
EVERY = 8
"""One held-back talk in so many: the whole takes a quarter of a minute."""


def benchmark() -> Any:
    """The script that measures it."""
    spec = importlib.util.spec_from_file_location("punctuation", HERE.parent.parent / "benchmarks" / "punctuation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_punctuation_holds_its_floors() -> None:
    """F1 of sentence ends and of capitals, on every eighth held-back talk; not a word is changed."""
    if not DATA.is_dir() and "CI" not in os.environ:
        pytest.skip(f"no labelled data at {DATA}; COPYDESK_DATA names its folder")
    measure = benchmark()
    counts: Any = Counter()
    for talk in measure.held_back(DATA)[::EVERY]:
        counts += measure.compare(talk, load_rules())
    assert counts["talks", ""] > 10
    assert counts["changed", ""] == 0
    found = {kind: measure.figures(counts, kind)[2] for kind in FLOORS["f1"]}
    assert all(found[kind] >= least for kind, least in FLOORS["f1"].items()), found


def test_the_weights_are_small() -> None:
    """The file of weights stays below its ceiling."""
    assert len((configs() / PUNCTUATOR).read_bytes()) <= FLOORS["bytes"]
