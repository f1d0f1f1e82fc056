"""The folder of `copydesk labels` takes the place of its own like alone, and nothing is gone before it stands."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.view.takeaway import folder as takeaway_folder
from tests.pipeline.view.test_takeaway import convert, verdict


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """What an earlier call wrote: every kind of file."""
    page = verdict(of="page", text="", verdict="accept", right=None, blocks=((0, 4, "body", 0, "Menu"),))
    name = verdict(of="change", text="sand arvo", said="Sandarvo", right="Zandarvo", rule="gazetteer_name")
    assert convert(tmp_path, [page, name, verdict(text="Log in", start=9)]) == 0
    assert len(list((tmp_path / "judged").rglob("*.*"))) == 5
    return tmp_path / "judged"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def put(name: str) -> Callable[[Path], None]:
    """Writes a file of somebody else's."""

    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("mine")

    return write


def link(name: str) -> Callable[[Path], None]:
    """Puts a link in a file's place."""

    def write(folder: Path) -> None:
        (folder / name).rename(folder.parent / "kept")
        (folder / name).symlink_to(folder.parent / "kept")

    return write


@pytest.mark.parametrize(("more", "told"), [
    (put("notes.txt"), "notes.txt"), (put("pages/mine.txt"), "pages/mine.txt"), (put(".hidden"), ".hidden"),
    (put("phrases/notes.toml"), "phrases/notes.toml"), (put("more/a.txt"), "more"),
    (link("names.tsv"), "names.tsv"), (link("phrases"), "phrases"),
    (put("config.toml"), "no config.toml of ours"),
    (lambda judged: (judged / "config.toml").unlink(), "no config.toml of ours"),
])  # fmt: skip
def test_a_folder_with_anything_else_is_refused(
    judged: Path, capsys: pytest.CaptureFixture[str], more: Callable[[Path], None], told: str
) -> None:
    """A name, a link or a configuration that no call wrote is named, and everything stays as it was."""
    more(judged)
    before = contents(judged)
    assert convert(judged.parent, [verdict()], "--overwrite") == 2
    assert f"something else than an earlier call wrote: {told}; give another --output" in capsys.readouterr().err
    assert contents(judged) == before


def test_the_verdicts_that_are_read_are_never_removed(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even where the labels file has the name of one that is ours, or is reached through a link."""
    labels = judged / "names.tsv"
    shutil.copy(judged.parent / "l.jsonl", labels)
    linked = judged.parent / "linked.jsonl"
    linked.symlink_to(labels)
    before = contents(judged)
    for path in (labels, linked):
        assert cli.main(["labels", str(path), "--output", str(judged), "--overwrite"]) == 2
        assert f"the folder holds the labels file {path}" in capsys.readouterr().err
    assert contents(judged) == before


def test_a_link_stays_a_link(judged: Path) -> None:
    """The folder that it leads to is replaced; one that leads nowhere yet leads to the new folder."""
    real = judged.rename(judged.parent / "real")
    judged.symlink_to(real)
    assert convert(judged.parent, [verdict(text="Other")], "--overwrite") == 0
    assert judged.readlink() == real
    assert "Other" in (real / "config.toml").read_text("utf-8")
    shutil.rmtree(real)
    assert convert(judged.parent, [verdict(text="Other")]) == 0
    assert judged.is_symlink()
    assert (real / "config.toml").is_file()


def test_links_that_lead_to_each_other_are_told(tmp_path: Path) -> None:
    """As an error of the call, and they stay."""
    (tmp_path / "judged").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "judged")
    assert convert(tmp_path, [verdict()]) != 0
    assert (tmp_path / "judged").is_symlink()


def refuse(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let renaming of folders of these names fail."""
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.name in names:
            raise OSError(errno.EACCES, "Permission denied")
        return real(path, target)

    monkeypatch.setattr(takeaway_folder.Path, "rename", rename)


@pytest.mark.parametrize("name", ["judged", "made"])
def test_an_error_leaves_the_old_folder(
    judged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Whichever of the two cannot be moved, all of the old one stands in its place, and nothing is left beside it."""
    before = contents(judged)
    refuse(monkeypatch, name)
    assert convert(judged.parent, [verdict(text="Other")], "--overwrite") != 0
    assert "Permission denied" in capsys.readouterr().err
    assert contents(judged) == before
    assert not list(judged.parent.glob(".copydesk-labels-*"))


def test_what_cannot_be_put_back_is_kept(
    judged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says where the old folder is, and there it is, whole."""
    before = contents(judged)
    refuse(monkeypatch, "made", "old")
    assert convert(judged.parent, [verdict(text="Other")], "--overwrite") != 0
    (aside,) = judged.parent.glob(".copydesk-labels-*")
    assert f"what stood there is kept as {aside / 'old'}" in capsys.readouterr().err
    assert contents(aside / "old") == before


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """Without --overwrite, since nothing is lost."""
    (tmp_path / "judged").mkdir()
    assert convert(tmp_path, [verdict()]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
