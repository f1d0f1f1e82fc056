"""Roles for the lines of a page's text dump: a cascade of rules.

1. Set phrases and site evidence: furniture wherever it stands (`phrase.*`, `site.recurring_line`).
2. Lines known by their shape: dates, bylines, credits, promo lines, dividers (`line.date`, `line.byline`, `line.credit`, ...).
3. Content and furniture told apart by the density of prose (`regions`).
4. Gaps between runs of prose: which of them hold a headline (`headlines`).
5. Heads: deck, section, captions and names around each headline (`heads`).
6. What is left inside a story: subheads, lists, short sentences, captions, titles of clips (`bodies`).
7. All else is furniture.

Steps 3, 4 and 6 weigh features (`lines`) that hold for any site; a learned labeller can replace them and keep the rest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from copydesk.transforms.extract.bodies import label_bodies
from copydesk.transforms.extract.headlines import (
    AFTER_COMMENTS,
    BOUNDARY,
    FIRST,
    PATTERN_GAPS,
    PATTERN_POINTS,
    PATTERN_SHARE,
    Gap,
    choose_headline,
    gap_shape,
    recurring_marks,
)
from copydesk.transforms.extract.heads import label_heads
from copydesk.transforms.extract.labelling import Head, Labelling
from copydesk.transforms.extract.lines import observe_lines, packs_for
from copydesk.transforms.extract.regions import find_content, find_running
from copydesk.transforms.extract.teasers import drop_teasers
from copydesk.transforms.extract.verdict import Verdict, certain_verdict
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document

_FURNITURE = Verdict("chrome", "line.furniture", "outside of any story")


def label_lines(document: Document, rules: Rules) -> tuple[Block, ...]:
    """The blocks of a page's text dump, each with its role, the rule that gave it and its evidence.

    Args:
        document: decoded, cut into lines; its metadata's title, where there is one, speaks for a headline.
        rules: phrase packs, settings and site evidence.

    Returns:
        The same blocks in the same order.

    Harm: a page whose stories have neither dates, repeated headlines nor end marks between them stays one story.
    """
    packs = packs_for(document, rules)
    lines = observe_lines(document, rules, packs)
    verdicts = [certain_verdict(line, rules) for line in lines]  # 1 and 2
    page = Labelling(lines=lines, packs=packs, title=document.metadata.title, verdicts=verdicts)
    furniture = [verdict is not None and verdict.rule == "site.recurring_line" for verdict in verdicts]
    page.content = find_content(lines, furniture)  # 3
    running = find_running(lines)
    page.anchors = [i for i, content in enumerate(page.content) if content and running[i] and verdicts[i] is None]
    heads = _find_heads(page)  # 4
    heads = drop_teasers(page, heads)
    label_heads(page, heads)  # 5
    label_bodies(page, heads)  # 6
    labelled = []
    for block, given in zip(document.blocks, page.verdicts, strict=True):
        role, rule, evidence = given or _FURNITURE  # 7
        labelled.append(replace(block, role=role, rule=rule, evidence=evidence))
    return tuple(labelled)


def _find_gaps(page: Labelling) -> list[Gap]:
    gaps: list[Gap] = []
    start = 0
    for anchor in page.anchors:
        if anchor > start or not gaps:
            phrases = (line.phrase for line in page.lines[start:anchor])
            comments = bool(gaps) and any(phrase is not None and phrase.kind == "comments" for phrase in phrases)
            gaps.append(Gap(start=start, end=anchor, first=not gaps, comments=comments))
        start = anchor + 1
    return gaps


def _find_heads(page: Labelling) -> list[Head]:
    """Each gap with its likeliest headline and whether a story starts there."""
    gaps = _find_gaps(page)
    marks = recurring_marks(page.lines, gaps[1:])
    heads: list[Head] = []
    commented = False
    for found in gaps:
        gap = replace(found, comments=commented or found.comments, discussed=commented)
        choice = choose_headline(page.lines, gap, page.title, marks)
        need = FIRST if gap.first else AFTER_COMMENTS if gap.comments else BOUNDARY
        starts = choice is not None and choice.score >= need
        commented = gap.comments and not starts  # a discussion ends where the next story begins
        heads.append(Head(gap=gap, choice=choice, starts=starts))
    return _extend_pattern(page, heads)


def _extend_pattern(page: Labelling, heads: list[Head]) -> list[Head]:
    """The heads, and those of the gaps that are built as gaps with a headline are, where less speaks for them alone."""
    shapes = [() if head.gap.first or head.gap.comments else gap_shape(page.lines, head.gap) for head in heads]
    asked = Counter(shapes)
    found = Counter(shape for shape, head in zip(shapes, heads, strict=True) if head.starts)
    telling = {shape for shape, n in found.items() if shape and n >= PATTERN_GAPS and n >= PATTERN_SHARE * asked[shape]}
    return [
        replace(head, starts=True)
        if shape in telling and head.choice is not None and head.choice.score >= PATTERN_POINTS
        else head
        for shape, head in zip(shapes, heads, strict=True)
    ]
