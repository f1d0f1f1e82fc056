"""Names that stand in no lexicon and no list of words, found in a text.

What `copydesk lexicon suggest` counts. A name is worth a line of a lexicon where a recogniser may misspell it, and it spells
words of the language right; so a word is looked for that is in no list, with the capitalised words beside it, and a name of
ordinary words alone ("Open Harbour") is none.

Frequencies are wordfreq's (Speer 2022, CC BY-SA 4.0), of the language of the text. What is a derived word or a compound is
known for English only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log10
from typing import Final

from copydesk.transforms.repair.clues import WORD
from copydesk.transforms.repair.listing import Listing, words_of
from copydesk.transforms.repair.matching import (
    EDGE,
    LONGEST_WORD,
    NAME_INSIDE,
    RARE,
    SLIP,
    is_compound,
    is_derived,
)
from copydesk.transforms.repair.words import UNKNOWN, one_slip, stem, zipf

NO_CAPITALS: Final = frozenset({"ar", "bn", "fa", "he", "hi", "ja", "ko", "ta", "ur", "zh"})
"""Languages of wordfreq whose scripts have no capitals, so that a name looks like any other word."""
MIN_WORD: Final = 3
"""Letters of a word that may be a name by itself."""
MAX_RUN: Final = 4
"""Words of the longest name; a longer run of capitals is a headline."""
MIN_SMALL: Final = 5
"""Letters of an unknown word in small letters: shorter ones are abbreviations and noises."""
MIN_CONTEXT: Final = 4
"""Letters of a context word."""
MAX_CONTEXT_ZIPF: Final = 5.0
"""Zipf: a word as common stands near anything."""
_TITLES: Final = frozenset({"mr", "mrs", "ms", "dr", "prof", "professor", "doctor", "sir", "senator", "minister", "captain"})
_EITHER: Final = frozenset({
    "saint", "sainte", "st", "ste", "sta", "sto", "sankt", "sankta", "sint", "san", "santa", "santo", "sant", "são", "sao",
    "święty", "święta", "svatý", "svatá", "svätý", "svätá", "sveti", "sveta", "szent", "sfântul", "sfânta", "šventoji", "naomh",
    "agios", "agia", "ayios", "ayia", "hagios", "hagia", "άγιος", "αγία", "άγιοι", "святой", "святая", "святий", "свята",
    "свети", "света", "санкт", "aziz", "king", "queen", "prince", "princess", "lord", "lady", "duke", "sheikh", "sultan",
    "al", "el", "la", "le", "los", "las", "les", "abu", "van", "von", "de", "di", "da", "del", "don", "bin",
})  # fmt: skip
"""What stands in front of people and of places (and ships) alike: saints, crowns, articles. "Saint Ilva" may be an island, and
a lexicon's "Saint-Exupéry" makes no first name of it. Such names get no kind; the price is a king who is a `term`."""
_COMPANY: Final = frozenset({"inc", "corp", "corporation", "ltd", "llc", "plc", "gmbh", "ag", "holdings", "group", "capital"})
_INSTITUTION: Final = frozenset({"university", "institute", "college", "ministry", "agency", "foundation", "committee"})
_BEFORE: Final = 16
"""Characters before a name in which a title or a sentence's end is looked for."""
_ADDRESS: Final = frozenset("/@_#\\=")
_SENTENCE: Final = re.compile(r"(?:\A|[.!?:…\"“”»>\])\n-])\s*\Z")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text where an unlisted name stands."""

    name: str
    """As it is written there, without a possessive ending."""
    start: int
    end: int
    titled: bool = False
    """Whether a title of a person stands before it."""


class Unlisted:
    """Finds the unlisted names in texts of one language."""

    def __init__(self, listing: Listing, language: str) -> None:
        """Nothing is read before the first text.

        Args:
            listing: of all lexicons.
            language: of the texts; a language of wordfreq.
        """
        self._listing = listing
        self._english = language == "en"
        self._zipf: Callable[[str], float] = zipf if self._english else lambda word: _zipf(word, language)
        self._is_odd = lru_cache(maxsize=1 << 16)(self._judge)

    def mentions(self, text: str, *, spoken: bool) -> Iterator[Mention]:
        """The unlisted names of a text, in order.

        Args:
            text: prose or speech.
            spoken: whether it is a transcript, where a name may have lost its capital.
        """
        if text.upper() == text:
            return
        words = [match for match in WORD.finditer(text) if not _in_address(text, match.start(), match.end())]
        run: list[re.Match[str]] = []
        for match in [*words, None]:
            if run and (match is None or not _continues(text, run[-1], match)):
                yield from self._names(text, run)
                run = []
            if match is None:
                break
            if match[0][0].isupper():
                run.append(match)
            elif spoken and match[0].islower() and self._is_odd(stem(match[0])):
                yield Mention(stem(match[0]), match.start(), match.start() + len(stem(match[0])))

    def is_context(self, word: str) -> bool:
        """Whether a word in small letters tells something of what it stands near: one of the language, but not everywhere."""
        return word.isalpha() and len(word) >= MIN_CONTEXT and RARE <= self._zipf(word) < MAX_CONTEXT_ZIPF

    def _names(self, text: str, run: Sequence[re.Match[str]]) -> Iterator[Mention]:
        """The names in a run of capitalised words, without a sentence's head, a title, and what is common at the ends."""
        odd = [self._is_odd(stem(match[0])) for match in run]
        if not any(odd):
            return
        before = text[max(run[0].start() - _BEFORE, 0) : run[0].start()]
        heads = _SENTENCE.search(before) is not None
        if heads and len(run) == 1 and run[0][0].istitle():  # any word has a capital there
            odd[0] = self._is_odd(stem(run[0][0]).lower())
        titled = before.rstrip(". ").rpartition(" ")[2].lower() in _TITLES
        low, high = 0, len(run)
        if heads and not odd[0]:
            titled, low = run[0][0].lower() in _TITLES, 1
        while low < high and not odd[low] and (self._zipf(run[low][0]) >= EDGE or run[low][0].lower() in _TITLES):
            titled, low = run[low][0].lower() in _TITLES, low + 1
        while high > low and not odd[high - 1] and self._zipf(run[high - 1][0]) >= EDGE:
            high -= 1
        places = [(low, high)][: high - low]
        if high - low > MAX_RUN:
            places = [(i, i + 1) for i in range(low, high) if odd[i]]
        for first, last in places:
            start, end = run[first].start(), run[last - 1].start() + len(_singular(stem(run[last - 1][0])))
            yield Mention(text[start:end], start, end, titled)

    def _judge(self, word: str) -> bool:
        """Whether a word, as it is cased, is in no lexicon and no list of words."""
        lower = word.lower()
        small = word == lower
        if not (MIN_SMALL if small else MIN_WORD) <= len(word) <= LONGEST_WORD or not word.replace("'", "").isalpha():
            return False
        if lower in self._listing.known or self._zipf(lower) >= (UNKNOWN if small else RARE):
            return False
        if not self._english:
            return True
        new = not small and self._zipf(lower) < UNKNOWN  # "Strandhaven" amid a sentence is a name, "Farmstead" a word
        if is_derived(lower) or (is_compound(lower) and not new):
            return False
        known = self._listing.known
        if any(lower[:at] in known or lower[-at:] in known for at in range(NAME_INSIDE, len(lower))):
            return False
        return not (small and any(self._zipf(form) >= SLIP for form in one_slip(lower)))


