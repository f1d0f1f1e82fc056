"""How good a text is, by the signals that the field knows: those of Gopher, C4 and FineWeb, under their published names.

Gopher: Rae et al., "Scaling Language Models: Methods, Analysis & Insights from Training Gopher" (2021), appendix A1.1.
C4: Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer" (2020), section 2.2.
FineWeb: Penedo et al., "The FineWeb Datasets: Decanting the Web for the Finest Text Data at Scale" (2024), section 3.6.

Names are those of RedPajama-V2 (Weber et al., 2024), which publishes such values as signals rather than filters, without its
prefixes; where it has none, those of datatrove, the code of FineWeb. `docs/signals.md` has the table.

A word is what `words` counts; where words are not spaced, a character. Two ideographs or kana, and four letters of Thai, Lao,
Khmer or Burmese, are about a word, so an n-gram of n words is 2n or 4n of them. What makes no sense for a script, or for a
text without words or lines, is left out rather than given as 0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import filterfalse
from typing import Final

from copydesk.transforms.settings import Signal
from copydesk.transforms.tag.repetition import measure_repetition
from copydesk.transforms.tag.words import IDEOGRAPH, LETTERS_PER_WORD, TYPOGRAPHY, UNSPACED, count_unspaced

IDEOGRAPHS_PER_WORD: Final = 2
"""Chinese and Japanese words are one to three characters long; a word of two is the commonest."""
SHORT_LINE: Final = 30
"""FineWeb: a line of so many characters or fewer is short; of ideographs, half as many say as much."""
C4_LINE_WORDS: Final = 5
"""C4 keeps no line of fewer words."""
DECIMALS: Final = 4

BULLETS: Final = frozenset("•‣▪▫●○◦◆◇■□★☆⁃∙·*-►▶▸➢➤✓✔")
"""Marks of an entry of a list; a long dash is none, since a line of dialogue begins with it."""
_TERMINAL: Final = frozenset(".!?…‽⁇⁈⁉。！？｡．؟۔।॥።፧፨။៕។։᠃᠉።\"'”’»›」』〞")
"""Marks that end a sentence in some script, and quotation marks that close after one."""
_UNKEPT: Final = (
    "javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies",
)  # fmt: skip
"""What C4 keeps no line with."""
_SPACED_STOPS: Final = ".!?…؟۔।॥።։။។"
_FULL_STOPS: Final = "。！？｡"
_SENTENCE_END: Final = re.compile(
    rf"[{_SPACED_STOPS}{_FULL_STOPS}]"
    rf"(?:(?<=[{_SPACED_STOPS}])[{_SPACED_STOPS}]*+(?=[\"'”’»)\]]*+(?:\s|\Z))|(?<=[{_FULL_STOPS}])[{_FULL_STOPS}]*+)",
)
"""The end of a sentence, as coarse as C4 needs it: an abbreviation before a space counts as one.

It opens with one character class, along which the regex engine skips several times as quickly as along two alternatives."""
_UNPUNCTUATED: Final = re.compile(r"[\u0e00-\u0eff]")
"""Thai and Lao, which end sentences with a space."""


class _Compared(dict[int, str]):
    """What of a character is compared, asked once for each.

    Letters, digits and the signs on them; a character of an unspaced script is a word of its own; what parts words is a blank.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if IDEOGRAPH.match(char):
            kept = f" {char} "
        elif UNSPACED.match(char):
            kept = f" {char}"
        elif char.isspace() or char in "–—/":
            kept = " "
        else:
            kept = char if unicodedata.category(char)[0] in "LMN" else ""
        self[code] = kept
        return kept


_COMPARED: Final = _Compared()
_ASCII_COMPARED: Final = {
    code: " " if chr(code).isspace() or chr(code) == "/" else chr(code) if chr(code).isalnum() else None for code in range(128)
}


def measure_quality(text: str, words: int, stop_words: frozenset[str] | None = None) -> dict[str, float]:
    r"""The signals of one text, in linear time.

    Nothing is changed or dropped by them; a filter that the user names does that (`filters`). They describe form, not truth: a
    well written lie has the best of them, a list of results or a poem some of the worst.

    Args:
        text: a story's text, its paragraphs parted by blank lines.
        words: how many words it has (`words.count_words`).
        stop_words: commonest words of its language, lower case; None where none are known.

    Returns:
        Name -> count, or ratio rounded to 4 places; those that mean nothing for this text are missing.

    >>> found = measure_quality("The rain stopped. The ferry sails again.\n\n- Tickets ...", 8, frozenset({"the", "and"}))
    >>> found["mean_word_length"], found["line_punct_ratio"], found["frac_lines_start_with_bullet"], found["stop_word_count"]
    (4.875, 1.0, 0.5, 1)
    """
    lowered = text.lower()
    compared, scale = _compared_words(lowered)
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    found: dict[Signal, float] = {"word_count": words}
    if compared and words:
        found |= _word_signals(text, compared, words, spaced=scale == 1)
        found["new_line_ratio"] = (len(lines) - 1) / words
        if stop_words:
            found |= _stop_word_signals(compared, stop_words)
    if lines:
        unkept = [phrase for phrase in _UNKEPT if phrase in lowered]
        found |= _line_signals(lines, [part for part in map(str.strip, text.split("\n\n")) if part], scale, unkept)
    found["lorem_ipsum"] = lowered.count("lorem ipsum")
    found["javascript"] = lowered.count("javascript")
    found["curly_bracket"] = text.count("{") + text.count("}")
    found |= measure_repetition(compared, scale)
    return {name: value if isinstance(value, int) else round(value, DECIMALS) for name, value in found.items()}


