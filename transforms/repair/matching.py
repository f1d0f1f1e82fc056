"""Where speech is odd, and which names could be meant: forms listed for a name, its letters, its sound, a part of it.

Candidates come from dictionaries; only words that are in no list are compared by sound, so the cost is linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import OSA

from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.listing import MAX_SOUND_WORDS, Form, Listing, words_of
from copydesk.transforms.repair.names import BatchNames, vouched_words
from copydesk.transforms.repair.sounds import plain, unlike
from copydesk.transforms.repair.words import UNKNOWN, differs_at_end, is_ordinary, one_slip, stem, zipf

MAX_WORDS: Final = 4
"""Words of a place that is looked at by letters."""
RARE: Final = 2.5
"""Zipf: a word that a recogniser may have made up; "Sikana" has none, "Quorum" 2.9."""
LISTED: Final = 1.2
"""Zipf: a capitalised word from here on is another name that people write ("Docherty", "Taranaki"), not one misheard. What is
rarer is the noise at the end of a word list."""
ALIKE: Final = 0.06
"""Share of its sounds by which a name may differ and be the same: a vowel of five sounds, two consonants of ten in voicing."""
EVERYDAY: Final = 4.2
"""Zipf: a listed form of which every word is as common ("in video") needs two witnesses, one of rarer words one; a single word
as common has to have a capital as well."""
SIMILAR: Final = 0.14
"""And what is still near: of six sounds one of another kind."""
PART_ALIKE: Final = 0.2
"""The same for the wrong part of a name whose other part is right."""
MARGIN: Final = 0.03
"""By how much farther a name may sound and still be as likely as the nearest."""
_LIMIT: Final = {"person": 0.08, "term": 0.08}
"""The same for people, of whom more have like names than are in any list, and for terms, which are words of a kind."""
EDGE: Final = 5.8
"""Zipf: a word as frequent ("a", "and", "which") at the edge of a place is not part of a name that is known by its sound."""
SLIP: Final = 3.5
"""Zipf: a form in small letters that is one letter from a word as common is a slip for that word, not a name."""
OPENER: Final = 5.0
"""Zipf: a word as frequent before a name, at the head of a sentence, has its capital from there: "Then Orvenda came"."""
TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "sir", "lord", "lady", "prof", "professor", "president", "minister", "senator", "judge", "chancellor", "governor", "mayor", "captain", "general", "colonel", "king", "queen", "prince", "princess", "pope", "saint", "st"})  # fmt: skip  # noqa: E501
"""What stands before the names of people."""
PARTICLES: Final = frozenset({"van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "ten", "ter", "bin", "ibn", "al", "el"})  # fmt: skip  # noqa: E501
"""What the surnames of people begin with: "van Wessem" is no company that sounds like both words."""
FOREIGN_WINDOW: Final = 4
"""Words to each side of an unknown one."""
FOREIGN_WORDS: Final = 4
"""Unknown words within that window, from which on someone speaks another language there."""
SUFFIXES: Final = (
    "s", "es", "ed", "d", "ing", "er", "ers", "ly", "ness", "ish", "able", "like", "less", "y", "ies", "ism", "ist", "eer",
    "eers", "ian", "ians", "ite", "ites", "esque", "ize", "ized", "ise", "ised", "ify", "ified",
)  # fmt: skip
ENDINGS: Final = frozenset({"", *SUFFIXES, "ence", "ent", "ency", "ance", "ant", "ancy", "ity", "al", "ic", "ical", "or", "ible", "ive", "ion", "ation", "ary", "ous", "ment", "e", "an", "ese", "en", "a", "o"})  # fmt: skip  # noqa: E501
"""What two forms of one word end in: "idempotence" and "idempotent" are both right."""
MIN_STEM: Final = 4
"""Letters that two forms of one word share."""
PREFIXES: Final = ("un", "re", "non", "pre", "over", "under", "dis", "mis", "anti", "super", "multi", "micro", "mega", "cyber")

LONGEST_WORD: Final = 40
"""Letters of a word that may be a name: what is longer is no word, and would be cut at each of its letters."""
NAME_INSIDE: Final = 5
"""Letters of a known name at the head or the end of a form: the form is made of that name on purpose, and no slip for it."""

How = Literal["listed", "letters", "sound", "part"]


@dataclass(frozen=True, slots=True)
class Match:
    """A name that some words may stand for."""

    name: LexiconName
    how: How
    apart: float = 0.0
    """Share of the sounds by which they differ."""


class Search:
    """The places of a document's speech that may be names, found from left to right."""

    def __init__(self, clues: Clues, listing: Listing, inside: set[int]) -> None:
        """Find the odd words.

        Args:
            clues: of the document.
            listing: the names.
            inside: numbers of the words that are part of a name that is spelled right.
        """
        self._clues, self._listing, self._inside = clues, listing, inside
        self._odd = _odd_words(clues, listing)
        self._foreign = _foreign(clues, self._odd)
        self._heard: dict[Form, list[Match]] = {}

    def __iter__(self) -> Iterator[tuple[int, int, list[Match]]]:
        """Each place with its names: number of the first word, number of words, matches."""
        openings = self._listing.openings
        for i, word in enumerate(self._clues.lower):
            for size in range(1, _run(self._clues, i, max(MAX_WORDS, openings.get(word, 0))) + 1):
                if matches := self._at(i, size):
                    yield i, size, matches

    def _at(self, i: int, size: int) -> list[Match]:
        clues, listing = self._clues, self._listing
        form = clues.lower[i : i + size]
        if form in listing.spellings:
            return []
        touched = not self._inside.isdisjoint(range(i, i + size))
        if size > 1 and (same := self._by_letters(i, size, form)):
            return [] if touched else same
        if names := listing.forms.get(form):
            usable = size > 1 or not (touched or (zipf(form[0]) >= EVERYDAY and not is_capital(clues, i, 1)))
            return [Match(name, how_listed(form, name)) for name in names if usable]
        if size > 1 and (parts := _by_part(clues, i, form, listing)):
            return parts
        if touched or size > MAX_WORDS:
            return []
        return self._by_letters(i, size, form) or self._sounding(i, size, form)

    def _by_letters(self, i: int, size: int, form: Form) -> list[Match]:
        """The name that the words are, run together; "be the" is not Bethe, and a capital inside is someone's own."""
        first, name = self._clues.words[i], self._listing.squeezed.get("".join(form))
        if name is None or (size == 1 and not first.istitle()):
            return []  # a capital inside, or none: someone's own spelling, or a handle
        ordinary = not first[:1].isupper() and min(map(zipf, form)) >= RARE
        return [] if ordinary and name.kind in {"person", "place"} else [Match(name, "letters")]

    def _sounding(self, i: int, size: int, form: Form) -> list[Match]:
        if size > MAX_SOUND_WORDS or self._odd.isdisjoint(form) or any(self._foreign[i : i + size]):
            return []
        if form not in self._heard:
            self._heard[form] = _by_sound(form, self._listing)
        if not self._heard[form]:
            return []
        capital = any(word[:1].isupper() for word in self._clues.words[i : i + size])
        before = self._name_before(i) if size == 1 else None
        return [
            match
            for match in self._heard[form]
            if (capital or match.name.kind not in {"person", "place"})
            and (size == 1 or form[0] not in PARTICLES or match.name.kind in {"person", "place"})
            and (before is None or before in match.name.context or (before in TITLES and match.name.kind == "person"))
        ]

    def _name_before(self, i: int) -> str | None:
        """The capitalised word before word i, of which it is the surname or the second half: not a name by itself.

        A word that opens the sentence is none, nor a known name ("Sony Playstasion"), nor an acronym. The price: a name after
        an adjective with a capital ("Japanese Rapidas") stays as it is.
        """
        clues = self._clues
        if not i or not clues.words[i][:1].isupper() or not clues.neighbours(i - 1):
            return None
        word = clues.words[i - 1]
        opens = not is_capital(clues, i - 1, 1) and zipf(word) >= OPENER and clues.lower[i - 1] not in TITLES
        if opens or len(word) == 1 or not word.istitle() or i - 1 in self._inside:
            return None
        return clues.lower[i - 1]


