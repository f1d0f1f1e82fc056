"""The typed reader: each kind of record, some fields of stories, what is refused, and what mypy makes of it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest
from pyarrow import parquet

from copydesk import pipeline
from copydesk.pipeline import read_documents, read_rejected, read_removed, read_stories, reading
from copydesk.pipeline.output.manifest import PUBLISHED
from copydesk.pipeline.reading import OutputError, StoryColumns
from copydesk.transforms import shapes
from copydesk.transforms.shapes import DocumentRecord, RejectedRecord, RemovedRecord, Story
from copydesk.transforms.write.records import to_plain
from tests.pipeline.output.test_formats import every_format, put, sample, write_folder

from .runs import rejected_row, rows_of, to_lines, write_run

ROOT = Path(__file__).parents[2]
READERS = {"stories": read_stories, "documents": read_documents, "removed": read_removed, "rejected": read_rejected}
SHAPES = {"stories": Story, "documents": DocumentRecord, "removed": RemovedRecord, "rejected": RejectedRecord}


@every_format
@pytest.mark.parametrize("kind", PUBLISHED)
def test_each_kind_of_record_has_its_reader(kind: str, made: tuple[str, str], tmp_path: Path) -> None:
    """From every format come objects of the record's own type that hold what was written."""
    folder = write_folder(tmp_path, sample(), made)
    found = list(READERS[kind](folder))
    assert {type(record) for record in found} == {SHAPES[kind]}
    assert [to_plain(record) for record in found] == sample()[kind]


def test_what_reads_is_public() -> None:
    """The package gives what its list of names says, and no other name."""
    assert all(getattr(pipeline, name) for name in pipeline.__all__)
    assert all(getattr(pipeline, name) is getattr(reading, name) for name in set(pipeline.__all__) - {"clean"})
    with pytest.raises(AttributeError, match="has no attribute 'read_storeis'"):
        _ = pipeline.read_storeis


@every_format
def test_columns_are_what_was_asked_for(made: tuple[str, str], tmp_path: Path) -> None:
    """Each row has the fields that were named, in that order, with the values that the story has."""
    folder = write_folder(tmp_path, sample(), made)
    asked = ["text", "id", "source", "paragraphs", "changes", "quality", "duplicate_of"]
    rows = list(read_stories(folder, columns=asked))
    assert [list(row) for row in rows] == [asked, asked]
    for row, story in zip(rows, read_stories(folder), strict=True):
        assert row == {name: getattr(story, name) for name in asked}
    assert rows[0]["source"].index == 0


