"""Pasted transcripts: told from pages, and their furniture told from their speech."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.extract.speech import label_speech, looks_like_speech
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document, Item, Kind, Source

DATA = Path(os.environ.get("COPYDESK_DATA", "../shared/data"))
TALK = (
    "So I went down to the harbour last week, and the first thing that I saw there was that all of the boats had gone out, "
    "even the old ones that nobody had used for years. I asked a man on the quay what was going on, and he told me that the "
    "herring had come back. It had been away for as long as he could think, and now it was there again, and so much of it "
    "that you could see it from the wall. What do you do with so much fish? You salt it, of course, and you smoke it, and in "
    "the end you give it to the cats. I stayed until the evening, when the boats came in one after the other, so low in the "
    "water that I thought they would sink. Nobody spoke, they just threw the boxes up to us, and we stacked them. "
)
WRAPPED = "\n".join(textwrap.wrap(TALK * 3, 40))
SUMMARY = "The speaker visits a harbour where the herring has returned after many years, and helps to unload the boats. " * 4


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


def document_of(text: str, rules: Rules, kind: Kind | None = None) -> Document:
    """A text as `decode` hands it on."""
    return decode(Item(source=Source(uri="x", sha256="0", format="txt", kind=kind), payload=text.encode()), rules)


def labelled(text: str, rules: Rules) -> list[Block]:
    """The blocks of a transcript with their roles."""
    return list(label_speech(document_of(text, rules, "transcript"), rules))


def furniture(text: str, rules: Rules) -> list[tuple[str, str, str]]:
    """Role, rule and the first words of every block that is not speech."""
    return [(block.role, block.rule, block.text[:12].strip()) for block in labelled(text, rules) if block.rule != "speech.line"]


STAMPED = "\n".join(f"{i // 6}:{i % 6}5\n{line}" for i, line in enumerate(textwrap.wrap(TALK * 2, 70)))
LEADING = "\n".join(f"{i // 6}:{i % 6}5 {line}" for i, line in enumerate(textwrap.wrap(TALK * 2, 70)))
VERSE = "\n".join(["The sea is grey,", "and grey the sand;", "We went away", "from that cold land,", "and never more"] * 8)
MENU = "\n".join(["Home", "News", "Sport", "Weather forecast", "About us", "Contact", "Jobs", "Help and support"] * 4)
CHAT = "\n".join(f"12:{i:02} PM\nAnna: ok see you there\n12:{i:02} PM\nBo: yes" for i in range(20))
CODE = "\n".join(["def go(x):", "    return x + 1", "", "for i in range(9):", "    print(go(i))"] * 8)
ARTICLE = "\n\n".join([TALK] * 6)
SCHEDULE = "\n".join(f"{8 + i // 2}:{30 * (i % 2):02}\nA talk by someone in the great hall" for i in range(20))
CHAPTERS = "\n".join(f"{7 * i}:00 The part of the film about the boats" for i in range(20))
DURATIONS = "\n".join(f"{3 + i * 5 % 4}:{i * 7 % 60:02}\nA song by a band of the harbour" for i in range(20))
ONE_LINE = " ".join((TALK * 9).lower().replace(".", " ").replace(",", " ").split())
KEYWORDS = "boats harbours fishing nets ropes anchors sails engines paint timber oars " * 60
MAIL = "\n".join(textwrap.wrap(TALK * 3, 74))
ARABIC = "\n".join(
    textwrap.wrap("ذهبت الى الميناء في الاسبوع الماضي وكان اول شيء رأيته هناك ان كل القوارب قد خرجت الى البحر " * 12, 40)
)


@pytest.mark.parametrize(
    "text", [WRAPPED, f"My Title\n98 segments\n{WRAPPED}", STAMPED, LEADING, WRAPPED.lower().replace(".", ""), ARABIC, ONE_LINE]
)
def test_a_pasted_transcript_is_known_by_its_shape(text: str, rules: Rules) -> None:
    """Filled narrow lines, or ascending time stamps with speech between them, are a transcript."""
    assert looks_like_speech(document_of(text, rules))


@pytest.mark.parametrize(
    "text", [VERSE, MENU, CHAT, CODE, ARTICLE, SCHEDULE, CHAPTERS, DURATIONS, MAIL, "One line.", TALK * 9, KEYWORDS]
)
def test_what_only_resembles_one_is_no_transcript(text: str, rules: Rules) -> None:
    """Verse, menus, chats, code, articles, schedules, chapter marks, song lists, mail and keywords are pages."""
    assert not looks_like_speech(document_of(text, rules))


@pytest.mark.parametrize(
    "text", [WRAPPED, TALK * 9, "\n".join([TALK] * 9), TALK.lower().replace(".", ""), "Hello there.", STAMPED.replace(":", " ")]
)
def test_a_transcript_without_furniture_loses_nothing(text: str, rules: Rules) -> None:
    """Wrapped, in one line, in paragraphs or without punctuation: all of it is speech."""
    assert furniture(text, rules) == []


def test_furniture_before_and_after_wrapped_speech_is_told(rules: Rules) -> None:
    """Title, counter, prompt, summary and footer are told by their place and width, and the speech between is whole."""
    text = (
        f"Where the Herring Went\n312 segments\n{WRAPPED}\nAsk anything about this video or jump to a moment.\n{SUMMARY}\n"
        "Videos that others have looked at in the last days"
    )
    assert furniture(text, rules) == [
        ("headline", "speech.title", "Where the He"),
        ("chrome", "speech.counter", "312 segments"),
        ("chrome", "speech.footer", "Ask anything"),
        ("chrome", "speech.summary", "The speaker"),
        ("chrome", "speech.footer", "Videos that"),
    ]


def test_a_title_wider_than_the_captions_needs_no_counter(rules: Rules) -> None:
    """A first line of capitals that no caption could hold is the title; a first line of caption width is speech."""
    title = "A Long Day in the Harbour Where the Herring Went"
    assert furniture(f"{title}\n{WRAPPED}", rules) == [("headline", "speech.title", title[:12])]
    assert furniture(f"Well, hello there\n{WRAPPED}", rules) == []


def test_a_summary_before_the_speech_is_furniture(rules: Rules) -> None:
    """A description far wider than the wrap width is no speech at the head either."""
    found = furniture(f"The Herring\n{SUMMARY}\n{WRAPPED}", rules)
    assert [rule for _, rule, _ in found] == ["speech.title", "speech.summary"]


def test_a_set_phrase_within_speech_is_spoken(rules: Rules) -> None:
    """A line that could be a button is speech where speech stands above it; under a title alone it is furniture."""
    lines = WRAPPED.split("\n")
    assert furniture("\n".join([*lines[:4], "Subscribe", *lines[4:]]), rules) == []
    assert [role for role, _, _ in furniture("\n".join(["Where the Herring Went", "Subscribe", *lines]), rules)] == [
        "headline",
        "chrome",
    ]


def test_a_link_or_a_field_is_no_title(rules: Rules) -> None:
    """Above a counter stand a link, a place and a title; only the last can be the headline."""
    text = f"https://harbour.example/talk\nLocation: The Quay\nWhere the Herring Went\n12 segments\n{WRAPPED}"
    assert [role for role, _, _ in furniture(text, rules)] == ["chrome", "chrome", "headline", "chrome"]


def test_a_wide_line_is_speech_where_nothing_is_wrapped(rules: Rules) -> None:
    """Speech in lines of all lengths keeps its widest line, at its end too."""
    lines = [sentence + "." for sentence in TALK.strip().rstrip(".").split(". ")] * 4
    assert furniture("\n".join([*lines, SUMMARY.strip()]), rules) == []


def test_time_stamps_are_taken_out_and_handed_on(rules: Rules) -> None:
    """A stamp by itself is chrome, and the line after it knows its second."""
    blocks = labelled("[00:01:02]\nWe went out.\n1:05\nAnd we came back\n12:03 PM\nin time.", rules)
    assert [block.rule for block in blocks] == ["speech.time", "speech.line"] * 3
    assert [block.layout.time for block in blocks if block.role == "body"] == [62.0, 65.0, 43380.0]


def test_a_stamp_at_the_head_of_a_line_is_parted_from_it(rules: Rules) -> None:
    """The stamp and the speech after it become two blocks that together are the line."""
    text = "0:00 We went out\n0:04   to the sea\n0:09 in ships"
    blocks = labelled(text, rules)
    assert [block.text for block in blocks] == ["0:00", "We went out", "0:04", "to the sea", "0:09", "in ships"]
    assert [text[slice(*block.spans[0])] for block in blocks] == [block.text for block in blocks]
    assert [block.layout.time for block in blocks[1::2]] == [0.0, 4.0, 9.0]


def test_one_time_in_a_talk_is_spoken(rules: Rules) -> None:
    """A lone "10:30" on a line of its own is a word of the speaker."""
    assert furniture("We met there at\n10:30\nand went home.", rules) == []


def test_every_character_keeps_its_block(rules: Rules) -> None:
    """Labelling changes no text and loses no character."""
    for text in (WRAPPED, STAMPED, LEADING, f"T\n9 segments\n{WRAPPED}\n{SUMMARY}"):
        document = document_of(text, rules, "transcript")
        blocks = label_speech(document, rules)
        solid = "".join("".join(document.text[a:b].split()) for block in blocks for a, b in block.spans)
        assert solid == "".join(document.text.split())
        assert all(" ".join(document.text[slice(*block.spans[0])].split()) == block.text for block in blocks)


RULES = load_rules()
LINES = st.sampled_from(
    [
        "0:15",
        "[00:01:02]",
        "12:03 PM",
        "0:04 and then",
        "9 segments",
        "Transcript",
        "Subscribe",
        ">> Yes.",
        "we went  out",
        "Share",
        ".",
    ]
)


TYPED = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=50)


@settings(max_examples=80, deadline=None)
@given(st.lists(LINES | TYPED, min_size=1, max_size=40))
def test_whatever_the_lines_are_none_is_lost(lines: list[str]) -> None:
    """Any lines in any order: the blocks hold every solid character once, each block what stands at its span.

    Control characters aside, of which many make a source binary.
    """
    document = document_of("\n".join(["x", *lines]), RULES, "transcript")
    blocks = label_speech(document, RULES)
    assert "".join("".join(document.text[a:b].split()) for block in blocks for a, b in block.spans) == "".join(
        document.text.split()
    )
    assert all(document.text[slice(*block.spans[0])].split() == block.text.split() for block in blocks)


@pytest.mark.skipif(not (DATA / "pages").is_dir(), reason="the labelled data is not here")
def test_no_page_is_taken_for_a_transcript(rules: Rules) -> None:
    """Of the labelled pages and dumps none looks like speech, and of the talks in captions all do."""
    pages = [path for folder in ("pages", "dumps/single", "dumps/scroll") for path in sorted((DATA / folder).glob("*.txt"))]
    assert [path.name for path in pages if looks_like_speech(document_of(path.read_text(encoding="utf-8"), rules))] == []
    talks = sorted((DATA / "chapters").glob("*.txt"))
    assert [path.name for path in talks if not looks_like_speech(document_of(path.read_text(encoding="utf-8"), rules))] == []
