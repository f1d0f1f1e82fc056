"""What a first look says of the lines around each, as features of a second."""

from __future__ import annotations

import numpy as np
import pytest

from copydesk.transforms.extract.context import context_names, measure_context
from copydesk.transforms.extract.grammar import BODY, FIRST, HEAD, HEADLINE, OUTSIDE, PLACES
from copydesk.transforms.rules import Rules

from .looks import OTHER, PROSE, THIRD, logs_of, signals_of

LINES = ("Menu", "Ferry back after eleven weeks", "March 5, 2024", PROSE, OTHER, "Read more", "Bridge stays shut", THIRD)
PLACED = (OUTSIDE, HEADLINE, HEAD, FIRST, BODY, OUTSIDE, HEADLINE, FIRST)


def columns(rules: Rules) -> dict[str, list[float]]:
    """The columns of the page above, by name."""
    signals = signals_of(rules, *LINES)
    table = measure_context(signals, logs_of(PLACED))
    return {name: table[:, at].tolist() for at, name in enumerate(context_names(signals))}


@pytest.mark.parametrize("lines", [LINES, ["Menu"], [PROSE], ["* * *"] * 3, [PROSE] * 40])
def test_names_and_table_agree(lines: list[str], rules: Rules) -> None:
    """Every page has the same columns, as many as there are names, each with finite numbers."""
    signals = signals_of(rules, *lines)
    for place in range(len(PLACES)):
        table = measure_context(signals, logs_of([place] * len(lines)))
        assert table.shape == (len(lines), len(context_names(signals)))
        assert np.isfinite(table).all()
    assert context_names(signals) == context_names(signals_of(rules, PROSE, OTHER))


def test_no_column_has_the_name_of_another(rules: Rules) -> None:
    """Weights name the columns of signals and context together, so that a name which stands twice would be read wrong."""
    signals = signals_of(rules, PROSE)
    names = (*signals.names, *context_names(signals))
    assert sorted(names) == sorted(set(names))


def test_probabilities_of_the_line_and_its_neighbours(rules: Rules) -> None:
    """A line knows how likely each place is at itself and around; beyond the page's ends nothing is known."""
    found = columns(rules)
    assert found["is_headline"] == pytest.approx([0.01, 0.95, 0.01, 0.01, 0.01, 0.01, 0.95, 0.01], abs=1e-4)
    assert found["headline-1"] == pytest.approx([-1, *found["is_headline"][:-1]])
    assert found["is_first+1"][2] == pytest.approx(0.95)
    assert found["keep+1"][2] == pytest.approx(0.96)


def test_the_best_headline_of_a_gap(rules: Rules) -> None:
    """Within the lines between two kept ones the likeliest headline is known, and which line it is."""
    found = columns(rules)
    assert found["best_headline"][:3] == pytest.approx([0.95] * 3)
    assert [bool(best) for best in found["is_best"]] == [False, True, False, False, False, False, True, False]
    assert found["second_headline"][1] == pytest.approx(0.01)
    assert found["back_headline"] == [100, 0, 1, 2, 3, 4, 0, 1]
    assert found["ahead_keep"] == [3, 2, 1, 0, 0, 2, 1, 0]


def test_the_text_between_two_starts(rules: Rules) -> None:
    """Each line knows how much text its stretch holds between two likely first paragraphs, and the next one's."""
    found = columns(rules)
    assert found["segment"][3] == found["segment"][5] > found["segment"][7] > found["segment"][0]
    assert found["next_segment"][3] == found["segment"][7]
    assert found["next_segment"][7] == -1
    assert max(found["segment_share"]) == 1


def test_lines_in_the_same_surroundings(rules: Rules) -> None:
    """What is said of the other lines that stand as this one does; -1 where no other does."""
    titles = ("Ferry back after eleven weeks", "Bridge stays shut until autumn", "A goose holds up the train")
    lines = (titles[0], PROSE, titles[1], OTHER, titles[2], THIRD)
    signals = signals_of(rules, *lines)
    table = measure_context(signals, logs_of((HEADLINE, FIRST, HEADLINE, FIRST, OUTSIDE, BODY)))
    like = table[:, context_names(signals).index("like_around_headline")]
    assert like[4] == pytest.approx(0.95)
    assert like[2] == pytest.approx(0.01)
    assert like[0] == -1
