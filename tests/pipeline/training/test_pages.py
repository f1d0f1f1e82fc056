"""Labelled pages as they are learned from: places, weights, sites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from copydesk.pipeline.training.pages import (
    HOST,
    SEVERAL_WEIGHT,
    WEIGHTS,
    Bounds,
    document_of,
    load_folder,
    made_example,
    relabel,
    relate,
)
from copydesk.transforms.extract.grammar import PLACES
from copydesk.transforms.rules import Rules

from .pages import example, page_of, paragraphs, several, story_rows

LONG: Final = "A line of more than sixty characters stands on two pages only if they are of one site, or hold one story."


@pytest.mark.parametrize(
    ("lines", "places", "stories"),
    [
        (
            "chrome- headline0 byline0 body0 promo0 body0 chrome-",
            "outside headline head first inside body outside",
            [Bounds(headline=1, first=3, last=5)],
        ),
        ("section0 date0 headline0 body0", "outside outside headline first", [Bounds(headline=2, first=3, last=3)]),
        ("headline0 chrome0 headline0 body0", "headline outside headline first", [Bounds(headline=2, first=3, last=3)]),
        ("body0 subhead0 body0 chrome-", "first body body outside", [Bounds(headline=None, first=0, last=2)]),
        (
            "headline0 body0 headline1 body1 chrome1 body1",
            "headline first headline first inside body",
            [Bounds(headline=0, first=1, last=1), Bounds(headline=2, first=3, last=5)],
        ),
        ("headline0 byline0 chrome-", "headline outside outside", []),
        ("chrome- chrome-", "outside outside", []),
        ("headline0 either0 body0 either0 body0", "headline head first inside body", [Bounds(headline=0, first=2, last=4)]),
    ],
)
def test_places_come_of_roles(lines: str, places: str, stories: list[Bounds], rules: Rules) -> None:
    """By its role and its story every line has a place; a line that may be either counts for nothing."""
    rows: list[Any] = [
        (f"Line {at}", part[:-1], None if part[-1] == "-" else int(part[-1])) for at, part in enumerate(lines.split())
    ]
    page = example(rows, rules, corpus="single")
    assert [PLACES[place] for place in page.places] == places.split()
    assert list(page.stories) == stories
    assert (page.weights == 0).tolist() == [role == "either" for _, role, _ in rows]


def test_labels_by_hand_count_most(rules: Rules) -> None:
    """A line weighs what its corpus does, and more on a page of several stories that was labelled by hand."""
    one, two = several(["bridge"]), several(["bridge", "ferry"])
    for corpus, weight in WEIGHTS.items():
        assert set(example(one, rules, corpus=corpus).weights) == {weight}
    assert set(example(two, rules, corpus="pages").weights) == {WEIGHTS["pages"] * SEVERAL_WEIGHT}
    assert set(example(two, rules, corpus="scroll").weights) == {WEIGHTS["scroll"]}
    assert max(WEIGHTS.values()) == WEIGHTS["pages"]


def test_lines_that_a_rule_decides_on_are_known(rules: Rules) -> None:
    """What needs no labeller is marked, so that the steps behind it learn what they will meet."""
    page = example([("Share this article", "chrome", None), *story_rows("bridge")], rules)
    assert page.excluded.tolist() == [True, False, True, False, False, False]


# --- folders ----------------------------------------------------------------------------------------------------------


def write(folder: Path, name: str, text: str, gold: dict[str, Any] | None) -> None:
    """A page with its gold, or without."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_text(text, "utf-8")
    if gold is not None:
        (folder / f"{name}.gold.json").write_text(json.dumps(gold), "utf-8")


def test_a_folder_of_pages_with_their_gold(tmp_path: Path, rules: Rules) -> None:
    """Gold counts the lines of the file, empty ones too, from one; what it does not name is furniture."""
    text = "\n".join(["Home", "", "Old bridge opens its doors", "", *paragraphs("bridge"), "", "Contact us"])
    gold = {"stories": [{"start_line": 3, "end_line": 7}], "roles": {"3": "headline", "5": "body", "6": "body", "7": "body"}}
    write(tmp_path, "dev-bridge-1", text, gold)
    write(tmp_path, "notes", "A text without gold teaches nothing.", None)
    (page,) = load_folder(tmp_path, "single", rules)
    assert (page.name, page.corpus, page.sites, page.site) == ("dev-bridge-1", "single", frozenset({"bridge"}), "bridge")
    assert [line.role for line in page.page.lines] == ["chrome", "headline", "body", "body", "body", "chrome"]
    assert [line.story for line in page.page.lines] == [None, 0, 0, 0, 0, None]
    assert page.page.lines[1].blank_lines == 1
    assert page.stories == (Bounds(headline=1, first=2, last=4),)


def test_scroll_pages_have_no_site_of_their_own(tmp_path: Path, rules: Rules) -> None:
    """They are joined from several sites, which only their lines tell."""
    write(tmp_path, "scroll-1", "Home", {"stories": [], "roles": {}})
    (page,) = load_folder(tmp_path, "scroll", rules)
    assert (page.sites, page.site) == (frozenset(), "scroll-1")


def test_a_page_made_of_lines(rules: Rules) -> None:
    """Blocks hold the lines as they are, in one text with nothing between them, and the empty lines above each."""
    page = page_of(several(["bridge"]), "a")
    document = document_of(page)
    assert [document.text[block.start : block.end] for block in document.blocks] == [line.text for line in page.lines]
    assert {block.layout.blank_lines for block in document.blocks} == {1}
    made = made_example(page, 7, rules)
    assert (made.name, made.corpus, made.sites) == ("made-7", "made", frozenset({"a"}))
    assert len(made.places) == len(page.lines) == len(made.signals.table)


def test_relabelled_lines() -> None:
    """Texts, roles and stories of one length become lines; others are refused."""
    assert [(line.text, line.role, line.story) for line in relabel(["a"], ["body"], [0])] == [("a", "body", 0)]
    with pytest.raises(ValueError):
        relabel(["a", "b"], ["body"], [0])


# --- sites ------------------------------------------------------------------------------------------------------------


def test_pages_that_share_a_long_line_share_their_sites(rules: Rules) -> None:
    """A page has the sites of all that hold one of its long lines; a short line is shared by chance."""
    rows: Any = [(LONG, "body", 0)]
    left = example([*rows, ("Share", "chrome", None)], rules, "left")
    right = example([("Share", "chrome", None), *rows], rules, "right", corpus="single")
    other = example([("Share", "chrome", None), ("Contact us", "chrome", None)], rules, "other")
    related = relate([left, right, other])
    assert [set(page.sites) for page in related] == [{"left", "right"}, {"left", "right"}, {"other"}]
    assert [page.page.sites for page in related] == [page.sites for page in related]
    assert {page.site for page in related} == {"left", "other"}


def test_a_page_that_names_a_site_is_of_that_site(rules: Rules) -> None:
    """A saved page's domain is looked for in the dumps, in their text and in their files' names."""
    saved = example([(paragraphs("ferry")[0], "body", 0)], rules, f"{HOST}harbour.example", corpus="carried")
    naming = example([("More on harbour.example today", "chrome", None)], rules, "dump", corpus="single")
    named = example([(paragraphs("bridge")[0], "body", 0)], rules, "harbour", corpus="single")
    apart = example([("harbour.examples and others", "chrome", None)], rules, "apart", corpus="single")
    sites = [page.sites for page in relate([saved, naming, named, apart])]
    assert [f"{HOST}harbour.example" in found for found in sites] == [True, True, True, False]
