"""What datatrove does with pages in JSON lines: its own reader, Trafilatura, FTFY and writer, on its local executor.

    PYTHON-OF-DATATROVE benchmarks/peers/trove.py html|text FOLDER OUTPUT WORKERS

`pages.py` calls it in an environment that has datatrove; it is told to find the same text as its users would ask for.
"""

from __future__ import annotations

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter


def main() -> None:
    """Read, extract, mend and write, in as many tasks as there are files."""
    kind, folder, output, workers = sys.argv[1:]
    steps = [
        JsonlReader(folder, text_key=kind, glob_pattern="*.jsonl"),
        *([Trafilatura(favour_precision=True, timeout=10)] if kind == "html" else []),
        FTFYFormatter(),
        JsonlWriter(f"{output}/pages", compression=None),
    ]
    executor = LocalPipelineExecutor(steps, tasks=int(workers) * 4, workers=int(workers), logging_dir=f"{output}/logs")
    executor.run()


if __name__ == "__main__":
    main()
