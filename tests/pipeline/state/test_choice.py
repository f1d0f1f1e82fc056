"""Which story stays where some are published: the published one, unless a new one is clearly the better copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from copydesk.pipeline import duplicates
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.staging import records as staging
from copydesk.pipeline.state.choice import OPEN, PUBLISHED, choose_tonight
from copydesk.transforms.shapes import Fingerprint
from tests.pipeline.state.states import name, words
from tests.transforms.tag.test_likeness import fingerprint

SETTINGS = default_settings().duplicates
WHOLE = words(0, 200)
EDITED = " ".join(f"{word}x" if at % 30 == 0 else word for at, word in enumerate(WHOLE.split()))
PART = " ".join(WHOLE.split()[:90])
OTHER = words(5_000, 5_200)


def decide(folder: Path, groups: Mapping[int, Sequence[Fingerprint]]) -> dict[tuple[int, str], tuple[Any, ...]]:
    """The steps of the graph, one after another: fingerprints by the number of their file."""
    placed = []
    for file, prints in sorted(groups.items()):
        out = staging.HashedFile(str(folder), f"{file}.fingerprints.jsonl", "fingerprints")
        for row in prints:
            out.write(to_line(asdict(row)))
        placed.append((file, staging.StagedShard(name=str(file), sources=(), files=(out.close(),), counts={})))
    published = frozenset(index for index, (file, _) in enumerate(placed) if file == PUBLISHED)
    keys = [
        parcel for index, (_, shard) in enumerate(placed)
        for _, parcel in duplicates.read_keys(str(folder), shard, index, 1, SETTINGS)
    ]  # fmt: skip
    pairs, sent = defaultdict(list), defaultdict(list)
    for index, parcel in duplicates.pair_up(str(folder), keys, published):
        pairs[index].append(parcel)
    for index, parcels in sorted(pairs.items()):
        for other, packed in duplicates.send_prints(str(folder), [placed[index]], parcels):
            sent[other].append(packed)
    alike = [
        found for index, packed in sorted(sent.items())
        for found in duplicates.compare_prints(str(folder), [placed[index]], packed, SETTINGS)
    ]  # fmt: skip
    files = np.frombuffer(b"".join(alike), duplicates.ALIKE)["files"]
    assert not (files == PUBLISHED).all(axis=1).any(), "published stories are not compared with each other"
    return {(file, row[0]): row[1:] for file, row in choose_tonight(alike)}


def test_the_published_one_stays(tmp_path: Path) -> None:
    """Copies, near copies and parts of it are its duplicates, whatever their ids, and however many there are."""
    tonight = [fingerprint(text, name(number)) for number, text in enumerate((WHOLE, EDITED, PART, OTHER), 1)]
    found = decide(tmp_path, {0: tonight, PUBLISHED: [fingerprint(WHOLE, name(9))]})
    assert {story: row[0] for (_, story), row in found.items()} == {name(1): name(9), name(2): name(9), name(3): name(9)}
    assert found[0, name(1)] == (name(9), 1.0, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (fingerprint(PART, name(9)), fingerprint(WHOLE, name(1))),
        (fingerprint(WHOLE, name(9)), fingerprint(WHOLE, name(1), whole=True)),
        (fingerprint(PART, name(9), whole=True), fingerprint(WHOLE, name(1))),
    ],
    ids=["it holds the published one", "it is complete", "it holds a complete one"],
)
def test_a_clearly_better_copy_supersedes(tmp_path: Path, old: Fingerprint, new: Fingerprint) -> None:
    """The new one stays, and says what it supersedes; the published one is told to be superseded by it."""
    found = decide(tmp_path, {0: [new], PUBLISHED: [old]})
    assert found == {(0, name(1)): (None, None, name(9)), (PUBLISHED, name(9)): (None, None, name(1))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (fingerprint(WHOLE, name(9)), fingerprint(f"{WHOLE} more", name(1))),
        (fingerprint(WHOLE, name(9), published="2024-05-02"), fingerprint(WHOLE, name(1), published="2024-05-01")),
        (fingerprint(WHOLE, name(9)), fingerprint(PART, name(1), whole=True)),
    ],
    ids=["a little longer", "a little earlier", "complete, but a part"],
)
def test_another_copy_does_not(tmp_path: Path, old: Fingerprint, new: Fingerprint) -> None:
    """What would be the better copy of one night is no reason to change what is published."""
    assert decide(tmp_path, {0: [new], PUBLISHED: [old]})[0, name(1)][0] == name(9)


def test_of_several_better_copies_the_best_supersedes(tmp_path: Path) -> None:
    """The others repeat it; and one copy may supersede two stories, of which it names the more similar."""
    tonight = [fingerprint(WHOLE, name(1)), fingerprint(EDITED, name(2))]
    old = [fingerprint(PART, name(8)), fingerprint(" ".join(WHOLE.split()[110:190]), name(9))]
    found = decide(tmp_path, {0: tonight, PUBLISHED: old})
    best, other = (name(1), name(2)) if (0, name(2)) in found and found[0, name(2)][0] else (name(2), name(1))
    assert found[0, other][0] == best
    assert {found[PUBLISHED, name(8)][2], found[PUBLISHED, name(9)][2]} == {best}
    assert found[0, best][2] in {name(8), name(9)}


def test_what_repeats_a_story_that_is_superseded_tonight_repeats_the_new_one(tmp_path: Path) -> None:
    """`duplicate_of` never names a story that does not stand."""
    tonight = [fingerprint(WHOLE, name(1)), fingerprint(PART, name(2))]
    found = decide(tmp_path, {0: tonight, PUBLISHED: [fingerprint(PART, name(9))]})
    assert found[0, name(2)][0] == name(1)


def test_a_duplicate_whose_original_is_gone_stands_if_nothing_else_does(tmp_path: Path) -> None:
    """It repeats what stands, or what comes tonight; of two such the better stands; one that is like nothing is not told of."""
    left = [fingerprint(WHOLE, name(1)), fingerprint(EDITED, name(2)), fingerprint(OTHER, name(3))]
    assert set(decide(tmp_path, {OPEN: left})) in ({(OPEN, name(1))}, {(OPEN, name(2))})
    found = decide(tmp_path, {OPEN: left, 0: [fingerprint(EDITED, name(7))]})
    assert {key: row[0] for key, row in found.items()} == {(OPEN, name(1)): name(7), (OPEN, name(2)): name(7)}
    found = decide(tmp_path, {OPEN: left, PUBLISHED: [fingerprint(OTHER, name(8))]})
    assert found[OPEN, name(3)][0] == name(8)


def test_tonight_is_compared_with_itself_as_without_a_state(tmp_path: Path) -> None:
    """Many published stories that share a phrase with all do not keep two copies of tonight apart."""
    phrase = words(90_000, 90_010)
    old = [fingerprint(f"{words(10_000 + 200 * at, 10_100 + 200 * at)} {phrase}", name(100 + at)) for at in range(30)]
    tonight = [fingerprint(f"{text} {phrase}", name(number)) for number, text in enumerate((WHOLE, EDITED, OTHER), 1)]
    found = decide(tmp_path, {0: tonight, PUBLISHED: old})
    assert len(found) == 1
    assert next(iter(found.values()))[0] in {name(1), name(2)}


def test_nothing_alike_gives_nothing(tmp_path: Path) -> None:
    """No pair, no choice."""
    assert decide(tmp_path, {0: [fingerprint(WHOLE, name(1))], PUBLISHED: [fingerprint(OTHER, name(2))]}) == {}
