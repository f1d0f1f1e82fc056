"""Signals of quality: the published definitions, for every script, and for texts that are hardly any."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import Signal
from copydesk.transforms.tag import count_words, measure_quality
from copydesk.transforms.tag.repetition import DUPLICATE, TOP, measure_repetition

from .conftest import cases


def measure(text: str, language: str | None, rules: Rules) -> dict[str, float]:
    """The signals of a text in a language."""
    base = (language or "").split("-")[0]
    stop_words = rules.quality.stop_words.get(base) or rules.function_words.get(base)
    return measure_quality(text, count_words(text), stop_words)


@pytest.mark.parametrize("case", cases("quality.toml", "signals"), ids=lambda case: case["name"])
def test_signals(case: dict[str, Any], rules: Rules) -> None:
    """A text has the signals that its definition gives, and none that mean nothing for it."""
    found = measure(case["text"].replace("\\ud800", "\ud800"), case.get("language"), rules)
    assert {name: found.get(name) for name in case["is"]} == case["is"]
    assert not found.keys() & set(case.get("missing", ()))


@given(st.text(st.sampled_from("ab é.,!#…-•\n/{}今のก็ 7\u0301\ud800😀"), max_size=60))
def test_every_text(text: str) -> None:
    """Any text has signals by known names in their order; no share is outside 0..1, and none is computed of nothing."""
    found = measure_quality(text, count_words(text), frozenset({"a", "の"}))
    assert list(found) == [name for name in get_args(Signal) if name in found]
    shares = {name: value for name, value in found.items() if name.startswith(("frac", "dup")) or name.endswith("_fraction")}
    assert all(0 <= value <= 1 for value in shares.values()), shares


@given(st.lists(st.sampled_from(["a", "bb", "ccc"]), max_size=60), st.sampled_from([1, 2, 4]))
def test_repetition_is_what_counting_gives(words: list[str], scale: int) -> None:
    """The shares of repeated n-grams are those that a plain count of every n-gram gives."""
    assert measure_repetition(words, scale) == pytest.approx(counted(words, scale))


def counted(words: list[str], scale: int) -> dict[str, float]:
    """The definition, word by word."""
    total = sum(map(len, words)) or 1
    shares = {}
    for n in (*TOP, *DUPLICATE):
        size = n * scale
        grams = [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]
        counts = Counter(grams)
        if n in TOP:
            order = sorted(set(grams), key=lambda gram: (-counts[gram], -len("".join(gram)), grams.index(gram)))
            starts = [at for at, gram in enumerate(grams) if gram == order[0]] if order and counts[order[0]] > 1 else []
        else:
            starts = [at for at, gram in enumerate(grams) if gram in grams[:at]]
        covered = {place for at in starts for place in range(at, at + size)}
        shares[(TOP | DUPLICATE)[n]] = sum(len(words[place]) for place in covered) / total
    return shares


def test_capitals_and_marks_are_not_compared() -> None:
    """Two lines that differ in capitals and punctuation alone hold the same n-grams."""
    found = measure_quality("The ferry’s late, again and again!\n\nthe ferrys LATE again – and again", 12)
    assert found["frac_chars_dupe_6grams"] == 0.5


@pytest.mark.parametrize("unit", ["The same line again.\n\n", "今日は雨です。", "ข่าววันนี้", "ha ", "- ", "{"])
def test_a_text_of_megabytes(unit: str) -> None:
    """A text of one phrase, said a hundred thousand times, is measured like any other."""
    text = unit * 100_000
    found = measure_quality(text, count_words(text))
    if count_words(unit):
        assert found["frac_chars_dupe_10grams"] > 0.99
    assert found["curly_bracket"] == 100_000 * unit.count("{")
