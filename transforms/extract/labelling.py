"""The state of one page's text dump while its lines are given their roles: what `page`, `heads` and `roles` share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from copydesk.transforms.extract.labeller import Reading
from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.extract.signals import Signals
from copydesk.transforms.extract.verdict import Verdict
from copydesk.transforms.rules import PhrasePack
from copydesk.transforms.shapes import Role


@dataclass(slots=True, kw_only=True)
class Labelling:
    """One page: its lines, what the labeller says of them, what is decided so far. The steps of `page` fill it in."""

    lines: Sequence[LineFeatures]
    packs: Sequence[PhrasePack]
    signals: Signals
    verdicts: list[Verdict | None]
    """One for each line; None where nothing is decided yet."""
    reading: Reading
    starts: list[int] = field(default_factory=list)
    """The first line of each story: its headline where it is said first, or the first line of its text."""
    kept: frozenset[int] = frozenset()
    """The lines of all stories' texts, as the labeller sees them."""

    def give(self, index: int, role: Role, rule: str, evidence: str) -> None:
        """Decide on a line."""
        self.verdicts[index] = Verdict(role, rule, evidence)

    def role(self, index: int) -> Role | None:
        """The role of a line, None where none is decided."""
        verdict = self.verdicts[index]
        return verdict.role if verdict is not None else None

    def credited(self, index: int) -> bool:
        """Whether the line below is a photo credit."""
        return index + 1 < len(self.lines) and self.lines[index + 1].credit

    def chance(self, index: int, *places: int) -> str:
        """How likely the labeller finds a line in one of some places, as evidence."""
        row = self.reading.probabilities[index]
        return f"probability {float(sum(row[place] for place in places)):.2f}"

    def is_inside(self, index: int) -> bool:
        """Whether a line stands between the headline of a story and the last line of its text."""
        number = bisect_right(self.starts, index) - 1
        return number >= 0 and index <= self.reading.stories[number].kept[-1]

    def is_first(self, index: int) -> bool:
        """Whether a line is the first of a story's text."""
        number = bisect_right(self.starts, index) - 1
        return number >= 0 and index == self.reading.stories[number].kept[0]
