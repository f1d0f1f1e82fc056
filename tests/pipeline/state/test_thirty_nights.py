"""Thirty nights of one inbox: what all outputs together say is what stands in the inbox, each piece once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from copydesk.pipeline.commands.checking import Check
from copydesk.pipeline.reading import read_manifest
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.verifying import verify
from tests.pipeline.jobs import everything, run
from tests.pipeline.state.newsroom import Expected, Reader, World

NIGHTS = 30
SEED = 11
Key = tuple[str, str]


def key_of(story: dict[str, Any]) -> Key:
    """What names a version of a source: its uri, and the hash of its bytes."""
    return story["source"]["uri"], story["source"]["sha256"]


def hashed(uri: str, payload: str) -> Key:
    """Likewise."""
    return uri, hashlib.sha256(payload.encode()).hexdigest()


class Night:
    """One night's run, looked at beside what the world says of it."""

    def __init__(self, world: World, reader: Reader, expected: Expected, output: Path) -> None:
        """Read the output."""
        self.world, self.reader, self.expected = world, reader, expected
        self.families = {hashed(*version): family for version, family in world.families.items()}
        before = {key_of(story): story["id"] for story in reader.stories.values()}
        self.withdrawn = {before[hashed(*version)] for version in expected.withdrawn}
        self.successors = {uri: old for uri, payload in expected.successor.items() for old in [self._old(before, payload)]}
        self.before = {self.family(story): story for story in reader.current() if story["id"] not in self.withdrawn}
        self.manifest = reader.read(output)
        self.found = everything(output)

    def _old(self, before: dict[Key, str], payload: str) -> str:
        return next(before[hashed(*version)] for version in self.expected.withdrawn if version[1] == payload)

    def family(self, story: dict[str, Any]) -> int:
        """Of a published story."""
        return self.families[key_of(story)]

    def check_counts(self) -> None:
        """What was new, changed, broken and skipped."""
        counts, expected = self.manifest["counts"], self.expected
        assert counts["unchanged"] == expected.unchanged
        assert (counts["changed"], counts["rejected"]) == (expected.changed, expected.rejected)
        assert counts["sources"] == counts["changed"] + counts["new"] == expected.processed.total()
        told = [record["source"]["uri"] for kind in ("document", "rejected") for record in self.found[kind]]
        assert sorted(told) == sorted(expected.processed)

    def check_stories(self) -> None:
        """Each family has one story that stands; it stays the same one unless it is gone or clearly surpassed."""
        current = sorted((self.family(story), story["id"]) for story in self.reader.current())
        held = {hashed(held.uri, held.text.payload): held.text for held in self.world.held}
        assert [family for family, _ in current] == sorted({text.family for text in held.values()})
        surpassed = set()
        for family, name in current:
            story, old = self.reader.stories[name], self.before.get(family)
            text = held[key_of(story)]
            if old and old["id"] != name:
                assert text.better_than(held[key_of(old)])
                surpassed.add(old["id"])
            assert not any(other.better_than(text) for other in held.values() if other.family == family and other.extended)
        assert {entry["id"] for entry in self.manifest["superseded"]} == self.withdrawn | surpassed
        assert self.manifest["counts"]["superseded"] == len(self.withdrawn | surpassed)
        self.check_links(surpassed)

    def check_links(self, surpassed: set[str]) -> None:
        """What repeats or is superseded leads to the story that stands for it, and a new version names the old one."""
        by = {entry["id"]: entry["by"] for entry in self.manifest["superseded"]}
        for story in self.found["story"]:
            old = self.successors.get(story["source"]["uri"])
            if old:
                assert (story["supersedes"], by[old]) == (old, story["id"])
            elif story["supersedes"]:
                assert story["supersedes"] in surpassed
        for held in self.world.held:
            name = next(s["id"] for s in self.reader.stories.values() if key_of(s) == hashed(held.uri, held.text.payload))
            root = self.reader.root(name)
            assert root is not None
            assert self.family(self.reader.stories[root]) == held.text.family


def test_every_story_is_published_once(tmp_path: Path) -> None:
    """New, changed, rewritten, reverted, repeated, broken, mended and vanished sources; the state passes `verify`."""
    world, reader = World(tmp_path / "inbox", SEED), Reader()
    world.inbox.mkdir()
    state = str(tmp_path / "state")
    for number in range(NIGHTS):
        world.happen()
        expected = world.night()
        output = tmp_path / f"night-{number:02d}"
        run([str(world.inbox)], output, state=state, kind="story")
        night = Night(world, reader, expected, output)
        night.check_counts()
        night.check_stories()
        if number % 5 == 4:
            assert not list(Check(read_manifest(str(output)), keep=True).faults())
            assert not list(verify(stores.open_state(state)))
    assert len(reader.stories) > 3 * NIGHTS
