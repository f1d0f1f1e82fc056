"""What monitoring reads of runs: of each run in its output, and of the last ones in a file that outlives them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.output.metrics import METRICS, describe_run, keep_metrics
from tests.pipeline import jobs

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
Samples = dict[tuple[str, ...], float]


def samples(path: Path) -> Samples:
    """The values of a file of metrics, by name and labels."""
    families = text_string_to_metric_families(path.read_text("utf-8"))
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_a_run_tells_its_counts_durations_and_when_it_ended(tmp_path: Path) -> None:
    """Every count of the manifest is a metric of the output, by outcome, stage and rule."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(jobs.article(1), "utf-8")
    (tmp_path / "in" / "b.txt").write_text(jobs.article(2), "utf-8")
    (tmp_path / "in" / "c.pdf").write_bytes(b"%PDF-1.7")
    result = jobs.run([str(tmp_path / "in")], tmp_path / "out")
    found, manifest = samples(tmp_path / "out" / METRICS), read_manifest(tmp_path / "out")
    begun = datetime.fromisoformat(manifest["started"]).timestamp()
    assert found["copydesk_sources",] == 3
    assert found["copydesk_sources_by_outcome", "rejected"] == found["copydesk_rejected_sources", "read"] == 1
    assert found["copydesk_stories", "false"] == manifest["counts"]["stories"] == 2
    assert found["copydesk_run_end_timestamp_seconds",] == begun + manifest["seconds"]
    assert found["copydesk_run_exit_code",] == result.exit_code == 3
    rules = {key[1]: value for key, value in found.items() if key[0] == "copydesk_removed_spans"}
    assert rules == manifest["rules"]["removed"]
    assert rules


def test_a_failed_run_leaves_the_figures_of_the_last_good_one(tmp_path: Path) -> None:
    """Its exit code and moment are told; when a run was last published stays as it was, so that its age grows."""
    (tmp_path / "a.txt").write_text(jobs.article(1), "utf-8")
    path = tmp_path / "kept.prom"
    good = jobs.call("run", str(tmp_path / "a.txt"), "--output", str(tmp_path / "out"), "--metrics-file", str(path))
    assert good.returncode == 0, good.stderr
    first = samples(path)
    keep_metrics(str(path), None, 1, NOON)
    second = samples(path)
    assert second.pop(("copydesk_run_failure_timestamp_seconds",)) == NOON.timestamp()
    assert (first["copydesk_run_exit_code",], second["copydesk_run_exit_code",]) == (0, 1)
    assert {**first, ("copydesk_run_exit_code",): 1.0} == second


def test_a_wrong_call_is_told_too(tmp_path: Path) -> None:
    """An output that is taken ends with exit code 2, there and in the metrics."""
    (tmp_path / "a.txt").write_text(jobs.article(1), "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("not to be replaced", "utf-8")
    path = tmp_path / "kept.prom"
    done = jobs.call("run", str(tmp_path / "a.txt"), "--output", str(tmp_path / "out"), "--metrics-file", str(path))
    assert done.returncode == 2
    assert samples(path)["copydesk_run_exit_code",] == 2


def test_a_file_that_is_no_metrics_is_replaced(tmp_path: Path) -> None:
    """What stands in the file and is no metric is no reason to tell nothing."""
    path = tmp_path / "kept.prom"
    path.write_bytes(b"\xff{{{ no metric\n")
    keep_metrics(str(path), None, 1, NOON)
    assert samples(path)["copydesk_run_exit_code",] == 1


def test_a_place_that_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    """The folder of the file has to be there."""
    done = jobs.call("run", str(tmp_path), "--metrics-file", str(tmp_path / "nowhere" / "kept.prom"))
    assert done.returncode == 2
    assert b"nowhere is not there" in done.stderr


def test_every_metric_is_described() -> None:
    """The table of the documentation names each metric that a run tells, and no other."""
    text = (jobs.TESTS.parent / "docs" / "schedules.md").read_text("utf-8")
    described = {name for row in text.splitlines() if row.startswith("| `copydesk_") for name in re.findall(r"`(\w+)`", row)}
    manifest = {
        "copydesk": "1", "schema_version": "1.0", "runner": "r", "workers": 0, "started": NOON.isoformat(), "seconds": 1.5,
        "durations": {}, "exit_code": 0,
        "counts": {"sources": 1, "stories": 1, "duplicates": 0}, "rules": {"rejected": {}, "removed": {}, "changed": {}},
        "files": [],
    }  # fmt: skip
    told = {family.name for family in describe_run(manifest)}
    assert described == told | {"copydesk_run_failure_timestamp_seconds"}
