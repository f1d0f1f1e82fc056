"""Chapters: where they start, what they are called, and what leaves a transcript without any."""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import RuleError
from copydesk.transforms.repair.paragraphs import sentence_starts
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.segment.chapters import ChapterModel, Lengths, choose_starts, find_chapters
from copydesk.transforms.segment.talk import count_words
from copydesk.transforms.shapes import Chapter, Kind

from .talks import MadeTalk, make_talk, paragraphs_of
from .test_boundaries import CASES, cases
from .test_segment_stories import make_document

TEMPLATES: Final = tomllib.loads((CASES / "chapters.toml").read_text(encoding="utf-8"))["templates"]
NEAR: Final = 60
"""Words between a part's start and the chapter that is found there."""
PARTS: Final = [
    ["Welcome to the show.", "sourdough", "oven", "flour", "crust", "starter", "bakery"],
    ["Let's talk about the garden. How did that begin?", "compost", "beehive", "orchard", "hedge", "greenhouse", "seedling"],
    ["Moving on, tell me about the boat.", "rudder", "harbour", "mainsail", "anchor", "compass", "keel"],
]


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


def chapters_of(talk: MadeTalk, rules: Rules, language: str | None = "en") -> tuple[Chapter, ...]:
    """The chapters of a made talk."""
    return find_chapters(talk.text, talk.paragraphs, rules, language)


@pytest.mark.parametrize("case", cases("chapters"))
def test_chapters_start_where_the_subject_changes(case: dict[str, Any], rules: Rules) -> None:
    """As many parts of a talk as are expected have a chapter within some words of their start, and there are few others."""
    talk = make_talk(case["parts"], TEMPLATES[case["language"]], 48 if len(case["parts"]) > 1 else 160)
    found = chapters_of(talk, rules, case["language"])
    near = [
        start
        for start in talk.starts[1:]
        if any(count_words(talk.text[slice(*sorted((start, chapter.start)))]) <= NEAR for chapter in found)
    ]
    assert len(near) >= case["found"]
    assert len(found) <= case["chapters"]


@pytest.mark.parametrize("language", ["en", "de", "ja", None])
def test_chapters_start_with_sentences_and_are_called_by_their_own_words(language: str | None, rules: Rules) -> None:
    """The first chapter starts at 0, each at a sentence or a paragraph; every phrase of a title stands in its chapter."""
    case = next(case.values[0] for case in cases("chapters") if case.values[0]["language"] == (language or "de"))
    talk = make_talk(case["parts"], TEMPLATES[language or "de"])
    found = chapters_of(talk, rules, language)
    starts = [chapter.start for chapter in found]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert set(starts) <= {0, *sentence_starts(talk.text), *(paragraph.start for paragraph in talk.paragraphs)}
    for chapter, end in zip(found, [*starts[1:], len(talk.text)], strict=True):
        assert chapter.title
        assert all(phrase in talk.text[chapter.start : end] for phrase in chapter.title.split(", "))


def test_titles_name_what_a_chapter_is_about(rules: Rules) -> None:
    """A title has words of its part and none of another one's."""
    talk = make_talk(PARTS, TEMPLATES["en"])
    found = chapters_of(talk, rules)
    for chapter in found:
        part = max(n for n, start in enumerate(talk.starts) if start <= chapter.start + 200)
        words = set(chapter.title.replace(",", "").split())
        assert words & set(PARTS[part])
        assert not words & {word for n, other in enumerate(PARTS) if n != part for word in other[1:]}


def test_a_short_transcript_has_no_chapters(rules: Rules) -> None:
    """Below `chapter_min_words` there are none, and the setting moves the limit."""
    talk = make_talk(PARTS, TEMPLATES["en"], sentences=20)
    assert count_words(talk.text) < rules.settings.segment.chapter_min_words
    assert chapters_of(talk, rules) == ()
    segment = rules.settings.segment.model_copy(update={"chapter_min_words": 300})
    eager = replace(rules, settings=rules.settings.model_copy(update={"segment": segment}))
    assert len(chapters_of(talk, eager)) > 1
    assert chapters_of(talk, replace(eager, chapters=None)) == ()


@pytest.mark.parametrize(("kind", "has"), [("transcript", 1), ("page", 0), ("story", 0)])
def test_only_transcripts_have_chapters(kind: Kind, has: int, rules: Rules) -> None:
    """A long transcript's story has chapters; an article of the same words has none."""
    talk = make_talk(PARTS, TEMPLATES["en"])
    lines = [("body", piece) for piece in talk.text.split("\n\n")]
    (story,) = segment_stories(make_document(*lines, kind=kind), rules).stories
    assert min(len(story.chapters), 1) == has
    assert story.text == talk.text


