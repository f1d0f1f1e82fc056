"""Names that the document's written part or the batch spells, and speech has as they sound: in pieces, or by other letters.

`names` and `batch` compare letters, one slip apart; here the sound decides, so several words may stand for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.listing import Form, Listing, list_names, words_of
from copydesk.transforms.repair.matching import ALIKE, RARE, Match, Search, is_capital
from copydesk.transforms.repair.names import MIN_DOCUMENTS, BatchNames
from copydesk.transforms.repair.sounds import code_of, join_codes, readings, unlike
from copydesk.transforms.repair.surroundings import spelled_right
from copydesk.transforms.repair.words import stem, zipf

MIN_LETTERS: Final = 6
"""Letters of a name that words of the dictionary may stand for: "rapid us" is Rapidus, "a bus" is no name."""
IDENTICAL: Final = 0.03
"""Share of the sounds by which words of the dictionary may differ from a name: nearly none."""

_CAPITALISED: Final = re.compile(r"(?<![\w@#/.-])[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+){0,2}(?![\w@/]|\.\w)")


def mend_heard_names(clues: Clues) -> Iterator[Edit]:
    """Words that sound like a name which is written in the document, or in two documents of the batch.

    Whom it could harm: two names of like sound in one text (Kerr, Kehr); so a name that the written part or the batch spells is
    never changed, nor a word of the dictionary by itself, and the batch speaks for near sounds only.
    """
    written = list_names(_written_names(clues))
    yield from _mend(clues, written, "document_name", "stands in the document's written part")
    yield from _in_pieces(clues, written)
    batch = _batch_listing(BatchNames(clues.rules.evidence.names))
    yield from _mend(clues, batch, "batch_name", f"stands in {MIN_DOCUMENTS} or more written documents of the batch")


def _mend(clues: Clues, listing: Listing, rule: str, where: str) -> Iterator[Edit]:
    if not listing.spellings:
        return
    _, inside = spelled_right(clues, listing.spellings, listing.openings)
    for i, size, matches in Search(clues, listing, inside):
        form, best = clues.lower[i : i + size], matches[0]
        if best.how == "letters" and rule == "batch_name":
            continue  # `batch` has them
        confidence = 0.5 if len(matches) > 1 else _confidence(clues, i, form, best, rule)
        heard = " ".join(form)
        why = f"has the letters of {best.name.name}" if best.how == "letters" else f"sounds like {best.name.name}"
        yield _edit(clues, i, size, best.name.name, rule, confidence, f"{heard!r} {why}, which {where}")


def _confidence(clues: Clues, i: int, form: Form, match: Match, rule: str) -> float:
    """How sure it is: what is written here is proof for what sounds near, what is written elsewhere for what sounds alike."""
    capital = is_capital(clues, i, len(form))
    if match.how == "letters":
        return 0.92 if min(map(zipf, form)) < RARE or capital else 0.6
    if rule == "document_name":
        return 0.88 if match.apart <= ALIKE else 0.82
    return 0.82 if match.apart <= ALIKE and capital and match.how == "sound" else 0.6


def _in_pieces(clues: Clues, listing: Listing) -> Iterator[Edit]:
    """Two or three words of the dictionary that sound like one rare name of the written part, whatever their letters."""
    codes = {code: names for code, names in listing.codes.items() if any(_is_rare(name) for name in names)}
    if not codes:
        return
    each = {word: code_of(said[0]) for word in set(clues.lower) if (said := readings(word))}
    heads = {code[:1] for code in codes}
    for i, word in enumerate(clues.lower):
        if each.get(word, "")[:1] not in heads:
            continue
        for size in (2, 3):
            form = clues.lower[i : i + size]
            if len(form) < size or not clues.neighbours(i + size - 2) or clues.in_address(i) or form in listing.spellings:
                break
            names = [name for name in codes.get(join_codes(each.get(part, "") for part in form), ()) if _is_rare(name)]
            if len(names) == 1 and len(words_of(names[0].name)) < size and unlike(form, words_of(names[0].name)) <= IDENTICAL:
                why = f"{' '.join(form)!r} sounds like {names[0].name}, which stands in the document's written part"
                yield _edit(clues, i, size, names[0].name, "document_name", 0.84, why)


def _edit(clues: Clues, i: int, size: int, after: str, rule: str, confidence: float, evidence: str) -> Edit:
    end = clues.starts[i + size - 1] + len(clues.lower[i + size - 1])
    return Edit(start=clues.starts[i], end=end, after=after, rule=rule, confidence=confidence, evidence=evidence)


def _is_rare(name: LexiconName) -> bool:
    return len(name.name) >= MIN_LETTERS and min(map(zipf, words_of(name.name))) < RARE


def _written_names(clues: Clues) -> Iterator[LexiconName]:
    """The capitalised words of the written part, in titles too, that are no words of the dictionary, and runs with one."""
    found: dict[str, LexiconName] = {}
    for run in _CAPITALISED.findall(clues.written):
        rare = [word for word in map(stem, run.split(" ")) if zipf(word) < RARE]
        for name in (*rare, stem(run)) if rare else ():
            found[name] = LexiconName(name, "term", "general")
    yield from found.values()


@lru_cache(maxsize=2)
def _batch_listing(key: BatchNames) -> Listing:
    """The names of the batch with a word of no list, said by enough written documents."""
    names = sorted(name for name, count in key.names.items() if count >= MIN_DOCUMENTS)
    rare = (name for name in names if min(map(zipf, words_of(name)), default=9.0) < RARE)
    return list_names(LexiconName(name, "term", "general") for name in rare)
