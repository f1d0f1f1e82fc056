"""The inside of a story whose lines are known."""

from __future__ import annotations

import pytest

from copydesk.transforms.extract.bodies import OPENING, label_body
from copydesk.transforms.rules import Rules

from .looks import OTHER, PROSE, THIRD, labelling_of, roles_of, story

TITLE = "Ferry back after eleven weeks"


def body(rules: Rules, lines: list[str], headline: int | None, *kept: int) -> list[tuple[str, str]]:
    """Roles and rules of a page's lines once the text of its one story is labelled."""
    found = story(headline, *kept)
    page = labelling_of(rules, lines, found)
    label_body(page, found)
    return roles_of(page)


def test_paragraphs_and_subheads(rules: Rules) -> None:
    """A short line without a closing mark in front of prose is a subhead, the rest are paragraphs."""
    given = body(rules, [TITLE, PROSE, "What it cost", OTHER, "Who pays for it?", THIRD], 0, 1, 2, 3, 4, 5)
    assert given[1:] == [
        ("body", "model.body"), ("subhead", "model.subhead"), ("body", "model.body"),
        ("subhead", "model.subhead"), ("body", "model.body"),
    ]  # fmt: skip


def test_the_first_paragraph_without_a_headline_opens_a_story(rules: Rules) -> None:
    """It has a rule of its own, by which the story's beginning is found; with a headline it has none."""
    assert body(rules, [PROSE, OTHER], None, 0, 1) == [("body", OPENING), ("body", "model.body")]
    assert body(rules, [TITLE, PROSE, OTHER], 0, 1, 2)[1] == ("body", "model.body")


@pytest.mark.parametrize(
    "line",
    ["It rained all day.", "- a piece of chalk", "This is what to put in your bag:", "word " * 14 + "word", "The end"],
)
def test_what_is_no_subhead(line: str, rules: Rules) -> None:
    """A sentence, an item of a list, a line with a colon and a long one are text; so is the last line of a story."""
    follows = [] if line == "The end" else [OTHER]
    given = body(rules, [TITLE, PROSE, line, *follows], 0, 1, 2, *range(3, 3 + len(follows)))
    assert given[2] == ("body", "model.body")


def test_a_short_line_above_a_short_line_is_text(rules: Rules) -> None:
    """Verses and lists do not become subheads: what a subhead leads is prose."""
    given = body(rules, [TITLE, PROSE, "The sea is grey", "and grey the sand", "We went away"], 0, 1, 2, 3, 4)
    assert {rule for _, rule in given[1:]} == {"model.body"}


def test_captions_inside_a_text(rules: Rules) -> None:
    """A sentence above a photo credit is a caption, whether the labeller took it for text or left it out."""
    lines = [TITLE, PROSE, "The crew waves.", "Photo: Jon Berg", OTHER, "People wait.", "Photo: Jon Berg", THIRD]
    for kept in ((1, 4, 7), (1, 2, 4, 5, 7)):
        given = body(rules, lines, 0, *kept)
        assert [role for role, _ in given[1:]] == ["body", "caption", "caption", "body", "caption", "caption", "body"]


def test_titles_of_clips_are_no_subheads(rules: Rules) -> None:
    """A long line that quotes and attributes, or one below a cue, points elsewhere; a plain subhead does not."""
    clip = "Harbour 'too shallow for the new ferries', says the island's pilot"
    given = body(rules, [TITLE, PROSE, clip, OTHER, "What it cost", THIRD], 0, 1, 2, 3, 4, 5)
    assert given[2] == ("promo", "line.clip_title")
    assert given[4] == ("subhead", "model.subhead")
    page = labelling_of(rules, [TITLE, PROSE, "Watch", "The last ropemaker of the harbour", OTHER], story(0, 1, 3, 4))
    page.give(2, "promo", "phrase.cue", "a cue")
    label_body(page, page.reading.stories[0])
    assert roles_of(page)[3] == ("promo", "line.clip_title")


def test_a_paragraph_above_a_credit_stays(rules: Rules) -> None:
    """A paragraph longer than captions are is text, though a credit stands below it."""
    given = body(rules, [TITLE, PROSE, f"{OTHER} {THIRD}", "Photo: Jon Berg", PROSE], 0, 1, 2, 4)
    assert [role for role, _ in given[1:]] == ["body", "body", "caption", "body"]


def test_what_was_left_out_stays_undecided(rules: Rules) -> None:
    """Lines between paragraphs that are in no story's text are left for the furniture, and evidence is given for the rest."""
    lines = [TITLE, PROSE, "Cars Homes Jobs", OTHER]
    found = story(0, 1, 3)
    page = labelling_of(rules, lines, found)
    label_body(page, found)
    assert roles_of(page)[2] == ("-", "-")
    assert all(given.evidence.startswith("probability 0.") for given in page.verdicts if given)
