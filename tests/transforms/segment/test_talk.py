"""A talk's sentences, turns and words, and what is measured of them."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.segment import shifts, talk
from copydesk.transforms.segment.moves import measure_moves
from copydesk.transforms.segment.shifts import measure_shifts
from copydesk.transforms.segment.talk import Talk, read_talk

from .talks import make_talk, paragraphs_of
from .test_chapters import PARTS, TEMPLATES

ENGLISH = load_rules().discourse["en"]


def read(text: str, *speakers: str | None) -> Talk:
    """The talk of a text, with the speakers of its paragraphs."""
    return read_talk(text, paragraphs_of(text, speakers))


def test_units_are_sentences() -> None:
    """Each sentence is a unit, folded, where a chapter may start; words are counted up to it."""
    found = read("One two three. Four FIVE?\n\nSix.")
    assert found.folded == ("one two three.", "four five?", "six.")
    assert found.free.all()
    assert list(found.said) == [0, 3, 5, 6]
    assert list(found.paragraphs) == [True, False, True]
    assert found.words == ("one", "two", "three", "four", "five", "six")
    assert list(found.places) == [0, 0, 0, 1, 1, 2]


def test_speech_without_punctuation_is_cut_in_pieces_but_no_chapter_starts_in_them() -> None:
    """A run of words is measured in even pieces; only its first may start a chapter; the words add up."""
    found = read(" ".join(["word"] * 100) + "\n\n" + "東京" * 100)
    assert len(found) > 8
    assert list(np.flatnonzero(found.free)) == [0, list(found.starts).index(501)]
    assert found.said[-1] == 200
    assert (np.diff(found.said) > 0).all()


def test_many_sentences_are_read_by_twos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the most that are kept apart, units are several sentences each, and no word is lost."""
    monkeypatch.setattr(talk, "MOST", 10)
    found = read("Yes it is. " * 25)
    assert len(found) == 9
    assert found.said[-1] == 75


def test_labels_that_come_back_are_speakers() -> None:
    """A name with a colon in front of four sentences or more is a label, in full or in part; a rarer one is said."""
    text = "ANA ORTEGA: One. BEN: Two. Note: Three. Ortega went. " + "ANA ORTEGA: Four. Five. BEN: Six. ORTEGA: Seven. " * 4
    found = read(text)
    assert found.folded[:5] == ("one.", "two.", "note: three.", "ortega went.", "four.")
    assert list(found.turns[:8]) == [1, 2, 2, 2, 3, 3, 4, 5]
    assert list(found.speakers[:8]) == [0, 1, 1, 1, 0, 0, 1, 0]
    assert text[found.spoken[0] :].startswith("One.")


def test_paragraphs_know_their_speakers() -> None:
    """The speaker of a paragraph starts a turn; a paragraph without one goes on with it; a bare mark is somebody else."""
    found = read("One.\n\nTwo.\n\nThree.\n\n>> Four.", "Ana", None, "Ben")
    assert list(found.turns) == [1, 1, 2, 3]
    assert list(found.speakers) == [0, 0, 1, -1]


def test_words_shift_where_the_subject_does() -> None:
    """Similarity is least, and most words begin, at the place where another subject begins."""
    made = make_talk([["One.", *PARTS[0][1:]], ["Two.", *PARTS[1][1:]]], TEMPLATES["en"])
    found = read(made.text)
    place = int(np.searchsorted(found.starts, made.starts[1]))
    features = measure_shifts(found, ENGLISH.common)
    middle = slice(len(found) // 4, 3 * len(found) // 4)
    assert {len(values) for values in features.values()} == {len(found)}
    for name, least in (("similar_240", True), ("valley_240", False), ("begin_after_100", False), ("new_after_100", False)):
        values = features[name][middle] * (-1 if least else 1)
        assert abs(int(np.argmax(values)) + middle.start - place) <= 3, name


def test_measures_are_bounded_and_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However words are dealt out among chunks, the same talk gives the same finite figures."""
    made = make_talk(PARTS, TEMPLATES["en"])
    first = measure_shifts(read(made.text), ENGLISH.common)
    monkeypatch.setattr(shifts, "AT_ONCE", 64)
    second = measure_shifts(read(made.text), ENGLISH.common)
    for name, values in first.items():
        assert np.isfinite(values).all(), name
        assert np.allclose(values, second[name], atol=1e-3), name


def test_only_the_most_frequent_terms_have_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on terms changes the figures only of talks that have more."""
    made = make_talk(PARTS, TEMPLATES["en"])
    whole = measure_shifts(read(made.text), ENGLISH.common)["similar_120"]
    monkeypatch.setattr(shifts, "TERMS", 1)
    assert not np.allclose(measure_shifts(read(made.text), ENGLISH.common)["similar_120"], whole)


def test_what_speakers_say_at_a_place() -> None:
    """Phrases count at the sentence that they open, words in front passed over, and before and after it."""
    found = read("It was late. So, um, moving on. Thank you for joining us! Can you tell me about the boat? Yes.")
    moves = measure_moves(found, ENGLISH)
    assert list(moves["open_change"]) == [0, 1, 0, 0, 0]
    assert list(moves["open_change_next"]) == [1, 0, 0, 0, 0]
    assert list(moves["open_change_before"]) == [0, 0, 1, 0, 0]
    assert list(moves["open_lean"]) == [1, 0, 0, 0, 0]
    assert list(moves["open_ask"]) == [0, 0, 0, 1, 0]
    assert list(moves["asked"]) == [0, 0, 0, 1, 0]
    assert list(moves["hold_greet_after"]) == [1, 1, 1, 0, 0]
    assert list(moves["led"]) == [0, 1, 0, 0, 1]


def test_without_phrases_only_questions_and_turns_are_left() -> None:
    """A language whose phrases are not known has the same features, those of phrases all 0."""
    found = read("Moving on. Can you tell me about the boat?")
    with_phrases, without = measure_moves(found, ENGLISH), measure_moves(found, None)
    assert with_phrases.keys() == without.keys()
    assert not any(values.any() for name, values in without.items() if name.startswith(("open_", "hold_", "led")))
    assert without["asked"].any()


def test_the_host_is_who_asks() -> None:
    """Turns of the one who asks most for what he says are the host's; in a talk without speakers there are none."""
    text = "\n\n".join(["What about it? And that?", "It was long ago. We went there. It was good."] * 6)
    moves = measure_moves(read(text, *["Ana", "Ben"] * 6), ENGLISH)
    assert list(moves["turn"][:5]) == [1, 0, 1, 0, 0]
    assert list(moves["turn_host"][:5]) == [1, 0, 0, 0, 0]
    assert list(moves["turn_inside"][:5]) == [0, 1, 0, 1, 1]
    unknown = measure_moves(read(text), ENGLISH)
    assert not any(values.any() for name, values in unknown.items() if name.startswith("turn"))
