"""Names of a gazetteer in speech, case by case, and what is said of those that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from copydesk.transforms.explain import undo
from copydesk.transforms.lexicon import Lexicon, merge_lexicons, parse_lexicon
from copydesk.transforms.repair import consider, repair_speech
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

from .conftest import cases, speech_of, wrap

Make = Callable[..., Document]


def lexicon_of(lines: Iterable[str]) -> Lexicon:
    """A lexicon of lines whose columns are parted by semicolons."""
    rows = "\n".join(line.replace(";", "\t") for line in lines)
    return merge_lexicons([parse_lexicon("test.tsv", f"name\tkind\tfield\tsounds\tcontext\n{rows}")])


@pytest.mark.parametrize("case", cases("gazetteer"))
def test_names_are_repaired_where_enough_speaks_for_them(case: dict[str, Any], transcript: Make, rules: Rules) -> None:
    """The speech reads as the case says, and with its changes undone as it did before."""
    knowing = replace(rules, lexicon=lexicon_of(case.get("lexicon", ())))
    document = transcript(wrap(case["before"]), case.get("written", ""))
    paragraphs = speech_of(repair_speech(document, knowing))
    assert " ".join(block.text for block in paragraphs) == case.get("after", case["before"])
    assert " ".join(undo(block.text, block.changes) for block in paragraphs) == case["before"]


def test_a_name_for_which_too_little_speaks_is_listed(transcript: Make, rules: Rules) -> None:
    """What sounds like a name and stays is among the considered, with the reason."""
    knowing = replace(rules, lexicon=lexicon_of(["Orvanta;company;health;;vaccine|trial"]))
    (found,) = consider(transcript("The song that was written by Orvenda went well."), knowing)
    assert (found.before, found.after, found.rule, found.made) == ("Orvenda", "Orvanta", "gazetteer_name", False)
    assert "too little speaks for it" in found.evidence


def test_another_language_is_left_alone(transcript: Make, rules: Rules) -> None:
    """No name of the gazetteer is put into speech that is not English."""
    knowing = replace(rules, lexicon=lexicon_of(["Veldhoven;place;technology;felt hoven;chip"]))
    document = transcript("Der chip aus felt hoven ist gut.", language="de")
    assert consider(document, knowing) == ()


def test_the_gazetteer_is_part_of_the_shipped_rules(rules: Rules) -> None:
    """Rules without a lexicon of the user's hold the shipped names, and none twice."""
    names = [name.name for name in rules.lexicon.names]
    assert len(names) == len(set(names))
