"""Likeness: what two stories are to each other, by their fingerprints alone."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.pipeline.resources import default_settings
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.fingerprints import exact_digest
from copydesk.transforms.tag.likeness import Likeness, compare, rank_of, to_prints
from copydesk.transforms.tag.sketches import fold_words, sketch, to_base64

from .conftest import cases

SETTINGS = default_settings().duplicates
PAIRS = cases("duplicates.toml", "pair")


def fingerprint(text: str, story: str = "0" * 32, **fields: Any) -> Fingerprint:
    """The fingerprint of a text."""
    made = sketch(fold_words(text))
    told = {"whole": False, "published": None, "characters": len(text)} | fields
    return Fingerprint(
        story=story, exact=exact_digest(text), words=made.words, keys=to_base64(made.keys), pairs=to_base64(made.pairs),
        figures=to_base64(made.figures), **told,
    )  # fmt: skip


def likeness(left: str, right: str) -> Likeness:
    """Two texts compared."""
    return compare(to_prints([fingerprint(left)], 0), to_prints([fingerprint(right)], 0), SETTINGS)


def are(found: Likeness) -> str:
    """The word of the case file."""
    if not found.similarity[0]:
        return "none"
    return "same" if found.similarity[0] == 1 else "part" if found.part[0] > 0 else "near" if not found.part[0] else "whole"


@pytest.mark.parametrize(
    "pair",
    [pytest.param(pair, marks=[pytest.mark.xfail] if pair.get("known") else [], id=pair["name"]) for pair in PAIRS],
)
def test_pairs(pair: dict[str, Any]) -> None:
    """Two stories are to each other what the case says."""
    assert are(likeness(pair["left"], pair["right"])) == pair["are"]


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["name"] for pair in PAIRS])
def test_the_other_way_round_is_the_same(pair: dict[str, Any]) -> None:
    """Which story is left and which right decides nothing but the sign."""
    one, other = likeness(pair["left"], pair["right"]), likeness(pair["right"], pair["left"])
    assert one.similarity.tolist() == other.similarity.tolist()
    assert one.part.tolist() == (-other.part).tolist()


def test_the_better_copy_ranks_first() -> None:
    """With all its fields before without, then the longest, then the earliest, whatever the time zone; unknown days last."""
    order = [
        {"whole": True, "characters": 90, "published": "2024-05-01"},
        {"whole": True, "characters": 80, "published": "2024-05-01T23:00:00+09:00"},
        {"whole": True, "characters": 80, "published": "2024-05-01T20:00:00Z"},
        {"whole": True, "characters": 80, "published": None},
        {"whole": False, "characters": 3_000_000_000, "published": "0001-01-01"},
        {"whole": False, "characters": 100, "published": "0001-01-01T00:00:00+14:00"},
        {"whole": False, "characters": 100, "published": "9999-12-31"},
        {"whole": False, "characters": 100, "published": "some day"},
    ]
    ranks = [rank_of(fingerprint("", **fields)) for fields in order]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)
    assert max(ranks) < 2**64
