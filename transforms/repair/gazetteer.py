"""Names of the gazetteer that the recogniser wrote as it heard them: "rapid us" for Rapidus.

A place is looked at only where something is odd: a form that is listed for a name, the letters of a name parted or joined
otherwise, a word that is no word, or a name of which one part is right. What is odd is then a repair only where enough speaks
for the name: its context words near by, itself spelled right elsewhere, its field. What speaks for too little is still listed
for `explain`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.listing import Form, listing_of, words_of
from copydesk.transforms.repair.matching import (
    ALIKE,
    EVERYDAY,
    RARE,
    SIMILAR,
    Match,
    Search,
    how_listed,
    is_capital,
    is_derived,
)
from copydesk.transforms.repair.sounds import unlike
from copydesk.transforms.repair.surroundings import ELSEWHERE, Support, Surroundings, spelled_right, witness_weight
from copydesk.transforms.repair.words import ORDINARY, UNKNOWN, zipf

RULE: Final = "gazetteer_name"
IDENTICAL: Final = 0.02
"""Share of the sounds by which a form in no list may differ from a name and need no context word: none. People need one, for
there are more of them, and of like names."""
LONG: Final = 6
"""Letters of such a form that need no witness at all; a shorter one ("Eggin") may be someone's own."""
FREQUENT: Final = 5.3
"""Zipf: a word as frequent ("while", "her") is never a name by itself."""
_AMPLE: Final = 9.0
"""Weight of more context words than any place needs."""
ENOUGH: Final = 0.8
"""Confidence from which on what is needed speaks for a name: what `_graded` gives for that, and the default of
`repair.min_confidence`."""


def mend_gazetteer_names(clues: Clues) -> Iterator[Edit]:
    """Places that are a name of the gazetteer, written as it is heard.

    Words of the dictionary, other known names, what the written part or the batch spells, and speech in another language stay.
    Whom it could harm: a name that is in no list and sounds like one that is, in a text on the same subject; so what is matched
    by sound alone needs a witness of its own.
    """
    listing = listing_of(clues.rules.lexicon)
    if not listing.spellings:
        return
    right, inside = spelled_right(clues, listing.spellings, listing.openings)
    around = Surroundings(clues, right)
    for i, size, matches in Search(clues, listing, inside):
        edit = _judge(clues, around, i, size, matches)
        if clues.text[edit.start : edit.end] == edit.after:
            continue  # the plural of the name
        yield edit


def _judge(clues: Clues, around: Surroundings, i: int, size: int, matches: Sequence[Match]) -> Edit:
    """The proposal for a place: the name for which most speaks; with two that are equal, one that is not made."""
    form = clues.lower[i : i + size]
    judged = []
    for match in matches:
        support = around.support(match.name, i, size, {*form, *words_of(match.name.name)})
        judged.append((support.weight, -match.apart, match, support))
    judged.sort(key=lambda one: (-one[0], -one[1], one[2].name.name))
    _, _, best, support = judged[0]
    tied = len(judged) > 1 and judged[1][0] >= support.weight and judged[1][2].name.name != best.name.name
    either = _is_alternative(clues, i, size, words_of(best.name.name))
    confidence = 0.5 if tied or either else _confidence(clues, i, form, best, support)
    why = _describe(best, form) + (f"; {support.why}" if support.why else "")
    if tied:
        why += f"; but {judged[1][2].name.name} as well"
    elif either:
        why += "; but it is given as another way to say it"
    elif confidence < clues.rules.settings.repair.min_confidence:
        why += "; too little speaks for it here"
    after = best.name.name + _kept_ending(form, best)
    start = clues.starts[i]
    if clues.words[i][:1].isupper() and after.islower():
        after = after[:1].upper() + after[1:]
    end = clues.starts[i + size - 1] + len(form[-1])
    return Edit(start=start, end=end, after=after, rule=RULE, confidence=confidence, evidence=why)


