"""The main job end to end: the same records whatever the way, nothing lost, nothing half-published."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from copydesk.pipeline import cli, files, graphs
from copydesk.pipeline.launcher import RunResult
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.sources import InputError
from tests.pipeline.jobs import article, call, everything, records, run, start

HTML = """<!DOCTYPE html><html lang="en"><head><title>Ferry returns to the lake</title></head><body><nav>Home News</nav>
<article><h1>Ferry returns to the lake</h1><p>After eleven years the ferry crossed the lake again on Sunday, and two hundred
people stood on the pier to see it come in with the morning light behind it.</p><p>The town bought the boat in spring and has
had it mended by a yard down the river, which gave back the old bell as well.</p></article>
<footer>All rights reserved</footer></body></html>"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve text dumps of one folder, two of them equal, and an HTML page."""
    folder = tmp_path_factory.mktemp("corpus")
    for number in range(11):
        (folder / f"page-{number:02d}.txt").write_text(article(number))
    (folder / "page-11.txt").write_text(article(3))
    (folder / "page.html").write_text(HTML)
    return folder


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, dict[str, list[dict[str, Any]]]]:
    """A run of the corpus in memory."""
    output = tmp_path_factory.mktemp("memory") / "out"
    return run([str(corpus)], output), everything(output)


def test_every_page_gives_its_story(undisturbed: tuple[RunResult, dict[str, list[dict[str, Any]]]]) -> None:
    """Headlines and bodies come out, furniture does not, and a repeated source is told as such."""
    result, found = undisturbed
    assert result.exit_code == 0
    assert len(found["story"]) == 12
    headlines = {story["headline"] for story in found["story"]}
    assert "Council hears of the harbour in session 0" in headlines
    assert "Ferry returns to the lake" in headlines
    assert not any("Trending" in story["text"] or "All rights reserved" in story["text"] for story in found["story"])
    (same,) = [row for row in found["document"] if row["same_as"]]
    assert (Path(same["source"]["uri"]).name, Path(same["same_as"]).name) == ("page-11.txt", "page-03.txt")


