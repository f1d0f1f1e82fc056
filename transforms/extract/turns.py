"""Turns of a pasted transcript whose heads name the speaker and the time, as services of transcription write them.

Forms, on a line of their own: "Ada Key 0:31", "Speaker 1 (00:00:31):", "00:31 Ada Key"; in front of speech:
"Ada Key (00:31): Well.", "Ada: [00:31] Well.". A head is parted from its speech and taken out as furniture; the speech below
knows who speaks, and when. A name with a colon and without a time is left to `speakers`, a time without a name to `speech`.

Whom it could harm: a chat log, whose heads look the same, loses its names and times from the text; the paragraphs have them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk.transforms.extract.dates import find_date, words_beside
from copydesk.transforms.extract.speakers import NAME, may_be_name
from copydesk.transforms.rules import PhrasePack
from copydesk.transforms.shapes import Block, Document

_CLOCK: Final = r"(?:(?P<h{0}>\d{{1,2}}):)?(?P<m{0}>\d{{1,3}}):(?P<s{0}>\d{{2}})(?:[.,]\d{{1,3}})?"
_IN_BRACKETS: Final = r"[\[(]\s*{0}\s*[\])]"
_HEAD: Final = re.compile(
    rf"(?P<name1>{NAME})\s*[,:]?\s+(?:[\[(]\s*)?{_CLOCK.format(1)}(?:\s*[\])])?\s*(?::\s*)?\Z"
    rf"|(?P<name2>{NAME})\s*(?::\s*{_IN_BRACKETS.format(_CLOCK.format(2))}|{_IN_BRACKETS.format(_CLOCK.format(3))}\s*:)(?=\s)"
    rf"|(?:[\[(]\s*)?{_CLOCK.format(4)}(?:\s*[\])])?\s+(?![AP]M\b)(?:[–-]\s*)?(?P<name3>{NAME})(?:\Z|(?P<label>:(?=\s|\Z)))"
)
MAX_HEAD: Final = 100
"""Characters at the head of a line that are looked at: a name of four words and a time."""
MIN_TURNS: Final = 3
"""Heads from which a text that is known to be speech has turns; one or two may be anything."""
MIN_TOLD_TURNS: Final = 4
"""Heads that tell speech from a page."""
MIN_KNOWN: Final = 0.5
"""Share of the heads whose name comes back. Two people who talk come back all the time; the titles of chapters, also behind a
time, never do."""
FIRST_TURN: Final = 60.0
"""Seconds from the start in which the first turn begins; later ones are times of the day, as of comments and chats."""
_WORDS: Final = 6.0
"""Words for each head, its own among them: fewer are a table of times."""


MOST_ABOVE: Final = 5
"""Lines above the first turn of which one may be the title; where there are more, a whole page stands there."""
_BESIDE_DATE: Final = 4
"""Words beside the date in its line: "Recorded on"."""
_ENDS: Final = frozenset(".,;:!?…。！？")


class Turn(NamedTuple):
    """The head of a turn, at the beginning of a line."""

    name: str
    seconds: float
    """From the start of the talk."""
    end: int
    """Where it ends in the line, in characters."""
    label: bool
    """Whether it is a time and a label with a colon, which others take apart."""


def read_turn(line: str) -> Turn | None:
    """The head of a turn that a line is, or begins with.

    >>> read_turn("Speaker 1  0:31"), read_turn("Ada Key (1:02:03): Well.")[:3]
    (Turn(name='Speaker 1', seconds=31.0, end=15, label=False), ('Ada Key', 3723.0, 18))
    >>> read_turn("the train leaves at 0:31") is None
    True
    """
    if ":" not in line[:MAX_HEAD]:
        return None
    match = _HEAD.match(line)
    if match is None or match.end() > MAX_HEAD:
        return None
    name = match["name1"] or match["name2"] or match["name3"]
    which = next(number for number in "1234" if match[f"m{number}"])
    seconds = 3600 * int(match[f"h{which}"] or 0) + 60 * int(match[f"m{which}"]) + int(match[f"s{which}"])
    return Turn(name, float(seconds), match.end(), match["label"] is not None) if may_be_name(name) else None


def tells_turns(lines: Sequence[str]) -> bool:
    """Whether a text's lines are the turns of a talk: their times ascend from its start, and its speakers come back."""
    turns = [turn for line in lines if (turn := read_turn(line))]
    if len(turns) < MIN_TOLD_TURNS or turns[0].seconds > FIRST_TURN or not _are_turns(turns):
        return False
    words = sum(line.count(" ") + 1 for line in lines)
    return turns[-1].seconds > turns[0].seconds and words >= _WORDS * len(turns)


