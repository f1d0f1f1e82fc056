"""What the reading room needs, as JSON inside the page: in few bytes, and harmless whatever its texts say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def embed(value: object) -> str:
    r"""A value as JSON that can stand inside an element of HTML, whatever its texts say.

    >>> print(embed(["</script><b>"]))
    ["\u003c/script>\u003cb>"]
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for odd in "<\u2028\u2029":
        text = text.replace(odd, f"\\u{ord(odd):04x}")
    return text


def intern(room: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The room with rules, evidence and roles as numbers of a list of words: they recur in almost every block."""
    words: dict[str, int] = {}

    def number(word: str) -> int:
        return words.setdefault(word, len(words))

    def block(entry: list[Any]) -> list[Any]:
        start, role, third, *rest = entry
        named = [start, number(role), third]
        return named + ([number(rest[0]), number(rest[1])] if isinstance(third, str) else rest)

    def part(entry: list[Any]) -> list[Any]:
        named: list[Any] = [number(entry[0]), *entry[1:]]
        if len(named) > 2:
            named[2] = [[*one[:3], number(one[3]), one[4], number(one[5])] for one in named[2]]
        return named

    sources = []
    for source in room:
        stories = [story | {"parts": [part(entry) for entry in story.get("parts", ())]} for story in source["stories"]]
        told = {**source, "stories": stories, "blocks": [block(entry) for entry in source["blocks"]]}
        sources.append({name: value for name, value in told.items() if value or name in {"stories", "blocks"}})
    return {"sources": sources, "words": list(words)}


def size(embedded: str) -> int:
    r"""Bytes that embedded text takes in the page, which is UTF-8 with a question mark for half a character.

    >>> size(embed("<渡")), size(embed("\ud83d"))
    (11, 3)
    """
    return len(embedded.encode("utf-8", "replace"))
