"""`copydesk state show|compact|verify`: what a state holds, made small, checked."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from copydesk.pipeline import files
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.folder import BusyError
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.compacting import compact
from copydesk.pipeline.state.lock import locked
from copydesk.pipeline.state.prior import Standings
from copydesk.pipeline.state.verifying import verify
from copydesk.pipeline.state.versions import current_sources

if TYPE_CHECKING:
    import argparse


def state(arguments: argparse.Namespace) -> int:
    """Do one of the three; exit code 1 where the state is not whole, or another run is at work on it."""
    try:
        return _DOES[arguments.action](arguments)
    except (stores.StateError, BusyError) as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return 1


def _show(arguments: argparse.Namespace) -> int:
    """Needs no lock: what a run at work adds counts once its marker is there."""
    told = summary(stores.open_state(arguments.folder), datetime.now(UTC))
    if arguments.json:
        print(json.dumps(told, indent=2))
        return 0
    for name, value in told.items():
        shown = f"{value:,}" if isinstance(value, int) else "-" if value is None else str(value)
        print(f"{name.replace('_', ' '):<14}{shown}")
    return 0


def summary(store: stores.Store, now: datetime) -> dict[str, Any]:
    """What a state holds; ages are in hours."""
    outcomes = [row["outcome"] for row in current_sources(store, lambda _: True).values()]
    standings = Standings.read(store)
    stories = {row["story"] for _, row in store.rows("fingerprints")} - standings.superseded.keys()
    last = store.runs[-1] if store.runs else None
    age = (now - datetime.fromisoformat(last.started)).total_seconds() / 3600 if last else None
    return {
        "runs": len(store.run_ids),
        "last_run": last.runs[-1] if last else None,
        "last_started": last.started if last else None,
        "age_hours": round(age, 1) if age is not None else None,
        "last_output": last.output if last else None,
        "sources": len(outcomes),
        "rejected": outcomes.count("rejected"),
        "stories": len(stories),
        "duplicates": len(standings.duplicates.keys() & stories),
        "superseded": len(standings.superseded),
        "sites": len({row["site"] for _, row in store.rows("lines")}),
        "bytes": sum(run.size for run in store.runs),
    }


def _compact(arguments: argparse.Namespace) -> int:
    _check_there(arguments.folder)
    with locked(arguments.folder):
        store = stores.open_state(arguments.folder)
        for done in stores.repair(store):
            print(f"copydesk: {done}", file=sys.stderr)
        runs, size = len(store.runs), sum(run.size for run in store.runs)
        if compact(store):
            print(f"copydesk: {runs} runs of {size:,} bytes are one of {store.runs[0].size:,}", file=sys.stderr)
        else:
            print(f"copydesk: {arguments.folder}: nothing to do, it is of one run already", file=sys.stderr)
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    _check_there(arguments.folder)
    with locked(arguments.folder):
        store = stores.open_state(arguments.folder)
        faults = list(verify(store))
    for fault in faults:
        print(f"{arguments.folder}: {fault}")
    verdict = f"{len(faults):,} faults" if faults else "no fault"
    print(f"copydesk: {arguments.folder}: {verdict} in {len(store.run_ids)} runs", file=sys.stderr)
    return int(bool(faults))


def _check_there(folder: str) -> None:
    """Make no folder of a wrong name."""
    if not files.exists(folder):
        raise ConfigError(f"{folder}: no such folder; give the one that runs are given as --state")


_DOES = {"show": _show, "compact": _compact, "verify": _verify}
