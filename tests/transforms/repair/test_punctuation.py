"""Marks and capitals put into speech that has none: no word is changed, and only such speech is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline import clean
from copydesk.pipeline.resources import load_rules
from copydesk.transforms.explain import Edit, apply_edits, undo
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.repair.punctuation import Punctuator, lacks_marks
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

from .conftest import cases, speech_of, wrap

Make = Callable[..., Document]
TALK = (
    "so we went down to the harbour in the morning and i asked the men there what they had caught what did you catch i said "
    "they told me that it was nothing much well i did not believe them because the boats were full of fish "
)


def restore(text: str) -> list[Edit]:
    """What the shipped weights put into a text."""
    punctuator = load_rules().punctuator
    assert punctuator is not None
    return punctuator.restore(text)


def letters(text: str) -> list[str]:
    """The words, with nothing but letters and digits in them."""
    return ["".join(filter(str.isalnum, word.casefold())) for word in text.split()]


@pytest.mark.parametrize("case", cases("punctuation"))
def test_a_case(case: dict[str, Any]) -> None:
    """Each case of the file comes out as it says."""
    assert apply_edits(case["text"], restore(case["text"]))[0] == case.get("restored", case["text"])


WORDS = st.sampled_from(
    ["so", "we", "i", "i'm", "don’t", "Rome", "NASA", "3.5", "1,000", "state-of-the-art", "[Music]", "(laughter)", ">>", "♪",
     "-", "um", "uh", "yes.", "no,", "what?", '"well', 'then"', "ß", "ŉ", "été", "東京", "and", "the", "boats", "(", "x)", "[",
     "%", "&gt;&gt;", "bitcoin", "utxo"],
)  # fmt: skip


@given(words=st.lists(WORDS, max_size=60))
@settings(deadline=None)
def test_no_word_is_changed(words: list[str]) -> None:
    """Whatever is said, marks come behind words and capitals into them; all letters, digits and marks that were there stay."""
    text = " ".join(words)
    edits = restore(text)
    after, changes = apply_edits(text, edits)
    assert undo(after, changes) == text
    assert [word.casefold().rstrip(".,?") for word in after.split()] == [word.casefold().rstrip(".,?") for word in words]
    assert {edit.rule for edit in edits} <= {"punctuation", "capitals"}
    assert all(0 <= edit.confidence <= 1 for edit in edits)


@given(text=st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_borne(text: str) -> None:
    """No text, of whatever script, breaks it, and none loses a letter."""
    after, changes = apply_edits(text, restore(text))
    assert undo(after, changes) == text
    assert letters(after) == letters(text)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (TALK, True),
        (TALK * 3 + "that was it. ", True),
        ("We went down. It was cold, and nobody spoke. " * 5, False),
        ("we went down. it was cold and nobody spoke. " * 5, False),
        ("and so on", False),
        ("version 2.0 of it cost 3.5 million so they took version 1.9 which was there for free and that was all of it", True),
    ],
)
def test_speech_without_marks_is_told(text: str, *, lacks: bool) -> None:
    """Only speech of some length with hardly a sentence end lacks its marks; a point in a number is no end."""
    assert lacks_marks(text) is lacks


def test_a_transcript_says_what_was_restored() -> None:
    """The story of an unpunctuated transcript names what a model put in, and has no change for it."""
    (story,) = clean(wrap(TALK * 4), kind="transcript")
    assert story.restored == ("punctuation", "capitals")
    assert story.changes == ()
    assert story.text.startswith("So we went")
    assert story.text.endswith((".", "?"))
    assert letters(story.text) == letters(TALK * 4)


def test_punctuated_and_other_languages_stay(transcript: Make, rules: Rules) -> None:
    """Speech that has its marks, and speech that is not English, is as it was."""
    marked = wrap("We went down to the sea. It was cold, and nobody spoke. " * 8)
    german = wrap("wir gingen am morgen zum hafen und ich fragte die leute was sie gefangen hatten und sie sagten nichts " * 4)
    for text, language in ((marked, "en"), (german, "de"), (german, None)):
        after = speech_of(repair_speech(transcript(text, language=language), rules))
        assert all(block.restored == () for block in after)
        assert " ".join(block.text for block in after) == " ".join(text.split())


def test_without_weights_nothing_is_restored(transcript: Make, rules: Rules) -> None:
    """While the weights are being learned, unpunctuated speech passes as it is."""
    (paragraph,) = speech_of(repair_speech(transcript(wrap(TALK)), replace(rules, punctuator=None)))
    assert (paragraph.text, paragraph.restored) == (TALK.strip(), ())


def test_speech_in_capitals_keeps_them(transcript: Make, rules: Rules) -> None:
    """Captions in capital letters get marks only, and say so."""
    after = speech_of(repair_speech(transcript(wrap(TALK.upper() * 2)), rules))
    assert {block.restored for block in after} == {("punctuation",)}
    assert letters(" ".join(block.text for block in after)) == letters(TALK * 2)


def test_changes_stand_where_they_say(transcript: Make, rules: Rules) -> None:
    """A repair is found at its offsets among the restored marks, and taking it back gives the source's letters."""
    text = (TALK + "they should of told me it was for all intensive purposes the best day of the year ") * 4
    document = transcript(wrap(text))
    after = speech_of(repair_speech(document, rules))
    changes = [(block, change) for block in after for change in block.changes]
    assert len(changes) >= 4
    assert all(block.text[change.start : change.end] == change.after for block, change in changes)
    assert {change.after.casefold() for _, change in changes} >= {"have"}
    assert letters(" ".join(undo(block.text, block.changes) for block in after)) == letters(text)
    for block in after:
        source = " ".join(document.text[start:end] for start, end in block.spans)
        assert letters(undo(block.text, block.changes)) == letters(source)


