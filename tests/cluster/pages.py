"""Made-up pages, as many as asked for: articles of some sites with their furniture, text dumps, captions; some repeated.

Run as a script: `python tests/cluster/pages.py FOLDER COUNT`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

PLACES = ("harbour", "library", "valley railway", "school kitchen", "observatory", "ferry line", "market hall", "old bridge")
PEOPLE = ("Ada Winter", "Tom Haller", "Ines Vogt", "Paul Mercer", "Rosa Lindt", "Karim Aydin")
VERBS = ("reopened", "was paid for", "was measured again", "was argued about", "was painted", "lost its roof", "found a buyer")
WHEN = ("on Monday", "after a long winter", "before the vote", "in the first week of May", "at noon", "for the third time")
ENDS = (
    "and nobody in the hall objected",
    "which the council had promised two years ago",
    "although the engineers had asked for more time",
    "so that boats can leave an hour earlier",
    "and forty people came to see it",
    "while the bill went to the county",
)
SITES = ("harbour-post.example", "valley-courier.example", "night-tram.example", "island-letter.example", "north-quay.example")
MENU = ("Home", "Politics", "Harbour", "Culture", "Sport", "Weather", "Subscribe")
REPEATED_EVERY = 40
"""Every so many pages one is an earlier page again, byte for byte."""


def write_pages(folder: Path, count: int) -> None:
    """Write `count` files, the same ones whenever they are asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        told = number - REPEATED_EVERY // 2 if number % REPEATED_EVERY == REPEATED_EVERY - 1 else number
        chance = random.Random(told)  # noqa: S311 - the same pages every time
        extension, text = (
            ("vtt", captions(chance)) if told % 25 == 3
            else ("txt", dump(chance)) if told % 10 == 5
            else ("html", page(chance, told))
        )  # fmt: skip
        (folder / f"{number:06d}.{extension}").write_text(text, encoding="utf-8")


def sentence(chance: random.Random) -> str:
    """A sentence of prose."""
    return (
        f"The {chance.choice(PLACES)} {chance.choice(VERBS)} {chance.choice(WHEN)}, {chance.choice(ENDS)}, "
        f"said {chance.choice(PEOPLE)} in report {chance.randrange(10_000)}."
    )


def article(chance: random.Random) -> tuple[str, str, list[str]]:
    """Headline, byline and paragraphs."""
    headline = f"The {chance.choice(PLACES)} {chance.choice(VERBS)} {chance.choice(WHEN)}"
    body = [" ".join(sentence(chance) for _ in range(chance.randint(2, 5))) for _ in range(chance.randint(5, 14))]
    return headline, f"By {chance.choice(PEOPLE)}", body


def page(chance: random.Random, number: int) -> str:
    """A page of one of the sites, with what stands on all of its pages."""
    site = SITES[number % len(SITES)]
    headline, byline, body = article(chance)
    menu = "".join(f'<li><a href="/{word.lower()}">{word}</a></li>' for word in MENU)
    more = "".join(f'<li><a href="/{n}">{sentence(chance)[:60]}</a></li>' for n in range(8))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline} | {site}</title>'
        f'<link rel="canonical" href="https://{site}/{number}"></head><body><nav><ul>{menu}</ul></nav>'
        f'<main><article><h1>{headline}</h1><p class="byline">{byline}</p><time datetime="{day}">{day}</time>{text}</article>'
        f"</main><aside><h2>More from {site}</h2><ul>{more}</ul></aside>"
        f"<footer><p>{site} is published by the readers of {site}.</p><p>All rights reserved.</p></footer></body></html>"
    )


def dump(chance: random.Random) -> str:
    """What a browser's 'save as text' gives of two articles below each other."""
    parts = ["\n\n".join([headline, byline, *body]) for headline, byline, body in (article(chance), article(chance))]
    return "\n\n".join([*MENU, *parts, "Share this", "All rights reserved.\n"])


def captions(chance: random.Random) -> str:
    """A transcript as captions."""
    cues = []
    for at in range(0, 240, 5):
        minute, second = divmod(at, 60)
        cues.append(f"{minute:02d}:{second:02d}.000 --> {minute:02d}:{second + 3:02d}.000\n{sentence(chance)}")
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]), int(sys.argv[2]))
