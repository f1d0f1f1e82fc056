"""The examples in docstrings hold, module by module, under the installed name."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

import pytest

import copydesk.pipeline
import copydesk.transforms

GROWING: Final = frozenset(f"copydesk.pipeline.training.{name}" for name in ("forest", "learn", "roles", "__main__"))
"""Modules that need the library which grows trees; it is installed for training only."""


def modules() -> Iterator[str]:
    """Every module of the product."""
    for package in (copydesk.pipeline, copydesk.transforms):
        yield package.__name__
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield module.name


@pytest.mark.parametrize("name", list(modules()))
def test_examples(name: str) -> None:
    """Each example gives what it says."""
    if name in GROWING:
        pytest.importorskip("catboost")
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
