"""The one helper that applies a named change and records it; `replay` repeats changes, `undo` takes them back.

A rule proposes an `Edit` of the text that it was given; `apply_edits` makes all of them at once and returns each as the
`Change` that it was. There is no second path that changes text without a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from copydesk.transforms.shapes import Change


class ReplayError(ValueError):
    """The text is not the one that the changes were made to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A proposal: put `after` where [start, end) of the text now stands."""

    start: int
    end: int
    after: str
    rule: str
    confidence: float
    evidence: str


def choose_edits(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that can be made together: of two that overlap or touch, the one that was proposed first, in text order.

    Rules propose in the order of their certainty, so the more certain one wins. Edits that only touch are parted too,
    because a change that borders on another could not be undone by itself without doubt about where it ends.

    >>> first = Edit(start=0, end=3, after="x", rule="a", confidence=1, evidence="")
    >>> second = Edit(start=2, end=5, after="y", rule="b", confidence=1, evidence="")
    >>> [edit.rule for edit in choose_edits([first, second])]
    ['a']
    """
    taken: list[Edit] = []
    claimed: set[int] = set()
    for edit in edits:
        places = range(edit.start, edit.end + 1)
        if claimed.isdisjoint(places):
            claimed.update(places)
            taken.append(edit)
    return sorted(taken, key=lambda edit: edit.start)


def apply_edits(text: str, edits: Sequence[Edit]) -> tuple[str, tuple[Change, ...]]:
    """Make edits, which are in order and do not overlap; the text that results, and each edit as a change of it.

    Args:
        text: what the edits' offsets count.
        edits: from `choose_edits`, or made so by their rule.

    Returns:
        The new text, and changes whose offsets count the new text.

    Raises:
        ValueError: two edits overlap or are out of order.

    >>> apply_edits("Rapidis won", [Edit(start=0, end=7, after="Rapidus", rule="r", confidence=0.9, evidence="e")])[0]
    'Rapidus won'
    """
    parts: list[str] = []
    changes: list[Change] = []
    at = length = 0
    for edit in edits:
        if edit.start < at or edit.end < edit.start:
            raise ValueError(f"edits overlap or are out of order at {edit.start}: {edit}")
        parts += [text[at : edit.start], edit.after]
        length += edit.start - at
        changes.append(
            Change(
                start=length,
                end=length + len(edit.after),
                before=text[edit.start : edit.end],
                after=edit.after,
                rule=edit.rule,
                confidence=edit.confidence,
                evidence=edit.evidence,
            ),
        )
        length += len(edit.after)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts), tuple(changes)


def undo(text: str, changes: Iterable[Change]) -> str:
    """The text as it was before its changes.

    >>> text, changes = apply_edits("a natada", [Edit(start=2, end=8, after="nada", rule="r", confidence=1, evidence="")])
    >>> undo(text, changes)
    'a natada'

    Raises:
        ReplayError: the text does not hold `after` where a change says.
    """
    parts: list[str] = []
    at = len(text)
    for change in sorted(changes, key=lambda change: change.start, reverse=True):
        if text[change.start : change.end] != change.after or change.end > at:
            raise ReplayError(f"no {change.after!r} at {change.start}: {text[change.start : change.end]!r}")
        parts += [text[change.end : at], change.before]
        at = change.start
    parts.append(text[:at])
    return "".join(reversed(parts))


def replay(text: str, changes: Iterable[Change]) -> str:
    """The changes made once more to the text that they were made to; the opposite of `undo`.

    >>> replay("Rapidis won", apply_edits("Rapidis won", [Edit(start=0, end=7, after="Rapidus", rule="r",
    ...     confidence=0.9, evidence="e")])[1])
    'Rapidus won'

    Raises:
        ReplayError: the text does not hold `before` where a change needs it.
    """
    parts: list[str] = []
    at = length = 0
    for change in sorted(changes, key=lambda change: change.start):
        kept = change.start - length
        parts += [text[at : at + kept], change.after]
        at += kept
        if kept < 0 or text[at : at + len(change.before)] != change.before:
            raise ReplayError(f"no {change.before!r} at {at}: {text[at : at + len(change.before)]!r}")
        at += len(change.before)
        length = change.end
    parts.append(text[at:])
    return "".join(parts)


def shift(changes: Iterable[Change], by: int) -> tuple[Change, ...]:
    """The same changes in a text that has `by` more characters in front."""
    return tuple(replace(change, start=change.start + by, end=change.end + by) for change in changes)
