"""Which short line opens a story: the candidates of a gap, how they compare, and pages whose headlines must be found."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pytest

from copydesk.transforms.decode import decode
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.extract.grammar import BODY, FIRST, HEAD, HEADLINE, OUTSIDE
from copydesk.transforms.extract.headlines import RELATIVE, describe_candidates, eligible_lines, find_candidates
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Item, Source

from .looks import logs_of, signals_of

PROSE: Final = (
    "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier to see it.",
    "Nobody on the council would say when the bridge will open, or what the repairs have cost the town so far this year.",
    "The baker on the market square, who has sold bread there since the flood, says that he will close when the summer ends.",
    "Three schools in the valley had no heating on Monday, and the children of two of them were sent home before noon.",
)


MORE: Final = (
    "The tide was out, and the whole bay smelled of salt when we came back from the lighthouse with the dog.",
    "There is a new sign at the car park, and somebody has already corrected its spelling with a marker pen.",
    "We have painted the door blue, which took two days and four people, of whom three told the fourth how it is done.",
    "The beans are up, and so are the slugs, of which I counted thirty before I gave up and went to bed with a book.",
)
TITLE: Final = "Ferry back after eleven weeks"
TITLES: Final = (TITLE, "Nobody knows when the bridge opens", "Baker on the square to close", "Three schools without heating")


# --- the lines of a gap ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "eligible"),
    [
        (TITLE, True),
        ("Fog", True),
        ("Is the bridge shut?", True),
        ("The goose is gone.", True),
        ("Ana Ortega", True),
        ("2024", True),
        ("Share this article", False),
        ("March 5, 2024", False),
        ("Photo: Ana Ortega", False),
        ("* * *", False),
        ("word " * 33 + "word", False),
    ],
)
def test_what_may_be_a_headline(line: str, eligible: bool, rules: Rules) -> None:  # noqa: FBT001 - a case
    """No set phrase, bare date, credit or rule is a headline, and nothing longer than headlines are."""
    assert bool(eligible_lines(signals_of(rules, line))[0]) is eligible


def test_candidates_of_a_story() -> None:
    """Eligible lines in front of the text, behind the story before, and not farther up than a head can reach."""
    eligible = np.array([True, True, False, True, True] + [True] * 95 + [False])
    prose = np.ones(len(eligible), bool)
    assert find_candidates(eligible, prose, 0, (5,)).tolist() == [0, 1, 3, 4]
    assert find_candidates(eligible, prose, 3, (5,)).tolist() == [3, 4]
    assert find_candidates(eligible, prose, 5, (5,)).tolist() == []
    assert find_candidates(eligible, prose, 0, (100, 101)).tolist() == list(range(60, 100))


@pytest.mark.parametrize(
    ("kept", "opening"),
    [
        ((1, 3, 4, 5), [1, 3, 4]), ((3, 4, 6, 7, 8), [3, 4, 6]), ((3, 4), [3]), ((3,), []), ((2, 3, 4), []),
        ((6, 7, 8), [6]), ((7, 8), []),
    ],
)
def test_candidates_that_open_a_text(kept: tuple[int, ...], opening: list[int]) -> None:
    """A text's first lines can be its headline while each of them is eligible and no prose; its last line never is."""
    eligible = np.array([False, True, False, True, True, False, True, True, True])
    prose = np.array([False] * 7 + [True, False])
    assert find_candidates(eligible, prose, kept[0], kept).tolist() == opening


def compared(rules: Rules, lines: tuple[str, ...], places: tuple[int, ...], found: list[int]) -> dict[str, list[float]]:
    """How these candidates in front of the page's first paragraph compare, by column."""
    first = places.index(FIRST)
    table = describe_candidates(signals_of(rules, *lines), logs_of(places), np.array(found), 0, first)
    assert table.shape == (len(found), len(RELATIVE))
    assert np.isfinite(table).all()
    return {name: table[:, at].tolist() for at, name in enumerate(RELATIVE)}


def test_candidates_are_compared_with_each_other(rules: Rules) -> None:
    """Each knows its rank by likelihood, its place in the gap, and what its story's words say of it."""
    lines = ("Tractor museum", "The ferry came back on Sunday", "Tractor museum", PROSE[0], PROSE[1])
    found = compared(rules, lines, (OUTSIDE, HEADLINE, HEAD, FIRST, BODY), [0, 1, 2])
    assert (found["rank"], found["of_best"][1]) == ([1, 0, 2], 1)
    assert (found["to_text"], found["from_text"], found["gap_lines"]) == ([3, 2, 1], [0, 1, 2], [3, 3, 3])
    assert (found["from_top"], found["from_bottom"]) == ([0, 1, 2], [2, 1, 0])
    assert found["told"][1] > 0 == found["told"][0] == found["told_less"][1]
    assert (found["said"], found["said_last"]) == ([2, 1, 2], [0, 1, 1])
    assert found["better_below"][0] > 0 > found["better_below"][1]


