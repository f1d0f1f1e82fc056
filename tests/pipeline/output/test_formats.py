"""Every format gives back the lines that went in, says what is known of its file, and is known for broken where it is."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from copydesk.pipeline import read_stories
from copydesk.pipeline.output import formats
from copydesk.pipeline.commands.checking import Check
from copydesk.pipeline.cli import main
from copydesk.pipeline.output.formats import create, extension_of, open_lines
from copydesk.pipeline.output.jsonl import FileEntry, to_line
from copydesk.pipeline.output.manifest import PUBLISHED, read_manifest
from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.pipeline.reading import OutputError
from copydesk.pipeline.reading import read_manifest as read_typed
from copydesk.pipeline.readers.unpack import UnpackError
from copydesk.transforms.settings import WriteSettings
from copydesk.transforms.write.columns import arrow_schema

from tests.pipeline.jobs import article, call, environment, everything, run
from tests.pipeline.runs import Rows, rejected_row, rows_of

FORMATS = [
    ("jsonl", "auto"), ("jsonl", "none"), ("jsonl", "gzip"), ("jsonl", "zstd"),
    ("parquet", "auto"), ("parquet", "none"), ("parquet", "zstd"), ("parquet", "snappy"),
]  # fmt: skip
PACKED = [("jsonl", "gzip"), ("jsonl", "zstd"), ("parquet", "zstd"), ("parquet", "none")]
every_format = pytest.mark.parametrize("made", FORMATS, ids="-".join)
every_packed = pytest.mark.parametrize("made", PACKED, ids="-".join)


def settings_of(made: tuple[str, str]) -> WriteSettings:
    """[write] for a format."""
    return load_settings(sets=[f"write.format={made[0]}", f"write.compression={made[1]}"]).write


def sample() -> Rows:
    """Records of every kind."""
    rows = rows_of("page.txt")
    rows["rejected"].append(rejected_row("empty.txt"))
    return rows


def put(folder: Path, kind: str, lines: list[bytes], made: tuple[str, str]) -> FileEntry:
    """A file of lines."""
    settings = settings_of(made)
    out = create(str(folder), f"{kind}-00000-of-00001{extension_of(settings)}", kind, settings)
    for line in lines:
        out.write(line)
    return out.close()


def get(path: Path) -> list[bytes]:
    """The lines of a file."""
    with open_lines(str(path)) as lines:
        return list(lines)


def write_folder(folder: Path, rows: Rows, made: tuple[str, str]) -> Path:
    """A finished run in a format."""
    files = []
    for kind in PUBLISHED:
        entry = put(folder, kind, [to_line(row) for row in rows[kind]], made)
        files.append({"name": entry.name, "records": entry.records, "bytes": entry.bytes, "sha256": entry.sha256})
    (folder / "manifest.json").write_text(json.dumps({"copydesk": "0.1.0", "counts": {}, "files": files}), "utf-8")
    return folder


def faults(folder: Path) -> list[str]:
    """What the check of a folder finds."""
    return [str(fault) for fault in Check(read_typed(str(folder))).faults()]


@every_format
def test_lines_come_back(made: tuple[str, str], tmp_path: Path) -> None:
    """Every record of every kind is the same record, its keys in the same order."""
    for kind, rows in sample().items():
        entry = put(tmp_path, kind, [to_line(row) for row in rows], made)
        assert [json.dumps(json.loads(line)) for line in get(tmp_path / entry.name)] == [json.dumps(row) for row in rows]


@every_format
def test_the_entry_is_the_files_own(made: tuple[str, str], tmp_path: Path) -> None:
    """Size and checksum are those of the bytes on the disk, as `sha256sum` would say."""
    entry = put(tmp_path, "stories", [to_line(row) for row in sample()["stories"]], made)
    data = (tmp_path / entry.name).read_bytes()
    assert (entry.bytes, entry.sha256, entry.records) == (len(data), hashlib.sha256(data).hexdigest(), 2)


@every_format
def test_no_records_are_a_file_too(made: tuple[str, str], tmp_path: Path) -> None:
    """A kind without a record has a file without a line, which every reader of its format can open."""
    entry = put(tmp_path, "rejected", [], made)
    assert get(tmp_path / entry.name) == []
    assert entry.records == 0


@every_packed
def test_the_same_lines_make_the_same_bytes(
    made: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No clock, no name of a folder and no chance is in a file."""
    lines = [to_line(row) for row in sample()["stories"] * 50]
    first = put(tmp_path / "a", "stories", lines, made)
    monkeypatch.setattr("time.time", lambda: 1.0)
    assert put(tmp_path / "b", "stories", lines, made) == first


