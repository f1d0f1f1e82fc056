"""Words in no list that speakers build from words that are: "overpolish", "lanternish". They are meant as they stand."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from copydesk.transforms.repair.words import zipf

KNOWN_ROOT: Final = 2.5
"""Zipf of a root that speakers put an ending to."""
MIN_ROOT: Final = 3
"""Letters of a root."""

_ENDINGS: Final = (
    "able", "ability", "abilities", "ally", "ance", "ation", "cracy", "craft", "dom", "ed", "eer", "ence", "er",
    "ers", "ery", "es", "ese", "esque", "est", "ette", "fest", "ful", "fully", "hood", "ible", "ic", "ical", "ics",
    "ied", "ier", "iers", "ies", "iest", "ification", "ified", "ifies", "ify", "ily", "ing", "ingly", "ings", "ish",
    "ism", "isms", "ist", "ists", "itis", "ity", "ive", "ively", "iverse", "izable", "ization", "ize", "ized",
    "izer", "izers", "izes", "izing", "isation", "ise", "ised", "iser", "ises", "ising", "less", "lessness", "like",
    "ly", "maxing", "ment", "ments", "ness", "nesses", "ology", "ors", "ous", "ously", "pilled", "s", "ship",
    "ships", "some", "ster", "sters", "ville", "ward", "wards", "ware", "wise", "y", "ated", "ates", "ating",
    "ator", "ators",
)  # fmt: skip
_BEGINNINGS: Final = (
    "aero", "after", "anti", "astro", "auto", "back", "bio", "counter", "cross", "crypto", "cyber", "de", "dis",
    "down", "eco", "electro", "extra", "fore", "geo", "giga", "hydro", "hyper", "infra", "inter", "intra", "kilo",
    "macro", "mega", "meta", "micro", "mid", "milli", "mini", "mis", "mono", "multi", "nano", "neo", "neuro", "non",
    "off", "omni", "out", "over", "pan", "para", "peta", "photo", "poly", "post", "pre", "proto", "pseudo", "quasi",
    "re", "retro", "semi", "socio", "step", "sub", "super", "techno", "tele", "tera", "thermo", "trans", "tri",
    "turbo", "ultra", "un", "under", "up", "vice",
)  # fmt: skip


@lru_cache(maxsize=16_384)
def is_derived(word: str) -> bool:
    """Whether a word in no list is one that is, with an ending or a beginning that speakers of English put to any.

    >>> is_derived("lanterning"), is_derived("overpolish"), is_derived("unlanternable"), is_derived("metamophosis")
    (True, True, True, False)
    """
    return any(_has_root(word[: -len(ending)]) for ending in _ENDINGS if word.endswith(ending)) or any(
        _is_root(word[len(start) :]) or is_derived(word[len(start) :])
        for start in _BEGINNINGS
        if word.startswith(start) and len(word) >= len(start) + MIN_ROOT
    )


def _has_root(root: str) -> bool:
    """Whether the rest is a word, or is with the letter that its ending took from it ("siting") or doubled ("sitting")."""
    if _is_root(root) or _is_root(f"{root}e") or _is_root(f"{root}y"):
        return len(root) >= MIN_ROOT
    return len(root) > MIN_ROOT and root[-1] == root[-2] and _is_root(root[:-1])


def _is_root(root: str) -> bool:
    return len(root) >= MIN_ROOT and zipf(root) >= KNOWN_ROOT


def begins_another(word: str) -> bool:
    """Whether a word in no list is another with a beginning that speakers put to any, "over" or "auto".

    >>> begins_another("overpolishing"), begins_another("autopolish"), begins_another("wheatbased")
    (True, True, False)
    """
    return any(word.startswith(start) and _is_root(word[len(start) :]) for start in _BEGINNINGS)
