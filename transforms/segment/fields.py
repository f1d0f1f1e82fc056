"""A story's fields beside its text: authors, date, section, from the blocks of its head and foot, else from the metadata.

Nothing is made up: a field that neither the page nor its metadata has stays empty, and the metadata of a page with several
stories is the page's, so none of them takes it; each takes what the source says of it alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

from copydesk.transforms.extract.bylines import clean_author, read_names
from copydesk.transforms.extract.dates import find_date
from copydesk.transforms.rules import PhrasePack, fold
from copydesk.transforms.shapes import KEPT, Block, Metadata

_MAX_AUTHORS: Final = 12
_SAME_TITLE: Final = 85.0
"""rapidfuzz's ratio (0 to 100) of a headline on the page and in its metadata, which may lack a mark or a word."""
_NOTHING: Final = Metadata()
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def order_head_first(blocks: Sequence[Block]) -> list[Block]:
    """A story's blocks with those of its head first, then what stands below its text, then the middle.

    A date in the middle of a text is the date of something else more often than the story's.
    """
    kept = [i for i, block in enumerate(blocks) if block.role in KEPT]
    if not kept:
        return list(blocks)
    return [*blocks[: kept[0]], *blocks[kept[-1] + 1 :], *blocks[kept[0] : kept[-1] + 1]]


def find_authors(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of the first byline that has any, and of bylines right behind it."""
    found: list[str] = []
    for block in order_head_first(blocks):
        if block.role not in {"byline", "date"}:
            if found:
                break
            continue
        found += [name for name in read_names(block.text, packs) if name not in found]
    return tuple(found[:_MAX_AUTHORS])


def find_published(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> str | None:
    """The day of the first date block or byline that has a full date; with its time, where markup states it for machines."""
    for block in order_head_first(blocks):
        if block.role not in {"date", "byline"}:
            continue
        if block.layout.moment is not None:
            return block.layout.moment
        if found := find_date(block.text, packs):
            return found.day
    return next((block.layout.moment for block in blocks if block.role == "headline" and block.layout.moment), None)


def find_section(blocks: Sequence[Block]) -> str | None:
    """The text of the first section block."""
    return next((block.text for block in blocks if block.role == "section"), None)


def part_of(metadata: Metadata, headline: str | None) -> Metadata:
    """What the source says of one of its several stories, found by its headline; nothing where it does not tell.

    >>> parts = (Metadata(title="Rain falls", published="2024-03-05"), Metadata(title="Snow lies", published="2024-03-06"))
    >>> part_of(Metadata(parts=parts), "Snow lies!").published, part_of(Metadata(parts=parts), "Hail").published
    ('2024-03-06', None)
    """
    words = fold(headline or "")
    likest = max(metadata.parts, key=lambda part: fuzz.ratio(words, fold(part.title or "")), default=_NOTHING)
    return likest if fuzz.ratio(words, fold(likest.title or "")) >= _SAME_TITLE else _NOTHING


def authors_of(metadata: Metadata, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of the metadata's authors, one an entry."""
    names = [name for author in metadata.authors for name in clean_author(author, packs)]
    return tuple(dict.fromkeys(names))[:_MAX_AUTHORS]


def published_of(metadata: Metadata, packs: Sequence[PhrasePack]) -> str | None:
    """The metadata's date as ISO 8601, with its time where it has a valid one.

    >>> published_of(Metadata(published="2024-03-05T10:00:00Z"), ())
    '2024-03-05T10:00:00Z'
    >>> published_of(Metadata(published="5.3.2024"), ())
    '2024-03-05'
    >>> published_of(Metadata(published="soon"), ()) is None
    True
    """
    value = (metadata.published or "").strip()
    if not value:
        return None
    if _ISO_DAY.match(value):
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value.replace(" ", "T", 1)
    found = find_date(value, packs)
    return found.day if found else None
