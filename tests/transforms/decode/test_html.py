"""HTML to blocks: every text node under body, in order, each block with how it stood."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.resources import default_settings, load_rules
from copydesk.transforms import explain
from copydesk.transforms.collection import no_collection
from copydesk.transforms.decode import decode
from copydesk.transforms.decode.html import CROWDED_CHARACTERS, MAX_ATTRIBUTES, FlatBlock, read_page, thin_tags
from copydesk.transforms.errors import BinarySource, EmptySource, TooLarge
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document

from .conftest import make_item

Read = Callable[..., Document]
TAGS = [
    "p",
    "div",
    "span",
    "b",
    "a",
    "li",
    "h1",
    "td",
    "pre",
    "br",
    "script",
    "noscript",
    "title",
    "body",
    "svg",
    "article",
    "!--",
    "textarea",
]
PIECES = st.one_of(
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.text(max_size=9),
    st.just("<p hidden>"),
)


def texts(document: Document) -> list[str]:
    """The blocks' texts."""
    return [block.text for block in document.blocks]


def test_blocks_are_cut_where_elements_start_lines(read: Read) -> None:
    """Block elements part text, inline ones do not; a line break is a space, two part paragraphs; cells stand alone."""
    page = b"""<body>Intro <b>bold</b>text<h2>Head</h2><p>One<br>line<br> <br>Two</p>tail
    <table><tr><td>a</td><td>b <i>c</i></td></tr></table><ul><li>x<ul><li>y</li></ul>z</li></ul></body>"""
    document = read(page, "html")
    assert texts(document) == ["Intro boldtext", "Head", "One line", "Two", "tail", "a", "b c", "x", "y", "z"]
    assert document.text == "\n".join(texts(document))
    assert [block.layout.tag for block in document.blocks] == ["body", "h2", "p", "p", "body", "td", "td", "li", "li", "li"]


def test_inline_elements_that_stand_apart_are_parted(read: Read) -> None:
    """Neighbouring links and spans are words of their own; emphasis and first letters are not."""
    page = b"<p><a>Home</a><a>News</a></p><p><span>W</span><span>ord</span></p><p>H<sub>2</sub>O <b>A</b><i>b</i>c</p>"
    assert texts(read(page, "html")) == ["Home News", "Word", "H2O Abc"]


