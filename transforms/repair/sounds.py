"""How English words sound to a speech recogniser: codes that words of like sound share, and how far two sounds are apart.

Recognisers confuse voicing (p and b, t and d, k and g), weak vowels, and where one word ends and the next begins; they drop
what is hardly heard (h, w and y inside a word). The code therefore keeps classes of consonants only, drops what is weak, and
is the same for "rapid us" and "Rapidus". `distance` tells apart what the code throws together.

The method is that of Metaphone (Philips 1990) and Double Metaphone (Philips 2000): letters to sounds by context, more than one
reading where the spelling leaves it open. The distance is Editex (Zobel and Dart 1996), an edit distance that charges little
within a class. It is our own code because the libraries' (jellyfish, metaphone) code a word at a time and keep its head and
its voicing, so neither survives a changed word break; NYSIIS and Soundex also keep the first letter as it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Final, TypeAlias, cast

from copydesk.transforms.patterns import first_characters

MAX_READINGS: Final = 4
"""Readings of one word: more of them come from names of no English form, and match anything."""
MAX_LETTERS: Final = 32
"""Letters of the longest word that is read: what is longer is no name, and has many doubtful places."""
CLASSES: Final = "PTKFSXMNLRAW"
"""The alphabet of codes: A is a vowel (or h, y) at the head, W a w there, X the sounds of ship, chip and jam."""

_SPECIAL: Final = str.maketrans(
    {"ø": "o", "æ": "e", "å": "o", "ß": "ss", "ł": "w", "ð": "d", "þ": "th", "đ": "d", "ı": "i", "œ": "e"},
)
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_WEAK_R: Final = ("r", "")
"""An r before a consonant or at the end, which half of the speakers of English do not say."""
_GRAPHEMES: Final = (
    # at the head of a word
    (r"^(?:kn|gn|pn|mn)", ("n",)),
    (r"^wr|^rh", ("r",)),
    (r"^ps(?!h)", ("s",)),
    (r"^pt", ("t",)),
    (r"^x(?=[iu])", ("S", "z")),
    (r"^x", ("z", "S")),
    (r"^who", ("hu",)),
    (r"^w(?=[a-z]*(?:sz|cz|rz|sk[iy]$|burg$|mann$|heim$|stein$|itz$|sch))", ("w", "v")),  # Polish or German by its shape
    (r"^wh", ("w",)),
    (r"^h?u(?=[aeio])", ("w",)),
    (r"^tz|^ts", ("s", "ts")),
    (r"^dj", ("J",)),
    (r"^hj|^gj", ("y",)),
    (r"^cz", ("C", "z")),
    (r"^eu", ("yu", "oi")),
    # consonants written with several letters
    (r"tsch|tch", ("C",)),
    (r"szcz", ("SC",)),
    (r"skj|stj|sj", ("S",)),  # Scandinavian, as are the next two and hj, gj at the head; no English word has them
    (r"kj", ("C", "S")),
    (r"tj", ("C", "ty")),
    (r"sz", ("S", "s")),  # Polish, or Hungarian
    (r"cz", ("C", "ts")),
    (r"rz(?=[aeiouy])", ("J", "rz")),
    (r"(?<=[ng])x(?=i)", ("ks", "S")),  # Chinese, as in Shanxi
    (r"sch", ("S", "sk")),
    (r"ch(?=[bdfghjklmnpqrstvwz])", ("k",)),
    (r"ch", ("C", "k", "S")),
    (r"sh", ("S",)),
    (r"zh", ("J",)),
    (r"ph", ("f",)),
    (r"th", ("T",)),
    (r"gh(?=[aeiou])", ("g",)),
    (r"gh$", ("", "f")),
    (r"gh", ("",)),
    (r"ck|cqu?|kh", ("k",)),
    (r"qu", ("kw", "k")),
    (r"q", ("k", "C")),
    (r"cc(?=[eiy])", ("ks", "C")),
    (r"sc(?=[eiy])", ("s",)),
    (r"[ct]i(?=[aou])", ("S", "ti")),
    (r"[st]?sion", ("Jun",)),
    (r"dg(?=[eiy])", ("J",)),
    (r"gn$", ("n",)),
    (r"gn", ("gn", "n")),
    (r"ng(?=$|[bdfghjkmnpqstvwxz])", ("N",)),
    (r"n(?=[kqx]|c(?![eiyh]))", ("N",)),
    (r"mb$|mn$", ("m",)),
    (r"x", ("ks",)),
    (r"zz", ("ts", "z")),
    (r"tu(?=r)", ("Cu", "tu")),
    # consonants that two letters decide
    (r"c(?=[eiy])", ("s", "C")),
    (r"c", ("k",)),
    (r"g(?=[eiy])", ("J", "g")),
    (r"j", ("J", "y")),
    (r"r(?=$|[bcdfgjklmnpqstvwxz])", _WEAK_R),
    (r"w(?=[aeiouy])", ("w",)),
    (r"y(?=[aeiou])", ("y",)),
    # vowels: what is not heard, what two letters say, and one
    (r"(?<=[aeiouy][^aeiou])e$|(?<=[aeiouy][^aeiou][^aeiou])e$", ("",)),
    (r"eaux?$", ("o",)),
    (r"ault$", ("olt", "o")),
    (r"ee|ea|ie|ei(?!gh)|ey|ii", ("i",)),
    (r"ai|ay|ae|eigh|ei", ("e",)),
    (r"oo|ou|ew(?![aeiou])|ue|eu|uu", ("u",)),
    (r"au|aw(?![aeiou])|oa|ow(?![aeiou])|oe", ("o",)),
    (r"aa", ("a",)),
    (r"y", ("i",)),
    (r"w", ("",)),
    (r"[a-z]", ()),
)
"""Spellings to their sounds, the first that fits at a place; several where doubtful, the likeliest first. Any other letter
stands for itself."""


class _Classes(dict[int, str]):
    """For `str.translate`: a sound's class, and nothing for a sound that has none."""

    def __missing__(self, code: int) -> str:
        return ""


