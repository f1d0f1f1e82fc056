"""Lines to paragraphs: nothing is lost, offsets are right, speakers and breaks start paragraphs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.explain import undo
from copydesk.transforms.extract.speakers import name_speakers
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document, Item, Layout, Role, Source

from .conftest import speech_of, wrap

Make = Callable[..., Document]
SENTENCE = "The boats went out in the early morning and came back late with all the fish that they had caught. "


def assert_kept(before: Document, after: Document) -> None:
    """Every character of the speech stands in one paragraph, whose spans and changes give it back."""
    spans = sorted(span for block in after.blocks for span in block.spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join("".join(after.text[a:b].split()) for a, b in spans) == "".join(before.text.split())
    for block in speech_of(after):
        source = "".join("".join(after.text[a:b].split()) for a, b in block.spans)
        said = "".join(undo(block.text, block.changes).split())
        if block.restored:
            source, said = ("".join(filter(str.isalnum, text.casefold())) for text in (source, said))
        assert said == source


def test_what_is_no_transcript_passes_through(transcript: Make, rules: Rules) -> None:
    """A page is returned as it is, and so is a transcript without speech."""
    document = transcript("They should of gone.")
    page = replace(document, source=replace(document.source, kind="page"))
    assert repair_speech(page, rules) is page
    empty = replace(document, blocks=())
    assert repair_speech(empty, rules) is empty


def test_lines_are_joined_and_each_keeps_its_span(transcript: Make, rules: Rules) -> None:
    """A paragraph of three lines has three spans, and its text is theirs joined by spaces."""
    document = transcript("We went down\nto the sea\nin ships.")
    (paragraph,) = speech_of(repair_speech(document, rules))
    assert paragraph.text == "We went down to the sea in ships."
    assert paragraph.spans == ((0, 12), (13, 23), (24, 33))
    assert paragraph.rule == "repair.paragraph"


def test_a_repair_may_run_over_a_line_break(transcript: Make, rules: Rules) -> None:
    """Words that are parted by a line break are mended together, and the change counts the paragraph's own text."""
    document = transcript("It was for all intensive\npurposes the end of it.")
    (paragraph,) = speech_of(repair_speech(document, rules))
    (change,) = paragraph.changes
    assert paragraph.text[change.start : change.end] == "intents and purposes"
    assert change.before == "intensive purposes"


def test_paragraphs_end_at_sentences_between_the_limits(transcript: Make, rules: Rules) -> None:
    """Every paragraph but the last has 60 to 150 words and closes a sentence."""
    paragraphs = speech_of(repair_speech(transcript(wrap(SENTENCE * 60)), rules))
    words = [len(block.text.split()) for block in paragraphs]
    assert min(words[:-1]) >= 60
    assert max(words) <= 150
    assert all(block.text.endswith(".") for block in paragraphs)


def test_changes_are_counted_from_their_own_paragraph(transcript: Make, rules: Rules) -> None:
    """In every paragraph a change's offsets hold what it put there."""
    document = transcript(wrap((SENTENCE * 5 + "They should of known. ") * 12))
    after = repair_speech(document, rules)
    changes = [(block, change) for block in speech_of(after) for change in block.changes]
    assert len(changes) == 12
    assert len({id(block) for block, _ in changes}) > 3
    assert all(block.text[change.start : change.end] == "have" for block, change in changes)
    assert_kept(document, after)


def test_speech_without_punctuation_is_cut_too(transcript: Make, rules: Rules) -> None:
    """A thousand words without a full stop make no paragraph of over 150."""
    document = transcript("and so on we go " * 200)
    after = repair_speech(document, rules)
    assert max(len(block.text.split()) for block in speech_of(after)) <= 150
    assert_kept(document, after)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("One came in.\n>> Two did.\n>> Three did so.", ["One", ">> Two", ">> Three"]),
        ("One came in. >> Two did. >> Three did so.", ["One", ">> Two", ">> Three"]),
        (
            "Speaker 0: One.\nSpeaker 1: Two.\nSpeaker 0: Three.\nSpeaker 1: Four.",
            ["Speaker 0: O", "Speaker 1: T", "Speaker 0: T", "Spe"],
        ),
        ("One came in.\nAnd sat down.\n\nTwo did so.", ["One", "Two"]),
        ("One came in and\n\nsat down here.", ["One"]),
        ("One came.\n\nTwo came.\n\nThree came.\n\nFour came.", ["One"]),
        ("He said one thing:\nthe other one.", ["He"]),
        ("Ada Key: A.\nBo Ray: B. Ada\nKey: C.\nBo\nRay: D.", ["Ada Key: A", "Bo Ray: B", "Ada Key: C", "Bo Ray: D"]),
        ("Key: One. Thanks\nKey: Two. Thanks\nKey: Three.", ["Key: One. Thanks", "Key: Two. Thanks", "Key: Three"]),
    ],
)
def test_speakers_and_empty_lines_start_paragraphs(text: str, starts: list[str], transcript: Make, rules: Rules) -> None:
    """A speaker's mark or label, and an empty line that parts sentences, start a paragraph; a label said once is a colon."""
    paragraphs = speech_of(repair_speech(transcript(text), rules))
    assert len(paragraphs) == len(starts)
    assert all(block.text.startswith(start) for block, start in zip(paragraphs, starts, strict=True))


