"""Cross-validation by site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training.folds import FOLDS, SCROLL_FOLDS, TESTED, cut_folds
from copydesk.pipeline.training.pages import Example, relate
from copydesk.transforms.rules import Rules

from .pages import WORDS, corpus, example, paragraphs, several

RULES: Final = load_rules()
TEXTS: Final = [paragraphs(word)[0] for word in WORDS[:6]]
PAGE: Final = st.tuples(
    st.sampled_from(["pages", "single", "carried"]), st.sampled_from("abcd"), st.lists(st.sampled_from(TEXTS), max_size=2),
)  # fmt: skip


def long_lines(pages: Sequence[Example]) -> set[str]:
    """The lines by which two pages are known to hold the same."""
    return {line.text for page in pages for line in page.page.lines if len(line.text) > 60}


@settings(max_examples=30, deadline=None)
@given(st.lists(PAGE, min_size=2, max_size=8))
def test_nothing_is_learned_from_what_is_tested(rows: list[Any]) -> None:
    """No fold trains on a page of a tested site, nor on one that shares a long line with a tested page."""
    pages = [
        example([("Home", "chrome", None), *((text, "body", 0) for text in texts)], RULES, site, name=f"p{at}", corpus=name)
        for at, (name, site, texts) in enumerate(rows)
    ]
    for fold in cut_folds(relate(pages)):
        sites = {site for page in fold.test for site in page.sites}
        assert not any(site in sites for page in fold.training for site in page.sites)
        assert not long_lines(fold.training) & long_lines(fold.test)


def test_every_page_is_tested_once(rules: Rules) -> None:
    """Each page of a tested corpus is in one test, no other page is in any, and every fold has something of both kinds."""
    pages = [*corpus(rules), example([("Home", "chrome", None)], rules, "saved", name="saved", corpus="carried")]
    folds = cut_folds(relate(pages))
    tested = Counter(page.name for fold in folds for page in fold.test)
    assert tested == {page.name: 1 for page in pages if page.corpus in TESTED}
    assert len(folds) == FOLDS
    assert all("saved" in {page.name for page in fold.training} for fold in folds)


def test_pages_of_a_site_stay_together(rules: Rules) -> None:
    """All pages of one site are tested in one fold."""
    pages = [example(several([word]), rules, "one", name=word) for word in WORDS[:4]]
    (fold,) = cut_folds(relate(pages))
    assert (len(fold.test), fold.training) == (4, ())


def test_scroll_pages_have_folds_of_their_own(rules: Rules) -> None:
    """A page joined from several sites is tested without any of them."""
    pages = [*corpus(rules), example(several(WORDS[:2]), rules, name="scroll-1", corpus="scroll")]
    fold = cut_folds(relate(pages))[-1]
    assert [page.name for page in fold.test] == ["scroll-1"]
    assert {page.name for page in pages} - {page.name for page in fold.training} == {"scroll-1", *WORDS[:2]}
    assert SCROLL_FOLDS > 1


def test_scroll_pages_of_one_story_are_not_on_both_sides(rules: Rules) -> None:
    """Two scroll pages that hold the same story are not learned from and tested on, though no other page tells their site."""
    pages = [example(several(words), rules, name="-".join(words), corpus="scroll") for words in (WORDS[:2], WORDS[1:3])]
    for fold in cut_folds(relate(pages)):
        assert not long_lines(fold.training) & long_lines(fold.test)


def test_no_pages_no_folds() -> None:
    """Nothing to test gives no fold."""
    assert cut_folds([]) == []


@pytest.mark.parametrize("turn", [1, -1])
def test_folds_do_not_hang_on_the_order_of_files(turn: int, rules: Rules) -> None:
    """The same pages in another order are cut the same way."""
    pages = relate(corpus(rules))
    tests = [{page.name for page in fold.test} for fold in cut_folds(pages[::turn])]
    assert tests == [{page.name for page in fold.test} for fold in cut_folds(pages)]
