"""How long Copydesk takes to start: for its help, for one text without Beam, for a run of one file in memory and with workers.

    python benchmarks/startup.py [--rounds 5]

Wall and CPU seconds of the whole command, the least of some rounds: a disturbance only ever makes slower.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGE = "Menu\n\nHarbour bridge opens a week early\n\nBy Ada Winter\n\nThe bridge over the harbour was opened on Monday.\n"
COMMAND = (sys.executable, "-m", "copydesk.pipeline.cli")


def took(*arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds of one call of the command."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*COMMAND, *arguments], check=True, capture_output=True, input=PAGE.encode())
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Call the command in four ways, in turns, and print the least of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "page.txt"
        page.write_text(PAGE, "utf-8")
        run = ("run", str(page), "--output", f"{place}/out", "--overwrite", "--quiet", "--workers")
        ways = {"--help": ("--help",), "clean": ("clean",), "run, in memory": (*run, "1"), "run, two workers": (*run, "2")}
        rounds = [{name: took(*arguments) for name, arguments in ways.items()} for _ in range(options.rounds)]
    for name in ways:
        wall, cpu = (min(turn[name][which] for turn in rounds) for which in (0, 1))
        print(f"{name:18} {wall:6.2f} s, CPU {cpu:6.2f} s")


if __name__ == "__main__":
    main()
