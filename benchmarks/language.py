"""How often the language of a text is named rightly, by its length, as it stands and in ALL CAPS; what that costs.

    python benchmarks/language.py DATA [--wrong]

DATA holds `labels/languages.jsonl`: texts of 8 to 500 characters in 47 languages. Headlines of a few words in 62 languages,
written for this project, are measured beside them (`tests/cases/tag/headlines.toml`). `--wrong` prints every headline that is
named wrongly; the labelled texts are a test, and are not shown. Seconds are CPU time.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.settings import TagSettings
from copydesk.transforms.tag import detect_language
from copydesk.transforms.tag.detectors import shared_detectors

HEADLINES: Final = Path(__file__).parents[1] / "tests" / "cases" / "tag" / "headlines.toml"
LIMITS: Final = (30, 75, 150)
"""Characters: the upper ends of the lengths that are told apart."""
SPEED_TEXTS: Final = 2_000
SPEED_CHARACTERS: Final = 500
Text = tuple[str, str]
"""Tag and text."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", action="store_true", help="every headline that is named wrongly")
    arguments = parser.parse_args()
    settings = load_rules().settings.tag
    print(f"load: {load_cost()}")
    texts = labelled(arguments.data)
    print(f"texts of {SPEED_CHARACTERS} characters a second: {speed(texts, settings):,.0f}")
    print(section(measure(arguments.data, settings)))
    if arguments.wrong:
        for gold, text in headlines():
            tag, score = detect_language(text, settings)
            if not same(tag, gold):
                print(f"{gold}, named {tag} ({score:.2f}): {text}")


def labelled(data: Path) -> list[Text]:
    """The labelled texts."""
    lines = (data / "labels" / "languages.jsonl").read_text("utf-8").splitlines()
    return [(row["gold"], row["text"]) for row in map(json.loads, lines)]


def headlines() -> list[Text]:
    """The project's own."""
    several: dict[str, list[str]] = tomllib.loads(HEADLINES.read_text("utf-8"))["headlines"]
    return [(tag, text) for tag, texts in several.items() for text in texts]


def same(tag: str | None, gold: str) -> bool:
    """Whether two tags name one language, in whatever script."""
    return (tag or "").partition("-")[0] == gold.partition("-")[0]


def length_of(text: str) -> str:
    """The row of the table that a text belongs to."""
    return next((f"up to {limit} characters" for limit in LIMITS if len(text) <= limit), "longer")


def measure(data: Path, settings: TagSettings) -> dict[str, list[float]]:
    """Row -> the share that is named rightly, as the texts stand and in ALL CAPS, null in place of a name, and the number."""
    right: dict[str, Counter[int]] = {}
    for texts, own in ((labelled(data), None), (headlines(), "own headlines")):
        for gold, text in texts:
            row = right.setdefault(own or length_of(text), Counter())
            tag = detect_language(text, settings)[0]
            row.update({0: same(tag, gold), 1: same(detect_language(text.upper(), settings)[0], gold), 2: tag is None, 3: 1})
    return {name: [*(row[part] / row[3] for part in range(3)), row[3]] for name, row in sorted(right.items(), key=_order)}


def _order(entry: tuple[str, object]) -> int:
    names = [*(f"up to {limit} characters" for limit in LIMITS), "longer", "own headlines"]
    return names.index(entry[0])


def section(figures: dict[str, list[float]]) -> str:
    """The figures as a part of docs/quality.md."""
    rows = [
        f"| {name} | {stands:.4f} | {caps:.4f} | {null:.4f} | {count:.0f} |"
        for name, (stands, caps, null, count) in figures.items()
    ]
    head = (
        "Share of texts in 47 languages whose language is named rightly; null counts as wrong. Nothing is learned from them;\n"
        "the weights of the two detectors are round numbers, near the best on either half of them. What py3langid itself was\n"
        "made from is not known. The headlines, in 62 languages, were written for this project before it was asked; their\n"
        "figures then helped to choose those weights."
    )
    names = "| texts | as they stand | ALL CAPS | null | number |"
    return "\n".join(["## Language", "", head, "", names, "| --- | --- | --- | --- | --- |", *rows, ""])


def load_cost() -> str:
    """What a process pays for the detectors, once."""
    process = psutil.Process()
    before, started = process.memory_info().rss, time.process_time()
    shared_detectors()
    return f"{time.process_time() - started:.2f} s, {(process.memory_info().rss - before) / 1e6:.0f} MB"


def speed(texts: Sequence[Text], settings: TagSettings) -> float:
    """Texts of `SPEED_CHARACTERS` a second of CPU time, made by repeating those that are not short."""
    long = [text for _, text in texts if len(text) > LIMITS[-1]]
    made = [(long[number % len(long)] * 4)[:SPEED_CHARACTERS] for number in range(SPEED_TEXTS)]
    started = time.process_time()
    for text in made:
        detect_language(text, settings)
    return SPEED_TEXTS / (time.process_time() - started)


if __name__ == "__main__":
    main()
