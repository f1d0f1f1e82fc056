"""Roles for the blocks of an HTML page.

1. What a viewer would not see (`hidden`), set phrases and lines known by their shape: as on a text dump.
2. What the markup names: figure captions, times, bylines, headings; furniture by its container (nav, footer, aside, form).
3. Articles: a page whose <article>s each have a heading and prose of their own holds a story in each.
4. Content: blocks that the witness confirms, and prose between such blocks; without a testimony the density of prose decides.
5. The headline: the heading that the page's own title repeats, else the last first-level heading before the content.
6. All else is furniture.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from copydesk.transforms.extract.lines import LineFeatures, observe_lines, packs_for
from copydesk.transforms.extract.regions import find_content
from copydesk.transforms.extract.verdict import Verdict, certain_verdict
from copydesk.transforms.extract.witness import Testimony, ask_witness
from copydesk.transforms.rules import Rules, fold
from copydesk.transforms.shapes import KEPT, Block, Document, Role

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
CAPTION_TAGS: Final = frozenset({"figcaption"})
FURNITURE_CONTAINERS: Final = frozenset({"nav", "footer", "aside", "form"})
LINK_SHARE: Final = 0.8
"""Share of a block's characters inside links from which it is a list of links and not prose."""
TITLE_LIKENESS: Final = 85.0
"""rapidfuzz's ratio (0 to 100) of a heading and the page's title: sites shorten the one and add their name to the other."""
TITLE_CHARACTERS: Final = 1_000
"""Characters of either that are compared, since the cost grows with their product; the longest real titles have a third."""
MIN_ARTICLE_PROSE: Final = 2
"""Blocks of prose by which an <article> is a story and not a teaser; teasers have one."""
MIN_ARTICLES: Final = 2
SIGNATURE_BLOCKS: Final = 3
"""Blocks below a heading in which its byline and date stand: names, date and a share button may be one each."""
BYLINE_NAMES: Final = ("byline", "author", "autor", "auteur")
DATE_NAMES: Final = ("date", "datum", "published", "timestamp", "datetime")
CAPTION_NAMES: Final = ("caption", "legend", "credit")
MAX_LABEL_UNITS: Final = 20.0
"""Words of a byline, a date line or a heading; a longer block under such a name is prose of a careless template."""
MAX_CAPTION_UNITS: Final = 60.0


@dataclass(slots=True)
class _Markup:
    """The state of one page while its blocks are labelled."""

    blocks: Sequence[Block]
    lines: Sequence[LineFeatures]
    title: str
    testimony: Testimony | None
    reason: str
    verdicts: list[Verdict | None]


def label_markup(document: Document, rules: Rules) -> tuple[Block, ...]:
    """The blocks of an HTML page, each with its role, the rule that gave it and its evidence.

    Args:
        document: decoded, with its markup, which the witness is shown.
        rules: phrase packs, settings and site evidence.

    Returns:
        The same blocks in the same order.
    """
    packs = packs_for(document, rules)
    lines = observe_lines(document, rules, packs)
    testimony, reason = ask_witness(document.markup or "", rules.settings.extract)
    page = _Markup(
        blocks=document.blocks,
        lines=lines,
        title=fold(document.metadata.title or ""),
        testimony=testimony,
        reason=reason,
        verdicts=[_known(block, line, rules) for block, line in zip(document.blocks, lines, strict=True)],
    )
    if not _label_articles(page):
        _label_content(page)
        _label_headline(page)
    labelled = []
    for block, given in zip(document.blocks, page.verdicts, strict=True):
        verdict = given or Verdict("chrome", "markup.furniture", reason or "not confirmed by the witness")
        labelled.append(replace(block, role=verdict.role, rule=verdict.rule, evidence=verdict.evidence))
    return tuple(labelled)


# --- 1 and 2: what is known by itself -----------------------------------------------------------------------------------


def _known(block: Block, line: LineFeatures, rules: Rules) -> Verdict | None:
    layout = block.layout
    if layout.hidden:
        return Verdict("chrome", "hidden", "a viewer would not see it")
    if layout.tag in CAPTION_TAGS:
        return Verdict("caption", "markup.figcaption", "the caption of a figure")
    if layout.tag in HEADINGS:
        return _contained(block, line)
    return certain_verdict(line, rules) or _marked(block, line) or _contained(block, line) or _linked(block, line)


