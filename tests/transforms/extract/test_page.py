"""Text dumps: a role for every line, the rule and the evidence of it, and the stories that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from copydesk.transforms.cells import fold
from copydesk.transforms.evidence import Evidence, line_key
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.extract.page import label_lines, weigh_lines
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.settings import LineRule
from copydesk.transforms.shapes import ROLES, Document, Metadata
from copydesk.transforms.write import check_account

from .conftest import cases, make_document

PROSE: Final = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier."
OTHER: Final = "Nobody on the council would say when the bridge will open, or what the repairs have cost the town so far."


def wanted(page: str) -> list[tuple[set[str], str]]:
    """The lines of a case, each with the roles that will do."""
    rows = (line.partition("|") for line in page.strip().splitlines())
    return [(set(roles.strip().split("/")), text.strip()) for roles, _, text in rows]


def test_cases_name_roles() -> None:
    """Every role in the cases is one that there is."""
    named = {role for case in cases("pages") for roles, _ in wanted(case.values[0]["page"]) for role in roles}
    assert named <= set(ROLES)


@pytest.mark.parametrize("case", cases("pages"))
def test_the_roles_and_stories_of_a_page(case: dict[str, Any], rules: Rules, read: Callable[..., Document]) -> None:
    """Every line of a page has its role, and the page its stories, each with its headline or none."""
    lines = wanted(case["page"])
    document = extract_blocks(read("\n\n".join(text for _, text in lines), kind="page"), rules)
    given = [(block.role, block.text) for block in document.blocks]
    wrong = [(role, roles, text) for (role, text), (roles, _) in zip(given, lines, strict=True) if role not in roles]
    assert not wrong
    document = segment_stories(document, rules)
    assert [story.headline or "" for story in document.stories] == case["headlines"]
    check_account(document)


def labelled(lines: list[str], rules: Rules, **told: Any) -> list[tuple[str, str]]:
    """Role and rule of every line."""
    return [(block.role, block.rule) for block in label_lines(make_document(lines, **told), rules)]


def test_every_block_is_given_a_rule_and_its_evidence(rules: Rules) -> None:
    """No line leaves without the rule that decided on it and what the rule saw."""
    lines = ["Menu", "Ferry back after eleven weeks", "By Ana Ortega", PROSE, OTHER, "* * *", "Contact"]
    blocks = label_lines(make_document(lines), rules)
    assert all(block.rule and block.evidence for block in blocks)


def test_a_line_that_recurs_on_the_site_is_furniture(rules: Rules) -> None:
    """What stands on most pages of a site is its furniture, but never a sentence."""
    line = "Harbour stories every day"
    told = Evidence(site_lines={"town.example": {line_key(fold(line)): 0.9, line_key(fold("It rained.")): 0.9}})
    knowing = replace(rules, evidence=told)
    lines = [PROSE, line, OTHER, "It rained.", PROSE + " Again."]
    given = labelled(lines, knowing, site="town.example")
    assert given[1] == ("chrome", "site.recurring_line")
    assert given[3][0] == "body"
    assert labelled(lines, knowing, site="other.example")[1][0] != "chrome"


ABOVE: Final = (
    "The baker on the market square, who has sold bread there since the flood, says that he will close in the autumn.",
    "The beans are up, and so are the slugs, of which I counted thirty before I gave up and went to bed with a book.",
)
BELOW: Final = (
    "There is a new sign at the car park, and somebody has already corrected its spelling with a marker pen.",
    "The tide was out, and the whole bay smelled of salt when we came back from the lighthouse with the dog.",
)


def test_the_sources_own_title_divides_what_looks_like_one_story(rules: Rules) -> None:
    """The title leads a story, also where the text below it goes on in the words of the text above."""
    lines = [PROSE, OTHER, "Bridge stays shut", PROSE, OTHER]
    assert labelled(lines, rules, metadata=Metadata(title="Bridge stays shut"))[2] == ("headline", "model.headline")


def test_the_sources_own_title_speaks_for_a_headline(rules: Rules) -> None:
    """A short line in front of prose is the headline where the source's metadata says so."""
    lines = [PROSE, *ABOVE, "Bridge stays shut", OTHER, *BELOW]
    assert ("headline", "model.headline") not in labelled(lines, rules)
    given = labelled(lines, rules, metadata=Metadata(title="Bridge stays shut | The Harbour Post"))
    assert given[3] == ("headline", "model.headline")


