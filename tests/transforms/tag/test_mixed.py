"""Stories that mix languages: the shares are told where they are sure, and a quotation makes no mix."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Paragraph, ParagraphRole, Story, StorySource
from copydesk.transforms.tag import mixed_languages, tag_stories
from copydesk.transforms.tag.mixed import MOST_READ

from .conftest import CASES, cases
from .test_tag_stories import document

NAMED: dict[str, str] = tomllib.loads((CASES / "mixed.toml").read_text(encoding="utf-8"))["paragraph"]


def story(paragraphs: Sequence[str], role: ParagraphRole = "paragraph") -> Story:
    """A story of these paragraphs, by name or as text."""
    texts = [NAMED.get(one, one) for one in paragraphs]
    starts = [sum(len(text) + 2 for text in texts[:place]) for place in range(len(texts))]
    source = StorySource(
        uri="a.txt", sha256="00", format="txt", kind="page", url=None, site=None, channel=None, retrieved=None, index=0, count=1
    )
    return Story(
        id="0" * 32,
        source=source,
        text="\n\n".join(texts),
        paragraphs=tuple(
            Paragraph(start=start, end=start + len(text), role=role, spans=())
            for start, text in zip(starts, texts, strict=True)
        ),
        spans=(),
    )


@pytest.mark.parametrize("case", cases("mixed.toml", "mixed"), ids=lambda case: case["why"])
def test_mix(case: dict[str, Any], rules: Rules) -> None:
    """Every language of a mix is named, the largest first, with its share of the characters, also in ALL CAPS."""
    for texts in (case["paragraphs"], [NAMED[name].upper() for name in case["paragraphs"]]):
        tagged = tag_stories(document(story(texts)), rules).stories[0]
        assert [one.tag for one in tagged.languages] == case["languages"]
        assert sum(one.share for one in tagged.languages) == pytest.approx(1, abs=1e-3)
        lengths = [sum(len(NAMED[name]) for name in case["paragraphs"] if name.startswith(tag)) for tag in case["languages"]]
        assert [one.share for one in tagged.languages] == pytest.approx([one / sum(lengths) for one in lengths], abs=1e-3)
        assert (tagged.language, tagged.language_score) == (case["languages"][0], tagged.languages[0].share)


@pytest.mark.parametrize("case", cases("mixed.toml", "one"), ids=lambda case: case["why"])
def test_one_language(case: dict[str, Any], rules: Rules) -> None:
    """Quotations, strays and short lines make no mix."""
    assert tag_stories(document(story(case["paragraphs"])), rules).stories[0].languages == ()


@pytest.mark.parametrize("role", ["quote", "table", "code"])
def test_quotes_do_not_count(role: ParagraphRole, rules: Rules) -> None:
    """A paragraph that is a quote, a table or code is not of the story's own words."""
    mixed = story(["en1", "en2", "es1", "es2", "es3"])
    marked = tuple(
        replace(one, role=role) if place > 1 else one for place, one in enumerate(mixed.paragraphs)
    )
    assert mixed_languages(mixed, "en", rules)
    assert mixed_languages(replace(mixed, paragraphs=marked), "en", rules) == ()


def test_the_language_of_the_whole_may_be_unknown(rules: Rules) -> None:
    """Where two languages are too even for one answer, both are told nevertheless."""
    assert {one.tag for one in mixed_languages(story(["en1", "es1", "en2", "es2"]), None, rules)} == {"en", "es"}


def test_a_long_mix_is_read_in_part(rules: Rules) -> None:
    """Of thousands of paragraphs an even choice is read, from the first to the last."""
    long = story(["en1", "en2", "en3", "en4"] * 200 + ["fr1", "fr2"] * 400)
    english, french = mixed_languages(long, "en", rules)
    assert (english.tag, french.tag) == ("en", "fr")
    assert english.share == pytest.approx(0.5, abs=2 / MOST_READ)
