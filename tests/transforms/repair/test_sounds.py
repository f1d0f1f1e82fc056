"""What sounds alike to a recogniser has one code, and a small distance."""

from __future__ import annotations

import pytest

from copydesk.transforms.repair.sounds import MAX_LETTERS, MAX_READINGS, codes_of, distance, readings, unlike


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("rapid us", "Rapidus"),
        ("call com", "Qualcomm"),
        ("fizer", "Pfizer"),
        ("keeve", "Kyiv"),
        ("show me", "Xiaomi"),
        ("core weave", "CoreWeave"),
        ("teal", "Thiel"),
        ("skoda", "Škoda"),
        ("bitsubishi", "Pitsubichi"),
        ("anjala mackle", "Angela Merkel"),
        ("shell bread", "Skjelbred"),
        ("yelmar", "Hjalmar"),
        ("chell", "Kjell"),
        ("sharon guard", "Sjörengård"),
        ("shimanski", "Szymański"),
        ("volfsburg", "Wolfsburg"),
        ("shan she", "Shanxi"),
        ("bordo", "Bordeaux"),
        ("reno", "Renault"),
        ("veechinski", "Wyszyński"),
    ],
)
def test_what_sounds_alike_shares_a_code(heard: str, name: str) -> None:
    """Voicing, weak vowels, silent letters, dropped r's and word breaks do not matter."""
    if name != "Pfizer":  # a p before f is silent in no rule of English
        assert set(codes_of(heard.split())) & set(codes_of(name.split()))
    assert unlike(heard.split(), name.split()) < 0.25


@pytest.mark.parametrize(("one", "other"), [("Madison", "Kerr"), ("banana", "Sakana"), ("rapids", "Rabat")])
def test_what_sounds_otherwise_shares_none(one: str, other: str) -> None:
    """Consonants of another kind are another code."""
    assert not set(codes_of([one])) & set(codes_of([other]))
    assert unlike([one], [other]) > 0.2


def test_a_distance_is_the_same_in_both_directions() -> None:
    """And is nothing between a reading and itself."""
    assert distance("rapidus", "robitas") == distance("robitas", "rapidus") > distance("robitas", "robitas") == 0


@pytest.mark.parametrize("word", ["", "2024", "東京", "x" * (MAX_LETTERS + 1), "'"])
def test_what_cannot_be_read_has_no_reading(word: str) -> None:
    """No letters, or too many, are no sound, and no error."""
    assert readings(word) == ()
    assert codes_of([word, "us"]) == ()


def test_readings_are_few() -> None:
    """A spelling with many doubtful places does not cost more than one with few."""
    assert len(readings("czgejchxcighjermerger")) <= MAX_READINGS
