"""Chapters of long transcripts, cross-validated by talk.

    python benchmarks/chapters.py DATA [--work DIR]

DATA is the folder of labelled data; the scorer lies beside it, in `eval`. Each talk is cut by weights that learned from
other talks. Two rows: with the phrases of the language, and by vocabulary, questions and turns alone, as in languages
whose phrases are not known. `chapters_section` gives the same as a section of the report on quality.
"""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from copydesk.pipeline.chain import work
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training.chapters import FOLDS, cut_folds, learn_chapters, load_talks
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment.chapters import ChapterModel
from copydesk.transforms.shapes import Item, Source
from copydesk.transforms.write import write_records

SHARD: Final = "stories-00000-of-00001.jsonl"
KINDS: Final = {"phrases": "with the phrases of the language", "plain": "vocabulary, questions and turns alone"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("output/quality"), help="folder for outputs")
    parser.add_argument("--folds", type=int, default=FOLDS)
    arguments = parser.parse_args()
    sys.stdout.write(chapters_section(arguments.data, arguments.work, arguments.folds))


def chapters_section(data: Path, folder: Path, folds: int = FOLDS) -> str:
    """The section of the report: what the scorer says of every talk cut by weights of other talks."""
    rules = load_rules(trained=False)
    talks = load_talks(data / "chapters", rules)
    models = [
        ([talk.name for talk in test], ChapterModel.from_json(learn_chapters(training)))
        for training, test in cut_folds(talks, folds)
    ]
    rows = []
    for kind, name in KINDS.items():
        output = folder / f"chapters-{kind}"
        output.mkdir(parents=True, exist_ok=True)
        write_stories(data / "chapters", output / SHARD, models, rules, plain=kind == "plain")
        rows.append([name, *score(data, output)])
    head = ["features", "talks", "pk", "windowdiff", "pk_even", "pk_none", "f1", "ratio"]
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"## Chapters of long transcripts, cross-validated by talk in {folds} folds\n\n{table}\n"


def write_stories(
    folder: Path, shard: Path, models: Sequence[tuple[Sequence[str], ChapterModel]], rules: Rules, *, plain: bool,
) -> None:  # fmt: skip
    """Take each talk through the chain with the weights that have not seen it; `plain`: as if no phrases were known."""
    with shard.open("wb") as file:
        for names, model in models:
            held_out = dataclasses.replace(rules, chapters=dataclasses.replace(model, phrases=model.plain) if plain else model)
            for name in names:
                source = Source(uri=f"{name}.txt", sha256="0" * 64, format="txt", kind="transcript")
                item = Item(source=source, payload=(folder / f"{name}.txt").read_bytes())
                file.writelines(to_line(row) for row in write_records(work(item, held_out)).stories)


def score(data: Path, output: Path) -> list[str]:
    """The figures that the scorer prints on its last line."""
    command = [sys.executable, str(data.parent / "eval" / "score_chapters.py"), str(data / "chapters"), str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [part.partition("=")[2].strip() for part in done.stdout.strip().splitlines()[-1].split("  ")]


if __name__ == "__main__":
    main()
