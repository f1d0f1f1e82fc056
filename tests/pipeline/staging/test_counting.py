"""Who writes what a graph makes counts it for whoever looks, at no cost that could be felt, and never at the run's."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from copydesk.pipeline.output.jsonl import FileEntry
from copydesk.pipeline.staging import counting
from copydesk.pipeline.staging.counting import Count, Meter, Notes, count_records, count_shards, prepare, read_counts
from copydesk.pipeline.staging.progress import END
from copydesk.pipeline.staging.records import CLOSED, SEEN, SHARD, StagedShard
from copydesk.transforms.shapes import Stretch
from copydesk.transforms.write import Records

END_OF_FILE = Stretch(file=0, first=0, last=END, items=1)


def records(stories: int, *, rejected: bool = False) -> Records:
    """What came of one source."""
    return Records(documents=[] if rejected else [{}], stories=[{}] * stories, removed=[], rejected=[{}] if rejected else [])


def shard(name: str, *, parts: tuple[tuple[int, int, int, int], ...] = (), **counts: int) -> StagedShard:
    """A closed shard with a file of each kind of records."""
    entries = tuple(FileEntry(name=f"{name}.{kind}", kind=kind, records=n, bytes=1, sha256="") for kind, n in counts.items())
    return StagedShard(name=name, sources=("a",), files=entries, counts=counts, parts=parts)


def test_counts_of_all_writers_add_up(tmp_path: Path) -> None:
    """Sources, stories, rejected sources and files of every writer, told at the end of its bundle."""
    prepare(str(tmp_path), "clean")
    for stories in (2, 3):
        meter = pickle.loads(pickle.dumps(Meter(str(tmp_path), "clean")))  # noqa: S301 - as a worker gets it
        meter.begin()
        for element in (records(stories), END_OF_FILE, records(0, rejected=True), END_OF_FILE):
            meter.take(element)
        meter.settle()
    assert read_counts(str(tmp_path), "clean") == Count(sources=4, files=4, stories=5, rejected=2)


def test_a_bundle_that_failed_is_forgotten(tmp_path: Path) -> None:
    """What a writer counted of a bundle that began anew counts once."""
    prepare(str(tmp_path), "clean")
    meter = Meter(str(tmp_path), "clean")
    for _ in range(3):
        meter.begin()
        meter.take(records(1))
        meter.take(END_OF_FILE)
    meter.settle()
    assert read_counts(str(tmp_path), "clean") == Count(sources=1, files=1, stories=1)


def test_rows_of_observations_are_sources_but_for_what_is_known_or_none(tmp_path: Path) -> None:
    """The survey's total is what `clean` will read: no source of an earlier run, and nothing that was passed over."""
    prepare(str(tmp_path), "survey")
    meter = Meter(str(tmp_path), "survey")
    meter.begin()
    for row in ({"content": "00"}, {}, {"known": "00"}, None, END_OF_FILE):
        meter.take(row)
    meter.settle()
    assert read_counts(str(tmp_path), "survey") == Count(sources=2, files=1)


def test_nothing_is_written_between_marks_nor_all_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sources come, a writer writes only now and then, and where each file is one source sources equal files."""
    prepare(str(tmp_path), "clean")
    now = [100.0]
    monkeypatch.setattr(counting.time, "monotonic", lambda: now[0])
    meter = Meter(str(tmp_path), "clean")
    meter.begin()
    told = []
    for _ in range(1000):
        for element in (records(1), END_OF_FILE):
            meter.take(element)
            now[0] += counting.WRITE_SECONDS / 100
            told.append(read_counts(str(tmp_path), "clean"))
    assert all(count.sources == count.files for count in told)
    assert len({count.sources for count in told}) == pytest.approx(2000 / 100, abs=2)


def test_where_nobody_looks_nothing_is_written(tmp_path: Path) -> None:
    """Without a place that was prepared no file comes to be, and no error."""
    meter = Meter(str(tmp_path), "clean")
    meter.begin()
    meter.take(END_OF_FILE)
    meter.settle()
    assert list(tmp_path.iterdir()) == []
    assert read_counts(str(tmp_path), "clean") == Count()


def test_counts_that_cannot_be_written_or_read_are_let_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk and a file that is cut off cost the counts and not the run."""
    prepare(str(tmp_path), "clean")
    (tmp_path / f"{counting.FOLDER}clean" / "cut").write_bytes(b"\0\0\0")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(counting.os, "pwrite", full)
    meter = Meter(str(tmp_path), "clean")
    meter.begin()
    meter.take(END_OF_FILE)
    meter.settle()
    assert read_counts(str(tmp_path), "clean") == Count()


def test_what_is_published_is_counted_by_shards(tmp_path: Path) -> None:
    """A shard's records of a kind count once they were read, and come to the number that was to be published."""
    prepare(str(tmp_path), "publish")
    shards = [shard("a", stories=3, documents=2, rejected=1), shard("b", stories=4, documents=4, fingerprints=9)]
    meter = Meter(str(tmp_path), "publish")
    kinds = ("stories", "documents", "removed", "rejected")
    for kind in kinds:
        assert list(meter.publish(shards, kind)) == shards
    meter.settle()
    assert read_counts(str(tmp_path), "publish") == Count(stories=7, rejected=1, records=count_records(shards, kinds))


def test_what_earlier_attempts_did_counts_files_read_to_their_end() -> None:
    """A file of which the end is missing is not done."""
    shards = [shard("a", documents=2, parts=((0, 0, 0, END), (1, 0, 1, 7))), shard("b", documents=1, parts=((2, 0, 3, 5),))]
    assert count_shards(shards) == Count(sources=3, files=2)


@pytest.mark.parametrize(("graph", "prefix"), [("survey", SEEN), ("clean", SHARD)])
def test_notes_of_closed_shards_tell_of_workers_elsewhere(tmp_path: Path, graph: str, prefix: str) -> None:
    """Where no file of counts can be, every closed shard counts, and each note is read once."""
    notes = Notes(str(tmp_path), graph)
    assert notes.read() == Count()
    for number in range(3):
        note = tmp_path / f"{prefix}{number}{CLOSED}"
        note.write_text(shard(f"{prefix}{number}", documents=5, stories=6, rejected=1).to_json(), "utf-8")
        assert notes.read() == Count(sources=6 * (number + 1), stories=6 * (number + 1), rejected=number + 1)
        note.write_text("read only once", "utf-8")
    assert Notes(str(tmp_path), "publish").read() == Count()
