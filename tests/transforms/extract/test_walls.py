"""A page of HTML that is only a wall before another gives no story; an article with a banner, a box or a stub of text does."""

from __future__ import annotations

import pytest

from copydesk.pipeline.chain import work
from copydesk.pipeline.resources import load_rules
from copydesk.transforms.extract.verdict import WALL
from copydesk.transforms.shapes import Document, Item, Source

RULES = load_rules()
PURPOSES = (
    "We and our 640 partners store information on your device and read it, and process data about you, to show advertising "
    "that suits you, to measure it, and to learn who reads what. You can change your mind at any time at the foot of each page."
)
BUTTONS = "<button>More options</button><button>Disagree</button><button>Agree</button>"
TEXT = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier to see it."
CONSENT = f"<div id=cmp><h2>We value your privacy</h2><p>{PURPOSES}</p>{BUTTONS}</div>"


def through(body: str, title: str = "The Harbour Post") -> Document:
    """A page of HTML after all stages."""
    markup = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return work(Item(source=Source(uri="a.html", sha256="0" * 64, format="html"), payload=markup.encode()), RULES)


PRICE = (
    "<main><h1>Hafenbote mit Werbung lesen</h1><p>Besuchen Sie den Hafenboten wie gewohnt mit Werbung und Tracking. Ihre "
    "Einwilligung können Sie jederzeit widerrufen.</p><button>Akzeptieren und weiter</button><p>Oder lesen Sie ihn ohne "
    "Werbung für 4,99 Euro im Monat.</p><button>Jetzt abonnieren</button></main>"
)
LOGIN = (
    "<h1>Log in</h1><form><p>By signing in you agree to our terms, which you may read before you do so at the foot of the "
    "page.</p><button>Log in</button></form>"
)
HEAD = "<h1>Ferry returns to the harbour</h1>"
ANSWERS = "<p>Accept all</p><p>Reject all</p>"


@pytest.mark.parametrize("body", [CONSENT, PRICE, LOGIN], ids=["consent", "consent or price", "login"])
def test_a_wall_has_no_story(body: str) -> None:
    """What the wall says is removed by one rule, with the buttons counted as evidence."""
    document = through(body)
    assert document.stories == ()
    assert WALL in {span.rule for span in document.removed}


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{HEAD}<p>{TEXT}</p><p>{TEXT[:60]} again.</p></article>{CONSENT}",
        f"<article>{HEAD}<p>By Ada Winter</p><p>{TEXT}</p>{ANSWERS}</article>",
        f"<article>{HEAD}<p>{TEXT}</p><h3>Subscribe to continue reading</h3><p>Log in</p></article>",
        f"<article>{HEAD}{f'<p>{TEXT}</p>' * 14}{ANSWERS}</article>",
    ],
    ids=["a banner below", "a byline", "the stub of a paid article", "a long text"],
)
def test_an_article_is_no_wall(body: str) -> None:
    """A banner has an element of its own; a byline, a length, or a headline that buttons do not answer speak for a story."""
    [story] = through(body, "Ferry returns to the harbour").stories
    assert "two hundred people stood on the pier" in story.text
    assert "partners" not in story.text
