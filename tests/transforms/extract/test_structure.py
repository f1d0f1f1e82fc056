"""What the structure of a page says of its blocks, and when that is sure enough to ask nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pytest

from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.extract import witness as witnesses
from copydesk.transforms.extract.lines import observe_lines, packs_for
from copydesk.transforms.extract.markup_page import MarkupPage
from copydesk.transforms.extract.structure import WEIGHTS, describe_blocks, judge_structure, outline_page
from copydesk.transforms.extract.verdict import Verdict
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

PARAGRAPHS: Final = "".join(
    f"<p>On day {n} the ferry went out with the tide, and it came back late, with {n + 3} people and a goat.</p>"
    for n in range(8)
)
SURE: Final = f"<html><body><nav><a>Home</a></nav><article><h1>Ferry back</h1>{PARAGRAPHS}</article></body></html>"
SCATTERED: Final = "".join(
    f"<section><div>The ferry came back on day {n}, and it was late by an hour, with goats and people.</div></section>"
    "<section><ul><li>Our shop sells rope</li><li>Ask for our prices by post</li></ul></section>"
    for n in range(4)
)
DOUBTFUL: Final = f"<html><body>{SCATTERED}</body></html>"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the witness is shown; it confirms nothing."""
    shown: list[str] = []

    def testify(markup: str, _: object, *, thorough: bool) -> tuple[witnesses.Testimony, str]:  # noqa: ARG001
        shown.append(markup)
        return witnesses.Testimony("nothing"), ""

    monkeypatch.setattr("copydesk.transforms.extract.content.ask_witness", testify)
    return shown


def page_of(markup: str, rules: Rules, read: Callable[..., Document], known: Sequence[int] = ()) -> MarkupPage:
    """A page on some of whose blocks something is known."""
    document = read(markup, "html", kind="page")
    lines = observe_lines(document, rules, packs_for(document, rules))
    verdicts = [Verdict("chrome", "hidden", "") if index in known else None for index in range(len(lines))]
    return MarkupPage(document.blocks, lines, "", [False] * len(lines), frozenset(), verdicts)


def test_a_sure_page_is_shown_to_nobody(rules: Rules, read: Callable[..., Document], asked: list[str]) -> None:
    """Where one article holds all the prose, no witness is asked, and the rule says what decided."""
    blocks = extract_blocks(read(SURE, "html", kind="page"), rules).blocks
    assert not asked
    assert {block.rule for block in blocks if block.role == "body"} == {"markup.structure"}
    assert [block.text for block in blocks if block.role == "headline"] == ["Ferry back"]


def test_a_doubtful_page_is_shown_to_the_witness(rules: Rules, read: Callable[..., Document], asked: list[str]) -> None:
    """Where prose stands scattered, the witness is asked."""
    extract_blocks(read(DOUBTFUL, "html", kind="page"), rules)
    assert asked


@pytest.mark.parametrize("changed", [{"witness_doubt": 0.0}, {"witness": "builtins:str"}])
def test_who_is_asked_about_a_sure_page(
    changed: dict[str, object], asking: Callable[..., Rules], read: Callable[..., Document], asked: list[str],
) -> None:  # fmt: skip
    """A witness is asked about every page if no doubt is allowed, and one of the user's own always."""
    extract_blocks(read(SURE, "html", kind="page"), asking(**changed))
    assert asked


def test_only_what_is_open_is_judged(rules: Rules, read: Callable[..., Document]) -> None:
    """A block with a verdict is described and judged as nothing; every row has a column for each weight."""
    page = page_of(SURE, rules, read, known=(0, 3))
    outline = outline_page(page)
    rows = dict(describe_blocks(page, outline))
    assert sorted(rows) == [index for index in range(len(page.blocks)) if index not in {0, 3}]
    assert {len(row) for row in rows.values()} == {len(WEIGHTS)}
    judged = judge_structure(page, outline)
    assert [index for index, text in enumerate(judged.text) if text] == [1, 2, *range(4, len(page.blocks))]


def test_scattered_prose_is_in_more_doubt(rules: Rules, read: Callable[..., Document]) -> None:
    """The doubt about a page of scattered sentences is many times that about one article."""
    sure, doubtful = (page_of(markup, rules, read) for markup in (SURE, DOUBTFUL))
    doubts = [judge_structure(page, outline_page(page)).doubt for page in (sure, doubtful)]
    assert 3 * doubts[0] < doubts[1]


def test_a_page_without_prose(rules: Rules, read: Callable[..., Document]) -> None:
    """A page of labels has no element that holds prose, and is judged all the same."""
    page = page_of("<ul><li>Home</li><li>Weather</li></ul>", rules, read)
    outline = outline_page(page)
    assert (outline.best, outline.share, list(outline.prose)) == (0, 0.0, [])
    assert len(judge_structure(page, outline).text) == 2
