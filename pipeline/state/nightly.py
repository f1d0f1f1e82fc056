"""One run's dealings with its state, in the order in which the launcher calls them.

1. `opened`: the lock, what a crash left mended, the state read.
2. `begin`: the table of what is known, for the workers; `survey` what the survey is given.
3. `compare`: after the work is done, what changed, and what is published that tonight's stories may repeat.
4. `tell`: the manifest's part.
5. `prepare`, then the output is published, then `commit`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError, RunRequest, config_hash
from copydesk.pipeline.output.manifest import is_run, read_manifest
from copydesk.pipeline.resources import guard_addresses, hash_rules
from copydesk.pipeline.sources import SourceFile
from copydesk.pipeline.staging.records import StagedShard, read_staged
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.choice import PUBLISHED
from copydesk.pipeline.state.lock import locked
from copydesk.pipeline.state.prior import Prior, Standings, gather_prior, standing_row
from copydesk.pipeline.state.samples import SampleFile
from copydesk.pipeline.state.seen import Unchanged, known_digests
from copydesk.pipeline.state.steps import SAMPLED, NightFiles, NightPublish, NightSurvey
from copydesk.pipeline.state.versions import Changes, Row, find_changes, staged_sources
from copydesk.transforms.settings import Settings

_LOG = logging.getLogger(__name__)
_STDIN: Final = "-"


@dataclass(slots=True)
class Nightly:
    """One run that has a state."""

    store: stores.Store
    settings: Settings
    under: str
    """Hash of version, configuration and rules."""
    changes: Changes = field(default_factory=Changes)
    standings: Standings = field(default_factory=Standings)
    prior: Prior = field(default_factory=Prior)
    unchanged: Unchanged = field(default_factory=lambda: Unchanged.of(b""))
    _sources: list[Row] = field(default_factory=list)
    _better: dict[str, str] = field(default_factory=dict)
    """Published stories -> stories of tonight that are clearly better copies."""
    _replaced: dict[str, str | None] = field(default_factory=dict)
    """Stories whose content is gone -> what takes their place."""
    _repeats: dict[str, str] = field(default_factory=dict)
    """Stories of tonight, and published ones that were open, that repeat another."""
    _entry: stores.RunEntry | None = None

    @property
    def identity(self) -> list[str | None]:
        """What makes two calls the same job: a killed run goes on only from the state that it began with."""
        return [self.store.folder, self.store.head]

    def check_places(self, sources: Iterable[SourceFile], output: str) -> None:
        """Refuse to read the state itself, and to overwrite what it counts as published.

        Raises:
            ConfigError: an input is inside the state, or the output holds that of a run of this state.
        """
        folder = self.store.folder if files.is_remote(self.store.folder) else os.path.realpath(self.store.folder)
        for source in sources:
            if (source.path if files.is_remote(source.path) else os.path.realpath(source.path)).startswith(folder + os.sep):
                raise ConfigError(f"{source.uri}: an input inside the state {folder}; keep it elsewhere, or --exclude it")
        if is_run(output) and (run := read_manifest(output).get("run_id")) in self.store.run_ids:
            raise ConfigError(
                f"{output}: holds run {run}, whose stories the state {self.store.folder} counts as published: replaced, they "
                "would be lost; give an --output of its own to each run, for example output/{run_id}"
            )

    # --- survey and clean

    def begin(self, folder: str) -> NightSurvey:
        """Write the table of known sources into the staging folder; what the survey needs."""
        night = NightFiles(folder=folder)
        with files.open_write(night.known) as out:
            out.write(known_digests((row for _, row in self.store.rows("sources")), self.under))
        earlier = tuple(
            SampleFile(folder=self.store.path("data", run.id), shard=stores.as_shard(run), number=run.number, kind=kind)
            for run in self.store.runs
            for kind in SAMPLED
        )
        return NightSurvey(files=night, earlier=earlier)

    # --- publish

    def compare(self, folder: str, shards: Sequence[StagedShard]) -> NightPublish:
        """Find what changed, and stage what tonight's stories are compared with."""
        night = NightFiles(folder=folder)
        with files.open_read(night.unchanged) as stream:
            self.unchanged = Unchanged.of(stream.read())
        self._sources = list(staged_sources(folder, shards, self.under))
        self.changes = find_changes(self.store, self._sources, self.unchanged.digests)
        self.standings = Standings.read(self.store)
        self.prior = gather_prior(self.store, self.standings, self.changes, folder, shards, self.settings.duplicates)
        return NightPublish(files=night, prior=self.prior)

    def tell(self, folder: str) -> dict[str, Any]:
        """The manifest's part: what is superseded, what is released, and counts."""
        self._read_decided(NightFiles(folder=folder).decided)
        released = [story for story in self.prior.open if story not in self._repeats]
        masked = guard_addresses(self.settings)
        return {
            "state": {"path": masked(self.store.folder), "runs": len(self.store.run_ids), "head": self.store.head},
            "superseded": [{"id": story, "by": by} for story, by in sorted(({**self._better, **self._replaced}).items())],
            "released": released,
        }

    def counts(self) -> dict[str, int]:
        """What the manifest's counts have beyond any other run's."""
        return {
            "unchanged": self.unchanged.sources,
            "changed": self.changes.changed,
            "new": len(self._sources) - self.changes.changed,
            "superseded": len(self._better) + len(self._replaced),
        }

    def _read_decided(self, path: str) -> None:
        with files.open_read(path) as lines:
            for row in map(json.loads, lines):
                if row["duplicate_of"] is not None:
                    self._repeats[row["story"]] = row["duplicate_of"]
                elif row["file"] == PUBLISHED:
                    self._better[row["story"]] = row["other"]
        drop = self.settings.duplicates.drop  # then what repeats another is no story, and cannot stand for one
        for old, new in self.prior.replacements.items():
            self._replaced[old] = self._repeats.get(new, new) if drop and new else new

    # --- the end

    def prepare(self, folder: str, shards: Sequence[StagedShard], manifest: Mapping[str, Any], output: str) -> None:
        """Write what the state will have, and note where the output will be.

        Raises:
            OSError: the state's file system is full or may not be written; nothing was published.
        """
        run = str(manifest["run_id"])
        night = NightFiles(folder=folder)
        rows: dict[str, Any] = {
            "sources": [*self._own_sources(), *self.changes.rows],
            "fingerprints": self._fingerprints(folder, shards),
            "standings": self._standing_rows(),
        }
        with contextlib.ExitStack() as stack:
            rows |= {kind: stack.enter_context(files.open_read(night.sampled(kind))) for kind in SAMPLED}
            entries = stores.write_data(self.store.folder, run, rows)
        before = self.store.runs[-1] if self.store.runs else None
        self._entry = stores.RunEntry(
            id=run,
            number=before.number + 1 if before else 1,
            before=before.id if before else None,
            started=str(manifest["started"]),
            output=output,
            counts=manifest["counts"],
            files=entries,
            runs=(run,),
        )
        stores.prepare(self.store.folder, self._entry)

    def commit(self) -> None:
        """Make the run count; its output is published.

        A failure is told and no more: the output stands, and the next run finds it there and completes the state.
        """
        if self._entry is None:
            raise RuntimeError("a run is prepared before it is committed")
        try:
            stores.commit(self.store.folder, self._entry)
        except OSError as error:
            _LOG.error("published, but not yet noted in the state %s (%s); the next run does it", self.store.folder, error)

    def _own_sources(self) -> Iterator[Row]:
        """Tonight's sources; stories that are dropped as duplicates are none of theirs."""
        drop = self.settings.duplicates.drop
        for row in self._sources:
            yield row | {"stories": [story for story in row["stories"] if not (drop and story in self._repeats)]}

    def _fingerprints(self, folder: str, shards: Sequence[StagedShard]) -> Iterator[bytes]:
        dropped = self._repeats if self.settings.duplicates.drop else {}
        for shard in shards:
            for line in read_staged(folder, shard, "fingerprints"):
                if not dropped or json.loads(line)["story"] not in dropped:
                    yield line

    def _standing_rows(self) -> Iterator[dict[str, object]]:
        """What becomes of stories, those of tonight and earlier ones; a story that stands for itself needs no row."""
        drop = self.settings.duplicates.drop
        rows = {story: standing_row(story) for story in self.prior.open}
        rows |= {story: standing_row(story) for row in self._sources for story in row["stories"] if self._came_back(story)}
        for story, best in self._repeats.items():
            if story in rows or not drop:
                rows[story] = standing_row(story, duplicate_of=best)
        rows |= {story: standing_row(story, duplicate_of=by) for story, by in self._better.items()}
        rows |= {story: standing_row(story, superseded=True, by=by) for story, by in self._replaced.items()}
        yield from (row for _, row in sorted(rows.items()))

    def _came_back(self, story: str) -> bool:
        """Whether a story of tonight did not stand any more: its source is again what it once was."""
        return not self.standings.current(story)


@contextlib.contextmanager
def opened(request: RunRequest) -> Iterator[Nightly | None]:
    """The state of a run, locked while it lives; None for a run that has none.

    Raises:
        BusyError: another run is at work on the state.
        ConfigError: the folder is no state, or standard input is to be read, which has no name to be known by.
        StateError: the state is not whole, or of a later version.
    """
    if request.state is None:
        yield None
        return
    if _STDIN in request.inputs:
        raise ConfigError("--state: standard input has no name by which a later run could know it; give files")
    with locked(request.state):
        store = stores.create_or_open(request.state)
        for done in stores.repair(store):
            _LOG.warning("%s: %s", request.state, done)
        rules = hash_rules(request.settings)
        told = json.dumps([version("copydesk"), config_hash(request.settings), rules])
        yield Nightly(store, request.settings, hashlib.sha256(told.encode()).hexdigest()[:16])


