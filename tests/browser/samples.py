"""A run of made-up records: one source of many blocks, and a few small ones beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.output.manifest import about, write_manifest
from copydesk.pipeline.report import write_report
from tests.pipeline import jobs, runs

BLOCKS: Final = 5_000
STORY: Final = 25
"""Blocks of a story, every second of which is furniture."""
NEEDLE: Final = "heron"
"""A word that stands in one block of a hundred."""
_WORDS: Final = ("harbour", "council", "evening", "school", "ferry", "winter", "garden", "bridge", "market", "river")
_RULES: Final = ("phrase.sharing", "phrase.navigation_labels", "site.recurring_line", "model.furniture")


def write_run(folder: Path, blocks: int) -> None:
    """Write the files of a published run and its report."""
    rows = [long_source(blocks), *(runs.rows_of(f"pages/small-{number}.txt") for number in range(5))]
    counts: dict[str, int] = {}
    names = []
    for kind in ("documents", "stories", "removed", "rejected"):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for one in rows for row in one[kind]]
        name = f"{kind}-00000-of-00001.jsonl"
        (folder / name).write_text("".join(lines), "utf-8")
        names.append({"name": name})
        counts[kind] = len(lines)
    counts |= {"sources": counts["documents"], "same": 0, "skipped": 0, "duplicates": 0, "dropped": 0}
    manifest = about(jobs.request(["pages"], folder)) | {
        "run_id": "20260301T120000Z-00000000", "runner": "FnApiRunner", "workers": 0, "started": "2026-03-01T12:00:00+00:00",
        "seconds": 9.5, "durations": {"survey": 3.0, "clean": 6.0, "publish": 0.5}, "exit_code": 0, "counts": counts,
        "files": names, "slowest": [{"uri": "pages/long.txt", "seconds": 5.25}],
    }  # fmt: skip
    write_manifest(str(folder), manifest)
    write_report(str(folder), manifest, load_settings().report)


def long_source(blocks: int) -> runs.Rows:
    """The records of one source of so many blocks, in stories of `STORY` each."""
    like = runs.rows_of("pages/long.txt")
    removed: list[dict[str, Any]] = []
    stories: list[dict[str, Any]] = []
    at = 0
    for number in range(blocks):
        if number % STORY == 0:
            headline = f"{_said(number, 5).capitalize()} in part {number // STORY}"
            stories.append(like["stories"][0] | {
                "id": f"{number:032x}", "headline": headline, "text": "", "paragraphs": [], "changes": [],
                "spans": [[at, at + len(headline)]],
            })  # fmt: skip
            at += len(headline) + 1
        elif number % 2:
            text = f"{_said(number, 20)}."
            _add(stories[-1], text, at)
            at += len(text) + 1
        else:
            text = _said(number, 3).capitalize()
            rule = _RULES[number // 2 % len(_RULES)]
            removed.append(like["removed"][0] | {
                "start": at, "end": at + len(text), "text": text, "rule": rule, "evidence": "as on 9 of 10 pages",
                "role": "promo" if number % 10 == 0 else "chrome",
            })  # fmt: skip
            at += len(text) + 1
    document = like["documents"][0] | {"characters": at, "solid": at * 5 // 6, "removed": len(removed)}
    document["stories"] = [story["id"] for story in stories]
    return {"documents": [document], "stories": stories, "removed": removed, "rejected": []}


def _said(number: int, length: int) -> str:
    words = [_WORDS[(number * 7 + place * 3) % len(_WORDS)] for place in range(length)]
    return " ".join([*words, NEEDLE] if number % 100 == 51 else words)


def _add(story: dict[str, Any], text: str, at: int) -> None:
    """Add a paragraph that stands in the source at an offset."""
    start = len(story["text"]) + 2 if story["text"] else 0
    story["text"] += f"\n\n{text}" if story["text"] else text
    span = [at, at + len(text)]
    story["paragraphs"].append({"start": start, "end": start + len(text), "role": "paragraph", "spans": [span]})
    story["spans"].append(span)
