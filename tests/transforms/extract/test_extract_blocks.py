"""The stage as a whole: a page, a transcript, a story, and what each is labelled by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from copydesk.transforms.extract import extract_blocks, kind_of
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

PROSE: Final = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier."
CAPTIONS: Final = "\n".join(f"0:{n:02}\nand then the boat came in with the tide number {n} and we all" for n in range(40))


def test_a_page_is_told_from_a_transcript(read: Callable[..., Document], rules: Rules) -> None:
    """The kind is read off the text where nobody said it, and the text itself does not change."""
    page, speech = read(f"Menu\n\n{PROSE}\n\n{PROSE}"), read(CAPTIONS)
    assert (kind_of(page), kind_of(speech)) == ("page", "transcript")
    for document, kind in ((page, "page"), (speech, "transcript")):
        done = extract_blocks(document, rules)
        assert done.source.kind == kind
        assert done.text == document.text
        assert [block.spans for block in done.blocks] == [block.spans for block in document.blocks]


def test_a_kind_that_was_given_stays(read: Callable[..., Document], rules: Rules) -> None:
    """What the user calls a page is labelled as one, however it looks."""
    assert extract_blocks(read(CAPTIONS, kind="page"), rules).source.kind == "page"


def test_a_story_is_taken_as_it_is(read: Callable[..., Document], rules: Rules) -> None:
    """Nothing of a story is furniture; its own title, where its first line says it, is the headline."""
    text = f"Share this article\n\n{PROSE}\n\nRead more"
    assert {block.role for block in extract_blocks(read(text, kind="story"), rules).blocks} == {"body"}
    titled = extract_blocks(read(f"Ferry back\n\n{PROSE}\n\nFerry back", kind="story", title="FERRY BACK"), rules)
    assert [(block.role, block.rule) for block in titled.blocks] == [
        ("headline", "story.headline"), ("body", "story.body"), ("body", "story.body"),
    ]  # fmt: skip


def test_markup_is_dropped_once_it_is_read(read: Callable[..., Document], rules: Rules) -> None:
    """The page's source is no longer carried along behind this stage."""
    document = read(f"<html><body><h1>Ferry</h1><p>{PROSE}</p></body></html>", "html")
    assert document.markup is not None
    assert extract_blocks(document, rules).markup is None
