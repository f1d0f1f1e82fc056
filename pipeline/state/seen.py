"""Which sources were cleaned before: a table of digests that every worker loads once, 16 bytes a source.

A source is known by its uri and the SHA-256 of its payload, so it is read and hashed before it is skipped; size and time of
change are no proof that a file is the same. A source that was rejected is known for as long as version, configuration and
rules are the same: then it would be rejected again, and a scheduler would be told of it every night.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from copydesk.pipeline import files
from copydesk.transforms.shapes import Item, RejectedRecord, Skipped

DIGEST_BYTES: Final = 16
_DIGEST: Final = np.dtype([("first", ">u8"), ("second", ">u8")])


def digest_of(uri: str, sha256: str | None, error: str = "") -> bytes:
    """What a source is known by; of one that cannot be read, its error is part of it."""
    return hashlib.blake2b(f"{uri}\0{sha256 or ''}\0{error}".encode(errors="surrogatepass"), digest_size=DIGEST_BYTES).digest()


def digest_of_row(row: Mapping[str, Any]) -> bytes:
    """Likewise, of a row of a state's `sources`."""
    return digest_of(row["uri"], row["sha256"], row["error"] if row["stage"] == "read" else "")


def known_digests(rows: Iterable[Mapping[str, Any]], under: str) -> bytes:
    """The sorted digests of sources that a run may skip.

    Args:
        rows: of the state's `sources`, in order; the last one about a source counts.
        under: hash of version, configuration and rules; sources rejected under another are tried again.
    """
    digests, known = bytearray(), bytearray()
    for row in rows:
        digests += digest_of_row(row)
        known.append(not row["gone"] and (row["outcome"] != "rejected" or row["under"] == under))
    table = np.frombuffer(bytes(digests), _DIGEST)[::-1]
    order = np.lexsort((table["second"], table["first"]))  # stable: of equal ones the last row comes first
    sorted_ = table[order]
    last = np.ones(len(table), bool)
    last[1:] = sorted_[1:] != sorted_[:-1]
    kept: bytes = sorted_[last & np.frombuffer(bytes(known), bool)[::-1][order]].tobytes()
    return kept


class Seen:
    """The digests of a file of `known_digests`."""

    def __init__(self, content: bytes) -> None:
        """Take the file's content."""
        self._table = np.frombuffer(content, _DIGEST)
        self._first = self._table["first"].astype(np.uint64)

    def __contains__(self, digest: object) -> bool:
        if not isinstance(digest, bytes):
            return False
        first, second = int.from_bytes(digest[:8]), int.from_bytes(digest[8:])
        at = int(np.searchsorted(self._first, np.uint64(first)))
        while at < len(self._first) and int(self._first[at]) == first:
            if int(self._table["second"][at]) == second:
                return True
            at += 1
        return False


@lru_cache(maxsize=1)
def load_seen(path: str) -> Seen:
    """A file of `known_digests`, once a process."""
    with files.open_read(path) as stream:
        return Seen(stream.read())


@dataclass(frozen=True, slots=True)
class Known:
    """Tells which sources were cleaned before."""

    seen: Seen
    masked: Callable[[str], str]
    """What a configuration makes of the name of a source in anything that is written, so in the state, too."""

    def digest(self, read: Item | RejectedRecord | Skipped) -> bytes | None:
        """The digest of what was read, where it is known; None where it is not."""
        if isinstance(read, Skipped):
            return None
        error = read.error if isinstance(read, RejectedRecord) else ""
        digest = digest_of(self.masked(read.source.uri), read.source.sha256, error)
        return digest if digest in self.seen else None


class KnowsNothing(Known):
    """What a run without a state goes by."""

    def __init__(self) -> None:
        super().__init__(Seen(b""), str)

    def digest(self, read: Item | RejectedRecord | Skipped) -> None:
        """None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """What a survey left out."""

    sources: int
    digests: Seen

    @classmethod
    def of(cls, packed: bytes) -> Unchanged:
        """Of digests one after another."""
        table = np.frombuffer(packed, _DIGEST)
        ordered = table[np.lexsort((table["second"], table["first"]))]
        return cls(sources=len(table), digests=Seen(ordered.tobytes()))
