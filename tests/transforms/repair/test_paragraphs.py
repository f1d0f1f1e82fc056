"""Where running speech is cut into paragraphs: between the limits, where the subject turns, in linear time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.repair import paragraphs, repair_speech
from copydesk.transforms.repair.paragraphs import cut_paragraphs
from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import RepairSettings
from copydesk.transforms.shapes import Document

from .conftest import cases, speech_of

Make = Callable[..., Document]


def limits(least: int, most: int) -> RepairSettings:
    """The settings with these words of a paragraph."""
    return RepairSettings(min_confidence=0.8, paragraph_words=least, paragraph_max_words=most)


def pieces(text: str, starts: list[int]) -> list[str]:
    """The paragraphs themselves."""
    return [text[low:high].strip() for low, high in pairwise([*starts, len(text)])]


@pytest.mark.parametrize("case", cases("paragraphs"))
def test_a_case(case: dict[str, Any]) -> None:
    """Each case of the file is cut as it says."""
    joined = "".join(part if part[-1] in "。！？" else part + " " for part in case["paragraphs"]).strip()
    assert pieces(joined, cut_paragraphs(joined, [], limits(*case["words"]))) == case["paragraphs"]


@given(sizes=st.lists(st.integers(1, 30), min_size=1, max_size=60), forced=st.lists(st.integers(0, 59), max_size=6))
def test_paragraphs_keep_to_their_limits(sizes: list[int], forced: list[int]) -> None:
    """None is over the most; a forced start is one; a turn that is long enough has no paragraph that two could share."""
    sentences = [" ".join([f"W{i % 7}ord", *["said"] * (size - 1)]) + ". " for i, size in enumerate(sizes)]
    offsets = [sum(map(len, sentences[:i])) for i in range(len(sentences))]
    turns = sorted({offsets[i] for i in forced if i < len(offsets)} | {0})
    text = "".join(sentences).rstrip()
    starts = cut_paragraphs(text, turns, limits(20, 60))
    assert set(turns) <= set(starts) <= set(offsets)
    assert starts == sorted(set(starts))
    words = [len(part.split()) for part in pieces(text, starts)]
    assert max(words) <= 60
    for (start, left), (middle, right) in pairwise(zip(starts, words, strict=True)):
        assert start < middle
        assert middle in turns or left >= 20 or right >= 20 or left + right > 60


def test_a_long_sentence_is_cut_at_words() -> None:
    """Speech without sentence ends is cut every so many words, and what is left over joins the sentence that follows."""
    text = " ".join(["word"] * 130) + ". Short one. " + " ".join(["Then"] * 20) + "."
    assert [len(part.split()) for part in pieces(text, cut_paragraphs(text, [], limits(20, 60)))] == [60, 60, 32]


def test_paragraphs_stay_with_their_time_and_speaker(transcript: Make, rules: Rules) -> None:
    """A paragraph that the subject starts has the time of the line in which its first word stands, and that line's speaker."""
    garden = "The garden was dry and the roses in the garden were thirsty for water. "
    engine = "The engine of the tractor broke and the oil of the engine was lost. "
    lines = [*[garden] * 7, *[engine] * 7]
    document: Document = transcript("\n".join(line.strip() for line in lines))
    blocks = tuple(
        replace(block, layout=replace(block.layout, time=10.0 * i, speaker="ANNA")) for i, block in enumerate(document.blocks)
    )
    found = speech_of(repair_speech(replace(document, blocks=blocks), rules))
    assert [(block.text.split()[1], block.layout.time, block.layout.speaker) for block in found] == [
        ("garden", 0.0, "ANNA"),
        ("engine", 70.0, "ANNA"),
    ]


def test_the_work_grows_with_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the speech is twice the sums, however its sentences lie."""
    asked = 0
    whole = paragraphs._leans

    def counted(text: str, at: int) -> bool:
        nonlocal asked
        asked += 1
        return whole(text, at)

    monkeypatch.setattr(paragraphs, "_leans", counted)
    text = "We went on and on there. " * 400
    cut_paragraphs(text, [], limits(60, 150))
    once, asked = asked, 0
    cut_paragraphs(text * 2, [], limits(60, 150))
    assert once < asked <= 2 * once + 1
