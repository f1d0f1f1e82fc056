"""Captions in JSON: YouTube's json3, youtube-transcript-api's list, Whisper's segments, and lists that look like them.

Python's own parser reads a sound file. A file that is cut off, as downloads are, is read element by element up to the fault; of
what lies behind it the texts are still taken, so that only the words within the broken string are lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from copydesk.transforms.decode.captions.cues import (
    MAX_SECONDS,
    Captions,
    Cue,
    Line,
    bounded,
    in_order,
    lines_of,
    seconds,
    told_of,
)
from copydesk.transforms.errors import NoCaptions

LISTS: Final = (
    "events", "segments", "transcription", "transcript", "snippets", "chunks", "captions", "cues", "subtitles", "body",
)  # fmt: skip
"""Names under which a file's list of cues is found, in this order."""
_TEXTS: Final = ("text", "content", "line", "utf8")
_STARTS: Final = ("start", "begin", "from", "start_time")
_ENDS: Final = ("end", "to", "end_time")
_LENGTHS: Final = ("duration", "dur")
_OPENED: Final = re.compile(rf'"(?:{"|".join(LISTS)})"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")
_REST: Final = re.compile(
    r'"tStartMs"\s*:\s*(?P<ms>\d{1,12})|"(?:text|content|utf8)"\s*:\s*"(?P<text>(?:[^"\\]|\\.)*+)(?P<end>"?)', re.DOTALL
)
_CUT_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")


def read_json(text: str) -> Captions:
    """The cues of a JSON file of captions, whichever tool wrote it.

    Args:
        text: the file.

    Raises:
        NoCaptions: no JSON, or JSON of something else; the message says what it holds.

    >>> [cue.start for cue in read_json('[{"text": "Hello", "start": 1.5, "duration": 2}, {"text": "th').cues]
    [1.5, None]
    """
    data = _load(text)
    found = next(_lists(data), None)
    told = data if isinstance(data, dict) else {}
    if found is not None:
        events = any(isinstance(entry, dict) and ("segs" in entry or "tStartMs" in entry) for entry in found)
        cues = _events(found) if events else [cue for entry in found if (cue := _cue(entry))]
    else:
        plain = next((told[name] for name in ("text", "transcript") if isinstance(told.get(name), str)), None)
        if plain is None:
            raise NoCaptions(f"JSON, but no list of captions: {_shape(data)}; name a field that holds text in a .jsonl instead")
        cues = [Cue(lines=(line,)) for line in lines_of(plain)]
    metadata, url, channel = told_of(told.items())
    return Captions(cues=in_order([cue for cue in cues if cue.lines]), metadata=metadata, url=url, channel=channel)


def _load(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(text)
    except RecursionError:
        raise NoCaptions("JSON nested deeper than any captions are") from None
    except ValueError as error:
        found = _salvaged(text)
        if not found:
            raise NoCaptions(f"no JSON ({error}), and no captions that could be read in spite of that") from None
        return found


def _salvaged(text: str) -> list[Any]:
    """The elements of a broken file's list of cues, those before the fault whole, those behind it by their texts alone."""
    opened = _OPENED.search(text)
    start = opened.end() if opened else text.find("[") + 1 if text.lstrip()[:1] == "[" else 0
    decoder = json.JSONDecoder()
    found: list[Any] = []
    at = start
    while start:
        at = _end_of(_BETWEEN, text, at)
        try:
            entry, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(entry)
    return found + list(_texts_in(text, at))


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _texts_in(text: str, at: int) -> Iterator[dict[str, Any]]:
    """Texts behind a fault; in json3 the parts of one event together, with its time."""
    event: dict[str, Any] | None = None
    for match in _REST.finditer(text, at):
        if match["ms"]:
            event = {"tStartMs": int(match["ms"]), "segs": []}
            yield event
            continue
        raw = match["text"] if match["end"] else _CUT_ESCAPE.sub("", match["text"])
        try:
            said = json.loads(f'"{raw}"', strict=False)
        except ValueError:
            said = raw
        if event is None:
            yield {"text": said}
        else:
            event["segs"].append({"utf8": said})


def _shape(data: object) -> str:
    if isinstance(data, dict):
        names = ", ".join(list(data)[:8])
        return f"an object with {names or 'no key'}"
    return f"a list of {len(data)}" if isinstance(data, list) else f"a {type(data).__name__}"


def _lists(data: object) -> Iterator[list[Any]]:
    """Lists of cues in a file: the file itself, the values of the known names, else the first list of texts, one level down."""
    if isinstance(data, list):
        if _holds_text(data):
            yield data
        elif len(data) == 1:
            yield from _lists(data[0])
    elif isinstance(data, dict):
        named = [data[name] for name in LISTS if name in data]
        yield from (value for value in [*named, *data.values()] if isinstance(value, list) and _holds_text(value))
        for value in named:
            if isinstance(value, dict):
                yield from _lists(value)


def _holds_text(entries: Sequence[Any]) -> bool:
    return any(
        isinstance(entry, dict) and ("segs" in entry or any(isinstance(entry.get(name), str) for name in _TEXTS))
        for entry in entries
    )


# --- lists of texts ------------------------------------------------------------------------------------------------------


def _cue(entry: object) -> Cue | None:
    """One entry of a list: a text with its times, however they are called."""
    if isinstance(entry, str):
        return Cue(lines=lines_of(entry))
    if not isinstance(entry, dict):
        return None
    if isinstance(entry.get("segs"), list):
        return next(iter(_events([entry])), None)
    text = next((entry[name] for name in _TEXTS if isinstance(entry.get(name), str)), "")
    speaker = entry.get("speaker")
    start, end = _span(entry)
    return Cue(lines=lines_of(text, speaker if isinstance(speaker, str) and speaker.strip() else None), start=start, end=end)


def _span(entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Start and end of an entry in seconds."""
    offsets, stamp = entry.get("offsets"), entry.get("timestamp")
    if isinstance(offsets, dict):  # whisper.cpp, in milliseconds
        return _milliseconds(offsets.get("from")), _milliseconds(offsets.get("to"))
    if isinstance(stamp, list) and len(stamp) == 2:
        return seconds(stamp[0]), seconds(stamp[1])
    start, end, length = (next((entry[name] for name in names if name in entry), None) for names in (_STARTS, _ENDS, _LENGTHS))
    first, last, whole = seconds(start), seconds(end), seconds(length)
    return first, bounded(first + whole) if last is None and first is not None and whole is not None else last


def _milliseconds(value: Any) -> float | None:  # noqa: ANN401 - whatever JSON holds
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return bounded(value / 1000) if number and abs(value) < MAX_SECONDS * 1000 else None


# --- json3 ---------------------------------------------------------------------------------------------------------------


def _events(events: Sequence[Any]) -> list[Cue]:
    """The cues of YouTube's json3; what an event appends to the one before without a line break goes on in its line.

    Nearly all that is appended in automatic captions is a line break.
    """
    cues: list[Cue] = []
    text_before = "\n"
    for event in events:
        if not isinstance(event, dict):
            continue
        if "segs" not in event:
            if cue := _cue(event):
                cues.append(cue)
            continue
        segs = event["segs"] if isinstance(event["segs"], list) else []
        text = "".join(seg["utf8"] for seg in segs if isinstance(seg, dict) and isinstance(seg.get("utf8"), str))
        joins = bool(event.get("aAppend")) and bool(cues) and not text_before[-1:].isspace() and not text[:1].isspace()
        text_before = text or text_before
        lines = lines_of(text)
        if joins and lines and cues[-1].lines:
            cues[-1] = _joined(cues[-1], lines)
            continue
        start, length = _milliseconds(event.get("tStartMs")), _milliseconds(event.get("dDurationMs"))
        end = bounded(start + length) if start is not None and length is not None else None
        cues.append(Cue(lines=lines, start=start, end=end))
    return cues


def _joined(cue: Cue, lines: Sequence[Line]) -> Cue:
    """A cue with lines that go on in its last line."""
    last = Line(text=cue.lines[-1].text + lines[0].text, speaker=cue.lines[-1].speaker)
    return Cue(lines=(*cue.lines[:-1], last, *lines[1:]), start=cue.start, end=cue.end)
