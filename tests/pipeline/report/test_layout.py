"""The original laid out again from the records: whole, in order, each block with its role, its rule or its place in a story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.report.layout import CAPTIONS, DECK, HEADLINE, lay_out
from copydesk.pipeline.report.records import Whole
from copydesk.transforms.explain import undo
from copydesk.transforms.shapes import Change
from tests.pipeline import jobs, runs
from tests.pipeline.report import pages


def laid_out(uri: str = "a.txt") -> dict[str, Any]:
    """A small page with two stories, one of them repaired."""
    rows = runs.rows_of(uri)
    return lay_out(Whole(document=rows["documents"][0], stories=rows["stories"], removed=rows["removed"]))


def said(source: dict[str, Any]) -> Iterator[str]:
    """The text of each block as the source has it, which the page's script makes likewise."""
    for _, _, third, *rest in source["blocks"]:
        if isinstance(third, str):
            yield third
            continue
        story, (part, *stretch) = source["stories"][third], rest
        if part <= CAPTIONS:
            yield story["captions"][CAPTIONS - part]
        elif part < 0:
            yield {HEADLINE: story.get("headline"), DECK: story.get("deck")}[part]
        else:
            text, changes = story["parts"][part][1], story["parts"][part][2:3]
            words = undo(text, [
                Change(start=at, end=to, before=before, after=text[at:to], rule=rule, confidence=sure, evidence=why)
                for at, to, before, rule, sure, why in (changes[0] if changes else ())
            ])  # fmt: skip
            yield words[slice(*stretch)] if stretch else words


def test_the_blocks_of_a_page_are_its_text() -> None:
    """Furniture, headlines and paragraphs stand in the order of the page, the repaired word as it was."""
    assert "\n".join(said(laid_out())) + "\n" == runs.TEXT


def test_each_block_knows_its_role_and_what_decided() -> None:
    """A removed block has its rule, a kept one its story and the place in it."""
    roles = [(block[1], block[2] if isinstance(block[2], int) else block[3]) for block in laid_out()["blocks"]]
    assert roles == [
        ("chrome", "phrase.sharing"), ("headline", 0), ("body", 0), ("body", 0),
        ("chrome", "phrase.sharing"), ("headline", 1), ("body", 1),
    ]  # fmt: skip


def test_a_paragraph_that_furniture_parts_stands_in_stretches() -> None:
    """Cues that became one paragraph stand on both sides of a sound that was taken out from between them."""
    rows = runs.rows_of("a.txt")
    story = rows["stories"][0] | {
        "headline": None, "changes": [], "text": "one two three four five", "spans": [[0, 3], [4, 7], [16, 21], [22, 31]],
        "paragraphs": [{"start": 0, "end": 23, "role": "paragraph", "spans": [[0, 3], [4, 7], [16, 21], [22, 31]]}],
    }  # fmt: skip
    removed = [rows["removed"][0] | {"start": 8, "end": 15, "text": "[Music]"}]
    found = lay_out(Whole(document=rows["documents"][0], stories=[story], removed=removed))
    assert list(said(found)) == ["one two", "[Music]", "three four five"]


def test_what_does_not_fit_its_spans_stands_in_one_place() -> None:
    """Where white space was closed up, stretches cannot be told: the paragraph stands whole at its start."""
    rows = runs.rows_of("a.txt")
    story = rows["stories"][0] | {
        "headline": None, "changes": [], "text": "one two", "spans": [[0, 3], [20, 29]],
        "paragraphs": [{"start": 0, "end": 7, "role": "list", "spans": [[0, 3], [20, 29]]}],
    }  # fmt: skip
    removed = [rows["removed"][0] | {"start": 8, "end": 15, "text": "[Music]"}]
    found = lay_out(Whole(document=rows["documents"][0], stories=[story], removed=removed))
    assert list(said(found)) == ["one two", "[Music]"]


def test_deck_and_captions_stand_at_their_spans() -> None:
    """What of a story's spans is no paragraph is the headline, deck or caption that is as long."""
    rows = runs.rows_of("a.txt")
    story = rows["stories"][1] | {"deck": "Oak", "captions": ["The bench, seen here"]}
    story["spans"] = [[100, 120], [130, 133], *story["spans"]]
    found = lay_out(Whole(document=rows["documents"][0], stories=[story], removed=[]))
    places = {block[3]: (block[0], block[1]) for block in found["blocks"]}
    assert places[CAPTIONS] == (100, "caption")
    assert places[DECK] == (130, "deck")


def test_chapters_stand_before_their_paragraph() -> None:
    """A chapter's offset is told as the number of the paragraph that it opens."""
    rows = runs.rows_of("a.txt")
    story = rows["stories"][0]
    story["chapters"] = [{"start": paragraph["start"], "title": "A title"} for paragraph in story["paragraphs"][1:]]
    found = lay_out(Whole(document=rows["documents"][0], stories=[story], removed=[]))
    assert found["stories"][0]["chapters"] == [[1, "A title"]]


def test_the_originals_of_a_run_are_whole(finished: Path) -> None:
    """Of each page that was read as it is the blocks are its text, word for word."""
    texts = {Path(source["uri"]).name: " ".join(said(source)) for source in pages.gathered(finished).room}
    names = [path.name for path in (finished.parent / "in").glob("*.txt") if path.name != "mojibake.txt" and path.name in texts]
    assert len(names) >= 7
    for name in names:
        assert texts[name].split() == (finished.parent / "in" / name).read_text("utf-8").split()


def test_what_a_dropped_duplicate_left_stands_in_its_place(finished: Path, tmp_path: Path) -> None:
    """Its removed records come behind those of other sources, and are put back where they were in the original."""
    inputs = finished.parent / "in"
    jobs.run([str(inputs)], tmp_path / "out", sets=["duplicates.drop=true", "run.max_rejected=0.5"])
    room = pages.gathered(tmp_path / "out").room
    dropped = [source for source in room if any("duplicate" in block for block in source["blocks"])]
    assert dropped
    for source in dropped:
        assert " ".join(said(source)).split() == Path(source["uri"]).read_text("utf-8").split()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the sample inputs."""
    output = tmp_path_factory.mktemp("seeds") / "out"
    jobs.run([str(jobs.TESTS.parent / "seeds")], output)
    return output


def test_the_seeds_are_shown_in_full_in_little_room(seeds: Path) -> None:
    """All of them, in a page of less than 300 kB."""
    page = pages.report(seeds)
    assert len(page.encode()) < 300_000
    found = pages.gathered(seeds)
    assert len(found.room) == found.seen > 70


def test_the_seeds_lose_no_word(seeds: Path) -> None:
    """As many characters stand in a source's blocks as its document has that are not white space, but where a model wrote."""
    solid = solids(seeds)
    for source in pages.gathered(seeds).room:
        if any(story.get("restored") for story in source["stories"]):
            continue
        letters = "".join("".join(said(source)).split())
        assert len(letters) == solid[source["uri"]], source["uri"]


def solids(folder: Path) -> dict[str, int]:
    """Of each source the number of characters that are not white space, by the document records."""
    return {row["source"]["uri"]: row["solid"] for row in jobs.records(folder, "document")}
