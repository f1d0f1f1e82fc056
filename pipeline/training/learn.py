"""The weights of the labeller, learned step by step: each step from what the one before says of pages that it has not seen.

The training pages are cut into parts by site. The first look's trees are grown for each part from the others, so that the
second look learns from answers as good as those that it will get, not from memory; the same holds for the steps behind it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from copydesk.pipeline.training.forest import HEADLINES, LINES, PIECES, grow_classes, grow_ranking
from copydesk.pipeline.training.pages import Bounds, Example, made_example
from copydesk.pipeline.training.roles import learn_roles
from copydesk.pipeline.training.templates import make_pages, pieces_of
from copydesk.transforms.extract.candidates import FATES, FURNITURE, PART, STORY, describe_pieces, join_pieces
from copydesk.transforms.extract.context import context_names, measure_context
from copydesk.transforms.extract.grammar import BODY, FIRST, HEADLINE, OUTSIDE, PLACES, Piece, best_path
from copydesk.transforms.extract.grammar import pieces_of as spell
from copydesk.transforms.extract.headlines import RELATIVE, describe_candidates, eligible_lines, find_candidates
from copydesk.transforms.extract.labeller import NEVER, Bias, Labeller
from copydesk.transforms.extract.trees import Trees
from copydesk.transforms.rules import Rules

MADE: Final = 800
"""Made pages beside some four hundred labelled ones."""
PARTS: Final = 3
"""Parts of the training pages by site; each is read by trees grown from the other two."""
BIAS: Final = Bias(places=(0.0, 0.0, 0.0, 0.7, 0.7, 1.0), moves=0.2, fates=(0.0, 0.0, 0.25), headline=0.015)
"""Chosen on cross-validated pages: stories that are glued together cost more than one that is cut, because a cut one can
still be joined when its pieces are seen whole."""
_NEAR: Final = 15
_FAR_SHARE: Final = 35
"""Percent of the furniture far from any story that is learned from; there is much of it, and it is all alike."""
_PIECE_WEIGHTS: Final[Mapping[str, float]] = {
    "pages": 3.0, "seed": 3.0, "single": 3.0, "scroll": 2.0, "carried": 0.5, "made": 0.5,
}  # fmt: skip
_HEADLINE_WEIGHTS: Final[Mapping[str, float]] = {
    "pages": 3.0, "seed": 3.0, "single": 1.0, "scroll": 1.0, "carried": 0.3, "made": 0.3,
}  # fmt: skip
_SAID_ONCE: Final = 0.5
_OPENING_WEIGHT: Final = 3.0
"""How much more a story counts whose headline the looks took for the first line of its text; one in forty is so."""


@dataclass(slots=True)
class Read:
    """A training page and what trees that have not seen it say of it."""

    example: Example
    first: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    table: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    second: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))


def learn_labeller(examples: Sequence[Example], rules: Rules, *, made: int = MADE, seed: int = 1) -> dict[str, Any]:
    """The weights of all steps, as `Labeller.from_json` reads them.

    Args:
        examples: labelled pages; made pages are added here, from their stories.
        rules: phrase packs and settings.
        made: how many pages to make.
        seed: of what is made.
    """
    reads = [Read(example) for example in (*examples, *_make(examples, rules, made, seed))]
    first = _cross_first(reads)
    second = _cross_second(reads)
    moves = _count_moves(examples)
    pieces = _learn_pieces(reads, moves)
    headline = _learn_headlines(reads, moves)
    places = {before: dict(zip(PLACES, row, strict=True)) for before, row in zip(PLACES, moves.tolist(), strict=True)}
    bias = {"places": list(BIAS.places), "moves": BIAS.moves, "fates": list(BIAS.fates), "headline": BIAS.headline}
    weights = {
        "first": first, "second": second, "pieces": pieces, "headline": headline, "bias": bias,
        "moves": {before: {after: round(value, 3) for after, value in row.items()} for before, row in places.items()},
    }  # fmt: skip
    _say("roles")
    roles = learn_roles(((read.example, read.second) for read in reads), Labeller.from_json(weights), rules)
    return {**weights, "roles": roles}


def _make(examples: Sequence[Example], rules: Rules, count: int, seed: int) -> Iterable[Example]:
    """Made pages, each from the stories of one part's sites, so that a page's parts are never on both sides of a cut."""
    by_part: dict[int, list[Example]] = {}
    for example in examples:
        if example.corpus != "scroll":
            by_part.setdefault(part_of(example), []).append(example)
    for part, members in sorted(by_part.items()):
        pieces = [piece for member in members for piece in pieces_of(member.page)]
        for number, page in enumerate(make_pages(pieces, count // len(by_part), seed * PARTS + part)):
            yield made_example(page, number, rules)


def part_of(example: Example) -> int:
    """The part that a page belongs to, by its site."""
    return crc32(example.site.encode()) % PARTS


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")


# --- the two looks --------------------------------------------------------------------------------------------------


def _cross_first(reads: Sequence[Read]) -> dict[str, Any]:
    names = reads[0].example.signals.names
    for number in range(PARTS):
        trees = Trees.from_json(_grow(reads, [read.example.signals.table for read in reads], names, without=number))
        for read in reads:
            if part_of(read.example) == number:
                read.first = trees.log_probabilities(read.example.signals.table)
    _say("first look")
    return _grow(reads, [read.example.signals.table for read in reads], names)


def _cross_second(reads: Sequence[Read]) -> dict[str, Any]:
    names = (*reads[0].example.signals.names, *context_names(reads[0].example.signals))
    for read in reads:
        context = measure_context(read.example.signals, read.first)
        read.table = np.concatenate((read.example.signals.table, context), axis=1)
    for number in range(PARTS):
        trees = Trees.from_json(_grow(reads, [read.table for read in reads], names, without=number))
        for read in reads:
            if part_of(read.example) == number:
                read.second = trees.log_probabilities(read.table)
                read.second[np.ix_(read.example.excluded, np.array([HEADLINE, FIRST, BODY]))] = NEVER
    _say("second look")
    return _grow(reads, [read.table for read in reads], names)


def _grow(
    reads: Sequence[Read], tables: Sequence[NDArray[np.float32]], names: Sequence[str], without: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    rows, truth, weights = [], [], []
    for read, table in zip(reads, tables, strict=True):
        if part_of(read.example) != without:
            weight = _thin(read.example)
            rows.append(table[weight > 0])
            truth.append(read.example.places[weight > 0])
            weights.append(weight[weight > 0])
    return grow_classes(
        np.concatenate(rows), np.concatenate(truth), np.concatenate(weights), names=names, classes=PLACES, growth=LINES
    )


def _thin(example: Example) -> NDArray[np.float64]:
    """The weights of a page's lines; of the furniture far from its stories only some lines count, for all of them."""
    at = np.arange(len(example.places))
    story = np.concatenate(([0], np.cumsum(example.places != OUTSIDE)))
    near = story[np.minimum(at + _NEAR + 1, len(at))] > story[np.maximum(at - _NEAR, 0)]
    if example.corpus == "pages":
        return example.weights
    chosen = at * 7_919 % 100 < _FAR_SHARE
    return np.where(near, example.weights, np.where(chosen, example.weights * 50.0 / _FAR_SHARE, 0.0))


