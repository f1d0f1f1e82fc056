"""The weights of the last step: which role each line in and around a story has.

Only pages whose labels tell all roles teach it: where a label says no more than "not text", a deck and a menu are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from copydesk.pipeline.training.forest import ROLE_TREES, grow_classes
from copydesk.pipeline.training.pages import Example
from copydesk.transforms.extract.context import context_names
from copydesk.transforms.extract.heads import label_headlines
from copydesk.transforms.extract.labeller import Labeller
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.lines import packs_for
from copydesk.transforms.extract.roles import open_lines, table_of
from copydesk.transforms.extract.surroundings import surroundings_names
from copydesk.transforms.extract.verdict import certain_verdicts
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import ROLES

_WEIGHTS: Final[Mapping[str, float]] = {"pages": 3.0, "seed": 3.0, "made": 0.3}
"""How much a line of each corpus counts that tells all roles; the dumps, and what is carried over from HTML, do not."""
_TELLING: Final = frozenset({"deck", "section", "date", "promo", "subhead"})
"""Roles that pages have where all roles are labelled; the others know a byline and a caption at most."""
_RARE: Final = 0.3
"""Power of how much oftener than a role the commonest one stands, by which its lines count more."""


def learn_roles(looks: Iterable[tuple[Example, NDArray[np.float32]]], labeller: Labeller, rules: Rules) -> dict[str, Any]:
    """The trees that give lines their roles, as JSON.

    Args:
        looks: labelled pages, each with the log probabilities of a second look that has not seen it.
        labeller: the other steps.
        rules: phrase packs and settings.

    Raises:
        ValueError: no page's labels tell all roles.
    """
    rows, truth, weights = [], [], []
    names: tuple[str, ...] = ()
    for example, second in looks:
        if not _tells(example):
            continue
        page = _page_of(example, second, labeller, rules)
        near = [index for index in open_lines(page).tolist() if example.page.lines[index].role != "either"]
        names = names or (*example.signals.names, *context_names(example.signals), *surroundings_names(page))
        rows.append(table_of(page, np.array(near, np.intp)))
        truth += [ROLES.index(role) for index in near if (role := example.page.lines[index].role) != "either"]
        weights += [_WEIGHTS[example.corpus]] * len(near)
    if not rows:
        raise ValueError("no page's labels tell all roles")
    return grow_roles(np.concatenate(rows), np.array(truth), np.array(weights), names)


def _tells(example: Example) -> bool:
    """Whether a page's labels tell all roles; of pages that were joined of others some parts may, and some may not."""
    if example.corpus not in _WEIGHTS or example.page.family == "joined":
        return False
    return not _TELLING.isdisjoint(line.role for line in example.page.lines)


def grow_roles(
    table: NDArray[np.float32], truth: NDArray[np.int64], weights: NDArray[np.float64], names: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    """The trees, with the lines of rare roles counting more; so a role of fifty lines is not lost among a thousand."""
    shares = np.maximum(np.bincount(truth, weights, minlength=len(ROLES)), 1.0)
    balance = (shares.max() / shares) ** _RARE
    return grow_classes(table, truth, weights * balance[truth], names=names, classes=ROLES, growth=ROLE_TREES)


def _page_of(example: Example, second: NDArray[np.float32], labeller: Labeller, rules: Rules) -> Labelling:
    """A page as it is when its lines get their roles."""
    lines = example.signals.lines
    page = Labelling(
        lines=lines, packs=packs_for(example.document, rules), signals=example.signals,
        verdicts=certain_verdicts(lines, rules), reading=labeller.decide(example.signals, second),
    )  # fmt: skip
    label_headlines(page)
    return page
