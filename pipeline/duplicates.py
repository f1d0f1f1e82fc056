"""Which stories repeat others: candidates share runs of words, their samples are compared, and the best copy is chosen.

What crosses a shuffle is packed: arrays of numbers as bytes, a value for a whole shard. The keys, half a kilobyte a story, do
not cross one, since a local runner holds what does several times in memory: they wait in the staging folder, a file for a
shard, and only where they lie is told. In order:

1. `read_keys`: the keys of a shard's fingerprints into its file, to the partition of each key where its keys are.
2. `pair_up`: in a partition, the stories that share a key as pairs, as many as keys, not as many as pairs. To the shard of one.
3. `send_prints`: of pairs that share several keys, the one's fingerprint to the shard of the other.
4. `compare_prints`: which of them are alike.
5. `choose_copies`: of all that are alike, in one place, which repeats which.

Each is a function of sets: neither the order nor the bundles nor the workers change what comes out. The fingerprints of an
earlier run are further shards, whose stories come before all others; the choice is then made by `state/choice.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from copydesk.pipeline import files
from copydesk.pipeline.faults import writing
from copydesk.pipeline.staging import records as staging
from copydesk.transforms.settings import DuplicateSettings
from copydesk.transforms.shapes import Fingerprint
from copydesk.transforms.tag.likeness import NAME, PRINT, Table, compare, halves, rank_of, to_prints
from copydesk.transforms.tag.sketches import from_base64

Placed: TypeAlias = tuple[int, staging.StagedShard]
"""A shard with the number of the published file that its stories go to."""
KeyParcel: TypeAlias = tuple[int, int, int, int]
"""Number of a shard, its stories, and of a partition where in the shard's file of keys it begins, and how many keys it has."""
Mark: TypeAlias = tuple[int, tuple[str, str, float]]
"""Number of a published file; a story in it, the story that it repeats, and how alike they are."""

PARTITION_STORIES: Final = 125_000
"""Stories whose keys are sorted at once: some 200 MB of memory while it lasts."""
_FEW_STORIES: Final = 25_000
_FEW_PARTITIONS: Final = 4
"""Fewer stories are cut into smaller partitions, up to so many; more would cost more than they save, since each names all
stories."""
MIN_SHARED: Final = 2
"""Keys that candidates share: one is a stock phrase, two are rarely chance. Equal stories share both halves of a digest."""
COMPARED_AT_ONCE: Final = 8_192
"""Pairs compared at once: some 30 MB of memory while it lasts."""

_RANKED: Final = np.dtype([("rank", "<u8"), ("id", "<u8")])
"""What sorts stories; half of an id will do."""
_KEY: Final = np.dtype("<u4")
_PAIR: Final = np.dtype([("row", "<u4"), ("shard", "<u4"), ("other", "<u4"), ("shared", "u1")])
"""A story's row in its shard; the shard and row of the better ranked story; keys that they share."""
_ENDS: Final = ["row", "shard", "other"]
_SENT: Final = np.dtype([("row", "<u4"), ("print", PRINT)])
"""A row of the shard that it is sent to, and the fingerprint to be compared with it."""
ALIKE: Final = np.dtype([("names", NAME, 2), ("files", "<u4", 2), ("similarity", "<f8"), ("part", "i1")])


