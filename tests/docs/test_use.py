"""What docs/use.md says: each of its blocks is run, with the libraries themselves, and what it prints stands below it.

The blocks are run in the order of the page, each in a process of its own, in one folder with the page's two runs. Those that
need a library which is no part of Copydesk are run by the Python that COPYDESK_RECIPES names; without it nothing is run here.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from pyarrow import parquet

from copydesk.pipeline.output.manifest import read_manifest
from copydesk.transforms.write import SCHEMAS, schema
from copydesk.transforms.write.columns import arrow_schema

from .recipes import RECIPES, ROOT, Block, blocks, call, trimmed, with_recipes

BLOCKS: Final = tuple(blocks((ROOT / "docs" / "use.md").read_text("utf-8")))[1:]
"""All but the first, which makes the runs (`folder`)."""
NEED: Final = re.compile(r"^(?:import|from) (?:datasets|duckdb|langchain_core|pandas|polars)\b", re.MULTILINE)
KINDS: Final = {"story": "stories", "document": "documents", "removed": "removed", "rejected": "rejected"}


def test_every_tool_has_a_recipe() -> None:
    """Each of the tools that the page is for has a recipe which is run and prints something."""
    assert {block.section for block in BLOCKS if block.printed} == {
        "Python, with types", "pandas", "Polars", "DuckDB", "PyArrow", "Hugging Face datasets", "A Beam pipeline of your own",
        "jq", "SQLite full-text search", "Passages for embeddings and retrieval", "Back to the original",
    }  # fmt: skip


@with_recipes
@pytest.mark.parametrize("block", BLOCKS, ids=[f"{number}-{block.section}" for number, block in enumerate(BLOCKS, 1)])
def test_a_recipe_prints_what_the_page_says(block: Block, folder: Path) -> None:
    """Run as it stands there, with the library itself."""
    python = RECIPES if NEED.search(block.code) else sys.executable
    program = [python, "-P", "-c"] if block.language == "python" else ["bash", "-e", "-c"]
    printed = trimmed(call([*program, block.code], folder))
    if block.printed is not None:
        assert (printed if block.ordered else sorted(printed)) == trimmed(block.printed)


@with_recipes
def test_every_record_is_what_the_printed_schema_says(folder: Path) -> None:
    """Each line of the run is valid against the JSON Schema of its kind, as `copydesk schema` prints it."""
    printed: dict[str, Any] = json.loads(call(["copydesk", "schema"], folder))
    assert printed == {name: schema(name) for name in SCHEMAS}
    for name, kind in KINDS.items():
        validator = jsonschema.Draft202012Validator(printed[name])
        lines = [line for path in (folder / "stories").glob(f"{kind}-*.jsonl") for line in path.read_text("utf-8").splitlines()]
        assert len(lines) == read_manifest(folder / "stories")["counts"][kind] > 0
        for line in lines:
            validator.validate(json.loads(line))


@with_recipes
def test_every_column_is_what_the_printed_schema_says(folder: Path) -> None:
    """Each Parquet file of the run has the columns, in order and with their types, that `copydesk schema --arrow` prints."""
    printed = dict(re.findall(r"^# (\w+)\n((?:[^#].*\n)+)", call(["copydesk", "schema", "--arrow"], folder), re.MULTILINE))
    for name in SCHEMAS:
        columns = arrow_schema(name)
        assert trimmed(printed[name]) == trimmed(columns.to_string(show_schema_metadata=False, truncate_metadata=False))
        paths = sorted((folder / "columns").glob(f"{KINDS[name]}-*.parquet"))
        assert all(parquet.read_schema(path).equals(columns) for path in paths)
        rows = sum(parquet.read_metadata(path).num_rows for path in paths)
        assert rows == read_manifest(folder / "columns")["counts"][KINDS[name]] > 0
