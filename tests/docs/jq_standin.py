"""`jq` where the program is not installed: its own library, which the package `jq` brings, behind the same few options."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jq


def main(arguments: list[str]) -> None:
    """Take `[-r] PROGRAM FILE...` as `jq` takes it, and print what it prints."""
    raw = arguments[0] == "-r"
    program, *names = arguments[raw:]
    compiled = jq.compile(program)
    for name in names:
        for result in compiled.input_text(Path(name).read_text("utf-8")):
            print(result if raw and isinstance(result, str) else json.dumps(result, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1:])
