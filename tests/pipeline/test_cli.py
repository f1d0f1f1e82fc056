"""The command line: calls, exit codes, streams."""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from copydesk.pipeline import cli, logs
from copydesk.pipeline.commands import running
from copydesk.pipeline.faults import RunFault
from copydesk.pipeline.options import ConfigError, RunRequest

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/cli/refused.toml").read_text("utf-8"))["case"]
HELP_SECONDS = 0.4


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """No test leaves its handler on the root logger."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = before, level


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(["copydesk", *case["call"]]))
def test_wrong_call(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """A wrong call exits with 2, says on standard error what was wrong and what would help, and shows no traceback."""
    monkeypatch.chdir(tmp_path)
    assert cli.main(case["call"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    for words in case["says"]:
        assert words in told.err


@pytest.mark.parametrize("call", [["--help"], ["-h"], ["help"], ["help", "run"], *([name, "--help"] for name in cli.COMMANDS)])
def test_help_goes_to_standard_output(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Help that was asked for is a result, has examples, and exits with 0."""
    assert cli.main(call) == 0
    told = capsys.readouterr()
    assert "copydesk run" in told.out or "examples:" in told.out
    assert told.err == ""


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the name and the installed version."""
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("copydesk 0.")


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    """`copydesk --help` answers in under 0.4 s with its start, and imports no heavy library."""
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "copydesk.pipeline.cli", "--help"], check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < HELP_SECONDS
    heavy = "apache_beam pydantic lxml rich trafilatura ftfy langdetect"
    code = (
        "import sys; from copydesk.pipeline.cli import main; main(['--help']); main(['run', '--help']);"
        f"sys.exit(str([name for name in {heavy.split()!r} if name in sys.modules] or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stderr.strip() == ""


# --- run --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[RunRequest]:
    """A launcher that runs nothing, and the requests that it was given."""
    requests: list[RunRequest] = []

    def run(request: RunRequest, _: object, *, forked: bool) -> SimpleNamespace:  # noqa: ARG001 - as the launcher has it
        requests.append(request)
        counts = {"sources": 1_200, "stories": 34, "duplicates": 2, "removed": 5, "rejected": 6}
        told = {"output": "out folder", "extension": ".jsonl", "exit_code": 3, "rejected_share": 0.1}
        told |= {"rules": {}, "gathered": None, "earlier": 0}
        return SimpleNamespace(counts=counts, seconds=1.5, **told)

    monkeypatch.setitem(sys.modules, "copydesk.pipeline.launcher", SimpleNamespace(run=run))
    monkeypatch.setattr("copydesk.pipeline.launcher", sys.modules["copydesk.pipeline.launcher"], raising=False)
    return requests


def test_run_hands_over_all_that_was_asked(launched: list[RunRequest]) -> None:
    """Every option reaches the launcher, inputs may stand before and after options, and what follows -- is Beam's."""
    call = (
        "run a.txt --output o --set tag.max_topics=5 b --kind page --site s.org --include *.txt --include *.md "
        "--exclude x* --limit 9 --workers 2 --drop-duplicates --runner FlinkRunner --overwrite --log-format json --quiet c "
        "-- --flink_master=h:1 --set x"
    )
    assert cli.main(call.split()) == 3
    [request] = launched
    assert request.inputs == ("a.txt", "b", "c")
    assert request.settings.tag.max_topics == 5
    assert request.settings.duplicates.drop
    assert request.beam_args == ("--flink_master=h:1", "--set", "x")
    assert (request.include, request.exclude) == (("*.txt", "*.md"), ("x*",))
    assert (request.kind, request.site, request.output, request.runner) == ("page", "s.org", "o", "FlinkRunner")
    assert (request.limit, request.workers, request.overwrite, request.quiet) == (9, 2, True, True)


def test_run_with_nothing_but_an_input(launched: list[RunRequest]) -> None:
    """What was not asked for is None or empty, and left to the launcher."""
    cli.main(["run", "-"])
    [request] = launched
    assert (request.inputs, request.output, request.workers, request.beam_args) == (("-",), None, None, ())
    assert not request.settings.duplicates.drop


def test_tidy_speech_is_a_setting(launched: list[RunRequest]) -> None:
    """The flag sets its key, beside what --set says, and a later --set wins."""
    for call in ("run - --tidy-speech --set tag.max_topics=5", "run - --tidy-speech --set repair.tidy_speech=false", "run -"):
        cli.main(call.split())
    assert [request.settings.repair.tidy_speech for request in launched] == [True, False, False]
    assert launched[0].settings.tag.max_topics == 5


