"""A second opinion on HTML: a text extractor is asked which of a page's words are content.

The extractor gives text, not blocks, so a block counts as confirmed where its words stand in that text: a short block as a
whole line, a longer one by its shingles. That costs one pass over the text and one over the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from itertools import chain
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.settings import ExtractSettings

NONE: Final = "none"
TRAFILATURA: Final = "trafilatura"
SHINGLE_WORDS: Final = 4
CONFIRMED_SHARE: Final = 0.7
"""Share of a block's shingles that have to stand in the witness's text: it drops a link or a note inside a paragraph."""

_BEGINNING: Final = 50
"""Characters of a page in which trafilatura looks for its type."""
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\W_]+")


class Testimony:
    """What a witness said of a page: its text, ready to be asked about blocks."""

    def __init__(self, text: str) -> None:
        """Index the text: its lines, and the shingles of its words."""
        lines = text.splitlines()
        told = list(map(_words, lines))
        told += [_words(cell) for line in lines if "|" in line for cell in line.split("|")]  # how a row of a table is told
        self._lines = {" ".join(words) for words in told if len(words) <= SHINGLE_WORDS}  # longer ones are never asked for
        words = list(chain.from_iterable(told[: len(lines)]))
        self._shingles = set(_shingles(words))
        self.words = len(words)

    def confirms(self, block: str) -> bool:
        r"""Whether the witness takes a block for content.

        >>> said = Testimony("The ferry came back on Sunday.\nTwo hundred people watched it come in.")
        >>> said.confirms("Two hundred people watched it come in!"), said.confirms("Two hundred"), said.confirms("Home")
        (True, False, False)
        """
        words = _words(block)
        if not words:
            return False
        if len(words) <= SHINGLE_WORDS:
            return " ".join(words) in self._lines
        shingles = list(_shingles(words))
        return sum(map(self._shingles.__contains__, shingles)) >= CONFIRMED_SHARE * len(shingles)


def ask_witness(markup: str, settings: ExtractSettings, *, thorough: bool = False) -> tuple[Testimony | None, str]:
    """What the configured witness says of a page; None, and the reason, where there is no testimony.

    Args:
        markup: the page's decoded source.
        settings: `witness` names the extractor: "trafilatura", "none", or "module:function", a function that takes markup and
            returns text or None. Markup longer than `witness_max_characters` is not shown to it.
        thorough: ask again and let trafilatura compare its result with its fallbacks', for half as much time again; other
            witnesses have one answer only.

    Harm: none by itself; a witness that fails is a witness less, and the page is judged by its blocks alone.

    Raises:
        ImportError, AttributeError: there is no such extractor.
    """
    if settings.witness == NONE:
        return None, "no witness asked"
    if len(markup) > settings.witness_max_characters:
        return None, "page too large for the witness"
    # An extractor that cannot be imported is an error of the set-up, not of the page.
    extractor = _extractor(settings.witness, thorough=thorough)
    try:
        text = extractor(markup)
    except Exception as error:  # noqa: BLE001 - a third party's defect in one page; the page is judged without it
        return None, f"the witness failed ({type(error).__name__})"
    return (Testimony(text), "") if text else (None, "the witness found nothing")


@lru_cache(maxsize=4)
def _extractor(name: str, *, thorough: bool) -> Callable[[str], str | None]:
    if name == TRAFILATURA:
        return _trafilatura(thorough=thorough)
    module, _, function = name.partition(":")
    found: Callable[[str], str | None] = getattr(import_module(module), function)
    return found


def _trafilatura(*, thorough: bool) -> Callable[[str], str | None]:
    import trafilatura  # noqa: PLC0415 - 0.6 s to load, for pages of HTML only
    from trafilatura.settings import Extractor  # noqa: PLC0415

    # Never dedup: it remembers pages, and returns nothing from the fourth call on the same one.
    options = Extractor(fast=not thorough, comments=False, tables=True, dedup=False)
    load = _loader()

    def extract(markup: str) -> str | None:
        text: str | None = trafilatura.extract(load(markup), options=options)
        return text

    return extract


def _loader() -> Callable[[str], object]:
    """How trafilatura parses a page, but that every element is of one class.

    lxml.html asks a function in Python for the class of each element that is touched, to tell forms and their fields from the
    rest; trafilatura never asks them, and spends a tenth of its time on the answer. Its results are the same.
    """
    from lxml import etree, html  # noqa: PLC0415 - for pages of HTML only
    from trafilatura.utils import repair_faulty_html  # noqa: PLC0415

    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True,
    )  # fmt: skip
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))

    def load(markup: str) -> object:
        beginning = markup[:_BEGINNING].lower()
        try:
            tree = html.fromstring(repair_faulty_html(markup, beginning), parser=parser)
        except (ValueError, etree.ParserError):
            return markup
        return tree if len(tree) > ("html" not in beginning) else markup

    return load


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _shingles(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(SHINGLE_WORDS)), strict=False)
