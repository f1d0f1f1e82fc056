"""How much of a text repeats itself, by n-grams of words: the repetition signals of Gopher, exactly, and on 5 MB too.

An n-gram is named by the numbers of two shorter ones that make it up, so no hash collides; and only where both of those recur
can it recur itself, so that an ordinary article, in which few n-grams recur, costs a fraction of a millisecond.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.settings import Signal

_Numbers = NDArray[np.int64]

TOP: Final[dict[int, Signal]] = {2: "frac_chars_top_2gram", 3: "frac_chars_top_3gram", 4: "frac_chars_top_4gram"}
"""Of these n, the share of the n-gram that is met most often."""
DUPLICATE: Final[dict[int, Signal]] = {
    5: "frac_chars_dupe_5grams", 6: "frac_chars_dupe_6grams", 7: "frac_chars_dupe_7grams", 8: "frac_chars_dupe_8grams",
    9: "frac_chars_dupe_9grams", 10: "frac_chars_dupe_10grams",
}  # fmt: skip
"""Of these n, the share of all n-grams that stood before."""


@dataclass(frozen=True, slots=True)
class _Recurring:
    """The n-grams of one length that stand in the text more than once."""

    size: int
    starts: _Numbers
    """Where they start, ascending, in words."""
    groups: _Numbers
    """The number, from 0, of the n-gram that starts there: equal n-grams have equal numbers."""
    count: int
    """How many different ones there are."""
    repeats: _Numbers
    """The starts of those that stood before."""


def measure_repetition(words: Sequence[str], scale: int = 1) -> dict[Signal, float]:
    """The shares of a text's letters that stand in repeated n-grams.

    Rae et al., "Scaling Language Models" (2021), appendix A1.1, counted as RedPajama-V2 counts: a share of the letters of all
    words, white space aside; of the top n-gram every occurrence; of duplicate n-grams all but the first; a letter in several
    n-grams once. An n-gram that stands once is no repetition, so that a text of three words has none.

    Args:
        words: the words in order, as they are compared.
        scale: how many of them say as much as one word of a spaced script: 1, or more where `words` are characters.

    Returns:
        Every signal of `TOP` and `DUPLICATE`, 0..1; all 0 for a text of no words.

    >>> found = measure_repetition("the rain falls the rain falls the rain stops".split())
    >>> round(found["frac_chars_top_2gram"], 2), round(found["frac_chars_dupe_5grams"], 2)
    (0.58, 0.53)
    """
    shares: dict[Signal, float] = dict.fromkeys((*TOP.values(), *DUPLICATE.values()), 0.0)
    if len(words) < min(TOP):
        return shares
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    ids = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    lengths = np.fromiter(map(len, numbers), np.int64, len(numbers))[ids]
    total = int(lengths.sum())
    before = np.concatenate((np.zeros(1, np.int64), lengths.cumsum()))
    for found in _recurring(ids, scale):
        n, rest = divmod(found.size, scale)
        if rest:
            continue
        if n in TOP:
            shares[TOP[n]] = _covered(_top(found, before), found.size, lengths) / total
        elif n in DUPLICATE:
            shares[DUPLICATE[n]] = _covered(found.repeats, found.size, lengths) / total
    return shares


def _sizes(scale: int) -> Iterator[int]:
    """Lengths of n-grams, in words, each at most twice the one before, up to ten words of a spaced script."""
    size = 1
    while size < 2 * scale:
        size *= 2
        yield size
    for n in range(3, max(DUPLICATE) + 1):
        yield n * scale


def _recurring(ids: _Numbers, scale: int) -> Iterator[_Recurring]:
    """The recurring n-grams of each length, as long as there are any."""
    found = _group(1, np.arange(len(ids), dtype=np.int64), ids)
    names = np.empty(len(ids), np.int64)
    for size in _sizes(scale):
        if not found.count:
            return
        names[:] = -1
        names[found.starts] = found.groups
        gap = size - found.size
        starts = found.starts[: np.searchsorted(found.starts, len(ids) - size, "right")]
        second = names[starts + gap]
        whole = second >= 0
        starts = starts[whole]
        found = _group(size, starts, names[starts] * found.count + second[whole])
        yield found


def _group(size: int, starts: _Numbers, keys: _Numbers) -> _Recurring:
    """Of n-grams that are equal where their keys are, those whose key stands more than once."""
    none = np.zeros(0, np.int64)
    if not len(keys):
        return _Recurring(size, none, none, 0, none)
    order = keys.argsort(kind="stable")
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    follows = np.concatenate((np.zeros(1, bool), same))
    recurs = follows | np.concatenate((same, np.zeros(1, bool)))
    groups = np.empty(len(keys), np.int64)
    groups[order] = (recurs & ~follows).cumsum() - 1
    kept = np.zeros(len(keys), bool)
    kept[order] = recurs
    return _Recurring(size, starts[kept], groups[kept], int((recurs & ~follows).sum()), starts[order[follows]])


def _top(found: _Recurring, before: _Numbers) -> _Numbers:
    """Where the n-gram stands that is met most often; of several, the one with the most letters, then the first in the text."""
    if not found.count:
        return found.starts
    counts = np.bincount(found.groups, minlength=found.count)
    most = np.flatnonzero(counts[found.groups] == counts.max())
    letters = before[found.starts[most] + found.size] - before[found.starts[most]]
    chosen = found.groups[most[int(letters.argmax())]]
    return found.starts.compress(found.groups == chosen)


def _covered(starts: _Numbers, size: int, lengths: _Numbers) -> int:
    """How many letters stand in n-grams of one length with these starts, each letter once."""
    if not len(starts):
        return 0
    edges = np.zeros(len(lengths) + 1, np.int64)
    edges[starts] += 1
    edges[starts + size] -= 1
    return int(lengths[edges[:-1].cumsum() > 0].sum())
