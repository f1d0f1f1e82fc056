"""`copydesk run` and `copydesk schema`: from parsed arguments to results, and what is said at the end."""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from copydesk.pipeline.ending import ended_by_signals
from copydesk.pipeline.faults import find_fault
from copydesk.pipeline.idle_names import warn_of_idle_names
from copydesk.pipeline.logs import configure_logging
from copydesk.pipeline.options import LOCAL, ConfigError, RunRequest, load_settings
from copydesk.pipeline.processes.forkserver import ForkServer
from copydesk.pipeline.processes.lean import unused_missing
from copydesk.pipeline.terminal.closing import summary
from copydesk.pipeline.terminal.lines import show, width
from copydesk.transforms.collection import collect_seldom, no_collection

if TYPE_CHECKING:
    import argparse

    from copydesk.pipeline.launcher import RunResult

_LOG = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Do `copydesk run`, and close with a summary on standard error."""
    configure_logging(arguments.log_format, quiet=arguments.quiet)
    request = RunRequest(
        inputs=tuple(arguments.inputs),
        output=arguments.output,
        settings=load_settings(arguments.config, [*arguments.sets, *_short_cuts(arguments)], arguments.preset),
        kind=arguments.kind,
        site=arguments.site,
        include=tuple(arguments.include),
        exclude=tuple(arguments.exclude),
        limit=arguments.limit,
        workers=arguments.workers,
        runner=arguments.runner,
        overwrite=arguments.overwrite,
        fresh=arguments.fresh,
        state=arguments.state,
        beam_args=arguments.beam_args,
        log_format=arguments.log_format,
        quiet=arguments.quiet,
        metrics_file=_metrics_file(arguments.metrics_file),
    )
    result, exit_code = None, 1
    try:
        warn_of_idle_names(request.settings)
        result = _launch(request)
        exit_code = result.exit_code
        _close(request, result)
    except ConfigError as error:
        exit_code = 2
        if request.log_format != "json":
            raise
        _LOG.error("%s", error)
    except Exception as error:  # noqa: BLE001 - whatever ended it, the exit code says that the run failed
        told = find_fault(error)
        _LOG.error("the run failed, nothing was published: %s", told or error, exc_info=None if told else error)
    finally:  # of a run that was stopped, too
        _keep_metrics(request, result, exit_code)
    return exit_code


def _metrics_file(path: str | None) -> str | None:
    """The file of `--metrics-file`, where it can be written: a run of hours should not end in finding that it cannot."""
    folder = os.path.dirname(os.path.abspath(path)) if path else None  # noqa: PTH100, PTH120 - paths are strings here
    if folder and not os.access(folder, os.W_OK):
        raise ConfigError(f"--metrics-file {path}: the folder {folder} is not there or cannot be written to; make it first")
    return path


def _keep_metrics(request: RunRequest, result: RunResult | None, exit_code: int) -> None:
    """Write what `--metrics-file` asks for; that it cannot be written is told, and ends no run that published."""
    if not request.metrics_file:
        return
    from copydesk.pipeline.output import manifest, metrics  # noqa: PLC0415 - asked for by some runs only

    try:
        published = metrics.describe_run(manifest.read_manifest(result.output)) if result else None
        metrics.keep_metrics(request.metrics_file, published, exit_code, datetime.now(UTC))
    except OSError as error:
        _LOG.warning("--metrics-file %s: cannot be written: %s", request.metrics_file, error.strerror or error)


def _short_cuts(arguments: argparse.Namespace) -> Iterator[str]:
    """The options that stand for keys of the configuration, as `--set` would say them."""
    if arguments.drop_duplicates:
        yield "duplicates.drop=true"
    if arguments.format:
        yield f"write.format={arguments.format}"
    if arguments.compression:
        yield f"write.compression={arguments.compression}"


def _launch(request: RunRequest) -> RunResult:
    local = request.runner in LOCAL
    ours = local and "apache_beam" not in sys.modules  # who has loaded it has more to do in this process than this run
    parted = local and (request.workers or request.settings.run.workers) > 1
    with no_collection():
        with unused_missing() if ours else nullcontext():
            from copydesk.pipeline import launcher  # noqa: PLC0415 - loads Beam; a wrong call is told before that
        from copydesk.pipeline.resources import hash_rules  # noqa: PLC0415
        from copydesk.pipeline.sources import InputError  # noqa: PLC0415
        from copydesk.pipeline.terminal.display import Display  # noqa: PLC0415

        if parted:
            hash_rules(request.settings)  # which loads what a fork need not load again
    if ours:
        collect_seldom()
        gc.freeze()  # what is loaded stays: a collection would look at all of it, at the end once more, and in a fork copy it
    with ended_by_signals(), ExitStack() as stack:
        if parted:
            stack.enter_context(ForkServer(beam=True, forked=ours))
        try:
            return launcher.run(request, Display.of(request), forked=ours)
        except InputError as error:
            raise ConfigError(str(error)) from None


def _close(request: RunRequest, result: RunResult) -> None:
    """Say what came out, where it is, and what to look at next."""
    if request.log_format == "json":
        _LOG.info("done", extra={"output": result.output, "counts": result.counts, "seconds": round(result.seconds, 1)})
    elif not request.quiet:
        with suppress(OSError):  # a terminal that was closed meanwhile makes no failure of what was published
            show(summary(result, width(sys.stderr)), sys.stderr)
    limit = request.settings.run.max_rejected
    if result.rejected_share > limit:
        _LOG.warning(
            "%.1f %% of the sources were rejected, more than run.max_rejected allows (%.1f %%); exit code %d",
            100 * result.rejected_share, 100 * limit, result.exit_code,
        )  # fmt: skip


# --- schema -----------------------------------------------------------------------------------------------------------


def schema(arguments: argparse.Namespace) -> int:
    """Do `copydesk schema`: one record's JSON Schema, or all four in one object; or the columns of Parquet files."""
    from copydesk.transforms import write  # noqa: PLC0415 - loads pydantic

    record = arguments.record
    if arguments.arrow:
        from copydesk.transforms.write.columns import arrow_schema  # noqa: PLC0415 - loads pyarrow

        for name in [record] if record else write.SCHEMAS:
            print(f"# {name}\n{arrow_schema(name).to_string(show_schema_metadata=False, truncate_metadata=False)}")
        return 0
    print(json.dumps(write.schema(record) if record else {name: write.schema(name) for name in write.SCHEMAS}, indent=2))
    return 0
