"""Cross-validation by site: pages are read by weights that learned from no page of their sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.pipeline.training.pages import Example

FOLDS: Final = 5
SCROLL_FOLDS: Final = 3
"""Scroll pages are joined from several sites, so they have folds of their own: whatever shares a site with one is left out."""
TESTED: Final = frozenset({"pages", "single", "scroll"})


@dataclass(frozen=True, slots=True)
class Fold:
    """Pages to learn from, and pages of other sites to test on."""

    training: tuple[Example, ...]
    test: tuple[Example, ...]


def cut_folds(examples: Sequence[Example]) -> list[Fold]:
    """The folds of a set of labelled pages; every page of a tested corpus is in one test.

    Sites are dealt out in turn, pages of several stories and of one apart, so that each fold has its share of both.
    """
    sites: dict[str, list[Example]] = {}
    for example in examples:
        if example.corpus in TESTED - {"scroll"}:
            sites.setdefault(example.site, []).append(example)
    order = sorted(sites, key=lambda site: (sites[site][0].corpus, len(sites[site][0].stories) > 1, site))
    tests: list[list[Example]] = [[] for _ in range(FOLDS)]
    for number, site in enumerate(order):
        tests[number % FOLDS] += sites[site]
    scrolls = [example for example in examples if example.corpus == "scroll"]
    tests += [scrolls[number::SCROLL_FOLDS] for number in range(SCROLL_FOLDS)]
    return [_fold(examples, test) for test in tests if test]


def _fold(examples: Sequence[Example], test: Sequence[Example]) -> Fold:
    sites = frozenset[str]().union(*(example.sites for example in test))
    names = {example.name for example in test}
    training = [example for example in examples if not example.sites & sites and example.name not in names]
    return Fold(training=tuple(training), test=tuple(test))
