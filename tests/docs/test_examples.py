"""The projects in docs/examples/: each is installed by itself, passes its own tests, and does what its page says."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .recipes import ROOT, blocks, call, trimmed, with_recipes

SEARCH = ROOT / "docs" / "examples" / "search"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The search, built and installed from a copy of its folder, beside a Copydesk that is there already."""
    folder = tmp_path_factory.mktemp("search")
    shutil.copytree(SEARCH, folder / "source", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(folder / "site"), str(folder / "source")], check=True)
    return folder


@with_recipes
def test_the_search_passes_its_own_tests(installed: Path) -> None:
    """As whoever starts from it would run them: in its folder, with its own configuration."""
    paths = os.pathsep.join(filter(None, (str(installed / "site"), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"],
        cwd=installed / "source", env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


@with_recipes
def test_the_page_of_the_search_shows_what_it_prints(installed: Path, folder: Path) -> None:
    """The commands of its page, run in their order after those that install and that make the run, print what stands below."""
    (block,) = blocks((SEARCH / "README.md").read_text("utf-8"))
    install, run, *searches = block.code.splitlines()
    assert install == "pip install ."
    assert run in (ROOT / "docs" / "use.md").read_text("utf-8").splitlines()  # so it is made already
    paths = os.pathsep.join(filter(None, (str(installed / "site"), os.environ.get("PYTHONPATH"))))
    command = folder / "bin" / "desk-search"
    program = shlex.join([sys.executable, "-P", str(installed / "site" / "bin" / "desk-search")])
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(paths)} exec {program} "$@"\n', "utf-8")
    command.chmod(0o755)
    (folder / "search.db").unlink(missing_ok=True)
    assert trimmed(call(["bash", "-e", "-c", "\n".join(searches)], folder)) == trimmed(block.printed or "")
