"""Is memory flat? Peak memory of `copydesk run` over a small and a large corpus of 13 kB text dumps from 50 sites.

    python benchmarks/memory.py [--small 20] [--large 400] [--workers 2] [--folder DIR]

Sizes are in MB. The peak is the greatest sum of the proportional set sizes of the run's processes, sampled ten times a second
(shared pages count once), with the survey, the work and the publishing in it. On systems without that figure it is the sum of
resident set sizes.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

SITES = 50
DUMP_BYTES = 13_000
SAMPLE_SECONDS = 0.1
WORDS = (
    "harbour", "council", "winter", "bridge", "market", "lantern", "orchard", "railway", "ferry", "library",
    "teacher", "glacier", "museum", "copper", "meadow", "signal", "village", "engine", "festival", "reservoir",
    "machine", "painter", "valley", "archive", "kitchen", "pilot", "garden", "theatre", "island", "factory",
)  # fmt: skip


def dump(chance: random.Random, site: int) -> str:
    """One page of a site: its furniture, a headline, a byline, invented prose."""
    menu = "\n\n".join(f"{word.title()} {site}" for word in WORDS[:12])
    lines = [menu, f"{' '.join(chance.choices(WORDS, k=7)).capitalize()} {chance.randrange(10**6)}", "By Ada Winter"]
    size = sum(map(len, lines))
    while size < DUMP_BYTES:
        sentences = (f"The {' '.join(chance.choices(WORDS, k=12))}." for _ in range(5))
        lines.append(" ".join(sentences))
        size += len(lines[-1])
    return "\n\n".join([*lines, "Continue reading", f"Imprint of site {site}"])


def make_corpus(folder: Path, megabytes: int) -> int:
    """Write so many megabytes of dumps, a folder a site; their number."""
    chance = random.Random(megabytes)
    number = megabytes * 1_000_000 // DUMP_BYTES
    for index in range(number):
        site = index % SITES
        path = folder / f"site-{site:02d}" / f"{index:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(chance, site))
    return number


def memory(process: psutil.Process) -> int:
    """Bytes that one process holds, shared pages in proportion where the system tells."""
    try:
        return int(process.memory_full_info().pss)
    except AttributeError:
        return int(process.memory_info().rss)


def measure(corpus: Path, output: Path, workers: int) -> tuple[float, float]:
    """Peak memory in MB over all processes of a run, and its wall time in seconds."""
    started = time.monotonic()
    run = subprocess.Popen(
        [sys.executable, "-m", "copydesk.pipeline.cli", "run", str(corpus), "--output", str(output), "--workers", str(workers)],
    )
    parent = psutil.Process(run.pid)
    peak = 0
    while run.poll() is None:
        total = 0
        with contextlib.suppress(psutil.Error):
            for process in [parent, *parent.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += memory(process)
        peak = max(peak, total)
        time.sleep(SAMPLE_SECONDS)
    if run.returncode:
        sys.exit(f"the run ended with exit code {run.returncode}")
    return peak / 1e6, time.monotonic() - started


def main() -> None:
    """Make both corpora, run both, print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=20)
    parser.add_argument("--large", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    peaks = []
    try:
        for size in (options.small, options.large):
            number = make_corpus(folder / f"in-{size}", size)
            peak, seconds = measure(folder / f"in-{size}", folder / f"out-{size}", options.workers)
            peaks.append(peak)
            rate = number / seconds
            print(f"{size:5d} MB  {number:6d} dumps  peak {peak:7.0f} MB  {seconds:7.1f} s  {rate:6.1f} dumps a second")
    finally:
        shutil.rmtree(folder)
    print(f"ratio of peaks: {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
