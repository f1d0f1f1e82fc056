"""The account of one source, checked on its records alone: what stands in stories and what was removed, and nothing twice.

Without the source's text, positions and lengths are exact and the count of solid characters (those that are not white space) is
known within bounds; with it, `faults_in_text` checks every character.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from copydesk.transforms.explain import ReplayError, shift, undo
from copydesk.transforms.shapes import DocumentRecord, Paragraph, RemovedRecord, Span, Story
from copydesk.transforms.tag.masking import STAR
from copydesk.transforms.write.account import spoken
from copydesk.transforms.write.records import DUPLICATE


def solid(text: str) -> int:
    """How many characters of a text are not white space.

    >>> solid("a b  cd")
    4
    """
    return sum(map(len, text.split()))


def story_faults(story: Story) -> Iterator[str]:
    """What is wrong with one story by itself: its offsets, and whether its changes can be taken back."""
    if story.source.index >= story.source.count:
        yield f"source.index {story.source.index} is not below source.count {story.source.count}"
    at = 0
    for paragraph in story.paragraphs:
        if paragraph.start < at or paragraph.end < paragraph.start or story.text[at : paragraph.start].strip():
            yield f"paragraphs: [{paragraph.start}, {paragraph.end}) does not follow what ended at {at}"
        at = max(at, paragraph.end)
    if at > len(story.text) or story.text[at:].strip():
        yield f"paragraphs end at {at}, the text has {len(story.text)} characters"
    yield from _span_faults("spans", story.spans)
    for paragraph in paragraphs_outside(story):
        yield f"paragraph at {paragraph.start}: its spans do not stand inside the story's spans"
    yield from (f"chapter at {chapter.start} starts after the text" for chapter in story.chapters if chapter.start > at)
    try:
        deque(said(story), maxlen=0)
    except ReplayError as error:
        yield f"changes cannot be undone: {error}"


def _span_faults(name: str, spans: Iterable[Span]) -> Iterator[str]:
    at = 0
    for start, end in spans:
        if start < at or end <= start:
            yield f"{name}: [{start}, {end}) is empty, out of order or overlaps what ended at {at}"
        at = max(at, end)


def paragraphs_outside(story: Story) -> Iterator[Paragraph]:
    """The paragraphs with a span that no span of the story holds; spans of the story that touch count as one."""
    joined: list[list[int]] = []
    for start, end in sorted(story.spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    for paragraph in story.paragraphs:
        for start, end in paragraph.spans:
            at = bisect_right(joined, start, key=lambda span: span[0]) - 1
            if at < 0 or end > joined[at][1]:
                yield paragraph
                break


def said(story: Story) -> Iterator[tuple[Paragraph, str]]:
    """Every paragraph with its words as the source has them: the changes that lie in it taken back.

    Raises:
        ReplayError: a change does not stand in the text, or in no paragraph.
    """
    changes = deque(sorted(story.changes, key=lambda change: change.start))
    for paragraph in story.paragraphs:
        mine = []
        while changes and changes[0].end <= paragraph.end:
            mine.append(changes.popleft())
        if mine and mine[0].start < paragraph.start:
            raise ReplayError(f"a change at {mine[0].start} stands in no paragraph")
        yield paragraph, undo(story.text[paragraph.start : paragraph.end], shift(mine, -paragraph.start))
    if changes:
        raise ReplayError(f"a change at {changes[0].start} stands in no paragraph")


class Account:
    """What was seen of one source so far: a few numbers for each of its records, whatever their texts' length."""

    __slots__ = ("_claims", "_document", "_dropped", "_indices", "_least", "_removed", "_removed_solid", "_story_span")

    def __init__(self) -> None:
        self._document: DocumentRecord | None = None
        self._claims = array("q")  # start, end, start, end, ... of all stories and removed records
        self._indices = array("q")
        self._removed = 0
        self._dropped = False
        self._removed_solid = 0
        self._least = 0  # solid characters that the stories' own words account for
        self._story_span = 0  # characters inside the stories' spans

    @property
    def complete(self) -> bool:
        """Whether all records that the document record promises have been seen."""
        document = self._document
        return document is not None and (len(document.stories), document.removed) == (len(self._indices), self._removed)

    def add_document(self, record: DocumentRecord) -> Iterator[str]:
        """Take in the document record; a second one is a fault."""
        if self._document is not None:
            yield "two document records for one source"
        self._document = record

    def add_removed(self, record: RemovedRecord) -> Iterator[str]:
        """Take in a removed record, whose text has to be as long as its span."""
        self._removed += 1
        self._dropped |= record.rule == DUPLICATE
        self._claims.extend((record.start, record.end))
        self._removed_solid += solid(record.text)
        if len(record.text) != record.end - record.start:
            yield f"its text has {len(record.text)} characters, its span [{record.start}, {record.end}) has another length"

    def add_story(self, story: Story, *, sound: bool) -> Iterator[str]:
        """Take in a story; its words are counted only where it is sound by itself, which `story_faults` tells."""
        self._indices.append(story.source.index)
        for start, end in story.spans:
            self._claims.extend((start, end))
            self._story_span += end - start
        for paragraph, words in said(story) if sound else ():
            least = 0 if story.restored else solid(words)  # marks that a model put in are in no list of changes
            length = sum(end - start for start, end in paragraph.spans)
            if least > length:
                yield f"paragraph at {paragraph.start}: {least} solid characters, its spans hold {length} at most"
            self._least += least

    def faults(self) -> Iterator[str]:
        """What is wrong with the source as a whole, once all of its records are in."""
        document = self._document
        if document is None:
            yield "stories or removed records, but no document record"
            return
        if len(document.stories) != len(self._indices):
            yield f"{len(document.stories)} stories in its document record, {len(self._indices)} story records"
        elif len(set(self._indices)) < len(self._indices) or not (
            self._dropped or sorted(self._indices) == list(range(len(self._indices)))  # a dropped story leaves its place empty
        ):
            yield f"source.index of its stories: {sorted(self._indices)}, they should count from 0"
        if document.removed != self._removed:
            yield f"removed is {document.removed} in its document record, there are {self._removed} removed records"
        yield from self._claim_faults(document)

    def _claim_faults(self, document: DocumentRecord) -> Iterator[str]:
        at = 0
        for start, end in sorted(zip(self._claims[::2], self._claims[1::2], strict=True)):
            if start < at:
                yield f"[{start}, {end}) overlaps what ended at {at}: a character is counted twice"
            at = max(at, end)
        if at > document.characters:
            yield f"a span ends at {at}, the document has {document.characters} characters"
        least, most = self._removed_solid + self._least, self._removed_solid + self._story_span
        if not least <= document.solid <= most:
            yield f"solid is {document.solid}, its stories and removed records account for {least} to {most} characters"


