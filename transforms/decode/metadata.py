"""What a page says of its own story: title, authors, date, section, language, address.

Sources in the order in which they are believed, field by field: JSON-LD, then citation and article meta tags, then sharing
tags (og:, twitter:), then <title>. `itemprop` and `rel=author` in the body are `PageFacts.add_element`'s where they are meta
or link elements; in running text they are blocks with names, which `extract` reads.

Nothing is made up: a value that is not there, or is no date or no name, is left out. Whom it could harm: a site that puts
its own name where the author belongs has it taken for the author, unless it says its name elsewhere too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Final

from copydesk.transforms.shapes import Metadata, Source

MAX_VALUE: Final = 1_000
"""Characters of one value; a longer one is no title, name or date."""
MAX_AUTHORS: Final = 20
MAX_NAME: Final = 80
"""Characters of a name; longer ones are sentences about the author."""
MAX_JSON: Final = 2_000_000
"""Characters of one JSON-LD script that are parsed; real ones have a few thousand."""
MAX_SIGNED: Final = 12
SIGNED_TOGETHER: Final = 3
"""Blocks from one author's name to the next of the same story: their trades and handles stand between. Farther down are the
authors of other stories."""
MAX_HEADINGS: Final = 12
MAX_THINGS: Final = 5_000
"""JSON-LD objects of a page that are looked at."""

_ARTICLE: Final = re.compile(r"(?:Article|BlogPosting|NewsStory|LiveBlogPosting|Report|Review|Recipe|Posting)$")
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
_DATE: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?)?(?!\d)",
)
_SLASHED: Final = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)$")
_ADDRESS: Final = re.compile(r"^\s*(?:https?:|www\.|/|@)|\.(?:com|org|net)\b/", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d{2}")
_OPENERS: Final = frozenset({"", "by", "von", "par", "por", "di", "door", "av", "af", "author", "autor", "auteur", "written by"})
_BY: Final = re.compile(r"^(?:(?:written |words )?by|von|par|por|di|door|av|af|(?:author|autor|auteur|autore)\s*:)\s*(?=\S)(?<=[\s:])", re.IGNORECASE)
_ALL_BY: Final = re.compile(r"[^\n]*\s[a-zà-öø-ÿ]\S*\s(?:[^\n]*\s)?(?:by|von|par|por|di|door|av|af|from|of)\s+(?=[^\W\d_])")
"""The text of a link to all that somebody wrote: an opening word behind a word without a capital, which names have none of."""
_NESTING: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "blogPost", "hasPart")
"""Where an object of JSON-LD keeps those that the page is about."""
_WRAPPING: Final = re.compile(r"^(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)+")
"""What old templates put before JSON, against parsers that knew no script."""
_WHITE: Final = re.compile(r"\s+")
_SURROGATES: Final = re.compile("[\ud800-\udfff]+")
"""JSON-LD may spell lone ones as escapes; no record can hold them."""


def tidy(value: object) -> str | None:
    r"""A value as one line of text without entities, or None if it is empty, too long or no text.

    >>> tidy("  Rain &amp; snow\n")
    'Rain & snow'
    """
    if not isinstance(value, str) or len(value) > 8 * MAX_VALUE:
        return None
    text = _WHITE.sub(" ", _SURROGATES.sub("", unescape(unescape(value)) if "&" in value else value)).strip()
    return text if text and len(text) <= MAX_VALUE else None


def iso_date(value: object) -> str | None:
    """A date or date-time of a machine-readable field as ISO 8601, with its time and zone where it has them, else None.

    >>> iso_date("2024-03-05 10:20:00Z"), iso_date("20240305"), iso_date("Tue, 05 Mar 2024 10:20:00 +0100"), iso_date("3/4/24")
    ('2024-03-05T10:20:00Z', '2024-03-05', '2024-03-05T10:20:00+01:00', None)
    """
    text = tidy(value)
    if text is None:
        return None
    if found := _DATE.match(text):
        return _iso(found)
    if found := _SLASHED.match(text):
        year, month, day = map(int, found.groups())
        return _checked(f"{year:04}-{month:02}-{day:02}")
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _iso(found: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second, zone = found.groups()
    date = _checked(f"{year}-{month}-{day}")
    if date is None or hour is None:
        return date
    moment = f"{date}T{hour}:{minute}:{second or '00'}"
    if zone:
        digits = zone[1:].replace(":", "")
        moment += "Z" if zone in {"Z", "UTC", "GMT"} else f"{zone[0]}{digits[:2]}:{digits[2:] or '00'}"
    return _checked(moment) or date


def _checked(moment: str) -> str | None:
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return moment if 1600 <= parsed.year <= 2200 else None


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
            self.things += _things(text, MAX_THINGS - len(self.things))

    def metadata(self) -> Metadata:
        """The fields, each from the most trusted place that has it."""
        articles = [thing for thing in self.things if _is_article(thing)]
        article = next((thing for thing in articles if self._heads(thing)), articles[0] if articles else {})
        site = self._site()
        return Metadata(
            parts=self._parts(articles, site),
            title=self._title(article, site),
            authors=self._authors(article, site),
            published=iso_date(article.get("datePublished")) or self._published(),
            section=_first_text(article.get("articleSection")) or next(iter(self._all(_SECTIONS)), None),
            language=_language(self.language) or _language(_first_text(article.get("inLanguage"))) or self._locale(),
        )

    def _heads(self, article: Mapping[str, object]) -> bool:
        """Whether one of the page's first headings is this article's headline."""
        return any(_key(name) in self.headings for name in (tidy(article.get("headline")), tidy(article.get("name"))) if name)

    def _parts(self, articles: list[Mapping[str, object]], site: str | None) -> tuple[Metadata, ...]:
        """What JSON-LD says of each article, where it tells of several that have a headline each."""
        found: dict[str, Metadata] = {}
        for article in articles:
            title = tidy(article.get("headline")) or tidy(article.get("name"))
            if title and _key(title) not in found:
                found[_key(title)] = Metadata(
                    title=title,
                    authors=tuple(name for name in _people(article.get("author"), self.things) if not _is_site(name, site)),
                    published=iso_date(article.get("datePublished")),
                    section=_first_text(article.get("articleSection")),
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
        named = next((value for key in _SITES for value in self.metas.get(key, ()) if not _ADDRESS.search(value)), None)
        if named:
            return named
        return next((_name(thing) for thing in self.things if thing.get("@type") in ("WebSite", "NewsMediaOrganization")), None)

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
        named = [name for name in _people(article.get("author"), self.things) if not _is_site(name, site)]
        if not named:
            for key in _AUTHORS:
                named = [name for value in self.metas.get(key, ()) for name in split_names(value)]
                if named := [name for name in named if not _is_site(name, site)]:
                    break
        named = named or self._signatures(site)
        return tuple(dict.fromkeys(name for name in named if not _ADDRESS.search(name)))[:MAX_AUTHORS]

    def _signatures(self, site: str | None) -> list[str]:
        """The names of the page's first signature and of those right beside it; one that holds another is its link's text."""
        named: list[str] = []
        last = 0
        for block, text in self.signed:
            if named and block - last > SIGNED_TOGETHER:
                break
            found = [name for name in _signature_names(text) if not _is_site(name, site)]
            last = block if found else last
            named += found
        return [name for name in named if not any(other != name and other in name for other in named)]

    def _locale(self) -> str | None:
        return next(filter(None, map(_language, self._all(("og:locale", "language", "dc.language", "content-language")))), None)


def _is_site(name: str, site: str | None) -> bool:
    return site is not None and name.casefold().strip("@") == site.casefold().strip("@")


def split_names(value: object) -> list[str]:
    """Names of a field that may hold several, without "By".

    >>> split_names("By Ann Lee and Bo Ek"), split_names("Lee, Ann"), split_names("Ann Lee, Bo Ek; Cy Doe")
    (['Ann Lee', 'Bo Ek'], ['Lee, Ann'], ['Ann Lee', 'Bo Ek', 'Cy Doe'])
    """
    text = tidy(value)
    if text is None or _ADDRESS.search(text):
        return []
    text = _BY.sub("", text)
    parts = re.split(r"\s*;\s*|\s+(?:and|&|und|et|y)\s+(?=[^\W\d_])", text)
    names = []
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",")]
        names += pieces if all(" " in piece for piece in pieces) else [part.strip()]
    names = [name.strip(" —–-|·•:") for name in names]
    return [name for name in names if any(map(str.isalpha, name)) and len(name) <= MAX_NAME and not _DIGITS.search(name)]


def _signature_names(text: str) -> list[str]:
    r"""The names of the first line of a signature that has any.

    >>> _signature_names("by Ann Lee\nMay 5, 2024\n@annlee"), _signature_names("By\nAnn Lee"), _signature_names("See all posts by Bo Ek")
    (['Ann Lee'], ['Ann Lee'], ['Bo Ek'])
    """
    for line in text.split("\n"):
        told = tidy(line) or ""
        if told.rstrip(":").casefold() in _OPENERS:
            continue
        opened = _ALL_BY.match(told)
        if names := split_names(told[opened.end() :] if opened else told):
            return names
    return []


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


# --- JSON-LD -----------------------------------------------------------------------------------------------------------


def _things(text: str, limit: int) -> Iterator[Mapping[str, object]]:
    """Every object of a JSON-LD script that stands at its top, in a list or in @graph, in their order."""
    try:
        data, _end = json.JSONDecoder(strict=False).raw_decode(_WRAPPING.sub("", text))
    except (ValueError, RecursionError):
        return
    waiting = [data]
    while waiting and limit > 0:
        thing = waiting.pop(0)
        limit -= 1
        if isinstance(thing, list):
            waiting[:0] = thing[:MAX_THINGS]
        elif isinstance(thing, dict):
            yield thing
            inner = (thing.get(key) for key in _NESTING)
            waiting[:0] = [value for value in inner if isinstance(value, (dict, list))]


def _is_article(thing: Mapping[str, object]) -> bool:
    kinds = thing.get("@type")
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _people(value: object, things: list[Mapping[str, object]]) -> Iterator[str]:
    """Names of an author field: a string, an object, a reference to one, or a list of these."""
    for person in value if isinstance(value, list) else [value]:
        if isinstance(person, Mapping) and not person.get("name") and isinstance(person.get("@id"), str):
            referred = person["@id"]
            names = next((_names(thing) for thing in things if thing.get("@id") == referred and thing.get("name")), [])
        else:
            names = [person] if isinstance(person, str) else _names(person)
        for name in names:
            yield from split_names(name)


def _names(person: object) -> list[object]:
    if not isinstance(person, Mapping) or person.get("@type") in ("Organization", "NewsMediaOrganization"):
        return []
    name = person.get("name")
    return name if isinstance(name, list) else [name]


def _name(thing: Mapping[str, object]) -> str | None:
    return tidy(thing.get("name"))


def _first_text(value: object) -> str | None:
    values = value if isinstance(value, list) else [value]
    return next(filter(None, map(tidy, values)), None)


# --- what the row said first -------------------------------------------------------------------------------------------


def merge(told: Metadata, found: Metadata) -> Metadata:
    """What came with the item, completed from the page."""
    return Metadata(
        title=told.title or found.title,
        authors=told.authors or found.authors,
        published=told.published or found.published,
        section=told.section or found.section,
        language=told.language or found.language,
        parts=found.parts,
    )


def addressed(source: Source, facts: PageFacts) -> Source:
    """The source with the page's own address, where none was given."""
    url = facts.address() if source.url is None else None
    return replace(source, url=url) if url else source
