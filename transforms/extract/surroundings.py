"""What a line is to the stories around it: how far from headline, text and end, of what shape, what stands at the same spot.

The columns are read beside those of the second look (`signals`, `context`) by the trees that give lines their roles (`roles`).
None of them is a word of a language or of a site.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.bylines import read_names
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.measures import FAR, Flags, Ints, Neighbours, Reals, shift, totals
from copydesk.transforms.extract.signals import EDGE, Columns
from copydesk.transforms.extract.verdict import Verdict
from copydesk.transforms.extract.vocabulary import Terms, content_words
from copydesk.transforms.rules import PhrasePack

OUTSIDE, HEAD, INSIDE, KEPT, HEADLINE, REPEATED = range(6)
"""Outside of every story; between headline and text; between paragraphs; text; the headline; the headline said again."""
_ABOVE: Final = 10
"""Lines above a story that can belong to its head."""
_BELOW: Final = 12
"""Lines below its text that can belong to its foot."""
_SHAPES: Final = {"date": 1, "byline": 2, "caption": 3, "promo": 4, "chrome": 5}
_NAME_UNITS: Final = 8.0
"""Words of a line that is asked for names."""
_ECHO_UNITS: Final = (4.0, 60.0)
"""Words of a line that is compared with its neighbours: a pulled quote, a deck, a caption."""
_ECHO_LINES: Final = (-3, -2, -1, 1, 2, 3)
_ECHO_REACH: Final = 3
_BESIDE: Final = (-2, -1, 0, 1, 2)
_MOST: Final = 40
_MOST_REMEMBERED: Final = 8_192
"""Short lines of which a process remembers how many names they say: 2 MB."""
_MOST_SPOTS: Final = 40
"""Stories of a page whose lines at the same spot are compared; bounds the work for a page of any length."""


@dataclass(frozen=True, slots=True)
class _Stories:
    """A page's stories as arrays of line numbers, one entry a story; a story without a headline begins with its text."""

    heads: Ints
    firsts: Ints
    lasts: Ints
    headed: Flags
    words: Reals
    """Mean words of a story's paragraphs."""


def near_lines(page: Labelling) -> NDArray[np.intp]:
    """The lines in and around the page's stories, and those with the shape of a role wherever they stand."""
    near = np.array([_is_shaped(verdict) for verdict in page.verdicts], np.bool_)
    low = 0
    for start, story in zip(page.starts, page.reading.stories, strict=True):
        near[max(low, start - _ABOVE) : story.kept[-1] + 1 + _BELOW] = True
        low = story.kept[-1] + 1
    return np.flatnonzero(near)


