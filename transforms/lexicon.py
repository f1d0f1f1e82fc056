"""The gazetteer: right spellings of names, how a recogniser may write them, and words that stand near them.

A lexicon is a TSV file with the header `name kind field sounds context`; `parse_lexicon` checks it line by line, and an error
names file, line, column, value and remedy. `pipeline.resources` reads the shipped files and the user's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

from copydesk.transforms.cells import RuleError

NameKind = Literal["company", "product", "person", "place", "institution", "programme", "term"]
NameField = Literal[
    "business", "technology", "science", "politics", "sport", "culture", "health", "energy", "defence", "finance", "crypto",
    "law", "education", "environment", "transport", "food", "media", "history", "general",
]  # fmt: skip
COLUMNS: Final = ("name", "kind", "field", "sounds", "context")
_VALUES: Final = {"kind": get_args(NameKind), "field": get_args(NameField)}
_ODD: Final = re.compile(r"\s\s|[^\S ]|\| | \||\|\||^\||\|$")
"""White space, or an empty alternative, that a cell should not have."""
MAX_WORDS: Final = 8
"""Words of the longest sounds-like form: a longer one is a sentence."""


class LexiconError(RuleError):
    """A lexicon that cannot be used; the message names file, line, column and value."""


@dataclass(frozen=True, slots=True)
class LexiconName:
    """One name of the gazetteer."""

    name: str
    """The right spelling."""
    kind: str
    field: str
    sounds: tuple[str, ...] = ()
    """What a recogniser may write for it: small letters, words parted by one space."""
    context: frozenset[str] = frozenset()
    """Words in small letters that stand near it."""


class Lexicon:
    """All names of all lexicon files, in their order. Compared by identity: it is loaded once a process."""

    def __init__(self, names: Iterable[LexiconName] | Callable[[], Iterable[LexiconName]] = ()) -> None:
        """Keep names.

        Args:
            names: the names; or what gives them, which is called when they are first asked for: only speech needs them.
        """
        self._given = names

    @cached_property
    def names(self) -> tuple[LexiconName, ...]:
        """The names, the same object in every call."""
        return tuple(self._given() if callable(self._given) else self._given)


def parse_lexicon(file: str, text: str) -> tuple[LexiconName, ...]:
    r"""The names of one lexicon file.

    Args:
        file: its path, for messages.
        text: its content; empty lines, lines that begin with "# ", and the header where it comes again (of a file that was
            pasted below another) are passed over.

    Returns:
        Its names in their order.

    Raises:
        LexiconError: the header is another, a line has too many or too few columns, or a value cannot be used.

    >>> row = "Rapidus\tcompany\ttechnology\trapid us\tchip|foundry"
    >>> parse_lexicon("my.tsv", "name\tkind\tfield\tsounds\tcontext\n" + row)[0].sounds
    ('rapid us',)
    """
    return tuple(number_names(file, text))


def number_names(file: str, text: str) -> dict[LexiconName, int]:
    """The names of one lexicon file in their order, each with the number of its line; else as `parse_lexicon`."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or tuple(lines[0].rstrip().split("\t")) != COLUMNS:
        header = lines[0][:60] if lines else ""
        raise LexiconError(f"{file}: line 1: the header is {header!r}; it has to be {' '.join(COLUMNS)}, parted by tabs")
    found: dict[str, LexiconName] = {}
    numbers: list[int] = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith("# ") or tuple(line.rstrip().split("\t")) == COLUMNS:
            continue
        name = _name(file, number, line)
        if name.name in found:
            raise LexiconError(f"{file}: line {number}: name: {name.name!r} stands twice; make one line of the two")
        found[name.name] = name
        numbers.append(number)
    return dict(zip(found.values(), numbers, strict=True))


def merge_lexicons(parts: Iterable[Iterable[LexiconName]]) -> Lexicon:
    """One lexicon of several files: of a name that stands in two, sounds and context together, kind and field of the last.

    >>> one = LexiconName("Rapidus", "company", "business", ("rapid us",))
    >>> merge_lexicons([[one], [LexiconName("Rapidus", "company", "technology", (), frozenset({"chip"}))]]).names[0].field
    'technology'
    """
    found: dict[str, LexiconName] = {}
    for part in parts:
        for name in part:
            if earlier := found.get(name.name):
                sounds = tuple(dict.fromkeys((*earlier.sounds, *name.sounds)))
                found[name.name] = LexiconName(name.name, name.kind, name.field, sounds, earlier.context | name.context)
            else:
                found[name.name] = name
    return Lexicon(tuple(found.values()))


def _name(file: str, number: int, line: str) -> LexiconName:
    cells = [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
    if len(cells) > len(COLUMNS) or len(cells) < 3:
        raise LexiconError(
            f"{file}: line {number}: {len(cells)} columns in {line[:60]!r}; give {', '.join(COLUMNS)}, parted by tabs",
        )
    name, kind, of, sounds, context = cells + [""] * (len(COLUMNS) - len(cells))
    if not any(letter.isalpha() for letter in name):
        raise LexiconError(f"{file}: line {number}: name: {name!r} has no letter; give the right spelling")
    for column, value in (("kind", kind), ("field", of)):
        if value not in _VALUES[column]:
            raise LexiconError(f"{file}: line {number}: {column}: {value!r} is none of {', '.join(_VALUES[column])}")
    return LexiconName(
        name=" ".join(name.split()),
        kind=kind,
        field=of,
        sounds=tuple(dict.fromkeys(_parts(file, number, "sounds", sounds, name))) if sounds else (),
        context=frozenset(_parts(file, number, "context", context, name)),
    )


def _parts(file: str, number: int, column: str, cell: str, name: str) -> Iterator[str]:
    """The alternatives of a cell, which are words in small letters."""
    if cell and not _ODD.search(cell) and cell.count(" ") < MAX_WORDS and cell == cell.lower():
        yield from (part for part in cell.split("|") if part != name)  # as nearly all of 20,000 lines are
        return
    for raw in cell.split("|") if cell else ():
        part = " ".join(raw.split())
        if not part:
            raise LexiconError(f"{file}: line {number}: {column}: {cell!r} has an empty alternative; take a '|' out")
        if part != part.lower():
            raise LexiconError(f"{file}: line {number}: {column}: {part!r} has capitals; write small letters")
        if part.count(" ") >= MAX_WORDS:
            raise LexiconError(f"{file}: line {number}: {column}: {part!r} has more than {MAX_WORDS} words; shorten it")
        if part != name:
            yield part
