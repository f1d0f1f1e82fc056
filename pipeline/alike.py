"""Finding stories that are alike, as a part of a graph: only pairs and fingerprints cross a shuffle, packed by `duplicates`."""

from __future__ import annotations

from collections.abc import Sequence

import apache_beam as beam

from copydesk.pipeline import duplicates
from copydesk.pipeline.staging.records import StagedShard, Staging
from copydesk.pipeline.state.choice import PUBLISHED
from copydesk.transforms.settings import DuplicateSettings


def find_duplicates(
    pipeline: beam.Pipeline,
    numbered: Sequence[tuple[int, StagedShard]],
    settings: DuplicateSettings,
    staging: Staging,
) -> beam.PCollection[duplicates.Mark]:
    """Which stories repeat which, of the fingerprints of staged shards, each given with the number of its published file."""
    return (
        find_alike(pipeline, numbered, settings, staging)
        | "in one place" >> beam.WithKeys(None)
        | "all alike" >> beam.GroupByKey()
        | "best copy" >> beam.FlatMapTuple(lambda _, parcels: duplicates.choose_copies(parcels))
    )


def find_alike(
    pipeline: beam.Pipeline,
    numbered: Sequence[tuple[int, StagedShard]],
    settings: DuplicateSettings,
    staging: Staging,
) -> beam.PCollection[bytes]:
    """The pairs of stories that are alike, packed; of two that an earlier run published none."""
    folder = staging.folder
    published = frozenset(index for index, (number, _) in enumerate(numbered) if number == PUBLISHED)
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
        | "pairs" >> beam.FlatMapTuple(lambda _, parcels: duplicates.pair_up(folder, parcels, published))
    )
    sent = (
        {"placed": shards, "parcels": pairs}
        | "to the one" >> beam.CoGroupByKey()
        | "send" >> beam.FlatMapTuple(lambda _, both: duplicates.send_prints(folder, **both))
    )
    return (
        {"placed": shards, "parcels": sent}
        | "to the other" >> beam.CoGroupByKey()
        | "compare" >> beam.FlatMapTuple(lambda _, both: duplicates.compare_prints(folder, **both, settings=settings))
    )