def _kept_ending(form: Form, match: Match) -> str:
    """The s of a plural or a possessive that lost its apostrophe ("the Anthropics", "Anthropics model"), which stays."""
    word, name = form[-1], words_of(match.name.name)
    if len(form) > 1 or len(name) > 1 or not word.endswith("s") or name[0].endswith("s") or match.name.kind == "term":
        return ""
    return "s" if unlike([word[:-1]], name) <= ALIKE else ""


def _describe(match: Match, form: Form) -> str:
    heard, name = " ".join(form), f"{match.name.name} ({match.name.kind})"
    if match.how == "listed":
        return f"recognisers are known to write {heard!r} for {name}"
    if match.how == "part":
        return f"{heard!r} sounds like {name}, and a part of it is right"
    if match.how == "letters":
        return f"the letters of {name}"
    return f"{heard!r} is no word and sounds like {name}"


def _confidence(clues: Clues, i: int, form: Form, match: Match, support: Support) -> float:
    """How sure a repair is, by what is odd about the words and by what speaks for the name."""
    weight = support.weight
    capital = is_capital(clues, i, len(form))
    if match.how == "listed":
        return _listed(form, match, support, capital=capital or _looks_named(clues.words[i : i + len(form)]))
    if match.how == "letters":
        return _lettered(form, match, support, capital=capital, edited=clues.edited)
    if not any(clues.heard.get(word.title()) for word in form):
        weight -= 0.5  # in small letters everywhere: it may be a coinage
    if match.how == "part":
        return _part(form, match, weight)
    if match.name.kind == "person" and len(form) < len(words_of(match.name.name)) and not support.elsewhere:
        return 0.6  # one word for two names
    return _heard(form, match, weight, capital=capital)


def _looks_named(words: Sequence[str]) -> bool:
    """Whether several words have the capitals of a name, in which "and" and "of" have none: "M and Core"."""
    told = [word for word in words if word[:1].isupper() or zipf(word) < FREQUENT]
    return len(told) > 1 and words[0][:1].isupper() and all(word[:1].isupper() for word in told)


def _is_alternative(clues: Clues, i: int, size: int, name: Form) -> bool:
    """Whether the place and the right name are given side by side as two ways to say or write it: "sipa or sippa"."""
    before, after = clues.lower[max(i - 1 - len(name), 0) : i], clues.lower[i + size : i + size + 1 + len(name)]
    return before == (*name, "or") or after == ("or", *name)


def _lettered(form: Form, match: Match, support: Support, *, capital: bool, edited: bool) -> float:
    """How sure the letters of a name are, parted or joined otherwise: for a recogniser's slip, or for how someone writes it."""
    if match.name.kind in {"term", "programme"} or edited:
        return 0.6  # "fee rate" and "feerate" are both right; "Mac OS" is how a person may write it
    if any(len(word) == 1 and (word == "i" or match.name.kind == "person") for word in form):
        return 0.6  # "General I think" is no Generali, and "Daniel A" no Daniela
    if len(form) == 1 and match.name.kind in {"person", "place"}:
        return _graded(support.near, 1.0)  # "Oakridge" may be another place than Oak Ridge
    sure = min(map(zipf, form)) < RARE or (capital and len(form) > 1)
    return 0.9 if sure else 0.82 if support.elsewhere or support.near >= 1.5 else 0.6


def _part(form: Form, match: Match, weight: float) -> float:
    """How sure it is of a name of which one part is right: another word of the language is likelier to be another name."""
    wrong = min(zipf(word) for word in form if word not in words_of(match.name.name))
    if wrong < UNKNOWN and match.apart <= SIMILAR:
        return 0.85
    return _graded(weight, 1.0 + (0.0 if match.apart <= SIMILAR else 0.5) + (0.0 if wrong < ORDINARY else 0.5))


