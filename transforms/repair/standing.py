"""Names that stand in speech without marks: no mark may part one, and its capitals are the lexicon's.

A name of the lexicon is known here by its letters alone, whatever their case. Of 1,500 names of several words in talks that
people wrote down, three had the end of a sentence inside; at their edge was a word of the commonest ("Bitcoin Well"). Such
names, one of the gazetteer's in 25, are left to the network, which parted 3 of them in 1,008 plain sentences made for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.clues import WORD, Clues, split_words
from copydesk.transforms.repair.listing import Form, Listing, listing_of, words_of
from copydesk.transforms.repair.words import ORDINARY, zipf
from copydesk.transforms.rules import Rules

EDGE: Final = 5.5
"""Zipf: a word as frequent ("well", "i") at the edge of several may belong to what stands beside them."""
SELDOM: Final = 3.0
"""Zipf: a word as rare stands in a talk for what it names."""
COMMONEST: Final = 6.0
"""Zipf: a word as frequent ("and", "well", "now") stands beside any other."""
FAMILIAR: Final = 4.0
"""Zipf: a name of one word that is as common ("apple", "target") is as often no name."""
LIKELY: Final = 0.2
"""Least probability of a capital in a name of one word, half of what another word needs. With it the capitals of news, of which
nothing was learned, come two points nearer to their writers', those of talks none; a tenth loses on talks what it gains on
news. Names of several words need none."""

_JOINTS: Final = frozenset({" ", "-"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A place that is one name."""

    start: int
    """Offset into the text."""
    end: int
    spelled: tuple[tuple[int, str], ...] = ()
    """How the lexicon writes its words: each one's offset, and its letters. None where the lexicon does not tell."""
    least: float = 0.0
    """The probability of a capital from which on its words are written so."""


def standing_names(text: str, rules: Rules) -> Iterator[Standing]:
    """The names of the lexicon that stand in running speech letter for letter, in text order, the longest at each place.

    Names with an ampersand are left out where it is not said: "alice bob" may be two of a list. Terms, most of which have small
    letters, and names that differ in nothing but their capitals keep what marks have to know, and have no spelling.
    """
    words, starts = split_words(text)
    clues, listing = Clues(text=text, words=words, starts=starts, written="", rules=rules), listing_of(rules.lexicon)
    said = _as_said(clues)
    after = 0
    for i, heads in enumerate(zip(said, clues.lower, strict=True)):
        if i < after or listing.openings.keys().isdisjoint(heads) or clues.in_address(i):
            continue
        form = _form(clues, said, i, listing)
        after = i + len(form)
        spelled = _spelled(form, listing.spellings[form]) if form else ()
        if spelled or len(form) > 1:
            end = clues.end(after - 1) - (len(said[after - 1]) - len(form[-1]))  # without a possessive ending
            yield Standing(starts[i], end, _placed(clues, i, spelled), 0.0 if len(form) > 1 else LIKELY)


def _as_said(clues: Clues) -> Form:
    """The words in small letters with their endings: an "'s" may be the name's own ("Lloyd's", "King's College")."""
    small = {word: word.replace("’", "'").lower() for word in clues.heard}
    return tuple(map(small.__getitem__, clues.words))


def _form(clues: Clues, said: Form, i: int, listing: Listing) -> Form:
    """The longest name that begins with word i, of which the last word may be a possessive; nothing where none does."""
    openings, spellings = listing.openings, listing.spellings
    longest, most = 1, max(openings.get(said[i], 0), openings.get(clues.lower[i], 0))
    while longest < most and _goes_on(clues, i + longest - 1):
        longest += 1
    for size in range(longest, 0, -1):
        end = i + size - 1
        for form in (said[i : end + 1], (*said[i:end], clues.lower[end])):
            if (names := spellings.get(form)) and (size == 1 or (is_whole(form) and not _is_pair(names))):
                return form
    return ()


def _placed(clues: Clues, i: int, spelled: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """The lexicon's words, each where it stands from word i on, with the apostrophes of the text."""
    return tuple(
        (clues.starts[at], letters.replace("'", "’") if "’" in clues.words[at] else letters)
        for at, letters in enumerate(spelled, i)
    )


def _goes_on(clues: Clues, i: int) -> bool:
    """Whether the next word may be of the same name as word i: one space or one hyphen parts them."""
    return i + 1 < len(clues.words) and clues.text[clues.end(i) : clues.starts[i + 1]] in _JOINTS


def considered_names(text: str, edits: Iterable[Edit], least: float) -> Iterator[Standing]:
    """The places of several words that the rules of repair took for one name.

    Args:
        text: what the edits' offsets count.
        edits: all that the rules propose.
        least: the confidence from which on they are made. What is less sure is one name only as far as `is_whole` says: of
            210 such places in talks and news, 15 had a mark inside, and eleven of these a word of the commonest at their edge.
    """
    for edit in edits:
        form = words_of(text[edit.start : edit.end])
        if len(form) > 1 and (edit.confidence >= least or is_whole(form)):
            yield Standing(edit.start, edit.end)


def is_whole(form: Form) -> bool:
    """Whether several words, thought to be a name, are hardly parted by a mark: no word of the commonest stands at their edge.

    Letters that are spelled out are no such word, if there are two of them. Nor does one count beside a rare word, which is
    said for the name alone: "kell point" is a place, "bitcoin well" may end a clause in between.

    >>> is_whole(("open", "a", "i")), is_whole(("general", "i")), is_whole(("service", "now")), is_whole(("kell", "point"))
    (True, False, False, True)
    """
    if min(map(zipf, form)) < SELDOM and max(map(zipf, form)) < COMMONEST:
        return True
    edges = (form[:2], form[:-3:-1])
    return not any(zipf(edge[0]) >= EDGE and len("".join(edge)) > len(edge) for edge in edges if len(edge) > 1)


def _is_pair(names: Sequence[LexiconName]) -> bool:
    """Whether an ampersand, which would be said, parts the words of a name."""
    return any(" & " in name.name for name in names)


def _spelled(form: Form, names: Sequence[LexiconName]) -> tuple[str, ...]:
    """How the lexicon writes the words; nothing where it has two ways, or where they may be no name."""
    written = {tuple(WORD.findall(name.name)) for name in names}
    if len(written) != 1 or any(name.kind == "term" for name in names):
        return ()
    (words,) = written
    if len(form) == 1 and zipf(form[0]) >= (FAMILIAR if words[0].istitle() else ORDINARY):
        return ()
    return words if tuple(map(str.lower, words)) == form else ()
