"""On a Flink cluster the same command gives the same records, also where one of its nodes is lost half-way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import tools
from tests.cluster.flink import Cluster, cluster
from tests.cluster.runs import records, run
from tests.cluster.test_prism import SEEDS

pytestmark = pytest.mark.usefixtures("parts")  # first, so that nothing is run in vain where they cannot be had


@pytest.fixture(scope="session")
def parts(asked: None) -> tuple[Path, Path]:
    """Flink's jars and Beam's job server for it; skipped where one of them cannot be had."""
    del asked
    try:
        job_server = tools.job_server()  # first: without it the other, of 232 MB, is of no use
        return tools.flink(), job_server
    except tools.Missing as reason:
        pytest.skip(f"Flink: {reason}")


@pytest.fixture
def flink(parts: tuple[Path, Path], tmp_path: Path) -> Iterator[Cluster]:
    """One job manager, two task managers and Beam's job server."""
    jars, job_server = parts
    with cluster(tmp_path / "cluster", jars, job_server) as running:
        yield running


def options(flink: Cluster, command: Path) -> tuple[str, ...]:
    """What Beam is told of the cluster."""
    environment = f"--environment_config={json.dumps({'command': str(command)})}"
    return (f"--job_endpoint={flink.endpoint}", "--environment_type=PROCESS", environment, "--parallelism=4")


def test_the_seeds_give_the_same_records(flink: Cluster, command: Path, tmp_path: Path) -> None:
    """Every format that there is, on two task managers."""
    assert run(SEEDS, tmp_path / "local").code == 0
    done = run(SEEDS, tmp_path / "flink", ["--runner=FlinkRunner"], more=options(flink, command))
    assert done.code == 0, done.log
    assert records(tmp_path / "flink") == records(tmp_path / "local")


def test_a_task_manager_that_is_killed_changes_nothing(flink: Cluster, command: Path, pages: Path, local: Path) -> None:
    """Flink tries its work again on the other one; no record is lost, doubled or cut off."""
    output = local.parent / "flink"
    killed: list[str] = []

    def kill(_: int) -> None:
        flink.kill("taskmanager-0")
        killed.append("taskmanager-0")

    done = run(pages, output, ["--runner=FlinkRunner"], more=options(flink, command), half_way=kill)
    assert killed
    assert done.code == 0, done.log
    assert records(output) == records(local)
