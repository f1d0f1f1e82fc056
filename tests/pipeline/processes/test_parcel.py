"""What is packed for the child comes out as it went in."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from copydesk.pipeline.chain import work
from copydesk.pipeline.processes.parcel import pack, pack_answer, unpack, unpack_answer
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.decode import decode
from copydesk.transforms.errors import EmptySource
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.shapes import Block, Change, Document, Item, Layout

RULES = load_rules()
SEEDS = Path(__file__).parents[3] / "seeds"
READ = (item for source in find_sources([str(SEEDS)]) for _, item in read_items(source, RULES.settings.read))
PAGES = [item for item in READ if isinstance(item, Item)]


@pytest.mark.parametrize("item", [item for item in PAGES if item.source.format == "html"], ids=lambda item: item.source.uri)
def test_a_document_comes_out_as_it_went_in(item: Item) -> None:
    """Of every seed page, the decoded document and the finished one, by themselves and beside the name of a stage."""
    for document in (decode(item, RULES), work(item, RULES)):
        assert unpack(pack(document)) == document
        assert unpack(pack(("extract", document))) == ("extract", document)


@pytest.mark.parametrize("item", [item for item in PAGES if item.source.format == "html"], ids=lambda item: item.source.uri)
def test_of_an_answer_only_what_is_new_travels(item: Item) -> None:
    """What came out equals what a stage made, in less than half of the bytes; what of the element is left is not made anew."""
    asked = unpack(pack(decode(item, RULES)))
    there = unpack(pack(asked))
    answer = extract_blocks(there, RULES)
    packed = pack_answer(answer, there)
    found, whole = unpack_answer(packed, asked)
    assert found == answer
    assert not whole
    assert found.text is asked.text
    assert all(block.layout is before.layout for block, before in zip(found.blocks, asked.blocks, strict=True))
    assert len(packed) < len(pack(answer)) / 2


def test_an_answer_of_another_kind_travels_whole() -> None:
    """A document of an item, one with other blocks, and an error."""
    document = decode(PAGES[0], RULES)
    shorter = replace(document, blocks=document.blocks[1:])
    assert unpack_answer(pack_answer(document, PAGES[0]), PAGES[0]) == (document, True)
    assert unpack_answer(pack_answer(shorter, document), document) == (shorter, True)
    found, whole = unpack_answer(pack_answer(EmptySource("no text"), document), document)
    assert (type(found), str(found), whole) == (EmptySource, "no text", True)


def test_every_field_of_an_answer_travels() -> None:
    """Each field of a document and of its blocks may be what a stage changed."""
    document = decode(PAGES[0], RULES)
    other = Block(text="a", spans=((0, 1),), role="deck", rule="r", evidence="e", layout=Layout(tag="b"), restored=True)
    changed = replace(document, text="b", charset="c", markup="d", blocks=tuple(other for _ in document.blocks))
    assert unpack_answer(pack_answer(changed, document), document) == (changed, False)


def test_every_field_travels() -> None:
    """No field of a block or its layout is left at its default."""
    change = Change(start=0, end=1, before="b", after="a", rule="r", confidence=0.5, evidence="e")
    layout = Layout(
        tag="p", container="main", article=2, names="n", hidden=True, links=0.5, parents=(3, 1), moment="2024-03-05",
        blank_lines=3, speaker="s", time=1.5, cell=(7, 2),
    )  # fmt: skip
    block = Block(
        text="a", spans=((0, 1),), role="deck", rule="r", evidence="e", changes=(change,), layout=layout, restored=True,
    )  # fmt: skip
    for value in (block, layout):
        plain = Block(text="", spans=()) if isinstance(value, Block) else Layout()
        assert [f.name for f in fields(value) if getattr(value, f.name) == getattr(plain, f.name)] == []
    document = replace(decode(PAGES[0], RULES), blocks=(block, replace(block, layout=Layout())))
    found = unpack(pack(document))
    assert isinstance(found, Document)
    assert found == document
    assert replace(found.blocks[0], text="b").layout == layout


def test_a_document_without_blocks() -> None:
    """None is a number of blocks, too."""
    document = replace(decode(PAGES[0], RULES), blocks=())
    assert unpack(pack(document)) == document


def test_anything_else_is_as_pickle_has_it() -> None:
    """Items, errors and nothing at all go through."""
    assert unpack(pack(PAGES[0])) == PAGES[0]
    assert unpack(pack(None)) is None
    error = unpack(pack(EmptySource("no text")))
    assert (type(error), str(error)) == (EmptySource, "no text")
