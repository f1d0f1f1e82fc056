"""Which language a text is in: a BCP 47 tag and a score, or null rather than a guess.

Three questions, in this order:

1. Are there letters enough? URLs, e-mail addresses, handles and digits say nothing of a language and are taken out.
2. Does the script decide? Kana is Japanese, Hangul Korean, Thai Thai; Chinese characters without kana are Chinese, and the
   characters themselves say whether simplified or traditional.
3. Else langdetect's model decides (Shuyo Nakatani, "Language Detection Library for Java", 2010: naive Bayes over
   character n-grams of 55 languages).

langdetect draws n-grams at random until it is sure: its answer changes with the seed, its profiles come in the order
of a folder listing, and it costs 10 ms a kilobyte. Here its profiles are loaded in the order of their names, and every
n-gram of the sample is counted once, which is what the drawing approaches: the same answer in every order, process and
machine, in a fraction of the time.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from operator import add
from typing import Final

import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from copydesk.transforms.settings import TagSettings
from copydesk.transforms.tag.scripts import OTHER, chinese_tag, letters_by_script, script_language

PIECES: Final = 3
"""A long text is sampled at its beginning, its middle and towards its end, so that no foreign quotation decides."""
NOISE_ALLOWANCE: Final = 2
"""A piece is cut from this many times its length of raw text, since taking out URLs and digits shortens it."""
INDEPENDENT_SHARE: Final = 0.2
"""An n-gram overlaps its neighbours: a letter is counted in six of them (one of length 1, two of 2, three of 3), so the sum of
their logarithms is some six times what independent evidence would be. One of five keeps the score honest."""
HINT_ODDS: Final = 3.0
"""What a page's own word on its language (HTML's lang, the decoder's hint) is worth: it breaks ties, and proves nothing."""
LATIN_LEFTOVER: Final = 0.5
"""Latin letters that are fewer than this share of the others are foreign names, and are left out (as langdetect does)."""

_NO_LANGUAGE: Final = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+|\d+")
_LATIN: Final = re.compile(r"[a-z]+")
_ROWS_AT_ONCE: Final = 4_096  # of the table while it is made: row by row takes twice as long, all at once 100 MB
_WHITE: Final = re.compile(r"\s+")
_model_lock: Final = threading.Lock()


def detect_language(text: str, settings: TagSettings, hint: str | None = None) -> tuple[str | None, float]:
    """The language of a text, for any script, in any case, at a cost that does not grow with the text.

    Harm: a text in a language that the model does not know (it knows 55) is taken for a relative of that language, where it
    looks enough like one; the score, not the tag, says how sure that is.

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
    elif script == OTHER:
        return None, 0.0
    else:
        if 0 < letters.get("Latn", 0) < LATIN_LEFTOVER * (total - letters.get("Latn", 0)):
            sample = _LATIN.sub(" ", sample)
        tag, score = _shared_model().classify(sample, (hint or "").split("-")[0].casefold())
    score = round(score, 4)
    return (tag if score >= settings.language_min_score else None), score


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
    return _WHITE.sub(" ", _NO_LANGUAGE.sub(" ", composed)).strip().lower()


class _Normalised(dict[int, str]):
    """langdetect's own normalisation of a character, asked once for each."""

    def __missing__(self, code: int) -> str:
        self[code] = normalised = str(NGram.normalize(chr(code)))
        return normalised


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """langdetect's profiles as a table: a row an n-gram, a column a language, the smoothed logarithm of how often it occurs.

    The last row, of nothing but zeros, is that of all n-grams which no profile knows.
    """

    languages: tuple[str, ...]
    rows: dict[str, int]
    table: NDArray[np.float32]
    normalised: _Normalised

    def classify(self, sample: str, hint: str) -> tuple[str | None, float]:
        """The likeliest language of a sample, and its share of the probability; (None, 0.0) if no n-gram is known."""
        text = f" {' '.join(sample.translate(self.normalised).split())} "
        twos = list(map(add, text, text[1:]))
        grams = chain(text, twos, map(add, twos, text[2:]))
        unknown = len(self.rows)
        rows = list(map(self.rows.get, grams, repeat(unknown)))
        if rows.count(unknown) == len(rows):
            return None, 0.0
        evidence = self.table.take(rows, axis=0).sum(axis=0, dtype=np.float64) * INDEPENDENT_SHARE
        if hint in self.languages:
            evidence[self.languages.index(hint)] += np.log(HINT_ODDS)
        chances = np.exp(evidence - evidence.max())
        best = int(chances.argmax())
        return self.languages[best], float(chances[best] / chances.sum())


def _tabulate(factory: DetectorFactory) -> _Model:
    order = sorted(range(len(factory.langlist)), key=factory.langlist.__getitem__)
    grams = sorted(factory.word_lang_prob_map)
    table = np.zeros((len(grams) + 1, len(order)), dtype=np.float32)
    smoothing = Detector.ALPHA_DEFAULT / Detector.BASE_FREQ
    for start in range(0, len(grams), _ROWS_AT_ONCE):
        block = np.array([factory.word_lang_prob_map[gram] for gram in grams[start : start + _ROWS_AT_ONCE]])
        table[start : start + len(block)] = np.log(block[:, order] + smoothing)
    return _Model(
        languages=tuple(factory.langlist[place] for place in order),
        rows={gram: row for row, gram in enumerate(grams)},
        table=table,
        normalised=_Normalised(),
    )


@lru_cache(maxsize=1)
def _load_model() -> _Model:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return _tabulate(factory)


def _shared_model() -> _Model:
    """The model, loaded once a process, however many threads ask first."""
    with _model_lock:
        return _load_model()
