"""Compressed files as bounded streams: what a file unpacks to is never held whole, and never trusted to end."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, cast

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
    if packing == ".zst":
        with files.open_read(path) as raw:
            yield _unpack_zstd(raw)
        return
    if packing == ".bz2":
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


class _Zstd(io.RawIOBase):
    """What a .zst holds, frame after frame; pyarrow's stream tells one that is cut off, which others read short."""

    def __init__(self, raw: IO[bytes]) -> None:
        import pyarrow as pa  # noqa: PLC0415 - takes a fifth of a second

        self._stream = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer
        try:
            data = self._stream.read(len(buffer))
        except OSError as error:
            raise UnpackError(f"no valid .zst ({error}); fetch the file again, or take the extension off") from None
        buffer[: len(data)] = data
        return len(data)


def _unpack_zstd(raw: IO[bytes]) -> IO[bytes]:
    return cast("IO[bytes]", io.BufferedReader(_Zstd(raw), 1 << 16))


def head(path: str, size: int) -> bytes:
    """The first bytes of what a file holds once unpacked.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is broken before so many bytes came out.
    """
    with unpacked(path) as stream:
        return stream.read(size)
