"""Evidence that grows: what tonight's survey sampled, merged with what earlier ones did.

Of each site the state holds the documents with the smallest content hashes, so a bottom-k sample over all nights is exact:
what tonight's documents add is what stands in the merged sample and came tonight. A document is in it once, by its uri, in
its latest version: the lines of a page that changes every night would else recur on its site, and be taken for furniture.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import AsIter, TaggedOutput

from copydesk.pipeline.evidence import Sample
from copydesk.pipeline.staging import StagedShard, read_staged

_TAG_BYTES: Final = 8


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


def tag_of(uri: str) -> bytes:
    """What tells the documents of a site apart, in few bytes, from night to night."""
    return hashlib.blake2b(uri.encode(errors="surrogatepass"), digest_size=_TAG_BYTES).digest()


def with_earlier(
    tonight: beam.PCollection[tuple[Any, list[Sample]]], files: Sequence[SampleFile], k: int, label: str
) -> tuple[beam.PCollection[tuple[Any, list[Sample]]], beam.PCollection[bytes]]:
    """Merge tonight's samples, by site, with those of earlier runs.

    Args:
        tonight: each sample's text begins with the tag of its document.
        files: of one kind.
        k: documents of a sample.
        label: of the steps.

    Returns:
        The merged samples without tags, of tonight's sites only; and what is new in them, as lines for the state.
    """
    sites = tonight | f"{label}: sites" >> beam.Keys()
    earlier = (
        tonight.pipeline
        | f"{label}: runs" >> beam.Create(list(files))
        | f"{label}: earlier" >> beam.FlatMap(read_samples, AsIter(sites))
    )
    merged = (
        {"tonight": tonight, "earlier": earlier}
        | f"{label}: by site" >> beam.CoGroupByKey()
        | f"{label}: merge" >> beam.FlatMapTuple(_merge, k=k).with_outputs("added", main="samples")
    )
    return merged.samples, merged.added


def read_samples(file: SampleFile, sites: Iterable[Any]) -> Iterator[tuple[Any, Earlier]]:
    """The samples in a file of a state that are of these sites."""
    wanted = frozenset(sites)
    if not wanted:
        return
    for line in read_staged(file.folder, file.shard, file.kind):
        row = json.loads(line)
        if row["site"] in wanted:
            tag, content = bytes.fromhex(row["tag"]), bytes.fromhex(row["content"])
            yield row["site"], Earlier(file.number, tag, content, base64.b64decode(row["packed"]))


def _merge(site: Any, both: Mapping[str, Iterable[Any]], k: int = 0) -> Iterator[Any]:  # noqa: ANN401 - a site, or None for names
    tonight = [sample for samples in both["tonight"] for sample in samples]
    samples, added = merge_samples(tonight, both["earlier"], k)
    yield site, samples
    for tag, content, packed in added:
        row = {"site": site, "tag": tag.hex(), "content": content.hex(), "packed": base64.b64encode(packed).decode("ascii")}
        yield TaggedOutput("added", json.dumps(row).encode() + b"\n")


def merge_samples(
    tonight: Iterable[Sample], earlier: Iterable[Earlier], k: int
) -> tuple[list[Sample], list[tuple[bytes, bytes, bytes]]]:
    """The bottom-k sample of all nights, and what tonight adds to it: tag, content hash, text.

    >>> before = [Earlier(1, b"another.", b"a", b"old"), Earlier(1, b"8 bytes.", b"c", b"gone")]
    >>> merge_samples([(b"b", b"8 bytes.new")], before, 5)
    ([(b'a', b'old'), (b'b', b'new')], [(b'8 bytes.', b'b', b'new')])
    """
    new = {content: (tagged[:_TAG_BYTES], tagged[_TAG_BYTES:]) for content, tagged in tonight}
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
