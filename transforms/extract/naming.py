"""What the names of an element say of it: class, id, role and itemprop, read word by word.

Templates of every kind name their parts alike, whatever the site's language, because the words are their makers': "byline",
"related", "newsletter". A name is compared by whole words ("post-author" has "author", "authority" has not), and none of
them is a site's own. The price: a template that wraps its whole page in a "sidebar" element would lose it, so a name that
stands on much of a page's prose says nothing there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.shapes import Block

BYLINE_NAMES: Final = frozenset({
    "author", "authors", "authorname", "auteur", "autor", "autore", "byline", "bylines", "contributor", "contributors",
    "reporter", "vcard", "writer",
})  # fmt: skip
DATE_NAMES: Final = frozenset({
    "date", "dateline", "datepublished", "datetime", "datum", "fecha", "posted", "pubdate", "publishdate", "published",
    "timestamp",
})  # fmt: skip
CAPTION_NAMES: Final = frozenset({
    "caption", "captions", "credit", "credits", "figcaption", "imagecaption", "legend", "legende", "photocredit",
})  # fmt: skip
DECK_NAMES: Final = frozenset({
    "abstract", "chapeau", "deck", "dek", "excerpt", "standfirst", "subhead", "subheadline", "subline", "subtitle",
    "subtitulo", "summary", "tagline", "underline", "vorspann",
})  # fmt: skip
LEAD_NAMES: Final = DECK_NAMES | frozenset({
    "anleser", "bajada", "description", "entradilla", "ingress", "intro", "introduction", "lead", "lede", "leadtext", "perex",
    "sommario", "teaser",
})  # fmt: skip
"""Names of a deck that mean other things away from a headline."""
COMMENT_NAMES: Final = frozenset({
    "comment", "commentaires", "commenter", "commentlist", "comments", "discussion", "kommentar", "kommentare", "replies",
    "reply", "respond",
})  # fmt: skip
FURNITURE_NAMES: Final = COMMENT_NAMES | frozenset({
    "advert", "advertisement", "advertising", "advertorial", "breadcrumb", "breadcrumbs", "cookie", "cookies", "consent",
    "footer", "login", "menu", "mostread", "navbar", "navigation", "newsletter", "newsletters", "optin", "outbrain", "pager",
    "pagination", "paginator", "paywall", "popular", "popup", "promo", "promobox", "promos", "recirculation", "recommendations",
    "recommended", "related", "relatedposts", "share", "sharebar", "sharedaddy", "sharing", "sidebar", "signup", "social",
    "socials", "sponsor", "sponsored", "subscribe", "subscription", "taboola", "tagcloud", "toolbar", "trending",
})  # fmt: skip
"""Parts of a page that are no story's, as templates name them."""
COMMON_SHARE: Final = 0.5
"""Share of a page's prose under a name from which that name says nothing: it is the name of a wrapper."""
_STORY_NAME: Final = re.compile(
    r"(?:(?:news|blog|feed|list|single|full|infinite|main|next)[-_]*)*(?:post|story|article|entry|hentry|h-entry)"
    r"(?:[-_]*(?:item|wrap|wrapper|container|box|card|block|full|single|entry|unit|row|\d+))*",
)
_NUMBER: Final = re.compile(r"\d+")
_SPLIT: Final = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=8192)
def name_words(names: str) -> frozenset[str]:
    """The words of an element's names.

    >>> sorted(name_words("post-author is-bold"))
    ['author', 'bold', 'is', 'post']
    """
    return frozenset(_SPLIT.split(names)) - {""}


def is_named(block: Block, words: frozenset[str]) -> bool:
    """Whether the names of the block's element or of its nearest ancestors have one of these words."""
    names = block.layout.names
    return bool(names) and not words.isdisjoint(name_words(names))


@lru_cache(maxsize=8192)
def is_story_name(names: str) -> bool:
    """Whether one of an element's names is that of a whole story in a list of them.

    >>> is_story_name("row news-item_post"), is_story_name("story-card-2 big"), is_story_name("article-body section")
    (False, True, False)
    """
    return any(_STORY_NAME.fullmatch(name) for name in names.split())


def furniture_names(blocks: Sequence[Block], lines: Sequence[LineFeatures]) -> frozenset[str]:
    """The words of `FURNITURE_NAMES` that say something on this page.

    A story stands above its page's comments and related stories, so a name on much of the first half of the prose is that of
    a wrapper, or of a state ("comments-open", "has-sidebar").

    Args:
        blocks: the page's.
        lines: their features.
    """
    prose = [(line.units, name_words(block.layout.names)) for block, line in zip(blocks, lines, strict=True) if line.prose]
    half = sum(units for units, _ in prose) / 2
    weight: Counter[str] = Counter()
    seen = 0.0
    for units, words in prose:
        if seen > half:
            break
        seen += units
        for word in FURNITURE_NAMES & words:
            weight[word] += int(units)
    return frozenset(word for word in FURNITURE_NAMES if weight[word] <= COMMON_SHARE * seen)


def template_of(block: Block) -> str:
    """A block's element and names, numbers aside: the same for each item of a list."""
    return block.layout.tag + " " + _NUMBER.sub("", block.layout.names)


def alike(first: Block, second: Block) -> bool:
    """Whether two headings come from one template: the same first name, and half of the others, numbers aside."""
    one, other = _numberless(first.layout.names), _numberless(second.layout.names)
    if not one or not other:
        return one == other
    both = set(one).intersection(other)
    return one[0] == other[0] and len(both) * 2 >= len(set(one).union(other))


@lru_cache(maxsize=8192)
def _numberless(names: str) -> tuple[str, ...]:
    return tuple(_NUMBER.sub("", names).split())
