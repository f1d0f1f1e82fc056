"""How a graph's progress reads: rate, time left, and the pieces of a line. No terminal, and no clock of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from copydesk.pipeline.staging.counting import Count
from copydesk.pipeline.terminal.lines import Line, Segment, columns, counted

RATE_SECONDS: Final = 30.0
"""The rate is that of so many last seconds: long enough to stand still, short enough to follow pages that grow longer."""
LEAST_BAR: Final = 8
"""A bar of fewer columns shows nothing."""
MOST_BAR: Final = 40
"""One of more columns tells no more."""
NAME_WIDTH: Final = 7
"""Of the longest name, "publish", so that bars stand below each other."""
SOURCES: Final = ("source", "sources")
FILES: Final = ("file", "files")
RECORDS: Final = ("record", "records")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What there is to do in a graph; 0 for what is not known beforehand."""

    files: int = 0
    """Files, and parts of large files."""
    sources: int = 0
    records: int = 0
    """To be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A graph at one moment."""

    name: str
    done: int
    total: int | None = None
    """None where a file may hold any number of sources, and nobody has counted them yet."""
    unit: tuple[str, str] = SOURCES
    """What is counted: one, and many."""
    share: float | None = None
    """Of the work that is done, from 0 to 1; None where nothing tells."""
    stories: int = 0
    rejected: int = 0
    rate: float | None = None
    """A second."""
    left: float | None = None
    """Seconds."""
    seconds: float = 0.0
    """Since the graph began."""
    over: bool = False

    def fields(self) -> dict[str, Any]:
        """The same for a log of JSON lines."""
        return {
            "graph": self.name,
            self.unit[1]: self.done,
            "total": self.total,
            "per_second": None if self.rate is None else round(self.rate, 1),
            "seconds_left": None if self.left is None else round(self.left),
            "stories": self.stories,
            "rejected": self.rejected,
        }

    def words(self) -> str:
        """The same as a line of a log for people.

        >>> Look(name="clean", done=1200, total=4000, share=0.3, stories=2345, rejected=1, rate=35.2, left=80).words()
        'clean: 1,200 of 4,000 sources, 35.2/s, 1:20 left, 2,345 stories, 1 rejected'
        """
        told = counted(self.done, *self.unit) if self.total is None else f"{self.done:,} of {counted(self.total, *self.unit)}"
        parts = [told]
        if self.total is None and self.share is not None:
            parts.append(f"{self.share:.0%} of the files")
        if self.rate is not None:
            parts.append(_rate(self.rate))
        if self.left is not None:
            parts.append(f"{clock(self.left)} left")
        if self.stories:
            parts.append(counted(self.stories, "story", "stories"))
        if self.rejected:
            parts.append(f"{self.rejected:,} rejected")
        return f"{self.name}: {', '.join(parts)}"


