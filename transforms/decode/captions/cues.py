"""What every caption format comes to: cues, each with its lines, its seconds and its speaker.

Here is also what the formats share: the markup within a cue's text, which WebVTT, SRT and JSON files carry alike, and clocks.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.transforms.decode.text import collapse
from copydesk.transforms.shapes import Metadata, Role

MAX_SECONDS: Final = 1e7
"""About four months: a longer time is no time of a recording but a broken one."""
LOCAL_DISORDER: Final = 30.0
"""Seconds that a cue may stand too late in its file and still be put in its place: speakers that talk over each other are a
few seconds apart. Two parts of a recording in one file, each counted from 0, are minutes apart and stay as they stand."""
SHUFFLED: Final = 0.25
"""Share of cues that begin before the one above, from which on a file is out of order as a whole and is sorted."""
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TAG: Final = re.compile(
    r"<(?P<close>/?)(?P<name>c|i|b|u|s|v|lang|ruby|rt|rp|font|span|p|br|em|strong)(?P<more>(?:[.\s/][^<>]*)?)>"
    r"|<(?P<time>(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})>|\{\\[^{}\n]*\}",
    re.IGNORECASE,
)
"""Tags that WebVTT and SRT files are seen with. Whatever else stands in pointed brackets ("<3", "a < b") is text."""
_CLOCK: Final = re.compile(r"\s*(?:(\d{1,4})\s*:\s*)?(\d{1,3})\s*:\s*(\d{1,2})(?:\s*[.,:;]\s*(\d{1,9}))?\s*")
_NUMBER: Final = re.compile(r"\s*\d{1,12}(?:\.\d{1,12})?\s*")


_NOTHING: Final = Metadata()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a cue, white space collapsed, without its markup."""

    text: str
    speaker: str | None = None
    spoken: bool = False
    """Times of single words stand in it: it is being said in this cue, whatever the cue before showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What is shown at one time."""

    lines: tuple[Line, ...]
    start: float | None = None
    """Seconds from the start; None where the file has none or a broken one."""
    end: float | None = None
    role: Role = "body"
    rule: str = ""
    """Where the format itself says what a text is (the title in front matter): the rule of that; else empty."""
    evidence: str = ""
    blank_lines: int = 0
    """Markdown: empty lines above it that part it from what stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """A caption file as it was read."""

    cues: tuple[Cue, ...]
    metadata: Metadata = _NOTHING
    url: str | None = None
    channel: str | None = None


# --- text ----------------------------------------------------------------------------------------------------------------


def unescape(text: str) -> str:
    r"""Text with its character references resolved, those only that end in a semicolon, since "AT&T" is spoken too.

    >>> unescape("&gt;&gt; Fish &amp; chips, R&D&copy"), unescape("\ud83d\ude00")
    ('>> Fish & chips, R&D&copy', '😀')
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if _SURROGATE.search(text):  # JSON may part a character into two halves, even into two segments
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def lines_of(payload: str, speaker: str | None = None) -> tuple[Line, ...]:
    r"""The lines of a cue's text that hold any, without tags; a tag that names a voice starts a line.

    Args:
        payload: the text as the file has it, lines parted by line feeds.
        speaker: who speaks, where the format says so beside the text.

    >>> lines_of("<v Ada>Good<00:00:01.000><c> day.</c>")
    (Line(text='Good day.', speaker='Ada', spoken=True),)
    >>> [line.text for line in lines_of("2 < 3 <i>of</i>\n \nthem <3")]
    ['2 < 3 of', 'them <3']
    """
    if "<" not in payload and "{\\" not in payload:
        return tuple(Line(text=text, speaker=speaker) for raw in payload.split("\n") if (text := collapse(unescape(raw))))
    lines: list[Line] = []
    parts: list[str] = []
    spoken = False
    voice = speaker

    def close() -> None:
        nonlocal spoken
        if text := collapse(unescape("".join(parts))):
            lines.append(Line(text=text, speaker=voice, spoken=spoken))
        parts.clear()
        spoken = False

    def add(text: str) -> None:
        first, *others = text.split("\n")
        parts.append(first)
        for other in others:
            close()
            parts.append(other)

    at = 0
    for match in _TAG.finditer(payload):
        add(payload[at : match.start()])
        at = match.end()
        name = (match["name"] or "").lower()
        if match["time"]:
            spoken = True
        elif name == "br":
            close()
        elif name == "v":
            close()
            said = match["more"].partition(" ")[2] if not match["close"] else ""
            voice = collapse(unescape(said)) or speaker
    add(payload[at:])
    close()
    return tuple(lines)


