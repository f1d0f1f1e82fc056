"""A lexicon of the names that were judged: what was right becomes a name, and what had been heard instead one of its sounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from copydesk.pipeline.view.labels import Verdict
from copydesk.transforms.lexicon import COLUMNS, MAX_WORDS, Lexicon, LexiconName
from copydesk.transforms.repair.listing import listing_of
from copydesk.transforms.repair.unlisted import Unlisted, guess_kind, word_lists

_NAME_RULES: Final = "_name"
"""How the names of rules end that put a name."""
_HEADER: Final = "# Names that were judged in the viewer; kind and field are guesses where no lexicon has the name."
_CONTEXT: Final = 4
"""Context words of a line, as `copydesk lexicon suggest` gives."""
_MOST_CHARACTERS: Final = 80
"""Of a name; a longer one is a sentence."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_SOUND: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(slots=True)
class _Judged:
    sounds: dict[str, None] = field(default_factory=dict)
    around: Counter[str] = field(default_factory=Counter)
    times: int = 0
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A lexicon file, and what is not in it."""

    lines: list[str]
    count: int
    left_out: dict[str, int]
    """Reason -> how many verdicts."""


def names_of(verdicts: Sequence[Verdict], lexicon: Lexicon) -> Names:
    """The lexicon of all repairs of names that were judged.

    Args:
        verdicts: that stand.
        lexicon: of the shipped names, whose kinds and fields are kept.
    """
    left: Counter[str] = Counter()
    found: dict[str, _Judged] = {}
    for verdict in verdicts:
        if verdict.of != "change" or verdict.right is None:
            continue
        if why := _unusable(verdict):
            left[why] += 1
            continue
        judged = found.setdefault(" ".join(verdict.right.split()), _Judged())
        judged.times += 1
        judged.uri = judged.uri or verdict.source.uri
        heard = " ".join(_SOUND.findall(verdict.text.lower()))
        if heard and verdict.text != verdict.right and heard != verdict.right.lower() and heard.count(" ") < MAX_WORDS:
            judged.sounds[heard] = None
            judged.around.update(_context(verdict))
    names = {name.lower() for name in found}
    known = {name.name: name for name in lexicon.names}
    people = (name.name.lower().split(" ") for name in lexicon.names if name.kind == "person")
    first_names = frozenset(words[0] for words in people if len(words) > 1)
    lines = ["\t".join(COLUMNS), _HEADER]
    for name, judged in sorted(found.items()):
        lines += [*_lines(name, judged, known.get(name) or _guess(name, judged, first_names), names)]
    return Names(lines=lines if found else [], count=len(found), left_out=dict(left))


def _unusable(verdict: Verdict) -> str:
    right = verdict.right or ""
    named = verdict.rule.endswith(_NAME_RULES) or all(word[:1].isupper() for word in right.split())
    if not named or not any(letter.isalpha() for letter in right):
        return "repairs of words that are no names, for which no file of rules is taken yet"
    if verdict.rule == "document_name" and right == verdict.text:
        return "repairs of names that their own document spells otherwise, which no lexicon overrules"
    if len(right) > _MOST_CHARACTERS or "\t" in right or right.startswith("#"):
        return "repairs whose right words are no name"
    return ""


def _guess(name: str, judged: _Judged, first_names: frozenset[str]) -> LexiconName:
    """A name of which no lexicon tells the kind.

    A term's sounds that have nearly its letters are taken for another way to write it ("fee rate", "feerate") and left; here a
    person said that they are wrong, so that what has a capital is a product, of which nothing more is asked.
    """
    kind = guess_kind(name, titled=False, first_names=first_names)
    if kind == "term" and judged.sounds and name[:1].isupper():
        kind = "product"
    return LexiconName(name, kind, "general")


def _lines(name: str, judged: _Judged, known: LexiconName, names: set[str]) -> Iterator[str]:
    sounds = [sound for sound in judged.sounds if sound not in names]
    times = "once" if judged.times == 1 else f"{judged.times:,} times"
    uri = "".join(mark if mark.isprintable() else "?" for mark in judged.uri)
    yield f"# judged {times}, first in {uri}"
    context = [word for word, _ in sorted(judged.around.items(), key=lambda item: (-item[1], item[0]))[:_CONTEXT]]
    yield "\t".join((name, known.kind, known.field, "|".join(sounds), "|".join(context) if sounds else ""))


def _context(verdict: Verdict) -> Iterator[str]:
    """The words near a name that tell something of it; none in a language without a list of words."""
    language = (verdict.source.language or "").partition("-")[0]
    if language not in _languages():
        return
    own = set(_WORD.findall(f"{verdict.text} {verdict.right}".lower()))
    words = _WORD.findall(verdict.around.lower())[1:-1]  # the reach may cut the first and the last
    yield from (word for word in dict.fromkeys(words) if word not in own and _unlisted(language).is_context(word))


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(word_lists())


@lru_cache(maxsize=8)
def _unlisted(language: str) -> Unlisted:
    return Unlisted(listing_of(Lexicon()), language)
