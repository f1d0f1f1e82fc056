"""Transcripts, pasted and of captions: sound marks parted from speech, speakers named, nothing lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.extract import extract_blocks
from copydesk.transforms.repair import repair_speech
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.shapes import Block, Document, Format, Item, Kind, Source

RULES = load_rules()


def labelled(text: str, form: Format = "txt", kind: Kind | None = "transcript") -> Document:
    """A transcript as `extract` hands it on."""
    source = Source(uri="x", sha256="0", format=form, kind=kind)
    return extract_blocks(decode(Item(source=source, payload=text.encode()), RULES), RULES)


def cues(*lines: str) -> str:
    """Lines as cues of SubRip."""
    return "\n\n".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{line}" for n, line in enumerate(lines))


def speech(blocks: Sequence[Block]) -> list[str]:
    """What is said."""
    return [block.text for block in blocks if block.role == "body"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[Music]", []),
        ("(laughter)", []),
        ("♪ ♪", []),
        (">> [Applause].", []),
        ("♪ la la la ♪", ["la la la"]),
        ("well [Musik] then (Applaus) so", ["well", "then", "so"]),
        ("[audience laughs and claps]", []),
        ("(笑)", []),
        ("【拍手】", []),
        ("[موسيقى] مرحبا", ["مرحبا"]),
        ("*chuckles* right", ["right"]),
        ("he [the mayor] said", None),
        ("(the music was loud) he said", None),
        ("[ __ ] you", None),
        ("[inaudible]", None),
        ("it is [1] and [0:15]", None),
        ("2 * 3 * 4", None),
        ("(which I like)", None),
        ("[Ada Key]", None),
    ],
)
@pytest.mark.parametrize("form", ["txt", "srt"])
def test_sound_marks_are_parted_from_speech(line: str, said: list[str] | None, form: Format) -> None:
    """A mark that names a sound is chrome of its own rule; other brackets, and words around the mark, are speech."""
    lines = ["so we went", line, "and came back"]
    blocks = labelled("\n".join(lines) if form == "txt" else cues(*lines), form).blocks
    assert speech(blocks) == ["so we went", *([line] if said is None else said), "and came back"]
    assert {block.rule for block in blocks if block.role != "body"} <= {"speech.sound"}


def test_a_bracketed_line_in_captions_is_their_makers() -> None:
    """Alone in its line, in small letters, a mark is a sound in captions and may be text in a pasted transcript."""
    assert speech(labelled(cues("so", "[door creaks]", "yes"), "srt").blocks) == ["so", "yes"]
    assert "[door creaks]" in speech(labelled("so we\n[door creaks]\nyes").blocks)


@pytest.mark.parametrize(
    ("lines", "speakers"),
    [
        (["Speaker 0: Well.", "Yes.", "Speaker 1: No."], ["Speaker 0", "Speaker 0", "Speaker 1"]),
        (["JOHN SMITH: Well.", "Yes.", ">> No.", "No."], ["JOHN SMITH", "JOHN SMITH", None, None]),
        ([">> Ada: Well.", "Yes.", "&gt;&gt; No."], ["Ada", "Ada", None]),
        (["[Speaker 1]: Well.", "Yes."], ["Speaker 1", "Speaker 1"]),
        (["Ada: Well.", "Yes.", "Bo: No.", "No.", "Ada: So.", "Bo: Oh."], [None, "Ada", None, "Bo", None, None]),
        (["Okay. ADA KEY: Well.", "DR. ADA KEY: Yes."], [None, "DR. ADA KEY"]),
        (["Remember: salt.", "Yes."], [None, None]),
        (["so: salt", "so: salt", "we said: no"], [None, None, None]),
    ],
)
def test_labels_name_the_speaker_until_the_next(lines: list[str], speakers: list[str | None]) -> None:
    """A label holds for the lines below it; a plain one that comes back is left to the stage that starts paragraphs there."""
    blocks = labelled("\n".join(lines)).blocks
    assert [block.text for block in blocks] == lines
    assert [block.layout.speaker for block in blocks] == speakers


def test_a_name_that_the_format_gives_is_kept() -> None:
    """Where voices are named by the format, labels in the text change nothing."""
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Speaker 0: Well.\n\n00:02.000 --> 00:03.000\nYes."
    assert [block.layout.speaker for block in labelled(text, "vtt").blocks] == ["Ada", None]


def test_captions_are_transcripts_whatever_was_said_of_the_batch() -> None:
    """A caption file in a batch of pages is a transcript; one that is called a story is taken as it is."""
    kinds: list[Kind | None] = [None, "page", "transcript", "story"]
    assert [labelled(cues("[Music]", "so"), "srt", kind).source.kind for kind in kinds] == [
        "transcript", "transcript", "transcript", "story",
    ]  # fmt: skip
    assert speech(labelled(cues("[Music]", "so"), "srt", "story").blocks) == ["[Music]", "so"]


def test_a_wide_cue_and_a_set_phrase_in_captions_are_spoken() -> None:
    """A caption file has no page around it: nothing in it is furniture."""
    said = "so we went down to the quay"
    lines = ["Subscribe", said, said, said, *[f"and then we came back {'x' * n}" for n in range(20)], "y " * 90]
    assert speech(labelled(cues(*lines), "srt").blocks) == [line.strip() for line in lines]


def test_front_matter_gives_the_title_and_stamps_give_times() -> None:
    """A Markdown transcript's time stamps are taken out, its title is the front matter's."""
    text = "---\ntitle: Salt\n---\n\n**0:05**\nWe Went Down Again\n\n**0:09**\nto the sea\n"
    blocks = labelled(text, "md", None).blocks
    assert [(block.role, block.text, block.layout.time) for block in blocks] == [
        ("headline", "Salt", None), ("chrome", "0:05", None), ("body", "We Went Down Again", 5.0), ("chrome", "0:09", None),
        ("body", "to the sea", 9.0),
    ]  # fmt: skip


def test_speech_starts_a_paragraph_at_each_heading_of_markdown() -> None:
    """Paragraphs that are short enough to be joined are not joined across a heading."""
    text = "We went down to the quay.\n\nIt rained.\n\n## Part two\n\n"
    text += "Then we came back.\n\nIt was dry.\n\n## Part three\n\nThe end."
    document = segment_stories(repair_speech(labelled(text, "md", None), RULES), RULES)
    assert document.stories[0].text.split("\n\n") == [
        "We went down to the quay. It rained.", "Part two", "Then we came back. It was dry.", "Part three", "The end.",
    ]  # fmt: skip
