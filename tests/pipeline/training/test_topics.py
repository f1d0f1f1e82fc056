"""Learning what evidence of topic terms is worth."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training import topics
from copydesk.pipeline.training.topics import Example, as_json, cross_validate, fold_of, learn_topics, load_examples
from copydesk.transforms.rules import Rules
from copydesk.transforms.tag.topic_model import NOTHING, TopicModel

HEALTH, SPORT = "medtop:07000000", "medtop:15000000"


@pytest.fixture(scope="module")
def untrained() -> Rules:
    """The shipped rules without what is learned."""
    return load_rules(trained=False)


def made_examples() -> list[Example]:
    """Texts with as much evidence for one topic as for another, of which the second is what they are about."""
    found = [Example("made", str(number), (SPORT,), {HEALTH: 5.0, SPORT: 5.0}, 60 + number) for number in range(40)]
    return [*found, *(Example("made", f"n{number}", (NOTHING,), {HEALTH: 0.5}, 60) for number in range(10))]


def make_data(folder: Path) -> None:
    """Folders of labelled texts and of own items, a few of each."""
    (folder / "labels").mkdir(parents=True)
    row = {"id": "a-1", "text": "The doctors treat patients at the hospital.", "gold": [HEALTH]}
    for name in topics.LABELS:
        (folder / "labels" / f"topics-{name}.jsonl").write_text(json.dumps(row) + "\n")
    for name, file in topics.OWN_SETS.items():
        gold = "" if name == "nothing" else f'gold = ["{SPORT}"]\n'
        text = "The striker scored a goal in the final match."
        (folder / file).write_text(f'[[item]]\n{gold}text = "{text}"\n')


def test_what_is_meant_is_learned(untrained: Rules) -> None:
    """Where two topics have the same evidence, the one that was meant wins; where there is little, nothing does."""
    model = learn_topics(made_examples(), untrained)
    found = model.probabilities({HEALTH: 5.0, SPORT: 5.0}, 80, "en")
    assert found[SPORT] > 0.8
    assert found[HEALTH] < 0.2
    assert model.probabilities({HEALTH: 0.5}, 60, "en")[HEALTH] < 0.25


def test_learning_is_deterministic(untrained: Rules) -> None:
    """The same examples teach the same weights, and a model reads what is written of them."""
    first, again = (as_json(learn_topics(made_examples(), untrained)) for _ in range(2))
    assert first == again
    assert as_json(TopicModel.from_json(json.loads(json.dumps(first)))) == first


def test_each_example_is_tested_once_and_by_weights_of_others(untrained: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """No layer has learned from an example that it is tested with."""
    learned: list[set[str]] = []

    def note(examples: list[Example], _: Rules) -> int:
        learned.append({example.id for example in examples})
        return len(learned) - 1

    monkeypatch.setattr(topics, "learn_topics", note)
    examples = made_examples()
    tested = list(cross_validate(examples, untrained))
    assert sorted(example.id for example, _ in tested) == sorted(example.id for example in examples)
    assert all(example.id not in learned[int(str(fold))] for example, fold in tested)


def test_a_fold_depends_on_the_text_alone() -> None:
    """A text's fold is the same in every run; another seed divides anew."""
    assert [fold_of("a", str(number)) for number in range(30)] == [fold_of("a", str(number)) for number in range(30)]
    assert [fold_of("a", str(number)) for number in range(30)] != [fold_of("a", str(number), 1) for number in range(30)]


def test_a_missing_file_is_named(tmp_path: Path, untrained: Rules) -> None:
    """The error says which file, and what the arguments are."""
    with pytest.raises(FileNotFoundError, match=r"topics-masakhanews_en.jsonl: no such file; the arguments name"):
        load_examples(tmp_path, tmp_path, untrained)


def test_the_command_writes_what_is_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], untrained: Rules,
) -> None:  # fmt: skip
    """The weights stand where asked, and are those of the examples."""
    make_data(tmp_path)
    file = tmp_path / "new" / "topics.json"
    monkeypatch.setattr(sys, "argv", ["topics", str(tmp_path), "--cases", str(tmp_path), "--output", str(file)])
    topics.main()
    examples = load_examples(tmp_path, tmp_path, untrained)
    assert [example.gold for example in examples][-1] == (NOTHING,)
    assert json.loads(file.read_text()) == as_json(learn_topics(examples, untrained))
    assert str(file) in capsys.readouterr().out
