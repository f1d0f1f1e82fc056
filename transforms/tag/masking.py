"""Personal data masked wherever a source's records could hold it, before anything else is made of its stories.

Two forms, because two things are wanted at once. The document keeps its offsets: every character of a masked stretch but
white space becomes a star, so that spans still count the characters of the source, `removed` quotes stars, and the account
adds up as before. A story's own fields get a placeholder ("[EMAIL]"), and its text a change for each, whose `before` are the
stars and whose evidence says where in the document it stood: with the source at hand it can be undone, without it it cannot.

It is done once stories are cut and their fields found, so that masking changes no decision, and before language, topics,
quality and fingerprints are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeVar

from copydesk.transforms.explain import Edit, apply_edits, undo
from copydesk.transforms.settings import Personal
from copydesk.transforms.shapes import (
    Block,
    Change,
    Document,
    Metadata,
    Outcome,
    Paragraph,
    Removed,
    Same,
    Skipped,
    Source,
    SourceRef,
    Span,
    Story,
    StorySource,
)
from copydesk.transforms.tag.personal import PLACEHOLDERS, Guard, variants
from copydesk.transforms.tag.phones import regions_of

if TYPE_CHECKING:
    from copydesk.transforms.rules import Rules

RULE: Final = "privacy."
"""What the rule of every change of this module begins with; the kind follows."""
STAR: Final = "*"
"""What stands for a masked character of a document."""

AnySource = TypeVar("AnySource", Source, StorySource)


@dataclass(frozen=True, slots=True)
class _Located:
    """Something found in a block."""

    start: int
    end: int
    kind: Personal
    before: str
    """What the block's text was there, its changes undone, in stars."""
    spans: tuple[Span, ...]
    """Where it stands in the document."""


def guard_of(rules: Rules, language: str | None = None, site: str | None = None) -> Guard | None:
    """What is looked for in a source; None where nothing is masked.

    Args:
        rules: settings and the words around phone numbers.
        language: of the source, where it is known; its country's phone numbers are known without a country code.
        site: of the source.
    """
    kinds = rules.settings.privacy.mask
    if not kinds:
        return None
    return Guard(kinds=kinds, phones=rules.phones, regions=regions_of(rules.phones, language, site))


def mask_document(document: Document, rules: Rules) -> Document:
    """A document with the personal data that the configuration names masked in all that is written of it.

    Harm: what has the form of an address or a number and is none is masked too (a fictional number in a novel), and is out of
    the corpus for good; what has an unusual form stays.

    Args:
        document: cut into stories.
        rules: settings, and the words around phone numbers.

    Returns:
        The document; the same object where nothing is to be masked.
    """
    language = document.metadata.language or document.language_hint
    guard = guard_of(rules, language, document.source.site)
    if guard is None:
        return document
    located = {block.spans: found for block in document.blocks if (found := _locate(block, document.text, guard))}
    known = _known(document, located)
    texts = {block.spans: block.text for block in document.blocks}
    spans = sorted(span for found in located.values() for one in found for span in one.spans)
    text = _star(document.text, spans)
    return replace(
        document,
        source=_mask_source(document.source, guard, known),
        text=text,
        changes=tuple(_mask_change(change, text, spans) for change in document.changes),
        metadata=Metadata(language=document.metadata.language),
        markup=None,
        blocks=tuple(_mask_block(block, guard, known) if block.spans in located else block for block in document.blocks),
        stories=tuple(_mask_story(story, texts, located, guard, known) for story in document.stories),
        removed=tuple(_mask_removed(removed, text, guard, known) for removed in document.removed),
    )


def mask_outcome(outcome: Outcome, rules: Rules) -> Outcome:
    """A source that never came to have stories, with its name and its error message masked; a document is masked already."""
    guard = guard_of(rules)
    if guard is None or isinstance(outcome, Document | Skipped):
        return outcome
    if isinstance(outcome, Same):
        return Same(source=_mask_source(outcome.source, guard, {}), same_as=guard.mask_address(outcome.same_as))
    ref = SourceRef(uri=guard.mask_address(outcome.source.uri), sha256=outcome.source.sha256)
    return replace(outcome, source=ref, message=guard.mask(guard.mask_address(outcome.message)))


# --- where it stands ----------------------------------------------------------------------------------------------------


