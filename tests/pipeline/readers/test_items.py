"""A file becomes its items, bounded; what is broken costs itself alone."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.settings import ReadSettings
from copydesk.transforms.shapes import Item, RejectedRecord

SETTINGS = default_settings().read
SMALL = SETTINGS.model_copy(update={"max_bytes": 1_000})


def read(path: Path, settings: ReadSettings = SETTINGS, **fields: Any) -> list[tuple[int, Item | RejectedRecord]]:
    """All that a file gives, with positions."""
    (source,) = find_sources([str(path)])
    return list(read_items(replace(source, **fields), settings))


def items(path: Path, settings: ReadSettings = SETTINGS) -> list[Item]:
    """What could be read."""
    return [item for _, item in read(path, settings) if isinstance(item, Item)]


def refusals(path: Path, settings: ReadSettings = SETTINGS) -> list[RejectedRecord]:
    """What could not."""
    return [item for _, item in read(path, settings) if isinstance(item, RejectedRecord)]


def test_a_text_file_is_one_item_with_its_bytes(tmp_path: Path) -> None:
    """The payload is the file's bytes, and the hash is theirs."""
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    (item,) = items(tmp_path / "a.txt")
    assert item.payload == b"caf\xe9"
    assert item.source.sha256 == hashlib.sha256(b"caf\xe9").hexdigest()
    assert item.source.format == "txt"


def test_a_packed_file_has_the_same_hash_as_a_plain_one(tmp_path: Path) -> None:
    """The hash is of what was packed, so a .gz and its content are equal sources."""
    (tmp_path / "a.txt").write_bytes(b"one text")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"one text"))
    (plain,), (packed,) = items(tmp_path / "a.txt"), items(tmp_path / "b.txt.gz")
    assert packed.source.sha256 == plain.source.sha256


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(b"x" * 10_000)[:-12], "cut off"),
        (b"this is no gzip", "no valid .gz"),
        (gzip.compress(b"abc" * 5_000)[:30] + b"\xff" * 40, ".gz"),
    ],
)
def test_a_broken_gz_is_rejected_with_its_reason(tmp_path: Path, content: bytes, words: str) -> None:
    """Cut off, no gzip at all, or broken in its middle: one rejected record that says which."""
    (tmp_path / "a.txt.gz").write_bytes(content)
    (refused,) = refusals(tmp_path / "a.txt.gz")
    assert refused.error == "Unreadable"
    assert words in refused.message


def test_a_gz_that_unpacks_to_too_much_is_rejected_without_unpacking_it(tmp_path: Path) -> None:
    """A packed bomb is read no further than one byte past the bound."""
    path = tmp_path / "bomb.txt.gz"
    with gzip.open(path, "wb") as out:
        for _ in range(200):
            out.write(b"\0" * 1_000_000)
    (refused,) = refusals(path, SMALL)
    assert refused.error == "TooLarge"
    assert "read.max_bytes" in refused.message


def test_rows_carry_their_fields(tmp_path: Path) -> None:
    """Text, id, URL, site, kind, date and authors of a row are found under their usual names."""
    row = {
        "id": "x7", "content": "Words.", "url": "https://a.example/x", "kind": "story", "title": "T",
        "authors": ["Ann Lee", ""], "date": "2024-03-02", "crawled_at": "2024-03-03", "metadata": {"url": "no"},
    }  # fmt: skip
    (tmp_path / "r.jsonl").write_text(json.dumps(row))
    (item,) = items(tmp_path / "r.jsonl")
    assert item.source.uri.endswith("r.jsonl#x7")
    assert (item.payload, item.source.url, item.source.kind) == (b"Words.", "https://a.example/x", "story")
    assert (item.metadata.title, item.metadata.authors, item.metadata.published) == ("T", ("Ann Lee",), "2024-03-02")
    assert item.source.retrieved == "2024-03-03"


