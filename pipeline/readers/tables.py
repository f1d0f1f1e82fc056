"""Whether bytes without a name are a table: told by a first row that names a field of text, and by the rows below it.

Precision comes first: what is taken for a table by mistake is cut into rows that no reader would call sources. So a comma in
the first line of a page is no evidence; that each of the next rows has as many fields as the first one names, is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Final, Literal

DELIMITERS: Final = (",", ";", "\t", "|")
_ROWS: Final = 20
"""Rows that are looked at: what goes on so evenly for so long is a table."""
_HEADER_BYTES: Final = 1 << 12
"""Bytes of the first line that are looked at; names of columns are shorter, a page in one line need not be parsed for them."""
_NAME: Final = re.compile(r"[^\W\d][\w./() -]{0,40}")
"""What a column is called: a word or a few, with no sign that parts fields, ends a sentence or begins markup."""
_MARK: Final = b"\xef\xbb\xbf"


def table_in(start: bytes, names: Collection[str], *, whole: bool) -> Literal["csv", "tsv"] | None:
    r"""The reader for bytes that begin a table; None where the evidence is less than all of this.

    - The first line is a row of at least two names, one of them that of a field which holds text (whatever its capitals).
    - Each row that is looked at has as many fields as that one; there is one at least. Where the bytes are not all, the last
      row may go on behind them and is passed over: of a table whose first row is long, the names are all the evidence.

    Args:
        start: the first bytes of it, in a charset that has ASCII's bytes.
        names: of the fields that hold text or HTML.
        whole: whether the bytes are all that there are.

    >>> table_in(b"id,text\n1,Milk\n2,Bread\n", {"text"}, whole=True)
    'csv'
    >>> table_in(b"Text, pictures\nand, in the end, sound\n", {"text"}, whole=True)
    """
    plain = start.removeprefix(_MARK).lstrip(b"\r\n")
    line = plain[:_HEADER_BYTES].partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace")
    if "\r" in line:  # lines that end in nothing else, which no reader of tables parts
        return None
    known = {name.split(".")[0].casefold() for name in names}
    for delimiter in DELIMITERS:  # one at most fits: it stands in no name
        header = next(csv.reader([line], delimiter=delimiter), [])
        if _names_text(header, known) and _goes_on(plain, len(header), delimiter, whole=whole):
            return "tsv" if delimiter == "\t" else "csv"
    return None


def _names_text(header: list[str], known: AbstractSet[str]) -> bool:
    """Whether a row is one of names, of a text among others; the first may be empty, as that of an unnamed index is."""
    named = [name.casefold() for name in (header[1:] if header[:1] == [""] else header)]
    return (
        len(header) > 1
        and len({*named}) == len(named)
        and not known.isdisjoint(named)
        and all(_NAME.fullmatch(name) and name == name.rstrip() for name in named)
    )


def _goes_on(plain: bytes, fields: int, delimiter: str, *, whole: bool) -> bool:
    """Whether the rows below the first have its number of fields; where quotes make no rows and tabs part, each line is one."""
    rows = _rows(plain, delimiter, csv.QUOTE_MINIMAL, whole=whole)
    if rows is None and delimiter == "\t":
        rows = _rows(plain, delimiter, csv.QUOTE_NONE, whole=whole)
    if rows is None or (whole and not rows):
        return False
    return all(len(row) >= fields and not any(row[fields:]) for row in rows)


def _rows(plain: bytes, delimiter: str, quoting: Literal[0, 3], *, whole: bool) -> list[list[str]] | None:
    """The first rows below the first one that have certainly ended; None where they are not well-formed."""
    csv.field_size_limit(max(csv.field_size_limit(), len(plain)))  # the bytes are bounded
    lines = io.TextIOWrapper(io.BytesIO(plain), "latin-1", newline="")
    found: list[list[str]] = []
    try:
        for row in islice(csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True), 1 + _ROWS):
            found.append(row)  # noqa: PERF402 - those before an error are evidence, too
    except csv.Error:
        if whole or lines.read(1):  # else a quote is open where the bytes end
            return None
        found.append([])
    ended = found[1:] if whole else found[1:-1]
    return [row for row in ended if row]
