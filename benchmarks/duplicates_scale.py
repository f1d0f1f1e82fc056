"""Made-up fingerprints in any number, staged as a run stages them and grouped by its graph, with what that costs."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import apache_beam as beam
import numpy as np
import psutil

from copydesk.pipeline import alike, duplicates, graphs
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.staging import records as staging
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.sketches import KEYS, SAMPLE, to_base64

SHARD_STORIES: Final = 600
"""What some hundred sources give."""
COPIES: Final = 0.2
"""Share of the stories that are a near copy of an earlier one."""
STOCK: Final = 200_000
"""Stock phrases, each as frequent as the inverse of its place in the list: a tenth of all keys are such."""
STOCK_SHARE: Final = 0.1
LEFT: Final = 0.6
"""Share of the hashes of a story that are left in its copy."""


def stage(folder: str, prints: Iterable[Fingerprint]) -> list[staging.StagedShard]:
    """Write fingerprints as staged shards."""
    shards = []
    rows = iter(prints)
    while some := list(itertools.islice(rows, SHARD_STORIES)):
        name = f"shard-{len(shards):06d}"
        out = staging.HashedFile(folder, f"{name}.fingerprints.jsonl", "fingerprints")
        for row in some:
            out.write(to_line(asdict(row)))
        shards.append(staging.StagedShard(name=name, sources=(), files=(out.close(),), counts={}))
    return shards


def write_marks(marks: beam.PCollection[duplicates.Mark], place: staging.Staging) -> None:
    """What was found, in the file that ends the graph."""
    (
        [marks | "line" >> beam.Map(lambda mark: (None, json.dumps(mark[1]))), marks.pipeline | beam.Create([(None, "")])]
        | beam.Flatten()
        | "to a file" >> beam.GroupByKey()
        | "write" >> beam.MapTuple(lambda _, lines: graphs.write_lines(place.published, filter(None, lines)))
    )


def made_up(number: int) -> Iterator[Fingerprint]:
    """Fingerprints of stories nobody wrote: hashes by chance, some keys stock phrases, some like an earlier one's."""
    chance = np.random.default_rng(number)
    places = random.Random(number)
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    for story in range(number):
        keys = _stock(chance, chance.integers(0, 2**57, KEYS, dtype=np.uint64))
        pairs = chance.integers(0, 2**30, SAMPLE, dtype=np.uint32)
        if kept and places.random() < COPIES:
            old_keys, old_pairs = kept[places.randrange(len(kept))]
            keys[: int(KEYS * LEFT)] = old_keys[: int(KEYS * LEFT)]
            pairs[: int(SAMPLE * LEFT)] = old_pairs[: int(SAMPLE * LEFT)]
        elif len(kept) < number / 10:
            kept.append((chance.permutation(keys), chance.permutation(pairs)))
        yield Fingerprint(
            story=f"{places.getrandbits(128):032x}", exact=f"{places.getrandbits(128):032x}", whole=story % 3 == 0,
            published=None, characters=places.randrange(500, 9_000), words=400,
            keys=to_base64(np.unique(keys)), pairs=to_base64(np.unique(pairs)), figures="",
        )  # fmt: skip


def _stock(chance: np.random.Generator, keys: np.ndarray) -> np.ndarray:
    phrases = np.exp(chance.random(KEYS) * np.log(STOCK)).astype(np.uint64)
    return np.where(chance.random(KEYS) < STOCK_SHARE, phrases, keys)


def print_scale(numbers: Sequence[int], workers: int, folder: Path | None) -> None:
    """Group fingerprints of each number in a process of its own, and print what it took."""
    print("fingerprints    marked   wall s    CPU s   CPU µs each   peak MB")
    for number in numbers:
        place = tempfile.mkdtemp(dir=folder)
        try:
            shards = stage(place, made_up(number))
            (Path(place) / "shards").write_text("\n".join(shard.to_json() for shard in shards))
            wall, cpu, peak = _measure([sys.executable, __file__, place, str(workers)])
            marked = len(Path(staging.Staging(folder=place).published).read_text().splitlines())
        finally:
            shutil.rmtree(place)
        print(f"{number:12,}{marked:10,}{wall:9.1f}{cpu:9.1f}{cpu / number * 1e6:14.1f}{peak:10.0f}", flush=True)


def _measure(command: Sequence[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of a command and its children."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = 0
    with subprocess.Popen(command) as run:
        parent = psutil.Process(run.pid)
        while run.poll() is None:
            total = 0
            with contextlib.suppress(psutil.Error):
                for process in [parent, *parent.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error):
                        total += process.memory_full_info().pss
            peak = max(peak, total)
            time.sleep(0.5)
    if run.returncode:
        sys.exit(f"grouping ended with exit code {run.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, cpu, peak / 1e6


def group_staged(folder: str, workers: int) -> None:
    """Group what is staged in a folder, as `copydesk run --workers` does."""
    from copydesk.pipeline.processes.forkserver import ForkServer  # noqa: PLC0415 - by the measured process alone
    from copydesk.pipeline.processes.runners import Runner  # noqa: PLC0415
    from copydesk.pipeline.resources import default_settings  # noqa: PLC0415

    shards = [staging.StagedShard.from_json(line) for line in (Path(folder) / "shards").read_text().splitlines()]
    place = staging.Staging(folder=folder)
    flags = (f"--direct_num_workers={workers}",) if workers > 1 else ()
    runner = Runner(name="FnApiRunner", workers=workers if workers > 1 else 0, flags=flags)
    with ForkServer(beam=True) if workers > 1 else contextlib.nullcontext():
        pipeline = beam.Pipeline(runner=runner.make(), options=runner.options())
        placed = [(number // 64, shard) for number, shard in enumerate(shards)]
        marks = alike.find_duplicates(pipeline, placed, default_settings().duplicates, place)
        write_marks(marks, place)
        pipeline.run().wait_until_finish()


if __name__ == "__main__":
    group_staged(sys.argv[1], int(sys.argv[2]))
