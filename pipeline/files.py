"""Local paths and any file system that Beam reads, behind one small set of functions.

A local path is opened by Python itself, so that reading one file does not import Beam; a path with a scheme (`gs://`, `s3://`)
goes through Beam's `FileSystems`, whose extras have to be installed.
"""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Iterator
from typing import IO, cast

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_remote(path: str) -> bool:
    """Whether a path names another file system than the local one.

    >>> is_remote("gs://bucket/pages"), is_remote("pages/a.txt")
    (True, False)
    """
    return bool(_SCHEME.match(path))


def join(folder: str, *names: str) -> str:
    """A path below a folder, on whichever file system the folder is."""
    return "/".join([folder.rstrip("/"), *names]) if is_remote(folder) else os.path.join(folder, *names)


def open_read(path: str) -> IO[bytes]:
    """A binary stream of a file's own bytes, not unpacked.

    Raises:
        OSError: the file is missing or may not be read.
    """
    if not is_remote(path):
        return open(path, "rb")  # the caller closes it
    from apache_beam.io.filesystem import CompressionTypes  # noqa: PLC0415 - Beam only where it is needed
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415

    return cast("IO[bytes]", FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))


def open_write(path: str) -> IO[bytes]:
    """A binary stream into a new file, its folder made if need be.

    Raises:
        OSError: the file system is full or may not be written.
    """
    if not is_remote(path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)  # paths are strings here
        return open(path, "wb")
    from apache_beam.io.filesystem import CompressionTypes  # noqa: PLC0415
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415

    return cast("IO[bytes]", FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED))


@contextlib.contextmanager
def open_whole(path: str) -> Iterator[IO[bytes]]:
    """A binary stream into a file that is there once it is whole, in place of one of that name.

    A cluster may have two workers write the same file: one that it took for dead, and the one that was given its work. Each
    writes beside the file under a name of its own, and what is complete is moved into place; on an object store, where a file
    appears when it is closed, it is written directly.

    Raises:
        OSError: the file system is full or may not be written; what was there before is still there.
    """
    if is_remote(path):
        with open_write(path) as out:
            yield out
        return
    beside = f"{path}.{uuid.uuid4().hex}.part"
    try:
        with open_write(beside) as out:
            yield out
        os.replace(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):  # in place already, or never made
            os.remove(beside)


def match(pattern: str) -> list[tuple[str, int]]:
    """The files of another file system that a glob names, each with its size in bytes, in order of their paths."""
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415

    found = FileSystems.match([pattern])[0].metadata_list
    return sorted((entry.path, entry.size_in_bytes) for entry in found)
