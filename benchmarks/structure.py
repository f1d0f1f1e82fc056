"""What structure alone knows of the text of HTML pages: its weights fitted again, and how often it would ask the witness.

    python benchmarks/structure.py FOLDER... [--doubts 0.06 0.12 0.2] [--weights]

Every page of the folders is decoded and the witness asked about it. The weights of `copydesk.transforms.extract.structure` are
then fitted to its answers, five times without a fifth of the sites, and each page is judged by weights that saw nothing of its
site. For each doubt that may be allowed: the share of pages that would be shown to the witness, and of the words of the others
the share that is judged as the witness judges them. `--weights` prints those fitted to all pages, as they stand in the module.

A page weighs as much as another, a block by the root of its words. The site of a file is its name up to a number at its end
and an ending of one host name or another ("site-1", "site.org.page" are "site").
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.sources import find_sources
from copydesk.transforms.decode import decode
from copydesk.transforms.errors import SourceError
from copydesk.transforms.extract import content, extract_blocks
from copydesk.transforms.extract.markup_page import MarkupPage
from copydesk.transforms.extract.structure import WEIGHTS, describe_blocks, outline_page
from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import ExtractSettings
from copydesk.transforms.shapes import Item

Reals = NDArray[np.float64]
FOLDS: Final = 5
RIDGE: Final = 1.0
STEPS: Final = 12
"""Newton steps; the weights stand still after eight."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's blocks that are judged: their features, their words, and whether the witness confirms them."""

    fold: int
    rows: Reals
    words: Reals
    confirmed: Reals


def read_pages(folders: Sequence[str], rules: Rules) -> Iterator[Page]:
    """The pages on which the witness has a say."""
    for source in find_sources(folders):
        for _, item in read_items(source, rules.settings.read):
            if isinstance(item, Item) and (page := ask_about(item, rules)) is not None:
                yield page


def ask_about(item: Item, rules: Rules) -> Page | None:
    """One page, or None where it holds several articles, has no text or the witness is silent."""
    found: list[Page] = []
    hear = content._hear  # noqa: SLF001 - here the page and the witness's answer meet

    def listen(page: MarkupPage, markup: str, settings: ExtractSettings, likely: Sequence[bool], *, sure: bool) -> object:
        del sure  # the witness is to say what it can
        confirmed, reason = hear(page, markup, settings, likely, sure=False)
        rows = dict(describe_blocks(page, outline_page(page)))
        if confirmed is not None and rows:
            words = [page.lines[index].units for index in rows]
            told = [confirmed[index] for index in rows]
            found.append(Page(fold_of(item), np.array([*rows.values()], float), np.array(words), np.array(told, float)))
        return confirmed, reason

    with patch.object(content, "_hear", listen):
        try:
            extract_blocks(decode(item, rules), rules)
        except SourceError:
            return None
    return found[0] if found else None


def fold_of(item: Item) -> int:
    """The fold of an item's site."""
    name = PurePath(item.source.uri).name.split(".")[0]
    return zlib.crc32(re.sub(r"-?\d+$", "", name).encode()) % FOLDS


def fit(pages: Sequence[Page]) -> Reals:
    """Weights and, last, the bias: a ridge logistic regression by Newton's method."""
    rows = np.vstack([page.rows for page in pages])
    table = np.hstack([rows, np.ones((len(rows), 1))])
    wanted = np.concatenate([page.confirmed for page in pages])
    shares = [np.sqrt(np.maximum(page.words, 1.0)) for page in pages]
    weighs = np.concatenate([share / share.sum() for share in shares])
    weighs *= len(rows) / weighs.sum()
    ridge = np.append(np.full(rows.shape[1], RIDGE), 0.0)
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chance = chances(table, weights)
        slope = table.T @ (weighs * (chance - wanted)) + ridge * weights
        curve = (table * (weighs * chance * (1.0 - chance))[:, None]).T @ table + np.diag(ridge + 1e-9)
        weights -= np.linalg.solve(curve, slope)
    return weights


def chances(table: Reals, weights: Reals) -> Reals:
    """How likely each row is to be text."""
    found: Reals = 1.0 / (1.0 + np.exp(-np.clip(table @ weights, -30.0, 30.0)))
    return found


def judge(pages: Sequence[Page], fitted: Sequence[Reals]) -> list[tuple[float, float, float]]:
    """Of each page its doubt, its words, and how many of them are judged as the witness judges them."""
    found = []
    for page in pages:
        chance = chances(np.hstack([page.rows, np.ones((len(page.rows), 1))]), fitted[page.fold])
        text = chance > 0.5
        doubt = float((page.words * np.minimum(chance, 1.0 - chance)).sum() / max(float((page.words * text).sum()), 1.0))
        alike = text == (page.confirmed > 0.5)
        found.append((doubt, float(page.words.sum()), float((page.words * alike).sum())))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--doubts", type=float, nargs="+", default=[0.03, 0.06, 0.09, 0.12, 0.2])
    parser.add_argument("--weights", action="store_true", help="print the weights fitted to all pages")
    options = parser.parse_args()
    pages = list(read_pages(options.folder, load_rules(load_settings(sets=["extract.witness_doubt=0"]))))
    print(f"{len(pages)} pages, {sum(len(page.rows) for page in pages)} blocks")
    if options.weights:
        *weights, bias = fit(pages)
        for name, weight in zip(WEIGHTS, weights, strict=True):
            print(f'    "{name}": {weight:.3f},')
        print(f"BIAS: Final = {bias:.3f}")
    judged = judge(pages, [fit([page for page in pages if page.fold != fold]) for fold in range(FOLDS)])
    print("doubt  asked  words as the witness judges them, on the pages not asked about")
    for doubt in options.doubts:
        sure = [page for page in judged if page[0] < doubt]
        words = sum(words for _, words, _ in sure)
        print(f"{doubt:5.2f} {1 - len(sure) / len(judged):6.3f} {sum(alike for *_, alike in sure) / max(words, 1.0):6.4f}")


if __name__ == "__main__":
    main()
