"""How often right text is changed: repairs asked of what people wrote, where each change is a fault or a matter of taste.

    python benchmarks/right_text.py DATA [--list] [--slice NUMBER]

DATA holds `repairs/*.ref.txt` and `speech/speech.jsonl.gz`. All references of the first are read, and as many talks of the
second as make `WORDS` words with them: those that the training of punctuation holds back, which nothing is learned from, or
with `--slice` another tenth of the talks. Each is taken for a transcript. `--list` prints every change and what stands
around it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training.speech import TALKS
from copydesk.pipeline.training.talks import HELD_BACK
from copydesk.transforms.decode import decode
from copydesk.transforms.repair import Consideration, consider
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Item, Source

WORDS: Final = 400_000
"""Of right text, the references included."""
AROUND: Final = 50
"""Characters shown on both sides of a change."""


@dataclass(frozen=True, slots=True)
class Made:
    """A change of right text."""

    name: str
    change: Consideration
    around: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--slice", type=int, default=0, choices=range(HELD_BACK), help="which tenth of the talks")
    arguments = parser.parse_args()
    words, changes = measure(arguments.data, load_rules(), arguments.slice)
    if arguments.list:
        for one in changes:
            print(f"{one.name}: {one.change.before!r} -> {one.change.after!r} ({one.change.rule}: {one.change.evidence})")
            print(f"    {one.around}")
    print(section(words, changes))


def measure(data: Path, rules: Rules, tenth: int = 0) -> tuple[int, list[Made]]:
    """The words read, and what was changed in them."""
    words, changes = 0, []
    for name, text in right_texts(data, tenth):
        if words >= WORDS:
            break
        words += len(text.split())
        changes += changes_of(name, text, rules)
    return words, changes


def right_texts(data: Path, tenth: int) -> Iterator[tuple[str, str]]:
    """Names and texts: the references, then talks of one tenth."""
    for path in sorted((data / "repairs").glob("*.ref.txt")):
        yield path.name, path.read_text("utf-8")
    with gzip.open(data / TALKS, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if hashlib.blake2b(row["id"].encode(), digest_size=8).digest()[0] % HELD_BACK == tenth:
                yield row["id"], row["text"]


def changes_of(name: str, text: str, rules: Rules) -> list[Made]:
    """The words that a text would be given instead of its own."""
    item = Item(source=Source(uri=name, sha256="0" * 64, format="txt", kind="transcript"), payload=text.encode())
    document = decode(item, rules)
    blocks = tuple(replace(block, role="body") for block in document.blocks)
    speech = replace(document, language_hint="en", blocks=blocks)
    return [
        Made(name, one, " ".join(speech.text[max(one.start - AROUND, 0) : one.start + AROUND].split()))
        for one in consider(speech, rules)
        if one.made
    ]


def section(words: int, changes: list[Made]) -> str:
    """The figures as a part of docs/quality.md."""
    by_rule = Counter(one.change.rule for one in changes)
    rows = [f"| {rule} | {count} |" for rule, count in [("all", len(changes)), *by_rule.most_common()]]
    head = f"What repairs would change in {words:,} words that people wrote, taken for transcripts."
    return "\n".join(["## Right text", "", head, "", "| rule | changes |", "| --- | --- |", *rows, ""])


if __name__ == "__main__":
    main()
