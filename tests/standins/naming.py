"""Stand-ins for a classifier of a user's own, good and bad; runs find them by name."""

from __future__ import annotations

from typing import Any

NOTHING = None
NUMBER = 3


def by_words(headline: str | None, text: str, language: str | None) -> dict[str, float]:
    """A topic for a word, for the headline and for the language."""
    scores = {"medtop:15000000": 0.9 if "ferry" in text else 0.2, "medtop:20000822": 0.7, "medtop:03000000": 0.7}
    if headline:
        scores["medtop:07000000"] = 1
    if language == "de":
        scores["medtop:12000000"] = 0.95
    return scores


def misbehave(headline: str | None, text: str, language: str | None) -> Any:
    """What the text's word after "BAD" says, and else no topic."""
    bad = {
        "list": ["medtop:15000000"], "none": None, "code": {"medtop:1": 0.5}, "number": {15: 0.5},
        "nan": {"medtop:15000000": float("nan")}, "inf": {"medtop:15000000": float("inf")}, "above": {"medtop:15000000": 1.01},
        "below": {"medtop:15000000": -0.01}, "text": {"medtop:15000000": "high"}, "true": {"medtop:15000000": True},
        "huge": {"medtop:15000000": 10**400},
    }  # fmt: skip
    if "BAD" not in text:
        return {}
    word = text.partition("BAD ")[2].partition(" ")[0]
    if word == "raise":
        raise ZeroDivisionError("no words")
    if word == "leave":
        raise SystemExit(3)
    if word == "deep":
        return misbehave(headline, text, language)
    return bad[word]