def _locate(block: Block, text: str, guard: Guard) -> tuple[_Located, ...]:
    """What is found in a block, in its text or in what that was before its repairs, and where the document has it."""
    found = [(one.start, one.end, one.kind) for one in guard.find(block.text)]
    said = block.text
    if block.changes:
        said = undo(block.text, block.changes)
        redo = _Redo(block.changes)
        found += [(redo.first(one.start), redo.last(one.end), one.kind) for one in guard.find(said)]
    if not found:
        return ()
    ours = _marks(said, 0, block)
    theirs = [place for start, end in block.spans for place in _marks(text[start:end], start, block)]
    return tuple(
        _Located(start, end, kind, _stars(said[first:last]), tuple(_within(block.spans, places)))
        for start, end, kind in _apart(found, block.changes)
        for first, last in [(start + _grown(block.changes, start), end + _grown(block.changes, end + 1))]
        for places in [theirs[bisect_left(ours, first) : bisect_left(ours, last)]]
    )


def _marks(text: str, offset: int, block: Block) -> list[int]:
    """Where the characters stand by which a block and its document are laid side by side, in order.

    All that are solid; of a block in which a model put marks and capitals, letters and digits alone.
    """
    if not block.restored:
        return [offset + at for at, mark in enumerate(text) if not mark.isspace()]
    return [offset + at for at, mark in enumerate(text) for letter in mark.casefold() if letter.isalnum()]


def _stars(text: str) -> str:
    return "".join(mark if mark.isspace() else STAR for mark in text)


def _grown(changes: Iterable[Change], place: int) -> int:
    """By how many characters the changes before a place of the text made what stood there shorter."""
    return sum(len(change.before) - len(change.after) for change in changes if change.end < place)


@dataclass(frozen=True, slots=True)
class _Redo:
    """Places of a text before its changes as places of the text after them; one inside a change is at its edge."""

    changes: Sequence[Change]

    def first(self, place: int) -> int:
        """Of a place where something starts."""
        return self._moved(place, last=False)

    def last(self, place: int) -> int:
        """Of a place where something ends."""
        return self._moved(place, last=True)

    def _moved(self, place: int, *, last: bool) -> int:
        grown = 0
        for change in sorted(self.changes, key=lambda change: change.start):
            here = change.start + grown  # where it stands in the text before
            if place <= here:
                break
            if place < here + len(change.before):
                return change.end if last else change.start
            grown += len(change.before) - len(change.after)
        return place - grown


def _apart(found: Iterable[tuple[int, int, Personal]], changes: Sequence[Change]) -> list[tuple[int, int, Personal]]:
    """Stretches of a text that take in every change they touch, and that do not touch each other."""
    apart: list[tuple[int, int, Personal]] = []
    ordered = sorted(changes, key=lambda change: change.start)
    for first, last, kind in sorted(found):
        start, end = first, last
        for change in ordered:
            if change.start <= end and start <= change.end:
                start, end = min(start, change.start), max(end, change.end)
        if apart and start <= apart[-1][1]:
            start, end, kind = apart[-1][0], max(end, apart[-1][1]), apart[-1][2]  # noqa: PLW2901 - the first one's kind stays
            apart.pop()
        apart.append((start, end, kind))
    return apart


def _within(spans: Iterable[Span], places: Sequence[int]) -> Iterator[Span]:
    """Of places in order, the stretch that they take up in each span."""
    for start, end in spans:
        mine = places[bisect_left(places, start) : bisect_left(places, end)]
        if mine:
            yield mine[0], mine[-1] + 1


def _known(document: Document, located: Mapping[tuple[Span, ...], tuple[_Located, ...]]) -> dict[str, str]:
    """What was found in the text, as other strings may hold it, longest first -> placeholder."""
    found: dict[str, str] = {}
    for block in document.blocks:
        for one in located.get(block.spans, ()):
            originals = [block.text[one.start : one.end], *(document.text[start:end] for start, end in one.spans)]
            found |= {form: PLACEHOLDERS[one.kind] for whole in originals for form in variants(whole, one.kind)}
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))


# --- what is written ----------------------------------------------------------------------------------------------------


