"""The pages of the documentation site: what they quote is printed, their examples run, their reference is the code's."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from copydesk.pipeline import cli, read_stories
from copydesk.pipeline.options import load_settings
from copydesk.transforms.lexicon import parse_lexicon
from copydesk.transforms.rules import parse_confusions, parse_phrases

from . import test_docs
from .pipeline.runs import rows_of, write_run

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = tuple(sorted(path.stem for path in DOCS.glob("*.md")))
CASES = tomllib.loads((ROOT / "tests/cases/site/troubleshooting.toml").read_text("utf-8"))["case"]
FILES = {
    "pages/empty.txt": b"",
    "pages/report.txt": b"%PDF-1.7\n...",
    "pages/photo.jpg": b"\x89PNG\r\n\x1a\n123456789\0\0",
    "pages/page.txt.gz": b"\x1f\x8b\x08\x00abc",
    "pages/rows.jsonl": b'{"a": 1\n{"title": "x"}\n',
    "pages/talk.json": b"not captions {",
    "pages/blob.txt": b"\x01" * 344 + b"x" * 2656,
    "notes/a.txt": b"mine\n",
    "mine.toml": b"[tag]\nmax_topic = 5\n",
    "zero.toml": b"[tag]\nmax_topics = 0\n",
    "broken.toml": b"[tag\n",
    "idle.tsv": b"name\tkind\tfield\tsounds\tcontext\nNordKabel\tcompany\tenergy\tnord cable\t\n",
    "nightly.state/state.json": b'{"format": 99, "copydesk": "9.0", "head": null, "runs": 0}',
    "old.state/runs/a.json": b"{}",
}
"""What the wrong calls of the page on troubleshooting meet."""
PREFIX = re.compile(r"copydesk: (?:warning: |error: )?(?:the run failed, nothing was published: )?|[A-Z][A-Za-z]+: ")
LEAST_LITERAL = 20
"""Characters of a message that stand as they are in the code, or it would fit anything."""


def page(name: str) -> str:
    """The Markdown of a page."""
    return (DOCS / f"{name}.md").read_text("utf-8")


def fenced(name: str, language: str) -> list[str]:
    """The fenced blocks of one language in a page."""
    return test_docs.fenced(page(name), language)


# --- what is named is there ---------------------------------------------------------------------------------------------


def test_commands_of_make_are_there() -> None:
    """Every `make` target that the pages name is one of the Makefile's."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {target for name in PAGES for target in re.findall(r"(?:^|`)make ([a-z-]+)", page(name), re.MULTILINE)}
    assert {"run", "test", "evaluate"} <= named
    assert [target for target in sorted(named) if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_tests_that_are_named_are_there() -> None:
    """Every test that a page tells to run is a file or a folder of the project."""
    named = {path for name in PAGES for line in re.findall(r"-m pytest (.*)", page(name)) for path in line.split()}
    assert len(named) > 8
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_page_is_on_the_home_page() -> None:
    """No page is missing from the home page, which is the site's navigation."""
    linked = set(test_docs.LINK.findall(page("index")))
    assert {f"{name}.md" for name in PAGES} - linked == {"index.md"}


# --- the site's own steps -----------------------------------------------------------------------------------------------


@cache
def conf() -> dict[str, Any]:
    """What the site's configuration defines; it needs no Sphinx to be read."""
    return runpy.run_path(str(DOCS / "conf.py"))


def test_the_home_page_is_the_navigation() -> None:
    """Each heading of the home page is a part, each of its links an entry; a page that it forgot stands below "More"."""
    home = "# Home\n\n## Begin\n\n- [First steps](a.md): one\n- [A part](../README.md#top): two\n- [All](../README.md): three\n"
    made = conf()["navigation"](home, ["README", "docs/a", "docs/index", "docs/late"])
    assert re.findall(r":caption: (.+)", made) == ["Begin", "More"]
    assert re.findall(r"^(?:\S.* <)?/.*$", made, re.MULTILINE) == ["First steps </docs/a>", "All </README>", "/docs/late"]


def test_links_to_folders_are_words() -> None:
    """A link to a folder, which a code host lists and a site does not, is its words alone; other links stay."""
    source = ["[the phrases](../configs/phrases) and [one of them](../configs/phrases/sv.toml) and [quality](quality.md)"]
    conf()["read_page"](SimpleNamespace(), "docs/add_rule", source)
    assert source == ["the phrases and [one of them](../configs/phrases/sv.toml) and [quality](quality.md)"]


@pytest.mark.parametrize(
    ("written", "fetches"),
    [
        ('<link rel="preconnect" href="https://fonts.example/">', True),
        ('<script async src="//cdn.example/x.js"></script>', True),
        ("p { background: url('https://example.org/x.png') }", True),
        ('@import "https://example.org/x.css";', True),
        ('<a href="https://example.org/">read on</a>', False),
        ('<link rel="stylesheet" href="../_static/copydesk.css">', False),
        ("p { background: url(data:image/png;base64,AA) }", False),
    ],
)
def test_what_fetches_from_elsewhere_is_known(written: str, fetches: bool) -> None:  # noqa: FBT001 - a column of the table
    """What a browser fetches by itself from another host is seen, and a link that a reader may follow is not taken for it."""
    assert bool(conf()["_FETCHED"].search(written)) is fetches


# --- the reference ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["configuration.md", "commands.md", "python.md"])
def test_the_reference_is_current(name: str) -> None:
    """The pages that are made from the code are what the code makes today; `make reference` writes them."""
    assert made()[name] == (DOCS / name).read_text("utf-8")


@cache
def made() -> dict[str, str]:
    """The pages of the reference, made anew."""
    pages: dict[str, str] = runpy.run_path(str(DOCS / "reference.py"))["pages"]()
    return pages


def test_the_reference_has_every_key() -> None:
    """Each key of the configuration stands in the reference, with its default."""

    def keys(table: dict[str, Any], at: str = "") -> Iterator[str]:
        for key, value in table.items():
            if isinstance(value, dict) and value:
                yield from keys(value, f"{at}{key}.")
            else:
                yield f"{at}{key}"

    named = re.findall(r"^\| `([a-z_.]+)` \|", made()["configuration.md"], re.MULTILINE)
    assert named == list(keys(tomllib.loads((ROOT / "configs/copydesk.toml").read_text("utf-8"))))


# --- the examples -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which the first run has been done, as the pages tell to, and what it said."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "seeds").symlink_to(ROOT / "seeds")
    (call,) = [line for block in fenced("get_started", "") for line in block.splitlines() if "--output first" in line]
    command = [sys.executable, "-m", "copydesk.pipeline.cli", *shlex.split(call)[1:]]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return folder, done.stderr


@pytest.mark.parametrize("name", ["get_started", "account"])
def test_examples_print_what_stands_below_them(
    name: str, first: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example in Python, one after another, prints the block of text that follows it."""
    monkeypatch.chdir(first[0])
    pairs = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)
    assert len(pairs) == len(fenced(name, "python")) >= 1
    namespace: dict[str, object] = {}
    for code, printed in pairs:
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(compile(ast.parse(code), name, "exec"), namespace)  # noqa: S102 - our own page
        assert told.getvalue() == printed


def test_the_first_run_comes_to_what_the_page_says(first: tuple[Path, str]) -> None:
    """The counts on the page are those of the run, and the files in its table are those in the folder."""
    folder, told = first
    counts = json.loads((folder / "first" / "manifest.json").read_text("utf-8"))["counts"]
    shown = {
        name: int(number)
        for name, number in re.findall(r"^  ([a-z ]+?) +(\d+)(?:  .*)?$", fenced("get_started", "text")[1], re.MULTILINE)
    }
    assert shown.pop("repairs") == sum(len(story.changes) for story in read_stories(str(folder / "first")))
    assert shown == {
        "sources": counts["sources"],
        "stories": counts["stories"],
        "removed spans": counts["removed"],
        "rejected sources": counts["rejected"],
    }
    for name, number in shown.items():
        assert re.search(rf"{name}\W+{number}\b", told)
    table = page("get_started").split("| file in `first/` |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)) == {path.name for path in (folder / "first").iterdir()}


def test_the_page_that_is_explained(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines that the page shows of `copydesk explain` are lines that it prints."""
    monkeypatch.chdir(ROOT)
    assert cli.main(["explain", "seeds/pages/article.txt"]) == 0
    printed = {line.rstrip() for line in capsys.readouterr().out.splitlines()}
    assert [line for line in fenced("get_started", "text")[0].splitlines() if line not in printed] == []


def test_rules_of_the_page_are_rules() -> None:
    """The rules that the page shows are taken, and do what their own examples say."""
    own, phrase, confusion = (block for block in fenced("add_rule", "toml"))
    (line,) = tomllib.loads(own)["extract"]["rules"]
    assert re.fullmatch(line["pattern"], "From our partners: a box", re.IGNORECASE)
    (rule,) = parse_phrases("page.toml", {"language": "en", **tomllib.loads(phrase)}).rules
    assert all(rule.matches(text) for text in rule.examples)
    assert not any(rule.matches(text) for text in rule.counters)
    (made_rule,) = parse_confusions("page.toml", {"language": "en", **tomllib.loads(confusion)})
    (before, after), *_ = made_rule.examples
    (counter,) = made_rule.counters
    assert before.replace(made_rule.pattern.search(before)["wrong"], "bear") == after  # type: ignore[index]
    assert made_rule.pattern.search(counter) is None


def test_configurations_of_the_pages_are_taken(tmp_path: Path) -> None:
    """Each configuration that a page shows is one that is taken; the lexicon beside it is one, too."""
    (lexicon,) = fenced("add_lexicon", "text")
    assert [name.name for name in parse_lexicon("names.tsv", lexicon)] == ["Ilse Kaarvik", "Saint Ilva", "NordKabel"]
    (tmp_path / "names.tsv").write_text(lexicon, "utf-8")
    names = ("add_lexicon", "add_input", "troubleshooting", "configuration")
    shown = [block for name in names for block in fenced(name, "toml")]
    for block in [*shown, fenced("add_rule", "toml")[0]]:
        (tmp_path / "mine.toml").write_text(block, "utf-8")
        load_settings(str(tmp_path / "mine.toml"))
    assert len(shown) == 4


def test_rows_of_the_page_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows that the page writes give a story, with the configuration that it shows."""
    monkeypatch.chdir(tmp_path)
    (code,), (settings,) = fenced("add_input", "python"), fenced("add_input", "toml")
    exec(compile(ast.parse(code), "add_input", "exec"), {})  # noqa: S102 - our own page
    Path("mine.toml").write_text(settings, "utf-8")
    assert cli.main(["explain", "rows.jsonl#a-1", "--config", "mine.toml"]) == 0
    assert "1 story" in capsys.readouterr().out


def test_the_language_of_the_page() -> None:
    """What the page quotes of a language's file stands in that file, in part."""
    (quoted,) = fenced("add_language", "toml")
    whole = tomllib.loads((ROOT / "configs/phrases/sv.toml").read_text("utf-8"))
    for key, value in tomllib.loads(quoted).items():
        assert value == whole[key] if not isinstance(value, list) else all(entry in whole[key] for entry in value)


def test_figures_beside_other_tools_are_ours() -> None:
    """Each figure of the comparison stands on the page of performance or of quality, so that none outlives its measurement."""
    measured = set(re.findall(r"\d+\.\d+", page("performance") + page("quality")))
    quoted = set(re.findall(r"(?<!Apache )\b\d+\.\d+", page("comparison")))
    assert len(quoted) >= 7
    assert sorted(quoted - measured) == []


# --- messages -----------------------------------------------------------------------------------------------------------

MESSAGES = [line for block in fenced("troubleshooting", "text") for line in block.splitlines()]


@cache
def formats() -> list[re.Pattern[str]]:
    """The texts of the code that a message may be made of, with what is put into them left open."""
    found = []
    for path in sorted([*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "transforms").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            texts = [part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else None for part in parts]
            if sum(len(text or "") for text in texts) >= LEAST_LITERAL:
                literal = [re.split(r"%(?:\.\d)?[sdf]", text.replace("%%", "%")) if text else ["", ""] for text in texts]
                found.append(re.compile("".join(".*".join(map(re.escape, pieces)) for pieces in literal)))
    return found


@pytest.mark.parametrize("message", MESSAGES)
def test_messages_stand_in_the_code(message: str) -> None:
    """Each message on the page is one that the code can print, or one that a call was seen to print."""
    told = PREFIX.sub("", message, count=1)
    seen = {*(case["says"] for case in CASES), *SYSTEMS}
    assert message in seen or any(form.fullmatch(told) for form in formats())


FULL = "/home/you/.copydesk-…: No space left on device; free some space, or give an --output on another disk"
SYSTEMS = (f"copydesk: error: the run failed, nothing was published: {FULL}", "copydesk: interrupted")
"""What is made of the system's words, and what is too short to be known by its letters."""


def test_a_full_disk_is_told_so() -> None:
    """What the page quotes of a full disk is made of the system's own words and our remedy."""
    from copydesk.pipeline.faults import disk_fault

    assert str(disk_fault("/home/you/.copydesk-…", OSError(28, "No space left on device"))) == FULL


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that can go wrong."""
    folder = tmp_path_factory.mktemp("trouble")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    shutil.copy(ROOT / "seeds/pages/article.txt", folder / "pages")
    for name in ("stories", "changed"):
        write_run(folder / name, rows_of("a.txt"))
    shard = next((folder / "changed").glob("stories-*"))
    whole = shard.read_bytes()
    shard.write_bytes(whole + whole.splitlines(keepends=True)[0])
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"][:60])
def test_messages_are_printed(
    case: dict[str, Any], trouble: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each call that the page has a message for is refused with that message, and it stands on the page."""
    monkeypatch.chdir(trouble)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(case.get("stdin", "").encode())))
    assert case["says"] in MESSAGES
    assert cli.main(case["call"]) == case.get("code", 2)
    told = capsys.readouterr()
    says = re.escape(case["says"]).replace("…", ".+").replace("/home/you", re.escape(str(trouble)))
    assert re.search(rf"^(?:rejected by \w+: )?{says}$", told.out + told.err, re.MULTILINE), told
