"""Charsets: which one is taken, what a few broken bytes become, what is refused."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode.charset import MAX_LISTED, decode_bytes
from copydesk.transforms.errors import BinarySource, EmptySource, SourceError
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

from .conftest import cases

WRITERS = {"euc-kr": "cp949"}


@pytest.mark.parametrize("case", cases("charsets"))
def test_a_short_text_is_read_from_any_of_its_charsets(case: dict[str, Any], rules: Rules) -> None:
    """A line or two without a declaration come out as they were written, and the charset is named."""
    for charset in case["charsets"]:
        decoded = decode_bytes(case["text"].encode(WRITERS.get(charset, charset)), None, rules.settings.decode)
        assert (decoded.text, decoded.charset) == (case["text"], charset)


@pytest.mark.parametrize("mark", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_decides_and_goes(mark: str, rules: Rules) -> None:
    """The mark names the charset, against any declaration, and is no part of the text."""
    boms = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    boms |= {"utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE}
    decoded = decode_bytes(boms[mark] + "né\r\nau\rx".encode(mark), "koi8-r", rules.settings.decode)
    assert (decoded.text, decoded.charset) == ("né\nau\nx", mark)


def test_a_declaration_loses_against_valid_utf8_and_wins_where_it_fits(rules: Rules) -> None:
    """Multi-byte UTF-8 is hardly ever chance; bytes that are no UTF-8 are read as declared."""
    settings = rules.settings.decode
    assert decode_bytes("déjà vu".encode(), "iso-8859-1", settings).charset == "utf-8"
    assert decode_bytes("déjà vu".encode("latin-1"), "iso-8859-1", settings).text == "déjà vu"
    assert decode_bytes("мир".encode("koi8-r"), "koi8-r", settings).text == "мир"
    assert decode_bytes("мир труд май".encode("cp1251"), "no-such-charset", settings).text == "мир труд май"
    assert decode_bytes("déjà".encode("latin-1"), "rot13", settings).text == "déjà"


def test_markup_may_declare_its_charset(rules: Rules) -> None:
    """The meta tag counts for HTML, and for nothing else."""
    page = "<html><head><meta charset='windows-1253'></head><body><p>α</p></body></html>".encode("cp1253")
    assert decode_bytes(page, None, rules.settings.decode, markup=True).charset == "windows-1253"


def test_unassigned_bytes_of_windows_1252_are_controls(rules: Rules) -> None:
    """As browsers have it, byte 81 is a control character of a declared Western text, and no reason to give the charset up."""
    decoded = decode_bytes(b"caf\xe9 \x81" + b" plain" * 99, "windows-1252", rules.settings.decode)
    assert decoded.charset == "windows-1252"
    assert decoded.text.startswith("café \x81 ")


def test_nothing_is_guessed_of_a_page_that_declares_its_charset(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search for a legacy charset, dear on a page, is left out where a declaration fits."""
    def refuse(sample: bytes, size: int) -> str:
        raise AssertionError(f"guessed at {sample[:9]!r} of {size}")

    monkeypatch.setattr("copydesk.transforms.decode.charset.guess_legacy", refuse)
    page = '<meta charset="windows-1250"><p>Přívoz se vrátil.'.encode("cp1250")
    assert decode_bytes(page, None, rules.settings.decode, markup=True).text.endswith("Přívoz se vrátil.")


def test_a_few_broken_bytes_are_replaced_and_listed(read: Callable[..., Document]) -> None:
    """Each run of bad bytes is a change of nothing, with the bytes and their offset."""
    payload = "wörld, naïve é\r\n".encode() * 4 + b"x\xff\xfey " + "né ".encode() * 9
    document = read(payload)
    (change,) = document.changes
    assert document.charset == "utf-8"
    assert (change.before, change.after, change.rule) == ("\ufffd\ufffd", "\ufffd\ufffd", "malformed_bytes")
    assert document.text[change.start : change.end] == "\ufffd\ufffd"
    assert change.evidence == f"bytes ff fe at {payload.index(bytes([0xFF]))}"
    assert document.text == payload.decode(errors="replace").replace("\r\n", "\n")


def test_a_text_cut_off_inside_a_character_is_utf8(read: Callable[..., Document]) -> None:
    """The end of the bytes may cut a character in two; the rest is not read as another charset for that."""
    document = read(b"plain words " * 20 + "”".encode()[:2])
    assert document.charset == "utf-8"
    assert document.text.endswith("\ufffd")


def test_the_list_of_broken_runs_is_bounded(rules: Rules) -> None:
    """A thousand runs are listed; the last says how many more there are."""
    decoded = decode_bytes(("né " * 20).encode().join([b"\xff"] * 1501), None, rules.settings.decode)
    assert len(decoded.malformed) == MAX_LISTED
    assert decoded.malformed[-1].more == 501
    assert "501 more" in decoded.malformed[-1].evidence


@pytest.mark.parametrize(
    "payload",
    [
        b"%PDF-1.7 text",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\x00\x00\x00\x18ftypmp42",
        bytes(range(256)) * 9,
        b"\x00" * 99,
    ],
)
def test_bytes_that_are_no_text_are_refused(payload: bytes, read: Callable[..., Document]) -> None:
    """Known formats, and bytes full of controls, are binary; the message says what they are."""
    with pytest.raises(BinarySource, match=r"not text|no text|binary"):
        read(payload)


@pytest.mark.parametrize("payload", [b"", b" \n\t ", b"\xef\xbb\xbf \r\n", b"\xff\xfe \x00", "\u200b\u00ad".encode()])
def test_nothing_but_white_space_is_empty(payload: bytes, read: Callable[..., Document]) -> None:
    """A source without a visible character is refused as empty."""
    with pytest.raises(EmptySource):
        read(payload)


def test_a_nul_in_a_text_is_one_control_character(read: Callable[..., Document]) -> None:
    """One NUL does not make a text binary; it is taken out and listed."""
    document = read(b"Hello\x00 world, this is text.\n")
    assert document.text == "Hello world, this is text.\n"
    assert [change.rule for change in document.changes] == ["control_character"]


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(payload: bytes) -> None:
    """No bytes end in anything but a text or a clear refusal."""
    try:
        text = decode_bytes(payload, None, load_rules().settings.decode).text
    except SourceError as error:
        text = str(error)
    assert text
