"""`python -m copydesk.pipeline.training.topics DATA`: learn what evidence of topic terms is worth.

DATA/labels holds news with topics: topics-NAME.jsonl, a row `{"id": str, "text": str, "gold": [code]}`. They know six of the 17
top-level topics only, so the layer learns as well from items written for this project, which know all of them, short and long,
and from texts about nothing. The layer is a multinomial logistic regression (`transforms.tag.topic_model`), convex, fitted
by Newton's method; what is a topic's own is drawn to nought by a ridge.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.shipped import TOPICS
from copydesk.pipeline.training.weights import add_output, write_weights
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment.talk import Floats
from copydesk.transforms.tag.topic_model import NOTHING, OWN, SHARED, UNLEARNED, TopicModel, read_signs
from copydesk.transforms.tag.topics import weigh_topics

LANGUAGE: Final = "en"
LABELS: Final = ("masakhanews_en", "sib200")
OWN_SETS: Final[Mapping[str, str]] = {
    "items": "topic_items.toml", "articles": "topic_articles.toml", "nothing": "topic_nothing.toml",
}  # fmt: skip
CASES: Final = Path("tests/cases/tag")
"""Where the project's own items lie, from the project's root."""
WEIGHT: Final[Mapping[str, float]] = {"items": 2.0, "articles": 3.0, "nothing": 2.0}
"""What an example counts; a labelled text counts 1. The labelled texts lack eleven topics, and by themselves teach
that there are
none of these; with such weights all topics are asked for about as much as the six."""
RIDGE: Final = 0.001
"""Of what is a topic's own, for examples that count 1 together. From 0.0003 to 0.003 makes no more of a difference
than the choice of
folds; 0.01 costs two points on full articles."""
SHARED_RIDGE: Final = 1e-6
STEPS: Final = 12
"""Newton's method has settled after about eight."""
HALVINGS: Final = 20
"""A step that leads uphill is halved so many times before learning ends."""
FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Example:
    """A text whose topic is known, as the layer sees it."""

    corpus: str
    id: str
    gold: tuple[str, ...]
    """Top-level codes that an editor would accept as the first one; `NOTHING` where there is none."""
    totals: Mapping[str, float]
    words: int


def load_examples(data: Path, cases: Path, rules: Rules) -> list[Example]:
    """All labelled texts and all own items.

    Raises:
        FileNotFoundError: a file is missing.
    """
    return [
        _example(corpus, number, row, rules)
        for corpus, rows in load_rows(data, cases).items()
        for number, row in enumerate(rows)
    ]


