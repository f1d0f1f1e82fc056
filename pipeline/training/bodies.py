"""A story's text in the shapes that tempt a labeller to split it, and that must stay one story."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from copydesk.pipeline.training import words
from copydesk.pipeline.training.cast import Cast, clip
from copydesk.pipeline.training.sheet import Label, Piece

Lines = list[tuple[str, Label]]
LONGEST: Final = 120
"""Lines of a body: longer ones teach nothing new and cost time."""


def plain(piece: Piece, cast: Cast) -> Lines:
    """The story as it was, captions and boxes inside it too."""
    del cast
    return list(piece.body[:LONGEST])


def clean(piece: Piece, cast: Cast) -> Lines:
    """The story's paragraphs and subheads only."""
    del cast
    return [line for line in piece.body if line[1] in {"body", "subhead"}][:LONGEST]


def _paragraphs(cast: Cast, least: int) -> list[str]:
    """Paragraphs of the first piece, and of others where it has too few."""
    found = list(cast.pieces[0].paragraphs[:LONGEST])
    for piece in cast.others:
        if len(found) >= least:
            break
        found += piece.paragraphs[:least]
    return found


def feature(piece: Piece, cast: Cast) -> Lines:
    """A long story under many subheads."""
    del piece
    out: Lines = []
    every = cast.chance.choice((1, 2, 3, 4, 6))
    for number, text in enumerate(_paragraphs(cast, 12)):
        if number % every == 0 and number:
            out.append((_short(cast), "subhead"))
        out.append((text, "body"))
    return out


