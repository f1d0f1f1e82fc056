"""Chapters of a long transcript: where each starts, by what is said and by what speakers do, and what it is called.

Each sentence is scored by logistic regression over two kinds of features: how much the words change there (`shifts`)
and what the speakers do (`moves`). Of all ways to cut the talk, the best by these scores and by how long chapters
commonly are is found by dynamic programming. The weights are learned from talks whose makers set chapters; the title is
made of the chapter's own words (`titles`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from copydesk.transforms.cells import RuleError
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment.moves import measure_moves
from copydesk.transforms.segment.shifts import measure_shifts
from copydesk.transforms.segment.talk import Flags, Floats, Ints, Talk, count_words, read_talk
from copydesk.transforms.segment.titles import name_chapters
from copydesk.transforms.shapes import Chapter, Paragraph

COMMON_TALK: Final = 14_000
"""Words of a talk for which `Lengths.chapter` is given."""
NEIGHBOURS: Final = 2
"""Sentences on each side than which a chapter's first is no worse: a chapter is longer than those."""
FAR: Final = 8.0
"""Times the common length beyond which a chapter is not looked for, so that cost stays linear ..."""
CANDIDATES: Final = 1_000
"""... and places, at most, among which a chapter's start is sought."""
LEAST: Final = 20
"""Words below which all chapters are equally too short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How long chapters are, as makers have them."""

    chapter: float
    """Words of a chapter in a talk of `COMMON_TALK` words."""
    growth: float
    """Its exponent: longer talks have longer chapters, and more of them (0 same length, 1 same number)."""
    shortest: float
    """Words that a common chapter has at least."""
    evenness: float
    """Weight of the length, against one unit of log odds."""

    def common(self, words: int) -> float:
        """Words of a chapter that is common in a talk of so many."""
        return max(self.shortest, float(self.chapter * (words / COMMON_TALK) ** self.growth))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """One logistic regression: features by name, standardised."""

    features: tuple[str, ...]
    mean: Floats
    spread: Floats
    weight: Floats
    bias: float
    """Log odds of a common place, less the log odds from which on a chapter is worth starting."""

    def score(self, features: Mapping[str, Floats]) -> Floats:
        """Log odds of each place, above 0 where a chapter is worth starting."""
        table = np.stack([features[name] for name in self.features], axis=1)
        result: Floats = (table - self.mean) / self.spread @ self.weight + self.bias
        return result


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChapterModel:
    """All that is learned of chapters."""

    lengths: Lengths
    phrases: Weights
    """For languages whose phrases are known."""
    plain: Weights
    """For all others: vocabulary, questions and turns only."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ChapterModel:
        """The model as training wrote it.

        Raises:
            RuleError: a number is missing, or there are not as many as features.
            KeyError: a part is missing.
        """
        return cls(lengths=Lengths(**data["lengths"]), phrases=_weights(data["phrases"]), plain=_weights(data["plain"]))


def _weights(data: Mapping[str, Any]) -> Weights:
    features = tuple(data["features"])
    rows = {name: np.array(data[name], dtype=np.float64) for name in ("mean", "spread", "weight")}
    for name, row in rows.items():
        if row.shape != (len(features),):
            raise RuleError(f"models/chapters.json: {name}: {row.size} numbers for {len(features)} features")
    return Weights(features=features, bias=float(data["bias"]), **rows)


def find_chapters(text: str, paragraphs: Sequence[Paragraph], rules: Rules, language: str | None) -> tuple[Chapter, ...]:
    """The chapters of a transcript, the first at 0; none where it is short or of one piece.

    Args:
        text: a story's text.
        paragraphs: its paragraphs, with speakers where they are known.
        rules: settings, weights, phrases of each language.
        language: of the text, where it is known.

    Whom it could harm: nobody's words are changed. A talk on one subject is cut where its speakers pause; one that has
    a chapter a minute, as some makers set them, is given every second or third.
    """
    if rules.chapters is None or count_words(text) < rules.settings.segment.chapter_min_words:
        return ()
    talk = read_talk(text, paragraphs)
    features = measure_talk(talk, rules, language)
    model = rules.chapters
    weights = model.phrases if language in rules.discourse else model.plain
    starts = choose_starts(weights.score(features), talk.said, talk.free, model.lengths)
    if not starts:
        return ()
    bounds = [0, *starts, len(talk)]
    titles = name_chapters(text, talk, list(pairwise(bounds)), rules, language)
    return tuple(
        Chapter(start=int(talk.starts[unit]), title=title) for unit, title in zip(bounds[:-1], titles, strict=True)
    )


def measure_talk(talk: Talk, rules: Rules, language: str | None) -> dict[str, Floats]:
    """All features of each place of a talk, by name."""
    discourse = rules.discourse.get(language or "")
    common = rules.function_words.get(language or "", frozenset()) | (discourse.common if discourse else frozenset())
    return measure_shifts(talk, common) | measure_moves(talk, discourse)


def choose_starts(scores: Floats, said: Ints, free: Flags, lengths: Lengths) -> list[int]:
    """The units at which chapters start, but the first: the best sum of scores and of what lengths are worth.

    Args:
        scores: of each unit, above 0 where a chapter is worth starting.
        said: words before each unit, and, one more entry, in all.
        free: whether a chapter may start at a unit.
        lengths: how long chapters are.

    A length is worth most where it is the common one, and less by the logarithm of a gamma density elsewhere.
    """
    common = lengths.common(int(said[-1]))
    places = np.concatenate([[0], _peaks(scores, free), [len(scores)]])
    position = said[places].astype(np.float64)
    worth = np.append(scores[places[:-1]], 0.0)
    best = np.zeros(len(places))
    before = np.zeros(len(places), dtype=np.int64)
    low = 0
    for place in range(1, len(places)):
        while low < place - 1 and (position[place] - position[low] > FAR * common or place - low > CANDIDATES):
            low += 1
        length = np.maximum(position[place] - position[low:place], LEAST) / common
        total = best[low:place] + lengths.evenness * (np.log(length) - (length - 1))
        chosen = int(np.argmax(total))
        best[place] = total[chosen] + worth[place]
        before[place] = low + chosen
    found = []
    place = int(before[-1])
    while place > 0:
        found.append(int(places[place]))
        place = int(before[place])
    return found[::-1]


def _peaks(scores: Floats, free: Flags) -> Ints:
    """Units where a chapter may start, each no worse than its neighbours."""
    padded = np.pad(scores, NEIGHBOURS, constant_values=-np.inf)
    highest = np.max([padded[shift : shift + len(scores)] for shift in range(2 * NEIGHBOURS + 1)], axis=0)
    peaks = np.flatnonzero((scores >= highest) & free)
    return peaks[peaks > 0]
