"""A saved page's markup labels the lines of its own text."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, Final

import pytest

from copydesk.pipeline.training.carried import load_carried
from copydesk.pipeline.training.pages import HOST, WEIGHTS, Example
from copydesk.transforms.extract.grammar import FIRST, HEADLINE
from copydesk.transforms.rules import Rules

TITLE: Final = "Old lighthouse opens its doors again"
TEXTS: Final = [
    "The old lighthouse was opened again on Tuesday, three years after a storm had broken its lamp, and nobody made a speech.",
    "Neighbours had collected money for the new lamp, and they had painted the door themselves in the course of one long week.",
    "The harbour master said that he could now see his own boat at night, which he had missed more than he had thought.",
    "Visitors may climb the stairs on Sundays, when the keeper has time to show them the lamp, the log and the shells.",
    "Whether the light will also be lit in winter has not been decided, because the town has to pay for the oil by itself.",
]
ROW: Final = {"url": "https://news.harbour.example/1", "title": TITLE, "author": "Ana Ortega", "date": "2024-03-05"}
PAGE: Final = f"""<!DOCTYPE html><html lang="en"><head><title>{TITLE} | Harbour Post</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/s">Sport today</a></li></ul></nav>
<main><article><h1>{TITLE}</h1><p class="byline">By Ana Ortega</p><p><time datetime="2024-03-05">March 5, 2024</time></p>
<p>{TEXTS[0]}</p><p>{TEXTS[1]}</p>
<figure><img src="a.jpg" alt=""><figcaption>The keeper on the stairs, on Tuesday.</figcaption></figure>
<h2>What the keeper says</h2><p>{TEXTS[2]}</p><p>{TEXTS[3]}</p><p>{TEXTS[4]}</p></article></main>
<aside><h3>More stories</h3><ul><li><a href="/a">Goose stops the train</a></li><li><a href="/b">Rain</a></li></ul></aside>
<footer><p><a href="/c">Contact us</a></p></footer></body></html>"""


def carried(folder: Path, rules: Rules, page: bytes | str = PAGE, suffix: str = "html", **told: Any) -> list[Example]:
    """What a folder with this one page teaches."""
    (folder / "html").mkdir()
    (folder / "html" / f"one.{suffix}").write_bytes(page.encode() if isinstance(page, str) else page)
    (folder / "gold.json").write_text(json.dumps({"one": ROW | told}), "utf-8")
    return list(load_carried(folder, rules))


def test_a_page_teaches_its_own_lines(tmp_path: Path, rules: Rules) -> None:
    """The heading that says the title is the headline, text that is kept is the body, the rest furniture."""
    (found,) = carried(tmp_path, rules)
    roles = {line.text: line.role for line in found.page.lines}
    assert roles[TITLE] == "headline"
    assert [roles[text] for text in TEXTS] == ["body"] * 5
    assert roles["By Ana Ortega"] == "byline"
    assert roles["March 5, 2024"] == "date"
    assert roles["The keeper on the stairs, on Tuesday."] == "caption"
    furniture = ("Home", "Sport today", "More stories", "Goose stops the train", "Contact us")
    assert {roles[text] for text in furniture} == {"chrome"}
    assert roles["What the keeper says"] in {"subhead", "either"}


def test_it_is_one_story_of_its_site(tmp_path: Path, rules: Rules) -> None:
    """The story runs from the headline to the last paragraph; the site is the page's registrable domain."""
    (found,) = carried(tmp_path, rules)
    assert (found.corpus, found.sites) == ("carried", frozenset({f"{HOST}harbour.example"}))
    (story,) = found.stories
    lines = found.page.lines
    assert (lines[story.headline or 0].text, lines[story.first].text, lines[story.last].text) == (TITLE, TEXTS[0], TEXTS[4])
    assert (found.places[story.headline], found.places[story.first]) == (HEADLINE, FIRST)
    assert set(found.weights) <= {0, WEIGHTS["carried"]}
    assert [line.story for line in lines if line.role == "chrome" and line.text == "Contact us"] == [None]


def test_packed_pages_are_read(tmp_path: Path, rules: Rules) -> None:
    """A page that is packed teaches what it does unpacked."""
    (found,) = carried(tmp_path, rules, gzip.compress(PAGE.encode()), "html.gz")
    assert sum(line.role == "body" for line in found.page.lines) == 5


def test_a_title_in_a_lesser_heading(tmp_path: Path, rules: Rules) -> None:
    """Where no first heading says the title, another one that does is the headline."""
    (found,) = carried(tmp_path, rules, PAGE.replace("h1>", "h2>"))
    assert [line.text for line in found.page.lines if line.role == "headline"] == [TITLE]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (PAGE, {"title": "A quite different headline of another page"}),
        (PAGE, {"title": None}),
        (f"<html><body><h1>{TITLE}</h1><p>{TEXTS[0]}</p></body></html>", {}),
        (f"<html><body><h1>{TITLE}</h1></body></html>", {}),
        (PAGE.replace(f"<h1>{TITLE}</h1>", ""), {}),
        (PAGE.replace("</footer>", "<p>One more link</p>" * 1_600 + "</footer>"), {}),
        (b"\x00\x01\x02\x03" * 500, {}),
    ],
    ids=["another title", "no title", "one paragraph", "no text", "no heading", "too many blocks", "binary"],
)
def test_what_is_not_clear_teaches_nothing(page: bytes | str, told: dict[str, Any], tmp_path: Path, rules: Rules) -> None:
    """A page without a clear headline or body, one of endless lists and one that cannot be read are left out."""
    assert carried(tmp_path, rules, page, **told) == []


def test_gold_without_its_page(tmp_path: Path, rules: Rules) -> None:
    """Gold whose page was not saved is passed over."""
    (tmp_path / "gold.json").write_text(json.dumps({"one": ROW}), "utf-8")
    assert list(load_carried(tmp_path, rules)) == []
