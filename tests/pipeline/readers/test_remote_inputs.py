"""Another file system than the local one, as Beam knows it: folders, globs, packed files, tables and records are read."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apache_beam.io.filesystem import CompressionTypes, FileMetadata, FileSystem

from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.readers.splits import split_sources
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.shapes import Item
from tests.pipeline.readers.made import SETTINGS, members, pages, without_skipped, write_parquet

FILES: dict[str, bytes] = {}


class MemoryFiles(FileSystem):  # type: ignore[misc]  # Beam publishes no types
    """Files in memory, under `memory://`."""

    @classmethod
    def scheme(cls) -> str:
        """What its addresses begin with."""
        return "memory"

    def join(self, basepath: str, *paths: str) -> str:
        """A path below another."""
        return "/".join([basepath.rstrip("/"), *paths])

    def split(self, path: str) -> tuple[str, str]:
        """A path's folder and name."""
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path: str) -> None:
        """There are no folders, as in an object store."""

    def has_dirs(self) -> bool:
        """Whether it has folders."""
        return False

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for path, content in sorted(FILES.items()):
            if path.startswith(dir_or_prefix):
                yield FileMetadata(path, len(content))

    def open(self, path: str, mime_type: str = "", compression_type: str = CompressionTypes.AUTO) -> io.BytesIO:  # noqa: ARG002 - Beam's
        """A stream of a file as it is stored."""
        assert compression_type == CompressionTypes.UNCOMPRESSED
        if path not in FILES:
            raise FileNotFoundError(2, "No such file", path)
        return io.BytesIO(FILES[path])

    def exists(self, path: str) -> bool:
        """Whether it is there."""
        return path in FILES

    def metadata(self, path: str) -> FileMetadata:
        """Its size."""
        return FileMetadata(path, len(FILES[path]))

    def _refuse(self, *_: Any) -> Any:
        raise NotImplementedError

    create = copy = rename = size = last_updated = checksum = delete = _refuse


@pytest.fixture(autouse=True)
def stored(tmp_path: Path) -> Iterator[None]:
    """A store with a file of each kind."""
    write_parquet(tmp_path / "rows.parquet", [{"text": f"Row {number} of a table."} for number in range(20)], group=5)
    FILES.update({
        "memory://bucket/in/a.txt": b"A text.",
        "memory://bucket/in/deep/b.txt.gz": gzip.compress(b"A packed text."),
        "memory://bucket/in/rows.jsonl": b'{"text": "A row."}\n' * 30,
        "memory://bucket/in/rows.csv": b"id,text\n1,A row\n",
        "memory://bucket/in/rows.parquet": (tmp_path / "rows.parquet").read_bytes(),
        "memory://bucket/in/crawl.warc": b"".join(pages(6)),
        "memory://bucket/in/crawl.warc.gz": b"".join(members(pages(6))),
        "memory://bucket/in/unnamed": b"<html><p>A page.",
        "memory://bucket/other/c.txt": b"Not asked for.",
    })  # fmt: skip
    yield
    FILES.clear()


def bodies(*inputs: str, part: int = 0) -> list[tuple[str, bytes]]:
    """The items of inputs, with their names."""
    sources = split_sources(find_sources(inputs), part)
    found = [entry for source in sources for entry in read_items(source, SETTINGS)]
    return [(item.source.uri.removeprefix("memory://bucket/"), item.payload) for _, item in found if isinstance(item, Item)]


def test_a_folder_is_read_with_all_below_it() -> None:
    """A path that ends in a slash is a folder, read recursively, and a file keeps its address as its name."""
    found = dict(bodies("memory://bucket/in/"))
    assert found["in/a.txt"] == b"A text."
    assert found["in/deep/b.txt.gz"] == b"A packed text."
    assert found["in/rows.csv#1"] == b"A row"
    assert found["in/unnamed"] == b"<html><p>A page."
    assert len(found) == 4 + 30 + 20 + 6 + 6
    assert "other/c.txt" not in found


def test_a_glob_takes_what_it_names() -> None:
    """A glob is asked of the store."""
    assert bodies("memory://bucket/*/*.txt") == [("in/a.txt", b"A text."), ("other/c.txt", b"Not asked for.")]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet", "crawl.warc", "crawl.warc.gz"])
def test_parts_of_a_file_are_the_file(name: str) -> None:
    """What is split locally is split there, with the same items."""
    address = f"memory://bucket/in/{name}"
    sources = find_sources([address])
    parts = list(split_sources(sources, 100))
    assert len(parts) > 2
    whole = list(read_items(sources[0], SETTINGS))
    assert without_skipped([entry for part in parts for entry in read_items(part, SETTINGS)]) == without_skipped(whole)


def test_a_file_that_goes_away_is_told() -> None:
    """A file that was listed and is gone when it is read is a rejected record."""
    sources = find_sources(["memory://bucket/in/a.txt"])
    FILES.clear()
    ((_, entry),) = read_items(sources[0], SETTINGS)
    assert not isinstance(entry, Item)
