"""`repair.tidy_speech`: what is taken out, what stays, and that each change is listed and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import RuleError
from copydesk.transforms.explain import undo
from copydesk.transforms.repair import consider, repair_speech
from copydesk.transforms.repair.fillers import parse_fillers
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.shapes import Document
from copydesk.transforms.write import check_account

from .conftest import cases, speech_of, wrap

Make = Callable[..., Document]


def asked(rules: Rules) -> Rules:
    """The rules with tidy speech."""
    table = rules.settings.repair.model_copy(update={"tidy_speech": True})
    return replace(rules, settings=rules.settings.model_copy(update={"repair": table}))


def said(document: Document, rules: Rules) -> str:
    """What is read in the end."""
    return " ".join(block.text for block in speech_of(repair_speech(document, rules)))


@pytest.mark.parametrize("case", cases("tidy"))
def test_slips_go_and_what_is_meant_stays(case: dict[str, Any], transcript: Make, rules: Rules) -> None:
    """The speech reads as the case says, however it is broken into lines; with its changes undone as before."""
    for width in (400, 40):
        document = transcript(wrap(case["before"], width), language=case.get("language", "en"))
        paragraphs = speech_of(repair_speech(document, asked(rules)))
        assert " ".join(block.text for block in paragraphs) == case.get("after", case["before"])
        back = " ".join(undo(block.text, block.changes) for block in paragraphs)
        assert back == case["before"] or any(block.restored for block in paragraphs)
        check_account(segment_stories(repair_speech(document, asked(rules)), asked(rules)))


@pytest.mark.parametrize("case", cases("tidy"))
def test_nothing_goes_unless_it_is_asked_for(case: dict[str, Any], transcript: Make, rules: Rules) -> None:
    """By default every filler and repeat stays."""
    document = transcript(wrap(case["before"]), language=case.get("language", "en"))
    assert [one for one in consider(document, rules) if one.rule.startswith("tidy")] == []


def test_marks_are_put_into_what_is_left(transcript: Make, rules: Rules) -> None:
    """Speech without marks has them restored after its fillers are gone, none of which is left."""
    before = "so um we went to the the harbour and uh the boat had left by then and we were um very late for it "
    document = transcript(wrap(before * 3))
    paragraphs = speech_of(repair_speech(document, asked(rules)))
    assert all("punctuation" in block.restored for block in paragraphs)
    words = " ".join(block.text for block in paragraphs).lower().replace(",", "").replace(".", "").split()
    assert words == ("so we went to the harbour and the boat had left by then and we were very late for it " * 3).split()


def test_each_is_listed_with_its_rule(transcript: Make, rules: Rules) -> None:
    """A filler and a repeat are changes of their own rules, with what stood there."""
    document = transcript("So we, um, left the the town and uh the the house.")
    (paragraph,) = speech_of(repair_speech(document, asked(rules)))
    assert [(change.before, change.after, change.rule) for change in paragraph.changes] == [
        (", um,", "", "tidy_filler"),
        (" the", "", "tidy_repeat"),
        (" uh", "", "tidy_filler"),
        (" the", "", "tidy_repeat"),
    ]


def test_repairs_go_before(transcript: Make, rules: Rules) -> None:
    """Where a word is mended and a filler stands beside it, the word is mended."""
    before = "For all intensive purposes um it was over. For all intensive purposes it was um over."
    text = said(transcript(before), asked(rules))
    assert text == "For all intents and purposes um it was over. For all intents and purposes it was over."


def test_a_turn_of_nothing_but_a_filler_stays(transcript: Make, rules: Rules) -> None:
    """No paragraph is emptied, and no change reaches from one speaker to another."""
    document = transcript("ANNA: So we left, um\nBO: Um\nANNA: um yes\nBO: Uh, the\nANNA: The boat.")
    paragraphs = speech_of(repair_speech(document, asked(rules)))
    assert [block.text for block in paragraphs] == ["ANNA: So we left", "BO: Um", "ANNA: yes", "BO: The", "ANNA: The boat."]
    assert [block.layout.speaker for block in paragraphs] == ["ANNA", "BO", "ANNA", "BO", "ANNA"]


PIECES = st.sampled_from(
    ["um", "Um,", "uh", "uh,", "Uh.", "the", "the", "The", "I", "I,", "we", "went", "went.", "you know,", ", you know,",
     "in the", ">>", "A:", "B:", "\n", "-", "...", "off", "Paris,", "and", "3"],
)  # fmt: skip
RULES = asked(load_rules())


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(PIECES, min_size=1, max_size=60))
def test_whatever_is_said_the_account_adds_up(pieces: list[str]) -> None:
    """Every character is in one story, and undoing the changes gives the words as they were."""
    from copydesk.pipeline.single import item_of
    from copydesk.transforms.decode import decode

    text = "They should know. " + " ".join(pieces)
    document = decode(item_of(text.encode(), RULES.settings, kind="transcript"), RULES)
    blocks = tuple(replace(block, rule="speech.line") for block in document.blocks)
    document = replace(document, blocks=blocks, language_hint="en")
    repaired = repair_speech(document, RULES)
    check_account(segment_stories(repaired, RULES))
    for block in speech_of(repaired):
        stood = "".join("".join(document.text[a:b].split()) for a, b in block.spans)
        if not block.restored:
            assert "".join(undo(block.text, block.changes).split()) == stood
        assert block.text.strip() == block.text
        assert block.text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"fillers": ["um"]}, "language: None is no text"),
        ({"language": "en"}, "fillers: no word"),
        ({"language": "en", "fillers": ["um", "Um"]}, "fillers: 'um' stands twice"),
        ({"language": "en", "fillers": ["um um"]}, "fillers: 'um um' is no single word"),
        ({"language": "en", "fillers": [""]}, "fillers: '' is no single word"),
        ({"language": "en", "fillers": "um"}, "fillers: 'um' is no list of words"),
        ({"language": "en", "fillers": ["um"], "noises": []}, "unknown key 'noises'"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(data: dict[str, Any], told: str) -> None:
    """The message names file, key and value."""
    with pytest.raises(RuleError) as error:
        parse_fillers("xx.toml", data)
    assert str(error.value).startswith("xx.toml: ")
    assert told in str(error.value)
