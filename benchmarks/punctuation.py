"""How well marks and capitals are restored: talks that nothing was learned from, stripped of both, against their own.

    python benchmarks/punctuation.py DATA [--talks 20] [--speed]

DATA holds `speech/speech.jsonl.gz`. The tenth of the talks that training holds back is put in small letters and its marks are
taken out; words are compared one by one. A sentence end is a full stop, a question or exclamation mark; a word has a capital
where any of its letters is one, and it is inside a sentence where it starts one neither in the talk nor in what is restored.
`--speed` prints the words a second of CPU time on this machine.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training.speech import TALKS
from copydesk.pipeline.training.talks import COMMA, QUESTION, STOP, Talk, is_held_back, read_talks
from copydesk.transforms.explain import apply_edits
from copydesk.transforms.repair.standing import standing_names
from copydesk.transforms.rules import Rules

KINDS: Final = ("sentence ends", "questions", "commas", "capitals", "capitals inside sentences")
Counts = Counter[tuple[str, str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--talks", type=int, help="only the first talks, for a look")
    parser.add_argument("--speed", action="store_true")
    arguments = parser.parse_args()
    talks = held_back(arguments.data)[: arguments.talks]
    start = time.process_time()
    print(section(talks))
    if arguments.speed:
        words = sum(len(talk.words) for talk in talks)
        print(f"{words / (time.process_time() - start):,.0f} words a second of CPU time, the comparison included")


def held_back(data: Path) -> list[Talk]:
    """The talks that nothing was learned from."""
    return [talk for talk in read_talks(data / TALKS) if is_held_back(talk.id)]


def section(talks: Iterable[Talk]) -> str:
    """The figures as a part of docs/quality.md."""
    rules = load_rules()
    counts: Counts = Counter()
    for talk in talks:
        counts += compare(talk, rules)
    rows = [f"| {kind} | {' | '.join(f'{value:.3f}' for value in figures(counts, kind))} |" for kind in KINDS]
    head = f"{counts['words', '']:,} words of {counts['talks', '']} talks, words changed: {counts['changed', '']}."
    return "\n".join(["## Speech without punctuation", "", head, "", "| what | precision | recall | f1 |",
                      "| --- | --- | --- | --- |", *rows, ""])  # fmt: skip


def compare(talk: Talk, rules: Rules) -> Counts:
    """Hits, inventions and misses of every kind in one talk, its names held together as in a run."""
    if rules.punctuator is None:
        raise SystemExit("no weights of punctuation; make train writes them")
    bare = " ".join(word.lower() for word in talk.words)
    text, _ = apply_edits(bare, rules.punctuator.restore(bare, (), standing_names(bare, rules)))
    found = text.split(" ")
    counts: Counts = Counter({("talks", ""): 1, ("words", ""): len(talk.words)})
    starts = talk.starts().tolist()
    ended = True
    for word, token, mark, start in zip(talk.words, found, talk.after.tolist(), starts, strict=True):
        given = token[-1] if len(token) > len(word) else ""
        counts["changed", ""] += token.removesuffix(given).lower() != word.lower()
        cased, wanted = token != token.lower(), word != word.lower()
        inside = not start and not ended
        ended = given in {".", "?"}
        for kind, told, true in (
            ("sentence ends", given in {".", "?"}, mark in {STOP, QUESTION}),
            ("questions", given == "?", mark == QUESTION),
            ("commas", given == ",", mark == COMMA),
            ("capitals", cased, wanted),
            ("capitals inside sentences", cased and inside, wanted and inside),
        ):
            counts[kind, f"{told:d}{true:d}"] += 1
    return counts


def figures(counts: Counts, kind: str) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    hits, invented, missed = (counts[kind, outcome] for outcome in ("11", "10", "01"))
    return hits / max(hits + invented, 1), hits / max(hits + missed, 1), 2 * hits / max(2 * hits + invented + missed, 1)


if __name__ == "__main__":
    main()
