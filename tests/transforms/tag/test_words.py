"""Words: counted by one convention, in linear time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.tag import count_words

from .conftest import cases


@pytest.mark.parametrize("case", cases("words.toml", "text"), ids=lambda case: case["text"][:12])
def test_words(case: dict[str, Any]) -> None:
    """A text has the number of words that the convention gives it."""
    assert count_words(case["text"]) == case["words"]


@given(st.text(st.one_of(st.characters(max_codepoint=127), st.sampled_from("‘’“”…–—\xa0"))))
def test_a_letter_beyond_ascii_changes_no_other_word(text: str) -> None:
    """Text of ASCII and typographic marks is counted as any other text: one more word is one more."""
    assert count_words(f"{text} é") == count_words(text) + 1


@pytest.mark.parametrize("text", ["-" * 2_000_000, "a" * 2_000_000, "\n" * 2_000_000, "字" * 500_000, "—" * 500_000])
def test_linear(text: str) -> None:
    """No run of one character, however long, holds the count up."""
    start = time.perf_counter()
    count_words(text)
    assert time.perf_counter() - start < 2
