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

    def merge(self, kind: str, tonight: beam.PCollection[Any], k: int) -> beam.PCollection[Any]:
        """Tonight's samples with the earlier ones; what is new in them goes to a file."""
        merged, added = with_earlier(tonight, [file for file in self.earlier if file.kind == kind], k, kind)
        write_in_one_place(added, self.files.sampled(kind), f"new {kind}")
        return merged

    def account(self, known: beam.PCollection[bytes]) -> None:
        """Write the digests of what was skipped; each element is some of them, one after another."""
        write_in_one_place(known, self.files.unchanged, "unchanged")


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
        rows = decided | "one by one" >> beam.Map(to_line_of)
        write_in_one_place(rows, self.files.decided, "decided")
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


def write_in_one_place(parts: beam.PCollection[bytes], path: str, label: str) -> None:
    """Write small values, sorted, into one file; an empty one where there is none."""
    (
        (parts, parts.pipeline | f"{label}: even of nothing" >> beam.Create([b""]))
        | f"{label}: and nothing" >> beam.Flatten()
        | f"{label}: keyed" >> beam.WithKeys(None)
        | f"{label}: in one place" >> beam.GroupByKey()
        | f"{label}: write" >> beam.MapTuple(lambda _, some: files.write_whole(path, b"".join(sorted(some))))
    )
