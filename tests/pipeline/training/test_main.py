"""`python -m copydesk.pipeline.training DATA`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.transforms.rules import Rules

from .pages import example, paragraphs

FOLDERS = ("pages", "seeds", "dumps/single", "dumps/scroll", "html/strings")


def make_folders(data: Path) -> None:
    """A data folder with a page by hand and nothing else."""
    for name in FOLDERS:
        (data / name).mkdir(parents=True)
    (data / "html" / "strings" / "gold.json").write_text("{}")
    text = "\n".join(["Old bridge opens its doors", *paragraphs("bridge")])
    gold = {"stories": [{"start_line": 1, "end_line": 4}], "roles": {"1": "headline", "2": "body", "3": "body", "4": "body"}}
    for name in ("pages/101", "dumps/scroll/scroll-1"):
        (data / f"{name}.txt").write_text(text)
        (data / f"{name}.gold.json").write_text(json.dumps(gold))


@pytest.mark.parametrize("missing", FOLDERS)
def test_a_missing_folder_is_named(missing: str, training: Callable[[str], Any], tmp_path: Path, rules: Rules) -> None:
    """A data folder without one of its parts is an error that names the part, before anything is read."""
    make_folders(tmp_path)
    (tmp_path / missing).rename(tmp_path / "elsewhere")
    with pytest.raises(FileNotFoundError, match=f"{missing}: no such folder; the first argument names the folder"):
        training("__main__").load_examples(tmp_path, rules)


def test_examples_of_all_folders_are_related(training: Callable[[str], Any], tmp_path: Path, rules: Rules) -> None:
    """Pages come with their corpus, and a scroll page with the sites of those whose text it holds."""
    make_folders(tmp_path)
    found = training("__main__").load_examples(tmp_path, rules)
    assert [(page.corpus, page.name, set(page.sites)) for page in found] == [
        ("pages", "101", {"101", "scroll-1"}), ("scroll", "scroll-1", {"101", "scroll-1"}),
    ]  # fmt: skip


def test_weights_are_written_where_asked(
    training: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: Rules,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The command writes one line of JSON, says where and how long it is, and makes the folder for it."""
    main = training("__main__")
    make_folders(tmp_path)
    pages = [example([("Home", "chrome", None)], rules)]
    monkeypatch.setattr(main, "load_examples", lambda data, _: pages if data == tmp_path else None)
    monkeypatch.setattr(main, "learn_labeller", lambda found, _: {"found": len(found)})
    file = tmp_path / "new" / "lines.json"
    monkeypatch.setattr(sys, "argv", ["training", str(tmp_path), "--output", str(file)])
    main.main()
    assert file.read_text() == '{"found":1}\n'
    assert capsys.readouterr().out == f"{file}: 11 bytes\n"


def test_pages_that_were_judged_are_read_too(tmp_path: Path, training: Callable[[str], Any], rules: Rules) -> None:
    """`make train LABELS=...` adds the pages of a folder to the labelled data."""
    load_examples = training("__main__").load_examples
    for name in ("pages", "seeds", "dumps/single", "dumps/scroll", "html/strings"):
        (tmp_path / "data" / name).mkdir(parents=True)
    (tmp_path / "data" / "html" / "strings" / "gold.json").write_text("{}")
    judged = tmp_path / "judged"
    judged.mkdir()
    (judged / "a.txt").write_text("The ferry runs again\nBoats leave at eight.\n")
    story = {"headline": "The ferry runs again", "start_line": 1, "end_line": 2}
    (judged / "a.gold.json").write_text(json.dumps({"stories": [story], "roles": {"1": "headline", "2": "body"}}))
    assert not load_examples(tmp_path / "data", rules)
    assert [example.corpus for example in load_examples(tmp_path / "data", rules, judged)] == ["pages"]
