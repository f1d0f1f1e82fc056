"""The output folder: it appears whole or not at all, and the manifest says what is in it.

A run works in a staging folder beside its output, named by the hash of its inputs and configuration and locked while it lives.
After a failure that folder stays, for the same command to go on from it. At the end the finished folder is renamed into place.
An earlier run's folder is moved aside first; a run killed between the two renames is repaired by the next one that is given the
same output. An output on another file system is `remote.py`'s.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, Self

from filelock import FileLock, Timeout

from copydesk.pipeline import files
from copydesk.pipeline.faults import RunFault, writing
from copydesk.pipeline.output.manifest import MANIFEST, is_run, write_manifest
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.staging.records import CLOSED, FINDINGS

STAGING: Final = ".copydesk-"
"""How the name of a staging folder begins."""
OLD_SECONDS: Final = 86_400.0
"""A staging folder in which nothing was written for a day is told of: a run closes a shard every half minute."""


class BusyError(RunFault):
    """Another run with the same inputs, configuration and output is at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where `publish` writes its files, and how they are called."""

    folder: str
    token: str = ""
    """Part of every name, where files of several runs may stand side by side."""

    def name_file(self, kind: str, number: int, total: int, extension: str) -> str:
        """The name of one file.

        >>> Target(folder="out").name_file("stories", 0, 4, ".jsonl")
        'stories-00000-of-00004.jsonl'
        """
        return f"{kind}-{number:05d}-of-{total:05d}{self.token and '-' + self.token}{extension}"


class Output(Protocol):
    """Where a run publishes: an `OutputFolder`, or a `RemoteOutput`."""

    def repair(self) -> None:
        """Mend what a run that was killed while it published left."""

    def begin(self, *, overwrite: bool) -> None:
        """Refuse a place that this run may not publish to."""

    def holds(self, path: str) -> bool:
        """Whether an input stands in this place, and would be replaced while it is read."""

    def target(self, staging: str) -> Target:
        """Where the finished files are written, given the folder that the run works in."""

    def commit(self, target: Target, manifest: Mapping[str, Any], *, overwrite: bool) -> None:
        """Make the finished files the output, the manifest last."""

    def discard(self, kind: type[BaseException] | None, *_: object) -> None:
        """At the end, whatever it was: take away what a failed run wrote in this place. For `ExitStack.push`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFolder:
    """Where a run publishes, on the local file system."""

    path: Path

    def __str__(self) -> str:
        """The folder, as it is shown."""
        return str(self.path)

    @classmethod
    def of(cls, given: str) -> Self:
        """The folder that a user gave.

        Raises:
            ConfigError: it has no name of its own.
        """
        path = Path(os.path.abspath(given))  # noqa: PTH100 - resolve() would follow a link, which `check_free` refuses
        if not path.name:
            raise ConfigError(f"{given}: the output has to be a folder of its own; give a name below it")
        return cls(path=path)

    def begin(self, *, overwrite: bool) -> None:
        """Refuse a place that this run may not publish to; errors as of `check_free`."""
        self.check_free(overwrite=overwrite)

    def holds(self, path: str) -> bool:
        """Whether an input stands in this folder, and would be replaced while it is read."""
        return not files.is_remote(path) and os.path.realpath(path).startswith(os.path.realpath(self.path) + os.sep)

    def target(self, staging: str) -> Target:
        """The finished files are written in the staging folder, and move as one."""
        return Target(folder=files.join(staging, "output"))

    def commit(self, target: Target, manifest: Mapping[str, Any], *, overwrite: bool) -> None:
        """Write the manifest and put the finished folder in place; errors as of `publish`."""
        for name in files.names_in(target.folder):
            if name.endswith(files.UNFINISHED):  # of a worker that died over it; another has done its work
                files.remove(files.join(target.folder, name))
        write_manifest(target.folder, manifest)
        self.publish(Path(target.folder), overwrite=overwrite)

    def discard(self, *_: object) -> None:
        """Nothing of a failed run stands here; what it wrote is in the staging folder, and goes with it."""

    @property
    def aside(self) -> Path:
        """Where an earlier run's folder stands while it is being replaced."""
        return self.path.with_name(f".{self.path.name}.replaced")

    def repair(self) -> None:
        """Mend what a run that was killed between its two renames left: the earlier folder is put back, or done away with."""
        if not self.aside.exists():
            return
        if self.path.exists():
            shutil.rmtree(self.aside)
        else:
            self.aside.rename(self.path)

    def check_free(self, *, overwrite: bool) -> None:
        """Refuse a place that this run may not publish to.

        Raises:
            ConfigError: something stands there that is not an earlier run's, or an earlier run's and `overwrite` is off.
        """
        if not os.path.lexists(self.path):
            return
        if self.path.is_symlink():  # a rename would replace the link and leave what it points to
            raise ConfigError(f"{self.path}: is a link; give the folder that it points to, {os.path.realpath(self.path)}")
        if not self.path.is_dir():
            raise ConfigError(f"{self.path}: the output has to be a folder, and this is none; give another --output")
        if not any(self.path.iterdir()):
            return
        if not is_run(str(self.path)):
            raise ConfigError(
                f"{self.path}: the folder holds something else than an earlier run (no {MANIFEST}), and is left alone; "
                "give another --output",
            )
        if not overwrite:
            raise ConfigError(f"{self.path}: holds an earlier run; add --overwrite to replace it, or give another --output")

    def publish(self, finished: Path, *, overwrite: bool) -> None:
        """Put a finished folder in place, an earlier one moved aside first and removed last.

        Raises:
            ConfigError: what stands there now may not be replaced; another run may have published there meanwhile.
            OSError: the file system refuses; the earlier folder is still there, in place or aside.
        """
        self.check_free(overwrite=overwrite)
        if self.path.exists():
            if any(self.path.iterdir()):
                self.path.rename(self.aside)
            else:
                self.path.rmdir()
        finished.rename(self.path)
        if self.aside.exists():
            shutil.rmtree(self.aside)


class StagingFolder:
    """The folder that a run works in, locked while the run lives; after a failure it stays for the next attempt."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        """Nothing is made before the lock is held.

        Args:
            path: beside the output, its name beginning with a dot, so that it is read by nobody as an input or a result.
            fresh: remove what an earlier attempt left in it.
        """
        self.path = path
        self._fresh = fresh
        self._lock = FileLock(path.with_name(path.name + ".lock"))

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            BusyError: another run holds it.
            DiskFault: the folder cannot be made.
        """
        with writing(str(self.path)):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                os.close(os.open(self._lock.lock_file, os.O_RDWR | os.O_CREAT))  # a folder that takes no file is no run at work
                raise BusyError(
                    f"another run of the same inputs and configuration is at work in {self.path}; wait for its end, or end it",
                ) from None
            if self._fresh:
                shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir(exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove the folder, unless the run failed and an attempt after it could go on from there; let the lock go."""
        if kind is None or not any(_is_of_use(name) for name in files.names_in(str(self.path))):
            shutil.rmtree(self.path, ignore_errors=True)
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()

    def others(self) -> list[Path]:
        """Staging folders beside this one in which nothing was done for a day: runs that failed and were not given again."""
        before = time.time() - OLD_SECONDS
        found = []
        for path in sorted(self.path.parent.glob(f"{STAGING}*")):
            with contextlib.suppress(OSError):
                if path != self.path and path.is_dir() and path.stat().st_mtime < before:
                    found.append(path)
        return found


def _is_of_use(name: str) -> bool:
    return name.endswith(CLOSED) or name == FINDINGS
