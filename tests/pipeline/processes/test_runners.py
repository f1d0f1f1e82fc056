"""Which runner a run uses is decided by its size and its flags, and a flag that would be ignored is refused."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from urllib.error import URLError

import pytest
from apache_beam.options.pipeline_options import DirectOptions

from copydesk.pipeline.cli import main
from copydesk.pipeline.faults import JobServerFault, find_fault
from copydesk.pipeline.options import ConfigError, RunRequest
from copydesk.pipeline.processes.runners import Job, Runner, choose_runner, worker_command
from copydesk.pipeline.resources import default_settings

SETTINGS = default_settings()


def request(**fields: object) -> RunRequest:
    """A request with the default configuration."""
    return RunRequest(inputs=("x",), output=None, settings=SETTINGS, **fields)  # type: ignore[arg-type]


def test_small_inputs_run_in_memory_and_large_ones_in_worker_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The input's size decides, with a worker a core."""
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    assert choose_runner(request(), 1_000).workers == 0
    large = choose_runner(request(), SETTINGS.run.in_memory_bytes + 1)
    assert large.workers == 3
    assert "--direct_num_workers=3" in large.flags


def test_workers_can_be_told() -> None:
    """--workers decides whatever the size; one worker is this process."""
    assert choose_runner(request(workers=2), 1).workers == 2
    assert choose_runner(request(workers=1), 10**9).workers == 0


@pytest.mark.parametrize("runner", [None, "DirectRunner"])
def test_no_runner_and_direct_runner_mean_the_local_one(runner: str | None) -> None:
    """Beam's own choice between three runners, after a download, is not asked for."""
    chosen = choose_runner(request(runner=runner), 1)
    assert chosen.name == "FnApiRunner"
    assert type(chosen.make()).__name__ == "FnApiRunner"


def test_another_runner_and_its_options_are_handed_to_beam() -> None:
    """Flags after -- reach a cluster's runner as they are."""
    flags = ("--parallelism=4", "--environment_type=EXTERNAL")
    chosen = choose_runner(request(runner="FlinkRunner", beam_args=flags), 1)
    assert (chosen.make(), chosen.local) == ("FlinkRunner", False)
    assert chosen.flags == ("--runner=FlinkRunner", *flags)


def test_nodes_start_our_own_worker_where_nothing_else_is_asked_for() -> None:
    """Beam's default, a container without Copydesk in it, could not do the work."""
    kind, config, asked = choose_runner(request(runner="FlinkRunner", beam_args=("--parallelism=4",)), 1).flags[1:]
    assert (kind, asked) == ("--environment_type=PROCESS", "--parallelism=4")
    assert json.loads(config.removeprefix("--environment_config=")) == {"command": worker_command()}
    assert choose_runner(request(runner="DataflowRunner"), 1).flags == ("--runner=DataflowRunner",)


def test_workers_of_this_machine_are_refused_where_a_cluster_does_the_work() -> None:
    """--workers would be ignored, so it is an error that says what to give instead."""
    with pytest.raises(ConfigError, match=r"--workers 4: .*--parallelism"):
        choose_runner(request(runner="FlinkRunner", workers=4), 1)


def test_files_of_this_machine_are_refused_where_no_worker_reaches_them() -> None:
    """Dataflow's workers never see this machine's disk; those of a cluster of one's own may."""
    paths = ["gs://bucket/pages.jsonl", "/data/pages.jsonl"]
    with pytest.raises(ConfigError, match=r"/data/pages\.jsonl: the workers of DataflowRunner cannot reach"):
        choose_runner(request(runner="DataflowRunner"), 1).check_reach(paths)
    choose_runner(request(runner="DataflowRunner"), 1).check_reach(paths[:1])
    choose_runner(request(runner="FlinkRunner"), 1).check_reach(paths)


def test_an_unknown_runner_is_refused_before_anything_starts() -> None:
    """A misspelled runner is a wrong call; the message names those that there are."""
    with pytest.raises(ConfigError, match=r"--runner Flonk: .*FlinkRunner"):
        choose_runner(request(runner="Flonk"), 1)
    with pytest.raises(ConfigError, match=r"--runner no\.such\.Runner: No module named 'no'"):
        choose_runner(request(runner="no.such.Runner"), 1)


