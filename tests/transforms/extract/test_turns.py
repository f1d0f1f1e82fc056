"""Heads of turns that name the speaker and the time: told, parted from the speech, and never taken for what looks like them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from copydesk.transforms.extract import extract_blocks, kind_of
from copydesk.transforms.extract.turns import read_turn
from copydesk.transforms.rules import Rules
from copydesk.transforms.segment import segment_stories
from copydesk.transforms.shapes import Document
from copydesk.transforms.write import check_account

SAID = (
    "Last week I climbed up to the lamp with the woman who keeps it.",
    "You took longer than the oil did, and you talked all the way.",
    "The horn was built by a man from the next valley, wasn't it?",
    "It was, and nobody alive had heard it until Tuesday evening.",
    "What did the sheep say?",
    "They left.",
)
TIMES = ("0:04", "0:11", "0:19", "0:27", "1:02", "1:05")
NAMES = ("Bea Lindqvist", "Anneke van der Key")


def talk(form: str, names: tuple[str, str] = NAMES, times: tuple[str, ...] = TIMES) -> str:
    """The talk with its turns in a form."""
    turns = zip(SAID, times, names * 3, strict=True)
    return "\n".join(form.format(name=name, time=time, said=said) for said, time, name in turns)


FORMS = (
    "{name}  {time}\n{said}\n", "{name} ({time}):\n{said}\n", "{name}, 00:0{time}\n{said}\n", "[{time}] {name}\n{said}\n",
    "{name} [{time}]: {said}", "{name}: [00:0{time}] {said}",
)  # fmt: skip


@pytest.mark.parametrize("names", [NAMES, ("Speaker 1", "Speaker 2"), ("speaker 0", "speaker 1")])
@pytest.mark.parametrize("form", FORMS)
def test_turns_of_a_talk(form: str, names: tuple[str, str], rules: Rules, read: Callable[..., Document]) -> None:
    """A talk is told by its turns; the text has none of their heads, its speech knows the speaker and time, nothing is lost."""
    document = extract_blocks(read(talk(form, names)), rules)
    assert document.source.kind == "transcript"
    speech = [(block.layout.speaker, block.layout.time, block.text) for block in document.blocks if block.role == "body"]
    assert speech == list(zip(names * 3, (4.0, 11.0, 19.0, 27.0, 62.0, 65.0), SAID, strict=True))
    assert {block.rule for block in document.blocks if block.role == "chrome"} == {"speech.turn"}
    check_account(segment_stories(document, rules))


def test_title_and_date_above_the_first_turn(rules: Rules, read: Callable[..., Document]) -> None:
    """What stands above the first turn is not spoken: the title becomes the headline, the date the day; a sentence stays."""
    for above, headline in (("The horn: episode 44\nJune 2, 2025\n\n", "The horn: episode 44"), ("Now it is on.\n\n", None)):
        document = segment_stories(extract_blocks(read(above + talk("{name}  {time}\n{said}\n")), rules), rules)
        [story] = document.stories
        assert (story.headline, story.published) == (headline, "2025-06-02" if headline else None)
        assert [block.layout.speaker for block in document.blocks if block.text == "Now it is on."] == [None] * (not headline)


def test_the_line_of_a_service_is_not_spoken(rules: Rules, read: Callable[..., Document]) -> None:
    """The line below the last turn by which a service signs leaves the text."""
    blocks = extract_blocks(read(talk("{name}  {time}\n{said}\n") + "\nTranscribed by https://scribe.example"), rules).blocks
    assert (blocks[-1].role, blocks[-1].text[:11]) == ("chrome", "Transcribed")


def test_lines_that_a_format_joins_are_parted(rules: Rules, read: Callable[..., Document]) -> None:
    """In Markdown the head of a turn and the speech in the next line are one paragraph, and are parted all the same."""
    document = extract_blocks(read(talk("**{name}** ({time}):\n{said}\n"), "md"), rules)
    speech = [(block.layout.speaker, block.text) for block in document.blocks if block.role == "body"]
    assert speech == list(zip(NAMES * 3, SAID, strict=True))
    check_account(segment_stories(document, rules))


def test_speech_goes_on_below_a_turn(rules: Rules, read: Callable[..., Document]) -> None:
    """Further lines of a turn are of the same speaker, and only the first has its time."""
    text = talk("{name} {time}\n{said}\nSo I said.\n")
    speech = [block.layout for block in extract_blocks(read(text), rules).blocks if block.role == "body"]
    assert [(each.speaker, each.time) for each in speech[:3]] == [(NAMES[0], 4.0), (NAMES[0], None), (NAMES[1], 11.0)]


@pytest.mark.parametrize(
    "text",
    [
        talk("{name} {time}\n{said}\n", times=TIMES[::-1]),  # a table of results
        talk("{name} {time}\n{said}\n", times=("9:04", "9:11", "9:19", "9:27", "10:02", "10:05")),  # comments of a morning
        "\n".join(f"0:{9 * number:02} {title}" for number, title in enumerate(("Start", "Harbour", "Horn", "Sheep", "End"))),
        "\n".join(f"{name} {time}" for name, time in zip(NAMES * 3, TIMES, strict=True)),  # who was first at the top
        "Ada Key 0:04\nSay it.\nBo Key 0:09\nWhat?\nIda Frost 0:12\nThat.\nOda Winter 0:15\nNo, I will not say it at all.",
    ],
)
def test_what_looks_like_turns_makes_no_talk(text: str, read: Callable[..., Document]) -> None:
    """Times that fall or are of the day, chapters, tables, and names that never come back tell no transcript."""
    assert kind_of(read(text)) == "page"


@pytest.mark.parametrize(
    "line", ["the train leaves at 0:31", "Ada said: 0:31 is it", "0:31", "1:39 PM ET", "Ada Key:", "Ada Key 0:31 is it"]
)
def test_what_is_no_head(line: str) -> None:
    """A time in a sentence, a time or a label alone, and a name and a time that speech goes on from are no heads."""
    assert read_turn(line) is None