def _marked(block: Block, line: LineFeatures) -> Verdict | None:
    """What the element's own name says that it is."""
    label = line.units <= MAX_LABEL_UNITS
    if label and line.day and (block.layout.tag == "time" or _named(block, DATE_NAMES)):
        return Verdict("date", "markup.date", f"marked as a date, {line.day}")
    if label and not line.prose and _named(block, BYLINE_NAMES):
        return Verdict("byline", "markup.byline", "marked as a byline")
    if line.units <= MAX_CAPTION_UNITS and _named(block, CAPTION_NAMES):
        return Verdict("caption", "markup.caption", "marked as a caption")
    return None


def _contained(block: Block, line: LineFeatures) -> Verdict | None:
    """Furniture by the element it stands in."""
    container = block.layout.container
    if line.prose or not FURNITURE_CONTAINERS.intersection(container.split("/")):
        return None
    return Verdict("chrome", "markup.container", f"in <{container.rpartition('/')[2]}>")


def _linked(block: Block, line: LineFeatures) -> Verdict | None:
    if line.prose or block.layout.links < LINK_SHARE:
        return None
    return Verdict("chrome", "markup.links", f"{block.layout.links:.0%} of it are links")


def _named(block: Block, names: Sequence[str]) -> bool:
    """Whether the element's own class, id or itemprop says that it is one of these."""
    own = block.layout.names
    return bool(own) and any(name in word for word in own.split() for name in names)


# --- 3: several articles ------------------------------------------------------------------------------------------------


def _label_articles(page: _Markup) -> bool:
    """Label a page of several articles; False where it has none or one.

    Two signs of an article that stands by itself: an element of its own, with a heading and prose; or a heading that is signed
    or dated, with prose below it. A subhead has neither.
    """
    stories = _articles_by_element(page)
    if len(stories) < MIN_ARTICLES:
        stories = _articles_by_signature(page)
    if len(stories) < MIN_ARTICLES:
        return False
    for head, members in stories:
        page.verdicts[head] = Verdict("headline", "markup.article_heading", "the heading of one of several articles")
        for index in members:
            line, block = page.lines[index], page.blocks[index]
            if index == head or page.verdicts[index] is not None:
                continue
            if block.layout.tag in HEADINGS:
                page.verdicts[index] = Verdict("subhead", "markup.heading", f"<{block.layout.tag}> inside an article")
            elif line.prose or line.ending in {"sentence", "question"}:
                page.verdicts[index] = Verdict("body", "markup.article", "prose of one of several articles")
    return True


def _articles_by_element(page: _Markup) -> list[tuple[int, Sequence[int]]]:
    """The headings of <article>s that hold a story each, with their blocks; not teasers, comments and frames.

    Articles of one page have headings of one level. A body that is marked as an article inside its article has not: its first
    heading is a subhead.
    """
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(page.blocks):
        if block.layout.article:
            members[block.layout.article].append(index)
    found: list[tuple[int, Sequence[int]]] = []
    for indexes in members.values():
        head = next((i for i in indexes if page.blocks[i].layout.tag in HEADINGS[:3]), None)
        if head is not None and _prose_after(page, head, indexes) >= MIN_ARTICLE_PROSE:
            found.append((head, indexes))
    levels = Counter(page.blocks[head].layout.tag for head, _ in found)
    level = max(levels, key=lambda tag: (levels[tag], tag), default="")
    return [(head, indexes) for head, indexes in found if page.blocks[head].layout.tag == level]


def _articles_by_signature(page: _Markup) -> list[tuple[int, Sequence[int]]]:
    """Headings of one level with a name or a date right below and prose after that, each with the blocks down to the next.

    Sites that load one article below another, and blogs that show whole posts, repeat the head of a post and no element in
    common. Only blocks of the heading's own sectioning element count, so that a page's footer is no part of the last.
    """
    signed: defaultdict[str, list[int]] = defaultdict(list)
    for index, block in enumerate(page.blocks):
        if block.layout.tag in HEADINGS[:3] and page.verdicts[index] is None and _is_signed(page, index):
            signed[block.layout.tag].append(index)
    heads = max(signed.values(), key=len, default=[])
    found: list[tuple[int, Sequence[int]]] = []
    for number, head in enumerate(heads):
        end = heads[number + 1] if number + 1 < len(heads) else len(page.blocks)
        container = page.blocks[head].layout.container.removesuffix("/header")
        members = [i for i in range(head, end) if page.blocks[i].layout.container.startswith(container)]
        if _prose_after(page, head, members) >= MIN_ARTICLE_PROSE:
            found.append((head, members))
    return found


