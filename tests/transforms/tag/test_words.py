"""Words: counted by one convention, in linear time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from copydesk.transforms.tag import count_words

from .conftest import cases


@pytest.mark.parametrize("case", cases("words.toml", "text"), ids=lambda case: case["text"][:12])
def test_words(case: dict[str, Any]) -> None:
    """A text has the number of words that the convention gives it."""
    assert count_words(case["text"]) == case["words"]


@pytest.mark.parametrize("text", ["-" * 2_000_000, "a" * 2_000_000, "\n" * 2_000_000, "字" * 500_000, "—" * 500_000])
def test_linear(text: str) -> None:
    """No run of one character, however long, holds the count up."""
    start = time.perf_counter()
    count_words(text)
    assert time.perf_counter() - start < 2
