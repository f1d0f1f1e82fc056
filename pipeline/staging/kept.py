"""What the survey decoded, kept on disk for the pass that does the work: a page of HTML is parsed once in a run, not twice.

Each process of the survey appends what it decoded to a file of its own, packed as it came from the child process, while there
is room; `clean` reads all the files' headers once and takes what it finds. Nothing depends on what was kept: a page that was
not, or that changed in between, is decoded again, and a bundle that was tried twice kept the same twice.

A record is a key of 16 bytes, the size of what follows as 8, its CRC-32 as 4, and that. The sum is there because a run may go
on after a loss of power, which leaves files as long as they were with nothing in them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from copydesk.pipeline.processes.parcel import unpack
from copydesk.transforms.decode.site import resolve_site
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.shapes import Document, Item

_KEY_BYTES: Final = 16
_SIZE_BYTES: Final = 8
_SUM_BYTES: Final = 4
_HEADER_BYTES: Final = _KEY_BYTES + _SIZE_BYTES + _SUM_BYTES
FREE_SHARE: Final = 0.1  # of the free disk that one process takes at most: what the run is for needs some, too


def key_of(item: Item) -> bytes:
    """What a decoding depends on besides the rules: the payload by its SHA-256, and what came with it."""
    told = repr((item.source, item.charset, item.metadata)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=_KEY_BYTES).digest()


class Keeper:
    """One process's file of what it decoded."""

    def __init__(self, folder: str, max_bytes: int) -> None:
        """Open a new file.

        Args:
            folder: made if need be.
            max_bytes: what the file may take; a nearly full disk allows less.

        Raises:
            OSError: it cannot be made.
        """
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - paths are strings here
        self._left = min(max_bytes, int(FREE_SHARE * shutil.disk_usage(folder).free))
        self._file = (Path(folder) / f"kept-{uuid.uuid4().hex}").open("wb", buffering=0)

    def add(self, item: Item, packed: bytes) -> None:
        """Keep what was decoded, where there is room."""
        size = _HEADER_BYTES + len(packed)
        if size > self._left:
            return
        self._left -= size
        try:
            os.writev(self._file.fileno(), [key_of(item), len(packed).to_bytes(_SIZE_BYTES, "big"), _sum(packed), packed])
        except OSError:  # a full disk: what stands there is read no farther than it is whole
            self._left = 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Kept:
    """What all processes of a survey kept."""

    def __init__(self, folder: str) -> None:
        """Read where everything is.

        Args:
            folder: that of the keepers; one that is not there kept nothing.
        """
        self._files = [path.open("rb") for path in sorted(Path(folder).glob("kept-*"))]
        self._places = {
            key: (number, at, size)
            for number, file in enumerate(self._files)
            for key, at, size in _places(file.fileno())
        }  # fmt: skip

    def find(self, item: Item, evidence: Evidence) -> tuple[Document, bytes | None] | None:
        """An item's document, and its bytes where it is still what was kept; None where nothing was.

        Args:
            item: as it was read.
            evidence: what the survey found since: a folder may have turned out to be a site.
        """
        place = self._places.get(key_of(item))
        if place is None:
            return None
        number, at, size = place
        summed = os.pread(self._files[number].fileno(), _SUM_BYTES + size, at - _SUM_BYTES)
        packed = summed[_SUM_BYTES:]
        if summed[:_SUM_BYTES] != _sum(packed):
            return None
        document: Document = unpack(packed)
        site = resolve_site(document.source, evidence)
        if site == document.source.site:
            return document, packed
        return replace(document, source=replace(document.source, site=site)), None

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()


def _sum(packed: bytes) -> bytes:
    return zlib.crc32(packed).to_bytes(_SUM_BYTES, "big")


def _places(file: int) -> Iterator[tuple[bytes, int, int]]:
    """Key, offset and size of each whole record of a file."""
    end = os.fstat(file).st_size
    at = 0
    while at + _HEADER_BYTES <= end:
        header = os.pread(file, _HEADER_BYTES, at)
        size = int.from_bytes(header[_KEY_BYTES : _KEY_BYTES + _SIZE_BYTES], "big")
        at += _HEADER_BYTES
        if at + size <= end:
            yield header[:_KEY_BYTES], at, size
        at += size
