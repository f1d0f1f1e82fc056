"""The account of a document: every character that is not white space is in one story or in one removed record.

A failure is a defect of Copydesk, never of a source; the source is rejected with it, so that no wrong record is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.transforms.errors import AccountError
from copydesk.transforms.explain import undo
from copydesk.transforms.shapes import Document, Span, Story

_SOLID = re.compile(r"\S")
_EXCERPT = 40
"""Characters that an error quotes."""


def check_account(document: Document) -> None:
    """Prove that a document's stories and removed records cover its text once, and that stories say what stands there.

    Linear in the text: spans are walked in order, gaps between them may hold white space only; each paragraph, its
    changes undone, must equal the text at its spans, white space aside; where a model restored marks and capitals, in its
    letters and digits.

    Raises:
        AccountError: naming the first character that is uncovered, claimed twice, or not what the document has.
    """
    text = document.text
    at = 0
    for start, end in sorted(_claims(document)):
        if start < at:
            raise _defect(f"character {start} is claimed twice: {text[start : start + _EXCERPT]!r}")
        if end > len(text) or end < start:
            raise _defect(f"span [{start}, {end}) is outside of a document of {len(text)} characters")
        _check_gap(text, at, start)
        at = end
    _check_gap(text, at, len(text))
    for story in document.stories:
        _check_words(text, story)
    for removed in document.removed:
        if removed.text != text[removed.start : removed.end]:
            raise _defect(f"the removed record at {removed.start} does not quote the document")


def _defect(what: str) -> AccountError:
    return AccountError(f"{what}; this is a defect of Copydesk: please report it with the source")


def _claims(document: Document) -> Iterator[Span]:
    for story in document.stories:
        yield from story.spans
    for removed in document.removed:
        yield removed.start, removed.end


def _check_gap(text: str, start: int, end: int) -> None:
    if start < end and (found := _SOLID.search(text, start, end)):
        where = found.start()
        raise _defect(f"character {where} is in no story and in no removed record: {text[where : where + _EXCERPT]!r}")


def _check_words(text: str, story: Story) -> None:
    """Each paragraph stands at its spans; with changes, the whole text is undone first and compared in one go."""
    pieces = [text[start:end] for paragraph in story.paragraphs for start, end in paragraph.spans]
    if not story.changes and "\n\n".join(pieces) == story.text:
        return  # nearly every story, to the letter
    source = "".join(pieces)
    words = undo(story.text, story.changes) if story.changes else story.text
    if spoken(source, story) != spoken(words, story):
        where = story.spans[0][0] if story.spans else 0
        raise _defect(f"the story at {where} has words that do not stand at its spans: {story.text[:_EXCERPT]!r}")


def spoken(text: str, story: Story) -> str:
    """What of a text is held against the source: all that is solid, but letters and digits alone where a model put marks in."""
    if story.restored:
        return "".join(mark for mark in text.casefold() if mark.isalnum())
    return "".join(text.split())
