"""What speakers of a language say where one subject ends and the next begins: `configs/discourse`, parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.transforms.cells import RuleError, fold

_KEYS = frozenset({"language", "leads", "kinds", "common"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Discourse:
    """One language's phrases, as patterns over folded text. Compared by identity."""

    language: str
    leads: re.Pattern[str]
    """What stands in front of what a sentence says; it matches the empty text too."""
    opens: Mapping[str, re.Pattern[str]]
    """By kind: phrases that a sentence begins with."""
    holds: Mapping[str, re.Pattern[str]]
    """By kind: phrases wherever they stand."""
    common: frozenset[str]
    """Words that tell nothing of a subject."""


def parse_discourse(file: str, data: Mapping[str, Any]) -> Discourse:
    """One language's phrases from a parsed TOML file.

    Raises:
        RuleError: a key is missing or unknown, a phrase is empty or stands twice in a list, a kind has no reason or
        phrase.

    >>> small = {"language": "en", "leads": ["so"], "kinds": {"change": {"why": "A test.", "opens": ["moving on"]}}}
    >>> pack = parse_discourse("en.toml", small)
    >>> bool(pack.opens["change"].match("moving on to tea")), bool(pack.opens["change"].match("moving onions"))
    (True, False)
    """
    if unknown := sorted(set(data) - _KEYS):
        raise RuleError(f"{file}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    language = data.get("language")
    if not isinstance(language, str) or not language:
        raise RuleError(f"{file}: language: {language!r} is no text; the key is required")
    opens, holds = {}, {}
    for kind, row in data.get("kinds", {}).items():
        if set(row) - {"why", "opens", "holds"} or not row.get("why") or not (row.get("opens") or row.get("holds")):
            raise RuleError(f"{file}: {kind}: give `why`, and phrases as `opens` or `holds`; it has {', '.join(sorted(row))}")
        if "opens" in row:
            opens[kind] = re.compile(_any(file, kind, row["opens"]))
        if "holds" in row:
            holds[kind] = re.compile(r"(?<!\w)" + _any(file, kind, row["holds"]))
    return Discourse(
        language=language,
        leads=re.compile(rf"(?:{_any(file, 'leads', data.get('leads', ()))}[\s,.!…-]*){{0,5}}"),
        opens=opens,
        holds=holds,
        common=frozenset(map(fold, data.get("common", ()))),
    )


def _any(file: str, kind: str, phrases: Iterable[str]) -> str:
    """A pattern for any of these phrases, the longest first, up to the end of a word."""
    folded = [fold(phrase) for phrase in phrases]
    if not folded or "" in folded:
        raise RuleError(f"{file}: {kind}: {folded!r} has no phrase or an empty one, which would match everything")
    if twice := sorted({phrase for phrase in folded if folded.count(phrase) > 1}):
        raise RuleError(f"{file}: {kind}: phrase {twice[0]!r} stands twice")
    longest_first = sorted(folded, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"
