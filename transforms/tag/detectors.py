"""What two detectors make of a text: a row of logarithms of odds, a column a language of `candidates.LANGUAGES`.

- `Features`: py3langid (Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", 2012; retrained by
  Adrien Barbaresi): naive Bayes over byte sequences that tell languages apart whatever the subject. Good on a few words.
- `Profiles`: langdetect (Shuyo Nakatani, "Language Detection Library for Java", 2010): naive Bayes over all letter n-grams of
  55 languages. Weak on a few words, excellent on a paragraph, and wrong elsewhere than the other, so it is the referee.

langdetect draws n-grams at random until it is sure: its answer changes with the seed, its profiles come in the order
of a folder listing, and it costs 10 ms a kilobyte. Here its profiles are loaded in the order of their names, and every
n-gram of the sample is counted once, which is what the drawing approaches: the same answer in every order, process and
machine, in a fraction of the time.
"""

from __future__ import annotations

import math
import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from operator import add
from typing import Final

import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.lang_profile import LangProfile
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray
from py3langid.langid import MODEL_DIR, MODEL_FILE, visit_counts
from py3langid.modelio import load_model

from copydesk.transforms.tag.candidates import LANGUAGES

FEATURE_SHARE: Final = 2.0
"""Neighbouring sequences overlap and repeat each other, so a score of n bytes is worth its square root (py3langid divides by
it), and twice that by the share of right answers against the score: of 0.9 to 0.99, which should be 0.95, 99 % are right."""
PROFILE_SHARE: Final = 0.5
"""The referee's word counts a quarter of the first detector's: so weighed, the two name 93 % of short texts rightly, against
94 and 90 % each alone, but half of the answers that were null for being unsure are given, and right."""

_FOLDED: Final = {"nn": "no", "sdh": "ku", "ary": "ar", "arz": "ar"}
"""What one tag stands for: both Norwegians, Southern Kurdish, spoken Arabic in writing."""
_loading: Final = threading.Lock()
Evidence = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """py3langid's model, of the languages that are told apart: its automaton finds the sequences, its table weighs them.

    Its own `rank` gives the same scores for twice the time, most of it spent on the languages that are left out.
    """

    moves: array[int]
    rows: list[int]
    found: list[int]
    table: NDArray[np.float32]
    priors: NDArray[np.float32]
    starts: NDArray[np.intp]
    """First column of each language of `LANGUAGES`: one that is written in two ways has two."""

    def weigh(self, sample: str) -> Evidence | None:
        """The evidence of a sample, the best language's at 0; None if the model knows no sequence of it."""
        visits = visit_counts(self.moves, self.rows, self.found, sample.encode(errors="surrogatepass"))
        if not visits:
            return None
        sequences = np.fromiter(visits.keys(), np.intp, len(visits))
        counts = np.log1p(np.fromiter(visits.values(), np.float32, len(visits)))
        weighed = self.table.take(sequences, axis=0) * counts[:, None]  # no `@`: a BLAS may add in another order elsewhere
        scores = weighed.sum(axis=0, dtype=np.float64) + self.priors
        return _scale(np.maximum.reduceat(scores, self.starts), FEATURE_SHARE, sample)


class _Normalised(dict[int, str]):
    """langdetect's own normalisation of a character, asked once for each."""

    def __missing__(self, code: int) -> str:
        self[code] = normalised = str(NGram.normalize(chr(code)))
        return normalised


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """langdetect's profiles as a table: a row an n-gram, a column a language, the smoothed logarithm of how often it occurs.

    The last row, of nothing but zeros, is that of all n-grams which no profile knows.
    """

    columns: NDArray[np.intp]
    """Place in `LANGUAGES` of each column."""
    rows: dict[str, int]
    table: NDArray[np.float32]
    normalised: _Normalised

    def weigh(self, sample: str) -> Evidence:
        """The evidence of a sample, the best language's at 0; of a language without a profile too: nothing is said of it."""
        text = f" {' '.join(sample.translate(self.normalised).split())} "
        twos = list(map(add, text, text[1:]))
        grams = chain(text, twos, map(add, twos, text[2:]))
        rows = list(map(self.rows.get, grams, repeat(len(self.rows))))
        told = self.table.take(rows, axis=0).sum(axis=0, dtype=np.float64)
        found = np.full(len(LANGUAGES), told.max())
        found[self.columns] = told
        return _scale(found, PROFILE_SHARE, sample)


def _scale(scores: Evidence, share: float, sample: str) -> Evidence:
    """Sums of logarithms as the logarithm of odds, the best language's at 0."""
    size = len(sample.encode(errors="surrogatepass"))
    scaled: Evidence = (scores - scores.max()) * (share / math.sqrt(max(size, 1)))
    return scaled


class _Collector(DetectorFactory):  # type: ignore[misc]  # langdetect publishes no types
    """langdetect's profiles as they are read: it would make a list of probabilities for each of 87,000 n-grams."""

    def __init__(self) -> None:
        super().__init__()
        self.profiles: list[LangProfile] = []

    def add_profile(self, profile: LangProfile, index: int, langsize: int) -> None:  # noqa: ARG002 - langdetect's own signature
        """Keep a profile of a language that is told apart."""
        if profile.name in LANGUAGES:
            self.profiles.append(profile)


def _tabulate(profiles: Sequence[LangProfile]) -> Profiles:
    ordered = sorted(profiles, key=lambda profile: str(profile.name))
    rows = {gram: row for row, gram in enumerate(dict.fromkeys(chain.from_iterable(profile.freq for profile in ordered)))}
    smoothing = Detector.ALPHA_DEFAULT / Detector.BASE_FREQ
    table = np.full((len(rows) + 1, len(ordered)), np.log(smoothing), dtype=np.float32)
    table[-1] = 0.0
    for column, profile in enumerate(ordered):
        counts = np.fromiter(profile.freq.values(), np.float64)
        lengths = np.fromiter(map(len, profile.freq), np.intp)
        places = np.fromiter(map(rows.__getitem__, profile.freq), np.intp)
        table[places, column] = np.log(counts / np.array(profile.n_words)[lengths - 1] + smoothing)
    columns = np.array([LANGUAGES.index(profile.name) for profile in ordered])
    return Profiles(columns=columns, rows=rows, table=table, normalised=_Normalised())


def _narrow() -> Features:
    """py3langid's model without the languages that are left out, and the others in the order of `LANGUAGES`."""
    table, priors, labels, moves, rows, found = load_model(MODEL_DIR / MODEL_FILE)
    tags = [_FOLDED.get(label, label) for label in labels]
    if missing := set(LANGUAGES).difference(tags):
        raise ValueError(f"the model of the installed py3langid knows no {', '.join(sorted(missing))}; 0.4 does")
    columns = [column for tag in LANGUAGES for column, other in enumerate(tags) if tag == other]
    return Features(
        moves=moves,
        rows=[row << 8 for row in rows],
        found=found,
        table=np.ascontiguousarray(table[:, columns], dtype=np.float32),
        priors=priors[columns],
        starts=np.flatnonzero([not place or tags[columns[place - 1]] != tags[column] for place, column in enumerate(columns)]),
    )


@lru_cache(maxsize=1)
def _load() -> tuple[Features, Profiles]:
    collector = _Collector()
    collector.load_profile(PROFILES_DIRECTORY)
    return _narrow(), _tabulate(collector.profiles)


def shared_detectors() -> tuple[Features, Profiles]:
    """Both detectors, loaded once a process, however many threads ask first."""
    with _loading:
        return _load()
