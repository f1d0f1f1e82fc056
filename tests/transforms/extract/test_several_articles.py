"""Pages that hold several articles give each of them whole, whatever element the site wraps them in; others are not split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from copydesk.pipeline import clean

SUBJECTS: Final = ("ferry", "library", "bridge", "kitchen", "glacier")
TITLES: Final = (
    "Ferry returns to the lake after eleven years",
    "Library opens its night reading room",
    "Old bridge gets a second life as a garden",
    "School kitchen wins prize for lentil soup",
    "Glacier museum closes for the winter early",
)
AUTHORS: Final = ("Ada Winter", "Ben Holm", "Cara Lind", "Dov Stein", "Eva Kral")
SENTENCES: Final = (
    "The story of the {} begins on a Monday, when the council met in the old hall and listened to forty people for hours.",
    "Nobody had expected so many to speak about the {}, and the chairs ran out before the second of them had begun to talk.",
    "“We will do it properly or not at all,” said the mayor of the {}, who had promised the same in the spring of last year.",
)


def prose(number: int) -> list[str]:
    """The paragraphs of one story."""
    return [sentence.format(SUBJECTS[number]) for sentence in SENTENCES]


def body(number: int) -> str:
    """The paragraphs as elements."""
    return "".join(f"<p>{text}</p>" for text in prose(number))


def signed(number: int) -> str:
    """A byline and a date."""
    date = f'<time datetime="2024-03-0{number + 1}">March {number + 1}, 2024</time>'
    return f'<div class="meta"><span class="byline">By {AUTHORS[number]}</span> {date}</div>'


def page(inner: str) -> str:
    """A page of a site."""
    return (
        f'<html lang="en"><head><title>{TITLES[0]} - The Daily Lake</title></head><body><nav><a href="/">Home</a></nav>'
        f"<main>{inner}</main><footer>© 2024 The Daily Lake. All rights reserved</footer></body></html>"
    )


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
}


@pytest.mark.parametrize("name", SEVERAL)
def test_each_article_is_a_story_of_its_own(name: str) -> None:
    """Five stories with their headlines, authors, dates and all of their paragraphs, and nothing of the page."""
    stories = clean(SEVERAL[name], format="html")
    assert [story.headline for story in stories] == list(TITLES)
    assert [story.authors for story in stories] == [(author,) for author in AUTHORS]
    assert [(story.published or "")[:10] for story in stories] == [f"2024-03-0{number + 1}" for number in range(5)]
    assert [story.text.split("\n\n") for story in stories] == [prose(number) for number in range(5)]


@pytest.mark.parametrize("name", ONE)
def test_one_article_stays_one_story(name: str) -> None:
    """Subheads and teasers are not signed, and start nothing."""
    (story,) = clean(ONE[name], format="html")
    assert story.headline == TITLES[0]
    assert prose(0)[0] in story.text
