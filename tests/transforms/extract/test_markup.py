"""HTML: a role for every block, by what its markup names, what stands around it, and what the witness says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
import trafilatura

from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.extract import witness as witnesses
from copydesk.transforms.extract.witness import ask_witness
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.settings import LineRule
from copydesk.transforms.shapes import Document
from copydesk.transforms.write import check_account

from .conftest import cases

WITNESSES: Final = ("trafilatura", "none")


def page_of(body: str, title: str = "") -> str:
    """A page with this body."""
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("case", cases("markup"))
def test_the_roles_and_stories_of_a_page(
    case: dict[str, Any], witness: str, asking: Callable[..., Rules], read: Callable[..., Document],
) -> None:  # fmt: skip
    """Every block that a case names has its role, with a witness and without, and the page its stories."""
    rules = asking(witness=witness)
    document = extract_blocks(read(page_of(case["body"], case.get("title", "")), "html", kind="page"), rules)
    roles = {block.text[:40]: block.role for block in document.blocks}
    assert {text: roles.get(text[:40]) for text in case["roles"]} == case["roles"]
    document = segment_stories(document, rules)
    assert [story.headline or "" for story in document.stories] == case["headlines"]
    check_account(document)


def rules_given(markup: str, rules: Rules, read: Callable[..., Document]) -> dict[str, str]:
    """The rule of every block, by its first words."""
    return {block.text[:20]: block.rule for block in extract_blocks(read(markup, "html", kind="page"), rules).blocks}


PARAGRAPHS: Final = "".join(
    f"<p>On day {n} the ferry went out with the tide, and it came back late, with {n + 3} people and a goat.</p>"
    for n in range(6)
)


def test_a_witness_that_fails_is_one_less(asking: Callable[..., Rules], read: Callable[..., Document]) -> None:
    """A witness that raises leaves the page's structure to decide, and the rule says so."""
    given = rules_given(page_of(f"<h1>Ferry back</h1>{PARAGRAPHS}"), asking(witness="math:sqrt"), read)
    assert given["On day 0 the ferry w"] == "markup.structure"


def test_a_witness_of_ones_own(asking: Callable[..., Rules], read: Callable[..., Document]) -> None:
    """Any function that takes markup and gives text can be the witness; what it confirms is content."""
    page = page_of(f"<h1>Ferry back</h1>{PARAGRAPHS}<div>Goats travel free of charge on it</div>")
    given = rules_given(page, asking(witness="builtins:str"), read)
    assert given["Goats travel free of"] == "markup.witness"


def test_who_is_asked(asking: Callable[..., Rules]) -> None:
    """No witness, a page too large for it, a failing one and a silent one all leave a reason."""
    def answer(markup: str, **changed: Any) -> Any:
        return ask_witness(markup, asking(**changed).settings.extract)

    assert answer("<p>x</p>", witness="none") == (None, "no witness asked")
    assert answer("<p>x</p>", witness_max_characters=3) == (None, "page too large for the witness")
    assert answer("<p>x</p>", witness="math:sqrt") == (None, "the witness failed (TypeError)")
    assert answer("", witness="builtins:str") == (None, "the witness found nothing")


def test_a_witness_that_is_not_there_is_an_error(asking: Callable[..., Rules]) -> None:
    """A witness that cannot be imported is a mistake of the set-up, and is not passed over page by page."""
    with pytest.raises(ImportError):
        ask_witness("<p>x</p>", asking(witness="no_such_module:extract").settings.extract)


@pytest.mark.parametrize("thorough", [False, True])
@pytest.mark.parametrize("page", [
    page_of(f"<h1>Ferry back</h1><form><select><option>Goats</option></select><input><label>x</label>{PARAGRAPHS}</form>"),
    f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html/><body><article>{PARAGRAPHS}</article>',
    f"<p>{PARAGRAPHS}<table><tr><td>Ansel<td>4</table>",
    f"<!-- ferry -->{PARAGRAPHS}\x01",
    "<p>x</p>",
    "no markup",
    "",
])  # fmt: skip
def test_the_witness_says_what_trafilatura_says(page: str, *, thorough: bool, asking: Callable[..., Rules]) -> None:
    """Handed a tree of one element class, trafilatura says what it says of the markup."""
    said = trafilatura.extract(page, include_comments=False, include_tables=True, fast=not thorough)
    testimony, _ = ask_witness(page, asking().settings.extract, thorough=thorough)
    assert (testimony is None) == (not said)
    if testimony is not None and said:
        assert vars(testimony) == vars(witnesses.Testimony(said))


