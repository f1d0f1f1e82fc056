"""The weights are learned step by step; what grows the trees is a stand-in here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from copydesk.pipeline.training.pages import relate
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.extract.candidates import FATES, FURNITURE, PART, STORY
from copydesk.transforms.extract.context import context_names
from copydesk.transforms.extract.grammar import BODY, FIRST, INSIDE, OUTSIDE, PLACES, Piece
from copydesk.transforms.extract.headlines import RELATIVE
from copydesk.transforms.extract.labeller import Labeller
from copydesk.transforms.rules import Rules

from .pages import corpus, example, several

Import = Callable[[str], Any]


@pytest.fixture
def weights(training: Import, rules: Rules) -> dict[str, Any]:
    """What is learned from a dozen small pages and a few made of them, as a file would hold it."""
    found: dict[str, Any] = json.loads(json.dumps(training("learn").learn_labeller(relate(corpus(rules)), rules, made=9)))
    return found


def test_learned_weights_read_a_page(weights: dict[str, Any], rules: Rules) -> None:
    """Weights that were written and read again find the stories of a page that they have not seen."""
    labeller = Labeller.from_json(weights)
    page = example(several(["windmill", "brewery"]), rules)
    blocks = extract_blocks(page.document, replace(rules, labeller=labeller)).blocks
    assert [block.text for block in blocks if block.role == "headline"] == [
        "Old windmill opens its doors", "Old brewery opens its doors",
    ]  # fmt: skip
    assert [block.text for block in blocks if block.role == "body"] == [
        line.text for line in page.page.lines if line.role == "body"
    ]  # fmt: skip


def test_weights_name_what_they_read(weights: dict[str, Any], rules: Rules) -> None:
    """Every step's weights name the columns of its table, so that weights of other signals are known as such."""
    labeller = Labeller.from_json(weights)
    signals = example(several(["windmill"]), rules).signals
    assert labeller.first.features == signals.names
    assert labeller.second.features == (*signals.names, *context_names(signals))
    assert labeller.headline.features == (*signals.names, *context_names(signals), *RELATIVE)
    assert (labeller.second.classes, labeller.pieces.classes) == (PLACES, FATES)


def test_learning_leaves_nothing_to_chance(weights: dict[str, Any], training: Import, rules: Rules) -> None:
    """The same pages give the same weights."""
    again = training("learn").learn_labeller(relate(corpus(rules)), rules, made=9)
    assert json.dumps(again) == json.dumps(weights)


def test_moves_are_shares(weights: dict[str, Any]) -> None:
    """From every place the chances of what follows add up to one, and what was never seen is unlikely, not impossible."""
    for before in PLACES:
        assert sum(np.exp(value) for value in weights["moves"][before].values()) == pytest.approx(1, abs=0.01)
    assert weights["moves"]["headline"]["first"] > weights["moves"]["outside"]["body"]


