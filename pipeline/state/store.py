"""The folder of a state: what is in it, in which order it is written, and what a crash left.

    DIR/state.json             format, version, and the head: the id of the last run
    DIR/runs/ID.json           the marker of a run, which counts from the moment that it is there
    DIR/pending/ID.json        a run whose data are there and whose output may or may not be published
    DIR/data/ID/KIND.jsonl     what a run found, each file written once

A run writes its data, then its pending marker, then its output is published, then its marker is written, then the head.
Each marker is one small file, which appears whole or not at all, on local file systems and on object stores alike; so
whatever a crash cuts short, `repair` finds out: a run whose output stands where the pending marker says is completed, any
other is dropped, and its sources are cleaned again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Final

from copydesk.pipeline import files
from copydesk.pipeline.faults import RunFault, StagingFault
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.jsonl import FileEntry, to_line
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.staging.records import HashedFile, StagedShard, read_staged

FORMAT: Final = 1
"""Of the folder; a state of a greater one was written by a later version."""
KINDS: Final = ("sources", "lines", "names", "fingerprints", "standings")
"""What a run leaves: the sources it cleaned; sampled lines of sites; sampled names; its stories' fingerprints; and which
stories are duplicates or superseded since."""
STATE: Final = "state.json"
_CREATED: Final = frozenset({STATE, "runs", "pending", "data", "lock", "lock.json"})
REMEDY: Final = "bring the folder back from a backup, or start a new state in an empty folder"


class StateError(RunFault):
    """A state that cannot be used: it is not whole, or of a later version. The message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """One run in a state, as its marker tells of it."""

    id: str
    number: int
    """The how many-th run it is, from 1; of several that were compacted, the last one's."""
    before: str | None
    """The run before it; a marker that is gone shows by this."""
    started: str
    output: str
    counts: Mapping[str, int]
    files: tuple[FileEntry, ...]
    runs: tuple[str, ...]
    """Ids of the runs that it stands for: its own, or all that were compacted into it."""
    markers: tuple[str, ...] = ()
    """Ids of the markers that it replaces: those no longer count."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> RunEntry:
        """A marker's content.

        Raises:
            TypeError, KeyError: it is no marker.
        """
        lists = {name: tuple(row[name]) for name in ("runs", "markers")}
        return cls(**(dict(row) | lists | {"files": tuple(FileEntry(**entry) for entry in row["files"])}))

    @property
    def size(self) -> int:
        """Bytes of its data."""
        return sum(entry.bytes for entry in self.files)


@dataclass(slots=True)
class Store:
    """A state's folder, opened: its committed runs, in order."""

    folder: str
    runs: list[RunEntry] = field(default_factory=list)

    @property
    def head(self) -> str | None:
        """The id of the last run."""
        return self.runs[-1].id if self.runs else None

    @property
    def run_ids(self) -> frozenset[str]:
        """The ids of all runs, those that were compacted included."""
        return frozenset(run for entry in self.runs for run in entry.runs)

    def path(self, *names: str) -> str:
        """A path in the folder."""
        return files.join(self.folder, *names)

    def rows(self, kind: str) -> Iterator[tuple[RunEntry, dict[str, Any]]]:
        """All rows of one kind, run by run, each file's checksum verified at its end.

        Raises:
            StateError: a file is missing or is not what was written.
        """
        for run in self.runs:
            for line in self.lines(run, kind):
                yield run, json.loads(line)

    def all_lines(self, kind: str) -> Iterator[bytes]:
        """Likewise, not parsed."""
        for run in self.runs:
            yield from self.lines(run, kind)

    def lines(self, run: RunEntry, kind: str) -> Iterator[bytes]:
        """The lines of one kind of one run.

        Raises:
            StateError: the file is missing or is not what was written.
        """
        try:
            yield from read_staged(self.path("data", run.id), as_shard(run), kind)
        except (OSError, StagingFault) as error:
            raise StateError(f"{self.folder}: run {run.id}: {error}; {REMEDY}") from None


