"""How often the topic of a story is named rightly: labelled news, and items written for this project by class and by kind.

    python benchmarks/topics.py DATA [--wrong]

DATA is the folder of labelled data. The layer over the terms (`transforms.tag.topic_model`) learns from all of these
texts, so each is named by weights that have learned from no text of its fold. The own items
(`tests/cases/tag/topic_items.toml`) are a test of the terms: whoever chooses terms by the items that `--wrong` prints has spent
them.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training import topics as training
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Topic
from copydesk.transforms.tag import name_topics
from copydesk.transforms.tag.topics import rank_topics

ITEMS: Final = Path(__file__).parents[1] / "tests" / "cases" / "tag" / "topic_items.toml"
KINDS: Final = ("easy", "mixed", "dry")
REPEATS: Final = 5
"""Divisions into folds over which the figures vary."""
BINS: Final = 10
CORPORA: Final[Mapping[str, str]] = {
    "masakhanews_en": "news articles, 6 classes",
    "sib200": "single sentences, 6 classes",
    "items": "own short items, 17 classes",
    "articles": "own articles, 17 classes",
}
LABELLED: Final = ("masakhanews_en", "sib200")
"""Those that are told by class here; the own items have a section of their own."""
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
    parser.add_argument("data", type=Path, help="folder of labelled data")
    parser.add_argument("--wrong", action="store_true", help="every item that is named wrongly or not at all")
    arguments = parser.parse_args()
    rules = load_rules()
    items = measure(arguments.data, rules)
    print(learned_section(arguments.data, rules))
    print(section(items, rules))
    if arguments.wrong:
        for item in items:
            if not item.right:
                given = ", ".join(f"{topic.name} {topic.score:.2f}" for topic in item.topics) or "nothing"
                print(f"{rules.taxonomy[item.gold[0]].name}, named {given}: {item.text}")


@cache
def fold_models(data: Path, seed: int = 0) -> dict[tuple[str, str], Any]:
    """For each labelled text, by its set and id, the layer that has learned from no text of its fold."""
    rules = load_rules(trained=False)
    examples = training.load_examples(data, ITEMS.parent, rules)
    return {(one.corpus, one.id): model for one, model in training.cross_validate(examples, rules, seed)}


def fold_rules(data: Path, corpus: str, identity: str, rules: Rules) -> Rules:
    """The rules by which a labelled text is named under test."""
    return replace(rules, topic_model=fold_models(data)[corpus, identity])


def measure(data: Path, rules: Rules) -> list[Named]:
    """Every item, and its topics by weights that have not seen its fold."""
    rows: list[dict[str, Any]] = tomllib.loads(ITEMS.read_text("utf-8"))["item"]
    return [
        Named(
            text=row["text"],
            kind=row["kind"],
            gold=tuple(row["gold"]),
            second=row["second"],
            topics=name_topics(row.get("headline"), row["text"], "en", fold_rules(data, "items", str(number), rules)),
        )
        for number, row in enumerate(rows)
    ]


def learned_section(data: Path, rules: Rules) -> str:
    """Accuracy, silence and calibration of every set, over several divisions into folds, as a part of docs/quality.md."""
    runs = [_answers(data, rules, seed) for seed in range(REPEATS)]
    rows = []
    for corpus, name in CORPORA.items():
        right = [fmean(correct for _, correct, _ in run[corpus]) for run in runs]
        said = fmean(answered for run in runs for _, _, answered in run[corpus])
        errors = fmean(_calibration_error(run[corpus]) for run in runs)
        number = len(runs[0][corpus])
        figures = (fmean(right), min(right), max(right), said, errors)
        rows.append(f"| {name} | {number} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    silent = fmean(not answered for run in runs for _, _, answered in run["nothing"])
    head = (
        "A layer of weights says what the evidence of terms is worth. It learns from all of these sets, so each text is\n"
        f"named by weights that learned from none of its fold: {training.FOLDS} folds, {REPEATS} times over. "
        "That is not nested: what an\n"
        "example of each set counts, the ridge, the least score, what a headline counts and "
        "when a topic of the second level is\n"
        "given were chosen on the same texts, some on these very folds, so the figures flatter a little. The weights\n"
        "that are shipped have learned from all of them. Both labelled sets lack eleven of the 17 classes, none of which\n"
        "is kept from being named. Calibration error: how far the score of the best topic is from how often it is right,\n"
        "over ten bins. What is given no topic counts as wrong. Of\n"
        f"{len(runs[0]['nothing'])} own texts about nothing, each with words that news says, {silent:.3f} are given no topic."
    )
    columns = "| texts | number | accuracy | lowest | highest | answered | calibration error |"
    tables = [line for corpus in LABELLED for line in _class_table(data, corpus, rules)]
    return "\n".join(["## Topics", "", head, "", columns, "| --- " * 7 + "|", *rows, "", *tables])


def _class_table(data: Path, corpus: str, rules: Rules) -> list[str]:
    """A labelled set by class, named by weights that learned from no text of its fold."""
    models, least = fold_models(data), rules.settings.tag.topic_min_score
    named = []
    for one in training.load_examples(data, ITEMS.parent, rules):
        if one.corpus == corpus:
            ranked = rank_topics(one.totals, one.words, "en", models[corpus, one.id])[:1]
            topics = tuple(Topic(code=top, name="", top=top, score=score) for top, score in ranked if score >= least)
            named.append(Named(text=one.id, kind="", gold=tuple(sorted(one.gold)), second="", topics=topics))
    classes = sorted({item.gold_class for item in named})
    columns = f"| {CORPORA[corpus]}, by class | recall | precision | answered | taken for |"
    return [columns, "| --- " * 5 + "|", *(_class_row(code, named, rules) for code in classes), ""]


def _answers(data: Path, rules: Rules, seed: int) -> dict[str, list[tuple[float, bool, bool]]]:
    """For each set and text: the score of the best topic, named or not, whether it is named and right, whether one is named."""
    models = fold_models(data, seed)
    least = rules.settings.tag.topic_min_score
    found: dict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
    for one in training.load_examples(data, ITEMS.parent, rules):
        ranked = rank_topics(one.totals, one.words, "en", models[one.corpus, one.id])
        top, score = ranked[0] if ranked else ("", 0.0)
        found[one.corpus].append((score, score >= least and top in one.gold, score >= least))
    return found


def _calibration_error(answers: Sequence[tuple[float, bool, bool]]) -> float:
    """Expected calibration error of what is named."""
    bins: dict[int, list[float]] = defaultdict(list)
    for score, right, answered in answers:
        if answered:
            bins[min(int(score * BINS), BINS - 1)].append(score - right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / max(sum(map(len, bins.values())), 1)


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
        "the best topic is judged at the top level, and an item that is named nothing counts as wrong.\n"
        "Each is named by weights that learned from no item of its fold.\n\n"
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
