"""A run that died goes on from what it closed, and comes to the same records as if it had never been disturbed."""

from __future__ import annotations

import io
import json
import logging
import os
import random
import re
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from copydesk.pipeline import cli, graphs
from copydesk.pipeline.faults import SourceFault, StagingFault
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.reading import OutputError, read_stories
from copydesk.pipeline.staging.records import CLOSED, FINDINGS, StagedShard
from tests.pipeline.jobs import article, call, everything, run, start

SMALL = ("--set", "write.staged_sources=12")
MOMENTS = {1: (("seen", 4), ("seen", 20), (FINDINGS, 1), ("shard", 9), ("output", 1)),
           2: (("seen", 12), ("shard", 1), ("shard", 16), ("shard", 30), ("keys-00000", 1), ("output", 1))}  # fmt: skip
"""For each number of workers, when the run is killed: so many closed shards, or files of that name, in the staging folder; a
few more or fewer by chance."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small sources of several kinds: text dumps, some of them equal; rows, some broken; pages; and what cannot be read."""
    folder = tmp_path_factory.mktemp("corpus")
    for number in range(420):
        (folder / f"{number:04d}.txt").write_text(article(number % 400, paragraphs=3))
    rows = [json.dumps({"id": f"row-{number}", "text": article(1000 + number)}) for number in range(160)]
    rows[40] = rows[90] = "{"
    (folder / "rows.jsonl").write_text("\n".join([*rows[:100], "", *rows[100:]]) + "\n")
    for number in range(12):
        body = "".join(f"<p>{line}</p>" for line in article(2000 + number).splitlines() if line)
        (folder / f"page-{number}.html").write_text(f"<html><body><article>{body}</article></body></html>")
    (folder / "picture.txt").write_bytes(b"\x89PNG\0\0\0" * 40)
    (folder / "empty.txt").write_text("")
    return folder


