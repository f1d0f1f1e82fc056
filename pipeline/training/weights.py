"""Where learned weights are written: one line of JSON, in the file where an installed package reads them, or in another."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from copydesk.pipeline.shipped import configs


def add_output(parser: argparse.ArgumentParser, name: str) -> None:
    """The argument `--output`.

    Args:
        parser: of the command that learns.
        name: the file's path below `configs/`, which is meant where no other is given.
    """
    parser.add_argument("--output", type=Path, default=Path(str(configs())) / name, help="file of weights")


def write_weights(file: Path, weights: Any, *, ensure_ascii: bool = True) -> None:  # noqa: ANN401 - what JSON can hold
    """Write weights, and tell where they are and how long.

    Args:
        file: its folder is made where there is none.
        weights: what JSON can hold.
        ensure_ascii: letters beyond ASCII are escaped.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(weights, ensure_ascii=ensure_ascii, separators=(",", ":"))
    file.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{file}: {len(text.encode()):,} bytes\n")
