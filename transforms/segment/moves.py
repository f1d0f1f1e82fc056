"""What speakers do at each place of a talk: turns, questions, announcements, thanks.

Turns, questions and lengths hold in any language; phrases only where the talk's language has them in
`configs/discourse`.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from copydesk.transforms.segment.discourse import Discourse
from copydesk.transforms.segment.talk import Flags, Floats, Ints, Talk

NEAR: Final = 40
"""Words: about a question."""
WIDE: Final = 150
"""Words: about an answer."""
FAR: Final = 600
"""Words: beyond it, the distance to a question says nothing more."""
MANY_TURNS: Final = 6
"""Turns from which a talk's speakers are known well enough to be told apart."""
KINDS: Final = ("change", "ask", "which", "refer", "order", "assent", "answer", "lean", "greet", "part", "sponsor")
"""Kinds of phrases that are asked for."""
HELD: Final = ("change", "ask", "refer", "order", "answer", "greet", "part", "sponsor")
"""Kinds of phrases that are asked for wherever they stand."""

_QUESTION = re.compile(r"[?？؟]")


def measure_moves(talk: Talk, discourse: Discourse | None) -> dict[str, Floats]:
    """Features of each place between two units, by name; those of phrases are 0 where the language has none."""
    n, position = len(talk), talk.said[:-1]
    asked = np.array([_QUESTION.search(piece) is not None for piece in talk.folded], dtype=np.float64)
    size = np.diff(talk.said).astype(np.float64)
    features = {
        "size": np.log1p(size), "size_before": _shift(np.log1p(size), 1), "paragraph": talk.paragraphs.astype(np.float64),
        "start": np.exp(-position / 150.0), "finish": np.exp(-(talk.said[-1] - position) / 150.0),
        "start_wide": np.exp(-position / 500.0),
        "asked": asked, "asked_next": _shift(asked, -1), "asked_before": _shift(asked, 1), "asked_before_2": _shift(asked, 2),
    }  # fmt: skip
    windows = {words: _reach(position, words) for words in (NEAR, 2 * NEAR, WIDE)}
    for words, (low, high) in windows.items():
        features[f"questions_after_{words}"] = _between(asked, np.arange(n), high) > 0
        features[f"questions_before_{words}"] = _between(asked, low, np.arange(n)) > 0
    since, until = _distances(asked > 0, position, talk.said[-1])
    features |= {"since_question": since, "until_question": until, "fresh_question": since * (until < 0.5)}
    features |= _turn_features(talk, position, size, asked)
    features |= _phrases(talk, discourse, windows[NEAR])
    return {name: np.asarray(values, dtype=np.float64) for name, values in features.items()}


def _shift(values: Floats, by: int) -> Floats:
    """Each unit's value of the unit so many before it; 0 beyond the ends."""
    result = np.zeros_like(values)
    if by > 0:
        result[by:] = values[:-by]
    else:
        result[:by] = values[-by:]
    return result


def _reach(position: Ints, words: int) -> tuple[Ints, Ints]:
    return np.searchsorted(position, position - words), np.searchsorted(position, position + words)


def _between(values: Floats, low: Ints, high: Ints) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    result: Floats = sums[high] - sums[low]
    return result


def _distances(marked: Flags, position: Ints, total: int) -> tuple[Floats, Floats]:
    """Words since the last marked unit and until the next, as logarithms of how many times `NEAR` they are."""
    n = len(position)
    last = np.maximum.accumulate(np.where(marked, np.arange(n), -1))
    last = np.concatenate([[-1], last[:-1]])
    since = position - np.where(last >= 0, position[last], position - FAR)
    after = np.minimum.accumulate(np.where(marked, np.arange(n), n)[::-1])[::-1]
    until = np.append(position, total + FAR)[after] - position
    return np.log1p(np.minimum(since, FAR) / NEAR), np.log1p(np.minimum(until, FAR) / NEAR)


def _turn_features(talk: Talk, position: Ints, size: Floats, asked: Floats) -> dict[str, Floats]:
    """Whether a turn starts, and how long it and the one before are; whether its speaker is the one who asks."""
    n = len(talk)
    known = float(talk.turns[-1] >= MANY_TURNS)
    starts = np.diff(talk.turns, prepend=-1) != 0
    lengths = np.bincount(talk.turns, weights=size)
    here, before = lengths[talk.turns], np.where(talk.turns > 0, lengths[np.maximum(talk.turns - 1, 0)], 0.0)
    leads = _asker(talk, size, asked)
    turn = starts * known
    return {
        "turn": turn, "turn_inside": known - turn, "turn_host": turn * leads, "turn_length": turn * np.log1p(here),
        "turn_length_before": turn * np.log1p(before), "turn_host_length": turn * leads * np.log1p(here),
        "turn_host_length_before": turn * leads * np.log1p(before), "turn_after_long": turn * leads * (before > WIDE),
        "turn_host_asks": turn * leads * (_between(asked, np.arange(n), _reach(position, 2 * NEAR)[1]) > 0),
    }  # fmt: skip


def _asker(talk: Talk, size: Floats, asked: Floats) -> Floats:
    """1 for the units of whoever asks most often for the words that he says, 0 for the others'."""
    known = talk.speakers >= 0
    if not known.any():
        return np.zeros(len(talk))
    words = np.bincount(talk.speakers[known], weights=size[known])
    questions = np.bincount(talk.speakers[known], weights=asked[known])
    rates = np.where(questions >= MANY_TURNS / 2, questions / np.maximum(words, 1.0), 0.0)
    best = int(np.argmax(rates))
    return (talk.speakers == best).astype(np.float64) if rates[best] > 0 else np.zeros(len(talk))


def _phrases(talk: Talk, discourse: Discourse | None, near: tuple[Ints, Ints]) -> dict[str, Floats]:
    n = len(talk)
    opens = {kind: np.zeros(n) for kind in KINDS}
    holds = {kind: np.zeros(n) for kind in HELD}
    led = np.zeros(n)
    if discourse:
        for unit, piece in enumerate(talk.folded):
            match = discourse.leads.match(piece)
            at = match.end() if match else 0
            led[unit] = at > 0
            for kind, pattern in discourse.opens.items():
                if kind in opens and (pattern.match(piece, at) or (at and pattern.match(piece))):
                    opens[kind][unit] = 1.0
            for kind, pattern in discourse.holds.items():
                if kind in holds and pattern.search(piece):
                    holds[kind][unit] = 1.0
    features = {"led": led}
    for kind in KINDS:
        features[f"open_{kind}"] = opens[kind]
        features[f"open_{kind}_before"] = _shift(opens[kind], 1)
        features[f"open_{kind}_next"] = _shift(opens[kind], -1)
        if kind in HELD:
            features[f"hold_{kind}_after"] = np.minimum(_between(holds[kind], np.arange(n), near[1]), 2)
            features[f"hold_{kind}_before"] = np.minimum(_between(holds[kind], near[0], np.arange(n)), 2)
    return features
