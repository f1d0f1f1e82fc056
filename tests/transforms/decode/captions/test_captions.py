"""Caption files: every word of their cues, none of their syntax, and what is shown again told from what is said again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.decode.captions import read_captions
from copydesk.transforms.decode.captions.rolling import RULE, Piece, mark_repeats
from copydesk.transforms.errors import NoCaptions, SourceError, TooLarge
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import CAPTION_FORMATS, Document, Format
from tests.transforms.decode.conftest import cases, make_item

DATA = Path(os.environ.get("COPYDESK_DATA", "../shared/data"))
FORMATS = sorted(CAPTION_FORMATS)


def pieces_of(text: str, form: Format) -> list[Piece]:
    """The lines of a caption file, repeats marked."""
    return list(mark_repeats(read_captions(text, form).cues))


@pytest.mark.parametrize("case", cases("captions"))
def test_case(case: dict[str, Any]) -> None:
    """What is said comes out in order, with its times and speakers; what is shown again is told apart; syntax is gone."""
    pieces = pieces_of(case["text"].lstrip("\n"), case["form"])
    said = [piece for piece in pieces if piece.rule != RULE]
    assert [piece.text for piece in said] == case["said"]
    assert [piece.text for piece in pieces if piece.rule == RULE] == case.get("again", [])
    assert "times" not in case or [-1 if piece.cue.start is None else piece.cue.start for piece in said] == case["times"]
    assert "speakers" not in case or [piece.speaker or "" for piece in said] == case["speakers"]


def test_every_caption_format_has_cases() -> None:
    """Each format but Markdown, which has tests of its own, stands in the cases."""
    assert {case.values[0]["form"] for case in cases("captions")} == CAPTION_FORMATS - {"md"}
    assert set(get_args(Format)) > CAPTION_FORMATS


def test_front_matter_and_headings_become_metadata_and_roles() -> None:
    """Values of front matter are blocks with their roles and the metadata; marks of Markdown are no text."""
    text = (
        "---\ntitle: 'Salt: a talk'\nurl: https://e.example/x\nchannel: Quay\nauthors:\n  - Ada Key\n  - Bo Lin\n"
        "upload_date: 20240305\n"
        "tags: [a, b]\nempty:\n---\n# Salt: a talk\n\n[0:15](https://e.example/x?t=15) Hello **big** world\n\n* * *\n"
        "- item <!-- c --> one\n"
        "> quoted\n>> Bo: hi\n\n## Next\n```\ncode * x *\n```\n2 * 3 * 4 and snake_case\n"
    )
    found = read_captions(text, "md")
    assert [(cue.role, cue.lines[0].text) for cue in found.cues] == [
        ("headline", "Salt: a talk"), ("chrome", "https://e.example/x"), ("chrome", "Quay"), ("byline", "Ada Key"),
        ("byline", "Bo Lin"), ("date", "20240305"), ("chrome", "a"), ("chrome", "b"), ("headline", "Salt: a talk"),
        ("body", "0:15 Hello big world"), ("body", "item one"), ("body", "quoted"), ("body", ">> Bo: hi"), ("subhead", "Next"),
        ("body", "code * x *"), ("body", "2 * 3 * 4 and snake_case"),
    ]  # fmt: skip
    told = found.metadata
    assert (told.title, told.authors, told.published) == ("Salt: a talk", ("Ada Key", "Bo Lin"), "2024-03-05")
    assert (found.url, found.channel) == ("https://e.example/x", "Quay")


def test_rules_without_an_end_are_no_front_matter() -> None:
    """Text between or below rules is text where no key stands in it, or no second rule ends it."""
    assert [cue.lines[0].text for cue in read_captions("---\nWell\n---\nyes", "md").cues] == ["Well", "yes"]
    assert [cue.lines[0].text for cue in read_captions("---\nAda: Well\nyes", "md").cues] == ["Ada: Well", "yes"]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"name": "app", "version": 1}', "json"), ("hello", "json3"), ("[1, 2]", "json"), ("null", "json"),
        ('{"a":' * 5_000, "json"), ("[" * 100_000, "json"), ("no tag at all", "ttml"),
    ],
)  # fmt: skip
def test_what_holds_no_captions_is_refused_with_a_reason(text: str, form: Format) -> None:
    """JSON of something else, text under another format's name, and absurd nesting are told, not read as nothing."""
    with pytest.raises(NoCaptions):
        read_captions(text, form)


def test_blocks_know_their_time_and_the_document_is_the_text_of_the_cues(read: Callable[..., Document]) -> None:
    """Blocks stand in the document at their spans; entities, tags and mojibake are resolved, changes listed."""
    document = read("WEBVTT\nLanguage: fr\n\n00:01.000 --> 00:02.000\n<v Ada>Un cafÃ© &amp; deux\n".encode(), "vtt")
    assert document.text == "Un café & deux"
    (block,) = document.blocks
    assert (block.text, block.spans, block.layout.time, block.layout.speaker) == (document.text, ((0, 14),), 1.0, "Ada")
    assert [(change.before, change.after) for change in document.changes] == [("Ã©", "é")]
    assert document.metadata.language == "fr"


