"""What was said is of use: training, the lexicon, the configuration and the phrase packs take what is made of it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import clean, cli
from copydesk.pipeline.options import load_settings
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.training.pages import load_folder
from copydesk.pipeline.view.labels import JudgedSource, Verdict, Versions
from copydesk.pipeline.view.takeaway.training import labelled_texts
from copydesk.transforms.lexicon import parse_lexicon
from copydesk.transforms.rules import parse_phrases
from copydesk.transforms.write.records import to_plain
from tests.pipeline import runs
from tests.pipeline.view.served import Client
from tests.pipeline.view.test_verdicts import block_of

TALK = (
    "So we went down to the chip foundry to see what they had built there over the winter.\n"
    "And then a man from {heard} told us that the wafer and the foundry were all that mattered.\n"
    "He said the wafer would be ready, and that the chip is made in the foundry all the same.\n"
) * 4


def verdict(**fields: Any) -> Verdict:
    """One, on a page, unless told otherwise."""
    source = JudgedSource(uri="in/a.txt", sha256="00", site=None, kind="page", language="en")
    versions = Versions(copydesk="0.1.0", run="r1", rules_sha256="")
    whole: dict[str, Any] = {
        "of": "role", "source": source, "start": 0, "end": 4, "text": "Menu", "said": "body", "rule": "", "verdict": "reject",
        "right": "chrome", "time": "2026-01-01T00:00:00+00:00", "versions": versions,
    }  # fmt: skip
    return Verdict(**(whole | fields))


def convert(folder: Path, verdicts: list[Verdict], *more: str) -> int:
    """Write a labels file and call `copydesk labels`."""
    path = folder / "l.jsonl"
    path.write_bytes(b"".join(to_line(to_plain(one)) for one in verdicts))
    return cli.main(["labels", str(path), "--output", str(folder / "judged"), *more])


def test_training_takes_a_page_that_was_looked_through(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines, roles and stories as they are once every verdict is applied; of a page that was not looked through nothing."""
    number, other = client.number("a.txt"), client.number("hostile.txt")
    client.judge(source=number, block=block_of(client, number, "Share this"), verdict="reject", right="promo")
    client.judge(source=number, block=block_of(client, number, "Harbour news"), verdict="reject", right="section")
    client.judge(source=number, verdict="accept")
    client.judge(source=other, block=0, verdict="accept")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["labels", client.labels, "--output", "judged"]) == 0
    assert f"to train on: make train LABELS={tmp_path}/judged/pages\n" in capsys.readouterr().out  # as it can be pasted
    (example,) = load_folder(tmp_path / "judged" / "pages", "pages", load_rules())
    assert [line.text for line in example.page.lines] == runs.TEXT.splitlines()
    roles = ["section", "headline", "body", "body", "promo", "headline", "body"]
    assert [line.role for line in example.page.lines] == roles
    assert [line.story for line in example.page.lines] == [0, 0, 0, 0, None, 1, 1]
    assert (example.weights > 0).all()
    assert len(example.stories) == 2


LINES = [  # text, said, story; then what is right, by line
    ("Top", "chrome", None), ("First", "headline", 0), ("One.", "body", 0), ("Aside", "chrome", None), ("Second", "subhead", 0),
    ("Two.", "body", 0), ("Third", "headline", 1), ("Three.", "body", 1), ("More", "chrome", None),
]  # fmt: skip


@pytest.mark.parametrize(("right", "stories"), [
    ({}, [(2, 6), (7, 8)]),
    ({4: "headline"}, [(2, 3), (5, 6), (7, 8)]),
    ({6: "subhead"}, [(2, 8)]),
    ({8: "body"}, [(2, 6), (7, 9)]),
    ({0: "headline", 1: "deck"}, [(1, 6), (7, 8)]),
    ({0: "headline"}, [(2, 6), (7, 8)]),
    ({0: "body"}, [(1, 1), (2, 6), (7, 8)]),
    ({1: "chrome"}, [(3, 6), (7, 8)]),
    ({6: "chrome", 7: "chrome"}, [(2, 6)]),
    ({0: "byline"}, [(1, 6), (7, 8)]),
])  # fmt: skip
def test_stories_begin_and_end_by_what_is_right(right: dict[int, Any], stories: list[tuple[int, int]]) -> None:
    """A headline after all begins a story, one that is none joins two, and text after all belongs to the story before it."""
    blocks: list[Any] = []
    at = 0
    said = []
    for number, (text, role, story) in enumerate(LINES):
        blocks.append((at, at + len(text), role, story, text))
        if number in right:
            said.append(verdict(start=at, end=at + len(text), text=text, said=role, right=right[number]))
        at += len(text) + 1
    page = verdict(of="page", start=0, end=at, text="", said="", verdict="accept", right=None, blocks=tuple(blocks))
    (made,) = labelled_texts([page, *said])
    assert [(story["start_line"], story["end_line"]) for story in made.gold["stories"]] == stories
    assert made.gold["roles"]["1"] == right.get(0, "chrome")


