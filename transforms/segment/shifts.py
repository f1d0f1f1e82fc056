"""How much the words change at each place of a talk: how alike both sides are, and which words begin and end there.

Similarity of neighbouring windows and the depth of its valleys are after TextTiling (Hearst 1997); each figure
counts against the talk's own, as C99 ranks them (Choi 2000). Vectors are random projections (Kanerva 2000), whose signs
come from a hash, so that cost is linear and the same talk gives the same figures everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from copydesk.transforms.segment.talk import Floats, Ints, Talk, stem

WINDOWS: Final = (60, 120, 240, 480)
"""Words on each side: a question and its answer, up to a third of a common chapter."""
BLOCK: Final = 100
"""Words of the blocks over which a term's rarity is counted."""
SIGNS: Final = 512
"""Dimensions of the projection: cosines are right to about 0.04."""
HIATUS: Final = 400
"""Words: a term that was not said for so long begins anew."""
TERMS: Final = 20_000
"""Terms, the most frequent, that have a vector, which bounds the memory; a talk of ten hours has about 7,000 that come back."""
AT_ONCE: Final = 4096
"""Tokens that are projected at once, which bounds the memory."""
SHORT: Final = 3
"""Letters: shorter words say little of the subject, in the languages that are written with spaces."""


def measure_shifts(talk: Talk, common: Collection[str]) -> dict[str, Floats]:
    """Features of each place between two units, by name.

    Args:
        talk: a talk.
        common: words that tell nothing of the subject.
    """
    terms, places, rarity = _content(talk, common)
    if not len(terms):
        terms = places = np.zeros(1, dtype=np.int64)
        rarity = np.zeros(1)
    features: dict[str, Floats] = {}
    position = talk.said[:-1]
    vectors = _project(talk, terms, places, rarity)
    for window in WINDOWS:
        similar = _similar(vectors, position, window)
        features[f"similar_{window}"] = _standard(similar)
        features[f"valley_{window}"] = _standard(_valley(similar, position, window))
    features |= _chains(terms, places, rarity, position)
    return features


