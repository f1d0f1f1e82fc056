"""Two words that captions run together: "highceiling", "wheatbased". They lose a compound's hyphen, and now and then a space.

Only in captions, and only forms that are in no list, or hardly: a typist who coins "plotspace" means it, a recogniser does not
coin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.derived import begins_another, is_derived
from copydesk.transforms.repair.listing import listing_of
from copydesk.transforms.repair.words import MAX_LETTERS, UNKNOWN, zipf

MIN_LETTERS: Final = 7
"""Letters of the whole: "lowroof" is short enough."""
MIN_PART: Final = 3.5
"""Zipf of the first part of a compound with a hyphen, and of what its second is a participle of."""
MIN_PARTICIPLE: Final = 2.8
"""Zipf of that participle itself: "panelled" has 3."""
MIN_COMMON: Final = 4.0
"""Zipf of a word after an adjective, and of the first of two words of any kind."""
MIN_TAIL: Final = 7
"""Letters of the second of two words of any kind: coinages of one piece end in short ones (bot, flow, stack, verse)."""
MIN_TAIL_ZIPF: Final = 2.0
"""Its Zipf: a word that long is no chance sequence of letters."""
MIN_HEAD_CLIPPED: Final = 5.0
"""Zipf of a first part before a second that lost its first letters."""
MAX_SAID_LONG: Final = 1
"""Times that any other two words run together are said: what comes back is a term, or a command of a program ("listgoats")."""
MAX_SAID: Final = 6
"""Times that a fused form is said: what is said more often is a term that the talk has as one word."""

_ADJECTIVES: Final = frozenset({
    "far", "high", "low", "full", "half", "single", "double", "triple", "first", "second", "third", "fourth",
    "large", "small", "short", "long", "fast", "slow", "early", "late", "best", "worst", "higher", "lower", "fewer",
    "many", "several", "other", "certain", "different", "very", "every", "same", "great", "good", "political",
    "general", "public", "private", "social", "local", "national", "federal", "global", "real", "entire", "whole",
    "major", "minor",
})  # fmt: skip
"""Words that stand before a noun. Those that makers of names like ("open", "smart", "hard", "main") are not among them."""
_TAILS: Final = frozenset({
    "aware", "based", "bearing", "bound", "built", "centric", "class", "conscious", "crafted", "dependent",
    "dimensional", "driven", "facing", "filled", "focused", "friendly", "funded", "growing", "heavy", "held",
    "intensive", "known", "laden", "led", "level", "like", "looking", "made", "making", "minded", "moving",
    "oriented", "owned", "paid", "powered", "produced", "proof", "ready", "related", "rich", "run", "running",
    "savvy", "sized", "specific", "speaking", "standing", "style", "taking", "term", "thinking", "trained", "type",
    "wide", "winning",
})  # fmt: skip
"""Second parts that take a hyphen after nearly any word, beside participles, which all do."""
_OF_ONE_PIECE: Final = frozenset({"like", "wide", "proof", "run", "type", "style", "class", "term", "bound", "held", "led"})
"""Those of them with which words of one piece are coined as well ("lanternlike", "villagewide"): known only by lost letters."""


@dataclass(frozen=True, slots=True)
class Parted:
    """What a fused form is made of."""

    text: str
    confidence: float
    needs_witness: bool
    """Whether it is only made where another form of the document is surely fused."""


def mend_fused(clues: Clues) -> Iterator[Edit]:
    """A form of captions that is in no list, and two words of everyday language.

    A compound whose second part asks for a hyphen ("winddriven") and an adjective before a noun ("highceiling") are sure by
    themselves. Any other two words have to be long, and need another fused form in the captions: some recognisers lose
    boundaries, most do not. Whom it could harm: a coinage of two words ("riskbearing" as a brand), so what the written part or
    the gazetteer spells stays, and so do words with an ending or beginning that anybody may put to them ("overpolish").
    """
    if not clues.cut_lines:
        return
    listing = listing_of(clues.rules.lexicon)
    found: dict[str, Parted] = {}
    for word, count in clues.heard.items():
        if count <= MAX_SAID and _may_be_fused(word) and word not in clues.written_lower and word not in listing.known:
            name, parted = listing.squeezed.get(word), part_fused(word)
            if parted and (name is None or name.kind == "term") and (count <= MAX_SAID_LONG or not parted.needs_witness):
                found[word] = parted
    certain = sum(not parted.needs_witness for parted in found.values())
    places = clues.places(found.keys())
    for word, parted in found.items():
        alone = parted.needs_witness and certain == 0
        for i in places[word]:
            yield Edit(
                start=clues.starts[i],
                end=clues.end(i),
                after=parted.text,
                rule="fused",
                confidence=0.6 if alone else parted.confidence,
                evidence=f"{word} is no word, {parted.text} are two{', but no others are run together' if alone else ''}",
            )


def _may_be_fused(word: str) -> bool:
    letters = word.islower() and word.isalpha() and word.isascii()
    return letters and MIN_LETTERS <= len(word) <= MAX_LETTERS and zipf(word) < UNKNOWN


@lru_cache(maxsize=4_096)
def part_fused(word: str) -> Parted | None:
    """The two words that a form in no list is made of, or nothing where there are none, or several pairs.

    >>> [part_fused(word).text for word in ("wheatbased", "highceiling", "gardenlanterns", "schoolevel")]
    ['wheat-based', 'high ceiling', 'garden lanterns', 'school-level']
    >>> [part_fused(word) for word in ("overpolishing", "gardenbots", "villagewide", "lanternlike")]
    [None, None, None, None]
    """
    if begins_another(word):
        return None
    pairs = [(word[:at], word[at:]) for at in range(3, len(word) - 2)]
    listed = zipf(word) > 0  # by the few who write it so: only what is certain is parted
    hyphened = [pair for pair in pairs if _takes_hyphen(*pair) and (pair[1] in _TAILS or not listed)]
    if len(hyphened) == 1:
        return Parted("-".join(hyphened[0]), 0.88, needs_witness=False)
    spaced = [(head, tail) for head, tail in pairs if head in _ADJECTIVES and zipf(tail) >= MIN_COMMON]
    if len(spaced) == 1 and not hyphened:
        return Parted(" ".join(spaced[0]), 0.88, needs_witness=False)
    if hyphened or spaced or listed or is_derived(word):
        return None
    clipped = {f"{head}-{tail}" for head, rest in pairs if zipf(head) >= MIN_HEAD_CLIPPED for tail in _unclipped(rest)}
    if len(clipped) == 1:
        return Parted(clipped.pop(), 0.82, needs_witness=False)
    long = [
        pair for pair in pairs if len(pair[1]) >= MIN_TAIL and zipf(pair[1]) >= MIN_TAIL_ZIPF and zipf(pair[0]) >= MIN_COMMON
    ]
    return Parted(" ".join(long[0]), 0.82, needs_witness=True) if len(long) == 1 and not clipped else None


def _takes_hyphen(head: str, tail: str) -> bool:
    """Whether two words are a compound that is written with a hyphen: its second is a participle, or one of the kind."""
    if len(head) < 4 or zipf(head) < MIN_PART or tail in _OF_ONE_PIECE:
        return False
    return tail in _TAILS or (zipf(tail) >= MIN_PARTICIPLE and _is_participle(tail))


def _is_participle(word: str) -> bool:
    """Whether a word ends as participles do, and without its ending is a word: "shaped", but not "ceiling" or "seed"."""
    for ending in ("ed", "ing"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2:
            undoubled = root[:-1] if root[-1] == root[-2] else root
            return max(map(zipf, (root, f"{root}e", undoubled))) >= MIN_PART
    return False


def _unclipped(rest: str) -> Iterator[str]:
    """The second parts whose first consonants got lost where the words met: "evel" of "schoolevel" is "level"."""
    if rest[0] in "aeioulr":
        for tail in sorted(_TAILS):
            lost = tail.removesuffix(rest)
            if 0 < len(lost) <= 2 and lost != tail and not any(letter in "aeiou" for letter in lost):
                yield tail
