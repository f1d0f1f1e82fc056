"""The shipped topic terms: broad enough for a headline in every language, written once, well formed."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from copydesk.pipeline.by_language import read_toml
from copydesk.pipeline.resources import configs, load_rules
from copydesk.transforms.rules import Rules
from copydesk.transforms.tag.lexicon import split_words

LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "nl", "pt", "zh")
WEIGHTS = {"3", "2", "1.5", "1", "0"}
TOP_TERMS = {"en": 300}
"""Terms of weight 1 and more that a top-level topic has at least, its second-level topics' counted with it."""
OTHER_TOP_TERMS = 80
DECISIVE_TERMS = 20
"""Terms of weight 3 among them: what names a topic by itself."""
LEVEL_TERMS = 15
"""Terms that set an English second-level topic apart."""


@cache
def _file(language: str) -> dict[str, Any]:
    path = configs() / "topics" / "terms" / f"{language}.toml"
    return read_toml(f"topics/terms/{language}.toml", path)


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules with the default settings."""
    return load_rules()


def _key(term: str) -> str:
    """A term as the look-up sees it: two that share a key are one term written twice."""
    return f"{term.startswith('*')}{' '.join(split_words(term)).casefold()}{term.endswith('*')}"


def test_languages() -> None:
    """There is one file a language, and it names its language as it is called itself."""
    files = {path.name.removesuffix(".toml") for path in (configs() / "topics" / "terms").iterdir()}
    assert files == set(LANGUAGES)
    assert all(_file(language)["language"] == language for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_breadth(language: str, rules: Rules) -> None:
    """Each of the 17 top-level topics has terms enough, and decisive ones among them."""
    terms: dict[str, dict[str, float]] = {}
    for code, weights in _file(language)["terms"].items():
        top = terms.setdefault(rules.taxonomy[code].top, {})
        for weight, words in weights.items():
            for word in words:
                top[_key(word)] = max(float(weight), top.get(_key(word), 0.0))
    assert len(terms) == 17
    for code, found in terms.items():
        assert sum(weight > 0 for weight in found.values()) >= TOP_TERMS.get(language, OTHER_TOP_TERMS), code
        assert sum(weight == 3 for weight in found.values()) >= DECISIVE_TERMS, code


def test_second_level(rules: Rules) -> None:
    """Every second-level topic has English terms enough of its own weight, few of them shared with many sisters."""
    tables = _file("en")["terms"]
    shared = Counter(_key(word) for weights in tables.values() for words in weights.values() for word in words)
    for code, node in rules.taxonomy.items():
        if node.top != code:
            words = [word for weight, words in tables[code].items() if float(weight) > 0 for word in words]
            assert len(words) >= LEVEL_TERMS, code
            assert sum(shared[_key(word)] > 4 for word in words) <= len(words) / 3, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_well_formed(language: str, rules: Rules) -> None:
    """Codes are of the taxonomy, weights of the five that the file heads explain, and no term stands twice under a code."""
    for code, weights in _file(language)["terms"].items():
        assert code in rules.taxonomy
        assert set(weights) <= WEIGHTS, code
        twice = [word for word, count in Counter(_key(w) for words in weights.values() for w in words).items() if count > 1]
        assert not twice, (code, twice)


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_can_be_said(language: str) -> None:
    """A term is written without outer blanks, is one that a text can hold, and has at most five words."""
    for weights in _file(language)["terms"].values():
        for words in weights.values():
            for word in words:
                assert word == word.strip()
                assert 1 <= len(split_words(word)) <= 5, word
                assert not re.search(r"[.;:!?]{2}|[<>|\[\]{}]", word), word


def test_variants_are_of_characters_in_the_terms() -> None:
    """Chinese variants map traditional characters to simplified ones that terms hold, and no term holds a traditional one."""
    file = _file("zh")
    text = "".join(word for weights in file["terms"].values() for words in weights.values() for word in words)
    assert all(simplified in text for _, simplified in file["variants"])
    assert not set(text) & {traditional for traditional, _ in file["variants"]}
