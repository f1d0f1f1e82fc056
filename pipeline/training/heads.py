"""A story's head: which fields a site has, in which order, and the furniture that stands between them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from copydesk.pipeline.training import words
from copydesk.pipeline.training.cast import clip, sentences
from copydesk.pipeline.training.furniture import Press, share
from copydesk.pipeline.training.sheet import Label, Piece

ORDERS: Final = (
    "section headline deck byline date caption",
    "section headline deck caption byline date",
    "date headline byline",
    "date section headline deck",
    "headline byline date deck",
    "headline date byline",
    "caption section headline deck date byline",
    "section caption headline deck byline date",
    "section headline date deck",
    "headline",
    "headline deck",
    "headline glued",
    "section headline glued caption",
    "headline glued deck caption",
    "date headline",
    "headline date",
    "section date headline deck byline",
    "byline date headline",
    "headline byline",
    "section headline byline date",
    "headline caption glued",
    "section headline deck glued",
    "date section headline byline",
    "headline section deck byline date",
    "glued headline",
    "section byline headline date",
    "headline deck date byline caption",
    "caption headline",
    "caption headline byline date",
    "caption section headline deck glued",
    "headline deck caption",
    "date section headline deck byline paper",
    "date headline byline paper deck",
    "headline byline paper",
    "headline paper byline date",
    "date headline deck byline paper",
)
"""Orders of fields as news sites, magazines and blogs have them; the headline is in each,
any other field may be left out of a page."""
BETWEEN: Final = ("share", "comments", "reading", "print", "count", "image", "navigation", "listen")


@dataclass(frozen=True, slots=True)
class Head:
    """How one site heads its stories: all of its stories alike, but for a field that one of them lacks."""

    order: tuple[str, ...]
    between: tuple[str, ...]
    """Furniture after the headline, before the text; each in front of the field of the same place."""
    upper: bool
    kicker: bool
    """The headline line begins with the topic, as where two elements stand on one line."""
    long: bool
    """The headline runs into a second one, as where a kicker of a whole sentence stands on its line."""
    variant: bool
    """The headline is said in other words close by: the title for other sites, or the first subhead."""
    points: bool
    """The deck is followed by key points."""
    split: bool
    """Byline in parts: name, role, address."""
    missing: float
    """Share of a story's fields that this story lacks although the site has them."""

    @classmethod
    def draw(cls, chance: random.Random, lean: float = 0.8) -> Head:
        """A site's way; `lean` is the share of the order's fields that the site keeps."""
        fields = [f for f in chance.choice(ORDERS).split() if f == "headline" or chance.random() < lean]
        between = chance.sample(BETWEEN, chance.choice((0, 0, 0, 1, 1, 2, 4)))
        return cls(
            order=tuple(fields),
            between=tuple(between),
            upper=chance.random() < 0.08,
            kicker=chance.random() < 0.06,
            long=chance.random() < 0.04,
            variant=chance.random() < 0.08,
            points=chance.random() < 0.06,
            split=chance.random() < 0.15,
            missing=chance.choice((0.0, 0.0, 0.1, 0.3)),
        )


def headline_of(piece: Piece, head: Head, press: Press) -> str:
    """The headline as this site writes it."""
    text = piece.headline.upper() if head.upper else piece.headline
    if head.long:
        return f"{text}{press.chance.choice((': ', ' ', ' – '))}{press.cast.headline()}"
    if not head.kicker:
        return text
    topic = press.wording.section(press.chance) if press.chance.random() < 0.5 else press.chance.choice(words.HANDLES)
    return f"{topic}{press.chance.choice((': ', ' ', ' | '))}{text}"


def deck_of(piece: Piece, press: Press) -> str:
    """A deck: a sentence of the story, or one of its first paragraph, as editors take them."""
    chance = press.chance
    if chance.random() < 0.3:
        return piece.paragraphs[0]
    text = chance.choice(sentences(chance.choice(piece.paragraphs[:4])) or [piece.headline])
    short = clip(text, chance.choice((6, 12, 30, 60)), piece.language)
    return short if chance.random() < 0.4 else text


def add_head(press: Press, piece: Piece, head: Head, headline: str | None = None) -> None:
    """The fields of one story's head, each one a line or more."""
    chance = press.chance
    between = list(head.between)
    behind = False
    if head.variant and chance.random() < 0.6:
        press.sheet.group([variant_of(piece.headline, chance)])
    for field in head.order:
        if field != "headline" and chance.random() < head.missing:
            continue
        if behind and between and chance.random() < 0.5:
            _furniture(press, between.pop())
        _FIELDS[field](press, piece, head) if field != "headline" else press.sheet.add(
            headline or headline_of(piece, head, press), "headline"
        )
        behind = behind or field == "headline"
        press.sheet.fresh()
    for name in between:
        _furniture(press, name)
    if head.variant and chance.random() < 0.4:
        press.sheet.group([variant_of(piece.headline, chance)], "subhead")
    press.sheet.fresh()


