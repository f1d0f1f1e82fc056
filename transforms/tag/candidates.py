"""Which languages a text in each script may be in, and how likely each is before a word of it is read.

The priors are in three steps and in round numbers, set by what is printed in a language, not by any test: a detector that
knows Occitan and Bosnian as well as French and Croatian would otherwise find them in every tenth headline of five words.
From some fifty letters on the evidence outweighs every prior.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

NO_LANGUAGE: Final = "zxx"
"""ISO 639's code for what is in no language: part numbers, source code, base64."""
LESS_PRINTED: Final = -1.0
"""Natural logarithm of the odds of a language with a daily press, but a smaller one than its neighbours'."""
SELDOM_PRINTED: Final = -3.0
"""The same for a language that is seldom met in news: one text in twenty of those that look alike."""

_LARGE: Final = {
    "Latn": "af ca cs cy da de en es et fi fr hr hu id it lt lv nl no pl pt ro sk sl so sq sv sw tl tr vi",
    "Cyrl": "bg mk ru uk",
    "Arab": "ar fa ur",
    "Deva": "hi mr ne",
    "Beng": "bn",
}
_LESS_PRINTED: Final = {"Latn": "az eu ga gl ha is ms mt sr uz", "Cyrl": "be kk ky mn sr tg", "Arab": "ps"}
_SELDOM_PRINTED: Final = {
    "Latn": "br bs eo fo fy gd ht ig jv ku la lb lg ln mg nso oc om qu rw se sn st tk xh yo zu zxx",
    "Cyrl": "ba tt uz zxx",
    "Arab": "ku ug",
    "Deva": "sa",
    "Beng": "as",
}
_STEPS: Final = ((_LARGE, 0.0), (_LESS_PRINTED, LESS_PRINTED), (_SELDOM_PRINTED, SELDOM_PRINTED))

LANGUAGES: Final = tuple(sorted({tag for step, _ in _STEPS for tags in step.values() for tag in tags.split()}))
"""All of them; the order of the columns wherever evidence is a row of numbers."""


@lru_cache
def priors(script: str) -> NDArray[np.float64]:
    """The logarithm of each language's odds in a script, in the order of `LANGUAGES`; minus infinity where it has none.

    >>> odds = dict(zip(LANGUAGES, priors("Cyrl").tolist()))
    >>> odds["ru"], odds["be"], odds["tt"], odds["en"]
    (0.0, -1.0, -3.0, -inf)
    """
    found = np.full(len(LANGUAGES), -np.inf)
    for step, odds in _STEPS:
        for tag in step.get(script, "").split():
            found[LANGUAGES.index(tag)] = odds
    return found


def has_candidates(script: str) -> bool:
    """Whether several languages are told apart in a script.

    >>> has_candidates("Latn"), has_candidates("Grek")
    (True, False)
    """
    return script in _LARGE
