"""Outputs on another file system: object stores, which have neither folders nor a rename, and no lock that Beam could take.

The manifest is the commit. A run's files carry its own token in their names, so those of two runs stand side by side and are
never mixed; the manifest, which names them, is put last and in one piece; then the files that only the earlier manifest named
are deleted. So whoever begins at the manifest reads the old run or the new one, whole. What this cannot do:

* A reader that began before the new manifest may find its files gone. It gets an error, and reads the manifest again.
* `stories-*` as a pattern may show two runs while one is published, and what a killed run left: begin at the manifest.
* Two runs that publish to one place at the same time both succeed, and the later manifest stands. The files of the other are
  left lying, unnamed: no run deletes what it cannot tell from a live run's. The next one in an empty place tells of them.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline import files
from copydesk.pipeline.output.manifest import MANIFEST, PUBLISHED, write_manifest
from copydesk.pipeline.output.metrics import METRICS
from copydesk.pipeline.options import ConfigError, RunRequest
from copydesk.pipeline.output.folder import STAGING, Output, OutputFolder, StagingFolder, Target
from copydesk.pipeline.reading import OutputError, read_manifest
from copydesk.pipeline.report import REPORT

_LOG = logging.getLogger(__name__)
_OURS: Final = re.compile(
    rf"(?:{'|'.join(PUBLISHED)})-\d{{5}}-of-\d{{5}}-\d{{8}}T\d{{6}}Z-[0-9a-f-]+\.|\.copydesk-|(?:{re.escape(METRICS)}|{re.escape(REPORT)})$"
)
"""Names that only a run gives, and only on another file system."""
_SHOWN: Final = 3


class RemoteOutput:
    """Where a run publishes, on another file system than the local one."""

    def __init__(self, url: str, run_id: str) -> None:
        """Nothing is looked at yet.

        Args:
            url: of the folder.
            run_id: of this run; with some random digits it is this attempt's token.

        Raises:
            ConfigError: Beam would take the folder's name for a pattern.
        """
        self.url = url.rstrip("/")
        self.token = f"{run_id}-{uuid.uuid4().hex[:8]}"
        self._committed = False
        if set(self.url) & set("*?[]"):
            raise ConfigError(f"{url}: the output has to be a folder, and *, ? and brackets make a pattern; give a plain name")
        if "/" not in self.url.partition("://")[2]:
            raise ConfigError(f"{url}: the output has to be a folder of its own; give a name below it")

    def __str__(self) -> str:
        """The folder, as it is shown."""
        return self.url

    def repair(self) -> None:
        """A manifest is there or not: there is nothing half-way to be mended."""

    def begin(self, *, overwrite: bool) -> None:
        """Refuse a place that this run may not publish to, or cannot write: a night's work is not lost on a missing right.

        Raises:
            ConfigError: something stands there that is not an earlier run's, or an earlier run's and `overwrite` is off.
            OSError: it cannot be read or written.
        """
        self.check_free(overwrite=overwrite)
        probe = files.join(self.url, f".copydesk-{self.token}")
        with files.open_write(probe) as out:
            out.write(b"whether this place can be written\n")
        files.delete([probe])

    def check_free(self, *, overwrite: bool) -> None:
        """Look what stands there; errors as of `begin`."""
        names = self._names()
        if MANIFEST in names:
            if not self._is_run():
                raise ConfigError(f"{self.url}: its {MANIFEST} is none of Copydesk's, and is left alone; give another --output")
            if not overwrite:
                raise ConfigError(f"{self.url}: holds an earlier run; add --overwrite to replace it, or give another --output")
        elif foreign := [name for name in names if not _OURS.match(name)]:
            raise ConfigError(
                f"{self.url}: holds something else than an earlier run (no {MANIFEST}, but {_some(foreign)}), "
                "and is left alone; give another --output",
            )
        else:
            self._tell_leftovers(names)

    def _is_run(self) -> bool:
        """Whether the manifest is a run's; a store that cannot be read is an error, and no manifest of something else."""
        try:
            return "copydesk" in read_manifest(self.url).data
        except OutputError:
            return False

    def _tell_leftovers(self, names: Iterable[str]) -> None:
        if left := [name for name in names if self.token not in name]:
            _LOG.warning(
                "%s: %s of runs that did not finish or are at work; no manifest names them. Delete them if no run is at work",
                self.url, _some(left),
            )  # fmt: skip

    def holds(self, path: str) -> bool:
        """Whether an input stands in this folder, and would be deleted while it is read."""
        return path.startswith(self.url + "/")

    def target(self, staging: str) -> Target:  # noqa: ARG002 - another kind of output writes there
        """The finished files are written where they stay."""
        return Target(folder=self.url, token=self.token)

    def commit(self, target: Target, manifest: Mapping[str, Any], *, overwrite: bool) -> None:
        """Put the manifest, which is the commit, and delete what only the earlier one named.

        Raises:
            ConfigError: what stands there now may not be replaced; another run may have published there meanwhile.
            OSError: the manifest cannot be read or written. Whether it came to be is then not known, so no file is deleted.
        """
        self.check_free(overwrite=overwrite)
        path = files.join(self.url, MANIFEST)
        earlier = {file.name for file in read_manifest(self.url).files} if files.exists(path) else set[str]()
        self._committed = True
        write_manifest(target.folder, manifest)
        self._delete(earlier - {entry["name"] for entry in manifest["files"]})

    def discard(self, kind: type[BaseException] | None, *_: object) -> None:
        """Delete what a failed run wrote, unless its manifest may name it."""
        if kind is None or self._committed:
            return
        try:
            self._delete(name for name in self._names() if self.token in name)
        except (ConfigError, OSError) as error:
            _LOG.warning("%s: cannot be tidied up: %s", self.url, error)

    def _delete(self, names: Iterable[str]) -> None:
        """Delete files; what cannot be deleted is told, because the run stands or falls without it."""
        paths = [files.join(self.url, name) for name in sorted(names)]
        try:
            files.delete(paths)
        except OSError as error:
            _LOG.warning("%s: not all of %s could be deleted: %s", self.url, _some(paths), error)

    def _names(self) -> list[str]:
        try:
            return [path.rpartition("/")[2] for path, _ in files.match(f"{self.url}/*")]
        except ValueError as error:  # Beam knows no such file system; its extra may be missing
            raise ConfigError(f"{self.url}: {error}") from None


