"""The lexicons of names keep their shape, so that each row means one thing to the rule that reads them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from copydesk.transforms.cells import fold

FOLDER = Path(str(files("copydesk.configs"))) / "lexicons"
FILES = sorted(FOLDER.glob("*.tsv"))
HEADER = "name\tkind\tfield\tsounds\tcontext"
KINDS = {"company", "institution", "person", "place", "product", "programme", "term"}
FIELDS = {
    "business", "crypto", "culture", "defence", "education", "energy", "environment", "finance", "food", "general",
    "health", "history", "law", "media", "politics", "science", "sport", "technology", "transport",
}  # fmt: skip
MAX_CONTEXT = 6
"""Context words of a name: more would no longer tell it from its neighbours."""

STROKES = str.maketrans("łŁđıİ", "lLdiI")
"""Letters that have no accent to take off."""


class Row(NamedTuple):
    """One line of a lexicon, taken apart."""

    file: str
    name: str
    kind: str
    field: str
    sounds: tuple[str, ...]
    context: tuple[str, ...]


def read_rows(path: Path) -> list[Row]:
    """The rows below the header of a file; a row without its five columns fails here, by name."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        cells = line.split("\t")
        assert len(cells) == 5, f"{path.name}: {line!r}"
        name, kind, field, sounds, context = cells
        rows.append(Row(path.name, name, kind, field, split(sounds), split(context)))
    return rows


def split(cell: str) -> tuple[str, ...]:
    """The alternatives of a cell; an empty cell has none."""
    return tuple(cell.split("|")) if cell else ()


ROWS = [row for path in FILES for row in read_rows(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_has_its_header_and_ends_with_a_line_break(path: Path) -> None:
    """Every lexicon begins with the same five column names, and a line can be added below its last one."""
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == HEADER
    assert text.endswith("\n")
    assert "\r" not in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_rows_are_sorted_by_name(path: Path) -> None:
    """Names stand in the order of their folded letters, so that a name is found and a change is easy to review."""
    names = [row.name for row in read_rows(path)]
    assert names == sorted(names, key=lambda name: (name.casefold(), name))


def test_the_lexicons_of_the_project_are_there() -> None:
    """The folder that the product reads holds them, so that none of these tests passes for want of rows."""
    assert {"companies", "products", "terms"} <= {path.stem for path in FILES}
    assert len(ROWS) > 19_000


def test_kinds_and_fields_are_known() -> None:
    """A row's kind and field are words that the rule knows."""
    strange = [row for row in ROWS if row.kind not in KINDS or row.field not in FIELDS]
    assert not strange


def test_no_name_is_listed_twice() -> None:
    """A name has one row in all files together."""
    where = defaultdict(list)
    for row in ROWS:
        where[fold(row.name)].append(row.file)
    assert {name: found for name, found in where.items() if len(found) > 1} == {}


def test_no_two_names_differ_in_accents_alone() -> None:
    """A name has one spelling: with two, that of a repair would be chance."""
    where = defaultdict(list)
    for row in ROWS:
        letters = unicodedata.normalize("NFKD", row.name.translate(STROKES))
        where[fold("".join(letter for letter in letters if not unicodedata.combining(letter)))].append(row.name)
    assert {name: found for name, found in where.items() if len(found) > 1} == {}


def test_names_are_trimmed_and_not_empty() -> None:
    """A name has letters, and no white space or bar but single spaces between its words."""
    wrong = [row for row in ROWS if row.name != " ".join(row.name.split()) or not row.name or "|" in row.name]
    assert not wrong


def test_sounds_and_context_are_lower_case_and_trimmed() -> None:
    """What is compared with folded speech is itself folded, and no alternative is empty or given twice."""
    for row in ROWS:
        for cell in (row.sounds, row.context):
            assert list(cell) == [" ".join(part.split()).lower() for part in cell], row
            assert all(cell), row
            assert len(set(cell)) == len(cell), row
        assert len(row.context) <= MAX_CONTEXT, row


def test_a_sound_is_never_a_listed_name() -> None:
    """A sound differs from its own name in more than capitals, and is not the right spelling of another."""
    names = {fold(row.name) for row in ROWS}
    assert [(row.name, sound) for row in ROWS for sound in row.sounds if fold(sound) in names] == []


def test_a_sound_is_not_the_possessive_of_its_name() -> None:
    """The name itself with an "'s" is right as it stands, and a repair would take the ending away."""
    assert [(row.name, sound) for row in ROWS for sound in row.sounds if sound == f"{fold(row.name)}'s"] == []


def test_a_sound_belongs_to_one_name() -> None:
    """What is heard leads to one name: a form that two names share would be mended by chance."""
    owners = defaultdict(set)
    for row in ROWS:
        for sound in row.sounds:
            owners[fold(sound)].add(row.name)
    assert {sound: sorted(names) for sound, names in owners.items() if len(names) > 1} == {}
