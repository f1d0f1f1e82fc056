"""Words that carry a subject, and what a line shares with the text around it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from copydesk.transforms.extract.vocabulary import Vocabulary, content_words, may_be_compared
from copydesk.transforms.rules import Rules

from .looks import observe

FERRY: Final = "The ferries of the island came back on Sunday, and the islanders stood on the pier until the evening."
FERRY_TOO: Final = "Every ferry needs an island, said a man on the pier, and every islander needs a ferry with a captain."
BAKER: Final = "Bread was baked here since the flood, and the ovens were never cold until the bakers retired in autumn."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the ferries of the island", {"ferrie", "island"}),
        ("FERRIES Ferries ferries", {"ferrie"}),
        ("STRASSE Straße", {"strass"}),
        ("Ярмарка в городе", {"ярмарк", "городе"}),
        ("东京 雨", {"东京", "雨"}),
        ("東京は雨", {"東京", "京は", "は雨"}),
        ("다리 공사", {"다리", "공사"}),
        ("다리 of old", {"다리"}),
        ("bridge 東京", {"br", "ri", "id", "dg", "ge", "東京"}),
        ("2024 a b 12", set()),
        ("", set()),
    ],
)
def test_the_words_of_a_text(text: str, words: set[str]) -> None:
    """Words are cut to their beginnings whatever their case; scripts without spaces give pairs; Korean words are short."""
    assert content_words(text) == words


def test_a_text_of_any_length_is_read_a_little() -> None:
    """Only the beginning of a very long line counts."""
    assert content_words("harbour " * 100_000 + "lighthouse") == {"harbou"}


def vocabulary(rules: Rules, *lines: str) -> Vocabulary:
    """The vocabulary of these lines; those of a few words are compared with the prose."""
    observed = observe(rules, *lines)
    units = np.array([line.units for line in observed])
    prose = np.array([line.prose for line in observed])
    return Vocabulary(observed, prose, may_be_compared(units, prose))


def test_a_headline_names_what_its_story_tells(rules: Rules) -> None:
    """The share of a short line's words that stand in the paragraphs below it, and in those above."""
    below, above = vocabulary(rules, BAKER, "Island ferries return", "Bakers of bread", FERRY, FERRY_TOO).overlaps()
    assert below[1] == pytest.approx(2 / 3)
    assert above[1] == 0
    assert (below[2], above[2]) == (0, 1)
    assert below[[0, 3, 4]].tolist() == [0, 0, 0]


def test_far_from_prose_nothing_is_compared(rules: Rules) -> None:
    """A menu a long way above the text shares nothing with it, whatever it says; nor does what stands behind the last prose."""
    below, above = vocabulary(rules, "Island ferries", *["More news"] * 30, FERRY, "Island ferries").overlaps()
    assert (below[0], below[-1], above[-1]) == (0, 0, 0)


def test_a_new_story_brings_new_words(rules: Rules) -> None:
    """Across a gap the share of known words falls where the subject changes; it is whole where there is no gap."""
    same = vocabulary(rules, FERRY, "More on this", FERRY_TOO).kinship()
    other = vocabulary(rules, FERRY, "More on this", BAKER).kinship()
    assert same[0] == other[0] == 1
    assert same[1] == same[2] > other[1] == other[2]
    assert vocabulary(rules, FERRY, BAKER).kinship().tolist() == [1, 1]


def test_words_of_a_page_are_familiar(rules: Rules) -> None:
    """A line whose words stand in three other paragraphs is wholly the page's own; a paragraph does not vouch for itself."""
    alone = vocabulary(rules, FERRY, "Island ferries", "Tractor museum").familiarity()
    assert alone[0] == 0
    assert alone[2] == 0
    often = vocabulary(rules, *[FERRY] * 4, "Island ferries").familiarity()
    assert often.tolist() == [1] * 5
    assert 0 < alone[1] < 1


def test_a_page_without_prose(rules: Rules) -> None:
    """Where there is no text, nothing is shared with it."""
    found = vocabulary(rules, "Home", "Island ferries", "* * *")
    assert [values.tolist() for values in found.overlaps()] == [[0, 0, 0]] * 2
    assert found.kinship().tolist() == [1, 1, 1]
    assert found.familiarity().tolist() == [0, 0, 0]