def test_each_part_is_read_by_trees_of_the_others(training: Import, rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is learned, no page is read by trees that have seen its site; only the last trees see all."""
    learn = training("learn")
    pages = relate(corpus(rules))
    seen: list[int] = []

    def count(table: Any, *rows: Any, **told: Any) -> dict[str, Any]:
        seen.append(len(table))
        return grow(table, *rows, **told)

    grow = learn.grow_classes
    monkeypatch.setattr(learn, "grow_classes", count)
    reads = [learn.Read(page) for page in pages]
    learn._cross_first(reads)
    lines = [sum(int((learn._thin(page) > 0).sum()) for page in pages if learn.part_of(page) == part) for part in range(3)]
    assert seen == [*(sum(lines) - own for own in lines), sum(lines)]
    assert all(len(read.first) == len(read.example.places) for read in reads)


def test_made_pages_stay_in_the_part_of_their_pieces(training: Import, rules: Rules) -> None:
    """A made page holds stories of one part's sites only, and is itself in that part."""
    learn = training("learn")
    pages = relate(corpus(rules))
    parts = {site: learn.part_of(page) for page in pages for site in page.sites}
    made = list(learn._make(pages, rules, 12, 1))
    assert made
    for page in made:
        assert {parts[site] for site in page.sites} == {learn.part_of(page)}


def test_furniture_far_from_stories_is_thinned(training: Import, rules: Rules) -> None:
    """Of a long row of furniture some lines count for all of them; near a story, and on pages labelled by hand, each counts."""
    thin = training("learn")._thin
    rows: Any = [(f"Link number {at}", "chrome", None) for at in range(200)] + several(["windmill"])
    page = example(rows, rules, corpus="single")
    found = thin(page)
    assert 20 < (found[:180] > 0).sum() < 120
    assert (found[190:] > 0).all()
    assert (thin(replace(page, corpus="pages")) > 0).all()


@pytest.mark.parametrize(
    ("pieces", "fates"),
    [
        ([Piece(2, (4, 5, 6)), Piece(8, (10, 11, 12))], [STORY, STORY]),
        ([Piece(2, (4, 5)), Piece(None, (6,))], [STORY, PART]),
        ([Piece(None, (0, 1)), Piece(2, (4, 5, 6))], [FURNITURE, STORY]),
        ([Piece(2, (4, 5, 6, 8, 10, 11, 12)), Piece(None, (12,))], [STORY, PART]),
    ],
)
def test_what_a_piece_is(pieces: list[Piece], fates: list[int], training: Import, rules: Rules) -> None:
    """The first piece of a story's text is the story, a later one a part of it, and one of furniture none."""
    page = example(several(["windmill", "brewery"]), rules)
    assert training("learn").true_fates(page, pieces) == fates


def test_a_piece_of_open_lines_is_not_known(training: Import, rules: Rules) -> None:
    """Where the labels do not say what a piece is, it teaches nothing."""
    page = example([("A quoted post of somebody", "either", None), *several(["windmill"])], rules)
    assert training("learn").true_fates(page, [Piece(None, (0,))]) == [None]


def headed(training: Import, page: Any, places: Any) -> list[tuple[int, tuple[int, ...], int]]:
    """What headlines are learned from on a page whose lines the looks give these places."""
    learn = training("learn")
    second = np.full((len(places), len(PLACES)), np.log(0.01), np.float32)
    second[np.arange(len(places)), places] = np.log(0.95)
    moves = np.zeros((len(PLACES), len(PLACES)))
    return [(low, kept, story.headline) for low, kept, story in learn._headed(learn.Read(page, second=second), moves)]


def test_headlines_are_learned_on_texts_as_they_are_found(training: Import, rules: Rules) -> None:
    """A text that the looks begin with its headline is learned from so; one that they do not find, as it truly is."""
    page = example(several(["windmill", "brewery"]), rules)
    true = headed(training, page, page.places)
    assert true == [(0, (4, 5, 6), 2), (7, (10, 11, 12), 8)]
    places = page.places.copy()
    places[[2, 3, 4]] = FIRST, INSIDE, BODY
    assert headed(training, page, places) == [(0, (2, 4, 5, 6), 2), (7, (10, 11, 12), 8)]
    places[8:13] = OUTSIDE
    assert headed(training, page, places) == [(0, (2, 4, 5, 6), 2), (7, (10, 11, 12), 8)]
    places[:] = OUTSIDE
    assert headed(training, page, places) == true


def test_trees_are_written_as_they_are_read(training: Import) -> None:
    """What the library saves becomes an ensemble: columns by their names, leaves in thousandths of the scaled value."""
    forest = training("forest")
    table = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 1]], np.float32)
    truth, weights = np.array([0, 1, 1]), np.array([1.0, 1.0, 0.0])
    found = forest.grow_classes(table, truth, weights, names=["x", "y", "z"], classes=["a", "b"], growth=forest.PIECES)
    assert found == {
        "classes": ["a", "b"], "features": ["x", "y", "z"], "bias": [0.25, 0.25],
        "trees": [{"splits": [["z", 0.123457]], "leaves": [[0, 200], [400, 600]]}],
    }  # fmt: skip
    assert len(forest.CatBoost.given.data) == 2  # a row without weight is no row
    groups = np.array([0, 0, 1])
    ranked = forest.grow_ranking(table, np.array([1.0, 0, 1]), groups, np.ones(3), names=["x", "y", "z"], growth=forest.PIECES)
    assert (ranked["classes"], ranked["bias"], len(forest.CatBoost.given.data)) == (["score"], [0.0], 3)
