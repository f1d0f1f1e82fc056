"""A page's upper and lower end, and a blog's side: blocks of furniture in the order that sites have them."""

from __future__ import annotations

from collections.abc import Callable

from copydesk.pipeline.training import words
from copydesk.pipeline.training.furniture import (
    Press,
    advert,
    again,
    contents,
    crumbs,
    menu,
    newsletter,
    notice,
    ranked,
    share,
    tags,
    teasers,
)
from copydesk.pipeline.training.sheet import Piece
from copydesk.pipeline.training.wording import recase


def archive(press: Press) -> None:
    """A blog's side: about-me prose, links, months with counts, recent posts and comments, a calendar."""
    sheet, chance, wording = press.sheet, press.chance, press.wording
    makers: list[Callable[[], list[str]]] = [
        lambda: [recase(f"{wording.day(chance)}", "sentence") for _ in press.some(3, 6, 12)],
        lambda: [
            f"{name} ({chance.randint(1, 99)})" for name in (wording.section(chance) for _ in press.some(4, 8, 14))
        ],
        lambda: [press.cast.headline() for _ in press.some(3, 5, 10)],
        lambda: [chance.choice(words.SITES) for _ in press.some(3, 6, 12, 20)],
        lambda: [f"{chance.choice(words.HANDLES)} on {press.cast.headline()}" for _ in press.some(3, 5)],
        lambda: [" ".join(press.cast.sentence() for _ in press.some(1, 2, 3))],
        lambda: [str(day) for day in range(1, 31)],
        lambda: [f"{wording.day(chance)} - {wording.day(chance)}" for _ in press.some(4, 9)],
    ]
    if chance.random() < 0.5:
        contents(press)
    for make in chance.sample(makers, chance.randint(1, 5)):
        sheet.fresh()
        sheet.add(press.label() if chance.random() < 0.6 else press.say("navigation"))
        sheet.group(make())


def top(press: Press, piece: Piece, *, real: bool) -> None:
    """The head of a page: its own lines of a real page, or an invented one, which may say the headline before it stands."""
    sheet, chance = press.sheet, press.chance
    if real and piece.front:
        sheet.group(piece.front[-chance.choice((3, 10, 40, 150, 400)) :])
        return
    blocks: list[Callable[[], None]] = [
        lambda: notice(press),
        lambda: menu(press),
        lambda: menu(press, 3, 6),
        lambda: sheet.group([press.wording.site]),
        lambda: sheet.group([press.say("navigation"), press.say("login")]),
        lambda: sheet.group([press.wording.day(chance)]),
        lambda: contents(press),
        lambda: teasers(press, "chrome", 2, 4, 6),
        lambda: advert(press),
        lambda: ranked(press),
        lambda: newsletter(press),
        lambda: sheet.group([piece.headline]),
        lambda: sheet.group([f"{piece.headline} - {press.wording.site}"]),
        lambda: share(press),
    ]
    picked = chance.sample(blocks, chance.randint(0, 7))
    for block in [lambda: menu(press), *picked] if chance.random() < 0.8 else picked:
        block()
    if chance.random() < 0.3:
        crumbs(press, piece.headline)


def bottom(press: Press, piece: Piece, *, real: bool, stories: bool = True) -> None:
    """The foot of a page: what follows the last story, then menus and law."""
    sheet, chance = press.sheet, press.chance
    if real and piece.back:
        sheet.group(piece.back[: chance.choice((3, 10, 40, 150, 400))])
        return
    blocks: list[Callable[[], None]] = [
        lambda: menu(press, 4, 8, 15, 30),
        lambda: again(press),
        lambda: again(press),
        lambda: newsletter(press),
        lambda: ranked(press),
        lambda: notice(press),
        lambda: advert(press),
        lambda: sheet.group([press.say("copyright")]),
        lambda: menu(press, 3, 6),
    ]
    if stories:
        blocks += [
            lambda: teasers(press),
            lambda: teasers(press, "chrome", 3, 6, 12, 20),
            lambda: share(press),
            lambda: tags(press),
        ]
    for block in chance.sample(blocks, chance.randint(0, len(blocks) - 1)):
        block()
    if chance.random() < 0.7:
        sheet.group(
            [
                f"© {chance.randint(2003, 2025)} {press.wording.site}"
                if chance.random() < 0.5
                else press.say("copyright")
            ]
        )
