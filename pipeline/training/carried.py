"""HTML teaches the dump: a saved page's markup labels the lines of its own text.

Body is what an extractor keeps both when it is asked for precision and when it is asked for recall; what only one of the two
keeps is left open. The headline is the heading that says the gold title; a byline names a gold author, a date reads as the
gold date.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import trafilatura

from copydesk.pipeline.training.pages import HOST, Example, document_of, example_of, relabel
from copydesk.pipeline.training.sheet import Label, LabelledPage
from copydesk.transforms.cells import fold
from copydesk.transforms.decode import decode
from copydesk.transforms.decode.site import registrable_domain
from copydesk.transforms.errors import SourceError
from copydesk.transforms.extract.dates import find_date
from copydesk.transforms.extract.lines import measure_units, packs_for
from copydesk.transforms.rules import PhrasePack, Rules, phrase_key
from copydesk.transforms.shapes import Block, Item, Source

_MOST_BLOCKS: Final = 1_500
_BODY_UNITS: Final = 8.0
"""Words of a block that can be a story's first."""
_LEAST_BODY: Final = 2
_FIELD_UNITS: Final = 14.0
_FOOT: Final = 6
"""Blocks behind a story that can hold its byline and date."""
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5"})
_INSIDE: Final[Mapping[str, Label]] = {
    "body": "body", "subhead": "subhead", "caption": "caption", "byline": "byline", "date": "date",
}  # fmt: skip
_LONG: Final = 80
"""Characters of a block that may stand in the extractor's text with a part cut or added."""
_MOSTLY: Final = 0.7


def load_carried(folder: Path, rules: Rules) -> Iterator[Example]:
    """The saved pages of a folder (`gold.json`, `html/NAME.*`) that have a clear headline and body."""
    gold: dict[str, dict[str, Any]] = json.loads((folder / "gold.json").read_text("utf-8"))
    for name, row in gold.items():
        for path in sorted((folder / "html").glob(name + ".*"))[:1]:
            raw = path.read_bytes()
            page = _label(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw, row, rules)
            if page is not None:
                yield example_of(page, document_of(page), rules, name=name, corpus="carried")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gold:
    """What is known of a page: its title, its authors, its day, and what two extractors keep."""

    title: str
    authors: tuple[str, ...]
    day: str | None
    precise: frozenset[str]
    recalled: frozenset[str]


def _label(markup: bytes, row: Mapping[str, Any], rules: Rules) -> LabelledPage | None:
    source = Source(uri=row["url"], sha256="", format="html", kind="page")
    try:
        document = decode(Item(source=source, payload=markup), rules)
    except SourceError:  # a page that cannot be read teaches nothing
        return None
    packs = packs_for(document, rules)
    blocks = [block for block in document.blocks if not block.layout.hidden]
    if len(blocks) > _MOST_BLOCKS:
        return None
    gold = _Gold(
        title=phrase_key(fold(row.get("title") or "")),
        authors=tuple(fold(part) for part in (row.get("author") or "").split(";") if part.strip()),
        day=row.get("date"),
        precise=_line_set(trafilatura.extract(markup, favor_precision=True, include_comments=False, include_tables=True)),
        recalled=_line_set(trafilatura.extract(markup, favor_recall=True, include_comments=False, include_tables=True)),
    )
    texts = [" ".join(block.text.split()) for block in blocks]
    hints = [_hint(block, text, gold, packs) for block, text in zip(blocks, texts, strict=True)]
    roles = _roles(hints, texts)
    if roles is None:
        return None
    host = urlsplit(row["url"]).hostname or ""
    sites = frozenset({HOST + (registrable_domain(row["url"]) or host)})
    language = packs[0].language if packs else "en"
    return LabelledPage(lines=relabel(texts, *roles), language=language, sites=sites, family="carried")


def _hint(block: Block, text: str, gold: _Gold, packs: Sequence[PhrasePack]) -> str:
    """What a block's markup and the gold say of it: a role, "heading" for a title in a lesser element, or "open"."""
    key, tag = phrase_key(fold(text)), block.layout.tag
    kept = (_stands_in(key, gold.precise), _stands_in(key, gold.recalled))
    if gold.title and _says(key, gold.title):
        return "headline" if tag == "h1" else "heading"
    if tag == "figcaption":
        return "caption"
    short = measure_units(text) <= _FIELD_UNITS
    if short and any(author in key for author in gold.authors):
        return "byline"
    if short and gold.day and (found := find_date(text, packs)) and found.day == gold.day:
        return "date"
    if all(kept):
        return "subhead" if tag in _HEADINGS else "body"
    return "open" if any(kept) else "chrome"


def _roles(hints: Sequence[str], texts: Sequence[str]) -> tuple[list[Label], list[int | None]] | None:
    """The role and the story of every line; None where the page has no clear headline or body."""
    bodies = [i for i, hint in enumerate(hints) if hint == "body" and measure_units(texts[i]) >= _BODY_UNITS]
    if len(bodies) < _LEAST_BODY:
        return None
    above = [i for i in range(bodies[0]) if hints[i] == "headline"] or [i for i in range(bodies[0]) if hints[i] == "heading"]
    if not above:
        return None
    headline = above[-1]
    first = next(i for i in range(headline + 1, len(hints)) if hints[i] == "body")
    last = max(i for i, hint in enumerate(hints) if hint in {"body", "subhead"})
    roles = [_role(hint, i, headline, first, last) for i, hint in enumerate(hints)]
    return roles, [0 if headline <= i <= last else None for i in range(len(hints))]


def _role(hint: str, at: int, headline: int, first: int, last: int) -> Label:
    if at == headline:
        return "headline"
    if first <= at <= last:
        return _INSIDE.get(hint, "either" if hint == "open" else "chrome")
    if hint in {"byline", "date"} and headline < at <= last + _FOOT:
        return "byline" if hint == "byline" else "date"
    return "either" if headline < at < first and hint in {"open", "body", "subhead", "caption"} else "chrome"


def _line_set(text: str | None) -> frozenset[str]:
    return frozenset(phrase_key(fold(line.lstrip("-|# "))) for line in (text or "").split("\n") if line.strip())


def _stands_in(key: str, lines: frozenset[str]) -> bool:
    if not key or key in lines:
        return bool(key)
    if len(key) <= _LONG:
        return False
    return any(key in line or (line in key and len(line) > _MOSTLY * len(key)) for line in lines)


def _says(key: str, title: str) -> bool:
    return key == title or (len(key) >= 15 and (title.startswith(key) or key.startswith(title)))
