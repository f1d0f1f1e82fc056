"""There is one way to change text, and what it records can be taken back and repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.transforms.explain import Edit, ReplayError, apply_edits, choose_edits, replay, shift, undo


def edit(start: int, end: int, after: str, rule: str = "r") -> Edit:
    """A proposal."""
    return Edit(start=start, end=end, after=after, rule=rule, confidence=0.9, evidence="e")


@st.composite
def texts_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text, and proposals for places in it, some of which overlap."""
    text = draw(st.text(max_size=40))
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)), st.text(max_size=5))
    return text, [edit(min(a, b), max(a, b), after) for a, b, after in draw(st.lists(places, max_size=8))]


@given(texts_and_edits())
def test_changes_can_be_undone_and_repeated(case: tuple[str, list[Edit]]) -> None:
    """Undo gives the text before, replay the text after, whatever the edits."""
    before, edits = case
    after, changes = apply_edits(before, choose_edits(edits))
    assert undo(after, changes) == before
    assert replay(before, changes) == after
    for change in changes:
        assert after[change.start : change.end] == change.after
        assert change.before in before


@given(texts_and_edits())
def test_any_one_change_can_be_undone_by_itself(case: tuple[str, list[Edit]]) -> None:
    """Putting one change's `before` back leaves all others standing."""
    before, edits = case
    chosen = choose_edits(edits)
    after, changes = apply_edits(before, chosen)
    for index, change in enumerate(changes):
        without = after[: change.start] + change.before + after[change.end :]
        assert without == apply_edits(before, chosen[:index] + chosen[index + 1 :])[0]


def test_of_edits_that_overlap_or_touch_the_first_proposed_is_made() -> None:
    """Rules propose in the order of their certainty; text order is kept among the chosen."""
    chosen = choose_edits([edit(4, 6, "x", "sure"), edit(6, 8, "y", "touches"), edit(5, 9, "z", "overlaps"), edit(0, 2, "w")])
    assert [(one.start, one.rule) for one in chosen] == [(0, "r"), (4, "sure")]


def test_edits_out_of_order_are_refused() -> None:
    """A rule that hands over what was never chosen has a defect."""
    with pytest.raises(ValueError, match="overlap or are out of order"):
        apply_edits("abcdef", [edit(3, 4, "x"), edit(1, 2, "y")])


def test_changes_of_another_text_are_refused() -> None:
    """Neither undo nor replay touches a text that the changes were not made to."""
    _, changes = apply_edits("the harber", [edit(4, 10, "harbour")])
    with pytest.raises(ReplayError, match="harbour"):
        undo("the library", changes)
    with pytest.raises(ReplayError, match="harber"):
        replay("the library", changes)


def test_changes_move_with_their_text() -> None:
    """A text that is put behind another takes its changes along."""
    after, changes = apply_edits("harber", [edit(0, 6, "harbour")])
    assert undo("The " + after, shift(changes, 4)) == "The harber"
