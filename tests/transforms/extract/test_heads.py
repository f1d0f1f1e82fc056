"""The head of a story whose headline and text are known."""

from __future__ import annotations

import pytest

from copydesk.transforms.extract.heads import label_head, same_words
from copydesk.transforms.rules import Rules, fold

from .looks import OTHER, PROSE, labelling_of, roles_of, story

TITLE = "Ferry back after eleven weeks"


def head(rules: Rules, lines: list[str], headline: int | None, first: int, floor: int = 0) -> list[tuple[str, str]]:
    """Roles and rules of a page's lines once the head in front of line `first` is labelled."""
    found = story(headline, first)
    page = labelling_of(rules, lines, found)
    label_head(page, found, floor)
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


def test_a_whole_head(rules: Rules) -> None:
    """Section, headline, deck, name, date, caption and credit get their roles, and the text none yet."""
    lines = [
        "Menu", "Harbour", TITLE, "The islands have flour again, and the captain has a new coat", "Ana Ortega", "March 5, 2024",
        "The ferry at the pier, on Sunday.", "Photo: Jon Berg", "Share this article", PROSE,
    ]  # fmt: skip
    given = head(rules, lines, 2, 9)
    assert [role for role, _ in given] == [
        "chrome", "section", "headline", "deck", "byline", "date", "caption", "caption", "chrome", "-",
    ]  # fmt: skip
    assert [given[i][1] for i in (1, 2, 3, 4)] == ["line.section", "model.headline", "line.deck", "line.name"]


def test_a_headline_said_again_starts_no_other_story(rules: Rules) -> None:
    """Of the lines of a head that say the same the first is the headline, with its section above; the others repeat it."""
    given = head(rules, ["Harbour", TITLE, "Published", TITLE.upper(), f"{TITLE} | Harbour Post", PROSE], 3, 5)
    assert [rule for role, rule in given if role == "headline"] == ["model.headline", "headline_repeated", "headline_repeated"]
    assert given[0] == ("section", "line.section")


def test_a_headline_in_a_menu_far_above_is_not_the_first(rules: Rules) -> None:
    """What says the headline a long way above it is a list's line: a repetition, and no part of its head."""
    given = head(rules, [TITLE, *["Games for all"] * 12, TITLE, PROSE], 13, 14)
    assert (given[0][1], given[13][1]) == ("headline_repeated", "model.headline")


def test_a_repetition_in_the_story_before_is_left_alone(rules: Rules) -> None:
    """Lines in front of `floor` belong to another story."""
    assert head(rules, [TITLE, OTHER, TITLE, PROSE], 2, 3, floor=2)[0] == ("-", "-")
    assert head(rules, ["Harbour", TITLE, PROSE], 1, 2, floor=1)[0] == ("-", "-")


@pytest.mark.parametrize(
    ("above", "role"),
    [
        (["Harbour"], "section"),
        (["Town and country"], "section"),
        (["How the town votes in May"], "-"),
        (["Is it?"], "-"),
        (["12:40 sharp"], "-"),
        (["Cars", "Homes", "Jobs", "Games", "Harbour"], "-"),
    ],
)
def test_what_stands_right_above_a_headline(above: list[str], role: str, rules: Rules) -> None:
    """A few words are a section; a sentence, a time and the last entry of a menu are none."""
    given = head(rules, [*above, TITLE, PROSE], len(above), len(above) + 1)
    assert given[len(above) - 1][0] == role


def test_a_section_above_date_and_name(rules: Rules) -> None:
    """A date or a byline between section and headline does not part them; a set phrase keeps its role."""
    assert head(rules, ["Harbour", "March 5, 2024", "By Ana Ortega", TITLE, PROSE], 3, 4)[0][0] == "section"
    assert head(rules, ["Share this article", TITLE, PROSE], 1, 2)[0][0] == "chrome"


def test_one_deck_right_below_the_headline(rules: Rules) -> None:
    """The first line of a deck's length within two lines is the deck; one farther down is none, and a long one is text."""
    deck = "The islands have flour again, and the captain has a new coat"
    assert [role for role, _ in head(rules, [TITLE, deck, deck + " too", PROSE], 0, 3)] == ["headline", "deck", "-", "-"]
    assert [role for role, _ in head(rules, [TITLE, "Play", "Stop", deck, PROSE], 0, 4)] == ["headline", "-", "-", "-", "-"]
    assert head(rules, [TITLE, " ".join([deck + "."] * 5), PROSE], 0, 2)[1] == ("body", "line.lead")


def test_a_name_far_from_the_date_is_no_byline(rules: Rules) -> None:
    """In a head with a date, a name counts only beside it; without any date it counts."""
    near = head(rules, [TITLE, "Ana Ortega", "March 5, 2024", PROSE], 0, 3)
    far = head(rules, [TITLE, "Ana Ortega", "Play", "Stop", "March 5, 2024", PROSE], 0, 5)
    bare = head(rules, [TITLE, "Ana Ortega", PROSE], 0, 2)
    assert [given[1][0] for given in (near, far, bare)] == ["byline", "-", "byline"]


def test_a_story_without_headline_has_its_picture_only(rules: Rules) -> None:
    """Above text that begins in the middle a caption with its credit is found, and nothing else."""
    lines = ["Harbour", "The ferry at the pier, on Sunday.", "Photo: Jon Berg", PROSE]
    assert [role for role, _ in head(rules, lines, None, 3)] == ["-", "caption", "caption", "-"]


def test_a_caption_may_end_in_its_credit(rules: Rules) -> None:
    """A line that closes with a photo credit is a caption however it ends otherwise."""
    given = head(rules, [TITLE, "Boats at the quay in fog on Tuesday (Photo: Ana Ortega)", PROSE], 0, 2)
    assert given[1] == ("caption", "line.caption")
