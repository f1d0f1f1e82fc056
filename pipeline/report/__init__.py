"""`report.html`: what a run did, on one page for a person, made from the records that it published and from nothing else.

The map, in the order of the data::

    records.py  files   -> Whole     all records of one source, read side by side
    tally.py    Wholes  -> Tally     counts, lengths, rules: bounded, whatever the run's size
    layout.py   Whole   -> dict      the original laid out again from the records, and its stories, in few bytes
    room.py     Wholes  -> Room      which sources the reading room shows: all of a small run, the odd ones of a large one
    embedding.py       -> JSON       what of it stands in the page, and how many bytes that is
    gather.py   folder  -> Gathered  one pass over the files for the last three, and what is worth a person's time
    charts.py   numbers -> SVG       each with its figures as text
    page.py     Gathered -> HTML     templates/ filled in

Since only written records are read, what a run masked is masked here, too; and the same files give the same page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from copydesk.pipeline import files
from copydesk.pipeline.faults import writing
from copydesk.transforms.settings import ReportSettings

if TYPE_CHECKING:
    from copydesk.pipeline.report.gather import Gathered

REPORT: Final = "report.html"


def write_report(folder: str, manifest: Mapping[str, Any], settings: ReportSettings) -> Gathered:
    """Write `report.html` of a run into its output folder, beside the files that its manifest names.

    Args:
        folder: where the records are; the manifest need not be written yet.
        manifest: what it will hold.
        settings: how much the reading room shows.

    Returns:
        What it tells, without the reading room.

    Raises:
        DiskFault: it cannot be written.
        OSError: a file of records cannot be read.
    """
    from copydesk.pipeline.report.gather import gather  # noqa: PLC0415 - a remote output needs the name of the file only
    from copydesk.pipeline.report.page import render  # noqa: PLC0415

    gathered = gather(folder, manifest, settings)
    page = render(manifest, gathered).encode("utf-8", "replace")
    path = files.join(folder, REPORT)
    with writing(path), files.open_write(path) as out:
        out.write(page)
    return replace(gathered, room=[])
