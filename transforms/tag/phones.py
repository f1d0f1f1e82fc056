"""Phone numbers in running text: what else looks like one is left alone.

A run of digits is a phone number on evidence only: a plus sign and a number that its country's plan knows; a word that says
so; or a form that numbers of the text's country have and little else does ("(212) 555-0148", "020 7946 0018"). The plans are
those of `phonenumbers` (Google's libphonenumber), which its users keep up to date; it is asked of candidates alone, 25 µs each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from copydesk.transforms.cells import RuleError

MIN_DIGITS: Final = 6
"""Shorter numbers (112, 4711) are no person's."""
MIN_CERTAIN_DIGITS: Final = 7
MAX_DIGITS: Final = 15
"""ITU-T E.164."""
CUE_REACH: Final = 24
"""Characters before a number in which a word can say what it is: "Telefonnummer (dienstlich): "."""

_SEPARATOR: Final = r"[ \xa0\u2009\u202f.‐‑–()/-]"
_CANDIDATE: Final = re.compile(
    r"(?<![\w@#$€£¥₹%])(?:\(?\+ ?|(?<!\d[ \xa0\u202f.,:/-])\(?)\d"
    rf"(?:{_SEPARATOR}{{0,3}}\d){{{MIN_DIGITS - 1},{MAX_DIGITS + 4}}}"
    r"(?![\w@%°€£¥₹$])(?![.,:/-]\d)",
)
"""Bounded repeats, so that a megabyte of digits costs one pass. No part of a longer number, price, share, URL or name."""
_NO_PHONE: Final = (
    re.compile(r"(?:0?[1-9]|[12]\d|3[01])([ ./-])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)\d\d(?:\D.*)?"),  # a date, and what follows
    re.compile(r"(?:19|20)\d\d([ ./-]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:\D.*)?"),
    re.compile(r"(?:1[5-9]|20)\d\d ?[–/-] ?(?:1[5-9]|20)\d\d"),  # years
    re.compile(r"[0-2]?\d\.[0-5]\d ?[–-] ?[0-2]?\d\.[0-5]\d"),  # hours
    re.compile(r"\d{1,3}(?:\.\d{1,3}){3}"),  # an address, or a version
    re.compile(r"\d+\.\d+(?:[ /–-]+\d+\.\d+)?"),  # a number with a point; two of them are a place
    re.compile(r"97[89][ -]?\d(?:[ -]?\d){9}"),  # a book
    re.compile(r"\d{1,2}(?:[ ]?[–/-] ?\d{1,2}){2,}(?: \d{1,2}[–-]\d{1,2})*"),  # scores, and dates of one and two digits
    re.compile(r"(?:\d{1,2}[–-]\d{1,2}[ ,/]*){2,}(?:\(\d+[–-]\d+\))?"),
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[ \xa0\u202f.]\d{3})+")
_SHAPED: Final = re.compile(
    r"\(0?\d{2,4}\)[ -]?\d{3,4}[ -]?\d{3,4}"  # (212) 555-0148
    r"|(?:1[-. ])?\d{3}([-.])\d{3}\1\d{4}"  # 212-555-0148, 1-800-555-0148
    r"|0\d{1,5}(?:[ /\xa0–-]+\(?\d{2,8}\)?){1,5}"  # 020 7946 0018, 030/1234567, 01 44 55 66 77
    r"|0\d(?:\.\d\d){4}",
)
"""Forms that people give to numbers of their own country."""
_LOCAL: Final = re.compile(r"\d{3}[-.]\d{4}")
"""North American numbers without their area, which no plan can tell from others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRules:
    """The words around phone numbers, and the countries of a language."""

    cues: re.Pattern[str]
    """Groups `cue`, `verb`, `other`: which of them a word is."""
    regions: Mapping[str, tuple[str, ...]]


def parse_phones(file: str, data: Mapping[str, Any]) -> PhoneRules:
    """The rules from a parsed TOML file: `[phone]` with lists of words, and `[phone.regions]`.

    Raises:
        RuleError: a key is missing or unknown, a list is empty or holds an empty word, a country is no ISO 3166 code.
    """
    table = data.get("phone", {})
    if unknown := sorted((data.keys() - {"phone"}) | (table.keys() - {"cues", "verbs", "others", "regions"})):
        raise RuleError(f"{file}: unknown key {unknown[0]!r}; give [phone] cues, verbs, others and regions")
    parts = []
    for group, key in (("cue", "cues"), ("verb", "verbs"), ("other", "others")):
        words = table.get(key)
        if not words or not all(isinstance(word, str) and word.strip(" *") for word in words):
            raise RuleError(f"{file}: phone.{key}: {words!r}: give a list of words, none of them empty")
        longest = sorted(words, key=lambda word: (-len(word), word))
        parts.append(f"(?P<{group}>{'|'.join(map(_word_pattern, longest))})")
    regions = {language: tuple(codes) for language, codes in table.get("regions", {}).items()}
    for language, codes in regions.items():
        if not codes or not all(re.fullmatch("[A-Z]{2}", code) for code in codes):
            raise RuleError(f"{file}: phone.regions.{language}: {codes!r} are no codes of countries; give two capitals each")
    return PhoneRules(cues=re.compile("|".join(parts), re.IGNORECASE), regions=regions)


def _word_pattern(word: str) -> str:
    """A word with a boundary where its script has words; a star lets it go on."""
    stem = re.escape(word.rstrip("*"))
    if not stem[0].isalpha() or stem[0] > "\u0e00":
        return stem
    return rf"(?<![^\W\d_]){stem}" + ("" if word.endswith("*") else r"(?![^\W\d_])")


def regions_of(rules: PhoneRules, language: str | None, site: str | None) -> tuple[str, ...]:
    """The countries whose national numbers a text may hold: of its site's domain, of its language's tag, of its language."""
    ending = (site or "").rpartition(".")[2].upper()
    base, _, country = (language or "").partition("-")
    first = [{"UK": "GB"}.get(ending, ending), country]
    return tuple(dict.fromkeys([*(code for code in first if re.fullmatch("[A-Z]{2}", code)), *rules.regions.get(base, ())]))


def find_phones(text: str, rules: PhoneRules, regions: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The [start, end) of each phone number of a text, in order.

    Harm: a national number that stands alone in an unusual form is missed; a number of another kind that a phone word
    introduces and that has a phone number's form is taken.

    Args:
        text: one block, or any other string.
        rules: from `parse_phones`.
        regions: countries whose numbers may stand without a country code.
    """
    countries = tuple(regions)
    at = 0
    while found := _CANDIDATE.search(text, at):
        end = _phone_end(text, found.start(), found.end(), rules, countries)
        if end:
            yield found.start(), end
        at = end or max(found.start() + 1, _first_break(text, found))


