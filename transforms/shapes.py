"""The types that flow through Copydesk, in the order of the data: bytes, document, blocks, stories, records.

Every type is a frozen dataclass; a step returns a new value (`dataclasses.replace`) and changes nothing in place.
All offsets count Unicode code points. Offsets named `span` or `spans` point into `Document.text`, the decoded text of the
source; the offsets of a `Paragraph`, a `Chapter` and of a story's changes point into `Story.text`.

The JSON Schemas of what is written come from `Story`, `DocumentRecord`, `RemovedRecord` and `RejectedRecord`, so the order
of their fields is the order of the keys in the output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, TypeAlias, get_args

from annotated_types import Ge, Le

SCHEMA_VERSION: Final = "1.0"

Span: TypeAlias = tuple[Annotated[int, Ge(0)], Annotated[int, Ge(0)]]
"""[start, end) in code points."""
Offset: TypeAlias = Annotated[int, Ge(0)]
Share: TypeAlias = Annotated[float, Ge(0), Le(1)]

Kind = Literal["page", "transcript", "story"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Format = Literal["txt", "html", "jsonl", "vtt", "srt", "json3", "srv3", "ttml", "json", "md"]
"""The formats that are decoded today; a row of a JSONL file has the format of what it holds, `txt` or `html`."""
CAPTION_FORMATS: Final[frozenset[Format]] = frozenset({"vtt", "srt", "json3", "srv3", "ttml", "json", "md"})
"""Captions and transcripts with front matter: each is one transcript."""

Role = Literal["headline", "deck", "section", "byline", "date", "caption", "body", "subhead", "promo", "chrome"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
KEPT: Final[frozenset[Role]] = frozenset({"body", "subhead"})
"""Roles whose words make a story's text."""

