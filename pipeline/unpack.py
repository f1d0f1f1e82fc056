"""Compressed files as bounded streams: what a file unpacks to is never held whole, and never trusted to end."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, cast

from copydesk.pipeline import files

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PACKINGS: Final = (".gz", ".bz2", ".zst")
_MAGIC: Final = ((b"\x1f\x8b\x08", ".gz"), (b"BZh", ".bz2"), (b"\x28\xb5\x2f\xfd", ".zst"))
_BUFFER: Final = 1 << 16
_ZST_BYTES: Final = 1 << 10
"""Packed bytes that are unpacked at once: a block of four bytes may stand for 128 KiB, so these come to 32 MiB at worst."""
_ZST_WINDOW: Final = 1 << 27
"""Bytes of history that a .zst may ask to be kept: what `zstd` itself allows unless told otherwise."""


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
    return cast("IO[bytes]", io.BufferedReader(_Zst(raw), _BUFFER))


class _Zst(io.RawIOBase):
    """The frames of a .zst, one after another.

    The library's own stream ends without a word where the file is cut off, so a frame is asked whether it is at its end.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        import zstandard  # noqa: PLC0415 - few files are packed so

        self._raw = raw
        self._error = zstandard.ZstdError
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=_ZST_WINDOW)
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._packed = b""
        self._out = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a part of the buffer; 0 only at the end of the file.

        Raises:
            UnpackError: it is broken, or cut off.
        """
        while not self._out:
            self._packed = self._packed or self._raw.read(_BUFFER)
            if self._packed:
                self._out = memoryview(self._step())
            elif self._frame is not None:
                raise UnpackError("the .zst is cut off; fetch the file again")
            else:
                return 0
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._out))
        view[:size] = self._out[:size]
        self._out = self._out[size:]
        return size

    def _step(self) -> bytes:
        part, self._packed = self._packed[:_ZST_BYTES], self._packed[_ZST_BYTES:]
        if self._frame is None:
            self._frame = self._unpacker.decompressobj()
        try:
            out = self._frame.decompress(part)
        except self._error as error:
            raise UnpackError(f"no valid .zst ({error}); fetch the file again, or take the extension off") from None
        if self._frame.eof:
            self._packed = self._frame.unused_data + self._packed
            self._frame = None
        return out


def head(path: str, size: int, packing: str | None = None) -> bytes:
    """The first bytes of what a file holds once unpacked.

    Raises:
        OSError: the file cannot be opened.
        UnpackError: it is broken before so many bytes came out.
    """
    with unpacked(path, packing) as stream:
        return stream.read(size)