def _is_signed(page: _Markup, heading: int) -> bool:
    """Whether a byline or a date stands right below a heading, before any prose."""
    for index in range(heading + 1, min(heading + 1 + SIGNATURE_BLOCKS, len(page.blocks))):
        verdict = page.verdicts[index]
        if verdict is not None and verdict.role in {"byline", "date"}:
            return True
        if verdict is None and (page.lines[index].prose or page.blocks[index].layout.tag in HEADINGS):
            return False
    return False


def _prose_after(page: _Markup, head: int, indexes: Sequence[int]) -> int:
    return sum(page.lines[i].prose and page.verdicts[i] is None for i in indexes if i > head)


# --- 4: content ---------------------------------------------------------------------------------------------------------


def _label_content(page: _Markup) -> None:
    if page.testimony is None:
        furniture = [verdict is not None and verdict.role == "chrome" for verdict in page.verdicts]
        confirmed = find_content(page.lines, furniture)
        rule, evidence = "markup.density", f"{page.reason}; it stands among prose"
    else:
        confirmed = [page.testimony.confirms(block.text) for block in page.blocks]
        rule, evidence = "markup.witness", "confirmed by the witness"
    first = next((i for i, hit in enumerate(confirmed) if hit and page.verdicts[i] is None), len(confirmed))
    last = next((i for i in range(len(confirmed) - 1, -1, -1) if confirmed[i] and page.verdicts[i] is None), -1)
    for index, hit in enumerate(confirmed):
        if page.verdicts[index] is not None:
            continue
        if hit:
            role: Role = "subhead" if page.blocks[index].layout.tag in HEADINGS else "body"
            page.verdicts[index] = Verdict(role, rule, evidence)
        elif first < index < last and page.lines[index].prose and _beside(page, index):
            page.verdicts[index] = Verdict("body", "markup.between", "prose between confirmed blocks of the same element")


def _beside(page: _Markup, index: int) -> bool:
    """Whether the block before is of the same kind and kept: a paragraph that the witness passed over."""
    before, layout = page.verdicts[index - 1], page.blocks[index].layout
    same = page.blocks[index - 1].layout
    return before is not None and before.role in KEPT and (same.tag, same.container) == (layout.tag, layout.container)


# --- 5: the headline ----------------------------------------------------------------------------------------------------


def _label_headline(page: _Markup) -> None:
    """Give one heading the role of headline; others that say the same are its repetition."""
    first = next((i for i, verdict in enumerate(page.verdicts) if verdict is not None and verdict.role == "body"), None)
    if first is None:
        return
    chosen = _titled(page, first)
    if chosen is None:
        return
    words = page.lines[chosen].folded
    for index, line in enumerate(page.lines[: first + 1]):
        if index == chosen:
            page.verdicts[index] = Verdict("headline", "markup.headline", f"<{page.blocks[index].layout.tag}>, as in the title")
        elif line.folded and line.folded == words and not page.blocks[index].layout.hidden:
            page.verdicts[index] = Verdict("headline", "headline_repeated", "the headline, said again")


def _titled(page: _Markup, first: int) -> int | None:
    headings = [
        i
        for i, block in enumerate(page.blocks)
        if block.layout.tag in HEADINGS and not block.layout.hidden and page.lines[i].units <= 2 * MAX_LABEL_UNITS
    ]
    if page.title:
        alike = [(_likeness(page, i), -i) for i in headings]
        best = max(alike, default=(0.0, 0))
        if best[0] >= TITLE_LIKENESS:
            return -best[1]
        exact = [i for i in range(first + 1) if page.lines[i].folded == page.title and not page.blocks[i].layout.hidden]
        if exact:
            return exact[-1]
    tops = [i for i in headings if page.blocks[i].layout.tag == "h1" and i <= first]
    return tops[-1] if tops else None


def _likeness(page: _Markup, index: int) -> float:
    """How alike a heading and the page's title are; a longer title may hold the heading whole, beside the site's name."""
    heading = page.lines[index].folded or fold(page.blocks[index].text)
    if len(heading) >= 12 and heading in page.title:  # shorter ones may be a section's name
        return 100.0
    return fuzz.ratio(heading[:TITLE_CHARACTERS], page.title[:TITLE_CHARACTERS])
