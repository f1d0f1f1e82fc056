"""The folder in which the recipes are at home: the samples, the runs that docs/use.md makes of them, and the commands."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from copydesk.pipeline.cli import main

from .recipes import RECIPES, ROOT, blocks


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; `copydesk` and, where it is not installed, `jq` are commands of its own."""
    made = tmp_path_factory.mktemp("use")
    (made / "seeds").symlink_to(ROOT / "seeds")
    (made / "bin").mkdir()
    _command(made / "bin" / "copydesk", sys.executable, "-P", "-m", "copydesk.pipeline.cli")
    if not shutil.which("jq"):
        _command(made / "bin" / "jq", RECIPES, str(Path(__file__).with_name("jq_standin.py")))
    runs = next(blocks((ROOT / "docs" / "use.md").read_text("utf-8")))
    with contextlib.chdir(made):
        for line in runs.code.splitlines():
            assert main(shlex.split(line)[1:]) == 0
    return made


def _command(path: Path, *words: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
    path.chmod(0o755)
