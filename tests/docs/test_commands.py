"""The commands that the pages show are run as they stand there, over small inputs of the names that they use."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.pipeline.cli import main
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.view.labels import JudgedSource, Verdict, Versions
from copydesk.transforms.write.records import to_plain
from tests.pipeline.runs import TEXT, rows_of, to_lines, write_run

from .recipes import ROOT

OWN = {
    "docs/use.md": "tests/docs/test_use.py",
    "docs/examples/search/README.md": "tests/docs/test_examples.py",
}
"""Pages whose commands another test runs, with that test; all others are run here."""
ALTERNATIVES = frozenset({"docs/commands.md"})
"""Pages whose commands are examples of one thing each, so that two may name one output."""
DIFFERS = re.compile("^copydesk diff ")
"""Its exit code 1 says that there is something to show."""
ELSEWHERE = re.compile(r"gs://|--runner\b|--version|^copydesk view ")
"""What needs a cluster or a store (tests/cluster), what ends its process, and what serves until it is ended."""
INPUTS = {
    "crawl/page.html": "html/scroll.html",
    "pages/page.txt": "pages/article.txt",
    "seeds/README.md": "README.md",
    "seeds/pages/scroll.txt": "pages/scroll.txt",
    "seeds/rows/rows.jsonl": "rows/rows.jsonl",
    "srv/inbox/page.txt": "pages/article.txt",
    "srv/scraped/page.txt": "pages/article.txt",
    "talks/talk.txt": "transcripts/talk.txt",
    "page.html": "html/article.html",
    "rows.jsonl": "rows/rows.jsonl",
    "inbox/page.txt": "pages/article.txt",
    "my-pages/page.txt": "pages/article.txt",
    "page.txt": "pages/article.txt",
    "seeds/pages/article.txt": "pages/article.txt",
    "seeds/transcripts/talk.txt": "transcripts/talk.txt",
    "talk.txt": "transcripts/talk.txt",
    "table.csv": "rows/rows.csv",
}
"""Each input that the pages name, and the sample that stands in for it."""


def commands(page: str) -> Iterator[str]:
    """The calls of copydesk in a page's blocks, in their order, each in one line."""
    for language, code in re.findall(r"^```(.*)\n((?:.*\n)*?)```$", (ROOT / page).read_text("utf-8"), re.MULTILINE):
        if language in {"", "console"}:
            lines = [line.removeprefix("$ ") for line in code.replace("\\\n", " ").splitlines()]
            yield from (line for line in lines if line.startswith("copydesk "))


def runnable(page: str) -> list[str]:
    """Those calls that this machine can do, each without the program that its output is piped into."""
    return [re.sub(r" \| .*", "", line) for line in commands(page) if not ELSEWHERE.search(line)]


EVERY = ("README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")))
PAGES = [page for page in EVERY if page not in OWN and runnable(page)]


def configuration(page: str) -> str:
    """What `mine.toml` holds on a page: the first configuration that it shows, or the one of README.md."""
    both = "\n".join((ROOT / name).read_text("utf-8") for name in (page, "README.md"))
    return str(re.findall(r"^```toml\n(.*?)^```$", both, re.DOTALL | re.MULTILINE)[0])


def verdict() -> bytes:
    """A line of a labels file."""
    source = JudgedSource(uri="pages/page.txt", sha256="00", site=None, kind="page", language="en")
    said = Verdict(
        of="role", source=source, start=0, end=4, text="Menu", said="body", rule="", verdict="reject", right="chrome",
        time="2026-01-01T00:00:00+00:00", versions=Versions(copydesk="0.1.0", run="r1", rules_sha256=""),
    )  # fmt: skip
    return to_line(to_plain(said))


@pytest.fixture
def home(page: str, tmp_path: Path) -> Path:
    """A folder with the inputs, and what the page takes for granted: runs to compare, a configuration, verdicts."""
    for name, sample in INPUTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "seeds" / sample, tmp_path / name)
    with (tmp_path / "rows.jsonl").open("ab") as rows:
        rows.write(to_lines([{"id": str(number), "text": TEXT} for number in range(40, 45)]))
    (tmp_path / "srv" / "copydesk").mkdir()
    for name in ("before", "after"):
        if not any(f"--output {name}/" in line for line in runnable(page)):
            write_run(tmp_path / name, rows_of("page.txt"))
    for name in ("stories", "ada", "ben"):
        (tmp_path / f"{name}.labels.jsonl").write_bytes(verdict())
    (tmp_path / "mine.toml").write_text(configuration(page), "utf-8")
    for code in re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE):
        if "write_text(" in code:  # an input that the page makes itself
            with contextlib.chdir(tmp_path):
                exec(compile(code, page, "exec"), {})  # noqa: S102 - our own page
    return tmp_path


def run(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a command as a shell would run it, with what stands behind `<` and `>`."""
    words = shlex.split(re.sub(r"\s#\s.*", "", line))
    with contextlib.ExitStack() as stack:
        for sign, mode in (("<", "rb"), (">", "wb")):
            if sign in words:
                at = words.index(sign)
                stream = io.TextIOWrapper(stack.enter_context(Path(words[at + 1]).open(mode)), "utf-8")
                monkeypatch.setattr("sys.stdin" if sign == "<" else "sys.stdout", stream)
                stack.callback(stream.flush)
                del words[at : at + 2]
        return main(words[1:])


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_run(page: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, each ends well; what a page shows in one line the next can use."""
    monkeypatch.chdir(home)
    for line in runnable(page):
        output = re.search(r"--output (\w+)/", line)
        if page in ALTERNATIVES and output and (home / output[1]).exists():
            shutil.rmtree(home / output[1])
        with monkeypatch.context() as patch:
            code = run(line.replace("/srv/", f"{home}/srv/"), patch)
        assert code == 0 or (code == 1 and DIFFERS.search(line)), line
    if page == "README.md":
        assert (home / "names.tsv").stat().st_size > 0
        assert '"$schema"' in (home / "copydesk.schema.json").read_text("utf-8")


def test_pages_that_are_run_elsewhere_are_there() -> None:
    """A page is left to another test only as long as both are there and the page has commands."""
    for page, test in OWN.items():
        assert runnable(page)
        assert all(part in (ROOT / test).read_text("utf-8") for part in (Path(page).parent.name, Path(page).stem))
    assert {"README.md", "docs/get_started.md", "docs/add_lexicon.md", "docs/commands.md"} <= set(PAGES)