def count_partitions(stories: int) -> int:
    """Partitions of the keys of so many stories; the result is the same for any number.

    >>> count_partitions(0), count_partitions(60_000), count_partitions(400_000), count_partitions(1_000_000)
    (1, 3, 4, 8)
    """
    return max(-(-stories // PARTITION_STORIES), min(-(-stories // _FEW_STORIES), _FEW_PARTITIONS), 1)


def read_fingerprints(folder: str, shard: staging.StagedShard) -> Iterator[Fingerprint]:
    """The fingerprints of a staged shard, in their order."""
    for line in staging.read_staged(folder, shard, "fingerprints"):
        yield Fingerprint(**json.loads(line))


def _read_prints(folder: str, placed: Iterable[Placed]) -> Table:
    [(file, shard)] = placed
    return to_prints(read_fingerprints(folder, shard), file)


# --- candidates -------------------------------------------------------------------------------------------------------


def keys_of(fingerprint: Fingerprint, settings: DuplicateSettings) -> npt.NDArray[np.uint64]:
    """The keys by which a story is found: the halves of its digest, and its runs of words, if it is long enough to have any."""
    exact = np.array(halves(fingerprint.exact), np.uint64)
    return np.append(exact, from_base64(fingerprint.keys, "<u8")) if fingerprint.words >= settings.min_words else exact


def read_keys(
    folder: str, shard: staging.StagedShard, number: int, partitions: int, settings: DuplicateSettings
) -> Iterator[tuple[int, KeyParcel]]:
    """Write the keys by which a shard's stories are found: partition -> where they are.

    The file holds what sorts the stories (`_RANKED`), and then for each partition how many keys each story has in it (u8), and
    these keys (u32).

    Args:
        folder: of the staged shards; the file of keys goes there, too.
        shard: whose fingerprints are read.
        number: of the shard, which names the file.
        partitions: how many there are.
        settings: from which length on stories have keys of their words.

    Raises:
        DiskFault: the file cannot be written.
    """
    names, keys = [], []
    for fingerprint in read_fingerprints(folder, shard):
        names.append((rank_of(fingerprint), halves(fingerprint.story)[0]))
        keys.append(keys_of(fingerprint, settings))
    if not names:
        return
    every = np.concatenate(keys)
    rows = np.repeat(np.arange(len(keys)), [len(mine) for mine in keys])
    parts, rest = every % np.uint64(partitions), (every // np.uint64(partitions)).astype(_KEY)
    packed = bytearray(np.array(names, _RANKED).tobytes())
    parcels: list[KeyParcel] = []
    for partition in range(partitions):
        here = parts == partition
        parcels.append((number, len(names), len(packed), int(here.sum())))
        packed += np.bincount(rows[here], minlength=len(keys)).astype(np.uint8).tobytes() + rest[here].tobytes()
    path = _keys_file(folder, number)
    with writing(path):
        files.write_whole(path, bytes(packed))
    yield from enumerate(parcels)


def _keys_file(folder: str, number: int) -> str:
    return files.join(folder, f"keys-{number:05d}")


def pair_up(folder: str, parcels: Iterable[KeyParcel], published: frozenset[int] = frozenset()) -> Iterator[tuple[int, bytes]]:
    """Stories that share a key: shard of the one -> pairs.

    Of a key that many stories have not all pairs are made, which would be as many as its square. Each story is paired with
    the best ranked two, the longest, and its neighbour in rank: a duplicate points to the best copy, or to the whole that it
    is a part of, and two stories that are alike share many keys, not all of them with the same third ones.

    Args:
        folder: of the files of keys.
        parcels: where the keys of one partition are.
        published: shards of stories that an earlier run published. They come before all others, are not paired with each
            other, and change nothing in how the others are.
    """
    shards, at, names, story, keys = _read_parcels(folder, parcels)
    earlier = np.isin(shards, np.array(sorted(published), np.uint32))
    place = _places(names["rank"], names["id"], ~earlier)
    length = _inverse(place, _places(names["rank"] & np.uint64(2**63 - 1), names["id"]))  # without the bit that says whole
    del names
    if published:
        new = ~earlier[story]
        across = _pairs_of_keys(keys, place[story], length)
        across = across[(across // len(place) >= earlier.sum()) & (across % len(place) < earlier.sum())]
        found = np.concatenate([_pairs_of_keys(keys[new], place[story][new], length), across])
    else:
        found = _pairs_of_keys(keys, place[story], length)
    del story, keys
    by_place = np.argsort(place)
    pairs, counts = np.unique(found, return_counts=True)
    one, other = by_place[pairs // len(place)], by_place[pairs % len(place)]
    table = np.empty(len(pairs), _PAIR)
    table["row"], table["other"], table["shard"], table["shared"] = at[one], at[other], shards[other], counts
    yield from _by_shard(shards[one], table)


def _read_parcels(
    folder: str, parcels: Iterable[KeyParcel]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], Table, npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Of each story its shard, its row there and what sorts it; of each key the number of its story, and the key."""
    numbers, names, counts, keys = [], [], [], []
    for shard, stories, at, many in sorted(parcels):
        with files.open_read(_keys_file(folder, shard)) as stream:
            names.append(np.frombuffer(stream.read(stories * _RANKED.itemsize), _RANKED))
            stream.seek(at)
            counts.append(np.frombuffer(stream.read(stories), np.uint8))
            keys.append(np.frombuffer(stream.read(many * _KEY.itemsize), _KEY))
        numbers.append(shard)
    sizes = [len(mine) for mine in names]
    shards = np.repeat(np.array(numbers, np.uint32), sizes)
    rows = np.concatenate([np.arange(size, dtype=np.uint32) for size in sizes])
    owners = np.repeat(np.arange(len(shards)), np.concatenate(counts))
    return shards, rows, np.concatenate(names), owners, np.concatenate(keys)


def _places(
    rank: npt.NDArray[np.uint64], id_: npt.NDArray[np.uint64], before: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.int64]:
    """The place of each story when they are sorted by rank and then by id, and by something else before that."""
    order = np.lexsort((id_, rank) if before is None else (id_, rank, before))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def _inverse(place: npt.NDArray[np.int64], values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Values of stories, by the places of the stories."""
    sorted_ = np.empty(len(values), np.int64)
    sorted_[place] = values
    return sorted_


def _pairs_of_keys(
    keys: npt.NDArray[np.uint32], places: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Pairs of stories, once for each key that both have, of the few that each key gives.

    Args:
        keys: all keys of all stories.
        places: for each, the place of its story by rank.
        lengths: for each place, the place of its story by length.

    Returns:
        Of each pair the worse one's place times the number of stories, and the better one's.
    """
    keys, places = _repeated(keys, places)
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    opens = np.flatnonzero(np.diff(keys, prepend=keys[:1] ^ np.uint32(1)) != 0)
    sizes = np.diff(opens, append=len(keys))
    first = np.repeat(opens, sizes)
    here = np.arange(len(keys))
    by_length = np.lexsort((lengths[places], keys))
    longest = np.repeat(by_length[opens], sizes)
    apart = np.abs(here - longest) > 1
    chosen = [
        (here > first, first),
        (here > first + 1, first + 1),
        (here > first + 2, here - 1),
        ((here > first + 1) & (longest > first + 1) & apart, longest),
    ]
    one = np.concatenate([places[which] for which, _ in chosen])
    other = np.concatenate([places[partner[which]] for which, partner in chosen])
    pairs: npt.NDArray[np.int64] = np.maximum(one, other) * len(lengths) + np.minimum(one, other)
    return pairs


def _repeated(
    keys: npt.NDArray[np.uint32], places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """The keys that stand there more than once: most do not, and need no more thought."""
    order = np.argsort(keys)
    sorted_ = keys[order]
    same = sorted_[1:] == sorted_[:-1]
    several = np.zeros(len(keys), bool)
    several[1:] |= same
    several[:-1] |= same
    chosen = order[several]
    return keys[chosen], places[chosen]


def _by_shard(shards: npt.NDArray[np.uint32], table: Table) -> Iterator[tuple[int, bytes]]:
    """A table cut by shards."""
    order = np.argsort(shards, kind="stable")
    numbers, starts = np.unique(shards[order], return_index=True)
    for number, rows in zip(numbers.tolist(), np.split(table[order], starts[1:]), strict=False):
        yield number, rows.tobytes()


# --- comparison -------------------------------------------------------------------------------------------------------


def send_prints(folder: str, placed: Iterable[Placed], parcels: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The fingerprints of candidates: shard of the other story -> what is to be compared with it.

    Args:
        folder: of the staged shards.
        placed: one shard.
        parcels: what `pair_up` found of its stories, from every partition.
    """
    pairs = np.frombuffer(b"".join(parcels), _PAIR)
    if not len(pairs):
        return
    pairs = pairs[np.lexsort((pairs["other"], pairs["shard"], pairs["row"]))]
    opens = np.flatnonzero(np.append(True, pairs[1:][_ENDS] != pairs[:-1][_ENDS]))
    pairs = pairs[opens[np.add.reduceat(pairs["shared"].astype(np.int64), opens) >= MIN_SHARED]]
    table = np.empty(len(pairs), _SENT)
    if len(pairs):
        table["row"], table["print"] = pairs["other"], _read_prints(folder, placed)[pairs["row"]]
    yield from _by_shard(pairs["shard"], table)


def compare_prints(
    folder: str, placed: Iterable[Placed], parcels: Iterable[bytes], settings: DuplicateSettings
) -> Iterator[bytes]:
    """The pairs that are alike, packed, of what was sent to a shard."""
    prints: Table | None = None
    for parcel in parcels:
        if prints is None:
            prints = _read_prints(folder, placed)
        sent = np.frombuffer(parcel, _SENT)
        for start in range(0, len(sent), COMPARED_AT_ONCE):
            some = sent[start : start + COMPARED_AT_ONCE]
            left, right = some["print"], prints[some["row"]]
            found = compare(left, right, settings)
            table = np.empty(len(some), ALIKE)
            table["names"] = np.stack([left["name"], right["name"]], axis=1)
            table["files"] = np.stack([left["file"], right["file"]], axis=1)
            table["similarity"], table["part"] = found.similarity, found.part
            if (alike := found.similarity > 0).any():
                yield table[alike].tobytes()


# --- choice -----------------------------------------------------------------------------------------------------------


def choose_copies(parcels: Iterable[bytes]) -> Iterator[Mark]:
    """Of all pairs that are alike, which story repeats which: number of the file -> (story, the story it repeats, similarity).

    Stories are taken one by one, the best first: those that are no part of another by their rank, then parts, the longest
    first. A story that is like one taken before it that is no duplicate is a duplicate, of the most similar of these; any
    other stays. So `duplicate_of` names a story that stays, and one that was compared and found alike: a chain of copies, each
    a little different from the last, is never closed over stories that are not alike.
    """
    alike = np.frombuffer(b"".join(parcels), ALIKE)
    names, ends = number_names(alike["names"].reshape(-1))
    files = np.empty(len(names), np.uint32)
    files[ends] = alike["files"].reshape(-1)
    ends = ends.reshape(-1, 2)
    ends, part = np.where(alike["part"][:, None] > 0, ends[:, ::-1], ends), alike["part"] != 0
    is_part = np.zeros(len(names), bool)
    is_part[ends[part, 0]] = True
    rank = np.where(is_part, names["rank"] << np.uint64(1), names["rank"])  # of parts without the bit that says whole
    order = np.lexsort((names["id"][:, 1], names["id"][:, 0], rank, is_part))
    turn = np.empty(len(names), np.int64)
    turn[order] = np.arange(len(names))
    wrong_way = part & (turn[ends[:, 0]] < turn[ends[:, 1]])  # no story points to a part of itself
    turns = np.sort(turn[ends[~wrong_way]], axis=1)
    for late, early, similarity in _first_come(turns, alike["similarity"][~wrong_way], len(names)):
        story, best = order[late], order[early]
        yield int(files[story]), (to_hex(names["id"][story]), to_hex(names["id"][best]), similarity)


def number_names(names: Table) -> tuple[Table, npt.NDArray[np.int64]]:
    """The different stories, sorted by name, and for each row its story's number."""
    order = np.lexsort((names["id"][:, 1], names["id"][:, 0], names["rank"]))
    sorted_ = names[order]
    new = np.ones(len(names), bool)
    new[1:] = (sorted_["id"][1:] != sorted_["id"][:-1]).any(axis=1)
    number = np.empty(len(names), np.int64)
    number[order] = np.cumsum(new) - 1
    return sorted_[new], number


def _first_come(
    turns: npt.NDArray[np.int64], similarity: npt.NDArray[np.float64], stories: int
) -> Iterator[tuple[int, int, float]]:
    """Pairs (duplicate, original, similarity) in the order of the duplicates; of equal originals the first is taken."""
    order = np.lexsort((turns[:, 0], -similarity, turns[:, 1]))
    stays = bytearray(b"\1") * stories
    for (early, late), value in zip(turns[order].tolist(), similarity[order].tolist(), strict=True):
        if stays[late] and stays[early]:
            stays[late] = 0
            yield late, early, value


def to_hex(halves_: npt.NDArray[np.uint64]) -> str:
    """A digest's two numbers as 32 hex digits."""
    high, low = halves_.tolist()
    return f"{high << 64 | low:032x}"
