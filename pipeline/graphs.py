"""The three graphs of a run, each on one screen: survey, clean, publish.

What crosses a shuffle a local runner holds in memory, so bodies never cross one and never wait for a side input: they pass
through one fused chain from file to file. Only small values are grouped: names of files, hashes, packed line keys, names of
shards, fingerprints. Each graph ends in one small file in the staging folder that the next one reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import TaggedOutput

from copydesk.pipeline import duplicates, evidence, files, sinks
from copydesk.pipeline.items import Read, read_items
from copydesk.pipeline.resources import Resources
from copydesk.pipeline.sources import Slice, read_slice
from copydesk.pipeline.staging import StagedShard, StageRecords, Staging
from copydesk.transforms import steps
from copydesk.transforms.settings import DuplicateSettings, Settings
from copydesk.transforms.shapes import Document, Item, RejectedRecord, Same

# --- survey -------------------------------------------------------------------------------------------------------------


def survey(pipeline: beam.Pipeline, slices: Sequence[Slice], resources: Resources, staging: Staging) -> None:
    """What the corpus teaches: equal sources, lines that recur on a site, names that written articles spell."""
    settings = resources.settings
    seen = (
        pipeline
        | "slices" >> beam.Create(slices)
        | "spread" >> beam.Reshuffle()
        | "observe" >> beam.ParDo(Observe(resources, staging.sources)).with_outputs("content", "lines", "names")
    )
    same = (
        seen.content
        | "by content" >> beam.GroupByKey()
        | "repeated" >> beam.FlatMapTuple(evidence.same_sources)
    )
    sites = (
        seen.lines
        | "sample of each site" >> beam.CombinePerKey(evidence.BottomK(settings.survey.documents_per_site))
        | "recurring" >> beam.MapTuple(lambda site, sample: evidence.recurring_lines(site, sample, settings))
        | "found" >> beam.Filter(lambda lines: lines is not None)
    )
    names = (
        seen.names
        | "sample" >> beam.CombinePerKey(evidence.BottomK(settings.survey.documents_for_names))
        | "count" >> beam.MapTuple(lambda _, sample: evidence.count_names(sample, settings))
    )
    (
        [_tagged(same, "same"), _tagged(sites, "sites"), _tagged(names, "names"), _one(pipeline)]
        | "findings" >> beam.Flatten()
        | "to one place" >> beam.GroupByKey()
        | "write findings" >> beam.MapTuple(lambda _, found: write_findings(staging.findings, found))
    )


class _ReadsSources(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """What reads the sources of a list, slice by slice, with this process's desk at hand."""

    def __init__(self, resources: Resources, sources: str) -> None:
        super().__init__()
        self._resources = resources
        self._sources = sources

    def setup(self) -> None:
        """Load the rules, once a process."""
        self._desk = self._resources.load()

    def _read(self, part: Slice) -> Iterator[Read]:
        for file in read_slice(self._sources, part):
            yield from read_items(file, self._desk.rules.settings.read)


class Observe(_ReadsSources):
    """Slice -> what each item of its sources tells: its content hash; its lines, under its site; its names."""

    def process(self, part: Slice) -> Iterator[TaggedOutput]:
        """Look at each item; one that cannot be decoded teaches nothing here, and is rejected by `clean`."""
        rules = self._desk.rules
        for position, item in self._read(part):
            if not isinstance(item, Item):
                continue
            content = bytes.fromhex(item.source.sha256)
            yield TaggedOutput("content", (content, (item.source.uri, position)))
            try:
                document: Document = self._desk.call("decode", item)
            except Exception:  # noqa: BLE001, S112 - `clean` meets the same failure and records it
                continue
            if lines := evidence.pack_lines(document, rules.settings):
                yield TaggedOutput("lines", (evidence.site_of(document), (content, lines)))
            if names := evidence.pack_names(document, rules):
                yield TaggedOutput("names", (None, (content, names)))


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
    (
        pipeline
        | "slices" >> beam.Create(slices)
        | "spread" >> beam.Reshuffle()
        | "read" >> beam.ParDo(ReadItems(resources, staging.sources))
        | steps.DecodeItems(resources)
        | steps.ExtractBlocks(resources)
        | steps.RepairSpeech(resources)
        | steps.SegmentStories(resources)
        | steps.TagStories(resources)
        | steps.WriteRecords(resources, drop_duplicates=resources.settings.duplicates.drop)
        | "stage" >> beam.ParDo(StageRecords(staging.folder, resources.settings.write))
        | "name" >> beam.Map(lambda shard: (None, shard.to_json()))
        | "to one place" >> beam.GroupByKey()
        | "write names" >> beam.MapTuple(lambda _, lines: write_lines(staging.shards, lines))
    )


