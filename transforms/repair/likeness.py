"""Which spellings are close to an unlisted name, by sound or by letters: names of the lexicon, and other unlisted ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.listing import MIN_CODE, MIN_LETTERS, MIN_NEAR_CODE, Listing, words_of
from copydesk.transforms.repair.matching import ALIKE, SIMILAR
from copydesk.transforms.repair.sounds import codes_of, one_class_off, plain, unlike
from copydesk.transforms.repair.words import one_slip

SAME_SOUND: Final = 0.1
"""Share of the sounds by which a form may differ from a name of the lexicon and still be that name. Of names that are farther
off, nearly all that were looked at were other names."""
MOST_NEAR: Final = 3
"""Names of the lexicon that are near enough to be told."""
MOST_OF_A_CODE: Final = 200
"""Forms of one code that are compared with a form; codes of three classes are shared by many."""


def near_listed(name: str, listing: Listing) -> tuple[tuple[LexiconName, float], ...]:
    """The names of the lexicon that sound like an unlisted one, nearest first.

    Args:
        name: as it is written.
        listing: of all lexicons.

    Returns:
        Names, each with the share of the sounds by which they differ.
    """
    form = words_of(name)
    if len("".join(form)) < MIN_LETTERS:
        return ()
    found = ((other, unlike(form, words_of(other.name))) for other in listing.sounding(form))
    near = sorted(((apart, other.name, other) for other, apart in found if apart <= SAME_SOUND), key=lambda one: one[:2])
    return tuple((other, apart) for apart, _, other in near[:MOST_NEAR])


def meant_by(name: str, near: Iterable[tuple[LexiconName, float]], spelled: Mapping[str, int]) -> LexiconName | None:
    """The name of the lexicon that an unlisted form most likely is, or None.

    One that the texts spell right elsewhere may differ more in sound. One that they do not spell has to sound the same, alone,
    and be no person, of whom more have like names than are in any list. A form that only goes on behind the name, or stops
    before its end, is an inflection or another name ("Bergman", "Bergmann").

    Args:
        name: as it is written.
        near: from `near_listed`.
        spelled: how often the texts have each of these names.
    """
    letters = plain(name)
    found = [(other, apart) for other, apart in near if not _goes_on(letters, plain(other.name))]
    if here := [other for other, _ in found if spelled.get(other.name, 0)]:
        return here[0]
    alike = [other for other, apart in found if apart <= ALIKE]
    return alike[0] if len(alike) == 1 and alike[0].kind != "person" else None


def _goes_on(one: str, other: str) -> bool:
    return one != other and (one.startswith(other) or other.startswith(one))


class Spellings:
    """Unlisted forms, indexed so that those near to one of them are looked up, and it is not compared with all."""

    def __init__(self, forms: Iterable[str]) -> None:
        """Index the forms.

        Args:
            forms: in small letters, each once, those that matter most first.
        """
        self._codes: defaultdict[str, list[str]] = defaultdict(list)
        self._letters: defaultdict[str, list[str]] = defaultdict(list)
        for form in forms:
            if len(letters := plain(form)) >= MIN_LETTERS:
                self._letters[letters].append(form)
                for code in codes_of(words_of(form)):
                    if len(code) >= MIN_CODE and len(self._codes[code]) < MOST_OF_A_CODE:
                        self._codes[code].append(form)

    def near(self, form: str) -> tuple[str, ...]:
        """The other forms of like sound, or of the same letters but for one, nearest first.

        >>> Spellings(["zandarvo", "zandarva", "zand arvo", "marlinson"]).near("zandarvo")
        ('zand arvo', 'zandarva')
        """
        letters, words = plain(form), words_of(form)
        if len(letters) < MIN_LETTERS:
            return ()
        slips = {other for slip in {letters, *one_slip(letters)} for other in self._letters.get(slip, ())}
        found = {other: unlike(words, words_of(other)) for other in {*slips, *self._sounding(form)} if other != form}
        near = sorted((apart, other) for other, apart in found.items() if apart <= SIMILAR or other in slips)
        return tuple(other for _, other in near)

    def _sounding(self, form: str) -> Iterator[str]:
        codes = codes_of(words_of(form))
        wide = [near for near in one_class_off(codes[0]) if len(near) >= MIN_NEAR_CODE] if codes else []
        for code in (*codes, *wide):
            yield from self._codes.get(code, ())