_CLASS: Final = {sound: kind for kind, sounds in {"P": "pb", "T": "tdT", "K": "kg", "F": "fv", "S": "sz", "X": "SCJ", "M": "m", "N": "nN", "L": "l", "R": "r"}.items() for sound in sounds}  # fmt: skip  # noqa: E501
_CLASSES: Final = _Classes({ord(sound): kind for sound, kind in _CLASS.items()})
_VOWELS: Final = "aeiou"
_WEAK: Final = "hwy"
_DOUBLED: Final = re.compile(r"(.)\1+")


def plain(text: str) -> str:
    """The letters of a text as the code reads them: small, without accents, nothing else.

    >>> plain("Škoda-Auto 3")
    'skodaauto'
    """
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    return _NO_LETTER.sub("", text)


@lru_cache(maxsize=65_536)
def readings(word: str) -> tuple[str, ...]:
    """How one word may be said, likeliest first, a letter a sound; empty for what has no Latin letters.

    >>> readings("Knight"), readings("Chaebol")[:2], readings("2024")
    (('nit',), ('Cebol', 'kebol'), ())
    """
    letters = plain(word)
    if not letters or len(letters) > MAX_LETTERS:
        return ()
    parts = _parts(letters)
    if max(map(len, parts)) == 1:
        return (_DOUBLED.sub(r"\1", "".join([part[0] for part in parts])),)
    found = dict.fromkeys(_DOUBLED.sub(r"\1", "".join(choice)) for choice in islice(_nearest_first(parts), MAX_READINGS))
    return tuple(found)


_Finder: TypeAlias = tuple[Callable[[str, int], re.Match[str] | None], tuple[tuple[str, ...], ...]]


class _Spellings(dict[str, _Finder]):
    """By letter: what finds the spelling that begins with it at a place, and the readings of each one that it may find.

    One pattern of all spellings tries most of them in vain at each letter, and takes five times as long.
    """

    def __missing__(self, letter: str) -> _Finder:
        own = [(spelling, said) for spelling, said in _GRAPHEMES if letter in (_first(spelling) or letter)]
        found = re.compile("|".join(f"({spelling})" for spelling, _ in own)).match, tuple(said for _, said in own)
        self[letter] = found
        return found


@lru_cache(maxsize=len(_GRAPHEMES))
def _first(spelling: str) -> frozenset[str] | None:
    return first_characters(re.compile(spelling))


_SPELLINGS: Final = _Spellings()


def _parts(letters: str) -> list[tuple[str, ...]]:
    """The readings of each spelling of a word."""
    found: list[tuple[str, ...]] = []
    at, end = 0, len(letters)
    while at < end:
        match_at, said = _SPELLINGS[letters[at]]
        match = cast("re.Match[str]", match_at(letters, at))  # every letter is a spelling by itself
        found.append(said[cast("int", match.lastindex) - 1] or (match[0],))
        at = match.end()
    return found


