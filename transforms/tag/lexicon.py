"""A language's topic terms, ready to be looked up in the tokens of a text.

1. Accents are folded: headlines in capitals drop them, plurals in German add them ("Wahlkampf", "Wahlkämpfe").
2. A term stands for its inflected forms as well, by the rules of its language (`forms` in its file); in English that is
   the plural of its last word.
3. A term may end or begin with an asterisk: "terroris*" is every word that begins so, "*krieg" every compound of that head.
   A word that is itself a term, or stands in a phrase, is that; then a compound is what its last part says, for that is
   its head; of two patterns the longer one wins.
4. Scripts without spaces are cut where a term stands, the longest one at each place, from left to right.

Whom it could harm: folded accents make one word of two (French "pêche" and "péché"), rules of inflection make forms that do not
exist and now and then meet another word, and a term may straddle two words of an unspaced text. A term's author takes care of
the words of that kind that are frequent: by leaving them out, or by a phrase of weight 0 that is longer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.transforms.tag.typography import blank_marks
from copydesk.transforms.taxonomy import TopicNode, TopicTerms

WEIGHT_POWER: Final = 1.5
"""Weights 1, 2 and 3 count as 1, 2.8 and 5.2. On labelled articles and sentences, powers of 1 and 3 did a point worse."""
INFLECTED_LETTERS: Final = 3
"""Words of fewer letters ("de", "of") have no other forms."""
KNOWN_WORDS: Final = 100_000
"""Words whose pattern is remembered, some 10 MB; the commonest 100,000 words of a language are all but all of its news."""
LONG_WORD: Final = 40
"""Letters beyond which a token is no word, and is not remembered."""
HEAD: Final = 2
"""Characters by which a term of an unspaced script is found; so it has at least as many."""
PIECE: Final = " "
"""Stands for characters of an unspaced text that are in no term; it is none itself."""
KATAKANA_WORD: Final = 4
"""A shorter katakana term has to stand by itself: "スター" is no part of "スタート". A longer one may be joined to others."""

_TOKEN: Final = re.compile(r"[^\W_]+")
_POSSESSIVE: Final = re.compile(r"['’]s\b")
_ACCENT: Final = re.compile(r"[\u0300-\u036f]+")
_ASCII_TOKENS: Final = {code: chr(code) if chr(code).isalnum() else " " for code in range(128)}
_PLURAL_ES: Final = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A term as it is looked up: what one mention is worth to each of its topics."""

    term: str
    tops: tuple[tuple[str, float, float], ...]
    """Top-level code, worth, weight."""
    levels: tuple[tuple[str, float], ...]
    """Second-level code, worth."""


Worths = tuple[tuple[tuple[str, float, float], ...], tuple[tuple[str, float], ...]]
"""The last two fields of an `Entry`."""
Start = tuple[Entry | None, frozenset[str] | None, int]
"""What may begin at a token: the term that it is by itself, the second tokens of phrases that begin with it (most words that
may begin a phrase do not), the number of tokens in the longest of them."""


