"""Pages a second, CPU and peak memory, side by side: `copydesk run`, a pool over the bare libraries, and datatrove.

    python benchmarks/pages.py [--html FOLDER...] [--text FOLDER...] [--pages 1000] [--rounds 2] [--quick] [--datatrove PYTHON]

The pool is `multiprocessing.Pool(2)` over trafilatura.extract (precise, with metadata, without comments), ftfy.fix_text and
langdetect.detect; over text dumps the last two alone. datatrove runs its own Trafilatura and FTFY between its reader and its
writer of JSON lines, in an environment of its own (`make bench` makes one; without `--datatrove` it is left out). Neither
splits pages, labels furniture or names topics. Copydesk runs as its users run it, with two workers, from files to published
files, the survey's pass and the start of its processes included. What the start costs is measured with a run over two pages,
and the rate without it is told, too.

All read the same files: JSON lines, a page a row. Where the folders hold fewer pages than asked for, they are repeated with a
byte more, so that no two are equal. They take turns, for some rounds, so that what else the machine does falls on all; the best
round of each counts for the rate, since a disturbance only ever makes slower. CPU seconds of all processes are told beside it,
which other load disturbs less, and the greatest sum of their proportional set sizes. Without folders the labelled pages of
$COPYDESK_DATA (default ../shared/data) are taken. `--scaling` runs Copydesk with one worker and with two instead.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import itertools
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil
from growth import SAMPLE_SECONDS, held

WORKERS = 2
CHUNK = 4
"""Pages that a process of the pool takes at a time."""
QUICK = 150
FILES = 16
DATA = Path(os.environ.get("COPYDESK_DATA", "../shared/data"))
HTML = ("html/strings", "html/articles")
TEXT = ("dumps/single", "dumps/scroll", "pages")
ENDINGS = {"html": (".html", ".html.gz", ".htm"), "text": (".txt", ".txt.gz")}
ASKED: Mapping[tuple[str, str], float] = {("html", "datatrove"): 1.5, ("text", "pool"): 3.5}
"""The ratio of the rates that Copydesk wants to reach."""
TROVE = Path(__file__).parent / "peers" / "trove.py"


@dataclass(frozen=True)
class Took:
    """One run over all pages."""

    wall: float
    cpu: float
    """Seconds of all its processes together."""
    peak: float
    """MB of all its processes together, shared pages in proportion."""


# --- the pages ----------------------------------------------------------------------------------------------------------


def read_page(path: Path) -> str:
    """The text of a page, unpacked."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")


