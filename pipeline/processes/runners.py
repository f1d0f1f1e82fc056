"""Which runner a run uses, with which of Beam's options.

No `--runner`, and `--runner=DirectRunner`, mean Beam's FnApiRunner: in memory for small inputs, with worker processes for large
ones. (Beam's class DirectRunner would choose between three runners by the graph, after trying a download.) Any other runner,
and what stands after `--`, is handed to Beam; docs/clusters.md tells how to run on each.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shlex
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.runner import PipelineResult, PipelineRunner, create_runner
from apache_beam.transforms.environments import SubprocessSDKEnvironment
from apache_beam.utils.subprocess_server import JavaJarServer

from copydesk.pipeline import files
from copydesk.pipeline.faults import JobServerFault
from copydesk.pipeline.options import LOCAL, ConfigError, RunRequest
from copydesk.pipeline.processes import forkserver, standin
from copydesk.pipeline.processes.boot import COMMAND

_OURS: Final = {
    "runner": "give --runner before the --",
    "direct_num_workers": "give --workers N before the --",
    "direct_running_mode": "give --workers N before the --; 1 means in memory",
    "num_workers": "a local run ignores it; give --workers N before the --",
    "max_num_workers": "a local run ignores it; give --workers N before the --",
    "sdk_worker_parallelism": "a local run ignores it; give --workers N before the --",
    "autoscaling_algorithm": "a local run ignores it",
    "machine_type": "a local run ignores it",
}
"""Beam's flags that a local run would ignore or that would contradict our own, and what to do instead."""

_CLUSTERS: Final = ("FlinkRunner", "SparkRunner", "DataflowRunner", "PrismRunner", "PortableRunner")
"""Runners of Beam's that docs/clusters.md tells of; it has more, for tests and notebooks."""
_JAR: Final = re.compile(r"Unable to fetch remote job server jar at (?P<url>\S+): (?P<why>.*?)\. (?:Also failed|If no Int)")
"""How Beam tells that its job server cannot be downloaded."""
_NO_JAVA: Final = re.compile(r"Java (?:must be|is not correctly) installed")
_OWN_NODES: Final = frozenset({"FlinkRunner", "PortableRunner", "SparkRunner"})
"""Runners on nodes that Copydesk is installed on. Beam's default for them, a container of its own, would not have Copydesk."""
_NO_LOCAL_FILES: Final = frozenset({"DataflowRunner"})
"""Runners whose nodes no one else's disk can be mounted on."""

_WORKERS_FLAG: Final = "--direct_num_workers="
WORKER_MODULE: Final = "copydesk.pipeline.processes.worker"
CANCEL_SECONDS: Final = 10.0


class _Options(PipelineOptions):  # type: ignore[misc]  # Beam publishes no types
    """Beam's options with each view of them made once: a view parses all flags anew, and Beam asks for ten a step.

    Views share the values, so that one made before shows what was changed since.
    """

    def view_as(self, cls: type[PipelineOptions]) -> PipelineOptions:
        """The options of one kind."""
        views: dict[type[PipelineOptions], PipelineOptions] = self.__dict__.setdefault("_views", {})
        if cls not in views:
            views[cls] = super().view_as(cls)
        return views[cls]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A runner, ready to be given graphs."""

    name: str
    workers: int
    """Worker processes on this machine; 0 where the work is done in this process, or elsewhere."""
    flags: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Whether it is Beam's own on this machine."""
        return self.name == "FnApiRunner"

    def alone(self) -> Runner:
        """The same runner without worker processes of its own, for a graph too small to be worth starting them."""
        flags = tuple(flag for flag in self.flags if not flag.startswith(_WORKERS_FLAG))
        return replace(self, workers=0, flags=flags) if self.local else self

    def options(self) -> PipelineOptions:
        """Beam's options, made anew for each graph, because a run changes them."""
        return _Options(list(self.flags))

    def make(self) -> PipelineRunner | str:
        """What a `beam.Pipeline` is given."""
        if not self.local:
            return self.name
        if not self.workers:
            return FnApiRunner()
        server = forkserver.address()
        if server is None:
            raise RuntimeError("worker processes are forked of a server, and none is started")
        # exec: no shell between it and us; -I: nothing is imported of the folder that it is started in, -S nor of packages.
        command = shlex.join([sys.executable, "-I", "-S", os.path.abspath(standin.__file__), server, WORKER_MODULE])  # noqa: PTH100
        command = f"exec {command}"
        return FnApiRunner(default_environment=SubprocessSDKEnvironment.from_command_string(command))

    def check_reach(self, paths: Iterable[str]) -> None:
        """Refuse files that the workers cannot reach.

        Args:
            paths: of the inputs and of the output.

        Raises:
            ConfigError: one is on this machine, and the workers never are. (Whether the nodes of a cluster of one's own share
                a disk with this machine cannot be seen from here; where they do not, the run fails at its first file.)
        """
        if self.name in _NO_LOCAL_FILES and (here := next((path for path in paths if not files.is_remote(path)), None)):
            raise ConfigError(f"{here}: the workers of {self.name} cannot reach this machine's disk; give a gs:// path")


