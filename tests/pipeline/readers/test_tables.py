"""A table without a name is known by its rows, and what only looks like one stays text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline import sources
from copydesk.pipeline.readers.tables import table_in
from copydesk.pipeline.readers.unnamed import holds_many, no_rows_of_json
from copydesk.pipeline.sources import SNIFF_BYTES, extension_for, sniff
from tests.pipeline.readers.made import SETTINGS

NAMES = frozenset({"text", "html", "page.body"})


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        ("id,text\n1,Milk\n2,Bread\n", "csv"),
        ('ID;"Text"\r\n1;"Milk; and bread,\r\nhe said"\r\n', "csv"),
        ("id\tText\n1\tMilk\n", "tsv"),
        ('id\ttext\n1\t"Milk" is what he said\n2\t"Bread\n', "tsv"),  # a table that does not quote
        ("url|html\na|<p>Milk\n", "csv"),
        (",title,publish date,text\n0,A,2024-01-02,Milk\n", "csv"),
        ("titre,résumé,text\nA,B,Milk\n", "csv"),
        ("\ufeffid,text\n1,Milk\n", "csv"),
        ("id,text\n1,Milk,,\n\n2,Bread\n", "csv"),  # what spreadsheets leave at the ends of rows
        ("page,url\nMilk,a\n", "csv"),
    ],
)
def test_tables(data: str, reader: str) -> None:
    """Names, one of them of a text, and rows that bear them out, whatever parts the fields."""
    assert table_in(data.encode(), NAMES, whole=True) == reader


@pytest.mark.parametrize(
    "data",
    [
        "id,text\n",  # names alone
        "text\nMilk\nBread\n",  # one column is a list
        "id,name\n1,Milk\n",  # no field of text
        "id,text\n1,Milk, and bread\n2,Bread\n",
        "id,text\n1\n",
        'id,text\n1,"Milk" is what he said\n',
        'id,text\n1,"Milk\n',
        "Text, pictures and sound\nof a talk, in three parts\n",
        "Text, pictures\nWords, views\n",  # a blank behind the comma: prose
        "Milk, text and bread.\nOne, two and three.\n",
        "Home|Text|\nHome|Shop|\n",
        "text,text\nMilk,Bread\n",
        "<html>,text\n<p>,Milk\n",
        'id,"te\nxt"\n1,Milk\n',
        "id,text\r1,Milk\r",
        "Milk\rand bread, in the end\n",
        "",
        "\n\n",
    ],
)
def test_what_is_no_table(data: str) -> None:
    """Less than a row of names with rows as long as it is no table."""
    assert table_in(data.encode(), NAMES, whole=True) is None


def test_a_row_that_goes_on_is_no_evidence() -> None:
    """Where not all bytes are at hand the last row is passed over; an uneven one before it is still seen."""
    assert table_in(b'id,text\n1,"Milk and', NAMES, whole=False) == "csv"
    assert table_in(b"id,text\n1,Milk\n2", NAMES, whole=False) == "csv"
    assert table_in(b"id,text\n1\n2,Milk\n", NAMES, whole=False) is None


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=300)).filter(any), min_size=1, max_size=30),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    cut=st.integers(20, 400),
)
def test_what_a_writer_of_tables_writes_is_one(rows: list[tuple[str, str]], delimiter: str, end: str, cut: int) -> None:
    """Whatever stands in the fields, and wherever the bytes end, a table that is quoted is a table."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("id", "text"), *rows])
    data = out.getvalue().encode("utf-8", "replace")
    reader = "tsv" if delimiter == "\t" else "csv"
    assert table_in(data, NAMES, whole=True) == reader
    assert table_in(data[:cut], NAMES, whole=False) == reader


def test_configured_names_tell_a_table(tmp_path: Path) -> None:
    """A table is known by the fields of the configuration, which `run -` and `clean` hand on."""
    fields = SETTINGS.fields.model_copy(update={"text": ("page_text",)})
    data = b"id,page_text\n1,Milk\n"
    assert (sniff(data), sniff(data, fields)) == ("txt", "csv")
    (tmp_path / "stdin").write_bytes(data)
    assert extension_for(str(tmp_path / "stdin"), fields) == ".csv"
    assert holds_many(data, SETTINGS.model_copy(update={"fields": fields}))


def test_names_of_the_default_configuration_tell_a_table() -> None:
    """Where no configuration is at hand, as where files are cut into parts, a table is known by the same names."""
    for name in (*SETTINGS.fields.text, *SETTINGS.fields.html):
        data = f"id,{name}\n1,Milk\n".encode()
        assert sniff(data) == sniff(data, SETTINGS.fields) == "csv"
    assert len(sources._TEXT_NAMES) == len({*SETTINGS.fields.text, *SETTINGS.fields.html})


@pytest.mark.parametrize(
    ("data", "many"),
    [
        (b'\xef\xbb\xbf\n{"text": "Milk"}\n', True),
        (b'{"headline": "no text of that name"}\n', True),
        (b"{Milk}\n", False),
        (b'{"text": "cut\n', False),
        (b'{\n"text": "Milk"}\n', False),
        (b"\x1f\x8b\x08\0", True),
        (b"PAR1", True),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", True),
        (b"WEBVTT\n", False),
        (b"<html>", False),
        (b"", False),
        # what the first bytes say is contradicted later on
        (b'id,text\n1,"' + b"x" * SNIFF_BYTES + b'"\n2,Milk,3\n', False),
        (b'id,text\n1,"' + b"x" * SNIFF_BYTES + b'"\n', True),
    ],
)
def test_what_standard_input_holds(data: bytes, many: bool) -> None:  # noqa: FBT001 - a column of the table
    """Rows, records and packed bytes are told from one text, one page or captions."""
    assert holds_many(data, SETTINGS) is many


@pytest.mark.parametrize(
    ("line", "held"),
    [
        (b"id,text\n", "a table"),
        (b"\x28\xb5\x2f\xfd..", "something packed (.zst)"),
        (b"<!doctype html>\n", "HTML"),
        (b"%PDF-1.7\n", "no text"),
        (b"WEBVTT\n", "captions"),
        (b"PAR1\n", "Parquet"),
        (b'{"wireMagic": "pb3"}\n', None),
        (b'[{"text": "a"}]\n', None),
        (b"broken\n", None),
        (b"\n", None),
        (b"", None),
    ],
)
def test_what_is_certainly_no_rows_of_json(line: bytes, held: str | None) -> None:
    """Another format is named by its first line; a line that may be a broken row is not."""
    assert no_rows_of_json(line, SETTINGS) == held
