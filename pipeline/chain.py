"""The stages in order, and one source taken through all of them without Beam: what `explain`, `clean` and a worker call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from copydesk.transforms.decode import decode
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.shapes import Document, Item
from copydesk.transforms.tag import tag_stories

STAGES: Final[Mapping[str, Callable[[Any, Rules], Document]]] = {
    "decode": decode,
    "extract": extract_blocks,
    "repair": repair_speech,
    "segment": segment_stories,
    "tag": tag_stories,
}
"""The stages' functions, in the order of the data: the first takes an `Item`, each gives a `Document` to the next."""


def work(item: Item, rules: Rules) -> Document:
    """One source through all stages.

    Raises:
        SourceError: it cannot be processed; the message says why.
    """
    element: Item | Document = item
    for stage in STAGES.values():
        element = stage(element, rules)
    assert isinstance(element, Document)  # noqa: S101 - what the last stage gives
    return element


def source_format(element: Item | Document) -> str:
    """The format of what a stage is given."""
    return element.source.format
