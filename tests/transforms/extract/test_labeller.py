"""The learned labeller: what holds whatever its weights are, and that the shipped ones fit the code."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import RuleError
from copydesk.transforms.extract import labeller as labeller_module
from copydesk.transforms.extract.candidates import FATES, FURNITURE, PART
from copydesk.transforms.extract.context import context_names
from copydesk.transforms.extract.grammar import BODY, FIRST, HEAD, HEADLINE, INSIDE, OUTSIDE, PLACES
from copydesk.transforms.extract.headlines import RELATIVE
from copydesk.transforms.extract.labeller import CERTAIN, NEVER, Labeller, Reading
from copydesk.transforms.extract.page import label_lines, weigh_lines
from copydesk.transforms.extract.verdict import certain_verdict
from copydesk.transforms.rules import Rules

from .conftest import make_document
from .looks import OTHER, PROSE, THIRD, ensemble, logs_of, made_labeller, observe, signals_of

RULES: Final = load_rules()
MENU: Final = ("Home", "Sport", "Weather today")
LINES: Final = (
    *MENU, "Ferry back after eleven weeks", "By Ana Ortega", "March 5, 2024", PROSE, OTHER, "What it cost", THIRD,
    "Related articles", "Bridge stays shut until autumn", "March 4, 2024", OTHER, THIRD, PROSE,
)  # fmt: skip
SIGNALS: Final = signals_of(RULES, *LINES)


@pytest.fixture
def shipped() -> Labeller:
    """The shipped weights."""
    assert RULES.labeller is not None
    return RULES.labeller


def check_reading(reading: Reading, count: int) -> None:
    """Stories are in order, apart from each other, each with its headline in front of its text."""
    assert reading.probabilities.shape == (count, len(PLACES))
    floor = 0
    for story in reading.stories:
        lines = (*(() if story.headline is None else (story.headline,)), *story.kept)
        assert lines[0] >= floor
        assert list(lines) == sorted(set(lines))
        assert 0 <= story.probability <= 1
        floor = lines[-1] + 1
    assert floor <= count


# --- the shipped weights --------------------------------------------------------------------------------------------


def test_the_shipped_weights_read_the_signals_that_there_are(shipped: Labeller) -> None:
    """Each step's weights name the columns of the table that the code gives them, in its order."""
    assert shipped.first.features == SIGNALS.names
    assert shipped.second.features == (*SIGNALS.names, *context_names(SIGNALS))
    assert shipped.headline.features == (*SIGNALS.names, *context_names(SIGNALS), *RELATIVE)
    assert (shipped.first.classes, shipped.second.classes, shipped.pieces.classes) == (PLACES, PLACES, FATES)
    assert shipped.moves.shape == (len(PLACES), len(PLACES))
    assert (len(shipped.bias.places), len(shipped.bias.fates)) == (len(PLACES), len(FATES))


def test_a_plain_article_is_found(shipped: Labeller) -> None:
    """A headline, a byline, a date and paragraphs make a story with that headline and those paragraphs."""
    lines = (*MENU, "Ferry back after eleven weeks", "By Ana Ortega", "March 5, 2024", *[PROSE, OTHER, THIRD] * 3, "Contact us")
    known = np.array([certain_verdict(line, RULES) is not None for line in observe(RULES, *lines)])
    (story,) = shipped.read(signals_of(RULES, *lines), known).stories
    assert (story.headline, story.kept) == (3, tuple(range(6, 15)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=len(LINES), max_size=len(LINES)))
def test_excluded_lines_are_in_no_story(excluded: list[bool]) -> None:
    """What a rule has decided on is neither text nor headline of any story."""
    assert RULES.labeller is not None
    reading = RULES.labeller.read(SIGNALS, np.array(excluded))
    check_reading(reading, len(LINES))
    used = {line for story in reading.stories for line in (*story.kept, story.headline) if line is not None}
    assert not used & {i for i, out in enumerate(excluded) if out}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*LINES, "* * *", "?", "A scene that ends..."]), min_size=1, max_size=25), st.data())
def test_any_page_gives_stories_in_order(lines: list[str], data: st.DataObject) -> None:
    """Whatever lines follow each other, stories do not overlap, and a headline stands in front of its story's text."""
    assert RULES.labeller is not None
    titled = data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=3))
    signals = signals_of(RULES, *lines)
    check_reading(RULES.labeller.read(signals, np.zeros(len(lines), bool), titled), len(lines))


