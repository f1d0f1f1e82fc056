"""Made pages are what their labels say."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from copydesk.pipeline.training.bodies import SHAPES
from copydesk.pipeline.training.cast import Cast
from copydesk.pipeline.training.families import FAMILIES
from copydesk.pipeline.training.furniture import Press, teasers, verbatim
from copydesk.pipeline.training.sheet import LabelledLine, LabelledPage, Piece, Sheet
from copydesk.pipeline.training.templates import make_pages, pieces_of
from copydesk.pipeline.training.wording import Wording
from copydesk.transforms.shapes import ROLES

WORDS = ["orchard", "bridge", "council", "ferry", "museum", "harvest", "tunnel", "library", "market", "theatre"]
LANGUAGES = ("en", "de", "fr", "ja", "xx")


def piece(language: str, word: str) -> Piece:
    """A story about one thing, in a site's own words."""
    body = (
        (f"The {word} was opened again on Tuesday, three years after the flood had closed it. Nobody made a speech.", "body"),
        (f"A {word} for everyone", "subhead"),
        (f"Neighbours had collected money for the {word}, and they had painted its doors themselves in a long week.", "body"),
        ("Photo: A. Nybakken", "caption"),
        (f"“We never gave up on the {word},” said one of them, who has lived beside it since she was born.", "body"),
    )
    return Piece(
        headline=f"Old {word} opens its doors {language}",
        head=((f"{word} news", "section"), (f"Old {word} opens its doors {language}", "headline"), ("Print", "chrome")),
        body=body,
        language=language,
        sites=frozenset({f"{word}.{language}"}),
        front=("Start", f"All about the {word}"),
        back=("Imprint", f"The {word} society"),
    )


PIECES = tuple(piece(language, word) for language in LANGUAGES for word in WORDS)
PAGES = tuple(make_pages(PIECES, 240, seed=5))


def of_family(name: str) -> list[LabelledPage]:
    """The made pages of one family that are whole: nothing of their stories was cut off."""
    return [page for page in PAGES if page.family == name]


def test_the_same_seed_gives_the_same_pages() -> None:
    """Pages depend on the pieces, the seed and their number alone, not on how many are made."""
    assert tuple(make_pages(PIECES, 40, seed=5)) == PAGES[:40]
    assert tuple(make_pages(PIECES, 40, seed=6)) != PAGES[:40]


def test_every_line_has_text_and_a_known_role() -> None:
    """No line is empty or holds a break, and each has one of the ten roles or is left open."""
    for page in PAGES:
        assert page.lines
        for line in page.lines:
            assert line.text == " ".join(line.text.split()) != ""
            assert line.role in {*ROLES, "either"}
            assert line.blank_lines >= 0


def test_stories_are_stretches_of_lines_in_order() -> None:
    """Each story is one stretch from a head field or paragraph to a paragraph or subhead; they count up from 0."""
    for page in PAGES:
        seen = [line.story for line in page.lines if line.story is not None]
        assert seen == sorted(seen)
        assert list(dict.fromkeys(seen)) == list(range(page.stories))
        for story in range(page.stories):
            places = [i for i, line in enumerate(page.lines) if line.story == story]
            assert places == list(range(places[0], places[-1] + 1))
            assert page.lines[places[-1]].role in {"body", "subhead"}
            assert page.lines[places[0]].role in {"headline", "date", "byline", "section", "deck", "body", "subhead"}
            assert any(page.lines[i].role == "body" for i in places)


def test_text_of_a_story_stands_in_a_story() -> None:
    """A paragraph, a subhead or a headline is never outside of all stories."""
    for page in PAGES:
        outside = {line.role for line in page.lines if line.story is None}
        assert not outside & {"body", "subhead", "headline"}


def test_a_story_has_one_headline_at_most() -> None:
    """What looks like a second headline inside a story is a subhead or furniture."""
    for page in PAGES:
        heads = Counter(line.story for line in page.lines if line.role == "headline")
        assert max(heads.values(), default=1) == 1


def test_single_pages_hold_one_story() -> None:
    """Interviews, listicles, diaries, live blogs and the rest stay one story."""
    found = Counter(page.stories for page in of_family("single"))
    assert found[1] > 50
    assert set(found) <= {0, 1}


def test_a_wall_holds_nothing() -> None:
    """A cookie wall, a login and comments alone hold no story, and every line of theirs is furniture."""
    walls = list(of_family("wall"))
    assert len(walls) >= 5
    assert all(page.stories == 0 for page in walls)
    assert {line.role for page in walls for line in page.lines} <= {"chrome", "byline", "date"}


