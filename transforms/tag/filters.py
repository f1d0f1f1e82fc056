"""Which stories are too bad to keep, by the bounds that the configuration names: none, unless it names some.

A filter looks at nothing but a story's `quality`, drops the story whole, and says which bound it broke: every character of
it goes to `removed`, so that the account stays complete and the story can be had back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import gt, lt
from typing import TYPE_CHECKING, Any, Final, get_args

from copydesk.transforms.cells import RuleError
from copydesk.transforms.rules import parse_function_words
from copydesk.transforms.settings import Preset, QualitySettings, Signal
from copydesk.transforms.shapes import Document, Removed, Span, Story

if TYPE_CHECKING:
    from copydesk.transforms.rules import Rules

RULE: Final = "quality."
"""What the rule of every removed record of this module begins with."""
_OWN: Final = "own"
"""The name of the filter that a configuration's own bounds make."""
_BREAKS: Final[Mapping[str, Callable[[float, float], bool]]] = {"min": lt, "max": gt}
_WORDS: Final = {"min": "at least", "max": "at most"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One condition of a filter: a story whose signal is below a minimum, or above a maximum, is dropped."""

    filter: str
    signal: Signal
    side: str
    """"min" or "max"."""
    value: float

    def broken(self, quality: Mapping[str, float]) -> bool:
        """Whether a story's quality breaks it; a signal that the story has not breaks nothing."""
        return self.signal in quality and _BREAKS[self.side](quality[self.signal], self.value)

    def tell(self, quality: Mapping[str, float]) -> str:
        """In words, with the value that broke it."""
        return f"{self.signal} is {quality[self.signal]:g}, {self.filter} wants {_WORDS[self.side]} {self.value:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRules:
    """The published filters, and the words that stop-word signals count."""

    filters: Mapping[str, tuple[Bound, ...]] = field(default_factory=dict)
    """By name."""
    stop_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By language."""


def parse_quality(file: str, data: Mapping[str, Any]) -> QualityRules:
    """The filters and stop words from a parsed TOML file.

    Raises:
        RuleError: an unknown key or signal, a bound that is no number, a filter without bounds or reason, a missing filter.
    """
    filters = {name: tuple(_bounds(file, name, row)) for name, row in data.get("filters", {}).items()}
    if set(filters) != set(get_args(Preset)):
        raise RuleError(f"{file}: filters: {', '.join(filters)}; there have to be {', '.join(get_args(Preset))}")
    return QualityRules(
        filters=filters,
        stop_words=parse_function_words(file, {"words": data.get("stop_words", {})}),
    )


def _bounds(file: str, name: str, row: Mapping[str, Any]) -> Iterator[Bound]:
    where = f"{file}: filters.{name}"
    if unknown := sorted(row.keys() - {"why", "min", "max"}):
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; give why, min and max")
    if not row.get("why") or not (row.get("min") or row.get("max")):
        raise RuleError(f"{where}: give why, and bounds under min or max")
    for side in _BREAKS:
        for signal, value in row.get(side, {}).items():
            if signal not in get_args(Signal):
                raise RuleError(f"{where}.{side}: {signal!r} is no signal; the signals are {', '.join(get_args(Signal))}")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise RuleError(f"{where}.{side}.{signal}: {value!r} is no number")
            yield Bound(filter=name, signal=signal, side=side, value=value)


def chosen_bounds(settings: QualitySettings, rules: QualityRules) -> tuple[Bound, ...]:
    """The bounds that a configuration asks for: those of its filters in their order, then its own by name."""
    bounds = [bound for name in dict.fromkeys(settings.filters) for bound in rules.filters[name]]
    for side, own in (("min", settings.min), ("max", settings.max)):
        bounds += [Bound(filter=_OWN, signal=signal, side=side, value=value) for signal, value in sorted(own.items())]
    return tuple(bounds)


def drop_stories(document: Document, rules: Rules) -> Document:
    """Move every story that breaks a bound to `removed`; the others are counted anew.

    Harm: bounds were made for web pages in English. A brief of forty words is a good story and breaks Gopher's 50; a list of
    results breaks its repetition; so nothing is dropped unless the configuration says so.

    Args:
        document: its stories have their `quality`.
        rules: settings and the published filters.

    Returns:
        The document; of each dropped story a removed record for each run of its spans, under the rule of the first bound that
        it breaks, with all broken bounds and their values as evidence.
    """
    bounds = chosen_bounds(rules.settings.quality, rules.quality)
    broken = [[bound for bound in bounds if bound.broken(story.quality)] for story in document.stories] if bounds else []
    if not any(broken):
        return document
    kept = [story for story, breaks in zip(document.stories, broken, strict=True) if not breaks]
    dropped = [
        record
        for story, breaks in zip(document.stories, broken, strict=True)
        if breaks
        for record in _removed(document.text, story, breaks)
    ]
    return replace(
        document,
        stories=tuple(
            replace(story, source=replace(story.source, index=place, count=len(kept))) for place, story in enumerate(kept)
        ),
        removed=tuple(sorted((*document.removed, *dropped), key=lambda record: record.start)),
    )


def _removed(text: str, story: Story, breaks: Sequence[Bound]) -> Iterator[Removed]:
    """A story as removed records: one for each run of its spans with nothing but white space between."""
    first = breaks[0]
    evidence = "; ".join(bound.tell(story.quality) for bound in breaks)
    for start, end in _runs(text, story.spans):
        yield Removed(
            start=start,
            end=end,
            text=text[start:end],
            role="body",
            rule=f"{RULE}{first.filter}.{first.signal}",
            evidence=evidence,
        )


def _runs(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    (start, end), *others = sorted(spans)
    for after, last in others:
        if text[end:after].strip():
            yield start, end
            start = after
        end = last
    yield start, end