def _is_shaped(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.role in _SHAPES and verdict.role != "chrome"


def describe_lines(page: Labelling, near: NDArray[np.intp]) -> NDArray[np.float32]:
    """One row of columns for each of some lines of a page.

    Args:
        page: its certain lines and its headlines decided.
        near: the lines, in order.
    """
    return _columns(page, near).table()


def surroundings_names(page: Labelling) -> tuple[str, ...]:
    """The names of the columns; the same for every page."""
    return tuple(_columns(page, np.zeros(0, np.intp)))


def _columns(page: Labelling, near: NDArray[np.intp]) -> Columns:
    stories = _stories(page)
    units = page.signals.units
    columns = Columns()
    place = _places(page)
    shape = np.array([_SHAPES.get(verdict.role, 0) if verdict is not None else 0 for verdict in page.verdicts])
    names = _count_names(page, near)
    around = Neighbours(np.stack((place, shape, names)), max(_BESIDE))
    for by in _BESIDE:
        columns.add((f"place{by:+d}", f"shape{by:+d}", f"names{by:+d}"), around.at(by)[:, near])
    _add_distances(columns, stories, near)
    _add_counts(columns, stories, near, {"date": shape == 1, "byline": shape == 2, "name": names > 0, "units": units})
    above = np.maximum(np.searchsorted(stories.heads, near, side="right") - 1, 0)
    columns["of_paragraph"] = np.minimum(units[near] / stories.words[above], 5) if len(stories.heads) else units[near] * 0
    credit = np.array([line.credit for line in page.lines], np.bool_)
    columns["credited"] = shift(credit, 1)[near]
    _add_echoes(columns, page, stories, near)
    _add_spots(columns, page.signals.kind, stories, near)
    return columns


def _stories(page: Labelling) -> _Stories:
    found = page.reading.stories
    units = page.signals.units
    return _Stories(
        heads=np.array(page.starts, np.int64),
        firsts=np.array([story.kept[0] for story in found], np.int64),
        lasts=np.array([story.kept[-1] for story in found], np.int64),
        headed=np.array([story.headline is not None for story in found], np.bool_),
        words=np.array([max(float(units[list(story.kept)].mean()), 1.0) for story in found]),
    )


def _places(page: Labelling) -> Ints:
    place = np.full(len(page.lines), OUTSIDE)
    for start, story in zip(page.starts, page.reading.stories, strict=True):
        place[start : story.kept[0]] = HEAD
        place[story.kept[0] : story.kept[-1]] = INSIDE
        place[list(story.kept)] = KEPT
    for index, verdict in enumerate(page.verdicts):
        if verdict is not None and verdict.role == "headline":
            place[index] = HEADLINE if verdict.rule.startswith("model.") else REPEATED
    return place


def _count_names(page: Labelling, near: NDArray[np.intp]) -> Ints:
    names = [0] * len(page.lines)
    packs = tuple(page.packs)
    for index in near.tolist():
        line = page.lines[index]
        if line.units <= _NAME_UNITS and line.phrase is None and not line.date_only:
            ask = _names_said if line.folded else _names_said.__wrapped__  # a long line is not remembered
            names[index] = len(line.byline) or ask(line.text, packs)
    return np.array(names, np.int64)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _names_said(text: str, packs: tuple[PhrasePack, ...]) -> int:
    """How many names a short line says; remembered, since a site's furniture stands on each of its pages."""
    return len(read_names(text, packs))


def _add_distances(columns: Columns, stories: _Stories, near: NDArray[np.intp]) -> None:
    """Signed distances to the story above, and to the one below."""
    count = len(stories.heads)
    below = np.searchsorted(stories.heads, near, side="left")
    above = np.searchsorted(stories.heads, near, side="right") - 1
    marks = {"head": stories.heads, "first": stories.firsts, "last": stories.lasts}
    for name, lines in marks.items():
        padded = np.concatenate((lines, [FAR]))
        columns[f"to_{name}"] = np.clip(padded[np.minimum(below, count)] - near, -_MOST, _MOST)
        padded = np.concatenate(([-FAR], lines))
        columns[f"from_{name}"] = np.clip(near - padded[above + 1], -_MOST, _MOST)
    columns["nth"] = np.minimum(above, 5)
    columns["count"] = np.full(len(near), min(count, 6))
    headed = np.concatenate(([False], stories.headed, [False]))
    columns["headed"], columns["headed_below"] = headed[above + 1], headed[np.minimum(below, count) + 1]


def _add_counts(columns: Columns, stories: _Stories, near: NDArray[np.intp], counted: dict[str, NDArray[np.generic]]) -> None:
    """What stands between a line and the headline above it, and between it and the text below."""
    count = len(stories.heads)
    above = np.searchsorted(stories.heads, near, side="right")
    starts = np.concatenate(([0], stories.heads))[above]
    firsts = np.concatenate(([0], stories.firsts))[above]
    ends = np.maximum(firsts, near + 1)
    for name, values in counted.items():
        total = totals(values)
        columns[f"since_{name}"] = np.minimum(total[near] - total[starts], 60)
        columns[f"until_{name}"] = np.minimum(total[np.minimum(ends, len(total) - 1)] - total[near + 1], 60)
    columns["head_lines"] = np.minimum(firsts - starts, _MOST) if count else np.zeros(len(near))


def _add_echoes(columns: Columns, page: Labelling, stories: _Stories, near: NDArray[np.intp]) -> None:
    """What share of a line's words its headline and its neighbours say: a pulled quote and a deck repeat, a caption adds."""
    above = np.searchsorted(stories.heads, near, side="right") - 1
    terms: dict[int, Terms] = {}
    lines, count = page.lines, len(page.lines)

    def words_of(at: int) -> Terms:
        found = terms.get(at)
        if found is None:
            found = terms[at] = content_words(lines[at].text)
        return found

    titles = [words_of(head) for head in stories.heads.tolist()]
    echoes = np.full((3, len(near)), -1.0)
    for row, (index, number) in enumerate(zip(near.tolist(), above.tolist(), strict=True)):
        if not _ECHO_UNITS[0] <= lines[index].units <= _ECHO_UNITS[1]:
            continue
        words = words_of(index)
        shared = [len(words & words_of(at)) for by in _ECHO_LINES if 0 <= (at := index + by) < count]
        ahead = min(_ECHO_REACH, count - 1 - index)
        size = max(len(words), 1)
        if number >= 0:
            echoes[0, row] = len(words & titles[number]) / size
        echoes[1, row] = max(shared, default=0) / size
        echoes[2, row] = max(shared[len(shared) - ahead :], default=0) / size
    columns.add(("echo_headline", "echo", "echo_below"), echoes)


def _add_spots(columns: Columns, kind: Ints, stories: _Stories, near: NDArray[np.intp]) -> None:
    """Share of the page's other stories that have a line of the same kind at the same distance from headline, text or end."""
    marks = {"head": stories.heads, "first": stories.firsts, "last": stories.lasts}
    for name, every in marks.items():
        lines = every[:_MOST_SPOTS]
        if len(lines) < 2:
            columns[f"spot_{name}"] = np.full(len(near), -1.0)
            continue
        closest = lines[np.abs(near[:, None] - lines[None, :]).argmin(axis=1)]
        at = lines[None, :] + (near - closest)[:, None]
        there = np.where((at >= 0) & (at < len(kind)), kind[np.clip(at, 0, len(kind) - 1)], EDGE)
        same = (there == kind[near][:, None]).sum(axis=1) - 1
        columns[f"spot_{name}"] = same / (len(lines) - 1)