def _count_moves(examples: Iterable[Example]) -> NDArray[np.float64]:
    counts = np.ones((len(PLACES), len(PLACES)))
    for example in examples:
        np.add.at(counts, (example.places[:-1], example.places[1:]), 1)
    shares: NDArray[np.float64] = np.log(counts / counts.sum(axis=1, keepdims=True))
    return shares


# --- pieces and headlines -------------------------------------------------------------------------------------------


def _learn_pieces(reads: Sequence[Read], moves: NDArray[np.float64]) -> dict[str, Any]:
    rows, truth, weights = [], [], []
    for read in reads:
        pieces = _spell(read, moves)
        fates = true_fates(read.example, pieces)
        known = [i for i, fate in enumerate(fates) if fate is not None]
        if known:
            table = describe_pieces(read.example.signals, read.second, pieces)
            rows.append(table[known])
            truth += [fate for fate in fates if fate is not None]
            weights += [_PIECE_WEIGHTS[read.example.corpus] / len(pieces) ** 0.5] * len(known)
    table = np.concatenate(rows)
    names = [f"piece_{number}" for number in range(table.shape[1])]
    _say("pieces")
    return grow_classes(table, np.array(truth), np.array(weights), names=names, classes=FATES, growth=PIECES)


def _spell(read: Read, moves: NDArray[np.float64]) -> list[Piece]:
    return spell(best_path(read.second + np.array(BIAS.places, np.float32), (moves * BIAS.moves).tolist()))


