"""A record is one line of JSON, byte for byte what `json` writes of it, however it is written."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from copydesk.pipeline.output.jsonl import to_line

ROWS: tuple[dict[str, Any], ...] = (
    {},
    {"text": "“Ferry” – café 漢字 😀 \u2028\u0085\ufeff", "more": 'a "b" \\ / \n\r\t\b\f\x00\x1f\x7f'},
    {"numbers": [0, -1, 2**53, 10**30, 0.0, -0.0, 1.0, 0.1, 0.0001, 0.97, 123456.789, 1e15]},
    {"none": None, "yes": True, "no": False, "pairs": ((1, 2), [3, 4]), "empty": [{}, [], ""]},
    {"text": "NaN is no number, and Infinity has no end"},
)


@pytest.mark.parametrize("row", ROWS)
def test_a_line_is_what_json_writes(row: dict[str, Any]) -> None:
    """Quotes, control characters, numbers, text of every script."""
    assert to_line(row) == json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def test_numbers_are_written_as_json_writes_them() -> None:
    """Whatever has 4 places or fewer and less than sixteen digits, and whole numbers of any size."""
    chance = random.Random(7)  # noqa: S311 - the same numbers every time
    floats = [round(chance.uniform(-1, 1) * 10 ** chance.randint(0, 11), 4) for _ in range(20_000)]
    row = {"floats": floats, "whole": [chance.getrandbits(chance.randint(1, 90)) for _ in range(2_000)]}
    assert to_line(row) == json.dumps(row, separators=(",", ":")).encode() + b"\n"


def test_a_lone_surrogate_is_escaped() -> None:
    """What has no UTF-8 is written so that it can be had back."""
    assert json.loads(to_line({"uri": "a\udcff", "text": "é"})) == {"uri": "a\udcff", "text": "é"}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    """NaN and Infinity are no JSON."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_line({"score": value})


def test_what_json_cannot_write_is_refused() -> None:
    """A value of another kind is a defect, and is told."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        to_line({"value": object()})
