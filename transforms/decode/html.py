"""HTML to text and blocks: what stands under `body`, in DOM order, cut where an element starts a line of its own.

libxml2 parses, and tells a `PageReader` of every start, end and run of text as it comes. No tree is built and nothing here
recurses, so a page of any depth costs memory in proportion to its depth only and is refused at a limit, by this code, not by
the parser's. Text of script, style, template and noscript is none; text that is hidden counts, and its blocks say so.

Whom it could harm: pages that hide by style sheet show here what a viewer never sees; `extract` has to tell it by other signs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree

from copydesk.transforms.decode.frames import (
    BLOCK_TAGS,
    MAX_NAME_CHARACTERS,
    Frame,
    block_tag,
    names_and_numbers,
    open_element,
    says_article,
)
from copydesk.transforms.decode.metadata import PageFacts
from copydesk.transforms.decode.tables import Tables
from copydesk.transforms.decode.values import iso_date
from copydesk.transforms.errors import EmptySource, TooLarge
from copydesk.transforms.settings import DecodeSettings
from copydesk.transforms.shapes import Layout

SILENT_TAGS: Final = frozenset({"script", "style", "template", "noscript"})
PARTED_TAGS: Final = frozenset({"a", "span", "time", "label", "cite", "small", "img", "picture", "input", "data", "bdi"})
"""Inline elements that stand apart on the screen, by margins that the text does not show, where one follows the other without a
space (<a>Home</a><a>News</a>). A space is put between their words. Its price: a word set letter by letter in spans falls apart;
without it 0.4 % of the words of real pages run into their neighbours. Emphasis (b, i, em, sup ...) does not part words."""
HEADING_TAGS: Final = frozenset({"h1", "h2"})
RECORDED_TAGS: Final = frozenset({"meta", "link", "html", "base"})
NOTED_TAGS: Final = RECORDED_TAGS | {"head", "body", "script", "title"}
_RUNS: Final = re.compile(r"\s{2,}|[^\S \xa0]")
_SPACES: Final = re.compile(r"[^\S\n]{2,}|[^\S \xa0\n]")
_REFERENCE: Final = re.compile(r"&#(?:x0*(8[0-9a-f]|9[0-9a-f])|0*(12[89]|1[345][0-9]));?", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]{0,500}\?>")
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]+")
CROWDED_CHARACTERS: Final = 100_000
_CROWDED_TAG: Final = re.compile(rf"<[A-Za-z][^<>]{{{CROWDED_CHARACTERS},}}")
"""A start tag so long that it may hold thousands of attributes: libxml2 compares each with all before it (100,000: 20 s)."""
_ATTRIBUTE: Final = re.compile(r"""\s[^\s=<>"']+(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?""")
MAX_ATTRIBUTES: Final = 5_000
"""Of one element, where its tag is crowded; the rest is dropped. Attributes are no text, and no page of use has a hundred."""
_FEED_CHARACTERS: Final = 65_536
"""Markup that the parser is given at once, so that a page over a limit is dropped soon after it is reached."""


if TYPE_CHECKING:
    from lxml.etree import ParserTarget as _ParserTarget  # exists for type checkers only

    _Target = _ParserTarget["Page"]
else:
    _Target = object


@dataclass(frozen=True, slots=True)
class FlatBlock:
    """A block's text as it stood in the DOM, white space collapsed (kept in preformatted text), and how it stood there."""

    text: str
    layout: Layout


@dataclass(slots=True)
class Page:
    """What a page holds: its blocks in DOM order, and what it says of itself."""

    blocks: list[FlatBlock] = field(default_factory=list)
    facts: PageFacts = field(default_factory=PageFacts)


def read_page(markup: str, settings: DecodeSettings) -> Page:
    """The blocks and facts of a page.

    Args:
        markup: the page's source, decoded; what it declares of its charset is ignored.
        settings: the table `decode`, for its limits.

    Raises:
        TooLarge: more elements, deeper nesting or more blocks than the settings allow.
        EmptySource: the parser found no element and no text.

    >>> from types import SimpleNamespace
    >>> limits = SimpleNamespace(max_nodes=99, max_depth=99, max_blocks=99)
    >>> page = read_page("<h1>Rain</h1><p>It <b>rained</b>.<br><br>Again.", limits)
    >>> [(block.layout.tag, block.text) for block in page.blocks]
    [('h1', 'Rain'), ('p', 'It rained.'), ('p', 'Again.')]
    """
    reader = PageReader(settings)
    try:
        _feed(reader, markup)
        reader.flush()
        return reader.page
    finally:
        vars(reader).clear()  # parser and target know each other, and wait for a search for cycles; the text must not


