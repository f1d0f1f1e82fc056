"""HTML pages that hold several stories: which headings start one, and which blocks are its text.

A subhead and a headline look alike, so a page is cut only on evidence that a subhead has not:

1. the page's JSON-LD tells of several articles, and headings repeat their headlines;
2. each heading stands in an <article> of its own, with prose;
3. headings of one level and one template are signed or dated, right above or below, or stand alone in an element that is named
   as a story.

The price: stories without any of these stay one, under the first one's headline.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final, TypeAlias

from rapidfuzz import fuzz

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.markup_page import HEADINGS, HEADLINE_TAGS, MAX_LABEL_UNITS, MarkupPage
from copydesk.transforms.extract.naming import COMMENT_NAMES, DECK_NAMES, alike, is_named, is_story_name
from copydesk.transforms.extract.titles import DECK_UNITS, TITLE_LIKENESS, label_deck, title_likeness
from copydesk.transforms.shapes import Metadata

MIN_PROSE: Final = 2
"""Blocks of prose by which an <article> is a story and not a teaser; teasers have one."""
MIN_ARTICLES: Final = 2
SIGNATURE_BLOCKS: Final = 6
"""Blocks below a heading in which its byline and date stand: a deck, a picture's caption and a share button come between."""
_ABOVE: Final = 2
"""Blocks above a heading in which its date or byline stands."""
_MAX_STATED: Final = 1_000
"""Headings that are compared with JSON-LD's headlines."""
_MAX_TEMPLATES: Final = 8
"""Kinds of headings that are told apart; a page with more has no template."""
_MOST_LINKS: Final = 0.5

Found: TypeAlias = list[tuple[int, Sequence[int]]]
"""Headings that start a story, each with the indexes of its story's blocks."""


def label_articles(page: MarkupPage, parts: Sequence[Metadata]) -> bool:
    """Label a page of several articles; False where it has none or one.

    Args:
        page: with the verdicts on what is known by itself.
        parts: what the page's JSON-LD says of each of its articles.
    """
    stories = _by_statement(page, parts)
    if len(stories) < MIN_ARTICLES:
        stories = _unless_sections(page, _by_element(page))
    if len(stories) < MIN_ARTICLES:
        stories = _unless_sections(page, _by_signature(page))
    if len(stories) < MIN_ARTICLES:
        return False
    for head, members in stories:
        page.give(head, "headline", "markup.article_heading", "the heading of one of several articles")
        _label_members(page, head, members)
    return True


def _unless_sections(page: MarkupPage, stories: Found) -> Found:
    """The stories; none where a heading above them all is the page's title and has prose of its own: they are its sections.

    Harm: a page of stories below a title with an introduction stays one story.
    """
    first = min((head for head, _ in stories), default=0)
    for index in _headings(page):
        if index < first and title_likeness(page, index) >= TITLE_LIKENESS:
            return [] if any(page.is_open(i) and page.lines[i].prose for i in range(index, first)) else stories
    return stories


def _label_members(page: MarkupPage, head: int, members: Sequence[int]) -> None:
    below = [i for i in members if i > head]
    prose = [i for i in below if page.is_open(i) and page.lines[i].prose and not is_named(page.blocks[i], page.furniture)]
    for index in prose:
        page.give(index, "body", "markup.article", "prose of one of several articles")
    if not prose:
        return
    held = {number for index in prose for number in page.blocks[index].layout.parents[:2]}
    words = page.lines[head].folded
    for index in below:
        block, line = page.blocks[index], page.lines[index]
        if not page.is_open(index) or is_named(block, page.furniture) or block.layout.links >= _MOST_LINKS:
            continue
        inside = prose[0] < index < prose[-1] and not held.isdisjoint(block.layout.parents[:3])
        if index < prose[0] and line.folded and line.folded == words:
            page.give(index, "headline", "headline_repeated", "the headline, said again")
        elif block.layout.tag in HEADINGS and index < prose[-1]:
            page.give(index, "subhead", "markup.heading", f"<{block.layout.tag}> inside an article")
        elif inside or line.ending in {"sentence", "question"}:
            page.give(index, "body", "markup.article", "among the prose of one of several articles")
    label_deck(page, head, members[-1] + 1)


# --- 1: JSON-LD ---------------------------------------------------------------------------------------------------------


def _by_statement(page: MarkupPage, parts: Sequence[Metadata]) -> Found:
    """Headings that are the headline of one of the articles of JSON-LD, with prose below."""
    titles = [fold(part.title) for part in parts if part.title]
    heads = [
        index
        for index in _headings(page)[:_MAX_STATED]
        if any(fuzz.ratio(page.lines[index].folded, title, score_cutoff=TITLE_LIKENESS) for title in titles)
    ]
    return _down_to_next(page, heads)


# --- 2: elements --------------------------------------------------------------------------------------------------------


