"""What a forked process does in tests."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    what, *more = arguments
    if what == "sleep":
        time.sleep(60)
    elif what == "tell":
        from copydesk.pipeline.processes import forkserver

        os.write(int(more[0]), f"{os.environ['WHO']} {os.getpid()} {forkserver.address()}".encode())
    elif what.startswith("leave"):
        sys.exit(int(what.split()[1]))
    elif what.startswith("signal"):
        os.kill(os.getpid(), int(what.split()[1]))
    else:
        raise ValueError(what)
