"""Pieces of a page that may be stories: what tells a story from a part of the one before, and from teasers and comments.

The grammar finds where a piece may start by the lines around; here each piece is seen whole and beside its neighbours: its
length, its share of the page, how sure the labeller was, what stands in front of it, the words that it shares with the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.grammar import BODY, FIRST, HEADLINE, Piece
from copydesk.transforms.extract.measures import Flags, Reals, totals
from copydesk.transforms.extract.signals import BYLINE, CUT, DATE, END, NAME, Signals
from copydesk.transforms.extract.vocabulary import Terms, content_words

FATES: Final = ("story", "part", "furniture")
STORY, PART, FURNITURE = range(3)
_MOST_UNITS: Final = 120.0
_READ: Final = 12
"""Paragraphs of a piece whose words are compared."""
_MOST_REPEATS: Final = 6
_NEAR_LINES: Final = 3
_BELOW_LINES: Final = 5
_ALIKE: Final = 3.0
"""Factor between the lengths of two pieces of one order."""
_COLUMNS: Final = ("below", "kinship", "gap_spread_share", "shape_share_2")


@dataclass(frozen=True, slots=True)
class _Page:
    signals: Signals
    keep: Reals
    headline: Reals
    first: Reals
    counts: dict[str, Reals]
    columns: NDArray[np.float32]


def describe_pieces(signals: Signals, logs: NDArray[np.float32], pieces: Sequence[Piece]) -> NDArray[np.float32]:
    """One row of features a piece.

    Args:
        signals: the page.
        logs: (lines, places): logarithms of the second look's probabilities.
        pieces: what the grammar found; at least one.
    """
    chance = np.exp(logs.astype(np.float64))
    marks: dict[str, Flags] = {
        "date": signals.kind == DATE, "byline": signals.kind == BYLINE, "name": signals.kind == NAME,
        "phrase": signals.phrase != "", "end": signals.kind == END, "comments": signals.phrase == "comments",
    }  # fmt: skip
    page = _Page(
        signals, chance[:, FIRST] + chance[:, BODY], chance[:, HEADLINE], chance[:, FIRST],
        {name: totals(flags) for name, flags in marks.items()},
        np.stack([signals.column(name) for name in _COLUMNS], axis=1),
    )  # fmt: skip
    facts = _measure(page, pieces)
    return np.array([_row(page, pieces, facts, number) for number in range(len(pieces))], np.float32)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of all pieces: arrays of one value a piece."""

    words: Reals
    mean: Reals
    keep: Reals
    headline: Reals
    first: Reals
    cut: Reals
    headed: Reals
    terms: list[Terms]
    above: NDArray[np.int64]
    below: NDArray[np.int64]
    main: int


def _measure(page: _Page, pieces: Sequence[Piece]) -> _Facts:
    units = np.minimum(page.signals.units, _MOST_UNITS)
    kind = page.signals.kind
    words = np.array([units[list(piece.kept)].sum() for piece in pieces])
    starts = np.array([piece.start for piece in pieces])
    return _Facts(
        words=words,
        mean=np.array([units[list(piece.kept)].mean() for piece in pieces]),
        keep=np.array([page.keep[list(piece.kept)].mean() for piece in pieces]),
        headline=np.array([page.headline[piece.headline] if piece.headline is not None else 0.0 for piece in pieces]),
        first=np.array([page.first[piece.kept[0]] for piece in pieces]),
        cut=np.array([np.mean(kind[list(piece.kept)] == CUT) for piece in pieces]),
        headed=np.array([float(piece.headline is not None) for piece in pieces]),
        terms=[
            frozenset[str]().union(*(content_words(page.signals.lines[i].text) for i in piece.kept[:_READ]))
            for piece in pieces
        ],
        above=np.where(starts > 0, kind[np.maximum(starts - 1, 0)], -1),
        below=kind[np.minimum(starts + 1, len(kind) - 1)],
        main=int(words.argmax()),
    )


def _row(page: _Page, pieces: Sequence[Piece], facts: _Facts, number: int) -> list[float]:
    return [
        *_size(facts, number),
        *_certainty(page, pieces[number], facts, number),
        *_surroundings(page, pieces, facts, number),
        *_kin(facts, number),
        *_headline(page, pieces[number]),
        *page.columns[pieces[number].kept[0], 1:].tolist(),
        float(page.columns[pieces[number].start, 0]),
        *_repetition(page, pieces[number]),
    ]