def _by_element(page: MarkupPage) -> Found:
    """The headings of <article>s that hold a story each, with their blocks; not teasers, comments and frames.

    Articles of one page have headings of one level. A body that is marked as an article inside its article has not: its first
    heading is a subhead.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(page.blocks):
        if block.layout.article:
            members[block.layout.article].append(index)
    found: Found = []
    for indexes in members.values():
        head = next((i for i in indexes if page.tag(i) in HEADLINE_TAGS), None)
        if head is None or is_named(page.blocks[head], COMMENT_NAMES):
            continue
        if _prose_after(page, head, indexes) >= MIN_PROSE:
            found.append((head, indexes))
    levels = Counter(page.tag(head) for head, _ in found)
    level = max(levels, key=lambda tag: (levels[tag], tag), default="")
    return [(head, indexes) for head, indexes in found if page.tag(head) == level]


# --- 3: signed headings -------------------------------------------------------------------------------------------------


def _by_signature(page: MarkupPage) -> Found:
    """Headings of one level that are signed, or wrapped alone, each with the blocks down to the next.

    Sites that load one article below another, and blogs that show whole posts, repeat the head of a post and no element in
    common.
    """
    headings = _headings(page)
    wrapped = _wrapped(page, headings)
    signed: defaultdict[str, list[int]] = defaultdict(list)
    for index in headings:
        if index in wrapped or _is_signed(page, index):
            signed[page.tag(index)].append(index)
    return _down_to_next(page, max((_of_one_template(page, heads) for heads in signed.values()), key=len, default=[]))


def _of_one_template(page: MarkupPage, heads: Sequence[int]) -> list[int]:
    """The largest group of headings whose names are alike, and the page's own headline in front of them."""
    groups: list[list[int]] = []
    for head in heads:
        for group in groups[:_MAX_TEMPLATES]:
            if alike(page.blocks[group[0]], page.blocks[head]):
                group.append(head)
                break
        else:
            groups.append([head])
    best = max(groups, key=len, default=[])
    if len(best) < MIN_ARTICLES:
        return []
    titled = [head for head in heads if head < best[0] and title_likeness(page, head) >= TITLE_LIKENESS]
    return titled[-1:] + best


def _headings(page: MarkupPage) -> list[int]:
    return [
        index
        for index, block in enumerate(page.blocks)
        if block.layout.tag in HEADLINE_TAGS
        and page.is_open(index)
        and page.lines[index].folded
        and page.lines[index].units <= 2 * MAX_LABEL_UNITS
        and not is_named(block, COMMENT_NAMES)
    ]


def _is_signed(page: MarkupPage, heading: int) -> bool:
    """Whether a byline or a date stands right below a heading, a deck aside, or right above it, before any prose."""
    decks = 0
    for index in range(heading + 1, min(heading + 1 + SIGNATURE_BLOCKS, len(page.blocks))):
        line = page.lines[index]
        if page.role(index) in {"byline", "date"}:
            return True
        deck = is_named(page.blocks[index], DECK_NAMES)
        if page.tag(index) in HEADINGS and line.folded != page.lines[heading].folded and not deck:
            break
        if page.is_open(index) and (line.prose or deck):
            decks += 1
            if decks > 1 or line.units > DECK_UNITS:
                break
    above = range(max(0, heading - _ABOVE), heading)
    return any(page.role(index) in {"byline", "date"} for index in above) and not any(page.lines[i].prose for i in above)


def _wrapped(page: MarkupPage, headings: Sequence[int]) -> set[int]:
    """Headings that stand alone in an element named as a story, where several elements of that name have one heading each."""
    holders: Counter[int] = Counter(number for index in headings for number in page.blocks[index].layout.parents)
    alone = [
        index
        for index in headings
        if is_story_name(page.blocks[index].layout.names)
        and holders[page.blocks[index].layout.parents[-1]] == 1
    ]
    return set(alone) if len(alone) >= MIN_ARTICLES else set()


def _down_to_next(page: MarkupPage, heads: Sequence[int]) -> Found:
    """Each heading with the blocks down to the next; only those of its own sectioning element, so without the page's footer."""
    found: Found = []
    for number, head in enumerate(heads):
        end = heads[number + 1] if number + 1 < len(heads) else len(page.blocks)
        container = page.blocks[head].layout.container.removesuffix("/header").removesuffix("header")
        members = [i for i in range(head, end) if page.blocks[i].layout.container.startswith(container)]
        if _prose_after(page, head, members) >= MIN_PROSE:
            found.append((head, members))
    return found


def _prose_after(page: MarkupPage, head: int, indexes: Sequence[int]) -> int:
    return sum(
        page.lines[i].prose and page.is_open(i) and not is_named(page.blocks[i], page.furniture) for i in indexes if i > head
    )
