"""Learning where chapters start."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training import chapters
from copydesk.pipeline.training.chapters import cut_folds, fit_logistic, learn_chapters, load_talks, set_targets
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment.chapters import ChapterModel

SUBJECTS = [["bread", "oven", "flour"], ["hedge", "orchard", "compost"], ["anchor", "rudder", "harbour"]]


def make_data(data: Path, talks: int = 2) -> None:
    """A data folder of made talks, each of three parts of equal length."""
    (data / "chapters").mkdir(parents=True)
    for number in range(talks):
        words: list[str] = []
        starts = []
        for subject in SUBJECTS[number % 3 :] + SUBJECTS[: number % 3]:
            starts.append({"word": len(words), "title": subject[0]})
            words += f"Moving on, tell me about the {subject[0]}.".split()
            for turn in range(40):
                words += f"The {subject[turn % 3]} was next to the {subject[(turn + 1) % 3]}, as it often is in spring.".split()
        lines = [" ".join(words[at : at + 8]) for at in range(0, len(words), 8)]
        (data / "chapters" / f"talk{number}.txt").write_text("\n".join(lines))
        (data / "chapters" / f"talk{number}.json").write_text(json.dumps({"chapters": starts}))


@pytest.fixture(scope="module")
def untrained() -> Rules:
    """The shipped rules without what is learned."""
    return load_rules(trained=False)


def test_a_folder_without_talks_is_named(tmp_path: Path, untrained: Rules) -> None:
    """The error says which folder, and what the first argument is."""
    with pytest.raises(FileNotFoundError, match=r"no talks with chapters; the first argument names the folder"):
        load_talks(tmp_path / "chapters", untrained)


def test_targets_are_greatest_where_chapters_start(tmp_path: Path, untrained: Rules) -> None:
    """The sentence nearest to a chapter's start is 1, and others are less the farther they are."""
    make_data(tmp_path, 1)
    (talk,) = load_talks(tmp_path / "chapters", untrained)
    targets = set_targets(talk)
    assert len(talk.starts) == 2
    tops = np.flatnonzero(targets == 1)
    assert [talk.talk.folded[top][:9] for top in tops] == ["moving on", "moving on"]
    assert (np.diff(targets[: tops[0] + 1]) >= 0).all()
    assert not set_targets(replace(talk, starts=())).any()


def test_each_talk_is_tested_once_and_never_learned_from(tmp_path: Path, untrained: Rules) -> None:
    """The folds part the talks, and what is tested is not learned from."""
    make_data(tmp_path, 5)
    talks = load_talks(tmp_path / "chapters", untrained)
    folds = cut_folds(talks, 3)
    assert sorted(talk.name for _, test in folds for talk in test) == [talk.name for talk in talks]
    for training, test in folds:
        assert {talk.name for talk in training} == {talk.name for talk in talks} - {talk.name for talk in test}


def test_a_regression_finds_what_it_was_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probabilities that a known rule gave lead back to that rule; the ridge makes its weights smaller, not its bias."""
    table = np.array([[x, (7 * x) % 5 - 2] for x in np.linspace(-2, 2, 20_001)])
    targets = 1 / (1 + np.exp(1 - 1.5 * table[:, 0]))
    ridged = fit_logistic(table, targets)
    monkeypatch.setattr(chapters, "RIDGE", 0.01)
    assert fit_logistic(table, targets) == pytest.approx([1.5, 0.0, -1.0], abs=0.01)
    assert 0.5 < ridged[0] < 1.3


def test_what_is_learned_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], untrained: Rules,
) -> None:  # fmt: skip
    """The command writes the weights where asked and says where; they are the ones that were learned, and a model's."""
    make_data(tmp_path)
    file = tmp_path / "new" / "chapters.json"
    monkeypatch.setattr(sys, "argv", ["chapters", str(tmp_path), "--output", str(file)])
    chapters.main()
    weights = json.loads(file.read_text())
    assert weights == learn_chapters(load_talks(tmp_path / "chapters", untrained))
    assert str(file) in capsys.readouterr().out
    model = ChapterModel.from_json(weights)
    assert not any(name.startswith(("open_", "hold_")) for name in model.plain.features)
    assert set(model.plain.features) < set(model.phrases.features)
