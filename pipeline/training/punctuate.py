"""Learn where sentences end and which words have capitals, from punctuated talks: two small convolutional networks in numpy.

Each word's row is looked up in a table that is learned too; words too rare for a row of their own share one with all that end
in the same letters, and common words are now and then shown by their ending, so that these rows learn from many words. The
commonest pairs of words have rows of another table, which are left out now and then for the same reason. Each
network gives, for each word, what follows it (nothing, a comma, a full stop, a question mark) and whether it has a capital in
mid-sentence; both are learned together. Adam (Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015), its step
falling to zero in a straight line; seeded, so that the same talks give the same weights on the same machine.
"""

from __future__ import annotations

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from copydesk.pipeline.training.talks import DOUBT, Talk
from copydesk.transforms.repair.forms import ENDING, UNKNOWN, row_of, rows_of
from copydesk.transforms.repair.network import Floats, Layer, Network, pairs_of

TIMES: Final = 6
"""Times that a form has to be heard for a row of its own."""
TALKS: Final = 2
"""Talks that it has to be heard in."""
MOST_ROWS: Final = 16_000
PAIRS: Final = 12_000
"""Pairs of words, the commonest, that have a row: learned from a third of the talks, 16,000 of them raised one network's F1 of
sentence ends by 0.01 in talks held back from it; these are as many as fit into 3 MB."""
COLUMNS: Final = 64
"""Columns of the table of words."""
WIDTH: Final = 128
"""Columns between layers."""
LAYERS: Final = ((5, 1), (3, 2), (3, 4), (3, 8))
"""Neighbours and dilation of each: sixteen words on either side, together."""
CLASSES: Final = 4
"""What may stand after a word; the capital's score comes after them."""
BATCH: Final = 8
"""Stretches of a step."""
STRETCH: Final = 256
"""Words of a stretch that are learned from; their neighbours are read too."""
STEP: Final = 0.005
FORGETS: Final = (0.9, 0.99)
"""What Adam keeps of its two means at each step."""
BY_ENDING: Final = 0.05
"""Share of words that are shown by their ending."""
WITHOUT_PAIR: Final = 0.4
"""Share of pairs that are not shown as such."""
PLANS: Final = ((11, 0.1, 4), (12, 0.2, 5))
"""For each network its seed; the share of the table's and the last layer's values that are left out at each step (Srivastava et
al., Dropout, JMLR 2014); and how often it reads the talks. The networks differ, so that their errors do."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """All talks as one row of words, edges between them."""

    rows: NDArray[np.int32]
    endings: NDArray[np.int32]
    """The row of each word's ending."""
    pairs: NDArray[np.int32]
    """The number of the pair that each word begins, 0 for none."""
    after: NDArray[np.int8]
    """What stands after; DOUBT where nothing is learned."""
    capital: NDArray[np.int8]
    """1 with a capital, 0 without, -1 where nothing is learned: a sentence starts."""


def learn_punctuation(talks: Sequence[Talk], plans: Sequence[tuple[int, float, int]] = PLANS) -> dict[str, Any]:
    """The weights, as `configs/models/speech.json` holds them.

    Args:
        talks: to learn from.
        plans: like PLANS.
    """
    rows = choose_rows(talks)
    pairs = choose_pairs(talks, rows)
    lesson = prepare(talks, rows, pairs)
    networks = [
        folded(Learner(len(rows), len(pairs), seed, dropped).learn(lesson, rounds), rows).to_json()
        for seed, dropped, rounds in plans
    ]
    keys = base64.b64encode(pairs.astype("<i4").tobytes()).decode("ascii")
    return {"words": " ".join(rows), "pairs": keys, "cased": choose_cases(talks), "networks": networks}


