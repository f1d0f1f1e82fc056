"""What the viewer shows of a run: every source, found and paged, its blocks and repairs where the source has them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.options import load_settings
from copydesk.pipeline.output import formats
from copydesk.pipeline.reading import read_manifest
from copydesk.pipeline.report.records import Whole, read_wholes
from copydesk.pipeline.view import index as indexing
from copydesk.pipeline.view.index import Index, Wanted
from copydesk.pipeline.view.sheets import MOST_BLOCKS, Sheet
from tests.pipeline import jobs, runs
from tests.pipeline.view.conftest import SCRIPT
from tests.pipeline.view.served import Client, served

MANY = 5_000


def names(client: Client, **query: str) -> list[str]:
    """The names that a page of the list shows."""
    return [one["uri"].removeprefix("in/") for one in client.page(**query)["sources"]]


def test_every_source_is_in_the_list(client: Client) -> None:
    """Decoded, repeated and rejected ones, each with what came of it."""
    found = client.page()
    assert found["total"] == 4
    by_name = {one["uri"]: one for one in found["sources"]}
    assert [by_name["in/a.txt"][name] for name in ("stories", "removed", "changes", "judged")] == [2, 2, 1, 0]
    assert by_name["in/same.txt"]["same"] == "in/a.txt"
    assert by_name["in/empty.txt"]["rejected"] == "EmptySource in decode: nothing in it"
    assert client.source(by_name["in/empty.txt"]["number"])["rejected"] == "EmptySource in decode: nothing in it"
    assert client.source(by_name["in/same.txt"]["number"])["same"] == "in/a.txt"


@pytest.mark.parametrize(("query", "found"), [
    ({"text": "hostile"}, ["hostile.txt"]), ({"text": "ISLAND noon"}, ["a.txt", "hostile.txt"]),
    ({"text": "isla"}, ["a.txt", "hostile.txt"]), ({"text": "share this"}, ["a.txt", "hostile.txt"]),
    ({"text": "a_txt"}, ["a.txt", "hostile.txt"]), ({"text": "no such words"}, []), ({"text": "%"}, []),
    ({"text": "e\u0301 ²₂ ªͅ हिन्दी"}, []),
    ({"text": '" OR uri --'}, []), ({"rule": "spelling"}, ["a.txt", "hostile.txt"]), ({"rule": "none"}, []),
    ({"role": "headline"}, ["a.txt", "hostile.txt"]), ({"role": "promo"}, []), ({"site": "x.example"}, []),
    ({"judged": "yes"}, []), ({"order": "most stories"}, ["a.txt", "hostile.txt", "same.txt", "empty.txt"]),
    ({"order": "; DROP TABLE sources"}, ["a.txt", "empty.txt", "hostile.txt", "same.txt"]), ({"page": "1"}, []),
])  # fmt: skip
def test_the_list_is_searched_and_filtered(client: Client, query: dict[str, str], found: list[str]) -> None:
    """By words, wherever in a source they stand, by name, rule, role and site; what is typed is never SQL."""
    assert names(client, **query) == found


def test_a_source_is_laid_out_as_in_the_report(client: Client) -> None:
    """Each line of the original is a block, kept or removed; the repaired word is there as it was and as it is."""
    source = client.source(client.number("a.txt"))
    words = source["words"]
    removed = [(block[0], words[block[1]], block[2]) for block in source["blocks"] if isinstance(block[2], str)]
    assert removed == [(0, "chrome", "Harbour news"), (runs.TEXT.index("Share"), "chrome", "Share this")]
    part = source["stories"][0]["parts"][0]
    assert "the harbour." in part[1]
    assert part[2][0][2] == "harber"
    assert (source["first"], source["total"], source["of"]) == (0, 7, 2)


def sheets(folder: Path) -> Iterator[Sheet]:
    """Every source of a run."""
    for entry in read_wholes(str(folder), read_manifest(str(folder)).data):
        if isinstance(entry, Whole) and entry.document["same_as"] is None:
            yield Sheet(entry)


def test_each_span_is_that_of_its_words(tmp_path: Path) -> None:
    """Of pages and talks: what a block says, and what a repair replaced, stands in the file at its span."""
    seeds = Path(__file__).parents[3] / "seeds"
    inputs = [str(seeds / name) for name in ("pages/scroll.txt", "pages/digest.txt", "transcripts/talk.txt", "site")]
    jobs.run(inputs, tmp_path / "out")
    blocks = mends = 0
    for sheet in sheets(tmp_path / "out"):
        text = Path(sheet.head["uri"]).read_text("utf-8")
        for block in sheet.blocks:
            end = sheet.end(block)
            assert " ".join(text[block[0] : end].split()) == " ".join(sheet.said(block).split())
            blocks += 1
            for mend in sheet.mends(block):
                assert text[mend.start : mend.end] == mend.before
                mends += 1
        ends = [0, *(sheet.end(block) for block in sheet.blocks)]
        assert all(not text[end : block[0]].strip() for end, block in zip(ends, sheet.blocks, strict=False))
    assert blocks > 100
    assert mends > 5


def whole(paragraphs: int, *, removed: str = "") -> Whole:
    """A source of so many paragraphs, and a removed record of many lines."""
    rows = runs.rows_of("many.txt")
    texts = [f"Paragraph {number}." for number in range(paragraphs)]
    at, made = 0, []
    for text in texts:
        made.append({"start": at, "end": at + len(text), "role": "paragraph", "spans": [[at, at + len(text)]]})
        at += len(text) + 2
    story = rows["stories"][0] | {
        "text": "\n\n".join(texts), "paragraphs": made, "changes": [], "headline": None, "captions": ["one", "two"],
        "chapters": [{"start": made[0]["start"], "title": "First"}, {"start": made[-1]["start"], "title": "Last"}],
        "spans": [one["spans"][0] for one in made],
    }  # fmt: skip
    gone = rows["removed"][0] | {"start": at, "end": at + len(removed), "text": removed}
    return Whole(document=rows["documents"][0], stories=[story], removed=[gone] if removed else [])


def test_a_removed_record_of_many_lines_is_judged_line_by_line() -> None:
    """Each line has its own span; lines of nothing are none."""
    sheet = Sheet(whole(1, removed="Menu\n  Search\n\n\nLog in"))
    found = [(block[2], block[0], sheet.end(block)) for block in sheet.blocks[1:]]
    assert found == [("Menu", 14, 18), ("Search", 21, 27), ("Log in", 30, 36)]


def test_stretches_hold_every_block_once() -> None:
    """Gone through from the first to the last, they are the source; paragraphs and chapters count within each."""
    sheet = Sheet(whole(2 * MOST_BLOCKS + 7))
    block, seen, titles = 0, [], []
    while block < len(sheet.blocks):
        found = sheet.window(block)
        assert found["first"] == block
        assert len(found["blocks"]) <= MOST_BLOCKS
        assert sheet.window(block + len(found["blocks"]) - 1)["first"] == block
        story = found["stories"][0]
        assert story["skipped"] == block
        seen += [story["parts"][entry[3]][1] for entry in found["blocks"]]
        titles += [(story["parts"][at][1], title) for at, title in story.get("chapters", ())]
        assert story["captions"] == ["", ""]
        block += len(found["blocks"])
    assert seen == [f"Paragraph {number}." for number in range(2 * MOST_BLOCKS + 7)]
    assert titles == [("Paragraph 0.", "First"), (seen[-1], "Last")]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over four pages, one of them a duplicate that was dropped."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "in").mkdir()
    for number in (1, 2, 9):
        (folder / "in" / f"{number}.txt").write_text(jobs.article(number), "utf-8")
    (folder / "in" / "again.txt").write_text(jobs.article(1).replace("evening", "night"), "utf-8")
    jobs.run([str(folder / "in")], folder / "plain", sets=["duplicates.drop=true"])
    return folder / "plain"


@pytest.mark.parametrize("sets", [["compression=gzip"], ["compression=zstd"], ["format=parquet"]])
def test_every_format_is_read(plain: Path, tmp_path: Path, sets: list[str]) -> None:
    """A source of a packed output is what it is of a plain one; what a dropped duplicate left is with its source."""
    shutil.copytree(plain, tmp_path / "plain")
    packed = load_settings(sets=[f"write.{one}" for one in sets]).write
    manifest = json.loads((plain / "manifest.json").read_text())
    for entry in manifest["files"]:
        kind, extension = entry["name"].partition("-")[0], formats.extension_of(packed)
        name = entry["name"].removesuffix(".jsonl") + extension
        out = formats.create(str(tmp_path / "other"), name, kind, packed)
        for line in (plain / entry["name"]).read_bytes().splitlines(keepends=True):
            out.write(line)
        entry |= {"name": name, "sha256": out.close().sha256}
    (tmp_path / "other" / "manifest.json").write_text(json.dumps(manifest))
    shown = []
    for name in ("plain", "other"):
        with served(tmp_path / name, tmp_path / "l.jsonl") as client:
            page = client.page()
            shown.append({one["uri"]: client.source(one["number"]) for one in page["sources"]})
    for source in (source for side in shown for source in side.values()):
        del source["number"]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 4
    assert any(one["packed"] is not None for one in pieces(tmp_path / "other", tmp_path))
    assert all(one["packed"] is None for one in pieces(tmp_path / "plain", tmp_path))
    rules = [
        {source["words"][block[3]] for block in source["blocks"] if isinstance(block[2], str)} for source in shown[1].values()
    ]
    assert any("duplicate" in found for found in rules)


def pieces(folder: Path, scratch: Path) -> list[sqlite3.Row]:
    """What a database notes of where records stand."""
    index = Index(scratch / f"{folder.name}-index", read_manifest(str(folder)))
    index.build()
    with closing(sqlite3.connect(scratch / f"{folder.name}-index")) as database:
        database.row_factory = sqlite3.Row
        return database.execute("SELECT * FROM pieces").fetchall()


def test_thousands_of_sources_are_paged(tmp_path: Path) -> None:
    """Of 5,000 sources each stands on one page; the server holds none of their records."""
    rows: dict[str, list[Any]] = {"documents": [], "stories": [], "removed": [], "rejected": []}
    for number in range(MANY):
        for kind, more in runs.rows_of(f"s{number % 7}/{number:05}.txt").items():
            rows[kind] += more
    with served(runs.write_run(tmp_path / "out", rows, shards=1), tmp_path / "l.jsonl") as client:
        found: list[str] = []
        page = client.page()
        while page["sources"]:
            found += [one["uri"] for one in page["sources"]]
            page = client.page(page=str(page["page"] + 1))
        assert found == sorted(row["source"]["uri"] for row in rows["documents"])
        assert page["total"] == MANY
        assert len(client.ask("/sources?page=0").body) < 50_000
        assert names(client, text="s3/04903") == ["s3/04903.txt"]
        assert client.source(client.number("s3/04903.txt"))["uri"] == "s3/04903.txt"


def test_half_a_character_is_served(tmp_path: Path) -> None:
    """A lone surrogate, which JSON can say and UTF-8 cannot, in a text and in a name."""
    rows = runs.rows_of("a.txt")
    rows["removed"][0]["text"] = "Harbour\ud83d news"
    data = json.loads(json.dumps(rows).replace("a.txt", "a\\ud83d.txt"))
    folder = runs.write_run(tmp_path / "out", runs.rows_of("b.txt"))
    entries = json.loads((folder / "manifest.json").read_text())
    for entry in entries["files"]:
        lines = [json.dumps(row) + "\n" for row in data[entry["name"].partition("-")[0]]]
        (folder / entry["name"]).write_text("".join(lines), "utf-8")
        entry["records"] = len(lines)
    (folder / "manifest.json").write_text(json.dumps(entries))
    with served(folder, tmp_path / "l.jsonl") as client:
        source = client.source(1)
        assert source["uri"] == "a\ud83d.txt"
        assert source["blocks"][0][2] == "Harbour\ud83d news"
        assert client.judge(source=1, block=0, verdict="accept").status == 200


def test_an_output_that_was_replaced_is_told(output: Path, tmp_path: Path) -> None:
    """Another run has put other records where these were: an error that says so, and never another source's text."""
    with served(output, tmp_path / "l.jsonl") as client:
        number = client.number("hostile.txt")
        path = output / "stories-00000-of-00001.jsonl"
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
        reply = client.ask(f"/source?number={number}")
    assert reply.status == 500
    assert b"another run may have replaced it" in reply.body
    assert SCRIPT.encode() not in reply.body


