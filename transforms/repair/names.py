"""Names by which speech is spelled: those of its own document, and those that a batch's written pages spell out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from copydesk.transforms.explain import Edit
from copydesk.transforms.repair.clues import WORD, Clues
from copydesk.transforms.repair.words import differ_in_vowel, differs_at_end, is_unknown, one_slip, sound, stem, zipf
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

MIN_LETTERS: Final = 6
"""Letters of a name: shorter ones have neighbours that are names too (Kline, Cline; Lee, Leo)."""
MIN_MAJORITY: Final = 2
"""Times that speech alone has to spell a name, and times as often as the other form."""
MIN_DOCUMENTS: Final = 2
"""Written documents of the batch that spell a name which other words are mended to, or which is then no slip itself: one
document may have a slip of its own, or a name from a line of code."""
PROSE_WORDS: Final = 10
"""Words of a block that is prose and not a menu, a headline or a list of names."""

_INNER_CAPITAL = r"(?<![\w@#/.])(?:[A-Z][a-z]+|[a-z]{1,2})(?:[A-Z][a-z]*){1,4}[a-z]?(?![\w@/]|\.\w)"
_RUN = r"[A-Z](?<=[a-z,] [A-Z])[^\W\d_]+(?:[ -][A-Z][^\W_]+){0,3}(?!\w)"
_RUNS: Final = re.compile(_RUN)
_NAMES: Final = re.compile(f"{_RUN}|{_INNER_CAPITAL}")
_SMALL_BEFORE_CAPITAL: Final = re.compile(r"[A-Z](?<=[a-z][A-Z])")
"""What every word with a capital inside has: most prose has none, and is searched for runs alone, three times as quickly."""
_INNER: Final = re.compile(_INNER_CAPITAL)
_NON_LATIN: Final = frozenset({"ru", "uk", "bg", "sr", "mk", "el", "ar", "fa", "ur", "he", "hi", "bn", "ta", "te", "th", "ja", "zh", "ko", "ka", "hy", "am"})  # fmt: skip  # noqa: E501
_NOUNS_CAPITALISED: Final = frozenset({"de", "lb", "nds"})
_NO_NAMES: Final = frozenset({"I"})


def harvest_names(document: Document, rules: Rules) -> tuple[str, ...]:
    """The names that a written page is worth asking for: words and runs of words with a capital in mid-sentence.

    Only blocks of prose are read, because a menu or a headline has capitals everywhere. In German, whose nouns all have one,
    only capitals inside a word count ("FaceTime"). Other scripts than Latin give nothing.

    Args:
        document: a page, as `decode` left it.
        rules: `settings.survey.names_per_document` bounds the answer.

    Returns:
        Names, those said most often first, ties in the order of their letters.
    """
    language = (document.language_hint or "").split("-")[0]
    if language in _NON_LATIN or document.source.kind == "transcript":
        return ()
    runs = language not in _NOUNS_CAPITALISED
    found: Counter[str] = Counter()
    for block in document.blocks:
        if block.role == "body" and block.text.count(" ") >= PROSE_WORDS and any(mark in block.text for mark in ". .” 。"):
            if _SMALL_BEFORE_CAPITAL.search(block.text):
                found.update((_NAMES if runs else _INNER).findall(block.text))
            elif runs:
                found.update(_RUNS.findall(block.text))
    names = [(-count, stem(name)) for name, count in found.items() if name not in _NO_NAMES]
    return tuple(dict.fromkeys(name for _, name in sorted(names)))[: rules.settings.survey.names_per_document]


class BatchNames:
    """The names of a batch as a key of a cache: by identity, because evidence is loaded once a process and never changes."""

    def __init__(self, names: Mapping[str, int]) -> None:
        """Wrap a name's count of documents, by name."""
        self.names = names

    def __hash__(self) -> int:
        """By identity."""
        return id(self.names)

    def __eq__(self, other: object) -> bool:
        """By identity."""
        return isinstance(other, BatchNames) and self.names is other.names


@lru_cache(maxsize=2)
def vouched_words(key: BatchNames) -> frozenset[str]:
    """Every word, in small letters, of the names that enough documents of the batch spell."""
    sure = (name for name, count in key.names.items() if count >= MIN_DOCUMENTS)
    return frozenset(part for name in sure for part in WORD.findall(name.lower()))


