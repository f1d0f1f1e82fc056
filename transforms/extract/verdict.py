"""What a block is, and by which rule: the verdict, and the rules that are certain on text dumps and on HTML alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import LineRule
from copydesk.transforms.shapes import Role

RECURRING: Final = "site.recurring_line"
WALL: Final = "line.wall"
WALLS: Final = frozenset({"consent", "login", "subscription"})
"""Kinds of phrases that are the buttons of a wall before a page ..."""
BUTTONS: Final = 2
"""... and how many of them make one of a short text."""
WALL_UNITS: Final = 250.0
"""Words of a cookie wall's text; the longest that name their purposes have about 200."""
OWN: Final = "user."
"""What the names of the user's own rules begin with."""
_BYLINE_UNITS: Final = 14.0
"""Words of a byline without a date: a name or three, with their trades. Longer lines that open with "By" are prose."""


class Verdict(NamedTuple):
    """A block's role, the rule that gave it, and what the rule saw."""

    role: Role
    rule: str
    evidence: str


@lru_cache(maxsize=8)
def _compile(rules: tuple[LineRule, ...]) -> tuple[tuple[LineRule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule.pattern, re.IGNORECASE)) for rule in rules)


def own_verdict(line: LineFeatures, rules: Rules) -> Verdict | None:
    """The verdict of the user's own rules on a block, of the first one that the whole line matches."""
    for rule, pattern in _compile(rules.settings.extract.rules):
        if pattern.fullmatch(line.text):
            return Verdict(rule.role, f"{OWN}{rule.id}", rule.why)
    return None


def certain_verdict(line: LineFeatures, rules: Rules, *, signed: bool = False) -> Verdict | None:
    """The verdict on a block that is known by its words or its shape alone; None for every other.

    Args:
        line: the block as a line.
        rules: phrase packs, settings and the user's own rules.
        signed: a byline or a date that recurs on its site is one all the same, as on a site of one author; where markup
            does not say what is furniture, `certain_verdicts` asks the lines beside it.

    The user's own rules come first, so that they overrule the phrase packs, the site's evidence and the labeller.

    Harm: a one-line answer or a subhead that is worded as furniture is ("Read more") goes with the furniture.
    """
    if own := own_verdict(line, rules):
        return own
    if line.phrase is not None:
        return Verdict(line.phrase.role, f"phrase.{line.phrase.id}", line.phrase.why)
    if line.site_share >= rules.settings.extract.site_share and line.ending not in {"sentence", "question"}:
        if signed and _is_signature(shaped := _shaped_verdict(line)):
            return shaped
        return Verdict("chrome", RECURRING, f"on {line.site_share:.0%} of the site's pages")
    return _shaped_verdict(line)


def certain_verdicts(lines: Sequence[LineFeatures], rules: Rules) -> list[Verdict | None]:
    """The verdicts on a text dump's lines, where site evidence gives way to what stands beside a line.

    A site's pages repeat more than its furniture: the headline of a story that other pages tease, the byline of a blog's only
    author, the day of a batch, a place that a link parts from its sentence. Such a line stands beside lines that do not recur,
    and furniture beside its like. On made sites of 8 pages (`benchmarks/site_evidence.py`) the evidence by itself took
    28 % of the headlines, all bylines where one person writes the site, and every such part of a sentence; so it takes none.

    Harm: what a site repeats right above a byline is left to the labeller, which may keep it; the subheads that a column has
    in each of its stories go, because a label among paragraphs ("Advertisement") looks the same.
    """
    found = [certain_verdict(line, rules) for line in lines]
    recurs = [line.site_share >= rules.settings.extract.site_share for line in lines]
    return [
        _beside(lines, recurs, index) if verdict is not None and verdict.rule == RECURRING else verdict
        for index, verdict in enumerate(found)
    ]


def _beside(lines: Sequence[LineFeatures], recurs: Sequence[bool], index: int) -> Verdict | None:
    """The verdict on a line that recurs on its site, by its neighbours."""
    line = lines[index]
    above = lines[index - 1] if index else None
    below = lines[index + 1] if index + 1 < len(lines) else None
    fresh_above, fresh_below = above is not None and not recurs[index - 1], below is not None and not recurs[index + 1]
    shaped = _shaped_verdict(line)
    signed_below = below is not None and _is_signature(_shaped_verdict(below))
    if _is_signature(shaped) and (fresh_above or fresh_below or signed_below):
        return shaped
    if signed_below:
        return None  # a headline
    goes_on = fresh_below and below is not None and below.lower_start
    went_on = fresh_above and above is not None and above.ending == "none" and line.lower_start
    if goes_on or went_on:
        return None  # a part of a sentence
    return Verdict("chrome", RECURRING, f"on {line.site_share:.0%} of the site's pages")


def _is_signature(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.role in {"date", "byline"}


def _shaped_verdict(line: LineFeatures) -> Verdict | None:
    if line.divider:
        return Verdict("chrome", "line.divider", "marks without words")
    if line.date_only:
        return Verdict("date", "line.date", f"a date, {line.day}" if line.day else "a day said by its distance from today")
    if line.byline and (line.units <= _BYLINE_UNITS or line.day):
        return Verdict("byline", "line.byline", "names " + ", ".join(line.byline))
    if line.credit:
        return Verdict("caption", "line.credit", "a photo credit")
    if line.promo:
        return Verdict("promo", "line.promo", "points elsewhere")
    return None
