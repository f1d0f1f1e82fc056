"""Plain text to blocks."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms import explain
from copydesk.transforms.decode import decode
from copydesk.transforms.errors import SourceError
from copydesk.transforms.shapes import Document

from .conftest import make_item


def test_every_line_is_a_block(read: Callable[..., Document]) -> None:
    """Lines are trimmed, their white space collapsed but for single no-break spaces, empty lines counted."""
    document = read("Title\r\n\r\n \t\r\n  two   words\there \r\nno\u00a0break\n".encode())
    assert [block.text for block in document.blocks] == ["Title", "two words here", "no\u00a0break"]
    assert [block.layout.blank_lines for block in document.blocks] == [0, 2, 0]
    assert [document.text[slice(*block.spans[0])] for block in document.blocks] == [
        "Title",
        "two   words\there",
        "no\u00a0break",
    ]
    assert document.changes == ()


def test_the_item_is_passed_on(read: Callable[..., Document]) -> None:
    """Source and metadata of a text are the item's; it has no markup."""
    document = read(b"The bridge is closed, and the town is not happy about that.", title="T", url="https://e.org/x")
    assert (document.metadata.title, document.source.url, document.markup) == ("T", "https://e.org/x", None)
    assert (document.language_hint, document.charset) == ("en", "utf-8")


def test_a_million_empty_lines_and_one_huge_line_are_quick(read: Callable[..., Document]) -> None:
    """Time is in proportion to length, whatever the lines look like."""
    began = time.process_time()
    assert len(read(b"\n" * 1_000_000 + b"x").blocks) == 1
    assert len(read("né and so on ".encode() * 1_000_000).blocks) == 1
    assert time.process_time() - began < 10


@given(st.text(max_size=200))
def test_any_text_keeps_its_account(text: str) -> None:
    """Changes lead from the source's text to the document's and back, and the blocks hold every visible character of it."""
    payload = text.encode(errors="replace")
    try:
        document = decode(make_item(payload, "txt", "utf-8"), load_rules())
    except SourceError:
        return
    if document.charset != "utf-8":
        return
    raw = payload.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    assert explain.undo(document.text, document.changes) == raw
    assert explain.replay(raw, document.changes) == document.text
    covered = "".join(document.text[slice(*block.spans[0])] for block in document.blocks)
    assert "".join(covered.split()) == "".join(document.text.split())
    assert [" ".join(block.text.split()) for block in document.blocks] == [
        " ".join(line.split()) for line in document.text.split("\n") if line.strip()
    ]
