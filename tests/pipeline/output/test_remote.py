"""An output on an object store is the old run or the new one, whole, at every moment; no run deletes what it does not know."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.pipeline import launcher, read_stories
from copydesk.pipeline.commands.checking import Check
from copydesk.pipeline.cli import main
from copydesk.pipeline.output.manifest import MANIFEST
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.folder import OutputFolder
from copydesk.pipeline.reading import OutputError, read_manifest
from copydesk.pipeline.output.remote import RemoteOutput, staging_of
from copydesk.pipeline.resources import default_settings

from tests.pipeline.buckets import Bucket, Event
from tests.pipeline.jobs import article, everything, records, request, run

URL = "mem://bucket/out"
RUN_ID = "20260102T030405Z-0a1b2c3d"


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    Bucket.clear()
    yield
    Bucket.clear()


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    """Some pages."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(article(number), "utf-8")
    return [str(folder)]


def put_run(words: str, run_id: str = RUN_ID, *, overwrite: bool = False) -> RemoteOutput:
    """A small run, published."""
    output = RemoteOutput(URL, run_id)
    output.begin(overwrite=overwrite)
    put_file(output, words)
    commit(output, words, overwrite=overwrite)
    return output


def put_file(output: RemoteOutput, words: str) -> None:
    """The one file of a small run."""
    target = output.target("")
    Bucket.put(f"{target.folder}/{target.name_file('stories', 0, 1, '.jsonl')}", words.encode())


def commit(output: RemoteOutput, words: str, *, overwrite: bool) -> None:
    """The manifest of a small run."""
    target = output.target("")
    name = target.name_file("stories", 0, 1, ".jsonl")
    entry = {"name": name, "records": 1, "bytes": len(words), "sha256": hashlib.sha256(words.encode()).hexdigest()}
    output.commit(target, {"copydesk": "0.1.0", "run": words, "files": [entry]}, overwrite=overwrite)


def there() -> str | None:
    """Which run a reader finds now, every file of it held against its checksum; None where there is none yet."""
    if f"{URL}/{MANIFEST}" not in Bucket.objects:
        return None
    manifest = read_manifest(URL)
    for file in manifest.files:
        assert hashlib.sha256(Bucket.objects[f"{URL}/{file.name}"]).hexdigest() == file.sha256
    return str(manifest.data["run"])


def names() -> list[str]:
    """What stands in the place of the output."""
    return sorted(path.rpartition("/")[2] for path in Bucket.objects)


def test_a_run_gives_the_records_of_a_local_one(pages: list[str], tmp_path: Path) -> None:
    """Where the output stands changes no record; the folder that the run worked in is gone, and nothing else is left."""
    run(pages, tmp_path / "local")
    output = launcher.run(launcher.RunRequest(inputs=tuple(pages), output=URL, settings=default_settings()))
    assert output.output == URL
    assert everything(Bucket.fetch(URL, tmp_path / "fetched")) == everything(tmp_path / "local")
    assert len(Bucket.objects) == 7
    assert list((tmp_path / "output").iterdir()) == []
    assert Bucket.log[-1] == ("put", f"{URL}/{MANIFEST}")


@pytest.mark.parametrize("sets", [["write.format=parquet"], ["write.compression=gzip"], ["write.compression=zstd"]])
def test_readers_and_the_check_read_it_in_every_format(pages: list[str], sets: list[str]) -> None:
    """What was written to an object store is read from there, and no fault is found."""
    settings = request(pages, Path(), sets=sets).settings
    launcher.run(launcher.RunRequest(inputs=tuple(pages), output=URL, settings=settings))
    assert len(list(read_stories(URL))) == 4
    assert list(Check(read_manifest(URL), keep=True).faults()) == []
    assert main(["check", URL]) == 0


def test_workers_elsewhere_work_beside_the_output(pages: list[str], tmp_path: Path) -> None:
    """A runner that is not this machine's own is given a staging folder on the same store, and it is gone at the end."""
    run(pages, tmp_path / "local")
    given = {"inputs": tuple(pages), "output": URL, "settings": default_settings(), "runner": "BundleBasedDirectRunner"}
    launcher.run(launcher.RunRequest(**given))
    assert everything(Bucket.fetch(URL, tmp_path / "fetched")) == everything(tmp_path / "local")
    assert {path.rpartition("/")[0] for path in Bucket.objects} == {URL}
    assert any(path.startswith("mem://bucket/.copydesk-") for what, path in Bucket.log if what == "put")
    assert not (tmp_path / "output").exists()


def test_a_folder_without_a_manifest_is_refused_by_readers() -> None:
    """Files without the commit are no run."""
    put_file(RemoteOutput(URL, RUN_ID), "half")
    with pytest.raises(OutputError, match="no published run"):
        list(read_stories(URL))


def test_at_every_moment_the_old_run_or_the_new_one_is_whole() -> None:
    """Whatever a run has just done, the manifest names files that are there, whole; in the end only the new ones are left."""
    put_run("old")
    seen: list[str | None] = []
    Bucket.watch = lambda _: seen.append(there())
    new = put_run("new", overwrite=True)
    assert seen == ["old", "old", "old", "new", "new"]  # probe put and deleted, file, manifest, old file deleted
    assert names() == [MANIFEST, f"stories-00000-of-00001-{new.token}.jsonl"]


def test_an_earlier_run_is_replaced_only_when_told() -> None:
    """Without --overwrite the call is refused and names the flag, and nothing is written."""
    put_run("old")
    before = dict(Bucket.objects)
    with pytest.raises(ConfigError, match="--overwrite"):
        RemoteOutput(URL, RUN_ID).begin(overwrite=False)
    assert Bucket.objects == before


