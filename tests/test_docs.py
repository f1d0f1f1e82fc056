"""What README.md says: its commands parse, its examples run, its tables name what is there."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from copydesk.pipeline import clean, cli
from copydesk.pipeline.options import load_settings
from copydesk.transforms.shapes import DocumentRecord, RejectedRecord, RemovedRecord, Story
from copydesk.transforms.write.records import to_plain

from .pipeline.runs import rows_of, write_run

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
    "seeds/README.md",
    "output/README.md",
)
README = (ROOT / "README.md").read_text("utf-8")
RECORDS = (ROOT / "docs" / "records.md").read_text("utf-8")
SHELL = re.compile(r"\s(?:[<>|#].*|2>.*)$")  # what the shell does, not copydesk
LINK = re.compile(r"\]\(([^)#:]+)\)")


def fenced(page: str, language: str) -> list[str]:
    """The fenced blocks of one language in a page; where one ends, none begins."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return [block for named, block in blocks if named == language]


def command_lines() -> Iterator[str]:
    """Every call of copydesk that the pages show, in blocks and within lines."""
    for name in PAGES:
        page = (ROOT / name).read_text("utf-8")
        for block in fenced(page, "") + fenced(page, "console"):
            lines = block.replace("\\\n", " ").splitlines()
            yield from (line.removeprefix("$ ") for line in lines if line.removeprefix("$ ").startswith("copydesk "))
        yield from re.findall(r"`(copydesk [a-z][^`]* [^`]+)`", page)


COMMANDS = sorted({SHELL.sub("", line) for line in command_lines() if "COMMAND" not in line})


@pytest.mark.parametrize("line", COMMANDS)
def test_command_parses(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of copydesk in the documentation is one that the command line takes."""
    called = []

    module = SimpleNamespace(**dict.fromkeys(cli.COMMANDS, lambda arguments: called.append(arguments) or 0))
    monkeypatch.setattr(cli, "import_module", lambda _: module)
    assert cli.main(shlex.split(line)[1:]) == 0
    assert called or "--version" in line


def test_commands_are_found() -> None:
    """The test above has something to test: each command is shown at least once."""
    assert {line.split()[1] for line in COMMANDS} >= set(cli.COMMANDS)


def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The examples in Python run, one after another, and print what the page leads to expect."""
    write_run(tmp_path / "output" / "seeds", rows_of("a.txt"))
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    blocks = fenced(README, "python")
    assert len(blocks) == 3
    for block in blocks:
        exec(compile(ast.parse(block), "README.md", "exec"), namespace)  # noqa: S102 - our own page
    first, *stories, counts = capsys.readouterr().out.splitlines()
    assert first.startswith("Swans return to the mill pond en ")
    assert stories == ["The ferry runs again None", "A bench for the square None"]
    assert counts == "1 0"


def test_configuration_example(tmp_path: Path) -> None:
    """The configuration that the page shows is one that is taken."""
    (example,) = fenced(README, "toml")
    (tmp_path / "mine.toml").write_text(example, "utf-8")
    settings = load_settings(str(tmp_path / "mine.toml"))
    assert settings.tag.max_topics == 5
    assert settings.read.fields.text == ("page_text", "text")


@pytest.mark.parametrize(("number", "sample"), [(0, "pages/scroll.txt"), (1, "transcripts/talk.txt")])
def test_before(number: int, sample: str) -> None:
    """The pictures of what goes in quote the samples."""
    lines = (ROOT / "seeds" / sample).read_text("utf-8").splitlines()
    quoted = [line.removesuffix(" ...") for line in fenced(README, "text")[number].splitlines()]
    assert all(any(line.startswith(quote) for line in lines) for quote in quoted)


def test_after() -> None:
    """The pictures of what comes out are what comes out."""
    story, change = (json.loads(block) for block in fenced(README, "json"))
    found = clean((ROOT / "seeds" / "pages" / "scroll.txt").read_bytes())[1]
    assert found.text.startswith(story.pop("text").removesuffix("..."))
    assert to_plain(found).items() >= story.items()
    changes = clean((ROOT / "seeds" / "transcripts" / "talk.txt").read_bytes())[0].changes
    assert any(to_plain(made).items() >= change.items() for made in changes)


@pytest.mark.parametrize("name", PAGES)
def test_links(name: str) -> None:
    """Every relative link leads to a file that is there."""
    page = ROOT / name
    missing = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert not missing


def test_contributors_are_told_of_every_target() -> None:
    """CONTRIBUTING.md names each target of the Makefile that does something by itself, and none that is not there."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    told = set(re.findall(r"`make ([a-z-]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    alone = {name for name in targets if name.endswith("-test")} | {"test", "docs", "reference", "train", "evaluate", "bench"}
    assert alone <= told <= targets


@pytest.mark.parametrize(
    ("title", "record"),
    [("**A story**", Story), ("**A document**", DocumentRecord)],
)
def test_fields(title: str, record: type) -> None:
    """The table of a record names its fields, all and in their order."""
    table = RECORDS.split(title)[1].split("\n\n")[1]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    order = [field.name for field in fields(record)]
    assert sorted(named) == sorted(order)
    assert [order.index(name) for name in named] == sorted(map(order.index, named)) or record is Story


@pytest.mark.parametrize(
    ("title", "record"),
    [("**A removed span**", RemovedRecord), ("**A rejected source**", RejectedRecord)],
)
def test_small_records(title: str, record: type) -> None:
    """The line of a small record names each of its fields."""
    paragraph = RECORDS.split(title)[1].split("\n\n")[0]
    assert all(f"`{field.name}`" in paragraph for field in fields(record))
