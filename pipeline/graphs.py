"""The three graphs of a run, each on one screen: survey, clean, publish.

What crosses a shuffle a local runner holds in memory, so bodies never cross one and never wait for a side input: they pass
through one fused chain from file to file. Only small values are grouped: names of files, hashes, packed line keys, names of
shards, fingerprints. Each graph ends in one small file in the staging folder that the next one reads. What the first two make
goes through staged shards, from which a later attempt goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import TaggedOutput

from copydesk.pipeline import evidence, files, sinks
from copydesk.pipeline.alike import find_alike, find_duplicates
from copydesk.pipeline.faults import writing
from copydesk.pipeline.output.folder import Target
from copydesk.pipeline.processes.unweighed import in_one_chain
from copydesk.pipeline.readers.items import Read, read_items
from copydesk.pipeline.resources import Resources
from copydesk.pipeline.sources import Slice, SourceFile
from copydesk.pipeline.staging.following import ReadsSources
from copydesk.pipeline.staging.records import OBSERVED, StagedShard, Staging, read_staged
from copydesk.pipeline.staging.shards import StageObservations, StageRecords
from copydesk.pipeline.state.steps import NightPublish, NightSurvey
from copydesk.transforms import steps
from copydesk.transforms.errors import is_machines
from copydesk.transforms.settings import Settings
from copydesk.transforms.shapes import Item, RejectedRecord, Same, Skipped, Stretch

# --- survey -------------------------------------------------------------------------------------------------------------


def survey(
    pipeline: beam.Pipeline,
    work: Sequence[Slice | StagedShard],
    resources: Resources,
    staging: Staging,
    night: NightSurvey | None = None,
) -> None:
    """What the corpus teaches: equal sources, lines that recur on a site, names that written articles spell."""
    settings = resources.settings
    shards = (
        pipeline
        | "slices" >> beam.Create(work)
        | "spread" >> beam.Reshuffle()
        | "observe" >> beam.ParDo(Observe(resources, staging))
        | "stage" >> beam.ParDo(StageObservations(staging.folder, settings.write))
    )
    write_names(shards, staging.seen)
    seen = shards | "recall" >> beam.ParDo(Recall(staging.folder, tagged=night is not None)).with_outputs(
        "content", "lines", "names", "known"
    )
    same = (
        seen.content
        | "by content" >> beam.GroupByKey()
        | "repeated" >> beam.FlatMapTuple(evidence.same_sources)
    )
    lines = seen.lines | "sample of each site" >> beam.CombinePerKey(evidence.BottomK(settings.survey.documents_per_site))
    spelled = seen.names | "sample" >> beam.CombinePerKey(evidence.BottomK(settings.survey.documents_for_names))
    if night:
        lines, spelled = night.grow(lines, spelled, seen.known, settings.survey)
    sites = (
        lines
        | "recurring" >> beam.MapTuple(lambda site, sample: evidence.recurring_lines(site, sample, settings))
        | "found" >> beam.Filter(lambda lines: lines is not None)
    )
    names = spelled | "count" >> beam.MapTuple(lambda _, sample: evidence.count_names(sample, settings))
    (
        [_tagged(same, "same"), _tagged(sites, "sites"), _tagged(names, "names"), _one(pipeline)]
        | "findings" >> beam.Flatten()
        | "to one place" >> beam.GroupByKey()
        | "write findings" >> beam.MapTuple(lambda _, found: write_findings(staging.found, found))
    )


class Observe(ReadsSources):
    """Slice -> what each item of its sources tells, as a row to be staged; a shard that was closed before stays itself."""

    graph = "survey"

    def process(self, part: Slice | StagedShard) -> Iterator[dict[str, Any] | Stretch | StagedShard | None]:
        """Look at each item; one that cannot be decoded teaches nothing here, and is rejected by `clean`."""
        if isinstance(part, StagedShard):
            yield part
            return
        for read in self.read(part):
            if isinstance(read, Stretch):
                yield read
            else:
                yield self._row(*read)

    def items(self, file: SourceFile) -> Iterator[Read]:
        """All items: of those that an earlier run cleaned it is told that they are there."""
        return read_items(file, self._resources.settings.read)

    def _row(self, position: int, item: Any) -> dict[str, Any] | None:  # noqa: ANN401 - an Item, or what is none
        if isinstance(item, Skipped):  # no source
            return None
        if known := self._known.digest(item):
            return {"known": known.hex()}
        if not isinstance(item, Item):
            return {}
        place = {"uri": item.source.uri, "position": position}
        row = {"content": item.source.sha256, "lacking": evidence.count_lacking(item), **place}
        try:
            return row | self._desk.observe(item)
        except Exception as error:
            if is_machines(error):
                raise
            return {}  # it teaches nothing here; `clean` records why, for each source that has these bytes


class Recall(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """StagedShard -> the observations in it."""

    def __init__(self, folder: str, *, tagged: bool) -> None:
        """Of shards in this folder; `tagged` puts in front of each document's lines and names what tells it from others."""
        super().__init__()
        self._folder = folder
        self._tagged = tagged

    def process(self, shard: StagedShard) -> Iterator[TaggedOutput]:
        """Read one shard, and send each observation to its branch."""
        for branch, observation in evidence.recall(read_staged(self._folder, shard, OBSERVED), tagged=self._tagged):
            yield TaggedOutput(branch, observation)


