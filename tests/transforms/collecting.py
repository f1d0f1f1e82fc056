"""What came out of a pipeline in this process: a runner pickles functions, so they find their list by its module."""

from __future__ import annotations

from typing import Any

FOUND: list[Any] = []


def collect(value: Any) -> None:
    """Keep one element."""
    FOUND.append(value)
