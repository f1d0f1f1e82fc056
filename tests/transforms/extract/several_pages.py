"""Pages of five stories in forty templates: eight kinds of wrapper, each in five designs.

A design sets the order of headline, date, byline, deck, picture and caption, how deep they stand, and the furniture between
stories. No class name is that of a site or a theme that the code was written on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SUBJECTS: Final = ("ferry", "library", "bridge", "kitchen", "glacier")
TITLES: Final = (
    "Ferry returns to the lake after eleven years",
    "Library opens its night reading room",
    "Old bridge gets a second life as a garden",
    "School kitchen wins prize for lentil soup",
    "Glacier museum closes for the winter early",
)
AUTHORS: Final = ("Ada Winter", "Ben Holm", "Cara Lind", "Dov Stein", "Eva Kral")
DAYS: Final = tuple(f"2024-03-0{number}" for number in range(1, 6))
DATES: Final = tuple(f"March {number}, 2024" for number in range(1, 6))
SENTENCES: Final = (
    "The story of the {} begins on a Monday, when the council met in the old hall and listened to forty people for hours.",
    "Nobody had expected so many to speak about the {}, and the chairs ran out before the second of them had begun to talk.",
    "“We will do it properly or not at all,” said the mayor of the {}, who had promised the same in the spring of last year.",
    "It stayed a matter of the {}.",
    "Work on the {} is to begin in June, and the first visitors are expected before the leaves fall in the park by the river.",
)
DECKS: Final = tuple(f"A plan for the {subject} that took a decade has found its money at last." for subject in SUBJECTS)
CAPTIONS: Final = tuple(f"The {subject}, seen from the north." for subject in SUBJECTS)
SITE: Final = "The Daily Lake"


def prose(number: int) -> list[str]:
    """The paragraphs of one story."""
    return [sentence.format(SUBJECTS[number]) for sentence in SENTENCES]


@dataclass(frozen=True)
class Design:
    """How a template sets the parts of a story, `{...}` standing for them, and what stands between two stories."""

    name: str
    story: str
    between: str
    paragraph: str = "<p>{}</p>"
    deck: bool = False
    caption: bool = False


DESIGNS: Final = (
    Design(
        "kicker, headline, deck, figure, byline",
        "<p class=kicker>Town</p>{h}<p class=standfirst>{deck}</p>"
        "<figure><img src=x.jpg><figcaption>{caption}</figcaption></figure>"
        "<div class=story-meta><span class=by>By {author}</span> <time datetime={day}T08:30:00Z>{date}</time></div>"
        "<div class=story-text>{body}</div><div class=share-row><a href=#f>Share</a> <a href=#t>Tweet</a></div>",
        "<div class=newsletter-box><h4>Stay in the know</h4>"
        "<p>Our best stories of the week come to your inbox every Friday, free of charge.</p>"
        "<form><input type=email><button>Sign up</button></form></div>",
        deck=True,
        caption=True,
    ),
    Design(
        "date above, byline below the text",
        "<div class=dayline>{date}</div>{h}<div class=copy>{body}</div><p class=signature>By {author}</p>",
        "<div class=more><h5>Read next</h5><ul><li><a href=/x>Mayor locked in his own office</a></li>"
        "<li><a href=/y>Goose holds up the morning train</a></li></ul></div>",
    ),
    Design(
        "byline and date in one line, caption in a div",
        "<div class=top>{h}<p class=posted>By {author} | {date}</p></div>"
        "<div class=pic><img src=x.jpg><div class=pic-caption>{caption}</div></div>"
        "<div class=text><div class=inner>{body}</div></div>",
        "<div class=ad-slot>Advertisement</div>",
        paragraph="<div>{}</div>",
        caption=True,
    ),
    Design(
        "picture first, byline and date as a list",
        "<figure class=lead><img src=x.jpg><figcaption class=c>{caption}</figcaption></figure>{h}"
        "<ul class=info><li class=author>{author}</li><li class=published>{date}</li></ul>"
        "<section class=main-text>{body}</section>",
        "<aside class=related-stories><h4>Related</h4>"
        "<p><a href=/x>Mayor locked in his own office for most of Tuesday</a></p></aside>",
        caption=True,
    ),
    Design(
        "deck as a heading, relative time, address",
        "<header>{h}<h4 class=subtitle>{deck}</h4><address>by <a rel=author href=/a>{author}</a></address>"
        "<time datetime={day}T10:00:00+01:00>2 hours ago</time></header>"
        "<ul class=social-links><li><a href=#f>Facebook</a></li><li><a href=#m>Mail</a></li></ul>{body}"
        "<p class=tagline-tags>Tags: <a href=/t>town</a>, <a href=/l>lake</a></p>",
        "<hr><p class=up-next><a href=/n>Up next</a></p>",
        deck=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What wraps each story, and what wraps them all; `{0}` stands for a story, `{n}` for its number."""

    name: str
    wraps: tuple[str, ...]
    around: tuple[str, ...]
    levels: tuple[str, ...]
    stated: bool = False
    """JSON-LD tells of each story."""


