"""Pages that are none: what a server says in the place of one ("Page not found"), or a guard before it ("Just a moment...").

Crawls are full of them, and search engines call those that come without an error's code "soft 404". One tells itself by its
headline or title, all of it or one side of a dash in it, and is short. No story is made of it; its text is in the removed
records. Harm: a brief of few words under just such a headline is lost; a report on error pages is longer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from copydesk.transforms.cells import RuleError, fold, only, texts_of

RULE: Final = "page.error"
MOST_UNITS: Final = 150.0
"""Words of such a page at most: the longest list what a reader may try instead."""
_LEAST_MACHINERY: Final = 2
"""Different words of machinery that make sure of a doubtful phrase."""
_CODES: Final = frozenset(map(str, (400, 401, 403, 404, 410, 429, 500, 502, 503, 504, *range(520, 525))))
"""Why there is no page: https://www.rfc-editor.org/rfc/rfc9110#section-15, and what a proxy adds."""
_PLAIN: Final = frozenset({"403", "404"})
"""Those that alone are no number of something else, as 500 may be."""
_MOST_CHARACTERS: Final = 200
"""Of a heading."""
_SIDE: Final = re.compile(r"\s+[-–—|·•»>:]+\s+")
_SIDES: Final = 2
"""Dashes and bars of a title that are looked at: page, section, site."""
_EDGES: Final = " .:;,!?|·•*»«›‹-–—()[]#\"'…。！？"
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """The phrases by which such pages head themselves, folded."""

    sure: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    """Those that could head something else."""
    machinery: frozenset[str] = frozenset()
    """Words that make sure of a doubtful one."""
    around: frozenset[str] = frozenset()
    """Words that stand before a phrase, or by a code, and say nothing more."""

    def find(self, headings: Iterable[str], text: Iterable[str]) -> str | None:
        """The phrase or code by which a page says that it is none; None where it says nothing of the kind.

        Args:
            headings: its title, its headlines.
            text: what stands below.

        >>> pages = ErrorPages(frozenset({"page not found"}), frozenset({"just a moment"}), frozenset(), frozenset({"oops"}))
        >>> pages.find(["Oops! 404: Page not found - The Harbour Post"], [])
        'page not found'
        >>> pages.find(["Just a moment..."], ["The kettle sings."]), pages.find(["404"], [])
        (None, '404')
        >>> pages.find(["Page not found: the art of the error page"], [])
        """
        said = [phrase for heading in headings if len(heading) <= _MOST_CHARACTERS for phrase in self._phrases(fold(heading))]
        for phrase, coded in said:
            if phrase in self.sure or (coded and (phrase in self.doubtful or phrase in _CODES)):
                return phrase
        words = {word for line in text for word in _WORD.findall(fold(line))}
        if len(words & self.machinery) < _LEAST_MACHINERY:
            return None
        return next((phrase for phrase, _ in said if phrase in self.doubtful), None)

    def _phrases(self, heading: str) -> Iterator[tuple[str, bool]]:
        """What a folded heading may say, and whether a code stands by it: all of it, the sides of a dash or bar in it."""
        for said in (heading, *_SIDE.split(heading, maxsplit=_SIDES)):
            yield said.strip(_EDGES), False
            yield self._bare(said)
        words = _WORD.findall(heading)
        if words and all(word in _CODES or word in self.around for word in words):
            code = next(filter(_CODES.__contains__, words), "")
            yield code, code in _PLAIN or len(words) > 1

    def _bare(self, said: str) -> tuple[str, bool]:
        """A phrase without the words and codes before it, and without a code behind it; and whether a code was there."""
        words = [(match[0], match.span()) for match in _WORD.finditer(said)]
        empty = [word in _CODES or word in self.around for word, _ in words]
        if all(empty):
            return "", False
        first, end = empty.index(False), len(words)
        while empty[end - 1]:
            end -= 1
        before, behind = (not _CODES.isdisjoint(word for word, _ in part) for part in (words[:first], words[end:]))
        return said[words[first][1][0] : words[end - 1][1][1] if behind else None].strip(_EDGES), before or behind


def parse_error_pages(file: str, data: Mapping[str, Any]) -> ErrorPages:
    """The phrases of a parsed TOML file: `doubtful`, `machinery`, `around`, and `[sure]`, language -> phrases.

    Raises:
        RuleError: a key is missing or unknown, or a phrase is empty.
    """
    only(file, "the file", data, {"around", "doubtful", "machinery", "sure"})
    sure = data.get("sure")
    if not isinstance(sure, Mapping):
        raise RuleError(f"{file}: sure: {sure!r} is no table; give a language with its phrases a line")
    phrases = [phrase for language in sure for phrase in texts_of(file, "sure", sure, language)]
    found = ErrorPages(
        sure=_folded(phrases),
        doubtful=_folded(texts_of(file, "the file", data, "doubtful")),
        machinery=_folded(texts_of(file, "the file", data, "machinery")),
        around=_folded(texts_of(file, "the file", data, "around")),
    )
    if any("" in part for part in (found.sure, found.doubtful, found.machinery, found.around)):
        raise RuleError(f"{file}: an empty phrase would be said by every page; remove it")
    return found


def _folded(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(phrase).strip(_EDGES) for phrase in phrases)