def test_a_chapter_starts_where_the_host_speaks(rules: Rules) -> None:
    """Where speakers are known, the turn of the one who asks is preferred to the sentences inside of turns."""
    pieces, speakers = [], []
    for opening, *words in PARTS:
        for number in range(12):
            pieces.append(opening if not number else f"And what about the {words[number % 6]}?")
            speakers.append("Host")
            lines = [TEMPLATES["en"][(number + n) % 8].format(*words) for n in range(4)]
            pieces.append(" ".join(lines))
            speakers.append("Guest")
    text = "\n\n".join(pieces)
    paragraphs = paragraphs_of(text, speakers)
    found = find_chapters(text, paragraphs, rules, "en")
    hosts = {paragraph.start for paragraph in paragraphs if paragraph.speaker == "Host"}
    assert len(found) >= len(PARTS)
    assert {chapter.start for chapter in found} <= hosts


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "1 2 3. " * 2000, "word " * 4000, "Yes. No. " * 2000, "\n\n".join(["One two three."] * 700), "[Music] " * 3000,
        "Ann Bee: " * 3000, "。" * 5000, "東京。" * 3000, "a\u0301" * 4000, ">> " * 3000, "ß İ " * 2000,
    ],
)  # fmt: skip
def test_odd_transcripts_are_no_trouble(text: str, rules: Rules) -> None:
    """Whatever is given, chapters ascend from 0 within the text and have titles."""
    for language in ("en", "ja", None):
        found = find_chapters(text, paragraphs_of(text), rules, language)
        starts = [chapter.start for chapter in found]
        assert starts == sorted(set(starts))
        assert starts[:1] in ([], [0])
        assert all(0 <= start < len(text) for start in starts)
        assert all(chapter.title for chapter in found)


# --- the choice ---------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.integers(5, 60), st.booleans()), min_size=2, max_size=9),
    st.floats(40, 200),
    st.floats(0.1, 3),
)
def test_the_choice_is_the_best_there_is(units: list[tuple[float, int, bool]], chapter: float, evenness: float) -> None:
    """No other set of peaks has a greater sum of scores and of what lengths are worth: all are tried."""
    scores = np.array([score for score, _, _ in units])
    said = np.cumsum([0, *(words for _, words, _ in units)])
    free = np.array([may for _, _, may in units])
    lengths = Lengths(chapter=chapter, growth=0.0, shortest=1.0, evenness=evenness)

    def value(starts: tuple[int, ...]) -> float:
        bounds = said[[0, *starts, len(units)]]
        sizes = np.maximum(np.diff(bounds), 20) / chapter
        return float(scores[list(starts)].sum() + evenness * (np.log(sizes) - (sizes - 1)).sum())

    around = [scores[max(0, n - 2) : n + 3].max() for n in range(len(units))]
    peaks = [n for n in range(1, len(units)) if free[n] and scores[n] >= around[n]]
    best = max(value(starts) for size in range(len(peaks) + 1) for starts in itertools.combinations(peaks, size))
    assert value(tuple(choose_starts(scores, said, free, lengths))) == pytest.approx(best)


def test_longer_talks_have_longer_chapters_and_more_of_them() -> None:
    """The common length grows with the talk, slower than the talk does, and never below the shortest."""
    lengths = Lengths(chapter=1000, growth=0.5, shortest=400, evenness=1)
    assert lengths.common(14_000) == 1000
    assert lengths.common(56_000) == 2000
    assert lengths.common(100) == 400


def test_weights_that_do_not_fit_their_features_are_refused() -> None:
    """A row of numbers that is shorter than the list of features is named."""
    lengths = {"chapter": 1000, "growth": 0.5, "shortest": 400, "evenness": 1}
    good = {"features": ["a", "b"], "mean": [0, 0], "spread": [1, 1], "weight": [1, 2], "bias": 0}
    with pytest.raises(RuleError, match=r"weight: 1 numbers for 2 features"):
        ChapterModel.from_json({"lengths": lengths, "phrases": good, "plain": good | {"weight": [1]}})
    model = ChapterModel.from_json({"lengths": lengths, "phrases": good, "plain": good})
    assert list(model.plain.score({"a": np.array([1.0, 0.0]), "b": np.array([1.0, 2.0])})) == [3.0, 4.0]