def test_a_page_is_named_after_its_site() -> None:
    """What stands before the first hyphen is the site, by which training keeps pages of one site together."""
    source = replace(verdict().source, site="news-site.example/a b")
    page = verdict(of="page", source=source, text="", blocks=((0, 4, "body", 0, "Menu"),))
    (made,) = labelled_texts([page])
    assert made.name.partition("-")[0] == "news_site.example_a_b"
    assert "/" not in made.name


@pytest.mark.parametrize("letter", ["s", "ß", "京"])
def test_a_long_site_makes_no_name_that_a_disk_refuses(tmp_path: Path, letter: str) -> None:
    """The name is cut, in bytes and between letters; pages whose sites differ behind the cut keep files of their own."""
    pages = []
    for end in ("a", "b"):
        source = replace(verdict().source, site=letter * 300 + end, uri=end)
        pages.append(verdict(of="page", source=source, text="", right=None, blocks=((0, 4, "body", 0, "Menu"),)))
    assert convert(tmp_path, pages) == 0
    names = sorted(path.name for path in (tmp_path / "judged" / "pages").iterdir())
    assert len(names) == 4
    assert max(len(name.encode()) for name in names) < 143
    assert {name.partition("-")[0].strip(letter) for name in names} == {""}


def test_the_configuration_takes_the_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`copydesk config check` finds no fault, and a run with it gives each line the role that was said to be right."""
    odd = "More of *this* (and \\that) [3] “now” …"
    said = [verdict(text=odd), verdict(text="The tide is out.", start=9, right="promo")]
    assert convert(tmp_path, said) == 0
    config = str(tmp_path / "judged" / "config.toml")
    assert cli.main(["config", "check", config]) == 0
    assert "no fault" in capsys.readouterr().out
    prose = "\n\n".join(runs.TEXT.splitlines()[1:4])
    page = f"{prose}\n\n{odd}\n\nThe tide is out.\n"
    before, after = (clean(page, kind="page", settings=load_settings(file))[0].text for file in (None, config))
    assert odd in before
    assert "The tide is out." in before
    assert odd not in after
    assert "The tide is out." not in after
    assert "Boats leave" in after


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u3000", "  ", " "])
def test_a_rule_holds_whatever_white_space_parts_the_words(tmp_path: Path, space: str) -> None:
    """A line with no-break spaces is matched by the rule that was made of it, and by that of the same line without."""
    convert(tmp_path, [verdict(text=f"The{space}tide is\u00a0out :", right="promo"), verdict(text="Sea wall shut", start=9)])
    prose = "\n\n".join(runs.TEXT.splitlines()[1:4])
    page = f"{prose}\n\nThe{space}tide is\u00a0out :\n\nSea{space}wall shut\n"
    config = str(tmp_path / "judged" / "config.toml")
    before, after = (clean(page, kind="page", settings=load_settings(file))[0].text for file in (None, config))
    assert [words for words in ("tide", "wall shut", "Boats leave") if words in before] == ["tide", "wall shut", "Boats leave"]
    assert [words for words in ("tide", "wall shut", "Boats leave") if words in after] == ["Boats leave"]


def test_a_line_is_no_rule_where_a_page_has_it_as_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A teaser that was judged is the headline of a page that was looked through: a rule of it would remove the headline."""
    teaser, menu = "Bakery wins\u00a0a prize", "Menu"
    blocks = (
        (0, 4, "body", None, menu), (10, 30, "body", 0, "Bakery wins a prize"), (40, 60, "headline", 1, "BAKERY WINS A PRIZE"),
        (70, 74, "chrome", None, menu),
    )  # fmt: skip
    page = verdict(of="page", start=0, end=80, text="", said="", verdict="accept", right=None, blocks=blocks)
    said = [verdict(text=menu), verdict(text=teaser, start=10, end=30, right="promo")]

    def rules(*verdicts: Verdict) -> list[tuple[str, str]]:
        assert convert(tmp_path, list(verdicts), "--overwrite") == 0
        config = tomllib.loads((tmp_path / "judged" / "config.toml").read_text("utf-8"))
        return [(rule["pattern"], rule["role"]) for rule in config.get("extract", {}).get("rules", [])]

    assert rules(*said) == [(r"Bakery\s+wins\s+a\s+prize", "promo"), ("Menu", "chrome")]
    assert rules(page, *said) == [("Menu", "chrome")]
    assert "left out: 1 roles of lines that are one thing in one place and another in another" in capsys.readouterr().out
    elsewhere = replace(page, source=replace(page.source, uri="in/b.txt"))
    assert rules(elsewhere, *said) == []
    agreed = verdict(text="Bakery wins a prize", start=40, end=60, said="headline", right="promo")
    assert rules(page, *said, agreed) == [(r"Bakery\s+wins\s+a\s+prize", "promo"), ("Menu", "chrome")]