def _nearest_first(parts: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The likeliest reading, that of speakers who drop every r, those with one doubtful place otherwise, and the rest."""
    first = tuple([part[0] for part in parts])
    yield first
    if _WEAK_R in parts:
        yield tuple(part[-1] if part == _WEAK_R else part[0] for part in parts)
    doubtful = [i for i, part in enumerate(parts) if len(part) > 1]
    for i in doubtful:
        for other in parts[i][1:]:
            yield (*first[:i], other, *first[i + 1 :])
    if len(doubtful) > 1:
        yield from product(*parts)


def _said_together(words: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """What several words may be together: each as it is likeliest, then each as it is next (without its r), then the rest."""
    yield tuple(word[0] for word in words)
    yield tuple(word[min(1, len(word) - 1)] for word in words)
    yield from islice(_nearest_first(words), 1, None)


@lru_cache(maxsize=65_536)
def code_of(said: str) -> str:
    """The classes of a reading's consonants, weak sounds dropped, equal neighbours one; the head of a vowel is kept as A.

    >>> code_of("rapidus"), code_of("enfidia"), code_of("wedo")
    ('RPTS', 'ANFT', 'WT')
    """
    if not said:
        return ""
    head = "W" if said[0] == "w" else "" if said[0] in _CLASS else "A"
    return head + _DOUBLED.sub(r"\1", said.translate(_CLASSES))


def join_codes(codes: Iterable[str]) -> str:
    """The code of words said one after the other: a weak head inside is not heard, nor a consonant that comes twice.

    >>> join_codes(["RPT", "AS"]), join_codes(["KR", "WF"])
    ('RPTS', 'KRF')
    """
    whole = ""
    for code in codes:
        rest = code.lstrip("AW") if whole else code
        whole += rest[1:] if whole and rest[:1] == whole[-1:] else rest
    return whole


def codes_of(words: Sequence[str]) -> tuple[str, ...]:
    """Every code of some words said one after the other, likeliest first.

    >>> codes_of(["Rapidus"]) == codes_of(["rapid", "us"]) == ("RPTS",)
    True
    """
    each = [_codes_of_word(word) for word in words]
    if not all(each):
        return ()
    if len(each) == 1:
        return each[0]
    return tuple(dict.fromkeys(join_codes(choice) for choice in islice(_said_together(each), MAX_READINGS)))


@lru_cache(maxsize=65_536)
def _codes_of_word(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(code_of, readings(word))))


def one_class_off(code: str) -> Iterator[str]:
    """Every code with one class put in, left out or changed.

    >>> "RPTS" in set(one_class_off("RPS")) & set(one_class_off("RPTSK")) & set(one_class_off("RPTL"))
    True
    """
    for i in range(len(code) + 1):
        head, tail = code[:i], code[i:]
        if tail:
            yield head + tail[1:]
            yield from (head + kind + tail[1:] for kind in CLASSES if kind != tail[0])
        yield from (head + kind + tail for kind in CLASSES)


# --- how far two sounds are apart -----------------------------------------------------------------------------------------

_ALIKE: Final = 0.25
"""A sound for another of its class, or a vowel for a vowel: what recognisers confuse all the time."""
_NEAR: Final = 0.5
_FAINT: Final = 0.3
"""A vowel, h, w or y heard that is not there, or not heard."""
_NEAR_PAIRS: Final = frozenset({"sS", "zJ", "zS", "sC", "sT", "zT", "fT", "vT", "mn", "mN", "vb", "fp", "wv", "tC", "dJ", "kC", "tS", "kt", "gd", "pt", "bd"})  # fmt: skip  # noqa: E501
_SAME_VOWEL: Final = frozenset({"ei", "ou", "ao", "ae"})


def _change(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return 0.15 if one + other in _SAME_VOWEL or other + one in _SAME_VOWEL else _ALIKE
    if one in _CLASS and _CLASS[one] == _CLASS.get(other):
        return _ALIKE
    weak = _VOWELS + _WEAK
    if one in weak and other in weak:
        return _FAINT
    return _NEAR if one + other in _NEAR_PAIRS or other + one in _NEAR_PAIRS else 1.0


_SOUNDS: Final = _VOWELS + _WEAK + "".join(_CLASS)
_CHANGE: Final = {one: {other: _change(one, other) for other in _SOUNDS} for one in _SOUNDS}
_DROP: Final = {sound: _FAINT if sound in _VOWELS + _WEAK else 0.6 if sound == "r" else 1.0 for sound in _SOUNDS}


@lru_cache(maxsize=16_384)
def distance(one: str, other: str) -> float:
    """How far two readings are apart, in sounds: 0 the same, 1 a consonant of another kind.

    >>> distance("rapidus", "rabitus"), distance("kat", "kap"), distance("kat", "katl")
    (0.5, 0.5, 1.0)
    """
    before = [0.0]
    for sound in other:
        before.append(before[-1] + _DROP[sound])
    for sound in one:
        costs, drop = _CHANGE[sound], _DROP[sound]
        row = [before[0] + drop]
        for j, there in enumerate(other):
            row.append(min(before[j] + costs[there], before[j + 1] + drop, row[j] + _DROP[there]))
        before = row
    return round(before[-1], 3)


def unlike(words: Sequence[str], others: Sequence[str]) -> float:
    """How unlike two runs of words sound: the distance of their nearest readings as a share of the longer's sounds.

    >>> unlike(["rapid", "us"], ["Rapidus"]), unlike(["Kerr"], ["Madison"]) > 0.4
    (0.0, True)
    """
    best = 1.0
    for one in _joined(words):
        for other in _joined(others):
            best = min(best, distance(one, other) / max(len(one), len(other), 1))
    return round(best, 3)


def _joined(words: Sequence[str]) -> list[str]:
    each = [readings(word) for word in words]
    if not all(each):
        return []
    return [_DOUBLED.sub(r"\1", "".join(choice)) for choice in islice(_said_together(each), MAX_READINGS)]
