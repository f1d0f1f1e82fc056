"""Staged shards are closed by size, named once, verified when read; publishing changes only the stories that are duplicates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import files, sinks
from copydesk.pipeline.faults import StagingFault
from copydesk.pipeline.output.jsonl import FileEntry, to_line
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.sinks import assign
from copydesk.pipeline.staging import records as staging
from copydesk.pipeline.staging import shards
from copydesk.pipeline.staging.progress import END
from copydesk.pipeline.staging.shards import StageRecords
from copydesk.transforms.shapes import Stretch
from copydesk.transforms.write import Records

SETTINGS = default_settings().write.model_copy(update={"staged_sources": 2})


def records(name: str) -> Records:
    """The records of one source."""
    story = {"schema_version": "1.0", "id": hashlib.md5(name.encode()).hexdigest(), "text": name,  # noqa: S324
             "changes": [{"rule": "r"}], "duplicate_of": None, "similarity": None}  # fmt: skip
    document = {"source": {"uri": name}, "changes": [], "same_as": None}
    return Records(documents=(document,), stories=(story,), removed=({"rule": "phrase.menu"},))


def put(writer: StageRecords, file: int, *given: Records) -> list[staging.StagedShard]:
    """One file's records and the mark behind them."""
    mark = Stretch(file=file, first=0, last=END, items=len(given))
    return [shard for element in (*given, mark) for shard in writer.process(element)]


def stage(folder: Path, names: Iterable[str]) -> list[staging.StagedShard]:
    """One bundle, written."""
    writer = StageRecords(str(folder), SETTINGS)
    writer.start_bundle()
    shards = [shard for number, name in enumerate(names) for shard in put(writer, number, records(name))]
    return shards + [value.value for value in writer.finish_bundle()]


def test_a_shard_is_closed_after_so_many_sources_and_at_the_end(tmp_path: Path) -> None:
    """Three sources at two a shard are two shards, each naming its own."""
    shards = stage(tmp_path, ["a", "b", "c"])
    assert [shard.sources for shard in shards] == [("a", "b"), ("c",)]
    assert shards[0].counts == {
        "documents": 2, "stories": 2, "removed": 2, "removed:phrase.menu": 2, "changed:repair:r": 2,
    }  # fmt: skip


def test_a_closed_shard_names_its_slowest_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of a source is what passed since the one before, and of many no more are named than anybody looks at."""
    moment = [0.0]
    monkeypatch.setattr(shards.time, "monotonic", lambda: moment[0])
    writer = StageRecords(str(tmp_path), SETTINGS.model_copy(update={"staged_sources": 99}))
    writer.start_bundle()
    took = [0.25, 3.0, 0.5, *[0.125] * staging.SLOWEST]
    for number, seconds in enumerate(took):
        moment[0] += seconds
        list(writer.process(records(f"source-{number:02}")))
    list(writer.process(Stretch(file=0, first=0, last=END, items=len(took))))
    (closed,) = (value.value for value in writer.finish_bundle())
    assert closed.slowest[:3] == ((3.0, "source-01"), (0.5, "source-02"), (0.25, "source-00"))
    assert len(closed.slowest) == staging.SLOWEST
    assert staging.StagedShard.from_json(closed.to_json()) == closed


def test_a_closed_shard_knows_what_it_holds_and_says_so_beside_its_files(tmp_path: Path) -> None:
    """Files done one after another are one part, and the note is the shard's line of JSON."""
    shards = stage(tmp_path, ["a", "b", "c"])
    assert [shard.parts for shard in shards] == [((0, 0, 1, END),), ((2, 0, 2, END),)]
    notes = [(tmp_path / f"{shard.name}{staging.CLOSED}").read_bytes() for shard in shards]
    assert [staging.StagedShard.from_json(note) for note in notes] == shards
    assert not list(tmp_path.glob(f"*{files.UNFINISHED}"))


@pytest.mark.parametrize("items", [0, 2])
def test_a_mark_of_other_items_than_came_is_a_fault(tmp_path: Path, items: int) -> None:
    """A runner that changed the order inside a chain would lose sources unseen; so nothing is closed on such a mark."""
    writer = StageRecords(str(tmp_path), SETTINGS)
    writer.start_bundle()
    list(writer.process(records("a")))
    with pytest.raises(StagingFault, match="changes the order"):
        list(writer.process(Stretch(file=0, first=0, last=END, items=items)))
    writer.start_bundle()
    assert not list(tmp_path.glob(f"*{staging.CLOSED}"))


def test_records_without_a_mark_behind_them_are_in_no_shard(tmp_path: Path) -> None:
    """A bundle that ends without one fails, and no note is written."""
    writer = StageRecords(str(tmp_path), SETTINGS)
    writer.start_bundle()
    list(writer.process(records("a")))
    with pytest.raises(StagingFault, match="no mark"):
        list(writer.finish_bundle())
    assert not list(tmp_path.glob(f"*{staging.CLOSED}"))


