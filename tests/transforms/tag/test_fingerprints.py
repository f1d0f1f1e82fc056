"""Digests: of a text's letters and digits, whatever its marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.tag.fingerprints import exact_digest

MARKS = "‘’“”…–—\xa0 .,_'\""


@given(st.lists(st.sampled_from(["rain", "Ends", "7", "été", "дождь"]), min_size=1), st.data())
def test_marks_between_words_are_not_compared(words: list[str], data: st.DataObject) -> None:
    """Texts that differ in capitals, marks and white space alone have one digest."""
    marked = "".join(word.upper() + data.draw(st.text(MARKS, max_size=3)) for word in words)
    assert exact_digest(marked) == exact_digest("".join(words))


@given(st.text(MARKS, max_size=3), st.text(MARKS, max_size=3))
def test_texts_without_words_are_compared_as_they_stand(left: str, right: str) -> None:
    """Of two texts of nothing but marks only equal ones have one digest, white space around them aside."""
    assert (exact_digest(left) == exact_digest(right)) == (left.strip() == right.strip())
