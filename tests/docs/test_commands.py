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
from tests.pipeline.runs import rows_of, write_run

from .recipes import ROOT

PAGES = ("README.md", "docs/signals.md", "docs/state.md", "docs/schedules.md")
"""Pages with commands for this machine; docs/use.md and docs/examples/ have tests of their own."""
ELSEWHERE = re.compile(r"gs://|--runner=|--version|^copydesk view ")
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
    "table.csv": "rows/rows.csv",
}
"""Each input that the pages name, and the sample that stands in for it."""


def commands(page: str) -> Iterator[str]:
    """The calls of copydesk in a page's blocks, in their order, each in one line."""
    for language, code in re.findall(r"^```(.*)\n((?:.*\n)*?)```$", (ROOT / page).read_text("utf-8"), re.MULTILINE):
        if language in {"", "console"}:
            lines = [line.removeprefix("$ ") for line in code.replace("\\\n", " ").splitlines()]
            yield from (line for line in lines if line.startswith("copydesk "))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the inputs, two runs to compare, and the configuration that README.md shows."""
    for name, sample in INPUTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "seeds" / sample, tmp_path / name)
    (tmp_path / "srv" / "copydesk").mkdir()
    for name in ("before", "after"):
        write_run(tmp_path / name, rows_of("page.txt"))
    (example,) = re.findall(r"^```toml\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (tmp_path / "mine.toml").write_text(example, "utf-8")
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
    lines = [line for line in commands(page) if not ELSEWHERE.search(line)]
    assert lines
    for line in lines:
        with monkeypatch.context() as patch:
            assert run(line.replace("/srv/", f"{home}/srv/"), patch) == 0, line
    if page == "README.md":
        assert (home / "names.tsv").stat().st_size > 0
        assert '"$schema"' in (home / "copydesk.schema.json").read_text("utf-8")