def how_listed(form: Form, name: LexiconName) -> How:
    """Whether a listed form is another spelling of the name, a space or an ending apart, or what a recogniser makes of it."""
    near = OSA.distance(plain("".join(form)), plain(name.name), score_cutoff=1)
    return "letters" if near == 0 or (near == 1 and name.kind == "term") else "listed"


def _run(clues: Clues, i: int, longest: int) -> int:
    """How many words from word i on stand with one space between each."""
    if clues.in_address(i):
        return 0
    size = 1
    while size < longest and clues.neighbours(i + size - 1) and not clues.in_address(i + size):
        size += 1
    return size


def _odd_words(clues: Clues, listing: Listing) -> frozenset[str]:
    """The words of the speech, in small letters, that are in no list of words or names.

    Acronyms and words with a capital inside are spelled on purpose. A rare word in small letters is one of the language.
    """
    shapes = {stem(word) for word in clues.heard if any(map(str.isupper, word[1:]))}
    acronyms = {word.lower() for word in shapes} | {word[:-1].lower() for word in shapes if word.endswith("s")}
    small = {word for word in clues.heard if word.islower()}
    vouched = vouched_words(BatchNames(clues.rules.evidence.names))
    return frozenset(
        word
        for word in set(clues.lower)
        if 2 < len(word) <= LONGEST_WORD
        and zipf(word) < (UNKNOWN if word in small else LISTED)
        and word.isalpha()
        and word not in acronyms
        and word not in listing.known
        and word not in clues.written_lower
        and word not in vouched
        and not any(word[:at] in listing.known or word[-at:] in listing.known for at in range(NAME_INSIDE, len(word)))
        and not is_derived(word)
        and not is_compound(word)
        and not (word in small and any(zipf(form) >= SLIP for form in one_slip(word)))
    )


