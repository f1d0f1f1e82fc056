"""Forms that are certainly no word, and have one reading only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.derived import is_derived
from copydesk.transforms.repair.listing import listing_of
from copydesk.transforms.repair.sounds import unlike
from copydesk.transforms.repair.words import MAX_LETTERS, differ_in_vowel, differs_at_end, is_ordinary, one_slip, zipf

MIN_LETTERS: Final = 9
"""Letters: a shorter form has several words beside it, and coinages of a field are mostly short."""
MIN_ZIPF: Final = 2.2
"""Zipf of the word that is meant: rarer ones are as likely a name of the field."""
MIN_CAPTION_LETTERS: Final = 8
"""The same for a letter that captions lost or put in, and MIN_LETTERS for two."""
MAX_SAID: Final = 3
"""Times that captions may hold a slip: a form said more often is a word of the talk that the list does not have."""
MAX_UNLIKE: Final = 0.15
"""Share of the sounds that may differ: a consonant of seven sounds."""
SOUND_WORTH: Final = 20.0
"""Orders of magnitude in frequency that make up for a whole share of the sounds: a consonant of ten for two of them."""
MARGIN: Final = 0.7
"""By how many of them the word that is meant has to be likelier than any other: five times."""
AS_NEAR: Final = 0.06
"""By how much farther a second word may sound and be as likely, however rare."""
MAX_STRANGE: Final = 400
"""Forms of a document that are looked at letter by letter, three milliseconds each: a talk of two hours has about thirty."""

_TRIPLE = re.compile(r"([b-df-hj-np-tv-z])\1\1(?!\1|$)")
_STUTTER = re.compile(r"(?=([a-z]{2,4})\1)")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_VOWELS: Final = "aeiou"


def mend_nonwords(clues: Clues) -> Iterator[Edit]:
    """A long form in small letters that is in no list, and near to exactly one word.

    Recognisers spell by sound, so a wrong vowel is their slip ("saxophane"); letters left out, put in or swapped are either a
    typist's, which is a person's text, or another word ("pepetual"), and stay. So does a form that is said twice: a speaker who
    repeats it means it. Three equal consonants within a word are no English at all; the word with fewer of them is meant.
    Tried on half a million words of typed talks: with every kind of slip 65 changes, all right but nearly all of typing slips.

    In captions nobody types: what lost a sound ("metamophosis"), has another for an r that is hardly said ("cobonated"), or a
    syllable twice ("temperarature") is the recogniser's, and is mended where no other word is nearly as likely. Looked at by
    hand in half a million words of captions on many subjects: about one in twenty of these was doubtful.
    """
    wanted: dict[str, tuple[str, float, str]] = {}
    names, strange = listing_of(clues.rules.lexicon).known, 0
    for word, count in clues.heard.items():
        if not _may_be_slip(word, clues) or word.removesuffix("s") in names:
            continue
        found = _meant(word) if count == 1 and len(word) >= MIN_LETTERS else None
        if (found is None or found[1] < 0.5) and (doubled := _without_stutter(word)):
            found = (doubled, 0.88, f"{word} is no word; {doubled} is, without the syllable that stands there twice")
        if clues.cut_lines and (found is None or found[1] < 0.5) and count <= MAX_SAID and strange < MAX_STRANGE:
            strange += 1
            if form := _caption_slip(word):
                found = (form, 0.84, f"{word} is no word; {form} sounds like it, and no other word does")
        if found and found[0] not in names:
            wanted[word] = found
    places = clues.places(wanted.keys())
    for word, (right, confidence, evidence) in wanted.items():
        for i in places[word]:
            yield Edit(
                start=clues.starts[i], end=clues.end(i), after=right, rule="nonword", confidence=confidence, evidence=evidence
            )


def _may_be_slip(word: str, clues: Clues) -> bool:
    """Whether a form is long, in small letters, in no list, and not spelled by the written part, with a capital or without."""
    return (
        MIN_CAPTION_LETTERS <= len(word) <= MAX_LETTERS
        and word.islower()
        and word.isalpha()
        and word.isascii()
        and zipf(word) == 0
        and word not in clues.written_words
    )


def _meant(word: str) -> tuple[str, float, str] | None:
    if _TRIPLE.search(word):
        fewer = [form for keep in (r"\1", r"\1\1") if zipf(form := _TRIPLE.sub(keep, word)) >= MIN_ZIPF]
        return (fewer[0], 0.95, f"no English word has a letter three times; {fewer[0]} is one") if len(fewer) == 1 else None
    near = {form for form in one_slip(word) if zipf(form) > 0}
    if len(near) != 1:
        return None
    (form,) = near
    vowel = zipf(form) >= MIN_ZIPF and form[0] == word[0] and differ_in_vowel(form, word)
    evidence = f"{word} is no word; {form} is the only one a letter away" + (", a vowel" if vowel else ", but not by a vowel")
    return form, 0.82 if vowel else 0.4, evidence


def _without_stutter(word: str) -> str | None:
    """The only word that a form is with one of two equal syllables left out.

    >>> _without_stutter("temperarature"), _without_stutter("orchestrastra"), _without_stutter("lanterning")
    ('temperature', 'orchestra', None)
    """
    forms = {word[: match.start()] + word[match.start() + len(match[1]) :] for match in _STUTTER.finditer(word)}
    right = {form for form in forms if zipf(form) >= MIN_ZIPF and len(form) >= MIN_CAPTION_LETTERS}
    return right.pop() if len(right) == 1 and not is_derived(word) else None


@lru_cache(maxsize=4_096)
def _caption_slip(word: str) -> str | None:
    """The only word that captions may have meant by a form: by far the likeliest of those that sound like it.

    >>> [_caption_slip(word) for word in ("metamophosis", "philanropist", "cobonated", "beekeep", "lanterning")]
    ['metamorphosis', 'philanthropist', 'carbonated', None, None]
    """
    if is_derived(word):
        return None
    judged: dict[str, tuple[float, float, bool]] = {}
    for form, own in _near_forms(word):
        rate = zipf(form)
        if rate >= MIN_ZIPF and form not in judged and (apart := unlike([word], [form])) <= MAX_UNLIKE:
            judged[form] = (rate - SOUND_WORTH * apart, apart, own)
    ranked = sorted(judged.items(), key=lambda one: (-one[1][0], one[0]))
    if not ranked:
        return None
    form, (likely, apart, own) = ranked[0]
    rivals = (rival for _, rival in ranked[1:])
    if any(likely - other < MARGIN or (theirs and far < apart + AS_NEAR) for other, far, theirs in rivals):
        return None
    doubtful = differs_at_end(word, form) or (_is_compound(word) and not is_ordinary(form))
    return form if own and not doubtful else None


def _near_forms(word: str) -> Iterator[tuple[str, bool]]:
    """Forms near to a word, and whether the difference is a recogniser's: the two ends kept, and something inside lost.

    Letters put in, one or two; a letter left out; a vowel for another, with an r or without. Others (a consonant for another,
    an ending) are only rivals.
    """
    last = len(word) - 1
    for i in range(1, last + 1):
        head, tail = word[:i], word[i:]
        yield from ((f"{head}{one}{tail}", True) for one in _LETTERS)
        if len(word) >= MIN_LETTERS:
            yield from ((f"{head}{one}{two}{tail}", True) for one in _LETTERS for two in _LETTERS)
        if i == last:
            break
        yield head + tail[1:], True
        if tail[0] in _VOWELS:
            yield from ((f"{head}{one}{rest}{tail[1:]}", True) for one in _VOWELS for rest in ("", "r"))
            yield from ((f"{head}r{one}{tail[1:]}", True) for one in _VOWELS)
    yield from ((form, False) for form in one_slip(word))


def _is_compound(word: str) -> bool:
    """Whether a form is two words of everyday language run together."""
    return any(is_ordinary(word[:at]) and is_ordinary(word[at:]) for at in range(3, len(word) - 2))
