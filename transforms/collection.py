"""Python's search for cycles of garbage, put off while many objects are made of which none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
