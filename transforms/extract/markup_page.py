"""The state of one HTML page while its blocks are given their roles: what `markup` and its steps share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.extract.verdict import OWN, Verdict
from copydesk.transforms.shapes import KEPT, Block, Role

HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
HEADLINE_TAGS: Final = frozenset({"h1", "h2", "h3"})
MAX_LABEL_UNITS: Final = 20.0
"""Words of a byline, a date line or a heading; a longer block under such a name is prose of a careless template."""


@lru_cache(maxsize=1024)
def stands_in(container: str, elements: frozenset[str]) -> bool:
    """Whether one of the sectioning elements around a block is of these.

    >>> stands_in("main/aside", frozenset({"aside", "nav"})), stands_in("", frozenset({"aside"}))
    (True, False)
    """
    return not elements.isdisjoint(container.split("/"))


@dataclass(slots=True)
class MarkupPage:
    """One page: its blocks, what is known of them so far."""

    blocks: Sequence[Block]
    lines: Sequence[LineFeatures]
    title: str
    """The title that the page states, folded."""
    dense: Sequence[bool]
    """Whether each block stands where prose is dense."""
    furniture: frozenset[str]
    """Words of names that mean furniture on this page."""
    verdicts: list[Verdict | None] = field(default_factory=list)
    """One for each block; None where nothing is decided yet."""

    def give(self, index: int, role: Role, rule: str, evidence: str) -> None:
        """Decide on a block, but for one that a rule of the user's own decided on: nothing knows better."""
        if self.rule(index).startswith(OWN):
            return
        self.verdicts[index] = Verdict(role, rule, evidence)

    def role(self, index: int) -> Role | None:
        """The role of a block, None where none is decided."""
        verdict = self.verdicts[index]
        return verdict.role if verdict is not None else None

    def rule(self, index: int) -> str:
        """The rule that decided on a block, empty where none did."""
        verdict = self.verdicts[index]
        return verdict.rule if verdict is not None else ""

    def tag(self, index: int) -> str:
        """The element that made a block."""
        return self.blocks[index].layout.tag

    def is_open(self, index: int) -> bool:
        """Whether nothing is decided on a block."""
        return self.verdicts[index] is None

    def is_kept(self, index: int) -> bool:
        """Whether a block is part of a story's text."""
        verdict = self.verdicts[index]
        return verdict is not None and verdict.role in KEPT
