"""What the report gathers: counts that are the manifest's, a room that is bounded, and warnings that are worth the time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.report.embedding import embed, intern
from copydesk.pipeline.report.gather import Warned, _warn
from copydesk.pipeline.report.page import _text_flow
from copydesk.pipeline.report.records import Stray, Whole, parse
from copydesk.pipeline.report.room import Room
from copydesk.pipeline.report.tally import MOST_NAMES, OTHERS, Repeated, Tally
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


def dropped(entry: Whole, text: str, times: int = 1) -> list[Stray]:
    """So many stories of this text that a source had, dropped as duplicates."""
    row = entry.removed[0] | {"rule": "duplicate", "role": "body", "text": text, "end": len(text)}
    return [Stray(kind="removed", row=row) for _ in range(times)]


def taken(room: list[dict[str, Any]]) -> int:
    """Bytes of a room in the page."""
    return len(embed(intern(room)).encode("utf-8", "replace"))


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


@pytest.mark.parametrize("sets", [["report.sources=3"], ["report.bytes=9000"]])
def test_the_room_is_bounded(finished: Path, sets: list[str]) -> None:
    """No more sources, and no more bytes, than the settings allow; what is left out is told."""
    found = pages.gathered(finished, *sets)
    assert 0 < len(found.room) < found.seen
    assert len(found.room) <= 3 or "bytes" in sets[0]
    assert taken(found.room) <= 9000 or "sources" in sets[0]
    assert f"{len(found.room)} of {found.seen} sources, chosen" in pages.report(finished, *sets)


@pytest.mark.parametrize("mark", ["a", "渡", "<", "\u2028", "\ud83d", "\\"])
def test_the_room_is_bounded_in_bytes_of_the_page(mark: str) -> None:
    """A character that takes several bytes, or is written as an escape, is counted as what it takes."""
    room = Room(load_settings(sets=["report.bytes=20000"]).report)
    for number in range(60):
        entry = whole(f"{number}.txt", some=300)
        entry.removed[0]["text"] = mark * 300
        room.offer(entry)
    chosen = room.chosen()
    assert 0 < len(chosen) < 60
    assert 12_000 < taken(chosen) <= 20_000


def test_names_that_are_dearer_as_numbers_stay_within_the_bound() -> None:
    """Of sources whose every block has a role and an evidence of its own, what the page takes is still bounded."""
    room = Room(load_settings(sets=["report.bytes=20000"]).report)
    for number in range(60):
        entry = whole(f"{number}.txt", r=1)
        words = [f"{number * 200 + word:x}" for word in range(200)]
        pairs = zip(words[::2], words[1::2], strict=True)
        entry.removed[:] = [entry.removed[0] | {"role": role, "evidence": evidence} for role, evidence in pairs]
        room.offer(entry)
    chosen = room.chosen()
    assert chosen
    assert taken(chosen) <= 20_000


def test_dropped_duplicates_are_within_the_bound() -> None:
    """What comes late of a source counts as its own; one that grows too long by it is left out, and others have its place."""
    room = Room(load_settings(sets=["report.bytes=20000"]).report)
    entries = [whole(f"{number}.txt", some=30) for number in range(20)]
    for entry in entries:
        room.offer(entry)
    for number, entry in enumerate(entries):
        for stray in dropped(entry, "渡" * 400, times=10 if number < 5 else 1):
            room.add_removed(stray.row)
    chosen = room.chosen()
    assert 0 < len(chosen) < 15
    assert 12_000 < taken(chosen) <= 20_000
    assert {len(source["blocks"]) for source in chosen} == {2}  # none of those with ten, and none without its own
    assert all(int(source["uri"].removesuffix(".txt")) >= 5 for source in chosen)


def test_no_room_is_asked_for(finished: Path) -> None:
    """With `report.sources=0` the page has its figures and holds no text of a source."""
    page = pages.report(finished, "report.sources=0")
    pages.report(finished)  # as it was
    assert pages.data(page)["sources"] == []
    assert "the council heard" not in page


def test_the_order_of_the_files_chooses_nothing(finished: Path) -> None:
    """A room of some is of the same ones, whichever file is read first."""
    from copydesk.pipeline.report.records import read_wholes

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


def test_rejected_sources_name_one_of_the_commonest_error() -> None:
    """Of rejected sources one is named that had the commonest error, so that one call shows the whole of its message."""
    errors = {"a.csv": "NoText", "b.gz": "Unreadable", "c.gz": "Unreadable"}
    tally = Tally()
    for uri, error in errors.items():
        tally.add(Stray(kind="rejected", row={"source": {"uri": uri}, "stage": "read", "error": error, "message": "so it is"}))
    [warned] = _warn(tally)
    assert (warned.message, warned.uri) == ("3 of 3 sources were rejected (100.0%).", "b.gz")


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


def test_dropped_duplicates_are_no_furniture_and_no_fault() -> None:
    """Their characters are told as duplicates'; they make no rule greedy, and hide neither one that is nor a long piece."""
    entries = [whole(f"{number}.txt", greedy=1700, other=100) for number in range(6)]
    strays = [stray for entry in entries for stray in dropped(entry, "x" * 5_000, times=3)]
    assert kinds(*(whole(f"{number}.txt", one=900, other=800) for number in range(6)), *strays) == []
    assert kinds(*entries, *strays) == ["rule", *["piece"] * 5]
    tally = Tally()
    for entry in entries:
        tally.add(entry)
    for stray in strays:
        tally.add(stray)
    assert {row[0]: row[1] for row in _text_flow(tally).rows} == {
        "in stories": 0, "in duplicates": 90_000, "furniture, removed": 10_800, "promotion, removed": 0,
        "bylines, dates, more": 0,
    }  # fmt: skip
    assert "94% of all that was removed beside duplicates." in next(one.message for one in _warn(tally))


