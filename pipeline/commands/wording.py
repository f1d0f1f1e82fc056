"""What differs between two texts, word by word, for a person: bounded, since two long texts without a common word cost most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from rapidfuzz.distance import LCSseq

from copydesk.pipeline.terminal.lines import Segment, unbroken

Piece: TypeAlias = tuple[Literal["=", "-", "+"], str]
"""Words that both texts have ("="), the first alone ("-"), the second alone ("+")."""

_WORDS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|\s+|[^\w\s]")
"""Words, marks and spaces; in scripts that set no spaces between words, characters."""
_MOST_CELLS: Final = 4_000_000
"""Elements of one text times those of the other that are compared, hundredths of a second; beyond, all is replaced."""
_CONTEXT: Final = 40
"""Characters of what is equal that are shown on each side of a difference."""


def opcodes(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Literal["=", "-", "+"], int, int]]:
    """How one sequence becomes the other: "=" and "-" with a range of the first, "+" with a range of the second.

    >>> list(opcodes(["a", "b", "c"], ["a", "x", "c"]))
    [('=', 0, 1), ('-', 1, 2), ('+', 1, 2), ('=', 2, 3)]
    """
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    blocks = _common(old, new) if len(old) * len(new) <= _MOST_CELLS else []
    blocks = [(-head, -head, head), *blocks, (len(old), len(new), tail)]
    for (first, start, size), (last, end, following) in pairwise([(-head, -head, 0), *blocks]):
        if last > first + size:
            yield "-", head + first + size, head + last
        if end > start + size:
            yield "+", head + start + size, head + end
        if following:
            yield "=", head + last, head + last + following


def _common(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """The stretches of a longest common subsequence, as place in the one, place in the other, length.

    The elements are numbered first: rapidfuzz compares hashes, and those of numbers are their own.
    """
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(element, len(numbers)) for element in side] for side in (before, after))
    return [(block.a, block.b, block.size) for block in LCSseq.editops(old, new).as_matching_blocks() if block.size]


def word_changes(before: str, after: str) -> list[Piece]:
    """What differs between two texts; the pieces without "+" are the first text, those without "-" the second.

    >>> word_changes("the harber wall", "the harbour wall")
    [('=', 'the '), ('-', 'harber'), ('+', 'harbour'), ('=', ' wall')]
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    return [(sign, "".join((new if sign == "+" else old)[first:last])) for sign, first, last in opcodes(old, new)]


def inline(pieces: Sequence[Piece], context: int = _CONTEXT) -> Iterator[Segment]:
    """The pieces in a line: -before- and +after+ where they differ, of what is equal so much as stands next to that.

    >>> "".join(text for text, _ in inline([("=", "the "), ("-", "harber"), ("+", "harbour")]))
    'the -harber-+harbour+'
    """
    for number, (sign, text) in enumerate(pieces):
        shown = unbroken(text)
        if sign == "=":
            yield _near(shown, context, first=number == 0, last=number == len(pieces) - 1), ""
        else:
            yield f"{sign}{shown}{sign}", "before" if sign == "-" else "after"


def _near(text: str, context: int, *, first: bool, last: bool) -> str:
    """The ends of a text that stand next to a difference, cut between words where there are any."""
    if len(text) <= (context if first or last else 2 * context) or (first and last):
        return text
    head, tail = text[:context], text[-context:]
    head = head.rpartition(" ")[0] or head
    tail = tail.partition(" ")[2] or tail
    return f"{'' if first else head}{'…' if first or last else ' … '}{'' if last else tail}"
