"""A run shows how far it has come: a bar on a terminal, lines in a log, nothing where nobody asked; it never suffers by it."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline import cli
from copydesk.pipeline.logs import JsonFormatter, configure_logging
from copydesk.pipeline.staging.counting import Count, Meter, read_total
from copydesk.pipeline.staging.progress import END
from copydesk.pipeline.terminal import display
from copydesk.pipeline.terminal.display import Display, Lines
from copydesk.pipeline.terminal.pace import Look, Whole
from copydesk.pipeline.terminal.screen import Screen
from copydesk.transforms.shapes import Stretch
from copydesk.transforms.write import Records
from tests.pipeline.jobs import article, environment, request
from tests.pipeline.terminals import Terminal, terminal

SOURCES = 12
BAR = re.compile(r"^(survey|clean|publish) +━")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """No test leaves its handlers on the root logger, or of signals."""
    root = logging.getLogger()
    before, level, stop = list(root.handlers), root.level, signal.getsignal(signal.SIGTERM)
    yield
    root.handlers[:], root.level = before, level
    signal.signal(signal.SIGTERM, stop)


@pytest.fixture
def pages(tmp_path: Path) -> str:
    """A folder of articles, one that is empty, and rows."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(SOURCES - 4):
        (folder / f"{number}.txt").write_text(article(number), "utf-8")
    (folder / "empty.txt").write_text("", "utf-8")
    rows = [json.dumps({"id": str(number), "text": article(number + 100)}) for number in range(3)]
    (folder / "rows.jsonl").write_text("\n".join(rows), "utf-8")
    return str(folder)


def work(folder: Path, graph: str, sources: int, seconds: float) -> None:
    """What a writer would count of a graph that takes so long; each file is a source, and one of ten is rejected."""
    meter = Meter(str(folder), graph)
    meter.begin()
    for number in range(sources):
        rejected = number % 10 == 9
        meter.take(Records(documents=[{}] * (not rejected), stories=[{}, {}], removed=[], rejected=[{}] * rejected))
        meter.take(Stretch(file=number, first=0, last=END, items=1))
        time.sleep(seconds / sources)
    meter.settle()


