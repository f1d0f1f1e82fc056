"""What the report gathers: counts that are the manifest's, a room that is bounded, and warnings that are worth the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.report.gather import _warn
from copydesk.pipeline.report.records import Stray, Whole, parse
from copydesk.pipeline.report.tally import MOST_NAMES, OTHERS, Tally
from tests.pipeline import jobs, runs
from tests.pipeline.report import pages


def whole(uri: str, *, site: str | None = None, **removed: int) -> Whole:
    """A source that gave no story; of each rule so many characters were removed."""
    row = runs.rows_of(uri)["documents"][0]
    row = row | {"stories": [], "removed": len(removed), "source": row["source"] | {"site": site}}
    ref = {"uri": uri, "sha256": row["source"]["sha256"]}
    records = [
        {"source": ref, "start": 0, "end": length, "text": "", "role": "chrome", "rule": rule, "evidence": ""}
        for rule, length in removed.items()
    ]
    return Whole(document=row, stories=[], removed=records)


def kinds(*entries: Whole | Stray) -> list[str]:
    """The kinds of warnings that these give."""
    tally = Tally()
    for entry in entries:
        tally.add(entry)
    return [one.kind for one in _warn(tally)]


def test_what_is_gathered_adds_up_to_the_manifest(finished: Path) -> None:
    """Counts of records and of each rule are those that the run itself kept."""
    manifest, tally = read_manifest(finished), pages.gathered(finished).tally
    for name in ("documents", "stories", "removed", "rejected", "duplicates", "same"):
        assert tally.counts[name] == manifest["counts"][name], name
    assert {rule: use.spans for rule, use in tally.removed.items()} == manifest["rules"]["removed"]
    changed = {rule.partition(":")[2]: number for rule, number in manifest["rules"]["changed"].items()}
    assert {rule: sum(classes) for rule, classes in tally.repairs.items()} == changed != {}
    assert tally.counts["with_story"] + tally.counts["no_story"] + tally.counts["same"] == tally.counts["documents"]


def test_dropped_duplicates_are_counted_where_they_went(finished: Path, tmp_path: Path) -> None:
    """Stories that were dropped stand among the removed records, behind the others, and are counted all the same."""
    jobs.run([str(finished.parent / "in")], tmp_path / "out", sets=["duplicates.drop=true", "run.max_rejected=0.5"])
    manifest, found = read_manifest(tmp_path / "out"), pages.gathered(tmp_path / "out")
    assert found.tally.counts["removed"] == manifest["counts"]["removed"]
    assert found.tally.removed["duplicate"].spans > 0
    assert found.tally.counts["stories"] == manifest["counts"]["stories"]


@pytest.mark.parametrize("sets", [["report.sources=3"], ["report.bytes=6000"]])
def test_the_room_is_bounded(finished: Path, sets: list[str]) -> None:
    """No more sources, and no more bytes, than the settings allow; what is left out is told."""
    import json

    found = pages.gathered(finished, *sets)
    assert 0 < len(found.room) < found.seen
    assert len(found.room) <= 3 or "bytes" in sets[0]
    shown = [{name: value for name, value in source.items() if name != "why"} for source in found.room]
    assert sum(len(json.dumps(one, ensure_ascii=False, separators=(",", ":"))) for one in shown) <= 6000 or "sources" in sets[0]
    assert f"{len(found.room)} of {found.seen} sources, chosen" in pages.report(finished, *sets)


def test_no_room_is_asked_for(finished: Path) -> None:
    """With `report.sources=0` the page has its figures and holds no text of a source."""
    page = pages.report(finished, "report.sources=0")
    pages.report(finished)  # as it was
    assert pages.data(page)["sources"] == []
    assert "the council heard" not in page


def test_the_order_of_the_files_chooses_nothing(finished: Path) -> None:
    """A room of some is of the same ones, whichever file is read first."""
    from copydesk.pipeline.options import load_settings
    from copydesk.pipeline.report.records import read_wholes
    from copydesk.pipeline.report.room import Room

    every = [entry for entry in read_wholes(str(finished), read_manifest(finished)) if isinstance(entry, Whole)]
    settings = load_settings(sets=["report.sources=4"]).report
    chosen = []
    for order in (every, every[::-1], sorted(every, key=lambda entry: len(entry.removed))):
        room = Room(settings)
        for entry in order:
            room.offer(entry)
        chosen.append(room.chosen())
    assert chosen[0] == chosen[1] == chosen[2]
    assert any(source["why"] for source in chosen[0])


def test_a_site_without_a_story_is_told() -> None:
    """Three pages of one site, none with a story; two, or pages of no site, say nothing."""
    three = [whole(f"{number}.txt", site="a.example") for number in range(3)]
    assert kinds(*three) == ["site"]
    assert kinds(*three[:2]) == kinds(*(whole(f"{number}.txt") for number in range(9))) == []


def test_a_rule_that_removes_most_is_told() -> None:
    """Half of all that was removed, and three times as much as the next rule."""
    assert kinds(whole("a.txt", greedy=900, other=100), *(whole(f"{n}.txt", greedy=900) for n in range(6))) == ["rule"]
    assert kinds(*(whole(f"{n}.txt", one=900, other=800) for n in range(9))) == []
    assert kinds(whole("a.txt", greedy=900)) == []


def test_a_long_removed_piece_is_told() -> None:
    """As much text as a story has, in one span; that of a duplicate is one, and known."""
    assert kinds(whole("a.txt", one=1600)) == ["piece"]
    assert kinds(whole("a.txt", duplicate=1600)) == []


def test_many_repairs_are_told() -> None:
    """Of a source with more than one repair in fifty words."""
    rows = runs.rows_of("a.txt")
    change = rows["stories"][0]["changes"][0]
    mended = rows["stories"][0] | {"changes": [change] * 12}
    assert kinds(Whole(document=rows["documents"][0], stories=[mended], removed=[])) == ["repairs"]
    assert kinds(Whole(document=rows["documents"][0], stories=rows["stories"], removed=[])) == []


def test_sites_beyond_all_bounds_are_others() -> None:
    """Counts go on, names do not."""
    tally = Tally()
    entry = whole("a.txt")
    for number in range(MOST_NAMES + 5):
        tally.add(Whole(document=entry.document | {"source": entry.document["source"] | {"site": f"{number}.example"}},
                        stories=[], removed=[]))  # fmt: skip
    assert len(tally.sites) == MOST_NAMES + 1
    assert tally.sites[OTHERS].sources == 5


def test_half_a_character_does_not_stop_the_report() -> None:
    """A lone surrogate, which JSON can say and UTF-8 cannot, is read."""
    assert parse(b'{"text": "\\ud83d!"}') == {"text": "\ud83d!"}
