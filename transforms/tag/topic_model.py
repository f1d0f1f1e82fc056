"""The learned layer over topics: what evidence of words is worth, as the probability that a topic is the story's first.

Each top-level topic, and "nothing", answers with

    logit = (slope + by_evidence * e + by_length * l) * x  +  bias + per_share * x + per_length * l

where `x` is the logarithm of the topic's share of all evidence, `e` of how much evidence there is, `l` of how long the story
is. The first three numbers are shared by all topics: the more evidence there is, the surer the share is. The other three are a
topic's own: families, pay and police officers are spoken of in half of all long news, whatever it is about, so that the same
share of evidence is worth less to some topics than to others, and the less, the longer the text. "Nothing" has as much evidence
as chance gives any text of the length, so that little evidence in a long text leaves the answer open. A softmax over the logits
is the answer (multinomial logistic regression; matrix scaling, as calibration calls it: Guo et al. 2017).

Whom it could harm: stories of topics that say little of themselves (society, human interest) beside a louder one; the layer has
learned that the louder one is mostly meant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copydesk.transforms.cells import RuleError

FILE: Final = "models/topics.json"
NOTHING: Final = ""
"""Stands among the topics for a text that is about none of them."""
CHANCE: Final = 1.0
"""The evidence for nothing in a text of `PER_WORDS` words, one weak term; it grows with the root of the length, since a longer
text says more of everything by chance."""
PER_WORDS: Final = 60
LONGEST: Final = 2.5
"""The greatest `l`, reached at 730 words: beyond that nothing was learned, so that an hour's transcript is weighed as
a long article is."""
SHORTEST: Final = -1.0
FLOOR: Final = 0.02
"""Added to a share, so that a topic without evidence is improbable, not impossible."""
EVIDENCE_MEAN: Final = 3.0
"""About the logarithm of the evidence of a short item, so that `slope` is what holds there."""
SHARED: Final = ("slope", "by_evidence", "by_length")
OWN: Final = ("bias", "per_share", "per_length")


@dataclass(frozen=True, slots=True)
class Signs:
    """What a story shows of all its topics together, and of each."""

    evidence: float
    """`e`"""
    length: float
    """`l`"""
    shares: Mapping[str, float]
    """Top-level code or `NOTHING` -> `x`, for those that have evidence."""
    absent: float
    """`x` of every other topic."""


def read_signs(totals: Mapping[str, float], words: int) -> Signs:
    """The signs of a story.

    Args:
        totals: evidence of each top-level topic that has any, above 0.
        words: length of the story, headline included.

    >>> signs = read_signs({"medtop:07000000": 9.5}, 60)
    >>> round(signs.shares["medtop:07000000"], 3), round(signs.shares[NOTHING], 3), signs.length
    (-0.078, -2.161, 0.0)
    """
    words = max(words, 1)
    chance = CHANCE * math.sqrt(words / PER_WORDS)
    together = sum(totals.values()) + chance
    shares = {code: math.log(total / together + FLOOR) for code, total in totals.items()}
    shares[NOTHING] = math.log(chance / together + FLOOR)
    length = min(max(math.log(words / PER_WORDS), SHORTEST), LONGEST)
    return Signs(evidence=math.log1p(together - chance) - EVIDENCE_MEAN, length=length, shares=shares, absent=math.log(FLOOR))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicModel:
    """The weights of the layer."""

    slope: float = 2.0
    by_evidence: float = 0.0
    by_length: float = 0.0
    own: Mapping[str, tuple[float, float, float]]
    """Code or `NOTHING` -> `bias`, `per_share`, `per_length`. A topic that is not here, a user's own, has 0 everywhere."""
    language: str | None = None
    """The language whose texts taught `own`."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TopicModel:
        """The layer as training wrote it.

        Raises:
            RuleError: a key is missing or unknown, or its value is none that it can have; the message names file, key
            and value.
        """
        if not isinstance(data, dict) or set(data) != {"language", *SHARED, "own"}:
            found = ", ".join(sorted(data)) if isinstance(data, dict) else type(data).__name__
            raise RuleError(f"{FILE}: keys: {found}; there should be own, language, {', '.join(SHARED)}: run `make train`")
        if not isinstance(data["own"], dict) or NOTHING not in data["own"]:
            raise RuleError(f"{FILE}: own: there should be a topic's code -> {', '.join(OWN)}, {NOTHING!r} among them")
        return cls(
            language=data["language"],
            own={code: _row(f"own: {code!r}", numbers) for code, numbers in data["own"].items()},
            **{name: _number(name, data[name]) for name in SHARED},
        )

    def probabilities(self, totals: Mapping[str, float], words: int, language: str | None) -> dict[str, float]:
        """How probable each topic that has evidence is as the first one; together less than 1, the rest is others and nothing.

        Args:
            totals: evidence of each top-level topic that has any, above 0.
            words: length of the story.
            language: primary subtag of the story's. What is a topic's own was learned from one language's list of terms, and
                is left out for others; how a share's worth depends on evidence and length is not, nor is what is nothing's.
        """
        signs = read_signs(totals, words)
        own = self.own if language == self.language else {NOTHING: self.own[NOTHING]}
        slope = self.slope + self.by_evidence * signs.evidence + self.by_length * signs.length
        logits = {
            code: (slope + per_share) * share + bias + per_length * signs.length
            for code in dict.fromkeys([*self.own, *totals])
            for share in (signs.shares.get(code, signs.absent),)
            for bias, per_share, per_length in (own.get(code, _NO_WEIGHTS),)
        }
        top = max(logits.values())
        powers = {code: math.exp(logit - top) for code, logit in logits.items()}
        together = math.fsum(powers.values())
        return {code: powers[code] / together for code in totals}


_NO_WEIGHTS: Final = (0.0, 0.0, 0.0)


def _row(key: str, numbers: Any) -> tuple[float, float, float]:  # noqa: ANN401 - any JSON
    if not isinstance(numbers, Sequence) or isinstance(numbers, str) or len(numbers) != len(OWN):
        raise RuleError(f"{FILE}: {key}: {numbers!r}: there should be three numbers, {', '.join(OWN)}")
    bias, per_share, per_length = (_number(f"{key}: {name}", number) for name, number in zip(OWN, numbers, strict=True))
    return bias, per_share, per_length


def _number(key: str, value: Any) -> float:  # noqa: ANN401 - any JSON
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RuleError(f"{FILE}: {key}: {value!r} is no finite number")
    return float(value)


UNLEARNED: Final = TopicModel(own={NOTHING: _NO_WEIGHTS})
"""Shares alone: the layer before anything is learned."""
