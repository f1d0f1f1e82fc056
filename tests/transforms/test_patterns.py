"""Asking many patterns at once gives the answer of asking them one after another, for every line and every kind of pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import fold
from copydesk.transforms.patterns import MAX_OPENINGS, PatternSet
from copydesk.transforms.rules import PhrasePack

PACKS = load_rules().phrases
TOKENS = [
    "share", "on", "facebook", "sign up", "for", "our", "newsletter", "read", "more", "the", "we", "use", "cookies",
    "page", "1", "2 of 3", "comments", "photo:", "image:", "via", "getty images", "ap", "/", "|", "©", "(c)", "2024",
    "all rights reserved", "copyright", "min read", "tags:", "by", "ana ortega", "correction:", "12:30", "reuters",
    "an earlier version of this article", "(", ")", ".", "...", "»", "lesen sie auch", "foto", "lire aussi :",
    "подробнее", "читайте также:", "фото", "続きを読む", "写真:", "共同", "图片来源:", "版权所有", "공유", "사진=",
    "اقرأ أيضا:", "صورة:", "devamını oku", "fotoğraf:", "ı", "ß", "ſ", "٣", "5 min", "",
]  # fmt: skip
LINES = st.one_of(
    st.lists(st.sampled_from(TOKENS), max_size=6).map(" ".join),
    st.lists(st.sampled_from(TOKENS), max_size=6).map("".join),
    st.text(max_size=40),
)
KINDS = [
    r"share|tweet", r"(?:a|b){0,3}c", r"(?:ab){2,}c?", r"[a-c]\d?x", r"[^a]b", r"\d\.\d", r".{0,4}end", r"(?=a)ab?",
    r"a(?!b).", r"(?P<one>a|b)(?P=one)c", r"\bword\b.?", r"(?>a+)b", r"a++b", r"a*?b", r"(?i:SIGN) up", r"[\w ]{1,4}!",
    r"ß?a", r"sı", r"i\.", r"(?:|a)b", r"[\u3041-\u3096]{2}", r"[a-\uffff]x", r"(?:a?b?c?d?e?){3}", r"x{70}",
    r"(?:.b|c).", r"a{1,2}|.{0,3}(?:b{1,2}|cc)",
]  # fmt: skip
"""A pattern of each kind that `re` can parse."""
PIECES = st.sampled_from([
    "a", "b", "c", "x", "1", "٣", ".", " ", "!", "end", "word", "sign up", "SIGN", "ı", "i", "ss", "ぁ", "share", "\uffff",
])  # fmt: skip


def one_after_another(patterns: Sequence[re.Pattern[str]], line: str) -> int | None:
    """What the set must give."""
    return next((place for place, pattern in enumerate(patterns) if pattern.fullmatch(line)), None)


def patterns_of(pack: PhrasePack) -> list[re.Pattern[str]]:
    """The patterns of a pack, in their order."""
    return [rule.pattern for rule in pack.patterns if rule.pattern]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_examples_of_every_language(pack: PhrasePack) -> None:
    """Each pack's patterns, asked together, say of every pack's examples and counter-examples what they say alone."""
    patterns = patterns_of(pack)
    lines = [fold(text) for other in PACKS.values() for rule in other.rules for text in rule.examples + rule.counters]
    lines += [line + tail for line in lines[:500] for tail in (" ", "!", " more")]
    wrong = [line for line in lines if pack.pattern_set.fullmatch(line) != one_after_another(patterns, line)]
    assert wrong == []


@settings(max_examples=400, deadline=None)
@given(text=LINES, language=st.sampled_from(sorted(PACKS)))
def test_any_line(text: str, language: str) -> None:
    """So they do of any line at all, made of furniture's own words or of any characters."""
    pack = PACKS[language]
    line = fold(text)
    assert pack.pattern_set.fullmatch(line) == one_after_another(patterns_of(pack), line)


@settings(max_examples=400, deadline=None)
@given(text=st.lists(PIECES, max_size=5).map("".join), kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_any_kind_of_pattern(text: str, kinds: list[str], flags: int) -> None:
    """Every part that a pattern can have is read rightly, or taken for one that may match anything."""
    patterns = [re.compile(kind, flags) for kind in kinds]
    line = text.casefold()
    assert PatternSet(patterns).fullmatch(line) == one_after_another(patterns, line)


def test_most_lines_run_no_pattern() -> None:
    """The set is worth having: of lines of plain prose, few run any pattern of the English pack."""
    ran = []

    class Counted:
        """A pattern that tells when it is run."""

        def __init__(self, pattern: re.Pattern[str]) -> None:
            self.pattern, self.flags = pattern.pattern, pattern.flags
            self._fullmatch = pattern.fullmatch

        def fullmatch(self, line: str) -> re.Match[str] | None:
            """Note the line, then match."""
            ran.append(line)
            return self._fullmatch(line)

    lines = [fold(text) for rule in PACKS["en"].rules for text in rule.counters]
    asked = PatternSet([Counted(pattern) for pattern in patterns_of(PACKS["en"])])  # type: ignore[misc]
    for line in lines:
        asked.fullmatch(line)
    assert len(ran) < len(lines) * len(PACKS["en"].patterns) / 5


def test_openings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many openings lines have, only so many are remembered, and the answers stay."""
    assert MAX_OPENINGS > 1
    monkeypatch.setattr("copydesk.transforms.patterns.MAX_OPENINGS", 4)
    patterns = [re.compile(r"..z"), re.compile(r".{0,5}y")]
    asked = PatternSet(patterns)
    lines = [f"{a}{b}{c}" for a in "abcdefgh" for b in "abcdefgh" for c in "xyz"]
    assert [asked.fullmatch(line) for line in lines] == [one_after_another(patterns, line) for line in lines]
    assert len(asked._trials) <= 4