def test_what_another_run_published_meanwhile_is_not_replaced() -> None:
    """A place that was free as the run began is looked at once more before the manifest is put."""
    output = RemoteOutput(URL, RUN_ID)
    output.begin(overwrite=False)
    put_file(output, "ours")
    put_run("other")
    with pytest.raises(ConfigError, match="--overwrite") as failure:
        commit(output, "ours", overwrite=False)
    output.discard(failure.type, failure.value, None)
    assert there() == "other"
    assert len(names()) == 2


def test_of_two_runs_at_a_time_the_later_manifest_stands_and_is_whole(caplog: pytest.LogCaptureFixture) -> None:
    """Two runs of one second and one job write side by side; none deletes what the other is still writing."""
    first, second = RemoteOutput(URL, RUN_ID), RemoteOutput(URL, RUN_ID)
    for output in (first, second):
        output.begin(overwrite=True)
        put_file(output, output.token)
    commit(first, first.token, overwrite=True)
    assert there() == first.token
    commit(second, second.token, overwrite=True)
    assert there() == second.token
    assert "could not be deleted" not in caplog.text
    assert names() == [MANIFEST, f"stories-00000-of-00001-{second.token}.jsonl"]


def test_what_a_killed_run_left_is_told_and_left(caplog: pytest.LogCaptureFixture) -> None:
    """Files of ours that no manifest names may be a live run's: they are no obstacle, and are not deleted."""
    killed = RemoteOutput(URL, RUN_ID)
    put_file(killed, "half")
    with caplog.at_level(logging.WARNING):
        put_run("new")
    assert killed.token in caplog.text
    assert there() == "new"
    assert f"stories-00000-of-00001-{killed.token}.jsonl" in names()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("photo.jpg", b"x", "photo.jpg"),
        ("stories-00000-of-00001.jsonl", b"x", "no manifest"),
        (MANIFEST, b"{}", "none of Copydesk's"),
        (MANIFEST, b'{"files": []}', "none of Copydesk's"),
    ],
)
def test_a_folder_of_something_else_is_refused(name: str, content: bytes, message: str, overwrite: bool) -> None:  # noqa: FBT001
    """What no run put there is left alone whatever the flags."""
    Bucket.put(f"{URL}/{name}", content)
    with pytest.raises(ConfigError, match=message):
        RemoteOutput(URL, RUN_ID).begin(overwrite=overwrite)


@pytest.mark.parametrize("url", ["mem://bucket", "mem://bucket/", "mem://bucket/out*", "mem://bucket/[a]"])
def test_a_place_that_is_no_folder_of_its_own_is_refused(url: str) -> None:
    """A whole bucket is none, and what Beam would take for a pattern is none."""
    with pytest.raises(ConfigError, match="the output has to be a folder"):
        RemoteOutput(url, RUN_ID)


def test_an_unknown_file_system_is_a_wrong_call(pages: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A scheme that Beam does not know is told before any work, with what is."""
    assert main(["run", *pages, "--output", "nowhere://bucket/out"]) == 2
    assert "nowhere:// is no file system that Beam reads" in capsys.readouterr().err


def test_a_store_that_cannot_be_written_is_told_before_any_work(pages: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """A missing right ends the run at once, with exit code 1 and the reason."""
    Bucket.refuse = lambda event: event[0] == "put"
    assert main(["run", *pages, "--output", URL, "--quiet"]) == 1
    assert "forbidden" in caplog.text
    assert Bucket.objects == {}


@pytest.mark.parametrize("broken", ["rejected-", MANIFEST])
def test_a_store_that_fails_while_publishing_leaves_the_earlier_run(broken: str, pages: list[str]) -> None:
    """The earlier run stands, whole. A failed run takes its files away, unless its manifest may have come to be."""
    put_run("old")
    before = dict(Bucket.objects)

    def refuse(event: Event) -> bool:
        return event[0] == "put" and event[1].rpartition("/")[2].startswith(broken)

    Bucket.refuse = refuse
    assert main(["run", *pages, "--output", URL, "--overwrite", "--quiet"]) == 1
    assert there() == "old"
    assert (Bucket.objects == before) == (broken != MANIFEST)


def test_an_old_file_that_cannot_be_deleted_is_told_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The run is published when its manifest is; what is left of the earlier one is named."""
    old = put_run("old")
    Bucket.refuse = lambda event: event[0] == "delete" and old.token in event[1]
    put_run("new", overwrite=True)
    assert there() == "new"
    assert old.token in caplog.text


def test_an_input_inside_the_output_is_refused(pages: list[str]) -> None:
    """What a run would delete it does not read."""
    put_run(json.dumps({"text": article(1)}))
    inside = next(path for path in Bucket.objects if "stories" in path)
    settings = default_settings()
    with pytest.raises(ConfigError, match="inside the output"):
        launcher.run(launcher.RunRequest(inputs=(*pages, inside), output=URL, settings=settings, overwrite=True))


def test_a_local_run_works_on_its_own_disk(tmp_path: Path) -> None:
    """With workers on this machine, staging is on its disk wherever the output is; beside the output where that is local."""
    given = request([], tmp_path, sets=[f'run.staging="{tmp_path / "work"}"'])
    with staging_of(RemoteOutput(URL, RUN_ID), "job", given, local=True) as folder:
        assert folder == str(tmp_path / "work" / ".copydesk-job")
    with staging_of(OutputFolder.of(str(tmp_path / "out")), "job", given, local=False) as folder:
        assert folder == str(tmp_path / ".copydesk-job")
    assert records(tmp_path, "story") == []
