"""Compressed files as bounded streams: what a file unpacks to is never held whole, and never trusted to end."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, cast

from copydesk.pipeline import files

PACKINGS: Final = (".gz", ".bz2", ".zst")
_MAGIC: Final = ((b"\x1f\x8b\x08", ".gz"), (b"BZh", ".bz2"), (b"\x28\xb5\x2f\xfd", ".zst"))
_BUFFER: Final = 1 << 16
_CUT_OFF: Final = "Truncated"  # so pyarrow begins to tell of a stream that ends within a frame


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


def packing_in(start: bytes) -> str:
    r"""The packing of a file that begins with these bytes, as its extension would say it; "" for none.

    >>> packing_in(b"\x1f\x8b\x08\x00"), packing_in(b"plain")
    ('.gz', '')
    """
    return next((packing for magic, packing in _MAGIC if start.startswith(magic)), "")


@contextmanager
def unpacked(path: str, packing: str | None = None) -> Iterator[IO[bytes]]:
    """A stream of what a file holds once unpacked.

    Args:
        path: of the file.
        packing: how it is packed; None means as its extension says.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: while it is read, it turns out to be broken or cut off.
    """
    packing = packing_of(path)[0] if packing is None else packing
    with files.open_read(path) as raw:
        if not packing:
            yield raw
            return
        wrong = f"no valid {packing} (%s); fetch the file again, or take the extension off"
        try:
            yield _unpacker(raw, packing)
        except EOFError:
            raise UnpackError(f"the {packing} is cut off; fetch the file again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise UnpackError(wrong % error) from None
        except OSError as error:
            if error.errno is not None or packing != ".bz2":
                raise
            raise UnpackError(wrong % error) from None  # bz2 has no error of its own


def _unpacker(raw: IO[bytes], packing: str) -> IO[bytes]:
    if packing == ".gz":
        return cast("IO[bytes]", io.BufferedReader(gzip.GzipFile(fileobj=raw), _BUFFER))
    if packing == ".bz2":
        return cast("IO[bytes]", io.BufferedReader(bz2.BZ2File(raw), _BUFFER))
    return zst_stream(raw)


def zst_stream(raw: IO[bytes]) -> IO[bytes]:
    """What the Zstandard frames of a stream unpack to; an `UnpackError` where they are broken or cut off."""
    return cast("IO[bytes]", io.BufferedReader(_Zstd(raw), _BUFFER))


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
            if _CUT_OFF in str(error):
                raise UnpackError("the .zst is cut off; fetch the file again") from None
            raise UnpackError(f"no valid .zst ({error}); fetch the file again, or take the extension off") from None
        buffer[: len(data)] = data
        return len(data)


def head(path: str, size: int, packing: str | None = None) -> bytes:
    """The first bytes of what a file holds once unpacked.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is broken before so many bytes came out.
    """
    with unpacked(path, packing) as stream:
        return stream.read(size)
