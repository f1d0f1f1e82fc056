"""WebVTT and SubRip (.vtt, .srt): one reader for both, since files of either are found under either name.

A reader of our own. The grammar is a few lines, and parsers that keep to it give up, or lose text, at what is common in
scraped files: no header, a clock that is broken, wrong or missing numbers, a blank line inside a cue. Here everything between
two lines of times is text of the first one, but for what is plainly syntax, so no words can be lost by a fault of the form.
Sources: W3C WebVTT, Candidate Recommendation 2019; SubRip has no standard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.decode.captions.cues import Captions, Cue, in_order, lines_of, seconds, told_of

_ARROW: Final = re.compile(r"(?:-{1,3}|[–—])>")
_LEFT: Final = re.compile(r"[\d\s:.,;xXoOlI?_-]{0,40}|\s*\w{1,4}:\w{1,4}(?:[:.,]\w{1,4}){1,2}\s*")
"""What stands left of an arrow between times, broken ones among them; words left of an arrow are text."""
_TIMELIKE: Final = re.compile(r"\d\s*[:.,]\s*\d|\d:")
_RIGHT: Final = re.compile(r"\s*\d{1,4}\s*[:.,]\s*\d")
_END: Final = re.compile(r"\s*([\d:.,]+)")
_COUNT: Final = re.compile(r"\W*\d{1,9}\W*")
_BLOCK: Final = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)")
_FIELD: Final = re.compile(r"[A-Za-z][A-Za-z-]{1,30}\s*[:=]")
_CSS: Final = re.compile(r"\s*(?:::cue\b|\}|##\s*$)")


def read_webvtt(text: str, *, webvtt: bool) -> Captions:
    r"""The cues of a file of either format, in the order of their times.

    Args:
        text: of unified line ends.
        webvtt: the file is named as WebVTT; one that begins with its header is, however it is named. SubRip knows no comments,
            so there a line "NOTE ..." is text.

    >>> text = "7\n00:00:01,000 --> x\nHello\n\n7\n00:00:02,000 -->\nthere"
    >>> [cue.lines[0].text for cue in read_webvtt(text, webvtt=False).cues]
    ['Hello', 'there']
    """
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    headed = lines[first].startswith("WEBVTT")
    webvtt = webvtt or headed
    marks = [i for i, line in enumerate(lines) if ">" in line and _is_timing(line)]
    bounds = [*marks, len(lines)]
    header, body = _header(lines, first, bounds[0]) if headed else ([], first)
    head = _payload(lines, body, _without_id(lines, body, bounds[0], webvtt=webvtt, last=not marks), webvtt=webvtt)
    told = [line.partition(":") for line in header if _FIELD.match(line)]
    stray = [line for line in header[1:] if not _FIELD.match(line)]
    stray += [line for line in head if not (headed and _CSS.match(line))]
    cues = [Cue(lines=found) for raw in stray if (found := lines_of(raw))]
    for number, mark in enumerate(marks):
        last = number + 1 == len(marks)
        end = _without_id(lines, mark + 1, bounds[number + 1], webvtt=webvtt, last=last)
        start, until = _times(lines[mark])
        payload = "\n".join(_payload(lines, mark + 1, end, webvtt=webvtt))
        cues.append(Cue(lines=lines_of(payload), start=start, end=until))  # without text, it empties the screen
    metadata, url, channel = told_of((key.strip(), value.strip()) for key, _, value in told)
    return Captions(cues=in_order(cues), metadata=metadata, url=url, channel=channel)


def _is_timing(line: str) -> bool:
    """Whether a line says when the text below it is shown, however badly."""
    arrow = _ARROW.search(line)
    if arrow is None or not _LEFT.fullmatch(line, 0, arrow.start()):
        return False
    return bool(_TIMELIKE.search(line, 0, arrow.start()) or _RIGHT.match(line, arrow.end()))


def _times(line: str) -> tuple[float | None, float | None]:
    """Start and end of a cue; an end before its start is none."""
    arrow = _ARROW.search(line)
    if arrow is None:
        return None, None
    start = seconds(line[: arrow.start()])
    found = _END.match(line, arrow.end())
    end = seconds(found[1]) if found else None
    return start, end if end is not None and (start is None or end >= start) else None


def _without_id(lines: Sequence[str], start: int, end: int, *, webvtt: bool, last: bool) -> int:
    """The end of a cue's text without the number or name of the next cue, which stands right above its times.

    In WebVTT that may be any line below a blank one; in SubRip it is a number, right or wrong, whatever stands above it.
    """
    at = end - 1
    if last or at < start or not lines[at].strip():
        return end
    named = webvtt and at > 0 and not lines[at - 1] and ">" not in lines[at]
    return at if named or _COUNT.fullmatch(lines[at]) else end


def _payload(lines: Sequence[str], start: int, end: int, *, webvtt: bool) -> list[str]:
    """The lines of text in [start, end): without comments, style sheets and the headers of files that were joined."""
    if not webvtt:
        return list(lines[start:end])
    kept: list[str] = []
    skipping = False
    for i in range(start, end):
        line = lines[i]
        below_blank = i == 0 or not lines[i - 1].strip()
        if skipping:
            skipping = bool(line.strip())
        elif below_blank and i > start and _BLOCK.match(line):
            skipping = True
        else:
            kept.append(line)
    return kept


def _header(lines: Sequence[str], first: int, end: int) -> tuple[list[str], int]:
    """The lines of a header but for its style sheet, its own line first; and where the text after it starts."""
    stop = next((i for i in range(first, end) if not lines[i].strip()), end)
    kept = []
    styles = False
    for line in lines[first:stop]:
        if styles or _CSS.match(line) or line.strip().casefold() == "style:":
            styles = line.strip() not in {"}", "##"}
        else:
            kept.append(line)
    return kept, stop