def repeating(number: int, of: str | None) -> Whole:
    """A source with one story, which repeats the story of that id."""
    rows = runs.rows_of(f"{number:03}.txt")
    story = rows["stories"][0] | {"id": f"{number}", "duplicate_of": of, "changes": []}
    return Whole(document=rows["documents"][0], stories=[story], removed=[])


def repeated(entries: list[Whole], dropped: int = 0) -> list[Warned]:
    """What is told of stories or sources that repeat others."""
    tally = Tally()
    for entry in entries:
        tally.add(entry)
    return [one for one in _warn(tally, dropped) if one.kind == "repeated"]


def test_stories_that_nearly_all_repeat_one_are_told() -> None:
    """One text on every page names a wall as the cause, and a page that has it; fewer, or a smaller share, are no news."""
    [told] = repeated([repeating(0, None), repeating(99, None), *(repeating(n, "0") for n in range(1, 19))])
    assert told.message == "18 of 20 stories repeat another (90.0%), 18 of them one and the same: a wall of consent or login?"
    assert "wall of consent" in told.why
    assert told.uri == "001.txt"
    assert repeated([repeating(0, None), *(repeating(n, "0") for n in range(1, 19))]) == []
    assert repeated([*(repeating(n, None) for n in range(3)), *(repeating(n, "0") for n in range(3, 20))]) == []


def test_stories_that_repeat_many_others_name_another_cause() -> None:
    """Where each repeats a story of its own the input came twice, be it in another run of the same state."""
    [told] = repeated([repeating(n, f"elsewhere-{n}") for n in range(20)])
    assert told.message == "20 of 20 stories repeat another (100.0%): was the same input given twice?"
    assert "comes twice" in told.why
    assert "wall" not in told.why


def test_dropped_stories_count_as_repeated_ones() -> None:
    """Of what was dropped nobody knows which story it repeated, so both causes are named."""
    [told] = repeated([repeating(0, None)], dropped=19)
    assert told.message.startswith("19 of 20 stories repeat another (95.0%): the same input twice, or a wall")
    assert "comes twice" in told.why
    assert "wall" in told.why


def test_sources_with_the_same_bytes_are_told() -> None:
    """A wall that is saved with the same bytes everywhere gives one story, which repeats nothing."""
    first = runs.rows_of("000.txt")
    same = [
        Whole(document=row | {"same_as": "000.txt", "stories": []}, stories=[], removed=[])
        for row in (runs.rows_of(f"{number:03}.txt")["documents"][0] for number in range(1, 30))
    ]
    [told] = repeated([Whole(document=first["documents"][0], stories=first["stories"], removed=[]), *same])
    assert told.message.startswith("29 of 30 sources have the bytes of another (96.7%), 29 of them one and the same: a wall")
    assert (told.uri, "wall" in told.why) == ("001.txt", True)


def test_what_is_repeated_is_counted_within_bounds() -> None:
    """Names beyond the bound count together and are never called the most repeated."""
    found = Repeated()
    for number in range(MOST_NAMES):
        found.add(f"s{number}", f"{number}.txt")
    for number in range(9):
        found.add(f"t{number}", "late.txt")
    assert found.most() == (1, "0.txt")
    found.add("s5", "0.txt")
    assert found.most() == (2, "0.txt")
    assert Repeated().most() == (0, "")


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