def _feed(reader: PageReader, markup: str) -> None:
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    clean = _REFERENCE.sub(_as_western, markup if _encodes(markup) else _NO_TEXT.sub("", markup))
    declaration = _DECLARATION.match(clean)
    try:
        for at in range(declaration.end() if declaration else 0, len(clean), _FEED_CHARACTERS):
            parser.feed(clean[at : at + _FEED_CHARACTERS].encode())
        parser.close()
    except etree.XMLSyntaxError as error:
        if not reader.page.blocks:
            raise EmptySource(f"the markup has no element and no text: {error.msg}") from None


def _encodes(markup: str) -> bool:
    """Whether there is nothing to take out, asked in a tenth of the time that taking it out needs."""
    try:
        return b"\0" not in markup.encode()
    except UnicodeEncodeError:
        return False


def _as_western(match: re.Match[str]) -> str:
    """`&#150;` means what byte 150 is in windows-1252: https://html.spec.whatwg.org/#numeric-character-reference-end-state."""
    code = int(match[1], 16) if match[1] else int(match[2])
    return bytes([code]).decode("windows-1252", errors="ignore") or match[0]


def thin_tags(markup: str) -> str:
    """The markup, its start tags with no more than `MAX_ATTRIBUTES` attributes each, so that no parser drowns in them.

    >>> thin_tags("<p class=x>Rain")
    '<p class=x>Rain'
    """
    return _CROWDED_TAG.sub(_thinned, markup) if _has_stretch(markup) else markup


def _has_stretch(markup: str) -> bool:
    """Whether a stretch without a tag's start is as long as a crowded tag: asked at a few places, for it would hold one."""
    for at in range(CROWDED_CHARACTERS, len(markup), CROWDED_CHARACTERS):
        start = markup.rfind("<", at - CROWDED_CHARACTERS, at + 1)
        if markup.find("<", at + 1, start + CROWDED_CHARACTERS + 1) < 0:
            return True
    return False


def _thinned(match: re.Match[str]) -> str:
    """A start tag with its first attributes only, where it has more than any page needs."""
    last = next(islice(_ATTRIBUTE.finditer(match[0]), MAX_ATTRIBUTES - 1, None), None)
    return match[0][: last.end()] if last else match[0]


