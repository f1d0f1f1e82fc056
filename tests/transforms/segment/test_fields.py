"""A story's fields: from the blocks of its head and foot, else from the metadata, never made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.segment.fields import find_authors, find_days, find_section, order_head_first
from copydesk.transforms.shapes import Block, Layout, Metadata, Role, Story

from .test_boundaries import cases
from .test_segment_stories import OTHER, PROSE, make_document


def story_of(blocks: list[str], told: dict[str, Any]) -> Story:
    """The one story of these blocks."""
    texts = iter([PROSE, OTHER, PROSE])
    lines = [tuple(row.split(": ", 1)) if ": " in row else (row, next(texts)) for row in blocks]
    metadata = Metadata(**{key: tuple(value) if isinstance(value, list) else value for key, value in told.items()})
    (story,) = segment_stories(make_document(*lines, metadata=metadata), load_rules()).stories  # type: ignore[arg-type]
    return story


@pytest.mark.parametrize("case", cases("fields"))
def test_the_fields_of_a_story(case: dict[str, Any]) -> None:
    """Authors, day and section are those of the story's own head, or of what the source says of it."""
    story = story_of(case["blocks"], case.get("told", {}))
    assert list(story.authors) == case["authors"]
    assert story.published == case.get("published")
    assert story.section == case.get("section")


def test_head_and_foot_come_before_the_middle() -> None:
    """The order in which fields are looked for: above the text, right below it, between its first paragraphs."""
    roles: tuple[Role, ...] = ("date", "body", "byline", "body", "section")
    blocks = [Block(text=role, spans=((n, n + 1),), role=role) for n, role in enumerate(roles)]
    assert [block.text for block in order_head_first(blocks)] == ["date", "section", "body", "byline"]
    assert order_head_first(blocks[:1]) == blocks[:1]
    assert find_section(blocks[:2]) is None


def posts(*stories: list[str]) -> list[list[Block]]:
    """The blocks of several stories, each as "role: text"."""
    rows = [[row.partition(": ")[::2] for row in story] for story in stories]
    return [[Block(text=text or PROSE, spans=((0, 1),), role=role) for role, text in story] for story in rows]  # type: ignore[arg-type]


POST = ["headline: Rain", "body"]
SIGNED = [*POST, "byline: Posted by Ana at 9:41"]


@pytest.mark.parametrize(
    ("stories", "days"),
    [
        (
            [["date: 9 April 2024", *POST], POST, ["date: 8 April 2024", *POST], POST],
            ["2024-04-09", "2024-04-09", "2024-04-08", "2024-04-08"],
        ),
        ([["date: 9 April 2024", *POST], SIGNED], ["2024-04-09", "2024-04-09"]),
        ([["date: 9 April 2024", *POST], POST], ["2024-04-09", None]),
        ([["date: 8 April 2024", *POST], ["date: 9 April 2024", *POST], ["date: 7 April 2024", *POST], POST],
         ["2024-04-08", "2024-04-09", "2024-04-07", None]),
        ([SIGNED, ["date: 9 April 2024", *POST]], [None, "2024-04-09"]),
        ([["headline: Rain", "date: 9 April 2024", "body"], SIGNED], ["2024-04-09", None]),
        ([["date: 3/4/2024", *POST], ["date: 3/25/2024", *POST]], ["2024-03-04", "2024-03-25"]),
        ([["date: 3/4/2024", *POST], ["date: 25/3/2024", *POST]], ["2024-04-03", "2024-03-25"]),
    ],
)  # fmt: skip
def test_a_day_heading_reaches_the_posts_below_it(stories: list[list[str]], days: list[str | None]) -> None:
    """A story without a date takes the day above only where the page is built so; a page writes all its dates in one order."""
    assert find_days(posts(*stories), [load_rules().phrases["en"]]) == days