def as_shard(run: RunEntry) -> StagedShard:
    """A run's data as a staged shard, which they are read like."""
    return StagedShard(name=run.id, sources=(), files=run.files, counts={})


# --- opening ------------------------------------------------------------------------------------------------------------


def create_or_open(folder: str) -> Store:
    """A state's folder, made where nothing is there yet; the caller holds its lock.

    Raises:
        ConfigError: something else stands there.
        StateError: the state is not whole, or of a later version.
    """
    names = files.names_in(folder) if files.exists(folder) else []
    if STATE not in names and not {"runs", "data", "pending"} & set(names):
        if strange := sorted(set(names) - _CREATED):
            raise ConfigError(
                f"{folder}: holds something else than a state ({strange[0]}); give --state an empty folder, or a new one"
            )
        write_head(folder, None, 0)
    return open_state(folder)


def open_state(folder: str) -> Store:
    """A state that is there, checked to be whole as far as names and sizes tell.

    Raises:
        ConfigError: there is none.
        StateError: it is not whole, or of a later version.
    """
    if not files.exists(folder):
        raise ConfigError(f"{folder}: no such folder; give the one that runs are given as --state")
    about = _about(folder)
    entries = {name: _entry(folder, name) for name in _markers(folder, "runs")}
    replaced = {marker for entry in entries.values() for marker in entry.markers}
    runs = sorted((entry for name, entry in entries.items() if name not in replaced), key=lambda entry: entry.number)
    _check_chain(folder, runs, about)
    for run in runs:
        _check_files(folder, run)
    return Store(folder=folder, runs=runs)


def _about(folder: str) -> dict[str, Any]:
    path = files.join(folder, STATE)
    if not files.exists(path):
        names = files.names_in(folder)
        if {"runs", "data"} & set(names):
            raise StateError(f"{folder}: {STATE} is gone, and the runs are there: the state is not whole; {REMEDY}")
        raise ConfigError(f"{folder}: no {STATE}; this is no state of Copydesk")
    about = _read_json(path)
    if not isinstance(about, dict) or not isinstance(about.get("format"), int):
        raise StateError(f"{path}: does not say which format the state has; {REMEDY}")
    if about["format"] > FORMAT:
        raise StateError(
            f"{folder}: a state of format {about['format']}, written by Copydesk {about.get('copydesk')}; this is "
            f"{version('copydesk')}, which knows up to format {FORMAT}. Update Copydesk, or use another state"
        )
    return about


def _check_chain(folder: str, runs: list[RunEntry], about: Mapping[str, Any]) -> None:
    """Every run but the first names the one before it, and the last one is the head or comes right after it."""
    before = None
    for run in runs:
        if run.before != before:
            raise StateError(f"{folder}: runs/{run.before}.json is gone, which run {run.id} came after; {REMEDY}")
        before = run.id
    known = {marker for run in runs for marker in (run.id, *run.markers)}
    if about.get("head") is not None and about["head"] not in known:
        raise StateError(f"{folder}: runs/{about['head']}.json is gone, the marker of the last run; {REMEDY}")


def _check_files(folder: str, run: RunEntry) -> None:
    for entry in run.files:
        path = files.join(folder, "data", run.id, entry.name)
        size = files.size_of(path)
        if size is None:
            raise StateError(f"{path}: is gone; the state is not whole; {REMEDY}")
        if size != entry.bytes:
            raise StateError(f"{path}: {size} bytes, {entry.bytes} were written; {REMEDY}")


def _entry(folder: str, name: str) -> RunEntry:
    path = files.join(folder, "runs", f"{name}.json")
    try:
        return RunEntry.from_row(_read_json(path))
    except (TypeError, KeyError, AttributeError) as error:
        raise StateError(f"{path}: no marker of a run ({error}); {REMEDY}") from None


def _markers(folder: str, kind: str) -> list[str]:
    found = files.names_in(files.join(folder, kind))
    return [name.removesuffix(".json") for name in found if name.endswith(".json")]


