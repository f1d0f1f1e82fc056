"""A user's own topics and terms: laid over the shipped ones, hashed with the rules, refused with file, key and value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.pipeline.resources import hash_rules, load_rules
from copydesk.transforms.tag import name_topics
from tests.transforms.tag.conftest import cases

from .jobs import everything, run

DESK = """
language = "en"
[[topic]]
code = "desk:rugby"
name = "rugby"
top = "medtop:15000000"
[terms."desk:rugby"]
"3" = ["scrum", "lineout", "hooker"]
"""
TEXT = "The visitors lost the scrum, then the lineout, and their hooker left the pitch before the match was an hour old."


def configured(folder: Path, *files: str | bytes) -> str:
    """A configuration in a folder with those files of topics beside it; its path."""
    names = []
    for number, content in enumerate(files):
        name = f"desk{number or ''}.toml"
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        names.append(name)
    config = folder / "mine.toml"
    config.write_text(f"[tag]\ntopics = {json.dumps(names)}\n")
    return str(config)


@pytest.mark.parametrize("case", cases("topic_files.toml", "refused"), ids=lambda case: case["name"])
def test_refused(case: dict[str, Any], tmp_path: Path) -> None:
    """A file that cannot be used is told before anything starts, with key, file, and what is wrong in it."""
    content = case["file"] if "file" in case else case["bytes"].replace("|", "\n").encode("latin-1")
    settings = load_settings(configured(tmp_path, content))
    for use in (hash_rules, load_rules):
        with pytest.raises(ConfigError) as error:
            use(settings)
        assert str(error.value).startswith(f"tag.topics: {tmp_path / 'desk.toml'}: ")
        assert all(words in str(error.value) for words in case["says"]), str(error.value)


@pytest.mark.parametrize("case", cases("topic_files.toml", "named"), ids=lambda case: case["name"])
def test_named(case: dict[str, Any], tmp_path: Path) -> None:
    """What a file says of a topic or a term decides, over what the shipped files say."""
    for rules, expected in (
        (load_rules(), case["before"]),
        (load_rules(load_settings(configured(tmp_path, case["file"]))), case["after"]),
    ):
        topics = name_topics(None, case["text"], case["language"], rules)
        codes = {topics[0].code, topics[0].top} if topics else {""}
        assert expected in codes


def test_files_are_laid_over_in_their_order(tmp_path: Path) -> None:
    """A later file adds to an earlier one, and wins where both speak of a term."""
    more = 'language = "en"\n[terms."desk:rugby"]\n"0" = ["hooker"]\n"2" = ["flanker"]'
    terms = load_rules(load_settings(configured(tmp_path, DESK, more))).topics["en"].terms
    assert [dict(terms[word])["desk:rugby"] for word in ("scrum", "hooker", "flanker")] == [3.0, 0.0, 2.0]


def test_terms_may_stand_in_another_file_than_their_topic(tmp_path: Path) -> None:
    """The topics of all files are known before the terms of the first one are read."""
    topic, terms = DESK.replace('language = "en"\n', "").split("[terms", 1)
    rules = load_rules(load_settings(configured(tmp_path, f'language = "en"\n[terms{terms}', topic)))
    assert name_topics(None, TEXT, "en", rules)[0].code == "desk:rugby"


@pytest.mark.parametrize(("names", "told"), [(["none.toml"], "cannot be read (No such file"), ([""], "cannot be read"),
    (["."], "cannot be read (Is a directory)"), (["mine.toml", "mine.toml"], "stands twice")])  # fmt: skip
def test_a_file_that_is_not_there(names: list[str], told: str, tmp_path: Path) -> None:
    """A path that leads nowhere, or is named twice, is a wrong configuration."""
    (tmp_path / "mine.toml").write_text(f"[tag]\ntopics = {json.dumps(names)}\n")
    with pytest.raises(ConfigError, match=r"tag\.topics: ") as error:
        hash_rules(load_settings(str(tmp_path / "mine.toml")))
    assert told in str(error.value)


def test_paths_count_from_the_file_that_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a configuration file a path is relative to it, in --set to the folder of the call; an absolute one stays."""
    configured(tmp_path, DESK)
    monkeypatch.chdir(tmp_path.parent)
    assert load_settings(str(tmp_path / "mine.toml")).tag.topics == (str(tmp_path / "desk.toml"),)
    assert load_settings(f"{tmp_path.name}/mine.toml").tag.topics == (f"{tmp_path.name}/desk.toml",)
    assert load_settings(sets=["tag.topics=['desk.toml']"]).tag.topics == ("desk.toml",)
    (tmp_path / "other.toml").write_text("[repair]\nlexicons = ['names.tsv', '/names.tsv']\n")
    assert load_settings(str(tmp_path / "other.toml")).repair.lexicons == (str(tmp_path / "names.tsv"), "/names.tsv")


