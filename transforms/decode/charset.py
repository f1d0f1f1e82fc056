"""Bytes to text: which charset a source is written in, and which of its bytes are none of that charset's.

In this order, the first that fits: a byte-order mark; UTF-16 and UTF-32 without one, by where their zero bytes stand; strict
UTF-8 with multi-byte characters, which hardly ever comes about by chance, so that it beats a declaration that says otherwise;
what came with the source (an HTTP header); what the markup says of itself; ASCII; UTF-8 with a few bytes broken; then the
legacy charsets (`legacy.py`). Bytes that fit none of them are no text.

Whom it could harm: a short text in a legacy charset of a rare script may be read as another one. The document says which
charset was taken, so that a reader sees it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from copydesk.transforms.decode.legacy import guess_legacy
from copydesk.transforms.errors import BinarySource, EmptySource
from copydesk.transforms.settings import DecodeSettings

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose little-endian mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC: Final = (
    (b"%PDF-", "a PDF"), (b"\x89PNG\r\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive (or an Office file)"), (b"\x1f\x8b\x08", "gzip data"),
    (b"\x7fELF", "a program"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstandard data"), (b"SQLite format 3\x00", "a database"),
    (b"PAR1", "a Parquet file"), (b"OggS\x00", "an Ogg recording"), (b"\x1aE\xdf\xa3", "a Matroska video"),
    (b"ID3\x03", "an MP3 recording"), (b"ID3\x04", "an MP3 recording"), (b"wOFF", "a font"), (b"wOF2", "a font"),
    (b"Rar!\x1a\x07", "a RAR archive"), (b"\x00asm", "a program"), (b"{\\rtf", "an RTF document"), (b"fLaC\x00", "a recording"),
)  # fmt: skip
_MEDIA_BOX: Final = re.compile(rb"(?s:....)ftyp|RIFF(?s:....)(?:WEBP|WAVE|AVI )|BZh[1-9]1AY&SY")
META_BYTES: Final = 4096
"""Where a page declares its charset: HTML asks for the first 1,024 bytes, real pages keep to that less strictly."""
_META: Final = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{2,40})", re.IGNORECASE
)
_ASCII: Final = bytes(range(128))
_UTF8: Final = frozenset({"utf-8", "utf8", "UTF-8", "UTF8"})
_CONTROL: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
MAX_CONTROL_SHARE: Final = 0.1
"""Share of control bytes above which bytes are no text; prose has none, terminal logs a few in a hundred."""
MAX_LISTED: Final = 1_000
"""Runs of malformed bytes that are listed one by one; the last says how many more there are."""
_ESCAPED: Final = re.compile("[\udc80-\udcff]+")
_SPELLED: Final = {
    "ascii": "utf-8", "us-ascii": "utf-8", "utf8": "utf-8", "iso-8859-1": "windows-1252", "latin-1": "windows-1252",
    "latin1": "windows-1252", "iso8859-1": "windows-1252", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "iso-8859-9": "windows-1254", "x-sjis": "shift_jis", "sjis": "shift_jis", "windows-31j": "shift_jis",
    "utf-16": "utf-16-le", "ks_c_5601-1987": "euc-kr", "x-euc-jp": "euc-jp", "unicode": "utf-16-le", "tis-620": "cp874",
    "windows-874": "cp874", "iso-8859-11": "cp874", "x-mac-cyrillic": "mac-cyrillic", "macintosh": "mac-roman",
}  # fmt: skip  # what names mean on the web: https://encoding.spec.whatwg.org/#names-and-labels
_CODECS: Final = {"shift_jis": "cp932", "euc-kr": "cp949", "big5": "cp950"}
"""The vendor's superset of a charset, as browsers read it, where Python's own codec is the bare standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A run of bytes that are none of the charset's, replaced by U+FFFD: offsets into the text, and where the bytes were."""

    start: int
    end: int
    data: bytes
    offset: int
    """Of the first byte, in the source."""
    more: int = 0
    """Further runs that are not listed."""
    note: str = ""
    """Said in place of the bytes, where their place is not known one by one."""

    @property
    def evidence(self) -> str:
        """The bytes, for a person."""
        shown = self.data[:32].hex(" ") + (" ..." if len(self.data) > 32 else "")
        unlisted = f"; {self.more} more such runs are not listed" if self.more else ""
        return (self.note or f"bytes {shown} at {self.offset}") + unlisted


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text with line feeds for every line end, and the runs of it that stand for malformed bytes."""

    text: str
    charset: str
    malformed: tuple[Malformed, ...] = ()


def decode_bytes(payload: bytes, declared: str | None, settings: DecodeSettings, *, markup: bool = False) -> Decoded:
    r"""The text of a source's bytes.

    Args:
        payload: the bytes.
        declared: the charset that came with them, if any; a wrong one does not matter where the bytes are plainly UTF-8.
        settings: the table `decode`.
        markup: whether they are HTML, which may declare a charset itself.

    Raises:
        EmptySource: no bytes, or white space only.
        BinarySource: the bytes are no text.

    >>> from types import SimpleNamespace
    >>> decode_bytes("наука".encode("koi8-r"), "koi8-r", SimpleNamespace(sample_bytes=65536, max_replaced=0.05))
    Decoded(text='наука', charset='koi8-r', malformed=())
    """
    if not payload or payload.isspace():
        raise EmptySource(f"the source has {len(payload)} bytes and no text; nothing can be made of it")
    _refuse_magic(payload)
    name, marked = _bom(payload)
    if name is None and (not markup or payload.count(0, 0, settings.sample_bytes)):  # tags are ASCII: they would hold zeros
        name = _wide(payload[: settings.sample_bytes])
    if name is None:
        _refuse_controls(payload)
        decoded = _narrow(payload, declared, settings, markup=markup)
    else:
        decoded = _lossy(payload[marked:], name, marked, settings)
    if not decoded.text or decoded.text.isspace():
        raise EmptySource(f"the source has {len(payload)} bytes, all of them white space")
    return decoded


def guess_charset(sample: bytes) -> str:
    r"""The charset of a file of which this is the beginning, cut anywhere: for files whose parts are decoded one by one.

    >>> guess_charset("Ein Käse".encode("utf-16")), guess_charset("Käse".encode()[:3]), guess_charset(b"plain")
    ('utf-16-le', 'utf-8', 'utf-8')
    """
    name = _bom(sample[: len(sample) // 4 * 4])[0] or _bom(sample)[0] or (_wide(sample) if sample.count(0) else None)
    if name or _is_utf8(sample):
        return name or "utf-8"
    escaped = sample.decode("utf-8", errors="surrogateescape")
    bad = sum(map(len, _ESCAPED.findall(escaped)))
    if len(escaped.encode("ascii", errors="ignore")) + 3 * bad <= len(escaped):  # two good characters for each bad byte
        return "utf-8"
    return guess_legacy(sample, len(sample)) or "utf-8"


def _bom(payload: bytes) -> tuple[str | None, int]:
    for mark, name in _BOMS:
        if payload.startswith(mark) and (len(payload) - len(mark)) % (4 if "32" in name else 2 if "16" in name else 1) == 0:
            return name, len(mark)
    return None, 0


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte-order mark, by how its characters look when it is read so.

    Read in the wrong width or order, text falls apart into characters from everywhere; read rightly, it has spaces, line
    ends and the commonest punctuation of its script. ASCII text as UTF-16 is one half zero bytes, on one parity.
    """
    if not sample.count(0) and _is_utf8(sample):
        return None
    for name, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        part = sample[: len(sample) // width * width]
        if len(part) < 2 * width or (width == 4 and part.count(0) * 3 < len(part)):
            continue
        try:
            text = codecs.getincrementaldecoder(name)().decode(part)
        except UnicodeDecodeError:
            continue
        if _reads(text):
            return name
    return None


def _is_utf8(sample: bytes) -> bool:
    """Whether bytes, perhaps cut within a character, are UTF-8.

    Hardly any UTF-16 is; but a short line of Dutch with an accent, read as UTF-16, gives ideographs, of which two common ones
    made it Chinese.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


_PLAIN: Final = re.compile(
    r"[ \n0-9A-Za-z,.\u00a0-\u024f\u0300-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u10a0-\u10ff\u1e00-\u1fff\u2010-\u2030\u3040-\u30ff]"
)
_COMMON_HAN: Final = re.compile(
    r"[\u3000-\u3002\uff0c\n的一是不了在人有我他这這中大来來上国國个個到说說们們为為子和你地出道也时時年"
    r"이다는의에을를가고은로하한]"
)
_NEVER: Final = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]")


def _reads(text: str) -> bool:
    """Whether text read as UTF-16 or UTF-32 is text: nearly no character that never is, and enough that always are."""
    if len(_NEVER.findall(text)) * 20 > len(text):
        return False
    spaces = text.count(" ") + text.count("\n")  # asked first: text of the wrong width has next to none
    if (spaces * 30 >= len(text) or len(text) < 30) and len(_PLAIN.findall(text)) * 10 >= len(text) * 8:
        return True
    return len(text) >= 20 and len(_COMMON_HAN.findall(text)) * 12 >= len(text)


def _narrow(payload: bytes, declared: str | None, settings: DecodeSettings, *, markup: bool) -> Decoded:
    if payload.isascii() and b"\x1b$" in payload and (japanese := _strict(payload, "iso-2022-jp")):
        return japanese
    try:
        return Decoded(text=unify_lines(payload.decode("utf-8")), charset="utf-8")
    except UnicodeDecodeError:
        pass
    escaped = payload.decode("utf-8", errors="surrogateescape")
    faults = _count_faults(payload, escaped, settings)
    if faults is not None and faults.certain:
        return _replaced(escaped, "utf-8", 0)
    meta = _META.search(payload, 0, META_BYTES) if markup else None
    for name in (declared, meta[1].decode("ascii") if meta else None):
        if name and (strict := _strict(payload, name)):
            return strict
    sure = faults is not None and (faults.cut_off or declared in _UTF8)
    guess = None if sure else guess_legacy(payload, settings.sample_bytes)  # some 50 ms, so it comes last
    if guess is None and faults is not None:
        return _replaced(escaped, "utf-8", 0)
    strict = _strict(payload, guess) if guess else None
    return strict or _lossy(payload, guess or "utf-8", 0, settings)


def _strict(payload: bytes, declared: str) -> Decoded | None:
    name = _SPELLED.get(declared.strip().lower(), declared.strip().lower())
    try:
        codec = codecs.lookup(_CODECS.get(name, name))
        if not codec._is_text_encoding or codec.name in {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"}:  # noqa: SLF001 - the one way to tell "rot13" from a charset
            return None
        text = payload.decode(codec.name)
    except (LookupError, UnicodeError):
        return _western(payload) if name == "windows-1252" else None
    return Decoded(text=unify_lines(text), charset=name)


def _western(payload: bytes) -> Decoded | None:
    """Windows-1252 as browsers read it: its five unassigned bytes are control characters, not errors."""
    parts = re.split(rb"([\x81\x8d\x8f\x90\x9d]+)", payload)
    text = "".join(part.decode("latin-1" if i % 2 else "windows-1252") for i, part in enumerate(parts))
    return Decoded(text=unify_lines(text), charset="windows-1252") if len(parts) < len(payload) / 100 else None


class _Faults(NamedTuple):
    """What speaks for UTF-8 in bytes of which a few are not."""

    certain: bool
    """Its good characters far outnumber the bad runs."""
    cut_off: bool
    """The only fault is that the end of the bytes cuts a character in two."""


def _count_faults(payload: bytes, escaped: str, settings: DecodeSettings) -> _Faults | None:
    r"""Whether bytes are UTF-8 with a few broken ones; None if too many are.

    Where it is not certain, because it has hardly any multi-byte character, it is UTF-8 if it was cut off at its end or was
    declared to be, or if no legacy charset makes words of the lone bytes (as windows-1252 does of "caf\xe9").

    Args:
        payload: the bytes.
        escaped: the same, decoded with `surrogateescape`.
        settings: the table `decode`.
    """
    runs = [len(match[0]) for match in _ESCAPED.finditer(escaped)]
    if sum(runs) > settings.max_replaced * len(payload):
        return None
    good = len(escaped) - sum(runs) - (len(payload) - len(payload.translate(None, _ASCII)))
    return _Faults(certain=good >= 2 * len(runs), cut_off=len(runs) == 1 and runs[0] > 1 and _is_cut(payload))


def _is_cut(payload: bytes) -> bool:
    """Whether the only fault is a character that the end of the bytes cuts in two."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(payload)
    except UnicodeDecodeError:
        return False
    return True


def _replaced(escaped: str, charset: str, skipped: int) -> Decoded:
    r"""UTF-8 decoded with `surrogateescape`, to U+FFFD as `errors="replace"` gives it, with every run of bad bytes listed."""
    spots: list[tuple[bytes, int]] = []
    parts: list[str] = []
    at, offset = 0, skipped
    for match in _ESCAPED.finditer(escaped):
        between = escaped[at : match.start()]
        data = match[0].encode("utf-8", errors="surrogateescape")
        offset += len(between.encode())
        spots.append((data, offset))
        parts += [unify_lines(between), data.decode("utf-8", errors="replace")]
        offset += len(data)
        at = match.end()
    parts.append(unify_lines(escaped[at:]))
    malformed: list[Malformed] = []
    length = 0
    for i, part in enumerate(parts):
        if i % 2 and len(malformed) < MAX_LISTED:
            data, where = spots[i // 2]
            more = len(spots) - MAX_LISTED if len(malformed) == MAX_LISTED - 1 else 0
            malformed.append(Malformed(start=length, end=length + len(part), data=data, offset=where, more=max(more, 0)))
        length += len(part)
    return Decoded(text="".join(parts), charset=charset, malformed=tuple(malformed))


def _lossy(payload: bytes, name: str, skipped: int, settings: DecodeSettings) -> Decoded:
    """The last resort: a charset that does not fit everywhere, if it nearly does."""
    if name == "utf-8":
        decoded = _replaced(payload.decode("utf-8", errors="surrogateescape"), name, skipped)
        bad = sum(len(match[0]) for match in _ESCAPED.finditer(payload.decode("utf-8", errors="surrogateescape")))
    else:
        text = payload.decode(_CODECS.get(name, name), errors="replace")
        bad = text.count("\ufffd")
        decoded = Decoded(text=unify_lines(text), charset=name)
    if bad > settings.max_replaced * len(payload):
        raise BinarySource(
            f"{bad} of {len(payload)} bytes are no {name} and no other charset fits; the source is binary or damaged"
            " (if it is text, say its charset)",
        )
    return decoded


def unify_lines(text: str) -> str:
    r"""`\\r\\n` and `\\r` as `\\n`.

    >>> unify_lines("a\r\nb\rc")
    'a\nb\nc'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refuse_magic(payload: bytes) -> None:
    for magic, what in _MAGIC:
        if payload.startswith(magic):
            raise BinarySource(f"the source is {what}, not text; extract its text first")
    if _MEDIA_BOX.match(payload):
        raise BinarySource("the source is an image, a recording or compressed data, not text")


def _refuse_controls(payload: bytes) -> None:
    controls = len(payload) - len(payload.translate(None, _CONTROL))
    if controls > 8 and controls > MAX_CONTROL_SHARE * len(payload):
        raise BinarySource(f"{controls} of {len(payload)} bytes are control characters; the source is binary, not text")