def test_scripts_and_comments_are_no_text_and_hidden_words_are(read: Read) -> None:
    """Script, style, template, noscript and comments hold no text; what is hidden is there, and says so."""
    page = b"""<p>a<!-- no --><script>no</script><style>no</style><template>no</template><noscript>no</noscript>b</p>
    <div hidden>c</div><div style="display: none"><p>d</p></div><p aria-hidden=true>e</p>
    <p>f <span style='visibility:hidden'>g</span> h</p>
    <select><option>i</option><option>j</option></select><button>k</button><textarea>l</textarea><iframe>m</iframe>"""
    document = read(page, "html")
    assert texts(document) == ["ab", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"]
    assert [block.text for block in document.blocks if block.layout.hidden] == ["c", "d", "e", "g"]


def test_layout_tells_where_a_block_stood(read: Read) -> None:
    """Container, article, names and share of links come from the element and what it stands in."""
    page = b"""<html><body><main id=Top><article class="Post big" itemprop=articleBody><h1>T</h1><section>
    <p class=lead>abc <a href=x>def</a></p></section></article><div role=article><p>x</p></div>
    </main><footer><p class=by><time datetime=2024-01-02>2 Jan</time></p></footer>"""
    title, lead, other, date = read(page, "html").blocks
    assert (title.layout.container, title.layout.article, title.layout.names) == ("main/article", 1, "post big articlebody top")
    assert (lead.layout.container, lead.layout.names) == ("main/article/section", "lead post big articlebody top")
    assert lead.layout.links == pytest.approx(3 / 7, abs=0.1)
    assert (other.layout.article, other.layout.container) == (2, "main")
    assert (date.layout.tag, date.layout.container, date.layout.names) == ("time", "footer", "by")


def test_preformatted_text_keeps_its_lines(read: Read) -> None:
    """One block, its lines as they stand."""
    (block,) = read(b"<pre>\n  a   b\n\n c\td</pre>", "html").blocks
    assert block.text == "a b\n\n c d"


def test_entities_and_charsets_are_the_readers_job(read: Read) -> None:
    """References are read as browsers do; a wrong declaration in the page does not matter."""
    page = "<?xml version='1.0' encoding='koi8-r'?><meta charset=big5>"
    page += "<p>caf&eacute; &#150; &#x93;ok&#x94; &amp;amp; né &#0;日</p>"
    assert texts(read(page.encode(), "html")) == ["café – “ok” &amp; né \ufffd日"]
    assert texts(read("<p>Привет, мир</p>".encode("koi8-r"), "html")) == ["Привет, мир"]


def test_mending_keeps_the_blocks_in_place(read: Read) -> None:
    """Repairs inside a page shift what comes after them; a block that holds nothing else than invisible characters is none."""
    page = "<p>\u200bcafÃ© \u00ad</p><p>\u200b</p><p>so\u00adft</p><p>end</p>".encode()
    document = read(page, "html")
    assert texts(document) == ["café", "soft", "end"]
    assert [document.text[slice(*block.spans[0])] for block in document.blocks] == ["café", "soft", "end"]
    assert "é" in explain.replay(explain.undo(document.text, document.changes), document.changes)


def test_broken_bytes_of_a_page_are_listed(read: Read) -> None:
    """U+FFFD that stands for broken bytes of the markup is a change of nothing."""
    document = read("<p>né né né</p><p>x".encode() + b"\xff</p>" + b"<p>plain</p>" * 9, "html")
    assert [(change.rule, change.after) for change in document.changes] == [("malformed_bytes", "\ufffd")]


@pytest.mark.parametrize(
    "page",
    [b"<div>" * 100_000 + b"x", b"<b>" * 100_000 + b"x", b"<p>x</p>" * 210_000, b"<b>x</b>" * 410_000],
    ids=["deep", "deep inline", "blocks", "nodes"],
)
def test_too_much_is_refused_clearly(page: bytes, read: Read) -> None:
    """Depth, blocks and elements beyond the limits end in one clear error."""
    with pytest.raises(TooLarge, match=r"decode\.max_"):
        read(page, "html")


@pytest.mark.parametrize(
    "page",
    [
        b"<p>a" + b"<br>" * 45_000 + b"b",
        b"<p class='" + b"x " * 2_000_000 + b"'>hi</p>",
        b"<td colspan=9007199254740992>x",
        b"a < b > c <3",
        b"<p " + b" ".join(b'a%d="x%d"' % (i, i) for i in range(60_000)) + b">hi</p>",
    ],
    ids=["breaks", "attribute", "span", "no markup", "attributes"],
)
def test_strange_pages_are_read(page: bytes, read: Read) -> None:
    """Line breaks without end, huge attributes and stray signs end in a document."""
    document = read(page, "html")
    assert document.blocks
    assert all(len(block.layout.names) < 2_000 for block in document.blocks)


@pytest.mark.parametrize("page", [b"<html></html>", b"<!-- x -->", b"<script>x</script>", b"<head><title>x</title></head>"])
def test_a_page_without_text_is_empty(page: bytes, read: Read) -> None:
    """Markup alone is no source."""
    with pytest.raises(EmptySource):
        read(page, "html")


def test_only_a_crowded_tag_loses_attributes() -> None:
    """A tag of thousands of attributes keeps its first ones; a long address and the tags around stay as they are."""
    crowded = "<p " + " ".join(f'a{i}="x{i}"' for i in range(30_000)) + ">hi</p>"
    picture = f'<img src="data:image/png;base64,{"A=" * 100_000}">'
    thinned = thin_tags(f"{picture}{crowded}{picture}")
    assert thinned.count('="x') == MAX_ATTRIBUTES
    assert thinned.startswith(f'{picture}<p a0="x0" a1="x1" ')
    assert thinned.endswith(f">hi</p>{picture}")


@pytest.mark.parametrize("at", [0, 1, 50_000, 99_998, 99_999, 100_000, 100_001, 250_000])
def test_a_crowded_tag_is_found_wherever_it_starts(at: int) -> None:
    """The shortest crowded tag is thinned whatever stands in front of it."""
    attributes = "".join(f" a{i:017}" for i in range(MAX_ATTRIBUTES + 300))
    crowded = f"<p{attributes}"[: CROWDED_CHARACTERS + 2]
    markup = "<b>" * (at // 3) + "x" * (at % 3) + crowded + ">hi</p>"
    assert thin_tags(markup).count(" a0") == MAX_ATTRIBUTES < markup.count(" a0")


def test_lines_beyond_the_limit_are_refused(limited: Callable[..., Rules]) -> None:
    """A text of more lines than `max_blocks` is refused, empty lines aside."""
    rules = limited(max_blocks=3)
    assert len(decode(make_item(b"\n\n" * 9_000 + b"a\nb\nc"), rules).blocks) == 3
    with pytest.raises(TooLarge, match="max_blocks"):
        decode(make_item(b"a\nb\nc\nd"), rules)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_markup_holds_the_account(markup: str) -> None:
    """Blocks are in order, cover every visible character, and changes can be taken back, whatever the markup.

    What is refused, and with a reason, is markup without text, and of nothing but control characters.
    """
    try:
        document = decode(make_item(markup.encode(errors="replace"), "html", "utf-8"), load_rules())
    except (BinarySource, EmptySource):
        return
    at = 0
    for block in document.blocks:
        ((start, end),) = block.spans
        assert start >= at
        assert not document.text[at:start].strip()
        assert document.text[start:end].split() == block.text.split()
        assert document.text[start:end].strip() == document.text[start:end] != ""
        at = end
    assert not document.text[at:].strip()
    assert explain.replay(explain.undo(document.text, document.changes), document.changes) == document.text


@pytest.mark.parametrize(("blocks", "outcome"), [(99, nullcontext()), (2, pytest.raises(TooLarge))], ids=["read", "refused"])
def test_a_page_that_was_read_is_let_go_at_once(blocks: int, outcome: AbstractContextManager[object]) -> None:
    """The parser, which only a search for cycles of garbage finds, holds no text, be the page read or refused."""
    limits = default_settings().decode.model_copy(update={"max_blocks": blocks})
    gc.collect()
    with no_collection():
        with outcome:
            read_page("<p>One<p>Two<p>Three", limits)
        assert not [held for held in gc.get_objects() if type(held) is FlatBlock]