def test_an_empty_bundle_names_no_shard(tmp_path: Path) -> None:
    """Nothing written, nothing named, no file left."""
    assert stage(tmp_path, []) == []
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_that_failed_leaves_nothing_in_the_next(tmp_path: Path) -> None:
    """What an abandoned bundle wrote is in no shard that a later one names."""
    writer = StageRecords(str(tmp_path), SETTINGS)
    writer.start_bundle()
    assert list(writer.process(records("lost"))) == []
    writer.start_bundle()
    put(writer, 0, records("kept"))
    (shard,) = [value.value for value in writer.finish_bundle()]
    assert shard.sources == ("kept",)
    assert b"lost" not in b"".join(staging.read_staged(str(tmp_path), shard, "documents"))


def test_a_staged_shard_that_changed_is_an_error(tmp_path: Path) -> None:
    """A file that is not what its writer closed is never published, and its shard is closed no more, so it is done again."""
    (shard,) = stage(tmp_path, ["a"])
    path = tmp_path / next(entry.name for entry in shard.files if entry.kind == "stories")
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"b"'))
    with pytest.raises(StagingFault, match="changed"):
        list(staging.read_staged(str(tmp_path), shard, "stories"))
    assert not list(tmp_path.glob(f"*{staging.CLOSED}"))


def test_a_shard_survives_its_line_of_json(tmp_path: Path) -> None:
    """What the clean graph names, the publish graph reads."""
    (shard,) = stage(tmp_path, ["a"])
    assert staging.StagedShard.from_json(shard.to_json()) == shard


def test_publishing_marks_duplicates_and_leaves_every_other_byte(tmp_path: Path) -> None:
    """Only the line of a duplicate is written anew, and the entry's checksum is the file's."""
    shards = stage(tmp_path, ["a", "b", "c"])
    twin, best = records("b").stories[0]["id"], records("a").stories[0]["id"]
    out = staging.HashedFile(str(tmp_path), "stories-00000-of-00001.jsonl", "stories")
    entry = sinks.mark_duplicates(str(tmp_path), shards, "stories", out, {twin: (best, 1.0)})
    content = (tmp_path / entry.name).read_bytes()
    rows: list[dict[str, Any]] = [json.loads(line) for line in content.splitlines()]
    assert [(row["text"], row["duplicate_of"]) for row in rows] == [("a", None), ("b", best), ("c", None)]
    assert content.splitlines()[0] + b"\n" == to_line(records("a").stories[0])
    assert (entry.sha256, entry.records, entry.bytes) == (hashlib.sha256(content).hexdigest(), 3, len(content))
    assert (entry.duplicates, entry.dropped, entry.added) == (1, 0, 0)


def test_publishing_drops_duplicates_and_their_text_is_removed(tmp_path: Path) -> None:
    """A duplicate is in no file of stories; its spans are removed records with the evidence, and its document counts them."""
    writer = StageRecords(str(tmp_path), SETTINGS)
    writer.start_bundle()
    twin, best = (records(name).stories[0]["id"] for name in "ba")
    shards = []
    for name, id_ in (("a", best), ("b", twin)):
        drop = {"story": id_, "removed": [{"rule": "duplicate", "text": name, "evidence": ""}]}
        document = {"source": {"uri": name}, "changes": [], "stories": [id_], "removed": 1, "same_as": None}
        shards += put(writer, len(shards), replace(records(name), documents=(document,), drops=(drop,)))
    shards += [value.value for value in writer.finish_bundle()]
    found = {}
    for kind in ("stories", "documents", "removed"):
        out = staging.HashedFile(str(tmp_path), f"{kind}-00000-of-00001.jsonl", kind)
        published = sinks.drop_duplicates(str(tmp_path), shards, kind, out, {twin: (best, 0.97)})
        found[kind] = [json.loads(line) for line in (tmp_path / published.name).read_bytes().splitlines()]
        assert (published.records, published.dropped, published.added) == (
            len(found[kind]), int(kind == "stories"), int(kind == "removed"),
        )  # fmt: skip
    assert [row["text"] for row in found["stories"]] == ["a"]
    assert [(row["stories"], row["removed"]) for row in found["documents"]] == [([best], 1), ([], 2)]
    assert found["removed"][-1] == {
        "rule": "duplicate", "text": "b", "evidence": f"story {twin} repeats {best}, similarity 0.97",
    }  # fmt: skip


def test_published_files_are_filled_to_their_size_in_order_of_the_sources(tmp_path: Path) -> None:
    """Every staged shard stands in one file, in an order that depends on sources alone; no shard, one empty file."""
    shards = stage(tmp_path, ["c", "d", "a", "b"])
    groups = assign(shards, shards[0].size)
    assert [[shard.sources for shard in group] for group in groups] == [[("a", "b")], [("c", "d")]]
    assert len(assign(shards, 10**9)) == 1
    assert assign([], 1) == [[]]


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    """A line is always UTF-8."""
    assert json.loads(to_line({"text": "\ud800"}).decode()) == {"text": "\ud800"}


def test_what_is_not_published_fills_no_file(tmp_path: Path) -> None:
    """Fingerprints wait in staged shards too, and would make published files smaller than they were asked for."""
    shards = stage(tmp_path, ["a", "b", "c", "d"])
    more = FileEntry(name="x", kind="fingerprints", records=1, bytes=10**9, sha256="")
    heavy = [replace(shard, files=(*shard.files, more)) for shard in shards]
    assert len(assign(heavy, sum(shard.size for shard in shards))) == 1
