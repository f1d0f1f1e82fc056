"""Forms that are certainly no word, and have one reading only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.words import MAX_LETTERS, differ_in_vowel, one_slip, zipf

MIN_LETTERS: Final = 9
"""Letters: a shorter form has several words beside it, and coinages of a field are mostly short."""
MIN_ZIPF: Final = 2.2
"""Zipf of the word that is meant: rarer ones are as likely a name of the field."""

_TRIPLE = re.compile(r"([b-df-hj-np-tv-z])\1\1(?!\1|$)")


def mend_nonwords(clues: Clues) -> Iterator[Edit]:
    """A long form in small letters that is in no list, and one vowel away from exactly one word.

    Recognisers spell by sound, so a wrong vowel is their slip ("saxophane"); letters left out, put in or swapped are either a
    typist's, which is a person's text, or another word ("pepetual"), and stay. So does a form that is said twice: a speaker who
    repeats it means it. Three equal consonants within a word are no English at all; the word with fewer of them is meant.
    Tried on half a million words of typed talks: with every kind of slip 65 changes, all right but nearly all of typing slips.
    """
    wanted: dict[str, tuple[str, float, str]] = {}
    for word, count in clues.heard.items():
        if (
            count > 1
            or not MIN_LETTERS <= len(word) <= MAX_LETTERS
            or not (word.islower() and word.isalpha() and word.isascii())
        ):
            continue
        if zipf(word) == 0 and word not in clues.written_words and (found := _meant(word)):
            wanted[word] = found
    places = clues.places(wanted.keys())
    for word, (right, confidence, evidence) in wanted.items():
        for i in places[word]:
            yield Edit(
                start=clues.starts[i], end=clues.end(i), after=right, rule="nonword", confidence=confidence, evidence=evidence
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