def _compared_words(text: str) -> tuple[list[str], int]:
    """The words of a text in lower case, as they are compared, and how many of them say as much as one of a spaced script."""
    plain = text
    if not text.isascii():
        for mark, shape in TYPOGRAPHY.items():
            plain = plain.replace(mark, shape)
    if plain.isascii():
        return plain.translate(_ASCII_COMPARED).split(), 1
    ideographs, unspaced = count_unspaced(plain)
    if ideographs or unspaced:
        words = plain.translate(_COMPARED).split()
        return words, _scale(len(words), ideographs, unspaced)
    runs = plain.replace("/", " ").split()  # most are plain words, and need no look at each character
    return [word for word in (run if run.isalnum() else run.translate(_COMPARED) for run in runs) if word], 1


def _scale(words: int, ideographs: int, unspaced: int) -> int:
    """How many of a text's words say as much as one of a spaced script, by what most of them are."""
    if 2 * unspaced > words:
        return LETTERS_PER_WORD
    return IDEOGRAPHS_PER_WORD if 2 * ideographs > words else 1


def _word_signals(text: str, compared: Sequence[str], words: int, *, spaced: bool) -> dict[Signal, float]:
    """Gopher's signals of words; the length of a word only where words are spaced."""
    runs = text.split()
    bare = sum(1 for run in filterfalse(str.isalpha, runs) if not run[0].isalpha() and not any(map(str.isalpha, run)))
    ellipses = text.count("...") + text.count("…")
    found: dict[Signal, float] = {}
    if spaced:
        found["mean_word_length"] = sum(map(len, compared)) / len(compared)
    found["symbol_to_word_ratio"] = max(text.count("#"), ellipses) / words
    found["frac_no_alph_words"] = bare / len(runs)
    return found


def _stop_word_signals(compared: Sequence[str], stop_words: frozenset[str]) -> dict[Signal, float]:
    return {
        "stop_word_count": len(stop_words.intersection(compared)),
        "stop_word_fraction": sum(map(stop_words.__contains__, compared)) / len(compared),
    }


def _line_signals(
    lines: Sequence[str], paragraphs: Sequence[str], scale: int, unkept: Sequence[str]
) -> dict[Signal, float]:
    """What lines and paragraphs tell; terminal punctuation and sentences only of a script that has such marks."""
    count = len(lines)
    short = SHORT_LINE // IDEOGRAPHS_PER_WORD if scale == IDEOGRAPHS_PER_WORD else SHORT_LINE
    found: dict[Signal, float] = {
        "frac_lines_start_with_bullet": sum(1 for line in lines if line[0] in BULLETS) / count,
        "frac_lines_end_with_ellipsis": sum(1 for line in lines if line.endswith(("...", "…"))) / count,
        "short_line_ratio": sum(1 for line in lines if len(line) <= short) / count,
    }
    found["dup_line_frac"], found["dup_line_char_frac"] = _duplicates(lines)
    found["dup_para_frac"], found["dup_para_char_frac"] = _duplicates(paragraphs)
    if scale != LETTERS_PER_WORD or not _UNPUNCTUATED.search("".join(lines)):
        found["line_punct_ratio"] = sum(1 for line in lines if line[-1] in _TERMINAL) / count
        found |= _sentence_signals(lines, scale, unkept)
    return found


def _duplicates(parts: Sequence[str]) -> tuple[float, float]:
    """The share of parts that stood before, and the share of all characters that stand in them."""
    once = set(parts)
    if len(once) == len(parts):
        return 0.0, 0.0
    total = sum(map(len, parts))
    return 1 - len(once) / len(parts), 1 - sum(map(len, once)) / total


def _sentence_signals(lines: Sequence[str], scale: int, unkept: Sequence[str]) -> dict[Signal, float]:
    """Sentences of the text, and those in the lines that C4 would keep."""
    keeps = [_c4_keeps(line, scale, unkept) for line in lines]
    kept, others = (
        len(_SENTENCE_END.findall("\n".join(line for line, keep in zip(lines, keeps, strict=True) if keep is wanted)))
        for wanted in (True, False)
    )
    return {"num_sentences": kept + others, "c4_sentences": kept}


def _c4_keeps(line: str, scale: int, unkept: Sequence[str]) -> bool:
    """Whether C4 keeps a line: ended, of five words or more, and no message about scripts, cookies or terms.

    Of these phrases the text has only the `unkept`, mostly none.
    """
    if line[-1] not in _TERMINAL or line.endswith(("...", "…")):
        return False
    if len(line) < C4_LINE_WORDS * scale or (scale == 1 and len(line.split(None, C4_LINE_WORDS - 1)) < C4_LINE_WORDS):
        return False
    if not unkept:
        return True
    lowered = line.lower()
    return not any(phrase in lowered for phrase in unkept)
