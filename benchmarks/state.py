"""What a nightly run pays for the size of its state: CPU seconds and peak memory of each part, in a process of its own.

    python benchmarks/state.py [STORIES ...]      default: 10000 100000

The state holds so many sources of one story each, in 30 runs; tonight brings 1,000 stories, 50 of them copies of published
ones, and 50 changed sources. Texts are made-up words. The graphs, which cost the same without a state, are not part of it.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.staging import records as staging
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.compacting import compact
from copydesk.pipeline.state.prior import Standings, gather_prior
from copydesk.pipeline.state.seen import known_digests
from copydesk.pipeline.state.verifying import verify
from copydesk.pipeline.state.versions import find_changes
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.sketches import fold_words, sketch, to_base64

RUNS = 30
TONIGHT = 1_000
COPIES = 50
WORDS = 300


def fingerprint(number: int, text: int) -> Fingerprint:
    """Of story `number`, whose words depend on `text`."""
    chance = random.Random(text)
    words = fold_words(" ".join(f"{chance.getrandbits(40):x}" for _ in range(WORDS)))
    made = sketch(words)
    return Fingerprint(
        story=f"{number:032x}", exact=f"{text:032x}", whole=False, published=None, characters=len(words), words=made.words,
        keys=to_base64(made.keys), pairs=to_base64(made.pairs), figures=to_base64(made.figures),
    )  # fmt: skip


def source(number: int, version: int = 0) -> dict[str, object]:
    """The row of a source."""
    row = {"uri": f"/srv/inbox/2026/page-{number:09d}.html", "sha256": f"{version:08x}{number:056x}", "outcome": "document"}
    rest = {"stage": None, "error": None, "under": "0" * 16, "stories": [f"{version << 64 | number:032x}"], "same_as": None}
    return row | rest | {"gone": False}


def build(folder: str, stories: int) -> None:
    """A state of so many stories."""
    for run in range(RUNS):
        numbers = range(stories * run // RUNS, stories * (run + 1) // RUNS)
        store = stores.create_or_open(folder)
        rows = {
            "sources": map(source, numbers),
            "fingerprints": (to_line(asdict(fingerprint(number, number))) for number in numbers),
        }
        name = f"run-{run:02d}"
        entry = stores.RunEntry(
            id=name, number=run + 1, before=store.head, started="2026-01-01T00:00:00+00:00", output="", counts={},
            files=stores.write_data(folder, name, rows), runs=(name,),
        )  # fmt: skip
        stores.commit(folder, entry)


def measure(stories: int) -> None:
    """Print what each part costs."""
    with tempfile.TemporaryDirectory() as place:
        folder = str(Path(place) / "state")
        build(folder, stories)
        out = staging.HashedFile(place, "tonight.fingerprints.jsonl", "fingerprints")
        for number in range(TONIGHT):
            copied = number if number < COPIES else 10**9 + number
            out.write(to_line(asdict(fingerprint(1 << 64 | (stories - 1 - number), copied))))
        shard = staging.StagedShard(name="tonight", sources=(), files=(out.close(),), counts={})
        tonight = [source(stories - 1 - number, version=1) for number in range(COPIES)]
        clock = time.process_time()

        def lap(what: str) -> None:
            nonlocal clock
            now = time.process_time()
            print(f"{stories:>9,} {what:<34}{now - clock:>8.2f} s CPU")
            clock = time.process_time()

        store = stores.open_state(folder)
        lap("open")
        size = len(known_digests((row for _, row in store.rows("sources")), "0" * 16))
        lap(f"table of known sources ({size:,} B)")
        changes = find_changes(store, tonight, frozenset())
        lap("changed sources")
        standings = Standings.read(store)
        prior = gather_prior(store, standings, changes, place, [shard], default_settings().duplicates)
        lap(f"fingerprints ({sum(s.files[0].records for _, s in prior.placed)} matter tonight)")
        print(f"{stories:>9,} peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, state "
              f"{sum(run.size for run in store.runs) / 1e6:.0f} MB")  # fmt: skip
        faults = list(verify(store))
        lap(f"verify ({len(faults)} faults)")
        compact(store)
        lap("compact")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        measure(int(sys.argv[2]))
    else:
        for size in sys.argv[1:] or ["10000", "100000"]:
            subprocess.run([sys.executable, __file__, "--one", size], check=True)
