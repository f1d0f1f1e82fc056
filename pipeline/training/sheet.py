"""What goes into a made page and what comes out: pieces of real stories, a page under construction, the labelled page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from copydesk.transforms.shapes import KEPT, Role

Label = Role | Literal["either"]
"""A line's role, or "either" where people differ on whether it belongs to its story (a quoted post, a time in a live blog)."""
_HEAD = frozenset({"section", "date", "byline", "deck"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One story's own material, from a labelled page."""

    headline: str
    body: tuple[tuple[str, Label], ...]
    """The lines from the first paragraph to the last, with their roles; at least one is "body"."""
    language: str
    """Code of the phrase pack that fits it ("en"); one without a pack is furnished in English."""
    sites: frozenset[str]
    """Sites that the material came from; they follow it into every page that is made of it."""
    head: tuple[tuple[str, Label], ...] = ()
    """The lines from the story's beginning to its first paragraph, the headline among them, as they stood on its page."""
    front: tuple[str, ...] = ()
    """Lines of furniture that stood in front of the story on its page."""
    back: tuple[str, ...] = ()
    """Lines of furniture that stood behind it."""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts whose role is body."""
        return tuple(text for text, role in self.body if role == "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledLine:
    """One line of a made page."""

    text: str
    role: Label
    story: int | None
    """Index of the story whose stretch of the page the line stands in, furniture inside of it counted; None outside of all."""
    blank_lines: int
    """Empty lines in front of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """A made page: what a labeller should say of each line is known."""

    lines: tuple[LabelledLine, ...]
    language: str
    sites: frozenset[str]
    """Sites of all material in it: it must not train a labeller that is tested on one of them."""
    family: str
    """The template that it was made by."""

    @property
    def stories(self) -> int:
        """How many stories the page holds."""
        return len({line.story for line in self.lines if line.story is not None})


@dataclass(slots=True)
class Sheet:
    """A page under construction; lines are added from the top down."""

    loose: tuple[int, int] = (1, 1)
    """Empty lines in front of a line as such, and in front of the first of a group."""
    lines: list[LabelledLine] = field(default_factory=list)
    sites: set[str] = field(default_factory=set)
    count: int = 0
    """Stories closed so far."""
    _fresh: bool = True

    def add(self, text: str, role: Label = "chrome") -> None:
        """One line at the end; white space in it is collapsed, nothing is added for an empty one."""
        text = " ".join(text.split())
        if text:
            blank = self.loose[1] if self._fresh else self.loose[0]
            self.lines.append(LabelledLine(text=text, role=role, story=None, blank_lines=blank if self.lines else 0))
            self._fresh = False

    def group(self, lines: Sequence[str], role: Label = "chrome") -> None:
        """Several lines that stand together."""
        self.fresh()
        for line in lines:
            self.add(line, role)
        self.fresh()

    def fresh(self) -> None:
        """The next line starts a group."""
        self._fresh = True

    def close(self, start: int) -> None:
        """A story is what was added since `start`: from its head fields right above the headline to its last paragraph.

        Lines without a paragraph make no story.
        """
        kept = [i for i in range(start, len(self.lines)) if self.lines[i].role in KEPT]
        if not any(self.lines[i].role == "body" for i in kept):
            return
        heads = [i for i in range(start, kept[0]) if self.lines[i].role == "headline"]
        first = heads[0] if heads else kept[0]
        while first > start and self.lines[first - 1].role in _HEAD:
            first -= 1
        for i in range(first, kept[-1] + 1):
            self.lines[i] = replace(self.lines[i], story=self.count)
        self.count += 1
