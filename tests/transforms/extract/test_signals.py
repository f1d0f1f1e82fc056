"""What the labeller sees of a line: a row of numbers, the same columns for every page."""

from __future__ import annotations

import random
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.extract import signals as module
from copydesk.transforms.extract.signals import (
    BYLINE,
    CREDIT,
    CUT,
    DATE,
    END,
    KINDS,
    LABEL,
    LONG,
    LOWER,
    MARK,
    MIDDLING,
    NAME,
    PHRASES,
    SHORT,
    SOFT,
    TINY,
    Columns,
)
from copydesk.transforms.extract.signals import PROSE as PROSE_KIND
from copydesk.transforms.rules import Rules

from .looks import OTHER, PROSE, THIRD, signals_of

RULES: Final = load_rules()
MENU: Final = ("Home", "News", "Sport today", "Weather")
PAGE: Final = (*MENU, "Ferry back after eleven weeks", "By Ana Ortega", "March 5, 2024", PROSE, "What it cost", OTHER, THIRD)
ODD: Final = ("?", "*", "—", "1", "x", "。", "…", "(", "»«", "0:00", "ß", "٣", "👍")
ALONE: Final = (
    "units", "word_length", "ending", "digits", "titled", "marks", "stops", "bars", "first", "bullet", "kind", "date", "byline",
    "phrase", "divider", "credit", "lower_start", "quoted", "dateline", "run_in", "repeats", "stem_more",
)  # fmt: skip
"""Columns that do not ask where on the page a line stands."""


@pytest.mark.parametrize(
    "lines",
    [
        PAGE,
        ["Menu"],
        [PROSE],
        ["* * *"],
        ODD,
        ["Home"] * 50,
        [PROSE] * 50,
        ["x" * 5_000],
        ["March 5, 2024"] * 3,
        ["橋の修理、来年春まで", "市内の橋の修理は来年の春まで続く見通しだと、市の担当者が説明会で住民に話した。"],
    ],
    ids=["a page", "one line", "one paragraph", "one rule", "odd marks", "all the same", "one paragraph again and again",
         "one long word", "dates", "no spaces"],
)  # fmt: skip
def test_every_page_has_the_same_columns(lines: list[str]) -> None:
    """The names depend on nothing, and every line of any page has a finite number in each column."""
    signals = signals_of(RULES, *lines)
    assert signals.names == signals_of(RULES, PROSE, OTHER).names
    assert len(set(signals.names)) == len(signals.names)
    assert signals.table.shape == (len(lines), len(signals.names))
    assert signals.table.dtype == np.float32
    assert np.isfinite(signals.table).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from((*PAGE, *ODD, "Read more", "A scene that ends...")), min_size=1, max_size=15), st.randoms())
def test_what_is_a_lines_own_does_not_hang_on_its_place(lines: list[str], chance: random.Random) -> None:
    """Lines in another order keep what is said of each by itself, and how often it stands on the page."""
    order = list(range(len(lines)))
    chance.shuffle(order)
    before, after = signals_of(RULES, *lines), signals_of(RULES, *(lines[i] for i in order))
    for name in ALONE:
        np.testing.assert_array_equal(before.column(name)[order], after.column(name), err_msg=name)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Related articles", END),
        ("Share this article", SOFT),
        ("March 5, 2024", DATE),
        ("By Ana Ortega", BYLINE),
        ("Ana Ortega", NAME),
        ("Photo: Ana Ortega", CREDIT),
        ("Harbour", TINY),
        ("On the quay", LABEL),
        ("Ferry back after eleven weeks", MIDDLING),
        ("Baths and boats and " * 8 + "bread", LONG),
        ("It rained.", SHORT),
        (PROSE, PROSE_KIND),
        ("The ferry came back on Sunday after eleven weeks in the yard...", CUT),
        ("* * *", MARK),
        ("and the boats in the old harbour", LOWER),
    ],
)
def test_the_kind_of_a_line(line: str, kind: int) -> None:
    """At a glance a line is one of a few kinds; a date or a name is no label, a set phrase no date."""
    assert KINDS[int(signals_of(RULES, line).kind[0])] == KINDS[kind]


