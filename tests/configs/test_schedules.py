"""The examples for schedulers are tried as far as a machine without those schedulers can try them."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from copydesk.pipeline.cli import COMMANDS, Parser
from tests.pipeline import jobs

SCHEDULES = Path(str(resources.files("copydesk.configs").joinpath("schedules")))
AIRFLOW = os.environ.get("COPYDESK_AIRFLOW")
"""The Python of an environment that has Airflow; `make airflow-test` makes one."""


def cron() -> tuple[dict[str, str], str]:
    """The variables and the command of the crontab's one line, as cron would take them."""
    lines = [line for line in (SCHEDULES / "crontab").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]+=", line))
    (entry,) = [line for line in lines if not re.match(r"[A-Z]+=", line)]
    return variables, entry.split(None, 5)[5]


def commands() -> dict[str, list[str]]:
    """The arguments of `copydesk` in each example."""
    service = (SCHEDULES / "copydesk.service").read_text("utf-8")
    (started,) = re.findall(r"^ExecStart=(.+)$", service, re.MULTILINE)
    pod = yaml.safe_load((SCHEDULES / "cronjob.yaml").read_text("utf-8"))["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    dag = re.search(r"COMMAND = \[(.+?)\n\]", (SCHEDULES / "airflow_dag.py").read_text("utf-8"), re.DOTALL)
    assert dag is not None
    unescaped = dag[1].replace("{{", "{").replace("}}", "}")
    return {
        "crontab": shlex.split(cron()[1].split("copydesk ", 1)[1].partition(" >>")[0]),
        "copydesk.service": shlex.split(started)[1:],
        "cronjob.yaml": pod["containers"][0]["args"],
        "airflow_dag.py": [word or "/srv/scraped" for word in re.findall(r'"([^"]+)"|INBOX', unescaped)][1:],
    }


@pytest.mark.parametrize("name", ["crontab", "copydesk.service", "cronjob.yaml", "airflow_dag.py"])
def test_every_example_calls_the_command_as_it_is(name: str) -> None:
    """The command line understands each option, and each run keeps a state, a metrics file and a log for machines."""
    command, *arguments = commands()[name]
    parser = Parser(prog=f"copydesk {command}", allow_abbrev=False)
    COMMANDS[command].add(parser)
    called = parser.parse_args(arguments)
    assert called.inputs
    assert called.state
    assert called.metrics_file
    assert called.output.endswith("/out/{run_id}")
    assert called.log_format == "json"


@pytest.fixture
def desk(tmp_path: Path) -> Mapping[str, str]:
    """Folders as the crontab names them, with one page scraped, and `copydesk` on the PATH of cron."""
    for folder in ("bin", "scraped", "desk/log"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "scraped" / "page.txt").write_text(jobs.article(1), "utf-8")
    script = tmp_path / "bin" / "copydesk"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m copydesk.pipeline.cli "$@"\n', "utf-8")
    script.chmod(0o755)
    variables, _ = cron()
    path = f"{tmp_path / 'bin'}:{variables['PATH']}"
    python = {"PYTHONPATH": jobs.environment()["PYTHONPATH"]}
    return python | variables | {"PATH": path, "INBOX": str(tmp_path / "scraped"), "DESK": str(tmp_path / "desk"), "HOME": "/"}


def ring(desk: Mapping[str, str]) -> str:
    """The crontab's line, run as cron runs it; what cron would send by mail."""
    done = subprocess.run([desk["SHELL"], "-c", cron()[1]], env=dict(desk), capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is no part of this system; the crontab's line needs it")
def test_the_line_of_cron_runs_and_tells_only_of_failures(desk: Mapping[str, str]) -> None:
    """Nothing is said of a night that went well; a second run at once finds the lock; a wrong call tells its exit code."""
    assert ring(desk) == ""
    out = Path(desk["DESK"])
    assert [path.name for path in (out / "out").glob("*/manifest.json")] == ["manifest.json"]
    log = (out / "log" / "nightly.jsonl").read_text("utf-8")
    assert {json.loads(line)["level"] for line in log.splitlines()} == {"info"}
    with (out / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "exit code 75" in ring(desk)
    assert "exit code 2" in ring({**desk, "INBOX": "/nowhere"})
    assert "copydesk_run_exit_code 2.0" in (out / "metrics.prom").read_text("utf-8")


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="logrotate is not installed")
def test_logrotate_understands_its_file(tmp_path: Path) -> None:
    """A rotation that is forced moves the log away."""
    log = tmp_path / "nightly.jsonl"
    log.write_text("{}\n", "utf-8")
    text = (SCHEDULES / "logrotate.conf").read_text("utf-8").replace("/srv/copydesk/log/nightly.jsonl", str(log))
    (tmp_path / "conf").write_text(text, "utf-8")
    (tmp_path / "conf").chmod(0o644)
    tmp_path.chmod(0o755)
    subprocess.run(["logrotate", "--force", "--state", str(tmp_path / "state"), str(tmp_path / "conf")], check=True)
    assert (tmp_path / "nightly.jsonl.1").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is no part of this system")
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    """The units verify without a word, with the command at a place where it is."""
    command = tmp_path / "copydesk"
    command.write_text("#!/bin/sh\n", "utf-8")
    command.chmod(0o755)
    for name in ("copydesk.service", "copydesk.timer"):
        unit = (SCHEDULES / name).read_text("utf-8").replace("/usr/local/bin/copydesk", str(command))
        (tmp_path / name).write_text(unit, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "copydesk.service"), str(tmp_path / "copydesk.timer")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, [line for line in done.stderr.splitlines() if "copydesk" in line]) == (0, [])


@pytest.mark.parametrize("release", ["1.31", "1.33"])
def test_the_cron_job_is_valid_for_kubernetes(release: str) -> None:
    """No field is unknown or missing in two releases of the API."""
    described = yaml.safe_load((SCHEDULES / "cronjob.yaml").read_text("utf-8"))
    assert kubernetes_validate.validate(described, release, strict=True) == release


_LOAD = """
import os, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(os.environ["DAGS"], include_examples=False) if "include_examples" in DagBag.__init__.__code__.co_varnames \
    else DagBag(os.environ["DAGS"])
assert not bag.import_errors, bag.import_errors
dag = bag.dags["copydesk"]
assert dag.max_active_runs == 1 and not dag.catchup
task = dag.get_task("clean")
assert task.retries == 2
ends = []
for code in (0, 1, 2, 3):
    os.environ["END"] = str(code)
    try:
        task.python_callable()
        ends.append("done")
    except Exception as error:
        ends.append(type(error).__name__)
print("ENDS", *ends)
"""


@pytest.mark.skipif(not AIRFLOW, reason="COPYDESK_AIRFLOW names no Python that has Airflow; `make airflow-test` does")
def test_airflow_loads_its_dag_and_tries_again_only_what_may_end_well(tmp_path: Path) -> None:
    """A run that failed is tried again; a wrong call and an output with too many rejected sources are not."""
    (tmp_path / "dags").mkdir()
    shutil.copy(SCHEDULES / "airflow_dag.py", tmp_path / "dags")
    (tmp_path / "copydesk").write_text('#!/bin/sh\necho "$*" >&2\nexit "$END"\n', "utf-8")
    (tmp_path / "copydesk").chmod(0o755)
    (tmp_path / "load.py").write_text(_LOAD, "utf-8")
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin", "AIRFLOW_HOME": str(tmp_path / "home"), "DAGS": str(tmp_path / "dags"),
        "HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }  # fmt: skip
    done = subprocess.run(
        [str(AIRFLOW), str(tmp_path / "load.py")],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "ENDS done AirflowException AirflowFailException AirflowFailException" in done.stdout, done.stdout + done.stderr
