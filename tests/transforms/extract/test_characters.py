"""The characters of a page's lines are counted for all lines at once, as a look at each line by itself would count them."""

from __future__ import annotations

import random
import re
import tracemalloc

import pytest

from copydesk.transforms.extract.characters import TITLED_WORDS, Spelling, spell
from copydesk.transforms.extract.lines import measure_units

ALPHABET = "ab Aé ßǅªİ .,;:!?…\"'“”’»«)（。，、！؟۔ 12٣ 東のกж\u3000\xa0😀"
MARK = re.compile(r"[.!?,;:。，、！？；।،۔؟](?:(?<=[。，、！？；।،۔؟])|(?=[\s\"'”’»)]|$))")


def spell_alone(text: str) -> Spelling:
    """One line, looked at by itself."""
    found = MARK.findall(text)
    initials = [word[0] for word in text.split(" ")[:TITLED_WORDS] if word]
    letters = [char for char in initials if char.isalpha()]
    return Spelling(
        units=measure_units(text),
        marks=len(found) - found.count("؟") - (text[-1] in ".!?,;:"),
        stops=sum(mark in ".!?。！？।۔؟" for mark in found),
        titled=sum(map(str.isupper, letters)) / len(letters) if letters else 0.0,
        capitals=bool(letters) and text.isupper(),
        digits=len(re.findall(r"\d", text)),
        quoted=re.search(r"[\"“”«»「」„]", text) is not None,
    )


def test_lines_at_once_are_lines_one_by_one() -> None:
    """Whatever characters of whatever scripts stand in lines, and whatever lines stand beside them, the counts are theirs."""
    chance = random.Random(7)  # noqa: S311 - lines, no secrets
    for _ in range(300):
        lines = ["".join(chance.choices(ALPHABET, k=chance.randint(1, 90))) for _ in range(6)]
        assert spell(lines) == [spell_alone(line) for line in lines]


@pytest.mark.parametrize("line", ["x", " ", "?", "NATO", "Ǆ", "word " * 100, "\ud800 lone", "؟", "12:30"])
def test_odd_lines(line: str) -> None:
    """A single character, capitals, a title-case letter, more words than are read and half a surrogate pair are counted."""
    assert spell([line, line]) == [spell_alone(line)] * 2


def test_a_page_of_any_length() -> None:
    """Lines that are read in several goes are counted as if each were alone, one longer than a go among them."""
    lines = ["Word, " * 40_000, "Ferry back?", *["“It rained.”"] * 20_000, "A 1"]
    assert spell(lines) == [spell_alone(lines[0]), spell_alone(lines[1]), *[spell_alone(lines[2])] * 20_000, spell_alone("A 1")]


@pytest.mark.parametrize("line", [ALPHABET * 1_500, "東京。" * 30_000, "N A T O " * 9_000, "x" * 70_000, "a? " * 30_000 + "؟"])
def test_a_line_too_long_to_be_read_at_once(line: str) -> None:
    """A line of a megabyte is counted as a short one is, without forty bytes of memory for each of its characters."""
    lines = ["Short.", line, line, "After it?"]
    tracemalloc.start()
    found = spell(lines)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [spell_alone(each) for each in lines]
    assert peak < 12 * len(line) + 800_000


def test_no_lines() -> None:
    """A page without lines has no counts."""
    assert spell([]) == []
