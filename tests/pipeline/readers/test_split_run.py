"""A run over files in parts: the records are those of a run over whole files, and the manifest tells what was passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copydesk.pipeline.output.manifest import read_manifest
from tests.pipeline.jobs import article, call, everything, run
from tests.pipeline.readers.made import members, pages, record, response, write_parquet


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A WARC, rows and a table of row groups, with equal texts among them, and a picture alone."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "crawl.warc.gz").write_bytes(b"".join(members(pages(6))))
    (folder / "pictures.warc").write_bytes(record(1, response(b"\x89PNG", "Content-Type: image/png")))
    (folder / "rows.jsonl").write_text("".join(json.dumps({"text": article(n % 4)}) + "\n" for n in range(6)))
    write_parquet(folder / "rows.parquet", [{"text": article(n)} for n in range(5)], group=2)
    (folder / "rows.csv").write_text('id,text\n1,"' + article(7).replace('"', '""') + '"\n')
    return folder


def test_parts_change_no_record(tmp_path: Path, inputs: Path) -> None:
    """Whatever the size of the parts, every record is the same, and so is what was passed over."""
    found = []
    for part in (0, 200, 1_500):
        output = tmp_path / f"out-{part}"
        run([str(inputs)], output, sets=(f"read.split_bytes={part}",))
        manifest = read_manifest(output)
        found.append((everything(output), manifest["counts"], manifest["rules"]))
    assert found[0] == found[1] == found[2]
    _, counts, rules = found[0]
    assert counts["sources"] == 6 + 6 + 5 + 1
    assert counts["rejected"] == 0
    assert rules["skipped"] == {"image": 3, "request": 6, "warcinfo": 1}


@pytest.mark.parametrize("name", ["crawl.warc.gz", "rows.parquet", "rows.csv"])
def test_standard_input_is_told_by_its_content(tmp_path: Path, inputs: Path, name: str) -> None:
    """Standard input has no extension: a packed WARC, Parquet and a table are known by how they begin."""
    result = call("run", "-", "--output", str(tmp_path / "out"), stdin=(inputs / name).read_bytes())
    assert result.returncode == 0, result.stderr
    counts = read_manifest(tmp_path / "out")["counts"]
    assert counts["sources"] == {"crawl.warc.gz": 6, "rows.parquet": 5, "rows.csv": 1}[name]