def guess_kind(name: str, *, titled: bool, first_names: frozenset[str]) -> str:
    """The kind of an unlisted name, by what can be told from the name alone; `term`, the most careful one, in doubt.

    Args:
        name: as it is written.
        titled: whether a person's title stands before it.
        first_names: in small letters.

    >>> guess_kind("Zandarvo Holdings", titled=False, first_names=frozenset())
    'company'
    >>> guess_kind("Anna Zandarvo", titled=False, first_names=frozenset({"anna"}))
    'person'
    >>> guess_kind("Saint Zandarvo", titled=False, first_names=frozenset({"saint"}))
    'term'
    """
    words = words_of(name)
    if words[-1] in _COMPANY:
        return "company"
    if not _INSTITUTION.isdisjoint(words):
        return "institution"
    if titled or (1 < len(words) <= 3 and words[0] in first_names and words[0] not in _EITHER):
        return "person"
    return "term"


def _singular(word: str) -> str:
    """An acronym without its plural's ending; any other word as it is.

    >>> _singular("IOUs"), _singular("Zandarvos")
    ('IOU', 'Zandarvos')
    """
    return word[:-1] if word.endswith("s") and word[:-1].isupper() and len(word) > MIN_WORD else word


def _continues(text: str, before: re.Match[str], match: re.Match[str]) -> bool:
    """Whether a capitalised word goes on with the name before it: one space or hyphen between, no possessive."""
    gap = text[before.end() : match.start()]
    return match[0][0].isupper() and gap in {" ", "-"} and stem(before[0]) == before[0]


def _in_address(text: str, start: int, end: int) -> bool:
    """Whether a word is part of a link, a file name or a handle."""
    after = text[end : end + 2]
    return text[max(start - 1, 0) : start] in _ADDRESS or after[:1] in _ADDRESS or (after[:1] == "." and after[1:].isalnum())


def _zipf(word: str, language: str) -> float:
    frequency = _frequencies(language).get(word.replace("’", "'").lower())
    return 0.0 if frequency is None else log10(frequency) + 9


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    from wordfreq import get_frequency_dict  # noqa: PLC0415 - tens of MB that only this needs

    found: Mapping[str, float] = get_frequency_dict(language)
    return found


def word_lists() -> tuple[str, ...]:
    """The languages in which unlisted names can be looked for: those with a list of words and with capitals, in order.

    >>> {"en", "de", "ru"} <= set(word_lists()) and "ja" not in word_lists()
    True
    """
    from wordfreq import available_languages  # noqa: PLC0415 - as above

    return tuple(sorted(set(available_languages("best")) - NO_CAPITALS))