def test_a_turn_ends_a_sentence(transcript: Make, rules: Rules) -> None:
    """Before another speaker a sentence ends, after his label one begins, and the label stays as it is."""
    lines = [f"ANNA LEE: {TALK}", f"BO: {TALK}"] * 2
    after = speech_of(repair_speech(transcript("\n".join(line.strip() for line in lines)), rules))
    starts = [block.text[: len(label)] for block, label in zip(after, ["ANNA LEE: So we", "BO: So we"] * 2, strict=True)]
    assert starts == ["ANNA LEE: So we", "BO: So we"] * 2
    assert all(block.text.endswith((".", "?")) for block in after)


def test_sentences_of_restored_speech_end_paragraphs(transcript: Make, rules: Rules) -> None:
    """Paragraphs are cut at the sentence ends that were put in."""
    after = speech_of(repair_speech(transcript(wrap(TALK * 20)), rules))
    assert len(after) > 3
    assert sum(block.text.endswith((".", "?")) for block in after) >= len(after) - 1


TABLES: dict[str, Any] = {
    "table": {"shape": [3, 1], "scales": "ADwAPAA8", "int4": "iYg="},
    "pairs": {"shape": [2, 1], "scales": "ADwAPA==", "int4": "iA=="},
    "layers": [],
}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"words": "a b"}, "2 words, 3 rows"),
        ({"pairs": "AQAAAAIAAAA="}, "2 pairs, 1 rows"),
        ({"networks": []}, "no networks"),
        ({"networks": [TABLES | {"out": {"shape": [2, 5], "scale": [1] * 5, "int8": "AAAAAAAAAAAAAA=="}, "bias": [0] * 5}]},
            "layers that do not fit"),
        ({"networks": [TABLES | {"pairs": {"shape": [2, 2], "scales": "ADwAPA==", "int4": "iIg="}, "bias": [0] * 5,
            "out": {"shape": [1, 5], "scale": [1] * 5, "int8": "AAAAAAA="}}]}, "layers that do not fit"),
        ({"networks": [TABLES | {"out": {"shape": [1, 2], "scale": [1] * 2, "int8": "AAA="}, "bias": [0] * 2}]},
            "2 scores, 5 are wanted"),
    ],
)  # fmt: skip
def test_weights_that_do_not_fit_are_refused(broken: dict[str, Any], says: str) -> None:
    """A file of weights whose parts do not belong together is an error that says what is wrong."""
    network = TABLES | {"out": {"shape": [1, 5], "scale": [1] * 5, "int8": "AAAAAAA="}, "bias": [0] * 5}
    whole = {"words": " - a", "pairs": "AQAAAA==", "cased": {}, "networks": [network]}
    assert Punctuator.from_json(whole).rows == {"": 0, "-": 1, "a": 2}
    with pytest.raises(ValueError, match=says):
        Punctuator.from_json(whole | broken)
