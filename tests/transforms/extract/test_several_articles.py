"""Pages that hold several articles give each of them whole, whatever element the site wraps them in; others are not split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from copydesk.pipeline import clean

from .several_pages import AUTHORS, CAPTIONS, DAYS, DECKS, SUBJECTS, TITLES, Design, page, prose, templates


def body(number: int) -> str:
    """The paragraphs as elements."""
    return "".join(f"<p>{text}</p>" for text in prose(number))


def signed(number: int) -> str:
    """A byline and a date."""
    date = f'<time datetime="2024-03-0{number + 1}">March {number + 1}, 2024</time>'
    return f'<div class="meta"><span class="byline">By {AUTHORS[number]}</span> {date}</div>'


def each(template: Callable[[int], str], before: str = "", after: str = "") -> str:
    """Five stories in one template."""
    return page(before + "".join(template(number) for number in range(5)) + after)


SEVERAL: Final = {
    "sibling articles": each(lambda n: f"<article><h1>{TITLES[n]}</h1>{signed(n)}{body(n)}<a>Share</a></article>"),
    "articles with headers": each(
        lambda n: f"<article class=post><header><h2><a href=/{n}>{TITLES[n]}</a></h2>{signed(n)}</header>{body(n)}</article>",
    ),
    "infinite scroll": each(lambda n: f"<div class=infinite-scroll><h1>{TITLES[n]}</h1>{signed(n)}<div>{body(n)}</div></div>"),
    "a listing that loads more": each(
        lambda n: f"<div class=alm-item><h2>{TITLES[n]}</h2>{signed(n)}{body(n)}</div>", "<div class=alm-listing>", "</div>",
    ),
    "stories nested in divs": each(
        lambda n: f"<div><div><div class=story><div><h2>{TITLES[n]}</h2></div><div>{signed(n)}<div>{body(n)}</div></div></div>"
        "</div></div>",
    ),
    "a feed by role": each(
        lambda n: f"<div role=article><h3>{TITLES[n]}</h3>{signed(n)}{body(n)}</div>", "<div role=feed>", "</div>",
    ),
    "a blog's index with full posts": each(
        lambda n: f"<div class='post hentry'><h2><a href=/{n}>{TITLES[n]}</a></h2>{signed(n)}<div class=entry-content>{body(n)}"
        "</div><p class=postmeta>Posted in <a>News</a> | <a>3 Comments</a></p></div>",
    ),
    "headings without any wrapper": each(lambda n: f"<h3>{TITLES[n]}</h3>{signed(n)}{body(n)}"),
}  # fmt: skip

ONE: Final = {
    "an article with subheads": page(
        f"<article><h1>{TITLES[0]}</h1>{signed(0)}" + "".join(f"<h2>On the {SUBJECTS[n]}</h2>{body(n)}" for n in range(5)),
    ),
    "a numbered guide without an article element": page(
        f"<h1>{TITLES[0]}</h1>{signed(0)}" + "".join(f"<h3>{n + 1}. The {SUBJECTS[n]}</h3>{body(n)}" for n in range(5)),
    ),
    "an article beside teasers": page(
        f"<article><h1>{TITLES[0]}</h1>{signed(0)}{body(0)}</article><aside>"
        + "".join(f"<article><h3>{TITLES[n]}</h3><p>{prose(n)[0][:90]}…</p><a>Read more</a></article>" for n in range(1, 5))
        + "</aside>",
    ),
    "an article with comments that are articles": page(
        f"<article><h1>{TITLES[0]}</h1>{signed(0)}{body(0)}</article><section id=comments><h2>Four comments</h2>"
        + "".join(
            f"<article class=comment><h3>{AUTHORS[n]}</h3><time datetime=2024-03-09>March 9, 2024</time>{body(n)}</article>"
            for n in range(1, 5)
        )
        + "</section>",
    ),
    "an article whose sections are articles of their own": page(
        f"<h1>{TITLES[0]}</h1>{signed(0)}{body(0)}"
        + "".join(f"<article class=section><h2>On the {SUBJECTS[n]}</h2>{body(n)}</article>" for n in range(1, 5)),
    ),
    "a guide of sections": page(
        f"<h1>{TITLES[0]}</h1>{signed(0)}<div class=story>{body(0)}"
        + "".join(f"<section class=step><h2>Step {n}: the {SUBJECTS[n]}</h2>{body(n)}</section>" for n in range(1, 5))
        + "</div>",
    ),
    "a live page of dated entries": page(
        f"<h1>{TITLES[0]}</h1>{signed(0)}{body(0)}"
        + "".join(f"<h3>{n}:15 pm: news of the {SUBJECTS[n]}</h3>{body(n)}" for n in range(1, 5)),
    ),
    "an article whose JSON-LD tells of those that it links to": page(
        f"<article><h1>{TITLES[0]}</h1>{signed(0)}{body(0)}</article><ul>"
        + "".join(f"<li><h3><a href=/{n}>{TITLES[n]}</a></h3></li>" for n in range(1, 5))
        + "</ul>",
        '<script type="application/ld+json">['
        + ",".join(f'{{"@type":"NewsArticle","headline":"{title}"}}' for title in TITLES)
        + "]</script>",
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_each_article_is_a_story_of_its_own(name: str) -> None:
    """Five stories with their headlines, authors, dates and all of their paragraphs, and nothing of the page."""
    stories = clean(SEVERAL[name], format="html")
    assert [story.headline for story in stories] == list(TITLES)
    assert [story.authors for story in stories] == [(author,) for author in AUTHORS]
    assert [(story.published or "")[:10] for story in stories] == [f"2024-03-0{number + 1}" for number in range(5)]
    assert [story.text.split("\n\n") for story in stories] == [prose(number) for number in range(5)]


@pytest.mark.parametrize(("name", "markup", "design"), templates(), ids=[name for name, _, _ in templates()])
def test_each_template_gives_its_stories(name: str, markup: str, design: Design | None) -> None:
    """Five stories with what the template shows of each, whatever its order, and nothing of what stands between them."""
    stories = clean(markup, format="html")
    assert [story.headline for story in stories] == list(TITLES), name
    assert [story.authors for story in stories] == [(author,) for author in AUTHORS]
    assert [(story.published or "")[:10] for story in stories] == list(DAYS)
    assert [story.text.split("\n\n") for story in stories] == [prose(number) for number in range(5)]
    assert [story.deck for story in stories] == (list(DECKS) if design and design.deck else [None] * 5)
    captions = [(caption,) for caption in CAPTIONS] if design and design.caption else [()] * 5
    assert [story.captions for story in stories] == captions


@pytest.mark.parametrize("name", ONE)
def test_one_article_stays_one_story(name: str) -> None:
    """Subheads and teasers are not signed, and start nothing."""
    (story,) = clean(ONE[name], format="html")
    assert story.headline == TITLES[0]
    assert prose(0)[0] in story.text
