"""A small finished run, made by hand: what `check` and `read_stories` are tried on, sound and then broken on purpose."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from copydesk.transforms.segment.stories import story_id
from copydesk.transforms.shapes import (
    Change,
    DocumentRecord,
    Format,
    Paragraph,
    RejectedRecord,
    RemovedRecord,
    Source,
    SourceRef,
    Story,
    StorySource,
)
from copydesk.transforms.write.records import to_plain

TEXT = """Harbour news
The ferry runs again
From Monday the ferry to the island runs again, says the harber.
Boats leave at eight and at noon.
Share this
A bench for the square
The square gets a bench.
"""
"""One page with two stories; "harber" is mended in the first."""

Rows = dict[str, list[dict[str, Any]]]


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()


def _span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def _story(source: Source, index: int, headline: str, paragraphs: list[str], change: tuple[str, str] | None) -> Story:
    text, made, changes = "", [], []
    for words in paragraphs:
        text += "\n\n" if text else ""
        said = words.replace(*change) if change else words
        if change and change[0] in words:
            at = len(text) + words.index(change[0])
            changes.append(
                Change(
                    start=at,
                    end=at + len(change[1]),
                    before=change[0],
                    after=change[1],
                    rule="spelling",
                    confidence=0.9,
                    evidence="spelled so above",
                ),
            )
        made.append(Paragraph(start=len(text), end=len(text) + len(said), role="paragraph", spans=(_span(words),)))
        text += said
    spans = (_span(headline), *(span for paragraph in made for span in paragraph.spans))
    return Story(
        id=story_id(source.uri, source.sha256, spans[0][0]),
        source=StorySource(
            uri=source.uri,
            sha256=source.sha256,
            format=source.format,
            kind="page",
            url=None,
            site=None,
            channel=None,
            retrieved=None,
            index=index,
            count=2,
        ),
        headline=headline,
        text=text,
        paragraphs=tuple(made),
        changes=tuple(changes),
        spans=spans,
        words=len(text.split()),
        language="en",
        language_score=0.99,
    )


def rows_of(uri: str, *, format_: Format = "txt") -> Rows:
    """The records of one source that holds `TEXT`."""
    source = Source(uri=uri, sha256=sha256(TEXT.encode()), format=format_, kind="page")
    ref = SourceRef(uri=source.uri, sha256=source.sha256)
    stories = [
        _story(
            source,
            0,
            "The ferry runs again",
            ["From Monday the ferry to the island runs again, says the harber.", "Boats leave at eight and at noon."],
            ("harber", "harbour"),
        ),
        _story(source, 1, "A bench for the square", ["The square gets a bench."], None),
    ]
    removed = []
    for words in ("Harbour news", "Share this"):
        start, end = _span(words)
        removed.append(
            RemovedRecord(source=ref, start=start, end=end, text=words, role="chrome", rule="phrase.sharing", evidence=""),
        )
    document = DocumentRecord(
        source=source,
        charset="utf-8",
        language_hint="en",
        characters=len(TEXT),
        solid=sum(map(len, TEXT.split())),
        text_sha256=sha256(TEXT.encode()),
        changes=(),
        stories=tuple(story.id for story in stories),
        removed=len(removed),
    )
    return {
        "documents": [to_plain(document)],
        "stories": [to_plain(story) for story in stories],
        "removed": [to_plain(record) for record in removed],
        "rejected": [],
    }


def rejected_row(uri: str) -> dict[str, Any]:
    """The record of a source that was empty."""
    ref = SourceRef(uri=uri, sha256=sha256(b""))
    row: dict[str, Any] = to_plain(RejectedRecord(source=ref, stage="decode", error="EmptySource", message="nothing in it"))
    return row


def to_lines(rows: list[dict[str, Any]]) -> bytes:
    """Rows as they are written."""
    return b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in rows)


def write_run(folder: Path, rows: Rows, *, shards: int = 1, packed: bool = False, **manifest: Any) -> Path:
    """Write a finished run: the rows dealt out to so many shards of each kind, and a manifest that fits them."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for kind, every in rows.items():
        for shard in range(shards):
            name = f"{kind}-{shard:05}-of-{shards:05}.jsonl" + (".gz" if packed else "")
            data = to_lines(every[shard::shards])
            data = gzip.compress(data, mtime=0) if packed else data
            (folder / name).write_bytes(data)
            count = len(every[shard::shards])
            entries.append({"name": name, "records": count, "bytes": len(data), "sha256": sha256(data)})
    counts = {kind: len(every) for kind, every in rows.items()}
    counts |= {"sources": counts["documents"] + counts["rejected"], "duplicates": 0, "same": 0}
    counts["same"] = sum(row["same_as"] is not None for row in rows["documents"])
    counts["duplicates"] = sum(row["duplicate_of"] is not None for row in rows["stories"])
    whole = {"copydesk": "0.1.0", "counts": counts, "files": entries} | manifest
    (folder / "manifest.json").write_text(json.dumps(whole), "utf-8")
    return folder
