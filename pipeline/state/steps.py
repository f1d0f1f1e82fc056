"""What a run with a state has in its graphs beyond any other: a few steps of the survey and of publishing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import apache_beam as beam

from copydesk.pipeline import files
from copydesk.pipeline.state.choice import OPEN, choose_tonight, to_line_of
from copydesk.pipeline.state.prior import Prior
from copydesk.pipeline.state.samples import SampleFile, with_earlier
from copydesk.transforms.settings import SurveySettings

SAMPLED: Final = ("lines", "names")


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFiles:
    """What the graphs of one run leave for its state, in the staging folder."""

    folder: str

    @property
    def known(self) -> str:
        """Digests of the sources that may be skipped."""
        return files.join(self.folder, "night-known.bin")

    @property
    def unchanged(self) -> str:
        """Digests of those that were."""
        return files.join(self.folder, "night-unchanged.bin")

    def sampled(self, kind: str) -> str:
        """New samples, `lines` or `names`."""
        return files.join(self.folder, f"night-{kind}.jsonl")

    @property
    def replaced(self) -> str:
        """Which new story takes the place of which old one of its source, with the number of its published file."""
        return files.join(self.folder, "night-replaced.jsonl")

    @property
    def decided(self) -> str:
        """What was chosen of stories that are alike."""
        return files.join(self.folder, "night-decided.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSurvey:
    """What the survey of a run with a state is given: earlier samples, and where to leave its own."""

    files: NightFiles
    earlier: tuple[SampleFile, ...]

    def grow(
        self, lines: beam.PCollection[Any], names: beam.PCollection[Any], known: beam.PCollection[bytes], survey: SurveySettings
    ) -> tuple[beam.PCollection[Any], beam.PCollection[Any]]:
        """Tonight's samples merged with the earlier ones; what is new in them, and what was skipped, goes to files.

        Args:
            lines: site and sample.
            names: None and sample.
            known: digests of what was skipped; each element is some of them, one after another.
            survey: how many documents a sample has.
        """
        tonight = (
            lines | "of lines" >> beam.MapTuple(lambda site, sample: (("lines", site), sample)),
            names | "of names" >> beam.MapTuple(lambda _, sample: (("names", ""), sample)),
        ) | "samples" >> beam.Flatten()
        sizes = {"lines": survey.documents_per_site, "names": survey.documents_for_names}
        merged, added = with_earlier(tonight, self.earlier, sizes)
        skipped = known | "skipped" >> beam.Map(lambda digests: ("unchanged", digests))
        paths = {kind: self.files.sampled(kind) for kind in SAMPLED} | {"unchanged": self.files.unchanged}
        write_by_kind((added, skipped) | "for the state" >> beam.Flatten(), paths)
        return _of_kind(merged, "lines"), _of_kind(merged, "names")


def _of_kind(merged: beam.PCollection[Any], kind: str) -> beam.PCollection[Any]:
    return merged | f"merged {kind}" >> beam.FlatMapTuple(lambda key, sample: [(key[1], sample)] if key[0] == kind else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPublish:
    """What publishing is given in a run with a state."""

    files: NightFiles
    prior: Prior

    def decide(self, alike: beam.PCollection[bytes]) -> beam.PCollection[Any]:
        """What becomes of stories that are alike; it is written down, too."""
        decided = (
            alike
            | "in one place" >> beam.WithKeys(None)
            | "all alike" >> beam.GroupByKey()
            | "choose tonight" >> beam.FlatMapTuple(lambda _, parcels: choose_tonight(parcels))
        )
        write_by_kind(decided | "told" >> beam.Map(lambda row: ("decided", to_line_of(row))), {"decided": self.files.decided})
        return decided | "tonight's own" >> beam.Filter(lambda row: row[0] < OPEN)

    def marks(self, decided: beam.PCollection[Any]) -> beam.PCollection[Any]:
        """File -> a story of tonight that repeats another, that one, and how alike they are."""
        return decided | "repeats" >> beam.FlatMapTuple(lambda file, row: [(file, row[:3])] if row[1] is not None else [])

    def supersedes(self, pipeline: beam.Pipeline, decided: beam.PCollection[Any]) -> beam.PCollection[Any]:
        """File -> a story of tonight and the one that it supersedes; the old version of its source counts before others."""
        better = decided | "better" >> beam.FlatMapTuple(
            lambda file, row: [(file, (0, row[0], row[3]))] if row[1] is None else []
        )
        replaced = pipeline | "replaced" >> beam.Create([self.files.replaced]) | "read replaced" >> beam.FlatMap(read_replaced)
        return (better, replaced) | "superseding" >> beam.Flatten()

    def write_replaced(self, numbers: Mapping[str, int]) -> None:
        """Write what is known before the graph begins.

        Args:
            numbers: of the published file that each staged shard goes to.
        """
        with files.open_write(self.files.replaced) as out:
            for new, (old, shard) in sorted(self.prior.supersedes().items()):
                out.write(json.dumps([numbers[shard], new, old]).encode() + b"\n")


def read_replaced(path: str) -> Iterator[tuple[int, tuple[int, str, str]]]:
    """What `NightPublish.write_replaced` wrote."""
    with files.open_read(path) as lines:
        for line in lines:
            number, new, old = json.loads(line)
            yield number, (1, new, old)


def write_by_kind(parts: beam.PCollection[tuple[str, bytes]], paths: Mapping[str, str]) -> None:
    """Write small values of several kinds, sorted, each kind into its file, an empty one where there is none."""
    (
        (parts, parts.pipeline | "even of nothing, by kind" >> beam.Create([(kind, b"") for kind in paths]))
        | "by kind, and nothing" >> beam.Flatten()
        | "each in one place" >> beam.GroupByKey()
        | "write for the state" >> beam.MapTuple(lambda kind, some: files.write_whole(paths[kind], b"".join(sorted(some))))
    )
