"""Teasers behind an article on a text dump: short pieces that look like stories and advertise other pages.

A digest's stories are of one size; beside an article that holds most of a page's prose, pieces of a sentence or two are
teasers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from copydesk.transforms.extract.labelling import Head, Labelling

_MAIN_UNITS: Final = 200.0
"""Words of prose of a page's main article. Digests and blogs have stories so long too, but none that outweighs the rest."""
_MAIN_SHARE: Final = 0.5
"""Share of the page's prose that the main article has."""
_TEASER_UNITS: Final = 70.0
"""Words of a teaser: two sentences and a half."""
_TEASERS: Final = 2
"""Short pieces that make teasers of each other; a single one may be a brief that was appended."""


def drop_teasers(page: Labelling, heads: Sequence[Head]) -> list[Head]:
    """The heads of a page without those of teasers, whose prose is taken out of the page's anchors.

    Args:
        page: with its anchors; they are filled in anew.
        heads: every gap, with whether a story starts there.

    Harm: two briefs behind a long article of the same page are lost to the removed records.
    """
    begins = [head.gap.end for head in heads if head.starts]
    if not begins or begins[0] != page.anchors[0]:
        begins.insert(0, page.anchors[0] if page.anchors else 0)
    bounds = [bisect_left(page.anchors, begin) for begin in begins] + [len(page.anchors)]
    units = [sum(page.lines[i].units for i in page.anchors[first:last]) for first, last in pairwise(bounds)]
    main = max(range(len(units)), key=lambda i: (units[i], -i))
    if units[main] < max(_MAIN_UNITS, _MAIN_SHARE * sum(units)):
        return list(heads)
    small = {begins[i] for i in range(main + 1, len(units)) if units[i] <= _TEASER_UNITS}
    if len(small) < _TEASERS:
        return list(heads)
    dropped = {
        anchor
        for number, begin in enumerate(begins)
        if begin in small
        for anchor in page.anchors[bounds[number] : bounds[number + 1]]
    }
    page.anchors = [anchor for anchor in page.anchors if anchor not in dropped]
    for anchor in sorted(dropped):
        page.give(anchor, "chrome", "line.teaser", "a short piece beside the page's article")
    return [replace(head, starts=False) if head.gap.end in small else head for head in heads]
