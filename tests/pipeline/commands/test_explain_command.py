"""`copydesk explain`: what happened to one source, for a person and as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter

from copydesk.pipeline.cli import main
from copydesk.pipeline.commands import explained, explaining
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.terminal import lines as terminal
from copydesk.transforms.errors import TooLarge
from copydesk.transforms.shapes import Block, Change, Document, Item, Removed, Source, Story
from tests.pipeline.runs import TEXT, rows_of, to_lines

SECONDS = 3.0


def _block(words: str, role: Any, rule: str, evidence: str = "") -> Block:
    start = TEXT.index(words)
    return Block(text=words, spans=((start, start + len(words)),), role=role, rule=rule, evidence=evidence)


def decode(item: Item, _: Any) -> Document:
    """Stand-in: the text as it is."""
    change = Change(start=0, end=1, before="\u00e2", after="H", rule="mojibake", confidence=1.0, evidence="")
    return Document(source=item.source, text=item.payload.decode(), charset="utf-8", language_hint="en", changes=(change,))


def extract(document: Document, _: Any) -> Document:
    """Stand-in: the blocks of the page that `runs.TEXT` is, labelled."""
    blocks = tuple(
        _block(line, *label)
        for line, label in zip(
            TEXT.splitlines(),
            [
                ("section", "line.section", "stands above a headline"),
                ("headline", "model.headline"),
                ("body", "model.body"),
                ("body", "model.body"),
                ("promo", "phrase.sharing", "a set phrase"),
                ("headline", "model.headline"),
                ("body", "model.body"),
            ],
            strict=True,
        )
    )
    return dataclasses.replace(document, source=dataclasses.replace(document.source, kind="page"), blocks=blocks)


def segment(document: Document, _: Any) -> Document:
    """Stand-in: the two stories of that page."""
    rows = rows_of(document.source.uri)
    stories = TypeAdapter(tuple[Story, ...]).validate_python(rows["stories"])
    removed = tuple(Removed(**{key: row[key] for key in row if key != "source"}) for row in rows["removed"])
    return dataclasses.replace(document, stories=stories, removed=removed)


def refuse(document: Document, _: Any) -> Document:
    """Stand-in: a stage that cannot go on."""
    raise TooLarge(f"more than 3 blocks in {len(document.text)} characters")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A page, and stages that do what `runs` says."""
    monkeypatch.chdir(tmp_path)
    stages = {"decode": decode, "extract": extract, "repair": lambda document, _: document, "segment": segment}
    stages["tag"] = stages["repair"]
    monkeypatch.setitem(sys.modules, "copydesk.pipeline.chain", SimpleNamespace(STAGES=stages))
    monkeypatch.setattr(explaining, "_considered", lambda *_: [])
    Path("page.txt").write_text(TEXT, "utf-8")
    return "page.txt"


