"""Evidence that grows: what tonight's survey sampled, merged with what earlier ones did.

Of each site the state holds the documents with the smallest content hashes, so a bottom-k sample over all nights is exact:
what tonight's documents add is what stands in the merged sample and came tonight. A document is in it once, by its uri, in
its latest version: the lines of a page that changes every night would else recur on its site, and be taken for furniture.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import apache_beam as beam
from apache_beam.pvalue import AsIter, TaggedOutput

from copydesk.pipeline.evidence import TAG_BYTES, Sample
from copydesk.pipeline.staging.records import StagedShard, read_staged

Key: TypeAlias = tuple[str, str]
"""Kind of a sample, `lines` or `names`; the site that it is of, empty for names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """The samples of one kind of one run."""

    folder: str
    shard: StagedShard
    number: int
    """Of the run: of two samples of one document the later one's counts."""
    kind: str


class Earlier(NamedTuple):
    """One document's sample of an earlier run."""

    number: int
    tag: bytes
    content: bytes
    packed: bytes


def with_earlier(
    tonight: beam.PCollection[tuple[Key, list[Sample]]], files: Sequence[SampleFile], sizes: Mapping[str, int]
) -> tuple[beam.PCollection[tuple[Key, list[Sample]]], beam.PCollection[tuple[str, bytes]]]:
    """Merge tonight's samples with those of earlier runs.

    Args:
        tonight: each sample's text begins with the tag of its document.
        files: of earlier runs.
        sizes: documents of a sample, by kind.

    Returns:
        The merged samples without tags, of tonight's sites only; and what is new in them, lines for the state, by kind.
    """
    keys = tonight | "sampled sites" >> beam.Keys()
    earlier = (
        tonight.pipeline
        | "earlier runs" >> beam.Create(list(files))
        | "earlier samples" >> beam.FlatMap(read_samples, AsIter(keys))
    )
    merged = (
        {"tonight": tonight, "earlier": earlier}
        | "by site" >> beam.CoGroupByKey()
        | "merge samples" >> beam.ParDo(_Merge(sizes)).with_outputs("added", main="samples")
    )
    return merged.samples, merged.added


def read_samples(file: SampleFile, keys: Iterable[Key]) -> Iterator[tuple[Key, Earlier]]:
    """The samples in a file of a state that are of these sites."""
    wanted = {site for kind, site in keys if kind == file.kind}
    if not wanted:
        return
    for line in read_staged(file.folder, file.shard, file.kind):
        row = json.loads(line)
        if row["site"] in wanted:
            tag, content = bytes.fromhex(row["tag"]), bytes.fromhex(row["content"])
            yield (file.kind, row["site"]), Earlier(file.number, tag, content, base64.b64decode(row["packed"]))


class _Merge(beam.DoFn):  # type: ignore[misc]  # Beam publishes no types
    """Tonight's and earlier samples of a site -> one sample of all, and what tonight adds to it."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self._sizes = sizes

    def process(self, element: tuple[Key, Mapping[str, Iterable[Any]]]) -> Iterator[Any]:
        """Merge one site."""
        (kind, site), both = element
        tonight = [sample for samples in both["tonight"] for sample in samples]
        samples, added = merge_samples(tonight, both["earlier"], self._sizes[kind])
        yield (kind, site), samples
        for tag, content, packed in added:
            row = {"site": site, "tag": tag.hex(), "content": content.hex(), "packed": base64.b64encode(packed).decode("ascii")}
            yield TaggedOutput("added", (kind, json.dumps(row).encode() + b"\n"))


def merge_samples(
    tonight: Iterable[Sample], earlier: Iterable[Earlier], k: int
) -> tuple[list[Sample], list[tuple[bytes, bytes, bytes]]]:
    """The bottom-k sample of all nights, and what tonight adds to it: tag, content hash, text.

    >>> before = [Earlier(1, b"another.", b"a", b"old"), Earlier(1, b"8 bytes.", b"c", b"gone")]
    >>> merge_samples([(b"b", b"8 bytes.new")], before, 5)
    ([(b'a', b'old'), (b'b', b'new')], [(b'8 bytes.', b'b', b'new')])
    """
    new = {content: (tagged[:TAG_BYTES], tagged[TAG_BYTES:]) for content, tagged in tonight}
    replaced = {tag for tag, _ in new.values()}
    latest: dict[bytes, Earlier] = {}
    for sample in sorted(earlier):
        if sample.tag not in replaced:
            latest[sample.tag] = sample
    merged = {content: packed for content, (_, packed) in new.items()}
    merged |= {sample.content: sample.packed for sample in latest.values()}
    known = {sample.content for sample in latest.values()}
    kept = sorted(merged.items())[:k]
    return kept, [(new[content][0], content, packed) for content, packed in kept if content in new and content not in known]
