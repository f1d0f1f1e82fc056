"""Rate, time left, and the line of a bar for every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.staging.counting import Count
from copydesk.pipeline.terminal.lines import columns
from copydesk.pipeline.terminal.pace import FILES, RECORDS, Look, Pace, Whole, bar_line

NOTHING = Count()


def pages(number: int) -> Count:
    """Files that hold one source each."""
    return Count(sources=number, files=number, stories=number)


def test_rate_and_time_left() -> None:
    """Ten files a second of a hundred: after two seconds eight are left."""
    pace = Pace("clean", Whole(files=100), 50.0, NOTHING)
    pace.look(51.0, pages(10))
    look = pace.look(52.0, pages(20))
    assert (look.done, look.total, look.rate, look.left) == (20, 100, pytest.approx(10), pytest.approx(8))


def test_what_is_loaded_at_first_is_no_work() -> None:
    """The seconds before anything is done do not make the rate smaller."""
    pace = Pace("clean", Whole(files=100), 0.0, NOTHING)
    assert pace.look(5.0, NOTHING).rate is None
    assert pace.look(6.0, pages(10)).rate == pytest.approx(10)


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    """What was quick an hour ago promises nothing."""
    pace = Pace("clean", Whole(files=100_000), 0.0, NOTHING)
    for second in range(1, 101):
        pace.look(float(second), pages(100 * second))
    for second in range(101, 161):
        look = pace.look(float(second), pages(10_000 + (second - 100)))
    assert look.rate == pytest.approx(1.0)
    assert look.left == pytest.approx(look.total - look.done if look.total else 0)


def test_earlier_attempts_count_as_done_and_not_as_fast() -> None:
    """A run that goes on begins where the earlier one ended, and tells only its own rate."""
    pace = Pace("clean", Whole(files=100), 0.0, pages(90))
    assert pace.look(1.0, NOTHING).done == 90
    look = pace.look(2.0, pages(1))
    assert (look.done, look.rate, look.left) == (91, pytest.approx(1.0), pytest.approx(9.0))


def test_files_of_many_sources_have_no_total_until_they_are_counted() -> None:
    """Of rows nobody knows how many there are: the share is that of the files, until the survey has told."""
    look = Pace("survey", Whole(files=4), 0.0, NOTHING).look(0.5, NOTHING)
    assert (look.done, look.total, look.unit) == (0, 4, FILES)
    look = Pace("survey", Whole(files=4), 0.0, NOTHING).look(1.0, Count(sources=500, files=1))
    assert (look.done, look.total, look.share) == (500, None, 0.25)
    look = Pace("clean", Whole(files=4, sources=2000), 0.0, NOTHING).look(1.0, Count(sources=500, files=1))
    assert (look.done, look.total, look.share) == (500, 2000, 0.25)
    look = Pace("survey", Whole(files=4), 0.0, NOTHING).look(1.0, Count(sources=500))
    assert (look.total, look.share, look.left) == (None, None, None)


def test_publishing_counts_records() -> None:
    """Its work is done by records."""
    look = Pace("publish", Whole(records=50), 0.0, NOTHING).look(1.0, Count(records=25))
    assert (look.done, look.total, look.unit, look.share) == (25, 50, RECORDS, 0.5)


def test_a_bundle_counted_twice_is_no_more_than_all() -> None:
    """Where a cluster did something again, the share stays within one."""
    look = Pace("clean", Whole(files=10, sources=10), 0.0, NOTHING).look(1.0, pages(13))
    assert (look.done, look.total, look.share) == (10, 10, 1.0)


def test_at_the_end_all_is_done() -> None:
    """What was counted is all, and the rate that of the whole graph."""
    pace = Pace("survey", Whole(files=4), 0.0, NOTHING)
    pace.look(1.0, Count(sources=500))
    look = pace.look(10.0, Count(sources=1000, files=4), over=True)
    assert (look.done, look.total, look.share, look.rate, look.left) == (1000, 1000, 1.0, 100.0, None)


NUMBERS = st.integers(0, 10**7)
TIMES = st.one_of(st.none(), st.floats(0.001, 10**6))
LOOKS = st.builds(
    Look, name=st.sampled_from(["clean", "publish"]), done=NUMBERS, total=st.one_of(st.none(), NUMBERS), share=st.floats(0, 1),
    stories=NUMBERS, rejected=NUMBERS, rate=TIMES, left=TIMES, seconds=NUMBERS, over=st.booleans(),
)  # fmt: skip


@given(LOOKS, st.integers(20, 200))
def test_a_line_is_never_wider_than_the_terminal(look: Look, width: int) -> None:
    """Whatever there is to tell, name and numbers stand in the line, which fits; a bar is not shorter than it can show."""
    line, bar = bar_line(look, width)
    text = "".join(text for text, _ in line)
    least = columns(line[0][0]) + columns(line[1][0])
    assert columns(text) + bar <= max(width, least)
    assert bar == 0 or bar >= 8
    assert f"{look.done:,}" in text


def test_what_matters_most_is_told_first() -> None:
    """On a common terminal a large run has its numbers, its bar and the time left, on a wide one everything."""
    look = Look(name="clean", done=12_345, total=99_999, share=0.1, stories=23_456, rejected=12, rate=352.0, left=3725)
    line, bar = bar_line(look, 77)
    text = "".join(text for text, _ in line)
    assert bar >= 8
    for words in ("clean", "12,345/99,999", "1:02:05 left"):
        assert words in text
    wide = "".join(text for text, _ in bar_line(look, 120)[0])
    for words in ("12,345/99,999 sources", "1:02:05 left", "352/s", "23,456 stories", "12 rejected"):
        assert words in wide
