"""The families of pages: single stories, scrolls, blog indexes, digests, lists of teasers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from copydesk.pipeline.training import words
from copydesk.pipeline.training.between import add_body
from copydesk.pipeline.training.bodies import Lines, clean, draw_body, plain
from copydesk.pipeline.training.cast import brief, clip
from copydesk.pipeline.training.columns import VERBATIM, column, subheaded
from copydesk.pipeline.training.ends import archive, bottom, top
from copydesk.pipeline.training.furniture import (
    Press,
    advert,
    author_box,
    comments,
    contents,
    crumbs,
    interlude,
    menu,
    newsletter,
    share,
    tags,
    teasers,
    verbatim,
)
from copydesk.pipeline.training.heads import Head, add_head, headline_of, trailing_byline
from copydesk.pipeline.training.sheet import Piece
from copydesk.transforms.shapes import Role

INTERRUPTED: Final = 0.12
"""Share of stories with a block of furniture between their headline and their text."""
BARE: Final = 0.2
"""Share of digests that are nothing but their briefs."""
JOINED_UNEVENLY: Final = 0.5
"""Share of articles on a joined page with more or less furniture in front than the others."""
REAL_FURNITURE: Final = 0.4
"""Share of pages with a real page's furniture around the stories."""


def _single(press: Press, pieces: Sequence[Piece]) -> None:
    """One story with everything that a news page puts around it."""
    chance, sheet, piece = press.chance, press.sheet, pieces[0]
    bare = chance.random() < 0.12
    real = chance.random() < REAL_FURNITURE
    if not bare:
        top(press, press.cast.other() if real and chance.random() < 0.5 else piece, real=real)
    start = len(sheet.lines)
    add_head(press, piece, Head.draw(chance))
    if chance.random() < INTERRUPTED:
        interlude(press)
    add_body(press, draw_body(piece, press.cast, chance), chance.choice((0.0, 0.0, 0.05, 0.15, 0.3)))
    sheet.close(start)
    if bare:
        return
    _after(press)
    bottom(press, press.cast.other() if real and chance.random() < 0.5 else piece, real=real)


def _after(press: Press) -> None:
    """What follows a story on its own page."""
    chance = press.chance
    if chance.random() < 0.2:
        trailing_byline(press)
    blocks: list[tuple[float, Callable[[], None]]] = [
        (0.3, lambda: teasers(press, "promo", 1, 3, 5)),
        (0.4, lambda: share(press)),
        (0.35, lambda: tags(press)),
        (0.25, lambda: newsletter(press)),
        (0.25, lambda: author_box(press, press.wording.name(chance))),
        (0.5, lambda: teasers(press)),
        (0.35, lambda: comments(press)),
        (0.2, lambda: advert(press)),
        (
            0.15,
            lambda: press.sheet.group(
                [press.say("pagination"), press.cast.headline(), press.say("pagination"), press.cast.headline()]
            ),
        ),
        (0.2, lambda: teasers(press, "chrome", 3, 8, 15)),
        (0.1, lambda: press.sheet.group([press.wording.notice(chance)])),
    ]
    chosen = [block for share_of_pages, block in blocks if chance.random() < share_of_pages]
    chance.shuffle(chosen)
    for block in chosen:
        block()


