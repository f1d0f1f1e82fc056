"""Sources whose content changed since an earlier run, and which of their new stories takes the place of which old one.

A source is changed where its uri is known and its content is not, and the known content no longer stands under that uri (rows
of one file may carry the same id). Its old stories are then superseded, each by the new story of the same source that is most
like it; where a source had one story and has one, that one replaces the other however little is left of it. A new version
that is rejected replaces nothing, and neither does a source that is gone.

Where another source holds the same bytes as the old version, and was only recorded as its repetition, the stories are its
from now on: they are not superseded, since their text still stands somewhere.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from copydesk.pipeline.staging.records import StagedShard, read_staged
from copydesk.pipeline.state.seen import digest_of_row
from copydesk.pipeline.state.store import Store
from copydesk.transforms.settings import DuplicateSettings
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.likeness import compare, to_prints

Row: TypeAlias = dict[str, Any]
"""A row of `sources`: uri, sha256, outcome (document, same, rejected), stage and error of a rejection, under (hash of version,
configuration and rules), stories, same_as (the source of the same bytes that was cleaned in its stead; it stays where its
stories are taken over), gone."""


def staged_sources(folder: str, shards: Iterable[StagedShard], under: str) -> Iterator[Row]:
    """What tonight's sources came to, as rows of `sources`."""
    for shard in shards:
        for line in read_staged(folder, shard, "documents"):
            record = json.loads(line)
            outcome = "same" if record["same_as"] is not None else "document"
            yield _row(record["source"], outcome, under, stories=record["stories"], same_as=record["same_as"])
        for line in read_staged(folder, shard, "rejected"):
            record = json.loads(line)
            yield _row(record["source"], "rejected", under, stage=record["stage"], error=record["error"])


def _row(source: Mapping[str, Any], outcome: str, under: str, **more: object) -> Row:
    row: Row = {"uri": source["uri"], "sha256": source["sha256"], "outcome": outcome, "stage": None, "error": None}
    return row | {"under": under, "stories": [], "same_as": None, "gone": False} | more


@dataclass(slots=True)
class Changes:
    """What tonight's sources change in a state."""

    rows: list[Row] = field(default_factory=list)
    """Rows about sources of earlier runs: those whose content is gone, and those that take over stories."""
    withdrawn: dict[str, str] = field(default_factory=dict)
    """Stories whose content is gone -> uri of their source."""
    successors: dict[str, list[str]] = field(default_factory=dict)
    """Uri of a changed source -> its stories of tonight."""
    again: set[str] = field(default_factory=set)
    """Stories of tonight that another source had taken over, whose own source is again what it was."""
    changed: int = 0
    """Sources of tonight under a uri whose content was another before."""


def find_changes(store: Store, tonight: Sequence[Row], unchanged: Container[bytes]) -> Changes:
    """Compare tonight's sources with what the state knows of the same uris.

    Args:
        store: the state before tonight.
        tonight: from `staged_sources`.
        unchanged: digests of the sources that were skipped.
    """
    fresh: dict[str, list[Row]] = defaultdict(list)
    for row in tonight:
        if row["outcome"] != "rejected":
            fresh[row["uri"]].append(row)
    stories = {(row["uri"], row["sha256"]): row["stories"] for row in tonight}
    own = {story: row["uri"] for row in tonight for story in row["stories"]}
    known = current_sources(store, lambda row: row["uri"] in fresh or not own.keys().isdisjoint(row["stories"]))
    gone: dict[bytes, Row] = {key: row for key, row in known.items() if row["uri"] in fresh and key not in unchanged}
    changes = Changes()
    for row in known.values():
        if again := own.keys() & row["stories"]:
            changes.again |= again
            rest = [story for story in row["stories"] if story not in again]
            changes.rows.append(row | {"outcome": "same", "same_as": own[min(again)], "stories": rest})
    replaced = [row for row in gone.values() if row["outcome"] != "rejected"]
    heirs = _heirs(store, replaced, gone)
    for row in replaced:
        if row["stories"] and (heir := heirs.get(_bytes_of(row))):
            changes.rows.append(heir | {"outcome": "document", "stories": row["stories"]})
            continue
        changes.withdrawn |= {story: row["uri"] for story in row["stories"] if story not in changes.again}
    changes.rows += [row | {"gone": True} for row in gone.values()]
    for uri in sorted({row["uri"] for row in replaced}):
        changes.changed += len(fresh[uri])
        changes.successors[uri] = [
            story for row in fresh[uri] for story in row["stories"] or stories.get((row["same_as"], row["sha256"]), ())
        ]
    return changes


def current_sources(store: Store, wanted: Callable[[Row], bool]) -> dict[bytes, Row]:
    """The rows of a state's `sources` that are wanted and still stand, by the digest of their source."""
    found: dict[bytes, Row] = {}
    for _, row in store.rows("sources"):
        if wanted(row):
            key = digest_of_row(row)
            found.pop(key, None)
            if not row["gone"]:
                found[key] = row
    return found


def _heirs(store: Store, replaced: Iterable[Row], gone: Collection[bytes]) -> dict[tuple[str, str], Row]:
    """Of bytes that are gone from a uri the first source by uri that only repeated them."""
    contents = {_bytes_of(row) for row in replaced if row["stories"]}
    if not contents:
        return {}
    found = current_sources(store, lambda row: row["outcome"] != "rejected" and _bytes_of(row) in contents)
    rows = [row for key, row in found.items() if row["outcome"] == "same" and key not in gone]
    return {_bytes_of(row): row for row in sorted(rows, key=lambda row: row["uri"], reverse=True)}


def _bytes_of(row: Row) -> tuple[str, str]:
    """What sources of equal bytes that came in one night have in common: the bytes, and the one that was cleaned."""
    return row["sha256"], row["same_as"] or row["uri"]


def match_stories(old: Sequence[Fingerprint], new: Sequence[Fingerprint], settings: DuplicateSettings) -> dict[str, str]:
    """Which new story of a source takes the place of which old one: old id -> new id.

    The most similar two first, each story once; ties by their order on the page. One story left alone on either side of a
    source that had and has only one is a pair, too: an article that was written anew.
    """
    if not old or not new:
        return {}
    left, right = to_prints(old, 0), to_prints(new, 0)
    one, other = (grid.reshape(-1) for grid in np.meshgrid(np.arange(len(old)), np.arange(len(new)), indexing="ij"))
    similarity = compare(left[one], right[other], settings).similarity
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for at in np.lexsort((other, one, -similarity)).tolist():
        before, after = int(one[at]), int(other[at])
        if similarity[at] > 0 and before not in matched and after not in taken:
            matched[before] = after
            taken.add(after)
    if len(old) == len(new) == 1:
        matched = {0: 0}
    return {old[before].story: new[after].story for before, after in sorted(matched.items())}

