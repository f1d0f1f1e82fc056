"""Columns hold what lines of JSON hold: the same keys in the same order, nothing null that may not be, and every value back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

import pyarrow as pa
import pytest

from copydesk.transforms.settings import Signal
from copydesk.transforms.write import SCHEMAS, schema
from copydesk.transforms.write.columns import arrow_schema, to_rows, to_table
from copydesk.transforms.write.schemas import OPTIONAL, SHAPES, RecordName

from .test_schemas import full_records

JSON_TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}


def back(row: dict[str, Any], name: RecordName) -> dict[str, Any]:
    """A record as it is read again."""
    table = to_table([row], name)
    table.validate(full=True)
    (batch,) = table.to_batches()
    (found,) = to_rows(batch)
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_columns_are_the_fields_in_their_order(name: RecordName) -> None:
    """A reader of columns meets the keys of the lines of JSON."""
    assert arrow_schema(name).names == [field.name for field in fields(SHAPES[name])]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_declared_types_are_those_of_the_json_schema(name: RecordName) -> None:
    """Whatever the JSON Schema says of a key, at whatever depth, the column says too."""
    whole = schema(name)

    def agree(part: dict[str, Any], type_: pa.DataType, *, null: bool) -> None:
        if "$ref" in part:
            part = whole["$defs"][part["$ref"].rpartition("/")[2]]
        if "anyOf" in part:
            assert null
            assert {"type": "null"} in part["anyOf"]
            (part,) = (option for option in part["anyOf"] if option != {"type": "null"})
            agree(part, type_, null=False)
            return
        assert not null
        if "additionalProperties" in part and "properties" not in part:  # the table of signals
            assert [field.name for field in type_] == list(get_args(Signal))
            assert all(field.nullable for field in type_)
            agree(part["additionalProperties"], type_[0].type, null=False)
            assert len({field.type for field in type_}) == 1
        elif pa.types.is_struct(type_):
            assert [field.name for field in type_] == list(part["properties"])
            for field in type_:
                inner = part["properties"][field.name]
                agree(inner, field.type, null=field.nullable)
        elif pa.types.is_list(type_):
            assert part["type"] == "array"
            for inner in part.get("prefixItems") or [part["items"]]:
                agree(inner, type_.value_type, null=type_.value_field.nullable)
        else:
            assert JSON_TYPES[part["type"]] == type_

    for field in arrow_schema(name):
        agree(whole["properties"][field.name], field.type, null=field.nullable)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_record_with_something_in_every_field_comes_back(name: RecordName) -> None:
    """Every value is the same, and every key stands where it stood."""
    row = json.loads(json.dumps(full_records()[name]))
    assert json.dumps(back(row, name)) == json.dumps(row)


def test_what_is_empty_stays_empty() -> None:
    """Null, an empty text, an empty list and an empty table of numbers are four things."""
    row = json.loads(json.dumps(full_records()["story"]))
    row |= {"headline": None, "deck": "", "authors": [], "paragraphs": [], "quality": {}, "similarity": None, "spans": [[0, 1]]}
    assert back(row, "story") == row


def test_optional_keys_are_left_out_where_they_were() -> None:
    """A paragraph without a speaker or a time has no such keys; one with either has that one."""
    row = json.loads(json.dumps(full_records()["story"]))
    bare = {key: value for key, value in row["paragraphs"][0].items() if key not in OPTIONAL}
    row["paragraphs"] = [bare, bare | {"speaker": "Ada"}, bare | {"time": 0.0}]
    assert back(row, "story") == row


@pytest.mark.parametrize("number", [0.1, 1e-4, 0.3333, 1.0, 5e-324, 1.7976931348623157e308])
def test_numbers_come_back_to_the_last_bit(number: float) -> None:
    """A number is a double in both."""
    row = json.loads(json.dumps(full_records()["story"])) | {"quality": {"word_count": number, "lorem_ipsum": -number}}
    found = back(row, "story")["quality"]
    assert json.dumps(found) == json.dumps(row["quality"])


def test_signals_are_columns_of_their_own() -> None:
    """A reader of columns asks for one signal; one that a story has not is null there, and no key when it is a record again."""
    row = json.loads(json.dumps(full_records()["story"])) | {"quality": {"curly_bracket": 0.0, "word_count": 3.0}}
    table = to_table([row], "story")
    quality = table.column("quality").combine_chunks()
    assert quality.field("curly_bracket").to_pylist() == [0.0]
    assert quality.field("stop_word_count").to_pylist() == [None]
    assert back(row, "story")["quality"] == row["quality"]
    assert list(back(row, "story")["quality"]) == ["word_count", "curly_bracket"]


def test_a_signal_that_has_no_column_is_refused() -> None:
    """Arrow would leave it out without a word."""
    row = json.loads(json.dumps(full_records()["story"])) | {"quality": {"prose": 1.0}}
    with pytest.raises(ValueError, match="quality has the keys prose; the signals are word_count, "):
        to_table([row], "story")


def test_a_map_of_signals_is_read() -> None:
    """So `quality` was written before its signals were columns."""
    row = json.loads(json.dumps(full_records()["story"])) | {"quality": {"word_count": 3.0}}
    schema_ = arrow_schema("story")
    at = schema_.get_field_index("quality")
    schema_ = schema_.set(at, pa.field("quality", pa.map_(pa.string(), pa.float64()), nullable=False))
    (batch,) = pa.Table.from_pylist([row], schema=schema_).to_batches()
    (found,) = to_rows(batch)
    assert found == row


@pytest.mark.parametrize("text", ["\0 and \x7f", "a\u2028b", "é\U0001f600\U0010ffff", "\ufeff", "\ufffd", '"\\', "\r\n\t"])
def test_any_text_comes_back(text: str) -> None:
    """Columns hold every character that Unicode text has."""
    row = {"source": {"uri": text, "sha256": None}, "stage": "read", "error": "E", "message": text}
    assert back(row, "rejected") == row


def test_a_lone_surrogate_becomes_one_character() -> None:
    """What no column of text can hold is replaced one for one, so that no offset moves."""
    row = {"source": {"uri": "a", "sha256": None}, "stage": "read", "error": "E", "message": "a\ud83d-\udc80\U0001f600"}
    assert back(row, "rejected")["message"] == "a\ufffd-\ufffd\U0001f600"


@pytest.mark.parametrize("change", [{"more": 1}, {"message": None, "mesage": "x"}])
def test_other_keys_are_refused(change: dict[str, Any]) -> None:
    """A key that no column has would be lost without a word."""
    row = {"source": {"uri": "a", "sha256": None}, "stage": "read", "error": "E", "message": "m"} | change
    with pytest.raises(ValueError, match="keys"):
        to_table([{key: value for key, value in row.items() if value is not None}], "rejected")


def test_a_value_of_another_type_is_refused() -> None:
    """Nothing is turned into another type on the way."""
    row = {"source": {"uri": "a", "sha256": None}, "stage": "read", "error": "E", "message": 3}
    with pytest.raises(pa.ArrowException):
        to_table([row], "rejected")