def test_the_same_page_is_read_alike(shipped: Labeller) -> None:
    """Nothing of a reading is left to chance, and reading changes nothing for the next one."""
    none = np.zeros(len(LINES), bool)
    first, second = shipped.read(SIGNALS, none), shipped.read(SIGNALS, none)
    assert first.stories == second.stories
    np.testing.assert_array_equal(first.probabilities, second.probabilities)


def test_a_line_that_the_source_calls_its_title_is_a_headline(shipped: Labeller) -> None:
    """A line that says the page's title leads the text below it, with a certainty of one; excluded ones do not count."""
    lines = ("Harbour", "Fog again", PROSE, OTHER, THIRD)
    signals = signals_of(RULES, *lines)
    reading = shipped.read(signals, np.zeros(5, bool), [1])
    assert [story.headline for story in reading.stories] == [1]
    assert reading.probabilities[1, HEADLINE] == 1
    out = np.array([False, True, False, False, False])
    assert 1 not in [story.headline for story in shipped.read(signals, out, [1]).stories]


def test_of_several_titled_lines_the_likeliest_leads(shipped: Labeller) -> None:
    """A title that is said in a menu and above the text makes one headline, not two stories."""
    lines = ("Fog again", "Home", "Sport", "Fog again", "March 5, 2024", PROSE, OTHER, THIRD)
    reading = shipped.read(signals_of(RULES, *lines), np.zeros(len(lines), bool), [0, 3])
    assert len(reading.stories) == 1
    assert reading.stories[0].headline in {0, 3}
    assert (reading.probabilities[[0, 3], HEADLINE] == 1).sum() == 1


def test_what_moved_a_line_is_named(shipped: Labeller) -> None:
    """For each line as many features as were asked for, with the value that the line has, the strongest first."""
    weights = shipped.weigh(SIGNALS, np.full(len(LINES), BODY), 4)
    assert len(weights) == len(LINES)
    names = set(shipped.second.features)
    for line, found in enumerate(weights):
        assert len(found) == 4
        assert {name for name, _, _ in found} <= names
        moved = [abs(by) for _, _, by in found]
        assert moved == sorted(moved, reverse=True)
        for name, value, _ in found:
            if name in SIGNALS.names and name not in context_names(SIGNALS):
                assert value == pytest.approx(float(SIGNALS.column(name)[line]), abs=1e-3)


def test_weights_of_other_signals_are_refused(shipped: Labeller) -> None:
    """Signals that the weights do not know are an error that says what to do, not numbers read by the wrong names."""
    for names in (SIGNALS.names[:-1], tuple(reversed(SIGNALS.names))):
        other = dataclasses.replace(SIGNALS, names=names)
        for ask in (lambda other=other: shipped.look(other), lambda other=other: shipped.weigh(other, np.zeros(1, int), 1)):
            with pytest.raises(RuleError, match="learned from other signals"):
                ask()


# --- decisions, with a labeller and probabilities made by hand ---------------------------------------------------------


ALIKE: Final = signals_of(
    RULES, "Home", "Ferry back after weeks", "Harbour news", PROSE, OTHER, "Games", "Bridge stays shut", THIRD, PROSE,
)  # fmt: skip
PLACED: Final = (OUTSIDE, HEADLINE, HEAD, FIRST, BODY, OUTSIDE, HEADLINE, FIRST, BODY)


def stories_of(places: tuple[int, ...], **made: Any) -> list[tuple[int | None, tuple[int, ...]]]:
    """The stories that a labeller made by hand decides on."""
    reading = made_labeller(ALIKE, **made).decide(ALIKE, logs_of(places))
    check_reading(reading, len(places))
    return [(story.headline, story.kept) for story in reading.stories]


def test_sure_places_are_taken_as_they_are() -> None:
    """Where each line is all but sure of its place, the stories are what the places spell."""
    assert stories_of(PLACED) == [(1, (3, 4)), (6, (7, 8))]


def test_a_page_with_a_piece_has_a_story() -> None:
    """Where all pieces look like furniture, or like parts of a story that is not there, one is a story all the same."""
    for fate in (FURNITURE, PART):
        fates = [2.0 if number == fate else 0.0 for number in range(len(FATES))]
        assert len(stories_of(PLACED, fates=fates)) == 1


def test_parts_are_joined() -> None:
    """A part's headline is a line of the story before, in its place."""
    assert stories_of(PLACED, fates=(0.0, 1.0, 0.0)) == [(1, (3, 4, 6, 7, 8))]


