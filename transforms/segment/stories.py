"""Blocks to stories: the ranges, each range's record, and the account of what is in none."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

from copydesk.transforms.explain import shift
from copydesk.transforms.extract.lines import measure_units, packs_for
from copydesk.transforms.rules import PhrasePack, Rules
from copydesk.transforms.segment.boundaries import Range, find_ranges
from copydesk.transforms.segment.chapters import find_chapters
from copydesk.transforms.segment.fields import (
    authors_of,
    find_authors,
    find_days,
    find_section,
    part_of,
    published_of,
)
from copydesk.transforms.segment.leftover import Piece, merge_removed
from copydesk.transforms.shapes import (
    CELL_JOINT,
    KEPT,
    Block,
    Change,
    Document,
    Metadata,
    Paragraph,
    ParagraphRole,
    Span,
    Story,
    StorySource,
)

_JOINT: Final = "\n\n"
_CELL_CHARACTERS: Final = 160
"""A cell that is longer holds prose, beside other prose as like as not: two columns of text are no row."""
_WORD_CHARACTERS: Final = 5
"""Characters of a word at least, as `_CELL_CHARACTERS` counts them: a script without spaces says as much in fewer."""
_PARAGRAPH_ROLES: Final[dict[str, ParagraphRole]] = {
    "li": "list", "dt": "list", "dd": "list", "blockquote": "quote", "q": "quote", "pre": "code", "code": "code",
    "td": "table", "th": "table", "tr": "table", "table": "table", "caption": "table",
}  # fmt: skip
_DIGEST: Final = 3
"""Pieces from which a page is a digest, whose own name and greeting stand in front."""
TOO_SHORT: Final = "segment.too_short"
_HEADLINED: Final = 3
"""Under a headline a story may be this many times shorter than without: a brief is a sentence."""
_CAPTIONS_BELOW: Final = 2
"""Blocks below a story's last paragraph in which its last picture's caption stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A story before its place on the page is known: which blocks give its text, and which its other fields."""

    blocks: tuple[Block, ...]
    headline: Block | None = None
    deck: Block | None = None
    captions: tuple[Block, ...] = ()
    body: tuple[Block, ...] = ()

    @property
    def taken(self) -> tuple[Block, ...]:
        """The blocks whose spans are the story's, in document order."""
        chosen = {id(block) for block in (self.headline, self.deck, *self.captions, *self.body) if block is not None}
        return tuple(block for block in self.blocks if id(block) in chosen)


def segment_stories(document: Document, rules: Rules) -> Document:
    """Group a document's blocks into stories; all else becomes `removed`.

    A transcript and a `story` are one story each; a page's stories begin at its headlines. Prose shorter than the
    configuration's `min_story_words`, without a headline, is no story.

    Args:
        document: with roles on its blocks, and speech already joined into paragraphs.
        rules: settings, phrase packs, and the weights that find chapters.

    Returns:
        The document with `stories` and `removed`, whose spans together are its account.
    """
    packs = packs_for(document, rules)
    whole = document.source.kind in {"transcript", "story"}
    drafts = _draft_whole(document) if whole else _draft_page(document, packs, rules.settings.segment.min_story_words)
    told = [_metadata(document, draft, alone=len(drafts) == 1) for draft in drafts]
    days = find_days([draft.blocks for draft in drafts], packs, document.source.retrieved)
    stories = tuple(
        _write(document, draft, metadata, packs, (n, len(drafts)), day)
        for n, (draft, metadata, day) in enumerate(zip(drafts, told, days, strict=True))
    )
    kept = sorted(span for story in stories for span in story.spans)
    removed = merge_removed(document.text, _leftover(document.blocks, drafts), kept)
    if document.source.kind == "transcript":
        stories = tuple(_cut_chapters(story, document, rules) for story in stories)
    return replace(document, stories=stories, removed=removed)


def _cut_chapters(story: Story, document: Document, rules: Rules) -> Story:
    return replace(story, chapters=find_chapters(story.text, story.paragraphs, rules, document.language_hint))


def _metadata(document: Document, draft: _Draft, *, alone: bool) -> Metadata:
    """What the source says of a story: all of it where it is the only one."""
    if alone:
        return document.metadata
    return part_of(document.metadata, draft.headline.text if draft.headline else None)


