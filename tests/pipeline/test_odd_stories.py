"""Stories of next to nothing, and endless ones, through a whole run with everything switched on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.jobs import everything, run
from tests.transforms.tag.conftest import cases

STORIES = cases("odd_stories.toml", "story")
MASKED = 'privacy.mask=["email", "phone", "ip", "card", "iban"]'


def test_each_is_a_story(tmp_path: Path) -> None:
    """Every odd story comes out with its words, no guess of a language or a topic, and is no copy of another one."""
    rows = [{"id": case["name"], "text": case["text"] * case.get("times", 1)} for case in STORIES]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run([str(tmp_path / "rows.jsonl")], tmp_path / "out", kind="story", sets=[MASKED, "run.in_memory_bytes=100000000"])
    found = everything(tmp_path / "out")
    assert not found["rejected"]
    assert not found["removed"]
    told = {story["source"]["uri"].rpartition("#")[2]: story for story in found["story"]}
    assert told.keys() == {case["name"] for case in STORIES}
    for case in STORIES:
        story = told[case["name"]]
        assert (story["words"], story["language"]) == (case["words"], case.get("language")), case["name"]
        assert bool(story["topics"]) == ("language" in case), case["name"]
        assert story["duplicate_of"] is None, case["name"]
        assert all(isinstance(value, int | float) for value in story["quality"].values())
