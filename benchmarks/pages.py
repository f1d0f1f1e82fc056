"""Pages a second, side by side: `copydesk run`, and a pool of processes over the libraries that people use instead.

    python benchmarks/pages.py [--html FOLDER...] [--text FOLDER...] [--pages 1000] [--rounds 2] [--quick]

The pool is `multiprocessing.Pool(2)` over trafilatura.extract (precise, with metadata, without comments), ftfy.fix_text and
langdetect.detect; over text dumps the last two alone. It splits no pages, and names no topics. Copydesk runs as its users run
it, with two workers, from files to published files, the survey's pass and the start of its processes included. What the start
costs is measured with a run over two pages, and the rate without it is told, too.

Both read the same files. Where the folders hold fewer pages than asked for, they are repeated with a byte more, so that no two
are equal. The two take turns, for some rounds, so that what else the machine does falls on both; the best round of each counts
for the rate, since a disturbance only ever makes slower. CPU seconds of all processes are told beside it, which other load
disturbs less. Without folders the labelled pages of $COPYDESK_DATA (default ../shared/data) are taken.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
CHUNK = 4
"""Pages that a process of the pool takes at a time."""
QUICK = 150
DATA = Path(os.environ.get("COPYDESK_DATA", "../shared/data"))
HTML = ("html/strings", "html/articles")
TEXT = ("dumps/single", "dumps/scroll", "pages")
ENDINGS = {"html": (".html", ".html.gz", ".htm"), "text": (".txt", ".txt.gz")}
ASKED = {"html": 1.5, "text": 3.5}
"""The ratio of the rates that Copydesk promises."""


@dataclass(frozen=True)
class Took:
    """One run over all pages."""

    wall: float
    cpu: float
    """Seconds of all its processes together."""


# --- the pages ----------------------------------------------------------------------------------------------------------


def read_page(path: Path) -> bytes:
    """The bytes of a page, unpacked."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def collect(folders: Sequence[Path], kind: str, number: int, into: Path) -> list[Path]:
    """Copy so many pages into one folder, repeated with a byte more where there are not so many."""
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.name.endswith(ENDINGS[kind]))
    if not found:
        sys.exit(f"no {kind} pages in {', '.join(map(str, folders))}; name folders with --{kind}, or set COPYDESK_DATA")
    into.mkdir(parents=True)
    paths = []
    for index in range(number):
        page = read_page(found[index % len(found)])
        path = into / f"{index:05d}{'.html' if kind == 'html' else '.txt'}"
        path.write_bytes(page + b"\n" * (index // len(found)))
        paths.append(path)
    times = "" if number <= len(found) else f", repeated {number / len(found):.1f} times with a byte more"
    size = sum(path.stat().st_size for path in paths) / len(paths) / 1e3
    print(f"{kind}: {min(number, len(found))} different pages{times}; {size:.0f} kB a page")
    return paths


# --- the libraries ------------------------------------------------------------------------------------------------------


def by_libraries_html(path: str) -> int:
    """What a pool does with a page of HTML; the size of its text."""
    import trafilatura  # noqa: PLC0415 - loaded before the processes fork

    text = trafilatura.extract(
        read_page(Path(path)), favor_precision=True, with_metadata=True, include_comments=False,
    )  # fmt: skip
    return finish(text or "")


def by_libraries_text(path: str) -> int:
    """What a pool does with a text dump."""
    return finish(read_page(Path(path)).decode("utf-8", "replace"))


def finish(text: str) -> int:
    """Mend the text and name its language."""
    import ftfy  # noqa: PLC0415
    import langdetect  # noqa: PLC0415

    fixed = ftfy.fix_text(text)
    with contextlib.suppress(langdetect.LangDetectException):  # no letters
        langdetect.detect(fixed)
    return len(fixed)


def run_pool(work: Callable[[str], int], paths: Sequence[Path]) -> None:
    """All pages through the pool; what it imports is loaded before, at no cost to it."""
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for _ in pool.imap_unordered(work, map(str, paths), chunksize=CHUNK):
            pass
        pool.close()
        pool.join()


# --- Copydesk -----------------------------------------------------------------------------------------------------------


def run_copydesk(folder: Path) -> None:
    """All pages of a folder through `copydesk run`."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as output:
        subprocess.run(
            [
                sys.executable, "-m", "copydesk.pipeline.cli", "run", str(folder), "--output", f"{output}/run",
                "--workers", str(WORKERS), "--quiet", "--set", "run.max_rejected=1.0",
            ],
            check=True,
        )  # fmt: skip


# --- side by side -------------------------------------------------------------------------------------------------------


def timed(what: Callable[[], None]) -> Took:
    """How long it takes, and what all its processes cost."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    what()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def compare(kind: str, folders: Sequence[Path], number: int, rounds: int, place: Path) -> None:
    """Run both in turns, and print their rates and the ratio."""
    work = by_libraries_html if kind == "html" else by_libraries_text
    paths = collect(folders, kind, number, place / kind)
    few = place / f"{kind}-few"
    few.mkdir()
    for path in paths[:2]:
        shutil.copy(path, few)
    work(str(paths[0]))
    start = min((timed(lambda: run_copydesk(few)) for _ in range(2)), key=lambda took: took.wall)
    pools, runs = [], []
    for turn in range(rounds):
        pools.append(timed(lambda: run_pool(work, paths)))
        runs.append(timed(lambda: run_copydesk(place / kind)))
        print(f"  round {turn + 1}: pool {pools[-1].wall:.1f} s, copydesk {runs[-1].wall:.1f} s")
    pool, run = min(took.wall for took in pools), min(took.wall for took in runs)
    cpu_pool, cpu_run = min(took.cpu for took in pools), min(took.cpu for took in runs)
    rows = [
        ("pool of libraries", pool, cpu_pool, ""),
        ("copydesk run", run, cpu_run, f"asked: {ASKED[kind]}"),
        ("  without its start", max(run - start.wall, 0.001), cpu_run - start.cpu, f"start: {start.wall:.1f} s"),
    ]
    print(f"  {'':22} {'pages a second':>14} {'ratio':>7} {'CPU ms a page':>14}")
    for name, wall, cpu, remark in rows:
        print(f"  {name:22} {number / wall:14.1f} {pool / wall:7.2f} {cpu / number * 1e3:14.1f}   {remark}")


def main() -> None:
    """Compare over pages of HTML, and over text dumps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", nargs="*", type=Path, default=[DATA / folder for folder in HTML], metavar="FOLDER")
    parser.add_argument("--text", nargs="*", type=Path, default=[DATA / folder for folder in TEXT], metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} pages, one round: the start weighs more than it should")
    options = parser.parse_args()
    number, rounds = (QUICK, 1) if options.quick else (options.pages, options.rounds)
    place = Path(tempfile.mkdtemp())
    try:
        for kind, folders in (("html", options.html), ("text", options.text)):
            if folders:
                compare(kind, folders, number, rounds, place)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
