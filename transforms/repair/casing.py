"""Names of several words that lost their capitals in places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.listing import listing_of, words_of
from copydesk.transforms.repair.words import zipf

RARE: Final = 3.0
"""Zipf: a word as rare in a name, which has a small letter only there, is no common noun."""
FUNCTION: Final = 6.5
"""Zipf: a word as frequent ("the", "and", "this") is part of a title, and in speech of a phrase."""
MIN_SHARE: Final = 0.65
"""Share of a name's places that have capitals: where fewer do, small letters are how this text writes it too. (At a half, 21
phrases in 400,000 words of right text got capitals, nearly all of them common nouns.)"""


def mend_casing(clues: Clues) -> Iterator[Edit]:
    """Two or three words in small letters that the document writes as a name elsewhere, and that are a name beyond doubt.

    Beyond doubt means: the gazetteer has it, or the written part, or one of its words is rare and has no other use here. The
    document's capitals alone are no proof, however many: people capitalise common nouns ("the Ambulance Service", "Last
    Day"), which then rightly stand in small letters too. (In 1.5 million words of right text, three of 34 phrases that got
    their capitals for that reason alone should have had them.) Nor is anything proof in a text that a person edited.
    """
    if clues.edited:
        return
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
        proof = _proof(clues, name, len(places))
        habit = times + written >= MIN_SHARE * (times + written + len(places))
        where = f"{times} times in mid-sentence" if not written else "in the document's written part"
        evidence = f"{name} has capitals {where}"
        if proof and habit:
            evidence += f"; {proof}"
        else:
            evidence += f", small letters {len(places)} times" if proof else ", which does not prove it a name"
        for i in places:
            yield Edit(
                start=clues.starts[i],
                end=clues.end(i + name.count(" ")),
                after=name,
                rule="casing",
                confidence=0.85 if proof and habit else 0.5,
                evidence=evidence,
            )


def _wanted(clues: Clues) -> dict[str, str]:
    """Small letters -> name, of the names of two or three words that the document capitalises in mid-sentence."""
    wanted: dict[str, str] = {}
    for name in [*clues.names, *clues.written_names]:
        parts = name.split(" ")
        if len(parts) in {2, 3} and all(part.isalpha() and len(part) > 2 and zipf(part) < FUNCTION for part in parts):
            wanted.setdefault(name.lower(), name)
    return wanted


def _proof(clues: Clues, name: str, places: int) -> str:
    """What proves capitalised words to be a name: the written part, the gazetteer, a rare word; empty where nothing does."""
    if clues.written_names.get(name, 0) > 0:
        return "the written part has it"
    entries = listing_of(clues.rules.lexicon).spellings.get(words_of(name), ())
    if any(entry.name == name for entry in entries):
        return "the gazetteer has it"
    rare = min(name.split(" "), key=zipf)
    if zipf(rare) < RARE and clues.heard.get(rare.lower(), 0) == places and clues.heard.get(rare, 0) > 0:
        return f"{rare} has no other use here"
    return ""
