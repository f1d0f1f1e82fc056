"""Unlisted names: what is one, what kind it may be, and what is close to it."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.transforms.lexicon import LexiconName
from copydesk.transforms.repair.likeness import Spellings, meant_by, near_listed
from copydesk.transforms.repair.listing import Listing, list_names, listing_of, words_of
from copydesk.transforms.repair.unlisted import Unlisted, guess_kind
from copydesk.transforms.rules import Rules

from .conftest import cases

NAMES = (
    LexiconName("Palantir", "company", "technology"),
    LexiconName("Bergman", "company", "culture"),
    LexiconName("Ostrevik", "person", "politics"),
    LexiconName("Marlin Sund", "place", "general"),
)


@pytest.fixture(scope="module")
def listing() -> Listing:
    """A small lexicon."""
    return list_names(NAMES)


@pytest.mark.parametrize("case", cases("unlisted"))
def test_names_that_no_list_has_are_found(case: dict[str, Any], rules: Rules) -> None:
    """The names, and nothing else, each where it stands."""
    unlisted = Unlisted(listing_of(rules.lexicon), case.get("language", "en"))
    found = list(unlisted.mentions(case["text"], spoken=case.get("spoken", False)))
    assert [mention.name for mention in found] == case["names"]
    assert all(case["text"][mention.start : mention.end] == mention.name for mention in found)
    assert [mention.name for mention in found if mention.titled] == case.get("titled", [])


@pytest.mark.parametrize(
    ("word", "tells"), [("ferry", True), ("harbour", True), ("with", False), ("zandarvo", False), ("sea", False)]
)
def test_context_is_words_that_tell_something(word: str, tells: bool, listing: Listing) -> None:  # noqa: FBT001
    """Words of the language that are not everywhere; no unknown and no short ones."""
    assert Unlisted(listing, "en").is_context(word) is tells


@pytest.mark.parametrize(
    ("name", "titled", "kind"),
    [
        ("Zandarvo", False, "term"),
        ("Zandarvo", True, "person"),
        ("Anna Zandarvo", False, "person"),
        ("Zandarvo Anna", False, "term"),
        ("Zandarvo Holdings", False, "company"),
        ("University of Zandarvo", False, "institution"),
    ],
)
def test_a_kind_is_told_by_the_name_or_is_the_most_careful(name: str, titled: bool, kind: str) -> None:  # noqa: FBT001
    """Endings, titles and first names tell; all else is a term, by which nothing is mended lightly."""
    assert guess_kind(name, titled=titled, first_names=frozenset({"anna"})) == kind


@pytest.mark.parametrize(
    "name",
    [
        "Saint Ilva", "Saint-Ilva", "St Ilva", "Sainte Brandeve", "San Ilvo", "Santa Brandeva", "São Brandevo", "Sankt Brandev",
        "Sint Brandev", "Szent Brandev", "Sveti Brandev", "Święty Brandew", "Agia Brandeva", "Святой Брандев", "Prince Brandev",
        "Lady Brandeva", "El Brandevo", "Von Brandev",
    ],
)  # fmt: skip
def test_what_stands_before_people_and_places_alike_tells_no_kind(name: str) -> None:
    """A saint, a crown or an article is no first name, though the lexicon may have people who begin so; a title tells."""
    first = words_of(name)[0]
    assert guess_kind(name, titled=False, first_names=frozenset({first})) == "term"
    assert guess_kind(name, titled=True, first_names=frozenset({first})) == "person"
    assert guess_kind(f"{name} Holdings", titled=False, first_names=frozenset({first})) == "company"


def test_no_saint_of_the_shipped_names_makes_a_person(rules: Rules) -> None:
    """With the first names of the shipped lexicon an unlisted saint is of no kind, and an unlisted Anna a person."""
    people = [form for form, names in listing_of(rules.lexicon).spellings.items() if names[0].kind == "person"]
    first_names = frozenset(form[0] for form in people if len(form) > 1)
    assert {"saint", "anna"} <= first_names
    assert guess_kind("Saint Brandeva", titled=False, first_names=first_names) == "term"
    assert guess_kind("Anna Brandeva", titled=False, first_names=first_names) == "person"


@pytest.mark.parametrize(
    ("form", "spelled", "meant"),
    [
        ("Palunteer", {}, "Palantir"),
        ("palun teer", {}, "Palantir"),
        ("Marlin Zund", {}, "Marlin Sund"),
        ("Bergmann", {"Bergman": 9}, None),
        ("Ostravig", {}, None),
        ("Ostravig", {"Ostrevik": 2}, "Ostrevik"),
        ("Zandarvo", {"Palantir": 3}, None),
        ("Pala", {"Palantir": 3}, None),
    ],
)
def test_a_form_is_a_known_name_where_it_sounds_so(
    form: str, spelled: dict[str, int], meant: str | None, listing: Listing
) -> None:
    """By sound alone, or nearly so where the name stands in the texts; people only then; inflections never."""
    found = meant_by(form, near_listed(form, listing), spelled)
    assert (found.name if found else None) == meant


def test_forms_near_by_sound_or_letters_are_found() -> None:
    """Other spellings, joined or parted, nearest first; a form is not near itself, and short ones are near nothing."""
    spellings = Spellings(["zandarvo", "zandarva", "sand arvo", "zandarwxo", "marlinson", "zan", "za"])
    assert spellings.near("zandarvo") == ("zandarva", "sand arvo")
    assert spellings.near("marlinson") == ()
    assert spellings.near("za") == ()
    assert Spellings(["brandevik", "brandexik"]).near("brandevik") == ("brandexik",)
