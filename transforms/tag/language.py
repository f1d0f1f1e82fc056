"""Which language a text is in: a BCP 47 tag and a score, or null rather than a guess.

Four questions, in this order:

1. Are there letters enough? URLs, e-mail addresses, handles and digits say nothing of a language and are taken out.
2. Does the script decide? Kana is Japanese, Hangul Korean, Thai Thai; Chinese characters without kana are Chinese, and the
   characters themselves say whether simplified or traditional.
3. Is the fast detector sure among the languages of that script?
4. Else the referee's evidence is added to its own (`detectors`).

A page's own word (HTML's lang) is weighed like any other evidence, and lightly.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np

from copydesk.transforms.settings import TagSettings
from copydesk.transforms.tag.candidates import LANGUAGES, NO_LANGUAGE, has_candidates, priors
from copydesk.transforms.tag.detectors import Evidence, shared_detectors
from copydesk.transforms.tag.scripts import chinese_tag, letters_by_script, script_language

PIECES: Final = 3
"""A long text is sampled at its beginning, its middle and towards its end, so that no foreign quotation decides."""
NOISE_ALLOWANCE: Final = 2
"""A piece is cut from this many times its length of raw text, since taking out URLs and digits shortens it."""
SURE: Final = 0.95
"""Score from which the fast detector's answer stands: 99 % of those are right, of few words or many. Of texts of up to 30
letters the referee is asked about a quarter, of those above 150 about one in a hundred, and costs as much again."""
LEAST_DIFFERENT: Final = 5
"""Different letters of an alphabet, marks between them aside: "hahaha", "aaaargh" and "# tag # tag" are in no language, and a
detector finds one that doubles vowels."""
HINT_ODDS: Final = 3.0
"""What a page's own word on its language (HTML's lang, the decoder's hint) is worth: it breaks ties, and proves nothing."""
LATIN_LEFTOVER: Final = 0.5
"""Latin letters that are fewer than this share of the others are foreign names, and are left out (as langdetect does)."""

_SAME: Final = {"nb": "no", "nn": "no", "fil": "tl", "in": "id", "mo": "ro", "sh": "hr", "ckb": "ku", "kmr": "ku", "prs": "fa"}
"""Tags that pages bear, and the one under which the detectors know that language."""
_NO_LANGUAGE: Final = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+|\d+")
_MARKS: Final = ("://", "www.", "@", "#")
"""Without one of these a text holds no address and no handle, and the digits are soon found."""
_DIGITS: Final = re.compile(r"\d+")
_LATIN: Final = re.compile(r"[a-z]+")


def detect_language(text: str, settings: TagSettings, hint: str | None = None) -> tuple[str | None, float]:
    """The language of a text, for any script, in any case, at a cost that does not grow with the text.

    Harm: a text in a language that is not among the candidates (they are some hundred) is taken for a relative of that
    language, where it looks enough like one; the score, not the tag, says how sure that is.

    Args:
        text: a story's text; at most `settings.language_sample_characters` of it are read.
        settings: sample size, letters that are needed, and the score below which no language is named.
        hint: a BCP 47 tag that came with the text.

    Returns:
        The tag and its score, 0..1, rounded to 4 places; (None, 0.0) with too few letters, (None, score) if unsure.
    """
    sample = sample_text(text, settings.language_sample_characters)
    letters = letters_by_script(sample)
    total = sum(letters.values())
    if total < settings.language_min_letters:
        return None, 0.0
    script = max(letters, key=lambda name: (letters[name], name))
    tag: str | None
    if script == "Hani":
        tag, score = chinese_tag(sample), letters[script] / total
    elif language := script_language(script):
        tag, score = language, letters[script] / total
    elif has_candidates(script):
        if 0 < letters.get("Latn", 0) < LATIN_LEFTOVER * (total - letters.get("Latn", 0)):
            sample = _LATIN.sub(" ", sample)
        told = (hint or "").split("-")[0].casefold()
        tag, score = _compare(sample, script, _SAME.get(told, told))
    else:
        return None, 0.0
    score = round(score, 4)
    return (tag if score >= settings.language_min_score else None), score


def _compare(sample: str, script: str, hint: str) -> tuple[str | None, float]:
    """The likeliest language of a script's, and its share of the probability; (None, 0.0) without evidence."""
    if sum(character.isalpha() or unicodedata.category(character)[0] == "M" for character in set(sample)) < LEAST_DIFFERENT:
        return None, 0.0
    features, profiles = shared_detectors()
    evidence = features.weigh(sample)
    if evidence is None:
        return None, 0.0
    evidence += priors(script)
    if hint in LANGUAGES:
        evidence[LANGUAGES.index(hint)] += np.log(HINT_ODDS)
    tag, score = _likeliest(evidence)
    if score < SURE:
        tag, score = _likeliest(evidence + profiles.weigh(sample))
    return (None, 0.0) if tag == NO_LANGUAGE else (tag, score)


def _likeliest(evidence: Evidence) -> tuple[str, float]:
    chances = np.exp(evidence - evidence.max())
    best = int(chances.argmax())
    return LANGUAGES[best], float(chances[best] / chances.sum())


def sample_text(text: str, size: int) -> str:
    """What is read of a text: lower case, from its beginning, middle and end, without URLs, addresses and digits.

    Lower case, because the model has seen few words in capitals, and langdetect leaves ALL CAPS out.

    >>> sample_text("SEE https://example.com/a-b OR MAIL desk@example.com BY 5 MAY", 100)
    'see or mail by may'
    """
    reach = size * NOISE_ALLOWANCE
    if len(text) <= reach:
        return _clean(text)[:size]
    piece, raw = size // PIECES, reach // PIECES
    starts = [(len(text) - raw) * number // (PIECES - 1) for number in range(PIECES)]
    return " ".join(_clean(text[start : start + raw])[:piece] for start in starts)


def _clean(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    noise = _NO_LANGUAGE if any(mark in composed for mark in _MARKS) else _DIGITS
    return " ".join(noise.sub(" ", composed).split()).lower()
