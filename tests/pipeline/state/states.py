"""States made by hand: a few runs with a few rows each, whole and fitting, to be looked at or broken on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.prior import standing_row
from tests.transforms.tag.test_likeness import fingerprint

UNDER = "0123456789abcdef"


def name(number: int) -> str:
    """The id of a story."""
    return f"{number:032x}"


def words(start: int, end: int) -> str:
    """A text of words that are all different, and in no other range."""
    return " ".join(f"word{number:x}s" for number in range(start, end))


def source(uri: str, content: str, stories: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
    """A row about a source; `content` stands for its bytes."""
    outcome = fields.pop("outcome", "document")
    row = {"uri": uri, "sha256": content, "outcome": outcome, "stage": None, "error": None, "under": UNDER}
    return row | {"stories": list(stories), "same_as": None, "gone": False} | fields


def sample(tag: int, content: int, site: str = "example.org") -> dict[str, Any]:
    """A row about the lines of a document."""
    return {"site": site, "tag": f"{tag:016x}", "content": f"{content:064x}", "packed": "AAAAAAAAAAA="}


def add_run(folder: Path, number: int, output: Path | None = None, **rows: Iterable[dict[str, Any]]) -> stores.RunEntry:
    """One more run, prepared and not committed."""
    store = stores.create_or_open(str(folder))
    run = f"run-{number}"
    entry = stores.RunEntry(
        id=run,
        number=number,
        before=store.head,
        started=f"2026-01-{number:02d}T02:00:00+00:00",
        output=str(output or folder / f"out-{number}"),
        counts={"sources": 1},
        files=stores.write_data(str(folder), run, rows),
        runs=(run,),
    )
    stores.prepare(str(folder), entry)
    return entry


def publish(entry: stores.RunEntry) -> None:
    """An output, as far as a state looks at it."""
    output = Path(entry.output)
    output.mkdir(parents=True)
    (output / "manifest.json").write_text(json.dumps({"run_id": entry.id, "copydesk": "0", "files": []}))


def build(folder: Path) -> Path:
    """A state of three runs: a story, its duplicate, and a new version of the first."""
    texts = {number: words(1_000 * number, 1_000 * number + 80) for number in (1, 2)}
    prints = {
        1: fingerprint(texts[1], name(1)), 2: fingerprint(texts[1], name(2)), 3: fingerprint(texts[1] + " more", name(3)),
        4: fingerprint(texts[2], name(4)),
    }  # fmt: skip
    nights: list[dict[str, Any]] = [
        {"sources": [source("a", "a1", [name(1)])], "fingerprints": [asdict(prints[1])], "lines": [sample(1, 1), sample(2, 2)]},
        {
            "sources": [source("b", "b1", [name(2)]), source("c", "c1", outcome="rejected", stage="decode", error="Binary")],
            "fingerprints": [asdict(prints[2])],
            "standings": [standing_row(name(2), duplicate_of=name(1))],
            "lines": [sample(2, 3)],
        },
        {
            "sources": [source("a", "a2", [name(3), name(4)]), source("a", "a1", [name(1)], gone=True)],
            "fingerprints": [asdict(prints[3]), asdict(prints[4])],
            "standings": [standing_row(name(1), superseded=True, by=name(3)), standing_row(name(2), duplicate_of=name(3))],
        },
    ]
    for number, rows in enumerate(nights, 1):
        stores.commit(str(folder), add_run(folder, number, **rows))
    return folder
