"""Bylines that their place makes: below a label, glued to a text's first or last words, a newsroom that signs as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.cells import fold
from copydesk.transforms.extract.bylines import (
    JOINT,
    MAX_CHARACTERS,
    NEWSROOMS,
    OFFICES,
    find_opener,
    find_set_phrase,
    is_handle,
    is_name,
    read_names,
    split_names,
)
from copydesk.transforms.rules import PhrasePack, phrase_key

_MAX_LABEL: Final = 24
"""Characters of a label: "veröffentlicht von"."""
_OFFICE_WORDS: Final = 4
_LAST_SENTENCE = re.compile(r"[.!?…][\"”’)]?\s(?:[–—-]\s?)?([^.!?…]{8,100})\.(?:\s[A-Z]{2,}:.{0,40})?$")


def read_after_label(line: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a line below a label that says "By": a name in small letters is one there.

    >>> read_after_label("anaortega", ()), read_after_label("Ana Ortega", ())
    (('anaortega',), ('Ana Ortega',))
    """
    if names := read_names(line, packs):
        return names
    text = line.strip()
    return (text,) if is_handle(text) and find_set_phrase(text, packs) is None else ()


def read_newsroom(line: str) -> tuple[str, ...]:
    """The newsroom that signs a story as one, on a line of its own: "Redaktion", "La Redacción", "Redakcja Portalu".

    >>> read_newsroom("La Redacción"), read_newsroom("Redaktion und Verlag GmbH")
    (('La Redacción',), ())
    """
    words = line.split()
    if not 1 <= len(words) <= 3 or not line[:1].isupper() or line.isupper():
        return ()
    own = any(word.casefold() in NEWSROOMS for word in words) and all(word.isalpha() for word in words)
    return (" ".join(words),) if own else ()


def read_opening(text: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a byline glued to the text behind it: "By ANA ORTEGA Agency ISLAND TOWN (Agency) — The ferry ...".

    Only an agency that a pack knows, right behind the names, shows that they are a byline and where it ends.
    """
    for pack in packs:
        opener = find_opener(pack.byline)
        start = opener.match(text) if opener is not None else None
        if start is None:
            continue
        words = text[start.end() : start.end() + MAX_CHARACTERS].split()
        for end in range(2, len(words) - 1):
            if any(find_set_phrase(" ".join(words[end : end + size]), packs) == "agency" for size in (3, 2, 1)):
                return split_names(" ".join(words[:end]), packs, opened=True)
    return ()


def read_closing(text: str, packs: Sequence[PhrasePack]) -> tuple[str, ...]:
    """The names of a byline glued to the end of a text, as briefs have it: "... in May. By Ana Ortega. SENT: 9 lines".

    The whole sentence must be an opening word and full names, and nothing but a label in capitals may follow.

    >>> read_closing("The pier reopens. By Ana Ortega and Jo Holm.", (PhrasePack(language="en", rules=(), byline=("by",)),))
    ('Ana Ortega', 'Jo Holm')
    """
    found = _LAST_SENTENCE.search(text[-MAX_CHARACTERS:])
    if found is None:
        return ()
    for pack in packs:
        opener = find_opener(pack.byline)
        start = opener.match(found[1]) if opener is not None else None
        if start is not None:
            parts = JOINT.split(found[1][start.end() :])
            return tuple(parts) if all(map(is_name, parts)) else ()
    return ()


def says_office(line: str) -> bool:
    """Whether a short line says what a person who writes is, and no sentence: "Harbour Editor", "Redakteurin".

    >>> says_office("Senior Harbour Correspondent"), says_office("The editor of the paper resigned."), says_office("Harbour")
    (True, False, False)
    """
    words = line.split()
    return len(words) <= _OFFICE_WORDS and line[-1:].isalpha() and any(word.casefold() in OFFICES for word in words)


def is_byline_label(line: str, packs: Sequence[PhrasePack]) -> bool:
    """Whether a line is nothing but the word that opens a byline, whose name stands in the next: "By", "Posted by:".

    >>> is_byline_label("Article by", (PhrasePack(language="en", rules=(), byline=("by",)),))
    True
    """
    if len(line) > 2 * _MAX_LABEL:
        return False  # most lines: spares their folding
    key = phrase_key(fold(line))
    return len(key) <= _MAX_LABEL and any(key == word or key.endswith(" " + word) for pack in packs for word in pack.byline)
