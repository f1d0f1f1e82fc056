"""A worker process: Beam's own, but quiet, and gone when what started it is.

Beam's worker tells standard error of every channel that it opens, before it has read how much it should tell; and when the
launcher is killed it works on until it next speaks to it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

POLL_SECONDS: Final = 1.0


def load() -> None:
    """Import what the worker needs."""
    from apache_beam.runners.worker import sdk_worker_main  # noqa: F401, PLC0415

    from copydesk.pipeline import graphs  # noqa: F401, PLC0415


def main(_: Sequence[str] = ()) -> None:
    """Serve the launcher until it has no more work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the launcher ends this one
    threading.Thread(target=leave_with, args=(os.getppid(),), name="launcher watch", daemon=True).start()
    logging.getLogger().addHandler(logging.NullHandler())  # else Beam's first warning sets up one for standard error
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - Beam prints there what it sends the launcher
    from apache_beam.runners.worker import sdk_worker_main  # noqa: PLC0415 - after the handler is there

    from copydesk.pipeline.resources import close_desks  # noqa: PLC0415

    logging.getLogger("apache_beam").setLevel(logging.WARNING)
    logging.getLogger(sdk_worker_main.__name__).setLevel(logging.ERROR)  # it warns of a folder that a local run does not need
    sdk_worker_main.main(sys.argv)
    close_desks()


def leave_with(parent: int) -> None:
    """End this process as soon as it is no longer the child of that one; for a thread of its own."""
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