def test_other_programs_read_gzip_and_parquet(tmp_path: Path) -> None:
    """The files are what their names say: gzip with an empty header; Parquet with the declared columns."""
    rows = sample()["stories"]
    packed = (tmp_path / put(tmp_path, "stories", [to_line(row) for row in rows], ("jsonl", "gzip")).name).read_bytes()
    assert packed[3:8] == bytes(5)  # no flags, so no name; no time
    assert [json.loads(line) for line in gzip.decompress(packed).splitlines()] == rows
    table = parquet.read_table(tmp_path / put(tmp_path, "stories", [to_line(row) for row in rows], ("parquet", "auto")).name)
    assert table.schema.equals(arrow_schema("story"))
    assert table.column("id").to_pylist() == [row["id"] for row in rows]


def test_row_groups_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long file is written in parts that readers can share out, and no more than one part is held."""
    monkeypatch.setattr(formats, "_BATCH", 1_000)
    monkeypatch.setattr(formats, "_ROW_GROUP", 10_000)
    lines = [to_line(row) for row in sample()["stories"] * 100]
    entry = put(tmp_path, "stories", lines, ("parquet", "auto"))
    file = parquet.ParquetFile(tmp_path / entry.name)
    sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert sum(sizes) == len(lines)
    assert max(sizes) * min(map(len, lines)) <= 10_000 + 1_000 + max(map(len, lines))
    assert len(get(tmp_path / entry.name)) == len(lines)


@every_packed
@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_never_read_short(keep: float, made: tuple[str, str], tmp_path: Path) -> None:
    """Readers raise, and the check names the file; a story that is lost without a word is the worst that can happen."""
    folder = write_folder(tmp_path, sample(), made)
    path = next(folder.glob("stories-*"))
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data))])
    if keep:
        with pytest.raises(UnpackError):
            get(path)
        with pytest.raises(OutputError, match=path.name):
            list(read_stories(str(folder)))
    found = faults(folder)
    assert any(fault.startswith(f"{path.name}: ") and "SHA-256" in fault for fault in found)


@pytest.mark.parametrize("made", [("parquet", "zstd"), ("parquet", "none")], ids="-".join)
def test_a_broken_page_is_noticed(made: tuple[str, str], tmp_path: Path) -> None:
    """A bit that flipped in the middle of a Parquet file is no other story: pages have checksums."""
    entry = put(tmp_path, "stories", [to_line(row) for row in sample()["stories"]], made)
    path = tmp_path / entry.name
    column = parquet.ParquetFile(path).metadata.row_group(0).column(0)
    data = bytearray(path.read_bytes())
    data[column.dictionary_page_offset + column.total_compressed_size - 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(UnpackError, match=r"no valid \.parquet"):
        get(path)


@every_format
def test_a_file_that_is_missing_is_named(made: tuple[str, str], tmp_path: Path) -> None:
    """The check says which file of the manifest is not there."""
    folder = write_folder(tmp_path, sample(), made)
    gone = next(folder.glob("removed-*"))
    gone.unlink()
    assert any(fault.startswith(f"{gone.name}: cannot be read: No such file") for fault in faults(folder))


def test_what_is_no_parquet_is_named(tmp_path: Path) -> None:
    """A file of another kind under such a name is told, by readers and by the check."""
    folder = write_folder(tmp_path, sample(), ("parquet", "auto"))
    path = next(folder.glob("documents-*"))
    path.write_text("no Parquet\n" * 9)
    assert any(fault.startswith(f"{path.name}: no valid .parquet") for fault in faults(folder))


@pytest.mark.parametrize("change", ["type", "missing"])
def test_other_columns_are_told(change: str, tmp_path: Path) -> None:
    """A file whose columns are not the declared ones is a fault, even where its checksum is the manifest's."""
    folder = write_folder(tmp_path, sample(), ("parquet", "auto"))
    path = next(folder.glob("removed-*"))
    table = parquet.read_table(path)
    at = table.schema.get_field_index("start")
    narrow = table.set_column(at, "start", table["start"].cast(pa.int32()))
    parquet.write_table(table.drop_columns(["start"]) if change == "missing" else narrow, path)
    manifest: dict[str, Any] = read_manifest(folder)
    for entry in manifest["files"]:
        if entry["name"] == path.name:
            entry.update(bytes=path.stat().st_size, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    expected = "should be source, start, end" if change == "missing" else "column start is int32"
    assert any(fault.startswith(path.name) and expected in fault for fault in faults(folder))


def test_an_unknown_column_of_stories_is_told(tmp_path: Path) -> None:
    """A Parquet file of something else holds no stories, and the reader says so with the file."""
    path = tmp_path / "other.parquet"
    parquet.write_table(pa.table({"text": ["x"]}), path)
    with pytest.raises(OutputError, match=r"other\.parquet: line 1: no story record"):
        list(read_stories(str(path)))
    for column in ([pa.scalar(0, pa.timestamp("s"))], [float("nan")], [b"x"]):
        parquet.write_table(pa.table({"text": column}), path)
        with pytest.raises(OutputError, match=r"other\.parquet: (a \.parquet with other columns|line 1: no story record)"):
            list(read_stories(str(path)))
    parquet.write_table(pa.table({"paragraphs": [[1]]}), path)
    with pytest.raises(OutputError, match=r"other\.parquet: a \.parquet with other columns"):
        list(read_stories(str(path)))


@every_format
def test_a_run_gives_the_same_records_in_every_format(made: tuple[str, str], tmp_path: Path) -> None:
    """The format is the last thing that is done to a record: marks of duplicates are in it, and no fault is found."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, number in (("a", 1), ("b", 2), ("c", 1)):
        (pages / f"{name}.txt").write_text(article(number) + name, "utf-8")
    sets = [f"write.format={made[0]}", f"write.compression={made[1]}"]
    run([str(pages)], tmp_path / "plain")
    run([str(pages)], tmp_path / "out", sets=sets)
    plain = everything(tmp_path / "plain")
    assert {path.name.partition(".")[2] for path in (tmp_path / "out").glob("*-of-*")} == {extension_of(settings_of(made))[1:]}
    for kind, name in (("story", "stories"), ("document", "documents"), ("removed", "removed"), ("rejected", "rejected")):
        rows = [json.loads(line) for path in sorted((tmp_path / "out").glob(f"{name}-*")) for line in get(path)]
        assert sorted(map(json.dumps, rows)) == sorted(json.dumps(_as_doubles(row, made[0])) for row in plain[kind])
    assert sum(row["duplicate_of"] is not None for row in plain["story"]) == 1
    assert len(list(read_stories(str(tmp_path / "out")))) == 3
    assert list(Check(read_typed(str(tmp_path / "out")), keep=True).faults()) == []


def _as_doubles(row: dict[str, Any], format_: str) -> dict[str, Any]:
    """A record with all its numbers of quality as a column of doubles has them: 3 is 3.0 there."""
    if format_ == "parquet" and "quality" in row:
        row = row | {"quality": {name: float(number) for name, number in row["quality"].items()}}
    return row


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (["write.format=csv"], 'write.format: "csv" is not allowed; give one of jsonl, parquet'),
        (["write.compression=lz4"], "give one of auto, none, gzip, zstd, snappy"),
        (["write.compression=snappy"], 'write.compression: "snappy": jsonl files are not packed so; give none, gzip or zstd'),
        (["write.format=parquet", "write.compression=gzip"], "parquet files are not packed so; give none, zstd or snappy"),
    ],
)
def test_a_format_that_is_none_is_refused(sets: list[str], said: str) -> None:
    """The message names the key, the value and what would be right."""
    with pytest.raises(ConfigError) as error:
        load_settings(sets=sets)
    assert said in str(error.value)


def test_the_options_stand_for_the_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--format` and `--compression` are short for keys of the configuration, and the summary shows how to look."""
    (tmp_path / "a.txt").write_text(article(1), "utf-8")
    out = tmp_path / "out"
    assert main(["run", str(tmp_path / "a.txt"), "--output", str(out), "--compression", "gzip"]) == 0
    assert f"gzip -dc {out}/stories-00000-*.jsonl.gz | head -1" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "a.txt"), "--output", str(out), "--format", "parquet", "--overwrite"]) == 0
    assert "head -1" not in capsys.readouterr().err
    assert len(list(out.glob("stories-*.parquet"))) == 1
    assert read_manifest(out)["config"]["write"]["format"] == "parquet"
    assert main(["run", str(tmp_path / "a.txt"), "--output", str(out), "--format", "parquet", "--compression", "gzip"]) == 2


