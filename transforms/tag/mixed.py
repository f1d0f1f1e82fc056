"""The languages of a story that mixes several, by paragraph: a page in two languages, an interview with its translation.

Most stories are in one language, so what they pay is a glance at a few paragraphs by their function words, which are
read ten times as fast as a detector reads them. Only a story where one of these looks foreign, and is so by the detector's
word as well, has all its paragraphs read.

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

GLANCES: Final = 8
"""Paragraphs that every story is looked at in; of one that mixes by halves, all eight miss the other half once in 256."""
MOST_READ: Final = 64
"""Paragraphs of a mixed story that are read, evenly chosen: a transcript may have thousands."""
LEAST_LETTERS: Final = 60
"""A paragraph of fewer characters is not asked: of those the detectors name more than one in a hundred wrongly."""
READ: Final = 300
"""Characters of a paragraph that are looked at."""
SURE: Final = 0.9
"""Score from which a paragraph's language is believed, against that of the whole story."""
LEAST_PARAGRAPHS: Final = 2
LEAST_SHARE: Final = 0.1
"""What a language has to have of a story's paragraphs, and of their characters. Choices of taste, on the cautious side: below
them stand the quoted statement, the poem, the line of thanks in another language."""

_NO_PROSE: Final = frozenset({"quote", "table", "code"})
_OPENING: Final = tuple("\"'“‘„‚«‹»「『《〈")
_CLOSING: Final = tuple("\"'”’“‘»›«」』》〉")


def mixed_languages(story: Story, language: str | None, rules: Rules) -> tuple[LanguageShare, ...]:
    """The languages of a story that mixes several, and each one's share of what was read, the largest first.

    Harm: languages of close kin are told apart by single words; a paragraph of Danish in a Norwegian story that the detectors
    are sure of counts as Danish.

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
    glances = (_piece(story.text, paragraph) for paragraph in _evenly(prose, GLANCES))
    if not any(_looks_foreign(piece, language, rules) and _foreign(piece, language, rules) for piece in glances):
        return ()
    return _share(story.text, _evenly(prose, MOST_READ), language, rules)


def _share(text: str, prose: Sequence[Paragraph], language: str | None, rules: Rules) -> tuple[LanguageShare, ...]:
    characters: Counter[str] = Counter()
    paragraphs: Counter[str] = Counter()
    for paragraph in prose:
        if tag := _foreign(_piece(text, paragraph), language, rules) or language:
            characters[tag] += paragraph.end - paragraph.start
            paragraphs[tag] += 1
    total = characters.total()
    least = LEAST_SHARE * total
    kept = {tag: count for tag, count in characters.items() if paragraphs[tag] >= LEAST_PARAGRAPHS and count >= least}
    if len(kept) < 2:  # one language, and at most strays of others
        return ()
    total = sum(kept.values())
    ordered = sorted(kept, key=lambda tag: (-kept[tag], tag))
    return tuple(LanguageShare(tag=tag, share=round(kept[tag] / total, 4)) for tag in ordered)


def _tells(text: str, paragraph: Paragraph) -> bool:
    """Whether a paragraph is prose of the story's own, and long enough to tell its language."""
    if paragraph.end - paragraph.start < LEAST_LETTERS or paragraph.role in _NO_PROSE:
        return False
    quoted = text.startswith(_OPENING, paragraph.start) and text.endswith(_CLOSING, paragraph.start, paragraph.end)
    return not quoted


def _piece(text: str, paragraph: Paragraph) -> str:
    return text[paragraph.start : min(paragraph.end, paragraph.start + READ)]


def _looks_foreign(piece: str, language: str | None, rules: Rules) -> bool:
    """Whether the function words or letters of a paragraph are another language's."""
    return language_hint(piece, rules.function_words, READ) not in (None, _primary(language))


def _foreign(piece: str, language: str | None, rules: Rules) -> str | None:
    """A paragraph's language, where the detectors are sure that it is another than the story's."""
    tag, score = detect_language(piece, rules.settings.tag)
    return tag if tag and score >= SURE and _primary(tag) != _primary(language) else None


def _evenly(prose: Sequence[Paragraph], most: int) -> Sequence[Paragraph]:
    """At most so many paragraphs, from the first to the last."""
    if len(prose) <= most:
        return prose
    return [prose[number * (len(prose) - 1) // (most - 1)] for number in range(most)]


def _primary(tag: str | None) -> str | None:
    return tag.partition("-")[0] if tag else None
