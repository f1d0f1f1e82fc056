"""The output folder appears whole or not at all, and an earlier one is never lost."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest

from copydesk.pipeline.output.manifest import MANIFEST, read_manifest, write_manifest
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.folder import OLD_SECONDS, BusyError, OutputFolder, StagingFolder


def make_run(folder: Path, words: str = "run") -> Path:
    """A finished folder."""
    folder.mkdir(parents=True)
    (folder / "stories-00000-of-00001.jsonl").write_text(words)
    write_manifest(str(folder), {"copydesk": "0.1.0", "files": [], "run": words})
    return folder


def test_a_free_place_and_an_empty_folder_may_be_published_to(tmp_path: Path) -> None:
    """Nothing there, or nothing in it, is no reason to refuse."""
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        output = OutputFolder(path=tmp_path / name)
        output.check_free(overwrite=False)
        output.publish(make_run(tmp_path / f"finished-{name}"), overwrite=False)
        assert read_manifest(output.path)["run"] == "run"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_of_something_else_is_refused_even_with_overwrite(tmp_path: Path, overwrite: bool) -> None:  # noqa: FBT001
    """A folder that no run wrote is left alone whatever the flags."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("x")
    with pytest.raises(ConfigError, match="something else than an earlier run"):
        OutputFolder(path=tmp_path / "photos").check_free(overwrite=overwrite)


def test_a_manifest_of_something_else_makes_no_run(tmp_path: Path) -> None:
    """A folder with a manifest.json of another program, as web apps have, is not replaced."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / MANIFEST).write_text('{"name": "app", "icons": []}')
    with pytest.raises(ConfigError, match="something else than an earlier run"):
        OutputFolder(path=tmp_path / "app").check_free(overwrite=True)


def test_a_link_in_the_place_of_the_output_is_refused(tmp_path: Path) -> None:
    """A link to an earlier run is neither replaced nor followed; the message names where it leads."""
    run = make_run(tmp_path / "run")
    (tmp_path / "link").symlink_to(run)
    with pytest.raises(ConfigError, match=f"is a link; .*{run}"):
        OutputFolder(path=tmp_path / "link").check_free(overwrite=True)


def test_what_another_run_published_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """A place that was free as the run began is looked at once more before it is published to."""
    output = OutputFolder(path=tmp_path / "out")
    output.check_free(overwrite=False)
    make_run(output.path, "other")
    with pytest.raises(ConfigError, match="--overwrite"):
        output.publish(make_run(tmp_path / "finished", "ours"), overwrite=False)
    assert read_manifest(output.path)["run"] == "other"


def test_an_earlier_run_is_replaced_only_when_told(tmp_path: Path) -> None:
    """Without --overwrite the call is refused and names the flag; with it the new folder stands alone."""
    output = OutputFolder(path=make_run(tmp_path / "out", "old"))
    with pytest.raises(ConfigError, match="--overwrite"):
        output.check_free(overwrite=False)
    output.check_free(overwrite=True)
    output.publish(make_run(tmp_path / "finished", "new"), overwrite=True)
    assert read_manifest(output.path)["run"] == "new"
    assert not output.aside.exists()


def test_a_file_in_the_place_of_the_output_is_refused(tmp_path: Path) -> None:
    """An output has to be a folder."""
    (tmp_path / "out").write_text("x")
    with pytest.raises(ConfigError, match="has to be a folder"):
        OutputFolder(path=tmp_path / "out").check_free(overwrite=True)


def test_a_run_killed_between_its_renames_is_repaired(tmp_path: Path) -> None:
    """The earlier folder, moved aside and not yet replaced, is put back."""
    output = OutputFolder(path=tmp_path / "out")
    make_run(output.aside, "old")
    output.repair()
    assert read_manifest(output.path)["run"] == "old"
    assert not output.aside.exists()


def test_a_run_killed_after_its_renames_is_tidied(tmp_path: Path) -> None:
    """The new folder is in place, so the earlier one, still aside, goes."""
    output = OutputFolder(path=make_run(tmp_path / "out", "new"))
    make_run(output.aside, "old")
    output.repair()
    assert read_manifest(output.path)["run"] == "new"
    assert not output.aside.exists()


def test_two_runs_of_one_job_do_not_meet(tmp_path: Path) -> None:
    """The second call of the same job says that the first is at work; when that is done, it may begin."""
    with StagingFolder(tmp_path / ".copydesk-1"), pytest.raises(BusyError, match="another run"):
        StagingFolder(tmp_path / ".copydesk-1").__enter__()
    with StagingFolder(tmp_path / ".copydesk-1") as staging:
        assert staging.path.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_what_a_failed_run_closed_stays_for_the_next(tmp_path: Path) -> None:
    """After a failure a folder with a closed shard stays and one without goes; after a success nothing stays."""
    folder = tmp_path / ".copydesk-1"
    for name, stays in (("shard-1.stories.jsonl", False), ("shard-1.closed.json", True)):
        with contextlib.suppress(KeyboardInterrupt), StagingFolder(folder):
            (folder / name).write_text("x")
            raise KeyboardInterrupt
        assert folder.exists() is stays
    with StagingFolder(folder):
        assert [path.name for path in folder.iterdir()] == ["shard-1.closed.json"]
    assert list(tmp_path.iterdir()) == []


def test_a_fresh_start_finds_nothing(tmp_path: Path) -> None:
    """Told so, a run leaves nothing of an earlier attempt."""
    (tmp_path / ".copydesk-1").mkdir()
    (tmp_path / ".copydesk-1" / "shard-1.closed.json").write_text("x")
    with StagingFolder(tmp_path / ".copydesk-1", fresh=True) as staging:
        assert list(staging.path.iterdir()) == []


def test_staging_folders_that_were_left_are_told_and_not_touched(tmp_path: Path) -> None:
    """One of another job in which nothing was done for a day is named; one of today is not, nor any other folder."""
    for name, age in ((".copydesk-old", 3 * OLD_SECONDS), (".copydesk-new", 0.0), (".other", 3 * OLD_SECONDS)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    with StagingFolder(tmp_path / ".copydesk-1") as staging:
        assert [path.name for path in staging.others()] == [".copydesk-old"]
    assert (tmp_path / ".copydesk-old").is_dir()


def test_a_folder_without_a_manifest_is_no_run(tmp_path: Path) -> None:
    """Readers refuse what was never committed, and what is no manifest."""
    with pytest.raises(ConfigError, match="no published run"):
        read_manifest(tmp_path)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(ConfigError, match="no JSON"):
        read_manifest(tmp_path)
