"""`python -m copydesk.pipeline.training.chapters DATA`: learn where chapters start from talks whose makers set them.

DATA/chapters holds the talks: NAME.txt, a transcript, with NAME.json, `{"chapters": [{"word": int, "title": str}]}`,
`word` counting the transcript's words from 0. Two logistic regressions are fitted by Newton's method: one for languages
whose phrases are known, one for all others.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from copydesk.pipeline.chain import work
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.shipped import CHAPTERS
from copydesk.pipeline.training.weights import add_output, write_weights
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment.chapters import measure_talk
from copydesk.transforms.segment.talk import Floats, Talk, read_talk
from copydesk.transforms.shapes import Item, Source

FOLDS: Final = 10
LENGTHS: Final = {"chapter": 1_100.0, "growth": 0.65, "shortest": 400.0, "evenness": 2.0}
"""`Lengths` of the model, chosen by cross-validation. Makers set about fifteen chapters whatever the length, from 5,000
to 27,000 words, which would be a growth of 1; the rest is caution, since shorter and longer talks than these have not
been seen; so is the shortest, some three minutes. Other values of evenness from 1 to 3 and of growth from 0.4 to 0.9
change P_k by less than 0.015."""
WORTH: Final = 1.5
"""Log odds below even from which on a chapter is worth starting: at 1.75 P_k is worse by 0.02 (more chapters than
makers set), at 1.25 F1 by 0.03 (fewer)."""
NEAR: Final = 40.0
"""Words, the deviation of a Gaussian: a sentence so close to a chapter's start is half of one. Makers set chapters
before or after the question that opens them, by the second; a narrower target (25) costs 0.03 of
F1, a wider one (60) 0.003 of P_k."""
RIDGE: Final = 2_000.0
"""Weight of the penalty on squared weights: some hundred features are learned from few talks. At 200, P_k is worse by
0.01."""
STEPS: Final = 12
"""Of Newton's method; it converges in six."""
_PHRASES: Final = ("open_", "hold_", "led")
"""How the names of features begin that only languages with phrases have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledTalk:
    """A talk with the chapters that its maker set."""

    name: str
    talk: Talk
    features: dict[str, Floats]
    starts: tuple[float, ...]
    """Words of the talk before each chapter but the first."""


def load_talks(folder: Path, rules: Rules) -> list[LabelledTalk]:
    """All talks of a folder, in order of their names, as the chain gives them.

    Raises:
        FileNotFoundError: there is none.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"{folder}: no talks with chapters; the first argument names the folder of labelled data")
    return [_load_talk(path, rules) for path in files]


def _load_talk(path: Path, rules: Rules) -> LabelledTalk:
    payload = path.with_suffix(".txt").read_bytes()
    source = Source(uri=path.stem, sha256="0" * 64, format="txt", kind="transcript")
    document = work(Item(source=source, payload=payload), rules)
    (story,) = document.stories
    talk = read_talk(story.text, story.paragraphs)
    scale = int(talk.said[-1]) / len(payload.decode().split())
    words = (chapter["word"] for chapter in json.loads(path.read_text(encoding="utf-8"))["chapters"])
    return LabelledTalk(
        name=path.stem,
        talk=talk,
        features=measure_talk(talk, rules, document.language_hint),
        starts=tuple(sorted(word * scale for word in words if word)),
    )


def learn_chapters(talks: Sequence[LabelledTalk]) -> dict[str, Any]:
    """The weights of a `ChapterModel`, as they are written."""
    names = sorted(talks[0].features)
    plain = [name for name in names if not name.startswith(_PHRASES)]
    return {"lengths": LENGTHS, "phrases": _learn(talks, names), "plain": _learn(talks, plain)}


def cut_folds(talks: Sequence[LabelledTalk], folds: int = FOLDS) -> list[tuple[list[LabelledTalk], list[LabelledTalk]]]:
    """For each fold the talks to learn from and the talks to test on; each talk is tested once."""
    tests = [list(talks[number::folds]) for number in range(folds)]
    return [([talk for talk in talks if talk not in test], test) for test in tests if test]


def set_targets(talk: LabelledTalk) -> Floats:
    """How much of a chapter's start each unit is: 1 where one starts, less around it, by the words between."""
    position = talk.talk.said[:-1].astype(np.float64)
    targets = np.zeros(len(position))
    places = np.flatnonzero(talk.talk.free)[1:]
    for start in talk.starts:
        if len(places):
            nearest = places[np.argmin(np.abs(position[places] - start))]
            targets = np.maximum(targets, np.exp(-0.5 * ((position - position[nearest]) / NEAR) ** 2))
    return targets


def _learn(talks: Sequence[LabelledTalk], names: Sequence[str]) -> dict[str, Any]:
    """One regression over all places but the talks' first."""
    table = np.concatenate([np.stack([talk.features[name][1:] for name in names], axis=1) for talk in talks])
    targets = np.concatenate([set_targets(talk)[1:] for talk in talks])
    mean, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread < 1e-9] = 1.0  # a feature that these talks never have
    weight = fit_logistic((table - mean) / spread, targets)
    return {
        "features": list(names),
        "mean": _rounded(mean),
        "spread": _rounded(spread),
        "weight": _rounded(weight[:-1]),
        "bias": round(float(weight[-1]) + WORTH, 4),
    }


def fit_logistic(table: Floats, targets: Floats) -> Floats:
    """Weights of a ridge logistic regression, the bias last, by Newton's method; targets lie from 0 to 1."""
    table = np.column_stack([table, np.ones(len(table))])
    ridge = np.append(np.full(table.shape[1] - 1, RIDGE), 1e-6)
    weight = np.zeros(table.shape[1])
    for _ in range(STEPS):
        probability = 1 / (1 + np.exp(-table @ weight))
        slope = table.T @ (probability - targets) + ridge * weight
        curve = (table * (probability * (1 - probability))[:, None]).T @ table + np.diag(ridge)
        weight = weight - np.linalg.solve(curve, slope)
    return weight


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]


def main() -> None:
    """Learn from all talks, and write the weights where an installed package reads them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, help="folder of labelled data")
    add_output(parser, CHAPTERS)
    arguments = parser.parse_args()
    weights = learn_chapters(load_talks(arguments.data / "chapters", load_rules(trained=False)))
    write_weights(arguments.output, weights)


if __name__ == "__main__":
    main()
