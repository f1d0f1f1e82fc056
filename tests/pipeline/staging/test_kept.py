"""What the survey decoded is taken from disk by the pass after it, and nothing depends on its being there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk.pipeline.observing import observe
from copydesk.pipeline.processes.parcel import pack
from copydesk.pipeline.resources import Resources, close_desks, load_rules
from copydesk.pipeline.staging.kept import Keeper, Kept, key_of
from copydesk.transforms.decode import decode
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.shapes import Document, Item, Metadata, Source
from tests.pipeline.jobs import everything, run

MANY = 1 << 20


def page(words: str, uri: str = "shop/a.html") -> Item:
    """A page as it was read."""
    payload = f"<p>{words}</p>".encode()
    return Item(source=Source(uri=uri, sha256=hashlib.sha256(payload).hexdigest(), format="html"), payload=payload)


def document(item: Item) -> Document:
    """What decoding makes of it before anything is known of its site."""
    return decode(item, load_rules())


def keep(folder: Path, *items: Item, max_bytes: int = MANY) -> None:
    """Keep some pages in one file."""
    keeper = Keeper(str(folder), max_bytes)
    for item in items:
        keeper.add(item, pack(document(item)))
    keeper.close()


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    """In any of the files, whole, with the bytes that it was kept as."""
    items = [page(f"Boat {number} came in.") for number in range(6)]
    keep(tmp_path / "kept", *items[:3])
    keep(tmp_path / "kept", *items[3:])
    kept = Kept(str(tmp_path / "kept"))
    for item in items:
        assert kept.find(item, Evidence()) == (document(item), pack(document(item)))
    assert kept.find(page("No boat came in."), Evidence()) is None
    kept.close()


def test_other_words_with_the_page_are_another_page() -> None:
    """A row whose title or address changed was not decoded yet."""
    item = page("A boat came in.")
    others = [
        replace(item, charset="utf-8"),
        replace(item, metadata=Metadata(title="Boats")),
        replace(item, source=replace(item.source, url="https://harbour.example/a")),
        replace(item, source=replace(item.source, sha256="1" * 64)),
    ]
    assert len({key_of(other) for other in (item, *others)}) == 1 + len(others)


def test_a_folder_that_proved_to_be_a_site_is_the_page_s(tmp_path: Path) -> None:
    """What the survey found after it kept the page stands in its document, as if it were decoded now."""
    item = page("A boat came in.")
    keep(tmp_path, item)
    evidence = Evidence(folder_sites=frozenset({"shop"}))
    kept = Kept(str(tmp_path))
    assert kept.find(item, evidence) == (decode(item, load_rules(evidence=evidence)), None)
    kept.close()


def test_there_is_a_bound(tmp_path: Path) -> None:
    """What does not fit is not kept, and what fits after it is."""
    short, long = page("A boat came in."), page("A boat came in. " * 400)
    keep(tmp_path, long, short, max_bytes=len(pack(document(short))) + 100)
    kept = Kept(str(tmp_path))
    assert kept.find(long, Evidence()) is None
    assert kept.find(short, Evidence()) is not None
    kept.close()


def test_a_file_that_is_cut_off_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    """At every length nothing but whole records is found."""
    first, second = page("A boat came in."), page("It left again.")
    keep(tmp_path, first, second)
    [path] = tmp_path.iterdir()
    data = path.read_bytes()
    half = len(data) // 2
    for size in (0, 10, half, len(data) - 1, len(data)):
        path.write_bytes(data[:size])
        kept = Kept(str(tmp_path))
        assert (kept.find(first, Evidence()) is not None) == (size > half)
        assert (kept.find(second, Evidence()) is not None) == (size == len(data))
        kept.close()


def test_a_page_is_decoded_once_in_a_run(tmp_path: Path) -> None:
    """What the survey observes in the child is the same; the desk after it takes the page from there, and goes on with it."""
    item = page("A boat came in.")
    settings = load_rules().settings
    surveying = Resources(settings=settings, keep=str(tmp_path / "kept")).load()
    decoded = surveying.call("decode", item)
    assert surveying.observe(item) == observe(decoded, surveying.rules)
    (tmp_path / "findings").write_bytes(b"")
    working = Resources(settings=settings, keep=str(tmp_path / "kept"), evidence=str(tmp_path / "findings")).load()
    calls: list[str] = []
    call = working._sandbox.call
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(working._sandbox, "call", lambda stage, element: calls.append(stage) or call(stage, element))
        found = working.call("decode", item)
        assert found == decoded
        assert working.call("extract", found).blocks[0].role is not None
    assert calls == ["extract"]
    close_desks()


@pytest.mark.parametrize("keep_bytes", [0, MANY])
def test_a_run_gives_the_same_whatever_was_kept(tmp_path: Path, keep_bytes: int) -> None:
    """Every record of pages of HTML, with and without; and nothing of it stays beside the output."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for number in range(5):
        body = "".join(f"<p>Boat {number} came in on day {day}, and the harbour master wrote it down.</p>" for day in range(4))
        menu = "<nav><a href=/>Home</a><a href=/b>Boats</a><a href=/c>Crews</a></nav><div>Ask the harbour</div>"
        (folder / f"{number}.html").write_text(f"<html><body>{menu}<h1>Boat {number} came in</h1>{body}</body></html>")
    run([str(folder)], tmp_path / "one", sets=[f"survey.keep_bytes={keep_bytes}"])
    run([str(folder)], tmp_path / "two")
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert {path.name for path in tmp_path.iterdir()} == {"shop", "one", "two"}
