"""What a source costs as runs grow: peak memory and time of `copydesk run` over 13 kB text dumps from 50 sites.

    python benchmarks/growth.py [--sources 1000 10000 100000] [--workers 2] [--folder DIR]

The peak is the greatest sum of the proportional set sizes of the run's processes, sampled several times a second (shared pages
count once), with the survey, the work and the publishing in it. On systems without that figure it is the sum of resident set
sizes. Milliseconds a source are of the wall, for each graph of the run: where one grows with the number of sources, that graph
is not linear.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

SITES = 50
DUMP_BYTES = 13_000
SAMPLE_SECONDS = 0.3
WORDS = (
    "harbour", "council", "winter", "bridge", "market", "lantern", "orchard", "railway", "ferry", "library",
    "teacher", "glacier", "museum", "copper", "meadow", "signal", "village", "engine", "festival", "reservoir",
    "machine", "painter", "valley", "archive", "kitchen", "pilot", "garden", "theatre", "island", "factory",
)  # fmt: skip

SYLLABLES = ("ba", "con", "der", "fel", "gra", "hin", "kor", "lat", "mer", "nov", "os", "pil", "quar", "rin", "sto", "tam")
RARE = ["".join(parts) for parts in itertools.product(SYLLABLES, SYLLABLES, SYLLABLES, ("", "s"))]
VOCABULARY = (*WORDS, *RARE)
FREQUENT = list(itertools.accumulate(1 / rank for rank in range(2, len(VOCABULARY) + 2)))
"""Words are as unequally frequent as a language's (Zipf). From a few words alone, each as frequent as the next, chance makes
the same runs of five in thousands of texts, so that the search for duplicates has work that no real corpus gives it."""


def dump(chance: random.Random, site: int) -> str:
    """One page of a site: its furniture, a headline, a byline, invented prose."""
    menu = "\n\n".join(f"{word.title()} {site}" for word in WORDS[:12])
    lines = [menu, f"{' '.join(chance.choices(WORDS, k=7)).capitalize()} {chance.randrange(10**6)}", "By Ada Winter"]
    size = sum(map(len, lines))
    while size < DUMP_BYTES:
        sentences = (f"The {' '.join(chance.choices(VOCABULARY, cum_weights=FREQUENT, k=12))}." for _ in range(5))
        lines.append(" ".join(sentences))
        size += len(lines[-1])
    return "\n\n".join([*lines, "Continue reading", f"Imprint of site {site}"])


def make_corpus(folder: Path, number: int) -> None:
    """Write so many dumps, a folder a site."""
    chance = random.Random(number)
    for index in range(number):
        site = index % SITES
        path = folder / f"site-{site:02d}" / f"{index:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(chance, site))


def held(parent: psutil.Process) -> int:
    """Bytes that a process and all that it started hold together."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in [parent, *parent.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += memory(process)
    return total


def memory(process: psutil.Process) -> int:
    """Bytes that one process holds, shared pages in proportion where the system tells."""
    try:
        return int(process.memory_full_info().pss)
    except AttributeError:
        return int(process.memory_info().rss)


def measure(corpus: Path, output: Path, workers: int) -> tuple[float, dict[str, Any]]:
    """Peak memory in MB over all processes of a run, and the run's manifest."""
    run = subprocess.Popen(
        [
            sys.executable, "-m", "copydesk.pipeline.cli", "run", str(corpus), "--output", str(output), "--quiet",
            "--workers", str(workers),
        ],
    )  # fmt: skip
    parent = psutil.Process(run.pid)
    peak = 0
    while run.poll() is None:
        peak = max(peak, held(parent))
        time.sleep(SAMPLE_SECONDS)
    if run.returncode:
        sys.exit(f"the run ended with exit code {run.returncode}")
    return peak / 1e6, json.loads((output / "manifest.json").read_text("utf-8"))


def main() -> None:
    """Make each corpus, run it, and print its cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="a folder with room for the corpora: 13 kB a source, and as much again")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    first = 0.0
    print(f"{'sources':>8} {'MB':>6} {'peak MB':>8} {'of first':>8} {'s':>8} {'a second':>8}  ms a source by graph")
    try:
        for number in options.sources:
            make_corpus(folder / "in", number)
            peak, manifest = measure(folder / "in", folder / "out", options.workers)
            first = first or peak
            graphs = ", ".join(f"{name} {seconds / number * 1e3:.2f}" for name, seconds in manifest["durations"].items())
            wall = manifest["seconds"]
            size = number * DUMP_BYTES / 1e6
            figures = f"{number:8d} {size:6.0f} {peak:8.0f} {peak / first:8.2f} {wall:8.1f} {number / wall:8.1f}"
            print(f"{figures}  {graphs}", flush=True)
            for made in ("in", "out"):
                shutil.rmtree(folder / made)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
