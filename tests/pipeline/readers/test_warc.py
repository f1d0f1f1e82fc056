"""WARC and WET: pages and texts become items, the rest is counted, and what is broken is told without costing the rest."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard

from copydesk.transforms.shapes import Item, RejectedRecord

from .made import SMALL, bodies, items, members, page, pages, read, record, refusals, response, skipped


def write(path: Path, content: bytes) -> Path:
    """A file."""
    path.write_bytes(content)
    return path


def test_a_page_carries_what_its_record_says(tmp_path: Path) -> None:
    """Id, address, day and charset of a record, and the body of its response."""
    body = "<p>Grüße</p>".encode("latin-1")
    (item,) = items(write(tmp_path / "a.warc", record(1, response(body, "content-type: text/html;charset=ISO-8859-1"))))
    assert item.payload == body
    assert item.charset == "ISO-8859-1"
    assert (item.source.uri, item.source.format) == (f"{tmp_path}/a.warc#0000-1", "html")
    assert (item.source.url, item.source.retrieved) == ("https://valley.example/1", "2024-03-02T10:00:00Z")


def test_texts_of_a_wet_are_items(tmp_path: Path) -> None:
    """A conversion record of plain text is a text."""
    wet = [record(0, b"x", kind="warcinfo"), record(1, "Grüße aus dem Tal".encode(), kind="conversion")]
    (item,) = items(write(tmp_path / "a.warc.wet.gz", b"".join(members(wet))))
    assert (item.payload.decode(), item.source.format) == ("Grüße aus dem Tal", "txt")


def test_what_is_no_page_is_counted_by_reason(tmp_path: Path) -> None:
    """Requests, pictures, pages that were not there: no items and no rejected records, but counts."""
    content = [
        *pages(3),
        record(10, response(b"gone", status="404 Not Found")),
        record(11, response(b"", status="304 Not Modified"), kind="revisit"),
        record(12, response(b"body {}", "Content-Type: text/css")),
        record(13, response(b"x", "Content-Type: application/x-thing")),
        record(14, b"x", kind="curious"),
        record(15, b"\xff\xd8", kind="resource", content="image/jpeg"),
    ]
    path = write(tmp_path / "a.warc", b"".join(content))
    assert len(items(path)) == 3
    assert refusals(path) == []
    assert skipped(path) == {
        "css": 1, "image": 2, "other record": 1, "other type": 1, "request": 3, "revisit": 1, "status 404": 1, "warcinfo": 1,
    }  # fmt: skip


def test_a_warc_of_nothing_but_pictures_is_no_error(tmp_path: Path) -> None:
    """It is counted, and not taken for a file that came to nothing."""
    path = write(tmp_path / "a.warc", record(1, response(b"\x89PNG", "Content-Type: image/png")))
    assert refusals(path) == []
    assert skipped(path) == {"image": 1}


def test_a_type_that_is_not_said_is_told_by_the_content(tmp_path: Path) -> None:
    """A server that does not say what it sends may still have sent a page."""
    content = record(1, response(b"<!doctype html><p>x", "Server: s")) + record(2, response(b"%PDF-1.7", "Server: s"))
    path = write(tmp_path / "a.warc", content)
    assert [item.source.format for item in items(path)] == ["html"]
    assert skipped(path) == {"no type": 1}


def _chunked(body: bytes, size: int = 37) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;name=value\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


_RAW = zlib.compressobj(wbits=-15)
PAGE = page(1)
SENT = {
    "gzip": ("Content-Encoding: gzip", gzip.compress(PAGE)),
    "deflate": ("Content-Encoding: deflate", zlib.compress(PAGE)),
    "deflate_raw": ("Content-Encoding: deflate", _RAW.compress(PAGE) + _RAW.flush()),
    "br": ("Content-Encoding: br", brotli.compress(PAGE)),
    "zstd": ("Content-Encoding: zstd", zstandard.compress(PAGE)),
    "two": ("Content-Encoding: gzip, br", brotli.compress(gzip.compress(PAGE))),
    "chunked": ("Transfer-Encoding: chunked", _chunked(PAGE)),
    "chunked_gzip": ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", _chunked(gzip.compress(PAGE))),
    "gzip_undone": ("Content-Encoding: gzip", PAGE),
    "br_undone": ("Content-Encoding: br", PAGE),
    "deflate_undone": ("Content-Encoding: deflate", PAGE),
    "chunks_undone": ("Transfer-Encoding: chunked", PAGE),
    "identity": ("Content-Encoding: identity", PAGE),
    "a_charset": ("Content-Encoding: UTF-8", PAGE),
}


@pytest.mark.parametrize("name", SENT)
def test_what_http_did_is_undone(tmp_path: Path, name: str) -> None:
    """Chunks and codings, one on the other, and headers of what an archive has undone already: the page comes out."""
    head, body = SENT[name]
    assert bodies(write(tmp_path / "a.warc", record(1, response(body, f"Content-Type: text/html\r\n{head}")))) == [PAGE]


@pytest.mark.parametrize(
    ("head", "body", "error", "words"),
    [
        ("Content-Encoding: gzip", gzip.compress(PAGE)[:-20], "BrokenRecord", "breaks off"),
        ("Content-Encoding: gzip", gzip.compress(PAGE)[:10] + b"\x07" * 40, "BrokenRecord", "gzip is broken"),
        ("Content-Encoding: br", brotli.compress(PAGE)[:-5], "BrokenRecord", "breaks off"),
        ("Content-Encoding: br", b"\xff" * 30, "BrokenRecord", "br is broken"),
        ("Content-Encoding: zstd", zstandard.compress(PAGE)[:-5], "BrokenRecord", "cut off"),
        ("Content-Encoding: rot13", PAGE, "BrokenRecord", "rot13"),
        ("Transfer-Encoding: chunked", _chunked(PAGE)[:-60], "BrokenRecord", "chunks break off"),
        ("Content-Encoding: gzip", gzip.compress(bytes(10_000_000)), "TooLarge", "unpacks to more"),
        ("Content-Encoding: br", brotli.compress(bytes(10_000_000)), "TooLarge", "unpacks to more"),
        ("Content-Encoding: zstd", zstandard.compress(bytes(10_000_000)), "TooLarge", "unpacks to more"),
        ("Content-Encoding: deflate", zlib.compress(bytes(10_000_000)), "TooLarge", "unpacks to more"),
        ("Server: s", b"x" * 1_001, "TooLarge", "read.max_bytes"),
        ("Server: s", b"x" * 100_000, "TooLarge", "read.max_bytes"),
    ],
)
def test_a_bad_body_is_a_record_of_its_own(tmp_path: Path, head: str, body: bytes, error: str, words: str) -> None:
    """Cut off, broken, packed in an unknown way or a bomb: told with the record's id, and the next page is read."""
    path = tmp_path / "a.warc"
    write(path, record(1, response(body, f"Content-Type: text/html\r\n{head}")) + record(2, response(b"<p>next")))
    assert bodies(path, SMALL) == [b"<p>next"]
    (refused,) = refusals(path, SMALL)
    assert (refused.error, refused.source.uri) == (error, f"{path}#0000-1")
    assert words in refused.message