def load_rows(data: Path, cases: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each set.

    Raises:
        FileNotFoundError: a file is missing.
    """
    files = {name: data / "labels" / f"topics-{name}.jsonl" for name in LABELS}
    own = {name: cases / file for name, file in OWN_SETS.items()}
    for path in (*files.values(), *own.values()):
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such file; the arguments name the folders of labelled data and of own items")
    rows = {name: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for name, path in files.items()}
    return rows | {name: tomllib.loads(path.read_text("utf-8"))["item"] for name, path in own.items()}


def _example(corpus: str, number: int, row: Mapping[str, Any], rules: Rules) -> Example:
    found = weigh_topics(row.get("headline"), row["text"], LANGUAGE, rules)
    gold = tuple(row.get("gold", ())) or (NOTHING,)
    return Example(corpus, str(row.get("id", number)), gold, found.totals, found.words)


def fold_of(corpus: str, identity: str, seed: int = 0, folds: int = FOLDS) -> int:
    """The fold in which an example is tested: the same in every run, whatever stands before it."""
    digest = hashlib.sha256(f"{seed}:{corpus}:{identity}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % folds


def cross_validate(examples: Sequence[Example], rules: Rules, seed: int = 0) -> Iterator[tuple[Example, TopicModel]]:
    """Each example, with a layer that has not learned from it nor from any other of its fold."""
    folds = [fold_of(example.corpus, example.id, seed) for example in examples]
    for fold in range(FOLDS):
        model = learn_topics([one for one, at in zip(examples, folds, strict=True) if at != fold], rules)
        yield from ((one, model) for one, at in zip(examples, folds, strict=True) if at == fold)


def learn_topics(examples: Sequence[Example], rules: Rules) -> TopicModel:
    """The layer that examples teach, in numbers as they are written; the same for the same examples in the same order."""
    codes = (*sorted({node.top for node in rules.taxonomy.values()}), NOTHING)
    used = [example for example in examples if example.totals]  # without evidence nothing is asked
    task = _design(used, codes)
    ridge = np.append(np.full(len(SHARED), SHARED_RIDGE), np.full(len(OWN) * len(codes), RIDGE))
    origin = np.zeros(len(ridge))
    origin[0] = UNLEARNED.slope
    weight, loss = origin, _loss(task, origin)
    for _ in range(STEPS):
        slope, curve = _derivatives(task, weight)
        step = np.linalg.solve(curve + np.diag(ridge), slope + ridge * (weight - origin))
        for _ in range(HALVINGS):
            tried = weight - step
            new = _loss(task, tried) + 0.5 * float(ridge @ (tried - origin) ** 2)
            if new < loss:
                weight, loss = tried, new
                break
            step = step / 2
    own = weight[len(SHARED) :].reshape(len(codes), len(OWN))
    return TopicModel(
        language=LANGUAGE,
        own={code: _numbers(row) for code, row in zip(codes, own, strict=True)},
        **{name: round(float(value), 4) for name, value in zip(SHARED, weight, strict=False)},
    )


def _numbers(row: Floats) -> tuple[float, float, float]:
    bias, per_share, per_length = (round(float(number), 4) for number in row)
    return bias, per_share, per_length


@dataclass(frozen=True, slots=True)
class _Task:
    """What the weights are multiplied with, and what should come out; a row an example, a column a code."""

    shared: Floats
    """(examples, codes, 3)"""
    own: Floats
    """(examples, codes, 3)"""
    targets: Floats
    counts: Floats
    """What each example counts; together 1."""

    def logits(self, weight: Floats) -> Floats:
        """Log odds, but for a number of each example's own."""
        split = len(SHARED)
        own = weight[split:].reshape(self.own.shape[1], len(OWN))
        logits: Floats = self.shared @ weight[:split] + (self.own * own).sum(2)
        logits -= logits.max(1, keepdims=True)
        return logits


def _design(examples: Sequence[Example], codes: Sequence[str]) -> _Task:
    shared = np.zeros((len(examples), len(codes), len(SHARED)))
    own = np.ones((len(examples), len(codes), len(OWN)))
    targets = np.zeros((len(examples), len(codes)))
    for at, example in enumerate(examples):
        signs = read_signs(example.totals, example.words)
        shares = np.array([signs.shares.get(code, signs.absent) for code in codes])
        shared[at] = shares[:, None] * [1.0, signs.evidence, signs.length]
        own[at, :, 1], own[at, :, 2] = shares, signs.length
        for code in example.gold:
            targets[at, codes.index(code)] = 1 / len(example.gold)
    counts = np.array([WEIGHT.get(example.corpus, 1.0) for example in examples])
    return _Task(shared, own, targets, counts / counts.sum())


def _loss(task: _Task, weight: Floats) -> float:
    """The mean cross-entropy, in nats."""
    logits = task.logits(weight)
    chances = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    return -float(task.counts @ (task.targets * chances).sum(1))


def _derivatives(task: _Task, weight: Floats) -> tuple[Floats, Floats]:
    """Slope and curvature of the loss: of the shared weights first, then of each code's own, code by code."""
    split, (rows, codes, _) = len(SHARED), task.own.shape
    chances = np.exp(task.logits(weight))
    chances /= chances.sum(1, keepdims=True)
    wide = np.zeros((rows, codes, len(weight)))
    wide[:, :, :split] = task.shared
    for code in range(codes):
        at = split + code * len(OWN)
        wide[:, code, at : at + len(OWN)] = task.own[:, code]
    counts = task.counts[:, None]
    slope = np.einsum("nc,ncw->w", (chances - task.targets) * counts, wide)
    flat = wide.reshape(rows * codes, -1)
    mean = np.einsum("nc,ncw->nw", chances, wide)
    curve = flat.T @ (flat * (chances * counts).reshape(-1, 1)) - mean.T @ (mean * counts)
    return slope, curve


def as_json(model: TopicModel) -> dict[str, Any]:
    """The layer as it is written."""
    shared = {name: getattr(model, name) for name in SHARED}
    return {"language": model.language, **shared, "own": {code: list(row) for code, row in model.own.items()}}


def main() -> None:
    """Learn from all examples, and write the weights where an installed package reads them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of labelled data")
    parser.add_argument("--cases", type=Path, default=CASES, help="folder of the project's own items")
    add_output(parser, TOPICS)
    arguments = parser.parse_args()
    rules = load_rules(trained=False)
    weights = as_json(learn_topics(load_examples(arguments.data, arguments.cases, rules), rules))
    write_weights(arguments.output, weights)


if __name__ == "__main__":
    main()
