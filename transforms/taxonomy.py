"""The topics and their terms, from parsed rule data."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from copydesk.transforms.cells import RuleError, fold, only, text_of

MAX_WEIGHT: Final = 10.0
"""The greatest weight of a term; the shipped ones go up to 3, which is what names a topic by itself."""
TERMS_KEYS: Final = frozenset({"language", "terms", "forms", "variants", "unspaced", "capital_nouns"})
"""The keys of a file of terms."""

_OPEN_TERM = re.compile(r"\*\w{3,}|\w{3,}\*")
"""A topic term that stands for every word that ends, or begins, as it does."""
_UNSPACED_TERM = re.compile(r"[^\W_]{2,}")
"""A topic term of a language without spaces: one run of letters, two at least."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
"""A language as stories are looked up by it: the first part of its tag."""


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


def parse_taxonomy(
    file: str, data: Mapping[str, Any], known: Mapping[str, TopicNode] | None = None
) -> dict[str, TopicNode]:
    """The topics of a parsed TOML file: `[[topic]] code, name` and, below the top level, `top`.

    Args:
        file: the file's name, for messages.
        data: its content; other tables than `topic` are not looked at.
        known: topics of other files, which `top` may name and `code` may not.

    Returns:
        The topics of this file alone, by code.

    Raises:
        RuleError: a code stands twice, or `top` names no code of the top level; or a key is missing, unknown or no text.
    """
    rows = data.get("topic", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RuleError(f"{file}: topic: {rows!r} is no list of tables; give each topic a table [[topic]]")
    nodes: dict[str, TopicNode] = {}
    known = known or {}
    for row in rows:
        code = text_of(file, "a [[topic]]", row, "code")
        only(file, code, row, {"code", "name", "top"})
        if code != "".join(code.split()):
            raise RuleError(f'{file}: code: {code!r} holds white space; give a code such as "desk:rugby"')
        if code in nodes or code in known:
            raise RuleError(f"{file}: {code}: the code stands twice{'; it is one of another file' * (code in known)}")
        top = text_of(file, code, row, "top") if "top" in row else code
        nodes[code] = TopicNode(code=code, name=text_of(file, code, row, "name"), top=top)
    for node in nodes.values():
        above = nodes.get(node.top) or known.get(node.top)
        if above is None:
            where = "this file or of the shipped ones" if known else "this file"
            raise RuleError(f"{file}: {node.code}: top: {node.top!r} is no code of {where}")
        if above.top != above.code:
            raise RuleError(f"{file}: {node.code}: top: {node.top!r} is not of the top level; give {above.top!r}")
    return nodes


def parse_topics(
    file: str, data: Mapping[str, Any], taxonomy: Mapping[str, TopicNode], *, unspaced: bool | None = None
) -> TopicTerms:
    """One language's topic terms: `language`, and a table `[terms."medtop:..."]` of weight ("1", "2", "3") -> terms.

    Beside them, where the language needs it: `forms`, `variants`, `unspaced` and `capital_nouns` (see `TopicTerms`).

    Args:
        file: the file's name, for messages.
        data: its content.
        taxonomy: every topic, by code.
        unspaced: whether the language is written without spaces, where that is known; else the file says it.

    Raises:
        RuleError: an unknown code, a term that is none, a weight that is no number from 0 to `MAX_WEIGHT`, a term twice under
            one code, no pairs, a value of another type.
    """
    only(file, "the file", data, TERMS_KEYS)
    language = text_of(file, "the file", data, "language")
    if not _LANGUAGE.fullmatch(language):
        raise RuleError(f'{file}: language: {language!r}: give two or three small letters, such as "en" for en-GB too')
    unspaced = _switch(file, data, "unspaced") if unspaced is None else unspaced
    terms: dict[str, dict[str, float]] = {}
    for code, weights in _table(file, "terms", data.get("terms", {})).items():
        if code not in taxonomy:
            raise RuleError(f"{file}: {code}: no such topic in the taxonomy; give its code in quotes, or add the topic")
        for weight, words in _table(file, code, weights).items():
            value = _weight(file, code, weight)
            for word in _words(file, f"{code}: weight {weight!r}", words):
                term = topic_term(file, code, word, unspaced=unspaced)
                codes = terms.setdefault(term, {})
                if code in codes:
                    raise RuleError(f"{file}: {code}: term {term!r} stands twice")
                codes[code] = value
    return TopicTerms(
        language=language, terms={term: tuple(codes.items()) for term, codes in terms.items()},
        forms=_pairs(file, "forms", data.get("forms", [])), variants=dict(_pairs(file, "variants", data.get("variants", []))),
        unspaced=unspaced, capital_nouns=_switch(file, data, "capital_nouns"),
    )  # fmt: skip


def topic_term(file: str, where: str, word: str, *, unspaced: bool) -> str:
    """A term as it is kept, or the reason why it can be none.

    Raises:
        RuleError: it is empty, without a letter or digit, or cannot be found in a text.
    """
    term = fold(word)
    if not term:
        raise RuleError(f"{file}: {where}: an empty term would match everything; remove it")
    if "*" in term and not _OPEN_TERM.fullmatch(term):
        raise RuleError(f"{file}: {where}: term {word!r}: an asterisk begins or ends one word of at least three letters")
    if unspaced and not _UNSPACED_TERM.fullmatch(term):
        raise RuleError(f"{file}: {where}: term {word!r}: give one run of at least two letters, for the language has no spaces")
    if not any(map(str.isalnum, term)):
        raise RuleError(f"{file}: {where}: term {word!r} holds no letter and no digit, so no text says it; remove it")
    return term


def _weight(file: str, code: str, weight: str) -> float:
    try:
        value = float(weight)
    except ValueError:
        raise RuleError(f"{file}: {code}: weight {weight!r} is no number") from None
    if not (math.isfinite(value) and 0 <= value <= MAX_WEIGHT):
        raise RuleError(f"{file}: {code}: weight {weight!r} is not from 0 to {MAX_WEIGHT:g}")
    return value


def _table(file: str, key: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RuleError(f"{file}: {key}: {value!r} is no table")
    return value


def _words(file: str, where: str, value: object) -> list[str]:
    """A list of texts; a weight with a point that is not in quotes is a table to TOML."""
    if isinstance(value, Mapping):
        raise RuleError(f'{file}: {where}: {value!r} is no list of terms; a weight with a point stands in quotes, "1.5"')
    if not isinstance(value, list):
        raise RuleError(f"{file}: {where}: {value!r} is no list of terms")
    for word in value:
        if not isinstance(word, str):
            raise RuleError(f"{file}: {where}: term {word!r} is no text; put it in quotes")
    return value


def _switch(file: str, data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise RuleError(f"{file}: {key}: {value!r} is not true or false")
    return value


def _pairs(file: str, key: str, rows: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(rows, list):
        raise RuleError(f"{file}: {key}: {rows!r} is no list of pairs")
    for row in rows:
        texts = (list, str) if key == "variants" else (list,)  # two characters may stand in one text: "國国"
        if not isinstance(row, texts) or len(row) != 2 or row[0] == row[1] or not all(isinstance(part, str) for part in row):
            raise RuleError(f"{file}: {key}: {row!r} is no pair of different strings")
        if key == "variants" and any(len(part) != 1 for part in row):
            raise RuleError(f"{file}: {key}: {row!r}: give one character for another")
    return tuple((row[0], row[1]) for row in rows)
