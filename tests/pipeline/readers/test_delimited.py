"""Tables become rows; what is broken in one costs its own row, and says so."""

from __future__ import annotations

import codecs
import csv
import io
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode

from .made import SETTINGS, bodies, items, refusals

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "read" / "tables.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_table(tmp_path: Path, case: dict[str, Any]) -> None:
    """Each table gives the texts that its case says, and a record for each row that it does not."""
    path = tmp_path / case.get("name", "rows.csv")
    path.write_text(case["given"].replace("LONG", case.get("long", "") * 1_000), "utf-8", newline="")
    read_settings = SETTINGS.model_copy(update={"max_bytes": case.get("bytes", SETTINGS.max_bytes)})
    assert [body.decode() for body in bodies(path, read_settings)] == case["texts"]
    told = [(refused.source.uri.removeprefix(str(path)), refused.error) for refused in refusals(path, read_settings)]
    wanted = case.get("refused", [])
    assert told == [(f"#{number}" if number else "", error) for number, error, _ in wanted]
    for refused, (_, _, words) in zip(refusals(path, read_settings), wanted, strict=True):
        assert words in refused.message


def test_fields_of_a_table_are_those_of_a_row(tmp_path: Path) -> None:
    """Id, URL, title, author, day and kind of a row are found under their usual names."""
    path = tmp_path / "rows.csv"
    path.write_text("Id,URL,Title,Author,Date,Kind,Text\nx7,https://a.example/x,T,Ann Lee,2024-03-02,story,Words.\n")
    (item,) = items(path)
    assert item.source.uri == f"{path}#x7"
    assert (item.source.url, item.source.kind) == ("https://a.example/x", "story")
    assert (item.metadata.title, item.metadata.authors, item.metadata.published) == ("T", ("Ann Lee",), "2024-03-02")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252", "windows-1251", "shift_jis"])
def test_charsets_of_tables(tmp_path: Path, charset: str) -> None:
    """A table in any charset gives its text, with or without a byte-order mark, and equal texts have equal hashes."""
    text = {
        "windows-1251": "Сегодня в городе открыли новую библиотеку, и все пришли посмотреть на неё.",
        "shift_jis": "今日は図書館が開きました。多くの人が本を借りに来て、夜まで話していました。",
    }.get(charset, "Die Bäckerei öffnet früh, und für die Kinder gibt es süße Brötchen.")
    path = tmp_path / "rows.csv"
    path.write_bytes(f'id,text\r\n1,"{text}"\r\n2,"{text}"\r\n'.encode(charset))
    assert [body.decode() for body in bodies(path)] == [text, text]


def test_a_byte_that_is_none_of_the_charset_is_told_by_decode(tmp_path: Path) -> None:
    """A field with a broken byte is given as its bytes, and decoding lists the repair."""
    path = tmp_path / "rows.csv"
    path.write_bytes("id,text\n1,Die Bäckerei öffnet fr".encode() + b"\xff" + "üh und schließt spät.\n".encode())
    (item,) = items(path)
    assert b"\xff" in item.payload
    assert [change.before for change in decode(item, load_rules()).changes]


def test_one_field_of_100_megabytes_is_not_held(tmp_path: Path) -> None:
    """A huge field is passed in chunks, with memory for what may be held, and the next row is read."""
    import tracemalloc

    path = tmp_path / "rows.csv"
    with path.open("wb") as out:
        out.write(b'id,text\n1,"')
        for _ in range(100):
            out.write(b"word " * 200_000)
        out.write(b'"\n2,Milk\n')
    bounded = SETTINGS.model_copy(update={"max_bytes": 1_000_000})
    tracemalloc.start()
    found = bodies(path, bounded)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [b"Milk"]
    assert peak < 30_000_000
    (refused,) = refusals(path, bounded)
    assert refused.error == "TooLarge"


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=20), max_size=8
    ),
    delimiter=st.sampled_from(",;\t|"),
    bom=st.booleans(),
)
def test_what_a_writer_wrote_is_read(rows: list[str], delimiter: str, bom: bool) -> None:  # noqa: FBT001
    """Whatever stands in the fields, a table that Python's own writer made gives it back."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["id", "text"], *([str(number), text] for number, text in enumerate(rows))])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes((codecs.BOM_UTF8 if bom else b"") + out.getvalue().encode())
        assert [body.decode() for body in bodies(path)] == rows
