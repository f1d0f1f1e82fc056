"""Personal data in running text: what is masked, what only looks like it, in many languages."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.by_language import read_toml
from copydesk.pipeline.resources import configs, load_privacy
from copydesk.transforms.cells import RuleError
from copydesk.transforms.settings import Personal
from copydesk.transforms.tag.personal import PLACEHOLDERS, Guard, variants
from copydesk.transforms.tag.phones import parse_phones, regions_of

from .conftest import cases

KINDS = get_args(Personal)


def guard(language: str | None = None, *kinds: Personal) -> Guard:
    """What looks for everything, or for some kinds, in a text of a language."""
    return Guard(kinds=kinds or KINDS, phones=load_privacy(), regions=regions_of(load_privacy(), language, None))


@pytest.mark.parametrize("case", cases("personal.toml", "masked"), ids=lambda case: case["text"])
def test_masked(case: dict[str, Any]) -> None:
    """Addresses and numbers are masked to the letter, and nothing beside them."""
    assert guard(case["language"]).mask(case["text"]) == case["masked"]


@pytest.mark.parametrize("case", cases("personal.toml", "plain"), ids=lambda case: case["text"])
def test_plain(case: dict[str, Any]) -> None:
    """Dates, prices, scores, places, versions, books and orders are no personal data."""
    assert guard(case["language"]).mask(case["text"]) == case["text"]


@pytest.mark.parametrize("case", cases("personal.toml", "missed"), ids=lambda case: case["text"])
@pytest.mark.xfail(strict=True, reason="see the case file")
def test_missed(case: dict[str, Any]) -> None:
    """What is known to be missed still is; a success would be news."""
    assert guard(case["language"]).find(case["text"])


@pytest.mark.parametrize("case", cases("personal.toml", "wrong"), ids=lambda case: case["text"])
@pytest.mark.xfail(strict=True, reason="see the case file")
def test_wrong(case: dict[str, Any]) -> None:
    """What is known to be masked wrongly still is; a success would be news."""
    assert not guard(case["language"]).find(case["text"])


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_asked_for(kind: Personal) -> None:
    """Each kind is found alone when it alone is asked for."""
    text = "ada@example.org, +44 20 7946 0018, 203.0.113.9, 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32"
    assert [found.kind for found in guard("en", kind).find(text)] == [kind]
    assert len(guard("en").find(text)) == len(KINDS)


@given(st.text(st.sampled_from("a@.:-+()0123456789 GBéあ_/="), max_size=80))
def test_any_text(text: str) -> None:
    """Whatever a text holds, what is found is in order, apart, inside the text, and gone once it is masked."""
    looking = guard("en")
    at = 0
    for found in looking.find(text):
        assert at <= found.start < found.end <= len(text)
        at = found.end
    masked = looking.mask(text)
    assert len(re.findall(r"\[[A-Z]+\]", masked)) == len(looking.find(text))


@pytest.mark.parametrize("unit", ["1", "a", "@", "a@", "1 ", "1.", "+", "0:", "::", "(0", "a.", "GB82 ", "(at)", "12-"])
def test_a_megabyte_of_one_mark(unit: str) -> None:
    """A long text of nothing but marks that a pattern begins with is read to its end."""
    looking = guard("en")
    assert looking.mask(f"{unit * 300_000} ada@example.org").endswith("[EMAIL]")


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("https://example.org/story-4155550123-2024", "https://example.org/story-4155550123-2024"),
        ("https://example.org/4111111111111111.html", "https://example.org/4111111111111111.html"),
        ("https://example.org/?mail=ada%40example.org&page=2", "https://example.org/?mail=[EMAIL]&page=2"),
        ("https://example.org/?u=ada@example.org", "https://example.org/?u=[EMAIL]"),
        ("https://example.org/?tel=%2B442079460018", "https://example.org/?tel=[PHONE]"),
        ("tel:+44-20-7946-0018", "tel:[PHONE]"),
        ("https://example.org/?card=4111111111111111", "https://example.org/?card=[CARD]"),
        ("http://203.0.113.9/news", "http://[IP]/news"),
        ("pay/GB82WEST12345698765432.txt", "pay/[IBAN].txt"),
        ("letters/ada@example.org.txt", "letters/[EMAIL]"),
    ],
)
def test_addresses_of_sources(address: str, masked: str) -> None:
    """Of the numbers in a URL only those are masked that are named as what they are."""
    assert guard().mask_address(address) == masked


def test_known_things_are_masked_in_any_form() -> None:
    """What was found in a text is masked in its URL too, encoded or without its blanks."""
    known = dict.fromkeys(variants("+44 20 7946 0018", "phone"), PLACEHOLDERS["phone"])
    for address in ("https://example.org/442079460018/+442079460018", "https://example.org/%2B44%2020%207946%200018"):
        assert "7946" not in guard().mask_address(address, known).replace("/442079460018/", "/")


def test_regions() -> None:
    """A site's country and a tag's come before those of the language."""
    assert regions_of(load_privacy(), "de-AT", "blatt.example.ch") == ("CH", "AT", "DE")
    assert regions_of(load_privacy(), None, "paper.co.uk")[0] == "GB"
    assert regions_of(load_privacy(), None, None) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cues": []}, r"p.toml: phone.cues: \[\]: give a list of words"),
        ({"verbs": ["call", " "]}, r"p.toml: phone.verbs: \['call', ' '\]: give a list of words, none of them empty"),
        ({"regions": {"en": ["usa"]}}, r"p.toml: phone.regions.en: \('usa',\) are no codes of countries"),
        ({"words": ["x"]}, r"p.toml: unknown key 'words'; give \[phone\] cues"),
    ],
)
def test_broken_rule_data(change: dict[str, Any], words: str) -> None:
    """A file that cannot be used is refused with its name, the key and the value."""
    shipped = read_toml("privacy.toml", configs() / "privacy.toml")["phone"]
    with pytest.raises(RuleError, match=words):
        parse_phones("p.toml", {"phone": shipped | change})
