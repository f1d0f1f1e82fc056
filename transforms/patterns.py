"""Many patterns asked about many short lines: which is the first that matches a whole line?

Most lines match none of a pack's patterns, so nearly all of the cost is patterns that say no. `PatternSet` reads from each
pattern what any match of it must have, and runs only those that a line can match:

1. the first characters: a line that opens with "the " is no match of `(?:share|post) on .{2,20}`;
2. where a match may begin with anything (`.{0,60}via (?:press|wire)`), words of which one has to occur somewhere;
3. the length.

All three only rule out: what is left is decided by the pattern itself, so the answers are those of the patterns, asked one
after another. On 18,000 different lines of pages the 20 English patterns took 8 microseconds a line one after another, and
take 1.8 so (2.7 until most openings have been seen); one line in five still runs one of them. Other ways: the `Set` of
google-re2 is quicker still, but its digits and letters are ASCII only, so answers would differ; an automaton over the required
words (pyahocorasick) would be one more library for finding three words in a line of a hundred characters.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from operator import methodcaller

# The parser of `re` is the only reader of patterns that agrees with `re`. It is not a public module: `_alternatives` therefore
# takes any part that it does not know for one that matches anything, which costs time and changes no answer.
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple, TypeAlias

HEAD_CHARACTERS: Final = 3
"""First characters that are compared. With two, a third more patterns run; with four, the table of openings grows tenfold."""
MAX_HEADS: Final = 3_000
"""Openings of one alternative; one with more is taken for one that may begin with anything."""
MAX_RANGE: Final = 256
"""Characters of a class that are listed; a larger class may be anything."""
MAX_WORDS: Final = 64
"""Words of which one has to occur, above which looking for them costs about what the pattern costs."""
MAX_SEARCHES: Final = 2
"""Such sets of an alternative that are looked for, the smallest first."""
MAX_OPENINGS: Final = 20_000
"""Openings of lines that are remembered, with the patterns they leave: some 3 MB."""

GROUPS: Final = frozenset({ops.SUBPATTERN, ops.ATOMIC_GROUP})
REPEATS: Final = frozenset({ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT})

Chars: TypeAlias = frozenset[str] | None
"""The characters that may stand in a place; None for any."""
Head: TypeAlias = tuple[Chars, ...]
"""The first places of a match."""


class _Trial(NamedTuple):
    """One way in which a pattern can match: what a line must have before the pattern is tried."""

    place: int
    shortest: int
    longest: int
    searches: tuple[Callable[[str], object], ...]
    """Each must find something: its answer is true."""
    fullmatch: Callable[[str], object]


class _Reading:
    """All patterns, read: the trials in the patterns' order, and the openings of lines that lead to them.

    The heads are numbered. For every place of an opening, each character has the word of the heads that allow it there, a bit
    a head; the heads that an opening fits are the bits that the words of its characters share.
    """

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._trials: list[_Trial] = []
        self._always: set[int] = set()
        heads: list[Head] = []
        self._trial_of: list[int] = []
        for place, pattern in enumerate(patterns):
            for one in _alternatives(pattern):
                if one.heads == ((),):
                    self._always.add(len(self._trials))
                else:
                    heads += one.heads
                    self._trial_of += [len(self._trials)] * len(one.heads)
                searches = tuple(map(_search, one.words))
                self._trials.append(_Trial(place, one.shortest, one.longest, searches, pattern.fullmatch))
        self._words = [_words_of_bits(heads, at) for at in range(HEAD_CHARACTERS)]

    def trials(self, opening: str) -> tuple[_Trial, ...]:
        """The trials of a line with this opening, in the patterns' order."""
        fitting = (1 << len(self._trial_of)) - 1
        for char, (words, others) in zip(opening, self._words, strict=False):
            fitting &= words.get(char, others)
        found = set(self._always)
        while fitting:
            lowest = fitting & -fitting
            found.add(self._trial_of[lowest.bit_length() - 1])
            fitting ^= lowest
        return tuple(self._trials[number] for number in sorted(found))


def _words_of_bits(heads: Sequence[Head], at: int) -> tuple[dict[str, int], int]:
    """For a place, each character's word of the heads that allow it there, and the word of every other character's."""
    classes: dict[Chars, int] = {}
    for number, head in enumerate(heads):
        chars = head[at] if at < len(head) else None
        classes[chars] = classes.get(chars, 0) | 1 << number
    others = classes.pop(None, 0)
    words: dict[str, int] = {}
    for chars, word in classes.items():
        for char in chars or ():
            words[char] = words.get(char, others) | word
    return words, others