def _scroll(press: Press, pieces: Sequence[Piece]) -> None:
    """Whole articles one behind another, each with its own head and some of its furniture."""
    chance, sheet = press.chance, press.sheet
    real = chance.random() < REAL_FURNITURE
    top(press, pieces[0], real=real)
    head, busy = Head.draw(chance), chance.choice((0.0, 0.05, 0.15))
    same = chance.random() < 0.7
    opener = press.say("related") if chance.random() < 0.4 else ""
    blocks: list[Callable[[], None]] = [
        lambda: teasers(press),
        lambda: share(press),
        lambda: newsletter(press),
        lambda: advert(press),
        lambda: tags(press),
        lambda: comments(press),
        lambda: menu(press, 3, 6),
        lambda: teasers(press, "promo", 1, 3),
        lambda: author_box(press, press.wording.name(chance)),
    ]
    usual = chance.sample(blocks, chance.randint(0, 4))
    usual = [verbatim(press, block) if chance.random() < VERBATIM else block for block in usual]
    for number, piece in enumerate(pieces):
        if number:
            sheet.group([opener])
            if not same and real and piece.front:
                sheet.group(piece.front[-chance.choice((1, 3, 8, 20)) :])
            if chance.random() < 0.1:
                crumbs(press, piece.headline)
        start = len(sheet.lines)
        add_head(press, piece, head if same else Head.draw(chance))
        if chance.random() < INTERRUPTED / 2:
            interlude(press)
        add_body(
            press,
            draw_body(piece, press.cast, chance)
            if chance.random() < 0.25
            else clean(piece, press.cast)
            if same
            else plain(piece, press.cast),
            busy,
        )
        sheet.close(start)
        for block in usual:
            if chance.random() < 0.85:
                block()
        if not same and real:
            sheet.group(piece.back[: chance.choice((0, 3, 8, 20))])
    bottom(press, pieces[-1], real=real)


NEAREST: Final = (0, 2, 4, 8, 15, 30)
"""Lines of furniture around an article that an endless page loads with it."""


def _joined(press: Press, pieces: Sequence[Piece]) -> None:
    """Real pages one behind another, each with the furniture that stands next to its article, as it came.

    The made scrolls are tidier than any real page; here the heads, the breaks in the text and what follows are a site's own.
    """
    chance, sheet = press.chance, press.sheet
    before, behind = chance.choice(NEAREST), chance.choice(NEAREST)
    for number, piece in enumerate(pieces):
        reach = chance.choice(NEAREST) if chance.random() < JOINED_UNEVENLY else before
        sheet.group(piece.front[max(0, len(piece.front) - reach) :])
        start = len(sheet.lines)
        for text, role in (*piece.head, *piece.body):
            sheet.add(text, role)
        sheet.close(start)
        last = number == len(pieces) - 1
        sheet.group(piece.back if last and chance.random() < REAL_FURNITURE else piece.back[:behind])


POST_ORDERS: Final = (
    "headline",
    "headline glued",
    "headline date",
    "date headline",
    "headline byline",
    "byline date headline",
    "headline date byline",
    "section headline date",
)
"""How a blog heads a post where no day stands above its posts."""


def _blog(press: Press, pieces: Sequence[Piece]) -> None:
    """A blog's index with full posts: days, posts, the line under each, archives in front or behind."""
    chance, sheet = press.chance, press.sheet
    _blog_top(press, pieces[0])
    daily, headed = chance.random() < 0.5, chance.random() < 0.82
    order = ("headline",) if daily else tuple(chance.choice(POST_ORDERS).split())
    between = () if chance.random() < 0.8 else ("comments",)
    head = replace(Head.draw(chance), order=order, points=False, variant=False, between=between)
    marks = [chance.choice(press.wording.marks())] if chance.random() < 0.75 or not headed else []
    kinds = ("comments", "related", "sharing", "pagination")
    extra = [press.say(chance.choice(kinds)) for _ in press.some(0, 0, 1, 1, 2)]
    swapped, shortened = chance.random() < 0.4, chance.random() < 0.3
    separator = chance.choice(words.SEPARATORS) if chance.random() < 0.15 else ""
    longest = chance.choice((1, 1, 2, 3, 6, 15, 60))
    for piece in pieces:
        start = len(sheet.lines)
        if daily and (start == 0 or chance.random() < 0.65 or not headed):
            sheet.group([press.wording.day(chance)], "date")
        if headed:
            add_head(press, piece, head)
        briefly: Lines = [(text, "body") for text in brief(piece.paragraphs, chance, longest)]
        add_body(press, briefly if shortened else _shortened(clean(piece, press.cast), longest), 0.03)
        sheet.close(start)
        _sign(press, marks, () if swapped else extra)
        sheet.group([*(extra if swapped else ()), separator])
    _blog_bottom(press)


