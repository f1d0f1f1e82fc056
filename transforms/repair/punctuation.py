"""Speech without punctuation: where its sentences end, commas where they are sure, and capitals. English only.

Small learned networks (`network`) read sixteen words on either side, and the mean of what they say decides. No word is changed:
marks are put behind words, and small letters become capitals; nothing that stands there is taken away. What was put in is in no
list of changes; the story's `restored` says that it happened, and the account compares letters alone.

Whom it could harm: a sentence that is cut in two reads worse than one that runs on, and a name of two meanings may get a
capital too many or too few; the figures are in docs/quality.md. It was learned from talks about one field, so names of others
that no lexicon has (`standing`) have capitals only where their surroundings tell.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.forms import MARKS, form_of, row_of
from copydesk.transforms.repair.network import Floats, Network, pairs_of
from copydesk.transforms.repair.standing import Standing
from copydesk.transforms.shapes import Span

FEWEST_WORDS: Final = 20
"""Words: of fewer it cannot be told whether their marks are missing."""
MOST_STOPS: Final = 0.01
"""Sentence ends a word from which on speech has its punctuation: written speech has 0.04 to 0.1, captions by machine none but
those of a stray abbreviation."""
LIMITS: Final[Mapping[str, float]] = {"stop": 0.36, "question": 0.5, "comma": 0.6, "capital": 0.4}
"""Least probabilities: of a sentence end; of its being a question; of a comma; of a capital in mid-sentence. The first
is where F1 of sentence ends is best on talks that nothing was learned from, and it hardly changes from 0.33 to 0.42; a comma is
optional more often than not, so it has to be likelier."""
CLASSES: Final = ("", ",", ".", "?")
"""What a network's first scores are about, in order; the last one is a capital's."""

_STOP = re.compile(r"[^\W_][.!?…]+[\"'”’)\]]*(?:\s|\Z)")
_TOKEN = re.compile(r"\[[^\]\n]{0,40}\]|\([^)\n]{0,40}\)|\S+")
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*\Z")
_UNMARKED = re.compile(r"[^\W_][\"'”’)\]%°]*\Z")
_LETTER = re.compile(r"[^\W\d_]")
_FILLERS: Final = frozenset({"uh", "um", "erm", "er", "uhm", "mm", "hmm", "mhm", "ah"})
"""What talks that were written down leave out: they are no part of what the network reads."""
_OWN: Final = frozenset({"i", "i'm", "i'll", "i've", "i'd"})
"""English words that always have a capital."""
_ALWAYS: Final = 2.0
"""A probability that no limit is above."""


def lacks_marks(text: str) -> bool:
    """Whether speech comes without punctuation, as recognisers write it.

    >>> lacks_marks("so we went down to the sea and " * 5), lacks_marks("We went down. It was cold. " * 5), lacks_marks("so")
    (True, False, False)
    """
    words = text.count(" ") + 1
    if words < FEWEST_WORDS:
        return False
    return all(count <= MOST_STOPS * words for count, _ in enumerate(_STOP.finditer(text), start=1))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the speech that is read: where it stands, what it is."""

    start: int
    end: int
    token: str
    form: str
    turn: bool
    """Whether another speaker begins with it."""


class _Spelling(NamedTuple):
    """How a lexicon writes a word of the speech."""

    least: float
    """The probability of a capital from which on it is written so."""
    words: dict[int, str]
    """Offset -> letters: one, or the parts of a compound."""


