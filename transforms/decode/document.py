"""The stage itself: an item's bytes to a document, final in its text and offsets, cut into blocks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from copydesk.transforms.decode.captions import read_pieces
from copydesk.transforms.decode.charset import MAX_LISTED, Decoded, decode_bytes
from copydesk.transforms.decode.hint import language_hint
from copydesk.transforms.decode.html import FlatBlock, read_page, thin_tags
from copydesk.transforms.decode.mend import mend, note_malformed
from copydesk.transforms.decode.metadata import addressed, merge
from copydesk.transforms.decode.site import resolve_site
from copydesk.transforms.decode.text import collapse, line_blocks
from copydesk.transforms.errors import EmptySource
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import CAPTION_FORMATS, Block, Change, Document, Format, Item, Layout, Span

_XML: Final[frozenset[Format]] = frozenset({"srv3", "ttml"})
"""Formats beside HTML that declare their charset themselves."""


def decode(item: Item, rules: Rules) -> Document:
    """The document of an item: text as a viewer would see it, mended, in blocks, with what the source says of itself.

    Args:
        item: the bytes as they were read, and what came with them.
        rules: the settings of `decode`, and the function words by which the language is guessed.

    Raises:
        EmptySource: nothing but white space, or markup without text.
        BinarySource: the bytes are no text.
        TooLarge: more elements, depth or blocks than the settings allow.
        NoCaptions: under the name of a caption format, something else.
    """
    settings = rules.settings.decode
    markup = item.source.format == "html"
    decoded = decode_bytes(item.payload, item.charset, settings, markup=markup or item.source.format in _XML)
    if markup:
        document = _read_markup(item, decoded, rules)
    elif item.source.format in CAPTION_FORMATS:
        document = _read_captions(item, decoded, rules)
    else:
        document = _read_text(item, decoded, rules)
    if not document.blocks:
        raise EmptySource("the source has no text that could be seen: nothing is left but white space, controls or markup")
    hint = language_hint(document.text, rules.function_words, settings.hint_characters)
    source = replace(document.source, site=resolve_site(document.source, rules.evidence))
    return replace(document, source=source, language_hint=hint)


def _read_text(item: Item, decoded: Decoded, rules: Rules) -> Document:
    text, changes = mend(decoded.text, decoded.malformed)
    return Document(
        source=item.source,
        text=text,
        charset=decoded.charset,
        changes=changes,
        metadata=item.metadata,
        blocks=line_blocks(text, rules.settings.decode.max_blocks),
    )


def _read_markup(item: Item, decoded: Decoded, rules: Rules) -> Document:
    source = thin_tags(decoded.text)
    page = read_page(source, rules.settings.decode)
    flat = "\n".join([block.text for block in page.blocks])
    malformed = note_malformed(flat, decoded.malformed[0].evidence, MAX_LISTED) if decoded.malformed else ()
    text, changes = mend(flat, malformed)
    return Document(
        source=addressed(item.source, page.facts),
        text=text,
        charset=decoded.charset,
        changes=changes,
        metadata=merge(item.metadata, page.facts.metadata()),
        markup=source,
        blocks=tuple(_page_blocks(text, changes, page.blocks)),
    )


def _read_captions(item: Item, decoded: Decoded, rules: Rules) -> Document:
    """The text of a caption file's cues; their syntax is no text, and what is only shown again is marked as such."""
    pieces, told = read_pieces(decoded.text, item.source.format, rules.settings.decode)
    flat = "\n".join([piece.text for piece in pieces])
    malformed = note_malformed(flat, decoded.malformed[0].evidence, MAX_LISTED) if decoded.malformed else ()
    text, changes = mend(flat, malformed)
    places = _places(text, changes, [piece.text for piece in pieces])
    source = replace(item.source, url=item.source.url or told.url, channel=item.source.channel or told.channel)
    blocks = tuple(
        Block(
            text=kept,
            spans=(span,),
            role=piece.role,
            rule=piece.rule,
            evidence=piece.evidence,
            layout=Layout(speaker=piece.speaker, time=piece.cue.start, blank_lines=piece.cue.blank_lines),
        )
        for piece, (kept, span) in zip(pieces, places, strict=True)
        if kept
    )
    metadata = merge(item.metadata, told.metadata)
    return Document(source=source, text=text, charset=decoded.charset, changes=changes, metadata=metadata, blocks=blocks)


def _page_blocks(text: str, changes: Sequence[Change], blocks: Sequence[FlatBlock]) -> Iterator[Block]:
    """The flat blocks where they stand in the mended text; one that the mending emptied is none."""
    for block, (kept, span) in zip(blocks, _places(text, changes, [block.text for block in blocks]), strict=True):
        if kept:
            yield Block(text=kept, spans=(span,), layout=block.layout)


def _places(text: str, changes: Sequence[Change], parts: Sequence[str]) -> Iterator[tuple[str, Span]]:
    """What became of each part of a text, and where it stands once that is mended; "" where nothing is left of it."""
    at = 0
    if not changes:
        for part in parts:
            stripped = part.strip()
            start = at + len(part) - len(part.lstrip())
            yield stripped, (start, start + len(stripped))
            at += len(part) + 1
        return
    shown = _Mended(changes)
    for part in parts:
        start, end = shown.place(at), shown.place(at + len(part))
        at += len(part) + 1
        piece = text[start:end]
        stripped = piece.strip()
        start += len(piece) - len(piece.lstrip())
        kept = stripped if "\n" in stripped else collapse(stripped)
        yield kept, (start, start + len(stripped))


class _Mended:
    """Where an offset of the text before mending stands after it."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._ends: list[int] = []
        self._grown: list[int] = []
        self._changes = changes
        grown = 0
        for change in changes:
            grown += len(change.after) - len(change.before)
            self._ends.append(change.end - grown)
            self._grown.append(grown)

    def place(self, offset: int) -> int:
        """The new offset; one inside a change goes to that change's end, so that no block takes part of another's."""
        passed = bisect_right(self._ends, offset)
        grown = self._grown[passed - 1] if passed else 0
        if passed < len(self._changes):
            change = self._changes[passed]
            if change.start - grown < offset:
                return change.end
        return offset + grown
