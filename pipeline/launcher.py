"""One call of `copydesk run`: inputs found, three graphs run one after another, the output put in place.

1. Find the sources, choose the runner, lock the staging folder, take over what a failed attempt left in it.
2. `survey`, `clean`, `publish`, each watched; each leaves one small file in the staging folder for the next.
3. Add the counts up, write the manifest, move the finished folder into place.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import apache_beam as beam

from copydesk.pipeline import files, graphs
from copydesk.pipeline.faults import writing
from copydesk.pipeline.options import ConfigError, RunRequest, config_hash
from copydesk.pipeline.output.folder import Output, OutputFolder, Target
from copydesk.pipeline.output.formats import extension_of
from copydesk.pipeline.output.manifest import PUBLISHED, about, add_up, list_files
from copydesk.pipeline.output.metrics import write_metrics
from copydesk.pipeline.output.remote import RemoteOutput, staging_of
from copydesk.pipeline.processes import forkserver
from copydesk.pipeline.processes.queueing import write_queue
from copydesk.pipeline.processes.runners import Job, Runner, choose_runner, known_runner
from copydesk.pipeline.processes.watch import run_watched
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.readers.splits import split_sources
from copydesk.pipeline.readers.unpack import packing_of
from copydesk.pipeline.report import write_report
from copydesk.pipeline.resources import Resources, close_desks, hash_rules
from copydesk.pipeline.sources import Slice, SourceFile, extension_for, find_sources
from copydesk.pipeline.staging.counting import count_records, count_shards
from copydesk.pipeline.staging.records import StagedShard, slowest
from copydesk.pipeline.staging.resuming import Attempt
from copydesk.pipeline.state.nightly import Nightly, opened
from copydesk.pipeline.terminal.display import Display
from copydesk.pipeline.terminal.lines import counted
from copydesk.pipeline.terminal.pace import Whole
from copydesk.transforms.shapes import Skipped

if TYPE_CHECKING:
    from copydesk.pipeline.report.gather import Gathered

_LOG = logging.getLogger(__name__)

REJECTED_EXIT_CODE = 3
STDIN = "-"
PUBLISHED_ALONE: Final = 256_000_000
"""Bytes of staged shards up to which publishing, which copies them, is done in this process: workers take longer to start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run gave."""

    output: str
    counts: dict[str, int]
    seconds: float
    rejected_share: float
    exit_code: int
    extension: str
    """How the names of its files of records end."""
    rules: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How often each rule rejected, removed and changed, as in the manifest."""
    earlier: int = 0
    """Of its sources, those that earlier attempts had cleaned."""
    gathered: Gathered | None = None
    """What its report tells besides."""


def run(request: RunRequest, display: Display | None = None, *, forked: bool = False) -> RunResult:
    """Do a run, from inputs to a published folder, with its state, if it has one.

    Args:
        request: the call.
        display: shows how far it has come; None shows nothing.
        forked: processes may be forked of a fork of this one, in which no graph was run before.

    Raises:
        ConfigError: the output is taken, or an option is wrong.
        InputError: an input is not there.
        BusyError: another run of the same inputs and configuration, or on the same state, is at work.
        StateError: the state is not whole, or of a later version.
        RunFault: the disk, a source or the staging folder failed; the message says all.
        WorkerLost: a worker process was killed.
        Exception: a graph failed; nothing was published.
    """
    request = replace(request, runner=known_runner(request.runner))  # before anything is read
    with opened(request) as night:
        return _run_with(request, night, display or Display(), forked=forked)


