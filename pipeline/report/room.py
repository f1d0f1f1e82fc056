"""Which sources the reading room shows: all of a small run; of a large one the odd ones, examples of rules, some by chance.

Each reason for showing a source is a stratum that keeps its own best few, so what is held does not grow with the run. Ties, and
chance, are decided by a digest of the source's name and content: the same records give the same room in whatever order, but
where there are more sites without a story than `_MOST_EXAMPLES`.
"""

from __future__ import annotations

import hashlib
import json
from bisect import insort
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from copydesk.pipeline.report.embedding import embed, intern, size
from copydesk.pipeline.report.layout import Piece, lay_out, lay_removed
from copydesk.pipeline.report.records import Row, Whole
from copydesk.transforms.settings import ReportSettings

CHANCE: Final = "by chance"
_ODDEST: Final = 6
"""Sources that are kept for each kind of oddity; the room takes the first of every kind before the second of any."""
_EXAMPLES: Final = ("site ", "rule ", "language ")
"""How reasons begin of which there may be many, each for one source."""
_MOST_EXAMPLES: Final = 400
"""Reasons that are kept apart, those that come first; rules and languages are fewer, sites without a story may be more."""
_LARGEST_SHARE: Final = 3
"""One source may take this part of the room's bytes (a third): a longer one would leave no room for others."""

Rank: TypeAlias = tuple[float, bytes]
"""The lower, the sooner it is shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A source as it is embedded."""

    uri: str
    digest: bytes
    data: str
    """What `lay_out` gives, as JSON."""
    bytes: int
    """That it takes in the page."""


@dataclass(slots=True)
class _Stratum:
    """The sources with the lowest ranks, at most so many, and of so many bytes."""

    size: int
    bytes: int
    held: list[tuple[Rank, Shown]] = field(default_factory=list)
    total: int = 0

    def wants(self, rank: Rank) -> bool:
        """Whether a source of this rank would be among them."""
        return len(self.held) < self.size or rank < self.held[-1][0]

    def add(self, rank: Rank, shown: Shown) -> list[Shown]:
        """Take one in, and let go what is too much; what is let go could never come back, so the order does not matter."""
        insort(self.held, (rank, shown), key=lambda entry: entry[0])
        self.total += shown.bytes
        gone = []
        while len(self.held) > self.size or (self.total > self.bytes and len(self.held) > 1):
            gone.append(self.held.pop()[1])
            self.total -= gone[-1].bytes
        return gone


