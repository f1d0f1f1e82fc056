"""What the formats cost: CPU milliseconds to read a record of each input format, and to write a MB of records in each of ours.

    python benchmarks/formats.py [--rows 2000] [--kilobytes 16]

The rows are made-up words. Reading is `read_items` from a file on the local disk to items; writing is the published file from
lines of JSON, as `publish` does it.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
from growth import WORDS
from pyarrow import parquet

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.output.formats import create, extension_of
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.shapes import Item

SETTINGS = load_settings()
FORMATS = (("jsonl", "none"), ("jsonl", "gzip"), ("jsonl", "zstd"), ("parquet", "zstd"), ("parquet", "snappy"))


def texts(rows: int, size: int) -> Iterator[str]:
    """So many texts of about so many characters."""
    chance = random.Random(rows)
    for _ in range(rows):
        yield " ".join(chance.choices(WORDS, k=size // 8))


def warc_record(number: int, body: bytes) -> bytes:
    """One response of a WARC."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"WARC-Target-URI: https://town.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def write_inputs(folder: Path, rows: int, size: int) -> None:
    """The same rows in every format that holds several."""
    made = list(texts(rows, size))
    table = [{"id": str(number), "text": text} for number, text in enumerate(made)]
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in table)
    (folder / "rows.jsonl").write_bytes(lines)
    (folder / "rows.jsonl.gz").write_bytes(gzip.compress(lines))
    with pa.CompressedOutputStream(str(folder / "rows.jsonl.zst"), "zstd") as out:
        out.write(lines)
    with (folder / "rows.csv").open("w", newline="") as out:
        writer = csv.DictWriter(out, ["id", "text"])
        writer.writeheader()
        writer.writerows(table)
    parquet.write_table(pa.Table.from_pylist(table), folder / "rows.parquet")
    records = [warc_record(number, text.encode()) for number, text in enumerate(made)]
    (folder / "rows.warc").write_bytes(b"".join(records))
    (folder / "rows.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))


def cost(what: Callable[[], object]) -> float:
    """CPU seconds, the least of three times."""
    took = []
    for _ in range(3):
        started = time.process_time()
        what()
        took.append(time.process_time() - started)
    return min(took)


def read_all(path: str, rows: int) -> None:
    """Read a file's items."""
    (source,) = find_sources([path])
    found = sum(isinstance(item, Item) for _, item in read_items(source, SETTINGS.read))
    if found != rows:
        sys.exit(f"{path}: {found} items, and not {rows}")


def write_all(folder: str, lines: list[bytes], sets: list[str]) -> int:
    """Write records; the size of the file."""
    settings = load_settings(sets=sets).write
    out = create(folder, f"removed{extension_of(settings)}", "removed", settings)
    for line in lines:
        out.write(line)
    return out.close().bytes


def main() -> None:
    """Read and write in each format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--kilobytes", type=int, default=16)
    options = parser.parse_args()
    size = options.kilobytes * 1_000
    with tempfile.TemporaryDirectory() as place:
        write_inputs(Path(place), options.rows, size)
        for path in sorted(Path(place).iterdir()):
            took = cost(lambda path=path: read_all(str(path), options.rows))  # type: ignore[misc]
            print(f"read  {path.name.removeprefix('rows'):12} {took / options.rows * 1e3:7.3f} ms of CPU a record")
        lines = [
            to_line({"source": {"uri": f"a#{number}", "sha256": "0" * 64}, "start": 0, "end": len(text), "text": text,
                     "role": "chrome", "rule": "phrase.menu", "evidence": "a set phrase"})
            for number, text in enumerate(texts(options.rows, size))
        ]  # fmt: skip
        megabytes = sum(map(len, lines)) / 1e6
        for form, packing in FORMATS:
            sets = [f"write.format={form}", f"write.compression={packing}"]
            took = cost(lambda sets=sets: write_all(place, lines, sets))  # type: ignore[misc]
            share = write_all(place, lines, sets) / megabytes / 1e4
            print(f"write {form + ' ' + packing:14} {took / megabytes * 1e3:7.1f} ms of CPU a MB of JSON, size {share:.0f} %")


if __name__ == "__main__":
    main()
