"""Blocks of furniture: what stands around and inside stories and is none of their text.

Each function adds one block to a sheet. Which blocks a page has, and in which order, is for the templates to say.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.pipeline.training import words
from copydesk.pipeline.training.cast import Cast
from copydesk.pipeline.training.sheet import Label, LabelledLine, Sheet
from copydesk.pipeline.training.wording import Wording, invented, recase

NOTABLE: Final = 0.35
"""Share of menu items that name sections; most others are cut from texts, since a real menu's are of the site's own coinage."""
COINED: Final = 0.3
"""Share of set phrases for which the site has wording of its own that no pack knows: in real pages a pack knows one line of
furniture in seven."""
MENU_KINDS: Final = (*("navigation",) * 6, "login", "subscription", "sharing", "consent")
"""Kinds of set phrases in a menu, about as often as in real ones."""
AGAIN: Final = 0.2
"""Share of menus that are said twice in a row, as a page has one for wide and one for narrow screens."""
OWN_WORDING: Final = frozenset(
    {"comments", "related", "sharing", "navigation", "login", "subscription", "tags", "pagination", "promo"}
)


@dataclass(frozen=True, slots=True)
class Press:
    """What all blocks of a page share: its sheet, its site's wording, its pieces, its chance."""

    sheet: Sheet
    wording: Wording
    cast: Cast
    chance: random.Random
    teasers: tuple[tuple[str, ...], ...]
    """Forms of a teaser on this site: fields in their order. A block of teasers has one of them."""
    cut: str
    """How this site marks a text that it cut off."""
    menus: list[list[str]]
    """Menus that the page has shown: headers, drawers and footers say them again."""
    titles: tuple[str, ...] = ()
    """Headlines of the page's own stories, where it lists them beside."""

    def say(self, kind: str) -> str:
        """A phrase of a kind, or a label in its place that no pack knows."""
        if kind in OWN_WORDING and self.chance.random() < COINED:
            return invented(self.cast.texts, self.chance)
        return self.wording.say(self.chance, kind)

    def label(self) -> str:
        """An item of a menu."""
        if self.chance.random() < NOTABLE:
            return self.wording.section(self.chance)
        if self.chance.random() < 0.15:
            return self.say(self.chance.choice(MENU_KINDS))
        return invented(self.cast.texts, self.chance)

    def some(self, *sizes: int) -> range:
        """A range of one of the sizes."""
        return range(self.chance.choice(sizes))


TEASERS: Final = (
    ("headline",),
    ("headline",),
    ("headline", "summary"),
    ("headline", "summary", "stamp"),
    ("section", "headline"),
    ("stamp", "headline"),
    ("section", "headline", "summary"),
    ("headline", "byline", "summary"),
    ("headline", "stamp"),
    ("section", "headline", "stamp"),
    ("headline", "summary", "more"),
    ("credit", "section", "headline", "summary"),
    ("headline", "summary", "byline", "stamp"),
    ("number", "headline"),
    ("glued",),
    ("summary",),
    ("stamp", "headline", "summary"),
    ("headline", "headline"),
    ("section", "headline", "summary", "more"),
    ("headline", "summary", "comments"),
    ("date_headline",),
    ("byline", "headline"),
)


def teaser(press: Press, form: Sequence[str], number: int, more: str, role: Label) -> None:
    """One teaser: a headline and what the site puts around it."""
    chance, wording = press.chance, press.wording
    title = press.cast.headline()
    made: dict[str, Callable[[], str]] = {
        "headline": lambda: title,
        "summary": lambda: press.cast.summary(press.cut),
        "stamp": lambda: wording.stamp(chance),
        "byline": lambda: wording.byline(chance),
        "section": lambda: wording.section(chance),
        "more": lambda: more,
        "credit": lambda: wording.credit(chance),
        "number": lambda: str(number),
        "comments": lambda: str(number * 3 % 7),
        "glued": lambda: f"{wording.section(chance)} {title} {press.cast.summary(press.cut)}",
        "date_headline": lambda: f"{wording.day(chance)} {title}",
    }
    for field in form:
        press.sheet.add(made[field](), role)
    press.sheet.fresh()


