"""Whose turn each line of speech is: labels at the head of a line, also those that a line break cuts in two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from copydesk.transforms.shapes import Block

MIN_LABELS: Final = 2
"""Times that a label of plain words has to come back, or it is none ("Remember:")."""
MAX_CUT: Final = 2
"""Words of a label that may stand on the line before."""

_LABEL = re.compile(r"(?:Speaker [0-9A-Z]{1,2}|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}):(?=\s|$)")
_HEAD = re.compile(r"(?:^|(?<=[.!?…\"”)\]] ))(?P<head>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)?)$")


def name_turns(speech: Sequence[Block]) -> tuple[list[str | None], Mapping[int, int]]:
    """The speaker of each line as far as labels tell, and where a label begins on the line before.

    Pasted transcripts wrap their labels like any other words ("Ada" at the end of one line, "Key:" at the head of the next).
    A label that is cut so counts only where all of it comes back, whole, or always cut. Whom it could harm: a
    sentence of one or two capitalised words before a label that also comes with them.

    Args:
        speech: the lines, in order.

    Returns:
        A name or None for each line, and for lines with a cut label the characters of it, with the space, that stand before.

    >>> lines = ["Ada Key: Well.", "It is salt. Ada", "Key: Is it?"]
    >>> name_turns([Block(text=line, spans=((0, 1),)) for line in lines])
    (['Ada Key', None, 'Ada Key'], {2: 4})
    """
    labels = [match[0][:-1] if (match := _LABEL.match(block.text)) else None for block in speech]
    heads = {i: head for i, label in enumerate(labels) if i and label and (head := _head(speech[i - 1].text))}
    cut = {i: (head, f"{head} {labels[i]}") for i, head in heads.items()}
    uncut = Counter(label for i, label in enumerate(labels) if label and i not in cut)
    wholes = Counter(label for label in labels if label) + Counter(whole for _, whole in cut.values())
    cut = {
        i: (head, whole)
        for i, (head, whole) in cut.items()
        if uncut[whole] or (wholes[whole] >= MIN_LABELS and not uncut[whole.removeprefix(f"{head} ")])
    }
    lead = {i: len(head) + 1 for i, (head, _) in cut.items()}
    return list(_carried(speech, labels, {i: whole for i, (_, whole) in cut.items()}, wholes)), lead


def _head(line: str) -> str | None:
    """The capitalised words at the end of a line that follow a sentence's end, or are all of it."""
    match = _HEAD.search(line)
    return match["head"] if match and match["head"].count(" ") < MAX_CUT else None


def _carried(
    speech: Sequence[Block], labels: Sequence[str | None], cut: Mapping[int, str], wholes: Mapping[str, int]
) -> Iterator[str | None]:
    """Each line's speaker; below a cut label, lines that were given half of it, or the speaker before, have the whole."""
    now, stale = None, frozenset[str | None]()
    for i, (block, label) in enumerate(zip(speech, labels, strict=True)):
        told = block.layout.speaker
        if i in cut:
            now, stale = cut[i], frozenset({told, label})
            yield now
            continue
        if now and told and told in stale and not (label and wholes[label] >= MIN_LABELS):
            yield now
            continue
        if told or label:
            now = None
        yield told or (label if label and wholes[label] >= MIN_LABELS else None)
