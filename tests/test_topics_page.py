"""What docs/topics.md shows: its files are taken, its function names topics, its pipeline runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.resources import load_rules
from copydesk.transforms.tag import name_topics
from copydesk.transforms.tag.classifier import classify_topics
from tests.test_docs import ROOT, fenced

PAGE = (ROOT / "docs" / "topics.md").read_text("utf-8")
MINE, DESK, CLASSIFIER = fenced(PAGE, "toml")
FUNCTION, PIPELINE = fenced(PAGE, "python")


@pytest.fixture
def config(tmp_path: Path) -> str:
    """The page's configuration with its file of topics beside it."""
    (tmp_path / "mine.toml").write_text(MINE + CLASSIFIER.replace("[tag]\n", ""), "utf-8")
    (tmp_path / "desk.toml").write_text(DESK, "utf-8")
    (tmp_path / "desk_topics.py").write_text(FUNCTION, "utf-8")
    return str(tmp_path / "mine.toml")


def test_own_topics_and_classifier(config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files and the function that the page shows do what it says of them."""
    monkeypatch.syspath_prepend(str(tmp_path))
    rules = load_rules(load_settings(config))
    text = "The ferry could not leave the quay, and islanders walked home over the causeway."
    assert [topic.code for topic in name_topics(None, text, "en", rules)][:1] == ["desk:islands"]
    assert name_topics(None, "A scrum, a lineout and a flanker.", "en-GB", rules)[0].code == "desk:rugby"
    assert [topic.code for topic in classify_topics(None, "A late scrum.", "en", rules)] == ["desk:rugby"]


def test_pipeline_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The pipeline with a model between two steps names one story's topic and not the other's, and skips the empty page."""
    exec(compile(ast.parse(PIPELINE), "docs/topics.md", "exec"), {"__name__": "topics_page"})  # noqa: S102 - our own page
    assert sorted(capsys.readouterr().out.splitlines()) == ["comet.txt [('medtop:13000000', 0.9975)]", "notice.txt []"]
