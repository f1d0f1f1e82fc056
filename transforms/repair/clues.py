"""What a document offers as evidence for the spelling of its speech: collected once, handed to every rule."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from copydesk.transforms.repair.running import Running
from copydesk.transforms.repair.words import stem
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""A word: letters and digits, with apostrophes inside. Hyphenated compounds are several."""
LONGEST_CAPTION = 90
"""Characters of a caption at the median: two lines of 42 at most."""
MIN_LINES = 3
"""Line breaks by which captions are known."""

_SENTENCE_MARKS = frozenset('.?!:…"”')
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:-[^\W_]++)+")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’]*[a-z0-9A-Z](?: [A-Z][\w'’]*)*")
_BY_HAND = re.compile(r"\((?=[^\W\d_])|(?<=\w); |https?://")
"""What no recogniser writes: a bracket before a word, a semicolon, a link."""
MIN_BY_HAND: Final = 3
"""Such marks that prove a person's hand."""
BY_HAND_WORDS: Final = 3_000
"""Words of speech among which one has to stand at least. Twenty transcripts by machines had none in 144,000 words; of talks
that people wrote down or edited, three in four have more than one in 3,000."""
PROSE_WORDS: Final = 7
"""Words of a sentence that is not a title."""
_ADDRESS_MARKS = frozenset("/@_#\\=")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?]) +")
_OWN = {"I", "I'm", "I’m", "I'll", "I’ll", "I've", "I’ve", "I'd", "I’d"}


@dataclass(frozen=True, eq=False)
class Clues:
    """Running speech by words, and what else of the document spells words."""

    text: str
    words: tuple[str, ...]
    starts: array[int]
    """Where each word starts in `text`."""
    written: str
    """What was written but not said: on the page, in front matter, in the file beside the speech; joined by line breaks."""
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
        sentences = (sentence for line in self.written.split("\n") for sentence in _SENTENCE_ENDS.split(line))
        return _names("\n".join(sentence for sentence in sentences if _is_prose(sentence)))

    @cached_property
    def compounds(self) -> Mapping[str, int]:
        """Hyphenated words of the speech in lower case, with counts."""
        return Counter(compound.lower() for compound in _COMPOUND.findall(self.text))

    @cached_property
    def written_compounds(self) -> Mapping[str, int]:
        """Hyphenated words of the written part in lower case, with counts."""
        return Counter(compound.lower() for compound in _COMPOUND.findall(self.written))

    @cached_property
    def edited(self) -> bool:
        """Whether a person wrote or edited the speech, by marks that no recogniser writes: what is spelled is then meant so.

        Whom it could harm: an editor who left the recogniser's names as they were; spelling variants then stay as well.
        """
        return sum(1 for _ in _BY_HAND.finditer(self.text)) >= max(MIN_BY_HAND, len(self.words) / BY_HAND_WORDS)

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


def gather_clues(running: Running, furniture: Collection[Block], rules: Rules, beside: Collection[str] = ()) -> Clues:
    """The evidence in one document.

    Args:
        running: its speech.
        furniture: its other blocks; time stamps and counters hold no words and do not matter.
        rules: with what the batch knows.
        beside: what else was written of the speech, from `written_beside`.
    """
    words, starts = split_words(running.text)
    written = "\n".join([*(block.text for block in furniture), *beside])
    cut = _cuts_sentences(running)
    return Clues(text=running.text, words=words, starts=starts, written=written, rules=rules, cut_lines=cut)


def split_words(text: str) -> tuple[tuple[str, ...], array[int]]:
    """The words of running speech, and where each starts.

    >>> split_words("so it's Well-known")
    (('so', "it's", 'Well', 'known'), array('q', [0, 3, 8, 13]))
    """
    starts: array[int] = array("q")
    words: list[str] = []
    same: dict[str, str] = {}  # one string for each form: a five-hour talk has many words but few forms
    for match in WORD.finditer(text):
        starts.append(match.start())
        words.append(same.setdefault(match[0], match[0]))
    return tuple(words), starts


def _cuts_sentences(running: Running) -> bool:
    """Whether most lines are short, end where no sentence does, and go on in the next: in small letters, as no list does."""
    ends = [at - 2 for at in running.lines[1:] if at > 1]
    lengths = sorted(after - before for before, after in pairwise(running.lines))
    if len(ends) < MIN_LINES or lengths[len(lengths) // 2] > LONGEST_CAPTION:
        return False
    goes_on = (running.text[at] not in _SENTENCE_MARKS and running.text[at + 2].islower() for at in ends)
    return sum(goes_on) > len(ends) / 2


def written_beside(document: Document) -> tuple[str, ...]:
    """What came beside the speech, in front matter or in the file of a download tool: title, people, channel, description."""
    told = document.metadata
    about = (told.title, *told.authors, told.section, document.source.channel, told.description)
    return tuple(text for text in about if text)


def _is_prose(sentence: str) -> bool:
    """Whether a sentence is one of prose rather than a title, a button or a list of links, where every word has a capital."""
    words = sentence.split()
    small = sum(word[:1].islower() for word in words)
    return len(words) >= PROSE_WORDS and small > len(words) / 2 and sentence[-1] in ".!?"


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
