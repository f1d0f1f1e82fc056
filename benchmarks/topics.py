"""How often the topic of a short news item is named rightly, by class and by kind of item.

    python benchmarks/topics.py [--wrong]

The items were written for this project (`tests/cases/tag/topic_items.toml`). They are a test: whoever chooses terms by the
items that `--wrong` prints has spent them.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Topic
from copydesk.transforms.tag import name_topics

ITEMS: Final = Path(__file__).parents[1] / "tests" / "cases" / "tag" / "topic_items.toml"
KINDS: Final = ("easy", "mixed", "dry")
TAKEN_FOR: Final = 3
"""Wrong topics listed for a class."""


@dataclass(frozen=True, slots=True)
class Named:
    """An item, and the topics that it was given, best first."""

    text: str
    kind: str
    gold: tuple[str, ...]
    second: str
    topics: tuple[Topic, ...]

    @property
    def top(self) -> str | None:
        """The top-level code that decides, None where nothing was named."""
        return self.topics[0].top if self.topics else None

    @property
    def right(self) -> bool:
        """Whether the best topic is one that an editor would accept."""
        return self.top in self.gold

    @property
    def gold_class(self) -> str:
        """The row of the table: what it was rightly named, or else its first code."""
        return self.top if self.top in self.gold else self.gold[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="every item that is named wrongly or not at all")
    arguments = parser.parse_args()
    rules = load_rules()
    items = measure(rules)
    print(section(items, rules))
    if arguments.wrong:
        for item in items:
            if not item.right:
                given = ", ".join(f"{topic.name} {topic.score:.2f}" for topic in item.topics) or "nothing"
                print(f"{rules.taxonomy[item.gold[0]].name}, named {given}: {item.text}")


def measure(rules: Rules) -> list[Named]:
    """Every item, and its topics by the rules."""
    rows: list[dict[str, Any]] = tomllib.loads(ITEMS.read_text("utf-8"))["item"]
    return [
        Named(
            text=row["text"],
            kind=row["kind"],
            gold=tuple(row["gold"]),
            second=row["second"],
            topics=name_topics(row.get("headline"), row["text"], "en", rules),
        )
        for row in rows
    ]


def section(items: Sequence[Named], rules: Rules) -> str:
    """The figures as a part of docs/quality.md."""
    answered = [item for item in items if item.topics]
    right = [item for item in items if item.right]
    classes = sorted({item.gold[0] for item in items})
    f1 = sum(_class_f1(code, items) for code in classes) / len(classes)
    said = len(answered) / len(items)
    below = [item for item in right if item.topics[0].code != item.top]
    given = len(below) / max(len(right), 1)
    second = sum(item.topics[0].code == item.second for item in below) / max(len(below), 1)
    head = (
        f"{len(items)} news items of 27 to 48 words in English, written for this project apart from its terms;\n"
        "the best topic is judged at the top level, and an item that is named nothing counts as wrong.\n\n"
        f"Accuracy {_accuracy(items):.3f}, macro F1 {f1:.3f}, answered {said:.3f}, right where answered\n"
        f"{_accuracy(answered):.3f}. Of the right ones {given:.3f} are given a topic of the second level,\n"
        f"and {second:.3f} of these the one that they are about."
    )
    kinds = "; ".join(f"{kind} {_accuracy([item for item in items if item.kind == kind]):.3f}" for kind in KINDS)
    rows = [_class_row(code, items, rules) for code in classes]
    columns = "| topic | recall | precision | answered | taken for |"
    body = [f"Accuracy by kind of item: {kinds}.", "", columns, "| --- | --- | --- | --- | --- |", *rows, ""]
    return "\n".join(["## Topics of short news items", "", head, "", *body])


def _accuracy(items: Sequence[Named]) -> float:
    return sum(item.right for item in items) / max(len(items), 1)


def _shares(code: str, items: Sequence[Named]) -> tuple[float, float]:
    """Recall and precision of a class."""
    hits = sum(item.top == code and item.right for item in items)
    gold = sum(item.gold_class == code for item in items)
    return hits / max(gold, 1), hits / max(sum(item.top == code for item in items), 1)


def _class_f1(code: str, items: Sequence[Named]) -> float:
    recall, precision = _shares(code, items)
    return 2 * recall * precision / max(recall + precision, 1e-9)


def _class_row(code: str, items: Sequence[Named], rules: Rules) -> str:
    """A row of the table: most common wrong names first, ties by code."""
    recall, precision = _shares(code, items)
    own = [item for item in items if item.gold_class == code]
    answered = sum(bool(item.topics) for item in own) / max(len(own), 1)
    wrong = Counter(item.top for item in own if item.top and not item.right)
    taken = sorted(wrong.items(), key=lambda entry: (-entry[1], entry[0]))[:TAKEN_FOR]
    named = "; ".join(f"{rules.taxonomy[top].name} {count}" for top, count in taken)
    return f"| {rules.taxonomy[code].name} | {recall:.3f} | {precision:.3f} | {answered:.3f} | {named} |"


if __name__ == "__main__":
    main()
