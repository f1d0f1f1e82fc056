"""Dates of pages: found in a line, read to an ISO day, never made up."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import fold
from copydesk.transforms.extract.bylines import clean_author, read_names
from copydesk.transforms.extract.dates import find_date, find_dates, order_days, words_beside
from copydesk.transforms.extract.relative import read_relative
from copydesk.transforms.rules import PhrasePack

CASES = Path(__file__).parents[2] / "cases" / "extract"


def cases(file: str) -> list[Any]:
    """The cases of one file, known failures marked so that a surprise success is noticed."""
    rows = tomllib.loads((CASES / file).read_text(encoding="utf-8"))["case"]
    marks = {"known_failure": (pytest.mark.xfail(strict=True, reason="what the case says is not told yet"),)}
    return [pytest.param(row, marks=marks.get(row["kind"], ()), id=f"{row['kind']}-{n}") for n, row in enumerate(rows)]


def packs(languages: list[str]) -> list[PhrasePack]:
    """The shipped packs of these languages."""
    shipped = load_rules().phrases
    return [shipped[language] for language in languages]


@pytest.mark.parametrize("case", cases("dates.toml"))
def test_the_day_of_a_line(case: dict[str, Any]) -> None:
    """A full date in a pack's language, or in figures, is read to its day; all else is no date."""
    found = find_date(case["line"], packs(case["languages"]))
    assert (found.day if found else "") == case["day"]


def test_what_stands_beside_a_date() -> None:
    """Words that belong neither to the date nor to its time of day are told, so that prose is no date line."""
    line = "Last updated 2024-03-05 at 17:20"
    found = find_date(line, [])
    assert found is not None
    assert words_beside(line, found) == ["Last", "updated", "at"]


@pytest.mark.parametrize("case", cases("relative.toml"))
def test_a_distance_from_the_retrieval(case: dict[str, Any]) -> None:
    """A day said by its distance is counted from a known retrieval, and never made up without one."""
    assert (read_relative(case["line"], case["retrieved"], packs([case["language"]])) or "") == case["day"]


def test_the_order_of_a_page() -> None:
    """One unambiguous date of a page says how its others are written; dates that disagree say nothing."""
    (english,) = packs(["en"])
    assert order_days(["25/12/2023"], [english])[0].day_first
    assert not order_days(["25/12/2023", "12/25/2023"], [english])[0].day_first
    assert not order_days(["3/4/2024", "45/1/2024"], [english])[0].day_first
    assert order_days(["25/12/2023"], []) == ()


def test_all_dates_of_a_line() -> None:
    """A line may say two days; one that it says twice without a blank between is told once."""
    assert [found.day for found in find_dates("5.3.2024, changed 2024-03-06", [])] == ["2024-03-05", "2024-03-06"]
    assert [found.day for found in find_dates("05/03/202405/03/2024", [])] == ["2024-03-05"]
    assert find_dates("no figures", []) == []


@pytest.mark.parametrize("language", sorted(load_rules().phrases))
def test_every_pack_knows_dates_and_bylines(language: str) -> None:
    """A pack has the words of its language for months, days, bylines, changes and distances."""
    (pack,) = packs([language])
    assert len(pack.months) == 12
    assert all((pack.byline, pack.weekdays, pack.updated, pack.ago))
    assert all(fold(word) == word for word in (*pack.byline, *pack.weekdays, *pack.updated))


@pytest.mark.parametrize("case", cases("bylines.toml"))
def test_the_names_of_a_line(case: dict[str, Any]) -> None:
    """A byline gives its people, one name an entry, without opening words, roles, agencies and dates."""
    assert list(read_names(case["line"], packs(case["languages"]))) == case["names"]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("By Ana Ortega", ("Ana Ortega",)),
        ("Ana Ortega, J. P. Holm", ("Ana Ortega", "J. P. Holm")),
        ("the harbour team", ("the harbour team",)),
        ("desk@example.org", ()),
        ("", ()),
    ],
)
def test_the_authors_of_metadata(author: str, names: tuple[str, ...]) -> None:
    """A field that says author is believed as it stands where it has no name's shape, addresses aside."""
    assert clean_author(author, packs(["en"])) == names