def test_gaps_built_alike_are_boundaries_alike(rules: Rules) -> None:
    """Where most gaps of one shape hold a headline, a headline of one word in such a gap is one too."""
    long = ("Ferry back after eleven weeks in the yard", "Bridge stays shut until the autumn", "Goose holds up the train")
    lines = [line for title in (*long, "Fog") for line in (title, "March 5, 2024", PROSE, OTHER, "Continue reading")]
    given = labelled(lines, rules)
    assert [rule for role, rule in given if role == "headline"] == ["model.headline"] * 4


def test_a_first_paragraph_above_the_byline_is_a_deck(rules: Rules) -> None:
    """One sentence between headline and byline is the deck, however like prose it is."""
    deck = "After eleven weeks in the yard, the ferry is back, and the islands have flour again."
    given = labelled(["Ferry back after eleven weeks", deck, "By Ana Ortega", "March 5, 2024", PROSE, OTHER], rules)
    assert [role for role, _ in given] == ["headline", "deck", "byline", "date", "body", "body"]


def test_a_long_first_paragraph_is_no_deck(rules: Rules) -> None:
    """A paragraph of more than two sentences below the headline is the story's first."""
    given = labelled(["Ferry back after eleven weeks", f"{PROSE} {OTHER} {PROSE}", "By Ana Ortega", OTHER, PROSE], rules)
    assert given[1] == ("body", "line.lead")


CAPTIONED: Final = (
    "The ferry at the pier, on Sunday.", "Photo: Ana Ortega", PROSE, "People wait on the pier.", "Photo: Ana Ortega", OTHER,
    "The crew waves.", "Photo: Ana Ortega",
)  # fmt: skip


def test_a_sentence_above_a_credit_is_a_caption(rules: Rules) -> None:
    """A short sentence right above a photo credit belongs to the picture, in the head, in the middle and at the end."""
    lines = ["Ferry back after eleven weeks", "By Jon Berg", "March 5, 2024", *CAPTIONED, PROSE, OTHER]
    roles = [role for role, _ in labelled(lines, rules)]
    pictured = ["caption", "caption"]
    assert roles == ["headline", "byline", "date", *pictured, "body", *pictured, "body", *pictured, "body", "body"]


def test_a_caption_is_no_headline(rules: Rules) -> None:
    """The sentence above a photo credit does not lead a story, also where the head has nothing but the picture."""
    assert labelled(["Ferry back after eleven weeks", *CAPTIONED], rules)[0][0] == "headline"


def test_names_in_a_head_are_a_byline(rules: Rules) -> None:
    """A name beside the date is a byline without any opening word."""
    given = labelled(["Ferry back after eleven weeks", "Ana Ortega", "March 5, 2024", PROSE, OTHER], rules)
    assert given[1] == ("byline", "model.byline")


def test_what_readers_wrote_is_no_part_of_a_story(rules: Rules) -> None:
    """Behind a comments label paragraphs that are signed are a discussion; unsigned ones go on with the story."""
    hopes = "The yard hopes that the boat will last for ten more years, although its engine is older than most of the crew."
    prices = "A ticket costs two crowns more than last year, and children under six still travel free with their parents."
    story = ["Ferry back after eleven weeks", "By Ana Ortega", PROSE, OTHER, hopes, prices]
    thanks = "I have waited for this boat for years, and I think that somebody should thank the men in the yard."
    discussion = [line for _ in range(3) for line in ("Marsh Hen says:", thanks, "Reply")]
    given = labelled([*story, "3 comments", *discussion], rules)
    assert [role for role, _ in given[2:6]] == ["body"] * 4
    assert {rule for _, rule in given[6:]} & {"model.body", "model.subhead"} == set()
    given = labelled([*story[:2], PROSE, "3 comments", OTHER, PROSE, OTHER], rules)
    assert [role for role, _ in given[4:]] == ["body"] * 3


