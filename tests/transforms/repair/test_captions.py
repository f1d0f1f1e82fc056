"""What captions alone get wrong: words run together, sounds lost, syllables said twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from copydesk.transforms.decode import decode
from copydesk.transforms.explain import undo
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Item, Source

from .conftest import cases, speech_of, wrap

Make = Callable[..., Document]
AROUND = "And so we went to the town by the sea, and there was a man who sold us bread and told us of the boats he had had."


def said(document: Document, rules: Rules) -> str:
    """The repaired speech."""
    return " ".join(block.text for block in speech_of(repair_speech(document, rules)))


@pytest.mark.parametrize("case", cases("captions"))
def test_captions_are_repaired_where_a_recogniser_slips(case: dict[str, Any], transcript: Make, rules: Rules) -> None:
    """Cut into lines as captions are, the sentence reads as the case says, and with its changes undone as it did before."""
    document = transcript(wrap(f"{AROUND} {case['before']} {AROUND}"))
    paragraphs = speech_of(repair_speech(document, rules))
    after = case.get("after", case["before"])
    assert " ".join(block.text for block in paragraphs) == f"{AROUND} {after} {AROUND}"
    assert " ".join(undo(block.text, block.changes) for block in paragraphs) == f"{AROUND} {case['before']} {AROUND}"


@pytest.mark.parametrize("case", cases("captions"))
def test_what_somebody_typed_is_taken_as_meant(case: dict[str, Any], transcript: Make, rules: Rules) -> None:
    """The same sentence in a paragraph of its own, which no recogniser cuts, stays, unless it can be nothing else."""
    expected = case.get("after", case["before"]) if case.get("typed") else case["before"]
    assert said(transcript(f"{AROUND}\n{case['before']}\n{AROUND}"), rules) == f"{AROUND} {expected} {AROUND}"


def test_speech_that_rolling_captions_show_again_is_no_witness(rules: Rules) -> None:
    """A slip that stands in three cues as the captions roll is mended as if it stood in one."""
    lines = ["They drank cobonated water from a", "bottle on the way up to the old", "castle, where the wind blew and a door"]
    shown = "\n\n".join(
        f"00:00:{2 * i:02}.000 --> 00:00:{2 * i + 2:02}.000\n{before}\n{line}"
        for i, (before, line) in enumerate(zip(["And so we heard that all of them", *lines], lines, strict=False))
    )
    assert "carbonated" in said(_captions(f"WEBVTT\n\n{shown}\n", rules), rules)


def _captions(text: str, rules: Rules) -> Document:
    """A caption file's document, as `extract` hands it on."""
    source = Source(uri="x", sha256="0", format="vtt", kind="transcript")
    document = extract_blocks(decode(Item(source=source, payload=text.encode()), rules), rules)
    return replace(document, language_hint="en")
