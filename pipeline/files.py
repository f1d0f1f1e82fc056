"""Local paths and any file system that Beam reads, behind one small set of functions.

A local path is opened by Python itself, so that reading one file does not import Beam; a path with a scheme (`gs://`, `s3://`)
goes through Beam's `FileSystems`, whose extras have to be installed (`stores`).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Final, cast

from copydesk.pipeline.stores import systems_for

UNFINISHED: Final = ".part"
"""What the name of a file ends in that is still being written, and will be renamed."""
_BUFFERED: Final = 1 << 17
"""Bytes of a local file that are written at once: the lines of some documents."""
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


@contextmanager
def _os_errors(path: str) -> Iterator[None]:
    """What a store's own library raises is an error of the file system, and is told as one.

    Raises:
        StoreError: Beam reads no such file system; its extra may be missing.
        OSError: anything else.
    """
    try:
        yield
    except (OSError, ValueError):
        raise
    except Exception as error:  # each library has errors of its own, which need not be installed
        raise OSError(f"{path}: {error}") from error


def open_read(path: str) -> IO[bytes]:
    """A binary stream of a file's own bytes, not unpacked.

    Raises:
        OSError: the file is missing or may not be read.
    """
    if not is_remote(path):
        return open(path, "rb")  # the caller closes it
    from apache_beam.io.filesystem import CompressionTypes  # noqa: PLC0415 - Beam only where it is needed

    with _os_errors(path):
        return cast("IO[bytes]", systems_for(path).open(path, compression_type=CompressionTypes.UNCOMPRESSED))


def open_write(path: str) -> IO[bytes]:
    """A binary stream into a new file, its folder made if need be.

    Raises:
        OSError: the file system is full or may not be written.
    """
    if not is_remote(path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)  # paths are strings here
        return open(path, "wb", buffering=_BUFFERED)
    from apache_beam.io.filesystem import CompressionTypes  # noqa: PLC0415

    with _os_errors(path):
        return cast("IO[bytes]", systems_for(path).create(path, compression_type=CompressionTypes.UNCOMPRESSED))


def write_whole(path: str, data: bytes) -> None:
    """Write a small file so that it is there whole or not at all, whoever is killed meanwhile.

    Raises:
        OSError: the file system is full or may not be written.
    """
    with open_whole(path) as out:
        out.write(data)


def move(path: str, to: str) -> None:
    """Give a file another name, in place of whatever has it.

    Raises:
        OSError: the file is not there, or the file system refuses.
    """
    if not is_remote(path):
        os.replace(path, to)
        return
    systems_for(path).rename([path], [to])


def names_in(folder: str) -> list[str]:
    """The names of all files and folders in a folder, in order; none where it is not there."""
    if is_remote(folder):
        return sorted({path[len(folder.rstrip("/")) + 1 :].split("/")[0] for path, _ in match(join(folder, "**"))})
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def size_of(path: str) -> int | None:
    """Bytes of a file; None where it is not there."""
    if is_remote(path):
        return next((size for found, size in match(path) if found == path), None)
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def remove(path: str) -> None:
    """Remove a file or a folder with all that is in it; what is not there is as good as removed."""
    if is_remote(path):
        systems_for(path).delete([path])
    elif os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


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
    unfinished = beside(path)
    try:
        with open_write(unfinished) as out:
            yield out
        os.replace(unfinished, path)
    finally:
        with contextlib.suppress(FileNotFoundError):  # in place already, or never made
            os.remove(unfinished)


def beside(path: str) -> str:
    """The name of a file that no other writer has, to be moved to this one when it is whole."""
    return f"{path}.{uuid.uuid4().hex}{UNFINISHED}"


def match(pattern: str) -> list[tuple[str, int]]:
    """The files of another file system that a glob names, each with its size in bytes, in order of their paths."""
    with _os_errors(pattern):
        found = systems_for(pattern).match([pattern])[0].metadata_list
    return sorted((entry.path, entry.size_in_bytes) for entry in found)


def exists(path: str) -> bool:
    """Whether there is such a file or folder, on whichever file system; on object stores a folder is there with what is in it.

    Raises:
        OSError: it cannot be told.
    """
    if not is_remote(path):
        return os.path.lexists(path)
    with _os_errors(path):
        return bool(systems_for(path).exists(path)) or bool(names_in(path))


def delete(paths: Sequence[str]) -> None:
    """Delete files of another file system; a path that ends in "/" is a folder and all that is in it.

    Raises:
        OSError: some could not be deleted.
    """
    if not paths:
        return
    with _os_errors(", ".join(paths)):
        systems_for(paths[0]).delete(list(paths))


def configure(flags: Sequence[str]) -> None:
    """Tell Beam's file systems the options of a call (`--s3_endpoint_url`, ...), before any graph does."""
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415
    from apache_beam.options.pipeline_options import PipelineOptions  # noqa: PLC0415

    FileSystems.set_options(PipelineOptions(list(flags)))


def write_durable(path: str, data: bytes) -> None:
    """As `write_whole`, and on the disk when this returns, also after a loss of power.

    Raises:
        OSError: the file system is full or may not be written.
    """
    if is_remote(path):
        write_whole(path, data)
        return
    unfinished = f"{path}{UNFINISHED}"
    with open_write(unfinished) as out:
        out.write(data)
    sync(unfinished)
    move(unfinished, path)
    sync(os.path.dirname(path) or ".")


def sync(path: str) -> None:
    """See to it that a local file's content, or a folder's list of names, is on the disk."""
    if is_remote(path):
        return
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
