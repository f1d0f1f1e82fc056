"""The manifest of a run: what it was made of, what came out, and a checksum for every file. It is the commit of a run."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError, RunRequest, config_hash
from copydesk.transforms.shapes import SCHEMA_VERSION

MANIFEST: Final = "manifest.json"
PUBLISHED: Final = ("stories", "documents", "removed", "rejected")
"""The kinds of records that a run publishes; the names of their files begin with these."""
_NO_RUN: Final = f"{{}}: no {MANIFEST}; this is no published run of Copydesk"


class CountError(RuntimeError):
    """A defect of Copydesk: what came out does not add up to what went in."""


def about(request: RunRequest) -> dict[str, Any]:
    """What a run is made of: versions, inputs, the whole configuration, and hashes of it and of the rules."""
    from copydesk.pipeline.resources import guard_addresses, hash_rules  # noqa: PLC0415 - readers of a manifest need no rules

    masked = guard_addresses(request.settings)
    return {
        "copydesk": version("copydesk"),
        "schema_version": SCHEMA_VERSION,
        "inputs": [masked(name) for name in request.inputs],
        "config_sha256": config_hash(request.settings),
        "config": request.settings.model_dump(mode="json"),
        "rules_sha256": hash_rules(request.settings),
    }


def add_up(
    given: int,
    staged: Iterable[Mapping[str, int]],
    entries: Iterable[Mapping[str, Any]],
) -> tuple[dict[str, int], dict[str, Any]]:
    """The manifest's counts, checked: every file came to something, and what was staged was published.

    Args:
        given: files that were to be read; each holds at least one source.
        staged: the counts of each staged shard.
        entries: the published files.

    Returns:
        The counts of sources and records, and tables of how often each rule rejected, removed and changed, and of how many
        items were passed over for which reason, which are no sources.

    Raises:
        CountError: they do not add up.
    """
    total: Counter[str] = Counter()
    for counts in staged:
        total.update(counts)
    published: Counter[str] = Counter()
    for entry in entries:
        published[entry["kind"]] += entry["records"]
        published["duplicates"] += entry["duplicates"]
        published["dropped"] += entry["dropped"]
        published["added"] += entry["added"]
        total[entry["kind"]] += entry["added"] - entry["dropped"]
    if published["added"]:
        total["removed:duplicate"] += published["added"]
    for kind in PUBLISHED:
        if published[kind] != total[kind]:
            raise CountError(f"{total[kind]} {kind} were staged and {published[kind]} published")
    skipped = sum(number for name, number in total.items() if name.startswith("skipped:"))
    if total["documents"] + total["rejected"] + skipped < given:
        raise CountError(f"{given} files were given and {total['documents'] + total['rejected']} sources accounted for")
    summary = {
        "sources": total["documents"] + total["rejected"],
        "documents": total["documents"],
        "same": total["same"],
        "rejected": total["rejected"],
        "skipped": skipped,
        "stories": total["stories"],
        "duplicates": published["duplicates"],
        "dropped": published["dropped"],
        "removed": total["removed"],
    }
    return summary, _rule_tables(total)


def _rule_tables(total: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Counts whose names are of the form "removed:some.rule", a table for each first part."""
    rules: dict[str, dict[str, int]] = {"rejected": {}, "removed": {}, "changed": {}, "skipped": {}}
    for name, number in sorted(total.items()):
        table, mark, rule = name.partition(":")
        if mark:
            rules[table][rule] = number
    return rules


def list_files(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The published files in order of their names, each with what verifies it."""
    keys = ("name", "records", "bytes", "sha256")
    return [{key: entry[key] for key in keys} for entry in sorted(entries, key=lambda entry: str(entry["name"]))]


def write_manifest(folder: str, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, which is the commit of a run: it comes last, and is on the disk before the folder is in place."""
    text = json.dumps(manifest, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"
    with files.open_write(files.join(folder, MANIFEST)) as out:
        out.write(text)
        out.flush()
        if not files.is_remote(folder):
            os.fsync(out.fileno())


def is_run(folder: str) -> bool:
    """Whether a folder is what a run published, and not only one with a file of that name."""
    try:
        manifest = read_manifest(folder)
    except (ConfigError, OSError):
        return False
    return isinstance(manifest, dict) and "copydesk" in manifest and "files" in manifest


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a published run.

    Raises:
        ConfigError: the folder is no published run.
    """
    path = files.join(str(folder), MANIFEST)
    if files.is_remote(path) and not files.exists(path):  # what a store raises on opening what is not there is its own affair
        raise ConfigError(_NO_RUN.format(folder))
    try:
        with files.open_read(path) as stream:
            manifest: dict[str, Any] = json.load(stream)
            return manifest
    except FileNotFoundError:
        raise ConfigError(_NO_RUN.format(folder)) from None
    except ValueError as error:
        raise ConfigError(f"{folder}/{MANIFEST}: no JSON ({error}); this is no published run of Copydesk") from None
