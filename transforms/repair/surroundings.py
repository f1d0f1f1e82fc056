"""What stands around a place that speaks for a name: its context words near by, its field, the name itself elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.listing import Form
from copydesk.transforms.repair.words import zipf

NEAR_WORDS: Final = 45
"""Words to each side that are the same paragraph's: half of 60 to 150 words."""
COMMON: Final = 5.0
"""Zipf: a context word as common as this ("company", "market") stands anywhere, and counts a half."""
RECURS: Final = 300
"""Words: a context word that recurs in the document more often than once in as many says little of one place, and counts a
half; "bitcoin" is near any word of a talk on it."""
MAX_RECURS: Final = 3
"""Times that a short document may have it."""
ELSEWHERE: Final = 1.5
"""Weight of the name itself, spelled right elsewhere in the document; a context word has 1."""
MIN_FIELD_NAMES: Final = 3
"""Different names of a field that a document has to spell right for the field to be its own."""
MIN_FIELD_SHARE: Final = 0.3
"""And their share of all names that it spells right."""


@dataclass(frozen=True, slots=True)
class Support:
    """How much speaks for a name at one place: the weight of what was found, and what it was, for a person."""

    weight: float
    near: float
    """The part of it that context words near by make up."""
    why: str
    elsewhere: bool = False
    """Whether the name is spelled right elsewhere in the document."""


class Surroundings:
    """The places of every word that could be context, and the names that the document spells right."""

    def __init__(self, clues: Clues, right: Mapping[str, Iterable[LexiconName]]) -> None:
        """Count the fields; the places of words are found when first asked for.

        Args:
            clues: of the document.
            right: names that are spelled right in it, each with its entries.
        """
        self._clues = clues
        self._right = frozenset(right)
        fields = Counter(entry.field for entries in right.values() for entry in entries)
        self._fields = {
            of: count for of, count in fields.items() if count >= MIN_FIELD_NAMES and count >= MIN_FIELD_SHARE * len(right)
        }

    def support(self, name: LexiconName, i: int, size: int, own: Collection[str]) -> Support:
        """What speaks for a name at words [i, i + size).

        Args:
            name: of the gazetteer.
            i: number of the first word.
            size: words.
            own: words of the place itself and of the name, which are no witnesses.
        """
        weight, seen = 0.0, []
        for word in sorted(name.context):
            if word not in own and self._is_near(word, i, size):
                weight += 0.5 if self._recurs(word) else witness_weight(word)
                seen.append(word)
        near = weight
        why = f"{', '.join(seen)} near by" if seen else ""
        if name.name in self._right:
            weight += ELSEWHERE
            why = "; ".join(filter(None, [why, f"{name.name} stands elsewhere in the document"]))
        elif name.field in self._fields:
            weight += 0.5
            why = "; ".join(filter(None, [why, f"{self._fields[name.field]} other names of {name.field}"]))
        return Support(weight, near, why, name.name in self._right)

    def _recurs(self, word: str) -> bool:
        places = self._all_places
        return len(places.get(word, ())) > max(MAX_RECURS, len(self._clues.lower) / RECURS)

    def _is_near(self, word: str, i: int, size: int) -> bool:
        return all(self._has(part, i, size) for part in word.replace("-", " ").split())

    def _has(self, word: str, i: int, size: int) -> bool:
        for form in (word, f"{word}s", word.removesuffix("s")):
            if places := self._all_places.get(form):
                at = bisect_left(places, i - NEAR_WORDS)
                while at < len(places) and i <= places[at] < i + size:
                    at += 1
                if at < len(places) and places[at] < i + size + NEAR_WORDS:
                    return True
        return False

    @cached_property
    def _all_places(self) -> Mapping[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for i, word in enumerate(self._clues.lower):
            found[word].append(i)
        return found


def witness_weight(word: str) -> float:
    """How much a context word near by speaks for a name, by the word alone."""
    return 0.5 if zipf(word) >= COMMON else 1.0


def spelled_right(clues: Clues, spellings: Mapping[Form, Sequence[LexiconName]], openings: Mapping[str, int]) -> tuple[dict[str, Sequence[LexiconName]], set[int]]:  # fmt: skip  # noqa: E501
    """The names that a document spells right, with their entries, and the numbers of the words that are part of one.

    A name that is also a word counts only with its capital; the written part counts as the speech does.
    """
    right: dict[str, Sequence[LexiconName]] = {}
    inside: set[int] = set()
    lower = clues.lower
    for i, word in enumerate(lower):
        longest = openings.get(word, 0)
        for size in range(min(longest, len(lower) - i), 0, -1):
            if (entries := spellings.get(lower[i : i + size])) and _is_name(clues, i, size):
                right[entries[0].name] = entries
                inside.update(range(i, i + size))
                break
    written = clues.written_lower
    for form, entries in spellings.items() if written else ():
        if form[0] in written and all(word in written for word in form) and entries[0].name in clues.written:
            right[entries[0].name] = entries
    return right, inside


def _is_name(clues: Clues, i: int, size: int) -> bool:
    """Whether the words stand there as a name: with a capital, or no word of the language among them."""
    return clues.words[i][:1].isupper() or any(zipf(word) < 2.5 for word in clues.lower[i : i + size])