def _heard(form: Form, match: Match, weight: float, *, capital: bool) -> float:
    """How sure it is by sound: more has to speak for it the more the sounds differ, the shorter it is, the more of a word."""
    rarest, letters = min(map(zipf, form)), min(len("".join(form)), len(match.name.name))
    same = capital and len(form) == 1 and rarest == 0 and letters >= LONG and match.apart <= IDENTICAL
    if same and match.name.kind not in {"person", "term"}:
        return _graded(weight, 0.0)
    need = 1.5 if match.name.kind == "person" or letters < LONG or (capital and match.name.name.islower()) else 1.0
    return _graded(weight, need + (0.0 if match.apart <= ALIKE else 0.5) + (0.0 if rarest < UNKNOWN else 0.5))


def _listed(form: Form, match: Match, support: Support, *, capital: bool) -> float:
    """How sure a listed form is: one that is no word by itself, the more common its words the more witnesses it needs."""
    rarest = min(map(zipf, form))
    if len(form) == 1:
        return _listed_word(form[0], match, support, capital=capital)
    if rarest < UNKNOWN:
        return 0.88 if support.weight < 1 else 0.95
    if rarest < ORDINARY:
        return _graded(support.weight, 0.5)
    if capital and match.name.kind == "person":
        return _graded(support.weight, 1.0)
    # Ordinary words need two context words, or one where the name is elsewhere: "moon wallet" is mostly just that.
    return _graded(support.near + 0.5 * support.elsewhere, 2.0 if rarest >= EVERYDAY and not capital else 1.5)


def _listed_word(word: str, match: Match, support: Support, *, capital: bool) -> float:
    """How sure a listed form of one word is.

    A word of everyday language is a name only where it has a capital in mid-sentence, and by context words alone: that the name
    is elsewhere in the document says nothing of this word ("boar", in a talk that names Bohr).
    """
    common = zipf(word)
    if common >= ORDINARY:
        return _graded(support.near, 1.5 if common < EVERYDAY else 2.0) if capital and common < FREQUENT else 0.5
    if common >= RARE or (common < UNKNOWN and not capital and is_derived(word)):
        return _graded(support.near, 1.0)  # "doomer" is a word, if a new one
    if common >= UNKNOWN or match.name.kind == "person":
        return _graded(support.weight, 0.5 if capital or common < UNKNOWN else 1.0)  # or it is another's name
    return 0.88 if support.weight < 1 else 0.95


@dataclass(frozen=True, slots=True)
class IdleSound:
    """A listed form that is never taken for its name, and whether context words would change that."""

    sound: str
    for_want_of_context: bool


def idle_sounds(name: LexiconName, least: float = ENOUGH) -> Iterator[IdleSound]:
    """The listed forms of a name that no text can be repaired by: the best place for each is judged as any place is.

    At that place it has capitals, all context words of the name stand near by, and the name is spelled right elsewhere.

    Args:
        name: with its context words of all lexicons.
        least: the confidence from which on repairs are made; above `ENOUGH` the forms are told that are idle at `ENOUGH`.

    >>> [one.sound for one in idle_sounds(LexiconName("NordKabel", "company", "energy", ("nord cable", "nordkabbel")))]
    ['nord cable']
    >>> list(idle_sounds(LexiconName("NordKabel", "company", "energy", ("nord cable",), frozenset({"grid", "plant"}))))
    []
    """
    for sound in name.sounds:
        form = words_of(sound)
        if not form or form == words_of(name.name) or how_listed(form, name) != "listed":
            continue
        own = {*form, *words_of(name.name)}
        near = sum(witness_weight(word) for word in name.context if word not in own)
        if _best(form, name, near) < min(least, ENOUGH):
            yield IdleSound(sound, for_want_of_context=_best(form, name, near + _AMPLE) >= min(least, ENOUGH))


def _best(form: Form, name: LexiconName, near: float) -> float:
    support = Support(weight=near + ELSEWHERE, near=near, why="", elsewhere=True)
    return _listed(form, Match(name, "listed"), support, capital=True)


def _graded(weight: float, need: float) -> float:
    """Over 0.8 where the weight is what is needed or more."""
    return round(min(0.82 + 0.04 * (weight - need), 0.94) if weight >= need else min(0.5 + 0.1 * weight, 0.75), 2)
