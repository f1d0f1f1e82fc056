"""JSON-LD: the objects of a page's scripts, and what they say of articles and people (https://schema.org/Article)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from copydesk.transforms.decode.values import split_names, tidy

MAX_THINGS: Final = 5_000
"""JSON-LD objects of a page that are looked at."""
_ARTICLE: Final = re.compile(r"(?:Article|BlogPosting|NewsStory|LiveBlogPosting|Report|Review|Recipe|Posting)$")
_NESTING: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "blogPost", "hasPart")
"""Where an object of JSON-LD keeps those that the page is about."""
_WRAPPING: Final = re.compile(r"^(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)+")
"""What old templates put before JSON, against parsers that knew no script."""


def things_of(text: str, limit: int) -> Iterator[Mapping[str, object]]:
    """Every object of a JSON-LD script that stands at its top, in a list or in @graph, in their order."""
    try:
        data, _end = json.JSONDecoder(strict=False).raw_decode(_WRAPPING.sub("", text))
    except (ValueError, RecursionError):
        return
    waiting = [data]
    while waiting and limit > 0:
        thing = waiting.pop(0)
        limit -= 1
        if isinstance(thing, list):
            waiting[:0] = thing[:MAX_THINGS]
        elif isinstance(thing, dict):
            yield thing
            inner = (thing.get(key) for key in _NESTING)
            waiting[:0] = [value for value in inner if isinstance(value, (dict, list))]


def is_article(thing: Mapping[str, object]) -> bool:
    """Whether an object says that it is an article of any kind."""
    kinds = thing.get("@type")
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def people(value: object, things: list[Mapping[str, object]]) -> Iterator[str]:
    """Names of an author field: a string, an object, a reference to one, or a list of these."""
    for person in value if isinstance(value, list) else [value]:
        if isinstance(person, Mapping) and not person.get("name") and isinstance(person.get("@id"), str):
            referred = person["@id"]
            names = next((_names(thing) for thing in things if thing.get("@id") == referred and thing.get("name")), [])
        else:
            names = [person] if isinstance(person, str) else _names(person)
        for name in names:
            yield from split_names(name)


def _names(person: object) -> list[object]:
    if not isinstance(person, Mapping) or person.get("@type") in ("Organization", "NewsMediaOrganization"):
        return []
    name = person.get("name")
    return name if isinstance(name, list) else [name]


def name_of(thing: Mapping[str, object]) -> str | None:
    """The name of an object, as one line."""
    return tidy(thing.get("name"))


def first_text(value: object) -> str | None:
    """A value, or the first of a list, that is a line of text."""
    values = value if isinstance(value, list) else [value]
    return next(filter(None, map(tidy, values)), None)