class Room:
    """The sources that are shown, chosen as they pass."""

    def __init__(self, settings: ReportSettings) -> None:
        """Empty; `settings` bound it."""
        self._sources, self._bytes = settings.sources, settings.bytes
        self._strata: dict[str, _Stratum] = {}
        self._held: Counter[bytes] = Counter()
        self._late: dict[bytes, list[Piece]] = {}
        self._late_bytes: Counter[bytes] = Counter()
        self.seen = 0
        """Sources that could have been shown."""

    def offer(self, whole: Whole) -> None:
        """Let one source pass."""
        if not self._sources or whole.document["same_as"] is not None:
            return
        self.seen += 1
        source = whole.document["source"]
        digest = _digest(whole.document)
        wanted = [(name, (value, digest)) for name, value in self._reasons(whole) if self._wants(name, (value, digest))]
        if not wanted:
            return
        data = embed(lay_out(whole))
        shown = Shown(uri=source["uri"], digest=digest, data=data, bytes=size(data))
        if self._too_large(shown):
            return
        for name, rank in wanted:
            self._held[digest] += 1
            for gone in self._strata[name].add(rank, shown):
                self._held[gone.digest] -= 1
                if not self._held[gone.digest]:
                    del self._held[gone.digest]
                    self._late.pop(gone.digest, None)
                    self._late_bytes.pop(gone.digest, None)

    def add_removed(self, row: Row) -> None:
        """A removed record that comes after its source passed: what a dropped duplicate left.

        A source that grows too large by it is not shown; its pieces are counted on and no longer kept.
        """
        digest = _digest(row)
        if digest not in self._held:
            return
        piece = lay_removed(row)
        self._late_bytes[digest] += size(embed(piece)) + 1  # a comma
        if self._late_bytes[digest] > self._bytes // _LARGEST_SHARE:
            self._late.pop(digest, None)
        else:
            self._late.setdefault(digest, []).append(piece)

    def _too_large(self, shown: Shown) -> bool:
        return shown.bytes + self._late_bytes[shown.digest] > self._bytes // _LARGEST_SHARE

    def _wants(self, name: str, rank: Rank) -> bool:
        if name not in self._strata:
            if len(self._strata) >= _MOST_EXAMPLES and name.startswith(_EXAMPLES):
                return False
            size = self._sources if name == CHANCE else 1 if name.startswith(_EXAMPLES) else _ODDEST
            self._strata[name] = _Stratum(size, self._bytes)
        return self._strata[name].wants(rank)

    def _reasons(self, whole: Whole) -> Iterator[tuple[str, float]]:
        """Each reason for showing a source, with a value that is lower the better it is an example of it."""
        document, stories = whole.document, whole.stories
        yield CHANCE, 0.0
        yield from self._oddities(whole)
        rules = {row["rule"] for row in whole.removed}
        rules.update(change["rule"] for story in stories for change in story["changes"])
        for rule in sorted(rules):
            yield f"rule {rule}", document["characters"]
        for language in sorted({story["language"] or "unknown" for story in stories}):
            yield f"language {language}", document["characters"]

    def _oddities(self, whole: Whole) -> Iterator[tuple[str, float]]:
        document, stories = whole.document, whole.stories
        yield "the longest", -document["characters"]
        if not stories:
            yield "no story", -document["solid"]
            if document["source"]["site"]:
                yield f"site {document['source']['site']}, no story", -document["solid"]
        elif len(stories) > 1:
            yield "the most stories", -len(stories)
        removed = sum(row["end"] - row["start"] for row in whole.removed)
        if stories and removed:
            yield "much was removed", -removed / max(document["characters"], 1)
        if whole.removed:
            yield "removed in one piece", -max(row["end"] - row["start"] for row in whole.removed)
        changes = [change for story in stories for change in story["changes"]]
        if changes or document["changes"]:
            yield "the most repairs", -len(changes) - len(document["changes"])
        if changes:
            yield "the least certain repair", min(change["confidence"] for change in changes)
        if any(story["duplicate_of"] for story in stories):
            yield "a duplicate", 0.0

    def chosen(self) -> list[dict[str, Any]]:
        """The sources of the room in order of their names, each with `why` it is shown; no more than the settings allow.

        What a source takes is told by itself, with its names written out. Names that recur are numbers in the page, which is
        less; where it is not, as of a source with many short ones, the last that were taken are left out again.
        """
        reasons: dict[bytes, list[str]] = {}
        for name, shown in self._in_order():
            reasons.setdefault(shown.digest, []).append(name)
        taken: dict[bytes, Shown] = {}
        room = self._bytes
        for _, shown in self._in_order():
            if shown.digest in taken or len(taken) == self._sources or self._too_large(shown):
                continue
            needed = shown.bytes + self._late_bytes[shown.digest] + size(embed({"why": reasons[shown.digest]}))
            if needed <= room:
                taken[shown.digest] = shown
                room -= needed
        found = self._told(taken, reasons)
        while taken and size(embed(intern(found))) > self._bytes:
            taken.popitem()
            found = self._told(taken, reasons)
        return found

    def _told(self, taken: Mapping[bytes, Shown], reasons: Mapping[bytes, list[str]]) -> list[dict[str, Any]]:
        found = []
        for shown in sorted(taken.values(), key=lambda one: (one.uri, one.digest)):
            why = [name for name in reasons[shown.digest] if name != CHANCE] if self.seen > len(taken) else []
            source = json.loads(shown.data) | {"why": why}
            source["blocks"] = sorted([*source["blocks"], *self._late.get(shown.digest, ())], key=lambda block: block[0])
            found.append(source)
        return found

    def _in_order(self) -> Iterator[tuple[str, Shown]]:
        """What the strata hold: the oddest of each kind, the second of each, examples of rules and languages, then chance."""
        names = sorted(self._strata)
        odd = [name for name in names if name != CHANCE and not name.startswith(_EXAMPLES)]
        for place in range(_ODDEST):
            for name in odd:
                yield from ((name, shown) for _, shown in self._strata[name].held[place : place + 1])
        for name in names:
            if name not in odd and name != CHANCE:
                yield from ((name, shown) for _, shown in self._strata[name].held)
        if CHANCE in self._strata:
            yield from ((CHANCE, shown) for _, shown in self._strata[CHANCE].held)


def _digest(row: Row) -> bytes:
    """What a source is known by: its name and content, of a record of any kind."""
    known = f"{row['source']['uri']}\0{row['source']['sha256']}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(known, digest_size=8).digest()
