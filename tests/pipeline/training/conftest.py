"""What the tests of training share: the shipped rules, and its modules without the library that grows trees."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.rules import Rules

from . import stumps

PACKAGE: Final = "copydesk.pipeline.training."
GROWING: Final = ("forest", "learn", "__main__")
"""The modules that need the library; it is installed for training only."""


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


@pytest.fixture
def training() -> Iterator[Callable[[str], Any]]:
    """Import a module of training by its name, with a stand-in for the library; `learn` grows stumps."""
    names = ["catboost", *(PACKAGE + name for name in GROWING)]
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    library = ModuleType("catboost")
    vars(library).update(CatBoost=stumps.CatBoost, Pool=stumps.Pool)
    sys.modules["catboost"] = library
    learn = importlib.import_module(PACKAGE + "learn")
    vars(learn).update(grow_classes=stumps.grow_classes, grow_ranking=stumps.grow_ranking)
    yield lambda name: importlib.import_module(PACKAGE + name)
    for name in names:
        sys.modules.pop(name, None)
    sys.modules.update(before)
