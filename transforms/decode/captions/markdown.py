"""Transcripts in Markdown (.md): front matter to metadata, headings and paragraphs to blocks.

A reader of our own: front matter of transcripts is `key: value` lines, short lists at most, and is often no valid YAML (a
title with a colon in it); of Markdown a transcript uses headings, emphasis and links. What is not known as syntax is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.decode.captions.cues import Captions, Cue, Line, field_of, told_of
from copydesk.transforms.decode.text import collapse
from copydesk.transforms.shapes import Role

RULE: Final = "captions.front_matter"
MAX_FRONT_LINES: Final = 400
"""Lines of front matter; a longer text between two rules is no front matter."""
_RULE: Final = re.compile(r"-{3,}\s*")
_CLOSE: Final = re.compile(r"(?:-{3,}|\.{3})\s*")
_KEY: Final = re.compile(r"([A-Za-z_][\w -]{0,40}?)\s*:(?:\s+(.*)|\s*)")
_ENTRY: Final = re.compile(r"\s*-\s+(.*)")
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_BREAK: Final = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|={3,})")
_FENCE: Final = re.compile(r"\s{0,3}(?:```|~~~).*")
_BULLET: Final = re.compile(r"\s*(?:[*+•-]\s+|>(?!>)\s?)+")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}(?:\s+\"[^\"\n]{0,200}\")?\)")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500}?)(?<=\S)\1")
_EMPHASIS: Final = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,500}?)(?<=[^\s*])\*(?![\w*])")
_ROLES: Final[dict[str, Role]] = {"title": "headline", "published": "date", "authors": "byline"}


def read_markdown(text: str) -> Captions:
    r"""The front matter's values, each a block of its own, and the lines of the text.

    A first heading of the first level is the headline, unless front matter has one; one that says the title again is no text of
    its own; other headings are subheads.

    >>> text = '---\ntitle: "Salt: a talk"\ndate: 2024-03-05\n---\n\n## Part one\n\n**Ada:** It is _salt_.\n'
    >>> found = read_markdown(text)
    >>> [(cue.role, cue.lines[0].text) for cue in found.cues]
    [('headline', 'Salt: a talk'), ('date', '2024-03-05'), ('subhead', 'Part one'), ('body', 'Ada: It is _salt_.')]
    """
    lines = text.split("\n")
    values, start = _front_matter(lines)
    metadata, url, channel = told_of(_gathered(values))
    front = [_value(name, value) for name, value in values]
    title = next((fold(cue.lines[0].text) for cue in front if cue.role == "headline"), "")
    return Captions(
        cues=(*front, *_parted(list(_body("\n".join(lines[start:]), title=title)))), metadata=metadata, url=url, channel=channel
    )


# --- front matter --------------------------------------------------------------------------------------------------------


def _front_matter(lines: list[str]) -> tuple[list[tuple[str, str]], int]:
    """The values of the front matter with their keys, and the number of the line after it; none where it does not end."""
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if not _RULE.fullmatch(lines[first]):
        return [], 0
    end = next((i for i in range(first + 1, min(len(lines), first + MAX_FRONT_LINES)) if _CLOSE.fullmatch(lines[i])), 0)
    if not end or not any(_KEY.fullmatch(line) for line in lines[first + 1 : end]):
        return [], 0
    return list(_values(lines[first + 1 : end])), end + 1


def _values(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Every value with its key, those of a list one by one; a line that is neither goes on with the key above it."""
    key = ""
    for line in lines:
        if (match := _KEY.fullmatch(line)) and not line[:1].isspace():
            key, value = match[1], (match[2] or "").strip()
            if value in {"|", ">", "|-", ">-", "[]", "{}", "''", '""', "null", "~"}:
                continue
            inner = value[1:-1].split(",") if value[:1] == "[" and value[-1:] == "]" else [value]
            yield from ((key, text) for one in inner if (text := _unquoted(one)))
        elif line.strip() and not line.lstrip().startswith("#"):
            entry = _ENTRY.fullmatch(line)
            if text := _unquoted(entry[1] if entry else line):
                yield key, text


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
        return collapse(value[1:-1].replace('\\"', '"') if value[0] == '"' else value[1:-1].replace("''", "'"))
    return collapse(value)


def _gathered(values: list[tuple[str, str]]) -> Iterator[tuple[str, object]]:
    """Each key once: several authors as a list, the lines of another value as one text."""
    for key in dict.fromkeys(key for key, _ in values):
        texts = [text for name, text in values if name == key]
        yield key, texts if field_of(key) == "authors" and len(texts) > 1 else " ".join(texts)


def _value(key: str, text: str) -> Cue:
    role = _ROLES.get(field_of(key) or "", "chrome")
    return Cue(lines=(Line(text=text),), role=role, rule=RULE, evidence=f"the value of {key!r}")


# --- text ----------------------------------------------------------------------------------------------------------------


def _parted(cues: list[Cue]) -> list[Cue]:
    """The text, its blank lines counted only where they say something: where every line is set apart, those below a heading.

    So speech that is joined into paragraphs still starts a new one at each heading.
    """
    apart = sum(cue.blank_lines > 0 for cue in cues)
    if 2 * apart <= len(cues):
        return cues
    return [
        cue if i and cues[i - 1].role != "body" else replace(cue, blank_lines=0) for i, cue in enumerate(cues)
    ]


def _body(text: str, *, title: str) -> Iterator[Cue]:
    empty = 0
    fenced = False
    for line in _COMMENT.sub("", text).split("\n"):
        if _FENCE.fullmatch(line):
            fenced = not fenced
        elif not line.strip() or (not fenced and _BREAK.fullmatch(line)):
            empty += 1
        elif heading := None if fenced else _HEADING.fullmatch(line):
            if shown := _plain(heading[2]):
                level = len(heading[1])
                headline = level == 1 and title in {"", fold(shown)}
                title = fold(shown) if headline else title
                role: Role = "headline" if headline else "subhead"
                why = f"a heading of level {level}"
                yield Cue(lines=(Line(text=shown),), role=role, rule="captions.heading", evidence=why)
            empty += 1
        else:
            shown = collapse(line) if fenced else _plain(_BULLET.sub("", line, count=1) if _BULLET.match(line) else line)
            if shown:
                yield Cue(lines=(Line(text=shown),), blank_lines=empty)
            empty = 0


def _plain(line: str) -> str:
    """A line without links' targets and the marks of emphasis; an underscore or asterisk that pairs with none is text."""
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "*" in line or "__" in line:
        line = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", line))
    return collapse(line)