def test_what_the_files_hold_is_part_of_the_hash_of_the_rules(tmp_path: Path) -> None:
    """A file with other content makes other rules, under the same name; without files the hash is that of the shipped rules."""
    settings = load_settings(configured(tmp_path, DESK))
    first = hash_rules(settings)
    assert first == hash_rules(settings)
    configured(tmp_path, DESK.replace("hooker", "flanker"))
    assert len({first, hash_rules(settings), hash_rules(load_settings())}) == 3
    assert "flanker" in load_rules(settings).topics["en"].terms


def test_a_run_names_topics_of_ones_own(tmp_path: Path) -> None:
    """Records carry the user's code, name and top, and hold against the schema."""
    (tmp_path / "story.txt").write_text(TEXT)
    config = configured(tmp_path, DESK)
    sets = [f"tag.topics={list(load_settings(config).tag.topics)}"]
    run([str(tmp_path / "story.txt")], tmp_path / "out", kind="story", sets=sets)
    (story,) = everything(tmp_path / "out")["story"]
    assert [story["topics"][0][key] for key in ("code", "name", "top")] == ["desk:rugby", "rugby", "medtop:15000000"]


def test_a_run_with_a_broken_file_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The call ends with exit code 2 and the message, and no output folder or staging folder is there."""
    (tmp_path / "story.txt").write_text(TEXT)
    config = configured(tmp_path, DESK.replace('"3"', '"much"'))
    assert cli.main(["run", str(tmp_path / "story.txt"), "--config", config, "--output", str(tmp_path / "out")]) == 2
    assert "desk:rugby: weight 'much' is no number" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"desk.toml", "mine.toml", "story.txt"}


def test_explain_shows_the_terms_that_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a story's topics stand the terms by which they were named, the user's among them, and how often each is said."""
    (tmp_path / "story.txt").write_text(f"{TEXT} Another scrum was lost.")
    call = ["explain", str(tmp_path / "story.txt"), "--kind", "story", "--config", configured(tmp_path, DESK)]
    assert cli.main(call) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "by terms" in line]
    assert "sport: scrum ×2 (" in line
    assert "lineout (" in line
    assert cli.main([*call, "--json"]) == 0
    (decided,) = json.loads(capsys.readouterr().out)["decided"]
    assert decided["classifier"] is None
    assert decided["terms"][0] | {"worth": 0} == {
        "term": "scrum", "top": "medtop:15000000", "times": 2, "worth": 0, "topic": "sport",
    }  # fmt: skip


def test_explain_shows_what_was_too_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no topic is named, the terms that were found are told all the same."""
    (tmp_path / "story.txt").write_text("Nobody knew which hooker they would see there, or when, or why he had come so late.")
    config = configured(tmp_path, DESK.replace('"3"', '"1"'))
    assert cli.main(["explain", str(tmp_path / "story.txt"), "--kind", "story", "--config", config]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "too little" in line]
    assert line.startswith("  too little sport: hooker (")
