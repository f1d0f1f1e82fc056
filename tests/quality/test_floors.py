"""The scores on labelled data never fall below their floors, and the account holds on every input at hand.

The data is no part of the project. `COPYDESK_DATA` names its folder, beside which the scorers' folder `eval` lies; where `CI`
is set it has to be there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.jobs import run

HERE = Path(__file__).parent
DATA = Path(os.environ.get("COPYDESK_DATA", HERE.parent.parent.parent / "shared" / "data"))
SCORES: list[dict[str, Any]] = tomllib.loads((HERE / "floors.toml").read_text())["score"]


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs by their inputs, each made once."""
    if not DATA.is_dir() and "CI" not in os.environ:
        pytest.skip(f"no labelled data at {DATA}; COPYDESK_DATA names its folder")

    @cache
    def output_of(inputs: tuple[str, ...], kind: str | None) -> Path:
        folder = tmp_path_factory.mktemp("run") / "out"
        run([str(DATA / path) for path in inputs], folder, kind=kind)
        return folder

    return output_of


@pytest.mark.parametrize("score", SCORES, ids=[score["name"] for score in SCORES])
def test_the_floor_holds(score: dict[str, Any], outputs: Any) -> None:
    """One scorer over one run, with the bounds of the file of floors."""
    bounds = [
        argument
        for side in ("min", "max")
        for name, value in score.get(side, {}).items()
        for argument in (f"--{side}", f"{name}={value}")
    ]
    command = [sys.executable, str(DATA.parent / "eval" / score["scorer"]), str(DATA / score["gold"])]
    output = outputs(tuple(score["inputs"]), score.get("kind"))
    done = subprocess.run([*command, str(output), *bounds], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
