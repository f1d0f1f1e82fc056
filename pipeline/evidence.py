"""What the survey keeps of a batch, bounded whatever the batch's size, and the file that hands it to every worker.

Of each site the documents with the smallest content hashes are kept, so many and no more (a bottom-k sample: the merge of two
samples is exact, so the result depends neither on bundles nor on workers), and lines are counted exactly over those. The names
that written articles spell out come from such a sample over the whole batch.
"""

from __future__ import annotations

import base64
import hashlib
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import apache_beam as beam

from copydesk.pipeline import files
from copydesk.pipeline.faults import writing
from copydesk.pipeline.observing import FOLDER
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.settings import Settings
from copydesk.transforms.shapes import Item

Sample: TypeAlias = tuple[bytes, bytes]
"""A content hash, and what one document has to say, packed."""
Position: TypeAlias = tuple[str, int]
"""A source: its uri, and its position in its file, which tells rows apart that carry the same id."""
Reading: TypeAlias = tuple[str, int, str]
"""A position, and the SHA-256 of what stood there: a file that changes after the survey repeats nothing."""

TAG_BYTES = 8
MIN_SHARED_LINES = 3  # lines that a document must share with its folder's others: "Home" and "Search" alone prove nothing


def tag_of(uri: str) -> bytes:
    """What tells the documents of a site apart, in few bytes, from night to night."""
    return hashlib.blake2b(uri.encode(errors="surrogatepass"), digest_size=TAG_BYTES).digest()


def recall(lines: Iterable[bytes], *, tagged: bool = False) -> Iterator[tuple[str, Any]]:
    """The observations of a staged shard, each with the name of the branch that it is for.

    Args:
        lines: rows of `observe`, with what tells of the source; or the digest of a source that is known.
        tagged: whether a document's lines and names begin with the tag of its source.

    Yields:
        `content`, `lines`, `names` with a key and a value; at the end `known`, all digests one after another.
    """
    known = bytearray()
    for line in lines:
        row = json.loads(line)
        if "known" in row:
            known += bytes.fromhex(row["known"])
            continue
        content, tag = bytes.fromhex(row["content"]), tag_of(row["uri"]) if tagged else b""
        yield "content", (content, (row["lacking"], row["uri"], row["position"]))
        if "lines" in row:
            yield "lines", (row["site"], (content, tag + base64.b64decode(row["lines"])))
        if "names" in row:
            yield "names", (None, (content, tag + row["names"].encode()))
    yield "known", bytes(known)


class BottomK(beam.CombineFn):  # type: ignore[misc]  # Beam publishes no types
    """The samples of the k smallest hashes, each hash once.

    Source of the method: bottom-k sketches, Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007.
    """

    def __init__(self, k: int) -> None:
        """Keep so many samples."""
        super().__init__()
        self._k = k

    def create_accumulator(self) -> dict[bytes, bytes]:
        """No sample yet."""
        return {}

    def add_input(self, kept: dict[bytes, bytes], sample: Sample) -> dict[bytes, bytes]:
        """One more sample; cut back now and then, so that the cost of sorting is spread."""
        kept[sample[0]] = sample[1]
        return self._cut(kept) if len(kept) >= 2 * self._k else kept

    def merge_accumulators(self, parts: Iterable[dict[bytes, bytes]]) -> dict[bytes, bytes]:
        """The smallest of all parts."""
        merged: dict[bytes, bytes] = {}
        for part in parts:
            merged = self._cut(merged | part)
        return merged

    def extract_output(self, kept: dict[bytes, bytes]) -> list[Sample]:
        """The samples in order of their hashes."""
        return sorted(self._cut(kept).items())

    def _cut(self, kept: dict[bytes, bytes]) -> dict[bytes, bytes]:
        return kept if len(kept) <= self._k else dict(sorted(kept.items())[: self._k])


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLines:
    """The lines that recur on one site, as shares of its sampled documents."""

    site: str
    shares: Mapping[int, float]


def recurring_lines(site: str, samples: Iterable[Sample], settings: Settings) -> SiteLines | None:
    """The furniture of a site, or None where its pages show none, or where a folder is not one site.

    Args:
        site: from `site_of`.
        samples: the site's documents, lines from `pack_lines`.
        settings: of [survey] how many documents and what share of them prove a folder one site; of [extract] how often a
            line has to recur.
    """
    documents = [set(array("Q", packed)) for _, packed in samples]
    if len(documents) < settings.survey.min_documents:
        return None
    counts = Counter(key for lines in documents for key in lines)
    needed = max(settings.extract.site_min_documents, settings.extract.site_share * len(documents))
    recurring = {key for key, count in counts.items() if count >= needed}
    if site.startswith(FOLDER):
        sharing = sum(len(lines & recurring) >= MIN_SHARED_LINES for lines in documents)
        if sharing < settings.survey.shared_lines * len(documents):
            return None
    if not recurring:
        return None
    shares = {key: round(counts[key] / len(documents), 4) for key in sorted(recurring)}
    return SiteLines(site=site, shares=shares)


def count_names(samples: Iterable[Sample], settings: Settings) -> dict[str, int]:
    """Each name with the number of sampled documents that spell it so, those of most documents first."""
    counts = Counter(name for _, packed in samples for name in packed.decode().split("\n") if name)
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[: settings.survey.max_names])


def count_lacking(item: Item) -> int:
    """How many of title, authors, date and address a source's file does not tell: of rows with the same text some tell more."""
    told = item.metadata
    return sum(not one for one in (told.title, told.authors, told.published, item.source.url))


def same_sources(content: bytes, found: Iterable[tuple[int, *Position]]) -> Iterator[tuple[Reading, str]]:
    """For sources of equal bytes, whose SHA-256 is `content`: each but the best, with the uri of the best.

    The best is the one of which most is told (`count_lacking`), since its story will have the most to say of itself; of two
    the first by uri.
    """
    (_, best, _), *others = sorted(found)
    for _, uri, position in others:
        yield (uri, position, content.hex()), best


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that a survey found: the evidence for the stages, and which sources repeat others."""

    evidence: Evidence
    same: Mapping[Reading, str]


def write_findings(
    path: str,
    sites: Iterable[SiteLines],
    names: Mapping[str, int],
    same: Iterable[tuple[Reading, str]],
) -> None:
    """Write what a survey found, a JSON object a line, in an order that depends on nothing but the findings."""
    rows: list[dict[str, object]] = [
        {"site": entry.site, "lines": list(entry.shares), "shares": list(entry.shares.values())}
        for entry in sorted(sites, key=lambda entry: entry.site)
    ]
    rows.append({"names": names})
    rows += [{"source": list(reading), "same_as": first} for reading, first in sorted(same)]
    lines = (json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for row in rows)
    with writing(path):
        files.write_whole(path, b"".join(lines))


def read_findings(path: str) -> Findings:
    """What `write_findings` wrote.

    Raises:
        OSError: the file is missing.
    """
    site_lines: dict[str, Mapping[int, float]] = {}
    folders: set[str] = set()
    names: dict[str, int] = {}
    same: dict[Reading, str] = {}
    with files.open_read(path) as lines:
        for line in lines:
            row = json.loads(line)
            if "site" in row:
                site = row["site"].removeprefix(FOLDER)
                if row["site"].startswith(FOLDER):
                    folders.add(site)
                site_lines[site] = dict(zip(row["lines"], row["shares"], strict=True))
            elif "names" in row:
                names = row["names"]
            else:
                uri, position, content = row["source"]
                same[uri, position, content] = row["same_as"]
    return Findings(evidence=Evidence(site_lines=site_lines, names=names, folder_sites=frozenset(folders)), same=same)
