"""A wheel, installed by itself, is the whole product: it runs from any folder, with workers too."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.shipped import rule_files
from tests.pipeline.jobs import article

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked beside nothing else of the project."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = folder / "source"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(source)], check=True)
    for name in ("pipeline", "transforms", "configs", "pyproject.toml"):  # as they are now, committed or not
        subprocess.run(["cp", "-r", str(ROOT / name), str(source)], check=True)
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


def call(installed: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The installed command under an interpreter that does not know the checkout."""
    base: str = sys._base_executable  # type: ignore[attr-defined]  # the interpreter that the virtual environment is made of
    paths = os.pathsep.join([str(installed), sysconfig.get_paths()["purelib"]])
    environment: Mapping[str, str] = os.environ | {"PYTHONPATH": paths}
    command = [base, str(installed / "bin" / "copydesk"), *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=180)


def test_the_wheel_holds_every_rule_file(installed: Path) -> None:
    """What the product reads at run time is package data; and so are the marks by which type checkers know its types."""
    for path, _ in rule_files():
        assert (installed / "copydesk" / "configs" / path).is_file()
    for package in ("pipeline", "transforms"):
        assert (installed / "copydesk" / package / "py.typed").is_file()
    assert not (installed / "pipeline").exists()


def test_the_installed_command_runs_with_workers_in_a_folder_of_like_names(installed: Path, tmp_path: Path) -> None:
    """From a folder that has its own pipeline/, transforms/ and configs/, none of which is imported."""
    for name in ("pipeline", "transforms", "configs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('the wrong one')")
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(article(number))
    done = call(installed, "run", ".", "--include", "*.txt", "--output", "out", "--workers", "2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert read_manifest(tmp_path / "out")["counts"]["stories"] == 4
    checked = call(installed, "check", "out", "--sources", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
