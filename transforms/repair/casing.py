"""Names of several words that lost their capitals in places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.words import zipf

MIN_TIMES: Final = 2
"""Times that the speech has to write the name with capitals in mid-sentence."""
RARE: Final = 4.0
"""Zipf: a name with a word rarer than this, which has a small letter nowhere else, is proved by one place."""
MIN_SHARE: Final = 0.65
"""Share of a name's places that have capitals: where fewer do, small letters are how this text writes it too. (At a half, 21
phrases in 400,000 words of right text got capitals, nearly all of them common nouns.)"""


def mend_casing(clues: Clues) -> Iterator[Edit]:
    """Two or more words in small letters that the document writes as a name elsewhere.

    Whom it could harm: a phrase that is both a name and an ordinary one ("the white house on the corner"); so capitals have to
    be the document's habit, and two words that are both common need two witnesses.
    """
    wanted = _wanted(clues)
    found: defaultdict[str, list[int]] = defaultdict(list)
    heads = {name.split(" ", 1)[0].lower() for name in wanted.values()}
    for i, word in enumerate(clues.words):
        if word in heads:
            for length in (3, 2):
                phrase = " ".join(clues.words[i : i + length])
                if phrase in wanted and all(clues.neighbours(j) for j in range(i, i + length - 1)):
                    found[phrase].append(i)
                    break
    for phrase, places in found.items():
        name = wanted[phrase]
        times, written = clues.names.get(name, 0), clues.written_names.get(name, 0)
        sure = _is_sure(clues, name, len(places)) and (
            times == 1 or times + written >= MIN_SHARE * (times + written + len(places))
        )
        where = f"{times} times in mid-sentence" if not written else "in the document's written part"
        evidence = f"{name} has capitals {where}" + ("" if sure else f", small letters {len(places)} times")
        for i in places:
            yield Edit(
                start=clues.starts[i],
                end=clues.end(i + name.count(" ")),
                after=name,
                rule="casing",
                confidence=0.85 if sure else 0.5,
                evidence=evidence,
            )


def _wanted(clues: Clues) -> dict[str, str]:
    """Small letters -> name, of the names of two or three words that the document capitalises in mid-sentence."""
    wanted: dict[str, str] = {}
    for name in [*clues.names, *clues.written_names]:
        parts = name.split(" ")
        if len(parts) in {2, 3} and all(part.isalpha() and len(part) > 2 for part in parts):
            wanted.setdefault(name.lower(), name)
    return wanted


def _is_sure(clues: Clues, name: str, places: int) -> bool:
    """Whether the document's capitals are proof: written, or said twice, or once of a word that has no other use here."""
    if clues.written_names.get(name, 0) > 0 or clues.names.get(name, 0) >= MIN_TIMES:
        return True
    rare = min(name.split(" "), key=zipf)
    return zipf(rare) < RARE and clues.heard.get(rare.lower(), 0) == places == 1 and clues.heard.get(rare, 0) > 0