def variant_of(headline: str, chance: random.Random) -> str:
    """A headline in almost the same words: some left out, or its two halves swapped.

    >>> sorted(variant_of("A B", random.Random(1)).split())
    ['A', 'B']
    """
    found = headline.split()
    if len(found) < 4:
        return headline
    if chance.random() < 0.3:
        half = len(found) // 2
        return " ".join((*found[half:], *found[:half]))
    left = set(chance.sample(range(len(found)), chance.randint(1, max(1, len(found) // 3))))
    return " ".join(word for i, word in enumerate(found) if i not in left)


def caption(press: Press, text: str | None = None) -> None:
    """A picture's caption, its credit, or both on one line or two."""
    chance, wording, sheet = press.chance, press.wording, press.sheet
    words_in = text or clip(press.cast.sentence(), chance.choice((4, 8, 14, 30)), press.cast.language)
    form = chance.choice(("both", "two", "credit", "text", "both"))
    if form in {"two", "text"} and chance.random() < 0.4:
        words_in += "."
    if form in {"both", "text"}:
        sheet.add(
            f"{words_in}{chance.choice((' ', '. ', ' | ', ' / '))}{wording.credit(chance)}"
            if form == "both"
            else words_in,
            "caption",
        )
    else:
        if form == "two":
            sheet.add(words_in, "caption")
        sheet.add(wording.credit(chance), "caption")
    sheet.fresh()


def _paper(press: Press, piece: Piece, head: Head) -> None:
    """Where the story first appeared: a paper's name, which looks like a headline and stands right above the text."""
    del piece, head
    chance = press.chance
    first = chance.choice(("", "The ", "The ")) + chance.choice(words.PAPER_PLACES)
    press.sheet.add(f"{first} {chance.choice(words.PAPER_KINDS)}", "byline")


def _section(press: Press, piece: Piece, head: Head) -> None:
    del piece, head
    for _ in press.some(1, 1, 1, 1, 2, 3):
        press.sheet.add(
            press.wording.section(press.chance) + press.chance.choice(("", "", "", "", " |", " »")), "section"
        )


def _deck(press: Press, piece: Piece, head: Head) -> None:
    press.sheet.add(deck_of(piece, press), "deck")
    if head.points:
        for _ in press.some(2, 3, 4):
            press.sheet.add(clip(press.cast.sentence(), press.chance.choice((6, 9, 14)), piece.language), "deck")


def _byline(press: Press, piece: Piece, head: Head) -> None:
    del piece
    opener = press.wording.apart[0]
    press.sheet.add(opener, "byline")
    press.sheet.add(press.wording.name(press.chance) if opener else press.wording.byline(press.chance), "byline")
    if head.split:
        for _ in press.some(1, 1, 2):
            press.sheet.add(press.wording.role(press.chance), "byline")


def _date(press: Press, piece: Piece, head: Head) -> None:
    del piece, head
    label = press.wording.apart[1]
    press.sheet.add(label, "date")
    press.sheet.add(press.wording.day(press.chance) if label else press.wording.stamp(press.chance), "date")


def _glued(press: Press, piece: Piece, head: Head) -> None:
    del piece, head
    press.sheet.add(press.wording.glued(press.chance), "byline")


def _caption(press: Press, piece: Piece, head: Head) -> None:
    del head
    caption(press, clip(press.chance.choice(piece.paragraphs), press.chance.choice((6, 12, 20)), piece.language))


_FIELDS: Final = {
    "paper": _paper,
    "section": _section,
    "deck": _deck,
    "byline": _byline,
    "date": _date,
    "glued": _glued,
    "caption": _caption,
}


def _furniture(press: Press, name: str) -> None:
    """One small thing between a headline and its text."""
    sheet, chance = press.sheet, press.chance
    if name == "share":
        share(press)
    elif name == "count":
        sheet.add(str(chance.choice((0, 0, 3, 17, 384))))
    else:
        kind = {
            "comments": "comments",
            "reading": "reading_time",
            "print": "sharing",
            "image": "pagination",
            "navigation": "navigation",
            "listen": "transcript",
        }[name]
        sheet.add(press.say(kind))


def trailing_byline(press: Press, role: Label = "byline") -> None:
    """A byline or a signature behind the text."""
    chance, wording = press.chance, press.wording
    made = (
        wording.byline(chance),
        wording.name(chance),
        f"({wording.name(chance)})",
        wording.glued(chance),
        chance.choice(("red", "pp", "dpa", "(AP)", "rb/mk")),
    )
    press.sheet.add(chance.choice(made), role)