def _sign(press: Press, forms: Sequence[str], extra: Sequence[str]) -> None:
    """The lines under a post: who wrote it and when, and buttons in front."""
    press.sheet.group(extra)
    for form in forms:
        timed = "{day}" in form or "{clock}" in form
        role: Role = "byline" if "{name}" in form else "date" if timed else "chrome"
        press.sheet.add(press.wording.mark(form, press.chance), role)


def _blog_top(press: Press, piece: Piece) -> None:
    chance = press.chance
    press.sheet.group(
        [press.wording.site, clip(press.cast.sentence(), 9, piece.language)][: chance.choice((0, 1, 1, 2, 2))]
    )
    if chance.random() < 0.5:
        menu(press, 3, 5, 8, 14)
    if chance.random() < 0.35:
        archive(press)
    if chance.random() < REAL_FURNITURE / 2 and piece.front:
        press.sheet.group(piece.front[-chance.choice((3, 15, 60)) :])


def _blog_bottom(press: Press) -> None:
    chance = press.chance
    press.sheet.group([press.say("pagination") for _ in press.some(0, 1, 2)])
    if chance.random() < 0.75:
        archive(press)
    if chance.random() < 0.4:
        menu(press, 4, 10, 30)
    press.sheet.group([press.say("copyright") for _ in press.some(0, 1)])


def _shortened(lines: Lines, longest: int) -> Lines:
    """At most so many lines, the last of them a paragraph."""
    out = list(lines[:longest])
    while out and out[-1][1] != "body":
        out.pop()
    return out or [next(line for line in lines if line[1] == "body")]


def _digest(press: Press, pieces: Sequence[Piece]) -> None:
    """Briefs of a few sentences under short heads, or with a lead-in of capitals and no head."""
    chance, sheet, wording = press.chance, press.sheet, press.wording
    real, bare = chance.random() < REAL_FURNITURE, chance.random() < BARE
    if not bare:
        top(press, pieces[0], real=real)
    lead_in = chance.choice(("{t}: ", "{t} — ", "{t}. ")) if chance.random() < 0.15 else ""
    head = Head.draw(chance, lean=chance.choice((0.0, 0.35, 0.7)))
    numbered = (
        chance.choice(("{n}. {t}", "{n}. {t}", "{n}a. {t}", "{n}) {t}", "#{n} {t}"))
        if chance.random() < 0.25
        else "{t}"
    )
    _masthead(press, [numbered.format(n=number, t=piece.headline) for number, piece in enumerate(pieces, 1)])
    behind = [press.say(chance.choice(("related", "related", "pagination"))) for _ in press.some(0, 0, 1, 1, 2)]
    separator = chance.choice(words.SEPARATORS) if chance.random() < 0.25 else ""
    most = chance.choice((1, 1, 2, 4, 8))
    sections = chance.random() < 0.25
    for number, piece in enumerate(pieces, 1):
        start = len(sheet.lines)
        if sections and chance.random() < 0.4:
            sheet.group([wording.section(chance).upper()], "section")
        texts = brief(piece.paragraphs, chance, most)
        if lead_in:
            texts[0] = lead_in.format(t=piece.headline.upper() if chance.random() < 0.7 else piece.headline) + texts[0]
        else:
            title = headline_of(piece, head, press)
            add_head(press, piece, head, numbered.format(n=number, t=title))
        add_body(press, [(text, "body") for text in texts], 0.0)
        sheet.close(start)
        sheet.group(behind)
        if separator and number < len(pieces):
            sheet.group([separator])
    if chance.random() < 0.2:
        trailing_byline(press)
    if not bare:
        bottom(press, pieces[-1], real=real)