def write_findings(path: str, found: Iterable[tuple[str, Any]]) -> None:
    """Sort what the branches of the survey found, and write it."""
    kinds: dict[str, list[Any]] = {"same": [], "sites": [], "names": [], "": []}
    for kind, value in found:
        kinds[kind].append(value)
    names = kinds["names"][0] if kinds["names"] else {}
    evidence.write_findings(path, kinds["sites"], names, kinds["same"])


# --- clean --------------------------------------------------------------------------------------------------------------


def clean(pipeline: beam.Pipeline, slices: Sequence[Slice], resources: Resources, staging: Staging) -> None:
    """The work: one fused chain from file to staged shard."""
    spread = pipeline | "slices" >> beam.Create(slices) | "spread" >> beam.Reshuffle()
    records = in_one_chain(
        spread,
        "read" >> beam.ParDo(ReadItems(resources, staging)),
        steps.DecodeItems(resources),
        steps.ExtractBlocks(resources),
        steps.RepairSpeech(resources),
        steps.SegmentStories(resources),
        steps.TagStories(resources),
        steps.WriteRecords(resources, drop_duplicates=resources.settings.duplicates.drop),
    )
    shards = records | "stage" >> beam.ParDo(StageRecords(staging.folder, resources.settings.write))
    write_names(shards, staging.shards)


class ReadItems(ReadsSources):
    """Slice -> the items of its sources; one that repeats an earlier source as `Same`, one that cannot be read as rejected."""

    graph = "clean"

    def setup(self) -> None:
        """Load the rules, once a process, and make the counters."""
        super().setup()
        self._counters = {name: Metrics.counter("read", name) for name in ("out", "same", "rejected")}

    def process(self, part: Slice) -> Iterator[Item | RejectedRecord | Same | Skipped | Stretch]:
        """Read some sources."""
        for read in self.read(part):
            if isinstance(read, Stretch):
                yield read
                continue
            position, item = read
            if isinstance(item, Skipped):
                yield item
            elif isinstance(item, RejectedRecord):
                self._counters["rejected"].inc()
                yield item
            elif first := self._desk.same.get((item.source.uri, position, item.source.sha256)):
                self._counters["same"].inc()
                yield Same(source=item.source, same_as=first)
            else:
                self._counters["out"].inc()
                yield item


# --- publish ------------------------------------------------------------------------------------------------------------


def publish(
    pipeline: beam.Pipeline,
    shards: Sequence[StagedShard],
    settings: Settings,
    staging: Staging,
    target: Target,
    night: NightPublish | None = None,
) -> None:
    """Mark duplicates by their fingerprints, and stream the staged shards into the output's files."""
    files_ = sinks.assign(shards, settings.write.shard_bytes)
    numbered = [(number, shard.bare()) for number, group in enumerate(files_) for shard in group]
    supersedes = pipeline | "of no earlier run" >> beam.Create([])
    if night:
        night.write_replaced({shard.name: number for number, shard in numbered})
        decided = night.decide(find_alike(pipeline, [*numbered, *night.prior.placed], settings.duplicates, staging))
        marks, supersedes = night.marks(decided), night.supersedes(pipeline, decided)
    else:
        marks = find_duplicates(pipeline, numbered, settings.duplicates, staging)
    groups = pipeline | "files" >> beam.Create([(n, [shard.bare() for shard in group]) for n, group in enumerate(files_)])
    (
        {"group": groups, "duplicates": marks, "supersedes": supersedes}
        | beam.CoGroupByKey()
        | "publish" >> beam.FlatMapTuple(
            lambda number, both: sinks.publish_group(staging.folder, target, (number, len(files_)), both, settings)
        )
        | "to one place" >> beam.GroupByKey()
        | "write entries" >> beam.MapTuple(lambda _, lines: write_lines(staging.published, lines))
    )


# --- shared -------------------------------------------------------------------------------------------------------------


def write_names(shards: beam.PCollection[StagedShard], path: str) -> None:
    """Write all that is known of the closed shards of a graph."""
    (
        shards
        | "name" >> beam.Map(lambda shard: (None, shard.to_json()))
        | "names to one place" >> beam.GroupByKey()
        | "write names" >> beam.MapTuple(lambda _, lines: write_lines(path, lines))
    )


def write_lines(path: str, lines: Iterable[str]) -> None:
    """Write small lines, sorted, so that the file depends on nothing but them; a bundle tried again writes the same."""
    with writing(path):
        files.write_whole(path, b"".join(line.encode("utf-8", "surrogatepass") + b"\n" for line in sorted(lines)))


def _tagged(values: beam.PCollection[Any], tag: str) -> beam.PCollection[Any]:
    return values | f"tag {tag}" >> beam.Map(lambda value: (None, (tag, value)))


def _one(pipeline: beam.Pipeline) -> beam.PCollection[Any]:
    """One empty finding, so that a batch that teaches nothing still writes its file."""
    return pipeline | "even of nothing" >> beam.Create([(None, ("", None))])
