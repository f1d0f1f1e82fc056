"""One call of `copydesk run`: inputs found, three graphs run one after another, the output put in place.

1. Find the sources, choose the runner, lock the staging folder.
2. `survey`, `clean`, `publish`, each watched; each leaves one small file in the staging folder for the next.
3. Add the counts up, write the manifest, move the finished folder into place.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import apache_beam as beam

from copydesk.pipeline import files, forkserver, graphs
from copydesk.pipeline.items import read_items
from copydesk.pipeline.manifest import about, add_up, list_files, write_manifest
from copydesk.pipeline.options import ConfigError, RunRequest, config_hash
from copydesk.pipeline.output import OutputFolder, StagingFolder
from copydesk.pipeline.resources import Resources, close_desks, rules_sha256
from copydesk.pipeline.runners import Job, Runner, choose_runner
from copydesk.pipeline.sources import SourceFile, find_sources, sniff, write_list
from copydesk.pipeline.staging import StagedShard, Staging
from copydesk.pipeline.unpack import packing_of
from copydesk.pipeline.watch import run_watched

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


def run(request: RunRequest) -> RunResult:
    """Do a run, from inputs to a published folder.

    Raises:
        ConfigError: the output is taken, or an option is wrong.
        InputError: an input is not there.
        BusyError: another run of the same inputs and configuration is at work.
        WorkerLost: a worker process was killed.
        Exception: a graph failed; nothing was published.
    """
    begun, started = datetime.now(UTC), time.monotonic()
    inputs = tuple(given for given in request.inputs if given != STDIN)
    found = find_sources(
        inputs, include=request.include, exclude=request.exclude, kind=request.kind, site=request.site,
    )  # fmt: skip
    job = hashlib.sha256(json.dumps(_identity(request)).encode()).hexdigest()
    run_id = f"{begun:%Y%m%dT%H%M%SZ}-{job[:8]}"
    output = OutputFolder(path=_output_path(request, run_id))
    output.repair()
    output.check_free(overwrite=request.overwrite)
    _check_apart(found, output.path)
    runner = choose_runner(request, sum(source.size for source in found))
    runner.check_reach([*(source.path for source in found), str(output.path)])
    with _server(runner, found), ExitStack() as stack:
        stack.callback(close_desks)  # what this process still holds of the run
        staged = stack.enter_context(StagingFolder(output.path.parent / f".copydesk-{job[:16]}"))
        staging = Staging(folder=str(staged.path))
        sources = [*found, *_standard_input(request, staged.path)]
        if request.limit is not None:
            sources = list(_limited(sources, request.limit, request))
        if not sources:
            raise ConfigError("no source is left to read; see --include, --exclude and --limit")
        shards = _run_graphs(request, sources, runner, staging)
        entries = [json.loads(line) for line in _lines(staging.published)]
        counts, rules = add_up(len(sources), (shard.counts for shard in shards), entries)
        manifest = {
            **about(request),
            "run_id": run_id,
            "runner": runner.name,
            "workers": runner.workers,
            "started": begun.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - started, 1),
            "counts": counts,
            "rules": rules,
            "files": list_files(entries),
        }
        write_manifest(staging.output, manifest)
        output.publish(Path(staging.output), overwrite=request.overwrite)
    share = counts["rejected"] / max(counts["sources"], 1)
    return RunResult(
        output=str(output.path),
        counts=counts,
        seconds=time.monotonic() - started,
        rejected_share=share,
        exit_code=REJECTED_EXIT_CODE if share > request.settings.run.max_rejected else 0,
    )


def _server(runner: Runner, sources: Iterable[SourceFile]) -> AbstractContextManager[object]:
    """The server that processes are forked of, if the run will need some and the command has started none."""
    needed = runner.workers or any(packing_of(source.path)[1] != ".txt" for source in sources)
    if not runner.local or not needed or forkserver.address():
        return nullcontext()
    return forkserver.ForkServer(beam=runner.workers > 0)


def _run_graphs(
    request: RunRequest,
    sources: list[SourceFile],
    runner: Runner,
    staging: Staging,
) -> list[StagedShard]:
    """The three graphs; the closed shards of the second."""
    where = f"{runner.workers} worker processes" if runner.workers else "one process" if runner.local else "its own workers"
    _LOG.info("%d files, %s with %s", len(sources), runner.name, where)
    slices = write_list(staging.sources, sources)
    resources = Resources(settings=request.settings, keep=staging.kept if runner.local else None)
    _run("survey", runner, lambda pipeline: graphs.survey(pipeline, slices, resources, staging))
    resources = replace(resources, evidence=staging.findings)
    _run("clean", runner, lambda pipeline: graphs.clean(pipeline, slices, resources, staging))
    shutil.rmtree(staging.kept, ignore_errors=True)
    shards = [StagedShard.from_json(line) for line in _lines(staging.shards)]
    publisher = runner.alone() if sum(shard.size for shard in shards) <= PUBLISHED_ALONE else runner
    _run("publish", publisher, lambda pipeline: graphs.publish(pipeline, shards, request.settings, staging))
    return shards


def _run(name: str, runner: Runner, build: Callable[[beam.Pipeline], None]) -> None:
    started = time.monotonic()

    pipeline = beam.Pipeline(runner=runner.make(), options=runner.options())
    build(pipeline)
    job = Job(runner, pipeline)
    run_watched(job.finish, job.cancel)
    _LOG.info("%s done in %.1f s", name, time.monotonic() - started)


def _identity(request: RunRequest) -> dict[str, Any]:
    """What makes two calls the same job: inputs, what is taken of them, configuration, rules."""
    return {
        "inputs": [given if files.is_remote(given) else os.path.abspath(given) for given in request.inputs],  # noqa: PTH100
        "select": [request.kind, request.site, request.include, request.exclude, request.limit],
        "output": request.output,
        "config": config_hash(request.settings),
        "rules": rules_sha256(request.settings.repair.lexicons),
        "version": version("copydesk"),
    }


def _output_path(request: RunRequest, run_id: str) -> Path:
    given = (request.output or "output/{run_id}").replace("{run_id}", run_id)
    if files.is_remote(given):
        raise ConfigError(f"{given}: results can be written to local folders only, so far; give a local --output")
    path = Path(os.path.abspath(given))  # noqa: PTH100 - resolve() would follow a link, which `check_free` refuses
    if not path.name:
        raise ConfigError(f"{given}: the output has to be a folder of its own; give a name below it")
    return path


def _check_apart(sources: Iterable[SourceFile], output: Path) -> None:
    """Refuse to read what the run will replace: an earlier run's records would be cleaned as stories, then be gone."""
    place = os.path.realpath(output)
    for source in sources:
        real = "" if files.is_remote(source.path) else os.path.realpath(source.path)
        if real.startswith(place + os.sep):
            raise ConfigError(f"{source.uri}: an input inside the output {output}; give another --output, or --exclude it")


def _standard_input(request: RunRequest, folder: Path) -> list[SourceFile]:
    """Standard input, where it is one of the inputs, kept in a file because two graphs read it."""
    if STDIN not in request.inputs:
        return []
    plain = folder / "stdin"
    with plain.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    with plain.open("rb") as stream:
        reader = sniff(stream.read(4_096)) or "txt"
    path = plain.rename(folder / f"stdin.{reader}")
    size = path.stat().st_size
    return [SourceFile(path=str(path), size=size, uri=STDIN, kind=request.kind, site=request.site)]


def _limited(sources: Iterable[SourceFile], limit: int, request: RunRequest) -> Iterable[SourceFile]:
    """The first `limit` items of all sources, in order; the file in which the limit is reached is read in part."""
    left = limit
    for source in sources:
        if left <= 0:
            return
        taken = sum(1 for _ in read_items(replace(source, take=left), request.settings.read))
        yield replace(source, take=left) if taken == left else source
        left -= taken


def _lines(path: str) -> list[bytes]:
    with files.open_read(path) as stream:
        return stream.read().splitlines()