@pytest.mark.parametrize("name", [name for name, *_ in FAMILIES if name not in {"single", "wall", "subheaded"}])
def test_pages_of_several_hold_several(name: str) -> None:
    """A scroll, a blog, a digest and a list have as many stories as they promise, but for what was cut off."""
    least, most = next(bounds for family, _, _, bounds in FAMILIES if family == name)
    counts = [page.stories for page in of_family(name)]
    assert len(counts) >= 5
    assert max(counts) <= most
    assert sorted(counts)[len(counts) // 2] >= least


def test_joined_pages_keep_each_article_as_it_came() -> None:
    """On a page joined of whole ones, each headline has its own section in front and its button behind."""
    pages = [page for page in of_family("joined") if page.stories > 1]
    assert pages
    for page in pages:
        for above, line, below in zip(page.lines, page.lines[1:], page.lines[2:], strict=False):
            if line.role == "headline":
                assert (above.role, above.story) == ("section", line.story)
                assert (below.text, below.role) == ("Print", "chrome")


def test_a_block_said_verbatim_is_the_same_each_time() -> None:
    """What a template prints below every story has the same lines the second time, whatever chance says."""
    chance = random.Random(4)  # noqa: S311 - no secret
    sheet = Sheet()
    cast = Cast(PIECES[:2], PIECES[2:6], chance, title_case=False)
    press = Press(sheet, Wording.draw("en", chance), cast, chance, (("headline", "summary"),), "...", [])
    block = verbatim(press, lambda: teasers(press, "promo", 3))
    block()
    once = [(line.text, line.role) for line in sheet.lines]
    block()
    assert len(once) >= 2
    assert [(line.text, line.role) for line in sheet.lines] == once * 2


def test_a_page_names_the_sites_of_all_its_material() -> None:
    """Whatever text of a piece stands on a page, the piece's site is among the page's."""
    for page in PAGES:
        texts = {line.text for line in page.lines}
        for source in PIECES:
            own = {source.headline, source.front[1], source.back[1], *source.paragraphs}
            if page.language == source.language and texts & own:
                assert source.sites <= page.sites


def test_languages_are_not_mixed_and_none_is_forgotten() -> None:
    """Every language gets its pages, also one that no phrase pack knows."""
    assert {page.language for page in PAGES} == set(LANGUAGES)
    for page in PAGES:
        assert {site.rpartition(".")[2] for site in page.sites} == {page.language}


@pytest.mark.parametrize(("name", "shape"), [(name, shape) for name, _, shape in SHAPES])
def test_a_body_of_any_shape_has_paragraphs_and_no_head(name: str, shape: object) -> None:
    """The shapes of a body are made of text that belongs to its story, and of what stands in it."""
    assert callable(shape)
    for seed in range(8):
        cast = Cast(PIECES[:1], PIECES[1:6], random.Random(seed), title_case=False)  # noqa: S311 - no secret
        roles = {role for _, role in shape(PIECES[0], cast)}
        assert "body" in roles, name
        assert roles <= {"body", "subhead", "caption", "chrome", "either"}, name


def test_furniture_wording_is_of_the_language() -> None:
    """German pages are dated in German: a month's German name stands on some of them."""
    german = " ".join(line.text for page in PAGES if page.language == "de" for line in page.lines)
    assert any(month in german for month in ("Januar", "Februar", "März", "Oktober", "Dezember"))


def test_pieces_of_a_page_are_its_stories() -> None:
    """Pieces taken from a labelled page hold each story's headline and text, and the furniture at both ends."""
    rows = [
        ("Home", "chrome", None), ("Old mill burns", "headline", 0), ("It burnt.", "body", 0), ("Share", "chrome", None),
        ("New mill", "headline", 1), ("By A. Nybakken", "byline", 1), ("It stands.", "body", 1), ("Why", "subhead", 1),
        ("So.", "body", 1), ("Untitled text.", "body", 2), ("Imprint", "chrome", None),
    ]  # fmt: skip
    lines = tuple(LabelledLine(text=text, role=role, story=story, blank_lines=0) for text, role, story in rows)  # type: ignore[arg-type]
    first, second = pieces_of(LabelledPage(lines=lines, language="en", sites=frozenset({"a"}), family="real"))
    assert (first.headline, first.paragraphs, first.front) == ("Old mill burns", ("It burnt.",), ("Home",))
    assert (second.headline, second.paragraphs, second.sites) == ("New mill", ("It stands.", "So."), frozenset({"a"}))


def test_without_a_piece_there_is_no_page() -> None:
    """Material without a paragraph is refused by name of what is missing."""
    with pytest.raises(ValueError, match="no piece has a headline and a paragraph"):
        next(make_pages([Piece(headline="Empty", body=(), language="en", sites=frozenset())], 1, seed=1))