@pytest.fixture(scope="module")
def undisturbed(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the corpus gives: all records, and the manifest's counts."""
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    run([str(corpus)], output)
    return everything(output), told(output)


def told(output: Path) -> dict[str, Any]:
    """What a manifest says of what came out."""
    manifest = read_manifest(output)
    return {name: manifest[name] for name in ("counts", "rules")}


def staging_of(output: Path) -> Path:
    """The one staging folder beside an output."""
    [folder] = (path for path in output.parent.glob(".copydesk-*") if path.is_dir())
    return folder


def reached(output: Path, kind: str, number: int) -> bool:
    """Whether a run has come so far."""
    pattern = f"{kind}-*{CLOSED}" if kind in {"seen", "shard"} else kind
    return len(list(output.parent.glob(f".copydesk-*/{pattern}"))) >= number


def kill_at(
    arguments: tuple[str, ...], output: Path, kind: str, number: int, *, with_signal: int = signal.SIGKILL, alone: bool = False
) -> tuple[int, str]:
    """Start the command in a process group of its own, end the group when it has come so far; wait for all of it to be gone.

    With `alone` the signal is only sent to the process that was started.

    Returns:
        Its exit code, and what it said.
    """
    process = start(*arguments, start_new_session=True, preexec_fn=_listen)
    end = time.monotonic() + 90
    while not reached(output, kind, number):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"never came to {number} {kind}"
        time.sleep(0.002)
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    (os.kill if alone else os.killpg)(process.pid, with_signal)
    _, said = process.communicate(timeout=30)
    psutil.wait_procs(family, timeout=10)
    assert not [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    return process.returncode, said.decode()


def _listen() -> None:
    """Hear signals as a terminal's process does; one in the background is told to overhear one, under `nohup` another."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_killed_again_and_again_gives_the_undisturbed_records(
    workers: int, corpus: Path, tmp_path: Path, undisturbed: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    """SIGKILL of the group in survey, clean and publish: nothing is published until it ends, then all of it and once."""
    output = tmp_path / "out"
    arguments = ("run", str(corpus), "--output", str(output), "--workers", str(workers), *SMALL)
    chance = random.Random(workers)  # noqa: S311 - the same moments every time
    for kind, number in MOMENTS[workers]:
        more = chance.randint(0, 2) if number > 1 else 0
        kill_at(arguments, output, kind, number + more)
        assert not output.exists()
        with pytest.raises(OutputError, match=r"no manifest\.json"):
            list(read_stories(str(staging_of(output))))
    assert call(*arguments).returncode == 0
    assert (everything(output), told(output)) == undisturbed
    resumed = read_manifest(output)["resumed"]
    assert resumed["attempts"] == len(MOMENTS[workers]) + 1
    assert resumed["sources"] == undisturbed[1]["counts"]["sources"]  # the last of them was killed while it published
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(("with_signal", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_run_that_is_told_to_stop_stops_cleanly(
    with_signal: int, code: int, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All get what a terminal sends, one what a scheduler does: none is left, nor a temporary file; how to go on is told."""
    output, room = tmp_path / "out", tmp_path / "room"
    room.mkdir()
    monkeypatch.setenv("TMPDIR", str(room))
    arguments = ("run", str(corpus), "--output", str(output), "--workers", "2", *SMALL)
    exit_code, said = kill_at(arguments, output, "shard", 5, with_signal=with_signal, alone=with_signal == signal.SIGTERM)
    assert exit_code == code
    assert said.endswith("copydesk: interrupted\n") == (with_signal == signal.SIGINT)
    assert "the same command goes on from here (the survey is done, and " in said
    assert "Traceback" not in said
    assert not output.exists()
    assert list(staging_of(output).glob(f"shard-*{CLOSED}"))
    assert list(room.iterdir()) == []


# --- what an attempt leaves and the next takes -------------------------------------------------------------------------


class Broken(Exception):  # noqa: N818 - a failure for tests
    """What ends a run in a test."""


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A few pages."""
    folder = tmp_path / "few"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(article(number))
    return folder


@pytest.fixture
def fails_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a graph fail before it does anything; an empty name makes all go well again."""
    sound = {name: getattr(graphs, name) for name in ("survey", "clean", "publish")}

    def fail(*_: object) -> None:
        raise Broken

    def breaks(name: str) -> None:
        for each, graph in sound.items():
            monkeypatch.setattr(graphs, each, fail if each == name else graph)

    return breaks


def attempt(few: Path, output: Path, **fields: Any) -> dict[str, Any]:
    """A run in this process, a shard for every two sources; what the manifest says of earlier ones."""
    run([str(few)], output, sets=["write.staged_sources=2"], **fields)
    resumed: dict[str, Any] = read_manifest(output)["resumed"]
    return resumed


def half_done(few: Path, output: Path, fails_at: Callable[[str], None]) -> list[Path]:
    """An attempt that failed after its last shard was closed: the notes of its shards."""
    fails_at("publish")
    with pytest.raises(Broken):
        attempt(few, output)
    fails_at("")
    return sorted(staging_of(output).glob(f"shard-*{CLOSED}"))


def test_what_is_closed_is_not_done_again(few: Path, tmp_path: Path, fails_at: Callable[[str], None]) -> None:
    """Of three closed shards one loses its note: its two sources are done again, and no others."""
    notes = half_done(few, tmp_path / "out", fails_at)
    assert len(notes) == 3
    notes[1].unlink()
    assert attempt(few, tmp_path / "out") == {"attempts": 2, "sources": 4}
    run([str(few)], tmp_path / "undisturbed")
    assert everything(tmp_path / "out") == everything(tmp_path / "undisturbed")


def test_a_source_in_two_closed_shards_is_published_once(few: Path, tmp_path: Path, fails_at: Callable[[str], None]) -> None:
    """A bundle that was tried again after a shard of its was closed leaves two of the same: one of them is taken."""
    note = half_done(few, tmp_path / "out", fails_at)[0]
    shard = StagedShard.from_json(note.read_bytes())
    for path in note.parent.glob(f"{shard.name}.*"):
        twin = path.with_name(path.name.replace(shard.name, "shard-0twin"))
        twin.write_bytes(path.read_bytes().replace(shard.name.encode(), b"shard-0twin"))
    assert attempt(few, tmp_path / "out") == {"attempts": 2, "sources": 6}
    run([str(few)], tmp_path / "undisturbed")
    assert everything(tmp_path / "out") == everything(tmp_path / "undisturbed")


def test_a_shard_that_lost_its_end_is_done_again(few: Path, tmp_path: Path, fails_at: Callable[[str], None]) -> None:
    """A file shorter than its note says, as a loss of power leaves it, and a note without its words cost their shards alone."""
    notes = half_done(few, tmp_path / "out", fails_at)
    stories = notes[0].with_name(notes[0].name.replace(CLOSED, ".stories.jsonl"))
    stories.write_bytes(stories.read_bytes()[:-9])
    notes[1].write_bytes(b"\0" * 100)
    assert attempt(few, tmp_path / "out") == {"attempts": 2, "sources": 2}
    assert len(everything(tmp_path / "out")["document"]) == 6


def test_a_shard_with_other_bytes_fails_one_attempt_and_not_the_next(
    few: Path, tmp_path: Path, fails_at: Callable[[str], None]
) -> None:
    """A file of the same length and other content is found by its checksum; the attempt after that does it anew."""
    note = half_done(few, tmp_path / "out", fails_at)[0]
    stories = note.with_name(note.name.replace(CLOSED, ".stories.jsonl"))
    stories.write_bytes(stories.read_bytes().replace(b"council", b"cuoncil"))
    with pytest.raises(StagingFault, match="give the same command again"):
        attempt(few, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert attempt(few, tmp_path / "out") == {"attempts": 3, "sources": 4}


def test_other_sources_start_afresh(
    few: Path, tmp_path: Path, fails_at: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    """A source that was written anew since makes the earlier evidence void: nothing is taken over, and the run says so."""
    half_done(few, tmp_path / "out", fails_at)
    (few / "3.txt").write_text(article(50))
    with caplog.at_level(logging.WARNING):
        assert attempt(few, tmp_path / "out") == {"attempts": 1, "sources": 0}
    assert "the sources are not what they were" in caplog.text
    assert any(story["headline"].endswith("50") for story in everything(tmp_path / "out")["story"])


def test_a_fresh_start_takes_nothing_over(few: Path, tmp_path: Path, fails_at: Callable[[str], None]) -> None:
    """With `fresh` the same call does everything again."""
    half_done(few, tmp_path / "out", fails_at)
    assert attempt(few, tmp_path / "out", fresh=True) == {"attempts": 1, "sources": 0}


def test_findings_of_a_survey_that_ended_are_kept(few: Path, tmp_path: Path, fails_at: Callable[[str], None]) -> None:
    """After a failure between the two passes the survey is not done again."""
    fails_at("clean")
    with pytest.raises(Broken):
        attempt(few, tmp_path / "out")
    fails_at("survey")
    assert attempt(few, tmp_path / "out") == {"attempts": 2, "sources": 0}
    assert len(everything(tmp_path / "out")["story"]) == 6


def test_the_same_standard_input_goes_on_and_another_does_not(
    tmp_path: Path, fails_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is piped in again, byte for byte, is the same source; what is not is another."""
    rows = [json.dumps({"text": article(number)}).encode() + b"\n" for number in range(8)]

    def pipe(*given: bytes) -> dict[str, Any]:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"".join(given))))
        run(["-"], tmp_path / "out", sets=["write.staged_sources=2"], overwrite=True)
        resumed: dict[str, Any] = read_manifest(tmp_path / "out")["resumed"]
        return resumed

    def fail() -> None:
        fails_at("publish")
        with pytest.raises(Broken):
            pipe(*rows)
        fails_at("")

    fail()
    assert pipe(*rows) == {"attempts": 2, "sources": 8}
    fail()
    assert pipe(*rows[:7]) == {"attempts": 1, "sources": 0}
    assert len(everything(tmp_path / "out")["document"]) == 7


# --- what goes wrong ---------------------------------------------------------------------------------------------------


def _limit_files(size: int) -> None:
    """Let no file of this process grow beyond so many bytes: what a full disk does, without a disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_disk_that_takes_no_more_ends_the_run_in_one_line(
    workers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process or in workers: exit code 1 with reason and remedy, no traceback, and no source is rejected for it."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # whose own file meets the limit, too
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(article(number, paragraphs=20))
    arguments = ("run", str(folder), "--output", str(tmp_path / "out"), "--workers", workers)
    failed = call(*arguments, preexec_fn=lambda: _limit_files(60_000))
    assert failed.returncode == 1
    [line] = [line for line in failed.stderr.decode().splitlines() if "the run failed" in line]
    assert "a temporary file: File too large; raise the limit of file sizes" in line  # of the language model, at its first use
    assert b"Traceback" not in failed.stderr
    assert not (tmp_path / "out").exists()


def test_a_full_disk_in_a_worker_ends_the_run_in_one_line(few: Path, tmp_path: Path) -> None:
    """A staged file that cannot be written: the line that is told names it; with room again the same command goes on."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        for number in range(6, 60):
            (few / f"{number}.txt").write_text(article(number))
        arguments = ("run", str(few), "--output", str(disk / "out"), "--workers", "2", "--set", "write.staged_sources=2")
        failed = call(*arguments)
        [line] = [line for line in failed.stderr.decode().splitlines() if "the run failed" in line]
        assert re.search(r"nothing was published: \S+/\.copydesk-\S+: No space left on device; free some space", line)
        assert (failed.returncode, b"Traceback" in failed.stderr) == (1, False)
        assert not (disk / "out").exists()
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        again = call(*arguments)
        assert (again.returncode, b"going on from an earlier attempt" in again.stderr) == (0, True)
        assert len(everything(disk / "out")["document"]) == 60
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_an_output_that_may_not_be_written_ends_the_run(
    few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A read-only file system: exit code 1 with the folder, the reason and the remedy, and nothing is there."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert cli.main(["run", str(few), "--output", str(tmp_path / "there" / "out"), "--quiet"]) == 1
    assert "Read-only file system; make it writable, or give another --output" in caplog.text
    assert not (tmp_path / "there").exists()


def test_a_source_lost_in_mid_run_ends_it(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the survey read and that is gone when its turn comes: the run names it, and publishes nothing."""
    clean = graphs.clean

    def lose(*arguments: Any) -> None:
        (few / "3.txt").unlink(missing_ok=True)
        clean(*arguments)

    monkeypatch.setattr(graphs, "clean", lose)
    with pytest.raises(SourceFault, match=r"3\.txt: was there when the run began and is gone"):
        attempt(few, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert attempt(few, tmp_path / "out") == {"attempts": 1, "sources": 0}  # of what is there now
    assert len(everything(tmp_path / "out")["document"]) == 5


def test_a_source_that_others_repeat_must_not_change(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two equal files the first stands for both: rewritten in mid-run it would take the other's text with it."""
    (few / "4.txt").write_bytes((few / "1.txt").read_bytes())
    clean = graphs.clean

    def change(*arguments: Any) -> None:
        (few / "1.txt").write_text(article(70))
        clean(*arguments)

    monkeypatch.setattr(graphs, "clean", change)
    with pytest.raises(SourceFault, match=r"1\.txt: changed while the run read it"):
        attempt(few, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_a_failed_run_leaves_is_no_result_and_no_input(
    few: Path, tmp_path: Path, fails_at: Callable[[str], None]
) -> None:
    """The staging folder passes no check, gives no story, and is not read when its folder is."""
    output = few / "out"
    notes = half_done(few, output, fails_at)
    staging = str(notes[0].parent)
    assert cli.main(["check", staging]) == 1
    with pytest.raises(OutputError):
        list(read_stories(staging))
    run([str(few)], tmp_path / "other")
    assert len(everything(tmp_path / "other")["document"]) == 6