def part_turns(document: Document, packs: Sequence[PhrasePack] = ()) -> tuple[Block, ...]:
    """The blocks of a transcript, heads of turns parted from their speech: these have a rule, the speech its speaker and time.

    Args:
        document: of kind "transcript", pasted; blocks that have a rule are left as they are.
        packs: of its language, by which a date above the first turn is known.

    Above the first turn nobody speaks: a short line at the top is the title, and one that is a date the date. Harm: a greeting
    without a closing mark, above the first head, becomes the headline.
    """
    heads: dict[int, Turn] = {}
    for number, block in enumerate(document.blocks):
        if not block.rule and (turn := read_turn(document.text[slice(*block.spans[0])].rstrip())):
            heads[number] = turn
    if len(heads) < MIN_TURNS or not _are_turns(list(heads.values())):
        return document.blocks
    parted = {number: turn for number, turn in heads.items() if not turn.label}
    return tuple(_parted(replace(document, blocks=tuple(_titled(document.blocks, min(heads), packs))), parted))


def _titled(blocks: Sequence[Block], first: int, packs: Sequence[PhrasePack]) -> Iterator[Block]:
    """The blocks, the title and the date above the first turn with their roles, where few lines stand there."""
    titled = any(block.role == "headline" for block in blocks)
    for number, block in enumerate(blocks):
        above = number < first <= MOST_ABOVE and not block.rule and len(block.text) <= MAX_HEAD
        day = find_date(block.text, packs) if above else None
        if day is not None and len(words_beside(block.text, day)) <= _BESIDE_DATE:
            yield replace(block, role="date", rule="speech.date", evidence=f"a date above the first turn, {day.day}")
        elif above and not titled and block.text[-1:] not in _ENDS:
            titled = True
            yield replace(block, role="headline", rule="speech.title", evidence="stands above the first turn")
        else:
            yield block


def _are_turns(turns: Sequence[Turn]) -> bool:
    counts = Counter(turn.name for turn in turns)
    known = sum(count for count in counts.values() if count > 1)
    return known >= MIN_KNOWN * len(turns) and all(before.seconds <= after.seconds for before, after in pairwise(turns))


def _parted(document: Document, heads: dict[int, Turn]) -> Iterator[Block]:
    turn: Turn | None = None
    starts = False
    for number, block in enumerate(document.blocks):
        if block.rule:
            yield block
            continue
        speech = block
        if number in heads:
            turn, starts = heads[number], True
            head, rest = _part(document, block, turn)
            yield head
            if rest is None:
                continue
            speech = rest
        if turn is not None:
            time = turn.seconds if starts else speech.layout.time
            speech = replace(speech, layout=replace(speech.layout, speaker=turn.name, time=time))
            starts = False
        yield speech


def _part(document: Document, block: Block, turn: Turn) -> tuple[Block, Block | None]:
    """The head of a block, and what is said behind it, in the same line or in those that a format joined to it."""
    start, end = block.spans[0]
    at = start + turn.end
    head = replace(block, text=" ".join(document.text[start:at].split()), spans=((start, at),))
    head = replace(head, role="chrome", rule="speech.turn", evidence=f"{turn.name} speaks")
    rest = document.text[at:end]
    first = ((at + len(rest) - len(rest.lstrip()), end),) if rest.strip() else ()
    spans = (*first, *block.spans[1:])
    if not spans:
        return head, None
    said = " ".join(" ".join(document.text[begin:stop] for begin, stop in spans).split())
    return head, replace(block, text=said, spans=spans, layout=replace(block.layout, blank_lines=0))
