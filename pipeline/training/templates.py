"""Whole pages, made of pieces of labelled ones: every line's role and story are known because the page was built so.

Few pages of several stories are labelled by hand, and a labeller that has seen one blog's template learns that blog.
These pages have the variety that the labelled ones lack: scrolls, blog indexes, digests, teaser lists, and single stories
in shapes that tempt a labeller to split them. What they cannot give is a real site's oddity, so they are trained on beside
real pages, not instead of them, and a share of them carries the furniture of a real page around its stories.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from copydesk.pipeline.training.cast import CUTS, Cast
from copydesk.pipeline.training.families import FAMILIES
from copydesk.pipeline.training.furniture import TEASERS, Press
from copydesk.pipeline.training.sheet import LabelledLine, LabelledPage, Piece, Sheet
from copydesk.pipeline.training.wording import Wording
from copydesk.transforms.shapes import KEPT

EXTRAS: Final = 8
"""Pieces beside a page's own stories that its teasers and comments are cut from."""
FEW: Final = 3
"""With fewer other pieces of its language than this, a page borrows from other languages."""
SPACINGS: Final = (*((1, 1),) * 8, (0, 0), (0, 1), (1, 2))
"""Empty lines between lines and between groups: most dumps set all lines apart."""
CUT_OFF: Final = 0.15
"""Share of pages that begin or end in the middle, as dumps with a limit of bytes do."""
OPENING: Final = KEPT | {"headline", "section", "date", "byline", "deck"}
"""Roles of a line that a story can begin with."""
CUT_CHARACTERS: Final = (800, 2000, 2000, 2000, 4000)


def make_pages(pieces: Sequence[Piece], count: int, seed: int) -> Iterator[LabelledPage]:
    """Made pages; the same pieces and seed give the same pages, and a page does not depend on how many are made.

    Args:
        pieces: stories of labelled pages; those with another language than a page's are not mixed into it.
        count: how many pages.
        seed: any number.

    Raises:
        ValueError: no piece has a paragraph.
    """
    usable = [piece for piece in pieces if piece.headline.strip() and any(text.strip() for text in piece.paragraphs)]
    if not usable:
        raise ValueError("no piece has a headline and a paragraph, so there is nothing to make pages of")
    by_language: dict[str, list[Piece]] = {}
    for piece in usable:
        by_language.setdefault(piece.language, []).append(piece)
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - pages, not secrets
        yield _page(by_language, chance)


def _page(by_language: dict[str, list[Piece]], chance: random.Random) -> LabelledPage:
    """One page, in a language drawn by the root of its share: the labelled data's main language must not drown the others."""
    language = chance.choices(list(by_language), [len(found) ** 0.5 for found in by_language.values()])[0]
    pool = by_language[language]
    name, _, family, (least, most) = chance.choices(FAMILIES, [weight for _, weight, _, _ in FAMILIES])[0]
    if len(pool) < least + FEW:
        name, _, family, (least, most) = FAMILIES[0]
    wanted = chance.randint(least, max(least, min(most, len(pool) - FEW)))
    chosen = chance.sample(pool, min(len(pool), wanted + EXTRAS))
    own, others = chosen[:wanted], chosen[wanted:]
    if len(others) < FEW:
        everything = [piece for found in by_language.values() for piece in found if piece not in own]
        others = chance.sample(everything, min(len(everything), EXTRAS))
    cast = Cast(tuple(own), tuple(others), chance, title_case=chance.random() < 0.3)
    sheet = Sheet(loose=chance.choice(SPACINGS))
    press = Press(
        sheet,
        Wording.draw(language, chance),
        cast,
        chance,
        tuple(chance.sample(TEASERS, chance.choice((1, 1, 2, 3)))),
        chance.choice(CUTS),
        [],
        tuple(piece.headline for piece in own),
    )
    family(press, own)
    lines = _cut_off(sheet.lines, chance) if chance.random() < CUT_OFF else sheet.lines
    sites = frozenset[str]().union(*(piece.sites for piece in (*own, *others)))
    return LabelledPage(lines=tuple(lines), language=language, sites=sites, family=name)


def _cut_off(lines: Sequence[LabelledLine], chance: random.Random) -> list[LabelledLine]:
    """The page without its end, or sometimes its beginning; a story that lost all its paragraphs is none."""
    out, room = [], chance.choice(CUT_CHARACTERS)
    given = list(lines)
    firsts = [i for i, line in enumerate(given) if line.story is not None]
    if firsts and chance.random() < 0.7:
        given = given[
            max(0, firsts[0] - chance.choice((0, 1, 3, 10)))
            + (chance.choice((0, 0, 0, 1, 3)) if len(firsts) > 8 else 0) :
        ]
    for line in given:
        text = line.text[:room]
        if not text.strip():
            break
        out.append(replace(line, text=text.strip()))
        room -= len(line.text) + 1
        if room <= 0:
            break
    alive = [
        story
        for story in dict.fromkeys(line.story for line in out)
        if any(line.story == story and line.role == "body" for line in out)
    ]
    number = {story: place for place, story in enumerate(story for story in alive if story is not None)}
    return [
        _orphaned(line) if line.story not in number else replace(line, story=number[line.story])
        for line in _trimmed(out)
    ]


def _trimmed(lines: Sequence[LabelledLine]) -> list[LabelledLine]:
    """A story begins with a line of its head or text, and ends with its text, also where it was cut."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, line in enumerate(lines):
        if line.story is not None and line.role in KEPT:
            last[line.story] = i
        if line.story is not None and line.role in OPENING:
            first.setdefault(line.story, i)
    return [
        replace(line, story=None)
        if line.story is not None and not first.get(line.story, i) <= i <= last.get(line.story, -1)
        else line
        for i, line in enumerate(lines)
    ]


def _orphaned(line: LabelledLine) -> LabelledLine:
    """A line of no story: what was a headline or a paragraph of a story that is gone may be either."""
    return replace(line, story=None, role="either" if line.role in KEPT or line.role == "headline" else line.role)


def pieces_of(page: LabelledPage) -> Iterator[Piece]:
    """A labelled page's stories as pieces; one without a headline or a paragraph gives none.

    The furniture in front goes with the first story and what is behind with the last.

    Args:
        page: a page that was labelled by hand or from its markup; a made one teaches nothing new.
    """
    lines, count = page.lines, page.stories
    inside = [i for i, line in enumerate(lines) if line.story is not None]
    for story in range(count):
        own = [line for line in lines if line.story == story]
        headline = next((line.text for line in own if line.role == "headline"), None)
        kept = [i for i, line in enumerate(own) if line.role == "body"]
        if headline is None or not kept:
            continue
        yield Piece(
            headline=headline,
            head=tuple((line.text, line.role) for line in own[: kept[0]]),
            body=tuple((line.text, line.role) for line in own[kept[0] :]),
            language=page.language,
            sites=page.sites,
            front=_furniture(lines[: inside[0]]) if story == 0 else (),
            back=_furniture(lines[inside[-1] + 1 :]) if story == count - 1 else (),
        )


def _furniture(lines: Sequence[LabelledLine]) -> tuple[str, ...]:
    return tuple(line.text for line in lines if line.role in {"chrome", "promo"})
