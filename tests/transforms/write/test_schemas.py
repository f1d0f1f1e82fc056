"""The contract of the records: their keys, their order, and schemas that refuse all else."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from copydesk.transforms.shapes import (
    Change,
    Chapter,
    LanguageShare,
    Paragraph,
    RejectedRecord,
    Same,
    SourceRef,
    Topic,
)
from copydesk.transforms.write import SCHEMAS, schema, to_plain, write_records

from .test_account import SOURCE, make_document

KEYS: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "cases" / "write" / "keys.toml").read_text(encoding="utf-8"))


def full_records() -> dict[str, dict[str, Any]]:
    """One record of each kind, with something in every field."""
    document = make_document()
    change = Change(start=0, end=2, before="At", after="It", rule="r", confidence=0.9, evidence="e")
    story = replace(
        document.stories[0],
        headline="Rain", deck="All day.", authors=("Ana Ortega",), published="2024-03-05", section="Town", captions=("Rain.",),
        chapters=(Chapter(start=0, title="Rain"),), language="en", language_score=0.99, words=4,
        languages=(LanguageShare(tag="en", share=1.0),), changes=(change,), restored=("capitals",), duplicate_of="1" * 32,
        topics=(Topic(code="medtop:1", name="weather", top="medtop:1", score=0.5),), similarity=0.9, supersedes="2" * 32,
        quality={"word_count": 4.0, "new_line_ratio": 0.25},
        paragraphs=(Paragraph(start=0, end=18, role="paragraph", spans=((6, 24),), speaker="Ana", time=1.5),),
    )  # fmt: skip
    records = write_records(make_document())
    rejected = write_records(RejectedRecord(source=SourceRef(uri="b", sha256=None), stage="read", error="E", message="m"))
    return {
        "story": to_plain(story),
        "document": {**records.documents[0], "changes": [to_plain(change)]},
        "removed": records.removed[0],
        "rejected": rejected.rejected[0],
    }


def validator(name: str) -> Draft202012Validator:
    """The validator of one kind of record."""
    return Draft202012Validator(schema(name))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SCHEMAS)
def test_keys_are_the_contract(name: str) -> None:
    """A record has the keys of the contract in its order, and so has its schema."""
    assert list(full_records()[name]) == KEYS[name]
    assert list(schema(name)["properties"]) == KEYS[name]  # type: ignore[arg-type]


@pytest.mark.parametrize("field", KEYS["nested"])
def test_nested_keys_are_the_contract(field: str) -> None:
    """So have the parts of a story."""
    part = full_records()["story"][field]
    assert list(part if isinstance(part, dict) else part[0]) == KEYS["nested"][field]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_full_record_is_valid(name: str) -> None:
    """A record with something in every field passes a schema that is itself a valid one, after a round through JSON."""
    Draft202012Validator.check_schema(schema(name))  # type: ignore[arg-type]
    validator(name).validate(json.loads(json.dumps(full_records()[name], allow_nan=False)))


def objects(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all objects in a record, but for the open table of quality."""
    if isinstance(value, dict):
        if path[-1:] != ("quality",):
            yield path
        for key, part in value.items():
            yield from objects(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from objects(part, (*path, number))


PLACES = [(name, path) for name in SCHEMAS for path in objects(full_records()[name])]


@pytest.mark.parametrize(("name", "path"), PLACES, ids=[f"{name}-{'.'.join(map(str, path))}" for name, path in PLACES])
def test_no_object_takes_another_key(name: str, path: tuple[Any, ...]) -> None:
    """An unknown key is refused in a record and in every part of it, and a missing one is missed."""
    record = copy.deepcopy(full_records()[name])
    part: Any = record
    for step in path:
        part = part[step]
    part["colour"] = "blue"
    assert not validator(name).is_valid(record)
    del part["colour"]
    for key in [key for key in part if key not in {"speaker", "time"}]:
        value = part.pop(key)
        assert not validator(name).is_valid(record), key
        part[key] = value


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("story", "schema_version", "0.9"), ("story", "language_score", 1.5), ("story", "words", -1),
        ("story", "authors", "Ana"),
        ("story", "spans", [[0, -1]]), ("story", "headline", 3), ("removed", "role", "advert"), ("removed", "start", -1),
        ("rejected", "stage", "cook"), ("document", "characters", "many"), ("document", "same_as", 1),
    ],
)  # fmt: skip
def test_values_out_of_range_are_refused(name: str, key: str, value: Any) -> None:
    """A value of another type or out of its range is refused."""
    assert not validator(name).is_valid({**full_records()[name], key: value})


def test_a_schema_cannot_be_spoiled() -> None:
    """Who changes a schema that was handed out changes his own copy of its top level."""
    schema("story")["type"] = "nothing"
    assert schema("story")["type"] == "object"


def test_a_repeated_source_is_a_document_without_text() -> None:
    """A source whose bytes equal another's is one document record that says whose."""
    records = write_records(Same(source=SOURCE, same_as="first.txt"))
    (row,) = records.documents
    assert (row["same_as"], row["characters"], row["stories"]) == ("first.txt", 0, [])
    assert (records.stories, records.removed, records.rejected) == ((), (), ())
    validator("document").validate(row)
