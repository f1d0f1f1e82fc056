"""What may crash runs in a child: a failure costs one source, and the next call works."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import psutil
import pytest

from copydesk.pipeline.processes.sandbox import Sandbox, SourceCrash, SourceTimeout
from copydesk.pipeline.resources import default_settings
from copydesk.transforms.collection import no_collection
from copydesk.transforms.errors import EmptySource, SourceError
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.shapes import Document, Item, Source
from tests.pipeline.jobs import environment

SETTINGS = default_settings()


def page(markup: str) -> Item:
    """A page as it was read."""
    return Item(source=Source(uri="a.html", sha256="0" * 64, format="html"), payload=markup.encode())


def sandbox(witness: str, seconds: float = 20.0) -> Sandbox:
    """A sandbox whose pages are shown to a stand-in."""
    extract = SETTINGS.extract.model_copy(update={"witness": f"standins:{witness}"})
    settings = SETTINGS.model_copy(update={"extract": extract})
    return Sandbox(settings, Evidence(), timeout_seconds=seconds, memory_bytes=SETTINGS.extract.memory_bytes)


@pytest.fixture(autouse=True)
def standins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the child find the stand-ins; no child is left behind."""
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    before = set(psutil.Process().children())
    yield
    assert set(psutil.Process().children()) <= before


def decoded(box: Sandbox, words: str) -> Document:
    """A page's document, by way of the child."""
    document = box.call("decode", page(f"<p>{words}</p>"))
    assert isinstance(document, Document)
    return document


def test_the_child_gives_what_the_stage_gives() -> None:
    """A document comes back whole, and one child serves many calls."""
    before = set(psutil.Process().children())
    box = sandbox("crash")
    assert decoded(box, "A boat came in.").text == "A boat came in."
    started = set(psutil.Process().children()) - before
    assert decoded(box, "It left again.").text == "It left again."
    assert set(psutil.Process().children()) - before == started
    assert len(started) == 1
    box.close()


def test_an_error_of_the_stage_is_raised_as_it_is() -> None:
    """What a stage says of a source reaches the caller, class and words."""
    box = sandbox("crash")
    with pytest.raises(EmptySource):
        decoded(box, " ")
    with pytest.raises(SourceError, match="AttributeError"):
        box.call("decode", None)
    box.close()


def test_a_refused_page_is_let_go_at_once() -> None:
    """Where all pages are refused, none waits in memory for a search for cycles of garbage."""
    box = sandbox("crash")
    item = page("<script>let it = 1</script>")
    before = sys.getrefcount(item)
    with no_collection():
        with pytest.raises(EmptySource):
            box.call("decode", item)
        assert sys.getrefcount(item) == before
    box.close()


def test_a_crash_costs_one_call() -> None:
    """The child died of a signal: that source says so, and the next has a new child."""
    box = sandbox("crash")
    with pytest.raises(SourceCrash, match="signal 9"):
        box.call("extract", decoded(box, "CRASH"))
    assert decoded(box, "It goes on.").text == "It goes on."
    box.close()


def test_a_call_that_takes_too_long_costs_one_call() -> None:
    """A child that does not answer is killed after its time, even where it sleeps in C."""
    box = sandbox("hang", seconds=2.0)
    with pytest.raises(SourceTimeout, match=r"extract\.timeout_seconds"):
        box.call("extract", decoded(box, "HANG"))
    assert decoded(box, "It goes on.").text == "It goes on."
    box.close()


def test_a_child_that_cannot_start_is_an_error_of_the_run() -> None:
    """Rules that cannot be loaded are no fault of a page."""
    box = Sandbox(SETTINGS, Evidence(), timeout_seconds=1.0, memory_bytes=1 << 20)
    with pytest.raises(RuntimeError, match="did not start"):
        decoded(box, "words")
