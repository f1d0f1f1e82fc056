"""What can be said of one line by itself and by its page."""

from __future__ import annotations

from typing import Any, Final

import pytest

from copydesk.transforms.extract.cues import ends_in_credit
from copydesk.transforms.extract.lines import (
    LineFeatures,
    Remembered,
    find_ending,
    find_row,
    measure_units,
    observe_lines,
    packs_for,
)
from copydesk.transforms.extract.regions import find_content, score_line
from copydesk.transforms.rules import PHRASE_KINDS, Rules

from .conftest import cases, make_document

PROSE: Final = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier."


def observe(rules: Rules, *lines: str, language: str | None = "en") -> list[LineFeatures]:
    """The features of these lines."""
    document = make_document(list(lines), language)
    return observe_lines(document, rules, packs_for(document, rules))


@pytest.mark.parametrize("case", cases("features"))
def test_what_is_said_of_a_line(case: dict[str, Any], rules: Rules) -> None:
    """A line is measured as a reader would: its end, its length, its shape, and what it names."""
    (line,) = observe(rules, case["line"], language=case.get("languages", ["en"])[0])
    for name, value in case["is"].items():
        given = getattr(line, name)
        given = list(given) if isinstance(given, tuple) else round(given, 4) if isinstance(given, float) else given
        assert (name, given) == (name, value)


@pytest.mark.parametrize(
    ("line", "kind"),
    [("Artikel anhören · Merken · Drucken · Teilen", "sharing"), ("Drucken | Der Hafen", None), ("Merken, drucken", None)],
)
def test_a_row_of_set_phrases(line: str, kind: str | None, rules: Rules) -> None:
    """A row whose parts are set phrases, all of them, is furniture as each of them is."""
    found = find_row(line.casefold(), packs_for(make_document([line], "de"), rules))
    assert (found and found.kind) == kind


def test_what_a_page_says_of_its_lines(rules: Rules) -> None:
    """How often a line stands on its page, and how many empty lines are above it, are told."""
    lines = observe(rules, "Ferry back", "", "", "Bridge shut", "Ferry back")
    assert [(line.repeats, line.blank_lines) for line in lines] == [(2, 0), (1, 2), (2, 0)]


def test_a_line_that_is_remembered_is_of_its_own_page(rules: Rules) -> None:
    """What one page says of a line is not said of the same line on the next."""
    observe(rules, "Ferry back", "", "Ferry back")
    (line,) = observe(rules, "Ferry back")
    assert (line.repeats, line.blank_lines, line.site_share) == (1, 0, 0.0)


def test_what_is_remembered_is_bounded(rules: Rules) -> None:
    """Of any number of lines only so many are remembered, those that are asked for again among them."""
    packs, memory = packs_for(make_document(["x"]), rules), Remembered(20)
    for number in range(100):
        memory.observe(["Ferry back", f"Line {number}", "Line 0"], packs)
        assert len(memory) <= 20
    first = memory.observe(["Ferry back"], packs)["Ferry back"]
    assert memory.observe(["Ferry back"], packs)["Ferry back"] is first


def test_packs_of_a_document(rules: Rules) -> None:
    """The hinted language's pack comes first, English always; an unknown or absent hint leaves English alone."""
    assert [pack.language for pack in packs_for(make_document(["x"], "de-AT"), rules)] == ["de", "en"]
    assert [pack.language for pack in packs_for(make_document(["x"], "en"), rules)] == ["en"]
    assert [pack.language for pack in packs_for(make_document(["x"], None), rules)] == ["en"]
    assert [pack.language for pack in packs_for(make_document(["x"], "xx"), rules)] == ["en"]


@pytest.mark.parametrize("size", [1, 1_000, 1_000_000])
def test_a_line_of_any_length_is_measured(size: int, rules: Rules) -> None:
    """A line of a million words is prose, and no phrase, date, byline or credit is looked for in it."""
    (line,) = observe(rules, (PROSE + " ") * (size // len(PROSE) + 1) + "By Ana Ortega")
    assert line.byline == ()
    assert not line.credit_end
    assert (line.folded == "") == (size >= 1_000)


@pytest.mark.parametrize("text", ["", " ", "...", "?!", "«»", "'"])
def test_marks_alone(text: str) -> None:
    """Nothing and marks have an end and a length like any line."""
    assert find_ending(text) in {"sentence", "question", "colon", "cut", "none"}
    assert measure_units(text) >= 1


def test_a_long_caption_is_prose(rules: Rules) -> None:
    """Beyond three sentences a credit at the end makes no caption."""
    packs = packs_for(make_document(["x"]), rules)
    assert ends_in_credit("It rained all day. Photo: Ana Ortega", packs)
    assert not ends_in_credit("It rained all day. " * 30 + "Photo: Ana Ortega", packs)
    assert not ends_in_credit("It rained. Photo: " + "Ana Ortega and " * 5 + "her mother", packs)


def test_every_kind_of_phrase_has_a_score(rules: Rules) -> None:
    """No set phrase of any pack is without weight between content and furniture."""
    kinds = set()
    for pack in rules.phrases.values():
        for rule in pack.rules:
            (line,) = observe(rules, rule.examples[0], language=pack.language)
            if line.phrase is not None:
                kinds.add(line.phrase.kind)
                assert score_line(line) <= 0
    assert kinds == set(PHRASE_KINDS)


def test_prose_outweighs_links(rules: Rules) -> None:
    """A lone sentence among links is furniture, a lone short line among paragraphs content; a cut-off line counts less."""
    menu = ["Home", "Sport today", "Our games", "Weather"]
    lines = observe(rules, *menu, "The ferry came back on Sunday after eleven weeks.", *menu)
    assert not any(find_content(lines, [False] * len(lines)))
    lines = observe(rules, *menu, PROSE, PROSE, "What it cost", PROSE, *menu)
    assert find_content(lines, [False] * len(lines)) == [False] * 4 + [True] * 4 + [False] * 4
    whole, cut = observe(rules, PROSE, PROSE.removesuffix(".") + "...")
    assert score_line(cut) < score_line(whole)


def test_known_furniture_breaks_content(rules: Rules) -> None:
    """Lines that are furniture on the whole site do not become content by standing beside it."""
    lines = observe(rules, PROSE, PROSE, *["Harbour stories every day"] * 6)
    assert find_content(lines, [False] * 2 + [True] * 6) == [True] * 2 + [False] * 6
