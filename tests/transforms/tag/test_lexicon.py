"""Topic terms as they are looked up: forms, open terms, accents, and scripts without spaces."""

from __future__ import annotations

import time
from typing import Any

import pytest

from copydesk.transforms.cells import RuleError
from copydesk.transforms.rules import Rules
from copydesk.transforms.tag import lexicon, name_topics
from copydesk.transforms.tag.lexicon import compile_lexicon
from copydesk.transforms.taxonomy import TopicNode, TopicTerms, parse_topics

from .conftest import cases

SPORT, FAITH = "medtop:15000000", "medtop:12000000"
TAXONOMY = {code: TopicNode(code=code, name=code, top=code) for code in (SPORT, FAITH)}


def _terms(*words: str, **keys: Any) -> TopicTerms:
    data = {"language": "xx", "terms": {SPORT: {"3": list(words)}}, **keys}
    return parse_topics("terms.toml", data, TAXONOMY)


def _found(terms: TopicTerms, text: str) -> list[str]:
    """The terms that a text says, in order."""
    compiled = compile_lexicon(terms, TAXONOMY)
    _, folded = compiled.tokens(text)
    said, at = [], 0
    while at < len(folded):
        entry, seconds, longest = compiled.starts.get(folded[at], (None, None, 1))
        size = 1
        if seconds:
            entry, size = compiled.phrase(folded, at, longest) or (entry, 1)
        if entry:
            said.append(entry.term)
        at += size
    return said


@pytest.mark.parametrize("item", cases("topics_languages.toml", "item"), ids=lambda item: f"{item['language']}-{item['gold']}")
def test_items(item: dict[str, str], rules: Rules) -> None:
    """A plain sentence of each top-level topic is named rightly in each language."""
    topics = name_topics(None, item["text"], item["language"], rules)
    assert topics
    assert topics[0].top == f"medtop:{item['gold']}000000"


@pytest.mark.parametrize("item", cases("topics_languages.toml", "silent"), ids=lambda item: item["text"][:12])
def test_silence(item: dict[str, str], rules: Rules) -> None:
    """Small talk names nothing in any language, though pieces of its words look like terms."""
    assert name_topics(None, item["text"], item["language"], rules) == ()


def test_traditional_characters(rules: Rules) -> None:
    """Chinese is named the same in traditional and in simplified characters."""
    simplified = name_topics("总统选举", "选民踊跃投票，反对党候选人当选。", "zh-Hans", rules)
    assert simplified == name_topics("總統選舉", "選民踴躍投票，反對黨候選人當選。", "zh-Hant", rules)
    assert simplified[0].top == "medtop:11000000"


def test_capitals_without_accents(rules: Rules) -> None:
    """A headline in capitals that has dropped its accents names what the text with accents names."""
    plain = name_topics("Elección presidencial: la oposición exige un referéndum", "", "es", rules)
    assert plain == name_topics("ELECCION PRESIDENCIAL: LA OPOSICION EXIGE UN REFERENDUM", "", "es", rules)
    assert plain[0].top == "medtop:11000000"


def test_nouns_with_capitals(rules: Rules) -> None:
    """A German noun after another capitalised word is no part of a name."""
    upper = name_topics(None, "Kleine Kirchen und alte Klöster öffnen, und Junge Pfarrer predigen.", "de", rules)
    assert upper == name_topics(None, "kleine kirchen und alte klöster öffnen, und junge pfarrer predigen.", "de", rules)


def test_forms() -> None:
    """A term stands for its inflected forms: of its first word, its last word, and all words together; an exact term wins."""
    terms = _terms("tasa de interés", "banco central", "luz", forms=[["z", "ces"], ["a", "as"], ["o", "os"], ["l", "les"]])
    assert _found(terms, "Las tasas de interés de los bancos centrales, luces") == ["tasa de interés", "banco central", "luz"]
    both = _terms("corte", "cortes", forms=[["e", "es"]])
    assert _found(both, "corte, cortes") == ["corte", "cortes"]


