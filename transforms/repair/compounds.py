"""Compounds that were run together, where the document itself spells them with a hyphen or apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import WORD, Clues
from copydesk.transforms.repair.words import is_ordinary, one_slip, zipf

MIN_LETTERS: Final = 8
"""Letters of a fused compound: two words of three letters and more, and room for no third reading."""
MIN_SPOKEN: Final = 2
"""Times that speech alone has to spell the compound apart, and more often than it is fused."""
MIN_SPOKEN_PART: Final = 4
"""Letters of each part there: with a short one ("off-chain", "up-time") one word is a spelling of its own."""


def mend_compounds(clues: Clues) -> Iterator[Edit]:
    """A word that is in no list, and is a compound of the document with its hyphen or space lost.

    Against the written part one letter may be off as well. Whom it could harm: a coinage that the speaker writes as one word
    ("mempool") while the summary writes it apart; so the parts have to be ordinary words.
    """
    written = _fused(clues.written_compounds) | _fused(_pairs(clues))
    spoken = _fused(
        {
            form: count
            for form, count in clues.compounds.items()
            if count >= MIN_SPOKEN and min(map(len, form.split("-"))) >= MIN_SPOKEN_PART
        },
    )
    wanted: dict[str, tuple[str, float, str]] = {}
    for word, count in clues.heard.items():
        if len(word) < MIN_LETTERS or not word.isalpha() or not word.islower() or zipf(word) > 0 or word in clues.written_words:
            continue
        if form := written.get(word):
            wanted[word] = (form, 0.92, f"{form} stands in the document's written part")
        elif near := _near(word, written):
            wanted[word] = (near, 0.85, f"{near} stands in the document's written part, one letter off")
        elif (form := spoken.get(word)) and clues.compounds[form] > count:
            wanted[word] = (form, 0.85, f"{form} is said {clues.compounds[form]} times in this document")
    places = clues.places(wanted.keys())
    for word, (right, confidence, evidence) in wanted.items():
        for i in places[word]:
            yield Edit(
                start=clues.starts[i],
                end=clues.end(i),
                after=right,
                rule="compound",
                confidence=confidence,
                evidence=evidence,
            )


def _fused(compounds: Mapping[str, int]) -> dict[str, str]:
    """What each compound is when it is run together; of two that are then alike, the one that comes first in the document."""
    found: dict[str, str] = {}
    for form in compounds:
        parts = form.replace("-", " ").split(" ")
        if all(len(part) >= 3 and is_ordinary(part) for part in parts):
            found.setdefault("".join(parts), form)
    return found


def _pairs(clues: Clues) -> Mapping[str, int]:
    """Neighbouring words of the written part, in lower case."""
    pairs: dict[str, int] = {}
    for line in clues.written.split("\n"):
        words = [(match.start(), match[0]) for match in WORD.finditer(line)]
        for (at, word), (start, after) in pairwise(words):
            if start == at + len(word) + 1 and line[start - 1] == " " and word.islower() and after.islower():
                pairs[f"{word} {after}"] = pairs.get(f"{word} {after}", 0) + 1
    return pairs


def _near(word: str, fused: Mapping[str, str]) -> str | None:
    """The only hyphenated compound one letter away; first and last letter have to be right."""
    if not fused:
        return None
    near = {fused[form] for form in one_slip(word) if form in fused and form[0] == word[0] and form[-1] == word[-1]}
    return near.pop() if len(near) == 1 and all("-" in form for form in near) else None
