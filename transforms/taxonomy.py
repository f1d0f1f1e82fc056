"""The topics and their terms, from parsed rule data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.transforms.cells import RuleError, fold, only, text_of

_OPEN_TERM = re.compile(r"\*\w{3,}|\w{3,}\*")
"""A topic term that stands for every word that ends, or begins, as it does."""
_UNSPACED_TERM = re.compile(r"[^\W_]{2,}")
"""A topic term of a language without spaces: one run of letters, two at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTerms:
    """One language's weighted terms: folded term -> ((topic code, weight), ...)."""

    language: str
    terms: Mapping[str, tuple[tuple[str, float], ...]]
    forms: tuple[tuple[str, str], ...] = ()  # how words inflect: (this end, that end), accents folded
    variants: Mapping[str, str] = field(default_factory=dict)  # characters read as others: traditional -> simplified
    unspaced: bool = False  # written without spaces between words
    capital_nouns: bool = False  # every noun has a capital, so that a capital marks no name


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicNode:
    """A Media Topic of the taxonomy: its name, its top-level code (its own, where it is one)."""

    code: str
    name: str
    top: str


def parse_taxonomy(file: str, data: Mapping[str, Any]) -> dict[str, TopicNode]:
    """The Media Topics from a parsed TOML file: `[[topic]] code, name` and, below the top level, `top`.

    Raises:
        RuleError: a code stands twice, or names a top-level code that is not there.
    """
    nodes: dict[str, TopicNode] = {}
    for row in data.get("topic", ()):
        code = text_of(file, "a [[topic]]", row, "code")
        only(file, code, row, {"code", "name", "top"})
        if code in nodes:
            raise RuleError(f"{file}: {code}: the code stands twice")
        nodes[code] = TopicNode(code=code, name=text_of(file, code, row, "name"), top=row.get("top", code))
    for node in nodes.values():
        if node.top not in nodes:
            raise RuleError(f"{file}: {node.code}: top: {node.top!r} is no code of this file")
    return nodes


def parse_topics(file: str, data: Mapping[str, Any], taxonomy: Mapping[str, TopicNode]) -> TopicTerms:
    """One language's topic terms: `language`, and a table `[terms."medtop:..."]` of weight ("1", "2", "3") -> terms.

    Beside them, where the language needs it: `forms`, `variants`, `unspaced` and `capital_nouns` (see `TopicTerms`).

    Raises:
        RuleError: an unknown code, a term that is none, a weight that is no number, a term twice under one code, no pairs.
    """
    only(file, "the file", data, {"language", "terms", "forms", "variants", "unspaced", "capital_nouns"})
    language = text_of(file, "the file", data, "language")
    terms: dict[str, list[tuple[str, float]]] = {}
    for code, weights in data.get("terms", {}).items():
        if code not in taxonomy:
            raise RuleError(f"{file}: {code}: no such topic in the taxonomy")
        for weight, words in weights.items():
            try:
                value = float(weight)
            except ValueError:
                raise RuleError(f"{file}: {code}: weight {weight!r} is no number") from None
            for word in words:
                term = _topic_term(file, code, word, unspaced=bool(data.get("unspaced")))
                if any(other == code for other, _ in terms.get(term, ())):
                    raise RuleError(f"{file}: {code}: term {term!r} stands twice")
                terms.setdefault(term, []).append((code, value))
    return TopicTerms(
        language=language, terms={term: tuple(codes) for term, codes in terms.items()},
        forms=_pairs(file, "forms", data.get("forms", ())), variants=dict(_pairs(file, "variants", data.get("variants", ()))),
        unspaced=bool(data.get("unspaced")), capital_nouns=bool(data.get("capital_nouns")),
    )  # fmt: skip


def _topic_term(file: str, code: str, word: str, *, unspaced: bool) -> str:
    """A term as it is kept, or the reason why it can be none."""
    term = fold(word)
    if not term:
        raise RuleError(f"{file}: {code}: an empty term would match everything; remove it")
    if unspaced and not _UNSPACED_TERM.fullmatch(term):
        raise RuleError(f"{file}: {code}: term {word!r}: give one run of at least two letters, for the language has no spaces")
    if "*" in term and not _OPEN_TERM.fullmatch(term):
        raise RuleError(f"{file}: {code}: term {word!r}: an asterisk begins or ends one word of at least three letters")
    return term


def _pairs(file: str, key: str, rows: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    for row in rows:
        if len(row) != 2 or row[0] == row[1] or not all(isinstance(part, str) for part in row):
            raise RuleError(f"{file}: {key}: {row!r} is no pair of different strings")
    return tuple((row[0], row[1]) for row in rows)
