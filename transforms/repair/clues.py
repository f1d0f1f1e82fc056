"""What a document offers as evidence for the spelling of its speech: collected once, handed to every rule."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from copydesk.transforms.repair.running import Running
from copydesk.transforms.repair.words import stem
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""A word: letters and digits, with apostrophes inside. Hyphenated compounds are several."""
LONGEST_CAPTION = 90
"""Characters of a caption at the median: two lines of 42 at most."""
MIN_LINES = 3
"""Line breaks by which captions are known."""

_SENTENCE_ENDS = frozenset('.?!:…"”')
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:-[^\W_]++)+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’]*[a-z0-9A-Z](?: [A-Z][\w'’]*)*")
_ADDRESS_MARKS = frozenset("/@_#\\=")
_OWN = {"I", "I'm", "I’m", "I'll", "I’ll", "I've", "I’ve", "I'd", "I’d"}


@dataclass(frozen=True, eq=False)
class Clues:
    """Running speech by words, and what else of the document spells words."""

    text: str
    words: tuple[str, ...]
    starts: array[int]
    """Where each word starts in `text`."""
    written: str
    """What stands on the page but was not said: title, summary, description, joined by line breaks."""
    rules: Rules
    cut_lines: bool = False
    """Whether the speech comes in the short lines of captions, cut in mid-sentence: most forms in no list are then a
    recogniser's slips. In paragraphs that somebody typed they are a field's own words, or the typist's slips."""

    @cached_property
    def heard(self) -> Mapping[str, int]:
        """Every word of the speech as it is cased, with its count."""
        return Counter(self.words)

    @cached_property
    def lower(self) -> tuple[str, ...]:
        """Every word of the speech in small letters, without its possessive ending."""
        small = {word: stem(word).lower() for word in self.heard}
        return tuple(map(small.__getitem__, self.words))

    @cached_property
    def written_lower(self) -> frozenset[str]:
        """Every word of the written part in small letters."""
        return frozenset(stem(word).lower() for word in self.written_words)

    @cached_property
    def names(self) -> Mapping[str, int]:
        """Capitalised words and runs of them in mid-sentence of the speech, with counts: what the recogniser took for names."""
        return _names(self.text)

    @cached_property
    def written_words(self) -> Mapping[str, int]:
        """Every word of the written part as it is cased, with its count."""
        return Counter(WORD.findall(self.written))

    @cached_property
    def written_names(self) -> Mapping[str, int]:
        """Names in mid-sentence of written prose; of titles, where every word has a capital, nothing can be learned."""
        return _names("\n".join(line for line in self.written.split("\n") if _is_prose(line)))

    @cached_property
    def compounds(self) -> Mapping[str, int]:
        """Hyphenated words of the speech in lower case, with counts."""
        return Counter(compound.lower() for compound in _COMPOUND.findall(self.text))

    @cached_property
    def written_compounds(self) -> Mapping[str, int]:
        """Hyphenated words of the written part in lower case, with counts."""
        return Counter(compound.lower() for compound in _COMPOUND.findall(self.written))

    def places(self, words: Collection[str]) -> Mapping[str, list[int]]:
        """Numbers of the words that are one of `words`, as they are cased; words in links do not count."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        if words:
            for i, word in enumerate(self.words):
                if word in words and not self.in_address(i):
                    found[word].append(i)
        return found

    def in_address(self, i: int) -> bool:
        """Whether word i is part of a link, a file name or a handle, whose spelling is not speech."""
        before, after = self.text[max(self.starts[i] - 1, 0) : self.starts[i]], self.text[self.end(i) : self.end(i) + 2]
        return before in _ADDRESS_MARKS or after[:1] in _ADDRESS_MARKS or (after[:1] == "." and after[1:].isalnum())

    def end(self, i: int) -> int:
        """Offset after word i."""
        return self.starts[i] + len(self.words[i])

    def neighbours(self, i: int) -> bool:
        """Whether one space, and nothing else, stands between word i and the next."""
        return i + 1 < len(self.words) and self.starts[i + 1] == self.end(i) + 1 and self.text[self.end(i)] == " "


def gather_clues(running: Running, furniture: Collection[Block], rules: Rules) -> Clues:
    """The evidence in one document.

    Args:
        running: its speech.
        furniture: its other blocks; time stamps and counters hold no words and do not matter.
        rules: with what the batch knows.
    """
    starts: array[int] = array("q")
    words: list[str] = []
    same: dict[str, str] = {}  # one string for each form: a five-hour talk has many words but few forms
    for match in WORD.finditer(running.text):
        starts.append(match.start())
        words.append(same.setdefault(match[0], match[0]))
    written = "\n".join(block.text for block in furniture)
    cut = _cuts_sentences(running)
    return Clues(text=running.text, words=tuple(words), starts=starts, written=written, rules=rules, cut_lines=cut)


def _cuts_sentences(running: Running) -> bool:
    """Whether most lines are short and end where no sentence does."""
    ends = [at - 2 for at in running.lines[1:] if at > 1]
    lengths = sorted(after - before for before, after in pairwise(running.lines))
    if len(ends) < MIN_LINES or lengths[len(lengths) // 2] > LONGEST_CAPTION:
        return False
    return sum(running.text[at] not in _SENTENCE_ENDS for at in ends) > len(ends) / 2


def _is_prose(line: str) -> bool:
    """Whether a line is sentences rather than a title or a button."""
    return line.count(" ") >= 8 and any(mark in line for mark in ".!?")


def _names(text: str) -> Counter[str]:
    """Capitalised runs in mid-sentence, "I" and its kin left out of them."""
    found: Counter[str] = Counter()
    for run in _NAME.findall(text):
        kept: list[str] = []
        for word in [*run.split(" "), "I"]:
            if word not in _OWN:
                kept.append(word)
            elif kept:
                found[" ".join(kept)] += 1
                kept = []
    return found
