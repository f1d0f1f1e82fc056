"""Which of the lines in front of a story, or which short line that its text opens with, is its headline.

The candidates are ranked against each other: likeliest at the second look, nearest to the story, said again below, words
shared with what the story tells. One of several candidates is a choice, not a row of separate decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.grammar import BODY, FIRST, HEADLINE
from copydesk.transforms.extract.measures import Flags, Reals
from copydesk.transforms.extract.signals import CREDIT, MARK, Signals
from copydesk.transforms.extract.vocabulary import Terms, content_words

_LOOK_BACK: Final = 40
"""Lines in front of a story that can hold its headline; a head with sharing buttons and captions takes about 15."""
_OPENING: Final = 3
"""Lines of a text, from its first on, that can be its headline after all: a section or a kicker stands above it at most."""
_MOST_UNITS: Final = 32.0
"""Words of a headline; the longest of the labelled ones have about 30."""
_MOST_SAID: Final = 4
"""A headline stands in a list, in the crumbs, in a sharing box and above its story; what stands more often is a button."""
_READ: Final = 8
"""Lines of a story whose words are compared with its headline's."""
RELATIVE: Final = (
    "rank", "of_best", "better_below", "better_above", "from_top", "from_bottom", "to_text", "from_text", "gap_lines",
    "of_longest", "told", "told_words", "told_less", "told_words_less", "like_above", "like_below", "said", "said_last",
    "kept_below", "opens", "text_above",
)  # fmt: skip


def eligible_lines(signals: Signals) -> Flags:
    """Lines that could be a headline at all: no set phrase, credit, divider or date alone, not too long, not said too often."""
    dated = signals.column("date") > 1
    known = np.isin(signals.kind, (CREDIT, MARK))
    fits = (signals.units <= _MOST_UNITS) & (signals.repeats <= _MOST_SAID)
    return np.asarray((signals.phrase == "") & ~known & ~dated & fits)


def find_candidates(eligible: Flags, prose: Flags, low: int, kept: Sequence[int]) -> NDArray[np.intp]:
    """The candidates of a story: those in front of its text, not in front of line `low`, and those that its text opens with.

    Where nothing tells a title from the first sentence (no date, no byline, a title that is a sentence itself), the looks take
    the title for text; seen beside the other candidates it is one. Prose of a text and its last line never are.

    Harm: a text that opens with a salutation or a one-line quotation may lose it to the headline.

    Args:
        eligible: which lines could be a headline, from `eligible_lines`.
        prose: which lines read as prose; in front of a text they may still be its headline.
        low: the first line behind the story before.
        kept: the lines of the story's text; at least one.
    """
    first = kept[0]
    low = max(low, first - _LOOK_BACK)
    opening = takewhile(lambda line: eligible[line] and not prose[line], kept[: min(_OPENING, len(kept) - 1)])
    return np.append(np.flatnonzero(eligible[low:first]) + low, np.array(list(opening), np.intp))


def describe_candidates(
    signals: Signals, logs: NDArray[np.float32], found: NDArray[np.intp], low: int, first: int,
) -> NDArray[np.float32]:  # fmt: skip
    """How each candidate compares with the story's others: (candidates, columns), in the order of `RELATIVE`.

    Args:
        signals: the page.
        logs: (lines, places): logarithms of the second look's probabilities.
        found: the candidates' lines; at least one.
        low: the first line of the gap.
        first: the first line of the story's text.
    """
    chance = np.exp(logs.astype(np.float64))
    headline, keep = chance[found, HEADLINE], chance[found, FIRST] + chance[found, BODY]
    units = np.minimum(signals.units[found], 40)
    count = len(found)
    place = np.arange(count)
    rank = np.empty(count)
    rank[np.argsort(-headline, kind="stable")] = place
    below = np.concatenate((np.maximum.accumulate(headline[::-1])[::-1][1:], [0.0]))
    above = np.concatenate(([0.0], np.maximum.accumulate(headline)[:-1]))
    groups = signals.groups[found].tolist()
    return np.stack(
        [
            rank, headline / max(headline.max(), 1e-6), below - headline, above - headline, place, count - 1 - place,
            first - found, found - low, np.full(count, first - low), units / max(units.max(), 1),
            *_told(signals, chance, found, first),
            np.array([groups.count(group) for group in groups]),
            np.array([group not in groups[at + 1 :] for at, group in enumerate(groups)]),
            np.concatenate((np.cumsum(keep[::-1])[::-1][1:], [0.0])),
            found >= first, np.maximum(np.cumsum(found >= first) - 1, 0),
        ],
        axis=1,
    ).astype(np.float32)  # fmt: skip


def _told(signals: Signals, chance: Reals, found: NDArray[np.intp], first: int) -> list[Reals]:
    """What the story's own words say of each candidate, and how like its neighbours are."""
    keep = chance[:, FIRST] + chance[:, BODY]
    last = min(first + _READ, len(keep))
    text = frozenset[str]().union(
        *(content_words(signals.lines[i].text) for i in range(first, last) if i == first or keep[i] > 0.5)
    )
    words = [content_words(signals.lines[i].text) for i in found]
    shared = np.array([float(len(own & text)) for own in words])
    share = np.array([len(own & text) / max(len(own), 1) for own in words])
    above = np.array([_likeness(words[at], words[at - 1]) if at else 0.0 for at in range(len(words))])
    below = np.append(above[1:], 0.0)
    return [share, shared, share - share.max(), shared - shared.max(), above, below]


def _likeness(left: Terms, right: Terms) -> float:
    return len(left & right) / max(len(left | right), 1)
