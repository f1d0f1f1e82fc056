"""Python's search for cycles of garbage, put off while many objects are made of which none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = 100_000
"""New objects after which cycles are searched for: some 10 MB, and a few documents' worth. Python's own number is 700."""


@contextmanager
def no_collection() -> Iterator[None]:
    """Put the search for cycles off; afterwards it is as it was.

    It starts with every so many new objects. Where all of them are wanted, as when rules are loaded or a document is
    unpacked, it looks at them again and again for nothing: a third of the time for 20,000 names, two thirds for a page of
    10,000 blocks. The price: cycles that are dropped meanwhile stay until later.

    >>> with no_collection():
    ...     gc.isenabled()
    False
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def collect_seldom() -> None:
    """Search for cycles after many more new objects than Python does, for as long as this process lives.

    A document is some thousand objects, none of them in a cycle, and few outlive it: a search at every 700 new ones looks at
    most of them while they are needed, at 10 to 25 % of the time that a document takes; after 100,000 nearly all are gone. For
    processes that are ours alone, since what else runs in one may make cycles of a kind that has to go soon.
    """
    gc.set_threshold(SELDOM)
