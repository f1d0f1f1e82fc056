"""Names to look for in speech, by how they are said and by their letters: indexed once, then asked by dictionary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from copydesk.transforms.collection import no_collection
from copydesk.transforms.lexicon import Lexicon, LexiconName
from copydesk.transforms.repair.clues import WORD
from copydesk.transforms.repair.sounds import codes_of, one_class_off, plain
from copydesk.transforms.repair.words import is_ordinary, zipf

MIN_LETTERS: Final = 5
"""Letters of a name that is known by its sound: shorter ones sound like many words."""
MIN_CODE: Final = 3
"""Classes of its code, for the same reason."""
MIN_NEAR_CODE: Final = 4
"""Classes of a code that may be one class off."""

TELLING: Final = 3.0
"""Zipf: a word of a name as rare as this stands for the whole."""
COMMON: Final = 5.0
"""Zipf: a word of a name as common is no context ("the", "new")."""
MAX_SOUND_WORDS: Final = 3
"""Words of a name that is looked for by its sound: a longer one is known by its parts."""
MAX_PARTS: Final = 3
"""Words of a name of which one part may be wrong."""

Form = tuple[str, ...]

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})
"""How those write these letters who have no key for them; as right as the letters."""


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Names, indexed. A form is a tuple of words in small letters; where several names share one, it is doubtful."""

    spellings: Mapping[Form, Sequence[LexiconName]]
    """The right spelling of each name, word by word, with its accents and without."""
    forms: Mapping[Form, Sequence[LexiconName]]
    """What recognisers are known to write for it."""
    openings: Mapping[str, int]
    """The first word of each spelling and form, with the words of the longest that it opens."""
    squeezed: Mapping[str, LexiconName]
    """The letters of each name that recognisers may part or join otherwise, run together."""
    codes: Mapping[str, Sequence[LexiconName]]
    """How each name is said."""
    parts: Mapping[tuple[str, int, int], Sequence[LexiconName]]
    """The names of two and three words of which a word stands at a place: (word, place, words of the name)."""
    known: frozenset[str]
    """Every word of every name that is no word of everyday language, and every name of one word."""

    def sounding(self, words: Form) -> Iterator[LexiconName]:
        """The names whose code the words share, or of which their likeliest is one class off; each once."""
        codes = codes_of(words)
        found = {name.name: name for code in codes for name in self.codes.get(code, ())}
        if codes and len(codes[0]) >= MIN_CODE:
            for near in one_class_off(codes[0]):
                if len(near) >= MIN_NEAR_CODE and (names := self.codes.get(near)):
                    found.update((name.name, name) for name in names)
        yield from found.values()


def words_of(name: str) -> Form:
    """The words of a name in small letters, hyphens and full stops parting them as spaces do.

    >>> words_of("Rolls-Royce Holdings")
    ('rolls', 'royce', 'holdings')
    """
    return tuple(WORD.findall(name.lower()))


@lru_cache(maxsize=2)
def listing_of(lexicon: Lexicon) -> Listing:
    """The listing of a lexicon; a process makes it once."""
    with no_collection():
        return list_names(lexicon.names)


def list_names(names: Iterable[LexiconName]) -> Listing:
    """Index names.

    Args:
        names: of a lexicon, or of a document's written part.
    """
    whole = list(names)
    worded = [(name, words) for name in [*whole, *_telling_parts(whole)] if (words := words_of(name.name))]
    spellings: defaultdict[Form, list[LexiconName]] = defaultdict(list)
    forms: defaultdict[Form, list[LexiconName]] = defaultdict(list)
    parts: defaultdict[tuple[str, int, int], list[LexiconName]] = defaultdict(list)
    for name, words in worded:
        spellings[words].append(name)
        if not name.name.isascii() and (bare := tuple(map(plain, words))) != words:
            spellings[bare].append(name)  # without its accents it is right too
            if (other := words_of(name.name.lower().translate(_UMLAUTS))) != bare:
                spellings[other].append(name)
        for form in map(words_of, name.sounds):
            if form and form != words:
                forms[form].append(name)
        if 2 <= len(words) <= MAX_PARTS:
            for place, word in enumerate(words):
                parts[word, place, len(words)].append(name)
    openings: dict[str, int] = {}
    for form in [*spellings, *forms]:
        openings[form[0]] = max(openings.get(form[0], 0), len(form))
    squeezed, codes = _by_sound(worded)
    ordinary = frozenset(filter(is_ordinary, {word for form in spellings for word in form}))
    return Listing(
        spellings=dict(spellings),
        forms=dict(forms),
        openings=openings,
        squeezed=squeezed,
        codes=codes,
        parts=dict(parts),
        known=frozenset(
            word
            for form, entries in spellings.items()
            for word in form
            if word not in ordinary or (len(form) == 1 and not entries[0].name.islower())
        ),
    )


def _telling_parts(names: Sequence[LexiconName]) -> Iterator[LexiconName]:
    """The rare words of names of several words, as names of their own: a surname, "Ghibli" of "Studio Ghibli".

    The other words of the name are their context too. Terms have none: a part of a term is a word.
    """
    own = {name.name for name in names}
    found: dict[str, LexiconName] = {}
    for name in names:
        words = name.name.split(" ")
        for word in words if 1 < len(words) <= MAX_PARTS and name.kind != "term" else ():
            if word not in own and len(word) >= MIN_LETTERS and word.istitle() and word.isalpha() and zipf(word) < TELLING:
                others = frozenset(other.lower() for other in words if other != word and zipf(other) < COMMON)
                context = name.context | others | (found[word].context if word in found else frozenset())
                found[word] = LexiconName(word, name.kind, name.field, (), context)
    yield from found.values()


def _by_sound(worded: Iterable[tuple[LexiconName, Form]]) -> tuple[dict[str, LexiconName], dict[str, list[LexiconName]]]:
    """The names that are long enough to be known by their letters, and by their codes; no acronyms, which are spelled out."""
    squeezed: dict[str, LexiconName] = {}
    codes: defaultdict[str, list[LexiconName]] = defaultdict(list)
    for name, words in worded:
        letters = plain("".join(words))
        if len(letters) < MIN_LETTERS or not "".join(words).isalpha():
            continue
        squeezed.setdefault(letters, name)
        for code in () if name.name.isupper() or len(words) > MAX_SOUND_WORDS else codes_of(words):
            if len(code) >= MIN_CODE:
                codes[code].append(name)
    return squeezed, dict(codes)