def test_the_manifest_names_every_file_with_its_checksum(corpus: Path, tmp_path: Path) -> None:
    """Version, configuration, counts by rule, and for each file size, records and SHA-256."""
    run([str(corpus)], tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    files = {path.name for path in (tmp_path / "out").iterdir()} - {"manifest.json", "metrics.prom", "report.html"}
    assert {entry["name"] for entry in manifest["files"]} == files
    for entry in manifest["files"]:
        content = (tmp_path / "out" / entry["name"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert (entry["bytes"], entry["records"]) == (len(content), content.count(b"\n"))
    assert sum(manifest["rules"]["removed"].values()) == manifest["counts"]["removed"] > 0
    assert len(manifest["config_sha256"]) == 64
    assert manifest["counts"]["same"] == 1


def test_two_worker_processes_give_the_same_records(
    corpus: Path, undisturbed: tuple[RunResult, dict[str, list[dict[str, Any]]]], tmp_path: Path
) -> None:
    """Started from a folder that has its own pipeline/, transforms/ and configs/, which must not be imported."""
    for name in ("pipeline", "transforms", "configs"):
        (tmp_path / "elsewhere" / name).mkdir(parents=True)
        (tmp_path / "elsewhere" / name / "__init__.py").write_text("raise ImportError('the wrong one')")
    (tmp_path / "elsewhere" / "json.py").write_text("raise ImportError('the wrong one')")
    done = call("run", str(corpus), "--output", str(tmp_path / "out"), "--workers", "2", cwd=tmp_path / "elsewhere")
    assert done.returncode == 0, done.stderr.decode()
    assert everything(tmp_path / "out") == undisturbed[1]


def test_files_in_another_order_give_the_same_records(
    corpus: Path, undisturbed: tuple[RunResult, dict[str, list[dict[str, Any]]]], tmp_path: Path
) -> None:
    """The order of the inputs decides nothing."""
    run([str(path) for path in sorted(corpus.iterdir(), reverse=True)], tmp_path / "out")
    assert everything(tmp_path / "out") == undisturbed[1]


def test_rows_of_the_same_texts_give_the_same_stories(
    corpus: Path, undisturbed: tuple[RunResult, dict[str, list[dict[str, Any]]]], tmp_path: Path
) -> None:
    """Ids and source aside, a JSONL file's rows are as good as files; duplicates point to the same copies."""
    rows = [
        json.dumps({"id": path.name, "html" if path.suffix == ".html" else "text": path.read_text()})
        for path in sorted(corpus.iterdir())
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows))
    run([str(tmp_path / "rows.jsonl")], tmp_path / "out")

    def bare(stories: list[dict[str, Any]]) -> list[dict[str, Any]]:
        left_out = {"id", "source", "duplicate_of"}
        return [{key: value for key, value in story.items() if key not in left_out} for story in stories]

    assert bare(everything(tmp_path / "out")["story"]) == bare(undisturbed[1]["story"])


def test_equal_stories_of_different_pages_are_marked(tmp_path: Path) -> None:
    """Of one story on two pages one is kept as it is, and the other points to it."""
    (tmp_path / "a.txt").write_text(article(1))
    (tmp_path / "b.txt").write_text(article(1) + "\n\nNewsletter\n")
    result = run([str(tmp_path / "*.txt")], tmp_path / "out")
    first, second = records(tmp_path / "out", "story")
    assert first["text"] == second["text"]
    assert result.counts["duplicates"] == 1
    kept, other = (first, second) if first["duplicate_of"] is None else (second, first)
    assert (kept["duplicate_of"], other["duplicate_of"], other["similarity"]) == (None, kept["id"], 1.0)


def test_dropped_duplicates_are_accounted_for(tmp_path: Path) -> None:
    """With --drop-duplicates a story that repeats another is removed spans, and the check of the sources finds no fault."""
    (tmp_path / "a.txt").write_text(article(1))
    (tmp_path / "b.txt").write_text(article(1) + "\n\nNewsletter\n")
    (tmp_path / "c.txt").write_text(article(20))
    result = run([str(tmp_path / "*.txt")], tmp_path / "out", sets=["duplicates.drop=true"])
    found = everything(tmp_path / "out")
    assert (result.counts["stories"], result.counts["duplicates"], result.counts["dropped"]) == (2, 0, 1)
    dropped = [row for row in found["removed"] if row["rule"] == "duplicate"]
    source = dropped[0]["source"]
    [document] = [row for row in found["document"] if row["source"]["uri"] == source["uri"]]
    assert document["stories"] == []
    assert document["removed"] == sum(row["source"] == source for row in found["removed"])
    assert "waited long enough" in dropped[-1]["text"]
    assert found["story"][0]["id"] in dropped[0]["evidence"]
    assert cli.main(["check", str(tmp_path / "out"), "--sources"]) == 0


def test_a_story_cut_off_points_to_the_whole(tmp_path: Path) -> None:
    """The first paragraphs of a story, with an author, repeat the whole without one."""
    whole = article(3, paragraphs=9).replace("By Ada Winter\n", "")
    (tmp_path / "whole.txt").write_text(whole)
    (tmp_path / "cut.txt").write_text(article(3, paragraphs=4))
    run([str(tmp_path / "*.txt")], tmp_path / "out")
    cut, other = records(tmp_path / "out", "story")
    assert (cut["duplicate_of"], other["duplicate_of"]) == (other["id"], None)
    assert 0.65 <= cut["similarity"] < 1


def test_small_shards_hold_the_same_records(
    corpus: Path, undisturbed: tuple[RunResult, dict[str, list[dict[str, Any]]]], tmp_path: Path
) -> None:
    """How records are cut into files changes none of them."""
    run([str(corpus)], tmp_path / "out", sets=["write.shard_bytes=4000", "write.staged_sources=1"])
    assert len(list((tmp_path / "out").glob("stories-*"))) > 3
    assert everything(tmp_path / "out") == undisturbed[1]


def test_a_limit_takes_the_first_sources(corpus: Path, tmp_path: Path) -> None:
    """--limit counts sources in order, rows of a file among them."""
    rows = "\n".join(json.dumps({"text": article(number)}) for number in range(20, 25))
    (tmp_path / "rows.jsonl").write_text(rows)
    result = run([str(corpus / "page-00.txt"), str(tmp_path / "rows.jsonl")], tmp_path / "out", limit=3)
    assert result.counts["sources"] == 3


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    """`-` reads what is piped in, and says so in the uri."""
    done = call("run", "-", "--output", str(tmp_path / "out"), stdin=article(5).encode())
    assert done.returncode == 0, done.stderr.decode()
    (story,) = records(tmp_path / "out", "story")
    assert story["source"]["uri"] == "-"


# --- what is refused ---------------------------------------------------------------------------------------------------


def test_an_output_that_holds_something_else_is_refused_before_any_work(corpus: Path, tmp_path: Path) -> None:
    """A folder of other files is left alone."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.doc").write_text("x")
    with pytest.raises(ConfigError, match="something else"):
        run([str(corpus)], tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "thesis.doc").read_text() == "x"


def test_an_earlier_run_is_replaced_with_overwrite_only(corpus: Path, tmp_path: Path) -> None:
    """Without the flag the call is wrong; with it the new run stands there alone."""
    run([str(corpus)], tmp_path / "out")
    with pytest.raises(ConfigError, match="--overwrite"):
        run([str(corpus)], tmp_path / "out")
    run([str(corpus / "page-00.txt")], tmp_path / "out", overwrite=True)
    assert read_manifest(tmp_path / "out")["counts"]["sources"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_no_such_input_is_refused(tmp_path: Path) -> None:
    """A wrong path is the call's fault, not an empty result."""
    with pytest.raises(InputError):
        run([str(tmp_path / "nothing")], tmp_path / "out")


def test_a_run_id_stands_in_the_output(corpus: Path, tmp_path: Path) -> None:
    """{run_id} in --output becomes the run's own."""
    result = run([str(corpus / "page-00.txt")], tmp_path / "{run_id}" / "out")
    assert read_manifest(result.output)["run_id"] == Path(result.output).parent.name


def test_an_input_inside_the_output_is_refused(corpus: Path, tmp_path: Path) -> None:
    """What a run would read and then replace stays as it is."""
    run([str(corpus / "page-00.txt")], tmp_path / "out")
    before = everything(tmp_path / "out")
    with pytest.raises(ConfigError, match="an input inside the output"):
        run([str(tmp_path / "out")], tmp_path / "out", overwrite=True)
    assert everything(tmp_path / "out") == before


def test_the_root_folder_is_no_output(corpus: Path) -> None:
    """A place without a name of its own cannot appear whole."""
    with pytest.raises(ConfigError, match="a folder of its own"):
        run([str(corpus)], Path("/"))


# --- what goes wrong ---------------------------------------------------------------------------------------------------


def wait_for(seen: Callable[[], Any], seconds: float = 60) -> Any:
    """Poll until something is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Pages enough to be killed in the middle of."""
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:04d}.txt").write_text(article(number, paragraphs=30))
    return folder


def test_a_run_killed_half_way_leaves_no_output_and_can_be_given_again(large: Path, tmp_path: Path) -> None:
    """SIGKILL while shards are being written: nothing published; the same command then gives the whole result."""
    arguments = ("run", str(large), "--output", str(tmp_path / "out"), "--set", "write.staged_sources=5")
    process = start(*arguments)
    wait_for(lambda: list(tmp_path.glob(".copydesk-*/shard-*")))
    process.kill()
    process.communicate()
    assert not (tmp_path / "out").exists()
    assert call(*arguments).returncode == 0
    run([str(large)], tmp_path / "again")
    assert everything(tmp_path / "out") == everything(tmp_path / "again")
    assert {path.name for path in tmp_path.iterdir()} == {"large", "out", "again"}


def test_a_killed_worker_ends_the_run_within_half_a_minute(large: Path, tmp_path: Path) -> None:
    """SIGKILL of a worker process: exit code 1 with the reason, nothing published, no process left; then it goes on."""
    arguments = ("run", str(large), "--output", str(tmp_path / "out"), "--workers", "2", "--set", "write.staged_sources=5")
    process = start(*arguments)
    parent = psutil.Process(process.pid)
    wait_for(lambda: list(tmp_path.glob(".copydesk-*/shard-*")))

    def workers() -> list[psutil.Process]:
        return [child for child in parent.children(recursive=True) if child.name().startswith("python")]

    victim, *others = workers()
    victim.send_signal(signal.SIGKILL)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"worker process" in errors
    assert not (tmp_path / "out").exists()
    assert not [other for other in others if other.is_running() and other.status() != psutil.STATUS_ZOMBIE]
    assert b"the same command goes on from here" in errors
    assert call(*arguments).returncode == 0
    run([str(large)], tmp_path / "undisturbed")
    assert everything(tmp_path / "out") == everything(tmp_path / "undisturbed")


def test_a_full_disk_ends_the_run_with_its_reason_and_leaves_nothing(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Exit code 1, the file and the remedy without a traceback; no output, and nothing half-written is left."""

    def full(path: str) -> IO[bytes]:
        if "shard-" in path:
            raise OSError(28, "No space left on device")
        return open_write(path)

    open_write = files.open_write
    monkeypatch.setattr("copydesk.pipeline.staging.records.files.open_write", full)
    assert cli.main(["run", str(corpus), "--output", str(tmp_path / "out"), "--quiet"]) == 1
    [told] = [record for record in caplog.records if "nothing was published" in record.message]
    assert told.message.endswith(".jsonl: No space left on device; free some space, or give an --output on another disk")
    assert told.exc_info is None
    [staging] = tmp_path.iterdir()
    assert staging.name.startswith(".copydesk-")
    assert not list(staging.glob("shard-*"))


def test_a_source_that_changes_after_the_survey_repeats_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two equal files the second is rewritten between survey and clean: its new text becomes a story all the same."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(article(1))
    clean = graphs.clean

    def changed(*arguments: Any) -> None:
        (folder / "b.txt").write_text(article(2))
        clean(*arguments)

    monkeypatch.setattr(graphs, "clean", changed)
    run([str(folder)], tmp_path / "out")
    found = everything(tmp_path / "out")
    assert [row["same_as"] for row in found["document"]] == [None, None]
    assert [row["headline"][-1] for row in found["story"]] == ["1", "2"]


def test_a_row_with_lone_surrogates_in_its_fields_stops_nothing(tmp_path: Path) -> None:
    """JSON allows them and UTF-8 does not: they stand as escapes, and every row of the file has its record."""
    fields = ("id", "site", "title", "author", "channel", "retrieved", "published", "\ud800")
    odd: dict[str, object] = {name: f"odd \ud800 {name}" for name in fields}
    rows = [odd | {"text": article(1)}, {"id": "even", "text": article(2)}, odd | {"txt": "no text"}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run([str(tmp_path / "rows.jsonl")], tmp_path / "out")
    found = everything(tmp_path / "out")
    assert [row["source"]["uri"].partition("#")[2] for row in found["document"]] == ["even", "odd \\ud800 id"]
    assert [row["error"] for row in found["rejected"]] == ["NoText"]
    assert call("check", str(tmp_path / "out"), "--sources").returncode == 0


def test_no_network_is_asked_for(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every way out of the machine refused the run neither fails nor waits."""
    asked: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(arguments)
        raise OSError(101, "Network is unreachable")

    def connect(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_UNIX:  # no way out of the machine
            leave(self, address)
        else:
            refuse(address)

    leave = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert run([str(corpus)], tmp_path / "out").exit_code == 0
    assert asked == []


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="cutting a process off takes root on Linux")
def test_a_process_without_a_network_runs(corpus: Path, tmp_path: Path) -> None:
    """The same in a network namespace that has no interface up but loopback, child processes included."""
    import subprocess
    import sys

    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", 'ip link set lo up 2>/dev/null; exec "$@"', "sh",
         sys.executable, "-P", "-m", "copydesk.pipeline.cli", "run", str(corpus), "--output", str(tmp_path / "out")],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