@dataclass(frozen=True, slots=True)
class Punctuator:
    """The learned networks, the rows of their words, their pairs, and how words with more than a first capital are written."""

    rows: Mapping[str, int]
    pairs: NDArray[np.int64]
    """Of each pair of words that has a row, ascending: the first one's row times the number of rows, and the second one's."""
    cased: Mapping[str, str]
    networks: tuple[Network, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Punctuator:
        """The punctuator that a file of weights holds.

        Raises:
            KeyError, TypeError, ValueError: the data is none.
        """
        rows = {form: row for row, form in enumerate(data["words"].split(" "))}
        pairs = np.frombuffer(base64.b64decode(data["pairs"], validate=True), "<i4").astype(np.int64)
        networks = tuple(map(Network.from_json, data["networks"]))
        if not networks:
            raise ValueError("no networks")
        for network in networks:
            if len(rows) != len(network.table):
                raise ValueError(f"{len(rows)} words, {len(network.table)} rows")
            if len(pairs) + 1 != len(network.pairs):
                raise ValueError(f"{len(pairs)} pairs, {len(network.pairs) - 1} rows")
            if len(network.bias) != len(CLASSES) + 1:
                raise ValueError(f"{len(network.bias)} scores, {len(CLASSES) + 1} are wanted")
        return cls(rows=rows, pairs=pairs, cased=dict(data["cased"]), networks=networks)

    def restore(self, text: str, turns: Iterable[Span] = (), names: Iterable[Standing] = ()) -> list[Edit]:
        """The marks and capitals that unpunctuated English speech lacks, in text order: rules `punctuation` and `capitals`.

        Args:
            text: running speech.
            turns: where a new speaker begins, and where his label ends; the same where he has none.
            names: what is one name: no mark is put inside it, and where its spelling is known, its capitals are those.
        """
        words = list(_words(text, turns))
        inside, spelled = _named(words, names)
        read = [i for i, word in enumerate(words) if word.form not in _FILLERS]
        shares = self.shares([words[i].form for i in read])
        marks = _choose_marks(words, read, shares, inside)
        capitals = np.zeros(len(words))
        capitals[read] = shares[:, len(CLASSES)]
        return list(self._edits(words, marks, capitals, spelled))

    def shares(self, forms: Sequence[str]) -> Floats:
        """Probabilities for each word: of each class after it, together 1, and of a capital."""
        known: dict[str, int] = {}
        for form in forms:
            if form not in known:
                known[form] = row_of(form, self.rows)
        rows = np.fromiter((known[form] for form in forms), np.int32, len(forms))
        pairs = pairs_of(rows, self.pairs, len(self.rows))
        scores = self.networks[0].scores(rows, pairs)
        for network in self.networks[1:]:
            scores += network.scores(rows, pairs)
        scores /= len(self.networks)
        after = scores[:, : len(CLASSES)]
        after -= after.max(axis=1, keepdims=True)
        np.exp(after, out=after)
        after /= after.sum(axis=1, keepdims=True)
        scores[:, len(CLASSES)] = 1 / (1 + np.exp(-np.clip(scores[:, len(CLASSES)], -30, 30)))
        return scores

    def _edits(
        self,
        words: Sequence[_Word],
        marks: Sequence[tuple[str, float]],
        capitals: NDArray[np.float64],
        spelled: Mapping[int, _Spelling],
    ) -> Iterator[Edit]:
        starts = True
        for i, (word, (mark, share), capital) in enumerate(zip(words, marks, capitals.tolist(), strict=True)):
            opens = starts or word.turn
            name = word.form in _OWN or capital >= LIMITS["capital"]
            sure = _ALWAYS if opens or word.form in _OWN else capital
            if i in spelled and capital >= spelled[i].least:
                yield from _as_spelled(word, spelled[i].words, opens=opens)
            elif (opens or name) and (found := self._capital(word, name=name)):
                at, after = found
                yield _edit(at, at + len(after), after, "capitals", sure)
            if mark:
                yield _edit(word.end, word.end, mark, "punctuation", share)
            starts = mark in {".", "?"} or (not mark and _ENDED.search(word.token) is not None)

    def _capital(self, word: _Word, *, name: bool) -> tuple[int, str] | None:
        """Where a word's capitals are put, and what then stands there; None for a word that has them or has no letters."""
        if word.token != word.token.lower():
            return None
        if name and (way := self.cased.get(word.form)) and (at := word.token.find(word.form)) >= 0:
            return word.start + at, way
        head = _first_letter(word)
        return None if head is None else (head, word.token[head - word.start].upper())


def _as_spelled(word: _Word, spelling: Mapping[int, str], *, opens: bool) -> Iterator[Edit]:
    """The capitals of a word, or of the parts of a compound, that a lexicon spells; one more where it opens a sentence.

    A part that has capitals keeps those.
    """
    wanted = dict(spelling)
    if opens and (head := _first_letter(word)) is not None:
        there = wanted.get(head, word.token[head - word.start])
        wanted[head] = there[:1].upper() + there[1:] if there.islower() else there
    for at, after in sorted(wanted.items()):
        there = word.token[at - word.start :][: len(after)]
        if after != there and after.lower() == there:
            yield _edit(at, at + len(after), after, "capitals", _ALWAYS)


def _first_letter(word: _Word) -> int | None:
    """Offset of the letter that a capital is put for; None where a word has none, or begins with a number."""
    first = _LETTER.search(word.token)
    if first is None or word.token[: first.start()].strip(MARKS) or len(first[0].upper()) != 1:
        return None
    return word.start + first.start()


def _named(words: Sequence[_Word], names: Iterable[Standing]) -> tuple[set[int], dict[int, _Spelling]]:
    """Numbers of the words after which a name goes on; and of those that a lexicon spells, with how it does."""
    ends = [word.end for word in words]
    inside: set[int] = set()
    spelled: dict[int, _Spelling] = {}
    for name in names:
        inside.update(range(bisect_right(ends, name.start), bisect_left(ends, name.end)))
        for at, letters in name.spelled:
            if (i := bisect_right(ends, at)) < len(words):
                spelled.setdefault(i, _Spelling(name.least, {})).words[at] = letters
    return inside, spelled


def _edit(start: int, end: int, after: str, rule: str, share: float) -> Edit:
    return Edit(start=start, end=end, after=after, rule=rule, confidence=min(round(share, 4), 1.0), evidence="")


def _words(text: str, turns: Iterable[Span]) -> Iterator[_Word]:
    """The spoken words: sound marks, labels of speakers and marks without a word are none of them."""
    labels = sorted(turns)
    forms: dict[str, str] = {}
    new, i, after = False, 0, 0
    for match in _TOKEN.finditer(text):
        while i < len(labels) and labels[i][0] <= match.start():
            after, new = labels[i][1], True
            i += 1
        token = match[0]
        if match.start() < after or (token[0] in "[(" and token[-1] in ")]"):
            continue
        form = forms.get(token)
        if form is None:
            form = forms[token] = form_of(token) if _has_word(token) else ""
        if form:
            yield _Word(match.start(), match.end(), token, form, new)
        new = (new and not form) or (not form and token in {">>", "&gt;&gt;"})


def _has_word(token: str) -> bool:
    return any(map(str.isalnum, token))


def _choose_marks(
    words: Sequence[_Word], read: Sequence[int], shares: Floats, inside: Collection[int]
) -> list[tuple[str, float]]:
    """What is put behind each word, with its probability: nothing where a mark stands or a name goes on, a stop at a turn."""
    found = [("", 0.0)] * len(words)
    ends = (shares[:, 2] + shares[:, 3]).tolist()
    for i, (_, comma, stop, question, _), end in zip(read, shares.tolist(), ends, strict=True):
        if end >= LIMITS["stop"]:
            found[i] = ("?" if question >= LIMITS["question"] * (stop + question) else ".", end)
        elif comma >= LIMITS["comma"]:
            found[i] = (",", comma)
    for i, word in enumerate(words):
        last = i + 1 == len(words) or words[i + 1].turn
        if not _UNMARKED.search(word.token) or (i in inside and not last):
            found[i] = ("", 0.0)
        elif last and found[i][0] not in {".", "?"}:
            found[i] = (".", _ALWAYS)
    return found
