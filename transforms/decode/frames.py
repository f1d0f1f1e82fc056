"""The open elements of a page while it is parsed: each with what its descendants inherit, and what a block keeps of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BLOCK_TAGS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "button", "canvas", "caption", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav",
    "noframes", "object", "ol", "optgroup", "option", "p", "pre", "search", "section", "select", "summary", "svg",
    "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul", "video", "audio", "xmp", "title", "text",
    "desc", "listing", "plaintext",
})  # fmt: skip
"""Elements that stand on lines of their own, or whose text is no part of the sentence around them (form controls, drawings)."""
SECTIONING_TAGS: Final = frozenset({"main", "article", "section", "header", "footer", "nav", "aside", "form", "figure"})
UNSEEN_TAGS: Final = frozenset({"title", "desc", "datalist"})
"""Elements under `body` whose text a browser keeps for tooltips and suggestions."""
PREFORMATTED_TAGS: Final = frozenset({"pre", "xmp", "listing", "textarea", "plaintext"})
PAGE_TAGS: Final = frozenset({"html", "body"})
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NAMING: Final = ("class", "id", "role", "itemprop")
MAX_NAME_CHARACTERS: Final = 300
"""Of one element's class, id, role and itemprop: no name of use is longer, and a hostile one would be repeated for each
block."""
NEAREST: Final = 3
"""Ancestors whose names a block carries."""


@dataclass(slots=True)
class Frame:
    """An open element, and what its descendants inherit."""

    tag: str
    number: int
    parent: Frame | None
    depth: int
    names: str
    block: Frame | None
    """As `standing`, but None for this one itself."""
    container: str
    article: int
    hidden: bool
    concealed: bool
    """Hidden so that nobody sees or hears it: such words are parted from the sentence around them."""
    link: bool
    preformatted: bool

    @property
    def standing(self) -> Frame:
        """The innermost element that stands on lines of its own, which may be this one."""
        return self if self.block is None else self.block


def open_element(tag: str, attributes: Mapping[str, str], parent: Frame | None, number: int, article: int) -> Frame:
    """The frame of an element that opens.

    Args:
        tag: its name, in lower case.
        attributes: as they stand on the page.
        parent: the innermost element that is open.
        number: of elements so far, this one included.
        article: the number of this article, if it is one; else that of its parent counts.
    """
    names, concealed, hidden = "", tag in UNSEEN_TAGS, False
    if attributes:
        names = _own_names(attributes)
        concealed = concealed or _conceals(attributes)
        hidden = attributes.get("aria-hidden", "").lower() == "true"
    link, preformatted, hidden = tag == "a", tag in PREFORMATTED_TAGS, hidden or concealed
    if parent is None:
        container = tag if tag in SECTIONING_TAGS else ""
        return Frame(tag, number, None, 1, names, None, container, article, hidden, concealed, link, preformatted)
    container = parent.container
    if tag in SECTIONING_TAGS and len(container) < MAX_NAME_CHARACTERS:
        container = f"{container}/{tag}" if container else tag
    return Frame(
        tag, number, parent, parent.depth + 1, names, None if tag in BLOCK_TAGS else parent.block or parent, container,
        article or parent.article, hidden or parent.hidden, concealed or parent.concealed, link or parent.link,
        preformatted or parent.preformatted,
    )  # fmt: skip


def says_article(attributes: Mapping[str, str]) -> bool:
    """Whether an element of any name says that it is an article."""
    return attributes.get("role") == "article" or "articlebody" in attributes.get("itemprop", "").lower()


def _own_names(attributes: Mapping[str, str]) -> str:
    found = [value[:MAX_NAME_CHARACTERS] for key in _NAMING if (value := attributes.get(key))]
    return " ".join(" ".join(found).lower().split()) if found else ""


def _conceals(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes:
        return attributes["hidden"].lower() != "until-found"
    style = attributes.get("style")
    return style is not None and _HIDING_STYLE.search(style) is not None


def block_tag(frame: Frame) -> str:
    """The element that made a block; a paragraph of a quotation is the quotation's."""
    quoted = frame.tag == "p" and frame.parent is not None and frame.parent.tag == "blockquote"
    return "blockquote" if quoted else frame.tag


def names_and_numbers(frame: Frame) -> tuple[str, tuple[int, ...]]:
    """The names and numbers of the element that holds all of a block, and of its nearest ancestors below `body`."""
    names: list[str] = []
    numbers: list[int] = []
    at: Frame | None = frame
    while at is not None and at.tag not in PAGE_TAGS and len(numbers) <= NEAREST:
        numbers.append(at.number)
        if at.names:
            names.append(at.names)
        at = at.parent
    return " ".join(names), tuple(numbers)
