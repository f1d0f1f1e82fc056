"""Who speaks: labels in front of speech, handed on to the lines below until the next one.

Forms: "Speaker 0:", "JOHN SMITH:", "John Smith:", ">> John Smith:", "[Speaker 1]:", and ">>" alone, which says that somebody
else speaks and not who. The label stays in the text, where a reader of the transcript has it; a name that the format itself
gives (`<v Ada>`, a JSON field) is no text.

Whom it could harm: a speaker who begins two lines with the same capitalised words and a colon ("Remember:") is named so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from copydesk.transforms.shapes import Block

NAME: Final = r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*| \d{1,2}){0,3}"
_LABEL: Final = re.compile(
    rf"(?P<turn>(?:>>+|(?:&gt;){{2,}})\s*)?(?P<bracket>[\[(])?(?P<name>{NAME})\s?(?(bracket)[\])]):(?=\s|$)"
)
_TURN: Final = re.compile(r"(?:>>+|(?:&gt;){2,})(?=\s|\w|$)")
_NUMBERED: Final = re.compile(r"speaker[ _]?[0-9a-z]{1,2}", re.IGNORECASE)
_PARTICLES: Final = frozenset({
    "de", "da", "di", "del", "van", "von", "der", "den", "la", "le", "al", "el", "bin", "and", "of", "the",
})  # fmt: skip
_TITLES: Final = frozenset({
    "dr", "mr", "mrs", "ms", "prof", "sr", "jr", "st", "sen", "gov", "rev", "gen", "lt", "sgt", "capt", "hon",
})  # fmt: skip
MIN_LABELS: Final = 2
"""Times that a name in front of speech has to come back to be a label, unless its form leaves no doubt."""


def name_speakers(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a transcript with the speaker of each, as far as labels tell.

    A document whose format names its speakers is left as it is. So is the line of a plain label that comes back, which
    `repair` knows by itself and starts a paragraph at.

    >>> lines = [Block(text=text, spans=((0, 1),)) for text in ("ADA KEY: Well.", "It is salt.", ">> Is it?", "Yes.")]
    >>> [block.layout.speaker for block in name_speakers(lines)]
    ['ADA KEY', 'ADA KEY', None, None]
    """
    if any(block.layout.speaker for block in blocks):
        return tuple(blocks)
    labels = {i: match for i, block in enumerate(blocks) if block.role == "body" and (match := _label(block.text))}
    counts = Counter(match["name"] for match in labels.values())
    known = {i: match for i, match in labels.items() if counts[match["name"]] >= MIN_LABELS or _is_sure(match)}
    if not known:
        return tuple(blocks)
    return tuple(_named(blocks, known, counts))


def _named(blocks: Sequence[Block], labels: dict[int, re.Match[str]], counts: Counter[str]) -> Iterator[Block]:
    speaker: str | None = None
    for i, block in enumerate(blocks):
        if block.role != "body":
            yield block
            continue
        match = labels.get(i)
        if match:
            speaker = match["name"]
        elif _TURN.match(block.text):
            speaker = None
        plain = match is not None and not match["turn"] and not match["bracket"] and counts[match["name"]] >= MIN_LABELS
        told = None if plain else speaker
        yield block if told is None else replace(block, layout=replace(block.layout, speaker=told))


def _label(text: str) -> re.Match[str] | None:
    """A label at the head of a line: each of its words has a capital, but for the particles of names."""
    if ":" not in text[:80]:
        return None
    match = _LABEL.match(text)
    if match is None:
        return None
    return match if may_be_name(match["name"]) else None


def may_be_name(name: str) -> bool:
    """Whether each word of what may name a speaker has a capital, but for the particles of names, or it is numbered.

    >>> may_be_name("Ada van der Key"), may_be_name("speaker 2"), may_be_name("Okay. Ada Key"), may_be_name("The tide")
    (True, True, False, False)
    """
    words = name.split()
    if any(len(word) > 2 and word[-1] == "." and word[:-1].casefold() not in _TITLES for word in words):
        return False  # "Okay. Ada Key:" begins with a sentence
    fits = all(word[0].isupper() or word[0].isdigit() or word in _PARTICLES for word in words) and not words[0][0].islower()
    return fits or _NUMBERED.fullmatch(name) is not None


def _is_sure(match: re.Match[str]) -> bool:
    """Whether a label that stands there once is one: numbered, in capitals of two words, or behind the mark of a turn."""
    name = match["name"]
    return bool(match["turn"]) or bool(_NUMBERED.fullmatch(name)) or (name.isupper() and " " in name)
