"""However a file is cut into parts, every row and record is read once, with the same name and position."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.readers import splits
from copydesk.pipeline.readers.splits import split_sources
from copydesk.pipeline.sources import find_sources, read_slice, write_list
from copydesk.transforms.shapes import Item, RejectedRecord
from tests.pipeline.readers.made import (
    SETTINGS,
    SMALL,
    all_skipped,
    members,
    page,
    pages,
    read,
    read_in_parts,
    record,
    response,
    without_skipped,
    write_parquet,
)

_ROWS = st.one_of(
    st.integers(0, 60).map(lambda size: json.dumps({"text": "x" * size})),
    st.integers(900, 1_200).map(lambda size: json.dumps({"text": "y" * size})),  # about as long as may be held
    st.integers(0, 9).map(lambda number: json.dumps({"id": f"r{number}", "text": "named"})),
    st.sampled_from(["", " ", "{broken", "\r", '{"text": "é\u2028"}']),
)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(_ROWS, max_size=12),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    part=st.one_of(st.integers(1, 8), st.integers(9, 400)),
)
def test_lines_are_read_once_whatever_the_parts(rows: list[str], end: str, last: bool, part: int) -> None:  # noqa: FBT001
    """Rows of all sizes, blank ones, ones longer than a part, with and without an end: parts give what the whole gives."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_bytes((end.join(rows) + (end if last else "")).encode())
        whole = read(path, SMALL)
        parts, found = read_in_parts(path, part, SMALL)
    assert found == whole or (not rows and len(whole) == 1)
    assert sum(one.size for one in parts) == parts[0].size or len(parts) > 1


def test_every_part_size_gives_the_same_lines(tmp_path: Path) -> None:
    """All part sizes from one byte to beyond the file, on rows of very unlike lengths."""
    rows = [json.dumps({"text": "z" * (number * 37 % 200)}) for number in range(30)]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join([*rows[:10], "", *rows[10:]]) + "\n\n")
    whole = read(path)
    for part in (*range(1, 40), *range(40, path.stat().st_size + 10, 97)):
        assert read_in_parts(path, part)[1] == whole, part


@pytest.mark.parametrize("content", ["\n" * 40, " \n" * 20 + '{"text": "last"}\n', "\n" * 20 + '{"text": "mid"}' + "\n" * 20])
def test_a_file_of_blank_lines_comes_to_something(tmp_path: Path, content: str) -> None:
    """However it is cut, a file of blank lines is one rejected record, and one with a row among them is that row."""
    path = tmp_path / "rows.jsonl"
    path.write_text(content)
    whole = read(path)
    assert len(whole) == 1
    for part in range(1, len(content) + 2):
        assert read_in_parts(path, part)[1] == whole, part