@pytest.mark.usefixtures("launched")
def test_run_closes_with_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    """At the end standard error says what came out, where it is, what to look at next, and why the exit code is 3."""
    assert cli.main(["run", "a.txt"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    for words in ("1,200", "34", "of them duplicates", "output: out folder", "copydesk check 'out folder'", "rejected-*.jsonl"):
        assert words in told.err
    assert "10.0 % of the sources were rejected" in told.err


@pytest.mark.usefixtures("launched")
def test_run_logs_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """With --log-format json every line on standard error is one JSON object."""
    cli.main(["run", "a.txt", "--log-format", "json"])
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert lines[0]["counts"]["stories"] == 34
    assert lines[-1]["level"] == "warning"


@pytest.mark.usefixtures("launched")
def test_quiet_run_says_only_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """--quiet leaves the warning and takes the summary away."""
    cli.main(["run", "a.txt", "--quiet"])
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "words", "traceback"),
    [
        (ConfigError("output: holds an earlier run"), 2, "output: holds an earlier run", False),
        (OSError(28, "No space left on device"), 1, "No space left on device", False),
        (RunFault("worker 7 ended"), 1, "worker 7 ended", False),
        (ZeroDivisionError("a defect"), 1, "a defect", True),
        (KeyboardInterrupt(), 130, "interrupted", False),
    ],
)
def test_run_that_fails(
    error: BaseException,
    code: int,
    words: str,
    traceback: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A failed run exits by its cause: 2 for a wrong call, 130 for Ctrl-C, else 1; a traceback only for a defect."""

    def launch(_: RunRequest) -> None:
        raise error

    monkeypatch.setattr(running, "_launch", launch)
    assert cli.main(["run", "a.txt"]) == code
    told = capsys.readouterr().err
    assert words in told
    assert ("Traceback" in told) is traceback


# --- streams ----------------------------------------------------------------------------------------------------------


def test_reader_that_leaves_is_no_traceback() -> None:
    """A pipe that is closed by its reader ends the command quietly, as it ends any Unix tool."""
    code = "import sys; from copydesk.pipeline import cli; sys.exit(cli.main(['schema'] ))"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, check=False, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (cli.READER_LEFT, "")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_whose_streams_are_closed(tmp_path: Path, workers: int) -> None:
    """Where who starts a run has closed standard output and error, it publishes as ever, and says so by its exit code."""
    (tmp_path / "a.txt").write_text("The ferry runs again from Monday, after a winter in the dock, and the island is glad.")
    call = [sys.executable, "-m", "copydesk.pipeline.cli", "run", "a.txt", "--output", "out", "--workers", str(workers)]
    done = subprocess.run(["sh", "-c", f"{shlex.join(call)} >&- 2>&-"], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode == 0
    assert (tmp_path / "out" / "manifest.json").is_file()


@pytest.mark.parametrize(("command", "code"), [("clean", 1), ("clean --jsonl", 0), ("explain -", 1), ("run - --output out", 3)])
def test_standard_input_that_is_closed_holds_nothing(command: str, code: int, tmp_path: Path) -> None:
    """Where who starts a command has closed its input, it is as if that were empty."""
    call = f"{shlex.quote(sys.executable)} -m copydesk.pipeline.cli {command} <&-"
    done = subprocess.run(["sh", "-c", call], cwd=tmp_path, check=False, timeout=60, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == code


def test_interrupt_is_130() -> None:
    """Ctrl-C while a command reads ends it with 130 and one line."""
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a job in the background ignores it
    code = f"{heard}; import sys; from copydesk.pipeline import cli; print('up', flush=True); sys.exit(cli.main(['clean']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        worked, at_work = -1.0, psutil.Process(process.pid)
        while (now := sum(at_work.cpu_times()[:2])) != worked:  # until it has loaded and waits for input
            worked = now
            time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert process.stderr is not None
        assert (process.returncode, process.stderr.read()) == (130, "copydesk: interrupted\n")


def test_results_are_utf8_whatever_the_locale() -> None:
    """Results are UTF-8 under LANG=C, too."""
    code = "import sys; from copydesk.pipeline import cli; cli._speak_utf8(); print(chr(233))"
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout == "é\n".encode()


@pytest.mark.parametrize("record", [None, "story", "document", "removed", "rejected"])
def test_schema_is_json_schema(record: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    """`schema` prints one record's schema, or all four under their names."""
    assert cli.main(["schema", *([record] if record else [])]) == 0
    printed = json.loads(capsys.readouterr().out)
    one = printed if record else printed["story"]
    assert one["$schema"].endswith("2020-12/schema")
    assert record or list(printed) == ["story", "document", "removed", "rejected"]


# --- logs -------------------------------------------------------------------------------------------------------------


def test_logs_for_people_and_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    """The same record is a plain line for people and an object with its fields and its error for machines."""
    log = logging.getLogger("copydesk.test")
    logs.configure_logging()
    log.info("one\x1b")
    logging.getLogger("apache_beam.runner").info("chatter")
    assert capsys.readouterr().err == "copydesk: one\x1b\n"
    logs.configure_logging("json")
    log.error("two %d", 2, exc_info=ValueError("why"), extra={"source": Path("a")})
    [line] = capsys.readouterr().err.splitlines()
    record = json.loads(line)
    assert (record["message"], record["level"], record["source"], record["logger"]) == ("two 2", "error", "a", "copydesk.test")
    assert record["error"].endswith("ValueError: why")
    assert record["time"].endswith("+00:00")


@pytest.mark.parametrize(
    ("name", "path", "level", "told"),
    [
        ("root", "/x/apache_beam/io/gcp/__init__.py", logging.WARNING, False),
        ("root", "/x/apache_beam/io/gcp/__init__.py", logging.ERROR, True),
        ("root", "/x/other.py", logging.WARNING, True),
        ("apache_beam.runners", "/x/apache_beam/runners/a.py", logging.WARNING, True),
        ("apache_beam.runners.portability.fn_api_runner.worker_handlers", "/x/apache_beam/a.py", logging.ERROR, False),
        ("apache_beam.io.filesystems", "/x/apache_beam/a.py", logging.ERROR, True),
    ],
)
def test_import_noise_is_not_told(name: str, path: str, level: int, told: bool) -> None:  # noqa: FBT001
    """Warnings of extras that are not there are no news, nor are errors that the runner raises as well; all else is."""
    assert logs.worth_telling(logging.LogRecord(name, level, path, 1, "x", None, None)) is told


def test_text_log_shows_the_error(capsys: pytest.CaptureFixture[str]) -> None:
    """For people an error's traceback stands below its line."""
    logs.configure_logging(quiet=True)
    logging.getLogger("copydesk.test").error("two", exc_info=ValueError("why"))
    lines = capsys.readouterr().err.splitlines()
    assert (lines[0], lines[-1]) == ("copydesk: error: two", "ValueError: why")
