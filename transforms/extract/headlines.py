"""Which short line in front of prose is a story's headline, and which a subhead.

Between two runs of prose stands a gap of short lines. A gap holds a headline where enough speaks for it; the evidence is what
sites of every kind do at the start of a story, not the words of any: the headline is said twice (once by a list, once by the
story), a date or a byline stands by it, an end mark or a run of furniture in front, the page's own title is like it, a report's
dateline opens the prose behind it, and the other gaps of the page look the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.rules import fold, phrase_key

BOUNDARY: Final = 2.6
"""Evidence from which a gap inside a page holds a headline and not a subhead. Lower splits articles at their subheads, higher
glues the stories of digests together; chosen on page texts of both kinds."""
PATTERN_SHARE: Final = 0.5
"""Share of the gaps of one shape that hold a headline from which the others of that shape do too ..."""
_SHAPE_LINES: Final = 4
"""Lines in front of prose that give a gap its shape."""
PATTERN_GAPS: Final = 2
"""... and how many of them must. Price: an article with two subheads that look like headlines is cut at the others too."""
PATTERN_POINTS: Final = 1.0
"""Evidence that a gap of such a shape needs by itself."""
_COMMENTED: Final = 0.33
"""How much names, dates and recurring lines still say once a comments section has begun: comments have them all."""
AFTER_COMMENTS: Final = 3.5
"""The same after a comments section has begun: comments bring names and dates of their own."""
_LOOK_BACK: Final = 40
"""Lines in front of prose that can hold its headline; a head with sharing buttons and captions takes about 15."""
FIRST: Final = 1.0
"""The same for the first gap of a page, which holds a headline unless the page begins in the middle of a story."""
_END_KINDS: Final = frozenset({"related", "navigation", "pagination", "comments", "copyright"})
_WEAK_END_KINDS: Final = frozenset({"sharing", "subscription", "tags"})
_HEADLINE_UNITS: Final = (1.5, 32.0)
"""Words of a headline: one-word headlines are taken only for sections; the longest of the labelled ones have about 30."""
_DATED_UNITS: Final = 12.0
"""Words of a line with a date or a time of day that is no headline ("Posted at 8:41 PM | link | 5 comments")."""
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\b|\s?(?:uhr|h|et|est|gmt|utc)\b|$)", re.IGNORECASE)
_NO_OPENING: Final = frozenset("^.,;|/→←↑↓+")
"""Marks that open notes, crumbs and buttons, never a headline."""
_MOST_REPEATS: Final = 4
"""A headline stands in a list, in the crumbs, in a sharing box and above its story; what stands more often is a button."""
_SAID_ELSEWHERE: Final = range(2, 4)
"""Times that a headline stands on its page: in a list and above its story; what stands there more often is furniture."""
_MAX_DIGITS: Final = 0.4
"""Share of digits from which a line is a number, a score or a time."""
_SAME_CHARACTERS: Final = 12
"""Characters from which a line that opens a longer one is the same headline without the site's name."""
_BARS: Final = frozenset("|-·•»:")
_TWIN_LINES: Final = 8
"""Lines between a headline and its repetition: a list's line, a picture, sharing buttons, the story's own line."""
_SIGNATURE_LINES: Final = 6
"""Lines below a headline in which its date, its byline and their labels stand."""
_TELLING: Final = 1.0
"""Points from which a reason is told as evidence."""
_MARK_UNITS: Final = 6.0
"""Words of an end mark or a label."""
_REPEATING_GAPS: Final = 3
"""Gaps in which a line must recur to be the page's own end mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The lines [start, end) between two runs of prose; `end` is the first line of the prose behind."""

    start: int
    end: int
    first: bool
    """No prose stands before it."""
    comments: bool = False
    """A comments section has begun in it or before it."""
    discussed: bool = False
    """It had begun before it, so that its names and dates may be those of readers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A gap's likeliest headline."""

    index: int
    twin: int | None
    """The other line of the same gap that says the same."""
    score: float
    evidence: str


def same_words(left: str, right: str) -> bool:
    """Whether two folded lines say the same, a site's name after a bar aside.

    >>> same_words("rain ends drought", "rain ends drought | the daily post")
    True
    """
    left, right = phrase_key(left), phrase_key(right)
    if not left or not right:
        return False
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) >= _SAME_CHARACTERS and long.startswith(short) and long[len(short) :].lstrip()[:1] in _BARS


