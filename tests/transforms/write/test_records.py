"""Records: plain dictionaries in the order of the shapes, valid by their own schemas."""

from __future__ import annotations

import json
from dataclasses import fields

import jsonschema
import pytest

from copydesk.transforms.shapes import DocumentRecord, RejectedRecord, RemovedRecord, SourceRef, Story
from copydesk.transforms.write import SCHEMAS, schema, write_records
from copydesk.transforms.write.records import to_plain

from .test_account import make_document


def test_keys_stand_in_the_order_of_the_fields() -> None:
    """A record's keys are the fields of its shape, in their order."""
    records = write_records(make_document())
    rows = (records.stories[0], records.removed[0], records.documents[0])
    for row, shape in zip(rows, (Story, RemovedRecord, DocumentRecord), strict=True):
        assert list(row) == [field.name for field in fields(shape)]


def test_records_are_valid_by_their_schemas() -> None:
    """Every kind of record passes its own JSON Schema, after a round through JSON."""
    records = write_records(make_document())
    rejected = write_records(RejectedRecord(source=SourceRef(uri="b", sha256=None), stage="read", error="E", message="m"))
    rows = {"story": records.stories, "removed": records.removed, "document": records.documents, "rejected": rejected.rejected}
    for name in SCHEMAS:
        for row in rows[name]:
            jsonschema.validate(json.loads(json.dumps(row)), schema(name), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_refuses_unknown_and_missing_keys(name: str) -> None:
    """Schemas are strict: an extra key and a missing one are both errors."""
    made = schema(name)  # type: ignore[arg-type]
    assert made["additionalProperties"] is False
    assert made["required"] == list(made["properties"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({}, made)


def test_empty_speakers_and_times_are_left_out() -> None:
    """A paragraph of a page has no speaker and no time, and so no keys for them."""
    (paragraph,) = write_records(make_document()).stories[0]["paragraphs"]
    assert list(paragraph) == ["start", "end", "role", "spans"]


def test_counts_of_a_document() -> None:
    """A document record counts characters, solid ones, stories and removed records."""
    records = write_records(make_document())
    row = records.documents[0]
    assert (row["characters"], row["solid"], row["removed"], row["stories"]) == (25, 19, 1, ["0" * 32])
    assert len(records.fingerprints) == 1


def test_plain_values_stay() -> None:
    """Mappings and tuples become JSON's own kinds."""
    assert to_plain({"a": (1, None, "x")}) == {"a": [1, None, "x"]}