def faults_in_text(
    text: str,
    document: DocumentRecord,
    stories: Sequence[Story],
    removed: Sequence[RemovedRecord],
    *,
    masked: bool = False,
) -> Iterator[tuple[str, str]]:
    """What is wrong when the records of one source are held against its decoded text.

    Args:
        text: the source, decoded once more.
        document: its document record.
        stories: all of its stories, each sound by itself.
        removed: all of its removed records.
        masked: the run masked personal data, so a star in a record stands for any character of the source; and the digest,
            which is that of the masked text, says nothing.

    Yields:
        The record (a story's id, or a removed record's span) and the fault.
    """
    uri = document.source.uri
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    if digest != document.text_sha256 and not masked:
        yield uri, f"text_sha256 is {document.text_sha256}, the source decodes to a text with {digest}"
        return
    if (len(text), solid(text)) != (document.characters, document.solid):
        yield uri, f"characters and solid are {document.characters} and {document.solid}, not {len(text)} and {solid(text)}"
    spans = [span for story in stories for span in story.spans] + [(record.start, record.end) for record in removed]
    at = 0
    for start, end in [*sorted(spans), (len(text), len(text))]:
        if lost := text[at:start].strip():
            yield uri, f"no record for {len(lost)} characters at {at}: {lost[:60]!r}"
        at = max(at, end)
    for record in removed:
        stood = text[record.start : record.end]
        if stood != record.text and not (masked and _covers(record.text, stood)):
            place = f"{uri} [{record.start}, {record.end})"
            yield place, f"its text is not what stands there: {stood[:60]!r}"
    for story in stories:
        yield from ((story.id, fault) for fault in _story_faults_in_text(text, story, masked=masked))


def _covers(written: str, stood: str) -> bool:
    """Whether two texts are equal but for the stars of the first."""
    return len(written) == len(stood) and all(a in (b, STAR) for a, b in zip(written, stood, strict=True))


def _runs_through(pieces: Iterable[str], stood: str) -> bool:
    """Whether pieces stand in a text in their order, the first at its start and the last at its end."""
    first, *others = pieces
    at = len(first) if stood.startswith(first) else -1
    for piece in others[:-1]:
        at = stood.find(piece, at) + len(piece) if at >= 0 and piece in stood[at:] else -1
    return at >= 0 and (not others or (len(stood) - at >= len(others[-1]) and stood.endswith(others[-1])))


def _agree(words: str, stood: str, story: Story, *, masked: bool) -> bool:
    """Whether a story's words are those of the source, as far as its stars let one see."""
    if not masked or STAR not in words:
        return spoken(words, story) == spoken(stood, story)
    if story.restored:  # letters and digits alone are compared, so stars leave nothing that could be counted
        return _runs_through([spoken(piece, story) for piece in words.split(STAR)], spoken(stood, story))
    return _covers(spoken(words, story), spoken(stood, story))


def _story_faults_in_text(text: str, story: Story, *, masked: bool) -> Iterator[str]:
    """Each paragraph, its changes undone, has to be what stands at its spans, white space aside."""
    for paragraph, words in said(story):
        stood = " ".join(text[start:end] for start, end in paragraph.spans)
        if not _agree(words, stood, story, masked=masked):
            yield f"paragraph at {paragraph.start}: {words[:60]!r} is not what stands at its spans: {stood[:60]!r}"
