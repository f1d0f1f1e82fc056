"""Topics: named where a text is clear, silent where it is not, and by words rather than names."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import resources
from copydesk.pipeline.by_language import read_toml
from copydesk.pipeline.resources import configs
from copydesk.transforms.cells import RuleError
from copydesk.transforms.rules import Rules
from copydesk.transforms.tag import name_topics
from copydesk.transforms.tag.topics import said_terms, weigh_topics
from copydesk.transforms.taxonomy import parse_taxonomy, parse_topics

from .conftest import cases

DATA = Path(os.environ.get("COPYDESK_DATA", Path(__file__).parents[4] / "shared" / "data"))
ITEMS = cases("topics_synthetic.toml", "item")


def test_items(rules: Rules) -> None:
    """Short items of every top-level topic get an acceptable best topic nearly always."""
    missed = []
    for item in ITEMS:
        topics = name_topics(item.get("headline"), item["text"], "en", rules)
        if not topics or topics[0].top.removeprefix("medtop:")[:2] not in item["gold"]:
            missed.append((item["gold"], [topic.name for topic in topics], item["text"]))
    assert len(missed) <= 0.1 * len(ITEMS), missed


def test_items_cover_every_top_level_topic(rules: Rules) -> None:
    """The cases hold at least five items of each of the 17 top-level topics."""
    counts = Counter(f"medtop:{gold}000000" for item in ITEMS for gold in item["gold"])
    tops = {node.top for node in rules.taxonomy.values()}
    assert len(tops) == 17
    assert all(counts[top] >= 5 for top in tops)


@pytest.mark.parametrize("case", cases("topics_negative.toml", "item"), ids=lambda case: case["why"])
def test_silence(case: dict[str, Any], rules: Rules) -> None:
    """Nothing is named where nothing is clear."""
    assert name_topics(None, case["text"], "en", rules) == ()


def test_topics_are_well_formed(rules: Rules) -> None:
    """Topics come best first, one a top-level topic, from the taxonomy, scored 0..1 in four places, at most `max_topics`."""
    text = " ".join(item["text"] for item in ITEMS)
    topics = name_topics("Parliament debates hospital strike", text, "en", rules)
    assert 0 < len(topics) <= rules.settings.tag.max_topics
    assert len({topic.top for topic in topics}) == len(topics)
    assert [topic.score for topic in topics] == sorted((topic.score for topic in topics), reverse=True)
    for topic in topics:
        node = rules.taxonomy[topic.code]
        assert (topic.name, topic.top) == (node.name, node.top)
        assert rules.settings.tag.topic_min_score <= topic.score <= 1
        assert topic.score == round(topic.score, 4)


def test_second_level(rules: Rules) -> None:
    """A story that is plainly of a second-level topic is given that, and its top-level code beside it."""
    text = "Polling stations opened late, voters queued, and the electoral commission counts the ballots tonight."
    best = name_topics("Voters queue in presidential election", text, "en", rules)[0]
    assert (best.code, best.top) == ("medtop:20000574", "medtop:11000000")


def test_headline_counts_more(rules: Rules) -> None:
    """The same words decide from the headline what they leave open in the text."""
    text = "The hospital and its patients were in the news, and so were the cathedral, its bishop and the congregation."
    medical = name_topics("Hospital patients", text, "en", rules)[0]
    religious = name_topics("Bishop and congregation", text, "en", rules)[0]
    assert medical.top == "medtop:07000000"
    assert religious.top == "medtop:12000000"


def test_longest_phrase_wins(rules: Rules) -> None:
    """A phrase takes its words out of the count: a stock exchange is no exchange of anything else."""
    lexicon = replace(
        rules,
        topics={"en": parse_topics("t", {"language": "en", "terms": {
            "medtop:15000000": {"3": ["race"]}, "medtop:14000000": {"3": ["race relations"]}}}, rules.taxonomy)},
    )  # fmt: skip
    assert [topic.top for topic in name_topics(None, "Race relations. Race relations.", "en", lexicon)] == ["medtop:14000000"]
    assert name_topics(None, "Two races, three races.", "en", lexicon)[0].top == "medtop:15000000"


@pytest.mark.parametrize(
    "change", [str.upper, str.title, lambda text: text.replace("'", "’")], ids=["upper", "title", "quotes"]
)
def test_letter_case_and_typography(change: Any, rules: Rules) -> None:
    """ALL CAPS, Title Case and curly quotes change no best topic."""
    for item in ITEMS[::5]:
        plain = name_topics(None, item["text"], "en", rules)
        changed = name_topics(None, change(item["text"]), "en", rules)
        assert plain[0].top == changed[0].top, item["text"]


def test_no_terms_for_the_language(rules: Rules) -> None:
    """Without terms of a language, or without a language, no topic is named."""
    assert name_topics("Hospital", "patients and doctors", "xx", rules) == ()
    assert name_topics("Hospital", "patients and doctors", None, rules) == ()
    assert name_topics("Hospital", "patients and doctors", "en-GB", rules) != ()


def test_deterministic(rules: Rules) -> None:
    """The same story gets the same topics, whatever was asked before."""
    first = [name_topics(item.get("headline"), item["text"], "en", rules) for item in ITEMS]
    again = [name_topics(item.get("headline"), item["text"], "en", rules) for item in reversed(ITEMS)]
    assert first == again[::-1]


def test_linear(rules: Rules) -> None:
    """Twenty times the text takes about twenty times as long, in one line or in a million of them."""
    text = " ".join(item["text"] for item in ITEMS) * 10

    def seconds(read: str) -> float:
        start = time.perf_counter()
        name_topics(None, read, "en", rules)
        return time.perf_counter() - start

    short = min(seconds(text) for _ in range(3))
    assert seconds(text * 20) < 20 * short * 4
    assert seconds("\n" * 1_000_000) < 1
    assert seconds("election " * 200_000) < 5


def test_terms_are_broad(rules: Rules) -> None:
    """The English list has at least 200 terms for each top-level topic, and some for every second-level topic."""
    file = configs() / "topics" / "terms" / "en.toml"
    tables = read_toml("topics/terms/en.toml", file)["terms"]
    for code, node in rules.taxonomy.items():
        size = sum(len(words) for weight, words in tables[code].items() if float(weight) > 0)
        assert size >= (200 if node.top == code else 5), code


def test_taxonomy_is_attributed() -> None:
    """The taxonomy names IPTC and the licence, and holds 17 top-level topics and the second level below them."""
    file = configs() / "topics" / "mediatopics.toml"
    head = file.read_text(encoding="utf-8")[:800]
    assert "IPTC" in head
    assert "CC BY 4.0" in head
    taxonomy = parse_taxonomy("topics/mediatopics.toml", read_toml("topics/mediatopics.toml", file))
    assert sum(node.top == code for code, node in taxonomy.items()) == 17
    assert all(taxonomy[node.top].top == node.top for node in taxonomy.values())


@pytest.mark.skipif(not (DATA / "labels").is_dir(), reason="needs the labelled data, see COPYDESK_DATA")
@pytest.mark.parametrize(("name", "floor"), [("masakhanews_en", 0.82), ("sib200", 0.58)])
def test_floor(name: str, floor: float, rules: Rules) -> None:
    """Accuracy of the best top-level topic on labelled texts does not fall, by the shipped weights, which have seen them."""
    lines = (DATA / "labels" / f"topics-{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = [name_topics(None, row["text"], "en", rules) for row in rows]
    right = sum(bool(topics) and topics[0].top in row["gold"] for row, topics in zip(rows, found, strict=True))
    assert right / len(rows) >= floor


def test_terms_are_told_as_they_counted(rules: Rules) -> None:
    """The terms that explain a topic are those that were weighed: together they are its evidence."""
    story = ("Hospital strike", "Nurses and doctors walked out over pay.", "en")
    totals, said = weigh_topics(*story, rules).totals, said_terms(*story, rules)
    for top, total in totals.items():
        assert sum(one.worth for one in said if one.top == top) == pytest.approx(total, abs=0.01)
    assert ("hospital", "medtop:07000000") in {(one.term, one.top) for one in said}
    assert weigh_topics("Hospital", "doctors", None, rules).totals == {}


def test_bad_weights_name_their_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A broken file of weights stops the loading of rules with its name, the key and the value."""
    (tmp_path / "models").mkdir()
    weights = {"language": "en", "slope": "x", "by_evidence": 0, "by_length": 0, "own": {"": [0, 0, 0]}}
    (tmp_path / "models" / "topics.json").write_text(json.dumps(weights))
    monkeypatch.setattr(resources, "configs", lambda: tmp_path)
    with pytest.raises(RuleError, match=r"models/topics.json: .*slope: 'x' is no finite number"):
        resources._topic_model.__wrapped__()