class ReadItems(_ReadsSources):
    """Slice -> the items of its sources; one that repeats an earlier source as `Same`, one that cannot be read as rejected."""

    def setup(self) -> None:
        """Load the rules, once a process, and make the counters."""
        super().setup()
        self._counters = {name: Metrics.counter("read", name) for name in ("out", "same", "rejected")}

    def process(self, part: Slice) -> Iterator[Item | RejectedRecord | Same]:
        """Read some sources."""
        for position, item in self._read(part):
            if isinstance(item, RejectedRecord):
                self._counters["rejected"].inc()
                yield item
            elif first := self._desk.same.get((item.source.uri, position, item.source.sha256)):
                self._counters["same"].inc()
                yield Same(source=item.source, same_as=first)
            else:
                self._counters["out"].inc()
                yield item


# --- publish ------------------------------------------------------------------------------------------------------------


def publish(pipeline: beam.Pipeline, shards: Sequence[StagedShard], settings: Settings, staging: Staging) -> None:
    """Mark duplicates by their fingerprints, and stream the staged shards into the output's files."""
    files_ = sinks.assign(shards, settings.write.shard_bytes)
    numbered = [(number, _bare(shard)) for number, group in enumerate(files_) for shard in group]
    marks = find_duplicates(pipeline, numbered, settings.duplicates, staging)
    groups = pipeline | "files" >> beam.Create([(n, [_bare(shard) for shard in group]) for n, group in enumerate(files_)])
    (
        {"group": groups, "duplicates": marks}
        | beam.CoGroupByKey()
        | "publish" >> beam.FlatMapTuple(
            lambda number, both: sinks.publish_group(staging, number, len(files_), both, drop=settings.duplicates.drop)
        )
        | "to one place" >> beam.GroupByKey()
        | "write entries" >> beam.MapTuple(lambda _, lines: write_lines(staging.published, lines))
    )


def find_duplicates(
    pipeline: beam.Pipeline,
    numbered: Sequence[tuple[int, StagedShard]],
    settings: DuplicateSettings,
    staging: Staging,
) -> beam.PCollection[duplicates.Mark]:
    """Which stories repeat which, of the fingerprints of staged shards, each given with the number of its published file."""
    folder = staging.folder
    stories = sum(entry.records for _, shard in numbered for entry in shard.files if entry.kind == "fingerprints")
    partitions = duplicates.count_partitions(stories)
    shards = pipeline | "shards" >> beam.Create(list(enumerate(numbered)))
    pairs = (
        shards
        | "spread" >> beam.Reshuffle()
        | "keys" >> beam.FlatMapTuple(
            lambda index, placed: duplicates.read_keys(folder, placed[1], index, partitions, settings)
        )
        | "same keys" >> beam.GroupByKey()
        | "pairs" >> beam.FlatMapTuple(lambda _, parcels: duplicates.pair_up(parcels))
    )
    sent = (
        {"placed": shards, "parcels": pairs}
        | "to the one" >> beam.CoGroupByKey()
        | "send" >> beam.FlatMapTuple(lambda _, both: duplicates.send_prints(folder, **both))
    )
    alike = (
        {"placed": shards, "parcels": sent}
        | "to the other" >> beam.CoGroupByKey()
        | "compare" >> beam.FlatMapTuple(lambda _, both: duplicates.compare_prints(folder, **both, settings=settings))
    )
    return (
        alike
        | "in one place" >> beam.WithKeys(None)
        | "all alike" >> beam.GroupByKey()
        | "best copy" >> beam.FlatMapTuple(lambda _, parcels: duplicates.choose_copies(parcels))
    )


# --- shared -------------------------------------------------------------------------------------------------------------


def write_lines(path: str, lines: Iterable[str]) -> None:
    """Write small lines, sorted, so that the file depends on nothing but them; a bundle tried again writes the same."""
    with files.open_whole(path) as out:
        out.writelines(line.encode("utf-8", "surrogatepass") + b"\n" for line in sorted(lines))


def _tagged(values: beam.PCollection[Any], tag: str) -> beam.PCollection[Any]:
    return values | f"tag {tag}" >> beam.Map(lambda value: (None, (tag, value)))


def _one(pipeline: beam.Pipeline) -> beam.PCollection[Any]:
    """One empty finding, so that a batch that teaches nothing still writes its file."""
    return pipeline | "even of nothing" >> beam.Create([(None, ("", None))])


def _bare(shard: StagedShard) -> StagedShard:
    """A shard without its list of sources, which publishing does not need."""
    return StagedShard(name=shard.name, sources=(), files=shard.files, counts={})
