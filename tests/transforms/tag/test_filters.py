"""Filters of quality: off unless they are named, whole stories, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copydesk.pipeline.by_language import read_toml
from copydesk.pipeline.resources import configs
from copydesk.transforms.cells import RuleError
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Paragraph, Removed
from copydesk.transforms.tag import tag_stories
from copydesk.transforms.tag.filters import parse_quality
from copydesk.transforms.tally import tally
from copydesk.transforms.write import check_account, write_records

from .conftest import cases
from .test_tag_stories import document, story


def with_quality(rules: Rules, case: dict[str, Any]) -> Rules:
    """The rules with a case's filters and bounds."""
    chosen = {"filters": tuple(case.get("filters", ())), "min": case.get("min", {}), "max": case.get("max", {})}
    quality = rules.settings.quality.model_copy(update=chosen)
    return replace(rules, settings=rules.settings.model_copy(update={"quality": quality}))


def page(*texts: str) -> Document:
    """A document that is these stories and a line of furniture after each."""
    made = document()
    stories, removed, text = [], [], ""
    for words in texts:
        start = len(text)
        text += words
        span = (start, len(text))
        whole = Paragraph(start=0, end=len(words), role="paragraph", spans=(span,))
        stories.append(replace(story(words), id=f"{start:032x}", spans=(span,), paragraphs=(whole,)))
        text += "\nShare this\n"
        removed.append(Removed(start=span[1] + 1, end=len(text) - 1, text="Share this", role="chrome", rule="r", evidence=""))
    stories = [replace(one, source=replace(one.source, index=n, count=len(texts))) for n, one in enumerate(stories)]
    return replace(made, text=text, stories=tuple(stories), removed=tuple(removed))


def text_of(case: dict[str, Any]) -> str:
    """A case's text, as often as it says."""
    return "\n\n".join([case["text"].strip()] * case.get("times", 1))


@pytest.mark.parametrize("case", cases("quality.toml", "dropped"), ids=lambda case: case["name"])
def test_dropped(case: dict[str, Any], rules: Rules) -> None:
    """A story that breaks a bound stands whole in one removed record, under the first bound's rule and with every value."""
    done = tag_stories(page(text_of(case)), with_quality(rules, case))
    assert done.stories == ()
    record, furniture = done.removed
    assert (record.text, record.rule, furniture.rule) == (text_of(case), case["rule"], "r")
    assert case["says"] in record.evidence
    check_account(done)


@pytest.mark.parametrize("case", cases("quality.toml", "kept"), ids=lambda case: case["name"])
def test_kept(case: dict[str, Any], rules: Rules) -> None:
    """A story within all bounds, of any language, stays."""
    done = tag_stories(page(text_of(case)), with_quality(rules, case))
    assert [one.text for one in done.stories] == [text_of(case)]


def test_others_are_counted_anew(rules: Rules) -> None:
    """Stories around a dropped one keep their ids and text, and are numbered as if it had never been one."""
    good = next(case for case in cases("quality.toml", "kept") if "English" in case["name"])["text"].strip()
    texts = [good, "Home\n\nNews\n\nSport", good.replace("island", "islet")]
    before = page(*texts)
    done = tag_stories(before, with_quality(rules, {"filters": ["fineweb"]}))
    assert [one.id for one in done.stories] == [before.stories[0].id, before.stories[2].id]
    assert [(one.source.index, one.source.count) for one in done.stories] == [(0, 2), (1, 2)]
    assert [record.rule for record in done.removed] == ["r", "quality.fineweb.line_punct_ratio", "r", "r"]
    assert tally("tag", done)["removed"] == 1
    assert tally("segment", done)["removed"] == 3
    (record,) = write_records(done).documents
    assert (len(record["stories"]), record["removed"]) == (2, 4)


def test_a_story_in_pieces(rules: Rules) -> None:
    """A dropped story with furniture inside is a record for each of its pieces, and only white space joins two of them."""
    text = "Home\nNews\nAd\nSport"
    one = replace(story(text.replace("\nAd", "")), spans=((0, 4), (5, 9), (13, 18)))
    ad = Removed(start=10, end=12, text="Ad", role="promo", rule="r", evidence="")
    made = replace(document(), text=text, stories=(one,), removed=(ad,))
    done = tag_stories(made, with_quality(rules, {"filters": ["fineweb"]}))
    assert [record.text for record in done.removed] == ["Home\nNews", "Ad", "Sport"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"filters": {}}, r"q.toml: filters: ; there have to be gopher, c4, fineweb"),
        ({"filters": {"c4": {"why": "w", "min": {"words": 1}}}}, r"q.toml: filters.c4.min: 'words' is no signal; "),
        ({"filters": {"c4": {"why": "w", "min": {"word_count": "1"}}}}, r"q.toml: filters.c4.min.word_count: '1' is no number"),
        ({"filters": {"c4": {"min": {"word_count": 1}}}}, r"q.toml: filters.c4: give why, and bounds"),
        ({"filters": {"c4": {"why": "w", "mn": {}}}}, r"q.toml: filters.c4: unknown key 'mn'; give why, min and max"),
        ({"stop_words": {"en": ["the", ""]}}, r"q.toml: en: words: \['the', ''\] has no word or an empty one"),
    ],
)
def test_broken_rule_data(change: dict[str, Any], words: str) -> None:
    """A file of filters that cannot be used is refused with its name, the key and the value."""
    shipped = read_toml("quality.toml", configs() / "quality.toml")
    with pytest.raises(RuleError, match=words):
        parse_quality("q.toml", shipped | change)
