"""Fillers and slips of the tongue taken out of speech, where the configuration asks for it: "um", ", you know,", "the the".

What is taken out is a change like any other: listed, with what stood there, and undone by putting it back. Of the commas around
a filler one stays, unless the word before it ends no phrase; sentence marks all stay. The second of two sayings goes, so that
a capital at a sentence's head stays where it is.

Whom it could harm: a speaker who means what he repeats ("I do I do think"), and a list in which "you know" is an item. Words
are repeated on purpose so often that only those of a closed list, and starts of two or three words that begin or end with one,
are taken for slips; what stands at the end of a sentence stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.fillers import Fillers
from copydesk.transforms.repair.gazetteer import FREQUENT
from copydesk.transforms.repair.words import zipf

FILLER: Final = "tidy_filler"
REPEAT: Final = "tidy_repeat"
CONFIDENCE: Final = {FILLER: 0.95, REPEAT: 0.9}
LONGEST_START: Final = 3
"""Words of a false start: longer ones are sentences that are said again."""

_PAUSE = re.compile(r" ?(?:-{1,2}|[–—]|\.{3}|…) ")
_WITHIN = re.compile(r",? | ?(?:-{1,2}|[–—]|\.{3}|…) ")
"""What stands between two words of one sentence: a space, a comma, a pause."""
_HEAD = re.compile(r"(?:(?<!\.)[.!?:][\"”]?|>>) \Z")
"""What stands before the first word of a sentence or a turn."""
_TAIL = re.compile(r"\.(?!\S)|,? ?\Z|,? >>")
"""What stands after a filler that ends a sentence or a turn; a question or an exclamation means something by it."""


def tidy_speech(clues: Clues, pack: Fillers, walls: Collection[int] = ()) -> Iterator[Edit]:
    """What is taken out of speech, in text order.

    Args:
        clues: of the document.
        pack: of its language.
        walls: offsets at which another turn begins; no edit reaches over one.
    """
    tidy = _Tidy(clues, pack, frozenset(walls))
    found = sorted([*tidy.fillers(), *tidy.repeats()], key=lambda edit: (edit.start, -edit.end))
    waiting: Edit | None = None
    for edit in found:
        if waiting is None or edit.start > waiting.end:
            if waiting:
                yield waiting
            waiting = edit
        elif edit.start == waiting.end:  # they touch: two changes of which neither could be undone alone, so they are one
            waiting = _edit(waiting.start, edit.end, waiting.after + edit.after, waiting.rule, waiting.evidence)
    if waiting:
        yield waiting


def _is_own(word: str) -> bool:
    """Whether a word always has a capital: "I" and its contractions."""
    return word == "I" or word.startswith(("I'", "I’"))


def _edit(start: int, end: int, after: str, rule: str, evidence: str) -> Edit:
    return Edit(start=start, end=end, after=after, rule=rule, confidence=CONFIDENCE[rule], evidence=evidence)


@dataclass(frozen=True, eq=False)
class _Tidy:
    clues: Clues
    pack: Fillers
    walls: frozenset[int]

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        """The words in small letters, apostrophes straight."""
        folded = {word: word.replace("’", "'").lower() for word in self.clues.heard}
        return tuple(map(folded.__getitem__, self.clues.words))

    @cached_property
    def _chains(self) -> dict[int, int]:
        """First word -> the word after the last, of every run of fillers."""
        chains: dict[int, int] = {}
        i, last = 0, len(self._forms)
        while i < last:
            end = self._filler(i)
            while end is not None and end < last and self._joins(i, end) and (more := self._filler(end)):
                end = more
            if end is not None:
                chains[i] = end
            i = i + 1 if end is None else end
        return chains

    def _joins(self, i: int, end: int) -> bool:
        """Whether a filler at word `end` belongs to the fillers that begin with word i; "Um. Uh. So" is one run at a head."""
        return self._is_within(end) or (self._heads(i) and self._is_lone(end))

    @cached_property
    def _others(self) -> frozenset[str]:
        """Function words of other languages that are rare in English: beside them a filler is a word ("um die", "er ist")."""
        words = self.clues.rules.function_words
        foreign = frozenset().union(*(found for language, found in words.items() if language != self.pack.language))
        own = words.get(self.pack.language, frozenset())
        english = self.pack.language == "en"
        return frozenset(word for word in foreign - own - self.pack.fillers if not english or zipf(word) < FREQUENT)

    @cached_property
    def _words_elsewhere(self) -> frozenset[str]:
        """The fillers that are function words of another language."""
        return self.pack.fillers & frozenset().union(*self.clues.rules.function_words.values())

    def _gap(self, i: int) -> str:
        """What stands before word i, from the word before it on."""
        clues = self.clues
        start = clues.end(i - 1) if i else 0
        return clues.text[start : clues.starts[i] if i < len(clues.words) else len(clues.text)]

    def _is_within(self, i: int) -> bool:
        """Whether word i goes on in the sentence and the turn of the word before it."""
        return 0 < i < len(self._forms) and self.clues.starts[i] not in self.walls and bool(_WITHIN.fullmatch(self._gap(i)))

    def _heads(self, i: int) -> bool:
        return i == 0 or self.clues.starts[i] in self.walls or _HEAD.search(self._gap(i)) is not None

    # --- fillers ------------------------------------------------------------------------------------------------------

    def _filler(self, i: int) -> int | None:
        """The word after the filler or parenthesis that begins with word i; None where there is none."""
        forms, clues = self._forms, self.clues
        if forms[i] in self.pack.fillers and not clues.in_address(i):
            word = clues.words[i]
            if not (word.islower() or (word.istitle() and self._heads(i))):
                return None
            spoken_of = i > 0 and self._gap(i) == " " and forms[i - 1] in self.pack.mentions
            return None if spoken_of or self._is_foreign(i) else i + 1
        for phrase in self.pack.parentheses:
            end = i + len(phrase)
            if forms[i:end] == phrase and i and end < len(forms) and self._gap(i) == self._gap(end) == ", ":
                return end if all(self._gap(j) == " " for j in range(i + 1, end)) else None
        return None

    def _is_foreign(self, i: int) -> bool:
        """Whether a filler is a word of another language, with another such word right beside it."""
        if self._forms[i] not in self._words_elsewhere:
            return False
        beside = [j for j, later in ((i - 1, i), (i + 1, i + 1)) if self._is_within(later) and self._gap(later) == " "]
        return any(self._forms[j] in self._others for j in beside)

    def fillers(self) -> Iterator[Edit]:
        """An edit for every run of fillers."""
        for i, end in self._chains.items():
            if edit := self._without(i, end):
                start, stop, after = edit
                said = self.clues.text[self.clues.starts[i] : self.clues.end(end - 1)]
                yield _edit(start, stop, after, FILLER, f"{said!r} is said while thinking")

    def _without(self, i: int, end: int) -> tuple[int, int, str] | None:
        """Where words [i, end) are taken out, and what stands there then; None where it cannot be told what should."""
        if self._heads(i):
            return self._without_head(i, end)
        if not self._is_within(i):
            return None
        clues, rest = self.clues, self._gap(end)
        if self._is_within(end):
            return clues.end(i - 1), clues.starts[end] - 1, self._between(i, end)
        turns = end < len(clues.words) and clues.starts[end] in self.walls and rest in {" ", ", "}
        return (clues.end(i - 1), clues.end(end - 1), "") if turns or _TAIL.match(rest) else None

    def _without_head(self, i: int, end: int) -> tuple[int, int, str] | None:
        """The same at the head of a sentence or turn: the next word takes the place and the capital."""
        clues = self.clues
        if not self._is_within(end) and not self._is_lone(end):
            return None  # all that is said in this turn
        word, capital = clues.words[end], clues.words[i][0].isupper()
        if capital and self._gap(end) == " " and word[0].isupper() and not _is_own(word):
            return None  # "Um Sang-hyun": a name
        return clues.starts[i], clues.end(end), word[:1].upper() + word[1:] if capital else word

    def _is_lone(self, end: int) -> bool:
        """Whether a full stop, and another sentence of the same turn, stand after a filler."""
        clues = self.clues
        return end < len(clues.words) and clues.starts[end] not in self.walls and self._gap(end) == ". "

    def _between(self, i: int, end: int) -> str:
        """What stays of the marks around words [i, end): a pause, or one comma, or nothing."""
        gaps = (self._gap(i), self._gap(end))
        for gap in gaps:
            if _PAUSE.fullmatch(gap):
                return gap[:-1]
        return "," if ", " in gaps and self._forms[i - 1] not in self.pack.unfinished else ""

    # --- repeats ------------------------------------------------------------------------------------------------------

    def repeats(self) -> Iterator[Edit]:
        """An edit for every word or start of a few words that is said again right away, however often."""
        i, last = 0, len(self._forms)
        while i < last and self.pack.repeats:
            sizes = (size for size in range(LONGEST_START, 0, -1) if self._may_repeat(i, size) and self._again(i, size))
            size = next(sizes, 0)
            if not size:
                i += 1
                continue
            at = i
            while again := self._again(at, size):
                at = again
            said = " ".join(self.clues.words[i : i + size])
            yield _edit(self.clues.end(i + size - 1), self.clues.end(at + size - 1), "", REPEAT, f"{said!r} is said again")
            i = at + size

    def _again(self, i: int, size: int) -> int | None:
        """The word with which the same `size` words are said again, fillers between them passed over; None if they are not."""
        said = self._forms[i : i + size]
        at = i + size
        between = self._chains.get(at, at)
        if not self._is_within(at) or not self._is_within(between) or self._forms[between : between + size] != said:
            return None
        if any(self._gap(j) != " " for first in (i, between) for j in range(first + 1, first + size)):
            return None
        after = between + size
        if size == LONGEST_START and self._gap(between) != " " and said[-1] not in self.pack.unfinished:
            return None  # two clauses: "once it's in memory, it's in memory"
        follows = self._forms[after : after + size]
        if follows and (follows[0] in self.pack.unless_before or (follows[0] == said[0] and follows != said)):
            return None  # "of of course", "side by side by side"
        if any(word[0].isupper() and not _is_own(word) for word in self.clues.words[between:after]):
            return None  # a name
        goes_on = self._is_within(after) and (self._gap(after) == " " or follows == said)
        return between if goes_on else None

    def _may_repeat(self, i: int, size: int) -> bool:
        """Whether words are such as are broken off: one of the list, or several, no chain ("again and again") and no number."""
        said = self._forms[i : i + size]
        if size == 1:
            return said[0] in self.pack.repeats
        if len(set(said)) < len(said) or not all(word.replace("'", "").isalpha() for word in said):
            return False
        if {"and", "or"} & set(said[1:]) or (i and self._forms[i - 1] == said[-1]):
            return False
        return said[0] in self.pack.starts or said[-1] in self.pack.unfinished
