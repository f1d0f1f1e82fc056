"""What a scheduler's monitoring reads of a run, in Prometheus' text format.

Every published output holds `metrics.prom`, made from its manifest. `--metrics-file FILE` keeps the same at a place of the
user's own, where node_exporter's textfile collector or another scraper looks, and tells there of failed runs, too: the figures
of the last published run stay, so that its age goes on growing, and the exit code is the failed one's. Times are told as
moments, in seconds since 1970, since an age would be wrong as soon as it is written: `time() -
copydesk_run_end_timestamp_seconds` is how long ago the last published run ended.

Names and units follow Prometheus' rules (base units, the unit in the name, `_info` for texts). All are gauges: a batch job has
no counter that lives from one run to the next.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from copydesk.pipeline import files

METRICS: Final = "metrics.prom"
_EXIT_CODE: Final = "copydesk_run_exit_code"
_FAILURE: Final = "copydesk_run_failure_timestamp_seconds"
_NOT_OUTCOMES: Final = frozenset({"sources", "stories", "duplicates", "dropped", "removed"})
"""Counts of the manifest that are no count of sources by what came of them."""


class _Families:
    """A collector of metrics that are known beforehand, for the library to write."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        """All of them."""
        return self._families


def write_metrics(folder: str, manifest: Mapping[str, Any]) -> None:
    """Write `metrics.prom` of a run into its output folder.

    Raises:
        OSError: it cannot be written.
    """
    with files.open_write(files.join(folder, METRICS)) as out:
        out.write(generate_latest(_registry(describe_run(manifest))))


def keep_metrics(path: str, published: Iterable[Metric] | None, exit_code: int, moment: datetime) -> None:
    """Write a file of metrics that outlives runs, in one step, so that a scraper sees the old one or the new one.

    Args:
        path: the file.
        published: of a run that published, `describe_run`; None for one that failed.
        exit_code: how the run ended.
        moment: when it ended.

    Raises:
        OSError: it cannot be written.
    """
    families = list(published) if published is not None else [
        *_earlier(path),
        _gauge(_EXIT_CODE, "The exit code of the last run.", exit_code),
        _gauge(_FAILURE, "When a run last ended that published nothing.", moment.timestamp()),
    ]  # fmt: skip
    write_to_textfile(path, _registry(families))


def describe_run(manifest: Mapping[str, Any]) -> Iterator[Metric]:
    """The metrics of a published run.

    Args:
        manifest: what `manifest.json` holds.
    """
    begun = datetime.fromisoformat(manifest["started"])
    counts, rules = manifest["counts"], manifest["rules"]
    made = {"version": manifest["copydesk"], "schema_version": manifest["schema_version"], "runner": manifest["runner"]}
    size: Counter[str] = Counter()
    for file in manifest["files"]:
        size[file["name"].partition("-")[0]] += file["bytes"]
    outcomes = {name: number for name, number in counts.items() if name not in _NOT_OUTCOMES}
    changes = {tuple(name.partition(":")[::2]): number for name, number in rules["changed"].items()}
    repeats = {"false": counts["stories"] - counts["duplicates"], "true": counts["duplicates"]}
    yield _table("copydesk_run_info", "What the run was made with.", tuple(made), {tuple(made.values()): 1})
    yield _gauge("copydesk_run_start_timestamp_seconds", "When the last published run began.", begun.timestamp())
    end = begun + timedelta(seconds=manifest["seconds"])
    yield _gauge("copydesk_run_end_timestamp_seconds", "When the last published run ended.", end.timestamp())
    yield _gauge("copydesk_run_duration_seconds", "How long it took.", manifest["seconds"])
    yield _table("copydesk_graph_duration_seconds", "How long its graphs took.", ("graph",), manifest["durations"])
    yield _gauge("copydesk_workers", "Its worker processes; 0 where it had none of its own.", manifest["workers"])
    yield _gauge("copydesk_sources", "Sources that it read.", counts["sources"])
    yield _table("copydesk_sources_by_outcome", "Sources, by what came of them.", ("outcome",), outcomes)
    yield _table("copydesk_rejected_sources", "Sources that were rejected, by stage.", ("stage",), rules["rejected"])
    yield _table("copydesk_stories", "Stories published, by whether they repeat another.", ("duplicate",), repeats)
    yield _table("copydesk_removed_spans", "Spans that were taken out, by rule.", ("rule",), rules["removed"])
    yield _table("copydesk_changes", "Changes of words, by stage and rule.", ("stage", "rule"), changes)
    yield _table("copydesk_output_bytes", "Size of what it published, by kind of record.", ("kind",), size)
    yield _gauge(_EXIT_CODE, "The exit code of the last run.", manifest["exit_code"])


def _earlier(path: str) -> Iterator[Metric]:
    """What an earlier run left in the file, but for how it ended; nothing where there is no such file, or none of ours."""
    if not os.path.exists(path):  # noqa: PTH110 - paths are strings in this package
        return
    with open(path, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
        try:
            found = list(text_string_to_metric_families(stream.read()))
        except ValueError:
            return
    yield from (family for family in found if family.name not in {_EXIT_CODE, _FAILURE})


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _table(name: str, what: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    """A gauge with a value for each label, or for each tuple of labels."""
    family = GaugeMetricFamily(name, what, labels=labels)
    for key in sorted(values):
        family.add_metric([key] if isinstance(key, str) else list(key), values[key])
    return family


def _registry(families: Iterable[Metric]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Families(families))
    return registry
