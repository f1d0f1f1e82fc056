"""An object store for tests, known to Beam as `mem://`: names and bytes, no folders, and a log of what was done."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from apache_beam.io.filesystem import BeamIOError, CompressionTypes, FileMetadata, FileSystem

Event = tuple[str, str]


class StoreError(Exception):
    """What a store's own library raises."""


class _Upload(io.BytesIO):
    """Bytes on their way; the object is there, whole, once the stream is closed."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def close(self) -> None:
        """Put the object."""
        if not self.closed:
            data = self.getvalue()
            super().close()
            Bucket.put(self._path, data)


class Bucket(FileSystem):  # type: ignore[misc]  # Beam publishes no types
    """All of it lives in this process."""

    objects: ClassVar[dict[str, bytes]] = {}
    log: ClassVar[list[Event]] = []
    watch: ClassVar[Callable[[Event], None] | None] = None
    """Called after each thing that was done."""
    refuse: ClassVar[Callable[[Event], bool] | None] = None
    """Whether a thing is to fail."""

    @classmethod
    def clear(cls) -> None:
        """An empty store."""
        cls.objects.clear()
        cls.log.clear()
        cls.watch = cls.refuse = None

    @classmethod
    def put(cls, path: str, data: bytes) -> None:
        """Put an object."""
        cls._do("put", path)
        cls.objects[path] = data
        cls._did("put", path)

    @classmethod
    def _do(cls, what: str, path: str) -> None:
        if cls.refuse is not None and cls.refuse((what, path)):
            raise BeamIOError(f"{what} {path}: forbidden") if what == "delete" else StoreError("forbidden")

    @classmethod
    def _did(cls, what: str, path: str) -> None:
        cls.log.append((what, path))
        if cls.watch is not None:
            cls.watch((what, path))

    @classmethod
    def fetch(cls, url: str, folder: Path) -> Path:
        """Copy what is right below a URL into a local folder."""
        folder.mkdir(parents=True)
        for path, data in cls.objects.items():
            parent, _, name = path.rpartition("/")
            if parent == url:
                (folder / name).write_bytes(data)
        return folder

    @classmethod
    def scheme(cls) -> str:
        """What its paths begin with."""
        return "mem"

    def join(self, basepath: str, *paths: str) -> str:
        """A path below another."""
        return "/".join([basepath.rstrip("/"), *paths])

    def split(self, path: str) -> tuple[str, str]:
        """A path in two."""
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path: str) -> None:
        """There are no folders."""
        raise NotImplementedError(path)

    def has_dirs(self) -> bool:
        """There are no folders."""
        return False

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for path in sorted(self.objects):
            if path.startswith(dir_or_prefix):
                yield FileMetadata(path, len(self.objects[path]))

    def create(self, path: str, *_: Any, **__: Any) -> io.BytesIO:
        """A stream into a new object."""
        return _Upload(path)

    def open(self, path: str, mime_type: str = "", compression_type: str = CompressionTypes.AUTO) -> io.BytesIO:  # noqa: ARG002 - Beam's
        """A stream of an object's bytes as they are stored; Beam is not to unpack them by their name."""
        assert compression_type == CompressionTypes.UNCOMPRESSED
        if path not in self.objects:
            raise BeamIOError("open failed", {path: FileNotFoundError(path)})
        return io.BytesIO(self.objects[path])

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        """Not needed."""
        raise NotImplementedError

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        """One object at a time, copied and then deleted, as stores do; a folder is none and has no name."""
        for source, destination in zip(source_file_names, destination_file_names, strict=True):
            if source not in self.objects:
                raise BeamIOError("rename failed", {source: FileNotFoundError(source)})
            self.put(destination, self.objects[source])
            self.delete([source])

    def exists(self, path: str) -> bool:
        """Whether there is such an object."""
        return path in self.objects

    def size(self, path: str) -> int:
        """Of an object, in bytes."""
        return len(self.objects[path])

    def last_updated(self, path: str) -> float:
        """Not kept."""
        raise NotImplementedError(path)

    def checksum(self, path: str) -> str:
        """Not kept."""
        raise NotImplementedError(path)

    def metadata(self, path: str) -> FileMetadata:
        """Of an object."""
        return FileMetadata(path, self.size(path))

    def delete(self, paths: list[str]) -> None:
        """Delete objects; a path that ends in "/" is a prefix."""
        for path in paths:
            self._do("delete", path)
            for name in [name for name in self.objects if name == path or (path.endswith("/") and name.startswith(path))]:
                del self.objects[name]
                self._did("delete", name)
