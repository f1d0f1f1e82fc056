"""Parquet: rows from row groups; columns of other types or names are told, and what is broken costs its row group."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from .made import SMALL, bodies, items, read, refusals, write_parquet


def test_rows_carry_their_fields(tmp_path: Path) -> None:
    """Nested columns by a path, dates as dates, lists of authors; a row without an id has its number."""
    row = {
        "text": "Words.", "metadata": {"url": "https://a.example/x", "n": 1}, "authors": ["Ann Lee"],
        "date": dt.date(2024, 3, 2), "crawled_at": dt.datetime(2024, 3, 3, 9, tzinfo=dt.UTC), "left": [1, 2],
    }  # fmt: skip
    write_parquet(tmp_path / "a.parquet", [row, row | {"text": "More."}])
    first, second = items(tmp_path / "a.parquet")
    assert first.source.url == "https://a.example/x"
    assert (first.metadata.authors, first.metadata.published) == (("Ann Lee",), "2024-03-02")
    assert first.source.retrieved == "2024-03-03T09:00:00+00:00"
    assert (second.source.uri, second.payload) == (f"{tmp_path}/a.parquet#2", b"More.")


def test_bytes_are_a_text_of_unknown_charset(tmp_path: Path) -> None:
    """A column of bytes is given as it is; a row's equal text in JSON has the same hash."""
    write_parquet(tmp_path / "a.parquet", [{"html": "<p>Grüße".encode("latin-1")}])
    (item,) = items(tmp_path / "a.parquet")
    assert (item.payload, item.charset, item.source.format) == (b"<p>Gr\xfc\xdfe", None, "html")


def test_a_path_may_lead_to_the_text(tmp_path: Path) -> None:
    """`read.fields.text` reaches into a struct."""
    from .made import SETTINGS

    fields = SETTINGS.fields.model_copy(update={"text": ("doc.body",)})
    write_parquet(tmp_path / "a.parquet", [{"doc": {"body": "Words."}}])
    assert bodies(tmp_path / "a.parquet", SETTINGS.model_copy(update={"fields": fields})) == [b"Words."]


def test_texts_kept_in_a_dictionary(tmp_path: Path) -> None:
    """A column whose values are numbers into a dictionary is a column of texts."""
    schema = pa.schema([("text", pa.dictionary(pa.int32(), pa.string()))])
    write_parquet(tmp_path / "a.parquet", [{"text": "Words."}] * 3, schema=schema)
    assert bodies(tmp_path / "a.parquet") == [b"Words."] * 3


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"text": 7}], "text holds int64, not text"),
        ([{"text": ["a"]}], "text holds list"),
        ([{"title": "T", "n": 1}], "there is title, n"),
        ([{"text": None}], "text holds null"),
    ],
)
def test_a_file_without_a_column_of_text_says_what_it_has(tmp_path: Path, rows: list[dict[str, object]], words: str) -> None:
    """Missing columns and columns of other types are one record for the file, with what would help."""
    write_parquet(tmp_path / "a.parquet", rows)
    (refused,) = refusals(tmp_path / "a.parquet")
    assert (refused.error, refused.source.uri) == ("NoText", f"{tmp_path}/a.parquet")
    assert words in refused.message
    assert "read.fields.text" in refused.message


def test_rows_without_a_text_or_with_too_much_are_told_one_by_one(tmp_path: Path) -> None:
    """A null and a text beyond the bound cost their rows."""
    write_parquet(tmp_path / "a.parquet", [{"text": "a"}, {"text": None}, {"text": "b" * 1_001}, {"text": "c"}])
    assert bodies(tmp_path / "a.parquet", SMALL) == [b"a", b"c"]
    told = [(one.source.uri[-2:], one.error) for one in refusals(tmp_path / "a.parquet", SMALL)]
    assert told == [("#2", "NoText"), ("#3", "TooLarge")]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no Parquet at all " * 20, b"PAR1" + b"\xff" * 500 + b"PAR1"])
def test_a_file_that_is_none_says_so(tmp_path: Path, content: bytes) -> None:
    """Nothing, a magic number alone, text, or rubbish between two magic numbers: one record."""
    (tmp_path / "a.parquet").write_bytes(content)
    (refused,) = refusals(tmp_path / "a.parquet")
    assert refused.error == "Unreadable"
    assert "Parquet" in refused.message


def test_a_file_that_is_cut_off_says_so(tmp_path: Path) -> None:
    """Its footer is gone, and with it the way to its rows."""
    path = tmp_path / "a.parquet"
    write_parquet(path, [{"text": "Words."}] * 100)
    path.write_bytes(path.read_bytes()[:-40])
    (refused,) = refusals(path)
    assert refused.error == "Unreadable"


def test_a_broken_row_group_costs_its_rows(tmp_path: Path) -> None:
    """The groups before and behind it are read, and the record says which rows are lost."""
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    write_parquet(path, [{"text": f"Row {number}, {'x' * 100}"} for number in range(30)], group=10)
    at = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    content = bytearray(path.read_bytes())
    content[at : at + 60] = b"\xff" * 60
    path.write_bytes(content)
    assert [position for position, _ in read(path)] == [*range(1, 12), *range(21, 31)]
    (refused,) = refusals(path)
    assert (refused.error, refused.source.uri) == ("BrokenRow", f"{path}#11")
    assert "row group 1 cannot be read from row 11 to 20" in refused.message


def test_no_rows(tmp_path: Path) -> None:
    """A file of columns alone is told, so that no file comes to nothing."""
    write_parquet(tmp_path / "a.parquet", [], schema=pa.schema([("text", pa.string())]))
    (refused,) = refusals(tmp_path / "a.parquet")
    assert refused.error == "EmptySource"


def test_a_packed_file_is_unpacked_to_disk(tmp_path: Path) -> None:
    """Parquet is read from its end, which a packed file does not have."""
    write_parquet(tmp_path / "a.parquet", [{"text": "Words."}])
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress((tmp_path / "a.parquet").read_bytes()))
    assert bodies(tmp_path / "b.parquet.gz") == [b"Words."]
