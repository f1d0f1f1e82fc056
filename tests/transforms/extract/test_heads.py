"""The headlines of a page whose stories are known."""

from __future__ import annotations

import pytest

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.heads import label_headlines, same_words
from copydesk.transforms.rules import Rules

from .looks import OTHER, PROSE, labelling_of, roles_of, story

TITLE = "Ferry back after eleven weeks"


def head(rules: Rules, lines: list[str], headline: int | None, first: int, *before: int) -> list[tuple[str, str]]:
    """Roles and rules of a page's lines once its headlines are labelled; `before` is the text of a story above."""
    found = [story(None, *before)] if before else []
    page = labelling_of(rules, lines, *found, story(headline, first))
    label_headlines(page)
    return roles_of(page)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Rain ends drought", "RAIN ENDS DROUGHT", True),
        ("Rain ends drought", "Rain ends drought | The Daily Post", True),
        ("Rain ends drought – The Daily Post", "Rain ends drought", True),
        ("» Rain ends drought", "Rain ends drought:", True),
        ("Rain ends drought", "Rain ends drought in the north", False),
        ("Rain", "Rain | The Daily Post", False),  # too short to open another line by more than chance
        ("", "", False),
        ("* * *", "—", False),
        ("Rain ends drought", "", False),
    ],
)
def test_lines_that_say_the_same(left: str, right: str, same: bool) -> None:  # noqa: FBT001 - a case
    """A site's name behind a bar, the case and the marks around it make no other headline; more words do."""
    assert same_words(fold(left), fold(right)) is same
    assert same_words(fold(right), fold(left)) is same


def test_a_headline_said_again_starts_no_other_story(rules: Rules) -> None:
    """Of the lines of a head that say the same the first is the headline; the others repeat it."""
    given = head(rules, ["Harbour", TITLE, "Published", TITLE.upper(), f"{TITLE} | Harbour Post", PROSE], 3, 5)
    assert [rule for role, rule in given if role == "headline"] == ["model.headline", "headline_repeated", "headline_repeated"]
    assert given[1][1] == "model.headline"


def test_a_headline_in_a_menu_far_above_is_not_the_first(rules: Rules) -> None:
    """What says the headline a long way above it is a list's line: a repetition, and no part of its head."""
    given = head(rules, [TITLE, *["Games for all"] * 12, TITLE, PROSE], 13, 14)
    assert (given[0][1], given[13][1]) == ("headline_repeated", "model.headline")


def test_a_repetition_in_the_story_before_is_left_alone(rules: Rules) -> None:
    """Lines above the end of another story's text belong to that story."""
    assert head(rules, [TITLE, OTHER, TITLE, PROSE], 2, 3, 1)[0] == ("-", "-")


def test_where_stories_begin_and_which_lines_they_keep(rules: Rules) -> None:
    """A story begins with its headline's first saying, one without a headline with its text."""
    page = labelling_of(rules, [OTHER, TITLE, "Play", TITLE, PROSE], story(None, 0), story(3, 4))
    label_headlines(page)
    assert (page.starts, page.kept) == ([0, 1], {0, 4})
    assert [page.is_inside(index) for index in range(5)] == [True, True, True, True, True]
    assert roles_of(page)[0] == ("-", "-")
