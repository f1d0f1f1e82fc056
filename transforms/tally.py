"""What a stage did to a document, as counts by rule: for the runner's counters and for the manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from copydesk.transforms.shapes import Change, Document, Stage
from copydesk.transforms.tag.filters import RULE as FILTERED
from copydesk.transforms.tag.masking import RULE as MASKED


def tally(stage: Stage, document: Document) -> Counter[str]:
    """Counts of what `stage` changed and removed: `changed`, `removed`, and the same by rule as `changed:RULE`.

    Args:
        stage: the one whose result `document` is.
        document: what the stage returned.
    """
    counts: Counter[str] = Counter()
    for name, rules in (("changed", _changed(stage, document)), ("removed", _removed(stage, document))):
        for rule in rules:
            counts[name] += 1
            counts[f"{name}:{rule}"] += 1
    return counts


def _changed(stage: Stage, document: Document) -> Iterable[str]:
    changes: Iterable[Change] = ()
    if stage == "decode":
        changes = document.changes
    elif stage == "tag":
        changes = (change for story in document.stories for change in story.changes if change.rule.startswith(MASKED))
    elif stage == "repair":
        changes = (change for block in document.blocks for change in block.changes)
    return (change.rule for change in changes)


def _removed(stage: Stage, document: Document) -> Iterable[str]:
    """The rules of what a stage removed: filters of quality are `tag`'s, all else is `segment`'s."""
    if stage not in {"segment", "tag"}:
        return ()
    return (part.rule for part in document.removed if part.rule.startswith(FILTERED) == (stage == "tag"))
