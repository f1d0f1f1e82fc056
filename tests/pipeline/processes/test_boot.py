"""A cluster's worker is started by one command, does the run's work as the local runner's do, and goes when its runner goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import apache_beam as beam
import psutil
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from copydesk.pipeline.processes import boot, runners
from tests.pipeline.jobs import article, environment, everything, run

START = "from copydesk.pipeline.processes.boot import start; start()"
ASK = """
import os, re
from copydesk.pipeline.processes.boot import start
told = os.environ
address = re.search('"(.*)"', told.pop("CONTROL_API_SERVICE_DESCRIPTOR"))[1]
import sys
sys.argv = ["copydesk-worker", f"--id='{told.pop('WORKER_ID')}'", f"--provision_endpoint={address}"]
for name in ("LOGGING_API_SERVICE_DESCRIPTOR", "PIPELINE_OPTIONS"):
    told.pop(name)
start()
"""
"""The command, given what a cluster gives: an id and an address, and none of what Beam's local runner tells its workers."""


def test_a_run_with_the_clusters_worker_gives_the_same_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command asks the runner for everything else, and HTML is parsed in a process of its own there too."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    for number in range(4):
        (inputs / f"{number}.txt").write_text(article(number), encoding="utf-8")
        body = "".join(f"<p>{line}</p>" for line in article(number + 10).split("\n\n")[4:-2])
        (inputs / f"{number}.html").write_text(f"<html><body><article><h1>Page</h1>{body}</article></body></html>", "utf-8")
    run([str(inputs)], tmp_path / "local")
    script = tmp_path / "ask.py"
    script.write_text(ASK, encoding="ascii")
    command = f"exec {sys.executable} -P {script}"
    distant = FnApiRunner(default_environment=SubprocessSDKEnvironment.from_command_string(command))
    monkeypatch.setattr(runners.Runner, "make", lambda _: distant)
    run([str(inputs)], tmp_path / "cluster")
    assert everything(tmp_path / "cluster") == everything(tmp_path / "local")


def test_the_worker_goes_when_its_node_does() -> None:
    """One whose starter was killed would go on with work that another node has been given."""
    child = f"subprocess.Popen([sys.executable, '-P', '-c', {START!r}, *sys.argv[1:]])"
    code = f"import subprocess, sys, time; {child}; time.sleep(99)"
    arguments = ("--id=1", "--provision_endpoint=127.0.0.1:9")
    node = subprocess.Popen([sys.executable, "-P", "-c", code, *arguments], env=environment())
    try:
        children = _grown(node.pid, 2)
    finally:
        node.kill()
        node.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive


def _grown(pid: int, wanted: int) -> list[psutil.Process]:
    """The processes below one, once there are so many."""
    for _ in range(200):
        found = psutil.Process(pid).children(recursive=True)
        if len(found) >= wanted:
            return found
        time.sleep(0.1)
    raise AssertionError(f"only {len(found)} processes came")


def test_a_runner_that_knows_no_such_worker_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that comes too late says so, and whom it asked, without a traceback."""
    monkeypatch.setattr(boot, "PROVISION_SECONDS", 0.5)
    with pytest.raises(SystemExit, match=r"copydesk-worker: worker 7 asked 127.0.0.1:9 for its work"):
        boot.main(["--id=7", "--provision_endpoint=127.0.0.1:9"])


def test_the_command_stands_beside_the_interpreter() -> None:
    """What nodes are told to start is the command that the package installs."""
    assert Path(runners.worker_command()) == Path(sys.executable).parent / boot.COMMAND


def test_a_bundle_that_is_tried_again_changes_nothing(tmp_path: Path) -> None:
    """A cluster tries work again; every bundle done twice gives the records of every bundle done once."""
    inputs = tmp_path / "in"
    inputs.mkdir()
    for number in range(12):
        (inputs / f"{number}.txt").write_text(article(number % 9), encoding="utf-8")
    run([str(inputs)], tmp_path / "once")
    run([str(inputs)], tmp_path / "twice", beam_args=("--direct_runner_bundle_repeat=1",))
    assert everything(tmp_path / "twice") == everything(tmp_path / "once")


class Waiting:
    """A job on a cluster that goes on for as long as nobody cancels it."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """Be told to stop."""
        self.cancelled = True


def test_a_job_that_is_left_is_cancelled_on_a_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster would work on for a launcher that is gone."""
    result = Waiting()
    monkeypatch.setattr(beam.Pipeline, "run", lambda _: result)
    runners.Job(runners.Runner(name="FlinkRunner", workers=0, flags=()), beam.Pipeline()).cancel()
    assert result.cancelled


def test_the_worker_ends_with_a_signal() -> None:
    """A node's manager that tells the command to stop leaves none of its processes behind."""
    command = [sys.executable, "-P", "-c", START, "--id=1", "--provision_endpoint=127.0.0.1:9"]
    process = subprocess.Popen(command, env=environment())
    children = _grown(process.pid, 1)
    os.kill(process.pid, signal.SIGTERM)
    process.wait(20)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