def test_person_sees_blocks_stories_and_changes(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every block with role, story or a sign that it is removed, rule and evidence; every story with its changes in place."""
    assert main(["explain", page]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0] == "page.txt"
    assert "page, txt, utf-8 · language en" in lines[1]
    assert any(line.split() == ["2", "headline", "1", "│", "The", "ferry", "runs", "again"] for line in lines)
    removed = next(number for number, line in enumerate(lines) if line.split() == ["5", "-", "promo", "│", "Share", "this"])
    assert lines[removed + 1].split() == ["│", "phrase.sharing:", "a", "set", "phrase"]
    for words in (
        "number, - where it is removed, role, number of the story │ text",
        "line.section: removed by phrase.sharing; stands above a headline",
        "STORY 1 OF 2",
        "headline  The ferry runs again",
        "runs again, says the -harber-+harbour+.",
        "  1 change\n",
        "harber -> harbour  spelling  0.90  spelled so above",
        "CHANGES MADE BY DECODE",
        "â -> H  mojibake  1.00",
    ):
        assert words in out
    assert "\x1b" not in out


def test_removed_lines_are_whole_and_kept_ones_begin(page: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """What is removed is shown to its last word, of what is kept the beginning, since its words follow with the story."""
    told: dict[str, Any] = {"rule": "r", "evidence": "", "features": [], "first_look": []}
    long = told | {"start": 0, "end": 1, "text": "word " * 40 + "finish"}
    blocks = [long | {"number": 1, "role": "promo", "story": None, "removed": "r"},
              long | {"number": 2, "role": "body", "story": 1, "removed": None}]  # fmt: skip
    monkeypatch.setattr(explaining, "_blocks", lambda *_: iter(blocks))
    assert main(["explain", page]) == 0
    source = capsys.readouterr().out.partition("STORY 1")[0]
    assert source.count("word") > 50
    assert source.count("finish") == 1
    assert source.count("…") == 1
    assert max(map(len, source.splitlines())) <= terminal.PLAIN_WIDTH


@pytest.mark.parametrize("width", [20, 48, 80])
def test_lines_fit_the_terminal(page: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """No line is wider than the terminal, but for gutters beside the few columns that a text has at least."""
    monkeypatch.setattr(explaining, "width", lambda: width)
    assert main(["explain", page]) == 0
    widest = max(terminal.columns(line) for line in capsys.readouterr().out.splitlines())
    assert widest <= max(width, 23 + terminal.LEAST_WIDTH)


def test_changes_that_cross_paragraphs_are_listed_only() -> None:
    """A change within a paragraph stands in its text; one that goes over its end does not, and no word is lost."""
    change = {"rule": "r", "confidence": 1.0, "evidence": ""}
    story = {
        "text": "one two\n\nthree four",
        "changes": [
            change | {"start": 4, "end": 14, "before": "2 3", "after": "two\n\nthree"},
            change | {"start": 15, "end": 19, "before": "4", "after": "four"},
            change | {"start": 0, "end": 0, "before": "um ", "after": ""},
        ],
    }
    shown = ["".join(text for text, _ in pieces) for pieces in explained._paragraphs(story)]
    assert shown == ["-um -one two", "three -4-+four+"]


@pytest.mark.parametrize(
    "text",
    [
        "The ferry runs again from Monday, says the harbour.",
        "渡し船は月曜日から再び運航すると港は述べた。" * 3,
        "x" * 70,
        "a  b " + "y" * 45 + " c",
    ],
)
def test_wrapped_lines_are_the_text(text: str) -> None:
    """Wrapping loses no character, and no line is wider than asked, in scripts of wide letters and without spaces, too."""
    half = len(text) // 2
    lines = list(terminal.wrap([(text[:half], "before"), (text[half:], "after")], 20))
    assert "".join(piece for line in lines for piece, _ in line) == text
    assert all(terminal.columns("".join(piece for piece, _ in line).rstrip()) <= 20 for line in lines)
    styled = {style: "".join(piece for line in lines for piece, its in line if its == style) for style in ("before", "after")}
    assert styled == {"before": text[:half], "after": text[half:]}


def test_json_holds_the_same(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints one object with all blocks, stories, removed spans and changes."""
    assert main(["explain", page, "--json"]) == 0
    account = json.loads(capsys.readouterr().out)
    assert list(account) == [
        "source", "charset", "language_hint", "characters", "solid", "changes", "blocks", "stories", "decided", "removed",
        "considered",
    ]  # fmt: skip
    assert [block["story"] for block in account["blocks"]] == [None, 1, 1, 1, None, 2, 2]
    assert [block["removed"] for block in account["blocks"] if not block["story"]] == ["phrase.sharing", "phrase.sharing"]
    assert account["stories"][0]["changes"][0]["before"] == "harber"
    assert account["solid"] == sum(map(len, TEXT.split()))


def test_lines_that_the_labeller_decided_on_name_their_features(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that the labeller decided on tells in words what moved it most, as JSON with name and value; others tell none."""
    assert main(["explain", page, "--json"]) == 0
    blocks = json.loads(capsys.readouterr().out)["blocks"]
    for block in blocks:
        learned = block["rule"].startswith("model.")
        assert bool(block["features"]) is learned
        for look in ("features", "first_look"):
            assert len(block[look]) <= explaining._FEATURES
            moved = [abs(feature["moved"]) for feature in block[look]]
            assert moved == sorted(moved, reverse=True)
        if "first look" in "".join(feature["told"] for feature in block["features"]):
            assert block["first_look"]
        assert "first look" not in "".join(feature["told"] for feature in block["first_look"])
    named = next(block["features"][0] for block in blocks if block["features"])
    seen = next(block["first_look"][0] for block in blocks if block["first_look"])
    assert main(["explain", page]) == 0
    out = capsys.readouterr().out
    assert f"│ because {named['told']} ({named['moved']:+.2f})"[:60] in out
    assert f"│ the first look because {seen['told']} ({seen['moved']:+.2f})"[:60] in out
    assert not [feature["name"] for block in blocks for feature in block["features"] if f"{feature['name']} " in _reasons(out)]


def _reasons(out: str) -> str:
    """The lines of an explanation that tell what the labeller saw, without the texts beside them."""
    return "\n".join(line for line in out.splitlines() if "│ because" in line)


@pytest.mark.parametrize(("kind", "form"), [("transcript", "txt"), ("story", "txt"), ("page", "html")])
def test_only_text_dumps_have_features(kind: Any, form: Any) -> None:
    """Speech, stories and markup are labelled by rules alone, so that there is nothing to weigh."""
    source = Source(uri="x", sha256="0", format=form, kind=kind)
    block = Block(text="Rain", spans=((0, 4),), role="headline", rule="model.headline")
    document = Document(source=source, text="Rain", charset="utf-8", blocks=(block,))
    assert explaining._weights(document, load_rules()) == [((), ())]


def test_repairs_not_made_are_listed(page: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """What was considered and not done stands at the end, with the reason; what was made stands among the changes only."""
    one = {"start": 9, "before": "noon", "after": "moon", "rule": "spelling", "confidence": 0.4, "evidence": "alike"}
    monkeypatch.setattr(explaining, "_considered", lambda *_: [one | {"made": False, "reason": "below min_confidence"}])
    assert main(["explain", page]) == 0
    out = capsys.readouterr().out
    assert "REPAIRS CONSIDERED AND NOT MADE\n  noon -> moon  spelling  0.40  alike  not made: below min_confidence" in out


def test_terminal_is_coloured(page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal roles have colours, what is removed is struck out, and changes are red and green."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["explain", page]) == 0
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert "\x1b[2;9mShare this" in out  # dim and struck out
    assert "\x1b[9;31m-harber-" in out
    assert "\x1b[32m+harbour+" in out


def test_scraped_text_cannot_steer_the_terminal() -> None:
    """Control and direction characters are shown as escapes; the joiners of Persian and emoji stay."""
    shown = terminal.printable("a\x1b]0;x\x07b\u202ec \u200d\u200c é")
    assert shown == "a\\x1b]0;x\\x07b\\u202ec \u200d\u200c é"


def test_refused_source_says_by_which_stage(page: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """A source that a stage refuses is exit code 1, with stage, error and message, also as JSON."""
    monkeypatch.setitem(sys.modules["copydesk.pipeline.chain"].STAGES, "extract", refuse)
    assert main(["explain", page]) == 1
    assert "rejected by extract: TooLarge: more than 3 blocks" in capsys.readouterr().out
    assert main(["explain", page, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["rejected"]["stage"] == "extract"


def test_file_that_cannot_be_read_says_why(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that reading refuses is told in the same words as in a run's rejected record."""
    Path(page).rename("page.docx")
    Path("page.docx").write_bytes(b"PK\3\4\0\0")
    assert main(["explain", "page.docx"]) == 1
    assert "rejected by read: UnsupportedFormat" in capsys.readouterr().out


@pytest.mark.usefixtures("page")
def test_row_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """FILE#ID names a row by its id, or by the number of its line; a file name with # in it is still a file."""
    Path("rows.jsonl").write_bytes(b"\n".join([to_lines([{"id": "a", "text": TEXT}]), to_lines([{"id": "b", "text": TEXT}])]))
    Path("a#b.txt").write_text(TEXT, "utf-8")
    for name, uri in (("rows.jsonl#a", "rows.jsonl#a"), ("rows.jsonl#3", "rows.jsonl#b"), ("rows.jsonl#1", "rows.jsonl#a"),
                      ("a#b.txt", "a#b.txt")):  # fmt: skip
        assert main(["explain", name, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["source"]["uri"] == uri


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rows.jsonl", "a file of many sources; name one by its id or number, for example rows.jsonl#a"),
        ("rows.jsonl#z", "no row 'z'"),
        ("none.jsonl#z", "none.jsonl#z: no file there"),
        ("folder", "2 files; name one, for example folder/"),
    ],
)
@pytest.mark.usefixtures("page")
def test_name_that_is_no_one_source(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is no source, or several, is a wrong call that says how to name one."""
    Path("rows.jsonl").write_bytes(to_lines([{"id": "a", "text": TEXT}, {"text": TEXT}]))
    Path("folder").mkdir()
    for number in range(2):
        Path("folder", f"{number}.txt").write_text(TEXT, "utf-8")
    assert main(["explain", name]) == 2
    assert words in capsys.readouterr().err


def test_real_stages_explain_in_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the real stages a page is explained in seconds, each block with a role, a rule and a place to go."""
    file = tmp_path / "page.txt"
    file.write_text(TEXT, "utf-8")
    started = time.perf_counter()
    assert main(["explain", str(file), "--json"]) == 0
    assert time.perf_counter() - started < SECONDS
    account = json.loads(capsys.readouterr().out)
    assert account["blocks"]
    assert all(block["rule"] and (block["story"] or block["removed"]) for block in account["blocks"])


def test_rows_of_a_table_can_be_read() -> None:
    """The tabs between the cells of a row are bars for a person, and no escapes; a repair in a cell is shown in its place."""
    text = "Port Ilva\t305\t\tharbour"
    story = {"text": text, "changes": [{"start": 15, "end": 22, "before": "harber", "after": "harbour"}]}
    [row] = explained._paragraphs(story)
    assert "".join(piece for piece, _ in row) == "Port Ilva | 305 |  | -harber-+harbour+"
