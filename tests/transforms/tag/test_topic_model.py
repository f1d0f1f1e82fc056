"""The learned layer over topics: probabilities that behave, and weights that are refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copydesk.transforms.cells import RuleError
from copydesk.transforms.tag.topic_model import NOTHING, UNLEARNED, TopicModel, read_signs

HEALTH, SPORT = "medtop:07000000", "medtop:15000000"
WEIGHTS: dict[str, Any] = {
    "language": "en", "slope": 2.0, "by_evidence": 0.5, "by_length": 0.0,
    "own": {HEALTH: [0.0, 0.0, 0.0], SPORT: [1.0, 0.0, -1.0], NOTHING: [0.0, 0.0, 0.0]},
}  # fmt: skip


def test_probabilities_are_shares_of_one() -> None:
    """What the topics get is above 0 and together less than 1, for something is left for what has no evidence."""
    found = UNLEARNED.probabilities({HEALTH: 6.0, SPORT: 2.0}, 60, "en")
    assert set(found) == {HEALTH, SPORT}
    assert 0 < found[SPORT] < found[HEALTH]
    assert sum(found.values()) < 1


def test_more_evidence_in_the_same_text_is_surer() -> None:
    """Evidence for one topic makes it more probable, and the same evidence says less in a longer text."""
    some, more = (UNLEARNED.probabilities({HEALTH: worth}, 60, "en")[HEALTH] for worth in (2.0, 8.0))
    assert some < more
    assert UNLEARNED.probabilities({HEALTH: 8.0}, 700, "en")[HEALTH] < more


def test_a_topics_own_weights_are_of_one_language() -> None:
    """What was learned of a topic from one language's terms is left out for others; what is nothing's holds for all."""
    model = TopicModel.from_json(WEIGHTS)
    even = {HEALTH: 4.0, SPORT: 4.0}
    english, german = (model.probabilities(even, 60, language) for language in ("en", "de"))
    assert english[SPORT] > english[HEALTH]
    assert german[SPORT] == german[HEALTH]
    silent = TopicModel.from_json(WEIGHTS | {"own": WEIGHTS["own"] | {NOTHING: [9.0, 0.0, 0.0]}})
    assert silent.probabilities(even, 60, "de")[HEALTH] < german[HEALTH]


def test_weights_change_with_length() -> None:
    """A topic that long texts speak of in passing needs more in a long one."""
    model = TopicModel.from_json(WEIGHTS)
    short, long = (model.probabilities({HEALTH: 9.0, SPORT: 9.0}, words, "en") for words in (60, 600))
    assert short[SPORT] > short[HEALTH]
    assert long[SPORT] < long[HEALTH]


def test_a_topic_that_nothing_was_learned_of() -> None:
    """A user's own topic is weighed without weights of its own."""
    found = TopicModel.from_json(WEIGHTS).probabilities({"own:1": 5.0}, 60, "en")
    assert found["own:1"] > 0.5


@pytest.mark.parametrize("words", [0, 1, 10**7])
def test_lengths_are_bounded(words: int) -> None:
    """No text is so short or so long that its signs leave what was learned."""
    assert -1 <= read_signs({HEALTH: 1.0}, words).length <= 2.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slope": "steep"}, "slope: 'steep' is no finite number"),
        ({"slope": float("nan")}, "slope: nan is no finite number"),
        ({"slope": True}, "slope: True is no finite number"),
        ({"extra": 1}, "keys: .*extra"),
        ({"own": {HEALTH: [0, 0, 0]}}, "own: there should be"),
        ({"own": {NOTHING: [0, 0]}}, r"own: '': \[0, 0\]: there should be three numbers"),
        ({"own": {NOTHING: [0, 0, None]}}, "own: '': per_length: None is no finite number"),
    ],
    ids=["word", "nan", "true", "unknown", "no nothing", "two numbers", "null"],
)
def test_bad_weights_are_refused(change: dict[str, Any], said: str) -> None:
    """The error names the file, the key and the value."""
    with pytest.raises(RuleError, match=f"models/topics.json: {said}"):
        TopicModel.from_json(WEIGHTS | change)


def test_no_weights_at_all() -> None:
    """A list instead of an object is told so."""
    with pytest.raises(RuleError, match="keys: list"):
        TopicModel.from_json(json.loads("[]"))