class PageReader(_Target):
    """The parser's target: keeps the stack of open elements and gathers inline text until a block starts or ends."""

    def __init__(self, settings: DecodeSettings) -> None:
        self.page = Page()
        self._settings = settings
        self._nodes = 0
        self._tables = Tables()
        self._articles = 0
        self._silent = 0
        self._head = False
        self._top: Frame | None = None
        self._parts: list[str] = []
        self._linked = 0
        self._solid = 0
        self._first: Frame | None = None
        self._common = 0
        self._lowest = 0
        self._broken_line = False
        self._ended = False
        """The last thing seen was the end of an element that stands apart."""
        self._parted = False
        """... and after it another one started."""
        self._gathered: list[str] | None = None
        self._signature: tuple[Frame, list[str]] | None = None
        self._moment: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str], /) -> None:
        """An element opens."""
        self._nodes += 1
        if self._nodes > self._settings.max_nodes:
            raise TooLarge(f"more than {self._settings.max_nodes} elements; raise decode.max_nodes if the page is worth it")
        tag = tag.lower()
        top = self._top
        depth = top.depth + 1 if top else 1
        if depth > self._settings.max_depth:
            raise TooLarge(f"elements nested more than {self._settings.max_depth} deep; raise decode.max_depth to read them")
        if tag in SILENT_TAGS:
            self._silent += 1
        elif tag in BLOCK_TAGS:
            self.flush()
            self._tables.open(tag, self._nodes, top, attributes)
        elif tag == "br":
            self._break_line()
        if self._ended and tag in PARTED_TAGS:
            self._parted = True
        if self._signature is not None:
            self._part_signature(tag)
        article = tag == "article" or (attributes and says_article(attributes))
        self._articles += bool(article)
        self._top = open_element(tag, attributes, top, self._nodes, self._articles if article else 0)
        if tag in NOTED_TAGS:
            self._note(tag, attributes)
        if attributes and (tag == "time" or "itemprop" in attributes or "rel" in attributes):
            self._note_credits(tag, attributes)

    def end(self, tag: str, /) -> None:  # noqa: ARG002 - libxml2 closes what is open, in order
        """The innermost open element closes."""
        frame = self._top
        if frame is None:
            return
        if frame.tag in PARTED_TAGS:
            self._ended = True
        if frame.block is None:
            self.flush()
        if frame.tag in SILENT_TAGS:
            self._silent -= 1
        elif frame.tag == "head":
            self._head = False
        if self._gathered is not None and frame.tag in {"script", "title"}:
            self.page.facts.add_text(frame.tag, "".join(self._gathered))
            self._gathered = None
        if self._signature is not None:
            self._part_signature(frame.tag)
            self._end_signature(frame)
        self._top = frame.parent
        if self._lowest >= frame.depth:
            self._lowest = frame.depth - 1

    def data(self, text: str, /) -> None:
        """A run of text."""
        if self._gathered is not None:
            self._gathered.append(text)
        if self._silent or self._head or self._top is None:
            return
        if text.isspace():
            self._ended = self._parted = False
            self._parts.append(text)
            return
        if self._signature is not None:
            self._signature[1].append(text[:MAX_NAME_CHARACTERS])
        if self._first is not None and self._first.concealed != self._top.concealed:
            self.flush()
        if self._parted and self._parts and text[0].isalnum() and _ends_word(self._parts[-1]):
            self._parts.append(" ")
        self._ended = self._parted = False
        self._parts.append(text)
        solid = len(text)
        self._broken_line = False
        self._solid += solid
        if self._top.link:
            self._linked += solid
        if self._first is None:
            self._first, self._common = self._top, self._top.depth
        else:
            self._common = min(self._common, self._lowest)
        self._lowest = self._top.depth

    def close(self) -> Page:
        """The end of the page."""
        return self.page

    def flush(self) -> None:
        """What was gathered becomes a block."""
        self._broken_line = False
        parts = self._parts
        if not parts:
            return
        first = self._first
        self._parts = []
        if first is None:
            return
        self._first = None
        standing = first.standing
        text = "".join(parts)
        text = _preformatted(text) if standing.preformatted else _RUNS.sub(" ", text).strip()
        holder = first
        while holder.depth > self._common and holder is not standing and holder.parent is not None:
            holder = holder.parent
        if len(self.page.blocks) >= self._settings.max_blocks:
            raise TooLarge(f"more than {self._settings.max_blocks} blocks; raise decode.max_blocks if the page is worth it")
        names, parents = names_and_numbers(holder)
        layout = Layout(
            tag="time" if holder.tag == "time" else block_tag(standing),
            container=standing.container,
            article=first.article,
            names=names,
            hidden=holder.hidden,
            links=round(self._linked / self._solid, 4),
            parents=parents,
            cell=self._tables.cell_of(standing),
            moment=self._moment,
        )
        self._moment = None
        self.page.blocks.append(FlatBlock(text, layout))
        if layout.tag in HEADING_TAGS:
            self.page.facts.add_heading(text)
        self._linked = self._solid = 0

    def _part_signature(self, tag: str) -> None:
        """In a signature a name stands on a line of its own, and the date beside it on another."""
        if self._signature is not None and (tag in BLOCK_TAGS or tag in PARTED_TAGS):
            self._signature[1].append("\n")

    def _end_signature(self, frame: Frame) -> None:
        if self._signature is not None and self._signature[0] is frame:
            self.page.facts.sign("".join(self._signature[1]), len(self.page.blocks))
            self._signature = None

    def _break_line(self) -> None:
        if self._top is not None and self._top.preformatted:
            self._parts.append("\n")
        elif self._broken_line:
            self.flush()
        else:
            self._parts.append("\n")
            self._broken_line = self._first is not None

    def _note(self, tag: str, attributes: Mapping[str, str]) -> None:
        """What the page says of itself, and where text is that is none of the body's."""
        if tag == "head":
            self._head = True
        elif tag == "body":
            self._head = False
        elif tag == "script":
            if "ld+json" in attributes.get("type", "").lower():
                self._gathered = []
        elif tag == "title":
            if not self.page.facts.title:
                self._gathered = []
        elif tag in RECORDED_TAGS:
            self.page.facts.add_element(tag, attributes)

    def _note_credits(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Elements of the text that say whose it is and of when."""
        itemprop = attributes.get("itemprop", "").lower()
        if tag == "time" or itemprop == "datepublished":
            self.page.facts.add_time(tag, attributes)
            self._moment = self._moment or iso_date(attributes.get("datetime") or attributes.get("content"))
        if self._signature is not None or self._top is None or tag in RECORDED_TAGS or not self.page.facts.may_be_signed:
            return
        if itemprop == "author" or attributes.get("rel", "").lower() == "author":
            self._signature = (self._top, [])


def _ends_word(text: str) -> bool:
    """Whether text ends in a word, and not in a letter that stands alone, as the first of a chapter may."""
    if len(text) == 1:
        return text.isalnum() and not text.isupper()
    return text[-1].isalnum() and (text[-2].isalnum() or not text[-1].isalpha())


def _preformatted(text: str) -> str:
    """Lines kept, other white space in them collapsed, empty lines at both ends dropped."""
    lines = [_SPACES.sub(" ", line).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()
