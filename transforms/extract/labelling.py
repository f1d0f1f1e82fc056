"""The state of one page's text dump while its lines are given their roles: what `page`, `heads` and `bodies` share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from copydesk.transforms.extract.headlines import Choice, Gap
from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.extract.verdict import Verdict
from copydesk.transforms.rules import PhrasePack
from copydesk.transforms.shapes import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A gap in front of prose, its likeliest headline, and whether a story starts there."""

    gap: Gap
    choice: Choice | None
    starts: bool


@dataclass(slots=True, kw_only=True)
class Labelling:
    """One page: its lines, what is known of them so far. The steps of `page` fill it in, in their order."""

    lines: Sequence[LineFeatures]
    packs: Sequence[PhrasePack]
    title: str | None
    """The title that the source itself gives, where it gives one."""
    verdicts: list[Verdict | None]
    """One for each line; None where nothing is decided yet."""
    content: list[bool] = field(default_factory=list)
    """Whether each line stands where prose is dense."""
    anchors: list[int] = field(default_factory=list)
    """Lines of prose in content, in order: what stories are made of."""

    def give(self, index: int, role: Role, rule: str, evidence: str) -> None:
        """Decide on a line."""
        self.verdicts[index] = Verdict(role, rule, evidence)

    def role(self, index: int) -> Role | None:
        """The role of a line, None where none is decided."""
        verdict = self.verdicts[index]
        return verdict.role if verdict is not None else None

    def rule(self, index: int) -> str:
        """The rule that decided on a line, empty where none did."""
        verdict = self.verdicts[index]
        return verdict.rule if verdict is not None else ""

    def credited(self, index: int) -> bool:
        """Whether the line below is a photo credit."""
        return index + 1 < len(self.lines) and self.lines[index + 1].credit
