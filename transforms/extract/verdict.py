"""What a block is, and by which rule: the verdict, and the rules that are certain on text dumps and on HTML alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.rules import Rules
from copydesk.transforms.settings import LineRule
from copydesk.transforms.shapes import Role

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


def certain_verdict(line: LineFeatures, rules: Rules) -> Verdict | None:
    """The verdict on a block that is known by its words or its shape alone; None for every other.

    The user's own rules come first, so that they overrule the phrase packs, the site's evidence and the labeller.

    Harm: a one-line answer or a subhead that is worded as furniture is ("Read more") goes with the furniture.
    """
    for rule, pattern in _compile(rules.settings.extract.rules):
        if pattern.fullmatch(line.text):
            return Verdict(rule.role, f"user.{rule.id}", rule.why)
    if line.phrase is not None:
        return Verdict(line.phrase.role, f"phrase.{line.phrase.id}", line.phrase.why)
    if line.site_share >= rules.settings.extract.site_share and line.ending not in {"sentence", "question"}:
        return Verdict("chrome", "site.recurring_line", f"on {line.site_share:.0%} of the site's pages")
    return _shaped_verdict(line)


def _shaped_verdict(line: LineFeatures) -> Verdict | None:
    if line.divider:
        return Verdict("chrome", "line.divider", "marks without words")
    if line.date_only:
        return Verdict("date", "line.date", f"a date, {line.day}")
    if line.byline and (line.units <= _BYLINE_UNITS or line.day):
        return Verdict("byline", "line.byline", "names " + ", ".join(line.byline))
    if line.credit:
        return Verdict("caption", "line.credit", "a photo credit")
    if line.promo:
        return Verdict("promo", "line.promo", "points elsewhere")
    return None
