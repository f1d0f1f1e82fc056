"""Names that written pages vouch for."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from copydesk.transforms.decode import decode
from copydesk.transforms.repair import harvest_names
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Item, Source

PROSE = (
    "Last year the company OpenHarbour said that its plant near Grand Falls would close. The owner of OpenHarbour, Maria "
    "Lindqvist, told reporters in Grand Falls that the iHarbour app and the brand-new SeaDesk would stay."
)


def page(text: str, rules: Rules, language: str | None = "en") -> Document:
    """A page as `decode` hands it on, with this language hint."""
    document = decode(Item(source=Source(uri="x", sha256="0", format="txt", kind="page"), payload=text.encode()), rules)
    return replace(document, language_hint=language)


def test_names_in_mid_sentence_are_harvested_most_frequent_first(rules: Rules) -> None:
    """Runs of capitals and words with a capital inside are names; the first word of a sentence by itself is none."""
    names = harvest_names(page(PROSE, rules), rules)
    assert names[:2] == ("Grand Falls", "OpenHarbour")
    assert {"Maria Lindqvist", "iHarbour", "SeaDesk"} <= set(names)
    assert not {"Last", "The", "I"} & set(names)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Home\nOur Team\nContact Us\nRead More Stories", "en"),
        ("Сегодня в Москве компания СофтБанк сообщила, что её завод у города закроется в конце года, и всё.", "ru"),
        ("", "en"),
    ],
)
def test_menus_and_other_scripts_give_no_names(text: str, language: str, rules: Rules) -> None:
    """What is no prose of the Latin script vouches for nothing."""
    assert harvest_names(page(text or "x", rules, language), rules) == ()


def test_german_nouns_are_no_names(rules: Rules) -> None:
    """Where every noun has a capital, only capitals inside a word are read."""
    text = "Gestern hat die Firma SoftHaus in der Stadt mitgeteilt, dass der Vertrag mit der Bank bald zu Ende geht."
    assert harvest_names(page(text, rules, "de"), rules) == ("SoftHaus",)


def test_a_list_of_names_is_bounded(rules: Rules) -> None:
    """One page gives no more names than the configuration allows."""
    text = (
        "He wrote of "
        + ", ".join(f"Q{chr(97 + i % 26)}{chr(97 + i // 26)}ville" for i in range(500))
        + ", and of no one else at all."
    )
    assert len(harvest_names(page(text, rules), rules)) == rules.settings.survey.names_per_document


def test_a_page_costs_about_a_millisecond(rules: Rules) -> None:
    """Twenty pages of 13 kB in well under a tenth of a second each."""
    document = page("\n\n".join([PROSE] * 55), rules)
    start = time.perf_counter()
    for _ in range(20):
        harvest_names(document, rules)
    assert time.perf_counter() - start < 0.4
