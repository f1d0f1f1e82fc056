"""The account: every character in one place, and every word of a story where it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copydesk.transforms.errors import AccountError
from copydesk.transforms.shapes import Block, Document, Paragraph, Removed, Source, Story, StorySource
from copydesk.transforms.write import check_account

TEXT = "Menu\n\nIt rained all day.\n"
SOURCE = Source(uri="a.txt", sha256="00", format="txt", kind="page")


def make_document() -> Document:
    """A document of two lines, the first removed, the second a story."""
    story = Story(
        id="0" * 32,
        source=StorySource(
            uri="a.txt", sha256="00", format="txt", kind="page",
            url=None, site=None, channel=None, retrieved=None, index=0, count=1,
        ),
        text="It rained all day.",
        paragraphs=(Paragraph(start=0, end=18, role="paragraph", spans=((6, 24),)),),
        spans=((6, 24),),
    )  # fmt: skip
    removed = Removed(start=0, end=4, text="Menu", role="chrome", rule="r", evidence="e")
    blocks = (Block(text="Menu", spans=((0, 4),)), Block(text="It rained all day.", spans=((6, 24),)))
    return Document(source=SOURCE, text=TEXT, charset="utf-8", blocks=blocks, stories=(story,), removed=(removed,))


def test_a_whole_account_passes() -> None:
    """A document whose every character has its place is not complained about."""
    check_account(make_document())


def test_a_lost_character_is_named() -> None:
    """A character in no story and no removed record is an error that says where it stands."""
    with pytest.raises(AccountError, match="character 0 is in no story"):
        check_account(replace(make_document(), removed=()))


def test_a_lost_end_is_named() -> None:
    """So is one behind the last span."""
    document = make_document()
    with pytest.raises(AccountError, match="character 26 is in no story"):
        check_account(replace(document, text=document.text + "\nMore"))


def test_a_character_claimed_twice_is_named() -> None:
    """A character in two records is an error."""
    document = make_document()
    twice = Removed(start=20, end=24, text="day.", role="chrome", rule="r", evidence="e")
    with pytest.raises(AccountError, match="character 20 is claimed twice"):
        check_account(replace(document, removed=(*document.removed, twice)))


def test_a_span_outside_is_named() -> None:
    """A span that ends behind the document is an error."""
    document = make_document()
    story = replace(document.stories[0], spans=((6, 99),))
    with pytest.raises(AccountError, match="outside"):
        check_account(replace(document, stories=(story,)))


def test_invented_words_are_found() -> None:
    """A story whose words do not stand at its spans is an error."""
    document = make_document()
    story = replace(document.stories[0], text="It snowed all day.")
    with pytest.raises(AccountError, match="do not stand"):
        check_account(replace(document, stories=(story,)))


def test_a_misquoted_removal_is_found() -> None:
    """A removed record quotes the document to the letter."""
    document = make_document()
    wrong = replace(document.removed[0], text="menu")
    with pytest.raises(AccountError, match="does not quote"):
        check_account(replace(document, removed=(wrong,)))


def test_marks_of_a_model_are_no_words() -> None:
    """Where punctuation and capitals were restored, the letters have to be the source's, and they alone."""
    document = make_document()
    (story,) = document.stories
    paragraphs = (replace(story.paragraphs[0], end=19),)
    marked = replace(story, text="It rained, all Day?", paragraphs=paragraphs, restored=("punctuation",))
    check_account(replace(document, stories=(marked,)))
    with pytest.raises(AccountError, match="words that do not stand at its spans"):
        check_account(replace(document, stories=(replace(marked, text="It rained, all Days."),)))
    with pytest.raises(AccountError, match="words that do not stand at its spans"):
        check_account(replace(document, stories=(replace(marked, restored=()),)))