def test_a_paragraph_knows_its_speaker_and_time(transcript: Make, rules: Rules) -> None:
    """The first line's label and time are the paragraph's."""
    document = transcript("ANNA LEE: One came.\nBO: Two did.\nANNA LEE: Three.\nBO: Four.")
    blocks = tuple(replace(block, layout=Layout(time=float(i))) for i, block in enumerate(document.blocks))
    paragraphs = speech_of(repair_speech(replace(document, blocks=blocks), rules))
    assert [(block.layout.speaker, block.layout.time) for block in paragraphs] == [
        ("ANNA LEE", 0.0),
        ("BO", 1.0),
        ("ANNA LEE", 2.0),
        ("BO", 3.0),
    ]


def test_a_label_that_is_cut_by_a_line_break_is_one_speaker(transcript: Make, rules: Rules) -> None:
    """The turn starts with the first half of the label, and has the whole of it as its speaker, on the lines below as well."""
    document = transcript("Ada Key: One.\nBo Ray: Two. Ada\nKey: Three\nand four.\nBo Ray: Five.")
    before = name_speakers(document.blocks)
    after = repair_speech(replace(document, blocks=before), rules)
    assert [(block.layout.speaker, block.text) for block in speech_of(after)] == [
        ("Ada Key", "Ada Key: One."),
        ("Bo Ray", "Bo Ray: Two."),
        ("Ada Key", "Ada Key: Three and four."),
        ("Bo Ray", "Bo Ray: Five."),
    ]
    assert_kept(document, after)


@pytest.mark.parametrize("role", ["subhead", "headline", "section"])
def test_a_paragraph_ends_where_a_heading_stands(role: Role, rules: Rules) -> None:
    """However short it is, and though its sentence runs on: nothing is joined over a heading."""
    text = "We went down\nThe sea\nto the sea. It was\ncold there."
    source = Source(uri="x", sha256="0", format="txt", kind="transcript")
    document = decode(Item(source=source, payload=text.encode()), rules)
    roles: dict[str, Role] = {"The sea": role}
    document = replace(document, blocks=tuple(replace(block, role=roles.get(block.text, "body")) for block in document.blocks))
    after = repair_speech(document, rules)
    assert [block.text for block in after.blocks] == ["We went down", "The sea", "to the sea. It was cold there."]
    assert_kept(document, after)


def test_furniture_between_lines_stays_where_it_is(rules: Rules) -> None:
    """A time stamp in the middle of a paragraph is a block of its own, and its characters are in no span of speech."""
    text = "We went down\n0:05\nto the sea."
    roles = {"0:05": "chrome"}
    source = Source(uri="x", sha256="0", format="txt", kind="transcript")
    document = decode(Item(source=source, payload=text.encode()), rules)
    document = replace(document, blocks=tuple(replace(block, role=roles.get(block.text, "body")) for block in document.blocks))
    after = repair_speech(document, rules)
    assert [block.text for block in after.blocks] == ["We went down to the sea.", "0:05"]
    assert_kept(document, after)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("今日は海へ行き\nました。魚が\nたくさんいた。", "今日は海へ行きました。魚がたくさんいた。"),
        ("我们今天去海边\n看船。", "我们今天去海边看船。"),
        ("私は Python\nが好き", "私は Python が好き"),
        ("오늘은 바다에\n갔다.", "오늘은 바다에 갔다."),
        ("Wir gingen ans\nMeer.", "Wir gingen ans Meer."),
    ],
)
def test_scripts_without_spaces_are_joined_without_any(lines: str, joined: str, transcript: Make, rules: Rules) -> None:
    """Japanese and Chinese lines are joined as they are; every other script with a space."""
    document = transcript(lines, language=None)
    after = repair_speech(document, rules)
    assert [block.text for block in speech_of(after)] == [joined]
    assert_kept(document, after)


def test_japanese_is_cut_into_paragraphs(transcript: Make, rules: Rules) -> None:
    """Long speech without spaces has paragraphs that close at its own full stop."""
    document = transcript("今日は海へ行って魚をたくさん見ました。\n" * 100, language="ja")
    paragraphs = speech_of(repair_speech(document, rules))
    assert len(paragraphs) > 5
    assert all(block.text.endswith("。") for block in paragraphs)


RULES = load_rules()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(alphabet="ab. ,>:\n日本。'\u3000\t-ZI9", max_size=40), max_size=12), st.sampled_from(["en", "ja", None])
)
def test_no_character_of_the_speech_is_lost(lines: list[str], language: str | None) -> None:
    """Whatever the lines hold, each solid character is in exactly one block, and the changes can be undone."""
    text = "x " + "\n".join([*lines, "They should of known."])
    source = Source(uri="x", sha256="0", format="txt", kind="transcript")
    document = decode(Item(source=source, payload=text.encode()), RULES)
    document = replace(document, language_hint=language)
    assert_kept(document, repair_speech(document, RULES))


@pytest.mark.parametrize("unit", ["a", ".", "a.b ", "'", "-a", '."', ">> ", "日本", "aB", "x "])
def test_a_long_line_of_anything_takes_linear_time(unit: str, rules: Rules) -> None:
    """Eight times the text takes at most sixteen times the time, and a fifth of a second of grace."""

    def cost(characters: int) -> float:
        text = (unit * (characters // len(unit) + 1)).strip()
        block = Block(text=text, spans=((0, len(text)),))
        source = Source(uri="x", sha256="0", format="txt", kind="transcript")
        document = Document(source=source, text=text, charset="utf-8", language_hint="en", blocks=(block,))
        start = time.process_time()
        repair_speech(document, rules)
        return time.process_time() - start

    cost(1_000)
    assert cost(160_000) <= 16 * cost(20_000) + 0.2
