"""Each step maps its function over a plain list, passes on what others rejected, and counts what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

import copydesk.transforms
from copydesk.pipeline.resources import Resources, default_settings
from copydesk.transforms import steps
from copydesk.transforms.shapes import Document, Item, RejectedRecord, Same, Source, SourceRef
from copydesk.transforms.tally import tally
from tests.transforms import collecting

RESOURCES = Resources(settings=default_settings())
PAGE = """Menu

Search

A lighthouse gets a new lamp

By Ada Winter

The lighthouse on the northern pier got a new lamp on Friday, forty years after the old one was lit for the first time.

Keepers from three islands came to see it, and the harbour master spoke for longer than anybody had asked him to.

Share this
"""


def item(text: str, uri: str = "a.txt") -> Item:
    """A source as it was read."""
    return Item(source=Source(uri=uri, sha256="0" * 64, format="txt"), payload=text.encode())


REJECTED = RejectedRecord(source=SourceRef(uri="b.txt", sha256=None), stage="read", error="Unreadable", message="gone")
SAME = Same(source=Source(uri="c.txt", sha256="0" * 64, format="txt"), same_as="a.txt")


def through(elements: Iterable[Any], *transforms: beam.PTransform) -> tuple[list[Any], dict[str, int]]:
    """What comes out of steps, and their counters as STAGE.NAME."""
    collecting.FOUND.clear()
    pipeline = beam.Pipeline(runner=FnApiRunner())
    values = pipeline | beam.Create(list(elements))
    for transform in transforms:
        values = values | transform
    values | beam.Map(collecting.collect)
    result = pipeline.run()
    result.wait_until_finish()
    counters = result.metrics().query(MetricsFilter())["counters"]
    names = [f"{counter.key.metric.namespace}.{counter.key.metric.name}" for counter in counters]
    return list(collecting.FOUND), dict(zip(names, (counter.committed for counter in counters), strict=True))


def test_the_steps_make_a_document_into_records() -> None:
    """One chain from an item to its records, with counters in and out of every stage and for every rule."""
    (records,), counters = through(
        [item(PAGE)],
        steps.DecodeItems(RESOURCES),
        steps.ExtractBlocks(RESOURCES),
        steps.RepairSpeech(RESOURCES),
        steps.SegmentStories(RESOURCES),
        steps.TagStories(RESOURCES),
        steps.WriteRecords(),
    )
    (story,) = records.stories
    assert story["headline"] == "A lighthouse gets a new lamp"
    assert story["authors"] == ["Ada Winter"]
    for stage in ("decode", "extract", "repair", "segment", "tag"):
        assert (counters[f"{stage}.in"], counters[f"{stage}.out"]) == (1, 1)
    assert counters["segment.removed"] == len(records.removed)
    assert sum(number for name, number in counters.items() if name.startswith("segment.removed:")) == len(records.removed)


def test_what_was_rejected_or_repeated_passes_every_step() -> None:
    """A dead letter of an early stage reaches the writer as it is."""
    records, counters = through(
        [REJECTED, SAME], steps.ExtractBlocks(RESOURCES), steps.SegmentStories(RESOURCES), steps.WriteRecords(),
    )  # fmt: skip
    assert [row["message"] for each in records for row in each.rejected] == ["gone"]
    assert [row["same_as"] for each in records for row in each.documents] == ["a.txt"]
    assert "extract.in" not in counters


def test_a_source_that_fails_is_a_dead_letter_of_its_stage() -> None:
    """The record names the stage, the error and the reason; the next source is processed."""
    outcomes, counters = through([item("", "empty.txt"), item(PAGE)], steps.DecodeItems(RESOURCES))
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, RejectedRecord)]
    assert (refused.stage, refused.error, refused.source.uri) == ("decode", "EmptySource", "empty.txt")
    assert len([outcome for outcome in outcomes if isinstance(outcome, Document)]) == 1
    assert (counters["decode.in"], counters["decode.out"], counters["decode.rejected"]) == (2, 1, 1)


def test_a_document_without_its_account_is_a_dead_letter_of_write() -> None:
    """A defect of a stage is told with its source, and nothing of the document is written."""
    document = Document(source=Source(uri="a.txt", sha256="0" * 64, format="txt", kind="page"), text="words", charset="utf-8")
    (records,), counters = through([document], steps.WriteRecords())
    assert (records.documents, records.stories) == ((), ())
    assert [(row["stage"], row["error"]) for row in records.rejected] == [("write", "AccountError")]
    assert counters["write.rejected"] == 1


def test_one_step_serves_another_project() -> None:
    """Documents in, documents out: a step asks for nothing but its resources."""
    documents, _ = through([item(PAGE)], steps.DecodeItems(RESOURCES))
    labelled, _ = through(documents, steps.ExtractBlocks(RESOURCES))
    segmented, _ = through(labelled, steps.SegmentStories(RESOURCES))
    assert [story.headline for story in segmented[0].stories] == ["A lighthouse gets a new lamp"]


def test_a_stage_counts_only_its_own_work() -> None:
    """Changes are decode's and repair's, removals segment's."""
    (document,), _ = through([item(PAGE.replace("lamp on", "la\x00mp on"))], steps.DecodeItems(RESOURCES))
    assert tally("decode", document) == {"changed": 1, "changed:control_character": 1}
    assert tally("tag", document) == {}


def modules() -> list[Path]:
    """Every module below transforms/."""
    return sorted(Path(copydesk.transforms.__path__[0]).rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_transforms_open_no_file_and_no_socket(path: Path) -> None:
    """What happens to text needs what it is handed, and nothing else; Beam is imported in steps.py alone."""
    tree = ast.parse(path.read_text())
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert "open" not in called
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"socket", "urllib3", "requests", "subprocess", "pathlib", "shutil", "tempfile"}
    assert ("apache_beam" in imported) == (path.name == "steps.py")