class PatternSet:
    """Patterns in the order in which they are asked."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """Nothing is read from the patterns before the first line comes.

        Args:
            patterns: made for lines whose case is folded (`str.casefold`); they may ignore case or not.
        """
        self._patterns = tuple(patterns)
        self._reading: _Reading | None = None
        self._trials: dict[str, tuple[_Trial, ...]] = {}

    def fullmatch(self, line: str) -> int | None:
        """The place of the first pattern that matches the whole of a line; None if none does.

        Args:
            line: its case folded (`str.casefold`).

        >>> furniture = PatternSet([re.compile("share (?:on|via) .{2,20}"), re.compile(".{0,9}(?:©|copyright).{0,9}")])
        >>> furniture.fullmatch("share on paper"), furniture.fullmatch("no copyright"), furniture.fullmatch("shares fell")
        (0, 1, None)
        """
        known = line if line.isascii() else line.replace("ı", "i")
        opening = known[:HEAD_CHARACTERS]
        trials = self._trials.get(opening)
        if trials is None:
            trials = self._open(opening)
        size = len(line)
        for place, shortest, longest, searches, fullmatch in trials:
            if shortest <= size <= longest:
                for search in searches:
                    if not search(known):
                        break
                else:
                    if fullmatch(line):
                        return place
        return None

    def _open(self, opening: str) -> tuple[_Trial, ...]:
        """The trials of a line with this opening, remembered for the next."""
        if self._reading is None:
            self._reading = _Reading(self._patterns)
        if len(self._trials) >= MAX_OPENINGS:
            self._trials.clear()
        self._trials[opening] = trials = self._reading.trials(opening)
        return trials


def first_characters(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """The characters that a match may begin with, case folded; None where it may begin with any, or be empty.

    >>> sorted(first_characters(re.compile("^h?u(?=[ae])|(?<=x)[ck]")))
    ['c', 'h', 'k', 'u']
    """
    heads = _heads(parser.parse(pattern.pattern, pattern.flags), 1)
    if heads is None or any(not head or head[0] is None for head in heads):
        return None
    return frozenset(char for head in heads for char in head[0] or ())


# --- reading a pattern --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alternative:
    """One way in which a pattern can match, as far as it is told without trying."""

    heads: tuple[Head, ...]
    """One of nothing where a match may begin with anything."""
    words: tuple[frozenset[str], ...]
    """Of each set, one has to occur."""
    shortest: int
    longest: int


def _alternatives(pattern: re.Pattern[str]) -> Iterable[_Alternative]:
    parsed = parser.parse(pattern.pattern, pattern.flags)
    for sequence in _branches(parsed):
        shortest, longest = sequence.getwidth()
        heads = _heads(sequence, HEAD_CHARACTERS)
        free = heads is None or any(head and head[0] is None for head in heads)
        words = sorted((some for some in _required(sequence) if len(some) <= MAX_WORDS), key=_rank)
        yield _Alternative(
            heads=((),) if free or heads is None else tuple(heads),
            words=tuple(words[:MAX_SEARCHES]),
            shortest=shortest,
            longest=min(longest, sys.maxsize),
        )


def _branches(sequence: Any) -> list[Any]:  # noqa: ANN401 - the parser's own types
    """The alternatives of a pattern that is nothing but alternatives."""
    if len(sequence) == 1:
        op, value = sequence[0]
        if op is ops.BRANCH:
            return [part for branch in value[1] for part in _branches(branch)]
        if op is ops.SUBPATTERN:
            return _branches(value[-1])
    return [sequence]


def _inside(op: Any, value: Any) -> Any:  # noqa: ANN401
    """What a group encloses."""
    return value[-1] if op is ops.SUBPATTERN else value


def _heads(sequence: Any, size: int) -> set[Head] | None:  # noqa: ANN401
    """What the first `size` places of a match may hold; a shorter head is a whole match. None if there are too many."""
    found: set[Head] = {()}
    for op, value in sequence:
        if all(len(head) == size for head in found):
            break
        parts = _part_heads(op, value, size)
        if parts is None:
            return None
        found = {(*head, *part)[:size] for head, part in product(found, parts)}
        if len(found) > MAX_HEADS:
            return None
    return found


def _part_heads(op: Any, value: Any, size: int) -> set[Head] | None:  # noqa: ANN401
    """The heads of one part of a pattern."""
    if op in {ops.AT, ops.ASSERT, ops.ASSERT_NOT}:
        return {()}  # of no width
    if op is ops.BRANCH:
        branches = [_heads(branch, size) for branch in value[1]]
        return None if None in branches else {head for heads in branches for head in heads or ()}
    if op in GROUPS:
        return _heads(_inside(op, value), size)
    if op in REPEATS:
        return _repeated_heads(value, size)
    if op in {ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY}:
        return {(_chars(op, value),)}
    return None  # a group said again, or what a later Python brings


def _repeated_heads(value: Any, size: int) -> set[Head] | None:  # noqa: ANN401
    least, most, sequence = value
    once = _heads(sequence, size)
    if once is None:
        return None
    found: set[Head] = {()} if least == 0 else set()
    heads: set[Head] = {()}
    for number in range(1, min(int(most), max(int(least), size)) + 1):
        heads = {(*head, *more)[:size] for head, more in product(heads, once)}
        if len(heads) > MAX_HEADS:
            return None
        if number >= least:
            found |= heads
        elif all(len(head) == size for head in heads):
            return heads
    return found


def _chars(op: Any, value: Any) -> Chars:  # noqa: ANN401
    """The characters that one place may hold, case folded; None for any."""
    if op is ops.LITERAL:
        char = _canonical(value)
        return None if char is None else frozenset(char)
    if op is not ops.IN:
        return None
    found: set[str] = set()
    for kind, what in value:
        if kind is ops.LITERAL:
            listed: Iterable[str | None] = [_canonical(what)]
        elif kind is ops.RANGE and what[1] - what[0] < MAX_RANGE:
            listed = map(_canonical, range(what[0], what[1] + 1))
        elif kind is ops.CATEGORY and what is ops.CATEGORY_DIGIT:
            listed = _digits()
        else:
            return None  # a large class, or the characters that are not in one
        for char in listed:
            if char is None:
                return None
            found.add(char)
    return frozenset(found)


@lru_cache(maxsize=1)
def _digits() -> frozenset[str]:
    """Every decimal digit there is; beyond the first two planes Unicode has ideographs and tags, and no digits."""
    return frozenset(char for char in map(chr, range(0x20000)) if char.isdecimal())


@lru_cache(maxsize=10_000)
def _canonical(code: int) -> str | None:
    """A character as it stands in a line whose case is folded; None if folding makes several of it.

    Where `re` ignores case, it takes characters for the same that fold to the same, and the dotless i for an i.
    """
    folded = chr(code).casefold().replace("ı", "i")
    return folded if len(folded) == 1 else None


def _required(sequence: Any) -> list[frozenset[str]]:  # noqa: ANN401
    """Sets of words: of each, one occurs in whatever the sequence matches."""
    found: list[frozenset[str]] = []
    run = ""
    for op, value in sequence:
        char = _canonical(value) if op is ops.LITERAL else None
        if char is not None:
            run += char
            continue
        if run:
            found.append(frozenset({run}))
            run = ""
        found.extend(_part_required(op, value))
    if run:
        found.append(frozenset({run}))
    return found


def _part_required(op: Any, value: Any) -> list[frozenset[str]]:  # noqa: ANN401
    if op is ops.BRANCH:
        best = [min(_required(branch), key=_rank, default=None) for branch in value[1]]
        return [] if None in best else [frozenset().union(*filter(None, best))]
    if op in GROUPS:
        return _required(_inside(op, value))
    if op in REPEATS:
        return _required(value[2]) if value[0] else []
    chars = _chars(op, value)
    return [chars] if chars and len(chars) <= MAX_WORDS else []


@lru_cache(maxsize=1_000)
def _search(words: frozenset[str]) -> Callable[[str], object]:
    """Finds any of some words; a single one without a pattern, five times as quickly."""
    if len(words) == 1:
        return methodcaller("__contains__", *words)
    return re.compile("|".join(map(re.escape, sorted(words)))).search


def _rank(words: Iterable[str]) -> tuple[int, int, list[str]]:
    """The best first: few words, then long ones."""
    listed = sorted(words)
    return len(listed), -min(map(len, listed), default=0), listed
