"""What the tests of chapters share: talks made of parts, with the offsets at which the parts start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.transforms.shapes import Paragraph

SENTENCES = 48
"""Sentences of a part: about 600 words."""
GROUP = 6
"""Sentences of a paragraph."""


@dataclass(frozen=True, slots=True)
class MadeTalk:
    """A text, its paragraphs, and where each part starts."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    starts: tuple[int, ...]


def make_talk(parts: Sequence[Sequence[str]], templates: Sequence[str], sentences: int = SENTENCES) -> MadeTalk:
    """A talk whose parts are each opened by a sentence and then filled with their own words, turned a little each time."""
    lines: list[str] = []
    firsts: list[int] = []
    for opening, *words in parts:
        firsts.append(len(lines))
        lines.append(opening)
        for number in range(sentences):
            turned = [words[(place + number // len(templates)) % len(words)] for place in range(len(words))]
            lines.append(templates[number % len(templates)].format(*turned))
    joint = "" if lines[0].endswith("。") else " "
    text, offsets = "", []
    for number, line in enumerate(lines):
        text += ("\n\n" if number % GROUP == 0 else joint) * (number > 0)
        offsets.append(len(text))
        text += line
    return MadeTalk(text, paragraphs_of(text), tuple(offsets[first] for first in firsts))


def paragraphs_of(text: str, speakers: Sequence[str | None] = ()) -> tuple[Paragraph, ...]:
    """The paragraphs of a text that empty lines part, each with its speaker."""
    paragraphs, at = [], 0
    for number, piece in enumerate(text.split("\n\n")):
        speaker = speakers[number] if number < len(speakers) else None
        paragraphs.append(Paragraph(start=at, end=at + len(piece), role="paragraph", spans=(), speaker=speaker))
        at += len(piece) + 2
    return tuple(paragraphs)
