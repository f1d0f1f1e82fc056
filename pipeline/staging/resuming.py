"""An attempt at a job: what earlier ones left in the staging folder is taken over, what this one leaves is for the next.

Taken over is what was closed, as long as the sources are those that were listed then: closed shards whose files are whole, each
place of each source from one of them only, and the survey's findings where it came to its end. All else is removed.
"""

from __future__ import annotations

import filecmp
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from copydesk.pipeline import files
from copydesk.pipeline.faults import StagingFault, writing
from copydesk.pipeline.sources import Slice, SourceFile, write_list
from copydesk.pipeline.staging.progress import Part, Progress, merge_parts, overlap
from copydesk.pipeline.staging.records import CLOSED, FINDINGS, SEEN, SHARD, StagedShard, Staging

_LOG = logging.getLogger(__name__)

_KEPT: Final = ("kept", FINDINGS, "sources.jsonl", "night-")
"""What an attempt leaves to the next besides closed shards and the copy of standard input."""
STDIN: Final = "stdin."
"""How the name of that copy begins."""
ATTEMPT: Final = "attempt-"
OVER: Final = ".over"
"""What the name of the file ends in that remembers the last attempt's number, and does not say that it is at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What earlier attempts left that this one goes on from."""

    attempts: int = 0
    surveyed: bool = False
    """The survey came to its end."""
    seen: tuple[StagedShard, ...] = ()
    """Closed shards of observations."""
    shards: tuple[StagedShard, ...] = ()
    """Closed shards of records."""

    @property
    def sources(self) -> int:
        """Sources whose records are there."""
        return sum(shard.counts.get("documents", 0) + shard.counts.get("rejected", 0) for shard in self.shards)


class Attempt:
    """One attempt, at work in a locked staging folder."""

    def __init__(self, folder: str, sources: Iterable[SourceFile]) -> None:
        """List the sources, and take over what there is.

        Args:
            folder: nobody else works in it.
            sources: all that are to be read.

        Raises:
            DiskFault: the folder cannot be written.
        """
        listed = Staging(folder=folder).sources
        fresh = listed + files.UNFINISHED
        with writing(fresh):
            self.slices: list[Slice] = write_list(fresh, sources)
        if not _same_file(listed, fresh):
            if files.size_of(listed) is not None:
                _LOG.warning("the sources are not what they were in the earlier attempt, which is of no use any more")
            _clear(folder, keep=(STDIN, os.path.basename(fresh)))  # noqa: PTH119 - paths are strings here
            files.move(fresh, listed)
        files.remove(fresh)
        self.earlier = _take_over(folder)
        self.staging = Staging(folder=folder, attempt=self.earlier.attempts + 1)

    def __enter__(self) -> Self:
        """Begin."""
        alive = self.staging.alive
        assert alive is not None  # noqa: S101 - attempts are counted from 1
        with writing(alive):
            files.write_whole(alive, b"")
        for graph, shards in (("survey", self.earlier.seen), ("clean", self.earlier.shards)):
            with writing(self.staging.done(graph)):
                Progress(part for shard in shards for part in shard.parts).write(self.staging.done(graph))
        if self.earlier.surveyed or self.earlier.seen:
            _LOG.info("going on from an earlier attempt: %s", self._told())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End; after a failure say what the next attempt will find."""
        if kind is None:
            return
        try:
            self.earlier = _take_over(self.staging.folder)
        except OSError as problem:  # the disk that ended the attempt, most likely; that is told, and the next one looks again
            _LOG.warning("%s: could not be tidied up: %s", self.staging.folder, problem)
            return
        if self.earlier.surveyed or self.earlier.seen:
            _LOG.warning(
                "the same command goes on from here (%s); to start afresh add --fresh, or delete %s",
                self._told(), self.staging.folder,
            )  # fmt: skip

    def _told(self) -> str:
        if self.earlier.surveyed:
            return f"the survey is done, and {self.earlier.sources} sources"
        return f"{sum(part[2] - part[0] + 1 for shard in self.earlier.seen for part in shard.parts)} files are surveyed"

    @property
    def parts(self) -> int:
        """How many files and parts of files are to be read."""
        return sum(part.count for part in self.slices)

    def is_all(self, shards: Iterable[StagedShard]) -> bool:
        """Whether every place of every source is in some of these shards."""
        return Progress(part for shard in shards for part in shard.parts).covers(self.parts)

    def add_up(self, names: Iterable[bytes], before: Iterable[StagedShard]) -> list[StagedShard]:
        """All closed shards of a graph, of this attempt and of those before it, every place in exactly one of them.

        Args:
            names: as the graph wrote them.
            before: those of earlier attempts that the graph did not write.

        Raises:
            StagingFault: a place is in none of them, or in two; nothing of it may be published.
        """
        known = {shard.name for shard in before}
        named = (StagedShard.from_json(line) for line in names)
        shards = [*before, *(shard for shard in named if shard.name not in known)]
        if not self.is_all(shards):
            raise StagingFault(f"{self.staging.folder}: not every source is in a closed shard; give the same command again")
        if len(list(choose(shards))) < len(shards):
            raise StagingFault(f"{self.staging.folder}: a source is in two closed shards; give the same command with --fresh")
        return shards


def choose(shards: Iterable[StagedShard]) -> Iterator[StagedShard]:
    """Of shards that hold the same source, one: a bundle that was tried again may have closed some the first time, too.

    Which one does not matter, their records are the same; it depends on nothing but the shards.
    """
    taken: list[Part] = []
    for shard in sorted(shards, key=lambda shard: (shard.parts, shard.name)):
        if not overlap(shard.parts, taken):
            taken = merge_parts([*taken, *shard.parts])
            yield shard


def _take_over(folder: str) -> Earlier:
    """What stands in a staging folder and can be used; the rest is removed."""
    names = files.names_in(folder)
    attempts = max((_number(name) for name in names if name.startswith(ATTEMPT)), default=0)
    surveyed = FINDINGS in names
    seen = [] if surveyed else list(choose(_closed(folder, names, SEEN)))
    shards = list(choose(_closed(folder, names, SHARD))) if surveyed else []
    _clear(folder, keep=(*_KEPT, STDIN, *(f"{shard.name}." for shard in (*seen, *shards))))
    if attempts:  # an empty file, for which a full disk has room once what was half-written is gone
        files.write_whole(files.join(folder, f"{ATTEMPT}{attempts}{OVER}"), b"")
    return Earlier(attempts=attempts, surveyed=surveyed, seen=tuple(seen), shards=tuple(shards))


def _number(name: str) -> int:
    digits = name.removeprefix(ATTEMPT).removesuffix(OVER)
    return int(digits) if digits.isdecimal() else 0


def _closed(folder: str, names: Iterable[str], prefix: str) -> Iterator[StagedShard]:
    """The closed shards of one kind whose files are as long as they were."""
    for name in names:
        if not (name.startswith(prefix) and name.endswith(CLOSED)):
            continue
        with files.open_read(files.join(folder, name)) as note:
            try:
                shard = StagedShard.from_json(note.read())
            except (ValueError, TypeError, KeyError):
                continue  # a loss of power can leave a note without its words
        if all(files.size_of(files.join(folder, entry.name)) == entry.bytes for entry in shard.files):
            yield shard


def _clear(folder: str, *, keep: tuple[str, ...]) -> None:
    """Remove what does not begin with one of these."""
    for name in files.names_in(folder):
        if not name.startswith(keep):
            files.remove(files.join(folder, name))


def _same_file(one: str, other: str) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
