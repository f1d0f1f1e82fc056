"""Jobs for tests: inputs made, `copydesk run` called, records read, each record held against its schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema

from copydesk.pipeline import launcher
from copydesk.pipeline.options import RunRequest, load_settings
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.transforms.write import schema

TESTS = Path(__file__).parent.parent
PLACES = ("harbour", "library", "valley railway", "school kitchen", "observatory", "ferry line", "market hall", "bridge")


def article(number: int, paragraphs: int = 4) -> str:
    """A page's text dump: furniture, a headline, invented prose, furniture."""
    place = PLACES[number % len(PLACES)]
    body = [
        f"The {place} was discussed for the {part + number}th time on that evening, and the council heard {number + part} "
        f"people who spoke for it and {part} who spoke against. “We have waited long enough,” said one of them."
        for part in range(1, paragraphs + 1)
    ]
    headline = f"Council hears of the {place} in session {number}"
    return "\n\n".join(["Menu", "Search", headline, "By Ada Winter", *body, "Share this", "Trending\n"])


def request(inputs: list[str], output: Path, **fields: Any) -> RunRequest:
    """A run's request with the default configuration and `sets` laid over it."""
    settings = load_settings(None, fields.pop("sets", ()))
    return RunRequest(inputs=tuple(inputs), output=str(output), settings=settings, quiet=True, **fields)


def run(inputs: list[str], output: Path, **fields: Any) -> launcher.RunResult:
    """A run in this process."""
    return launcher.run(request(inputs, output, **fields))


def call(
    *arguments: str, cwd: Path | None = None, timeout: float = 120, stdin: bytes | None = None, **process: Any
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "copydesk.pipeline.cli", *arguments],
        cwd=cwd, capture_output=True, timeout=timeout, check=False, input=stdin, env=environment(), **process,
    )  # fmt: skip


def start(*arguments: str, **process: Any) -> subprocess.Popen[bytes]:
    """The command, left to run."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "copydesk.pipeline.cli", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(), **process,
    )  # fmt: skip


def environment() -> Mapping[str, str]:
    """This process's, with the stand-ins to be found by child processes."""
    paths = [str(TESTS / "standins"), os.environ.get("PYTHONPATH")]  # an empty path would be the current folder
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def records(output: Path, kind: str) -> list[dict[str, Any]]:
    """All records of a kind, each valid against its schema, in the order of their sources."""
    validator = jsonschema.Draft202012Validator(schema(kind))
    found = []
    plural = {"story": "stories", "document": "documents"}.get(kind, kind)
    for path in sorted(output.glob(f"{plural}-*-of-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            validator.validate(row)
            found.append(row)
    return sorted(found, key=lambda row: (row["source"]["uri"], row["source"].get("index", 0), row.get("start", 0)))


def everything(output: Path) -> dict[str, list[dict[str, Any]]]:
    """All records of a run, by kind; the manifest's counts are those of the records."""
    found = {kind: records(output, kind) for kind in ("story", "document", "removed", "rejected")}
    counts = read_manifest(output)["counts"]
    assert counts["stories"] == len(found["story"])
    assert counts["documents"] == len(found["document"])
    assert counts["removed"] == len(found["removed"])
    assert counts["rejected"] == len(found["rejected"])
    assert counts["sources"] == counts["documents"] + counts["rejected"]
    return found