def _read_json(path: str) -> Any:  # noqa: ANN401 - whatever stands there; the caller looks
    try:
        with files.open_read(path) as stream:
            return json.load(stream)
    except ValueError as error:
        raise StateError(f"{path}: no JSON ({error}); {REMEDY}") from None


# --- writing ------------------------------------------------------------------------------------------------------------


def write_head(folder: str, head: str | None, number: int) -> None:
    """Say which run is the last."""
    about = {"format": FORMAT, "copydesk": version("copydesk"), "head": head, "runs": number}
    files.write_durable(files.join(folder, STATE), to_line(about))


def write_data(folder: str, run: str, rows: Mapping[str, Iterable[Mapping[str, Any] | bytes]]) -> tuple[FileEntry, ...]:
    """Write a run's data, a file a kind; lines that are ready are written as they are.

    Raises:
        OSError: the file system is full or may not be written.
    """
    entries = []
    for kind in KINDS:
        out = HashedFile(files.join(folder, "data", run), f"{kind}.jsonl", kind)
        for row in rows.get(kind, ()):
            out.write(row if isinstance(row, bytes) else to_line(row))
        entries.append(out.close())
        files.sync(files.join(folder, "data", run, f"{kind}.jsonl"))
    files.sync(files.join(folder, "data", run))
    files.sync(files.join(folder, "data"))
    return tuple(entries)


def prepare(folder: str, entry: RunEntry) -> None:
    """Note that a run's data are there, and where its output will be."""
    files.write_durable(files.join(folder, "pending", f"{entry.id}.json"), to_line(asdict(entry)))


def commit(folder: str, entry: RunEntry) -> None:
    """Make a run count: its output is published, or what it replaces is in it."""
    files.write_durable(files.join(folder, "runs", f"{entry.id}.json"), to_line(asdict(entry)))
    write_head(folder, entry.id, entry.number)
    files.remove(files.join(folder, "pending", f"{entry.id}.json"))


def repair(store: Store) -> list[str]:
    """Mend what a run that died left; its lock has to be held.

    Returns:
        What was done, a sentence each, for the log.

    Raises:
        StateError: a pending marker cannot be understood.
    """
    done = []
    for name in _markers(store.folder, "pending"):
        path = store.path("pending", f"{name}.json")
        try:
            entry = RunEntry.from_row(_read_json(path))
        except (TypeError, KeyError, AttributeError) as error:
            raise StateError(f"{path}: no marker of a run ({error}); remove it, and the run counts as not done") from None
        if entry.id in store.run_ids:
            files.remove(path)
        elif entry.before == store.head and is_published(entry):
            _check_files(store.folder, entry)
            commit(store.folder, entry)
            store.runs.append(entry)
            done.append(f"run {entry.id} had been published to {entry.output} and was not yet in the state: it is now")
        else:
            files.remove(path)
            done.append(f"run {entry.id} died before it was published: its sources count as new")
    sweep(store)
    if store.runs:
        write_head_if_behind(store)
    return done


def write_head_if_behind(store: Store) -> None:
    """A crash between a marker and the head leaves the head behind."""
    last = store.runs[-1]
    if _about(store.folder).get("head") != last.id:
        write_head(store.folder, last.id, last.number)


def is_published(entry: RunEntry) -> bool:
    """Whether a pending run's output stands where it was to be published.

    An output that was moved away meanwhile does not count: its sources are cleaned and published again, which is the lesser
    harm; a run taken for published that was not would lose its stories.
    """
    try:
        return bool(read_manifest(entry.output).get("run_id") == entry.id)
    except (ConfigError, OSError, AttributeError):
        return False


def sweep(store: Store) -> None:
    """Remove data of runs that do not count, and markers that were replaced."""
    known = {run.id for run in store.runs}
    for name in files.names_in(store.path("data")):
        if name not in known:
            for file in files.names_in(store.path("data", name)):
                files.remove(store.path("data", name, file))
            if not files.is_remote(store.folder):  # elsewhere a folder is no more than the files in it
                files.remove(store.path("data", name))
    for name in _markers(store.folder, "runs"):
        if name not in known:
            files.remove(store.path("runs", f"{name}.json"))