def test_what_is_asked_wrongly_is_refused(client: Client) -> None:
    """Numbers that are none, sources and blocks that are not there."""
    wrong = {
        "/source?number=x": 400, "/source?number=-1": 400, "/source?number=99": 404, "/source?number=1&block=99": 404,
        "/sources?page=99999999999": 400, f"/sources?text={'a' * 9000}": 414,
    }  # fmt: skip
    for path, status in wrong.items():
        assert client.ask(path).status == status, path


def test_the_database_is_searched_without_its_records_in_it(output: Path, tmp_path: Path) -> None:
    """Of plain files it holds where records stand, not the records; so it stays far smaller than the output."""
    index = Index(tmp_path / "index", read_manifest(str(output)))
    noted: list[int] = []
    index.build(noted.append)
    assert b"phrase.sharing" in (tmp_path / "index").read_bytes()
    assert b"runs again, says" not in (tmp_path / "index").read_bytes()
    assert index.page(Wanted(), 0).total == 4
    assert indexing.PAGE < 1_000


def test_a_story_is_found_by_its_id(tmp_path: Path) -> None:
    """What repeats a story of the run is told whose it is; of a story that the run has not, nothing."""
    rows, again = runs.rows_of("in/first.txt"), runs.rows_of("in/second.txt")
    known = rows["stories"][0]["id"]
    for story, of in zip(again["stories"], (known, "elsewhere"), strict=True):
        story["duplicate_of"] = of
    for kind, more in again.items():
        rows[kind] += more
    with served(runs.write_run(tmp_path / "out", rows), tmp_path / "l.jsonl") as client:
        first = client.number("first.txt")
        assert client.source(client.number("second.txt"))["repeats"] == {known: [first, "in/first.txt"], "elsewhere": None}
        assert client.source(first)["repeats"] == {}
