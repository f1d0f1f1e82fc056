"""Filters of quality in a run: nothing is dropped unasked, and what is dropped is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.pipeline.commands.checking import Check
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.reading import read_manifest as read_checked
from tests.pipeline.jobs import article, everything, run


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three text dumps: two long stories and a short one."""
    folder = tmp_path_factory.mktemp("corpus")
    for number, paragraphs in ((1, 6), (2, 6), (3, 1)):
        (folder / f"page-{number}.txt").write_text(article(number, paragraphs))
    return folder


def test_nothing_is_dropped_by_default(corpus: Path, tmp_path: Path) -> None:
    """Every story has its signals, and the defaults drop none."""
    run([str(corpus)], tmp_path / "out")
    found = everything(tmp_path / "out")
    assert [story["quality"]["word_count"] == story["words"] for story in found["story"]] == [True] * 3
    assert not any(record["rule"].startswith("quality.") for record in found["removed"])


def test_a_dropped_story_is_accounted_for(corpus: Path, tmp_path: Path) -> None:
    """A dropped story's text stands in the removed records with its signal and value, and no count or check misses it."""
    run([str(corpus)], tmp_path / "out", sets=["quality.min.word_count=60"])
    found = everything(tmp_path / "out")
    assert len(found["story"]) == 2
    dropped = [record for record in found["removed"] if record["rule"].startswith("quality.")]
    assert {record["rule"] for record in dropped} == {"quality.own.word_count"}
    assert {record["role"] for record in dropped} == {"body"}
    assert dropped[0]["evidence"].endswith(", own wants at least 60")
    assert "discussed for the 4th time" in "".join(record["text"] for record in dropped)
    assert read_manifest(tmp_path / "out")["rules"]["removed"]["quality.own.word_count"] == len(dropped)
    assert not list(Check(read_checked(str(tmp_path / "out")), keep=True).faults())
