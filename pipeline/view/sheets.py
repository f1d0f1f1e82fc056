"""One source as the viewer serves it: its blocks and repairs with their places in the original, a bounded stretch at a time.

`report.layout` lays the original out again; here each line that was removed becomes a block of its own, so that it can be
judged by itself, and each block and repair gets the span that it has in the decoded source, by which a verdict is known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from copydesk.pipeline.report.layout import CAPTIONS, DECK, HEADLINE, Piece, lay_out
from copydesk.pipeline.report.records import Row, Whole

MOST_BLOCKS: Final = 5_000
"""Blocks of one stretch: as many as a browser lays out without a pause."""
MOST_CHARACTERS: Final = 1_000_000
"""Characters of one stretch: a quarter of a million words, or 1 to 4 MB over the wire."""
MOST_OF_ONE: Final = 100_000
"""Characters that are shown of one text; a longer one is no paragraph, and nobody reads it so."""
_AROUND: Final = 120
"""Characters to each side of a repair that go into the labels: a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One repair of a story's words, and where in the decoded source the words stand."""

    before: str
    after: str
    rule: str
    confidence: float
    evidence: str
    start: int
    end: int
    """Of the words; of their whole paragraph where its text has other white space or marks than the source."""
    nth: int
    """How many repairs of the same words there are before it in the same span: 0 wherever the span is exact."""
    around: str
    """Some words to each side, as they stand now."""


class Sheet:
    """All blocks of one source, in order of offsets."""

    def __init__(self, whole: Whole) -> None:
        """Lay a source out.

        Args:
            whole: its records.
        """
        self.whole = whole
        laid = lay_out(whole)
        self.stories: list[Row] = laid.pop("stories")
        self.blocks: list[Piece] = [one for piece in laid.pop("blocks") for one in _lines_of(piece)]
        self.head: Row = laid
        self._ends = [{int(start): int(end) for start, end in row["spans"]} for row in whole.stories]
        self._paragraphs: dict[tuple[int, int], _Paragraph] = {}
        self._starts = list(self._begin())

    # --- what a block is ------------------------------------------------------------------------------------------------

    def end(self, block: Piece) -> int:
        """The offset behind a block."""
        if isinstance(block[2], str):
            return int(block[0]) + len(block[2])
        if block[3] < 0:
            return self._ends[block[2]].get(block[0], int(block[0]))
        paragraph = self._paragraph(block)
        return paragraph.place(block[5], ending=True) if len(block) > 5 else paragraph.end

    def said(self, block: Piece) -> str:
        """A block's text as the source has it."""
        if isinstance(block[2], str):
            return block[2]
        story, part = self.stories[block[2]], block[3]
        if part < 0:
            return str(_headings(story)(part))
        text = self._paragraph(block).text
        return text[block[4] : block[5]] if len(block) > 5 else text

    def rule(self, block: Piece) -> str:
        """The rule that removed a block; "" where it was kept, since the records do not tell."""
        return str(block[3]) if isinstance(block[2], str) else ""

    def mends(self, block: Piece) -> list[Mend]:
        """The repairs of the paragraph that a block is of."""
        if isinstance(block[2], str) or block[3] < 0:
            return []
        return self._paragraph(block).mends

    def _paragraph(self, block: Piece) -> _Paragraph:
        """The paragraph that a block is of, made once, however many blocks it has."""
        key = (block[2], block[3])
        if key not in self._paragraphs:
            spans = self.whole.stories[block[2]]["paragraphs"][block[3]]["spans"]
            self._paragraphs[key] = _Paragraph(self.stories[block[2]]["parts"][block[3]], spans)
        return self._paragraphs[key]

    # --- a stretch of it ------------------------------------------------------------------------------------------------

    def window(self, number: int) -> Row:
        """The stretch that holds a block, with those parts of the stories that it shows.

        Numbers of stories and of their parts count within the answer; `before` and `skipped` say how many went before.
        """
        place = bisect_right(self._starts, number) - 1
        first, last = self._starts[place], [*self._starts, len(self.blocks)][place + 1]
        shown = self.blocks[first:last]
        parts: dict[int, set[int]] = {}
        for block in shown:
            if not isinstance(block[2], str):
                parts.setdefault(block[2], set()).add(block[3])
        numbers = {story: number for number, story in enumerate(sorted(parts))}
        orders = {story: {part: at for at, part in enumerate(sorted(p for p in of if p >= 0))} for story, of in parts.items()}
        return {
            **{name: _cut(value) if isinstance(value, str) else value for name, value in self.head.items()},
            "decoded": [[_cut(str(one[0])), _cut(str(one[1])), *one[2:]] for one in self.head["decoded"]],
            "blocks": [_renumbered(block, numbers, orders) for block in shown],
            "stories": [_some(self.stories[story], orders[story], parts[story]) for story in sorted(parts)],
            "before": min(parts, default=0),
            "of": len(self.stories),
            "first": first,
            "back": self._starts[place - 1] if place else 0,
            "total": len(self.blocks),
        }

    def _begin(self) -> Iterator[int]:
        """The number of the first block of each stretch."""
        room, first = MOST_CHARACTERS, 0
        seen: set[tuple[int, int]] = set()
        yield 0
        for number, block in enumerate(self.blocks):
            key = None if isinstance(block[2], str) else (block[2], block[3])
            size = min(len(block[2]) if key is None else self._size(block), MOST_OF_ONE)
            if number - first == MOST_BLOCKS or (number > first and size > room and key not in seen):
                yield number
                room, first = MOST_CHARACTERS, number
                seen.clear()
            if key is None or key not in seen:
                room -= size
            if key:
                seen.add(key)

    def _size(self, block: Piece) -> int:
        story = self.stories[block[2]]
        if block[3] < 0:
            return len(_headings(story)(block[3]))
        part = story["parts"][block[3]]
        return len(part[1]) + sum(len(change[2]) + len(change[5]) for change in _changes(part))


