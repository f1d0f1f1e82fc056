"""Lines whose role was wrong, as rules: of a user's configuration, and as phrases for whoever keeps a language's phrase pack.

A rule holds wherever the line stands, so one is made of short lines only, and only where all that was said of a line agrees:
of the line itself, and of the same words elsewhere on pages that were looked through.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from copydesk.pipeline.commands.configuring import toml_value
from copydesk.pipeline.view.labels import Verdict
from copydesk.transforms.cells import fold
from copydesk.transforms.rules import PhraseRule, phrase_key
from copydesk.transforms.shapes import KEPT

MOST_CHARACTERS: Final = 160
"""Of a line that a rule is made of, as of the lines that a site's pages share (`survey.max_line_characters`): no sentence of a
story is to be a rule."""
_MOST_COUNTERS: Final = 5
_COUNTER: Final = "The council heard on Monday what the owners of the ferry line had to say"
"""What no rule may match, where nothing that was judged is body text."""
_KINDS: Final[Mapping[str, str]] = {"promo": "promo", "chrome": "navigation"}
"""The kinds of phrases; nobody said which, so whoever puts them into a pack may know better."""
_PATTERN: Final = re.compile(r"[\\.^$*+?{}\[\]|()]")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
"""A language that a pack is named after (ISO 639): nothing else is to be the name of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line whose role was said to be wrong."""

    text: str
    said: str
    right: str
    uri: str
    times: int
    languages: tuple[str, ...]
    """Of two or three letters, without region and script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines that rules can be made of, and why the others are none."""

    lines: list[Line]
    left_out: dict[str, int]


def lines_of(verdicts: Sequence[Verdict]) -> Lines:
    """The short lines of pages of which one role, another than the run's, was said to be right.

    Args:
        verdicts: that stand.
    """
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.of == "role" and verdict.right:
            groups.setdefault(_key(verdict.text), []).append(verdict)
    elsewhere = _roles_on_pages(groups, verdicts)
    left: Counter[str] = Counter()
    found = []
    for key, group in sorted(groups.items()):
        wrong = [verdict for verdict in group if verdict.verdict == "reject"]
        if not wrong:
            continue
        if why := _unusable(key, group, elsewhere.get(key, frozenset())):
            left[why] += len(wrong)
            continue
        first = wrong[0]
        spoken = {(verdict.source.language or "").partition("-")[0].lower() for verdict in wrong}
        found.append(Line(
            text=" ".join(first.text.split()), said=first.said, right=str(first.right), uri=first.source.uri,
            times=len(wrong), languages=tuple(sorted(filter(_LANGUAGE.fullmatch, spoken))),
        ))  # fmt: skip
    return Lines(lines=found, left_out=dict(left))


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _roles_on_pages(keys: Container[str], verdicts: Sequence[Verdict]) -> dict[str, set[str]]:
    """What lines are wherever pages that were looked through have them: what was said of that place, else what the run said.

    Args:
        keys: of the lines that are asked for.
        verdicts: that stand.
    """
    right = {verdict.key: verdict.right for verdict in verdicts if verdict.of == "role" and verdict.right}
    found: dict[str, set[str]] = {}
    for page in verdicts:
        for start, end, role, _, text in page.blocks if page.of == "page" else ():
            if (key := _key(text)) in keys:
                place = ("role", page.source.uri, page.source.sha256, start, end, "", 0)
                found.setdefault(key, set()).add(right.get(place, role))
    return found


def _unusable(key: str, group: Sequence[Verdict], elsewhere: AbstractSet[str]) -> str:
    if any(verdict.source.kind != "page" for verdict in group):
        return "roles in transcripts, which have no rules of lines"
    if len(key) > MOST_CHARACTERS:
        return f"roles of lines of more than {MOST_CHARACTERS} characters, which only training can use"
    if not any(mark.isalnum() for mark in key):
        return "roles of lines without a letter"
    if len(elsewhere | {str(verdict.right) for verdict in group}) > 1:
        return "roles of lines that are one thing in one place and another in another"
    return ""


# --- a configuration ----------------------------------------------------------------------------------------------------


def rule_lines(lines: Iterable[Line]) -> Iterator[str]:
    """The lines as `[[extract.rules]]` of a configuration."""
    for line in lines:
        more = f" and {line.times - 1:,} more" if line.times > 1 else ""
        yield ""
        yield "[[extract.rules]]"
        yield f"id = {_text('judged_' + _digest(line.text))}"
        yield f"pattern = {_text(literal(line.text))}"
        yield f"role = {_text(line.right)}"
        yield f"why = {_text(f'judged in {line.uri}{more}; it had been {line.said}')}"


def literal(text: str) -> str:
    r"""A regular expression that matches a text and nothing else, whatever white space parts its words.

    A page may have a no-break space where another has a space, and the line that was judged tells but one of them.

    >>> literal("More (3) …")
    'More\\s+\\(3\\)\\s+…'
    """
    return r"\s+".join(_PATTERN.sub(r"\\\g<0>", word) for word in text.split())


def _digest(text: str) -> str:
    return hashlib.blake2b(text.casefold().encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def _text(text: str) -> str:
    return toml_value(text.encode("utf-8", "replace").decode())


# --- phrase packs -------------------------------------------------------------------------------------------------------


def phrases_of(lines: Iterable[Line], verdicts: Iterable[Verdict]) -> dict[str, str]:
    """The lines that are furniture or promotion as phrases of packs, by language; those of several languages in each.

    Args:
        lines: as `lines_of` gives them.
        verdicts: that stand, of which those on text of stories are what no phrase may match.
    """
    counters = [
        " ".join(verdict.text.split()) for verdict in verdicts if verdict.right in KEPT and verdict.of == "role"
    ]  # fmt: skip
    counters = [text for text in counters if len(text) <= MOST_CHARACTERS][:_MOST_COUNTERS]
    found: dict[str, dict[str, dict[str, str]]] = {}
    for line in lines:
        if line.right in _KINDS and (key := phrase_key(fold(line.text))):
            for language in line.languages:
                found.setdefault(language, {}).setdefault(line.right, {}).setdefault(key, line.text)
    return {
        language: "\n".join([f"language = {_text(language)}", *_tables(roles, counters)]) + "\n"
        for language, roles in sorted(found.items())
    }


def _tables(roles: Mapping[str, Mapping[str, str]], counters: Sequence[str]) -> Iterator[str]:
    for role, phrases in sorted(roles.items()):
        rule = PhraseRule(id="", kind="label", role="chrome", why="", phrases=frozenset(phrases))
        clear = [counter for counter in counters if not rule.matches(counter)]
        yield ""
        yield "[[phrase]]"
        yield f"id = {_text(f'judged_{role}')}"
        yield f"kind = {_text(_KINDS[role])}"
        if role != "chrome":
            yield f"role = {_text(role)}"
        yield f"why = {_text('Lines that a person said to be ' + role + '; kind and harm are still to be told.')}"
        yield f"phrases = {_text_list(sorted(phrases))}"
        yield f"example = {_text_list([next(iter(phrases.values()))])}"
        yield f"counter = {_text_list(clear or [_COUNTER])}"


def _text_list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
