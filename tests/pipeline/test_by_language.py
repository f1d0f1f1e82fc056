"""Rule data with a file a language: read when it is asked for, once, and by its own name."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, NoReturn

import pytest

from copydesk.pipeline.by_language import ByLanguage
from copydesk.pipeline.cli import main
from copydesk.pipeline.resources import LATE, load_rules
from copydesk.pipeline.shipped import configs
from copydesk.transforms.cells import RuleError


def packs(folder: Path, asked: list[str]) -> ByLanguage[list[str]]:
    """What two files say, with a list of those that were parsed."""
    (folder / "en.toml").write_text('language = "en"\nwords = ["so"]', "utf-8")
    (folder / "de.toml").write_text('language = "fr"\nwords = ["so"]', "utf-8")
    (folder / "it.toml").write_text('language = "it\nwords = 1', "utf-8")
    (folder / "sv.toml").write_text('language = "sv"', "utf-8")

    def parse(path: str, data: dict[str, Any]) -> list[str]:
        asked.append(path)
        return list(data["words"])

    files = [(f"packs/{path.name}", path) for path in sorted(folder.iterdir())]
    return ByLanguage("packs", [*files, ("other/nl.toml", folder / "nl.toml")], parse)


def test_a_file_is_read_when_it_is_asked_for_and_once(tmp_path: Path) -> None:
    """Which languages there are is told without reading; a language's rules are one object."""
    asked: list[str] = []
    found = packs(tmp_path, asked)
    assert list(found) == ["de", "en", "it", "sv"]
    assert len(found) == 4
    assert "en" in found
    assert "nl" not in found
    assert found.get("nl") is None
    assert asked == []
    assert found["en"] is found["en"]
    assert found["en"] == ["so"]
    assert asked == ["packs/en.toml"]


def test_threads_that_come_at_once_have_one_object(tmp_path: Path) -> None:
    """Two threads that both find nothing and both parse go on with the same rules, which later steps compare by identity."""
    (tmp_path / "en.toml").write_text('language = "en"', "utf-8")
    both = Barrier(2, timeout=60)

    def parse(path: str, data: dict[str, Any]) -> list[str]:
        both.wait()  # neither ends before the other has begun
        return [path, *data]

    found = ByLanguage("packs", [("packs/en.toml", tmp_path / "en.toml")], parse)
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(found.__getitem__, ("en", "en"))
    assert one is other is found["en"]
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("language", "says"),
    [("de", "packs/de.toml: language: 'fr'"), ("it", "packs/it.toml: "), ("sv", "packs/sv.toml: .*words")],
)
def test_a_file_that_cannot_be_used_is_named(language: str, says: str, tmp_path: Path) -> None:
    """A broken file, or one of another language, is an error that names it, at every call."""
    found = packs(tmp_path, [])
    for _ in range(2):
        with pytest.raises(RuleError, match=says):
            found[language]
        with pytest.raises(RuleError, match=says):
            found.get(language)  # not None, as for a language without a file


@pytest.mark.parametrize("folder", LATE)
def test_every_shipped_file_can_be_used(folder: str) -> None:
    """What a run would read only where it meets the language is read here, file by file."""
    rules = load_rules()
    found = {"confusions": rules.confusions, "phrases": rules.phrases, "topics/terms": rules.topics}[folder]
    stems = sorted(entry.name.removesuffix(".toml") for entry in configs().joinpath(folder).iterdir() if entry.is_file())
    assert sorted(found) == stems
    for language in stems:
        assert found[language]


def test_a_broken_file_ends_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """No source is rejected for what is no fault of its own: the run names the file and what helps, and publishes nothing."""

    def fail(*_: object) -> NoReturn:
        raise RuleError("phrases/en.toml: Invalid value (at line 3, column 9)")

    monkeypatch.setattr(ByLanguage, "__getitem__", fail)
    (tmp_path / "a.txt").write_text("The ferry is back\n\nIt came on Sunday, they said.\n", "utf-8")
    assert main(["run", str(tmp_path / "a.txt"), "--output", str(tmp_path / "out")]) == 1
    told = capfd.readouterr().err
    assert "phrases/en.toml: Invalid value (at line 3, column 9); the file came with Copydesk: install it again" in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()
