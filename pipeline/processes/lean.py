"""Importing Beam without what no run of Copydesk uses of it: a third of the time that it takes.

Beam imports pandas, and its connectors to Google's services with all that they need, wherever they are installed, whether a
program uses them or not; where they are missing, it goes without. For the command's own processes they are missing while Beam
is imported, and there again afterwards for whoever asks for them. A program that uses Copydesk as a library imports Beam as
it always does: there the same process may have a use for them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

UNUSED: Final = ("pandas", "apache_beam.io.gcp.bigquery")
"""What Beam imports and a local run has no use for. Measured: Beam takes 0.6 s of CPU time without them, 0.95 s with them;
the first is a third of a second by itself, the second brings Google's clients of HTTP with it."""


@contextmanager
def unused_missing() -> Iterator[None]:
    """While this lasts, importing what is of no use fails as if it were not installed; what is there already stays."""
    missing = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # None is how an import is told to fail
    try:
        yield
    finally:
        for name in missing:
            sys.modules.pop(name, None)
