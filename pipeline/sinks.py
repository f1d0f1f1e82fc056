"""Published files: staged shards streamed into the files of the output.

Only what duplicates change is changed on the way: their stories are marked, or moved to the removed records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from copydesk.pipeline.output.folder import Target
from copydesk.pipeline.output.formats import RecordFile, create, extension_of
from copydesk.pipeline.output.jsonl import FileEntry, to_line
from copydesk.pipeline.output.manifest import PUBLISHED
from copydesk.pipeline.staging.counting import Meter
from copydesk.pipeline.staging.records import StagedShard, read_staged
from copydesk.transforms.settings import Settings

_ID_START: Final = b'{"schema_version":"1.0","id":"'
_ID_LENGTH: Final = 32  # hex digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(FileEntry):
    """A published file, and what duplicates changed in it."""

    duplicates: int = 0
    """Stories in it that repeat another."""
    dropped: int = 0
    """Records that were staged and are not in it, because their stories repeat others."""
    added: int = 0
    """Records that are in it instead."""


Duplicates: TypeAlias = Mapping[str, tuple[str, float]]
"""Story id -> the id it repeats, and how similar it is."""


Supersedes: TypeAlias = Mapping[str, str]
"""Story id -> the id of an earlier run's story that it takes the place of."""
NO_SUCCESSION: Final[Supersedes] = MappingProxyType({})
"""What a run without a state has of that."""


def mark_duplicates(
    staging: str,
    shards: Iterable[StagedShard],
    kind: str,
    out: RecordFile,
    duplicates: Duplicates,
    supersedes: Supersedes = NO_SUCCESSION,
) -> Published:
    """Stream one kind of record from staged shards into a published file, the stories that repeat others marked.

    Args:
        staging: folder of the staged shards.
        shards: in the order in which they are published.
        kind: one of `PUBLISHED`.
        out: the new file.
        duplicates: of the stories in these shards.
        supersedes: likewise.
    """
    marked = kind == "stories" and bool(duplicates or supersedes)
    for shard in shards:
        for line in read_staged(staging, shard, kind):
            out.write(_mark(line, duplicates, supersedes) if marked else line)
    return Published(**asdict(out.close()), duplicates=len(duplicates) if kind == "stories" else 0)


def drop_duplicates(
    staging: str,
    shards: Iterable[StagedShard],
    kind: str,
    out: RecordFile,
    duplicates: Duplicates,
    supersedes: Supersedes = NO_SUCCESSION,
) -> Published:
    """Likewise, but a story that repeats another is no story: its spans are removed records, and its document says so.

    What a story's spans are as removed records was staged when the document was at hand, which has their text.
    """
    dropped = added = 0
    for shard in shards:
        drops = _read_drops(staging, shard, duplicates) if duplicates else {}
        for line in read_staged(staging, shard, kind):
            if kind == "stories" and _id_of(line) in drops:
                dropped += 1
            elif kind == "stories" and supersedes:
                out.write(_mark(line, {}, supersedes))
            else:
                out.write(_without(line, drops) if kind == "documents" and drops else line)
        if kind == "removed":
            for row in (row for rows in drops.values() for row in rows):
                out.write(to_line(row))
                added += 1
    return Published(**asdict(out.close()), dropped=dropped, added=added)


def _read_drops(staging: str, shard: StagedShard, duplicates: Duplicates) -> dict[str, list[dict[str, Any]]]:
    """The removed records of a shard's stories that repeat others, with the evidence."""
    drops = {}
    for line in read_staged(staging, shard, "drops"):
        row = json.loads(line)
        if (story := row["story"]) in duplicates:
            evidence = duplicate_evidence(story, *duplicates[story])
            drops[story] = [removed | {"evidence": evidence} for removed in row["removed"]]
    return drops


def duplicate_evidence(story: str, best: str, similarity: float) -> str:
    """What the removed records of a story that repeats another say.

    >>> duplicate_evidence("0a", "0b", 0.97)
    'story 0a repeats 0b, similarity 0.97'
    """
    return f"story {story} repeats {best}, similarity {similarity:g}"


def _without(line: bytes, drops: Mapping[str, Sequence[object]]) -> bytes:
    """A document's line without the stories that are dropped, their removed records counted."""
    row = json.loads(line)
    gone = [story for story in row["stories"] if story in drops]
    if not gone:
        return line
    row["stories"] = [story for story in row["stories"] if story not in drops]
    row["removed"] += sum(len(drops[story]) for story in gone)
    return to_line(row)


def _id_of(line: bytes) -> str:
    """The id in a story's line, which is not parsed: it stands at a known place."""
    return line[len(_ID_START) : len(_ID_START) + _ID_LENGTH].decode("ascii", "replace")


def _mark(line: bytes, duplicates: Duplicates, supersedes: Supersedes) -> bytes:
    """A story's line with what it repeats and what it supersedes filled in; parsed only where there is something."""
    story = _id_of(line)
    if story not in duplicates and story not in supersedes:
        return line
    row = json.loads(line)
    if story in duplicates:
        row["duplicate_of"], row["similarity"] = duplicates[story]
    row["supersedes"] = supersedes.get(story)
    return to_line(row)


def assign(shards: Sequence[StagedShard], shard_bytes: int) -> list[list[StagedShard]]:
    """Staged shards to published files, in order of their first source; at least one file.

    Args:
        shards: all of them.
        shard_bytes: of JSON lines, before packing, all kinds of one number together; a staged shard is never parted.
    """
    groups: list[list[StagedShard]] = [[]]
    size = 0
    for shard in sorted(shards, key=lambda shard: (shard.sources, shard.name)):
        more = sum(entry.bytes for entry in shard.files if entry.kind in PUBLISHED)
        if groups[-1] and size + more > shard_bytes:
            groups.append([])
            size = 0
        groups[-1].append(shard)
        size += more
    return groups


def publish_group(
    staging: str, target: Target, place: tuple[int, int], both: dict[str, Any], settings: Settings
) -> Iterator[tuple[None, str]]:
    """Write the files of one number, and name each with its checksum and what duplicates changed in it.

    Args:
        staging: folder of the staged shards.
        target: where the files go, and how they are called.
        place: the number of these files, and how many numbers there are.
        both: "group": the staged shards; "duplicates": the marks of the stories in them.
        settings: the format, and whether stories that repeat others are dropped.
    """
    shards = [shard for group in both["group"] for shard in group]
    marks = {story: (best, similarity) for story, best, similarity in both["duplicates"]}
    publish = drop_duplicates if settings.duplicates.drop else mark_duplicates
    supersedes = {new: old for _, new, old in sorted(both["supersedes"])}  # the old version of the same source comes last
    meter = Meter(staging, "publish")
    for kind in PUBLISHED:
        name = target.name_file(kind, *place, extension_of(settings.write))
        out = create(target.folder, name, kind, settings.write)
        yield None, json.dumps(asdict(publish(staging, meter.publish(shards, kind), kind, out, marks, supersedes)))
    meter.settle()