def test_a_set_phrase_is_told_by_its_kind() -> None:
    """Each kind of furniture that dumps have is a column of its own; the phrase itself is none."""
    signals = signals_of(RULES, "Related articles", PROSE, "Share this article")
    assert {name for name in signals.names if name.startswith("phrase_")} == {f"phrase_{kind}" for kind in PHRASES}
    assert signals.column("phrase_related").tolist() == [1, 0, 0]
    assert signals.column("phrase_sharing").tolist() == [0, 0, 1]
    assert signals.phrase.tolist() == ["related", "", "sharing"]
    assert not set(signals.names) & {"related articles", "share this article"}


def test_neighbours_and_the_ends_of_a_page() -> None:
    """A line knows the lines around it; beyond the page's ends stands the edge."""
    signals = signals_of(RULES, "Ferry back after eleven weeks", PROSE, OTHER)
    assert signals.column("units+1").tolist() == [*signals.column("units")[1:], -1]
    assert signals.column("kind-1").tolist() == [module.EDGE, MIDDLING, PROSE_KIND]
    assert signals.column("kind+4").tolist() == [module.EDGE] * 3


def test_repetition_is_seen() -> None:
    """A line that is said again knows how often and how far away; so does one that another opens with."""
    title = "Bridge stays shut until the autumn"
    signals = signals_of(RULES, title, PROSE, title, f"{title} | Harbour Post")
    assert signals.column("repeats").tolist() == [2, 1, 2, 1]
    assert signals.column("twin_ahead").tolist()[:2] == [2, 100]
    assert signals.column("twin_back").tolist()[2] == 2
    assert signals.column("stem_more").tolist() == [1, 0, 1, 2]
    assert signals.repeats.tolist() == [2, 1, 2, 1]
    assert signals.groups[0] == signals.groups[2] != signals.groups[3]


def test_distances_count_lines() -> None:
    """From each line to the next prose, date or name on either side, and no farther than is of use."""
    signals = signals_of(RULES, *["Ferry tickets for all"] * 70, "March 5, 2024", PROSE)
    assert signals.column("ahead_prose").tolist()[-3:] == [2, 1, 0]
    assert signals.column("ahead_prose")[0] == 60
    assert signals.column("back_prose")[0] == 60
    assert signals.column("ahead_date").tolist()[-3:] == [1, 0, 60]


def test_what_stands_between_two_paragraphs_is_counted() -> None:
    """A line in a gap knows how many dates and names stand in front of it there, and behind it; prose bounds the gap."""
    signals = signals_of(RULES, "March 4, 2024", PROSE, "By Ana Ortega", "Bridge stays shut", "March 5, 2024", OTHER)
    assert (signals.column("before_byline")[3], signals.column("behind_date")[3], signals.column("before_date")[3]) == (1, 1, 0)
    assert signals.column("gap").tolist()[2:5] == [4, 4, 4]


def test_columns_stand_side_by_side() -> None:
    """A table under construction keeps its columns in the order in which they came."""
    columns = Columns()
    columns["b"] = np.array([True, False])
    columns["a"] = np.array([3, 4])
    assert columns.table().tolist() == [[1, 3], [0, 4]]


def test_a_column_that_is_not_there() -> None:
    """A name that is none is an error, not another column."""
    with pytest.raises(ValueError, match="not in tuple"):
        signals_of(RULES, PROSE).column("no such thing")


def test_a_long_page_costs_what_its_lines_cost(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the lines ask twice the questions of them: calls are counted, not timed."""
    calls = 0
    asked = module.phrase_key

    def count(folded: str) -> str:
        nonlocal calls
        calls += 1
        return asked(folded)

    monkeypatch.setattr(module, "phrase_key", count)
    counted = []
    for size in (300, 600):
        calls = 0
        signals_of(rules, *(line for number in range(size) for line in (f"{PROSE} {number}", f"Walk number {number}")))
        counted.append(calls)
    assert 0 < counted[1] <= 2 * counted[0]
