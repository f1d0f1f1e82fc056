"""A story's fields beside its text: authors, date, section, from the blocks of its head and foot, else from the metadata.

Nothing is made up: a field that neither the page nor its metadata has stays empty, and the metadata of a page with several
stories is the page's, so none of them takes it; each takes what the source says of it alone.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz import fuzz

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.bylines import (
    JOINT,
    clean_author,
    find_set_phrase,
    has_name_shape,
    has_role,
    is_name,
    read_byline,
    read_names,
)
from copydesk.transforms.extract.dates import find_clock, find_date, find_dates, order_days
from copydesk.transforms.extract.relative import read_relative
from copydesk.transforms.extract.roles import ELSEWHERE
from copydesk.transforms.extract.signatures import (
    is_byline_label,
    read_after_label,
    read_closing,
    read_newsroom,
    read_opening,
    says_office,
)
from copydesk.transforms.rules import PhrasePack
from copydesk.transforms.segment.boundaries import sign
from copydesk.transforms.shapes import KEPT, Block, Metadata

_MAX_AUTHORS: Final = 12
_SIGNED: Final = frozenset({"byline", "date"})
_LABELLED: Final = frozenset({"byline", "date", "chrome"})
"""What a label ("By") may stand in, and the name below it, which is no byline by itself."""
_EARLY: Final = 3
"""Paragraphs between which a story's date still stands: the decks that passed for text."""
_HEAD: Final = 16
"""Blocks from a headline on that are its head; farther down stand lists of other stories, with dates of their own."""
_FOOT: Final = 6
"""Blocks below a story's text in which it is signed."""
_BESIDE_DATE: Final = 2
"""Blocks between a date and a name without an opening word, in a head."""
_SIGNED_BELOW: Final = 2
"""Blocks below the text in which a line with a name and a date is its signature."""
_DAY_HEADINGS: Final = 2
"""Days above headlines from which a page is a blog that groups its posts by day."""
_MAX_LABEL: Final = 40
"""Characters of a label in front of a date: "Zuletzt aktualisiert am"."""
_MAX_SIGNATURE: Final = 120
"""Characters of a line that dates a story; longer ones tell something."""
_SAME_TITLE: Final = 85.0
"""rapidfuzz's ratio (0 to 100) of a headline on the page and in its metadata, which may lack a mark or a word."""
_NOTHING: Final = Metadata()
_BARS: Final = " |·•›»/"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def order_head_first(blocks: Sequence[Block], packs: Sequence[PhrasePack] = ()) -> list[Block]:
    """The blocks of a story in which its fields are looked for, the likeliest first.

    1. From its headline to its text. 2. Above its headline: there also a site's masthead says its own date. 3. The foot, right
    below its text, up to the mark of a list of other stories. 4. Between its first paragraphs, since a deck can pass for one.
    A date farther down is the date of something else more often than the story's.
    """
    kept = [i for i, block in enumerate(blocks) if block.role in KEPT]
    headline = next((i for i, block in enumerate(blocks) if block.role == "headline"), 0)
    if not kept:
        return [*blocks[headline:], *blocks[:headline]]
    first = kept[0]
    headline = min(headline, first)
    early = kept[min(_EARLY, len(kept)) - 1]
    return [*blocks[headline:first], *blocks[:headline], *_foot(blocks, kept[-1], packs), *blocks[first:early]]


def _foot(blocks: Sequence[Block], last: int, packs: Sequence[PhrasePack]) -> Sequence[Block]:
    """The blocks right below a story's text in which it is signed."""
    below = blocks[last + 1 : last + 1 + _FOOT]
    kinds = [find_set_phrase(block.text, packs) for block in below]
    return below[: kinds.index("related")] if "related" in kinds else below