def test_a_line_is_no_rule_where_it_is_not_always_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is one thing here and another there, long, a talk's, or was right anyway makes none; the call says how many."""
    talk = replace(verdict().source, kind="transcript")
    said = [
        verdict(text="Politics"), verdict(text="politics", start=9, verdict="accept", said="subhead", right="subhead"),
        verdict(text="A" * 161, start=20), verdict(text="Hm.", source=talk, start=50), verdict(text="***", start=30),
        verdict(text="Log in", start=40, verdict="accept", said="chrome"),
    ]  # fmt: skip
    convert(tmp_path, said)
    assert "extract" not in tomllib.loads((tmp_path / "judged" / "config.toml").read_text("utf-8"))
    told = capsys.readouterr().out
    reasons = ("one thing in one place", "more than 160 characters", "in transcripts", "without a letter", "6 roles for pages/")
    assert [reason for reason in reasons if reason not in told] == []


def test_a_phrase_pack_takes_the_lines(tmp_path: Path) -> None:
    """By language; each rule matches its lines and its example, and none of the text that was judged."""
    german = replace(verdict().source, language="de-AT")
    said = [
        verdict(text="Join our walks »"), verdict(text="join our walks", start=9),
        verdict(text="Kaffeekasse", source=german, start=30, right="promo"),
        verdict(text="Boats leave at eight.", start=20, verdict="accept", said="body", right="body"),
    ]  # fmt: skip
    convert(tmp_path, said)
    folder = tmp_path / "judged" / "phrases"
    packs = {path.stem: parse_phrases(path.name, tomllib.loads(path.read_text("utf-8"))) for path in folder.iterdir()}
    assert {name: pack.language for name, pack in packs.items()} == {"en": "en", "de": "de"}
    (english,), (other,) = packs["en"].rules, packs["de"].rules
    assert (english.role, other.role) == ("chrome", "promo")
    assert english.matches("JOIN OUR WALKS")
    for rule in (english, other):
        assert all(rule.matches(text) for text in rule.examples)
        assert not any(rule.matches(text) for text in rule.counters)
    assert english.counters == ("Boats leave at eight.",)


@pytest.mark.parametrize(("language", "names"), [
    ("EN-gb", ["en.toml"]), ("gsw-CH", ["gsw.toml"]), ("x-own", []), ("english", []), (None, []),
])  # fmt: skip
def test_a_phrase_pack_is_named_after_a_language(tmp_path: Path, language: str | None, names: list[str]) -> None:
    """By its two or three letters; of a line whose language has none there is a rule, and no pack."""
    assert convert(tmp_path, [verdict(source=replace(verdict().source, language=language))]) == 0
    folder = tmp_path / "judged"
    assert [path.name for path in (folder / "phrases").glob("*")] == names
    assert len(tomllib.loads((folder / "config.toml").read_text("utf-8"))["extract"]["rules"]) == 1


def change(before: str, after: str, right: str, **fields: Any) -> Verdict:
    """A verdict on a repair in a talk."""
    source = replace(verdict().source, kind="transcript")
    said = "accept" if right == after else "reject"
    return verdict(
        of="change", source=source, text=before, said=after, right=right, verdict=said,
        **({"rule": "gazetteer_name"} | fields),
    )  # fmt: skip


