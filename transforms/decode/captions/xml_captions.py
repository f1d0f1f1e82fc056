"""Captions in XML: YouTube's timed text (.srv3, and .srv1 and .srv2 under that name) and TTML (.ttml, .dfxp).

A reader of our own, of tags and text in the order of the file: of XML these formats use elements, attributes and character
references, and a parser that keeps to the rules refuses a file that was cut off, or has one bare "&" in it.
Sources: W3C Timed Text Markup Language 2, 2018; of YouTube's formats there is no description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from copydesk.transforms.decode.captions.cues import Captions, Cue, bounded, in_order, lines_of, seconds, told_of, unescape
from copydesk.transforms.decode.text import collapse
from copydesk.transforms.errors import NoCaptions

_TOKEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<\?[^<>]*>|<![^<>]*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z_][\w.:-]*)(?P<attributes>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([A-Za-z_][\w.:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_OFFSET: Final = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*(h|m|s|ms|f|t)")
_FRAMES: Final = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2}):(\d{1,3})(?:\.\d+)?")
_COUNT: Final = re.compile(r"\s*\d{1,15}(?:\.\d{1,9})?\s*")
_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_UNSEEN: Final = frozenset({"head", "metadata", "styling", "layout", "style", "region", "pen", "ws", "wp", "title", "desc"})
_CUES: Final = frozenset({"p", "text"})
_PARTS: Final = frozenset({"div", "body", "tt", "timedtext", "transcript"})
_FRAME_RATE: Final = 30.0
"""Frames a second where a file does not say: what TTML has as its default."""


def read_xml(text: str) -> Captions:
    """The cues of a file of timed text.

    Args:
        text: the file.

    Raises:
        NoCaptions: there is no element in it; it is no XML.

    >>> [(cue.start, cue.lines[0].text) for cue in read_xml('<timedtext><body><p t="1500" d="9"><s>Salt</s><s t="2"> it').cues]
    [(1.5, 'Salt it')]
    """
    reader = _Reader()
    at = 0
    for match in _TOKEN.finditer(text):
        reader.text(text[at : match.start()])
        at = match.end()
        if match["cdata"] is not None:
            reader.text(match["cdata"], raw=True)
        elif match["name"]:
            name = match["name"].rpartition(":")[2].lower()
            reader.tag(name, match["attributes"] or "", closes=bool(match["close"]))
    if not at:
        raise NoCaptions("no XML: not one element in it; give the file the extension of what it holds")
    rest = text[at:]
    reader.text(rest[: rest.rfind("<")] if "<" in rest else rest)  # a tag that was cut off is syntax
    reader.flush()
    metadata, url, channel = told_of([("title", reader.title), ("language", reader.language)])
    return Captions(cues=in_order(reader.cues), metadata=metadata, url=url, channel=channel)


@dataclass(slots=True)
class _Reader:
    """What has been read so far; every cue is closed by the next tag that starts or ends one."""

    cues: list[Cue] = field(default_factory=list)
    title: str = ""
    language: str = ""
    _parts: list[str] = field(default_factory=list)
    _attributes: Mapping[str, str] = field(default_factory=dict)
    _kind: str = ""
    _youtube: bool = True
    _begun: bool = False
    _unseen: list[str] = field(default_factory=list)
    _agents: dict[str, str] = field(default_factory=dict)
    _agent: str = ""
    _inside: str = ""
    _rates: dict[str, float] = field(default_factory=dict)

    def text(self, text: str, *, raw: bool = False) -> None:
        """A run of text between two tags."""
        if not text or not self._begun:  # what stands before the first element is the prolog
            return
        text = text if raw else unescape(text)
        if self._inside == "title":
            self.title = self.title or collapse(text)
        elif self._inside == "name" and self._agent:
            self._agents.setdefault(self._agent, collapse(text))
        elif not self._unseen:
            self._parts.append(text if self._youtube else re.sub(r"\s+", " ", text))

    def tag(self, name: str, raw: str, *, closes: bool) -> None:
        """The start or end of an element."""
        empty = raw.rstrip().endswith("/")
        attributes = {key.rpartition(":")[2]: unescape(one or two) for key, one, two in _ATTRIBUTE.findall(raw)}
        self._inside = "" if closes else name
        self._begun = True
        if name == "agent":
            self._agent = "" if closes else attributes.get("id", "")
        if name in _UNSEEN:
            self._hide(name, closes=closes, empty=empty)
        elif name == "br":
            self._parts.append("\n")
        elif name in _CUES:
            self.flush()
            if not closes and not empty:
                self._attributes, self._kind = attributes, name
        elif name in _PARTS:
            self.flush()
            self._unseen.clear()
            if not closes and name in {"tt", "timedtext", "transcript"}:
                self._start(name, attributes)
        elif name == "span" and not closes and "begin" not in self._attributes:
            self._attributes = {**self._attributes, **{key: attributes[key] for key in ("begin", "end") if key in attributes}}

    def flush(self) -> None:
        """Close the cue that is open."""
        lines = lines_of("".join(self._parts), self._agents.get(self._attributes.get("agent", "")))
        if lines:
            start, end = self._times()
            self.cues.append(Cue(lines=lines, start=start, end=end))
        self._parts.clear()
        self._attributes, self._kind = {}, ""

    def _hide(self, name: str, *, closes: bool, empty: bool) -> None:
        """Keep out what stands between the tags of an element that is no text."""
        if closes:
            if name in self._unseen:
                del self._unseen[self._unseen.index(name) :]
        elif not empty:
            self._unseen.append(name)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._youtube = name != "tt"
        self.language = attributes.get("lang", "")
        for key in ("frameRate", "tickRate"):
            if (rate := seconds(attributes.get(key))) is not None and rate > 0:
                self._rates[key] = rate

    def _times(self) -> tuple[float | None, float | None]:
        """Start and end of the open cue: in milliseconds (`t`, `d`), seconds (`start`, `dur`) or TTML's own terms."""
        told = self._attributes
        if "t" in told and "begin" not in told:
            start, length = (_thousandth(told.get(key)) for key in ("t", "d"))
        else:
            start = self._clock(told.get("begin") or told.get("start"))
            length = self._clock(told.get("dur"))
            if (end := self._clock(told.get("end"))) is not None and start is not None:
                return start, end if end >= start else None
        return start, bounded(start + length) if start is not None and length is not None else None

    def _clock(self, value: str | None) -> float | None:
        if value is None:
            return None
        if match := _OFFSET.fullmatch(value.strip()):
            number, unit = float(match[1]), match[2]
            rate = self._rates.get("frameRate", _FRAME_RATE) if unit == "f" else self._rates.get("tickRate", 1.0)
            return bounded(number * _UNITS[unit] if unit in _UNITS else number / rate)
        if match := _FRAMES.fullmatch(value.strip()):
            hours, minutes, whole, frames = (int(part) for part in match.groups())
            return bounded(3600 * hours + 60 * minutes + whole + frames / self._rates.get("frameRate", _FRAME_RATE))
        return seconds(value)


def _thousandth(value: str | None) -> float | None:
    return bounded(float(value) / 1000) if value and _COUNT.fullmatch(value) else None
