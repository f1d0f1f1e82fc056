"""`copydesk view` as a command: what it says, how it ends, what it refuses."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.view import command
from tests.pipeline import jobs, runs

HEARD = (  # a job in the background ignores the one, a suite under `nohup` the other
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); signal.signal(signal.SIGHUP, signal.SIG_DFL)"
)
CODE = f"{HEARD}; from copydesk.pipeline import cli; sys.exit(cli.main(sys.argv[1:]))"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_ends_when_it_is_told_to(output: Path, tmp_path: Path, number: int, code: int) -> None:
    """Its address is the one line of standard output; Ctrl-C, a stop or the end of its terminal leave nothing temporary."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, "view", str(output)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**jobs.environment(), "TMPDIR": str(scratch)},
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=30) as reply:  # noqa: S310 - our own server
            assert b"Reading room" in reply.read()
        assert list(scratch.iterdir())
        process.send_signal(number)
        try:
            process.wait(30)
        finally:
            process.kill()  # one that does not end is a failure, and no suite that hangs
        told = process.stderr.read()
    assert process.returncode == code, told
    assert "Traceback" not in told
    assert f"verdicts go to {output}.labels.jsonl" in told
    assert not list(scratch.iterdir())


def test_a_port_that_is_taken(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and what would help."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["view", str(output), "--port", str(port)]) == 1
    assert f"port {port} cannot be had (Address already in use); give another --port, or none" in capsys.readouterr().err


def cut(folder: Path) -> str:
    """A packed file ends too early."""
    path = folder / "stories-00000-of-00001.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-20])
    return path.name


def drop(folder: Path) -> str:
    """A file is gone."""
    path = folder / "removed-00000-of-00001.jsonl.gz"
    path.unlink()
    return path.name


def add(folder: Path) -> str:
    """The manifest tells of more records than there are."""
    manifest = json.loads((folder / "manifest.json").read_text())
    entry = next(entry for entry in manifest["files"] if entry["name"].startswith("documents"))
    entry["records"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return str(entry["name"])


def junk(folder: Path) -> str:
    """A line is none."""
    import gzip

    path = folder / "stories-00000-of-00001.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n" + gzip.decompress(path.read_bytes())))
    return path.name


def orphan(folder: Path) -> str:
    """A story is of a source that is not there."""
    import gzip

    path = folder / "stories-00000-of-00001.jsonl.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"a.txt"', b'"z.txt"')))
    return path.name


@pytest.mark.parametrize("damage", [cut, drop, add, junk, orphan])
def test_a_damaged_output(damage: Callable[[Path], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, one line that names the file, and nothing is served."""
    folder = runs.write_run(tmp_path / "out", runs.rows_of("a.txt"), packed=True)
    name = damage(folder)
    assert cli.main(["view", str(folder)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert name in told.err


def test_no_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is no run, one whose manifest is broken: exit code 2, as for any wrong call."""
    (tmp_path / "empty").mkdir()
    assert cli.main(["view", str(tmp_path / "empty")]) == 2
    assert "no manifest.json" in capsys.readouterr().err
    (tmp_path / "empty" / "manifest.json").write_text("{")
    assert cli.main(["view", str(tmp_path / "empty")]) == 2
    (tmp_path / "l.jsonl").write_text("x\n")
    folder = runs.write_run(tmp_path / "out", runs.rows_of("a.txt"))
    assert cli.main(["view", str(folder), "--labels", str(tmp_path / "l.jsonl")]) == 2
    assert "l.jsonl: line 1" in capsys.readouterr().err
    assert cli.main(["view", str(folder), "--labels", str(tmp_path / "none" / "l.jsonl")]) == 2
    assert "no such folder; make it" in capsys.readouterr().err


def interrupt(_: object) -> None:
    """Ctrl-C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(("option", "opened"), [("--browser", True), ("--no-browser", False), (None, False)])
def test_a_browser_is_opened_where_it_is_asked_for(
    option: str | None,
    opened: bool,  # noqa: FBT001
    output: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """And the address is printed in any case."""
    seen: list[str] = []
    monkeypatch.setattr(webbrowser, "open", seen.append)
    monkeypatch.setattr(command.ViewServer, "serve_forever", interrupt)
    assert cli.main(["view", str(output), *([option] if option else [])]) == 0
    assert seen == ([capsys.readouterr().out.strip()] if opened else [])
