"""The manifest's counts add up, or the run fails."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.pipeline.output.manifest import PUBLISHED, CountError, add_up, list_files

STAGED = [
    {"documents": 2, "stories": 3, "removed": 4, "removed:phrase.menu": 3, "removed:line.date": 1, "same": 1},
    {"documents": 1, "rejected": 1, "rejected:decode": 1, "changed:repair:document_name": 2},
]


def entries(**records: int) -> list[dict[str, Any]]:
    """Published files of so many records each."""
    return [
        {"name": f"{kind}-00000-of-00001.jsonl", "kind": kind, "records": records.get(kind, 0), "bytes": 1, "sha256": "x",
         "duplicates": int(kind == "stories"), "dropped": 0, "added": 0}
        for kind in PUBLISHED
    ]  # fmt: skip


def test_counts_are_added_up_by_kind_and_rule() -> None:
    """Sources are documents and rejected ones; each rule has its number."""
    counts, rules = add_up(4, [*STAGED, {"skipped:image": 5}], entries(documents=3, stories=3, removed=4, rejected=1))
    assert counts == {
        "sources": 4, "documents": 3, "same": 1, "rejected": 1, "skipped": 5, "stories": 3, "duplicates": 1, "dropped": 0,
        "removed": 4,
    }  # fmt: skip
    assert rules == {
        "rejected": {"decode": 1},
        "removed": {"line.date": 1, "phrase.menu": 3},
        "changed": {"repair:document_name": 2},
        "skipped": {"image": 5},
    }


def test_dropped_duplicates_are_removed_spans() -> None:
    """A story less, its spans removed records by a rule of their own; the sum still has to be right."""
    published = entries(documents=3, stories=2, removed=6, rejected=1)
    published[0]["dropped"], published[2]["added"] = 1, 2
    counts, rules = add_up(4, STAGED, published)
    assert (counts["stories"], counts["dropped"], counts["removed"]) == (2, 1, 6)
    assert rules["removed"] == {"duplicate": 2, "line.date": 1, "phrase.menu": 3}
    published[2]["added"] = 1
    with pytest.raises(CountError, match="5 removed were staged and 6 published"):
        add_up(4, STAGED, published)


def test_a_record_that_was_staged_and_not_published_fails_the_run() -> None:
    """Nothing is lost between staging and output."""
    with pytest.raises(CountError, match="3 stories were staged and 2 published"):
        add_up(4, STAGED, entries(documents=3, stories=2, removed=4, rejected=1))


def test_a_file_that_came_to_nothing_fails_the_run() -> None:
    """Every file that was given ends in a record."""
    with pytest.raises(CountError, match="5 files were given and 4 sources"):
        add_up(5, STAGED, entries(documents=3, stories=3, removed=4, rejected=1))


def test_files_are_listed_by_name_with_what_verifies_them() -> None:
    """Name, records, size, checksum."""
    listed = list_files(reversed(entries()))
    assert [entry["name"] for entry in listed] == sorted(entry["name"] for entry in listed)
    assert set(listed[0]) == {"name", "records", "bytes", "sha256"}
