"""Labelled pages of our own, small and by hand: what the tests of training learn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from copydesk.pipeline.training.pages import Example, document_of, example_of
from copydesk.pipeline.training.sheet import LabelledLine, LabelledPage
from copydesk.transforms.rules import Rules

WORDS: Final = (
    "orchard", "bridge", "council", "ferry", "museum", "harvest", "tunnel", "library", "market", "theatre", "lighthouse",
    "bakery",
)  # fmt: skip
Row = tuple[str, str, int | None]
"""A line's text, its role, and the number of its story."""


def page_of(rows: Iterable[Row], *sites: str) -> LabelledPage:
    """A labelled page of these lines."""
    lines = tuple(LabelledLine(text=text, role=role, story=story, blank_lines=1) for text, role, story in rows)  # type: ignore[arg-type]
    return LabelledPage(lines=lines, language="en", sites=frozenset(sites), family="test")


def example(rows: Iterable[Row], rules: Rules, *sites: str, name: str = "page", corpus: str = "pages") -> Example:
    """A labelled page of these lines, ready to learn from."""
    page = page_of(rows, *sites)
    return example_of(page, document_of(page), rules, name=name, corpus=corpus)


def paragraphs(word: str) -> list[str]:
    """Three sentences about one thing that no other page holds."""
    return [
        f"The {word} was opened again on Tuesday, three years after the flood had closed it, and nobody made a speech.",
        f"Neighbours had collected money for the {word}, and they had painted its doors themselves in one long week.",
        f"We never gave up on the {word}, said one of them, who has lived beside it since the day that she was born.",
    ]


def story_rows(word: str, number: int = 0) -> list[Row]:
    """The lines of one story."""
    head: list[Row] = [(f"Old {word} opens its doors", "headline", number), ("By Ana Ortega", "byline", number)]
    return [*head, *((text, "body", number) for text in paragraphs(word))]


def several(words: Sequence[str]) -> list[Row]:
    """A page of several stories, with furniture at both ends and between them."""
    rows: list[Row] = [("Home", "chrome", None), ("Sport today", "chrome", None)]
    for number, word in enumerate(words):
        rows += [*story_rows(word, number), ("Read more", "chrome", None)]
    return [*rows, ("Contact us", "chrome", None)]


def corpus(rules: Rules) -> list[Example]:
    """A dozen pages of as many sites: single ones, and some of two stories."""
    single: list[Any] = [
        example(several([word]), rules, f"{word}.example", name=word, corpus="single") for word in WORDS[:8]
    ]
    pairs = [(WORDS[at], WORDS[at + 1]) for at in range(8, 12, 2)]
    return single + [example(several(pair), rules, f"{pair[0]}.example", name=pair[0]) for pair in pairs]
