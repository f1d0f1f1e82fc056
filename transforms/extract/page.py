"""Roles for the lines of a page's text dump.

1. Set phrases and site evidence: furniture wherever it stands (`phrase.*`, `site.recurring_line`).
2. Lines known by their shape: dates, bylines, credits, promo lines, dividers (`line.date`, `line.byline`, `line.credit`, ...).
3. The learned labeller finds the stories: each one's headline and the lines of its text (`labeller`).
4. Headlines: where each is said first, and where again (`heads`).
5. The roles of the other lines in and around the stories, learned too: paragraph, subhead, deck, section, caption (`roles`).
6. All else is furniture.

What 1 decided the labeller sees and cannot change; of what 2 decided only 5 may say that it belongs to no story.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np

from copydesk.transforms.cells import RuleError, fold
from copydesk.transforms.error_pages import MOST_UNITS, RULE, ErrorPages
from copydesk.transforms.extract.grammar import BODY, HEAD, HEADLINE, INSIDE, OUTSIDE
from copydesk.transforms.extract.heads import label_headlines, same_words
from copydesk.transforms.extract.labeller import Labeller, Reading, Story
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.lines import observe_lines, packs_for
from copydesk.transforms.extract.roles import label_roles
from copydesk.transforms.extract.signals import Signals, measure_signals
from copydesk.transforms.extract.verdict import BUTTONS, WALL, WALL_UNITS, WALLS, Verdict, certain_verdicts
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document

Weight: TypeAlias = tuple[str, float, float]
"""A feature, its value, and how far it moved a line towards its place, in log odds."""
_BUTTONS_NEAR: Final = 4
"""Lines above and below a wall's text in which its heading and its buttons stand."""
_HEADS_ABOVE: Final = 2
"""Lines above a text that may head it as an error's."""
_PLACES: Final = {"headline": HEADLINE, "body": BODY, "subhead": BODY}


def label_lines(document: Document, rules: Rules) -> tuple[Block, ...]:
    """The blocks of a page's text dump, each with its role, the rule that gave it and its evidence.

    Args:
        document: decoded, cut into lines; a line that says its metadata's title is a headline.
        rules: phrase packs, settings, site evidence and the labeller's weights.

    Returns:
        The same blocks in the same order.

    Harm: what the labeller takes for furniture is lost to the removed records; the probability that it gives is the evidence.
    """
    if not document.blocks:
        return ()
    packs = packs_for(document, rules)
    lines = observe_lines(document, rules, packs)
    verdicts = certain_verdicts(lines, rules)  # 1 and 2
    signals = measure_signals(lines)
    labeller = _labeller(rules)
    reading = _read(signals, verdicts, document.metadata.title, labeller)  # 3
    page = Labelling(lines=lines, packs=packs, signals=signals, verdicts=verdicts, reading=reading)
    page.reading = replace(reading, stories=_without_wall(page))
    page.reading = replace(reading, stories=_without_error(page, document, rules.error_pages))
    label_headlines(page)  # 4
    label_roles(page, labeller)  # 5
    furniture = reading.probabilities[:, [OUTSIDE, HEAD, INSIDE]].sum(axis=1).tolist()
    return tuple(
        _labelled(block, given or Verdict("chrome", "model.furniture", f"probability {chance:.2f}"))  # 6
        for block, given, chance in zip(document.blocks, page.verdicts, furniture, strict=True)
    )


def _labelled(block: Block, found: Verdict) -> Block:
    """A block with its verdict; written out, because `dataclasses.replace` takes three times as long for each line."""
    return Block(
        text=block.text, spans=block.spans, role=found.role, rule=found.rule, evidence=found.evidence,
        changes=block.changes, layout=block.layout,
    )  # fmt: skip


def _without_wall(page: Labelling) -> tuple[Story, ...]:
    """The page's stories; none where its only one is the text of a cookie wall, a login or a price.

    Such a text has no headline, is short, and stands between the buttons that answer it. Harm: a brief without a headline that
    a dump shows between two such buttons is lost.
    """
    stories = page.reading.stories
    if len(stories) != 1 or stories[0].headline is not None:
        return stories
    kept = stories[0].kept
    around = (*page.lines[max(0, kept[0] - _BUTTONS_NEAR) : kept[0]], *page.lines[kept[-1] + 1 : kept[-1] + 1 + _BUTTONS_NEAR])
    buttons = sum(line.phrase is not None and line.phrase.kind in WALLS for line in around)
    if buttons < BUTTONS or sum(page.lines[index].units for index in kept) > WALL_UNITS:
        return stories
    for index in kept:
        page.give(index, "chrome", WALL, f"{buttons} buttons of consent, login or price around a short text")
    return ()


def _without_error(page: Labelling, document: Document, errors: ErrorPages) -> tuple[Story, ...]:
    """The page's stories; none where its only one is what a server says in the place of a page."""
    stories = page.reading.stories
    if len(stories) != 1:
        return stories
    kept, headline = stories[0].kept, stories[0].headline
    if sum(page.lines[index].units for index in kept) > MOST_UNITS:
        return stories
    above = kept[0] if headline is None else headline
    heads = [document.blocks[index].text for index in (*range(max(0, above - _HEADS_ABOVE), above + 1), kept[0])]
    texts = [document.blocks[index].text for index in kept]
    said = errors.find([document.metadata.title or "", *heads], texts)
    if said is None:
        return stories
    for index in (*kept, *(() if headline is None else (headline,))):
        page.give(index, "chrome", RULE, f"the page says that it is none: {said}")
    return ()


def _labeller(rules: Rules) -> Labeller:
    """The labeller of some rules.

    Raises:
        RuleError: there are no weights.
    """
    if rules.labeller is None:
        raise RuleError("models/lines.json: the labeller's weights are missing; train them, or install the package anew")
    return rules.labeller


def _read(signals: Signals, verdicts: list[Verdict | None], title: str | None, labeller: Labeller) -> Reading:
    """What the labeller says of a page's lines, with the lines that have a verdict out of its reach.

    Raises:
        RuleError: the weights were learned from other signals.
    """
    folded = fold(title) if title else ""
    titled = [number for number, line in enumerate(signals.lines) if folded and same_words(line.folded, folded)]
    return labeller.read(signals, np.array([verdict is not None for verdict in verdicts]), titled)


def weigh_lines(document: Document, rules: Rules, most: int, *, first: bool = False) -> list[tuple[Weight, ...]]:
    """What decided on each line of a labelled page, for a person who asks: the features that moved it most to its place.

    Args:
        document: a page's text dump, labelled by `label_lines`.
        rules: the same rules.
        most: how many features to name for a line.
        first: what decided at the first look, whose answers are features themselves; only for lines of which those are named.

    Returns:
        For each block (feature, its value, log odds that it moved); none for blocks that a rule decided on.

    Raises:
        RuleError: there are no weights.
    """
    if rules.labeller is None or not document.blocks:
        return [() for _ in document.blocks]
    lines = observe_lines(document, rules, packs_for(document, rules))
    places = np.array([_PLACES.get(block.role, OUTSIDE) for block in document.blocks])
    signals = measure_signals(lines)
    weights = rules.labeller.weigh(signals, places, most)
    named = [block.rule.startswith("model.") for block in document.blocks]
    if first:
        seen = frozenset(signals.names)
        named = [one and any(name not in seen for name, _, _ in found) for one, found in zip(named, weights, strict=True)]
        weights = rules.labeller.weigh(signals, places, most, first=True)
    return [found if one else () for one, found in zip(named, weights, strict=True)]
