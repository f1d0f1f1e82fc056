"""Pages with the role of every line, as `make train` reads them: NAME.txt with NAME.gold.json.

Only pages of which it was said that all else is right: a line of which nobody said anything is no evidence, and a page's lines
teach through what stands around them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copydesk.pipeline.view.labels import Verdict
from copydesk.transforms.shapes import KEPT, Role

_MOST_EMPTY: Final = 4
"""Empty lines that are kept between two: more tell nothing more, and what stood there may have been spaces."""
_PARTS: Final[frozenset[Role]] = KEPT | {"headline", "deck", "caption"}
"""Roles that only lines of a story have; bylines, dates and sections may stand by themselves."""
_HEAD: Final[frozenset[Role]] = frozenset({"section", "date", "byline", "deck"})
"""Roles that belong to the story whose headline they stand right above."""
_MOST_SITE: Final = 100
"""Bytes of a site in the name of a file, which file systems bound at 255 bytes, some that encrypt names at 143: a registered
domain has 63 at the most, and what stands behind it may be cut, since the digest keeps the names of two pages apart."""
_NO_NAME: Final = re.compile(r"[^\w.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A page for training."""

    name: str
    """Of its files; the site before the first hyphen, since no page may be tested on what its site taught."""
    text: str
    gold: Mapping[str, Any]

    def files(self) -> Iterator[tuple[str, str]]:
        """Names and contents."""
        yield f"{self.name}.txt", self.text
        yield f"{self.name}.gold.json", json.dumps(self.gold, ensure_ascii=False, indent=1) + "\n"


@dataclass(slots=True, kw_only=True)
class _Line:
    number: int
    text: str
    said: Role
    role: Role
    story: int | None
    """As the run had it."""


def labelled_texts(verdicts: Sequence[Verdict]) -> Iterator[LabelledText]:
    """The pages that were looked through.

    Args:
        verdicts: that stand.
    """
    right: dict[tuple[str, str], dict[tuple[int, int], str]] = {}
    for verdict in verdicts:
        if verdict.of == "role" and verdict.right:
            right.setdefault((verdict.source.uri, verdict.source.sha256), {})[verdict.start, verdict.end] = verdict.right
    for verdict in verdicts:
        if verdict.of == "page":
            yield _page(verdict, right.get((verdict.source.uri, verdict.source.sha256), {}))


def _page(verdict: Verdict, right: Mapping[tuple[int, int], Any]) -> LabelledText:
    lines: list[_Line] = []
    written: list[str] = []
    end = 0
    for start, after, said, story, text in verdict.blocks:
        if text:
            if lines:
                written += [""] * min(max(start - end - 1, 0), _MOST_EMPTY)
            written.append(text)
            lines.append(_Line(number=len(written), text=text, said=said, role=right.get((start, after), said), story=story))
            end = after
    gold = {
        "lang": verdict.source.language,
        "stories": [_story(stretch) for stretch in stories_of(lines)],
        "roles": {str(line.number): line.role for line in lines},
    }
    return LabelledText(name=_name(verdict), text="\n".join([*written, ""]), gold=gold)


def _name(verdict: Verdict) -> str:
    known = f"{verdict.source.uri}\0{verdict.source.sha256}".encode("utf-8", "surrogatepass")
    number = hashlib.blake2b(known, digest_size=6).hexdigest()
    site = _NO_NAME.sub("_", verdict.source.site or "").strip("._")
    site = site.encode()[:_MOST_SITE].decode("utf-8", "ignore").rstrip("._")
    return f"{site}-{number}" if site else number


def _story(lines: Sequence[_Line]) -> dict[str, Any]:
    headline = next((line.text for line in lines if line.role == "headline"), None)
    start, end = lines[0].number, lines[-1].number
    return {"headline": headline, "authors": [], "published": None, "section": None, "start_line": start, "end_line": end}


def stories_of(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Each story's lines, from the fields above its headline to its last line of text, by what is right.

    The run's own bounds stand but where a verdict moves them: a line that is a headline after all begins a story, one that is
    none after all does not, and what belongs to a story after all is of the one before it, or of the first.
    """
    begun: list[list[int]] = []
    story: int | None = None
    for place, line in enumerate(lines):
        if line.role not in _PARTS:
            continue
        new = line.story is not None and line.story != story and not (line.said == "headline" != line.role)
        if line.role == "headline" != line.said:
            new = not begun or any(lines[at].role in KEPT for at in begun[-1])
        if new or not begun:
            begun.append([])
        begun[-1].append(place)
        story = line.story if line.story is not None else story
    for places in begun:
        kept = [at for at in places if lines[at].role in KEPT]
        if kept:
            first = places[0]
            while first and lines[first - 1].role in _HEAD:
                first -= 1
            yield lines[first : kept[-1] + 1]


def pages_among(verdicts: Iterable[Verdict]) -> set[tuple[str, str]]:
    """The sources that were looked through."""
    return {(verdict.source.uri, verdict.source.sha256) for verdict in verdicts if verdict.of == "page"}
