"""The languages of a story that mixes several, by paragraph: a page in two languages, an interview with its translation.

Most stories are in one language, so what they pay is a glance at a few paragraphs, at their script and their function words;
each costs less than a tenth of what a detector does. Only a story where one of these looks foreign, and is so by the
detectors' word as well, has all its paragraphs read.

A foreign quotation, title or verse makes no mix: paragraphs in quotation marks and quotes, tables and code are left out, one
that is too short to tell is counted with the story's language, and a language needs two paragraphs and a share of the letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.decode import language_hint
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import LanguageShare, Paragraph, Story
from copydesk.transforms.tag.language import detect_language
from copydesk.transforms.tag.scripts import letters_by_script

GLANCES: Final = 8
"""Paragraphs that every story is looked at in; of one that mixes by halves, all eight miss the other half once in 256."""
MOST_READ: Final = 64
"""Paragraphs of a mixed story that are read, evenly chosen: a transcript may have thousands."""
LEAST_LETTERS: Final = 60
"""A paragraph of fewer characters is not asked: of those the detectors name more than one in a hundred wrongly."""
READ: Final = 300
"""Characters of a paragraph that are looked at."""
OWN_WORDS: Final = 0.25
STRANGE_WORDS: Final = 0.05
"""Share of a paragraph's words that are function words of the story's language: of English they are four in ten, of a near
relative's words one or two. From the first on a paragraph is the story's own; below the second the detectors are asked."""
SCRIPT_READ: Final = 80
"""Characters by which a paragraph's script is told."""
SURE: Final = 0.9
"""Score from which a paragraph's language is believed, against that of the whole story."""
LEAST_PARAGRAPHS: Final = 2
LEAST_SHARE: Final = 0.1
"""What a language has to have of a story's paragraphs, and of their characters. Choices of taste, on the cautious side: below
them stand the quoted statement, the poem, the line of thanks in another language."""

_ALIKE: Final = tuple(map(frozenset, (("id", "ms"), ("bs", "hr", "sr"), ("da", "no"))))
"""Nobody prints a story in both of these, and paragraphs of one are now and then taken for the other."""
_NO_PROSE: Final = frozenset({"quote", "table", "code"})
_OPENING: Final = tuple("\"'“‘„‚«‹»「『《〈")
_CLOSING: Final = tuple("\"'”’“‘»›«」』》〉")


def mixed_languages(story: Story, language: str | None, rules: Rules) -> tuple[LanguageShare, ...]:
    """The languages of a story that mixes several, and each one's share of what was read, the largest first.

    Harm: a story that is half Danish and half Norwegian is called one of them: such languages are never told apart here. What
    is mixed within a paragraph is not seen.

    Args:
        story: with its text and paragraphs.
        language: what the whole of it was taken for.
        rules: settings, and the function words by which paragraphs are looked at.

    Returns:
        Nothing for a story in one language; else two shares or more, which add up to 1 but for rounding.
    """
    prose = [paragraph for paragraph in story.paragraphs if _tells(story.text, paragraph)]
    if len(prose) <= LEAST_PARAGRAPHS:
        return ()
    glances = [_piece(story.text, paragraph) for paragraph in _evenly(prose, GLANCES)]
    scripts = {_script(piece) for piece in glances}
    if len(scripts) == 1 and not any(
        _looks_foreign(piece, language, rules) and _foreign(piece, language, rules) for piece in glances
    ):
        return ()
    return _share(story.text, _evenly(prose, MOST_READ), language, rules)


def _share(text: str, prose: Sequence[Paragraph], language: str | None, rules: Rules) -> tuple[LanguageShare, ...]:
    characters: Counter[str] = Counter()
    paragraphs: Counter[str] = Counter()
    for paragraph in prose:
        if tag := _sure(_piece(text, paragraph), rules) or language:
            characters[tag] += paragraph.end - paragraph.start
            paragraphs[tag] += 1
    ordered = sorted(characters, key=lambda tag: (-characters[tag], tag))
    for tag in reversed(ordered):
        if like := next((larger for larger in ordered[: ordered.index(tag)] if _alike(larger, tag)), None):
            characters[like] += characters.pop(tag)
            paragraphs[like] += paragraphs.pop(tag)
    least = LEAST_SHARE * characters.total()
    kept = {tag: count for tag, count in characters.items() if paragraphs[tag] >= LEAST_PARAGRAPHS and count >= least}
    if len(kept) < 2:  # one language, and at most strays of others
        return ()
    total = sum(kept.values())
    return tuple(
        LanguageShare(tag=tag, share=round(kept[tag] / total, 4)) for tag in sorted(kept, key=lambda tag: (-kept[tag], tag))
    )


def _tells(text: str, paragraph: Paragraph) -> bool:
    """Whether a paragraph is prose of the story's own, and long enough to tell its language."""
    if paragraph.end - paragraph.start < LEAST_LETTERS or paragraph.role in _NO_PROSE:
        return False
    quoted = text.startswith(_OPENING, paragraph.start) and text.endswith(_CLOSING, paragraph.start, paragraph.end)
    return not quoted


def _piece(text: str, paragraph: Paragraph) -> str:
    return text[paragraph.start : min(paragraph.end, paragraph.start + READ)]


def _script(piece: str) -> str:
    read = piece[:SCRIPT_READ]
    if read.isascii():  # the same, several times as quickly
        return "Latn" if any(map(str.isalpha, read)) else ""
    letters = letters_by_script(read)
    return max(letters, key=lambda name: (letters[name], name), default="")


def _looks_foreign(piece: str, language: str | None, rules: Rules) -> bool:
    """Whether the function words or letters of a paragraph are another language's."""
    primary = language.partition("-")[0] if language else None
    if own := rules.function_words.get(primary or ""):
        words = piece.lower().split()
        share = sum(map(own.__contains__, words)) / max(len(words), 1)
        if not STRANGE_WORDS <= share < OWN_WORDS:
            return share < STRANGE_WORDS
    return language_hint(piece, rules.function_words, READ) not in (None, primary)


def _foreign(piece: str, language: str | None, rules: Rules) -> bool:
    """Whether the detectors are sure that a paragraph is in another language than the story."""
    tag = _sure(piece, rules)
    return tag is not None and not (language and _alike(tag, language))


def _sure(piece: str, rules: Rules) -> str | None:
    tag, score = detect_language(piece, rules.settings.tag)
    return tag if score >= SURE else None


def _alike(tag: str, other: str) -> bool:
    """Whether two tags are of one language, or of two that no story mixes."""
    both = {tag.partition("-")[0], other.partition("-")[0]}
    return len(both) == 1 or any(both <= kin for kin in _ALIKE)


def _evenly(prose: Sequence[Paragraph], most: int) -> Sequence[Paragraph]:
    """At most so many paragraphs, from the first to the last."""
    if len(prose) <= most:
        return prose
    return [prose[number * (len(prose) - 1) // (most - 1)] for number in range(most)]

