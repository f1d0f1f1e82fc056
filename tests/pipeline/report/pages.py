"""A report read as its readers do: parsed, and its data taken out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lxml import html

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.report import REPORT, write_report
from copydesk.pipeline.report.gather import Gathered, gather


def report(folder: Path, *sets: str) -> str:
    """The report of a run, written anew, as text."""
    write_report(str(folder), read_manifest(folder), load_settings(sets=sets).report)
    return (folder / REPORT).read_text("utf-8")


def gathered(folder: Path, *sets: str) -> Gathered:
    """What is gathered of a run."""
    return gather(str(folder), read_manifest(folder), load_settings(sets=sets).report)


def parse(page: str) -> Any:
    """The page's tree."""
    return html.document_fromstring(page)


def data(page: str) -> dict[str, Any]:
    """What the page's script reads."""
    found: dict[str, Any] = json.loads(parse(page).get_element_by_id("data").text)
    return found