# --- drafts -------------------------------------------------------------------------------------------------------------


def _draft_whole(document: Document) -> list[_Draft]:
    body = tuple(block for block in document.blocks if block.role in KEPT)
    if not body:
        return []
    headline = next((block for block in document.blocks if block.role == "headline"), None)
    return [_Draft(blocks=document.blocks, headline=headline, body=body)]


def _draft_page(document: Document, packs: Sequence[PhrasePack], min_words: int) -> list[_Draft]:
    drafts = []
    for found in find_ranges(document.blocks, packs):
        draft = _draft_range(document.blocks, found)
        words = _length(draft)
        if words >= min_words or (draft.headline is not None and words >= min_words / _HEADLINED):
            drafts.append(draft)
    return drafts[1:] if _opens_with_greeting(drafts, min_words) else drafts


def _opens_with_greeting(drafts: Sequence[_Draft], min_words: int) -> bool:
    """Whether a page's first piece is a digest's name and greeting: fewer words than any story, and none of its fields.

    Harm: a first brief of one short sentence, without a date and a byline, is lost where those below it are longer.
    """
    if len(drafts) < _DIGEST or _length(drafts[0]) >= min_words:
        return False
    signed = any(block.role in {"byline", "date"} for block in drafts[0].blocks)
    return not signed and all(_length(draft) >= min_words for draft in drafts[1:])


def _length(draft: _Draft) -> float:
    return sum(measure_units(block.text) for block in draft.body)


def _draft_range(blocks: Sequence[Block], found: Range) -> _Draft:
    mine = tuple(blocks[found.start : found.end])
    kept = [number for number, block in enumerate(mine) if block.role in KEPT]
    body = tuple(mine[number] for number in kept)
    last = kept[-1]
    captions = tuple(block for block in mine[: last + 1 + _CAPTIONS_BELOW] if block.role == "caption")
    deck = next((block for block in mine if block.role == "deck"), None)
    headline = blocks[found.headline] if found.headline is not None else None
    return _Draft(blocks=mine, headline=headline, deck=deck, captions=captions, body=body)


# --- one story ----------------------------------------------------------------------------------------------------------