@pytest.mark.xfail(strict=True, reason="the first link of the box, right below a paragraph, is taken for a subhead")
def test_a_box_of_links_inside_a_story_goes(rules: Rules) -> None:
    """Many short lines in a row between two paragraphs are links to elsewhere."""
    box = ["Sport", "Weather today", "Our picks", "Games", "Horoscope", "Recipes", "Cars", "Homes", "Jobs", "Travel", "Puzzles"]
    lines = ["Ferry back after eleven weeks", "By Ana Ortega", *[PROSE, OTHER] * 4, *box, *[OTHER, PROSE] * 4]
    given = labelled(lines, rules)
    assert {role for role, _ in given[10:21]} == {"chrome"}


def test_what_decided_on_a_line_can_be_asked(rules: Rules) -> None:
    """Lines that the labeller decided on name as many features as are asked for; lines that a rule decided on name none."""
    lines = ["Ferry back after eleven weeks", "By Ana Ortega", "March 5, 2024", PROSE, OTHER, "Share this article"]
    document = make_document(lines)
    document = replace(document, blocks=label_lines(document, rules))
    weights = weigh_lines(document, rules, 2)
    assert [len(found) for found in weights] == [2 if block.rule.startswith("model.") else 0 for block in document.blocks]
    assert weights[0]
    assert weights[1] == weights[5] == ()
    assert weigh_lines(make_document([]), rules, 2) == []
    first = weigh_lines(document, rules, 2, first=True)
    signals = set(rules.labeller.first.features) if rules.labeller else set()
    assert signals
    for named, seen in zip(weights, first, strict=True):
        assert bool(seen) is any(name not in signals for name, _, _ in named)
        assert signals.issuperset(name for name, _, _ in seen)


def test_lines_of_the_users_own(rules: Rules, asking: Callable[..., Rules]) -> None:
    """A rule of the user's own goes before the phrase packs and the labeller; it asks for the whole line, in any case."""
    told = LineRule(id="own", pattern=r"share this article|ferry \w+", role="promo", why="ours")
    lines = ["Ferry TICKETS", "Ferry back after eleven weeks", "By Ana Ortega", PROSE, OTHER, "Share this article"]
    given = labelled(lines, asking(rules=(told,)))
    assert given[0] == given[5] == ("promo", "user.own")
    assert given[1] == labelled(lines, rules)[1] != ("promo", "user.own")


def test_a_headline_by_the_users_own_rule_leads_its_story(asking: Callable[..., Rules]) -> None:
    """A line that the user calls a headline is the headline of the text below it."""
    told = asking(rules=(LineRule(id="own", pattern="ferry back.*", role="headline", why="ours"),))
    document = make_document(["Ferry back after eleven weeks", "By Ana Ortega", "March 5, 2024", PROSE, OTHER, PROSE])
    document = segment_stories(replace(document, blocks=label_lines(document, told)), told)
    assert [story.headline for story in document.stories] == ["Ferry back after eleven weeks"]


def test_the_evidence_of_a_line(rules: Rules) -> None:
    """The evidence of a learned role is its probability; a rule's is what it saw."""
    blocks = label_lines(make_document(["Menu", "Ferry back after eleven weeks", "By Ana Ortega", PROSE, OTHER]), rules)
    assert all(block.evidence.startswith("probability ") for block in blocks if block.rule in {"model.body", "model.furniture"})
    assert blocks[2].evidence == "names Ana Ortega"


@pytest.mark.parametrize(
    "lines", [["Menu"], ["* * *"], ["?"], [PROSE], ["March 5, 2024"], ["x" * 5000], ["By Ana Ortega", "Photo: X Y"]],
)  # fmt: skip
def test_the_smallest_pages(lines: list[str], rules: Rules) -> None:
    """A page of a line or two gets its roles, whatever the line is."""
    document = segment_stories(replace(make_document(lines), blocks=label_lines(make_document(lines), rules)), rules)
    check_account(document)


@pytest.mark.parametrize(
    "lines",
    [
        ["Home"] * 100_000,
        [f"Harbour walk number {n}" for n in range(20_000)],
        ["Comments", PROSE] * 25_000,
        [PROSE, "March 5, 2024", "One thing"] * 12_000,
    ],
    ids=["all the same", "all different", "a comments label above every paragraph", "a date between all paragraphs"],
)
def test_long_pages_are_no_trouble(lines: list[str], rules: Rules) -> None:
    """Tens of thousands of lines are labelled and cut in a time that grows with their number only."""
    document = make_document(lines)
    document = segment_stories(replace(document, blocks=label_lines(document, rules)), rules)
    check_account(document)