def test_of_parquet_no_other_column_is_read(tmp_path: Path) -> None:
    """A file in which the other columns are broken gives those that are asked for, and only those."""
    path = tmp_path / put(tmp_path, "stories", to_lines(sample()["stories"]).splitlines(), ("parquet", "none")).name
    column = next(
        parquet.ParquetFile(path).metadata.row_group(0).column(number)
        for number in range(99)
        if parquet.ParquetFile(path).metadata.row_group(0).column(number).path_in_schema == "text"
    )
    data = bytearray(path.read_bytes())
    data[column.data_page_offset + column.total_compressed_size // 2] ^= 1
    path.write_bytes(data)
    assert len(list(read_stories(path, columns=["id", "topics"]))) == 2
    with pytest.raises(OutputError, match=r"no valid \.parquet"):
        list(read_stories(path, columns=["id", "text"]))


@pytest.mark.parametrize(("asked", "said"), [(["idd"], "did you mean id"), (["pictures"], "its fields are schema_version")])
def test_an_unknown_column_is_refused(asked: list[str], said: str, tmp_path: Path) -> None:
    """The call itself raises, and tells what would be right."""
    folder = write_run(tmp_path, rows_of("page.txt"))
    with pytest.raises(ValueError, match=f"a story has no field '{asked[0]}'.*{said}"):
        read_stories(folder, columns=asked)


def test_the_type_of_columns_is_the_storys() -> None:
    """`StoryColumns` names the fields of a story, in their order, with their types."""
    declared = get_type_hints(StoryColumns)
    assert list(declared) == [field.name for field in fields(Story)]
    types = get_type_hints(Story) | {"schema_version": str}
    assert declared == {name: types[name] for name in declared}


def test_a_folder_is_looked_at_when_it_is_named(tmp_path: Path) -> None:
    """What is no run is refused by the call, before anything is read of it."""
    for read in READERS.values():
        with pytest.raises(OutputError, match="this is no published run of Copydesk"):
            read(tmp_path)


def test_a_newer_version_is_told(tmp_path: Path) -> None:
    """Records of another schema are refused with both versions, in a folder and in a file by itself."""
    rows = rows_of("page.txt")
    folder = write_run(tmp_path / "run", rows, schema_version="2.0", copydesk="0.9.0")
    said = r"records of schema 2\.0, this Copydesk reads 1\.0; read them with the version that wrote them"
    with pytest.raises(OutputError, match=rf"manifest\.json: {said}; copydesk 0\.9\.0 wrote them"):
        read_stories(folder)
    rows["stories"][1]["schema_version"] = "2.0"
    (tmp_path / "some.jsonl").write_bytes(to_lines(rows["stories"]))
    with pytest.raises(OutputError, match=rf"some\.jsonl: line 2: {said}"):
        list(read_stories(tmp_path / "some.jsonl"))


def test_a_shard_that_is_missing_is_told(tmp_path: Path) -> None:
    """A folder that was copied in part is no run of fewer stories."""
    folder = write_run(tmp_path, rows_of("page.txt"), shards=2)
    (folder / "stories-00001-of-00002.jsonl").unlink()
    with pytest.raises(OutputError, match=r"stories-00001-of-00002\.jsonl: the manifest names this file, and it is not there"):
        list(read_stories(folder))
    (folder / "rejected-00000-of-00002.jsonl").unlink()
    assert len(list(read_documents(folder))) == 1


@pytest.mark.parametrize("kept", [0, 1])
def test_lines_that_are_missing_are_told(kept: int, tmp_path: Path) -> None:
    """A file that ends between two lines is whole JSON, and yet not what the manifest says."""
    rows = rows_of("page.txt")
    folder = write_run(tmp_path, rows)
    path = folder / "stories-00000-of-00001.jsonl"
    path.write_bytes(to_lines(rows["stories"][:kept]))
    with pytest.raises(OutputError, match=rf"{path.name}: {kept} records, the manifest says 2; fetch the folder again"):
        list(read_stories(folder))
    assert len(list(read_stories(path))) == kept


def test_a_record_of_another_kind_is_told(tmp_path: Path) -> None:
    """The message names file, line and kind."""
    path = tmp_path / "rejected.jsonl"
    path.write_bytes(to_lines([rejected_row("a.txt")]))
    assert [record.error for record in read_rejected(path)] == ["EmptySource"]
    with pytest.raises(OutputError, match=r"rejected\.jsonl: line 1: no document record: "):
        list(read_documents(path))


PROGRAM = """
from copydesk.pipeline import read_documents, read_rejected, read_removed, read_stories

for story in read_stories("run"):
    reveal_type(story)
    reveal_type(story.paragraphs[0].speaker)
for row in read_stories("run", columns=["id", "topics"]):
    reveal_type(row["topics"])
    row["topic"]
reveal_type(next(read_documents("run")).changes)
reveal_type(next(read_removed("run")).start)
reveal_type(next(read_rejected("run")).source.sha256)
read_stories(3)
"""
REVEALED = [
    "copydesk.transforms.shapes.Story",
    "str | None",
    "tuple[copydesk.transforms.shapes.Topic, ...]",
    "tuple[copydesk.transforms.shapes.Change, ...]",
    "int",
    "str | None",
]
ERRORS = [
    'TypedDict "StoryColumns" has no key "topic"  [typeddict-item]',
    'No overload variant of "read_stories" matches argument type "int"  [call-overload]',
]


def test_a_program_that_reads_is_checked_by_its_types(tmp_path: Path) -> None:
    """In another project, too, it is known what the readers give, and a field that is misspelled is found."""
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--no-color-output"]
    done = subprocess.run(
        [*command, "--cache-dir", str(ROOT / ".mypy_cache"), str(tmp_path / "program.py")],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert re.findall(r'note: Revealed type is "(.+)"', done.stdout) == REVEALED
    assert re.findall(r"error: (.+)", done.stdout) == ERRORS
    for module in (pipeline, shapes):
        assert (Path(str(module.__file__)).parent / "py.typed").is_file()