def _masthead(press: Press, titles: Sequence[str]) -> None:
    """A newsletter's own head: issue, date, a word from the editor, what is in it, as its stories are headed or in short."""
    chance, wording = press.chance, press.wording
    if chance.random() < 0.3:
        press.sheet.group(
            [f"{wording.site} {chance.choice(('Weekly', 'Briefing', 'Digest', 'am', 'Nr. 12', '– Issue 184'))}"],
            "either",
        )
        press.sheet.group([wording.day(chance)], "date")
    if chance.random() < 0.2:
        press.sheet.group([press.cast.remark() for _ in press.some(1, 2)], "either")
    if chance.random() < 0.35:
        contents(press) if chance.random() < 0.5 else press.sheet.group(titles)


def _list(press: Press, pieces: Sequence[Piece]) -> None:
    """A section front or a page of results: nothing but teasers, which are its stories then."""
    chance, sheet, wording = press.chance, press.sheet, press.wording
    real = chance.random() < REAL_FURNITURE / 2
    top(press, pieces[0], real=real)
    if chance.random() < 0.4:
        sheet.group([wording.section(chance)], "either")
    head = replace(Head.draw(chance, lean=chance.choice((0.2, 0.4, 0.8))), between=(), points=False, variant=False)
    late = chance.choice(((), (), ("stamp",), ("byline",), ("glued",)))
    more = press.say("related").replace("{", "").replace("}", "")
    behind = [more + chance.choice(("", "", "", ' "{t}"', ": {t}")) for _ in press.some(0, 1, 1)]
    grouped = chance.random() < 0.2
    blank = chance.choice((0.0, 0.0, 0.1))
    for piece in pieces:
        start = len(sheet.lines)
        if chance.random() < blank:
            sheet.group([press.cast.headline()], "either")
            continue
        if grouped and chance.random() < 0.3:
            sheet.group([wording.section(chance)], "section")
        add_head(press, piece, head)
        text = piece.paragraphs[0]
        sheet.add(
            clip(text, chance.choice((15, 25, 40, 55)), piece.language) + press.cut if chance.random() < 0.7 else text,
            "body",
        )
        sheet.close(start)
        for field in late:
            role: Role = "date" if field == "stamp" else "byline"
            sheet.add({"stamp": wording.stamp, "byline": wording.byline, "glued": wording.glued}[field](chance), role)
        sheet.group([form.format(t=piece.headline) for form in behind])
    sheet.group([press.say("pagination") for _ in press.some(0, 1, 3)])
    bottom(press, pieces[-1], real=real, stories=False)


def _wall(press: Press, pieces: Sequence[Piece]) -> None:
    """Nothing to read: a cookie wall, a page behind a login or a price, readers' comments alone. No story stands on it."""
    del pieces
    chance, sheet = press.chance, press.sheet
    if chance.random() < 0.5:
        menu(press, 2, 5, 15)
    kind = chance.choice(("consent", "consent", "subscription", "login", "comments"))
    if kind == "comments":
        comments(press)
    else:
        sheet.group([press.say(kind) for _ in press.some(1, 1, 2)])
        for _ in press.some(1, 2, 2, 3):
            sheet.group([" ".join(press.wording.notice(chance) for _ in press.some(1, 1, 2))])
        sheet.group([press.say(kind) for _ in press.some(1, 2, 3, 5)])
    if chance.random() < 0.5:
        menu(press, 2, 5, 10)


Family = Callable[[Press, Sequence[Piece]], None]
FAMILIES: Final[tuple[tuple[str, int, Family, tuple[int, int]], ...]] = (
    ("single", 45, _single, (1, 1)),
    ("scroll", 10, _scroll, (2, 8)),
    ("joined", 8, _joined, (2, 5)),
    ("blog", 18, _blog, (3, 15)),
    ("digest", 18, _digest, (3, 16)),
    ("list", 11, _list, (4, 20)),
    ("wall", 6, _wall, (1, 1)),
    ("column", 12, column, (3, 8)),
    ("subheaded", 5, subheaded, (1, 1)),
)
"""Each family's name, weight, maker, and its least and greatest number of stories. Single pages are most of the web."""
