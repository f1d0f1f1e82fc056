"""How alike two stories are, by their fingerprints: the same, near, or one of them a part of the other.

Tables of fingerprints are compared row by row with numpy, some 10 µs a pair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from copydesk.transforms.settings import DuplicateSettings
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.sketches import FIGURES, NO_HASH, SAMPLE, from_base64, overlap

Table: TypeAlias = np.ndarray[tuple[int], np.dtype[np.void]]
"""Rows of one of the types below."""

NAME: Final = np.dtype([("rank", "<u8"), ("id", "<u8", 2)])
"""A story's place among copies, the better ones first: what `rank_of` says, then its id."""
PRINT: Final = np.dtype(
    [
        ("name", NAME), ("exact", "<u8", 2), ("file", "<u4"), ("words", "<u4"),
        ("pairs", "<u4", SAMPLE), ("figures", "<u4", FIGURES),
    ],
)  # fmt: skip
"""A fingerprint as a row; `file` is the number of the published file that the story goes to."""

PART_HASHES: Final = 12
"""Hashes of the shorter story that two samples have to show before it may be a part of the longer: most of fewer is chance."""
MANY_FIGURES: Final = 4
"""Steps between numbers from which a story's numbers are evidence; a story of fewer may have lost them to a few edits."""
NOT_QUITE: Final = 0.9999
"""The most that two stories are alike whose texts differ; only equal texts have 1."""

_MINUTES: Final = 2**32 - 1
_LONGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Of rows of two tables: how alike they are, 0 where they are not, and which is a part of which."""

    similarity: npt.NDArray[np.float64]
    """1 for equal texts; of near ones the estimated share of their shingles that both have; of a part the share that is in the
    longer."""
    part: npt.NDArray[np.int8]
    """-1 where the left story is a part of the right one, 1 where the right is of the left, else 0."""


def rank_of(fingerprint: Fingerprint) -> int:
    """64 bits that sort copies, the best first: with headline, author and date; the longest; the earliest.

    >>> def rank(whole: bool, published: str | None, characters: int) -> int:
    ...     return rank_of(Fingerprint(story="", exact="", whole=whole, published=published, characters=characters, words=0,
    ...                                keys="", pairs="", figures=""))
    >>> rank(True, None, 10) < rank(False, None, 90) < rank(False, "2024-05-01", 80) < rank(False, None, 80)
    True
    """
    longest_first = _LONGEST - min(fingerprint.characters, _LONGEST)
    return (not fingerprint.whole) << 63 | longest_first << 32 | _minutes(fingerprint.published)


def _minutes(published: str | None) -> int:
    """Minutes from the year 1 to a date; a date that is unknown is the last."""
    try:
        day = datetime.fromisoformat(published or "")
    except ValueError:
        return _MINUTES
    utc = day.replace(tzinfo=day.tzinfo or UTC)
    return max(min(int((utc - datetime.min.replace(tzinfo=UTC)).total_seconds() // 60), _MINUTES - 1), 0)


def halves(digest: str) -> tuple[int, int]:
    """A digest of 32 hex digits as two numbers."""
    number = int(digest, 16)
    return number >> 64, number & (2**64 - 1)


def to_prints(fingerprints: Iterable[Fingerprint], file: int) -> Table:
    """Fingerprints as a table, in their order."""
    rows = list(fingerprints)
    table = np.zeros(len(rows), PRINT)
    table["file"] = file
    for field in ("pairs", "figures"):
        table[field] = NO_HASH
    for number, row in enumerate(rows):
        table["name"]["rank"][number] = rank_of(row)
        table["name"]["id"][number] = halves(row.story)
        table["exact"][number] = halves(row.exact)
        table["words"][number] = row.words
        for field, text in (("pairs", row.pairs), ("figures", row.figures)):
            hashes = from_base64(text, "<u4")
            table[field][number, : len(hashes)] = hashes
    return table


def compare(left: Table, right: Table, settings: DuplicateSettings) -> Likeness:
    """Compare two tables of fingerprints row by row.

    Two stories are near where they share enough pairs of words, and one is a part of the other where most of its pairs stand
    in the other, which is longer by more than furniture. Either wants enough words on both sides: the news in brief of one
    wire are short, and alike. And it wants numbers that follow each other as in the other story: two reports of a market or of
    the weather are one template with other numbers in it.

    Harm: a copy with all numbers written anew (in words, in other units) counts as another story; two notices of one template
    that differ in names alone, and share more than `near` of their words, count as one.

    Args:
        left: fingerprints, `PRINT`.
        right: as many.
        settings: the thresholds.
    """
    exact = (left["exact"] == right["exact"]).all(axis=1)
    words = np.stack([left["words"], right["words"]]).astype(np.int64)
    pairs, figures = overlap(left["pairs"], right["pairs"]), overlap(left["figures"], right["figures"])
    figures_seen = np.minimum(figures.left, figures.right)
    other_figures = (figures_seen >= MANY_FIGURES) & (figures.shared < settings.figures * figures_seen)
    comparable = (words.min(axis=0) >= settings.min_words) & ~other_figures
    seen = np.where(words[0] <= words[1], pairs.left, pairs.right)
    contained = pairs.shared / np.maximum(seen, 1)
    shorter = words.min(axis=0) < settings.part * words.max(axis=0)
    part = comparable & ~exact & shorter & (seen >= PART_HASHES) & (contained >= settings.contained)
    near = comparable & (pairs.resemblance >= settings.near)
    similarity = np.where(part, contained, np.where(near, pairs.resemblance, 0.0))
    return Likeness(
        similarity=np.where(exact, 1.0, np.minimum(similarity.round(4), NOT_QUITE)),
        part=(np.where(words[0] <= words[1], -1, 1) * part).astype(np.int8),
    )