def is_compound(word: str) -> bool:
    """Whether a word in no list is two common ones run together, of which each has three letters or more."""
    return any(is_ordinary(word[:at]) and is_ordinary(word[at:]) for at in range(3, len(word) - 2))


def is_derived(word: str) -> bool:
    """Whether a word in no list is one that is, with an ending or a beginning that speakers put to any."""
    for suffix in SUFFIXES:
        root = word.removesuffix(suffix)
        undoubled = root[:-1] if root[-1:] == root[-2:-1] else root
        if root != word and len(root) > 2 and max(map(zipf, (root, f"{root}e", undoubled))) >= RARE:
            return True
    return any(zipf(word.removeprefix(prefix)) >= RARE for prefix in PREFIXES if word.startswith(prefix))


def _foreign(clues: Clues, odd: frozenset[str]) -> Sequence[bool]:
    """Whether each word stands where another language is spoken."""
    counts = [0]
    for word in clues.lower:
        counts.append(counts[-1] + (word in odd))
    last = len(counts) - 1
    return [
        counts[min(i + FOREIGN_WINDOW + 1, last)] - counts[max(i - FOREIGN_WINDOW, 0)] >= FOREIGN_WORDS for i in range(last)
    ]


def _by_sound(form: Form, listing: Listing) -> list[Match]:
    """The names that sound most like the words, nearest first, none that is clearly farther than the first."""
    letters = "".join(form)
    if letters in listing.squeezed:
        return []  # that name is meant, in capitals of its own
    if len(form) > 1 and (max(zipf(form[0]), zipf(form[-1])) > EDGE or min(map(len, form)) == 1 or form[0] in TITLES):
        return []
    names = [name for name in listing.sounding(form) if not _is_other_form(letters, plain(name.name))]
    found = [Match(name, "sound", unlike(form, words_of(name.name))) for name in names]
    found = [
        match
        for match in found
        if match.apart <= _LIMIT.get(match.name.kind, SIMILAR) and _needs_all(form, match)
    ]
    found.sort(key=lambda match: (match.apart, match.name.name))
    return [match for match in found if match.apart <= found[0].apart + MARGIN]


def _needs_all(form: Form, match: Match) -> bool:
    """Whether the words sound nearer to the name than they would without the first or the last: "Mr" is no part of it."""
    if len(form) == 1:
        return True
    name = words_of(match.name.name)
    return match.apart < min(unlike(form[1:], name), unlike(form[:-1], name))


def _is_other_form(word: str, name: str) -> bool:
    """Whether two words are forms of one, which differ in their last letter or their ending."""
    if differs_at_end(word, name):
        return True
    ends = range(MIN_STEM, min(len(word), len(name)) + 1)
    return any(word[:at] == name[:at] and word[at:] in ENDINGS and name[at:] in ENDINGS for at in ends)


def _may_be(one: str, other: str) -> bool:
    """Whether a word may stand for another: no number, and no plural or other ending of it."""
    return one.isalpha() and other.isalpha() and not differs_at_end(one, other)


def _by_part(clues: Clues, i: int, form: Form, listing: Listing) -> list[Match]:
    """The names of which one word stands there, and another sounds like it; only where all of it has capitals."""
    if not clues.words[i][:1].isupper() or not is_capital(clues, i, len(form)):
        return []
    found: dict[str, Match] = {}
    for at, word in enumerate(form):
        for name in listing.parts.get((word, at, len(form)), ()):
            words = words_of(name.name)
            wrong = [(one, other) for one, other in zip(form, words, strict=True) if one != other]
            if name.kind == "term" or not all(_may_be(one, other) for one, other in wrong):
                continue
            apart = max(unlike([one], [other]) for one, other in wrong)
            if apart <= PART_ALIKE:
                found[name.name] = Match(name, "part", apart)
    return sorted(found.values(), key=lambda match: (match.apart, match.name.name))


def is_capital(clues: Clues, i: int, size: int) -> bool:
    """Whether all words have a capital, the first of them in mid-sentence: the recogniser took them for a name."""
    before = clues.text[max(clues.starts[i] - 2, 0) : clues.starts[i]]
    inside = len(before) == 2 and before[0] not in '.!?:>"“'
    return inside and all(word[:1].isupper() for word in clues.words[i : i + size])