def test_a_relative_day_needs_a_retrieval() -> None:
    """The words "3 days ago" are a day where the page's retrieval is known, and only where the story says no other."""
    english = [load_rules().phrases["en"]]
    (told,) = posts(["headline: Rain", "chrome: Ana Ortega, 3 days ago", "body"])
    (dated,) = posts(["headline: Rain", "chrome: 3 days ago", "date: 9 April 2024", "body"])
    assert find_days([told], english) == [None]
    assert find_days([told], english, "2024-04-12") == ["2024-04-09"]
    assert find_days([dated], english, "2024-05-01") == ["2024-04-09"]


def test_no_stories_have_no_days() -> None:
    """A page without stories has no days either."""
    assert find_days([], []) == []


def test_a_story_without_text_has_its_authors() -> None:
    """A head alone is read as any other."""
    (blocks,) = posts(["headline: Rain", "byline: By Ana Ortega"])
    assert find_authors(blocks, [load_rules().phrases["en"]]) == ("Ana Ortega",)


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("By ANA ORTEGA and JO HOLM Associated Press TOWN (AP) — The ferry came back.", ("ANA ORTEGA", "JO HOLM")),
        ("The ferry came back on Sunday after eleven weeks. By Ana Ortega. SENT: 90 words.", ("Ana Ortega",)),
        ("By Ana Ortega standards the ferry was early, said the Associated Press on Sunday.", ()),
        ("The ferry came back on Sunday, guided by Ana Ortega. It was early.", ()),
        ("It was early. By Sunday.", ()),
    ],
)
def test_a_byline_glued_to_the_text(text: str, authors: tuple[str, ...]) -> None:
    """Names in the text's own line are authors only where an agency or a sentence of their own bounds them."""
    (blocks,) = posts(["headline: Rain", f"body: {text}"])
    assert find_authors(blocks, [load_rules().phrases["en"]]) == authors


@pytest.mark.parametrize(
    ("tag", "role"),
    [
        ("p", "paragraph"), ("li", "list"), ("dd", "list"), ("blockquote", "quote"), ("pre", "code"), ("td", "table"),
        ("", "paragraph"),
    ],
)  # fmt: skip
def test_paragraphs_are_called_by_their_element(tag: str, role: str) -> None:
    """A list, a quotation, a table and code are told apart where the markup does so."""
    document = make_document(("headline", "Ferry back"), ("body", PROSE))
    marked = replace(document.blocks[1], layout=Layout(tag=tag))
    (story,) = segment_stories(replace(document, blocks=(document.blocks[0], marked)), load_rules()).stories
    assert [paragraph.role for paragraph in story.paragraphs] == [role]


def test_captions_and_deck_are_fields_and_spans() -> None:
    """Captions up to the text's end and the deck are fields of the story, not its text, and their spans are the story's."""
    document = make_document(
        ("headline", "Ferry back"), ("deck", "After eleven weeks."), ("caption", "The pier."), ("body", PROSE),
        ("caption", "The crew."), ("chrome", "Menu"), ("chrome", "Search"), ("caption", "Another page's picture."),
    )  # fmt: skip
    (story,) = segment_stories(document, load_rules()).stories
    assert (story.deck, story.captions, story.text) == ("After eleven weeks.", ("The pier.", "The crew."), PROSE)
    spanned = [document.text[start:end] for start, end in story.spans]
    assert spanned == ["Ferry back", "After eleven weeks.", "The pier.", PROSE, "The crew."]


def test_spans_that_meet_are_one() -> None:
    """Blocks that stand together without a gap give one span."""
    document = make_document(("body", PROSE + PROSE))
    whole, middle = document.blocks[0], len(PROSE)
    parts = (
        replace(whole, text=PROSE, spans=((0, middle),)),
        replace(whole, text=PROSE, spans=((middle, 2 * middle),)),
    )
    (story,) = segment_stories(replace(document, blocks=parts), load_rules()).stories
    assert story.spans == ((0, 2 * middle),)
    assert [paragraph.spans for paragraph in story.paragraphs] == [((0, middle),), ((middle, 2 * middle),)]
