"""What a run's records add up to, in memory that does not grow with the run."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from copydesk.pipeline.report.records import Row, Stray, Whole
from copydesk.transforms.write.records import DUPLICATE

MOST_NAMES: Final = 20_000
"""Sites, languages, rules: names beyond so many count as one, `OTHERS`, so that a crawl of millions of sites stays small."""
OTHERS: Final = "(others)"
LENGTHS: Final = (50, 100, 200, 400, 800, 1_600, 3_200)
"""Words at which the classes of stories' lengths part: each is twice the one before, as lengths of stories are spread."""
CONFIDENCES: Final = (0.85, 0.9, 0.95)
"""Where the classes of repairs' confidence part; the least that is made by default is 0.8."""
LISTED: Final = 10
"""Sources that a list names: more nobody goes through by hand."""
_TOLD: Final = 200
"""Characters of a rejected source's message."""

Named: TypeAlias = tuple[float, str, str]
"""A value, a source's uri, and what is said of it."""


@dataclass(slots=True)
class Site:
    """What came of one site's sources."""

    sources: int = 0
    without: int = 0
    """Of them those that gave no story."""
    stories: int = 0
    kept: int = 0
    """Characters in stories."""
    removed: int = 0
    """Characters removed."""


@dataclass(slots=True)
class RuleUse:
    """What one rule removed."""

    spans: int = 0
    characters: int = 0
    roles: Counter[str] = field(default_factory=Counter)


class Top:
    """The greatest of many values, ties broken by uri, whatever the order they come in."""

    def __init__(self, size: int = LISTED) -> None:
        self._size = size
        self._heap: list[Named] = []

    def add(self, value: float, uri: str, said: str = "") -> None:
        """Take one in."""
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, (value, uri, said))
        elif (value, uri, said) > self._heap[0]:
            heapq.heapreplace(self._heap, (value, uri, said))

    def all(self) -> list[Named]:
        """The greatest first."""
        return sorted(self._heap, key=lambda entry: (-entry[0], entry[1:]))


class Repeated:
    """What is repeated how often, and a source in which it is."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._uris: dict[str, str] = {}

    def add(self, name: str, uri: str) -> None:
        """Take in one that repeats what has this name, and where it stands."""
        _count(self._times, name)
        if name in self._times:
            self._uris[name] = min(uri, self._uris.get(name, uri))

    def most(self) -> tuple[int, str]:
        """How often that is repeated which is repeated most, and the first by uri of the sources that repeat it."""
        named = [(-times, name) for name, times in self._times.items() if name != OTHERS]
        less, name = min(named, default=(0, ""))
        return -less, self._uris.get(name, "")


class Tally:
    """Counts over all records; `add` takes in one source or one stray record."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        """Named as in the manifest, and besides `with_story`, `no_story`, `words`, `changes`."""
        self.characters: Counter[str] = Counter()
        """Where the text went: `stories`, `duplicates` (marked or dropped), or the role of what else was removed."""
        self.formats: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.topics: Counter[str] = Counter()
        self.lengths = [0] * (len(LENGTHS) + 1)
        self.sites: dict[str, Site] = {}
        self.removed: dict[str, RuleUse] = {}
        self.repairs: dict[str, list[int]] = {}
        """Rule -> how many of its repairs are of each class of confidence."""
        self.rejected: Counter[str] = Counter()
        self.largest = Top()
        self.repaired = Top()
        self.longest_removed = Top()
        """Without dropped duplicates: each is as long as a story, because it is one."""
        self.refused = Top()
        self.repeated = Repeated()
        """Stories, by the id of the one that each repeats."""
        self.same = Repeated()
        """Sources, by the uri of the one whose bytes each has."""

    def add(self, entry: Whole | Stray) -> None:
        """Take in what was written of one source."""
        if isinstance(entry, Whole):
            self._add_document(entry)
        elif entry.kind == "removed":
            self.counts["removed"] += 1
            self._add_removed(entry.row)
        elif entry.kind == "rejected":
            self._add_rejected(entry.row)
        elif entry.kind == "stories":
            self._add_story(entry.row)

    def _add_document(self, whole: Whole) -> None:
        document, source = whole.document, whole.document["source"]
        self.counts["documents"] += 1
        self.formats[source["format"]] += 1
        if document["same_as"] is not None:
            self.counts["same"] += 1
            self.same.add(document["same_as"], source["uri"])
            return
        self.counts["with_story" if whole.stories else "no_story"] += 1
        kept = sum(map(self._add_story, whole.stories))
        self.counts["removed"] += len(whole.removed)
        removed = sum(map(self._add_removed, whole.removed))
        self.largest.add(document["characters"], source["uri"])
        self._add_changes(document["changes"])
        self._add_site(source["site"], whole, kept, removed)
        seen = sum(bool(change["after"]) for change in document["changes"])  # a soft hyphen taken out is nothing to look at
        changes = seen + sum(len(story["changes"]) for story in whole.stories)
        if changes:
            self.repaired.add(changes, source["uri"], str(sum(story["words"] for story in whole.stories)))

    def _add_site(self, name: str | None, whole: Whole, kept: int, removed: int) -> None:
        site = _known(self.sites, name or "", Site)
        site.sources += 1
        site.without += not whole.stories
        site.stories += len(whole.stories)
        site.kept += kept
        site.removed += removed

    def _add_story(self, story: Row) -> int:
        characters: int = sum(end - start for start, end in story["spans"])
        duplicate = story["duplicate_of"] is not None
        if duplicate:
            self.repeated.add(story["duplicate_of"], story["source"]["uri"])
        self.counts.update({"stories": 1, "duplicates": int(duplicate), "words": story["words"]})
        self.characters["duplicates" if duplicate else "stories"] += characters
        self.lengths[bisect_right(LENGTHS, story["words"])] += 1
        _count(self.languages, story["language"] or "")
        _count(self.topics, story["topics"][0]["name"] if story["topics"] else "")
        self._add_changes(story["changes"])
        return characters

    def _add_removed(self, row: Row) -> int:
        length: int = row["end"] - row["start"]
        use = _known(self.removed, row["rule"], RuleUse)
        use.spans += 1
        use.characters += length
        use.roles[row["role"]] += 1
        duplicate = row["rule"] == DUPLICATE
        self.characters["duplicates" if duplicate else row["role"]] += length
        if not duplicate:
            self.longest_removed.add(length, row["source"]["uri"], row["rule"])
        return length

    def _add_changes(self, changes: Iterable[Row]) -> None:
        for change in changes:
            classes = _known(self.repairs, change["rule"], lambda: [0] * (len(CONFIDENCES) + 1))
            classes[bisect_right(CONFIDENCES, change["confidence"])] += 1
            self.counts["changes"] += 1

    def _add_rejected(self, row: Row) -> None:
        self.counts["rejected"] += 1
        _count(self.rejected, f"{row['error']} in {row['stage']}")
        self.refused.add(0, row["source"]["uri"], f"{row['error']} in {row['stage']}: {row['message'][:_TOLD]}")


def _known(table: dict[str, Any], name: str, make: Any) -> Any:  # noqa: ANN401 - whatever the table holds
    """The entry of a name; once there are too many names, of all others."""
    if name not in table and len(table) >= MOST_NAMES:
        name = OTHERS
    if name not in table:
        table[name] = make()
    return table[name]


def _count(table: Counter[str], name: str) -> None:
    table[name if name in table or len(table) < MOST_NAMES else OTHERS] += 1
