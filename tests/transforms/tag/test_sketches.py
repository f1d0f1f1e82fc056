"""Sketches: small samples that tell how much two texts share, and lose nothing of short texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.tag.sketches import (
    KEYS,
    NO_HASH,
    SAMPLE,
    Hashes,
    _smallest,
    fold_words,
    from_base64,
    overlap,
    sketch,
    to_base64,
)

WORDS = st.lists(st.sampled_from(["rain", "Ends", "7", "12.5", "été", "дождь", "雨", "ข่าว"]), max_size=40)


def row(hashes: Hashes) -> Hashes:
    """A sample as a table of one row."""
    made = np.full((1, SAMPLE), NO_HASH, np.uint32)
    made[0, : len(hashes)] = hashes
    return made


def long_text(start: int, end: int) -> str:
    """Words that are all different."""
    return " ".join(f"word{number:x}s" for number in range(start, end))


@given(WORDS, st.sampled_from([" ", "\n", " – ", ", "]))
def test_marks_and_capitals_change_no_sketch(words: list[str], joint: str) -> None:
    """Texts of the same words have the same sketch, whatever stands between them."""
    left, right = sketch(fold_words(" ".join(words))), sketch(fold_words(joint.join(words).upper()))
    assert left.words == right.words
    for field in ("keys", "pairs", "figures"):
        assert getattr(left, field).tolist() == getattr(right, field).tolist()


@pytest.mark.parametrize("text", ["", "😀 …", "a", "雨", "a b", "\ud800", "́", "١٢ ٣٤ ٥٦"])
def test_short_texts_have_a_sketch(text: str) -> None:
    """Whatever a text is, it has a sketch; one of fewer words than a shingle has an empty one."""
    made = sketch(fold_words(text))
    assert len(made.pairs) == max(made.words - 1, 0)
    assert len(made.keys) == 0


def test_digits_of_any_script_are_figures() -> None:
    """Numbers that follow each other are steps, in Arabic digits as in Latin ones."""
    assert len(sketch(fold_words("١٢ ثم ٣٤ ثم ٥٦")).figures) == len(sketch(fold_words("12 then 34 then 5,600.7")).figures) == 2


def test_a_character_is_a_word_where_words_are_not_spaced() -> None:
    """Chinese, kana and Thai letters count one by one, and Latin words among them as words."""
    assert sketch(fold_words("新しいiPhone 15の")).words == 6


def test_samples_are_sorted_and_bounded() -> None:
    """A long text keeps so many hashes, each once, none that means "no hash"."""
    made = sketch(fold_words(long_text(0, 5_000)))
    assert (len(made.keys), len(made.pairs)) == (KEYS, SAMPLE)
    for hashes in (made.keys, made.pairs):
        assert (hashes[1:] > hashes[:-1]).all()
    assert made.pairs.max() < NO_HASH


@pytest.mark.parametrize(("start", "end"), [(0, 1_000), (500, 1_000), (200, 600), (700, 1_700), (2_000, 3_000)])
def test_overlap_is_near_the_truth(start: int, end: int) -> None:
    """Of a text of a thousand words and another, the estimates are off by no more than chance allows."""
    left, right = sketch(long_text(0, 1_000)), sketch(long_text(start, end))
    found = overlap(row(left.pairs), row(right.pairs))
    shared = max(min(end, 1_000) - start, 0)
    assert found.resemblance[0] == pytest.approx(shared / (1_000 + end - start - shared), abs=0.12)
    assert found.shared[0] / found.right[0] == pytest.approx(shared / (end - start), abs=0.15)


def test_texts_that_fit_their_samples_are_compared_exactly() -> None:
    """Of forty and sixty words that share forty the estimate is the share."""
    found = overlap(row(sketch(long_text(0, 60)).pairs), row(sketch(long_text(0, 40)).pairs))
    assert (found.left.tolist(), found.right.tolist(), found.shared.tolist()) == ([59], [39], [39])


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_base64_gives_back_what_it_was_given(values: list[int]) -> None:
    """Hashes survive their text."""
    assert from_base64(to_base64(np.array(values, np.uint64)), "<u8").tolist() == values


@given(st.lists(st.integers(0, 2**64 - 1), max_size=400), st.integers(1, 9), st.integers(1, 64))
def test_the_smallest_are_those_of_all(values: list[int], times: int, number: int) -> None:
    """To sort only the lowest part of many hashes finds the smallest different ones, however often each stands there."""
    hashes = np.array(values * times, np.uint64)
    assert _smallest(hashes, number).tolist() == sorted(set(values))[:number]
