"""Punctuated talks as material for the model of punctuation: their words, and what a listener does not hear of them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.repair.forms import MARKS, form_of

NOTHING, COMMA, STOP, QUESTION = range(4)
"""What stands after a word."""
DOUBT: Final = 4
"""After a word: a dash, a colon, dots; nothing is learned of it, and it counts as nothing."""
HELD_BACK: Final = 10
"""One talk in so many is never trained on."""
SHORTEST_LINE: Final = 5
"""Words: shorter lines are headings, labels and code as often as speech."""
FEWEST_STOPS: Final = 1 / 60
"""Sentence ends a word: a talk with fewer was not punctuated by anybody."""

_LABEL = re.compile(r"\s*[\[(*_]*[A-Z\d][^\s:]{0,20}(?: [A-Z\d(][^\s:]{0,20}){0,3}[\])*_]*:\s")
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\([^)\s]{0,300}\)")
_NOISE = re.compile(r"\[[^\]]{0,300}\]|<[^>]{0,300}>|\b\d{1,2}:\d\d(?::\d\d)?\b|https?://\S+|www\.\S+")
_STOP = re.compile(r"[.!?…][\"'”’)\]]*\Z")
_ASKS = re.compile(r"\?[!?]*[\"'”’)\]]*\Z")
_PAUSE = re.compile(r",[\"'”’)\]]*\Z")
_DOUBTFUL = re.compile(r"(?:[;:–—…-]|\.\.)[\"'”’)\]]*\Z")


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk by words."""

    id: str
    words: tuple[str, ...]
    """As they are written, without the marks around them."""
    forms: tuple[str, ...]
    after: NDArray[np.int8]
    """What stands after each word, one of NOTHING to DOUBT."""

    def starts(self) -> NDArray[np.bool_]:
        """Whether each word starts a sentence, so that its capital says nothing of the word."""
        ends = (self.after == STOP) | (self.after == QUESTION)
        return np.concatenate([[True], ends[:-1]])


def is_held_back(name: str) -> bool:
    """Whether a talk belongs to the tenth that is never trained on; decided by its name alone."""
    return hashlib.blake2b(name.encode(), digest_size=8).digest()[0] % HELD_BACK == 0


def read_talks(path: Path) -> Iterator[Talk]:
    """The punctuated talks of a gzipped JSONL file with the fields `id` and `text`.

    Raises:
        OSError, ValueError: the file cannot be read.
    """
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            talk = parse_talk(row["id"], row["text"])
            if np.isin(talk.after, (STOP, QUESTION)).sum() > FEWEST_STOPS * len(talk.words):
                yield talk


def parse_talk(name: str, text: str) -> Talk:
    """A talk's words and marks; lines that are no sentences, labels of speakers, links and remarks in brackets are left out.

    >>> talk = parse_talk("a", "Anna Lee: So we went there, did we? Yes, in the end.")
    >>> talk.words, talk.after.tolist()
    (('So', 'we', 'went', 'there', 'did', 'we', 'Yes', 'in', 'the', 'end'), [0, 0, 0, 1, 0, 3, 1, 0, 0, 2])
    """
    words: list[str] = []
    after: list[int] = []
    for line in text.split("\n"):
        tokens = _NOISE.sub(" ", _LINK.sub(r"\1", _LABEL.sub("", line, count=1))).split()
        if len(tokens) < SHORTEST_LINE or not _STOP.search(tokens[-1]):
            continue
        for token, following in pairwise([*tokens, "End"]):
            word = token.strip(MARKS)
            if word:
                words.append(word)
                after.append(_after(token, following))
            elif after and after[-1] == NOTHING:
                after[-1] = DOUBT
    return Talk(id=name, words=tuple(words), forms=tuple(map(form_of, words)), after=np.array(after, np.int8))


def _after(token: str, following: str) -> int:
    """What stands after a token; a full stop before a small letter belongs to an abbreviation."""
    if _STOP.search(token) and not following.lstrip(MARKS)[:1].islower():
        return QUESTION if _ASKS.search(token) else STOP
    if _PAUSE.search(token):
        return COMMA
    return DOUBT if _DOUBTFUL.search(token) else NOTHING
