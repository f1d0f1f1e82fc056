"""What a classifier of the user's own says of a story, made into topics as the terms' are.

The function is a third party's: what it says is checked, and nonsense about a story rejects that source; it never ends a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from copydesk.transforms.errors import SourceError
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Topic


class ClassifierError(SourceError):
    """The classifier that the configuration names failed on a story, or gave what are no scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """A function of the user's own, and the name by which the configuration knows it."""

    name: str
    function: Callable[[str | None, str, str | None], Any]
    """(headline, text, BCP 47 tag) -> mapping of topic codes to scores from 0 to 1, the same for the same story."""


def classify_topics(headline: str | None, text: str, language: str | None, rules: Rules) -> tuple[Topic, ...]:
    """The topics of a story by the classifier of the configuration, best first, at most one below each top-level topic.

    Args:
        headline: the story's headline, if it has one.
        text: the story's text.
        language: its BCP 47 tag, where it is known.
        rules: the classifier, the taxonomy and the settings (`tag.topic_min_score`, `tag.max_topics`).

    Returns:
        Up to `max_topics` topics that score at least `topic_min_score`. Of equal scores the smaller code comes first.

    Raises:
        ClassifierError: the function raised, or gave no mapping of codes of the taxonomy to numbers from 0 to 1.
    """
    classifier = rules.classifier
    assert classifier is not None  # noqa: S101 - the caller's choice
    try:
        given = classifier.function(headline, text, language)
        found = dict(_scores(given, rules)) if isinstance(given, Mapping) else None
    except ClassifierError:
        raise
    except (Exception, SystemExit) as error:  # a third party's defect in one story
        raise ClassifierError(f"tag.classifier: {classifier.name!r} raised {type(error).__name__}: {error}") from error
    if found is None:
        kind = type(given).__name__
        raise ClassifierError(f"tag.classifier: {classifier.name!r} gave {kind}; give a mapping of topic codes to scores")
    topics: dict[str, Topic] = {}
    for code, score in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        node = rules.taxonomy[code]
        if score < rules.settings.tag.topic_min_score or len(topics) == rules.settings.tag.max_topics:
            break
        topics.setdefault(node.top, Topic(code=code, name=node.name, top=node.top, score=score))
    return tuple(topics.values())


def _scores(given: Mapping[Any, Any], rules: Rules) -> Iterator[tuple[str, float]]:
    """Codes and scores, checked; scores rounded to 4 places."""
    name = rules.classifier.name if rules.classifier else ""
    for code, score in given.items():
        if not isinstance(code, str) or code not in rules.taxonomy:
            raise ClassifierError(f"tag.classifier: {name!r} gave the code {code!r}, which is no topic; add it in tag.topics")
        if isinstance(score, bool) or not isinstance(score, Real):
            raise ClassifierError(f"tag.classifier: {name!r} gave {code} the score {score!r}, which is no number")
        value = float(score)
        if math.isnan(value) or not 0 <= value <= 1:
            raise ClassifierError(f"tag.classifier: {name!r} gave {code} the score {value!r}, which is not from 0 to 1")
        yield str(code), round(value, 4)