def may_be_headline(line: LineFeatures) -> bool:
    """Whether a line by itself could be a headline at all."""
    low, high = _HEADLINE_UNITS
    if not low <= line.units <= high or line.phrase is not None or line.repeats > _MOST_REPEATS:
        return False
    known = line.date_only or line.byline or line.credit or line.credit_end or line.promo or line.divider
    if known or line.lower_start or line.digits >= _MAX_DIGITS or line.text[0] in _NO_OPENING:
        return False
    if line.units <= _DATED_UNITS and (line.day is not None or _CLOCK.search(line.text)):
        return False  # a date line with more words than usual
    return line.ending != "cut" and not (line.prose and line.ending == "sentence")


def mark_key(line: LineFeatures) -> str:
    """What a line has in common with its like between other stories: a signature's kind, else its words.

    "Posted by A on Monday" and "Posted by B on Friday" are one mark.
    """
    if line.byline:
        return "\0byline"
    return "\0date" if line.date_only else line.folded


def recurring_marks(lines: Sequence[LineFeatures], gaps: Sequence[Gap]) -> frozenset[str]:
    """Keys of lines that stand in several gaps: a page's own end marks, labels and signatures, whatever they say."""
    counts: Counter[str] = Counter()
    for gap in gaps:
        near = (lines[i] for i in range(max(gap.start, gap.end - _LOOK_BACK), gap.end))
        counts.update({mark_key(line) for line in near if line.units <= _MARK_UNITS or line.date_only or line.byline})
    counts.pop("", None)
    return frozenset(key for key, count in counts.items() if count >= _REPEATING_GAPS)


def gap_shape(lines: Sequence[LineFeatures], gap: Gap) -> tuple[str, ...]:
    """How a gap is built: the kinds of its last lines; empty where none of them is a signature, a set phrase or a divider.

    A page sets all of its stories in one way, so gaps of one shape are all boundaries or none is.
    """
    shape = tuple(_line_kind(lines[i]) for i in range(max(gap.start, gap.end - _SHAPE_LINES), gap.end))
    return shape if any(shape) else ()


def _line_kind(line: LineFeatures) -> str:
    if line.date_only or line.byline:
        return "signature"
    if line.divider:
        return "divider"
    return line.phrase.kind if line.phrase is not None else ""


def choose_headline(
    lines: Sequence[LineFeatures], gap: Gap, title: str | None, marks: frozenset[str],
) -> Choice | None:  # fmt: skip
    """The likeliest headline of a gap, with what speaks for it; None where no line could be one.

    Args:
        lines: the page's lines.
        gap: where to look; only its last lines are asked.
        title: the page's own title, where the source gives one.
        marks: keys of lines that recur between stories (`recurring_marks`); none of them is a headline.
    """
    start = max(gap.start, gap.end - _LOOK_BACK)
    where: defaultdict[str, list[int]] = defaultdict(list)
    for index in range(start, gap.end):
        if lines[index].folded:
            where[phrase_key(lines[index].folded)].append(index)
    sight = _Sight(lines=lines, gap=gap, where=where, title=fold(title or ""), marks=marks, ends=_find_ends(lines, gap, marks))
    best: Choice | None = None
    for index in range(start, gap.end):
        if may_be_headline(lines[index]) and mark_key(lines[index]) not in marks:
            choice = _weigh(sight, index)
            if best is None or choice.score > best.score:
                best = choice
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """What is known of a gap before its lines are weighed."""

    lines: Sequence[LineFeatures]
    gap: Gap
    where: Mapping[str, list[int]]
    """Key of a line -> where it stands among the last lines of the gap."""
    title: str
    marks: frozenset[str]
    ends: tuple[int, int, int]
    """The first recurring mark, the first strong and the first weak end mark of the gap; its end where there is none."""


Points: TypeAlias = tuple[float, str]
"""How much speaks for a headline, and why."""


def _weigh(sight: _Sight, index: int) -> Choice:
    twin = _twin(sight, index)
    points = [
        *_weigh_words(sight, index, twin),
        *_weigh_signature(sight, index),
        *_weigh_front(sight, index),
        *_weigh_behind(sight, index),
        (_weigh_shape(sight, index, twin), ""),
    ]
    reasons = [reason for value, reason in points if reason and value >= _TELLING]
    score = round(sum(value for value, _ in points), 4)
    return Choice(index=index, twin=twin, score=score, evidence=", ".join(reasons) or "in front of prose")


def _twin(sight: _Sight, index: int) -> int | None:
    folded = sight.lines[index].folded
    same = sight.where[phrase_key(folded)] if folded else []
    return next((other for other in same if other != index and abs(other - index) <= _TWIN_LINES), None)