# --- times ---------------------------------------------------------------------------------------------------------------


def seconds(value: object) -> float | None:
    """Seconds of a number, or of a clock or number written as text; None where it says no time of a recording.

    >>> seconds("01:02:03,5"), seconds("1:02.250"), seconds(12), seconds("12.5"), seconds("soon"), seconds(float("nan"))
    (3723.5, 62.25, 12.0, 12.5, None, None)
    """
    if isinstance(value, str):
        if match := _CLOCK.fullmatch(value):
            hours, minutes, whole, part = match.groups()
            if int(whole) >= 60 or (hours and int(minutes) >= 60):
                return None  # "99:99:99.999": no clock shows that, and a cue must not be sorted by it
            return bounded(3600 * int(hours or 0) + 60 * int(minutes) + int(whole) + float(f"0.{part or 0}"))
        return bounded(float(value)) if _NUMBER.fullmatch(value) else None
    return bounded(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def bounded(value: float) -> float | None:
    """Seconds to the millisecond, or None for what is no time: negative, not finite, or of months."""
    return round(float(value), 3) if 0 <= value <= MAX_SECONDS and math.isfinite(value) else None


def in_order(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """Cues in the order of their times, where that is how they were meant; else as they stand in the file.

    They are sorted if the disorder is either local or everywhere; a cue without a time stays behind those above it. A file of
    two parts that both begin at 0 has one great step back, and sorting would mix what was said in the two.

    Whom it could harm: a speaker whose cues carry times of some other clock, shuffled; the words stay, their order changes.
    """
    starts = [cue.start for cue in cues if cue.start is not None]
    back = [before - after for before, after in pairwise(starts) if after < before]
    if not back or (max(back) > LOCAL_DISORDER and len(back) < SHUFFLED * len(starts)):
        return tuple(cues)
    latest = 0.0
    keys: list[float] = []
    for cue in cues:
        latest = max(latest, cue.start or 0.0)
        keys.append(latest if cue.start is None else cue.start)
    return tuple(cues[i] for i in sorted(range(len(cues)), key=keys.__getitem__))


def told_of(values: Iterable[tuple[str, object]]) -> tuple[Metadata, str | None, str | None]:
    """Metadata, URL and channel from named values, as front matter, JSON files and download tools name them.

    >>> told_of([("title", "Salt"), ("upload_date", "20240305"), ("uploader", "Quay Talks"), ("duration", 9)])[0].published
    '2024-03-05'
    """
    found: dict[str, str] = {}
    authors: tuple[str, ...] = ()
    for name, value in values:
        field = field_of(name)
        if field is None or field in found:
            continue
        if isinstance(value, list) and field == "authors":
            authors = tuple(collapse(one) for one in value if isinstance(one, str) and one.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool) and field == "published":
            found[field] = str(value)
        elif isinstance(value, str) and (text := collapse(unescape(value))):
            found[field] = text
    metadata = Metadata(
        title=found.get("title"),
        authors=authors or ((found["authors"],) if "authors" in found else ()),
        published=_day(found.get("published")),
        language=_language(found.get("language")),
        description=found.get("description"),
    )
    return metadata, found.get("url"), found.get("channel") or found.get("uploader")


_FIELDS: Final = {
    "title": "title", "fulltitle": "title", "video_title": "title", "episode": "title",
    "url": "url", "webpage_url": "url", "video_url": "url", "link": "url", "source_url": "url", "original_url": "url",
    "channel": "channel", "channel_name": "channel", "podcast": "channel", "show": "channel", "uploader": "uploader",
    "date": "published", "upload_date": "published", "published": "published", "publish_date": "published",
    "published_at": "published", "date_published": "published",
    "author": "authors", "authors": "authors", "by": "authors",
    "language": "language", "lang": "language", "language_code": "language",
    "description": "description", "summary": "description",
}  # fmt: skip
"""Names of fields -> what they say."""
_DIGITS_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def field_of(name: str) -> str | None:
    """What a named value says: "title", "url", "channel", "uploader", "published", "authors", "language", "description"."""
    return _FIELDS.get(name.casefold().replace("-", "_").replace(" ", "_"))


def _day(value: str | None) -> str | None:
    """A day as download tools write it, 20240305, in the form of ISO 8601; anything else as it is."""
    match = _DIGITS_DAY.fullmatch(value or "")
    return "-".join(match.groups()) if match else value


def _language(value: str | None) -> str | None:
    return value if value and _LANGUAGE.fullmatch(value) else None