def choose_rows(talks: Iterable[Talk]) -> dict[str, int]:
    """Form -> row: the edge, unknown words, the commonest endings, and the commonest words."""
    counts: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for talk in talks:
        counts.update(talk.forms)
        spread.update(set(talk.forms))
    known = [form for form, count in counts.items() if count >= TIMES and spread[form] >= TALKS]
    known.sort(key=lambda form: (-counts[form], form))
    endings: Counter[str] = Counter()
    for form in counts:
        endings["-" + form[-ENDING:]] += 1
    common = sorted((ending for ending, count in endings.items() if count >= TIMES and ending != UNKNOWN))
    named = ["", UNKNOWN, *common]
    return {name: row for row, name in enumerate([*named, *known[: MOST_ROWS - len(named)]])}


def choose_pairs(talks: Iterable[Talk], rows: Mapping[str, int]) -> NDArray[np.int64]:
    """The keys of the commonest pairs of words that both have a row of their own, ascending: see `pairs_of`."""
    counts: Counter[tuple[str, str]] = Counter()
    for talk in talks:
        counts.update(pairwise(talk.forms))
    keys = [
        (-count, rows[first] * len(rows) + rows[second])
        for (first, second), count in counts.items()
        if count >= TIMES and first in rows and second in rows
    ]
    return np.array(sorted(key for _, key in sorted(keys)[:PAIRS]), np.int64)


def choose_cases(talks: Iterable[Talk]) -> dict[str, str]:
    """Form -> how it is written, where that is not a first capital: "utxo" is "UTXO"; the commonest way in mid-sentence."""
    ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for talk in talks:
        for form, word, start in zip(talk.forms, talk.words, talk.starts(), strict=True):
            if not start and not word.islower() and word.lower() == form:
                ways[form][word] += 1
    best = {form: max(sorted(found), key=found.__getitem__) for form, found in ways.items() if found.total() >= TIMES}
    return {form: way for form, way in sorted(best.items()) if way != form[:1].upper() + form[1:]}


def folded(network: Network, rows: dict[str, int]) -> Network:
    """The network whose table holds for each form its own row and that of its ending together."""
    table = network.table.copy()
    for form, row in rows.items():
        if (ending := row_of(UNKNOWN + form[-ENDING:], rows)) != row and form and not form.startswith(UNKNOWN):
            table[row] += network.table[ending]
    return replace(network, table=table)


def prepare(talks: Sequence[Talk], rows: dict[str, int], pairs: NDArray[np.int64]) -> Lesson:
    """The talks' words by their rows, with what is to be learned of them."""
    gap = sum((width - 1) * dilation for width, dilation in LAYERS)
    columns: list[list[NDArray[Any]]] = [[], [], [], [], []]
    for talk in talks:
        for column, values, edge in zip(columns, _lesson_of(talk, rows, pairs), (0, 0, 0, DOUBT, -1), strict=True):
            column += [values, np.full(gap, edge, values.dtype)]
    return Lesson(*(np.concatenate(column) for column in columns))


