"""Compressed files as bounded streams: what a file unpacks to is never held whole, and never trusted to end."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, cast

from copydesk.pipeline import files

PACKINGS: Final = (".gz", ".bz2", ".zst")


class UnpackError(ValueError):
    """A compressed file that is broken, or no such file at all."""


def packing_of(path: str) -> tuple[str, str]:
    """The extension of the packing ("" for none), and the extension before it; both lower-case.

    >>> packing_of("a/B.TXT.gz"), packing_of("a.b/page.html"), packing_of("a.b/page")
    (('.gz', '.txt'), ('', '.html'), ('', ''))
    """
    stem, extension = os.path.splitext(path.lower())  # a path may be a URL
    if extension not in PACKINGS:
        return "", extension
    return extension, os.path.splitext(stem)[1]


@contextmanager
def unpacked(path: str) -> Iterator[IO[bytes]]:
    """A stream of what a file holds once unpacked.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is packed in a way that is not read yet; or, while it is read, it is broken or cut off.
    """
    packing = packing_of(path)[0]
    if packing in {".bz2", ".zst"}:
        raise UnpackError(f"{packing} files are not read yet; unpack it, or pack it as .gz")
    with files.open_read(path) as raw:
        if packing != ".gz":
            yield raw
            return
        try:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield cast("IO[bytes]", io.BufferedReader(stream, 1 << 16))
        except EOFError:
            raise UnpackError("the .gz is cut off; fetch the file again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnpackError(f"no valid .gz ({error}); fetch the file again, or take the extension off") from None


def head(path: str, size: int) -> bytes:
    """The first bytes of what a file holds once unpacked.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is broken before so many bytes came out.
    """
    with unpacked(path) as stream:
        return stream.read(size)
