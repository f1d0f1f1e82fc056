"""The PTransforms, one for each stage folder: the only file of `transforms` that imports Beam.

A step takes and gives `shapes.Outcome`s: it fills in its part of every `Document`, and a source that it cannot process becomes
a `RejectedRecord`, which passes through all later steps untouched, as `Same`, `Skipped` and a mark of how far the reading has
come (`Stretch`) do. One chain carries everything, because a runner may hold in memory what is flattened or shuffled, and bodies
must never be.

Any Beam project can use a step by itself::

    documents | steps.SegmentStories(resources)

where `resources` has a method `load()`, called once a worker process, that gives an object whose `call(stage, element)` runs
the stage's function: `copydesk.pipeline.resources.Resources` is one.

Counters, under the stage's name: `in`, `out`, `changed`, `removed`, `rejected`; and `changed:RULE`, `removed:RULE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import apache_beam as beam
from apache_beam.metrics import Metrics

from copydesk.transforms.errors import is_machines
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Item, Outcome, RejectedRecord, Same, Skipped, SourceRef, Stage, Stretch
from copydesk.transforms.tag.masking import mask_outcome
from copydesk.transforms.tally import tally
from copydesk.transforms.write import Records, write_records


class Desk(Protocol):
    """A process's own place of work."""

    @property
    def rules(self) -> Rules:
        """All that a stage may consult."""

    def call(self, stage: str, element: Any) -> Any:  # noqa: ANN401 - an Item or a Document
        """What the stage's function makes of the element."""


class Resources(Protocol):
    """What a step carries to the workers instead of rules."""

    def load(self) -> Desk:
        """This process's desk, made at the first call."""


class _Apply(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """One stage's function on every element; a failure becomes a rejected record."""

    def __init__(self, stage: Stage, resources: Resources) -> None:
        self._stage: Stage = stage
        self._resources = resources

    def setup(self) -> None:
        self._desk = self._resources.load()
        self._counters: dict[str, Any] = {}

    def process(self, element: Item | Outcome | Stretch) -> Iterator[Outcome | Stretch]:
        if isinstance(element, RejectedRecord | Same | Skipped | Stretch):
            yield element
            return
        self._count("in", 1)
        try:
            document: Document = self._desk.call(self._stage, element)
        except Exception as error:
            if is_machines(error):
                raise  # whatever a source brings about is that source's record; a full disk is the run's end
            self._count("rejected", 1)
            yield rejected(element, self._stage, error)
            return
        self._count("out", 1)
        for name, number in tally(self._stage, document).items():
            self._count(name, number)
        yield document

    def _count(self, name: str, number: int) -> None:
        if name not in self._counters:
            self._counters[name] = Metrics.counter(self._stage, name)
        self._counters[name].inc(number)


def rejected(element: Item | Document, stage: Stage, error: Exception) -> RejectedRecord:
    """The dead letter of a source that a stage could not process."""
    return RejectedRecord(
        source=SourceRef(uri=element.source.uri, sha256=element.source.sha256),
        stage=stage,
        error=type(error).__name__,
        message=str(error),
    )


class _Step(beam.PTransform):  # type: ignore[misc]  # Beam publishes no types
    stage: Stage

    def __init__(self, resources: Resources) -> None:
        super().__init__()
        self._resources = resources

    def expand(self, elements: beam.PCollection[Item | Outcome | Stretch]) -> beam.PCollection[Outcome | Stretch]:
        return elements | self.stage >> beam.ParDo(_Apply(self.stage, self._resources))


class DecodeItems(_Step):
    """Item -> Document: charset, markup to text, mojibake, control characters, a language hint, blocks."""

    stage = "decode"


class ExtractBlocks(_Step):
    """Document -> Document: a role for every block; page or transcript."""

    stage = "extract"


class RepairSpeech(_Step):
    """Document -> Document: transcripts joined into paragraphs and repaired on evidence."""

    stage = "repair"


class SegmentStories(_Step):
    """Document -> Document: blocks to stories, the rest to removed."""

    stage = "segment"


class TagStories(_Step):
    """Document -> Document: each story's language, topics and words."""

    stage = "tag"


class WriteRecords(beam.PTransform):  # type: ignore[misc]  # Beam publishes no types
    """Outcome -> Records: the account checked, then the records of the source as they are written, rejected ones included.

    With resources whose configuration masks personal data, it is masked in the names and messages of rejected and repeated
    sources too; those of documents are masked by `TagStories`.

    Args:
        resources: whose configuration says what is masked.
        drop_duplicates: write beside each story what it is as removed records, should it turn out to repeat another.
    """

    def __init__(self, resources: Resources | None = None, *, drop_duplicates: bool = False) -> None:
        super().__init__()
        self._resources = resources
        self._drop = drop_duplicates

    def expand(self, outcomes: beam.PCollection[Outcome | Stretch]) -> beam.PCollection[Records | Stretch]:
        """One DoFn."""
        return outcomes | "write" >> beam.ParDo(_Write(self._resources, drop=self._drop))


class _Write(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    def __init__(self, resources: Resources | None, *, drop: bool) -> None:
        self._resources = resources
        self._drop = drop

    def setup(self) -> None:
        self._rules = self._resources.load().rules if self._resources else None
        self._rejected = Metrics.counter("write", "rejected")

    def process(self, outcome: Outcome | Stretch) -> Iterator[Records | Stretch]:
        if isinstance(outcome, Stretch):
            yield outcome
            return
        if self._rules is not None:
            outcome = mask_outcome(outcome, self._rules)
        try:
            yield write_records(outcome, drops=self._drop)
        except Exception as error:
            if not isinstance(outcome, Document):
                raise
            self._rejected.inc()
            yield write_records(rejected(outcome, "write", error))
