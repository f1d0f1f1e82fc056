"""Grouping: which story repeats which, whatever the order, the shards, the partitions and the workers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from copydesk.pipeline import alike, duplicates, graphs
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.staging import records as staging
from copydesk.transforms.shapes import Fingerprint
from tests.pipeline.jobs import records, run
from tests.transforms.tag.test_likeness import fingerprint

SEEDS = Path(__file__).parents[2] / "seeds" / "duplicates"
SETTINGS = default_settings().duplicates
Found = dict[str, tuple[str, float]]


def words(start: int, end: int) -> str:
    """A text of words that are all different, and in no other range."""
    return " ".join(f"word{number:x}s" for number in range(start, end))


def name(number: int) -> str:
    """The id of a story."""
    return f"{number:032x}"


def stage(folder: Path, prints: Sequence[Fingerprint], shards: int) -> list[tuple[int, staging.StagedShard]]:
    """Fingerprints dealt out to staged shards, each for a published file of its own."""
    placed = []
    for number in range(shards):
        out = staging.HashedFile(str(folder), f"shard-{number}.fingerprints.jsonl", "fingerprints")
        for row in prints[number::shards]:
            out.write(to_line(asdict(row)))
        placed.append((number, staging.StagedShard(name=f"shard-{number}", sources=(), files=(out.close(),), counts={})))
    return placed


def group(folder: Path, prints: Sequence[Fingerprint], shards: int = 1) -> Found:
    """The graph, over so many shards."""
    place = staging.Staging(folder=str(folder))
    placed = stage(folder, prints, shards)
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        marks = alike.find_duplicates(pipeline, placed, SETTINGS, place)
        (
            marks
            | beam.Map(lambda mark: (None, json.dumps(mark)))
            | beam.GroupByKey()
            | beam.MapTuple(lambda _, lines: graphs.write_lines(place.published, lines))
        )
    rows = [json.loads(line) for line in Path(place.published).read_text().splitlines()] if prints else []
    where = {row.story: number for number in range(shards) for row in prints[number::shards]}
    assert all(file == where[story] for file, (story, _, _) in rows), "each mark goes to the file of its story"
    return {story: (best, similarity) for _, (story, best, similarity) in rows}


def corpus() -> list[Fingerprint]:
    """Forty stories: families of equal, near and partial copies, short ones, and one that is alone."""
    chance = random.Random(5)  # noqa: S311 - the same every time
    made = []
    for family in range(8):
        whole = words(family * 1_000, family * 1_000 + 300).split()
        edited = [word if chance.random() > 0.04 else f"{word}x" for word in whole]
        for number, text in enumerate((whole, [*whole], edited, whole[:120], edited[:90])):
            fields = {"whole": number == 2, "published": f"2024-05-0{1 + chance.randrange(9)}"}
            made.append(fingerprint(" ".join(text), name(family * 10 + number), **fields))
    short = [fingerprint("The same few words.", name(500 + number)) for number in range(3)]
    return [*made, *short, fingerprint("Few words of another kind.", name(600))]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The corpus grouped in one shard."""
    return group(tmp_path_factory.mktemp("one"), corpus())


def test_each_family_has_one_best_copy(found: Found) -> None:
    """The near copy with all its fields stays; equal, near and cut copies point to it; equal texts have 1, all others less."""
    for family in range(8):
        best = name(family * 10 + 2)
        assert best not in found
        assert [found[name(family * 10 + number)][0] for number in (0, 1, 3, 4)] == [best] * 4
        assert all(found[name(family * 10 + number)][1] < 1 for number in (0, 1, 3))
    assert [found.get(name(500 + number)) for number in range(3)] == [None, (name(500), 1.0), (name(500), 1.0)]
    assert name(600) not in found


def test_the_seeds_tell_each_kind(tmp_path: Path) -> None:
    """A story on another site, edited by a desk, and cut off: all three repeat the copy that has all its fields."""
    run([str(SEEDS / "*-site.txt"), str(SEEDS / "edited.txt"), str(SEEDS / "cut-off.txt")], tmp_path / "out")
    stories = {Path(row["source"]["uri"]).name: row for row in records(tmp_path / "out", "story")}
    best = stories.pop("first-site.txt")
    assert best["duplicate_of"] is best["similarity"] is None
    assert {row["duplicate_of"] for row in stories.values()} == {best["id"]}
    alike = {name: row["similarity"] for name, row in stories.items()}
    assert alike["second-site.txt"] == 1 > alike["cut-off.txt"] > 0.9 > alike["edited.txt"] > 0.7


def test_order_and_shards_change_nothing(found: Found, tmp_path: Path) -> None:
    """The same stories in any order, dealt out to any number of shards, repeat the same stories."""
    prints = corpus()
    random.Random(1).shuffle(prints)  # noqa: S311 - the same every time
    assert group(tmp_path, prints, shards=7) == found


def test_partitions_change_nothing(found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are sorted in many parts find what they find in one."""
    monkeypatch.setattr(duplicates, "PARTITION_STORIES", 5)
    assert group(tmp_path, corpus(), shards=3) == found


def test_no_story_no_duplicate(tmp_path: Path) -> None:
    """A run without stories has nothing to compare."""
    assert group(tmp_path, [], shards=2) == {}


def test_a_chain_is_not_closed(tmp_path: Path) -> None:
    """Of versions that each differ a little from the last, none points to one that it is not like, nor to a duplicate."""
    versions = [fingerprint(words(start, start + 400), name(start + 1)) for start in range(0, 1_200, 100)]
    found = group(tmp_path, versions, shards=2)
    stays = [row.story for row in versions if row.story not in found]
    assert 1 < len(stays) < len(versions)
    for story, (best, similarity) in found.items():
        assert best in stays
        assert similarity >= SETTINGS.near
        assert abs(int(story, 16) - int(best, 16)) <= 200  # half of the words in common; of those next to it, 3 of 5 pairs


def test_a_thousand_copies_cost_a_thousand_pairs(tmp_path: Path) -> None:
    """Of a key that n stories share some n pairs are made, not n times n."""
    parcel = _parcel(str(tmp_path), (fingerprint(words(0, 100), name(number)) for number in range(1_000)))
    rows = sum(len(pairs) // 13 for _, pairs in duplicates.pair_up(str(tmp_path), [parcel]))
    assert 999 <= rows <= 4_000


def _parcel(folder: str, prints: Iterable[Fingerprint]) -> Any:
    rows = list(prints)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "read_fingerprints", lambda *_: iter(rows))
        [(_, parcel)] = duplicates.read_keys(folder, None, 0, 1, SETTINGS)  # type: ignore[arg-type]  # nothing is read of it
    return parcel