def test_a_lexicon_takes_the_names(tmp_path: Path) -> None:
    """What is right is a name, what was heard instead a sound of it; a name of the shipped lexicon keeps kind and field."""
    around = "a man from Zandarvo told us that the wafer and the foundry were all"
    said = [
        change("sand arvo", "Zandarvo", "Zandarvo", around=around),
        change("Zandavo", "Zandarvo", "Zandarvo", start=9, around=around),
        change("Tidewell", "Tidwell", "Tidewell", start=20), change("a coma", "Akoma", "A Coma Group", start=30),
        change("Rapid us", "Rapidus", "Rapidus", start=40),
    ]  # fmt: skip
    assert convert(tmp_path, said) == 0
    names = {name.name: name for name in parse_lexicon("names.tsv", (tmp_path / "judged" / "names.tsv").read_text("utf-8"))}
    assert set(names) == {"Zandarvo", "Tidewell", "A Coma Group", "Rapidus"}
    assert names["Zandarvo"].sounds == ("sand arvo", "zandavo")
    assert {"wafer", "foundry"} <= names["Zandarvo"].context
    assert names["Tidewell"].sounds == ()
    assert (names["Rapidus"].kind, names["A Coma Group"].kind) == ("company", "company")
    assert "lexicons" in (tmp_path / "judged" / "config.toml").read_text("utf-8")


def test_a_run_with_the_lexicon_hears_the_name(tmp_path: Path) -> None:
    """What was said to be heard for a name is mended where the name's own words stand near, and was not before."""
    around = "And then a man from Zandarvo told us that the wafer and the foundry were all that mattered"
    convert(tmp_path, [change("Zandarfo", "Xandarvo", "Zandarvo", around=around)])
    talk = TALK.format(heard="Zandarfo")
    config = str(tmp_path / "judged" / "config.toml")
    before, after = (clean(talk, kind="transcript", settings=load_settings(file))[0] for file in (None, config))
    assert "Zandarvo" not in before.text
    assert {(one.before, one.after) for one in after.changes} == {("Zandarfo", "Zandarvo")}


def test_what_is_no_name_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Words, and what a document spells otherwise itself, are counted with the reason; no lexicon is written of nothing."""
    of, name = change("of", "have", "of", rule="confusion.modal_of"), change("Kaar", "Kahr", "Kaar", rule="document_name")
    convert(tmp_path, [of, name])
    told = capsys.readouterr().out
    assert "left out: 1 repairs of words that are no names" in told
    assert "left out: 1 repairs of names that their own document spells otherwise" in told
    assert not (tmp_path / "judged" / "names.tsv").exists()
    assert cli.main(["config", "check", str(tmp_path / "judged" / "config.toml")]) == 0


def test_files_of_several_people_are_one(tmp_path: Path) -> None:
    """Of two verdicts on one span that of the later file stands."""
    for name, right in (("ada", "promo"), ("ben", "date")):
        (tmp_path / f"{name}.jsonl").write_bytes(to_line(to_plain(verdict(right=right))))
    paths = [str(tmp_path / f"{name}.jsonl") for name in ("ada", "ben")]
    assert cli.main(["labels", *paths, "--output", str(tmp_path / "judged")]) == 0
    (rule,) = tomllib.loads((tmp_path / "judged" / "config.toml").read_text("utf-8"))["extract"]["rules"]
    assert rule["role"] == "date"


def test_only_its_own_folder_is_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An earlier call's with --overwrite, what else stands there never; the folder comes whole or not at all."""
    assert convert(tmp_path, [verdict()]) == 0
    assert convert(tmp_path, [verdict()]) == 2
    assert "add --overwrite" in capsys.readouterr().err
    assert convert(tmp_path, [verdict(text="Other")], "--overwrite") == 0
    assert "Other" in (tmp_path / "judged" / "config.toml").read_text("utf-8")
    (tmp_path / "judged" / "config.toml").write_text("[run]\n")
    assert convert(tmp_path, [verdict()], "--overwrite") == 2
    assert "something else" in capsys.readouterr().err
    assert not list(tmp_path.glob(".copydesk-labels-*"))
    assert json.loads((tmp_path / "l.jsonl").read_text("utf-8"))["of"] == "role"