ParagraphRole = Literal["paragraph", "subhead", "list", "quote", "table", "code", "entry"]
Stage = Literal["read", "decode", "extract", "repair", "segment", "tag", "write"]
Restored = Literal["punctuation", "capitals"]
RESTORED: Final[tuple[Restored, ...]] = get_args(Restored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One repair of words: `after` stands at [start, end) of the repaired text, where `before` stood.

    Putting `before` back at [start, end) undoes it. `explain.replay` repeats changes, `explain.undo` takes them back.
    """

    start: Offset
    end: Offset
    before: str
    after: str
    rule: str
    confidence: Share
    evidence: str


# --- what is read ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the source itself says of its story: HTML's meta tags, a row's fields, a transcript's front matter."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    section: str | None = None
    language: str | None = None
    description: str | None = None
    """What the maker of a talk or video wrote about it: no text of the source, but evidence of how its names are spelled."""
    parts: tuple[Metadata, ...] = ()
    """What the source says of each of its articles by itself, where it tells of several; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One scraped item, by name: where it came from and what it is."""

    uri: str
    sha256: str
    format: Format
    kind: Kind | None = None
    """None until `extract` has told a page from a transcript, where the user did not."""
    url: str | None = None
    site: str | None = None
    channel: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One scraped item as it was read: bytes, before decoding."""

    source: Source
    payload: bytes
    """After decompression: a file's bytes, a row's text as UTF-8. `source.sha256` is theirs."""
    charset: str | None = None
    """What came with the payload said of it (an HTTP header; "utf-8" for a row of JSON); the bytes may say otherwise."""
    metadata: Metadata = Metadata()


# --- the document and its blocks ------------------------------------------------------------------------------------


Cell: TypeAlias = tuple[int, int]
"""Number of a table's row in its page, and the column in which a cell of it begins, counted from 1, spans heeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a block stood in its source: what markup, blank lines or cue times say of it. Plain text has the defaults."""

    tag: str = ""
    """HTML: the element that made the block ("p", "h1", "li", ...). Empty for lines of text."""
    container: str = ""
    """HTML: names of the sectioning ancestors from the body down, joined by "/" ("main/article", "footer", "nav")."""
    article: int = 0
    """HTML: number of the innermost <article> (or its like) that the block stands in, counted from 1; 0 outside of any."""
    names: str = ""
    """HTML: class, id, role and itemprop of the element and its nearest ancestors, lower-case, separated by spaces."""
    hidden: bool = False
    """HTML: a viewer would not see it (hidden attribute, display:none, aria-hidden)."""
    links: float = 0.0
    """HTML: share of the block's characters that stand inside links."""
    parents: tuple[int, ...] = ()
    """HTML: numbers of the element that holds the block and of its nearest ancestors, innermost first; equal ones are one."""
    cell: Cell | None = None
    """HTML: the cell of a table that the block stands in, directly or in a paragraph of its own."""
    moment: str | None = None
    """HTML: the ISO 8601 date or date-time that the block's own element, or one right before it, states for machines."""
    blank_lines: int = 0
    """Text: empty lines between the block before and this one."""
    speaker: str | None = None
    time: float | None = None
    """Captions: seconds from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of text that stands by itself: a line of a text dump, a block element of HTML, a cue, a paragraph of speech."""

    text: str
    """What stands at `spans`, white space collapsed, with `changes` applied."""
    spans: tuple[Span, ...]
    role: Role = "body"
    rule: str = ""
    """The rule that gave the role ("phrase.continue_reading", "line.prose", ...); empty until `extract` has run, but where the
    format itself tells the role: captions that are shown again, front matter."""
    evidence: str = ""
    """What the rule saw, in a few words, for a person."""
    changes: tuple[Change, ...] = ()
    """Repairs of this block's words, offsets into `text`."""
    restored: tuple[Restored, ...] = ()
    """What a model put into `text` beside the changes; letters and digits are those that stand at `spans`."""
    layout: Layout = Layout()

    @property
    def start(self) -> int:
        """First offset in the document."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Offset after the last character in the document."""
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A span of the document that is in no story, with the rule that took it out."""

    start: Offset
    end: Offset
    text: str
    role: Role
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source decoded to the text that a viewer would see, then cut into blocks; later steps fill in the rest.

    The spans of `blocks` are in order, do not overlap, and cover every character of `text` that is not white space; so do,
    after `segment`, the spans of `stories` together with those of `removed`. That is the account.
    """

    source: Source
    text: str
    charset: str
    language_hint: str | None = None
    changes: tuple[Change, ...] = ()
    """Decode's own repairs; offsets into `text`."""
    metadata: Metadata = Metadata()
    markup: str | None = None
    """HTML only, until `extract` has asked its witness: the page's decoded source."""
    blocks: tuple[Block, ...] = ()
    stories: tuple[Story, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def solid(self) -> int:
        """Number of characters that are not white space."""
        return sum(map(len, self.text.split()))


# --- the story, as it is written ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySource:
    """`Source` with the story's place on its page."""

    uri: str
    sha256: str
    format: Format
    kind: Kind
    url: str | None
    site: str | None
    channel: str | None
    retrieved: str | None
    index: Offset
    count: Annotated[int, Ge(1)]


CELL_JOINT: Final = "\t"
"""Between the cells of a table's row, which are a paragraph: white space, since any sign would be none of the source's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of a story's text; the offsets point into the text, the spans into the document."""

    start: Offset
    end: Offset
    role: ParagraphRole
    spans: tuple[Span, ...]
    speaker: str | None = None
    time: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of a long transcript: where it starts in the text, and a title from its own words."""

    start: Offset
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageShare:
    """One language of a story that mixes several."""

    tag: str
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """An IPTC Media Topic; `code` may be of the second level, `top` is its top-level code."""

    code: str
    name: str
    top: str
    score: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article or one transcript: what a reader would call one piece."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    id: str
    source: StorySource
    headline: str | None = None
    deck: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    section: str | None = None
    captions: tuple[str, ...] = ()
    text: str
    paragraphs: tuple[Paragraph, ...]
    chapters: tuple[Chapter, ...] = ()
    language: str | None = None
    language_score: Share = 0.0
    languages: tuple[LanguageShare, ...] = ()
    topics: tuple[Topic, ...] = ()
    words: Offset = 0
    changes: tuple[Change, ...] = ()
    restored: tuple[Restored, ...] = ()
    spans: tuple[Span, ...]
    duplicate_of: str | None = None
    similarity: Share | None = None
    supersedes: str | None = None
    quality: Mapping[str, float] = field(default_factory=dict)


# --- the other records ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """A source by name and content; `sha256` is null where its bytes could not be read."""

    uri: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One for each source that was decoded, and one, with `same_as`, for each whose bytes equal an earlier source's."""

    source: Source
    charset: str
    language_hint: str | None
    characters: Offset
    solid: Offset
    text_sha256: str
    changes: tuple[Change, ...]
    stories: tuple[str, ...]
    removed: Offset
    same_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRecord:
    """What was taken out of one document, neighbours of one rule together."""

    source: SourceRef
    start: Offset
    end: Offset
    text: str
    role: Role
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """A source that could not be processed: a dead letter."""

    source: SourceRef
    stage: Stage
    error: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A source whose bytes equal those of one with an earlier uri, which is processed for both."""

    source: Source
    same_as: str
    """The uri of the one that is processed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A mark in the stream, behind the items that it speaks of: those of a file from one position through another.

    It is how what is written at the end of the chain knows which part of which file is safe, whatever names the items bear.
    """

    file: Offset
    """Number of the file in the list of sources, from 0."""
    first: Offset
    """Position in the file."""
    last: Offset
    items: Offset
    """How many items these positions hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What of a file was passed over because it is no text by its own account, as pictures of a WARC: no error, but counted."""

    reasons: Mapping[str, int]
    """How many items for each reason, a few words from a short list."""


Outcome: TypeAlias = Document | RejectedRecord | Same | Skipped
"""What flows between steps: whatever is no document passes through every later step untouched, as marks (`Stretch`) do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What `publish` compares of a story: only this crosses a shuffle, never a body."""

    story: str
    """The story's id."""
    exact: str
    """Digest of the normalised text; equal texts have equal digests."""
    whole: bool
    """The story has a headline, a date and an author: the better copy of two."""
    published: str | None
    characters: int
    words: int
    """Words as `sketches` counts them: runs of letters and digits; in scripts without spaces, characters."""
    keys: str
    """The samples of `sketches.Sketch`, as base64 of little-endian numbers."""
    pairs: str
    figures: str
