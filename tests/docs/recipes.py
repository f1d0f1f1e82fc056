"""Pages whose blocks are run: what a page shows, and a program called in the folder where its recipes are at home."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
RECIPES: Final = os.environ.get("COPYDESK_RECIPES", "")
"""The Python of an environment that has the libraries of docs/use.md; `make recipes-test` makes one."""
with_recipes = pytest.mark.skipif(not RECIPES, reason="COPYDESK_RECIPES names no Python; `make recipes-test` does")
_FENCE: Final = re.compile(r"^```(.*)\n((?:.*\n)*?)```$|^##? (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block that is run, and what it should print; None where the page does not say."""

    section: str
    language: str
    """"python", or "" for commands."""
    code: str
    printed: str | None
    ordered: bool = True


def blocks(page: str) -> Iterator[Block]:
    """A page's blocks in their order; one of `text`, or `text sorted` for lines in any order, is what the one before prints."""
    section, waiting = "", None
    for language, code, heading in _FENCE.findall(page):
        if heading:
            section = heading
        elif language.startswith("text"):
            assert waiting is not None, f"{section}: nothing prints this"
            yield Block(section=section, language=waiting[0], code=waiting[1], printed=code, ordered=language == "text")
            waiting = None
        else:
            if waiting is not None:
                yield Block(section=section, language=waiting[0], code=waiting[1], printed=None)
            waiting = language, code
    if waiting is not None:
        yield Block(section=section, language=waiting[0], code=waiting[1], printed=None)


def call(arguments: list[str], folder: Path) -> str:
    """What a program prints that is called in the folder, finds the folder's own commands, and finds no hub."""
    environment = os.environ | {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub"), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1",
    }  # fmt: skip
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def trimmed(text: str) -> list[str]:
    """The lines, without the spaces that a table ends its lines with."""
    return [line.rstrip() for line in text.strip().splitlines()]
