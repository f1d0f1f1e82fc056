"""Is a state whole, and does it fit together? `copydesk state verify`.

Beyond what every run checks when it opens the state (format, markers, the files and their sizes): every checksum, the shape of
every row, and that sources, stories and standings fit: each story belongs to one source that stands, and each story that does
not stand for itself leads to one that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from copydesk.pipeline.state.prior import Standings
from copydesk.pipeline.state.store import KINDS, StateError, Store
from copydesk.pipeline.state.versions import current_sources

_TEXT: Final = (str,)
_MAYBE: Final = (str, type(None))
_SHAPES: Final[Mapping[str, Mapping[str, tuple[type, ...]]]] = {
    "sources": {
        "uri": _TEXT, "sha256": _MAYBE, "outcome": _TEXT, "stage": _MAYBE, "error": _MAYBE, "under": _TEXT, "stories": (list,),
        "same_as": _MAYBE, "gone": (bool,),
    },
    "lines": {"site": _TEXT, "tag": _TEXT, "content": _TEXT, "packed": _TEXT},
    "names": {"site": _TEXT, "tag": _TEXT, "content": _TEXT, "packed": _TEXT},
    "fingerprints": {
        "story": _TEXT, "exact": _TEXT, "whole": (bool,), "published": _MAYBE, "characters": (int,), "words": (int,),
        "keys": _TEXT, "pairs": _TEXT, "figures": _TEXT,
    },
    "standings": {"id": _TEXT, "duplicate_of": _MAYBE, "superseded": (bool,), "by": _MAYBE},
}  # fmt: skip
_RESTORE: Final = "bring the state back from a backup, or start a new one"


def verify(store: Store) -> Iterator[str]:
    """What is wrong with a state, a sentence each with its remedy; nothing where all is well."""
    wrong = [fault for kind in KINDS for fault in _row_faults(store, kind)]
    yield from wrong
    if not wrong:  # of broken rows nothing can be told
        yield from _story_faults(store)


def _row_faults(store: Store, kind: str) -> Iterator[str]:
    shape = _SHAPES[kind]
    try:
        for number, (run, row) in enumerate(store.rows(kind), 1):
            if not isinstance(row, dict) or row.keys() != shape.keys():
                yield f"{kind}, row {number}, run {run.id}: its keys are not {', '.join(shape)}; {_RESTORE}"
            elif bad := next((key for key, types in shape.items() if not isinstance(row[key], types)), None):
                yield f"{kind}, row {number}, run {run.id}: {bad} is {row[bad]!r}; {_RESTORE}"
    except (StateError, ValueError) as error:
        yield f"{kind}: {error}"


def _story_faults(store: Store) -> Iterator[str]:
    standings = Standings.read(store)
    stories = {row["story"] for _, row in store.rows("fingerprints")}
    yield from _owner_faults(store, stories, standings)
    for story, best in sorted(standings.duplicates.items()):
        if story not in stories:
            yield f"story {story}, which repeats {best}, is not known; {_RESTORE}"
        elif standings.root(story) not in stories:
            yield f"story {story} repeats {best}, which leads to no story that stands; {_RESTORE}"
    for story, by in sorted(standings.superseded.items()):
        if by is not None and by not in stories and by not in standings.superseded:
            yield f"story {story} is superseded by {by}, which is not known; {_RESTORE}"


def _owner_faults(store: Store, stories: set[str], standings: Standings) -> Iterator[str]:
    owners: dict[str, str] = {}
    for row in current_sources(store, lambda _: True).values():
        for story in row["stories"]:
            if story in owners:
                yield f"story {story} belongs to two sources, {owners[story]} and {row['uri']}; {_RESTORE}"
            owners[story] = row["uri"]
            if story not in stories:
                yield f"story {story} of {row['uri']} has no fingerprint; {_RESTORE}"
            if story in standings.superseded and standings.superseded[story] is None:
                yield f"story {story} was withdrawn, and its source {row['uri']} still stands; {_RESTORE}"
    for story in sorted(stories - owners.keys() - standings.superseded.keys()):
        yield f"story {story} belongs to no source that stands; {_RESTORE}"