def mend_names(clues: Clues) -> Iterator[Edit]:
    """A capitalised word that is no word, one slip from a name that its own document spells.

    The written part (title, summary, description) is proof. Speech is one only where both forms sound alike, and either the
    name is in the word list, or the other form is a single slip in a vowel: a majority by itself is no proof, for recognisers
    repeat their mistakes. (On 30 talks from captions, majorities of names in no list were as often wrong as right.) Words of
    the dictionary, inflections and short names stay.
    """
    written = _written_names(clues)
    counts = _stems(clues)
    spoken = _spoken_names(clues, counts)
    wanted: dict[str, tuple[str, float, str]] = {}
    for word in clues.heard:
        base = stem(word)
        if not _may_be_wrong(base, clues):
            continue
        if found := _nearest(base, written):
            wanted[word] = (found, 0.95, f"{found} stands in the document's written part")
        elif (found := _nearest(base, spoken)) and counts[found] >= MIN_MAJORITY * counts[base]:
            doubt = _doubt(base, found, counts[base])
            evidence = f"{found} is said {counts[found]} times in this document, {doubt or 'and sounds the same'}"
            wanted[word] = (found, 0.5 if doubt else 0.81 if is_unknown(found) else 0.85, evidence)
    places = clues.places(wanted.keys())
    for word, (right, confidence, evidence) in wanted.items():
        for i in places[word]:
            start = clues.starts[i]
            yield Edit(
                start=start,
                end=start + len(stem(word)),
                after=right,
                rule="document_name",
                confidence=confidence,
                evidence=evidence,
            )


def _doubt(word: str, name: str, times: int) -> str:
    """Why a name that only speech spells may not be meant; empty where it is."""
    if sound(word) != sound(name):
        return "but sounds otherwise"
    if is_unknown(name) and (times > 1 or not differ_in_vowel(word.lower(), name.lower())):
        return "but is in no list either"
    return ""


def _stems(clues: Clues) -> Mapping[str, int]:
    """The words of the speech without possessive endings, with counts."""
    counts: Counter[str] = Counter()
    for word, count in clues.heard.items():
        counts[stem(word)] += count
    return counts


def _may_be_wrong(word: str, clues: Clues) -> bool:
    if len(word) < MIN_LETTERS or not word.isalpha() or not word.istitle():
        return False
    return is_unknown(word) and word not in clues.written_words and clues.rules.evidence.names.get(word, 0) < MIN_DOCUMENTS


def _written_names(clues: Clues) -> Mapping[str, tuple[str, int]]:
    """Lower-case form -> (form as written, count) of the capitalised words of the written part."""
    return {stem(word).lower(): (stem(word), count) for word, count in clues.written_words.items() if _is_name(stem(word))}


def _spoken_names(clues: Clues, counts: Mapping[str, int]) -> Mapping[str, tuple[str, int]]:
    """The same of the speech: words that it capitalises in mid-sentence at least once, with their whole count."""
    parts = sorted({stem(word) for name in clues.names for word in name.split(" ")})
    return {word.lower(): (word, counts[word]) for word in parts if _is_name(word) and counts[word] >= MIN_MAJORITY}


def _is_name(word: str) -> bool:
    return len(word) >= MIN_LETTERS - 1 and word.istitle() and word.isalpha() and zipf(word) < 4.0


def _nearest(word: str, names: Mapping[str, tuple[str, int]]) -> str | None:
    """The only name one slip away that could have been meant."""
    lower = word.lower()
    near = {form for form in one_slip(lower) if form in names and form != lower}
    if len(near) != 1:
        return None
    (form,) = near
    same_start = form[0] == lower[0] or sound(form) == sound(lower)
    return names[form][0] if same_start and not differs_at_end(form, lower) else None


def joined_names(names: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Lower-case form -> (name, count) of the names of one word with a capital inside, such as recognisers part in two.

    >>> joined_names({"FaceTime": 3, "Norway": 9, "Bank of Norway": 2})
    {'facetime': ('FaceTime', 3)}
    """
    found: dict[str, tuple[str, int]] = {}
    odd = [(name, count) for name, count in names.items() if " " not in name and name[1:] != name[1:].lower()]
    for name, count in sorted(odd):  # few, of 20,000
        if _INNER.fullmatch(name) and len(name) >= MIN_LETTERS and count > found.get(name.lower(), ("", -1))[1]:
            found[name.lower()] = (name, count)
    return found