@pytest.mark.parametrize("workers", [1, 2])
def test_bars_end_with_all_sources_done(
    pages: str, tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process and with worker processes every graph leaves one line that says that all is done, above the table."""
    call = ["run", pages, "--output", str(tmp_path / "out"), "--workers", str(workers), "--set", "run.max_rejected=1"]
    with terminal(110) as (seen, stream), monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", "xterm-256color")
        assert cli.main(call) == 0
    screen = seen.screen()
    bars = [line for line in screen if BAR.match(line)]
    assert [line.split()[0] for line in bars] == ["survey", "clean", "publish"]
    assert f" {SOURCES}/{SOURCES} sources " in bars[0]
    assert f" {SOURCES}/{SOURCES} sources " in bars[1]
    assert f"  {SOURCES - 1} stories  1 rejected" in bars[1]
    assert re.search(r" (\d+)/\1 records ", bars[2])
    assert screen[0].startswith("copydesk: 10 files"), screen
    assert [number for number, line in enumerate(screen) if BAR.match(line)] == [1, 2, 3]
    assert screen[4].startswith("done in ")
    assert re.match(rf"  sources +{SOURCES}$", screen[5])


def test_a_narrow_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Of 40 columns none is written beyond, so that no bar breaks; with NO_COLOR there is no colour."""
    caplog.set_level(logging.DEBUG, "copydesk")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    with terminal(40) as (seen, stream), monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        display = Display(Screen.found())
        for graph in ("survey", "clean"):
            with display.graph(graph, str(tmp_path), Whole(files=20_000)):
                work(tmp_path, graph, 30, 1.2)
    bars = seen.screen()[:-1]
    assert not [one.getMessage() for one in caplog.records if one.exc_info], [str(one.exc_info) for one in caplog.records]
    assert [line.split()[0] for line in bars] == ["survey", "clean"]
    assert all(len(line) < 40 for line in bars), bars  # a slow machine's rate takes the room of the bar itself
    assert " 30/30 " in bars[1]
    assert seen.written.count("\r\x1b[2K") >= 4  # it was drawn again and again, in place
    assert not re.search(r"\x1b\[[0-9;]*[349]\d", seen.written)
    assert "\x1b[?25l" not in seen.written  # the cursor is never hidden, so nothing has to bring it back


def test_a_terminal_that_becomes_narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the next drawing on the bar is as wide as the terminal then is."""
    monkeypatch.setenv("TERM", "xterm-256color")
    with terminal(100) as (seen, stream), monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        with Display(Screen.found()).graph("clean", str(tmp_path), Whole(files=20)):
            work(tmp_path, "clean", 10, 0.6)
            seen.resize(50)
            drawn = len(seen.written)
            work(tmp_path, "clean", 10, 0.7)
    line = re.split(r"\r\x1b\[2K", seen.written[drawn:])[-1]
    assert len(re.sub(r"\x1b\[[\d;]*m", "", line).strip()) < 50


def test_a_log_of_json_lines_stays_one(pages: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where standard error is a file, nothing steers a terminal, and each graph says that it is done."""
    call = ["run", pages, "--output", str(tmp_path / "out"), "--set", "run.max_rejected=1", "--log-format", "json"]
    assert cli.main(call) == 0
    told = capsys.readouterr()
    assert told.out == ""
    said = [json.loads(line)["message"] for line in told.err.splitlines()]
    assert [line.partition(" done")[0] for line in said if " done in " in line] == ["survey", "clean", "publish"]
    assert said[-1] == "done"


@pytest.mark.parametrize(
    ("kind", "fields", "shown"),
    [
        ("xterm", {}, Screen),
        ("xterm", {"log_format": "json"}, Lines),
        ("xterm", {"quiet": True}, type(None)),
        ("dumb", {}, Lines),
        ("", {}, Lines),
        (None, {}, Lines),
        (None, {"quiet": True}, type(None)),
    ],
)
def test_what_is_shown_where(kind: str | None, fields: dict[str, Any], shown: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar on a terminal that can draw, lines elsewhere, whatever FORCE_COLOR says; nothing for who wants quiet."""
    asked = replace(request(["a"], Path("out")), **({"quiet": False} | fields))
    monkeypatch.setenv("FORCE_COLOR", "1")
    with terminal() as (_, stream), monkeypatch.context() as patch:
        patch.setenv("TERM", kind if kind is not None else "xterm")
        patch.setattr(sys, "stderr", io.StringIO() if kind is None else stream)
        assert type(Display.of(asked)._shows) is shown


def test_a_log_tells_how_far_it_has_come(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every so many seconds a line, for people and for machines."""
    with caplog.at_level(logging.INFO, "copydesk"), Display(Lines(0.25)).graph("clean", str(tmp_path), Whole(files=50)):
        work(tmp_path, "clean", 50, 1.5)
    said = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    told = [line for line in said if "graph" in line]
    assert all(re.match(r"clean: \d+ of 50 (sources|files)", line["message"]) for line in told)
    assert all(line["total"] == 50 and line["stories"] == 2 * line.get("sources", 0) for line in told)
    done = [line.get("sources", 0) for line in told]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert re.match(r"clean: .*/s, 0:0\d left, \d+ stories, \d rejected$", told[-1]["message"])
    assert said[-1]["message"].startswith("clean done in ")


def test_lines_come_as_often_as_asked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of a graph that takes four times the interval, three or four lines are told."""
    with caplog.at_level(logging.INFO, "copydesk"), Display(Lines(0.2)).graph("clean", str(tmp_path), Whole(files=9)):
        time.sleep(0.9)
    told = [record.getMessage() for record in caplog.records]
    assert told[-1].startswith("clean done in ")
    assert 2 <= len(told) - 1 <= 4
    assert set(told[:-1]) == {"clean: 0 of 9 files"}


def test_quiet_counts_nothing(tmp_path: Path) -> None:
    """Where nobody looks there is no place for counts, so that workers write none."""
    with Display().graph("clean", str(tmp_path), Whole(files=9)):
        meter = Meter(str(tmp_path), "clean")
        meter.begin()
        meter.take(Stretch(file=0, first=0, last=END, items=0))
        meter.settle()
        assert list(tmp_path.iterdir()) == []


class _Broken:
    """A terminal that is gone."""

    seconds = 0.01

    def open(self, look: Look) -> None:
        """Nothing yet."""

    def update(self, look: Look) -> None:
        """It cannot be written to."""
        raise OSError(5, f"Input/output error, {look.name}")

    def close(self, look: Look, *, ended: bool) -> None:
        """Nor now."""
        raise OSError(5, f"Input/output error, {look.name}, {ended}")


def test_a_terminal_that_is_gone_ends_no_run(tmp_path: Path) -> None:
    """Whatever goes wrong with showing it, the graph goes on and comes to its end."""
    over = False
    with Display(_Broken()).graph("clean", str(tmp_path), Whole(files=9)):
        work(tmp_path, "clean", 9, 0.1)
        over = True
    assert over


def test_what_ends_a_graph_is_raised(tmp_path: Path) -> None:
    """Progress hides no failure, and leaves no thread behind."""
    with pytest.raises(ZeroDivisionError), Display(Lines(0.01)).graph("clean", str(tmp_path), Whole(files=9)):
        raise ZeroDivisionError
    assert not [thread for thread in threading.enumerate() if thread.name == "progress"]


def test_what_is_logged_stands_above_the_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that are logged while a bar is drawn are whole, however long, and other output is not lost."""
    long = "a warning of many words " * 8
    with terminal(60) as (seen, stream), monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        patch.setenv("TERM", "xterm-256color")
        configure_logging()
        with Display(Screen.found()).graph("clean", str(tmp_path), Whole(files=9)):
            logging.getLogger("copydesk").warning("%s", long.strip())
            print("said by somebody else", file=sys.stderr)
            time.sleep(0.6)
        logging.getLogger("copydesk").warning("the last word")
    screen = seen.screen()
    text = "copydesk: warning: " + long.strip()
    assert screen[: -(-len(text) // 60)] == [text[at : at + 60].rstrip() for at in range(0, len(text), 60)]
    assert [line.split("  ")[0] for line in screen if "by somebody" in line] == ["said by somebody else"]
    assert [bool(BAR.match(line)) for line in screen if line][-2:] == [True, False]
    assert [line for line in screen if line][-1] == "copydesk: warning: the last word"


def _sit_down() -> None:
    """Take the terminal, and Ctrl-C as its process does; one that a shell started in the background is told to overhear it."""
    os.login_tty(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_ctrl_c_leaves_the_terminal_clean(tmp_path: Path) -> None:
    """A run that is interrupted leaves the line that it drew last, the messages below it, and the cursor below them."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(600):
        (folder / f"{number}.txt").write_text(article(number), "utf-8")
    seen = Terminal(90)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "copydesk.pipeline.cli", "run", str(folder), "--output", str(tmp_path / "out")],
        stdin=seen.slave, stdout=seen.slave, stderr=seen.slave, env={**environment(), "TERM": "xterm-256color"},
        preexec_fn=_sit_down,  # noqa: PLW1509 - Ctrl-C reaches those whose terminal it is
    )  # fmt: skip
    seen.wait_for(lambda screen: any(re.match(r"clean +━+\S* +[1-9]\d*/600 ", line) for line in screen))
    seen.type("\x03")
    assert process.wait(60) == 130
    seen.close()
    screen = seen.screen()
    bars = [line for line in screen if BAR.match(line)]
    assert [line.split()[0] for line in bars] == ["survey", "clean"]
    assert screen[-2:] == ["copydesk: interrupted", ""]
    assert seen.written.endswith("\n")
    assert not re.search("Traceback|\x1b\\[\\?25l", seen.written)


def test_sources_that_the_survey_counted_are_the_total_of_clean(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Rows have a total once they were counted; where an earlier attempt counted some of them, they have none."""
    for before, total in ((Count(sources=1), 0), (Count(), 5)):
        with Display(Lines()).graph("survey", str(tmp_path), Whole(files=1), before):
            meter = Meter(str(tmp_path), "survey")
            meter.begin()
            for _ in range(5):
                meter.take({})
            meter.settle()
        assert read_total(str(tmp_path)) == total
    caplog.set_level(logging.INFO, "copydesk")
    with Display(Lines(0.1)).graph("clean", str(tmp_path), Whole(files=1)):  # of a later attempt, too
        work(tmp_path, "clean", 2, 0.5)
    assert [record for record in caplog.records if re.match(r"clean: \d of 5 sources", record.getMessage())]


def test_a_store_elsewhere_is_asked_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of workers that share no disk with us the notes of closed shards tell, read now and then; of publishing nothing does."""
    asked: list[float] = []
    now = [100.0]

    def read(_: object) -> Count:
        asked.append(now[0])
        if len(asked) == 2:
            raise OSError("the store does not answer")
        return Count(sources=len(asked))

    monkeypatch.setattr(display.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(display.Notes, "read", read)
    follow = display._reader("gs://bucket/staging", "clean")
    assert follow is not None
    seen = []
    for _ in range(1 + 2 * round(display.ASK_SECONDS)):
        seen.append(follow().sources)
        now[0] += 1.0
    assert asked == [100.0, 100.0 + display.ASK_SECONDS, 100.0 + 2 * display.ASK_SECONDS]
    assert (seen[0], seen[-2], seen[-1]) == (1, 1, 3)
    assert follow(last=True).sources == 4  # at the end, whenever that is
    assert display._reader("gs://bucket/staging", "publish") is None
