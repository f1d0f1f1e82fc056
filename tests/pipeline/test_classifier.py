"""A classifier of the user's own: found by its name, its scores made into topics, its nonsense made into rejected records."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.pipeline.resources import Resources, close_desks, hash_rules, load_rules
from copydesk.transforms.shapes import Topic
from copydesk.transforms.tag.classifier import Classifier, classify_topics
from tests.transforms.tag.conftest import cases

from .jobs import TESTS, call, everything, run

STORY = "The ferry to the outer islands stays at the quay, and the islanders have asked for a second boat before the winter."
OWN = "tag.classifier=naming:by_words"


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Python finds the stand-ins, and a module that is broken."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "broken.py").write_text("def by_words(:\n")
    monkeypatch.syspath_prepend(str(TESTS / "standins"))
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))


def test_scores_become_topics() -> None:
    """Best first, one below each top-level topic, of equal scores the smaller code; name and top are the taxonomy's."""
    rules = load_rules(load_settings(sets=[OWN]))
    assert classify_topics(None, STORY, "en", rules) == (
        Topic(code="medtop:15000000", name="sport", top="medtop:15000000", score=0.9),
        Topic(code="medtop:03000000", name=rules.taxonomy["medtop:03000000"].name, top="medtop:03000000", score=0.7),
    )
    assert [topic.code for topic in classify_topics("Ferry", "It stays.", "de", rules)] == [
        "medtop:07000000", "medtop:12000000", "medtop:03000000",
    ]  # fmt: skip


def test_settings_hold_for_it_too() -> None:
    """`tag.topic_min_score` and `tag.max_topics` bound what is named."""
    rules = load_rules(load_settings(sets=[OWN, "tag.max_topics=1"]))
    assert [topic.score for topic in classify_topics("Ferry", STORY, None, rules)] == [1.0]
    rules = load_rules(load_settings(sets=[OWN, "tag.topic_min_score=0.75"]))
    assert [topic.score for topic in classify_topics(None, STORY, None, rules)] == [0.9]


def test_numbers_of_other_libraries() -> None:
    """Any real number is a score, whatever library made it, and is rounded to four places."""
    import numpy as np

    rules = load_rules()
    for score in (np.float32(0.7), np.float64(0.7), np.int8(1)):
        own = Classifier(name="own", function=lambda *_, score=score: {"medtop:15000000": score})
        (topic,) = classify_topics(None, "", None, replace(rules, classifier=own))
        assert type(topic.score) is float
        assert topic.score in {0.7, 1.0}


@pytest.mark.parametrize("case", cases("classifiers.toml", "misnamed"), ids=lambda case: case["name"])
def test_misnamed(case: dict[str, Any]) -> None:
    """A name that leads to no function is a wrong configuration, told before anything starts."""
    for use in (hash_rules, load_rules):
        with pytest.raises(ConfigError) as error:
            use(load_settings(sets=[f"tag.classifier={case['name']}"]))
        assert all(words in str(error.value) for words in case["says"]), str(error.value)


@pytest.mark.parametrize(("name", "told"), [("namings:hang", "No module named"), ("trafilatur", 'give "trafilatura"')])
def test_a_witness_is_looked_for_before_the_run(name: str, told: str) -> None:
    """The other function that a configuration may name is checked likewise, and not page by page."""
    with pytest.raises(ConfigError, match=r"extract\.witness: ") as error:
        hash_rules(load_settings(sets=[f"extract.witness={name}"]))
    assert told in str(error.value)


def test_nonsense_is_a_rejected_source(tmp_path: Path) -> None:
    """Each way to misbehave rejects that source, at this stage, with what was wrong; the others are named, the run ends."""
    nonsense = cases("classifiers.toml", "nonsense")
    rows = [{"id": case["word"], "text": f"{STORY} BAD {case['word']} end."} for case in nonsense]
    rows.append({"id": "good", "text": STORY})
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    sets = ["tag.classifier=naming:misbehave"]
    result = run([str(tmp_path / "rows.jsonl")], tmp_path / "out", kind="story", sets=sets)
    assert result.exit_code == 3
    found = everything(tmp_path / "out")
    assert [story["topics"] for story in found["story"]] == [[]]
    told = {record["source"]["uri"].partition("#")[2]: record for record in found["rejected"]}
    assert len(told) == len(nonsense)
    for case in nonsense:
        record = told[case["word"]]
        assert (record["stage"], record["error"]) == ("tag", "ClassifierError")
        assert record["message"].startswith("tag.classifier: 'naming:misbehave' ")
        assert case["says"] in record["message"]


def test_workers_find_it(tmp_path: Path) -> None:
    """Worker processes load the function for themselves, and say what one process says."""
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"{STORY} Number {number}.")
    found = []
    for workers in ("1", "2"):
        out = tmp_path / f"out{workers}"
        given = [str(tmp_path / f"{number}.txt") for number in range(4)]
        done = call("run", *given, "--kind", "story", "--set", OWN, "--workers", workers, "--output", str(out), timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        found.append([story["topics"] for story in everything(out)["story"]])
    assert found[0] == found[1]
    assert [topics[0]["code"] for topics in found[0]] == ["medtop:15000000"] * 4


def test_its_code_is_part_of_the_hash_of_the_rules(tmp_path: Path) -> None:
    """Another name, or the same name with other code, makes other rules, so that no run goes on with the other's shards."""
    module = tmp_path / "modules" / "mine.py"
    module.write_text("def name(headline, text, language):\n    return {}\n")
    settings = load_settings(sets=["tag.classifier=mine:name"])
    first = hash_rules(settings)
    module.write_text("def name(headline, text, language):\n    return {'medtop:15000000': 1}\n")
    assert len({first, hash_rules(settings), hash_rules(load_settings()), hash_rules(load_settings(sets=[OWN]))}) == 4
    witness = hash_rules(load_settings(sets=["extract.witness=mine:name"]))
    assert witness not in {first, hash_rules(settings)}


def test_processes_that_parse_pages_do_without_it() -> None:
    """The process that pages are parsed in tags nothing, so it does not load what may be a large model."""
    desk = Resources(settings=load_settings(sets=[OWN])).load()
    try:
        assert desk.rules.classifier
        assert b"naming:by_words" not in desk._sandbox._setup
    finally:
        close_desks()


def test_explain_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`copydesk explain` says that a function named the topics, and which; a story that it fails on is told as rejected."""
    (tmp_path / "good.txt").write_text(STORY)
    (tmp_path / "bad.txt").write_text(f"{STORY} BAD raise it.")
    assert cli.main(["explain", str(tmp_path / "good.txt"), "--kind", "story", "--set", OWN]) == 0
    out = capsys.readouterr().out
    assert "named by  naming:by_words" in out
    assert "by terms" not in out
    call = ["explain", str(tmp_path / "bad.txt"), "--kind", "story", "--set", "tag.classifier=naming:misbehave"]
    assert cli.main(call) == 1
    assert "rejected by tag: ClassifierError: tag.classifier: 'naming:misbehave' raised" in capsys.readouterr().out
