"""What a page says of its own story."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copydesk.transforms.decode.metadata import without_site
from copydesk.transforms.decode.values import iso_date, split_names
from copydesk.transforms.shapes import Document, Metadata

Read = Callable[..., Document]


def told(read: Read, head: str, body: str = "<p>x</p>", **item: object) -> Metadata:
    """The metadata of a page with this head and body."""
    return read(f"<html lang=en-GB><head>{head}</head><body>{body}</body></html>".encode(), "html", **item).metadata


def test_json_ld_is_believed_first(read: Read) -> None:
    """An article of a JSON-LD graph gives title, authors by reference and by name, date with its zone, and section."""
    head = """<title>Other | Site</title><meta property=og:title content="Sharing title">
    <script type="application/ld+json">//<![CDATA[
    {"@graph": [{"@type": "WebSite", "name": "Site"}, {"@type": "Person", "@id": "#a", "name": "Ann Lee"},
    {"@type": ["NewsArticle"], "headline": "Rain &amp; snow", "author": [{"@id": "#a"},
     {"@type": "Person", "name": "By Bo Ek"}, "Cy Doe"],
     "datePublished": "2024-03-05T10:20:00+0100", "articleSection": ["Weather", "UK"]}]}
    //]]></script>"""
    expected = Metadata(
        title="Rain & snow", authors=("Ann Lee", "Bo Ek", "Cy Doe"), published="2024-03-05T10:20:00+01:00", section="Weather"
    )
    found = told(read, head)
    assert (found.title, found.authors, found.published, found.section) == (
        expected.title, expected.authors, expected.published, expected.section,
    )  # fmt: skip
    assert found.language == "en-GB"


def test_meta_tags_come_next(read: Read) -> None:
    """Without JSON-LD, meta tags tell; an address and the site's own name are no author."""
    head = """<meta name=twitter:title content="Rain falls - The Daily Drop">
    <meta property=og:site_name content="The Daily Drop">
    <meta property=article:author content="https://social.example/ann"><meta name=author content="The Daily Drop">
    <meta name="parsely-author" content="Ann Lee and Bo Ek"><meta property="article:published_time" content="2024-03-05">
    <meta property="article:section" content="Weather">"""
    found = told(read, head)
    assert (found.title, found.authors, found.published, found.section) == (
        "Rain falls",
        ("Ann Lee", "Bo Ek"),
        "2024-03-05",
        "Weather",
    )


def test_the_body_tells_what_the_head_does_not(read: Read) -> None:
    """rel=author, itemprop and the only date for machines count; two different dates tell nothing."""
    body = "<h1>Rain falls today</h1><a rel=author>By Ann Lee</a><time datetime='2024-03-05T10:00Z'>5 March</time>"
    found = told(read, "<title>Rain falls today - The Drop</title>", body)
    assert (found.title, found.authors, found.published) == ("Rain falls today", ("Ann Lee",), "2024-03-05T10:00:00Z")
    assert told(read, "", body + "<time datetime=2024-02-01>1 February</time>").published is None
    assert (
        told(read, "", "<p>x</p><time datetime=2020-01-01>a</time><meta itemprop=datePublished content=2024-02-01>").published
        == "2024-02-01"
    )


def test_what_came_with_the_item_wins(read: Read) -> None:
    """A row's fields are not replaced by the page's; its gaps are filled."""
    found = told(read, "<title>Page</title><meta name=author content='Ann Lee'>", title="Row")
    assert (found.title, found.authors) == ("Row", ("Ann Lee",))


def test_the_address_is_filled_in_only_where_none_was_given(read: Read) -> None:
    """A canonical link is the URL of a file from disk, and never replaces a URL that is known; a relative one is none."""
    page = b"<link rel=canonical href='https://e.org/a'><p>x</p>"
    assert read(page, "html").source.url == "https://e.org/a"
    assert read(page, "html", url="https://e.org/b").source.url == "https://e.org/b"
    assert read(b"<link rel=canonical href='/a'><p>x</p>", "html").source.url is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T10:20", "2024-03-05T10:20:00"), ("2024-03-05T10:20:30.123Z", "2024-03-05T10:20:30Z"),
        ("2024/3/5", "2024-03-05"), ("20240305", "2024-03-05"), ("2024-03-05 10:20:00 -05", "2024-03-05T10:20:00-05:00"),
        ("2024-13-05", None), ("yesterday", None), ("3/4/2024", None), ("", None), (None, None), ("0001-01-01", None),
    ],
)  # fmt: skip
def test_dates_are_iso_or_nothing(value: object, expected: str | None) -> None:
    """A machine's date keeps its time and zone; anything ambiguous or impossible is no date."""
    assert iso_date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("Ann Lee, Bo Ek", ["Ann Lee", "Bo Ek"]), ("Lee, Ann", ["Lee, Ann"]), ("Anna und Ben", ["Anna", "Ben"]),
        ("https://e.org/ann", []), ("12345", []), ("x" * 99, []), (7, []),
    ],
)  # fmt: skip
def test_names_are_parted(value: object, expected: list[str]) -> None:
    """One name an entry, without By; addresses and numbers are no names."""
    assert split_names(value) == expected


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Rain falls | Drop", "Drop", "Rain falls"),
        ("Drop: Rain falls", "Drop", "Drop: Rain falls"), ("Drop | Rain falls", "Drop", "Rain falls"),
        ("Rain — a guide", None, "Rain — a guide"),
        ("Rain falls all over the land | Drop News", None, "Rain falls all over the land"),
        ("Rain - Drop.com", "Drop", "Rain"),
    ],
)  # fmt: skip
def test_a_sites_name_is_no_part_of_a_title(title: str, site: str | None, expected: str) -> None:
    """The name is cut at either end where something shows that it is one; a title of two parts stays whole."""
    assert without_site(title, site) == expected


