"""The rules of repair, case by case, and the confusions by their own examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.explain import undo
from copydesk.transforms.repair import consider, repair_speech
from copydesk.transforms.rules import Confusion, Rules
from copydesk.transforms.shapes import Document

from .conftest import cases, speech_of, wrap

Make = Callable[..., Document]
CONFUSIONS = load_rules().confusions["en"]


def said(document: Document, rules: Rules) -> str:
    """The repaired speech."""
    return " ".join(block.text for block in speech_of(repair_speech(document, rules)))


@pytest.mark.parametrize("case", cases("words"))
def test_words_are_repaired_on_evidence_and_else_stay(
    case: dict[str, Any], transcript: Make, knowing: Callable[..., Rules]
) -> None:
    """The speech reads as the case says, and with its changes undone as it did before."""
    rules = knowing(case.get("names", {}))
    document = transcript(wrap(case["before"]), case.get("written", ""))
    paragraphs = speech_of(repair_speech(document, rules))
    assert " ".join(block.text for block in paragraphs) == case.get("after", case["before"])
    assert " ".join(undo(block.text, block.changes) for block in paragraphs) == case["before"]


@pytest.mark.parametrize("confusion", CONFUSIONS, ids=lambda confusion: confusion.id)
def test_each_confusion_does_what_its_examples_say(confusion: Confusion, transcript: Make, rules: Rules) -> None:
    """The rule alone mends its examples, and all rules together leave its counter-examples as they are."""
    alone = replace(rules, confusions={"en": (confusion,)})
    for before, after in confusion.examples:
        assert said(transcript(before), alone) == after
    for counter in confusion.counters:
        assert said(transcript(counter), rules) == counter


def test_a_confusion_is_found_wherever_it_stands(transcript: Make, rules: Rules) -> None:
    """Far from both ends of a long talk each rule still mends its first example, though it is only tried around wrong words."""
    far = "And so the old boats came back in. " * 40
    for confusion in CONFUSIONS:
        before, after = confusion.examples[0]
        alone = replace(rules, confusions={"en": (confusion,)})
        assert said(transcript(f"{far}{before} {far.strip()}"), alone) == f"{far}{after} {far.strip()}"


def test_there_are_many_confusions_and_each_is_sure(rules: Rules) -> None:
    """At least forty confusions, each of which would be made."""
    assert len(CONFUSIONS) >= 40
    assert min(confusion.confidence for confusion in CONFUSIONS) >= rules.settings.repair.min_confidence


@pytest.mark.parametrize("language", ["de", "fr", "es", "ja"])
def test_no_english_rule_touches_another_language(language: str, transcript: Make, rules: Rules) -> None:
    """With another language's hint nothing is changed, whatever the words look like."""
    text = "They should of gone there for all intensive purposes."
    assert said(transcript(text, language=language), rules) == text
    assert consider(transcript(text, language=language), rules) == ()


def test_without_a_hint_the_words_decide(transcript: Make, rules: Rules) -> None:
    """Speech of English function words is English; speech without them is not."""
    assert "should have gone" in said(transcript("And they should of gone there with us to the town.", language=None), rules)
    french = "Bonjour mesdames et messieurs, nous voici encore une fois devant vous. Elle dit: should of gone."
    assert said(transcript(french, language=None), rules) == french


def test_what_was_considered_says_why_it_was_not_made(transcript: Make, knowing: Callable[..., Rules]) -> None:
    """`consider` lists repairs made and not made, each with a reason and its place in the document."""
    document = transcript("We asked Wind Mill and talk QRX about\nit, and they should of known.")
    found = consider(document, knowing({"WindMill": 1, "TalkQRX": 2}))
    assert [(one.before, one.made) for one in found] == [("Wind Mill", False), ("talk QRX", True), ("of", True)]
    assert "below 0.8" in found[0].reason
    assert "ordinary words" in found[0].evidence
    assert all(document.text.startswith(one.before, one.start) for one in found)


def test_what_is_considered_and_made_is_what_is_done(transcript: Make, knowing: Callable[..., Rules]) -> None:
    """The explanation and the result are of one code path."""
    rules = knowing({"TalkQRX": 2})
    document = transcript("We asked Talk QBX about it. They should of known, for all intensive purposes.")
    made = [(one.before, one.after, one.rule) for one in consider(document, rules) if one.made]
    done = [
        (change.before, change.after, change.rule)
        for block in speech_of(repair_speech(document, rules))
        for change in block.changes
    ]
    assert made == done
    assert len(done) == 3


def test_a_higher_threshold_makes_fewer_repairs(transcript: Make, rules: Rules) -> None:
    """`min_confidence` decides: at 1 nothing is changed."""
    table = rules.settings.repair.model_copy(update={"min_confidence": 1.0})
    strict = replace(rules, settings=rules.settings.model_copy(update={"repair": table}))
    text = "They should of gone there."
    assert said(transcript(text), strict) == text


def test_words_in_links_are_not_speech(transcript: Make, rules: Rules) -> None:
    """A link is spelled as it is, though its words are run together."""
    text = "A snow-blower and a snow-blower. See https://snowblower.example/snowblower or @snowblower for more."
    assert said(transcript(text), rules) == text
