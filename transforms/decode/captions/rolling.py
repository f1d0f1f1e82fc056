"""Rolling captions: what a cue shows again because it has not left the screen yet, told from what is said again.

YouTube writes a line of automatic captions about three times: while it is spoken (with the time of every word), in a cue of
10 ms that holds it, and above the next line. Other live captions show two or three lines of which the upper ones are old, or
let a line grow word by word. In all of them a cue begins with the words that the cue before ended with, without a pause.

Songs and people repeat themselves too. So repeats are taken out only of files that roll as a whole, and only where the cue
begins with whole lines of the one before, or, where that is how most of the file rolls, with at least three of its last words;
what stands below those lines is new, the same words or not. A line with the times of its words is being said and is never a
repeat, and a cue without text empties the screen.

What is dropped stays in the document, as blocks of the rule `captions.repeat`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from copydesk.transforms.decode.captions.cues import Cue, Line
from copydesk.transforms.shapes import Role

RULE: Final = "captions.repeat"
MIN_OVERLAP: Final = 3
"""Words that a cue has to share with the end of the one before where no whole line is the same: two are often chance."""
HOLD: Final = 0.05
"""Seconds: a cue as short as this is not to be read; YouTube's have 0.01."""
PAUSE: Final = 0.25
"""Seconds without captions after which the screen is empty, so that the same words are said again."""
ROLLING: Final = 0.3
"""Share of cues that begin with old lines, in a file that rolls. YouTube's automatic captions have nearly all, files in which
people repeat themselves a few in a hundred; what lies between are rolling files with long pauses."""
MIN_STEPS: Final = 2
"""Cues that begin with old lines and end with new ones, where neither holds nor times of words tell that a file rolls."""
MIN_GROWN: Final = 3
"""Likewise, cues that repeat part of a line and go on: a speaker may do so once or twice."""

MOST_LINES: Final = 8
"""Lines that a screen of captions holds; those of a cue with more are compared as a whole or not at all."""

_WORD: Final = re.compile(r"\w+(?:['’]\w+)*")
_Words: TypeAlias = tuple[str, ...]
_Way: TypeAlias = Literal["", "lines", "words"]
"""How a file rolls: not at all, by whole lines, by words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a cue that becomes one block."""

    text: str
    cue: Cue
    speaker: str | None
    role: Role
    rule: str
    evidence: str


def mark_repeats(cues: Sequence[Cue]) -> Iterator[Piece]:
    r"""The cues line by line, what is shown again marked as such.

    Args:
        cues: in their order; those with a rule of their own are passed on as they are.

    >>> from copydesk.transforms.decode.captions.cues import lines_of
    >>> texts = ("the tide is", 0.0, 2.0), ("the tide is", 2.0, 2.01), ("The tide is\nout", 2.01, 3.0)
    >>> cues = [Cue(lines=lines_of(text), start=start, end=end) for text, start, end in texts]
    >>> [(piece.text, piece.rule) for piece in mark_repeats(cues)][1:]
    [('the tide is', 'captions.repeat'), ('The tide is', 'captions.repeat'), ('out', '')]
    """
    screen = _Screen(_rolls(cues))
    for cue in cues:
        if cue.rule:
            for line in cue.lines:
                yield Piece(text=line.text, cue=cue, speaker=line.speaker, role=cue.role, rule=cue.rule, evidence=cue.evidence)
        else:
            yield from _pieces(cue, screen.old_words(cue), screen.why)


def _pieces(cue: Cue, old: int, why: str) -> Iterator[Piece]:
    """The cue's lines; the first `old` words are shown again."""
    for line in cue.lines:
        words = len(_words(line.text))
        if old >= words:
            yield _piece(cue, line, line.text, why)
            old -= words
        elif old > 0:
            at = _after_words(line.text, old)
            yield _piece(cue, line, line.text[:at].rstrip(), why)
            yield _piece(cue, line, line.text[at:], "")
            old = 0
        else:
            yield _piece(cue, line, line.text, "")


def _piece(cue: Cue, line: Line, text: str, why: str) -> Piece:
    role: Role = "chrome" if why else "body"
    return Piece(text=text, cue=cue, speaker=line.speaker, role=role, rule=RULE if why else "", evidence=why)


