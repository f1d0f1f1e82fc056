"""What a worker of Beam does in tests: as its environment says."""

from __future__ import annotations

import os
from collections.abc import Sequence

import forked


def main(_: Sequence[str]) -> None:
    """Leave, or stay."""
    forked.main([os.environ["DO"] if os.environ["DO"] != "pid" else "sleep"])
