"""Where one story ends and the next begins, and what is left over."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.extract.roles import OPENING
from copydesk.transforms.segment.boundaries import find_ranges, place_heads
from copydesk.transforms.segment.leftover import Piece, merge_removed
from copydesk.transforms.shapes import Block

CASES = Path(__file__).parents[2] / "cases" / "segment"


def cases(name: str) -> list[Any]:
    """The cases of a file, known failures marked so that a surprise success is noticed."""
    rows = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    marks = {"known_failure": (pytest.mark.xfail(strict=True, reason="what the case says is not told yet"),)}
    return [pytest.param(row, marks=marks.get(row["kind"], ()), id=f"{row['kind']}-{n}") for n, row in enumerate(rows)]


def block(role: str, at: int) -> Block:
    """A block of this role; "repeated" is a headline said again, "opening" a first paragraph without a headline."""
    if role == "repeated":
        return Block(text="x", spans=((at, at + 1),), role="headline", rule="headline_repeated")
    if role == "opening":
        return Block(text="x", spans=((at, at + 1),), role="body", rule=OPENING)
    return Block(text="x", spans=((at, at + 1),), role=role, rule="r")  # type: ignore[arg-type]


@pytest.mark.parametrize("case", cases("boundaries"))
def test_the_ranges_of_a_page(case: dict[str, Any]) -> None:
    """A headline or an opening paragraph starts a story with its head; kept blocks before the first are one; nothing else."""
    found = find_ranges([block(role, 2 * at) for at, role in enumerate(case["roles"])])
    assert [[r.start, r.end, -1 if r.headline is None else r.headline] for r in found] == case["ranges"]


def test_a_day_taken_for_a_byline_is_a_day() -> None:
    """A byline that holds a date and nobody's name stands where the page's days stand; no starts give no ranges."""
    rows = [
        ("byline", "9 April 2024"), ("headline", "Rain"), ("body", "x"), ("byline", "Posted by Ana at 9:41"),
        ("byline", "8 April 2024"), ("headline", "Snow"), ("body", "x"), ("byline", "Posted by Ana at 9:41"),
    ]  # fmt: skip
    blocks = [Block(text=text, spans=((n, n + 1),), role=role) for n, (role, text) in enumerate(rows)]  # type: ignore[arg-type]
    found = find_ranges(blocks, [load_rules().phrases["en"]])
    assert [(r.start, r.end) for r in found] == [(0, 4), (4, 8)]
    assert place_heads(blocks, []) == []


TEXT = "aa bb cc dd ee ff"


def piece(word: str, role: str = "chrome", rule: str = "r") -> Piece:
    """A piece of the text."""
    start = TEXT.index(word)
    return Piece(start, start + len(word), role, rule, f"e of {word}")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pieces", "kept", "merged"),
    [
        ([], [], []),
        ([piece("aa"), piece("bb"), piece("cc")], [], ["aa bb cc"]),
        ([piece("aa"), piece("bb", rule="s"), piece("cc", rule="s")], [], ["aa", "bb cc"]),
        ([piece("aa"), piece("bb", role="promo")], [], ["aa", "bb"]),
        ([piece("aa"), piece("cc")], [(3, 5)], ["aa", "cc"]),
        ([piece("bb"), piece("cc"), piece("ee"), piece("ff")], [(0, 2), (9, 11)], ["bb cc", "ee ff"]),
        ([piece("ee"), piece("ff")], [(0, 2), (3, 5), (6, 8)], ["ee ff"]),
        ([piece("aa"), piece("bb")], [(6, 8), (9, 11)], ["aa bb"]),
    ],
)
def test_neighbours_of_one_rule_are_one_record(pieces: list[Piece], kept: list[tuple[int, int]], merged: list[str]) -> None:
    """What one rule took out in a row is one record that quotes the document; a story, another role or rule part them."""
    removed = merge_removed(TEXT, pieces, kept)
    assert [part.text for part in removed] == merged
    assert all(part.text == TEXT[part.start : part.end] for part in removed)
    if removed:
        assert removed[0].evidence == pieces[0].evidence