class _Screen:
    """What the cue before showed, and until when."""

    def __init__(self, rolls: _Way) -> None:
        self._rolls = rolls
        self._lines: list[_Words] = []
        self._cue: Cue | None = None
        self.why = ""
        """Why the words that `old_words` counted are old."""

    def old_words(self, cue: Cue) -> int:
        """How many words at the start of the next cue are shown again."""
        lines = [_words(line.text) for line in cue.lines]
        before, shown = self._cue, self._lines
        self._cue, self._lines = cue, lines
        if before is None or not lines:
            return 0
        if cue.start is not None and (before.start, before.end) == (cue.start, cue.end) and lines == shown:
            self.why = "the same cue with the same times"
            return sum(map(len, lines))
        if not self._rolls or not shown:
            return 0
        carried = _carried(shown, cue, lines)
        if carried and (carried < len(lines) or _goes_on(before, cue)):
            self.why = "rolling captions: shown in the cue before"
            return sum(map(len, lines[:carried]))
        if carried or self._rolls == "lines" or cue.lines[0].spoken or not _goes_on(before, cue):
            return 0
        grown = _overlap(shown, lines)
        self.why = f"rolling captions: {grown} words of the cue before"
        return grown


def _rolls(cues: Sequence[Cue]) -> _Way:
    """Whether and how a file rolls, by how often a cue begins with what the one before showed."""
    scrolled = grown = held = total = 0
    tagged = False
    before: Cue | None = None
    shown: list[_Words] = []
    for cue in cues:
        if cue.rule:
            continue
        lines = [_words(line.text) for line in cue.lines]
        tagged = tagged or any(line.spoken for line in cue.lines)
        if before is not None and lines:
            total += 1
            carried = _carried(shown, cue, lines)
            if 0 < carried < len(lines):
                scrolled += 1
            elif carried:
                held += _is_hold(cue) or _is_hold(before)
            elif _goes_on(before, cue) and 0 < _overlap(shown, lines) < sum(map(len, lines)):
                grown += 1
        before, shown = cue, lines
    sure = bool(held) or tagged or scrolled >= MIN_STEPS or grown >= MIN_GROWN
    if not sure or scrolled + grown + held < max(ROLLING * total, 1):
        return ""
    return "words" if grown > scrolled else "lines"


def _is_hold(cue: Cue) -> bool:
    return cue.start is not None and cue.end is not None and cue.end - cue.start <= HOLD


def _goes_on(before: Cue, cue: Cue) -> bool:
    """Whether a cue follows without a pause; a file without times has none."""
    return before.end is None or cue.start is None or cue.start - before.end <= PAUSE


def _carried(shown: list[_Words], cue: Cue, lines: list[_Words]) -> int:
    """How many lines at the head of a cue are the last ones of the cue before; lines that are being spoken are not."""
    most = next((i for i, line in enumerate(cue.lines) if line.spoken), len(lines))
    if most == len(lines) and shown == lines:
        return most
    for count in range(min(most, len(shown), MOST_LINES), 0, -1):
        if shown[-count:] == lines[:count]:
            return count
    return 0


def _overlap(shown: Sequence[_Words], lines: Sequence[_Words]) -> int:
    """The most words that end the one text and begin the other: three, or the whole of the first; else 0.

    Linear, by the failure function of Knuth, Morris and Pratt ("Fast pattern matching in strings", 1977).
    """
    head = [word for line in lines for word in line]
    tail = [word for line in shown for word in line][-len(head) :] if head else []
    failure = [0] * len(head)
    at = 0
    for i in range(1, len(head)):
        while at and head[i] != head[at]:
            at = failure[at - 1]
        at += head[i] == head[at]
        failure[i] = at
    at = 0
    for word in tail:
        while at and (at == len(head) or word != head[at]):
            at = failure[at - 1]
        at += word == head[at]
    whole = at == sum(map(len, shown)) and 0 < at < len(head)
    return at if at >= MIN_OVERLAP or whole else 0


def _words(text: str) -> _Words:
    """Words as repeats are compared: without case and punctuation; of a line without any, the line itself."""
    return tuple(_WORD.findall(text.casefold())) or (text.casefold(),)


def _after_words(text: str, count: int) -> int:
    """The offset of the word after the first `count`, with the marks in front of it."""
    for number, match in enumerate(_WORD.finditer(text), 1):
        if number == count:
            rest = text[match.end() :]
            space = re.search(r"\s", rest)
            return match.end() + (space.end() if space else 0)
    return len(text)