def test_more_lines_than_allowed_are_refused(limited: Callable[..., Rules]) -> None:
    """The limit of blocks counts lines of captions."""
    text = "\n\n".join(f"00:0{i}.000 --> 00:0{i}.900\nline {i}" for i in range(5))
    with pytest.raises(TooLarge):
        decode(make_item(text.encode(), "vtt"), limited(max_blocks=4))


PARTS = st.sampled_from(
    [
        "WEBVTT", "NOTE", "Kind: captions", "", " ", "1", "00:00:01.000 --> 00:00:02.000", "00:00:02,000 --> 00:00:0x,000",
        "--> 00:00:02", "<v Ada>", "<c> word</c>", "<00:00:01.500>", "hello there you",
        "there you are", "&gt;&gt; Yes", '<p t="5">',
        "<tt>", "</p>", "<br/>", "<!--", "-->", "<![CDATA[", '{"events": [', '{"segs": [{"utf8": "one"}]},', "]}", "[",
        '{"text": "two"}',
        "---", "title: Salt", "# One", "**two**", "```", "{\\an8}", "\x00", "\u2028", "Ã©", "مرحبا", "\ud83d",
    ],
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARTS | st.text(max_size=12), max_size=30).map("\n".join), st.sampled_from(FORMATS))
def test_whatever_a_file_holds_its_blocks_are_its_text(text: str, form: Format) -> None:
    """Any text under any name gives blocks that are the document's text in order, or an error of the source."""
    try:
        document = decode(make_item(text.encode("utf-8", "surrogatepass"), form), load_rules())
    except SourceError:
        return
    spans = [span for block in document.blocks for span in block.spans]
    assert "".join("".join(document.text[a:b].split()) for a, b in spans) == "".join(document.text.split())
    assert spans == sorted(spans)
    assert all(block.text.split() == document.text[slice(*block.spans[0])].split() for block in document.blocks)


SPEECH = st.lists(st.sampled_from(["the", "tide", "No.", "we", "are"]), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(SPEECH, max_size=30))
def test_rolling_captions_of_any_speech_give_the_speech(lines: list[str]) -> None:
    """Speech written as YouTube writes automatic captions comes back line by line, however often it repeats itself."""
    out = ["WEBVTT", ""]
    for n, line in enumerate(lines):
        first, *words = line.split()
        timed = first + "".join(f"<00:00:{n:02}.{i:03}><c> {word}</c>" for i, word in enumerate(words, 1))
        out += [f"00:00:{n:02}.000 --> 00:00:{n:02}.980", lines[n - 1] if n else " ", timed, ""]
        out += [f"00:00:{n:02}.980 --> 00:00:{n:02}.990", line, " ", ""]
    said = [piece.text for piece in pieces_of("\n".join(out), "vtt") if piece.rule != RULE]
    assert said == lines


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["the tide goes out", "No.", "we are", "we are the tide", "so"]), max_size=30))
def test_captions_that_do_not_roll_lose_nothing(lines: list[str]) -> None:
    """One line a cue, one after the other without a pause: whatever is repeated was said."""
    text = "\n\n".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{line}" for n, line in enumerate(lines))
    if not any(b.startswith(a) and a != b for a, b in pairwise(lines)):
        assert [piece.text for piece in pieces_of(text, "srt") if piece.rule != RULE] == lines


@pytest.mark.skipif(not (DATA / "transcripts").is_dir(), reason="the labelled data is not here")
@pytest.mark.parametrize("name", ["003", "006"])
def test_real_rolling_captions_give_each_line_once(name: str) -> None:
    """Of rolling captions every line that was said comes out once, in order, and nothing else."""
    folder = DATA / "transcripts"
    said = [line.strip() for line in (folder / f"{name}.lines.txt").read_text("utf-8").split("\n") if line.strip()]
    pieces = pieces_of((folder / f"{name}.vtt").read_text("utf-8"), "vtt")
    assert [piece.text for piece in pieces if piece.rule != RULE] == said


@pytest.mark.skipif(not (DATA / "transcripts").is_dir(), reason="the labelled data is not here")
def test_a_real_file_cut_off_anywhere_keeps_what_stands_before() -> None:
    """json3 cut at any place gives the beginning of the same speech."""
    text = (DATA / "transcripts" / "008.json3").read_text("utf-8")
    whole = " ".join(piece.text for piece in pieces_of(text, "json3"))
    for share in range(1, 20):
        cut = text[: len(text) * share // 20]
        found = " ".join(piece.text for piece in pieces_of(cut, "json3"))
        assert whole.startswith(found)
        assert len(found) > len(whole) * (share - 1) / 20 - 200
    assert json.loads(text)["wireMagic"]


def test_xml_declares_its_charset(read: Callable[..., Document]) -> None:
    """The charset that an XML declaration names is taken."""
    text = '<?xml version="1.0" encoding="koi8-r"?><tt><body><p begin="1s">Наука и жизнь</p></body></tt>'
    assert read(text.encode("koi8-r"), "ttml").text == "Наука и жизнь"