def test_an_unlikely_headline_is_none() -> None:
    """A story has no headline where the likeliest line in front of it is too unlikely, or no line can be one."""
    places = (OUTSIDE, OUTSIDE, OUTSIDE, FIRST, BODY, INSIDE, INSIDE, BODY, BODY)
    assert stories_of(places, floor=0.02) == [(None, (3, 4, 7, 8))]
    assert stories_of((FIRST, *(BODY,) * 8)) == [(None, tuple(range(9)))]


def test_a_headline_that_was_taken_for_text() -> None:
    """Where the ranking prefers a line that the text opens with, that line heads the text, which begins behind it."""
    signals = signals_of(RULES, "Home", "Ferry back after weeks", PROSE, OTHER)
    logs = logs_of((OUTSIDE, FIRST, BODY, BODY))
    logs[1, HEADLINE] = np.log(0.04)
    (story,) = made_labeller(signals).decide(signals, logs).stories
    assert (story.headline, story.kept) == (1, (2, 3))


def test_a_page_of_doubts_is_searched_again() -> None:
    """Where no line is likely to be text, the likeliest are tried; where nothing comes near, the page has no story."""
    labeller = made_labeller(ALIKE)
    for score, found in ((-2, True), (NEVER, False)):
        logs = np.full((len(PLACED), len(PLACES)), score, np.float32)
        logs[:, OUTSIDE], logs[:, BODY] = 0, score + 0.5
        assert bool(labeller.decide(ALIKE, logs).stories) is found


def test_a_story_found_in_doubt_has_some_lines() -> None:
    """A few lines that might be text are no story of a page that seems to have none."""
    least = labeller_module._LEAST_LINES
    logs = np.full((least + 2, len(PLACES)), NEVER, np.float32)
    logs[:, OUTSIDE] = 0
    logs[1, FIRST] = logs[2:least, BODY] = -1
    assert made_labeller(ALIKE).find_pieces(logs) == []
    logs[least, BODY] = -1
    assert [piece.kept for piece in made_labeller(ALIKE).find_pieces(logs)] == [tuple(range(1, least + 1))]


def test_a_certain_headline_wins_the_ranking() -> None:
    """A line that the source itself names goes before the one that the ranking likes best."""
    logs = logs_of(PLACED)
    logs[2, HEADLINE] = CERTAIN
    assert made_labeller(ALIKE).decide(ALIKE, logs).stories[0].headline == 2


def test_later_steps_are_told_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the source names the headline, the steps behind still read probabilities, as they did when they were learned."""
    seen: list[float] = []

    def look(given: Any, logs: Any, *rest: Any) -> Any:
        seen.append(float(np.exp(logs).max()))
        return describe(given, logs, *rest)

    describe = labeller_module.describe_pieces
    monkeypatch.setattr(labeller_module, "describe_pieces", look)
    made_labeller(ALIKE).read(ALIKE, np.zeros(len(PLACED), bool), [1])
    assert seen
    assert max(seen) <= 1


def test_weights_come_from_json() -> None:
    """A file's weights are read as they were written; a move that is not in it is forbidden in all but name."""
    trees = {"features": ["x"], "classes": ["a"], "bias": [0], "trees": [{"splits": [["x", 0]], "leaves": [[0], [500]]}]}
    data = {
        **dict.fromkeys(("first", "second", "pieces", "headline"), trees),
        "moves": {before: {"body": -0.5} for before in PLACES},
        "bias": {"places": [0.0] * 6, "moves": 0.5, "fates": [0.0] * 3, "headline": 0.1},
    }
    labeller = Labeller.from_json(data)
    assert labeller.moves[OUTSIDE].tolist() == [NEVER] * 5 + [-0.5]
    assert labeller.bias.headline == 0.1
    assert labeller.first.scores(np.array([[1]], np.float32)).tolist() == [[0.5]]
    for missing in data:
        with pytest.raises((KeyError, ValueError)):
            Labeller.from_json({name: value for name, value in data.items() if name != missing})


def test_trees_made_by_hand_ask_one_question() -> None:
    """The stand-in of these tests is an ensemble like any other."""
    trees = ensemble(["x", "y"], ["a"], [1.0], "y", 2.0, [0], [1000])
    assert trees.scores(np.array([[0, 3], [3, 0]], np.float32)).tolist() == [[2.0], [1.0]]


def test_no_weights_no_pages(rules: Rules) -> None:
    """Without weights the shipped rules are refused by name of the file that is missing."""
    bare = dataclasses.replace(rules, labeller=None)
    document = make_document([PROSE, OTHER])
    with pytest.raises(RuleError, match=r"models/lines\.json: the labeller's weights are missing"):
        label_lines(document, bare)
    assert label_lines(make_document([]), bare) == ()
    assert weigh_lines(document, bare, 3) == [(), ()]