def teasers(press: Press, role: Label = "chrome", *sizes: int, titled: float = 0.85) -> None:
    """A block of teasers of one form, under a heading ("Related", "Most read") or without."""
    press.sheet.fresh()
    if press.chance.random() < titled:
        press.sheet.add(press.say("related") if press.chance.random() < 0.7 else press.label(), role)
    form, more = press.chance.choice(press.teasers), press.say("related")
    for number in press.some(*(sizes or (2, 3, 4, 5, 6, 10))):
        teaser(press, form, number + 1, more, role)


def ranked(press: Press) -> None:
    """Most read: bare headlines, numbered or not, sometimes a second list of the same."""
    sheet, chance = press.sheet, press.chance
    sheet.fresh()
    sheet.add(press.say("related"))
    numbered = chance.choice(("", "", "own", "glued", "dotted"))
    titles = [press.cast.headline() for _ in press.some(3, 5, 5, 10)]
    for number, title in enumerate(titles, 1):
        if numbered == "own":
            sheet.add(str(number))
        sheet.add({"glued": f"{number}{title}", "dotted": f"{number}. {title}"}.get(numbered, title))


def menu(press: Press, *sizes: int) -> None:
    """Items of a menu, one a line, or several on a line."""
    sheet, chance = press.sheet, press.chance
    items = [press.label() for _ in press.some(*(sizes or (6, 12, 20, 35, 60, 110)))]
    joint = chance.choice((None, None, None, None, None, " | ", " ", " · ", "", " » "))
    mark = chance.choice(("» ", "• ", "- ", "› ")) if chance.random() < 0.06 else ""
    step = chance.choice((4, 6, 10))
    lines = (
        [mark + item for item in items]
        if joint is None
        else [joint.join(items[i : i + step]) for i in range(0, len(items), step)]
    )
    press.menus.append(lines)
    sheet.group(lines)
    if chance.random() < AGAIN:
        again(press)


def again(press: Press) -> None:
    """A menu that the page has shown, once more: all of it or a part."""
    if press.menus:
        lines = press.chance.choice(press.menus)
        press.sheet.group(lines if press.chance.random() < 0.6 else lines[press.chance.randrange(len(lines)) :])


def contents(press: Press) -> None:
    """The page's own stories listed beside them: recent posts, what is in this issue; with dates and links or without."""
    chance, wording = press.chance, press.wording
    if not press.titles:
        return
    press.sheet.fresh()
    press.sheet.add(press.say("related") if chance.random() < 0.5 else press.label())
    dated, linked, short = chance.random() < 0.3, chance.random() < 0.2, chance.random() < 0.15
    link = press.say("related")
    for title in press.titles[: chance.choice((3, 5, 10, 30))]:
        if dated:
            press.sheet.add(wording.day(chance))
        press.sheet.add(title[:25] + "..." if short else title)
        if linked:
            press.sheet.add(link)


def share(press: Press) -> None:
    """A row of share buttons, one a line or all on one."""
    found = [press.say("sharing") for _ in press.some(1, 2, 3, 4, 6)]
    press.sheet.group(found if press.chance.random() < 0.8 else [" ".join(found)])


def advert(press: Press) -> None:
    """An advertising label, sometimes with the advertisement."""
    press.sheet.add(press.say("advertising"))
    if press.chance.random() < 0.25:
        press.sheet.add(press.cast.headline())
        if press.chance.random() < 0.5:
            press.sheet.add(press.cast.summary(""))


def newsletter(press: Press, role: Label = "chrome") -> None:
    """A box that asks for an address."""
    found = [press.say("subscription")]
    if press.chance.random() < 0.7:
        found.append(
            press.wording.say(press.chance, "subscription", 300)
            if press.chance.random() < 0.5
            else press.cast.sentence()
        )
    if press.chance.random() < 0.6:
        found.append(press.say("subscription"))
    press.sheet.group(found, role)


def notice(press: Press) -> None:
    """A notice in prose: cookies, law, house rules, with or without buttons."""
    found = [press.wording.notice(press.chance) for _ in press.some(1, 1, 2)]
    found += [press.say("consent") for _ in press.some(0, 1, 2, 4)]
    press.sheet.group(found)


