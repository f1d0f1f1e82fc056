"""`copydesk lexicon suggest`: what is counted, what is printed, and that it can be pasted."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.cli import main
from copydesk.pipeline.commands.suggesting import Census, lines_of
from copydesk.pipeline.options import load_settings
from copydesk.pipeline.resources import load_lexicon
from copydesk.transforms.lexicon import COLUMNS, LexiconName, parse_lexicon
from copydesk.transforms.repair.listing import listing_of
from copydesk.transforms.shapes import Paragraph, Story, StorySource
from copydesk.transforms.write.records import to_plain
from tests.pipeline.runs import write_run

FERRY = "The ferry of Zandarvo left the harbour. When the ferry came back, Zandarvo said it was the weather."
PRESS = "There is a new ferry, and Zandarva paid for it, as Anna Brandevik told us at the harbour."


def story(number: int, *paragraphs: str, **fields: Any) -> Story:
    """A transcript of these paragraphs."""
    text, made = "", []
    for words in paragraphs:
        text += "\n\n" if text else ""
        made.append(Paragraph(start=len(text), end=len(text) + len(words), role="paragraph", spans=((0, 1),)))
        text += words
    source = StorySource(
        uri=f"{number}.txt", sha256="0", format="txt", kind=fields.pop("kind", "transcript"), url=None, site=None, channel=None,
        retrieved=None, index=0, count=1,
    )  # fmt: skip
    shown: dict[str, Any] = {"language": "en", "language_score": 0.9} | fields
    return Story(id=f"{number:032x}", source=source, text=text, paragraphs=tuple(made), spans=((0, 1),), **shown)


def a_run(folder: Path, *stories: Story, **form: Any) -> str:
    """An output folder that holds these stories."""
    rows = {"documents": [], "stories": [to_plain(one) for one in stories], "removed": [], "rejected": []}
    return str(write_run(folder, rows, **form))


def suggested(capsys: pytest.CaptureFixture[str], *call: str) -> str:
    """What the command prints."""
    assert main(["lexicon", "suggest", *call]) == 0
    return capsys.readouterr().out


def rows_in(printed: str) -> list[list[str]]:
    """The lines that are names, by column."""
    return [line.split("\t") for line in printed.splitlines()[1:] if line.strip() and not line.startswith("# ")]


@pytest.mark.parametrize("form", [{}, {"shards": 3, "packed": True}])
def test_names_come_with_counts_contexts_and_near_forms(tmp_path: Path, form: dict[str, Any], capsys: Any) -> None:
    """Most used first, whatever the shards; each with its counts, an excerpt, context words, and other spellings of it."""
    talks = [story(1, FERRY), story(2, FERRY, PRESS), story(3, PRESS)]
    printed = suggested(capsys, a_run(tmp_path / "out", *talks, **form))
    assert printed.splitlines()[0].split("\t") == list(COLUMNS)
    assert rows_in(printed) == [
        ["Zandarvo", "term", "general", "", "ferry|harbour|weather"],
        ["Anna Brandevik", "person", "general", "", "ferry|harbour"],
        ["Zandarva", "term", "general", "", "anna|ferry|harbour"],
    ]
    assert "# Zandarvo: 4 times in 2 stories; near: Zandarva (2 times)" in printed
    assert "#   The ferry of Zandarvo left the harbour. When the ferry came back, …" in printed


def test_what_sounds_like_a_known_name_becomes_its_sounds(tmp_path: Path, capsys: Any) -> None:
    """All forms of one name on one line, so that the file can be used as it is."""
    talk = story(1, "So we asked Palunteer and Palunteer, and palantear too, for palantear is, they say, near Palantir.")
    printed = suggested(capsys, a_run(tmp_path / "out", talk))
    assert rows_in(printed) == [["Palantir", "company", "technology", "palantear|palunteer", ""]]
    assert "# Palunteer: 2 times in 1 story; most likely Palantir of the lexicon (once here); near: palantear (2" in printed


def test_what_is_printed_can_be_pasted(tmp_path: Path, capsys: Any) -> None:
    """As a file, or below another, it is loaded by one line of configuration, and its names are then known."""
    odd = "It was Palunteer, # not Palunteer\tor \x1b[31mPalunteer."
    folder = a_run(tmp_path / "out", story(1, FERRY), story(2, PRESS, odd))
    printed = suggested(capsys, folder, "--min-count", "1")
    mine = tmp_path / "names.tsv"
    mine.write_text("\t".join(COLUMNS) + "\nTarvelund\tplace\tgeneral\n" + printed, "utf-8")
    lexicon = load_lexicon(load_settings(sets=[f"repair.lexicons=['{mine}']"]).repair.lexicons)
    known = {name.name: name for name in lexicon.names}
    assert known["Zandarvo"].context == {"ferry", "harbour", "weather"}
    assert "palunteer" in known["Palantir"].sounds
    assert len(parse_lexicon("names.tsv", printed)) == 4
    assert "\x1b" not in printed
    again = suggested(capsys, folder, "--min-count", "1", "--set", f"repair.lexicons=['{mine}']")
    assert rows_in(again) == [["Palantir", "company", "technology", "palunteer", ""]]


def test_options_choose_what_is_told(tmp_path: Path, capsys: Any) -> None:
    """The least count, the language, the number of names; duplicates are not counted."""
    german = story(4, "Gestern hat Ostrevik die Fähre verkauft, sagt Ostrevik.", language="de-AT")
    stories = [story(1, FERRY), story(2, FERRY, duplicate_of=f"{1:032x}", similarity=1.0), story(3, PRESS), german]
    folder = a_run(tmp_path / "out", *stories)
    assert [row[0] for row in rows_in(suggested(capsys, folder))] == ["Zandarvo"]
    assert len(rows_in(suggested(capsys, folder, "--min-count", "1"))) == 3
    assert len(rows_in(suggested(capsys, folder, "--min-count", "1", "--limit", "2"))) == 2
    assert [row[0] for row in rows_in(suggested(capsys, folder, "--language", "de"))] == ["Ostrevik"]
    assert main(["lexicon", "suggest", folder]) == 0
    assert "read 2 of 4 stories (en, no duplicates)" in capsys.readouterr().err


def test_small_letters_are_names_in_speech_alone(tmp_path: Path, capsys: Any) -> None:
    """On a page an unknown word in small letters is a slip of the typist; headings are left out everywhere."""
    words = "so what zandarvo does is they run the ferry for zandarvo"
    spoken, typed = a_run(tmp_path / "a", story(1, words)), a_run(tmp_path / "b", story(1, words, kind="page"))
    assert [row[0] for row in rows_in(suggested(capsys, spoken))] == ["zandarvo"]
    assert rows_in(suggested(capsys, typed)) == []
    one = story(1, "Why Zandarvo Sold Brandevik")
    heading = dataclasses.replace(one, paragraphs=(dataclasses.replace(one.paragraphs[0], role="subhead"),))
    assert rows_in(suggested(capsys, a_run(tmp_path / "c", heading), "--min-count", "1")) == []


def test_memory_is_bounded_by_the_forms_that_are_kept() -> None:
    """Where there are more forms than may be, those used least are let go, and the output says so."""
    listing = listing_of(load_lexicon())
    census = Census(listing, "en", most=40)
    letters = "bdfgklmnprstvz"
    for number in range(30):
        rare = " and ".join(f"Zan{letters[number % 14]}o{one}a{letters[number // 14]}e" for one in letters)
        census.add(story(number, f"They met Zandarvo and {rare} there."))
        assert len(census.uses) <= 40
    assert census.uses["zandarvo"].times == 30
    assert census.let_go > 300
    assert any(f"{census.let_go:,} forms" in line for line in lines_of(census, least=2, most=None))


def test_a_name_of_the_lexicon_is_counted_by_its_telling_words() -> None:
    """As often as the rarest of them stands there; a name of ordinary words alone is never counted."""
    census = Census(listing_of(load_lexicon()), "en")
    census.add(story(1, "We asked Palantir and Palantir about Anthropic."))
    names = ("Palantir", "Anthropic", "Palantir Anthropic", "Nvidia", "Open Harbour")
    found = [census.spelled(LexiconName(name, "company", "technology")) for name in names]
    assert found == [2, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{empty}"], "no manifest.json; this is no published run of Copydesk"),
        (["{bare}"], "no shard of stories (stories-*)"),
        (["{bare}", "--language", "ja"], "--language: no list of words for 'ja'; there are"),
        (["{broken}"], "line 1: no story record"),
    ],
)
def test_a_folder_that_holds_no_stories_is_a_wrong_call(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one message that says what is missing, and nothing on standard output."""
    (tmp_path / "empty").mkdir()
    write_run(tmp_path / "bare", {"documents": [], "removed": [], "rejected": []} | {"stories": []}, shards=0)
    a_run(tmp_path / "broken", story(1, FERRY))
    next((tmp_path / "broken").glob("stories-*")).write_text('{"id": 3}\n')
    places = {name: str(tmp_path / name) for name in ("empty", "bare", "broken")}
    assert main(["lexicon", "suggest", *(part.format(**places) for part in arguments)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