def test_lines_are_counted_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that is larger than what is counted at once has the same first row."""
    monkeypatch.setattr(splits, "COUNT_BYTES", 7)
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n' * 40)
    parts, found = read_in_parts(path, 100)
    assert [part.first for part in parts] == [1, 9, 16, 23, 30, 37]
    assert found == read(path)


@pytest.fixture(scope="module")
def records() -> list[bytes]:
    """A crawl of records."""
    return pages(12)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_records_are_read_once_whatever_the_parts(tmp_path: Path, records: list[bytes], packed: bool) -> None:  # noqa: FBT001
    """A WARC in parts of any size gives what it gives as a whole, and as much is passed over."""
    path = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    path.write_bytes(b"".join(members(records) if packed else records))
    whole = read(path)
    assert sum(isinstance(entry, Item) for _, entry in whole) == 12
    for part in (1, 2, 50, 199, 200, 201, 777, 3_000):
        found = read_in_parts(path, part)[1]
        assert without_skipped(found) == without_skipped(whole), part
        assert all_skipped(found) == all_skipped(whole) == {"image": 4, "request": 12, "warcinfo": 1}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_is_told_once_whatever_the_parts(data: st.DataObject) -> None:
    """A WARC with bytes overwritten, taken out or put in gives the same items and the same losses in parts as as a whole."""
    whole = pages(5, size=8)
    packed = data.draw(st.booleans())
    content = bytearray(b"".join(members(whole) if packed else whole))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        size = data.draw(st.integers(1, 60))
        how = data.draw(st.sampled_from(["zeros", "out", "in", "cut"]))
        if how == "zeros":
            content[at : at + size] = bytes(min(size, len(content) - at))
        elif how == "out":
            del content[at : at + size]
        elif how == "in":
            content[at:at] = b"?" * size
        else:
            del content[max(at, 1) :]
        if not content:
            return
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("a.warc.gz" if packed else "a.warc")
        path.write_bytes(content)
        unsplit = read(path)
        for part in (1, 64, 333):
            found = read_in_parts(path, part)[1]
            assert without_skipped(found) == without_skipped(unsplit), part
            assert all_skipped(found) == all_skipped(unsplit)


def test_a_warc_in_one_gzip_member_is_read_once(tmp_path: Path, records: list[bytes]) -> None:
    """Packed as a whole, it belongs to the first part; the others find nothing, and say nothing."""
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(members([b"".join(records)])))
    parts, found = read_in_parts(path, 100)
    assert len(parts) > 1
    assert without_skipped(found) == without_skipped(read(path))


def test_a_record_that_holds_a_warc_is_one_record(tmp_path: Path) -> None:
    """A plain WARC is cut where its records begin, not where one seems to begin within another."""
    inner = b"".join(pages(3))
    path = tmp_path / "crawl.warc"
    middle = record(2, response(inner, "Content-Type: text/plain"))
    path.write_bytes(record(1, response(page(1))) + middle + record(3, response(page(3))))
    whole = read(path)
    assert len(whole) == 3
    for part in (10, 400, 900):
        assert read_in_parts(path, part)[1] == whole


def test_row_groups_are_read_once(tmp_path: Path) -> None:
    """Parquet is cut between row groups, and a row keeps its number."""
    path = tmp_path / "rows.parquet"
    write_parquet(path, [{"text": f"Row {number}. " * 30} for number in range(50)], group=7)
    parts, found = read_in_parts(path, 100)
    assert [part.first for part in parts] == [1, 8, 15, 22, 29, 36, 43, 50]
    assert found == read(path)
    assert [position for position, _ in found] == list(range(1, 51))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"word " * 500),
        ("a.csv", b"id,text\n" + b"1,x\n" * 500),
        ("a.jsonl.gz", members([b'{"text": "x"}\n' * 500])[0]),
    ],
)
def test_what_cannot_be_entered_in_its_middle_is_one_part(tmp_path: Path, name: str, content: bytes) -> None:
    """Text, tables and packed rows are left whole."""
    (tmp_path / name).write_bytes(content)
    sources = find_sources([str(tmp_path)])
    assert list(split_sources(sources, 10)) == sources


def test_nothing_is_cut_where_only_some_items_are_taken_or_zero_is_asked(tmp_path: Path) -> None:
    """A file that a limit ends in is read from its start; `read.split_bytes = 0` cuts nothing."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n' * 40)
    sources = find_sources([str(path)])
    assert list(split_sources(sources, 0)) == sources
    limited = find_sources([str(path)])[0].__class__(path=str(path), size=560, uri=str(path), take=3)
    assert list(split_sources([limited], 10)) == [limited]
    assert len(read(path, SETTINGS, take=3)) == 3


@pytest.mark.parametrize("name", ["a.parquet", "a.warc", "a.warc.gz"])
def test_a_file_that_is_none_is_told_once(tmp_path: Path, name: str) -> None:
    """What cannot be cut because it is broken is one record, not one a part."""
    (tmp_path / name).write_bytes(b"nothing of the kind " * 100)
    _, found = read_in_parts(tmp_path / name, 50)
    assert [type(entry) for _, entry in found] == [RejectedRecord]


def test_parts_go_through_the_list_of_sources(tmp_path: Path) -> None:
    """What the list distributes is what was cut, byte for byte, and no slice holds much more than others."""
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a"}\n' * 40)
    parts = list(split_sources(find_sources([str(path)]), 100))
    slices = write_list(str(tmp_path / "list"), parts)
    assert [part for one in slices for part in read_slice(str(tmp_path / "list"), one)] == parts
