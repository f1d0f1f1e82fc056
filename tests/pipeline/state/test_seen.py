"""Which sources are skipped: those that were cleaned, and those that would be rejected again."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.state.seen import Known, Seen, Unchanged, digest_of, digest_of_row, known_digests
from copydesk.transforms.shapes import Item, RejectedRecord, Source, SourceRef
from tests.pipeline.state.states import UNDER, source


def seen(*rows: dict[str, Any], under: str = UNDER) -> Seen:
    """The table of these rows."""
    return Seen(known_digests(rows, under))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123"), st.booleans()), max_size=20))
def test_of_two_rows_about_a_source_the_later_counts(rows: list[tuple[str, str, bool]]) -> None:
    """A source that is gone is not known, one that came back is."""
    table = seen(*(source(uri, content, gone=gone) for uri, content, gone in rows))
    last = {(uri, content): gone for uri, content, gone in rows}
    for uri in "abc":
        for content in "123":
            assert (digest_of(uri, content) in table) == (last.get((uri, content)) is False)


def test_a_rejected_source_is_known_as_long_as_it_would_be_rejected_again() -> None:
    """Under another version, configuration or rules it is tried again."""
    row = source("a", "1", outcome="rejected", stage="decode", error="Binary")
    assert digest_of("a", "1") in seen(row)
    assert digest_of("a", "1") not in seen(row, under="another")


def test_what_cannot_be_read_is_known_by_its_error() -> None:
    """It has no hash; if it can be read, or fails otherwise, it is new."""
    table = seen({**source("a", "", outcome="rejected", stage="read", error="Unreadable"), "sha256": None})
    known = Known(table, str)

    def broken(error: str) -> RejectedRecord:
        return RejectedRecord(source=SourceRef(uri="a", sha256=None), stage="read", error=error, message="")

    item = Item(source=Source(uri="a", sha256="1", format="txt"), payload=b"")
    assert known.digest(broken("Unreadable")) is not None
    assert known.digest(broken("TooLarge")) is None
    assert known.digest(item) is None


def test_names_are_masked_before_they_are_looked_up() -> None:
    """The state holds what was written, which may be masked."""
    table = seen(source("[email].txt", "1"))
    item = Item(source=Source(uri="ada@example.org.txt", sha256="1", format="txt"), payload=b"")
    assert Known(table, str).digest(item) is None
    assert Known(table, lambda uri: uri.replace("ada@example.org", "[email]")).digest(item) is not None


def test_what_was_skipped_is_counted_with_repetitions() -> None:
    """Two rows of a file with the same id and bytes are two sources."""
    one, two, three = (digest_of_row(source(uri, "1")) for uri in "abc")
    skipped = Unchanged.of(two + one + two)
    assert (skipped.sources, one in skipped.digests, two in skipped.digests, three in skipped.digests) == (3, True, True, False)
    assert Unchanged.of(b"").sources == 0