def crumbs(press: Press, headline: str) -> None:
    """Where the page stands in its site, often down to its own headline."""
    path = [press.wording.section(press.chance) for _ in press.some(1, 2, 3)]
    if press.chance.random() < 0.6:
        path.append(headline if press.chance.random() < 0.6 else headline[: press.chance.randint(15, 40)] + "...")
    joint = press.chance.choice((None, " > ", " » ", " / ", " › ", "»", ">"))
    press.sheet.group(path if joint is None else [joint.join(path)])


def tags(press: Press) -> None:
    """Topics, one a line or on one line."""
    found = [invented(press.cast.texts, press.chance, 3) for _ in press.some(2, 4, 6, 10)]
    name = press.say("tags")
    joint = press.chance.choice((None, None, ", ", " ", " | ", "", ", "))
    press.sheet.group(
        [name, *found] if joint is None else [f"{name}{press.chance.choice((': ', ' ', ''))}{joint.join(found)}"]
    )


def comments(press: Press) -> None:
    """Readers' words, with names and dates in front or behind, in the order of this page."""
    sheet, chance, wording = press.sheet, press.chance, press.wording
    sheet.fresh()
    sheet.add(press.say("comments"))
    order = chance.choice(
        (
            ("name", "stamp", "text"),
            ("name", "text"),
            ("text", "posted"),
            ("says", "stamp", "text"),
            ("number", "text", "posted"),
            ("glued", "text"),
            ("text", "name"),
        )
    )
    reply = press.say("comments") if chance.random() < 0.5 else ""
    for number in press.some(0, 1, 2, 4, 8, 15, 30):
        name = chance.choice(words.HANDLES) if chance.random() < 0.6 else wording.name(chance)
        for field in order:
            if field == "text":
                for _ in press.some(1, 1, 1, 2, 3):
                    sheet.add(press.cast.remark())
            else:
                stamp = f"{wording.day(chance)} {wording.clock(chance)}"
                made = {
                    "name": name,
                    "stamp": stamp,
                    "says": f"{name} says:",
                    "number": f"{number + 1}.",
                    "posted": f"Posted by: {name} at {stamp}",
                    "glued": f"{name} {stamp}",
                }
                sheet.add(made[field])
        sheet.add(reply)
        sheet.fresh()
    for _ in press.some(0, 1, 4):
        sheet.add(press.say(chance.choice(("comments", "login"))))


def author_box(press: Press, name: str) -> None:
    """A writer's name with a line or two about them, which reads like prose."""
    sheet, chance = press.sheet, press.chance
    sheet.fresh()
    if chance.random() < 0.4:
        sheet.add(
            recase(
                chance.choice(
                    ("about the author", "über den autor", "sobre el autor", "meet the writer", "à propos de l'auteur")
                ),
                press.wording.case,
            )
        )
    if chance.random() < 0.7:
        sheet.add(name)
    text = " ".join(press.cast.sentence() for _ in press.some(1, 1, 2, 3))
    sheet.add(f"{name} {text[:1].lower()}{text[1:]}" if chance.random() < 0.7 else text)
    for _ in press.some(0, 0, 1, 3):
        sheet.add(press.say("sharing"))


def verbatim(press: Press, block: Callable[[], None]) -> Callable[[], None]:
    """The block as a site's template prints it: in the same words below each of the page's stories."""
    said: list[LabelledLine] = []

    def say() -> None:
        sheet = press.sheet
        if not said:
            start = len(sheet.lines)
            block()
            said.extend(sheet.lines[start:])
            return
        sheet.fresh()
        for line in said:
            sheet.add(line.text, line.role)
        sheet.fresh()

    return say


def interlude(press: Press) -> None:
    """Much furniture between a headline and its text, as where a player, a form or a list is drawn over the story."""
    chance = press.chance
    blocks: list[Callable[[], None]] = [
        lambda: teasers(press, "chrome", 2, 3, 5),
        lambda: press.sheet.group([press.say("login") for _ in press.some(2, 5)]),
        lambda: menu(press, 4, 9),
        lambda: notice(press),
        lambda: press.sheet.group([str(chance.randint(0, 999)) for _ in press.some(1, 2, 4)]),
        lambda: author_box(press, press.wording.name(chance)),
        lambda: share(press),
    ]
    for block in chance.sample(blocks, chance.choice((1, 1, 2, 3))):
        block()
