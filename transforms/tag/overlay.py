"""A user's own topics and terms, laid over the shipped ones.

One file may hold both: `[[topic]]` tables as in `configs/topics/mediatopics.toml`, and for one language the keys of
`configs/topics/terms/*.toml`, with `remove` beside them. Terms are compared as they are looked up: "Co-op" is "co op".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from copydesk.transforms.cells import RuleError, only
from copydesk.transforms.tag.lexicon import term_keys
from copydesk.transforms.taxonomy import TERMS_KEYS, TopicNode, TopicTerms, parse_topics, topic_term

OWN_KEYS: Final = TERMS_KEYS | {"topic", "remove"}
"""The keys of a file of one's own."""


def lay_over(
    file: str, data: Mapping[str, Any], taxonomy: Mapping[str, TopicNode], topics: Mapping[str, TopicTerms]
) -> dict[str, TopicTerms]:
    """The terms of every language with those of one file laid over them.

    1. A term under a topic has the weight that the file gives it there, whatever it had.
    2. Of weight 0 under a top-level topic it says nothing about the topics below that one either, but where the file says so.
    3. What `remove` lists has none of the meanings that it had.

    Args:
        file: the file's name, for messages.
        data: its content; its topics are in the taxonomy already.
        taxonomy: every topic, by code.
        topics: the terms so far, by language.

    Raises:
        RuleError: a key or a value cannot be used; what `remove` lists is no term.
    """
    only(file, "the file", data, OWN_KEYS)
    if not (TERMS_KEYS | {"remove"}) & data.keys():
        if not data.get("topic"):
            raise RuleError(f"{file}: neither a [[topic]] nor terms; see docs/topics.md")
        return dict(topics)
    base = topics.get(data["language"]) if isinstance(data.get("language"), str) else None
    own = parse_topics(
        file, {key: data[key] for key in TERMS_KEYS & data.keys()}, taxonomy, unspaced=base.unspaced if base else None
    )
    if base is None:
        base = TopicTerms(language=own.language, terms={}, unspaced=own.unspaced)
    removed = _removed(file, data.get("remove", []), base)
    return {**topics, own.language: _merge(base, own, removed, taxonomy)}


def _removed(file: str, words: object, base: TopicTerms) -> frozenset[str]:
    """The keys of terms that are to be forgotten."""
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise RuleError(f"{file}: remove: {words!r} is no list of terms")
    there = set(map(term_keys(base), base.terms)) if words else set()
    key_of = term_keys(base)
    keys = {key_of(topic_term(file, "remove", word, unspaced=base.unspaced)): word for word in words}
    for key, word in keys.items():
        if key not in there:
            raise RuleError(f"{file}: remove: {word!r} is no term of {base.language!r}; write it as it is listed")
    return frozenset(keys)


def _merge(base: TopicTerms, own: TopicTerms, removed: Iterable[str], taxonomy: Mapping[str, TopicNode]) -> TopicTerms:
    key_of = term_keys(base)
    said: dict[str, dict[str, float]] = {}
    for term, codes in own.terms.items():
        said.setdefault(key_of(term), {}).update(codes)
    terms = {}
    for term, codes in base.terms.items():
        key = key_of(term)
        given = said.get(key, {})
        silent = {code for code, weight in given.items() if not weight}
        kept = tuple(pair for pair in codes if pair[0] not in given and taxonomy[pair[0]].top not in silent)
        if kept and key not in removed:
            terms[term] = kept
    for term, codes in own.terms.items():
        terms[term] = (*terms.get(term, ()), *codes)
    return TopicTerms(
        language=base.language, terms=terms, unspaced=base.unspaced,
        forms=tuple(dict.fromkeys((*base.forms, *own.forms))), variants={**base.variants, **own.variants},
        capital_nouns=base.capital_nouns or own.capital_nouns,
    )  # fmt: skip
