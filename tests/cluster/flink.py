"""A Flink cluster on this machine's loopback: one job manager, task managers, and Beam's job server in front of them.

Each is a Java process of its own with a configuration made here, and nothing of them listens on another interface.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 90.0
SLOTS: Final = 2
_OPENED: Final = ("lang", "net", "io", "nio", "lang.reflect", "text", "time", "util", "util.concurrent")
_OPENS: Final = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in _OPENED]
"""Packages of Java 17 that Flink's serializers look into, as its own configuration has them."""
_MEMORY: Final = {
    "framework.heap.size": "128m", "framework.off-heap.size": "128m", "task.heap.size": "256m", "task.off-heap.size": "64m",
    "network.min": "64m", "network.max": "64m", "managed.size": "64m", "jvm-metaspace.size": "256m",
    "jvm-overhead.min": "192m", "jvm-overhead.max": "192m",
}  # fmt: skip
"""Of a task manager. Its own script works these out; a process that is started without it has to be told."""


@dataclass
class Cluster:
    """A running cluster."""

    folder: Path
    """Configuration, logs, temporary files."""
    jars: Path
    task_managers: int
    rest: int
    endpoint: str = ""
    """Of Beam's job server."""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        """Start one of its Java processes."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder)

    def ask(self, path: str) -> dict[str, Any]:
        """What the job manager's REST interface answers."""
        with urllib.request.urlopen(f"http://{HOST}:{self.rest}{path}", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def kill(self, name: str) -> None:
        """End one of its processes at once, as a node that loses power ends."""
        self.processes[name].kill()
        self.processes[name].wait()

    def registered(self) -> int:
        """How many task managers the job manager knows."""
        try:
            return len(self.ask("/taskmanagers")["taskmanagers"])
        except OSError:  # it is not up yet
            return 0

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Wait until something is so, and fail with the logs where it does not come."""
        end = time.monotonic() + START_SECONDS
        while not done():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes.values()):
                logs = "\n".join(path.read_text(errors="replace")[-2_000:] for path in self.folder.glob("*.log"))
                raise AssertionError(f"{what}: not within {START_SECONDS:.0f} s\n{logs}")
            time.sleep(0.5)


@contextmanager
def cluster(folder: Path, jars: Path, job_server: Path | None, *, task_managers: int = 2) -> Iterator[Cluster]:
    """Start a cluster, and end its processes with the context.

    Args:
        folder: for configuration, logs and temporary files.
        jars: Flink's own.
        job_server: Beam's; None starts none.
        task_managers: how many.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rpc, rest, job, artifacts, expansion = _free_ports(5)
    (folder / "flink-conf.yaml").write_text(_configuration(folder, rpc, rest), encoding="ascii")
    running = Cluster(folder=folder, jars=jars, task_managers=task_managers, rest=rest)
    java = ("java", "-Xmx512m", *_OPENS, f"-Dlog4j.configurationFile={_log_settings(folder)}", "-cp", f"{jars}/*")
    where = ("--configDir", str(folder))
    with ExitStack() as stack:
        stack.callback(_end, running)
        running.start("jobmanager", *java, "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", *where)
        for number in range(task_managers):
            running.start(f"taskmanager-{number}", *java, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", *where)
        running.wait(lambda: running.registered() == task_managers, "the task managers did not register")
        if job_server is not None:
            running.endpoint = f"{HOST}:{job}"
            running.start(
                "jobserver", "java", "-Xmx512m", "-jar", str(job_server), f"--flink-master={HOST}:{rest}", f"--job-host={HOST}",
                f"--job-port={job}", f"--artifact-port={artifacts}", f"--expansion-port={expansion}",
                f"--artifacts-dir={folder / 'artifacts'}",
            )  # fmt: skip
            running.wait(lambda: _answers(job), "the job server did not start")
        yield running


def _configuration(folder: Path, rpc: int, rest: int) -> str:
    lines = {
        "jobmanager.rpc.address": HOST, "jobmanager.rpc.port": rpc, "jobmanager.bind-host": HOST,
        "jobmanager.memory.process.size": "1g", "rest.address": HOST, "rest.bind-address": HOST, "rest.port": rest,
        "taskmanager.host": HOST, "taskmanager.bind-host": HOST, "taskmanager.numberOfTaskSlots": SLOTS,
        "taskmanager.cpu.cores": SLOTS, **{f"taskmanager.memory.{name}": size for name, size in _MEMORY.items()},
        "parallelism.default": 2 * SLOTS, "io.tmp.dirs": folder / "tmp",
        "heartbeat.interval": 2_000, "heartbeat.timeout": 10_000,
        "restart-strategy.type": "fixed-delay", "restart-strategy.fixed-delay.attempts": 5,
        "restart-strategy.fixed-delay.delay": "2 s",
    }  # fmt: skip
    (folder / "tmp").mkdir(exist_ok=True)
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def _log_settings(folder: Path) -> Path:
    path = folder / "log4j.properties"
    path.write_text(
        "rootLogger.level = INFO\nrootLogger.appenderRef.console.ref = Console\nappender.console.name = Console\n"
        "appender.console.type = CONSOLE\nappender.console.layout.type = PatternLayout\n"
        "appender.console.layout.pattern = %d %-5p %c{1} - %m%n\n",
        encoding="ascii",
    )
    return path


def _end(running: Cluster) -> None:
    for process in reversed(running.processes.values()):
        process.terminate()
    for process in running.processes.values():
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == os.EX_OK


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