def _run_with(request: RunRequest, night: Nightly | None, display: Display, *, forked: bool) -> RunResult:
    begun, started = datetime.now(UTC), time.monotonic()
    found = _find(request)
    job = hashlib.sha256(json.dumps(_identity(request, night)).encode()).hexdigest()
    run_id = f"{begun:%Y%m%dT%H%M%SZ}-{job[:8]}"
    output = _begin(request, night, found, run_id)
    runner = choose_runner(request, sum(source.size for source in found))
    runner.check_reach([*(source.path for source in found), str(output)])
    with _server(runner, found, forked=forked), ExitStack() as stack:
        stack.callback(close_desks)  # what this process still holds of the run
        folder = stack.enter_context(staging_of(output, job[:16], request, local=runner.local))
        target = output.target(folder)
        stack.push(output.discard)
        sources = _select(request, found, folder)
        attempt = stack.enter_context(Attempt(folder, split_sources(sources, request.settings.read.split_bytes)))
        given = len(sources)
        del found, sources  # they are in the staging folder now; 100,000 take 90 MB
        staging = attempt.staging
        shards, durations = _run_graphs(request, attempt, runner, target, night, display)
        entries = [json.loads(line) for line in _lines(staging.published)]
        given -= night.unchanged.sources if night else 0
        counts, rules = add_up(given, (shard.counts for shard in shards), entries)
        share = counts["rejected"] / max(counts["sources"], 1)
        exit_code = REJECTED_EXIT_CODE if share > request.settings.run.max_rejected else 0
        times = _Times(begun.isoformat(timespec="seconds"), round(time.monotonic() - started, 1), durations)
        manifest = _tell(request, runner, attempt, shards, times, run_id=run_id) | {
            "exit_code": exit_code,
            "counts": counts,
            "rules": rules,
            "files": list_files(entries),
        }
        if night:
            manifest |= night.tell(staging.folder)
            counts |= night.counts()
            night.prepare(staging.folder, shards, manifest, str(output))
        write_metrics(target.folder, manifest)
        gathered = write_report(target.folder, manifest, request.settings.report)
        output.commit(target, manifest, overwrite=request.overwrite)
        if night:
            night.commit()
    return RunResult(
        output=str(output),
        counts=counts,
        seconds=time.monotonic() - started,
        rejected_share=share,
        exit_code=exit_code,
        extension=extension_of(request.settings.write),
        rules=rules,
        earlier=attempt.earlier.sources,
        gathered=gathered,
    )


def _find(request: RunRequest) -> list[SourceFile]:
    """The files that the inputs name, but for standard input."""
    inputs = tuple(given for given in request.inputs if given != STDIN)
    if any(map(files.is_remote, (*inputs, request.output or ""))):
        files.configure(request.beam_args)
    return find_sources(
        inputs, include=request.include, exclude=request.exclude, kind=request.kind, site=request.site,
    )  # fmt: skip


def _begin(request: RunRequest, night: Nightly | None, found: Iterable[SourceFile], run_id: str) -> Output:
    """The place of the output, mended after a run that was killed; refused where it is taken or the wrong one."""
    given = (request.output or "output/{run_id}").replace("{run_id}", run_id)
    output: Output = RemoteOutput(given, run_id) if files.is_remote(given) else OutputFolder.of(given)
    output.repair()
    if night:
        night.check_places(found, str(output))
    output.begin(overwrite=request.overwrite)
    _check_apart(found, output)
    return output


def _select(request: RunRequest, found: Sequence[SourceFile], folder: str) -> list[SourceFile]:
    """What is read: the sources found, and standard input, up to the limit."""
    sources = [*found, *_standard_input(request, folder)]
    if request.limit is not None:
        sources = list(_limited(sources, request.limit, request))
    if not sources:
        raise ConfigError("no source is left to read; see --include, --exclude and --limit")
    return sources


class _Times(NamedTuple):
    """When a run began, and how many seconds all of it and each of its graphs took."""

    started: str
    seconds: float
    durations: dict[str, float]


def _tell(
    request: RunRequest, runner: Runner, attempt: Attempt, shards: Iterable[StagedShard], times: _Times, *, run_id: str
) -> dict[str, Any]:
    """The manifest's first part: of what a run was made, by whom it was done, and how long that took."""
    slow = slowest(one for shard in shards for one in shard.slowest)
    return {
        **about(request),
        "run_id": run_id,
        "runner": runner.name,
        "workers": runner.workers,
        "resumed": {"attempts": attempt.staging.attempt, "sources": attempt.earlier.sources},
        **times._asdict(),
        "slowest": [{"uri": uri, "seconds": took} for took, uri in slow],
    }


def _server(runner: Runner, sources: Iterable[SourceFile], *, forked: bool) -> AbstractContextManager[object]:
    """The server that processes are forked of, if the run will need some and the command has started none."""
    needed = runner.workers or any(packing_of(source.path)[1] != ".txt" for source in sources)
    if not runner.local or not needed or forkserver.address():
        return nullcontext()
    return forkserver.ForkServer(beam=runner.workers > 0, forked=forked)


