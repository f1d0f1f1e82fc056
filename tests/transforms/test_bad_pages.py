"""Pages that nobody would write: each gives its stories or a record that says why not, and every character is accounted for.

Through all stages, as text and as HTML. Time and memory are bounded by limits on bytes, nodes and blocks, so a page here is
either within them or refused by name; how the cost grows with a page is what `benchmarks/blocks.py` shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest

from copydesk.pipeline.chain import work
from copydesk.pipeline.resources import load_rules
from copydesk.transforms.errors import TooLarge
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Format, Item, Source
from copydesk.transforms.write import Records, write_records

RULES = load_rules()
HEADLINE = "Ferry returns to the harbour after eleven weeks"
PROSE = "The ferry came back on Sunday after eleven weeks in the yard, and two hundred people stood on the pier to see it. "
MEGABYTE = 1_000_000
ARABIC = (
    "عادت العبارة إلى الميناء يوم الأحد بعد أحد عشر أسبوعا في حوض الإصلاح، ووقف مئتا شخص على الرصيف لاستقبالها. "
    "وقال القبطان إن الرحلة الأولى ستكون صباح الغد، وإن التذاكر ستكون مجانية للأطفال طوال الأسبوع."
)
HEBREW = (
    "המעבורת חזרה לנמל ביום ראשון אחרי אחד עשר שבועות במספנה, ומאתיים איש עמדו על הרציף לקבל את פניה. "
    "רב החובל אמר שההפלגה הראשונה תצא מחר בבוקר, ושהכרטיסים יהיו חינם לילדים כל השבוע."
)
JAPANESE = (
    "造船所で十一週間の修理を終えたフェリーが日曜日に港へ戻り、二百人が桟橋で出迎えた。"
    "船長は、最初の便は明日の朝に出港し、子どもの切符は一週間無料になると話した。"
)
RUSSIAN = (
    "Паром вернулся в гавань в воскресенье после одиннадцати недель ремонта, и двести человек встречали его на причале. "
    "Капитан сказал, что первый рейс будет завтра утром, а билеты для детей всю неделю будут бесплатными."
)


def page(body: str, title: str = HEADLINE, attributes: str = "") -> str:
    """A page of HTML."""
    return f"<!doctype html><html {attributes}><head><title>{title}</title></head><body>{body}</body></html>"


def through(text: str, form: Format, rules: Rules = RULES) -> Records:
    """A source's records, after all stages; the account is checked on the way."""
    payload = text.encode()
    source = Source(uri=f"page.{form}", sha256=hashlib.sha256(payload).hexdigest(), format=form)
    return write_records(work(Item(source=source, payload=payload), rules))


def accounted(records: Records) -> int:
    """The solid characters of a document's stories and removed records, of which none is more or less than the document's."""
    (document,) = records.documents
    assert document["removed"] == len(records.removed)
    assert len(document["stories"]) == len(records.stories)
    assert records.stories or records.removed
    return int(document["solid"])


# --- large --------------------------------------------------------------------------------------------------------------

SPAN = 2**53
SOUND = f"<h1>{HEADLINE}</h1><p>{PROSE * 3}</p>"
TABLE = f"{SOUND}<table><tr><td colspan={SPAN} rowspan={SPAN}>x<td>y</table>"
LONG = "ab" * MEGABYTE

