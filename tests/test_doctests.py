"""The examples in docstrings hold, module by module, under the installed name."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import copydesk.pipeline
import copydesk.transforms


def modules() -> Iterator[str]:
    """Every module of the product."""
    for package in (copydesk.pipeline, copydesk.transforms):
        yield package.__name__
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield module.name


@pytest.mark.parametrize("name", list(modules()))
def test_examples(name: str) -> None:
    """Each example gives what it says."""
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0