def find_authors(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of the first byline that has any, and of bylines right behind it.

    Where no byline has one, a byline glued to the text, else a name alone whose place shows that it is the author's.
    """
    found: list[str] = []
    labelled = opened = False
    for block in order_head_first(blocks, packs):
        names: tuple[str, ...] = ()
        if labelled and block.role in _LABELLED:
            names = read_after_label(block.text, packs)
        elif block.role in _SIGNED:
            # Behind "By A" a line without "By" is the paper or the agency of A, unless it says what its person is.
            alone = opened and not has_role(block.text)
            names = read_byline(block.text, packs) if alone else read_names(block.text, packs) or _in_capitals(block, packs)
        labelled = block.role in _LABELLED and is_byline_label(block.text, packs)
        if found and not names and not labelled:
            break
        if names and not found:
            opened = labelled or bool(read_byline(block.text, packs))
        found += [name for name in names if name not in found]
    return tuple(found[:_MAX_AUTHORS]) or _glued_names(blocks, packs) or _bare_names(blocks, packs)


def _in_capitals(block: Block, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a line of capitals that is known as a byline; anywhere else it would be a label."""
    if block.role != "byline" or not block.text.isupper() or find_set_phrase(block.text, packs) is not None:
        return ()
    parts = JOINT.split(block.text)
    return tuple(parts) if all(map(is_name, parts)) else ()


def _glued_names(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a byline that stands in the same line as the story's first or last words."""
    kept = [block.text for block in blocks if block.role in KEPT]
    return (read_opening(kept[0], packs) or read_closing(kept[-1], packs)) if kept else ()


def _bare_names(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """A name on a line of its own, where its place shows that it is the author's.

    1. Within two lines of the story's date: names and dates stand together in heads of every language. 2. A line right below
    the text that has both ("Ana Ortega — 2024-03-05 — in City"). 3. Above a line that says its office or tells of the same
    name ("Ana Ortega covers the harbour"). 4. The newsroom that signs as one. Price: a section of two capitalised words beside
    the date passes for a name where no pack knows it.
    """
    kept = [i for i, block in enumerate(blocks) if block.role in KEPT]
    first = kept[0] if kept else len(blocks)
    near = _near_date(blocks, first)
    foot = _foot(blocks, kept[-1], packs) if kept else ()
    signed = (block for block in foot[:_SIGNED_BELOW] if find_dates(block.text, packs))
    for block in (*near, *signed):
        if block.role == "chrome" and (names := read_names(block.text, packs)):
            return names
    for part in (blocks[:first], foot):
        if name := next((above.text for above, below in itertools.pairwise(part) if _tells_of(above, below, packs)), None):
            return (name,)
    heads = [block for block in blocks[:first] if block.role == "byline"]
    return next((names for block in (*heads, *near) if (names := read_newsroom(block.text))), ())


def _near_date(blocks: Sequence[Block], first: int) -> list[Block]:
    """The furniture around the story's date: the first below its headline, else the last above.

    What begins as the headline does ("Harbourwash A31, 6 out of 6") names nobody.
    """
    headline = next((i for i in range(first) if blocks[i].role == "headline"), 0)
    below = (i for i in range(headline, first) if blocks[i].role == "date")
    above = (i for i in range(headline - 1, -1, -1) if blocks[i].role == "date")
    at = next(itertools.chain(below, above), None)
    if at is None:
        return []
    around = blocks[max(0, at - _BESIDE_DATE) : min(first, at + _BESIDE_DATE + 1)]
    said = blocks[headline].text if blocks[headline].role == "headline" else None
    return [block for block in around if block.role == "chrome" and not (said and block.text.startswith(said))]


def _tells_of(above: Block, below: Block, packs: Sequence[PhrasePack]) -> bool:
    """Whether a line is a name and the next one says who that is: its office, or a sentence as in the box of an author."""
    if above.role not in _LABELLED or below.role not in _LABELLED or not has_name_shape(above.text):
        return False
    told = below.text.startswith(above.text + " ") and len(below.text) >= 2 * len(above.text)
    return (told or says_office(below.text)) and find_set_phrase(above.text, packs) is None


def find_published(blocks: Sequence[Block], packs: Sequence[PhrasePack], retrieved: str | None = None) -> str | None:
    """The ISO day of the first date block or byline that has a full date; a day of change only where there is no other.

    Where markup states a moment for machines it is that, with its time.

    A line between headline and text that is neither, but has a date ("Northside Post / ao 5 March 2024 City, Ferries"), is
    asked next: captions and promo lines have roles of their own, and what else stands there speaks of the story. Last come
    days said by their distance from today, where it is known when the page was retrieved.
    """
    changed: str | None = None
    label = ""
    ordered = order_head_first(blocks, packs)
    for roles, places in ((_SIGNED, ordered), (_LABELLED, _between(blocks)), (_LABELLED, _signed_below(blocks, packs))):
        for block in places:
            if block.role in roles:
                if block.layout.moment is not None:
                    return block.layout.moment
                for day, words in _dated_parts(block.text, packs):
                    if not _says_updated(f"{label} {words}", packs):
                        return day
                    changed = changed or day
            label = block.text if len(block.text) <= _MAX_LABEL else ""
    if changed is None and retrieved:
        near = (block for block in (*_between(blocks), *ordered) if block.role in _LABELLED)
        changed = next((found for block in near if (found := read_relative(block.text, retrieved, packs))), None)
    return changed or next((block.layout.moment for block in blocks if block.role == "headline" and block.layout.moment), None)


def _between(blocks: Sequence[Block]) -> Sequence[Block]:
    """The short blocks from a story's headline to its text; none where it has no headline."""
    headline = next((i for i, block in enumerate(blocks) if block.role == "headline"), None)
    first = next((i for i, block in enumerate(blocks) if block.role in KEPT), len(blocks))
    if headline is None:
        return []
    return [block for block in blocks[headline : min(first, headline + _HEAD)] if len(block.text) <= _MAX_SIGNATURE]


def _signed_below(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> Sequence[Block]:
    """The short blocks right below a story's text that have a name too, as a signature has and a teaser seldom."""
    last = next((i for i in range(len(blocks) - 1, -1, -1) if blocks[i].role in KEPT), len(blocks))
    below = blocks[last + 1 : last + 1 + _SIGNED_BELOW]
    return [block for block in below if len(block.text) <= _MAX_SIGNATURE and read_names(block.text, packs)]


def _dated_parts(text: str, packs: Sequence[PhrasePack]) -> Iterator[tuple[str, str]]:
    """Each date of a line with the words in front of it."""
    at = 0
    for found in find_dates(text, packs):
        yield found.day, text[at : found.start]
        at = found.end


def _says_updated(words: str, packs: Sequence[PhrasePack]) -> bool:
    folded = fold(words)
    return any(word in folded for pack in packs for word in pack.updated)


def find_days(
    stories: Sequence[Sequence[Block]], packs: Sequence[PhrasePack], retrieved: str | None = None,
) -> list[str | None]:  # fmt: skip
    """The day of each of a page's stories, in the page's order; a blog's day heading reaches the posts below it.

    A blog says a day once, above its first post, and nothing above the others. A story without a date takes the day of the one
    above only where the page shows that it is built so: at least two days stand above headlines, in falling or rising order,
    or the story is signed with a time of day alone ("Posted by A at 9:41"), which means nothing without a day elsewhere.

    Harm: on such a page a post whose date was cut off is given the day of the post above.
    """
    packs = order_days((block.text for blocks in stories for block in blocks if block.role in _SIGNED), packs)
    days = [find_published(blocks, packs, retrieved) for blocks in stories]
    headed = [day if day and _is_headed(blocks, packs) else None for blocks, day in zip(stories, days, strict=True)]
    marks = [day for day in headed if day]
    ordered = len(marks) >= _DAY_HEADINGS and marks in (sorted(marks), sorted(marks, reverse=True))
    if len(stories) == 1 and not days[0]:
        return [_labelled_day(stories[0], packs)]
    current: str | None = None
    for number, day in enumerate(days):
        if day:
            current = headed[number]
        elif current and (ordered or _is_timed(stories[number], packs)):
            days[number] = current
    return days


def _labelled_day(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> str | None:
    """The one day that a page of one story says with a label ("Stand 5.3.2024"), however far below; none where it says two.

    Teasers of other stories have dates too, but a label seldom, and never all the same day.
    """
    days = set()
    for block in blocks:
        if block.role == "date" or block.rule == ELSEWHERE:
            for day, words in _dated_parts(block.text, packs):
                if find_set_phrase(words, packs) == "label" or _says_updated(words, packs):
                    days.add(day)
    return days.pop() if len(days) == 1 else None


def _is_headed(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> bool:
    """Whether a story's first line but for its section is a date."""
    first = next((block for block in blocks if block.role != "section"), None)
    return first is not None and sign(first, packs) == "date"


def _is_timed(blocks: Sequence[Block], packs: Sequence[PhrasePack]) -> bool:
    """Whether a signature of the story says a time of day and no day."""
    signed = (block.text for block in order_head_first(blocks, packs) if block.role in _SIGNED)
    return any(find_clock(text) is not None and not find_dates(text, packs) for text in signed)


def find_section(blocks: Sequence[Block]) -> str | None:
    """The text of the section that stands nearest above the headline, else of the first one below it.

    The bar that parts it from what a page shows beside it is left out. A menu's last item may be taken for a section too, and
    it stands farther above.

    >>> section, menu = (Block(text=text, spans=((0, 9),), role="section") for text in ("Politics |", "Sport"))
    >>> headline = Block(text="Rain falls", spans=((9, 19),), role="headline")
    >>> find_section([menu, section, headline]), find_section([headline, section])
    ('Politics', 'Politics')
    """
    named = [block for block in blocks if block.role == "section" and block.text.strip(_BARS)]
    headline = next((block.start for block in blocks if block.role == "headline"), 0)
    above = [block for block in named if block.start < headline]
    nearest = above[-1] if above else next(iter(named), None)
    return nearest.text.strip(_BARS) if nearest else None


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