def _run_graphs(
    request: RunRequest, attempt: Attempt, runner: Runner, target: Target, night: Nightly | None, display: Display
) -> tuple[list[StagedShard], dict[str, float]]:
    """The three graphs; the closed shards of the second, and the seconds that each took of those that were run."""
    where = f"{runner.workers} worker processes" if runner.workers else "one process" if runner.local else "its own workers"
    staging, earlier = attempt.staging, attempt.earlier
    _LOG.info("%s, %s with %s", counted(attempt.parts, "file or part of one", "files or parts of files"), runner.name, where)
    durations: dict[str, float] = {}
    before = night.begin(staging.folder) if night else None
    known = before.files.known if before else None
    resources = Resources(settings=request.settings, keep=staging.kept if runner.local else None, known=known)
    if not earlier.surveyed:
        observed: list[Slice | StagedShard] = [*_work(attempt, runner), *(shard.bare() for shard in earlier.seen)]
        shown = display.graph("survey", staging.folder, Whole(files=attempt.parts), count_shards(earlier.seen))
        durations["survey"] = _run(
            runner, lambda pipeline: graphs.survey(pipeline, observed, resources, staging, before), shown
        )
        attempt.add_up(_lines(staging.seen), earlier.seen)
        files.move(staging.found, staging.findings)
    resources = replace(resources, evidence=staging.findings)
    shards = list(earlier.shards)
    if not attempt.is_all(shards):
        work = _work(attempt, runner)
        shown = display.graph("clean", staging.folder, Whole(files=attempt.parts), count_shards(earlier.shards))
        durations["clean"] = _run(runner, lambda pipeline: graphs.clean(pipeline, work, resources, staging), shown)
        shards = attempt.add_up(_lines(staging.shards), earlier.shards)
    shutil.rmtree(staging.kept, ignore_errors=True)
    publisher = runner.alone() if sum(shard.size for shard in shards) <= PUBLISHED_ALONE else runner
    prior = night.compare(staging.folder, shards) if night else None
    shown = display.graph("publish", staging.folder, Whole(records=count_records(shards, PUBLISHED)))
    durations["publish"] = _run(
        publisher, lambda pipeline: graphs.publish(pipeline, shards, request.settings, staging, target, prior), shown
    )
    return shards, durations


def _work(attempt: Attempt, runner: Runner) -> list[Slice]:
    """The elements of a graph that reads the sources: slices; or as many tickets, where workers take them one by one."""
    if not runner.workers:
        return attempt.slices
    write_queue(attempt.staging.queue, attempt.slices)
    return [replace(part, ticket=True) for part in attempt.slices]


def _run(runner: Runner, build: Callable[[beam.Pipeline], None], shown: AbstractContextManager[None]) -> float:
    """Run one graph, its progress shown meanwhile; how many seconds it took."""
    started = time.monotonic()
    pipeline = beam.Pipeline(runner=runner.make(), options=runner.options())
    try:
        build(pipeline)
        job = Job(runner, pipeline)
        with shown:
            run_watched(job.finish, job.cancel)
    finally:
        shutil.rmtree(pipeline.local_tempdir, ignore_errors=True)  # Beam does so, but not where its thread is left behind
    return round(time.monotonic() - started, 1)


def _identity(request: RunRequest, night: Nightly | None) -> dict[str, Any]:
    """What makes two calls the same job: inputs, what is taken of them, configuration, rules."""
    return {
        "inputs": [given if files.is_remote(given) else os.path.abspath(given) for given in request.inputs],  # noqa: PTH100
        "select": [request.kind, request.site, request.include, request.exclude, request.limit],
        "output": request.output,
        "config": config_hash(request.settings),
        "rules": hash_rules(request.settings),
        "version": version("copydesk"),
    } | ({"state": night.identity} if night else {})


def _check_apart(sources: Iterable[SourceFile], output: Output) -> None:
    """Refuse to read what the run will replace: an earlier run's records would be cleaned as stories, then be gone."""
    for source in sources:
        if output.holds(source.path):
            raise ConfigError(f"{source.uri}: an input inside the output {output}; give another --output, or --exclude it")


def _standard_input(request: RunRequest, folder: str) -> list[SourceFile]:
    """Standard input, where it is one of the inputs, kept in a file because two graphs read it."""
    if STDIN not in request.inputs:
        return []
    if files.is_remote(folder):
        raise ConfigError("-: workers elsewhere cannot read standard input; put it into a file that they reach")
    plain = Path(folder, "new-stdin")
    with writing(str(plain)), plain.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    path = Path(folder, f"stdin{extension_for(str(plain), request.settings.read.fields)}")
    if path.exists() and filecmp.cmp(plain, path, shallow=False):  # the same again: an earlier attempt's work on it holds
        plain.unlink()
    else:
        plain.replace(path)
    status = path.stat()
    modified = status.st_mtime_ns
    return [SourceFile(
        path=str(path), size=status.st_size, uri=STDIN, kind=request.kind, site=request.site, modified=modified
    )]  # fmt: skip


def _limited(sources: Iterable[SourceFile], limit: int, request: RunRequest) -> Iterable[SourceFile]:
    """The first `limit` items of all sources, in order; the file in which the limit is reached is read in part."""
    left = limit
    for source in sources:
        if left <= 0:
            return
        read = read_items(replace(source, take=left), request.settings.read)
        taken = sum(not isinstance(entry, Skipped) for _, entry in read)
        yield replace(source, take=left) if taken == left else source
        left -= taken


def _lines(path: str) -> list[bytes]:
    with files.open_read(path) as stream:
        return stream.read().splitlines()
