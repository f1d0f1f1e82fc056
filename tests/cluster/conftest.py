"""The cluster tests take minutes and fetch what they run on, so they run when they are asked for: `make cluster-test`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cluster.pages import write_pages
from tests.cluster.runs import run

ASKED = "COPYDESK_CLUSTER"


@pytest.fixture(scope="session")
def asked() -> None:
    """Skip what nobody asked for."""
    if not os.environ.get(ASKED):
        pytest.skip("the cluster tests run with `make cluster-test`")


@pytest.fixture(scope="session")
def pages(asked: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many made-up pages as COPYDESK_PAGES says."""
    del asked
    folder = tmp_path_factory.mktemp("pages")
    write_pages(folder, int(os.environ.get("COPYDESK_PAGES", "100")))
    return folder


@pytest.fixture(scope="session")
def local(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of the local runner on those pages."""
    output = tmp_path_factory.mktemp("local") / "out"
    assert run(pages, output).code == 0
    return output


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worker's command, as the package's installation makes it, for the code that is under test."""
    path = tmp_path_factory.mktemp("bin") / "copydesk-worker"
    path.write_text(f"#!{sys.executable} -P\nfrom copydesk.pipeline.processes.boot import start\nstart()\n", encoding="utf-8")
    path.chmod(0o755)
    return path