def _size(facts: _Facts, number: int) -> list[float]:
    words, main = facts.words, facts.main
    count, own = len(words), float(words[number])
    others = np.delete(words, number)
    return [
        own, own / words.sum(), own / words.max(), facts.mean[number], facts.mean[number] / facts.mean[main],
        number, count, number - main, count - 1 - number, words.sum(), float(np.median(words)), words[main] / words.sum(),
        float(words[number - 1]) / own if number else -1.0,
        float(words[number + 1]) / own if number + 1 < count else -1.0,
        float(np.mean((others > own / _ALIKE) & (others < own * _ALIKE))) if count > 1 else -1.0,
    ]  # fmt: skip


def _certainty(page: _Page, piece: Piece, facts: _Facts, number: int) -> list[float]:
    kept = list(piece.kept)
    headline = facts.headline
    return [
        len(kept), facts.keep[number], facts.keep[number] / facts.keep.max(), facts.keep.max(), page.keep[kept[:3]].mean(),
        page.keep[kept].min(), facts.headed[number], headline[number], headline.mean(), headline.max(),
        facts.first[number], facts.first.mean(), facts.headed.mean(), facts.cut[number], facts.cut.mean(),
        float(np.mean(page.signals.prose[kept])),
        float(headline[number + 1]) if number + 1 < len(headline) else -1.0, float(headline[number - 1]) if number else -1.0,
    ]  # fmt: skip


def _surroundings(page: _Page, pieces: Sequence[Piece], facts: _Facts, number: int) -> list[float]:
    piece, main = pieces[number], pieces[facts.main]
    start, first, last = piece.start, piece.kept[0], piece.kept[-1]
    before = pieces[number - 1].kept[-1] + 1 if number else 0
    after = pieces[number + 1].start if number + 1 < len(pieces) else len(page.keep)
    counts = page.counts
    behind = first > main.kept[-1]

    def between(name: str, low: int, high: int) -> float:
        return float(counts[name][max(high, low)] - counts[name][low])

    return [
        start - before, first - before, after - last - 1, first / len(page.keep),
        *(between(name, before, first) for name in ("date", "byline", "phrase", "end", "name", "comments")),
        between("date", max(before, start - _NEAR_LINES), start), between("date", start, first),
        between("byline", start, first),
        between("comments", main.kept[0], first) if behind else -1.0, float(counts["comments"][-1]),
        between("date", last + 1, min(last + 1 + _BELOW_LINES, after)),
        between("phrase", last + 1, min(last + 1 + _BELOW_LINES, after)),
        first - main.kept[-1] if behind else first - main.kept[0], float(page.signals.units[last]),
    ]  # fmt: skip


def _kin(facts: _Facts, number: int) -> list[float]:
    terms, count = facts.terms, len(facts.terms)

    def shared(other: int) -> float:
        return len(terms[number] & terms[other]) / max(min(len(terms[number]), len(terms[other])), 1)

    headed = facts.headed == facts.headed[number]
    below = headed & (facts.below == facts.below[number])
    above = below & (facts.above == facts.above[number])
    rest = max(count - 1, 1)
    return [
        shared(number - 1) if number else -1.0, shared(facts.main) if number != facts.main else 1.5,
        shared(number + 1) if number + 1 < count else -1.0, float(above.sum() - 1) / rest, float(below.sum() - 1) / rest,
    ]  # fmt: skip


def _headline(page: _Page, piece: Piece) -> list[float]:
    if piece.headline is None:
        return [0.0, 0.0]
    return [float(page.signals.repeats[piece.headline]), float(page.signals.units[piece.headline])]


def _repetition(page: _Page, piece: Piece) -> list[float]:
    """How much of the piece the page says elsewhere again: a box below every story does so in all of its lines."""
    kept = list(piece.kept)
    repeats, units = page.signals.repeats[kept], page.signals.units[kept]
    return [float(units[repeats > 1].sum() / max(units.sum(), 1.0)), float(min(repeats.min(), _MOST_REPEATS))]


def join_pieces(pieces: Sequence[Piece], fates: Sequence[int]) -> list[Piece]:
    """The stories: furniture dropped, parts joined to the story before.

    The headline of a part is a line of its text: a subhead that looked like one.
    """
    stories: list[Piece] = []
    for piece, fate in zip(pieces, fates, strict=True):
        if fate == FURNITURE:
            continue
        if fate == PART and stories:
            own = piece.kept if piece.headline is None else (piece.headline, *piece.kept)
            stories[-1] = Piece(stories[-1].headline, stories[-1].kept + own)
        else:
            stories.append(piece)
    return stories