def collect(folders: Sequence[Path], kind: str, number: int, into: Path) -> int:
    """Write so many pages as JSON lines into one folder, repeated with a byte more where there are not so many."""
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.name.endswith(ENDINGS[kind]))
    if not found:
        sys.exit(f"no {kind} pages in {', '.join(map(str, folders))}; name folders with --{kind}, or set COPYDESK_DATA")
    into.mkdir(parents=True)
    size = 0
    with contextlib.ExitStack() as stack:
        outs = [stack.enter_context((into / f"{file:02d}.jsonl").open("w", encoding="utf-8")) for file in range(FILES)]
        for index in range(number):
            page = read_page(found[index % len(found)]) + "\n" * (index // len(found))
            size += len(page)
            print(json.dumps({"id": f"{index:06d}", kind: page}, ensure_ascii=False), file=outs[index % FILES])
    times = "" if number <= len(found) else f", repeated {number / len(found):.1f} times with a byte more"
    print(f"{kind}: {min(number, len(found))} different pages{times}; {size / number / 1e3:.0f} thousand characters a page")
    return number


def rows(folder: Path, kind: str) -> Iterator[str]:
    """The pages of a folder."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)[kind]


# --- the libraries ------------------------------------------------------------------------------------------------------


def by_libraries_html(page: str) -> int:
    """What a pool does with a page of HTML; the size of its text."""
    import trafilatura  # noqa: PLC0415 - loaded before the processes fork

    return finish(trafilatura.extract(page, favor_precision=True, with_metadata=True, include_comments=False) or "")


def finish(text: str) -> int:
    """Mend the text and name its language."""
    import ftfy  # noqa: PLC0415
    import langdetect  # noqa: PLC0415

    fixed = ftfy.fix_text(text)
    with contextlib.suppress(langdetect.LangDetectException):  # no letters
        langdetect.detect(fixed)
    return len(fixed)


def run_pool(kind: str, folder: Path, workers: int) -> None:
    """All pages through the pool; what it imports is loaded before, at no cost to it."""
    work = by_libraries_html if kind == "html" else finish
    work("<p>One page, so that all is loaded.</p>")
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for _ in pool.imap_unordered(work, rows(folder, kind), chunksize=CHUNK):
            pass
        pool.close()
        pool.join()


# --- the programs -------------------------------------------------------------------------------------------------------


def run_copydesk(kind: str, folder: Path, workers: int) -> None:
    """All pages of a folder through `copydesk run`."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as output:
        subprocess.run(
            [
                sys.executable, "-m", "copydesk.pipeline.cli", "run", str(folder), "--output", f"{output}/run",
                "--workers", str(workers), "--quiet", "--set", "run.max_rejected=1.0",
                "--set", f'read.fields.{kind}=["{kind}"]',
            ],
            check=True,
        )  # fmt: skip


def run_datatrove(python: str, kind: str, folder: Path, workers: int) -> None:
    """All pages of a folder through datatrove."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as output:
        done = subprocess.run(
            [python, str(TROVE), kind, str(folder), output, str(workers)], capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr.decode()[-2_000:])


# --- side by side -------------------------------------------------------------------------------------------------------


def timed(what: Callable[[], None]) -> Took:
    """How long it takes, what all its processes cost, and how much memory they hold at most."""
    peak, over = [0], threading.Event()

    def watch() -> None:
        me = psutil.Process()
        while not over.wait(SAMPLE_SECONDS):
            peak[0] = max(peak[0], held(me))

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    what()
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    over.set()
    watcher.join()
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak[0] / 1e6)


def compare(kind: str, folders: Sequence[Path], number: int, rounds: int, place: Path, python: str | None) -> None:
    """Run all in turns, and print their rates and the ratios."""
    folder, few = place / kind, place / f"{kind}-few"
    collect(folders, kind, number, folder)
    few.mkdir()
    two = itertools.islice(rows(folder, kind), 2)
    (few / "few.jsonl").write_text("".join(json.dumps({kind: page}) + "\n" for page in two))
    start = min((timed(lambda: run_copydesk(kind, few, WORKERS)) for _ in range(2)), key=lambda took: took.wall)
    peers: dict[str, Callable[[], None]] = {"pool": lambda: run_pool(kind, folder, WORKERS)}
    if python:
        peers["datatrove"] = lambda: run_datatrove(python, kind, folder, WORKERS)
    peers["copydesk"] = lambda: run_copydesk(kind, folder, WORKERS)
    took: dict[str, list[Took]] = {name: [] for name in peers}
    for turn in range(rounds):
        for name, run in peers.items():
            took[name].append(timed(run))
        print(f"  round {turn + 1}: " + ", ".join(f"{name} {runs[-1].wall:.1f} s" for name, runs in took.items()), flush=True)
    best = {name: Took(*map(min, zip(*(astuple(run) for run in runs), strict=True))) for name, runs in took.items()}
    ours = best["copydesk"]
    bare = Took(max(ours.wall - start.wall, 0.001), ours.cpu - start.cpu, ours.peak)
    print(f"  {'':26} {'pages a second':>14} {'CPU ms a page':>14} {'peak MB':>9}   copydesk is faster by")
    for name, one in {**best, f"  without {start.wall:.1f} s of start": bare}.items():
        ratio = "" if name not in peers or name == "copydesk" else f"{one.wall / ours.wall:.2f}"
        asked = f" (wanted: {ASKED[kind, name]})" if (kind, name) in ASKED else ""
        print(f"  {name:26} {number / one.wall:14.1f} {one.cpu / number * 1e3:14.1f} {one.peak:9.0f}   {ratio}{asked}")


def scale(kind: str, folders: Sequence[Path], number: int, rounds: int, place: Path) -> None:
    """Run Copydesk with one worker and with two, in turns."""
    folder = place / kind
    collect(folders, kind, number, folder)
    took: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, walls in took.items():
            walls.append(timed(lambda workers=workers: run_copydesk(kind, folder, workers)).wall)  # type: ignore[misc]
    one, two = min(took[1]), min(took[2])
    print(f"  one worker {number / one:.1f} pages a second, two {number / two:.1f}: {one / two:.2f} times")


def main() -> None:
    """Compare over pages of HTML, and over text dumps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", nargs="*", type=Path, default=[DATA / folder for folder in HTML], metavar="FOLDER")
    parser.add_argument("--text", nargs="*", type=Path, default=[DATA / folder for folder in TEXT], metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} pages, one round: the start weighs more than it should")
    parser.add_argument("--datatrove", metavar="PYTHON", help="of an environment that has datatrove")
    parser.add_argument("--scaling", action="store_true", help="one worker against two")
    options = parser.parse_args()
    number, rounds = (QUICK, 1) if options.quick else (options.pages, options.rounds)
    place = Path(tempfile.mkdtemp())
    try:
        for kind, folders in (("html", options.html), ("text", options.text)):
            if folders and options.scaling:
                scale(kind, folders, number, rounds, place)
            elif folders:
                compare(kind, folders, number, rounds, place, options.datatrove)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
