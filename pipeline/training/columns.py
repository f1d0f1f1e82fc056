"""Pages of short articles below one another with little between them, and their opposite: one article of many subheads.

Short stories under one head each, with a signature at most in every gap, look like one article with subheads; what tells the
two apart is that every gap of the first repeats the head, and no gap of the second has more than a line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from copydesk.pipeline.training.between import add_body
from copydesk.pipeline.training.bodies import Lines
from copydesk.pipeline.training.cast import clip, sentences
from copydesk.pipeline.training.ends import bottom, top
from copydesk.pipeline.training.furniture import Press, advert, newsletter, share, tags, teasers, verbatim
from copydesk.pipeline.training.heads import Head, add_head, trailing_byline
from copydesk.pipeline.training.sheet import Piece

SHORT_PARAGRAPHS: Final = (3, 8)
"""Paragraphs of a short article on a page of several, and of a part of a subheaded one."""
VERBATIM: Final = 0.6
"""Share of the blocks below each story of a column that say the same each time."""
PARTS: Final = (4, 8)
SUBHEAD_WORDS: Final = (4, 10)
"""Words of a subhead that could be a headline."""


def column(press: Press, pieces: Sequence[Piece]) -> None:
    """Short whole articles headed alike, with the same little or nothing between them, and next to nothing around."""
    chance, sheet = press.chance, press.sheet
    sheet.group([press.wording.site, " ".join(press.label() for _ in press.some(2, 3, 5))][: chance.choice((0, 1, 2, 2))])
    bare = chance.random() < 0.15
    head = replace(Head.draw(chance, lean=0.9), long=False, variant=False)
    head = replace(head, order=("headline",), between=(), points=False) if bare else head
    signed = not {"byline", "glued"} & set(head.order) and not bare and chance.random() < 0.5
    opener = press.say("related")
    blocks: list[Callable[[], None]] = [
        lambda: share(press),
        lambda: advert(press),
        lambda: newsletter(press),
        lambda: tags(press),
        lambda: teasers(press, "chrome", 1, 2, 3),
        lambda: sheet.group([opener]),
    ]
    usual = chance.sample(blocks, chance.choice((0, 0, 1, 1, 2, 3)))
    usual = [verbatim(press, block) if chance.random() < VERBATIM else block for block in usual]
    for piece in pieces:
        start = len(sheet.lines)
        add_head(press, piece, head)
        add_body(press, [(text, "body") for text in _short_article(piece, press)], 0.0)
        sheet.close(start)
        if signed:
            trailing_byline(press)
        for block in usual:
            block()
    if chance.random() < 0.2:
        bottom(press, pieces[-1], real=False)
    else:
        sheet.group([press.say("copyright") for _ in press.some(0, 1, 1)])


def subheaded(press: Press, pieces: Sequence[Piece]) -> None:
    """One article whose subheads could be headlines, each over short paragraphs; with a page's furniture or with none."""
    chance, sheet = press.chance, press.sheet
    piece = pieces[0]
    framed = chance.random() < 0.5
    if framed:
        top(press, piece, real=False)
    start = len(sheet.lines)
    add_head(press, piece, Head.draw(chance, lean=0.8))
    lines: Lines = [(text, "body") for text in _short_article(piece, press)[:3]]
    for _ in range(chance.randint(*PARTS)):
        title = clip(press.cast.sentence(), chance.randint(*SUBHEAD_WORDS), piece.language)
        lines.append((title[:1].upper() + title[1:], "subhead"))
        lines += [(press.cast.paragraph(), "body") for _ in range(chance.choice((1, 2, 2, 3, 4)))]
    add_body(press, lines, 0.0)
    sheet.close(start)
    if framed:
        bottom(press, piece, real=False)


def _short_article(piece: Piece, press: Press) -> list[str]:
    """The first sentences of a story in paragraphs of one to three, as agencies and small papers write."""
    parts = iter([part for text in piece.paragraphs for part in sentences(text)])
    sizes = (press.chance.choice((1, 1, 1, 2, 2, 3)) for _ in range(press.chance.randint(*SHORT_PARAGRAPHS)))
    texts = [" ".join(islice(parts, size)) for size in sizes]
    return [text for text in texts if text]