def _star(text: str, spans: Sequence[Span]) -> str:
    """A document's text with stars at some spans, as long as it was, white space where it was."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [text[at:start], _stars(text[max(at, start) : end])]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _mask_source(source: AnySource, guard: Guard, known: Mapping[str, str]) -> AnySource:
    return replace(
        source,
        uri=guard.mask_address(source.uri, known),
        url=guard.mask_address(source.url, known) if source.url else source.url,
        site=guard.mask_address(source.site, known) if source.site else source.site,
        channel=guard.mask(source.channel, known) if source.channel else source.channel,
        retrieved=guard.mask(source.retrieved, known) if source.retrieved else source.retrieved,
    )


def _mask_change(change: Change, text: str, spans: Sequence[Span]) -> Change:
    """A change that decoding made, without what it says of a masked stretch."""
    at = bisect_left(spans, change.end + 1, key=lambda span: span[0]) - 1
    if at < 0 or spans[at][1] < change.start:
        return change
    return replace(change, before=_stars(change.before), after=text[change.start : change.end], evidence="masked")


def _mask_removed(removed: Removed, text: str, guard: Guard, known: Mapping[str, str]) -> Removed:
    return replace(removed, text=text[removed.start : removed.end], evidence=guard.mask(removed.evidence, known))


def _mask_block(block: Block, guard: Guard, known: Mapping[str, str]) -> Block:
    """A block in which something was found, for those who look at it; no later step does, and its changes are the story's."""
    return replace(block, text=guard.mask(block.text, known), evidence=guard.mask(block.evidence, known), changes=())


def _pieces(story: Story, texts: Mapping[tuple[Span, ...], str]) -> Iterator[Paragraph]:
    """The paragraphs of a story, each as the block that it was: a row of a table as the pieces of its cells.

    Args:
        story: whose paragraphs.
        texts: by their spans, the texts of the blocks; a piece of a cell has one span.
    """
    for paragraph in story.paragraphs:
        if paragraph.role != "table" or len(paragraph.spans) == 1:
            yield paragraph
            continue
        at = paragraph.start
        for span in paragraph.spans:
            said = texts[span,]
            at = story.text.index(said, at)
            yield replace(paragraph, start=at, end=at + len(said), spans=(span,))
            at += len(said)


def _mask_story(
    story: Story,
    texts: Mapping[tuple[Span, ...], str],
    located: Mapping[tuple[Span, ...], tuple[_Located, ...]],
    guard: Guard,
    known: Mapping[str, str],
) -> Story:
    """A story with placeholders in every field that a reader sees, and a change for each in its text."""
    masks = [(piece, one) for piece in _pieces(story, texts) for one in located.get(piece.spans, ())]
    edits = [_edit(paragraph, one) for paragraph, one in masks]
    text, made = apply_edits(story.text, edits)
    ends = [edit.end for edit in edits]
    grown = [0, *accumulate(len(edit.after) - (edit.end - edit.start) for edit in edits)]

    def moved(place: int) -> int:
        return place + grown[bisect_right(ends, place)]

    kept = [
        replace(change, start=moved(change.start), end=moved(change.end), evidence=guard.mask(change.evidence, known))
        for change in story.changes
        if not any(edit.start <= change.start and change.end <= edit.end for edit in edits)
    ]
    masked = [replace(change, before=one.before) for change, (_, one) in zip(made, masks, strict=True)]
    return replace(
        story,
        source=_mask_source(story.source, guard, known),
        headline=guard.mask(story.headline, known) if story.headline else story.headline,
        deck=guard.mask(story.deck, known) if story.deck else story.deck,
        authors=tuple(guard.mask(author, known) for author in story.authors),
        section=guard.mask(story.section, known) if story.section else story.section,
        captions=tuple(guard.mask(caption, known) for caption in story.captions),
        text=text,
        paragraphs=tuple(
            replace(
                paragraph,
                start=moved(paragraph.start),
                end=moved(paragraph.end),
                speaker=guard.mask(paragraph.speaker, known) if paragraph.speaker else paragraph.speaker,
            )
            for paragraph in story.paragraphs
        ),
        chapters=tuple(
            replace(chapter, start=moved(chapter.start), title=guard.mask(chapter.title, known)) for chapter in story.chapters
        ),
        changes=tuple(sorted((*kept, *masked), key=lambda change: change.start)),
    )


def _edit(paragraph: Paragraph, one: _Located) -> Edit:
    places = ", ".join(f"[{start}, {end})" for start, end in one.spans)
    return Edit(
        start=paragraph.start + one.start,
        end=paragraph.start + one.end,
        after=PLACEHOLDERS[one.kind],
        rule=f"{RULE}{one.kind}",
        confidence=1.0,
        evidence=f"the document has it at {places}",
    )