def _content(talk: Talk, common: Collection[str]) -> tuple[Ints, Ints, Floats]:
    """Number and unit of each content word, and each term's rarity."""
    numbers: dict[str, int] = {}
    known: dict[str, int] = {}
    for word in talk.words:
        if word not in known:
            telling = word not in common and (len(word) >= SHORT or word >= "\u3000")
            known[word] = numbers.setdefault(stem(word), len(numbers)) if telling else -1
    all_terms = np.array([known[word] for word in talk.words], dtype=np.int64)
    kept = all_terms >= 0
    terms, places = all_terms[kept], talk.places[kept]
    blocks = talk.said[places] // BLOCK
    pairs = np.unique(terms * (talk.said[-1] // BLOCK + 1) + blocks)
    found = np.bincount(pairs // (talk.said[-1] // BLOCK + 1), minlength=len(numbers))
    rarity = np.log((talk.said[-1] / BLOCK + 1) / np.maximum(found, 1))
    return terms, places, np.maximum(rarity, 0.0)


def _signs(count: int) -> NDArray[np.float32]:
    """A vector of signs for each term, by its number: the order of first mention, so the same talk gives the same."""
    rows = b"".join(hashlib.blake2b(number.to_bytes(4, "big"), digest_size=SIGNS // 8).digest() for number in range(count))
    bits = np.unpackbits(np.frombuffer(rows, dtype=np.uint8)).reshape(count, SIGNS)
    return bits.astype(np.float32) * 2 - 1


def _project(talk: Talk, terms: Ints, places: Ints, rarity: Floats) -> NDArray[np.float32]:
    """Sums of the vectors of all words before each unit, and, one more row, of all."""
    total = np.zeros((len(talk) + 1, SIGNS), dtype=np.float32)
    counts = np.bincount(terms, minlength=len(rarity))
    frequent = np.argsort(-counts, kind="stable")[:TERMS]
    again = np.isin(terms, frequent) & (counts[terms] > 1)  # a word said once is in no two windows
    terms, places = terms[again], places[again]
    used, numbers = np.unique(terms, return_inverse=True)
    vectors = _signs(len(used)) * rarity[used].astype(np.float32)[:, None]
    for low in range(0, len(terms), AT_ONCE):
        rows, here = numbers[low : low + AT_ONCE], places[low : low + AT_ONCE]
        first = np.flatnonzero(np.diff(here, prepend=-1))
        total[here[first] + 1] += np.add.reduceat(vectors[rows], first)
    return np.cumsum(total, axis=0, out=total)


def _similar(sums: NDArray[np.float32], position: Ints, window: int) -> Floats:
    """Cosine of what stands in the window before each unit and in the window from it on."""
    n = len(position)
    at = np.arange(n)
    low = np.searchsorted(position, position - window)
    high = np.searchsorted(position, position + window)
    result = np.zeros(n)
    for first in range(0, n, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        before = sums[at[part]] - sums[low[part]]
        after = sums[high[part]] - sums[at[part]]
        norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
        result[part] = np.einsum("ij,ij->i", before, after) / np.maximum(norms, 1e-6)
    return result


def _valley(similar: Floats, position: Ints, window: int) -> Floats:
    """How far similarity lies below the highest on each side, within two windows."""
    reach = max(round(2 * window * len(position) / max(int(position[-1]), 1)), 1)
    padded = np.pad(similar, reach, mode="edge")
    highest = sliding_window_view(padded, reach + 1).max(axis=1)
    left, right = highest[: len(similar)], highest[reach : reach + len(similar)]
    depth: Floats = left + right - 2 * similar
    return depth


def _chains(terms: Ints, places: Ints, rarity: Floats, position: Ints) -> dict[str, Floats]:
    """Weights of terms that begin right after a place, end before it, and go on across it."""
    n = len(position)
    order = np.lexsort((places, terms))
    by_term, by_place = terms[order], position[places[order]]
    same = np.diff(by_term, prepend=-1) == 0
    gap = np.where(same, np.diff(by_place, prepend=0), 10**9)
    begins = np.empty(len(terms))
    begins[order] = gap > HIATUS
    ends = np.empty(len(terms))
    ends[order] = np.append(gap[1:] > HIATUS, True)
    anew = np.empty(len(terms))
    anew[order] = ~same
    counts = np.bincount(terms, minlength=len(rarity))
    weight = np.where(counts[terms] > 1, rarity[terms], 0.0)
    start, stop = places[order][:-1], places[order][1:]
    across = np.zeros(n + 1)
    inner = same[1:] & (gap[1:] <= HIATUS)
    np.add.at(across, start[inner] + 1, weight[order][1:][inner])
    np.add.at(across, stop[inner] + 1, -weight[order][1:][inner])
    sums = {
        "begin": _sum_units(begins * weight, places, n), "end": _sum_units(ends * weight, places, n),
        "new": _sum_units(anew * rarity[terms], places, n), "said": _sum_units(weight, places, n),
    }  # fmt: skip
    found = {"across": _standard(np.cumsum(across)[:n])}
    for window in (40, 100, 200):
        low = np.searchsorted(position, position - window)
        high = np.searchsorted(position, position + window)
        at = np.arange(n)
        found[f"begin_after_{window}"] = _standard(sums["begin"][high] - sums["begin"][at])
        found[f"begin_before_{window}"] = _standard(sums["begin"][at] - sums["begin"][low])
        found[f"end_before_{window}"] = _standard(sums["end"][at] - sums["end"][low])
        found[f"end_after_{window}"] = _standard(sums["end"][high] - sums["end"][at])
        found[f"new_after_{window}"] = _standard(sums["new"][high] - sums["new"][at])
        found[f"new_before_{window}"] = _standard(sums["new"][at] - sums["new"][low])
    return found


def _sum_units(values: Floats, places: Ints, n: int) -> Floats:
    """Running sums over units, one entry more than there are."""
    return np.concatenate([[0.0], np.cumsum(np.bincount(places, weights=values, minlength=n))])


def _standard(values: Floats) -> Floats:
    """Values against the talk's own: mean 0, deviation 1, and not more than 4."""
    spread = values.std()
    return np.clip((values - values.mean()) / spread, -4, 4) if spread > 1e-9 else np.zeros_like(values)
