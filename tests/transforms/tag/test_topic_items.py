"""The short news items that measure topics: their shape, their independence of each other, and how many are named rightly."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from typing import Any, Final

from copydesk.transforms.rules import Rules
from copydesk.transforms.tag import name_topics

from .conftest import cases

ITEMS: Final = cases("topic_items.toml", "item")
ITEMS_PER_TOPIC: Final = 22
KINDS: Final = {"easy": 8, "mixed": 7, "dry": 7}
"""Items of a kind below each top-level topic."""
WORDS: Final = range(25, 71)
"""Words of an item's text: from a notice of three sentences to a short report."""
ALIKE: Final = 0.15
"""Share of word triples that two items may have in common: an idiom (until the end of the month), and no sentence."""

FLOOR: Final = 0.87
"""Accuracy of the shipped weights, which have seen the items: a little under their figure in docs/quality.md,
cross-validated."""


def triples(item: dict[str, Any]) -> frozenset[tuple[str, ...]]:
    """The runs of three words in an item."""
    words = re.findall(r"[\w']+", f"{item.get('headline', '')} {item['text']}".lower())
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def test_number_and_kinds() -> None:
    """Each of the 17 top-level topics has the same number of items of each kind."""
    counts = Counter((item["gold"][0], item["kind"]) for item in ITEMS)
    assert len({gold for gold, _ in counts}) == 17
    assert {gold: sum(counts[gold, kind] for kind in KINDS) for gold, _ in counts} == dict.fromkeys(
        (gold for gold, _ in counts), ITEMS_PER_TOPIC
    )
    assert all(counts[gold, kind] == number for gold, _ in counts for kind, number in KINDS.items())


def test_codes(rules: Rules) -> None:
    """Gold codes are top-level topics, at most two and not twice the same; the second level stands below the first of them."""
    for item in ITEMS:
        gold, second = item["gold"], rules.taxonomy[item["second"]]
        assert 1 <= len(set(gold)) == len(gold) <= 2, item
        assert all(rules.taxonomy[code].top == code for code in gold), item
        assert second.top == gold[0] != second.code, item


def test_lengths() -> None:
    """Texts have the words of a short news item, and at least three of four come with a headline that is not empty."""
    assert all(len(item["text"].split()) in WORDS for item in ITEMS)
    headlines = [item["headline"] for item in ITEMS if "headline" in item]
    assert all(headline.strip() == headline != "" for headline in headlines)
    assert len(headlines) >= 0.75 * len(ITEMS)


def test_second_gold_is_rare() -> None:
    """An item that may be filed under two topics is the exception: they are no more than a tenth."""
    assert sum(len(item["gold"]) == 2 for item in ITEMS) <= 0.1 * len(ITEMS)


def test_no_two_alike() -> None:
    """No two items share more than a few words in a row: none is made from another or from a template."""
    read = [(item["text"], triples(item)) for item in ITEMS]
    for (one, first), (other, second) in combinations(read, 2):
        assert len(first & second) <= ALIKE * min(len(first), len(second)), (one, other)


def test_apart_from_other_cases() -> None:
    """No item is among the cases that terms were developed with."""
    developed = [triples(item) for file in ("topics_synthetic.toml", "topics_negative.toml") for item in cases(file, "item")]
    for item in ITEMS:
        read = triples(item)
        assert all(len(read & other) <= ALIKE * len(read) for other in developed), item["text"]


def test_accuracy(rules: Rules) -> None:
    """The best topic is one that an editor would accept for nearly nine items of ten; silence counts as wrong."""
    right = 0
    for item in ITEMS:
        topics = name_topics(item.get("headline"), item["text"], "en", rules)
        right += bool(topics) and topics[0].top in item["gold"]
    assert right / len(ITEMS) >= FLOOR


def test_articles_are_well_formed(rules: Rules) -> None:
    """Longer articles cover each top-level topic, name codes that there are, and are as long as an article on the web."""
    articles = cases("topic_articles.toml", "item")
    assert {code for item in articles for code in item["gold"]} == {node.top for node in rules.taxonomy.values()}
    assert all(rules.taxonomy[item["second"]].top == item["gold"][0] != item["second"] for item in articles)
    assert all(150 <= len(item["text"].split()) <= 400 for item in articles)


def test_articles_and_texts_about_nothing_are_apart() -> None:
    """What the layer learns from beside the items is no other wording of them, nor of the cases for terms."""
    own = [*cases("topic_articles.toml", "item"), *cases("topic_nothing.toml", "item")]
    files = ("topic_items.toml", "topics_synthetic.toml", "topics_negative.toml")
    others = [triples(item) for file in files for item in cases(file, "item")]
    for item in own:
        read = triples(item)
        assert all(len(read & other) <= ALIKE * len(read) for other in others), item["text"]
