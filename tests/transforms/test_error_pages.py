"""A page that says that it is none gives no story, in HTML and as a dump; one that only speaks of such pages does."""

from __future__ import annotations

import pytest

from copydesk.pipeline.chain import work
from copydesk.pipeline.resources import load_rules
from copydesk.transforms.cells import RuleError
from copydesk.transforms.error_pages import MOST_UNITS, RULE, parse_error_pages
from copydesk.transforms.shapes import Document, Format, Item, Source

RULES = load_rules()
MENU = "<nav><a href=/>Home</a> <a href=/news>News</a> <a href=/sport>Sport</a></nav>"
LOST = "The address may be wrong, or what stood here was moved. Try the search at the top, or begin again at the front."
GUARDED = "The harbour post reviews the security of your connection first. Enable JavaScript and cookies to go on."
PROSE = "The drawing shows a lighthouse keeper who looks for the page with a lantern, and readers write to him every week. "
JAPANESE = "港の灯台守は、失われたページを探す絵で知られている。"
DATA = {"doubtful": ["please wait"], "machinery": ["server"], "around": ["error"], "sure": {"en": ["page not found"]}}


def through(text: str, form: Format) -> Document:
    """A source after all stages."""
    return work(Item(source=Source(uri=f"a.{form}", sha256="0" * 64, format=form), payload=text.encode()), RULES)


def html(heading: str, body: str, title: str = "The Harbour Post") -> str:
    """A page of HTML."""
    return f"<html><head><title>{title}</title></head><body>{MENU}<main><h1>{heading}</h1><p>{body}</p></main></body></html>"


@pytest.mark.parametrize(
    ("heading", "body", "title"),
    [
        ("Page not found", LOST, "The Harbour Post"),
        ("We looked everywhere", LOST, "404 Not Found - The Harbour Post"),
        ("Oops! That page can’t be found.", LOST, "Nothing here"),
        ("404", LOST, "404"),
        ("harbour.example", GUARDED, "Just a moment..."),
        ("Access Denied", "You have no permission to ask this server for /news. Reference 18.2f4c.", "Access Denied"),
        ("Seite nicht gefunden", "Die Adresse stimmt nicht, oder was hier stand, ist umgezogen. Suchen Sie.", "Hafenbote"),
        ("Page introuvable", "L'adresse est fausse, ou ce qui se trouvait ici a été déplacé. Cherchez en haut.", "Le Port"),
        ("お探しのページは見つかりませんでした。", "アドレスが間違っているか、ページが移動した可能性があります。", "港新聞"),
    ],
)  # fmt: skip
def test_an_error_page_has_no_story(heading: str, body: str, title: str) -> None:
    """Told by headline or title, whatever the language; its text is in the removed spans, under one rule."""
    document = through(html(heading, body, title), "html")
    assert document.stories == ()
    assert RULE in {span.rule for span in document.removed}


def test_an_error_page_as_a_dump_has_no_story() -> None:
    """The same of a text dump, between its menu and its footer."""
    asked = "This browser must show that it takes cookies and runs JavaScript."
    dump = f"Home\nNews\nSport\n\nAre you a robot?\n\n{asked}\n{LOST}\n\n© 2024"
    assert through(dump, "txt").stories == ()


@pytest.mark.parametrize(
    ("heading", "body", "title"),
    [
        ("Page not found: the art of the error page", PROSE * 3, "Page not found: the art of the error page"),
        ("Page not found", PROSE * 12, "Page not found"),
        ("Just a moment", "The kettle sings, the cat looks up, and for a while nobody has anywhere to go.", "Just a moment"),
        ("Route 404 opens again", PROSE * 2, "Route 404 opens again"),
        ("Access denied", PROSE * 2, "Access denied"),
    ],
)
def test_a_story_that_only_sounds_so_is_kept(heading: str, body: str, title: str) -> None:
    """A headline that goes on, a long text, a doubtful phrase above a text that speaks of no machinery."""
    assert len(through(html(heading, body, title), "html").stories) == 1


def test_a_page_with_other_stories_keeps_them() -> None:
    """A dump of two articles of which one is headed so loses neither."""
    article = "\n\n".join(PROSE * 3 for _ in range(3))
    first = f"Lighthouse keeper retires after forty years\n\nBy Ada Winter\n\n{article}"
    dump = f"{first}\n\nPage not found\n\nBy Bo Lind\n\n{article}"
    assert len(through(dump, "txt").stories) == 2


def test_a_page_is_short_by_words_of_any_script() -> None:
    """The bound counts words, so that a page of Japanese has as much room as one of English."""
    assert through(html("ページが見つかりません", JAPANESE * 40, "港新聞"), "html").stories
    assert MOST_UNITS > 100


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("sure", ["page not found"], "is no table"),
        ("sure", {"en": []}, "no list of texts"),
        ("around", ["..."], "an empty phrase"),
        ("machinery", None, "machinery"),
        ("surely", [], "unknown key 'surely'"),
    ],
)
def test_a_broken_file_is_refused(key: str, value: object, message: str) -> None:
    """The error names the file, the key and what is wrong."""
    with pytest.raises(RuleError, match=message) as told:
        parse_error_pages("error_pages.toml", DATA | {key: value})
    assert str(told.value).startswith("error_pages.toml: ")


def test_shipped_phrases_are_found() -> None:
    """Every sure phrase is one as a headline by itself, with a code before it, and beside the name of a site."""
    for phrase in RULES.error_pages.sure:
        for heading in (phrase, f"404: {phrase}", f"{phrase.capitalize()} | The Harbour Post"):
            assert RULES.error_pages.find([heading], []) == phrase, heading