def test_hostile_json_ld_is_left_alone(read: Read) -> None:
    """Deep, broken or endless JSON-LD costs nothing but itself."""
    for script in ("[" * 100_000, '{"@type": "Article", "author": {"name": {"x": 1}}, "headline": 7}', "{", "[]" * 10):
        assert told(read, f"<title>T</title><script type='application/ld+json'>{script}</script>").title == "T"


def test_lone_surrogates_of_json_ld_are_left_out(read: Read) -> None:
    """An escape of half a character, which no record can hold, is no part of a title or a name."""
    script = r'{"@type": "Article", "headline": "Rain \ud800falls", "author": "Ann \udfffLee"}'
    found = told(read, f"<script type='application/ld+json'>{script}</script>")
    assert (found.title, found.authors) == ("Rain falls", ("Ann Lee",))


@pytest.mark.parametrize(
    "told_as",
    ["[{}, {}]", '{{"@graph": [{}, {}]}}', '{{"@type": "ItemList", "itemListElement": [{{"item": {}}}, {{"item": {}}}]}}'],
)
def test_each_of_several_articles_is_told_of(told_as: str, read: Read) -> None:
    """JSON-LD of several articles gives what it says of each; of one, or of none with a headline, it gives no parts."""
    rain = '{"@type": "NewsArticle", "headline": "Rain falls", "author": {"name": "Ann Lee"}, "datePublished": "2024-03-05"}'
    snow = '{"@type": "BlogPosting", "headline": "Snow lies", "author": "Bo Ek", "datePublished": "2024-03-06"}'
    found = told(read, f'<script type="application/ld+json">{told_as.format(rain, snow)}</script>', "<h2>Snow lies</h2>")
    assert [(part.title, part.authors, part.published) for part in found.parts] == [
        ("Rain falls", ("Ann Lee",), "2024-03-05"),
        ("Snow lies", ("Bo Ek",), "2024-03-06"),
    ]
    assert (found.title, found.authors) == ("Snow lies", ("Bo Ek",)), "the page's own is the one that a heading repeats"
    assert told(read, f'<script type="application/ld+json">{rain}</script>').parts == ()


def test_a_signature_is_the_first_story_s(read: Read) -> None:
    """Of an element that names the author the line with a name counts; names farther down are those of other stories."""
    body = "<h1>Rain</h1><div rel=author><span>by Ann Lee</span><time>May 5, 2024</time></div><p rel=author>Bo Ek</p>"
    later = "<p>x</p>" * 5 + "<p rel=author>Cy Doe</p>"
    assert told(read, "", body + later).authors == ("Ann Lee", "Bo Ek")
    assert told(read, "", "<a rel=author>See all posts by Ann Lee</a>").authors == ("Ann Lee",)


def test_a_block_has_the_moment_that_its_element_states(read: Read) -> None:
    """A time for machines goes with the words beside it, also where those do not say the day."""
    page = b"<html><h1>Rain</h1><p>By Ann <time datetime='2024-03-05T10:00Z'>2 hours ago</time></p><p>It rained.</p>"
    assert [block.layout.moment for block in read(page, "html").blocks] == [None, "2024-03-05T10:00:00Z", None]


def test_a_block_knows_its_elements(read: Read) -> None:
    """Blocks of one element share its number, innermost first; `body` and `html` have none."""
    page = b"<html><body class=a><div class=b><p class=c>One</p><p>Two</p></div><p>Three</p></body></html>"
    one, two, three = (block.layout for block in read(page, "html").blocks)
    assert one.parents[1:] == two.parents[1:] != ()
    assert one.parents[0] != two.parents[0]
    assert set(three.parents).isdisjoint(one.parents)
    assert one.names == "c b"