LARGE: dict[str, tuple[Format, Callable[[], str], str]] = {
    "20 MB of script": ("html", lambda: page(f"<script>{'x = 1;' * (20 * MEGABYTE // 6)}</script>{SOUND}"), "story"),
    "20 MB in one image": ("html", lambda: page(f"<img src='data:image/png;base64,{'A' * 20 * MEGABYTE}'>{SOUND}"), "story"),
    "20 MB of comments": ("html", lambda: page(f"<!--{'- ' * 10 * MEGABYTE}-->{SOUND}"), "story"),
    "20 MB in one paragraph": ("html", lambda: page(f"<p>{PROSE * (20 * MEGABYTE // len(PROSE))}</p>"), "record"),
    "20 MB in one word": ("txt", lambda: "x" * 20 * MEGABYTE, "record"),
    "20 MB in one heading": ("html", lambda: page(f"<h1>{'x' * 20 * MEGABYTE}</h1><p>{PROSE * 3}</p>"), "record"),
    "2 MB of heading and title": ("html", lambda: page(f"<h1>{LONG}c</h1><p>{PROSE * 3}</p>", title=f"{LONG}d"), "record"),
    "20 MB of markup": ("html", lambda: page("<hr class='a rule of many words'>" * 600_000), "decode.max_nodes"),
    "100,000 lines of a menu": ("txt", lambda: "\n".join(f"Entry {n}" for n in range(100_000)), "record"),
    "100,000 entries of a list": ("html", lambda: page("".join(f"<li>Entry {n}" for n in range(100_000)) + SOUND), "record"),
    "100,000 paragraphs": ("html", lambda: page("".join(f"<p>Paragraph {n}.</p>" for n in range(100_000))), "record"),
    "300,000 lines": ("txt", lambda: "line\n" * 300_000, "decode.max_blocks"),
    "a table with a span of 2^53": ("html", lambda: page(TABLE), "story"),
    "45,000 breaks in a row": ("html", lambda: page(f"{SOUND[:-4]}{'<br>' * 45_000}{PROSE * 2}</p>"), "story"),
    "45,000 breaks between words": ("html", lambda: page("<p>" + "word<br>" * 45_000), "record"),
    "100,000 empty elements": ("html", lambda: page("<div></div><p></p>" * 50_000 + SOUND), "story"),
    "5,000 attributes": ("html", lambda: page(f"<p {' '.join(f'a{n}=1' for n in range(5_000))}>{PROSE * 3}</p>"), "record"),
}
"""Format, source, and what comes of it: the story, or a record; a limit that refuses it."""


@pytest.mark.parametrize("name", LARGE)
def test_a_large_page_is_bounded(name: str) -> None:
    """Within the limits a page has its story or its record, beyond them it is refused by the name of the limit."""
    form, make, outcome = LARGE[name]
    if outcome.startswith("decode."):
        with pytest.raises(TooLarge, match=re.escape(outcome)):
            through(make(), form)
        return
    records = through(make(), form, RULES)
    assert accounted(records)
    if outcome == "story":
        (story,) = records.stories
        assert PROSE.strip() in story["text"]
        assert story["headline"] == HEADLINE


# --- odd ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize(
    ("text", "language", "attributes"),
    [
        (ARABIC, "ar", "dir=rtl lang=ar"),
        (HEBREW, "he", "dir=rtl"),
        (JAPANESE, "ja", "lang=ja style='writing-mode: vertical-rl'"),
        (f"\u202b{ARABIC}\u202c", "ar", ""),
    ],
    ids=["arabic", "hebrew", "vertical japanese", "embedding marks"],
)
def test_text_that_runs_another_way(text: str, language: str, attributes: str, form: Format) -> None:
    """Right-to-left and vertical text is kept in its logical order, and its language named."""
    body = "\n\n".join([text] * 3) if form == "txt" else page(f"<p>{text}</p>" * 3, "", attributes)
    records = through(body, form)
    assert accounted(records)
    (story,) = records.stories
    assert story["text"].startswith(text[:40])
    assert story["language"] == language


@pytest.mark.parametrize("form", ["txt", "html"])
def test_text_in_four_scripts(form: Format) -> None:
    """A page that changes its script from paragraph to paragraph is one story, and no paragraph is taken for furniture."""
    parts = [PROSE.strip() * 2, RUSSIAN, ARABIC, JAPANESE]
    records = through("\n\n".join(parts) if form == "txt" else page("".join(f"<p>{part}</p>" for part in parts)), form)
    assert accounted(records)
    together = "\n".join(story["text"] for story in records.stories)
    assert [part for part in parts if part not in together] == []


@pytest.mark.parametrize("form", ["txt", "html"])
def test_a_page_of_one_line(form: Format) -> None:
    """All of a page in one line is a story, or a removed record of that line."""
    line = f"Menu Search {HEADLINE} By Ada Winter {PROSE * 5}Share this Trending"
    records = through(line if form == "txt" else page(line), form)
    assert accounted(records) == len("".join(line.split()))
    assert len(records.stories) + len(records.removed) == 1


@pytest.mark.parametrize("form", ["txt", "html"])
def test_every_word_on_a_line_of_its_own(form: Format) -> None:
    """Prose cut into words is accounted for, whatever it is taken for."""
    words = (PROSE * 400).split()
    records = through("\n".join(words) if form == "txt" else page("".join(f"<div>{word}</div>" for word in words)), form)
    assert accounted(records) == sum(map(len, words))
