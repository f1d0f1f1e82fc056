"""Rows of a lexicon that can repair nothing are told, once a file, and only those."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from copydesk.pipeline import clean
from copydesk.pipeline.cli import main
from copydesk.pipeline.idle_names import idle_warnings
from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.pipeline.resources import load_lexicon

HEADER = "name\tkind\tfield\tsounds\tcontext\n"
IDLE = "NordKabel\tcompany\tenergy\tnord cable\t\n"
TALK = "So I went to the plant of nord cable, and we looked at the grid. It was a long day for all of us there."
NEVER = "'nord cable' is never taken for NordKabel"


def lexicon(folder: Path, rows: str, name: str = "names.tsv") -> str:
    """The path of a lexicon of these rows."""
    file = folder / name
    file.write_text(HEADER + rows, "utf-8")
    load_lexicon.cache_clear()
    return str(file)


def repairs(path: str, *sets: str) -> list[str]:
    """What is repaired in a talk by a lexicon."""
    settings = load_settings(sets=[f"repair.lexicons=['{path}']", *sets])
    return [change.after for story in clean(TALK, kind="transcript", settings=settings) for change in story.changes]


def test_what_is_told_repairs_nothing_and_the_remedy_helps(tmp_path: Path) -> None:
    """The row that is warned of leaves the talk as it is; with the context words that the warning asks for it repairs it."""
    idle = lexicon(tmp_path, IDLE)
    [warning] = idle_warnings((idle,))
    assert f"{idle}: line 2: {NEVER}" in warning
    assert "give the row two or more" in warning
    assert "NordKabel" not in repairs(idle)
    mended = lexicon(tmp_path, "NordKabel\tcompany\tenergy\tnord cable\tgrid|plant\n", "mended.tsv")
    assert list(idle_warnings((mended,))) == []
    assert "NordKabel" in repairs(mended)


@pytest.mark.parametrize(
    "row",
    [
        "NordKabel\tcompany\tenergy\t\t",  # by its sound, where it stands elsewhere
        "NordKabel\tcompany\tenergy\tnordkabbel\t",  # no word
        "NordKabel\tcompany\tenergy\tnord kabbel\t",
        "Ada Stone\tperson\tscience\tada stown\t",
        "Ada Stone\tperson\tscience\teda stone\t",  # with capitals, where Ada Stone stands elsewhere
        "feerate\tterm\tfinance\tfee rate\t",  # its letters
        "Brightwater\tcompany\tgeneral\tmoon wallet\tharbour",
    ],
)
def test_rows_that_may_repair_something_are_not_told(row: str, tmp_path: Path) -> None:
    """A form that is no word, a name known by its sound or its letters, and one context word are reason enough."""
    assert list(idle_warnings((lexicon(tmp_path, row),))) == []


def test_word_that_is_too_common_has_another_remedy(tmp_path: Path) -> None:
    """A form that no context makes a name is to be taken out."""
    [warning] = idle_warnings((lexicon(tmp_path, "Wyle\tcompany\tenergy\twhile\tgrid|plant\n"),))
    assert "'while' is never taken for Wyle: it is too common a word; take it out of the column sounds" in warning


def test_rows_of_another_remedy_are_told_apart(tmp_path: Path) -> None:
    """A row that no context words would help is not told as one that they would."""
    told = list(idle_warnings((lexicon(tmp_path, f"{IDLE}Wyle\tcompany\tenergy\twhile\t\n"),)))
    assert [("line 2" in one, "line 3" in one) for one in told] == [(True, False), (False, True)]


def test_who_asks_for_less_sure_repairs_is_warned_of_less(tmp_path: Path) -> None:
    """What is repaired since repair.min_confidence is low is not told as never repaired; a high one changes no remedy."""
    idle = lexicon(tmp_path, IDLE)
    assert "NordKabel" in repairs(idle, "repair.min_confidence=0.5")
    assert list(idle_warnings((idle,), 0.5)) == []
    assert list(idle_warnings((idle,), 0.99)) == list(idle_warnings((idle,), 0.8))


def test_one_warning_a_file_names_the_lines_of_the_others(tmp_path: Path) -> None:
    """Of many such rows the first is told, then the numbers of some lines and how many there are; comments count as lines."""
    rows = "# mine\n" + "".join(f"Nord{chr(97 + n)}kabel\tcompany\tenergy\tnord cable\t\n" for n in range(15))
    [first] = idle_warnings((lexicon(tmp_path, rows),))
    assert "line 3: 'nord cable' is never taken for Nordakabel" in first
    assert first.endswith("(likewise lines 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 4 more)")
    two = lexicon(tmp_path, IDLE), lexicon(tmp_path, IDLE + "Oda\tplace\tgeneral\tmoon water\t\n", "b.tsv")
    told = list(idle_warnings(two))
    assert len(told) == 2
    assert told[1].endswith("(likewise line 3)")


def test_context_of_another_file_counts(tmp_path: Path) -> None:
    """A name's rows of several files are one name, so that one row's context words serve the other's forms."""
    more = lexicon(tmp_path, "NordKabel\tcompany\tenergy\t\tgrid|plant\n", "more.tsv")
    assert list(idle_warnings((lexicon(tmp_path, IDLE), more))) == []


@pytest.mark.parametrize("command", ["run", "clean", "explain", "config", "lexicon"])
def test_every_command_that_loads_a_lexicon_tells(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning on standard error, once, and the command does its work."""
    sets = ["--set", f"repair.lexicons=['{lexicon(tmp_path, IDLE)}']"]
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    (tmp_path / "mine.toml").write_text("[repair]\nlexicons = ['names.tsv']\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    if command == "lexicon":
        assert main(["run", "talk.txt", "--output", "out", "--quiet"]) == 0
        capsys.readouterr()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TALK.encode())))
    calls = {
        "run": ["run", "talk.txt", "--output", "out", *sets],
        "clean": ["clean", *sets],
        "explain": ["explain", "talk.txt", *sets],
        "config": ["config", "check", "mine.toml"],
        "lexicon": ["lexicon", "suggest", "out", *sets],
    }
    assert main(calls[command]) == 0
    assert capsys.readouterr().err.count(f"copydesk: warning: repair.lexicons: {tmp_path if command != 'config' else ''}") == 1


def test_machines_are_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With --log-format json the warning is a line of it."""
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    monkeypatch.chdir(tmp_path)
    sets = ["--set", f"repair.lexicons=['{lexicon(tmp_path, IDLE)}']", "--log-format", "json"]
    assert main(["run", "talk.txt", "--output", "out", *sets]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in lines if NEVER in line["message"]] == ["warning"]


def test_lexicon_that_is_broken_is_told_first(tmp_path: Path) -> None:
    """No warning of a file that cannot be used: that it is broken is an error."""
    with pytest.raises(ConfigError, match="line 2: kind"):
        list(idle_warnings((lexicon(tmp_path, "NordKabel\tfirm\tenergy\n"),)))