def owners(example: Example) -> NDArray[np.int64]:
    """The number of the story whose text each line of a labelled page is; -1 for lines that are none."""
    owner = np.full(len(example.places), -1)
    for number, story in enumerate(example.stories):
        inside = np.arange(story.first, story.last + 1)
        owner[inside[np.isin(example.places[inside], (FIRST, BODY))]] = number
    return owner


def true_fates(example: Example, pieces: Sequence[Piece]) -> list[int | None]:
    """What each piece of a labelled page is; None where the labels do not say."""
    owner = owners(example)
    fates: list[int | None] = []
    seen: set[int] = set()
    for piece in pieces:
        known = [i for i in piece.kept if example.weights[i] > 0]
        if not known:
            fates.append(None)
            continue
        words = np.bincount(owner[known] + 1, example.signals.units[known], minlength=len(example.stories) + 1)
        if words[1:].sum() < words.sum() / 2:
            fates.append(FURNITURE)
            continue
        fates.append(PART if int(words[1:].argmax()) in seen else STORY)
        seen.update(np.flatnonzero(words[1:]).tolist())
    return fates


def _learn_headlines(reads: Sequence[Read], moves: NDArray[np.float64]) -> dict[str, Any]:
    tables, chosen, groups, weights = [], [], [], []
    for read in reads:
        example = read.example
        eligible = eligible_lines(example.signals) & ~example.excluded
        context = measure_context(example.signals, read.second)
        for low, kept, story in _headed(read, moves):
            found = find_candidates(eligible, example.signals.prose, low, kept)
            right = example.signals.groups[found] == example.signals.groups[story.headline]
            if not right.any():
                continue
            relative = describe_candidates(example.signals, read.second, found, low, kept[0])
            weight = _HEADLINE_WEIGHTS[example.corpus] / len(example.stories) ** 0.3
            weight *= _OPENING_WEIGHT if (right & (found >= kept[0])).any() else 1.0
            tables.append(np.concatenate((example.signals.table[found], context[found], relative), axis=1))
            chosen += [1.0 if line == story.headline else _SAID_ONCE * said for line, said in zip(found, right, strict=True)]
            groups += [len(tables)] * len(found)
            weights += [weight] * len(found)
    names = (*reads[0].example.signals.names, *context_names(reads[0].example.signals), *RELATIVE)
    _say("headlines")
    return grow_ranking(
        np.concatenate(tables), np.array(chosen), np.array(groups), np.array(weights), names=names, growth=HEADLINES
    )


def _headed(read: Read, moves: NDArray[np.float64]) -> list[tuple[int, tuple[int, ...], Bounds]]:
    """The stories that have a headline, each with the first line behind the text before it and the lines of its own text.

    The text is what the looks find of it, with the lines that they get wrong at its start; the true one where they find none.
    """
    example = read.example
    owner = owners(example)
    true = [tuple(np.flatnonzero(owner == number).tolist()) for number in range(len(example.stories))]
    stretches = [*_behind(_found(read, moves)), *_behind(true)]
    out: dict[int, tuple[int, tuple[int, ...], Bounds]] = {}
    for low, kept in stretches:
        words = np.bincount(owner[list(kept)] + 1, example.signals.units[list(kept)], minlength=len(true) + 1)[1:]
        number = int(words.argmax())
        story = example.stories[number]
        if words[number] > 0 and number not in out and story.headline is not None:
            out[number] = low, kept, story
    return list(out.values())


def _behind(texts: Iterable[tuple[int, ...]]) -> list[tuple[int, tuple[int, ...]]]:
    """Each text with the first line behind the one before."""
    texts = list(texts)
    return list(zip([0, *(kept[-1] + 1 for kept in texts)], texts, strict=False))


def _found(read: Read, moves: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """The texts of a page's stories as the looks spell them, each piece with its true fate."""
    pieces = _spell(read, moves)
    fates = [FURNITURE if fate is None else fate for fate in true_fates(read.example, pieces)]
    return [piece.kept for piece in join_pieces(pieces, fates)]
