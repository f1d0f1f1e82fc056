"""What the tests of the tag stage share: its case files and the shipped rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import TagSettings

CASES = Path(__file__).parents[2] / "cases" / "tag"


def cases(file: str, table: str) -> list[dict[str, Any]]:
    """One table of cases of a file of tests/cases/tag."""
    rows: list[dict[str, Any]] = tomllib.loads((CASES / file).read_text(encoding="utf-8"))[table]
    return rows


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped rules with the default settings."""
    return load_rules()


@pytest.fixture(scope="session")
def settings(rules: Rules) -> TagSettings:
    """The default settings of the stage."""
    return rules.settings.tag