def test_html_of_a_row_is_preferred_to_its_text(tmp_path: Path) -> None:
    """Where a row holds both, the markup says more."""
    (tmp_path / "r.jsonl").write_text(json.dumps({"text": "Words.", "html": "<p>Words."}))
    (item,) = items(tmp_path / "r.jsonl")
    assert (item.source.format, item.payload) == ("html", b"<p>Words.")


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ('{"text": "cut', "BrokenRow", "JSON"),
        ("[1, 2]", "BrokenRow", "object"),
        ('{"body_text": "x"}', "NoText", "read.fields.text"),
        ('{"text": "x", "kind": "video"}', "BrokenRow", "transcript"),
        ("[" * 100_000, "BrokenRow", "JSON"),
    ],
)
def test_a_bad_row_costs_itself_alone(tmp_path: Path, line: str, error: str, words: str) -> None:
    """The rows around a bad one are read, and the bad one says what was wrong."""
    (tmp_path / "r.jsonl").write_text(f'{{"text": "first"}}\n{line}\n{{"text": "last"}}')
    found = read(tmp_path / "r.jsonl")
    assert [position for position, _ in found] == [1, 2, 3]
    assert [item.payload for _, item in found if isinstance(item, Item)] == [b"first", b"last"]
    (refused,) = refusals(tmp_path / "r.jsonl")
    assert (refused.error, refused.source.uri.rsplit("#")[-1]) == (error, "2")
    assert words in refused.message


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    """Lines of white space are nothing, first, last and between; the others keep the numbers of their lines."""
    (tmp_path / "r.jsonl").write_bytes(b'\n{"text": "first"}\r\n\r\n \t\n{"text": "last"}\n\n')
    found = read(tmp_path / "r.jsonl")
    assert [position for position, _ in found] == [2, 5]
    assert [(item.payload, item.source.uri[-2:]) for item in items(tmp_path / "r.jsonl")] == [(b"first", "#2"), (b"last", "#5")]


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\t\r\n"])
def test_a_file_of_no_rows_is_a_source_that_says_so(tmp_path: Path, content: bytes) -> None:
    """An empty file of rows, or one of blank lines, is told, so that no file comes to nothing."""
    (tmp_path / "r.jsonl").write_bytes(content)
    (refused,) = refusals(tmp_path / "r.jsonl")
    assert refused.error == "EmptySource"


def test_a_row_that_is_too_long_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    """A row beyond the bound is never held, and ends at its own newline."""
    (tmp_path / "r.jsonl").write_text('{"text": "' + "x" * 5_000_000 + '"}\n{"text": "next"}\n')
    (refused,) = refusals(tmp_path / "r.jsonl", SMALL)
    assert refused.error == "TooLarge"
    assert [item.payload for item in items(tmp_path / "r.jsonl", SMALL)] == [b"next"]


def test_rows_before_a_cut_are_read(tmp_path: Path) -> None:
    """Of a .gz that is cut off the whole rows before the cut are items, and the rest is one rejected record."""
    import random

    chance = random.Random(7)  # noqa: S311 - text that does not pack well
    lines = "".join(json.dumps({"text": "".join(chance.choices("abcdefgh ", k=80))}) + "\n" for _ in range(2_000))
    packed = gzip.compress(lines.encode())
    (tmp_path / "r.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    assert len(items(tmp_path / "r.jsonl.gz")) > 100
    *_, last = read(tmp_path / "r.jsonl.gz")
    assert isinstance(last[1], RejectedRecord)
    assert "cut off" in last[1].message


def test_a_file_that_may_not_be_read_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing permission is that source's record (tests may run as root, whom no permission stops)."""
    path = tmp_path / "a.txt"
    path.write_text("x")

    def refuse(_: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("copydesk.pipeline.files.open_read", refuse)
    (refused,) = refusals(path)
    assert "Permission denied" in refused.message


def test_no_more_items_are_taken_than_asked_for(tmp_path: Path) -> None:
    """A limit that is reached inside a file stops there."""
    (tmp_path / "r.jsonl").write_text('{"text": "x"}\n' * 10)
    assert len(read(tmp_path / "r.jsonl", take=3)) == 3