def _lesson_of(talk: Talk, rows: dict[str, int], pairs: NDArray[np.int64]) -> Iterator[NDArray[Any]]:
    own = np.fromiter(rows_of(talk.forms, rows), np.int32, len(talk.forms))
    yield own
    shown = {form: row_of(UNKNOWN + form[-ENDING:], rows) for form in set(talk.forms)}
    yield np.fromiter((shown[form] for form in talk.forms), np.int32, len(talk.forms))
    yield pairs_of(own, pairs, len(rows))
    yield talk.after
    cased = np.fromiter((not word.islower() and word.lower() != word for word in talk.words), np.int8, len(talk.words))
    yield np.where(talk.starts(), np.int8(-1), cased)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a network is shown of some stretches."""

    endings: NDArray[np.int32]
    rows: NDArray[np.int32]
    """-1 for a word that is shown by its ending alone."""
    pairs: NDArray[np.int32]

    def values(self, network: Network) -> Floats:
        """What goes into the first layer."""
        own: Floats = network.table[self.rows] * (self.rows >= 0)[..., None]
        own += network.table[self.endings]
        own += network.pairs[self.pairs]
        return own

    def slopes(self, network: Network, slope: Floats) -> tuple[Floats, Floats]:
        """Slopes of the two tables."""
        table = _gathered(slope, self.rows + 1, len(network.table) + 1)[1:]
        table += _gathered(slope, self.endings, len(network.table))
        pairs = _gathered(slope, self.pairs, len(network.pairs))
        pairs[0] = 0
        return table, pairs


class Learner:
    """The network while it learns: its arrays, and Adam's two means of each."""

    def __init__(self, rows: int, pairs: int, seed: int, dropped: float) -> None:
        self._chance = np.random.default_rng(seed)
        self._dropped = dropped
        widths = [COLUMNS, *(WIDTH for _ in LAYERS)]
        self._arrays = [self._drawn((rows, COLUMNS), 0.05), np.zeros((pairs + 1, COLUMNS), np.float32)]
        for (width, _), low, high in zip(LAYERS, widths, widths[1:], strict=False):
            self._arrays += [self._drawn((width, low, high), np.sqrt(1.0 / (width * low))), np.zeros(high, np.float32)]
        self._arrays += [self._drawn((WIDTH, CLASSES + 1), 0.05), np.zeros(CLASSES + 1, np.float32)]
        self._first = [np.zeros_like(array) for array in self._arrays]
        self._second = [np.zeros_like(array) for array in self._arrays]

    def _drawn(self, shape: tuple[int, ...], size: float) -> Floats:
        return (self._chance.standard_normal(shape) * size).astype(np.float32)

    def network(self) -> Network:
        """The network as it stands."""
        table, pairs, *rest, out, bias = self._arrays
        layers = tuple(
            Layer(dilation=dilation, weights=rest[2 * i], bias=rest[2 * i + 1]) for i, (_, dilation) in enumerate(LAYERS)
        )
        return Network(table=table, pairs=pairs, layers=layers, out=out, bias=bias)

    def learn(self, lesson: Lesson, rounds: int) -> Network:
        """Read the lesson `rounds` times, in stretches drawn in a new order each time."""
        margin = self.network().margin
        count = (len(lesson.rows) - 2 * margin) // STRETCH
        steps = rounds * (count // BATCH)
        done = 0
        for _ in range(rounds):
            offset = int(self._chance.integers(STRETCH)) if count > BATCH else 0
            order = self._chance.permutation(count - 1 if offset else count) * STRETCH + offset
            for at in range(0, len(order) - BATCH + 1, BATCH):
                done += 1
                self._step(lesson, order[at : at + BATCH], margin, rate=STEP * max(1 - done / steps, 0.0), number=done)
        return self.network()

    def _step(self, lesson: Lesson, starts: NDArray[np.int64], margin: int, *, rate: float, number: int) -> None:
        places = starts[:, None] + np.arange(STRETCH + 2 * margin)
        rows, endings = lesson.rows[places], lesson.endings[places]
        own = (rows != endings) & (self._chance.random(rows.shape, np.float32) >= BY_ENDING)
        shown = own & np.roll(own, -1, axis=1) & (self._chance.random(rows.shape, np.float32) >= WITHOUT_PAIR)
        inner = places[:, margin:-margin]
        seen = _Seen(endings, np.where(own, rows, -1), np.where(shown, lesson.pairs[places], 0))
        slopes = self._slopes(seen, lesson.after[inner], lesson.capital[inner])
        fix = rate * float(np.sqrt(1 - FORGETS[1] ** number) / (1 - FORGETS[0] ** number))
        for i, slope in enumerate(slopes):
            self._first[i] += (1 - FORGETS[0]) * (slope - self._first[i])
            self._second[i] += (1 - FORGETS[1]) * (slope * slope - self._second[i])
            self._arrays[i] -= fix * self._first[i] / (np.sqrt(self._second[i]) + 1e-8)

    def _slopes(self, seen: _Seen, after: NDArray[np.int8], capital: NDArray[np.int8]) -> list[Floats]:
        """How the loss changes with each array."""
        network = self.network()
        dropped = self._kept(seen.rows.shape, COLUMNS)
        values: list[Floats] = [seen.values(network) * dropped]
        ramps = []
        for layer in network.layers:
            taken, ramp = _forward(layer, values[-1])
            values.append(taken)
            ramps.append(ramp)
        kept = self._kept(after.shape, WIDTH)
        last: Floats = values[-1] * kept
        slope = _loss_slope(last @ network.out + network.bias, after, capital)
        found: list[Floats] = [slope.sum(axis=(0, 1)), _product(last, slope)]
        slope = (slope @ network.out.T) * kept
        for layer, before, ramp in zip(network.layers[::-1], values[-2::-1], ramps[::-1], strict=True):
            weights, bias, slope = _backward(layer, before, ramp, slope)
            found += [bias, weights]
        slope = slope * dropped
        return [*seen.slopes(network, slope), *found[::-1]]

    def _kept(self, shape: tuple[int, ...], columns: int) -> Floats:
        """Zeros where a value is left out; what stays is that much larger."""
        kept = self._chance.random((*shape, columns), np.float32) >= self._dropped
        found: Floats = kept * np.float32(1 / (1 - self._dropped))
        return found


def _forward(layer: Layer, before: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """A layer over many stretches at once: (stretches, words, columns), and where its ramp rises."""
    size = before.shape[1] - layer.reach
    sums = before[:, :size] @ layer.weights[0] + layer.bias
    for place in range(1, len(layer.weights)):
        sums += before[:, place * layer.dilation : place * layer.dilation + size] @ layer.weights[place]
    ramp = sums > 0
    sums *= ramp
    if sums.shape[2] == before.shape[2]:
        sums += before[:, layer.reach // 2 : layer.reach // 2 + size]
    return sums, ramp


def _backward(
    layer: Layer, before: Floats, ramp: NDArray[np.bool_], slope: Floats
) -> tuple[Floats, Floats, Floats]:
    """Slopes of a layer's weights, its bias and its input."""
    size = slope.shape[1]
    down = np.zeros_like(before)
    if slope.shape[2] == before.shape[2]:
        down[:, layer.reach // 2 : layer.reach // 2 + size] = slope
    own = slope * ramp
    weights = np.empty_like(layer.weights)
    for place in range(len(layer.weights)):
        seen = slice(place * layer.dilation, place * layer.dilation + size)
        weights[place] = _product(before[:, seen], own)
        down[:, seen] += own @ layer.weights[place].T
    return weights, own.sum(axis=(0, 1)), down


def _product(values: Floats, slope: Floats) -> Floats:
    found: Floats = values.reshape(-1, values.shape[2]).T @ slope.reshape(-1, slope.shape[2])
    return found


def _loss_slope(scores: Floats, after: NDArray[np.int8], capital: NDArray[np.int8]) -> Floats:
    """The slope of both losses, a mean over the words that they are asked of."""
    slope = np.empty_like(scores)
    told = after != DOUBT
    shares = np.exp(scores[..., :CLASSES] - scores[..., :CLASSES].max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    shares -= np.arange(CLASSES) == after[..., None]
    slope[..., :CLASSES] = shares * told[..., None] / max(int(told.sum()), 1)
    asked = capital >= 0
    share = 1 / (1 + np.exp(-np.clip(scores[..., CLASSES], -30, 30)))
    slope[..., CLASSES] = (share - capital) * asked / max(int(asked.sum()), 1)
    return slope


def _gathered(slope: Floats, rows: NDArray[np.int32], count: int) -> Floats:
    """The slope of the table: of every row the sum over the words that it stood for."""
    found = np.zeros((count, slope.shape[2]), np.float32)
    flat = rows.reshape(-1)
    order = np.argsort(flat, kind="stable")
    places, starts = np.unique(flat[order], return_index=True)
    found[places] = np.add.reduceat(slope.reshape(-1, slope.shape[2])[order], starts, axis=0)
    return found
