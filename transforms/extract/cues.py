"""Credits and clip titles: what the end and the build of a line say, where no phrase pack knows the line as a whole.

A pack knows a whole line ("Photo: A. Name/Agency"). Here the same packs are asked about the end of a longer line, so the only
words in this module are what agencies call themselves, and the English verbs of attribution by which clips are titled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.bylines import is_name
from copydesk.transforms.rules import PhrasePack, PhraseRule

_MAX_CREDITED: Final = 400
"""Characters of a caption with its credit: three sentences and two names. Longer lines are prose."""
_MAX_CREDIT: Final = 80
"""Characters of the credit at the end of a caption."""
_OWNED = re.compile(r"(?:©\s?|\(c\)\s)[^\W\d][^\d]*$", re.IGNORECASE)
"""An owner without a year; with one it is the site's own notice."""
_MAX_CHAIN: Final = 4
"""Names in a credit: photographer, agency, its seller, the library."""
_HOUSE = re.compile(r"\b(?:agency|images|photos?|pictures|press)$", re.IGNORECASE)
"""How picture agencies of every country call themselves."""
_IN_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]{3,80})[)\]）]\.?$")
_LAST_PART = re.compile(
    r"[.!?…。！？](?:(?<=[。！？])|(?<=[.!?…])['\"”’»)]*\s)([^.!?。！？]{3,80}(?:\.[^.!?。！？]{1,40}){0,3})\.?$",
)
_LAST_CHARACTERS: Final = 210
"""Characters of the longest part that `_LAST_PART` finds, and its point."""
_MARK = re.compile(r"[:：/|©]")
_CLOSING: Final = (")", "]", "）", ").", "].", "）.")
_ATTRIBUTED = re.compile(r",\s(?:says?|said|according to|reports?|claims?|finds?|study)\b.{0,60}$", re.IGNORECASE)
_SINGLE_QUOTES = re.compile(r"\s'[^']{2,60}'(?=[\s:,;]|$)|\s‘[^’]{2,60}’(?=[\s:,;]|$)")


def is_credit(text: str, phrase: PhraseRule | None, packs: Sequence[PhrasePack]) -> bool:
    """Whether a short line says who made a picture, and nothing else.

    Args:
        text: the line.
        phrase: the rule of a phrase pack that knows the line, if any does.
        packs: the packs of the document's languages; asked about what stands in brackets.

    Harm: a copyright line of a footer passes for a credit; both are taken out of the text.

    >>> is_credit("© Ana Ortega", None, ()), is_credit("Ana Ortega", None, ())
    (True, False)
    """
    if phrase is not None and phrase.kind != "copyright":
        return phrase.kind == "credit"
    if _OWNED.match(text) or (" | " in text and _is_chain(text)):
        return True
    found = _IN_BRACKETS.fullmatch(text) if text.endswith(_CLOSING) else None
    return found is not None and _is_known_credit(found[1], packs)


def _is_chain(text: str) -> bool:
    """A photographer, a bar, who sells the picture: "Ana Ortega | Northside | Open Images", known to a pack or not."""
    parts = text.split(" | ")
    return 2 <= len(parts) <= _MAX_CHAIN and is_name(parts[0]) and _HOUSE.search(parts[-1]) is not None


def ends_in_credit(text: str, packs: Sequence[PhrasePack]) -> bool:
    """Whether a line ends in a photo credit, so that it is a caption: in brackets, or behind its last sentence.

    Args:
        text: the line.
        packs: the packs of the document's languages; their rules of the kind "credit" know a credit.

    Harm: a sentence that ends in a reference worded as a credit is taken for a caption; `page` asks for its place too.
    """
    if len(text) > _MAX_CREDITED:
        return False
    return any(_is_known_credit(part, packs) for part in _last_parts(text))


def _last_parts(text: str) -> list[str]:
    parts = []
    if text.endswith(_CLOSING) and (found := _IN_BRACKETS.search(text)):
        parts.append(found[1])
    stopped = text.endswith(".")
    if not stopped or _MARK.search(text, max(0, len(text) - _LAST_CHARACTERS)):  # a look that spares most lines the search
        found = _LAST_PART.search(text)
        if found and (not stopped or _MARK.search(found[1])):
            parts.append(found[1])
    if "|" in text:
        before, bar, last = text.rpartition(" | ")
        if bar and before:
            parts.append(last)
    return parts


def _is_known_credit(part: str, packs: Sequence[PhrasePack]) -> bool:
    folded = fold(part)
    if len(folded) > _MAX_CREDIT:
        return False
    return any((rule := pack.match(folded)) is not None and rule.kind == "credit" for pack in packs)


def in_headline_style(text: str) -> bool:
    """Whether a line without a closing mark is built as the titles of clips are: attribution behind a comma, single quotes.

    Harm: none alone; a subhead with a word in single quotes is weighed as less of one.

    >>> in_headline_style("Ferry 'too slow' for island, says mayor"), in_headline_style("The slow ferry")
    (True, False)
    """
    quoted = ("'" in text or "‘" in text) and _SINGLE_QUOTES.search(text) is not None
    return quoted or ("," in text and _ATTRIBUTED.search(text) is not None)