class Job:
    """A graph that a runner does."""

    def __init__(self, runner: Runner, pipeline: beam.Pipeline) -> None:
        """Hand it to its runner; the local one begins only when its end is waited for.

        Raises:
            JobServerFault: the server in front of a cluster can be neither fetched nor started.
            Exception: a cluster does not take it.
        """
        self._runner = runner
        self._pipeline = pipeline
        # In this thread, because Beam sets a signal's handler as it does so.
        with _job_server(runner.name):
            self._result: PipelineResult | None = None if runner.local else pipeline.run()

    def finish(self) -> None:
        """Wait for its end.

        Raises:
            Exception: it failed.
        """
        result = self._result or self._pipeline.run()
        result.wait_until_finish()

    def cancel(self) -> None:
        """Tell a cluster, which would go on for a launcher that is gone, to stop; one that does not answer is left alone."""
        if self._runner.local or self._result is None:
            return
        asking = threading.Thread(target=self._result.cancel, name="cancel", daemon=True)
        asking.start()
        asking.join(CANCEL_SECONDS)


@contextmanager
def _job_server(name: str) -> Iterator[None]:
    """Tell what to do where Beam's own server for a runner, which it fetches and starts where none is named, cannot be had."""
    try:
        yield
    except RuntimeError as error:
        own = "start the job server yourself and give --job_endpoint=HOST:PORT after --; see docs/clusters.md"
        if found := _JAR.search(str(error)):
            raise JobServerFault(
                f"{name}: Beam's job server cannot be fetched from {found['url']} ({found['why']}); "
                f"put that file into {JavaJarServer.JAR_CACHE}, or {own}"
            ) from error
        if _NO_JAVA.search(str(error)):
            raise JobServerFault(f"{name}: Beam's job server needs Java, which is not here; install it, or {own}") from error
        raise


def known_runner(name: str | None) -> str | None:
    """A runner's name as it is written, whatever the capitals and with or without "Runner"; None where none is named.

    Args:
        name: as a call gives it; one with dots is that of a class, "module.Class", and has to be there.

    Raises:
        ConfigError: there is no such runner.

    >>> known_runner("flink"), known_runner("directrunner")
    ('FlinkRunner', 'DirectRunner')
    """
    if name is None or name in LOCAL:
        return name
    known: dict[str, str] = {known.lower(): known for known in StandardOptions.KNOWN_RUNNER_NAMES}
    if found := known.get(name.lower()) or known.get(f"{name.lower()}runner"):
        return found
    if "." not in name:
        close = difflib.get_close_matches(name.lower(), known, n=1)
        hint = f"; did you mean {known[close[0]]}?" if close else ";"
        raise ConfigError(
            f"--runner {name}: no such runner{hint} known are DirectRunner, {', '.join(_CLUSTERS)}, "
            "or a class of your own as module.Class"
        )
    _check_made(name)
    return name


def _check_made(name: str) -> None:
    try:
        create_runner(name)
    except (ValueError, ImportError, AttributeError, TypeError) as error:
        raise ConfigError(f"--runner {name}: {error}") from None


def choose_runner(request: RunRequest, input_bytes: int) -> Runner:
    """The runner for a request.

    Args:
        request: names a runner, or leaves it to us; its `workers` and the configuration's say how many processes.
        input_bytes: size of all inputs; small ones are done in memory, because starting workers takes seconds.

    Raises:
        ConfigError: no such runner; or an option for Beam is unknown, or one that the runner would ignore.
    """
    name = known_runner(request.runner)
    known = _check(request.beam_args, local=name in LOCAL)
    if name not in LOCAL:
        return _remote(str(name), request.workers, known)
    run = request.settings.run
    asked = request.workers if request.workers is not None else run.workers
    workers = asked or (0 if input_bytes <= run.in_memory_bytes else os.cpu_count() or 1)
    if workers <= 1:
        return Runner(name="FnApiRunner", workers=0, flags=known)
    return Runner(name="FnApiRunner", workers=workers, flags=(f"{_WORKERS_FLAG}{workers}", *known))


def _remote(name: str, workers: int | None, flags: tuple[str, ...]) -> Runner:
    """A runner that is not Beam's own on this machine."""
    _check_made(name)
    if workers is not None:
        raise ConfigError(
            f"--workers {workers}: counts processes of this machine, which {name} starts none of; "
            "tell it how many with its own options after --, such as --parallelism=8",
        )
    if name == "PortableRunner" and not any(flag.startswith("--job_endpoint") for flag in flags):
        raise ConfigError("--runner PortableRunner: give --job_endpoint=HOST:PORT of its job server after --")
    if name in _OWN_NODES and not any(flag.startswith("--environment_") for flag in flags):
        flags = ("--environment_type=PROCESS", f"--environment_config={json.dumps({'command': worker_command()})}", *flags)
    return Runner(name=name, workers=0, flags=(f"--runner={name}", *flags))


def is_worker(command: Sequence[str]) -> bool:
    """Whether the command line of a process of this machine is that of a worker: of the local runner, or of Prism.

    >>> is_worker(["python", "/opt/bin/copydesk-worker", "--id=1"]), is_worker(["python", "copydesk"])
    (True, False)
    """
    return WORKER_MODULE in command or any(Path(word).name == COMMAND for word in command)


def worker_command() -> str:
    """Path of the command that a node starts for a worker: beside the interpreter, on the nodes as here."""
    return str(Path(sys.executable).with_name(COMMAND))


def _check(flags: Sequence[str], *, local: bool) -> tuple[str, ...]:
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)  # noqa: SLF001 - Beam has no public way to ask which flags it knows
    try:
        _, unknown = parser.parse_known_args(list(flags))
    except (argparse.ArgumentError, ValueError) as error:
        raise ConfigError(f"after --: {error}") from None
    if unknown and local:
        raise ConfigError(f"after --: Beam knows no option {unknown[0]!r}")
    for flag in flags:
        name = flag.lstrip("-").split("=")[0].replace("-", "_")
        if name in _OURS and (local or name == "runner"):
            raise ConfigError(f"after --: {flag}: {_OURS[name]}")
    return tuple(flags)
