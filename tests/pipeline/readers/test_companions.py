"""What a download tool wrote beside a caption file becomes what is known of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.shapes import Item

INFO = {
    "title": "A morning at the pans", "channel": "Quay Talks", "uploader": "quay", "upload_date": "20240611", "url": "https://cdn/x",
    "webpage_url": "https://video.example/watch?v=1", "description": "Nine basins.", "language": "en", "formats": [1, 2],
}  # fmt: skip


def item_of(path: Path) -> Item:
    """The one item of a caption file."""
    ((_, item),) = read_items(find_sources([str(path)])[0], default_settings().read)
    assert isinstance(item, Item)
    return item


@pytest.mark.parametrize("name", ["Talk [x].en-GB.vtt", "Talk [x].srt", "Talk [x].json"])
def test_the_file_beside_it_tells_title_channel_day_and_address(tmp_path: Path, name: str) -> None:
    """The name of the captions without language and extension leads to the file of the same download."""
    (tmp_path / name).write_text("x")
    (tmp_path / "Talk [x].info.json").write_text(json.dumps(INFO))
    item = item_of(tmp_path / name)
    assert (item.source.url, item.source.channel) == (INFO["webpage_url"], INFO["channel"])
    told = item.metadata
    assert (told.title, told.published, told.description) == (INFO["title"], "2024-06-11", INFO["description"])
    assert told.authors == ()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"title": 7}', b"[" * 100_000])
def test_a_broken_file_beside_it_is_left_aside(tmp_path: Path, content: bytes) -> None:
    """Captions are read without what cannot be read beside them."""
    (tmp_path / "a.vtt").write_text("x")
    (tmp_path / "a.info.json").write_bytes(content)
    item = item_of(tmp_path / "a.vtt")
    assert (item.source.url, item.metadata.title) == (None, None)


def test_a_page_has_no_file_beside_it(tmp_path: Path) -> None:
    """Only captions are described by such a file."""
    (tmp_path / "a.html").write_text("<p>x")
    (tmp_path / "a.info.json").write_text(json.dumps(INFO))
    assert item_of(tmp_path / "a.html").metadata.title is None