def test_what_a_testimony_confirms() -> None:
    """A long block is confirmed by most of its shingles, a short one only as a line of its own, marks alone never."""
    said = witnesses.Testimony("One two three four five six seven.\nShort line.")
    assert said.confirms("One two three four five six seven!")
    assert not said.confirms("One two three five four seven six and then some more")
    assert said.confirms("SHORT LINE")
    assert not said.confirms("three four")
    assert not said.confirms("***")
    assert said.words == 9
    table = witnesses.Testimony("| Town | Ferries a day |\n| Ansel | 4 |")
    assert table.confirms("Ansel")
    assert not table.confirms("Ferries")


def test_prose_that_the_witness_passed_over(
    asking: Callable[..., Rules], read: Callable[..., Document], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A paragraph between confirmed ones of the same element is content too."""
    missed = "A seventh paragraph, which the witness did not see, tells what the goat ate on the way across the sound."
    start = PARAGRAPHS.index("</p>", 300) + 4
    body = f"<div>{PARAGRAPHS[:start]}<p>{missed}</p>{PARAGRAPHS[start:]}</div>"

    def testify(markup: str, _: object, *, thorough: bool) -> tuple[witnesses.Testimony, str]:  # noqa: ARG001
        return witnesses.Testimony(markup.replace(missed, "").replace(">", " ")), ""

    monkeypatch.setattr("copydesk.transforms.extract.content.ask_witness", testify)
    assert rules_given(page_of(body), asking(witness_doubt=0.0), read)["A seventh paragraph,"] == "markup.between"


def test_a_heading_that_is_no_sentence_long_is_no_match(rules: Rules, read: Callable[..., Document]) -> None:
    """A heading and a title of any length are compared in a time that does not grow with their product."""
    long = "ferry " * 200_000
    document = extract_blocks(read(page_of(f"<h1>{'x' * 500_000}</h1>{PARAGRAPHS}", long), "html", kind="page"), rules)
    assert any(block.role == "body" for block in document.blocks)


@pytest.mark.parametrize("witness", WITNESSES)
def test_own_rules_decide_on_headings_and_captions(
    witness: str, asking: Callable[..., Rules], read: Callable[..., Document]
) -> None:
    """A rule of the user's own holds in HTML wherever its line stands: a heading, a caption, a menu, below the text."""
    own = {"Stores": "subhead", "On the quay": "body", "Ferry back": "chrome", "The goat boat": "headline", "By Ada": "byline"}
    told = tuple(LineRule(id="own", pattern=pattern, role=role, why="ours") for pattern, role in own.items())
    body = (
        f"<h1>Ferry back</h1><h2>The goat boat</h2>{PARAGRAPHS}<figure><figcaption>On the quay</figcaption></figure>"
        "<h3>Stores</h3><ul><li>4 goats</li></ul><footer><p>One</p><p>Two</p><p>Three</p><p>Four</p><p>By Ada</p></footer>"
    )
    page = read(page_of(body, "Ferry back"), "html", kind="page")
    blocks = extract_blocks(page, asking(witness=witness, rules=told)).blocks
    found = {block.text: (block.role, block.rule) for block in blocks if block.text in own}
    assert found == {text: (role, "user.own") for text, role in own.items()}


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_row_of_set_phrases_amid_the_text_goes(
    witness: str, asking: Callable[..., Rules], read: Callable[..., Document]
) -> None:
    """A row of buttons in the element of the text is furniture by its words, one of other words between bars is not."""
    rows = "<p>Print &middot; Share &middot; Save article</p>", "<p>Print &middot; Dance &middot; Cook</p>"
    page = read(page_of(f"<h1>Ferry back</h1><div>{PARAGRAPHS}{''.join(rows)}{PARAGRAPHS}</div>"), "html", kind="page")
    roles = {block.text[:13]: block.rule for block in extract_blocks(page, asking(witness=witness)).blocks}
    assert roles["Print · Share"].startswith("phrase.")
    assert not roles["Print · Dance"].startswith("phrase.")