def test_a_full_disk_is_an_os_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the disk refuses ends the file with its reason, in every format."""
    for made in FORMATS:
        with Path("/dev/full").open("wb", buffering=0) as full, monkeypatch.context() as patch:
            patch.setattr(formats.files, "open_write", lambda _, full=full: full)
            with pytest.raises(OSError, match="No space left"):
                put(tmp_path, "stories", [to_line(row) for row in sample()["stories"]], made)


def test_reading_needs_no_beam(tmp_path: Path) -> None:
    """A program that reads a run's Parquet loads none of what runs it."""
    write_folder(tmp_path, sample(), ("parquet", "auto"))
    assert call("check", str(tmp_path)).returncode == 0
    code = (
        "import sys, copydesk.pipeline as c\n"
        f"assert len(list(c.read_stories({str(tmp_path)!r}))) == 2\n"
        "sys.exit('apache_beam' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-P", "-c", code], env=environment(), check=False).returncode == 0


def test_the_columns_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`copydesk schema --arrow` prints every column with its type."""
    assert main(["schema", "--arrow"]) == 0
    printed = capsys.readouterr().out
    for name in ("story", "document", "removed", "rejected"):
        assert f"# {name}\n" in printed
    assert "quality: struct<word_count: double, mean_word_length: double, " in printed
    assert "map<" not in printed
    assert main(["schema", "rejected", "--arrow"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "# rejected"
