"""The pieces that one page is made of, and what can be cut from their texts: headlines, summaries, comments, briefs."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from copydesk.pipeline.training.sheet import Piece

_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"”»’)]?\s+|(?<=[。！？])")
_SPACELESS: Final = frozenset({"ja", "zh"})
_CHARACTERS_A_WORD: Final = 2
"""Japanese and Chinese are cut by characters; a word of theirs has about two."""
_EDGES: Final = ' ,.;:()"“”„«»-–—'
OWN: Final = 0.06
"""Share of teasers that name a story of the page itself."""
NAMED: Final = 0.35
"""Share of teasers with a real headline; there are too few of them for all."""
TRIES: Final = 4
CUTS: Final = ("...", "…", " [...]", " [&hellip;]", " …", "... more", "")


def sentences(text: str) -> list[str]:
    """A paragraph's sentences; one that does not end stays whole.

    >>> sentences("It rained. Nobody came! 雨が降った。誰も来ない。")
    ['It rained.', 'Nobody came!', '雨が降った。', '誰も来ない。']
    """
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def clip(text: str, size: int, language: str = "en") -> str:
    """The first `size` words, without a mark that it was cut.

    >>> clip("One, two, three, four", 2), clip("これは長い文です", 2, "ja")
    ('One, two', 'これは長')
    """
    if language in _SPACELESS:
        return text[: size * _CHARACTERS_A_WORD]
    return " ".join(text.split()[:size]).rstrip(" ,;:")


@dataclass(frozen=True, slots=True)
class Cast:
    """The pieces of one page: its own stories, and others that its teasers, comments and boxes are cut from."""

    pieces: tuple[Piece, ...]
    """The page's own stories."""
    others: tuple[Piece, ...]
    chance: random.Random
    title_case: bool
    said: set[str] = field(default_factory=set)
    """Sentences and headlines that the page has used: a real page seldom cuts the same one twice."""

    @property
    def language(self) -> str:
        """The language of the page's texts."""
        return self.pieces[0].language

    @property
    def texts(self) -> tuple[str, ...]:
        """All headlines: what labels and tags are cut from."""
        return tuple(piece.headline for piece in (*self.pieces, *self.others))

    def other(self) -> Piece:
        """A piece that is teased: one of the page's own now and then, as sites name a story among its neighbours."""
        own = not self.others or self.chance.random() < OWN
        return self.chance.choice(self.pieces if own else self.others)

    def paragraph(self) -> str:
        """A paragraph of another story."""
        return self._unsaid(lambda: self.chance.choice(self.other().paragraphs))

    def sentence(self) -> str:
        """A sentence of another story."""
        return self._unsaid(lambda: self.chance.choice(sentences(self.paragraph()) or [self.pieces[0].headline]))

    def headline(self) -> str:
        """Another story's headline: a piece's own, or the start of a sentence dressed as one."""
        return self._unsaid(lambda: self.other().headline if self.chance.random() < NAMED else self._dressed())

    def _dressed(self) -> str:
        text = clip(self.sentence(), self.chance.randint(3, 15), self.language).strip(_EDGES + "!?")
        if self.title_case:
            text = " ".join(word[:1].upper() + word[1:] if len(word) > 3 else word for word in text.split())
        return text[:1].upper() + text[1:] or self.pieces[0].headline

    def _unsaid(self, draw: Callable[[], str]) -> str:
        """What a few draws give that the page has not said; the last one where they all repeat."""
        text = draw()
        for _ in range(TRIES):
            if text not in self.said:
                break
            text = draw()
        self.said.add(text)
        return text

    def summary(self, cut: str) -> str:
        """A teaser's text: the start of a paragraph cut off in the middle, or its first sentences."""
        text = self.paragraph()
        if self.chance.random() < 0.6:
            size = self.chance.randint(8, 45)
            short = clip(text, size, self.language)
            return short + cut if short != text else text
        return " ".join(sentences(text)[: self.chance.choice((1, 1, 2))])

    def remark(self) -> str:
        """What a reader may have written: one to four sentences, sometimes careless."""
        text = " ".join(self.sentence() for _ in range(self.chance.choice((1, 1, 2, 2, 3, 4))))
        careless = self.chance.random()
        if careless < 0.15:
            return text.lower()
        if careless < 0.2:
            return text.upper()
        return text.rstrip(".") + self.chance.choice(("", "!", "!!", " :-)", "...", "?")) if careless < 0.45 else text


def brief(paragraphs: Sequence[str], chance: random.Random, most: int) -> list[str]:
    """The start of a story as a brief gives it: one to `most` paragraphs, the last perhaps shortened to whole sentences."""
    taken = list(paragraphs[: chance.randint(1, most)])
    if len(taken) == 1 or chance.random() < 0.3:
        parts = sentences(taken[-1])
        taken[-1] = " ".join(parts[: chance.randint(1, max(1, min(4, len(parts))))]) or taken[-1]
    return taken
