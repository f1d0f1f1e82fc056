"""What a page says of its own story: title, authors, date, section, language, address.

Sources in the order in which they are believed, field by field: JSON-LD, then citation and article meta tags, then sharing
tags (og:, twitter:), then <title>. `itemprop` and `rel=author` in the body are `PageFacts.add_element`'s where they are meta
or link elements; in running text they are blocks with names, which `extract` reads.

Nothing is made up: a value that is not there, or is no date or no name, is left out. Whom it could harm: a site that puts
its own name where the author belongs has it taken for the author, unless it says its name elsewhere too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from copydesk.transforms.decode.linked_data import MAX_THINGS, first_text, is_article, name_of, people, things_of
from copydesk.transforms.decode.values import ADDRESS, MAX_VALUE, iso_date, signature_names, split_names, tidy
from copydesk.transforms.shapes import Metadata, Source

MAX_AUTHORS: Final = 20
MAX_JSON: Final = 2_000_000
"""Characters of one JSON-LD script that are parsed; real ones have a few thousand."""
MAX_SIGNED: Final = 12
SIGNED_TOGETHER: Final = 3
"""Blocks from one author's name to the next of the same story: their trades and handles stand between. Farther down are the
authors of other stories."""
MAX_HEADINGS: Final = 12
MAX_PARTS: Final = 50
"""Articles of a page whose own statements are kept; the longest lists of whole stories have about 20."""
_TITLES: Final = (
    "citation_title", "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "headline",
)  # fmt: skip
_AUTHORS: Final = (
    "citation_author", "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "byline", "og:article:author", "cxenseparse:author",
)  # fmt: skip
_DATES: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "citation_publication_date", "citation_date",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date",
    "pubdate",
    "publish-date",
    "publishdate", "publish_date", "publication_date", "date.published", "article.published", "cxenseparse:recs:publishtime",
    "og:published_time", "ptime", "date",
)  # fmt: skip
_SECTIONS: Final = ("article:section", "og:article:section", "parsely-section", "section", "articlesection", "sailthru.section")
_SITES: Final = ("og:site_name", "application-name", "twitter:site", "publisher", "dc.publisher", "article:publisher")
_SEPARATOR: Final = re.compile(r"\s+[|\u2013\u2014»«·•:\u2022-]+\s+|\s*[|»]\s*|\s+::\s+")
@dataclass(slots=True)
class PageFacts:
    """Collected while the page is parsed: its meta tags, links, title and JSON-LD."""

    title: str | None = None
    language: str | None = None
    metas: dict[str, list[str]] = field(default_factory=dict)
    canonical: str | None = None
    headings: set[str] = field(default_factory=set)
    """`_key`s of the first headings."""
    signed: list[tuple[int, str]] = field(default_factory=list)
    """Elements that are said to name an author: the number of the block before which each ends, and its text."""
    dates: list[str] = field(default_factory=list)
    """Of the elements that say that they hold the date of publication."""
    times: list[str] = field(default_factory=list)
    """Of the other `time` elements."""
    things: list[Mapping[str, object]] = field(default_factory=list)

    def add_element(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A meta, link, html or base element."""
        if tag == "html":
            self.language = self.language or tidy(attributes.get("lang") or attributes.get("xml:lang"))
        elif tag == "link":
            if "canonical" in attributes.get("rel", "").lower().split() and self.canonical is None:
                self.canonical = tidy(attributes.get("href"))
        elif tag == "meta":
            content = tidy(attributes.get("content"))
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            if content and key and len(key) < 100 and len(self.metas) < MAX_VALUE:
                values = self.metas.setdefault(key.strip().lower(), [])
                if len(values) < MAX_AUTHORS:
                    values.append(content)

    def add_heading(self, text: str) -> None:
        """The text of a heading; the first few may be the title's."""
        if len(self.headings) < MAX_HEADINGS and len(text) < MAX_VALUE:
            self.headings.add(_key(text))

    @property
    def may_be_signed(self) -> bool:
        """Whether one more signature is worth reading."""
        return len(self.signed) < MAX_SIGNED

    def sign(self, text: str, block: int) -> None:
        """The text of an element that names an author, its parts on lines of their own."""
        if not text.isspace() and text:
            self.signed.append((block, text))

    def add_time(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element that may hold a date for machines."""
        value = attributes.get("datetime") or attributes.get("content")
        if value and len(value) < 100:
            if "datepublished" in attributes.get("itemprop", "").lower() or "pubdate" in attributes:
                self.dates.append(value)
            elif tag == "time" and len(self.times) < MAX_VALUE:
                self.times.append(value)

    def add_text(self, tag: str, text: str) -> None:
        """The text of a title element or of a JSON-LD script."""
        if tag == "title":
            self.title = self.title or tidy(text)
        elif len(text) <= MAX_JSON:
            self.things += things_of(text, MAX_THINGS - len(self.things))

    def metadata(self) -> Metadata:
        """The fields, each from the most trusted place that has it."""
        articles = [thing for thing in self.things if is_article(thing)]
        article = next((thing for thing in articles if self._heads(thing)), articles[0] if articles else {})
        site = self._site()
        return Metadata(
            parts=self._parts(articles, site),
            title=self._title(article, site),
            authors=self._authors(article, site),
            published=iso_date(article.get("datePublished")) or self._published(),
            section=first_text(article.get("articleSection")) or next(iter(self._all(_SECTIONS)), None),
            language=_language(self.language) or _language(first_text(article.get("inLanguage"))) or self._locale(),
        )

    def _heads(self, article: Mapping[str, object]) -> bool:
        """Whether one of the page's first headings is this article's headline."""
        return any(_key(name) in self.headings for name in (tidy(article.get("headline")), tidy(article.get("name"))) if name)

    def _parts(self, articles: list[Mapping[str, object]], site: str | None) -> tuple[Metadata, ...]:
        """What JSON-LD says of each article, where it tells of several that have a headline each."""
        found: dict[str, Metadata] = {}
        for article in articles[:MAX_PARTS]:
            title = tidy(article.get("headline")) or tidy(article.get("name"))
            if title and _key(title) not in found:
                found[_key(title)] = Metadata(
                    title=title,
                    authors=self._people(article, site),
                    published=iso_date(article.get("datePublished")),
                    section=first_text(article.get("articleSection")),
                )
        return tuple(found.values()) if len(found) > 1 else ()

    def address(self) -> str | None:
        """The page's own address, by its canonical link or og:url, if it is absolute."""
        candidates = (self.canonical, *self.metas.get("og:url", ()))
        return next((url for url in candidates if url and url.lower().startswith(("http://", "https://"))), None)

    def _all(self, keys: tuple[str, ...]) -> Iterator[str]:
        for key in keys:
            yield from self.metas.get(key, ())

    def _site(self) -> str | None:
        named = next((value for key in _SITES for value in self.metas.get(key, ()) if not ADDRESS.search(value)), None)
        if named:
            return named
        sites = (thing for thing in self.things if thing.get("@type") in ("WebSite", "NewsMediaOrganization"))
        return next(map(name_of, sites), None)

    def _title(self, article: Mapping[str, object], site: str | None) -> str | None:
        """The most trusted title; an article's name instead where that, and not its "headline", heads the page."""
        headline, name = tidy(article.get("headline")), tidy(article.get("name"))
        if name and _key(name) in self.headings and _key(headline or "") not in self.headings:
            return name
        told = headline or next(iter(self._all(_TITLES)), None) or name or self.title
        return without_site(told, site, self.headings) if told else None

    def _published(self) -> str | None:
        """By meta tags, by an element that says so, or by the only date that the page has for machines."""
        stated = next(filter(None, map(iso_date, [*self._all(_DATES), *self.dates])), None)
        if stated:
            return stated
        times = list(filter(None, map(iso_date, self.times)))
        return times[0] if times and len({time[:10] for time in times}) == 1 else None

    def _authors(self, article: Mapping[str, object], site: str | None) -> tuple[str, ...]:
        named = list(self._people(article, site))
        if not named:
            for key in _AUTHORS:
                named = [name for value in self.metas.get(key, ()) for name in split_names(value)]
                if named := [name for name in named if not _is_site(name, site)]:
                    break
        named = named or self._signatures(site)
        return tuple(dict.fromkeys(name for name in named if not ADDRESS.search(name)))[:MAX_AUTHORS]

    def _people(self, article: Mapping[str, object], site: str | None) -> tuple[str, ...]:
        return tuple(name for name in people(article.get("author"), self.things) if not _is_site(name, site))

    def _signatures(self, site: str | None) -> list[str]:
        """The names of the page's first signature and of those right beside it; one that holds another is its link's text."""
        named: list[str] = []
        last = 0
        for block, text in self.signed:
            if named and block - last > SIGNED_TOGETHER:
                break
            found = [name for name in signature_names(text) if not _is_site(name, site)]
            last = block if found else last
            named += found
        return [name for name in named if not any(other != name and other in name for other in named)]

    def _locale(self) -> str | None:
        return next(filter(None, map(_language, self._all(("og:locale", "language", "dc.language", "content-language")))), None)


def _is_site(name: str, site: str | None) -> bool:
    return site is not None and name.casefold().strip("@") == site.casefold().strip("@")


def without_site(title: str, site: str | None, headings: Collection[str] = ()) -> str:
    """A title without the site's name at either end.

    Its name is cut where the page says it elsewhere, where what is left stands on the page as a heading, or where a bar parts
    it: "Rain - a guide" is one title.

    Args:
        title: as the page gives it.
        site: the site's name, if the page says it.
        headings: `_key`s of the page's first headings.

    >>> without_site("Rain falls | The Daily Drop", "The Daily Drop"), without_site("Rain - a guide", None)
    ('Rain falls', 'Rain - a guide')
    """
    parts = [match.span() for match in _SEPARATOR.finditer(title)]
    if not parts or _key(title) in headings:
        return title
    if site and (wanted := _key(site)):
        for start, end in parts:
            if _key(title[end:]) in {wanted, wanted + "com", "the" + wanted}:
                return title[:start].strip()
            if _key(title[:start]) == wanted:
                return title[end:].strip()
    for start, end in reversed(parts):
        for part in (title[:start], title[end:]):
            if _key(part) in headings and len(part) * 2 > len(title):
                return part.strip()
    start, end = parts[-1]
    if "|" in title[start:end] and len(title[end:].split()) <= 4 < len(title[:start].split()):
        return without_site(title[:start].strip(), site, headings)  # a bar parts a site's name as nothing else does
    return title


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _language(value: str | None) -> str | None:
    """A BCP 47 tag of a language attribute or locale, or None."""
    found = re.match(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?(?![a-zA-Z])", value or "")
    if not found:
        return None
    language, script, region = found.groups()
    return "-".join(filter(None, (language.lower(), script and script.title(), region and region.upper())))


# --- what the row said first -------------------------------------------------------------------------------------------


def merge(told: Metadata, found: Metadata) -> Metadata:
    """What came with the item, completed from the page."""
    return Metadata(
        title=told.title or found.title,
        authors=told.authors or found.authors,
        published=told.published or found.published,
        section=told.section or found.section,
        language=told.language or found.language,
        description=told.description or found.description,
        parts=found.parts,
    )


def addressed(source: Source, facts: PageFacts) -> Source:
    """The source with the page's own address, where none was given."""
    url = facts.address() if source.url is None else None
    return replace(source, url=url) if url else source