def test_open_terms() -> None:
    """An asterisk stands for any end or beginning; whole terms win, and the head of a compound before its start."""
    terms = _terms("krieg*", "*film", "krieg und frieden", "kriegen")
    assert _found(terms, "Kriegsheld; Kriegsfilm; Krieg und Frieden; kriegen; kriegs") == [
        "krieg*", "*film", "krieg und frieden", "kriegen", "krieg*",
    ]  # fmt: skip
    assert _found(_terms("terror*", "terrorismus*"), "terrorismusexperte") == ["terrorismus*"]


def test_open_terms_survive_a_full_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of words is bounded, and forgetting it changes no answer."""
    monkeypatch.setattr(lexicon, "KNOWN_WORDS", 5)
    terms = _terms("sport*", "sportlich")
    words = " ".join(f"wort{number} sportler{number} sportlich" for number in range(50))
    assert _found(terms, words) == ["sport*", "sportlich"] * 50


def test_unspaced() -> None:
    """The longest term at each place is taken, and neither Latin words nor short katakana words are cut apart."""
    terms = _terms("中国", "中国会", "国会", "スター", "サッカー", "AI", unspaced=True)
    assert _found(terms, "中国会议") == ["中国会"]
    assert _found(terms, "美国会，国会") == ["国会", "国会"]
    assert _found(terms, "スタートのスター、サッカーチーム") == ["スター", "サッカー"]
    assert _found(terms, "ＡＩ時代のMAIL、AIの") == ["ai", "ai"]


@pytest.mark.parametrize(
    ("words", "keys", "told"),
    [
        (["a*"], {}, "asterisk"), (["*"], {}, "asterisk"), (["two wor*"], {}, "asterisk"), (["mid*dle"], {}, "asterisk"),
        ([" "], {}, "empty term"), (["球"], {"unspaced": True}, "letters"), (["足球 比赛"], {"unspaced": True}, "letters"),
        (["x"], {"forms": [["a"]]}, "forms"), (["x"], {"forms": [["a", "a"]]}, "forms"), (["x"], {"variants": ["國"]}, "pair"),
        (["x"], {"form": []}, "form"), (["x", "X"], {}, "twice"),
    ],
)  # fmt: skip
def test_errors_name_file_and_value(words: list[str], keys: dict[str, Any], told: str) -> None:
    """A term or a key that cannot be used is refused, with the file and what is wrong."""
    with pytest.raises(RuleError, match=told) as error:
        _terms(*words, **keys)
    assert "terms.toml" in str(error.value)


def test_same_term_twice_is_one() -> None:
    """Terms that differ only in accents or hyphens are one, with the greater weight for each topic."""
    data = {"language": "xx", "terms": {SPORT: {"3": ["co-op"], "1": ["coop"]}, FAITH: {"2": ["co op"], "1": ["cóop"]}}}
    entries = compile_lexicon(parse_topics("t", data, TAXONOMY), TAXONOMY).entries
    assert {top: weight for top, _, weight in entries["co op"].tops} == {SPORT: 3.0, FAITH: 2.0}
    assert {top: weight for top, _, weight in entries["coop"].tops} == {SPORT: 1.0, FAITH: 1.0}


@pytest.mark.parametrize("language", ["de", "ja", "zh", "fr"])
def test_linear(language: str, rules: Rules) -> None:
    """Twenty times the text takes about twenty times as long, words that nobody has met before included."""
    text = " ".join(item["text"] for item in cases("topics_languages.toml", "item") if item["language"] == language)
    strange = " ".join(f"wort{number * 7919 % 10_007}" for number in range(3_000))

    def seconds(read: str) -> float:
        start = time.process_time()
        name_topics(None, read, language, rules)
        return time.process_time() - start

    short = min(seconds(text * 4 + strange) for _ in range(3))
    assert seconds((text * 4 + strange) * 20) < 20 * short * 4
    for endless in ("字" * 50_000, "a" * 50_000):
        assert seconds(endless * 20) < 20 * max(min(seconds(endless) for _ in range(3)), 0.001) * 4
