"""Acronyms that a speaker spells out: "Gorc, which stands for garden owners and renters council"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import WORD, Clues
from copydesk.transforms.repair.listing import listing_of
from copydesk.transforms.repair.words import MAX_LETTERS, differ_in_vowel, zipf

RULE: Final = "acronym"
MAX_WORDS: Final = 9
"""Words of an expansion."""
MIN_WORDS: Final = 3
MAX_BETWEEN: Final = 3
"""Words between the acronym and what says that it is one: "the SATO project, which stands for"."""
MIN_WRONG: Final = 4
"""Letters of an acronym of which one may be wrong: of three, two say too little."""
KNOWN: Final = 2.5
"""Zipf from which on an acronym in small letters is one that people write so ("Nato", "radar")."""

_SAYS = re.compile(r"\b(?:which |that |it |and )?(?:stands|stood|standing|is short|short) for (?:the )?(?=\w)")
_UPTO = re.compile(r"[.,;:!?()\n\"“”]")
_SMALL: Final = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "it", "of", "on", "or", "the", "to", "with"})
"""Words of an expansion that need not give a letter."""


def mend_acronyms(clues: Clues) -> Iterator[Edit]:
    """An acronym in small letters, or one letter off, whose words follow; and the capitals of those words.

    A letter off is mended only where the words' first letters are the acronym but for one vowel. The words get capitals where
    the recogniser began with one: it heard a name, and lost it. Whom it could harm: an acronym that takes its letters from
    within words ("XML"); so what the gazetteer spells, and what has three letters, is left alone.
    """
    for match in _SAYS.finditer(clues.text):
        limit = match.end() + MAX_WORDS * MAX_LETTERS
        end = _UPTO.search(clues.text, match.end(), limit)
        words = list(WORD.finditer(clues.text, match.end(), end.start() if end else limit))
        said_at = bisect_left(clues.starts, match.start())
        for i in range(said_at - 1, max(said_at - 2 - MAX_BETWEEN, -1), -1):
            if found := list(_mended(clues, i, words[:MAX_WORDS])):
                yield from found
                break


def _mended(clues: Clues, i: int, words: Sequence[re.Match[str]]) -> Iterator[Edit]:
    """What is wrong with word i, if it is an acronym of the words, and with the words."""
    acronym, forms = clues.words[i], [word[0] for word in words]
    if not acronym.isalpha() or not acronym[0].isupper() or len(acronym) < MIN_WORDS:
        return
    whole = next((size for size in range(MIN_WORDS, len(forms) + 1) if _gives(forms[:size], acronym.lower())), None)
    start, end = clues.starts[i], clues.end(i)
    spelled = listing_of(clues.rules.lexicon).spellings.get((acronym.lower(),), ())
    if whole is None:
        if not spelled and (right := _one_off(acronym, forms)):
            why = f"the first letters of its words, which follow, are {right}"
            yield Edit(start=start, end=end, after=right, rule=RULE, confidence=0.86, evidence=why)
        return
    mixed = any(not name.name.isupper() for name in spelled)
    if not acronym.isupper() and zipf(acronym) < KNOWN and not mixed:
        why = f"its letters are those of the words that follow: {' '.join(forms[:whole])}"
        yield Edit(start=start, end=end, after=acronym.upper(), rule=RULE, confidence=0.88, evidence=why)
    if forms[0][:1].isupper():
        for word in words[1:whole]:
            if word[0].islower() and word[0] not in _SMALL:
                after = word[0][:1].upper() + word[0][1:]
                why = f"one of the words of {acronym.upper()}, of which the first has its capital"
                yield Edit(start=word.start(), end=word.end(), after=after, rule=RULE, confidence=0.86, evidence=why)


def _gives(words: Sequence[str], letters: str, several: int = 1) -> bool:
    """Whether letters are made of the words' heads in order: one of each word, more of at most one, none only of small words.

    An acronym among the words may give any of its letters.

    >>> _gives(["Garden", "Owners", "and", "AI", "Clubs"], "goic"), _gives(["Garden", "Owners"], "gox")
    (True, False)
    """
    if not words or not letters:
        return not letters and all(word.lower() in _SMALL for word in words)
    word, rest = words[0], words[1:]
    low = word.lower()
    if low in _SMALL and _gives(rest, letters, several):
        return True
    if len(word) > 1 and word.isupper():
        return letters[0] in low and _gives(rest, letters[1:], several)
    most = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, letters, strict=False)))
    return any(_gives(rest, letters[size:], several - (size > 1)) for size in range(1, most + 1) if size == 1 or several)


def _one_off(acronym: str, words: Sequence[str]) -> str | None:
    """The first letters of the words, where an acronym in capitals differs from them in one vowel: it is said as a word.

    A consonant is not misheard there ("FLOPS" has no letter of "point"). The first word, which says what kind of body it is,
    may give none ("Association for").

    >>> _one_off("GARC", ["garden", "owners", "and", "renters", "council"])
    'GORC'
    >>> _one_off("GROC", ["garden", "owners", "renters", "council"]), _one_off("GOC", ["garden", "art", "council"])
    (None, None)
    """
    if not acronym.isupper() or len(acronym) < MIN_WRONG:
        return None
    told = [word for word in words if word.lower() not in _SMALL]
    found = set()
    for given in (told, told[1:]):
        letters = "".join(word if word.isupper() else word[0].upper() for word in given)[: len(acronym)]
        if differ_in_vowel(letters.lower(), acronym.lower()):
            found.add(letters)
    return found.pop() if len(found) == 1 else None