def story_id(uri: str, sha256: str, start: int) -> str:
    """The stable id of the story whose first character stands at `start` of the document: 32 hex digits.

    >>> story_id("a.txt", "00", 0) == story_id("a.txt", "00", 0) != story_id("a.txt", "00", 1)
    True
    """
    return hashlib.blake2b(f"{uri}\0{sha256}\0{start}".encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _write(
    document: Document, draft: _Draft, metadata: Metadata, packs: Sequence[PhrasePack], place: tuple[int, int], day: str | None,
) -> Story:  # fmt: skip
    source = document.source
    text, paragraphs, changes = _join(draft.body)
    spans = _spans(draft.taken)
    headline = draft.headline.text if draft.headline else None
    if headline is None and (source.kind != "page" or document.source.format == "html" or place[1] == 1):
        headline = metadata.title  # of a page's markup, front matter or row, which says it of its one story
    return Story(
        id=story_id(source.uri, source.sha256, spans[0][0]),
        source=StorySource(
            uri=source.uri,
            sha256=source.sha256,
            format=source.format,
            kind=source.kind or "page",
            url=source.url,
            site=source.site,
            channel=source.channel,
            retrieved=source.retrieved,
            index=place[0],
            count=place[1],
        ),
        headline=headline,
        deck=draft.deck.text if draft.deck else None,
        authors=authors_of(metadata, packs) or find_authors(draft.blocks, packs),
        published=published_of(metadata, packs) or day,
        section=metadata.section or find_section(draft.blocks),
        captions=tuple(block.text for block in draft.captions),
        text=text,
        paragraphs=paragraphs,
        changes=changes,
        restored=tuple(dict.fromkeys(what for block in draft.body for what in block.restored)),
        spans=spans,
    )


def _join(body: Sequence[Block]) -> tuple[str, tuple[Paragraph, ...], tuple[Change, ...]]:
    paragraphs: list[Paragraph] = []
    changes: list[Change] = []
    parts: list[str] = []
    start = at = 0
    for row in _rows(body):
        column = 1 if len(row) > 1 else None
        for block in row:
            if column is not None and block.layout.cell:
                gap = CELL_JOINT * (block.layout.cell[1] - column)
                if not gap and at > start:
                    gap = " "  # another piece of the same cell
                column = block.layout.cell[1]
                parts.append(gap)
                at += len(gap)
            parts.append(block.text)
            changes.extend(shift(block.changes, at))
            at += len(block.text)
        paragraphs.append(
            Paragraph(
                start=start,
                end=at,
                role="table" if len(row) > 1 else _paragraph_role(row[0]),
                spans=tuple(span for block in row for span in block.spans),
                speaker=row[0].layout.speaker,
                time=row[0].layout.time,
            ),
        )
        parts.append(_JOINT)
        at += len(_JOINT)
        start = at
    return "".join(parts[:-1]), tuple(paragraphs), tuple(changes)


def _rows(body: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """The blocks that make a paragraph each: one, or the cells of a table's row.

    Evidence for a row of data: its cells are short, one piece each, they follow each other without anything that was removed,
    and there are two. A page that is laid out by a table has several pieces in a cell, or long ones, and stays as it is. Where
    a cell has several short pieces, a row of data right above or below it tells.
    """
    groups = [tuple(cells) for _, cells in groupby(body, key=lambda block: block.layout.cell and block.layout.cell[0])]
    data = [_is_row(group) and _is_plain(group) for group in groups]
    for order in (range(1, len(groups)), range(len(groups) - 2, -1, -1)):
        step = order.step
        for i in order:
            data[i] = data[i] or (data[i - step] and _is_row(groups[i]) and _touch(groups[i - step], groups[i]))
    for group, row in zip(groups, data, strict=True):
        if row:
            yield group
        else:
            yield from ((block,) for block in group)


def _is_row(blocks: Sequence[Block]) -> bool:
    """Whether blocks may be a row of data: two cells or more, from left to right, all of them short."""
    if len(blocks) < 2 or not all(block.layout.cell and block.role == "body" and len(block.spans) == 1 for block in blocks):
        return False
    columns = [block.layout.cell[1] for block in blocks if block.layout.cell]
    sizes: Counter[int] = Counter()
    for column, block in zip(columns, blocks, strict=True):
        sizes[column] += max(len(block.text), round(_WORD_CHARACTERS * measure_units(block.text))) + 1
    ordered = all(left <= right for left, right in pairwise(columns)) and all(map(_follows, blocks, blocks[1:]))
    return ordered and len(sizes) > 1 and max(sizes.values()) <= _CELL_CHARACTERS + 1


def _is_plain(row: Sequence[Block]) -> bool:
    """Whether each cell of a row is one piece."""
    return all(left.layout.cell != right.layout.cell for left, right in pairwise(row))


def _touch(one: Sequence[Block], other: Sequence[Block]) -> bool:
    """Whether nothing stands between two rows."""
    return _follows(one[-1], other[0]) or _follows(other[-1], one[0])


def _follows(left: Block, right: Block) -> bool:
    return 0 <= right.start - left.end <= 1


def _paragraph_role(block: Block) -> ParagraphRole:
    if block.role == "subhead":
        return "subhead"
    return _PARAGRAPH_ROLES.get(block.layout.tag, "paragraph")


def _spans(blocks: Sequence[Block]) -> tuple[Span, ...]:
    """The blocks' spans in order; those that meet are one."""
    joined: list[Span] = []
    for start, end in (span for block in blocks for span in block.spans):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


# --- the rest -----------------------------------------------------------------------------------------------------------


def _leftover(blocks: Sequence[Block], drafts: Sequence[_Draft]) -> Iterator[Piece]:
    taken = {span[0] for draft in drafts for block in draft.taken for span in block.spans}
    for block in blocks:
        stray = block.role in KEPT
        for start, end in block.spans:
            if start in taken:
                continue
            if stray:
                yield Piece(start, end, "chrome", TOO_SHORT, "prose that is too short to be a story")
            else:
                yield Piece(start, end, block.role, block.rule, block.evidence)