def test_a_body_that_its_record_says_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """A crawler that stopped at a length said so; what there is of the page is a page."""
    cut = gzip.compress(PAGE, mtime=0)[:-20]
    content = record(1, response(cut, "Content-Type: text/html\r\nContent-Encoding: gzip"), more="WARC-Truncated: length\r\n")
    (body,) = bodies(write(tmp_path / "a.warc", content))
    assert PAGE.startswith(body)
    assert len(body) > 30


def test_a_record_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    """The offset of its first byte, which does not depend on how the file is read."""
    content = record(1, response(b"<p>one")) + record(2, response(b"<p>two")).replace(b"WARC-Record-ID", b"X-Record-ID")
    found = items(write(tmp_path / "a.warc", content))
    assert found[1].source.uri == f"{tmp_path}/a.warc#{len(record(1, response(b'<p>one')))}"


def _damaged(how: str, packed: bool) -> bytes:  # noqa: FBT001
    """Five pages, the third of which is damaged."""
    whole = [record(number, response(page(number))) for number in range(1, 6)]
    off = {"too_short": -9, "too_long": 40, "into_the_next": 1_500, "beyond_the_end": 99_999}.get(how)
    if off is not None:
        whole[2] = record(3, response(page(3)), off=off)
    if how == "no_number":
        whole[2] = whole[2].replace(b"Content-Length: ", b"Content-Length: x")
    parts = members(whole) if packed else whole
    if how == "header":
        parts[2] = b"\0\0\0" + parts[2][3:]
    if how == "middle":
        parts[2] = parts[2][:80] + b"\xff" * 8 + parts[2][88:]
    if how == "checksum":
        parts[2] = parts[2][:-8] + b"\0\0\0\0" + parts[2][-4:]
    if how == "cut_off_and_written_on":
        parts[2] = parts[2][: len(parts[2]) // 2]
    if how == "rubbish_between":
        parts.insert(2, b"what is this?\r\n" * 9)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("how", "packed"),
    [
        *((how, packed) for how in ("too_short", "too_long", "into_the_next", "beyond_the_end", "no_number", "header",
                                    "cut_off_and_written_on") for packed in (False, True)),
        ("middle", True), ("checksum", True),
    ],
)  # fmt: skip
def test_damage_costs_the_record_that_has_it(tmp_path: Path, how: str, packed: bool) -> None:  # noqa: FBT001
    """Wrong lengths, broken gzip members, records cut off and written on: one is lost and told, the others are read."""
    path = write(tmp_path / ("a.warc.gz" if packed else "a.warc"), _damaged(how, packed))
    assert bodies(path) == [page(number) for number in (1, 2, 4, 5)]
    (refused,) = refusals(path)
    assert (refused.stage, refused.error) == ("read", "BrokenRecord")