def test_candidates_in_the_text_are_known_as_such(rules: Rules) -> None:
    """A candidate that the text opens with is told from those in front of it, with the text's lines above it."""
    lines = ("Harbour news", "Ferry back", "After eleven weeks", PROSE[0], PROSE[1])
    found = compared(rules, lines, (OUTSIDE, FIRST, BODY, BODY, BODY), [0, 1, 2])
    assert (found["opens"], found["text_above"], found["to_text"]) == ([0, 1, 1], [0, 0, 1], [1, 0, -1])


def test_one_candidate_is_compared_with_none(rules: Rules) -> None:
    """A gap with a single candidate is no trouble."""
    found = compared(rules, (TITLE, PROSE[0]), (HEADLINE, FIRST), [0])
    assert (found["rank"], found["of_best"], found["like_above"], found["like_below"]) == ([0], [1], [0], [0])


# --- pages ----------------------------------------------------------------------------------------------------------


def label(rules: Rules, *lines: str) -> tuple[Block, ...]:
    """The blocks of a page with these lines."""
    payload = "\n\n".join(lines).encode()
    source = Source(uri="x", sha256=hashlib.sha256(payload).hexdigest(), format="txt", kind="page")
    return extract_blocks(decode(Item(source=source, payload=payload), rules), rules).blocks


def headlines(blocks: tuple[Block, ...]) -> list[str]:
    """The headlines that start a story."""
    return [block.text for block in blocks if block.role == "headline" and block.rule != "headline_repeated"]


def test_a_headline_said_twice(rules: Rules) -> None:
    """Of two lines that say the same with labels between, one is the headline and the other its repetition."""
    blocks = label(
        rules, PROSE[0], PROSE[1], "Continue Reading", "Town", "Baker will close in the autumn", "Published", "on", "By",
        "Baker will close in the autumn", PROSE[2], PROSE[3],
    )  # fmt: skip
    assert headlines(blocks) == ["Baker will close in the autumn"]
    assert [block.role for block in blocks if block.text.startswith("Baker will")] == ["headline", "headline"]
    assert [block.text for block in blocks if block.role == "section"] == ["Town"]


def test_dated_posts_of_a_blog(rules: Rules) -> None:
    """Every post of a page whose posts have a title and a date starts a story."""
    lines = [
        line
        for number, title in enumerate(TITLES)
        for line in (title, f"March {number + 3}, 2024", PROSE[number], MORE[number])
    ]
    assert headlines(label(rules, *lines)) == list(TITLES)


@pytest.mark.xfail(strict=True, reason="titles that are all alike, above texts that tell of something else, look like subheads")
def test_posts_whose_titles_are_alike(rules: Rules) -> None:
    """Numbered posts start stories, though their titles say nothing of what they tell."""
    lines = [
        line
        for number, prose in enumerate(PROSE)
        for line in (f"A title of post number {number}", f"March {number + 3}, 2024", prose, PROSE[number - 1])
    ]
    assert headlines(label(rules, *lines)) == [f"A title of post number {number}" for number in range(4)]


def test_a_subhead_starts_no_story(rules: Rules) -> None:
    """A short line between paragraphs, with nothing else beside it, is a subhead."""
    blocks = label(rules, "Ferry back after eleven weeks", "March 5, 2024", PROSE[0], "What it cost", PROSE[1], PROSE[2])
    assert headlines(blocks) == ["Ferry back after eleven weeks"]
    assert [block.text for block in blocks if block.role == "subhead"] == ["What it cost"]


def test_a_page_that_begins_in_the_middle_has_no_headline(rules: Rules) -> None:
    """Where a page opens with its text, no line of it becomes a headline."""
    assert headlines(label(rules, *PROSE)) == []


BUTTON: Final = "Show me the map of this place"
BUTTONED: Final = (
    TITLE, "By Ana Ortega", "March 5, 2024", *(part for prose in (*PROSE, *MORE) for part in (prose, BUTTON)),
)  # fmt: skip


def test_buttons_are_no_headlines(rules: Rules) -> None:
    """A line that stands again and again on a page, below every paragraph, starts no story."""
    blocks = label(rules, *BUTTONED)
    assert headlines(blocks) == [TITLE]


def test_buttons_of_a_short_page_are_no_headlines(rules: Rules) -> None:
    """The same holds where little else stands on the page."""
    lines = [part for prose in PROSE for part in (prose, BUTTON)]
    assert headlines(label(rules, TITLE, *lines, BUTTON, BUTTON, BUTTON)) == [TITLE]


@pytest.mark.xfail(strict=True, reason="a line between all paragraphs looks like a subhead, however often it says the same")
def test_buttons_are_no_text(rules: Rules) -> None:
    """A line that says the same below every paragraph is furniture."""
    blocks = label(rules, *BUTTONED)
    assert {block.role for block in blocks if block.text == BUTTON} == {"chrome"}


def test_all_is_labelled_in_any_script(rules: Rules) -> None:
    """Scripts without spaces have prose too, and every block has a role with its rule."""
    prose = "市内の橋の修理は来年の春まで続く見通しだと、市の担当者が月曜日に開かれた説明会で住民に話した。"
    blocks = label(rules, "橋の修理、来年春まで", "2024年3月5日", prose, prose[:-1] + "。また説明会は続く。")
    assert [block.role for block in blocks] == ["headline", "date", "body", "body"]
    assert all(block.rule and block.evidence for block in blocks)
