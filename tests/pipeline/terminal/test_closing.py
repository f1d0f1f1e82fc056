"""What is said at the end of a run: what came out, and what to look at next."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.launcher import RunResult
from copydesk.pipeline.report.gather import Gathered, Warned
from copydesk.pipeline.report.tally import Tally
from copydesk.pipeline.terminal import closing
from copydesk.pipeline.terminal.lines import columns
from tests.pipeline.jobs import article

RESULT = RunResult(
    output="out folder", counts={"sources": 3, "stories": 2, "removed": 9, "rejected": 0}, seconds=1.5, rejected_share=0,
    exit_code=0, extension=".jsonl",
)  # fmt: skip


def lines(result: RunResult, width: int = 120) -> list[str]:
    """The summary as it is printed."""
    return ["".join(text for text, _ in line) for line in closing.summary(result, width)]


def gathered(*warnings: Warned, **characters: int) -> Gathered:
    """What a report tells."""
    tally = Tally()
    tally.characters.update(characters)
    return Gathered(tally=tally, warnings=list(warnings), room=[], seen=0)


def row(result: RunResult, words: str, width: int = 120) -> list[str]:
    """Number and note of a row."""
    [line] = [line for line in lines(result, width) if line.strip().startswith(words)]
    return line.strip().removeprefix(words).split(maxsplit=1)


def test_summary_without_a_story() -> None:
    """Where no story was found, the summary says how to see why."""
    result = replace(RESULT, counts=RESULT.counts | {"stories": 0})
    assert any("copydesk explain FILE" in line for line in lines(result))
    assert not any("head -1" in line for line in lines(result))


def test_what_is_not_there_is_not_told() -> None:
    """Rows of what only some runs have stand there where they have it."""
    told = lines(RESULT)
    assert [line.split("  ")[1] for line in told[1:5]] == ["sources", "rejected sources", "stories", "removed spans"]
    assert told[5] == "output: out folder"
    counts = RESULT.counts | {"unchanged": 7, "superseded": 1, "duplicates": 2, "dropped": 3, "skipped": 4, "same": 5}
    result = replace(RESULT, counts=counts)
    for words, number in (
        ("unchanged, skipped", 7), ("superseded stories", 1), ("of them duplicates", 2), ("dropped duplicates", 3),
        ("passed over", 4), ("of them repeated", 5),
    ):  # fmt: skip
        assert row(result, words) == [str(number)]


def test_numbers_have_their_reasons_beside_them() -> None:
    """Why sources were rejected, which rules repaired how much, and which share of the text was removed."""
    told = gathered(stories=60, duplicates=15, chrome=20, promo=5)
    told.tally.rejected.update({"EmptySource in decode": 1, "TooLarge in read": 2})
    rules = {"changed": {"repair:spelling": 1000, "repair:names": 2, "decode:mojibake": 3, "tag:masked.email": 9}}
    result = replace(RESULT, counts=RESULT.counts | {"rejected": 3}, gathered=told, rules=rules)
    assert row(result, "rejected sources") == ["3", "TooLarge in read 2, EmptySource in decode 1"]
    assert row(result, "repairs") == ["1,005", "spelling 1,000, mojibake 3, names 2"]
    assert row(result, "removed spans") == ["9", "25% of the characters"]
    assert "report: out folder/report.html" in lines(result)
    assert "done in 1.5 s, 2.0 sources a second" in lines(result)


def test_what_is_worth_a_look(tmp_path: Path) -> None:
    """Warnings of different kinds come first, and a source that is at hand comes with the command that explains it."""
    page = tmp_path / "a page.txt"
    page.write_text("text", "utf-8")
    warnings = [
        Warned("piece", "a long piece", "why", uri=str(page)), Warned("piece", "another", "why"),
        Warned("piece", "a third", "why"), Warned("repairs", "many repairs", "why", uri=f"{page}#7"),
        Warned("site", "a silent site", "why", site="a.example"), Warned("rule", "a greedy rule", "why", uri="gone.txt"),
    ]  # fmt: skip
    told = lines(replace(RESULT, gathered=gathered(*warnings)))
    at = told.index("worth a look:")
    assert told[at + 1 : told.index("next:")] == [
        "  a long piece", f"    copydesk explain '{page}'", "  many repairs", f"    copydesk explain '{page}#7'",
        "  a silent site", "  and 3 more warnings in the report",
    ]  # fmt: skip


def test_what_sources_are_called_steers_no_terminal() -> None:
    """Names come from outside."""
    told = lines(replace(RESULT, gathered=gathered(Warned("piece", "in \x1b[2Ja.txt", "why", uri="\x1b[2Ja.txt"))))
    assert not any("\x1b" in line for line in told)
    assert not any("copydesk explain" in line for line in told)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_narrow_terminal(width: int) -> None:
    """Rows and warnings keep to the terminal's width; commands are left whole, to be copied."""
    told = gathered(Warned("site", "None of the 12 sources of a.example gave a story, whatever was tried.", "why"), chrome=3)
    told.tally.rejected.update({f"Error{number} in decode": number for number in range(1, 9)})
    result = replace(RESULT, counts=RESULT.counts | {"rejected": 36}, gathered=told)
    for line in lines(result, width):
        assert columns(line.rstrip()) <= width or line.startswith(("output:", "report:", "  copydesk", "  head"))


def test_the_viewer_is_named_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command is offered that this version has."""
    monkeypatch.setattr(cli, "COMMANDS", {"view": None})
    assert any(line.startswith("  copydesk view 'out folder'") for line in lines(RESULT))
    monkeypatch.setattr(cli, "COMMANDS", {})
    assert not any("copydesk view" in line for line in lines(RESULT))


def test_the_summary_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is told is what the manifest and the records say, and every place that is named is there."""
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(article(number), "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    out = tmp_path / "out"
    cli.main(["run", str(tmp_path), "--output", str(out), "--set", "run.max_rejected=1"])
    told = capsys.readouterr()
    manifest: dict[str, Any] = json.loads((out / "manifest.json").read_text("utf-8"))
    said = {line[2:24].strip(): line[24:].split(maxsplit=1) for line in told.err.splitlines() if line[24:36].strip().isdigit()}
    assert said["sources"] == ["4"]
    assert said["rejected sources"] == ["1", "EmptySource in decode 1"]
    assert said["stories"] == [str(manifest["counts"]["stories"])]
    assert said["removed spans"][0] == str(manifest["counts"]["removed"])
    [report] = [line.removeprefix("report: ") for line in told.err.splitlines() if line.startswith("report: ")]
    assert Path(report).is_file()
    assert told.out == ""
