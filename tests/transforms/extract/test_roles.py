"""The roles of lines by trees made by hand, so that no test hangs on the shipped weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from copydesk.transforms.cells import RuleError
from copydesk.transforms.extract.context import context_names
from copydesk.transforms.extract.heads import label_headlines
from copydesk.transforms.extract.labeller import Labeller
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.roles import ELSEWHERE, OPENING, label_roles, open_lines, table_of
from copydesk.transforms.extract.surroundings import surroundings_names
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import ROLES

from .looks import OTHER, PROSE, THIRD, ensemble, labelling_of, made_labeller, roles_of, story

TITLE = "Ferry back after eleven weeks"
SURE = {"chrome": 9.0}


def page_of(rules: Rules, lines: list[str], headline: int | None, *kept: int) -> Labelling:
    """A page of one story whose headline is labelled."""
    page = labelling_of(rules, lines, story(headline, *kept))
    label_headlines(page)
    return page


def labeller_of(page: Labelling, odds: Mapping[str, float], *split: object) -> Labeller:
    """A labeller whose trees of roles say the same of every line, or ask one question."""
    names = (*page.signals.names, *context_names(page.signals), *surroundings_names(page))
    trees = ensemble(names, ROLES, [odds.get(role, 0.0) for role in ROLES], *split)
    return replace(made_labeller(page.signals), roles=trees)


def roles(rules: Rules, lines: list[str], headline: int | None, kept: tuple[int, ...], **odds: float) -> list[tuple[str, str]]:
    """Roles and rules of a page's lines where the trees say the same of all."""
    page = page_of(rules, lines, headline, *kept)
    label_roles(page, labeller_of(page, odds))
    return roles_of(page)


def test_the_likeliest_role_is_given(rules: Rules) -> None:
    """A line in a head is what the trees find likeliest of what is no text; the evidence is how likely."""
    given = roles(rules, [TITLE, "Boats and flour for all", PROSE], 0, (2,), deck=3.0, body=2.9)
    assert given == [("headline", "model.headline"), ("deck", "model.deck"), ("body", "model.body")]


def test_trees_ask_where_a_line_stands(rules: Rules) -> None:
    """The line above the headline and the line below it differ in their columns, and so in their roles."""
    page = page_of(rules, ["Harbour", TITLE, "Harbour again", PROSE], 1, 3)
    no = [0] * len(ROLES)
    labeller = labeller_of(page, {"section": 4.0}, "place+0", 0.5, no, [9000 if role == "deck" else 0 for role in ROLES])
    label_roles(page, labeller)
    assert [role for role, _ in roles_of(page)[:3]] == ["section", "headline", "deck"]


def test_text_leaves_a_story_only_where_the_trees_are_sure(rules: Rules) -> None:
    """A kept line stays text though furniture is likelier, until it is far likelier; a story never loses all of its text."""
    lines = [TITLE, PROSE, OTHER, THIRD]
    assert {role for role, _ in roles(rules, lines, 0, (1, 2, 3), chrome=1.0)[1:]} <= {"body", "subhead"}
    assert [rule for _, rule in roles(rules, lines, 0, (1, 2, 3), chrome=9.0)[1:]] == ["model.body"] * 3


def test_other_lines_join_a_text_only_inside_of_it(rules: Rules) -> None:
    """What the labeller left out is text where the trees are sure, and never above the headline or below the end."""
    lines = ["Harbour", TITLE, OTHER, PROSE, "The ferry is late again today.", THIRD, "Games for all"]
    given = roles(rules, lines, 1, (3, 5), body=9.0)
    assert [role for role, _ in given[1:6]] == ["headline", *["body"] * 4]
    assert not {given[0][0], given[6][0]} & {"body", "subhead"}


def test_the_first_paragraph_without_a_headline_opens_a_story(rules: Rules) -> None:
    """It has a rule of its own, by which the story's beginning is found; with a headline it has none."""
    assert roles(rules, [PROSE, OTHER], None, (0, 1), body=9.0) == [("body", OPENING), ("body", "model.body")]
    assert roles(rules, [PROSE, OTHER], None, (0, 1), **SURE)[0] == ("body", OPENING)
    assert roles(rules, [TITLE, PROSE, OTHER], 0, (1, 2), body=9.0)[1] == ("body", "model.body")


def test_what_a_shape_says_is_kept_in_doubt(rules: Rules) -> None:
    """A date stays one, with the rule that found it, unless the trees are sure that it is no story's."""
    lines = [TITLE, "March 5, 2024", PROSE]
    assert roles(rules, lines, 0, (2,), date=1.0, chrome=2.0)[1] == ("date", "line.date")
    assert roles(rules, lines, 0, (2,), **SURE)[1] == ("chrome", ELSEWHERE)


def test_what_is_furniture_by_rule_is_not_asked_about(rules: Rules) -> None:
    """A set phrase keeps its role whatever the trees say."""
    given = roles(rules, [TITLE, "Share this article", PROSE], 0, (2,), deck=9.0, body=8.0)
    assert given[1][0] == "chrome"
    assert given[1][1].startswith("phrase.")


@pytest.mark.parametrize("kept", [(1, 4), (1, 2, 4)])
def test_a_sentence_above_a_credit_is_a_caption(kept: tuple[int, ...], rules: Rules) -> None:
    """A photo credit below a short sentence tells a caption, whether the labeller took it for text or left it out."""
    lines = [TITLE, PROSE, "The crew waves from the deck.", "Photo: Jon Berg", OTHER]
    assert roles(rules, lines, 0, kept, body=9.0)[2] == ("caption", "line.caption")


def test_a_paragraph_above_a_credit_stays(rules: Rules) -> None:
    """A paragraph longer than captions are is text, though a credit stands below it."""
    given = roles(rules, [TITLE, PROSE, f"{OTHER} {THIRD}", "Photo: Jon Berg", PROSE], 0, (1, 2, 4), body=9.0)
    assert given[2] == ("body", "model.body")


def test_weights_of_other_columns_are_refused(rules: Rules) -> None:
    """Weights that are missing, or were learned from other columns, raise and say so."""
    page = page_of(rules, [TITLE, PROSE], 0, 1)
    for trees in (None, ensemble(["a"], ROLES, [0.0] * len(ROLES))):
        with pytest.raises(RuleError, match="train them anew"):
            label_roles(page, replace(made_labeller(page.signals), roles=trees))


def test_a_page_without_stories_keeps_what_shapes_say(rules: Rules) -> None:
    """Without a story nothing is near one; a date line is asked about, and prose is not."""
    page = labelling_of(rules, ["March 5, 2024", PROSE])
    label_headlines(page)
    assert open_lines(page).tolist() == [0]
    label_roles(page, labeller_of(page, SURE))
    assert roles_of(page) == [("chrome", ELSEWHERE), ("-", "-")]


def test_columns_have_names_and_are_finite(rules: Rules) -> None:
    """Every column of the table has a name of its own, and no value is missing, on pages of no, one and several stories."""
    lines = ["Harbour", TITLE, "By Ana Ortega", PROSE, "Cars", "Tide table of the week", "March 5, 2024", OTHER]
    for stories in ((), (story(1, 3),), (story(1, 3), story(5, 7))):
        page = labelling_of(rules, lines, *stories)
        label_headlines(page)
        names = (*page.signals.names, *context_names(page.signals), *surroundings_names(page))
        table = table_of(page, open_lines(page))
        assert len(names) == len(set(names)) == table.shape[1]
        assert np.isfinite(table).all()
