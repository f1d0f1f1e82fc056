"""Lines for a terminal: what is broken where, in time that grows with the text alone."""

from __future__ import annotations

import pytest

from copydesk.pipeline.terminal import lines as terminal
from copydesk.pipeline.terminal.lines import columns, wrap

PIECES = [
    [("The ferry to the island runs again, says the harbour master.", "")],
    [("渡し船は月曜日から再び島へ向かうと港長は語った。朝八時と正午に出る。", "body")],
    [("渡し船は月曜日", "body"), ("から再び島へ", "after"), ("向かう", "body"), ("と港長は語った", "")],
    [("a", ""), ("渡し船は月曜日から再び島へ", "after"), ("  https://a.example/a/very/long/address/that/breaks ", "")],
    [("e\u0301" * 50, "")],
    [("   ", ""), ("", "after")],
]


@pytest.mark.parametrize("pieces", PIECES)
@pytest.mark.parametrize("width", [20, 21, 33])
def test_lines_are_the_text_and_fit(pieces: list[tuple[str, str]], width: int) -> None:
    """Joined, the lines are the pieces, none is wider than it may be, and no style is lost."""
    lines = list(wrap(pieces, width))
    marks = [(mark, style) for line in lines for text, style in line for mark in text]
    assert marks == [(mark, style) for text, style in pieces for mark in text]
    for line in lines:
        assert columns("".join(text for text, _ in line).rstrip()) <= width


def test_text_without_spaces_is_broken_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a chapter of Japanese in one line each character is measured a few times, however many follow it."""
    measured = 0

    def measure(_: str) -> int:
        nonlocal measured
        measured += 1
        return 2

    monkeypatch.setattr(terminal, "_columns", measure)
    lines = list(wrap([("渡" * 20_000, "")], 100))
    assert {len(text) for ((text, _),) in lines} == {50}
    assert len(lines) == 400
    assert measured <= 4 * 20_000