def _lines_of(piece: Piece) -> Iterator[Piece]:
    """A removed record, which may be many lines that one rule took, as a block a line; a kept block as it is."""
    if not isinstance(piece[2], str) or "\n" not in piece[2]:
        yield piece
        return
    start, role, text, *rest = piece
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            yield [start + line.index(stripped), role, stripped, *rest]
        start += len(line) + 1


def _changes(part: Sequence[Any]) -> Sequence[Any]:
    changes: Sequence[Any] = part[2] if len(part) > 2 else ()
    return changes


def _headings(story: Row) -> Callable[[int], str]:
    """What gives the text of a part below 0."""

    def text(part: int) -> str:
        if part <= CAPTIONS:
            return str(story["captions"][CAPTIONS - part])
        return str(story[{HEADLINE: "headline", DECK: "deck"}[part]])

    return text


class _Paragraph:
    """A story's paragraph: its text before its repairs, and where in the source its places are.

    >>> one = _Paragraph(["paragraph", "one two!"], [(5, 8), (20, 24)])
    >>> [one.place(at) for at in (0, 3, 4, 7)], one.place(3, ending=True), one.place(8, ending=True)
    ([5, 8, 20, 23], 8, 24)
    """

    def __init__(self, part: Sequence[Any], spans: Sequence[Sequence[int]]) -> None:
        self._part, self._spans = part, spans
        self._begins = [0, *accumulate(end - start + 1 for start, end in spans)][:-1]
        """Where each span begins in the text, as far as they are joined by one space each."""
        self.end = int(spans[-1][1])
        pieces, at = [], 0
        for start, end, before, *_ in _changes(part):
            pieces += [part[1][at:start], before]
            at = end
        self.text = "".join([*pieces, part[1][at:]])
        self.mends = list(self._mends())

    def place(self, at: int, *, ending: bool = False) -> int:
        """The offset in the source of one in the text; of two that the same place has, the end of a span for `ending`."""
        number = bisect_right(self._begins, at) - 1
        if ending and number and self._begins[number] == at:
            number -= 1
        start, end = self._spans[number]
        return min(int(start) + at - self._begins[number], int(end))

    def _mends(self) -> Iterator[Mend]:
        exact = self._begins[-1] + self._spans[-1][1] - self._spans[-1][0] == len(self.text)
        shift = 0
        seen: dict[tuple[int, int, str], int] = {}
        for start, end, before, rule, confidence, evidence in _changes(self._part):
            place = (int(self._spans[0][0]), self.end)
            if exact:
                place = (self.place(start - shift), self.place(start - shift + len(before), ending=True))
            nth = seen[*place, before] = seen.get((*place, before), -1) + 1
            yield Mend(
                before=before, after=self._part[1][start:end], rule=rule, confidence=confidence, evidence=evidence,
                start=place[0], end=place[1], nth=nth, around=self._part[1][max(start - _AROUND, 0) : end + _AROUND],
            )  # fmt: skip
            shift += (end - start) - len(before)


# --- a part of a source -------------------------------------------------------------------------------------------------


def _cut(text: str) -> str:
    """A text as long as it may be, with a note of what is left out."""
    if len(text) <= MOST_OF_ONE:
        return text
    return f"{text[:MOST_OF_ONE]}\n[{len(text) - MOST_OF_ONE:,} more characters are not shown]"


def _renumbered(block: Piece, numbers: dict[int, int], orders: dict[int, dict[int, int]]) -> Piece:
    if isinstance(block[2], str):
        return [*block[:2], _cut(block[2]), block[3], _cut(block[4]), *block[5:]]
    part = block[3] if block[3] < 0 else orders[block[2]][block[3]]
    return [*block[:2], numbers[block[2]], part, *block[4:]]


def _some(story: Row, order: dict[int, int], parts: set[int]) -> Row:
    """A story with only those of its paragraphs and captions that a stretch holds."""
    told = {name: _cut(value) if isinstance(value, str) else value for name, value in story.items() if name != "parts"}
    if captions := story.get("captions"):
        told["captions"] = [_cut(text) if CAPTIONS - at in parts else "" for at, text in enumerate(captions)]
    if chapters := story.get("chapters"):
        told["chapters"] = [[order[at], title] for at, title in chapters if at in order]
    told["parts"] = [_cut_part(story["parts"][part]) for part in order]
    told["skipped"] = min(order, default=0)
    return told


def _cut_part(part: Sequence[Any]) -> list[Any]:
    changes = [one for one in _changes(part) if one[1] <= MOST_OF_ONE]
    return [part[0], _cut(part[1]), *([changes] if len(part) > 2 else []), *part[3:]]