@contextmanager
def staging_of(output: Output, job: str, request: RunRequest, *, local: bool) -> Iterator[str]:
    """The folder that a run works in, while it does.

    On another file system it has no lock, so its name is this attempt's own. A killed run leaves it behind: a rule of the store
    should delete `.copydesk-*` after some days.

    Args:
        output: where it publishes. A local folder has the staging folder beside it, so that publishing is a rename.
        job: hash of its inputs and configuration.
        request: says which folder to work in, and whether to go on from what is in it.
        local: the run's workers are on this machine: they work in `run.staging`, on its disk, locked, wherever the output is.
            Others work beside the output, which they reach.
    """
    if local or isinstance(output, OutputFolder):
        parent = output.path.parent if isinstance(output, OutputFolder) else Path(request.settings.run.staging).resolve()
        with StagingFolder(parent / f"{STAGING}{job}", fresh=request.fresh) as folder:
            for other in folder.others():
                _LOG.warning("%s: left by a run of other inputs or settings; if that is not to go on, delete it", other)
            yield str(folder.path)
        return
    url = str(output)
    path = f"{url.rpartition('/')[0]}/{STAGING}{job}-{uuid.uuid4().hex[:8]}"
    try:
        yield path
    finally:
        try:
            files.delete([path + "/"])
        except OSError as error:
            _LOG.warning("%s: could not be deleted: %s", path, error)


def _some(names: list[str]) -> str:
    """A few names, and how many more there are.

    >>> _some(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