@pytest.mark.parametrize(
    ("given", "meant"), [("FlinkRuner", "FlinkRunner"), ("sparkruner", "SparkRunner"), ("DataFlowRuner", "DataflowRunner")]
)
def test_a_misspelled_runner_is_told_before_anything_is_read(
    given: str, meant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The call is wrong whether its inputs and its state are there or not, and nothing is made."""
    paths = {name: str(tmp_path / name) for name in ("nothing.txt", "out", "state")}
    assert main(["run", paths["nothing.txt"], "--runner", given, "--output", paths["out"], "--state", paths["state"]]) == 2
    assert f"--runner {given}: no such runner; did you mean {meant}? known are DirectRunner, " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [("flink", "FlinkRunner"), ("SPARKRUNNER", "SparkRunner"), ("prism", "PrismRunner"), ("direct", "FnApiRunner"),
     ("fnapirunner", "FnApiRunner")],
)  # fmt: skip
def test_a_runner_is_known_by_its_name_however_it_is_written(given: str, name: str) -> None:
    """Beam takes these spellings, so ours are the same runners, with the options that each needs."""
    chosen = choose_runner(request(runner=given), 1)
    assert chosen.name == name
    assert ("--environment_type=PROCESS" in chosen.flags) is (name in {"FlinkRunner", "SparkRunner"})


def test_a_portable_runner_without_a_server_is_refused() -> None:
    """Beam would tell so only once it is handed the first graph."""
    with pytest.raises(ConfigError, match="give --job_endpoint=HOST:PORT"):
        choose_runner(request(runner="PortableRunner"), 1)
    assert choose_runner(request(runner="PortableRunner", beam_args=("--job_endpoint=h:1",)), 1).name == "PortableRunner"


class Refusing:
    """A graph that its runner cannot be handed."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def run(self) -> None:
        """Raise what it was made with."""
        raise self.error


def test_a_job_server_that_cannot_be_fetched_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beam's own words, behind three exceptions of the network, become one line with what to do."""
    from apache_beam.utils import subprocess_server

    def refuse(*_: object, **__: object) -> None:
        raise URLError("Name or service not known")

    monkeypatch.setattr(subprocess_server, "urlopen", refuse)
    with pytest.raises(RuntimeError) as told:
        subprocess_server.JavaJarServer.local_jar("https://repo.maven.apache.org/maven2/a/server.jar", str(tmp_path))
    runner = Runner(name="FlinkRunner", workers=0, flags=())
    with pytest.raises(JobServerFault) as fault:
        Job(runner, Refusing(told.value))  # type: ignore[arg-type]  # as much of a pipeline as is asked for
    assert find_fault(fault.value) == (
        "FlinkRunner: Beam's job server cannot be fetched from https://repo.maven.apache.org/maven2/a/server.jar "
        f"(<urlopen error Name or service not known>); put that file into {subprocess_server.JavaJarServer.JAR_CACHE}, or "
        "start the job server yourself and give --job_endpoint=HOST:PORT after --; see docs/clusters.md"
    )


@pytest.mark.parametrize("home", [None, "/no/java"])
def test_a_missing_java_is_told_with_the_remedy(home: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is a Java program; what else goes wrong is told as it was."""
    from apache_beam.utils.subprocess_server import JavaJarServer

    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    if home:
        monkeypatch.setenv("JAVA_HOME", home)
    with pytest.raises(RuntimeError) as told:
        JavaJarServer(None, "server.jar", []).start_process()
    runner = Runner(name="SparkRunner", workers=0, flags=())
    with pytest.raises(JobServerFault, match="SparkRunner: Beam's job server needs Java, which is not here; install it"):
        Job(runner, Refusing(told.value))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match=r"^something else$"):
        Job(runner, Refusing(RuntimeError("something else")))  # type: ignore[arg-type]


@pytest.mark.parametrize("flag", ["--num_workers=4", "--runner=FlinkRunner", "--direct_num_workers=2"])
def test_a_flag_that_would_be_ignored_is_refused_with_what_to_do(flag: str) -> None:
    """Beam's flags that a local run ignores, or that are ours, are errors."""
    with pytest.raises(ConfigError, match=r"after --"):
        choose_runner(request(beam_args=(flag,)), 1)


def test_an_unknown_flag_is_refused() -> None:
    """A misspelled option for Beam does not vanish."""
    with pytest.raises(ConfigError, match="no_such_flag"):
        choose_runner(request(beam_args=("--no_such_flag=1",)), 1)


def test_views_of_beams_options_are_made_once_and_share_their_values() -> None:
    """What is set through one view shows in every other and in a copy, and a copy's views are its own."""
    runner = Runner(name="FnApiRunner", workers=2, flags=("--direct_num_workers=2",))
    options = runner.options()
    assert options.view_as(DirectOptions) is options.view_as(DirectOptions)
    assert options.view_as(DirectOptions).direct_num_workers == 2
    options.view_as(DirectOptions).direct_num_workers = 3
    copied = copy.deepcopy(options)
    copied.view_as(DirectOptions).direct_num_workers = 4
    assert options.get_all_options(drop_default=True)["direct_num_workers"] == 3
    assert copied.get_all_options(drop_default=True)["direct_num_workers"] == 4