def _first_break(text: str, found: re.Match[str]) -> int:
    """Where the next candidate can begin: after the first run of digits, which is a part of no phone number."""
    run = re.compile(r"\d+").search(text, found.start())
    return run.end() if run else found.end()


def _phone_end(text: str, start: int, end: int, rules: PhoneRules, regions: tuple[str, ...]) -> int | None:
    """Where the phone number ends that starts at `start`, at `end` at the latest; None where there is none."""
    cue = _cue(text, start, rules)
    whole = text[start:end]
    if whole.lstrip("(").startswith("+"):
        number = next((part for part in _shorter(whole) if _is_valid(part, None)), None)
        said = cue == "cue" and MIN_CERTAIN_DIGITS <= _digits(whole) <= MAX_DIGITS
        number = whole if number is None and said else number
    elif cue == "other" or _is_no_phone(whole):
        number = None
    else:
        number = _known_number(whole, cue, regions) or (whole if _is_dialled(whole, cue) else None)
    return None if number is None else start + len(number)


def _known_number(whole: str, cue: str | None, regions: tuple[str, ...]) -> str | None:
    """The national number that a candidate is, or after a word that says so begins with, by the plans of some countries."""
    for part in _shorter(whole) if cue else (whole,):
        thousands = _THOUSANDS.fullmatch(part) and (not cue or part.endswith("000"))
        if thousands or _is_no_phone(part) or not (cue or _SHAPED.fullmatch(part)):
            continue
        if any(_is_valid(part, region) for region in regions):
            return part
    return None


def _is_dialled(whole: str, cue: str | None) -> bool:
    """Whether a number that no plan knows is one for what is said before it: most texts do not tell their country."""
    if cue == "verb":
        return bool(_LOCAL.fullmatch(whole))
    shaped = whole.startswith(("0", "(")) or not whole.isdigit()
    return cue == "cue" and shaped and MIN_DIGITS <= _digits(whole) <= MAX_DIGITS and not _THOUSANDS.fullmatch(whole)


def _is_no_phone(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in _NO_PHONE)


def _cue(text: str, start: int, rules: PhoneRules) -> str | None:
    """What the last telling word before a number says of it: "cue", "verb", "other"; None where there is none.

    "Order number" is an order's: a verb, or "number", says less than what it stands beside.
    """
    before = re.split(r"\d|[!?;。！？]|\.\s+(?=[A-Z])", text[max(0, start - CUE_REACH) : start])[-1]
    said = [found.lastgroup for found in rules.cues.finditer(before)]
    if not said:
        return None
    return "other" if said[-1] == "verb" and "other" in said else said[-1]


def _shorter(number: str) -> Iterator[str]:
    """A number, and what is left of it as its last groups of digits are taken off one by one: a count may follow it."""
    part = number
    while _digits(part) >= MIN_DIGITS:
        yield part
        cut = re.search(rf"{_SEPARATOR}+\d+$", part)
        if not cut:
            return
        part = part[: cut.start()]


def _digits(number: str) -> int:
    return sum(map(str.isdigit, number))


@lru_cache(maxsize=4_096)
def _is_valid(number: str, region: str | None) -> bool:
    """Whether a number is one of a country's plan, or of any where it names its own."""
    import phonenumbers  # noqa: PLC0415 - only where phone numbers are masked

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
