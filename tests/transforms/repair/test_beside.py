"""What was written beside the speech as evidence: title, channel, description, from front matter or a download tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from copydesk.transforms.decode import decode
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Item, Metadata, Source

from .conftest import speech_of, wrap

Make = Callable[..., Document]

SAID = "And so we asked Marlenson about the road, and he said that it was closed for most of the winter in that year."
MENDED = SAID.replace("Marlenson", "Marlinson")


def said(document: Document, rules: Rules) -> str:
    """The repaired speech."""
    return " ".join(block.text for block in speech_of(repair_speech(document, rules)))


@pytest.mark.parametrize(
    "told",
    [
        Metadata(description="We talk to Joan Marlinson of the road office. Links: https://example.com/road"),
        Metadata(title="The Road and Mr Marlinson"),
        Metadata(authors=("Joan Marlinson",)),
    ],
    ids=["description", "title", "authors"],
)
def test_a_name_told_beside_the_speech_is_proof(told: Metadata, transcript: Make, rules: Rules) -> None:
    """A name one letter off is spelled as the title, the people or the description spell it, and the change says so."""
    document = transcript(wrap(SAID))
    assert said(document, rules) == SAID
    (change,) = (
        change for block in speech_of(repair_speech(replace(document, metadata=told), rules)) for change in block.changes
    )
    assert (change.after, change.rule) == ("Marlinson", "document_name")
    assert "written part" in change.evidence


def test_the_name_of_the_channel_is_proof(transcript: Make, rules: Rules) -> None:
    """A channel's name is spelled right by the channel."""
    document = transcript(wrap(SAID))
    document = replace(document, source=replace(document.source, channel="Marlinson Roads"))
    assert said(document, rules) == MENDED


def test_front_matter_is_proof(rules: Rules) -> None:
    """The description in the front matter of a Markdown transcript spells the name."""
    matter = "---\ntitle: The road\ndescription: Joan Marlinson on the road that is closed\n---\n\n"
    item = Item(source=Source(uri="x.md", sha256="0", format="md"), payload=f"{matter}{SAID}\n".encode())
    document = extract_blocks(decode(item, rules), rules)
    assert said(document, rules) == MENDED


def test_a_description_in_capitals_gives_no_capitals(transcript: Make, rules: Rules) -> None:
    """Buttons and headings of a description, where every word has a capital, capitalise nothing in the speech."""
    text = "We came to the quiet house at ten, and it is a quiet house on the hill, as we had said to them."
    told = Metadata(description="Visit The Quiet House On The Hill With Us Today! Get The Quiet House Map Here And Now.")
    assert said(replace(transcript(wrap(text)), metadata=told), rules) == text


def test_another_name_in_the_description_changes_nothing(transcript: Make, rules: Rules) -> None:
    """A name that sounds otherwise than what is said is no evidence."""
    told = Metadata(description="Joan Perkins and Max Harlow speak of the road.")
    assert said(replace(transcript(wrap(SAID)), metadata=told), rules) == SAID