@pytest.mark.parametrize("packed", [False, True])
def test_rubbish_between_records_costs_nothing_but_is_told(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    """What stands between whole records and is none is one loss."""
    path = write(tmp_path / ("a.warc.gz" if packed else "a.warc"), _damaged("rubbish_between", packed))
    assert len(bodies(path)) == 5
    assert len(refusals(path)) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_cut_off_loses_its_last_record(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001
    """The records before are read, and the end says what happened."""
    whole = [record(number, response(page(number))) for number in range(1, 6)]
    content = b"".join(members(whole) if packed else whole)
    path = write(tmp_path / ("a.warc.gz" if packed else "a.warc"), content[:-30])
    *before, (_, last) = read(path)
    assert [entry.payload for _, entry in before if isinstance(entry, Item)] == [page(number) for number in (1, 2, 3, 4)]
    assert isinstance(last, RejectedRecord)
    assert "end" in last.message


def test_a_picture_that_is_cut_off_is_told(tmp_path: Path) -> None:
    """Even what would be passed over: nobody knows what came behind it."""
    path = write(tmp_path / "a.warc", record(1, response(b"\x89PNG" * 99, "Content-Type: image/png"))[:-50])
    (refused,) = refusals(path)
    assert "the file ends" in refused.message


@pytest.mark.parametrize("packing", [".bz2", ".zst"])
def test_other_packings(tmp_path: Path, packing: str) -> None:
    """A WARC packed as a whole in another way is read, too."""
    import bz2

    content = b"".join(pages(4))
    packed = bz2.compress(content) if packing == ".bz2" else zstandard.compress(content)
    assert len(bodies(write(tmp_path / f"a.warc{packing}", packed))) == 4
    path = write(tmp_path / f"cut.warc{packing}", packed[:-10])
    assert refusals(path)[-1].error == "Unreadable"


def test_a_file_of_zeros_is_told(tmp_path: Path) -> None:
    """A download that took its room and never came is no empty file, and no file that nothing is said of."""
    assert len(refusals(write(tmp_path / "a.warc.gz", bytes(100_000)))) == 1


def test_zeros_behind_the_last_member_are_nothing(tmp_path: Path) -> None:
    """As a writer leaves them that takes its room beforehand."""
    path = write(tmp_path / "a.warc.gz", b"".join(members(pages(2))) + bytes(100_000))
    assert len(bodies(path)) == 2
    assert refusals(path) == []