class Pace:
    """What the counts of one graph say from moment to moment."""

    def __init__(self, name: str, whole: Whole, begun: float, before: Count) -> None:
        """Of a graph that begins.

        Args:
            name: of the graph.
            whole: what there is to do.
            begun: seconds, by the same clock as all moments.
            before: what earlier attempts did: it is done, and says nothing of how fast this one is.
        """
        self._name = name
        self._whole = whole
        self._before = before
        done, _, share = self._measure(self._before)
        self._first = (begun, share or 0.0, done)
        self._moments = deque([self._first])

    def look(self, now: float, count: Count, *, over: bool = False) -> Look:
        """How it stands after another reading of the counts.

        Args:
            now: seconds, later than the moment before.
            count: of this attempt.
            over: the graph came to its end, so that what was counted is all.
        """
        count += self._before
        done, total, share = self._measure(count)
        if over:
            total, share, since = done, 1.0, self._first
        else:
            since = self._since(now)
        self._moments.append((now, share or 0.0, done))
        seconds, more, gain = now - since[0], done - since[2], (share or 0.0) - since[1]
        return Look(
            name=self._name, done=done, total=total, share=share, unit=self._unit(count),
            stories=count.stories, rejected=count.rejected, seconds=self.seconds(now), over=over,
            rate=more / seconds if seconds > 0 and more > 0 else None,
            left=(1 - share) * seconds / gain if share is not None and gain > 0 and not over else None,
        )  # fmt: skip

    def seconds(self, now: float) -> float:
        """How long it has been at work."""
        return now - self._first[0]

    def _measure(self, count: Count) -> tuple[int, int | None, float | None]:
        """What is done, of how many, and which share of the work that is."""
        if self._whole.records:
            done, total = min(count.records, self._whole.records), self._whole.records
        elif self._whole.sources:
            done, total = min(count.sources, self._whole.sources), self._whole.sources
        elif self._whole.files and count.sources <= count.files:  # each file a source, or known from an earlier run, so far
            done, total = min(count.files, self._whole.files), self._whole.files
        else:
            files = min(count.files / self._whole.files, 1.0) if self._whole.files else 0.0
            return count.sources, None, files or None
        return done, total, done / total

    def _unit(self, count: Count) -> tuple[str, str]:
        if self._whole.records:
            return RECORDS
        return SOURCES if self._whole.sources or count.sources else FILES

    def _since(self, now: float) -> tuple[float, float, int]:
        """The moment that the rate is counted from: not the time in which rules were loaded and workers started."""
        if self._moments[-1][2] == self._first[2]:
            self._moments = deque([self._moments[-1]])
        while len(self._moments) > 1 and self._moments[1][0] <= now - RATE_SECONDS:
            self._moments.popleft()
        return self._moments[0]


def clock(seconds: float) -> str:
    """Seconds as a clock shows them.

    >>> clock(5.6), clock(80), clock(7384)
    ('0:06', '1:20', '2:03:04')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _rate(rate: float) -> str:
    if rate < 1:
        return f"{60 * rate:.1f}/min"
    return f"{rate:,.0f}/s" if rate >= 100 else f"{rate:.1f}/s"


def bar_line(look: Look, width: int) -> tuple[Line, int]:
    """The pieces of a line of so many columns, and the columns of the bar that stands behind the first of them.

    What matters less is left out where there is no room: the words first, then the rate and the stories, the rejected sources,
    the bar, and the time.

    >>> pieces, bar = bar_line(Look(name="clean", done=1200, total=4000, share=0.3, stories=2345, rate=35.2, left=80), 40)
    >>> "".join(text for text, _ in pieces), bar
    ('clean    1,200/4,000  1:20 left', 9)
    """
    name = f"{look.name:<{NAME_WIDTH}} "
    digits = f"{look.total or 0:,}"
    number = f"{look.done:,}" if look.total is None else f"{look.done:>{len(digits)},}/{digits}"
    room = width - len(name) - len(number)
    chosen: dict[str, Segment] = {}
    bar = 0
    for key, text, style in _wishes(look):
        size = LEAST_BAR + 1 if key == "bar" else columns(text)
        if size <= room:
            room -= size
            chosen[key] = (text, style)
    if chosen.pop("bar", None):
        bar = min(LEAST_BAR + room, MOST_BAR)
    order = ("unit", "files", "time", "rate", "stories", "rejected")
    line = [(name, "title"), (f" {number}" if bar else number, ""), *(chosen[key] for key in order if key in chosen)]
    return tuple(line), bar


def _wishes(look: Look) -> Iterator[tuple[str, str, str]]:
    """What a line would tell besides name and number, what matters most first: key, text, style."""
    if look.over:
        yield "time", f"  in {clock(look.seconds)}", ""
    else:
        yield "time", f"  {clock(look.seconds)}" if look.left is None else f"  {clock(look.left)} left", ""
    if look.share is not None:
        yield "bar", "", ""
    if look.rejected:
        yield "rejected", f"  {look.rejected:,} rejected", "error"
    if look.stories:
        yield "stories", f"  {counted(look.stories, 'story', 'stories')}", ""
    if look.rate is not None:
        yield "rate", f"  {_rate(look.rate)}", "dim"
    yield "unit", f" {look.unit[look.done != 1 or look.total is not None]}", ""
    if look.total is None and look.share is not None:
        yield "files", f", {look.share:.0%} of the files", ""