def _weigh_words(sight: _Sight, index: int, twin: int | None) -> Iterator[Points]:
    line = sight.lines[index]
    if twin is not None and line.units >= 3:
        yield (3.0 if twin > index else 2.9), "said twice"
    elif line.repeats in _SAID_ELSEWHERE and line.units >= 4:
        yield 1.2, "said elsewhere on the page"
    elif line.repeats > _SAID_ELSEWHERE[-1]:
        yield -1.0, ""
    if sight.title and line.units >= 2 and _like_title(line.folded, sight.title):
        yield 3.0, "like the page's title"
    if sight.gap.first:
        yield 1.0, "first on the page"


def _weigh_signature(sight: _Sight, index: int) -> Iterator[Points]:
    behind = sight.lines[index + 1 : min(index + 1 + _SIGNATURE_LINES, sight.gap.end)]
    before = sight.lines[max(sight.gap.start, index - 2) : index]
    if any(other.date_only or other.byline for other in behind):
        yield 1.8 * _trust(sight), "date or byline below"
    elif any(other.day for other in before):
        yield 1.4 * _trust(sight), "date above"
    if before and before[-1].byline and not before[-1].day:
        yield -1.5, ""  # below a byline stands an agency, a place or the text, seldom a headline


def _trust(sight: _Sight) -> float:
    return _COMMENTED if sight.gap.discussed else 1.0


def _weigh_front(sight: _Sight, index: int) -> Iterator[Points]:
    mark, strong, weak = sight.ends
    if sight.gap.first:
        yield 0.3 * (index > sight.gap.start), ""  # menus stand in front of a first headline, and of all that is none
    elif mark < index:
        yield 1.5 * _trust(sight), "after a line that recurs between stories"
    elif strong < index:
        yield 1.6, "after an end mark"
    elif weak < index:
        yield 0.8, "after sharing buttons"
    elif index - sight.gap.start >= 4:
        yield 1.0, "after furniture"
    above = sight.lines[index - 1] if index > sight.gap.start else None
    if above is not None and above.units <= 3 and above.phrase is None and not above.date_only:
        yield 0.4, "section above"


def _weigh_behind(sight: _Sight, index: int) -> Iterator[Points]:
    lines, end = sight.lines, sight.gap.end
    behind = lines[index + 1 : end]
    if any(mark_key(other) in sight.marks or _is_label(other) for other in behind[:_SIGNATURE_LINES]):
        yield 0.8, "labels below"
    if end < len(lines) and lines[end].dateline:
        yield 1.6, "a dateline opens the prose"
    distance = sum(_is_strange(sight, other, lines[index]) for other in behind)
    yield -0.25 * min(distance, 12), "far from the prose"


def _is_label(line: LineFeatures) -> bool:
    return line.phrase is not None and line.phrase.kind == "label"


def _is_strange(sight: _Sight, other: LineFeatures, line: LineFeatures) -> bool:
    """Whether a line has no place between a headline and its prose."""
    known = other.phrase is not None or other.date_only or other.byline or other.credit or other.credit_end or other.prose
    return not (known or mark_key(other) in sight.marks or same_words(other.folded, line.folded))


def _weigh_shape(sight: _Sight, index: int, twin: int | None) -> float:
    line = sight.lines[index]
    score = min(line.units, 10.0) * 0.12 + 0.5 * (line.capitals and line.units >= 4)
    score -= 0.8 * (line.ending == "colon") + 0.6 * (line.ending == "sentence") + 0.4 * (line.units < 3)
    if line.ending == "sentence" and index + 1 < len(sight.lines) and sight.lines[index + 1].credit:
        score -= 1.5  # the caption above its credit
    return score - 0.8 * (line.headline_style and not sight.gap.first and twin is None)


def _find_ends(lines: Sequence[LineFeatures], gap: Gap, marks: frozenset[str]) -> tuple[int, int, int]:
    """Where a gap's first recurring mark, its first strong and its first weak end mark stand."""
    mark = strong = weak = gap.end
    for index in range(gap.end - 1, gap.start - 1, -1):
        line = lines[index]
        if mark_key(line) in marks:
            mark = index
        if line.divider or (line.phrase is not None and line.phrase.kind in _END_KINDS):
            strong = index
        elif line.phrase is not None and line.phrase.kind in _WEAK_END_KINDS:
            weak = index
    return mark, strong, weak


def _like_title(folded: str, title: str) -> bool:
    if not folded:
        return False
    return same_words(folded, title) or (len(folded) >= 15 and folded in title) or (len(title) >= 15 and title in folded)
