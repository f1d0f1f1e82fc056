"""Many runs of a state into one, which says the same: a later run gives the same records as without it.

What no later run asks for is left out: sources whose content is gone, stories that are superseded with their fingerprints,
earlier samples of documents that were sampled again. A duplicate names the story that stands for it now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.prior import STORY_ID, Standings, standing_row
from copydesk.pipeline.state.versions import current_sources


def compact(store: stores.Store) -> bool:
    """Make one run of all; whether there was anything to do. The lock has to be held, and what a crash left be mended.

    The one marker that replaces all others is the commit; a crash before it leaves data that count for nothing, one after it
    leaves data that no longer count. Either are removed by the next run.

    Raises:
        StateError: the state is not whole.
        OSError: the file system is full or may not be written.
    """
    if len(store.runs) < 2:
        return False
    last = store.runs[-1]
    name = f"{last.id}-compact"
    standings = Standings.read(store)
    rows: dict[str, Iterable[dict[str, Any] | bytes]] = {
        "sources": _sources(store),
        "lines": _samples(store, "lines"),
        "names": _samples(store, "names"),
        "fingerprints": _fingerprints(store, standings),
        "standings": _standings(standings),
    }
    entry = stores.RunEntry(
        id=name,
        number=last.number,
        before=None,
        started=last.started,
        output=last.output,
        counts=last.counts,
        files=stores.write_data(store.folder, name, rows),
        runs=tuple(run for entry in store.runs for run in entry.runs),
        markers=tuple(marker for entry in store.runs for marker in (*entry.markers, entry.id)),
    )
    stores.commit(store.folder, entry)
    store.runs = [entry]
    stores.sweep(store)
    return True


def _sources(store: stores.Store) -> Iterator[dict[str, Any]]:
    """The sources that stand, in order of their digests."""
    yield from (row for _, row in sorted(current_sources(store, lambda _: True).items()))


def _samples(store: stores.Store, kind: str) -> Iterator[dict[str, Any]]:
    """Of each document of a site its latest sample."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for _, row in store.rows(kind):
        latest[row["site"], row["tag"]] = row
    yield from (row for _, row in sorted(latest.items()))


def _fingerprints(store: stores.Store, standings: Standings) -> Iterator[bytes]:
    """Those of stories that are not superseded, each once."""
    last: dict[bytes, int] = {}
    for number, line in enumerate(store.all_lines("fingerprints")):
        last[line[STORY_ID]] = number
    for number, line in enumerate(store.all_lines("fingerprints")):
        if last[line[STORY_ID]] == number and line[STORY_ID].decode() not in standings.superseded:
            yield line


def _standings(standings: Standings) -> Iterator[dict[str, Any]]:
    for story in sorted(standings.duplicates):
        yield standing_row(story, duplicate_of=standings.root(story))
