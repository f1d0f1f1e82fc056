"""Changed sources: whose stories are gone, and which new one takes the place of which old one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from copydesk.pipeline.resources import default_settings
from copydesk.pipeline.state import store as stores
from copydesk.pipeline.state.seen import digest_of
from copydesk.pipeline.state.versions import Changes, find_changes, match_stories
from tests.pipeline.state.states import add_run, name, source, words
from tests.transforms.tag.test_likeness import fingerprint

SETTINGS = default_settings().duplicates


def state(folder: Path, *rows: dict[str, Any]) -> stores.Store:
    """A state of one run with these sources."""
    prints = [asdict(fingerprint(story, story)) for row in rows for story in row["stories"]]
    stores.commit(str(folder), add_run(folder, 1, sources=rows, fingerprints=prints))
    return stores.open_state(str(folder))


def gone(changes: Changes) -> set[tuple[str, str]]:
    """The versions that do not stand any more."""
    return {(row["uri"], row["sha256"]) for row in changes.rows if row["gone"]}


def test_a_changed_source_withdraws_its_stories(tmp_path: Path) -> None:
    """And only it: neither a source that is not there tonight nor one that is new changes anything."""
    store = state(tmp_path, source("a", "1", [name(1), name(2)]), source("b", "2", [name(3)]))
    changes = find_changes(store, [source("a", "9", [name(4)]), source("c", "3", [name(5)])], frozenset())
    assert (changes.withdrawn, changes.changed) == ({name(1): "a", name(2): "a"}, 1)
    assert changes.successors == {"a": [name(4)]}
    assert gone(changes) == {("a", "1")}


def test_a_broken_version_replaces_nothing(tmp_path: Path) -> None:
    """What was published stays until something that can be read takes its place."""
    store = state(tmp_path, source("a", "1", [name(1)]))
    changes = find_changes(store, [source("a", "9", outcome="rejected", stage="decode", error="Binary")], frozenset())
    assert (changes.withdrawn, changes.rows, changes.changed) == ({}, [], 0)


def test_rows_of_one_id_stand_side_by_side(tmp_path: Path) -> None:
    """Of two rows with one id the one that is still there stays; what took the other's place replaces that alone."""
    store = state(tmp_path, source("f#7", "1", [name(1)]), source("f#7", "2", [name(2)]))
    changes = find_changes(store, [source("f#7", "3", [name(3)])], {digest_of("f#7", "1")})
    assert changes.withdrawn == {name(2): "f#7"}


def test_a_source_of_the_same_bytes_takes_the_stories_over(tmp_path: Path) -> None:
    """A page that was recorded as the repetition of another holds its text still when that one changes."""
    store = state(tmp_path, source("a", "1", [name(1)]), source("b", "1", outcome="same", same_as="a"))
    changes = find_changes(store, [source("a", "9", [name(4)])], {digest_of("b", "1")})
    assert changes.withdrawn == {}
    (heir,) = [row for row in changes.rows if not row["gone"]]
    assert (heir["uri"], heir["outcome"], heir["stories"]) == ("b", "document", [name(1)])


def test_only_a_source_that_repeated_the_one_takes_over(tmp_path: Path) -> None:
    """Of three of one night the third follows the second; one of another night has a story of its own."""
    one, two = source("b", "1", outcome="same", same_as="a"), source("c", "1", outcome="same", same_as="a")
    store = state(tmp_path, source("a", "1", [name(1)]), one, two, source("d", "1", [name(2)]))
    seen = {digest_of(uri, "1") for uri in "bcd"}
    assert find_changes(store, [source("d", "9", [name(5)])], seen - {digest_of("d", "1")}).withdrawn == {name(2): "d"}
    first = find_changes(store, [source("a", "9", [name(4)])], seen)
    stores.commit(str(tmp_path), add_run(tmp_path, 2, sources=first.rows))
    second = find_changes(stores.open_state(str(tmp_path)), [source("b", "9", [name(5)])], {digest_of("c", "1")})
    assert ([row["uri"] for row in second.rows if not row["gone"]], second.withdrawn) == (["c"], {})


def test_neither_takes_over_when_both_changed(tmp_path: Path) -> None:
    """Then the text stands nowhere."""
    store = state(tmp_path, source("a", "1", [name(1)]), source("b", "1", outcome="same", same_as="a"))
    changes = find_changes(store, [source("a", "9", [name(4)]), source("b", "8", [name(5)])], frozenset())
    assert (changes.withdrawn, gone(changes)) == ({name(1): "a"}, {("a", "1"), ("b", "1")})


def test_a_source_that_is_again_what_it_was_has_its_stories_back(tmp_path: Path) -> None:
    """From the source that had taken them over, which is a repetition again: no story belongs to two."""
    store = state(tmp_path, source("a", "9", [name(4)]), source("b", "1", [name(1)]))
    changes = find_changes(store, [source("a", "1", [name(1)])], {digest_of("b", "1")})
    assert (changes.again, changes.withdrawn) == ({name(1)}, {name(4): "a"})
    assert [(row["uri"], row["outcome"], row["same_as"], row["stories"]) for row in changes.rows if not row["gone"]] == [
        ("b", "same", "a", [])
    ]


def test_new_stories_are_matched_with_the_old_ones_they_are_like() -> None:
    """Whatever their order on the page; what is like none replaces none."""
    old = [fingerprint(words(1_000 * at, 1_000 * at + 90), name(at)) for at in (1, 2, 3)]
    new = [fingerprint(f"{words(1_000 * at, 1_000 * at + 90)} more", name(10 + at)) for at in (3, 1, 5)]
    assert match_stories(old, new, SETTINGS) == {name(1): name(11), name(3): name(13)}


def test_an_article_that_was_written_anew_replaces_the_old_one() -> None:
    """Where a source had one story and has one; of several, likeness alone tells."""
    old, new = [fingerprint(words(0, 90), name(1))], [fingerprint(words(500, 590), name(2))]
    assert match_stories(old, new, SETTINGS) == {name(1): name(2)}
    assert match_stories(old, [*new, fingerprint(words(700, 790), name(3))], SETTINGS) == {}
    assert match_stories(old, [], SETTINGS) == {}