def listicle(piece: Piece, cast: Cast) -> Lines:
    """An introduction, then numbered subheads with a paragraph or two each; up or down."""
    del piece
    chance = cast.chance
    paragraphs = _paragraphs(cast, 16)
    out: Lines = [(text, "body") for text in paragraphs[: chance.randint(1, 3)]]
    rest = paragraphs[len(out) :]
    each = chance.choice((1, 1, 2, 3))
    form = chance.choice(
        ("{n}. {t}", "{n}) {t}", "{n}. {t}", "#{n}: {t}", "{n} {t}", "Step {n}: {t}", "{n} – {t}", "No. {n} {t}", "{t}")
    )
    asked, verdict = chance.random() < 0.15, _short(cast) if chance.random() < 0.15 else ""
    count = max(1, len(rest) // each)
    down = chance.random() < 0.2
    for number in range(count):
        title = (
            f"{clip(cast.sentence(), chance.randint(8, 22), cast.language).rstrip('.!?')}?" if asked else _short(cast)
        )
        out.append((form.format(n=count - number if down else number + 1, t=title), "subhead"))
        out += [(text, "body") for text in rest[number * each : number * each + each]]
        if verdict:
            out += [(verdict, "subhead"), (cast.sentence(), "body")]
    return out


def interview(piece: Piece, cast: Cast) -> Lines:
    """Questions as short lines, answers as paragraphs; names or letters in front of both, or of none."""
    chance = cast.chance
    asks, answers = chance.choice(
        (
            ("", ""),
            ("", ""),
            ("Q: ", "A: "),
            ("Q ", "A "),
            (f"{cast.texts[0].split()[0]}: ", "Ruth Marsh: "),
            ("– ", ""),
            ("", ""),
        )
    )
    paragraphs = _paragraphs(cast, 8)
    out: Lines = [(text, "body") for text in paragraphs[: chance.choice((0, 1, 2))]]
    for text in paragraphs[len(out) :]:
        if chance.random() < 0.75:
            out.append((f"{asks}{clip(cast.sentence(), chance.randint(3, 16), piece.language).rstrip('.!?')}?", "body"))
        out.append((answers + text, "body"))
    return out


def blotter(piece: Piece, cast: Cast) -> Lines:
    """A police log or an events list: days as subheads, short entries with a place and a time in front."""
    chance = cast.chance
    form = chance.choice(("{place}: {text}", "{clock} — {text}", "{place}, {clock}: {text}", "{text}", "• {text}"))
    out: Lines = []
    for _ in range(chance.randint(2, 6)):
        day = chance.choice(
            (
                chance.choice(words.WEEKDAYS["en"]),
                chance.choice(words.PLACES),
                f"{chance.choice(words.PLACES)}, Oct. {chance.randint(1, 30)}",
            )
        )
        out.append((day, "subhead"))
        for _ in range(chance.randint(1, 5)):
            clock = f"{chance.randint(1, 12)}:{chance.randint(10, 59)} {chance.choice(('a.m.', 'p.m.'))}"
            text = " ".join(cast.sentence() for _ in range(chance.choice((1, 1, 2, 3))))
            out.append((form.format(place=chance.choice(words.PLACES), clock=clock, text=text), "body"))
    del piece
    return out


def live(piece: Piece, cast: Cast) -> Lines:
    """A live blog: times, sometimes a heading, then an entry of one to three paragraphs."""
    del piece
    chance = cast.chance
    form = chance.choice(("{h}:{m}", "{h}:{m} Uhr", "{h}.{m}", "{h}:{m} GMT", "{h}h{m}", "{h}:{m} | {name}"))
    headed = chance.random() < 0.4
    out: Lines = [(cast.paragraph(), "body")]
    for number in range(chance.randint(4, 18), 0, -1):
        out.append((form.format(h=number + 4, m=f"{chance.randint(0, 59):02}", name="Kim Lund"), "either"))
        if headed:
            out.append((_short(cast), "subhead"))
        out += [
            (cast.paragraph() if chance.random() < 0.5 else cast.sentence(), "body")
            for _ in range(chance.choice((1, 1, 1, 2, 3)))
        ]
    return out


def recipe(piece: Piece, cast: Cast) -> Lines:
    """A word in advance, ingredients, steps."""
    chance = cast.chance
    out: Lines = [(text, "body") for text in piece.paragraphs[: chance.randint(1, 4)]]
    out.append(
        (
            chance.choice(("Ingredients", "Zutaten", "Ingredientes", "Ingrédients", "You will need", "INGREDIENTS:")),
            "subhead",
        )
    )
    out += [(text, "body") for text in chance.sample(words.INGREDIENTS, chance.randint(4, 14))]
    out.append(
        (
            chance.choice(("Method", "Zubereitung", "Preparación", "Préparation", "Directions", "INSTRUCTIONS:")),
            "subhead",
        )
    )
    out += [
        (f"{n}. {cast.sentence()}" if chance.random() < 0.8 else cast.sentence(), "body")
        for n in range(1, chance.randint(4, 10))
    ]
    return out


def broken(piece: Piece, cast: Cast) -> Lines:
    """An essay with breaks of asterisks or rules between its parts."""
    del piece
    mark = cast.chance.choice(words.SEPARATORS)
    out: Lines = []
    for number, text in enumerate(_paragraphs(cast, 6)):
        if number and cast.chance.random() < 0.3:
            out.append((mark, "chrome"))
        out.append((text, "body"))
    return out


_CODE: Final = ("$ run --all", "x = read(path)", "if x > 3:", "return x[1:]", "}", "cd build && make", "// todo")


def diary(piece: Piece, cast: Cast) -> Lines:
    """One story told by days: dates as its subheads."""
    chance = cast.chance
    month, form = (
        chance.randint(1, 12),
        chance.choice(
            (
                "{d}.{m}.2011",
                "July {d}, 2003",
                "July {d}. 2003",
                "{d} May",
                "Day {d}",
                "{m}/{d}",
                "Tag {d}",
                "2014-05-{d:02}",
            )
        ),
    )
    out: Lines = [(text, "body") for text in piece.paragraphs[: chance.choice((0, 1, 2))]]
    for day in range(1, chance.randint(3, 15)):
        out.append((form.format(d=day, m=month), "subhead"))
        out += [
            (cast.paragraph() if chance.random() < 0.5 else cast.sentence(), "body")
            for _ in range(chance.choice((1, 1, 2)))
        ]
    return out


def reference(piece: Piece, cast: Cast) -> Lines:
    """A manual or an encyclopedia: short sections, tables read out cell by cell, code, notes with numbers."""
    chance = cast.chance
    out: Lines = []
    for text in _paragraphs(cast, 8):
        if chance.random() < 0.4:
            out.append((_short(cast) + chance.choice(("", "", "¶", "[edit]")), "subhead"))
        out.append((text, "body"))
        if chance.random() < 0.15:
            out += _table_of(cast)
        if chance.random() < 0.1:
            out += [(chance.choice(_CODE), "body") for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.5:
        out.append((chance.choice(("References", "Notes", "Einzelnachweise", "Notas")), "subhead"))
        apart = chance.random() < 0.4
        for number in range(1, chance.choice((4, 12, 30, 80))):
            mark = chance.choice(("^", f"{number}.", f"[{number}]"))
            name, year = chance.choice(words.LAST_NAMES["en"]), chance.randint(1960, 2024)
            if apart:
                out += [
                    (f'{mark} "{cast.headline()}"', "body"),
                    (f". {name}. Retrieved {year}-03-{number:02}.", "body"),
                ]
            else:
                out.append((f'{mark} {name}, "{cast.headline()}". {year}.', "body"))
    del piece
    return out


def _table_of(cast: Cast) -> Lines:
    """A table read out cell by cell, or row by row."""
    chance = cast.chance
    makers: tuple[Callable[[], str], ...] = (
        lambda: str(chance.randint(1, 3000)),
        lambda: clip(cast.sentence(), chance.randint(1, 5), cast.language),
        lambda: f"{chance.randint(1, 99)} %",
        lambda: clip(cast.sentence(), 20, cast.language),
    )
    columns = chance.sample(makers, chance.randint(1, 4))
    rows = [[make() for make in columns] for _ in range(chance.choice((3, 6, 12, 30)))]
    if chance.random() < 0.3:
        return [(" ".join(row), "body") for row in rows]
    return [(cell, "body") for row in rows for cell in row]


def poem(piece: Piece, cast: Cast) -> Lines:
    """Verse: lines of three to eight words."""
    chance = cast.chance
    out: Lines = []
    for text in piece.paragraphs[: chance.randint(1, 4)]:
        found, joint = (text.split()[:60], " ") if " " in text else (list(text[:200]), "")
        while found:
            size = chance.randint(3, 8) if joint else chance.randint(6, 22)
            out.append((joint.join(found[:size]), "body"))
            found = found[size:]
    return out


def changelog(piece: Piece, cast: Cast) -> Lines:
    """Versions as subheads, lists of changes."""
    chance = cast.chance
    mark = chance.choice(("", "• ", "- ", "* ", "Fixed: "))
    out: Lines = [(text, "body") for text in piece.paragraphs[: chance.choice((0, 1, 2))]]
    for number in range(chance.randint(2, 6), 0, -1):
        out.append(
            (
                chance.choice(("Version 2.{n}", "v1.{n}.0", "2.{n} (2019-03-0{n})", "Release {n}")).format(n=number),
                "subhead",
            )
        )
        out += [
            (mark + clip(cast.sentence(), chance.randint(4, 20), piece.language), "body")
            for _ in range(chance.randint(1, 7))
        ]
    return out


def listed(piece: Piece, cast: Cast) -> Lines:
    """Paragraphs with lists of short items between them."""
    chance = cast.chance
    mark = chance.choice(("", "", "• ", "- ", "* "))
    out: Lines = []
    for text in piece.paragraphs[:20]:
        out.append((text, "body"))
        if chance.random() < 0.25:
            out += [
                (mark + clip(cast.sentence(), chance.randint(2, 12), piece.language), "body")
                for _ in range(chance.randint(2, 7))
            ]
    return out


def _short(cast: Cast) -> str:
    """A subhead: two to nine words, with or without a mark at its end."""
    text = clip(
        cast.sentence() if cast.chance.random() < 0.7 else cast.headline(), cast.chance.randint(2, 9), cast.language
    ).strip(' .,;:"“”')
    text = text.upper() if cast.chance.random() < 0.08 else text[:1].upper() + text[1:]
    return (text or cast.texts[0]) + cast.chance.choice(("", "", "", "", "", "?", ":", "!"))


SHAPES: Final[tuple[tuple[str, int, Callable[[Piece, Cast], Lines]], ...]] = (
    ("plain", 30, plain),
    ("clean", 30, clean),
    ("feature", 10, feature),
    ("listicle", 6, listicle),
    ("interview", 6, interview),
    ("blotter", 3, blotter),
    ("live", 4, live),
    ("recipe", 2, recipe),
    ("broken", 4, broken),
    ("poem", 3, poem),
    ("diary", 3, diary),
    ("reference", 6, reference),
    ("changelog", 2, changelog),
    ("listed", 6, listed),
)
"""Shapes of a body and how often each is drawn: ordinary text most often, since most pages are of it."""


def draw_body(piece: Piece, cast: Cast, chance: random.Random) -> Lines:
    """A body in one of the shapes; a shape that finds nothing to say gives the story as it was."""
    shape = chance.choices([shape for _, _, shape in SHAPES], [weight for _, weight, _ in SHAPES])[0]
    lines = shape(piece, cast)
    return lines if any(role == "body" for _, role in lines) else plain(piece, cast)
