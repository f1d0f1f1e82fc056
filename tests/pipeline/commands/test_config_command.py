"""`copydesk config`: the effective values and their origins, faults of a file, and the schema for editors."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from copydesk.pipeline.cli import main
from copydesk.pipeline.commands.configuring import reasons, schema
from copydesk.pipeline.options import config_hash, load_settings, presets

CONFIGS = Path(__file__).parents[3] / "configs"
MINE = """
[tag]
max_topics = 5
[quality.min]
word_count = 30
[[extract.rules]]
id = "box"
pattern = "from our \\"partners\\".*"
role = "chrome"
why = "the box of partner articles"
"""
CALL = ["config", "show", "--preset", "podcasts", "--config", "mine.toml", "--set", "tag.topic_min_score=0.5"]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of the user's in the folder of the call."""
    monkeypatch.chdir(tmp_path)
    file = Path("mine.toml")
    file.write_text(MINE, "utf-8")
    return file


@pytest.mark.usefixtures("mine")
def test_shown_configuration_says_where_each_value_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    """Each key stands with its value and the layer that gave it: default, preset, file or --set."""
    assert main(CALL) == 0
    lines = [line.partition("  #") for line in capsys.readouterr().out.splitlines()]
    told = {entry.strip(): origin.strip() for entry, _, origin in lines}
    assert told["max_topics = 5"] == "mine.toml"
    assert told["word_count = 30.0"] == "mine.toml"
    assert told["topic_min_score = 0.5"] == "--set tag.topic_min_score=0.5"
    assert told["tidy_speech = true"] == "preset podcasts"
    assert told["keep_bytes = 2_147_483_648"] == "default"


@pytest.mark.usefixtures("mine")
def test_shown_configuration_is_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown, kept in a file and given as --config, is the same configuration."""
    assert main(CALL) == 0
    Path("shown.toml").write_text(capsys.readouterr().out, "utf-8")
    expected = load_settings("mine.toml", ["tag.topic_min_score=0.5"], "podcasts")
    assert config_hash(load_settings("shown.toml")) == config_hash(expected)


@pytest.mark.usefixtures("mine")
def test_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints all settings and, for each key, where it comes from."""
    assert main([*CALL, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    settings = load_settings("mine.toml", ["tag.topic_min_score=0.5"], "podcasts").model_dump(mode="json")
    assert shown["settings"] == settings
    assert shown["origins"]["extract.rules"] == "mine.toml"
    assert shown["origins"]["tag.max_topics"] == "mine.toml"
    assert shown["origins"]["read.fields.text"] == "default"
    assert sum(origin == "preset podcasts" for origin in shown["origins"].values()) == 7


def test_file_lies_over_preset_and_set_over_both(mine: Path) -> None:
    """Of a preset, a file and a --set that name one key, the later layer wins."""
    mine.write_text("[repair]\nmin_confidence = 0.7\nparagraph_words = 70\n", "utf-8")
    repair = load_settings("mine.toml", ["repair.paragraph_words=75"], "podcasts").repair
    assert (repair.min_confidence, repair.paragraph_words, repair.tidy_speech) == (0.7, 75, True)


def test_sound_file_has_no_fault(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that a run would take has no fault, and its check is exit code 0."""
    assert main(["config", "check", str(mine)]) == 0
    assert capsys.readouterr().out == "mine.toml: no fault\n"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "[tag]\nmax_topic = 3\ntopic_min_score = 2.0\n",
            [
                "mine.toml: tag.topic_min_score: 2.0 is not allowed; give a number, at least 0 and at most 1",
                "mine.toml: tag.max_topic: unknown key; did you mean max_topics?",
            ],
        ),
        ("[tag\n", ["mine.toml: no valid TOML: Expected ']' at the end of a table declaration (at line 1, column 5)"]),
        ('[repair]\nlexicons = ["none.tsv"]\n', ["repair.lexicons: 'none.tsv' cannot be read"]),
    ],
)
def test_each_fault_is_told(text: str, faults: list[str], mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault is a line with file, key, value and remedy, that of a file which is named in it, too; exit code 2."""
    mine.write_text(text, "utf-8")
    assert main(["config", "check", str(mine)]) == 2
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert len(lines) == len(faults)
    assert all(line.startswith(fault) for line, fault in zip(lines, faults, strict=True))
    assert told.err.startswith(f"copydesk: mine.toml: {len(faults)} fault")


# --- schema -----------------------------------------------------------------------------------------------------------

FILES = [CONFIGS / "copydesk.toml", *(CONFIGS / "presets" / f"{name}.toml" for name in presets())]


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The schema, itself valid."""
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_files_fit_the_schema(file: Path, validator: jsonschema.Draft202012Validator) -> None:
    """The defaults and every preset are valid by the schema."""
    validator.validate(tomllib.loads(file.read_text("utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "[tag]\nmax_topic = 3",
        "[tags]",
        "[tag]\nmax_topics = 0",
        "[tag]\nmax_topics = '3'",
        "[run]\nmax_rejected = 1.5",
        "[privacy]\nmask = ['name']",
        "[quality.min]\nwords = 3",
        "[[extract.rules]]\nid = 'a'",
        "[write]\nformat = 'csv'",
    ],
)
def test_what_a_run_refuses_does_not_fit(text: str, validator: jsonschema.Draft202012Validator) -> None:
    """A misspelled key, a value of the wrong type or out of range, an unfinished table: an editor marks each."""
    assert not validator.is_valid(tomllib.loads(text))


def keys(table: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every key of the schema, with its entry; tables of the user's own names count as keys."""
    for key, entry in table["properties"].items():
        if "$ref" in entry:
            yield from keys(schema()["$defs"][entry["$ref"].rpartition("/")[2]], (*at, key))
        else:
            yield (*at, key), entry


def test_schema_tells_reason_and_default() -> None:
    """Every key has its default, and a description that is the reason in the file of defaults."""
    defaults = tomllib.loads((CONFIGS / "copydesk.toml").read_text("utf-8"))
    why = reasons((CONFIGS / "copydesk.toml").read_text("utf-8"))
    found = dict(keys(schema()))
    assert len(found) > 60
    for path, entry in found.items():
        value: Any = defaults
        for part in path:
            value = value[part]
        assert entry["default"] == value
        assert entry["description"] == why[path]


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`config schema` prints the schema of the draft that it names."""
    assert main(["config", "schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == schema()
    assert printed["$schema"].endswith("2020-12/schema")