KINDS: Final = (
    Kind(
        "sibling articles",
        (
            "<article>{0}</article>",
            "<article class='c-card big'>{0}</article>",
            "<div><article>{0}</article></div>",
            "<article id=a{n}><div><div>{0}</div></div></article>",
            "<section><article class=entry-{n}>{0}</article></section>",
        ),
        (
            "{}",
            "<div class=river>{}</div>",
            "<section>{}</section>",
            "<div class=column>{}</div>",
            "{}",
        ),
        (
            "h1",
            "h2",
            "h2",
            "h1",
            "h3",
        ),
    ),
    Kind(
        "infinite scroll",
        (
            "<div class=infinite-scroll>{0}</div>",
            "<div class='scroll-page page-{n}'>{0}</div>",
            "<div data-page={n}><div>{0}</div></div>",
            "<section class=lazy-loaded>{0}</section>",
            "<div class=next-story-loaded id=s{n}>{0}</div>",
        ),
        (
            "{}",
            "<div id=scroller>{}</div>",
            "<div><div>{}</div></div>",
            "{}",
            "<div class=stack>{}</div>",
        ),
        ("h1",) * 5,
    ),
    Kind(
        "an add box below the first",
        (
            "<div class=post-add-story>{0}</div>",
            "<div class=appended>{0}</div>",
            "<div class=load-more-item><div>{0}</div></div>",
            "<div class=extra-post>{0}</div>",
            "<div class=add-on>{0}</div>",
        ),
        (
            "<div id=post-add-box>{}</div>",
            "<div class=more-posts>{}</div>",
            "<div id=loaded>{}</div>",
            "<div>{}</div>",
            "{}",
        ),
        (
            "h1",
            "h1",
            "h2",
            "h1",
            "h2",
        ),
    ),
    Kind(
        "a listing that loads more",
        (
            "<div class=listing-item>{0}</div>",
            "<li>{0}</li>",
            "<div class=ajax-item>{0}</div>",
            "<div role=listitem>{0}</div>",
            "<div class='grid-cell'>{0}</div>",
        ),
        (
            "<div class=listing>{}</div>",
            "<ul class=stream>{}</ul>",
            "<div class=ajax-list>{}</div>",
            "<div role=list>{}</div>",
            "<div class=grid>{}</div>",
        ),
        (
            "h2",
            "h2",
            "h3",
            "h2",
            "h3",
        ),
    ),
    Kind(
        "stories nested in divs",
        (
            "<div class=wrap><div class=story>{0}</div></div>",
            "<div><div><div class=news-item>{0}</div></div></div>",
            "<div class=row><div class=col><div class='story-block'>{0}</div></div></div>",
            "<div class=a><div class=b>{0}</div></div>",
            "<div class=story-{n}><div class=in>{0}</div></div>",
        ),
        (
            "{}",
            "<div>{}</div>",
            "<div class=container>{}</div>",
            "{}",
            "<div><div>{}</div></div>",
        ),
        (
            "h2",
            "h1",
            "h2",
            "h3",
            "h2",
        ),
    ),
    Kind(
        "a feed by role",
        (
            "<div role=article>{0}</div>",
            "<section role=article>{0}</section>",
            "<div role=article tabindex=0 aria-posinset={n}>{0}</div>",
            "<article role=article>{0}</article>",
            "<div class=unit role=article>{0}</div>",
        ),
        (
            "<div role=feed>{}</div>",
            "<section role=feed>{}</section>",
            "<div role=feed aria-busy=false>{}</div>",
            "<main role=feed>{}</main>",
            "<div class=f role=feed>{}</div>",
        ),
        (
            "h3",
            "h2",
            "h2",
            "h1",
            "h2",
        ),
    ),
    Kind(
        "a blog's index with whole posts",
        (
            "<div class='post hentry'>{0}</div>",
            "<div class=blog-post>{0}</div>",
            "<div class='entry post-{n}'>{0}</div>",
            "<div class=h-entry>{0}</div>",
            "<div class=weblog-entry>{0}</div>",
        ),
        (
            "<div id=content>{}</div>",
            "<div class=posts>{}</div>",
            "<div id=main>{}</div>",
            "<div class=h-feed>{}</div>",
            "{}",
        ),
        (
            "h2",
            "h2",
            "h3",
            "h2",
            "h3",
        ),
    ),
    Kind(
        "sections that only JSON-LD tells apart",
        (
            "<section>{0}</section>",
            "<div>{0}</div>",
            "<section class=part-{n}>{0}</section>",
            "{0}",
            "<div class=block>{0}</div>",
        ),
        (
            "{}",
            "<div class=flow>{}</div>",
            "<div>{}</div>",
            "{}",
            "<section>{}</section>",
        ),
        (
            "h2",
            "h2",
            "h3",
            "h2",
            "h2",
        ),
        stated=True,
    ),
)  # fmt: skip
BARE: Final = "{h}{body}"


