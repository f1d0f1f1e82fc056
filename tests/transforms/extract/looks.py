"""Pages as the labeller sees them, and a labeller made by hand, so that no test of a step hangs on the shipped weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.candidates import FATES
from copydesk.transforms.extract.context import context_names, measure_context
from copydesk.transforms.extract.grammar import PLACES
from copydesk.transforms.extract.headlines import RELATIVE
from copydesk.transforms.extract.labeller import Bias, Labeller, Reading, Story
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.lines import LineFeatures, observe_lines, packs_for
from copydesk.transforms.extract.signals import Signals, measure_signals
from copydesk.transforms.extract.trees import Trees
from copydesk.transforms.extract.verdict import certain_verdict
from copydesk.transforms.rules import Rules

from .conftest import make_document

PROSE: Final = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier."
OTHER: Final = "Nobody on the council would say when the bridge will open, or what the repairs have cost the town so far."
THIRD: Final = "The baker on the market square says that he will close when the summer ends, unless his son learns to get up."
SURE: Final = 0.95
"""Probability of the place that a page made by hand has for each line."""


def observe(rules: Rules, *lines: str) -> list[LineFeatures]:
    """The features of these lines."""
    document = make_document(list(lines))
    return observe_lines(document, rules, packs_for(document, rules))


def signals_of(rules: Rules, *lines: str) -> Signals:
    """The signals of these lines."""
    return measure_signals(observe(rules, *lines))


def logs_of(places: Sequence[int]) -> NDArray[np.float32]:
    """Log probabilities in which every line is all but sure of its place."""
    chance = np.full((len(places), len(PLACES)), (1 - SURE) / (len(PLACES) - 1), np.float32)
    chance[np.arange(len(places)), list(places)] = SURE
    return np.log(chance)


def ensemble(features: Sequence[str], classes: Sequence[str], bias: Sequence[float], *split: Any) -> Trees:
    """Trees that say the same of every row, or ask one question: column, border, thousandths for no and for yes."""
    column, border, no, yes = split or (features[0], 0.0, [0] * len(classes), [0] * len(classes))
    trees = [{"splits": [[column, border]], "leaves": [no, yes]}]
    return Trees.from_json({"features": list(features), "classes": list(classes), "bias": list(bias), "trees": trees})


def made_labeller(signals: Signals, *, fates: Sequence[float] = (1.0, 0.0, 0.0), floor: float = 0.003) -> Labeller:
    """A labeller that has no opinion of places, gives all pieces one fate, and prefers the likeliest headline."""
    seen = (*signals.names, *context_names(signals))
    ranked = (*seen, *RELATIVE)
    return Labeller(
        first=ensemble(signals.names, PLACES, [0.0] * len(PLACES)),
        second=ensemble(seen, PLACES, [0.0] * len(PLACES)),
        pieces=ensemble(["piece_0"], FATES, fates),
        headline=ensemble(ranked, ["score"], [0.0], "rank", 0.5, [1000], [0]),
        moves=np.zeros((len(PLACES), len(PLACES)), np.float32),
        bias=Bias(places=(0.0,) * len(PLACES), moves=1.0, fates=(0.0,) * len(FATES), headline=floor),
    )  # fmt: skip


def seen_table(signals: Signals, logs: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the labeller hands on of every line."""
    return np.concatenate((signals.table, measure_context(signals, logs)), axis=1)


def labelling_of(rules: Rules, lines: Sequence[str], *stories: Story) -> Labelling:
    """A page whose certain lines are decided, and of whose others a labeller found these stories."""
    document = make_document(list(lines))
    observed = observe(rules, *lines)
    signals = measure_signals(observed)
    flat = np.full((len(lines), len(PLACES)), 1 / len(PLACES), np.float32)
    return Labelling(
        lines=observed,
        packs=packs_for(document, rules),
        signals=signals,
        verdicts=[certain_verdict(line, rules) for line in observed],
        reading=Reading(stories=stories, probabilities=flat, table=seen_table(signals, np.log(flat))),
    )


def story(headline: int | None, *kept: int) -> Story:
    """A story as the labeller finds it."""
    return Story(headline=headline, kept=kept, probability=0.9)


def roles_of(page: Labelling) -> list[tuple[str, str]]:
    """Role and rule of every line; "-" where nothing is decided."""
    return [(given.role, given.rule) if given else ("-", "-") for given in page.verdicts]
