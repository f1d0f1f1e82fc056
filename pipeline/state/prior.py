"""What is published, as far as tonight's stories may repeat it: fingerprints of earlier runs as further staged shards.

Only stories that share keys with one of tonight's can be like it, so only those enter the comparison: the state is streamed
once, and what a graph holds grows with the night, not with the state.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from copydesk.pipeline.duplicates import MIN_SHARED, Placed, keys_of, read_fingerprints
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.staging.records import HashedFile, StagedShard
from copydesk.pipeline.state.choice import OPEN, PUBLISHED
from copydesk.pipeline.state.store import Store
from copydesk.pipeline.state.versions import Changes, match_stories
from copydesk.transforms.settings import DuplicateSettings
from copydesk.transforms.shapes import Fingerprint

SHARD_STORIES: Final = 20_000
"""Stories of one shard of earlier fingerprints: 12 MB of memory where they are compared."""
FILTERED_AT_ONCE: Final = 4_096
STORY_ID: Final = slice(10, 42)
"""Where the id stands in the line of a fingerprint, which need not be parsed for it: `{"story":"…`."""


@dataclass(slots=True)
class Standings:
    """Which stories of a state are not current, and what stands for them."""

    duplicates: dict[str, str] = field(default_factory=dict)
    """Story -> the story that it repeats; one that a better copy superseded repeats that."""
    superseded: dict[str, str | None] = field(default_factory=dict)
    """Story whose content is gone -> the story that took its place, if one did."""

    @classmethod
    def read(cls, store: Store) -> Standings:
        """Those of a state: of two rows about one story the later counts."""
        found = cls()
        for _, row in store.rows("standings"):
            story = row["id"]
            found.duplicates.pop(story, None)
            found.superseded.pop(story, None)
            if row["superseded"]:
                found.superseded[story] = row["by"]
            elif row["duplicate_of"] is not None:
                found.duplicates[story] = row["duplicate_of"]
        return found

    def current(self, story: str) -> bool:
        """Whether a story stands for itself."""
        return story not in self.duplicates and story not in self.superseded

    def root(self, story: str) -> str | None:
        """The current story that stands for one; None where none does, or where they go in a circle."""
        seen = set()
        at: str | None = story
        while at is not None and not self.current(at):
            if at in seen:
                return None
            seen.add(at)
            at = self.superseded[at] if at in self.superseded else self.duplicates[at]
        return at


def standing_row(
    story: str, *, duplicate_of: str | None = None, superseded: bool = False, by: str | None = None
) -> dict[str, object]:
    """A row of `standings`."""
    return {"id": story, "duplicate_of": duplicate_of, "superseded": superseded, "by": by}


@dataclass(slots=True)
class Prior:
    """What publishing has to know of earlier runs."""

    placed: list[Placed] = field(default_factory=list)
    """Shards of fingerprints, each with `PUBLISHED` or `OPEN` for the number of a file."""
    replacements: dict[str, str | None] = field(default_factory=dict)
    """Stories whose content is gone -> the new story of the same source that takes their place."""
    shards: dict[str, str] = field(default_factory=dict)
    """New stories of changed sources -> the staged shard that they are in."""
    open: tuple[str, ...] = ()
    """Published stories that are left of those whose originals, or better copies, are gone: they may stand for themselves."""

    def supersedes(self) -> dict[str, tuple[str, str]]:
        """New story -> the old one that it takes the place of, of several the first; and its shard."""
        pairs = sorted(self.replacements.items(), reverse=True)
        return {new: (old, self.shards[new]) for old, new in pairs if new is not None}


def gather_prior(
    store: Store,
    standings: Standings,
    changes: Changes,
    folder: str,
    shards: Sequence[StagedShard],
    settings: DuplicateSettings,
) -> Prior:
    """Stream the state's fingerprints, and stage those that matter tonight.

    Args:
        store: the state before tonight.
        standings: of its stories.
        changes: what tonight's sources changed.
        folder: of the staged shards; the earlier ones are written there, too.
        shards: tonight's.
        settings: of [duplicates].
    """
    prior = Prior()
    keys = _keys_of_all((print_ for shard in shards for print_ in read_fingerprints(folder, shard)), settings)
    if changes.withdrawn:
        prior.open = _open(standings, changes.withdrawn)
        wanted = changes.withdrawn.keys() | set(prior.open)
        lines = store.all_lines("fingerprints")
        found = {story: _parse(line) for line in lines if (story := line[STORY_ID].decode()) in wanted}
        prior.replacements = _replacements(changes, found, _successors(changes, folder, shards, prior.shards), settings)
        rows = [found[story] for story in prior.open if story in found]
        prior.placed += [(OPEN, shard) for shard in _stage(folder, "open", rows)]
        keys = np.union1d(keys, _keys_of_all(rows, settings))
    if len(keys):
        candidates = _sharing(_current(store, standings, changes), keys, settings)
        prior.placed += [(PUBLISHED, shard) for shard in _stage(folder, "published", candidates)]
    return prior


def _open(standings: Standings, withdrawn: Collection[str]) -> tuple[str, ...]:
    """Duplicates that are left of stories whose content is gone."""
    return tuple(
        sorted(story for story in standings.duplicates if story not in withdrawn and standings.root(story) in withdrawn)
    )


def _parse(line: bytes) -> Fingerprint:
    return Fingerprint(**json.loads(line))


def _keys_of_all(prints: Iterable[Fingerprint], settings: DuplicateSettings) -> npt.NDArray[np.uint64]:
    """The sorted keys of many stories, each once."""
    keys = [keys_of(print_, settings) for print_ in prints]
    return np.unique(np.concatenate(keys)) if keys else np.empty(0, np.uint64)


def _current(store: Store, standings: Standings, changes: Changes) -> Iterator[Fingerprint]:
    """The stories of a state that stand, also after tonight, and are not published again tonight."""
    for line in store.all_lines("fingerprints"):
        story = line[STORY_ID].decode()
        if standings.current(story) and story not in changes.withdrawn and story not in changes.again:
            yield _parse(line)


def _sharing(
    prints: Iterator[Fingerprint], keys: npt.NDArray[np.uint64], settings: DuplicateSettings
) -> Iterator[Fingerprint]:
    """Of these stories those that share enough of these keys to be like a story that has them."""
    while some := list(itertools.islice(prints, FILTERED_AT_ONCE)):
        mine = [keys_of(print_, settings) for print_ in some]
        every = np.concatenate(mine)
        at = np.minimum(np.searchsorted(keys, every), len(keys) - 1)
        starts = np.cumsum([0, *(len(of_one) for of_one in mine[:-1])])
        shared = np.add.reduceat((keys[at] == every).astype(np.int64), starts)
        yield from (print_ for print_, number in zip(some, shared.tolist(), strict=True) if number >= MIN_SHARED)


def _stage(folder: str, name: str, prints: Iterable[Fingerprint]) -> Iterator[StagedShard]:
    """Write fingerprints as staged shards."""
    stream = iter(prints)
    for number in itertools.count():
        some = list(itertools.islice(stream, SHARD_STORIES))
        if not some:
            return
        shard = f"earlier-{name}-{number:05d}"
        out = HashedFile(folder, f"{shard}.fingerprints.jsonl", "fingerprints")
        for print_ in some:
            out.write(to_line(asdict(print_)))
        yield StagedShard(name=shard, sources=(), files=(out.close(),), counts={})


def _successors(
    changes: Changes, folder: str, shards: Iterable[StagedShard], places: dict[str, str]
) -> dict[str, Fingerprint]:
    """The fingerprints of the new stories of changed sources; `places` is told which shard each is in."""
    wanted = {story for stories in changes.successors.values() for story in stories}
    found = {}
    for shard in shards:
        for print_ in read_fingerprints(folder, shard):
            if print_.story in wanted:
                found[print_.story] = print_
                places[print_.story] = shard.name
    return found


def _replacements(
    changes: Changes, found: Mapping[str, Fingerprint], new: Mapping[str, Fingerprint], settings: DuplicateSettings
) -> dict[str, str | None]:
    """Of each changed source, which new story takes the place of which old one."""
    old: dict[str, list[Fingerprint]] = defaultdict(list)
    for story, uri in changes.withdrawn.items():
        if story in found:
            old[uri].append(found[story])
    replaced: dict[str, str | None] = dict.fromkeys(changes.withdrawn)
    for uri, before in old.items():
        after = [new[story] for story in changes.successors[uri] if story in new]
        replaced |= match_stories(before, after, settings)
    return replaced