class _Known(dict[str, str]):
    """Token -> the key it is looked up by: its pattern, or itself. Filled as words are met, and bounded."""

    __slots__ = ("_exact", "_prefixes", "_suffixes")

    def __init__(self, patterns: Iterable[str], words: Iterable[str]) -> None:
        self._exact = {word: word for word in words}
        super().__init__(self._exact)
        self._prefixes: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}
        for pattern in patterns:
            (self._prefixes if pattern.endswith("*") else self._suffixes)[pattern.strip("*")] = pattern

    def __missing__(self, token: str) -> str:
        if len(token) > LONG_WORD:
            return token
        if len(self) >= KNOWN_WORDS + len(self._exact):
            self.clear()
            self.update(self._exact)
        self[token] = found = self.pattern(token) or token
        return found

    def pattern(self, token: str) -> str | None:
        """The pattern of a word: by its end before its beginning, the longer before the shorter."""
        for start in range(len(token) - INFLECTED_LETTERS + 1):
            if pattern := self._suffixes.get(token[start:]):
                return pattern
        for end in range(len(token), INFLECTED_LETTERS - 1, -1):
            if pattern := self._prefixes.get(token[:end]):
                return pattern
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One language's terms, ready to be looked up."""

    entries: Mapping[str, Entry]
    """Tokens of a term, joined by spaces, or a pattern -> the term."""
    starts: Mapping[str, Start]
    """First token of a term -> what may begin there."""
    known: _Known | None
    """Words and their patterns, where the language has any."""
    sizes: Mapping[str, tuple[int, ...]]
    """Of an unspaced script: first characters of a term -> lengths of the terms that begin so, longest first."""
    variants: Mapping[int, str]
    """Characters that are read as others (traditional ones as simplified ones), for `str.translate`."""
    capitals: bool
    """Whether a capital may mark a name: not where every noun has one, or no word."""

    def tokens(self, text: str) -> tuple[list[str], list[str]]:
        """A text's tokens as they are written, and as they are looked up; equally many."""
        if self.sizes:
            cut = self._cut(unicodedata.normalize("NFKC", text).translate(self.variants).casefold())
            return cut, cut
        tokens = split_words(text)
        folded = "\n".join(tokens).casefold().split("\n")
        if self.known is not None:
            folded = list(map(self.known.__getitem__, folded))
        return tokens, folded

    def phrase(self, folded: Sequence[str], at: int, longest: int) -> tuple[Entry, int] | None:
        """The longest phrase that stands at a token, and its number of tokens."""
        for size in range(min(longest, len(folded) - at), 1, -1):
            if entry := self.entries.get(" ".join(folded[at : at + size])):
                return entry, size
        return None

    def _cut(self, text: str) -> list[str]:
        """The terms of an unspaced text, and between them a `PIECE` for every `HEAD` characters, about a word."""
        tokens: list[str] = []
        for run in _TOKEN.findall(text):
            at = start = 0
            while at < len(run):
                size = self._size(run, at)
                if size:
                    tokens += [PIECE] * -((start - at) // HEAD)
                    tokens.append(run[at : at + size])
                    start = at + size
                at += size or 1
            tokens += [PIECE] * -((start - len(run)) // HEAD)
        return tokens

    def _size(self, run: str, at: int) -> int:
        """Characters of the longest term at a place of a run; 0 where none stands there."""
        for size in self.sizes.get(run[at : at + HEAD], ()):
            end = at + size
            if run[at:end] not in self.entries or (at and _one_word(run[at - 1], run[at], size)):
                continue
            if end >= len(run) or not _one_word(run[end - 1], run[end], size):
                return size
        return 0


def _one_word(left: str, right: str, size: int) -> bool:
    """Whether a term of this size, cut off between two characters, would be cut out of a word: Latin, or short katakana."""
    return (left.isascii() and right.isascii()) or (size < KATAKANA_WORD and "ァ" <= left <= "ー" and "ァ" <= right <= "ー")


def split_words(text: str) -> list[str]:
    """The words of a spaced text, accents folded, case kept, a possessive 's dropped.

    >>> split_words("The mayor's “élan”: co-op, 5 G")
    ['The', 'mayor', 'elan', 'co', 'op', '5', 'G']
    """
    text = fold_accents(blank_marks(_POSSESSIVE.sub("", text)))
    if text.isascii():  # the same, several times as quickly
        return text.translate(_ASCII_TOKENS).split()
    return _TOKEN.findall(text)


def fold_accents(text: str) -> str:
    """A text without the accents on its letters; other scripts' marks, which are letters to them, stay.

    >>> fold_accents("Élection, Wahlkämpfe, eleição, が")
    'Election, Wahlkampfe, eleicao, が'
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text)))


def compile_lexicon(terms: TopicTerms, taxonomy: Mapping[str, TopicNode]) -> Lexicon:
    """The terms of one language, with their forms, as they are looked up.

    Args:
        terms: the parsed file. Terms that differ only in hyphens or accents are one, with the greater weight for each topic.
        taxonomy: topics by code.
    """
    said: dict[str, tuple[str, dict[str, float]]] = {}
    key_of = term_keys(terms)
    for term, codes in terms.terms.items():
        key = key_of(term)
        if key:
            weights = said.setdefault(key, (term, {}))[1]
            for code, weight in codes:
                weights[code] = max(weight, weights.get(code, weight))
    worths: dict[tuple[tuple[str, float], ...], Worths] = {}  # most terms share their topics and weights with many
    entries: dict[str, Entry] = {}
    for key, (term, weights) in said.items():
        codes = tuple(weights.items())
        if codes not in worths:
            worths[codes] = _worths(codes, taxonomy)
        tops, levels = worths[codes]
        entries[key] = Entry(term=term, tops=tops, levels=levels)
    for key in list(entries):
        for form in _forms(key, terms):
            entries.setdefault(form, entries[key])
    known = _known(entries)
    return Lexicon(
        entries=entries, starts=_starts(entries), known=known,
        sizes=_sizes(entries) if terms.unspaced else {}, variants=_variants(terms),
        capitals=not (terms.capital_nouns or terms.unspaced),
    )  # fmt: skip


def term_keys(terms: TopicTerms) -> Callable[[str], str]:
    """What makes of a term the key by which it is looked up in texts of a language; an asterisk stays where it stood.

    Args:
        terms: those of the language, which say how it is written.
    """
    if not terms.unspaced:
        return _key
    variants = _variants(terms)
    return lambda term: unicodedata.normalize("NFKC", term).translate(variants)


def _key(term: str) -> str:
    words = " ".join(split_words(term)).casefold()
    return f"{'*' * term.startswith('*')}{words}{'*' * term.endswith('*')}" if words else ""


def _variants(terms: TopicTerms) -> dict[int, str]:
    return {ord(variant): char for variant, char in terms.variants.items()}


def _worths(codes: Iterable[tuple[str, float]], taxonomy: Mapping[str, TopicNode]) -> Worths:
    """What a term with these codes and weights is worth to its topics: `Entry.tops` and `Entry.levels`."""
    tops: dict[str, float] = {}
    levels = []
    for code, weight in codes:
        top = taxonomy[code].top
        tops[top] = max(weight, tops.get(top, 0.0))
        if code != top:
            levels.append((code, weight))
    together = sum(tops.values()) or 1.0
    return (
        tuple((top, weight**WEIGHT_POWER * weight / together, weight) for top, weight in tops.items() if weight),
        tuple((code, weight**WEIGHT_POWER * weight / together) for code, weight in levels),
    )


def _forms(key: str, terms: TopicTerms) -> Iterator[str]:
    """The inflected forms of a term: of its first word, of its last word, and the first form of all of them together."""
    if terms.language == "en":
        yield _plural(key)
    if not terms.forms or key.endswith("*"):
        return
    words = key.split(" ")
    inflected = [_inflect(word, terms.forms) for word in words]
    yield from (" ".join([*words[:-1], form]) for form in inflected[-1])
    if len(words) > 1:
        yield from (" ".join([form, *words[1:]]) for form in inflected[0])
        yield " ".join(forms[0] if forms else word for word, forms in zip(words, inflected, strict=True))


def _inflect(word: str, forms: Iterable[tuple[str, str]]) -> list[str]:
    """Every form of a word, by rules "(this end, that end)"; those that name its end before those for any end."""
    if len(word.strip("*")) < INFLECTED_LETTERS or not word[-1].isalpha():
        return []
    return [word[: len(word) - len(end)] + other for end, other in forms if word.endswith(end)]


def _plural(term: str) -> str:
    """The regular English plural of a term's last word.

    >>> _plural("bus crash"), _plural("policy"), _plural("key worker")
    ('bus crashes', 'policies', 'key workers')
    """
    if term.endswith(_PLURAL_ES):
        return f"{term}es"
    if term.endswith("y") and term[-2:-1] not in set("aeiou"):
        return f"{term[:-1]}ies"
    return f"{term}s"


def _known(entries: dict[str, Entry]) -> _Known | None:
    """The words that patterns stand for; words of phrases that a pattern stands for, too, become terms of their own."""
    patterns = [key for key in entries if "*" in key]
    if not patterns:
        return None
    words = list(dict.fromkeys(word for key in entries if "*" not in key for word in key.split(" ")))
    known = _Known(patterns, words)
    for word in words:
        if word not in entries and (pattern := known.pattern(word)):
            entries[word] = entries[pattern]
    return known


def _starts(entries: Mapping[str, Entry]) -> dict[str, Start]:
    longest: dict[str, int] = {}
    seconds: dict[str, set[str]] = defaultdict(set)
    for key in entries:
        head, *rest = key.split(" ")
        longest[head] = max(longest.get(head, 0), 1 + len(rest))
        if rest:
            seconds[head].add(rest[0])
    return {
        head: (entries.get(head), frozenset(seconds[head]) if head in seconds else None, size) for head, size in longest.items()
    }


def _sizes(entries: Iterable[str]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = defaultdict(set)
    for key in entries:
        sizes[key[:HEAD]].add(len(key))
    return {head: tuple(sorted(found, reverse=True)) for head, found in sizes.items()}