def _story(number: int, kind: Kind, which: int) -> str:
    design = DESIGNS[which]
    tag = kind.levels[which]
    title = f"<a href=/{number}>{TITLES[number]}</a>" if which % 2 else TITLES[number]
    story = (BARE if kind.stated else design.story).format(
        h=f"<{tag} class=title>{title}</{tag}>",
        deck=DECKS[number],
        caption=CAPTIONS[number],
        author=AUTHORS[number],
        day=DAYS[number],
        date=DATES[number],
        body="".join(design.paragraph.format(text) for text in prose(number)),
    )
    return kind.wraps[which].format(story, n=number + 1)


def _statement(which: int) -> str:
    """JSON-LD of all stories: as a list, as a graph, as the items of a list or as the posts of a blog."""
    things = [
        {"@type": "NewsArticle", "headline": title, "datePublished": day, "author": {"@type": "Person", "name": author}}
        for title, day, author in zip(TITLES, DAYS, AUTHORS, strict=True)
    ]
    shapes = (
        things,
        {"@graph": things},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": thing} for thing in things]},
        {"@type": "Blog", "blogPost": things},
        {"@type": "CollectionPage", "hasPart": things},
    )
    return f'<script type="application/ld+json">{json.dumps(shapes[which])}</script>'


def page(inner: str, head: str = "", title: str = TITLES[0]) -> str:
    """A page of the site around this."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title} - {SITE}</title>'
        f'<meta property="og:site_name" content="{SITE}">'
        f"{head}</head><body class=home><header><a href=/>{SITE}</a></header>"
        "<nav><a href=/>Home</a> <a href=/news>News</a></nav>"
        f"<main>{inner}</main><footer><p>© 2024 {SITE}. All rights reserved</p></footer></body></html>"
    )


def templates() -> Iterator[tuple[str, str, Design | None]]:
    """Each template's name, its page and its design; None where the stories have no head but a headline."""
    for kind in KINDS:
        for which, design in enumerate(DESIGNS):
            stories = design.between.join(_story(number, kind, which) for number in range(5))
            head = _statement(which) if kind.stated else ""
            name = f"{kind.name}: {which + 1}" if kind.stated else f"{kind.name}: {design.name}"
            yield name, page(kind.around[which].format(stories), head), None if kind.stated else design
