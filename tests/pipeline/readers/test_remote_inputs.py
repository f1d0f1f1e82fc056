"""Another file system than the local one, as Beam knows it: folders, globs, packed files, tables and records are read."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.readers.splits import split_sources
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.shapes import Item
from tests.pipeline.buckets import Bucket
from tests.pipeline.readers.made import SETTINGS, members, pages, without_skipped, write_parquet


@pytest.fixture(autouse=True)
def stored(tmp_path: Path) -> Iterator[None]:
    """A store with a file of each kind."""
    write_parquet(tmp_path / "rows.parquet", [{"text": f"Row {number} of a table."} for number in range(20)], group=5)
    Bucket.objects.update({
        "mem://bucket/in/a.txt": b"A text.",
        "mem://bucket/in/deep/b.txt.gz": gzip.compress(b"A packed text."),
        "mem://bucket/in/rows.jsonl": b'{"text": "A row."}\n' * 30,
        "mem://bucket/in/rows.csv": b"id,text\n1,A row\n",
        "mem://bucket/in/rows.parquet": (tmp_path / "rows.parquet").read_bytes(),
        "mem://bucket/in/crawl.warc": b"".join(pages(6)),
        "mem://bucket/in/crawl.warc.gz": b"".join(members(pages(6))),
        "mem://bucket/in/unnamed": b"<html><p>A page.",
        "mem://bucket/other/c.txt": b"Not asked for.",
    })  # fmt: skip
    yield
    Bucket.clear()


def bodies(*inputs: str, part: int = 0) -> list[tuple[str, bytes]]:
    """The items of inputs, with their names."""
    sources = split_sources(find_sources(inputs), part)
    found = [entry for source in sources for entry in read_items(source, SETTINGS)]
    return [(item.source.uri.removeprefix("mem://bucket/"), item.payload) for _, item in found if isinstance(item, Item)]


def test_a_folder_is_read_with_all_below_it() -> None:
    """A path that ends in a slash is a folder, read recursively, and a file keeps its address as its name."""
    found = dict(bodies("mem://bucket/in/"))
    assert found["in/a.txt"] == b"A text."
    assert found["in/deep/b.txt.gz"] == b"A packed text."
    assert found["in/rows.csv#1"] == b"A row"
    assert found["in/unnamed"] == b"<html><p>A page."
    assert len(found) == 4 + 30 + 20 + 6 + 6
    assert "other/c.txt" not in found


def test_a_glob_takes_what_it_names() -> None:
    """A glob is asked of the store."""
    assert bodies("mem://bucket/*/*.txt") == [("in/a.txt", b"A text."), ("other/c.txt", b"Not asked for.")]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet", "crawl.warc", "crawl.warc.gz"])
def test_parts_of_a_file_are_the_file(name: str) -> None:
    """What is split locally is split there, with the same items."""
    address = f"mem://bucket/in/{name}"
    sources = find_sources([address])
    parts = list(split_sources(sources, 100))
    assert len(parts) > 2
    whole = list(read_items(sources[0], SETTINGS))
    assert without_skipped([entry for part in parts for entry in read_items(part, SETTINGS)]) == without_skipped(whole)


def test_a_file_that_goes_away_is_told() -> None:
    """A file that was listed and is gone when it is read is a rejected record."""
    sources = find_sources(["mem://bucket/in/a.txt"])
    Bucket.clear()
    ((_, entry),) = read_items(sources[0], SETTINGS)
    assert not isinstance(entry, Item)
