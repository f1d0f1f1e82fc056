"""One value of parsed rule data at a time: as it is used, or an error that names file, rule, key and value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_TYPOGRAPHY = {
    "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", "\xad": "", "\u200b": "",
}  # fmt: skip
_TYPOGRAPHIC = re.compile(f"[{''.join(_TYPOGRAPHY)}]")


class RuleError(ValueError):
    """Rule data that cannot be used; the message names file, rule and value."""


def fold(text: str) -> str:
    """Text as phrases are compared: typography flattened, white space collapsed, case folded.

    >>> fold("  Don’t  MISS…")
    "don't miss..."
    """
    if not text.isascii():
        text = _TYPOGRAPHIC.sub(lambda found: _TYPOGRAPHY[found[0]], text)
    return " ".join(text.split()).casefold()


def pattern_of(file: str, rule: str, source: object, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern that matches something and never the empty text."""
    if not isinstance(source, str) or not source.strip():
        raise RuleError(f"{file}: {rule}: pattern: {source!r} is empty; it would match everything")
    try:
        pattern = re.compile(source, flags)
    except re.error as error:
        raise RuleError(f"{file}: {rule}: pattern: {source!r}: {error}") from None
    if pattern.fullmatch(""):
        raise RuleError(f"{file}: {rule}: pattern: {source!r} matches the empty text; it would match everything")
    return pattern


def text_of(file: str, rule: str, row: Mapping[str, Any], key: str) -> str:
    """A required text."""
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise RuleError(f"{file}: {rule}: {key}: {value!r} is no text; the key is required")
    return value


def texts_of(file: str, rule: str, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A required list of texts, one at least."""
    value = row.get(key)
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise RuleError(f"{file}: {rule}: {key}: {value!r} is no list of texts; give at least one")
    return tuple(str(text) for text in value)


def only(file: str, rule: str, row: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse keys that nobody knows."""
    if unknown := sorted(set(row) - set(known)):
        raise RuleError(f"{file}: {rule}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")


def unique(file: str, what: str, values: Iterable[str]) -> None:
    """Refuse a value that stands twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise RuleError(f"{file}: {what} {value!r} stands twice")
        seen.add(value)
