"""What speakers of a language say while they think: `configs/fillers`, parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from copydesk.transforms.cells import RuleError, fold


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fillers:
    """One language's words, folded. Compared by identity."""

    language: str
    fillers: frozenset[str]
    """Sounds of hesitation."""
    parentheses: frozenset[tuple[str, ...]] = frozenset()
    """Phrases, word by word, that say nothing between two commas."""
    mentions: frozenset[str] = frozenset()
    """Words after which a filler is spoken of."""
    repeats: frozenset[str] = frozenset()
    """Words of which two in a row are a slip."""
    unless_before: frozenset[str] = frozenset()
    """Words before which they are none."""
    starts: frozenset[str] = frozenset()
    """Words that begin what is broken off and said again."""
    unfinished: frozenset[str] = frozenset()
    """Words that end no phrase."""


_LISTS: Final = ("fillers", "parentheses", "mentions", "repeats", "unless_before", "starts", "unfinished")


def parse_fillers(file: str, data: Mapping[str, Any]) -> Fillers:
    """One language's words from a parsed TOML file.

    Raises:
        RuleError: a key is missing or unknown, a word is empty or stands twice in a list, or a list but that of parentheses
            holds a phrase.

    >>> sorted(parse_fillers("en.toml", {"language": "en", "fillers": ["um", "uh"]}).fillers)
    ['uh', 'um']
    """
    if unknown := sorted(set(data) - {"language", *_LISTS}):
        raise RuleError(f"{file}: unknown key {unknown[0]!r}; known are language, {', '.join(_LISTS)}")
    language = data.get("language")
    if not isinstance(language, str) or not language:
        raise RuleError(f"{file}: language: {language!r} is no text; the key is required")
    words = {key: _words(file, key, data[key]) for key in _LISTS if key in data}
    if not words.get("fillers"):
        raise RuleError(f"{file}: fillers: no word; give the sounds of hesitation")
    phrases = frozenset(tuple(phrase.split(" ")) for phrase in words.pop("parentheses", ()))
    return Fillers(language=language, parentheses=phrases, **words)


def _words(file: str, key: str, values: object) -> frozenset[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise RuleError(f"{file}: {key}: {values!r} is no list of words")
    folded = [fold(value) for value in values]
    for word in folded:
        if not word or (" " in word and key != "parentheses"):
            raise RuleError(f"{file}: {key}: {word!r} is no single word")
        if folded.count(word) > 1:
            raise RuleError(f"{file}: {key}: {word!r} stands twice; keep one")
    return frozenset(folded)
