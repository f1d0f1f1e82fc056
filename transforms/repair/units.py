"""Units of measure that lost letters, ran into their number, or came apart: "2nmter", "five gawatts", "six mega watts"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import Clues
from copydesk.transforms.repair.sounds import codes_of
from copydesk.transforms.repair.words import UNKNOWN, zipf

MIN_LETTERS: Final = 4
"""Letters of a wrong unit: shorter ones are abbreviations (nm, GHz, kWh, bps)."""

_PREFIXES: Final = ("nano", "micro", "milli", "centi", "kilo", "mega", "giga", "tera", "peta", "exa")
_BASES: Final = (
    "meter", "gram", "watt", "hertz", "byte", "bit", "volt", "amp", "joule", "liter", "second", "pascal", "ton", "flop",
)  # fmt: skip
_SPELLED: Final = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|quarter"  # noqa: E501
_PLACE: Final = re.compile(
    rf"(?<![\w.,@#/-])(?:(?P<number>\d+(?:[.,]\d+)?)(?P<gap>[ -]?)|(?P<spelled>(?i:{_SPELLED}|per|a|an))(?P<apart>[ -]))"
    rf"(?P<unit>[a-z]{{{MIN_LETTERS},14}})(?![\w@/'’]|\.\w)",
)
_PARTED: Final = re.compile(
    rf"(?<![\w.,@#/-])(?:\d+(?:[.,]\d+)?|(?i:{_SPELLED}|few|several|many)) "
    rf"(?P<prefix>{'|'.join(_PREFIXES)}) (?P<base>(?:{'|'.join(_BASES)})s?|metres?|litres?)(?![\w@/-]|\.\w)",
)
_ENDS: Final = re.compile(
    r"[.,;:!?]|$| (?:and|or|of|in|at|on|by|to|from|for|with|per|which|that|is|are|was|were|while|when|as|but)\b",
)
"""What shows that no noun follows: after a number the unit is then a plural, "two nanometers" and not "two-nanometer chips"."""


def mend_units(clues: Clues) -> Iterator[Edit]:
    """Units that lost letters after a number, and units in two words after one ("six mega watts").

    A prefix of measure is no word by itself, so before a unit it belongs to it.
    """
    yield from _lost_letters(clues)
    for match in _PARTED.finditer(clues.text):
        yield Edit(
            start=match.start("prefix"),
            end=match.end("base"),
            after=match["prefix"] + match["base"],
            rule="unit",
            confidence=0.92,
            evidence=f"{match['prefix']} is a prefix of {match['base']}, and they stand after a number",
        )


def _lost_letters(clues: Clues) -> Iterator[Edit]:
    """A form in no list after a number that has the consonants of exactly one unit.

    Whom it could harm: a product or a plural of a code after a number ("2 kbars"); so the form must be no word, sound like one
    unit only, and share its first letter and its last.
    """
    for match in _PLACE.finditer(clues.text):
        heard = match["unit"]
        if zipf(heard) >= UNKNOWN or heard in clues.written_lower or not (meant := _meant(heard)):
            continue
        if match["number"] not in {None, "1"} and not meant.endswith(("s", "z")) and _ENDS.match(clues.text, match.end()):
            meant += "s"
        fused = match["number"] is not None and not match["gap"]
        counted = match["number"] is not None or match["spelled"].lower() not in {"per", "a", "an"}
        yield Edit(
            start=match.start("unit"),
            end=match.end("unit"),
            after=f" {meant}" if fused else meant,
            rule="unit",
            confidence=0.9 if counted else 0.6,
            evidence=f"{heard!r} is no word, stands after a number and has the consonants of {meant}",
        )


@cache
def _meant(heard: str) -> str | None:
    """The only unit that a form could be, with the form's plural ending."""
    plural = heard.endswith("s") and not heard.endswith(("hertz", "ss"))
    form = heard[:-1] if plural else heard
    if form[1:] in _BASES:
        return None  # "kbyte" is an abbreviation
    near: set[str] = set()
    for code in codes_of([form]):
        near.update(unit for unit in _units().get(code, ()) if unit[0] == form[0] and _ends_alike(unit, form))
    if len(near) != 1 or form in near:
        return None
    return near.pop() + ("s" if plural else "")


def _ends_alike(unit: str, form: str) -> bool:
    """Whether the last two letters are the same, and the form has no letter that the unit lacks, in the unit's order."""
    rest = iter(unit)
    return unit[-2:] == form[-2:] and all(letter in rest for letter in form)


@cache
def _units() -> Mapping[str, tuple[str, ...]]:
    """Code -> units that are said so."""
    found: dict[str, tuple[str, ...]] = {}
    for unit in (prefix + base for prefix in _PREFIXES for base in _BASES):
        for code in codes_of([unit]):
            found[code] = (*found.get(code, ()), unit)
    return found
