"""`copydesk diff`: what differs between two runs, source by source, however their records lie."""

from __future__ import annotations

import copy
import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.cli import main
from copydesk.pipeline.commands import comparing, pairing
from copydesk.pipeline.commands.differences import compare
from copydesk.pipeline.commands.wording import inline, opcodes, word_changes
from copydesk.pipeline.reading import read_manifest
from tests.pipeline.jobs import article, run
from tests.pipeline.runs import Rows, rejected_row, rows_of, write_run


def many(*uris: str) -> Rows:
    """The records of several sources that hold the same page."""
    rows: Rows = {"documents": [], "stories": [], "removed": [], "rejected": []}
    for uri in uris:
        for kind, found in rows_of(uri).items():
            rows[kind] += found
    return rows


def other_bytes(rows: Rows) -> Rows:
    """The same records of sources that hold other bytes, each its own."""
    for row in (row for kind in rows.values() for row in kind):
        row["source"]["sha256"] = hashlib.sha256(row["source"]["uri"].encode()).hexdigest()
    return rows


@pytest.fixture
def differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Write two runs, compare them, and give the exit code with the object or the text that was printed."""

    def call(before: Rows, after: Rows, *options: str, **written: Any) -> tuple[int, Any]:
        write_run(tmp_path / "before", before)
        write_run(tmp_path / "after", after, **written)
        code = main(["diff", str(tmp_path / "before"), str(tmp_path / "after"), *options])
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in options else out

    return call


def test_equal_runs_are_equal_however_they_are_sharded(differ: Callable[..., tuple[int, Any]]) -> None:
    """The same records in other shards, packed, are no difference: exit code 0, and one line says so."""
    rows = many("a.txt", "b.txt", "c.txt")
    dealt = {kind: found[::-1] for kind, found in rows.items()}
    assert differ(rows, dealt, shards=3, packed=True) == (0, "no difference: 3 sources, 6 stories\n")


def test_settings_are_told_and_are_no_difference(differ: Callable[..., tuple[int, Any]]) -> None:
    """What the runs were called with is told by key; as long as the records are the same, the exit code is 0."""
    code, told = differ(many("a.txt"), many("a.txt"), "--json", config={"tag": {"max_topics": 5}})
    assert (code, told["settings"]) == (0, {"tag.max_topics": [None, 5]})


def change_text(rows: Rows) -> None:
    """Another repair in the first story."""
    story = rows["stories"][0]
    story["text"] = story["text"].replace("harbour", "harvest")
    story["changes"][0]["after"] = "harvest"


def change_fields(rows: Rows) -> None:
    """Another headline, authors, date, language and topic in the second story."""
    topic = {"code": "medtop:1", "name": "weather", "top": "medtop:1", "score": 0.9}
    rows["stories"][1] |= {
        "headline": "A bench for the park", "authors": ["Ada Winter"], "published": "2024-05-01", "language": "de",
        "topics": [topic],
    }  # fmt: skip


def change_scores(rows: Rows) -> None:
    """Nothing that a reader is told."""
    rows["stories"][0]["language_score"] = 0.5


def drop_story(rows: Rows) -> None:
    """The second story is none any more."""
    gone = rows["stories"].pop()
    rows["documents"][0]["stories"].pop()
    rows["stories"][0]["source"]["count"] = 1
    start, end = gone["spans"][0][0], gone["spans"][-1][1]
    removed = copy.deepcopy(rows["removed"][0])
    rows["removed"].append(removed | {"start": start, "end": end, "text": "x" * (end - start), "rule": "too_short"})


def keep_span(rows: Rows) -> None:
    """What was removed as an invitation is kept, what was removed as a section is so by another rule."""
    rows["removed"].pop()
    rows["removed"][0]["rule"] = "line.section"


@pytest.mark.parametrize(
    ("change", "stories", "fields", "words"),
    [
        (change_text, {"changed": 1}, {"text": 1}, ["says the -harbour-+harvest+."]),
        (
            change_fields,
            {"changed": 1},
            {"headline": 1, "authors": 1, "published": 1, "language": 1, "topics": 1},
            ["A bench for the -square-+park+", "-none-+Ada Winter+", "-en-+de+", "-none-+weather+"],
        ),
        (change_scores, {"changed": 1}, {"other": 1}, ["language_score"]),
        (drop_story, {"gone": 1}, {}, ["- story 2    A bench for the square  5 words", "removed now  too_short: 1 span"]),
        (
            keep_span,
            {},
            {},
            ["kept now     phrase.sharing: 1 span, 9 characters", "[phrase.sharing -> line.section] Harbour news"],
        ),
    ],
)
def test_difference_is_counted_and_shown(
    change: Callable[[Rows], None], stories: dict[str, int], fields: dict[str, int], words: list[str], differ: Any
) -> None:
    """Each way in which a source can differ is counted as what it is, and shown in words; backwards it is its opposite."""
    after = many("a.txt")
    change(after)
    code, told = differ(many("a.txt"), after, "--json")
    assert code == 1
    assert {name: count for name, count in told["summary"]["stories"].items() if name not in {"before", "after"}} == stories
    assert told["summary"]["fields"] == fields
    assert told["summary"]["sources"]["changed"] == 1
    code, text = differ(many("a.txt"), after)
    assert code == 1
    for said in words:
        assert said in text
    opposite = {"gone": "new", "new": "gone", "changed": "changed"}
    code, told = differ(after, many("a.txt"), "--json")
    counts = told["summary"]["stories"].items()
    assert {opposite[name]: count for name, count in counts if name in opposite} == stories


def test_sources_that_came_went_and_were_refused(differ: Callable[..., tuple[int, Any]]) -> None:
    """A source of one run alone is new or gone with its stories; one that is rejected now says why."""
    before, after = many("a.txt", "b.txt", "c.txt"), many("b.txt")
    for kind, rows in other_bytes(many("d.txt")).items():
        after[kind] += rows
    after["rejected"].append(rejected_row("a.txt") | {"source": before["removed"][0]["source"]})
    code, told = differ(before, after, "--json")
    assert code == 1
    assert [(source["uri"], source["status"]) for source in told["sources"]] == [
        ("a.txt", "changed"), ("c.txt", "gone"), ("d.txt", "new"),
    ]  # fmt: skip
    sources = told["summary"]["sources"]
    assert (sources["before"], sources["after"], sources["rejected after"]) == (3, 3, 1)
    assert told["summary"]["kept_now"] == {}
    _, text = differ(before, after)
    for words in ("+ rejected   by decode: EmptySource: nothing in it", "- c.txt", "+ d.txt"):
        assert words in text


def test_source_whose_bytes_changed(differ: Callable[..., tuple[int, Any]]) -> None:
    """A source with other bytes is the same source by its uri, and its stories are told to be the same by what they say."""
    after = many("a.txt")
    for kind in ("documents", "stories", "removed"):
        for row in after[kind]:
            row["source"]["sha256"] = "0" * 64
    after["documents"][0]["text_sha256"] = "1" * 64
    after["stories"][0]["headline"] = "The ferry runs once more"
    after["stories"] = after["stories"][::-1]
    code, told = differ(many("a.txt"), after, "--json")
    assert (code, told["summary"]["sources"]["other bytes"]) == (1, 1)
    assert told["summary"]["fields"] == {"headline": 1}
    assert "(other bytes)" in differ(many("a.txt"), after)[1]


def test_runs_without_a_common_source_say_why_that_may_be(differ: Callable[..., tuple[int, Any]]) -> None:
    """Two runs of other sources share none; the note says by what they would be known again."""
    code, text = differ(many("a.txt"), other_bytes(many("b.txt")))
    assert code == 1
    assert "no source is in both, by its path, by its content, or by the end of its path" in text


def test_runs_of_the_same_paths_load_no_parser(tmp_path: Path) -> None:
    """Comparing records needs neither Beam nor what reads pages, which take longer to load than most runs to compare."""
    write_run(tmp_path / "run", many("a.txt"))
    code = (
        "import sys; from copydesk.pipeline.cli import main; main(['diff', *sys.argv[1:]]);"
        "sys.exit(str([name for name in ('apache_beam', 'lxml') if name in sys.modules] or ''))"
    )
    run = str(tmp_path / "run")
    done = subprocess.run([sys.executable, "-c", code, run, run], check=False, capture_output=True, text=True)
    assert done.stderr.strip() == ""


def test_full_disk_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the records do not fit beside the temporary files, the message says how to name another folder."""

    def refuse(_: str) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(pairing, "_database", refuse)
    write_run(tmp_path, many("a.txt"))
    assert main(["diff", str(tmp_path), str(tmp_path)]) == 1
    assert "disk is full: both outputs have to fit there; name another folder as TMPDIR" in capsys.readouterr().err


def test_limit_bounds_what_is_shown_and_not_what_is_counted(differ: Callable[..., tuple[int, Any]]) -> None:
    """The first sources by name are shown, all are counted, and the text says how many more there are."""
    names = [f"{number}.txt" for number in range(5)]
    after = many(*names)
    for story in after["stories"]:
        story["section"] = "Town"
    _, told = differ(many(*names), after, "--json", "--limit", "2")
    assert [source["uri"] for source in told["sources"]] == ["0.txt", "1.txt"]
    assert told["summary"]["fields"] == {"section": 10}
    assert "... and 3 more sources; --limit shows more" in differ(many(*names), after, "--limit", "2")[1]


def test_source_that_differs_in_evidence_alone_says_so(differ: Callable[..., tuple[int, Any]]) -> None:
    """A source that counts as changed is never shown without what changed, though it be what a rule saw and nothing else."""
    after = many("a.txt")
    after["removed"][0]["evidence"] = "on 31% of the site's pages"
    code, told = differ(many("a.txt"), after)
    assert code == 1
    assert "a.txt\n  evidence     what the rules saw of removed spans" in told


def test_lists_are_compared_by_their_entries(differ: Callable[..., tuple[int, Any]]) -> None:
    """An author who went and one who came are shown whole, without a mixture of their words."""
    before, after = many("a.txt"), many("a.txt")
    before["stories"][0]["authors"] = ["Ada Winter", "Ida Frost", "Bo Key"]
    after["stories"][0]["authors"] = ["Ida Frost", "Ada Frost"]
    assert "  authors    -Ada Winter-; Ida Frost; -Bo Key-; +Ada Frost+\n" in differ(before, after)[1]


def test_scraped_text_cannot_steer_the_terminal(differ: Callable[..., tuple[int, Any]]) -> None:
    """Control characters of names and texts are shown as escapes."""
    after = many("a\x1b[2J.txt")
    after["stories"][0]["headline"] = "x\x1b]0;y\x07"
    after["removed"].pop()
    assert "\x1b" not in differ(many("a\x1b[2J.txt"), after)[1]


@pytest.mark.parametrize("missing", ["nowhere", "folder"])
def test_what_is_no_run_is_a_wrong_call(missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there, or that no finished run wrote, is exit code 2 with its name."""
    write_run(tmp_path / "run", many("a.txt"))
    (tmp_path / "folder").mkdir()
    assert main(["diff", str(tmp_path / "run"), str(tmp_path / missing)]) == 2
    told = capsys.readouterr()
    assert missing in told.err
    assert told.out == ""


def test_broken_line_is_told_by_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that holds something else than records is named, and so is what finds the line."""
    write_run(tmp_path / "run", many("a.txt"))
    (tmp_path / "run" / "stories-00000-of-00001.jsonl").write_text('{"source": 3}\n', "utf-8")
    assert main(["diff", str(tmp_path / "run"), str(tmp_path / "run")]) == 2
    assert "stories-00000-of-00001.jsonl: holds a line that is no record; copydesk check" in capsys.readouterr().err


@pytest.mark.parametrize("lines", [1, 3])
def test_file_with_too_few_or_too_many_records_is_told(lines: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that does not hold as many records as its manifest says is an error, and no story that is gone or new."""
    write_run(tmp_path / "before", many("a.txt"))
    write_run(tmp_path / "after", many("a.txt"))
    path = tmp_path / "after" / "stories-00000-of-00001.jsonl"
    path.write_bytes(b"".join((path.read_bytes().splitlines(keepends=True) * 2)[:lines]))
    assert main(["diff", str(tmp_path / "before"), str(tmp_path / "after")]) == 2
    told = capsys.readouterr()
    assert f"stories-00000-of-00001.jsonl: {lines} records, the manifest says 2; fetch the folder again" in told.err
    assert told.out == ""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_signal_leaves_no_folder_behind(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended by a signal in the middle of its work, it takes its temporary folder away, and the exit code tells why."""
    number, room = getattr(signal, name), tmp_path / "temporary"
    room.mkdir()
    seen: list[Path] = []

    def strike(*_: object) -> None:
        seen.extend(room.iterdir())
        signal.raise_signal(number)

    monkeypatch.setattr(tempfile, "tempdir", str(room))
    monkeypatch.setattr(comparing, "compare", strike)
    write_run(tmp_path / "run", many("a.txt"))
    handler = signal.signal(number, signal.SIG_DFL)  # a suite under `nohup` ignores one of them
    try:
        with pytest.raises(SystemExit) as ended:
            main(["diff", str(tmp_path / "run"), str(tmp_path / "run")])
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, handler)
    assert ended.value.code == 128 + number
    assert len(seen) == 1
    assert list(room.iterdir()) == []


def test_real_runs_in_two_formats_and_two_configurations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON lines and Parquet of one configuration are equal; of another one, the setting and what it did are told."""
    for name, author in (("1.txt", "Ada Winter"), ("2.txt", "Ida Frost")):
        (tmp_path / name).write_text(article(0).replace("Ada Winter", author), "utf-8")
    for name, sets in (("a", []), ("b", ["write.format=parquet"]), ("c", ["duplicates.drop=true"])):
        run([str(tmp_path / "1.txt"), str(tmp_path / "2.txt")], tmp_path / name, sets=sets)
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert 'setting      write.format: "jsonl" -> "parquet"' in capsys.readouterr().out
    assert main(["diff", str(tmp_path / "b"), str(tmp_path / "c")]) == 1
    told = capsys.readouterr().out
    for words in ("duplicates.drop: false -> true", "- story 1", "removed now  duplicate: "):
        assert words in told


def test_records_of_a_source_are_found_wherever_they_lie(tmp_path: Path) -> None:
    """Sources come in the order of their names, each once and whole, from shards in any order."""
    rows = many("b.txt", "a.txt", "é.txt")
    write_run(tmp_path / "run", {kind: found[::-1] for kind, found in rows.items()}, shards=4)
    manifest = read_manifest(str(tmp_path / "run"))
    pairs = list(pairing.pair_sources(manifest, manifest))
    assert [before.uri for before, _ in pairs if before] == ["a.txt", "b.txt", "é.txt"]
    for before, after in pairs:
        assert before is after
        assert before is not None
        assert [story["source"]["index"] for story in before.stories] == [0, 1]
        assert len(before.removed) == 2


def test_stories_are_matched_by_the_text_that_they_share() -> None:
    """A story whose start moved and which another one now precedes is still the same story."""
    [page] = [rows_of("a.txt")]
    before = pairing.SourceRecords(uri="a.txt", sha256="0", **page)
    after = copy.deepcopy(before)
    first = after.stories[0]
    head = first | {"id": "new", "headline": None, "spans": [[13, 20]], "text": "The ferry"}
    first["spans"] = [[20, first["spans"][0][1]], *first["spans"][1:]]
    after.stories.insert(0, head)
    change = compare(before, after)
    assert change is not None
    assert [(story.before and story.before["id"], story.after and story.after["id"]) for story in change.stories] == [
        (before.stories[0]["id"], first["id"]), (None, "new"),
    ]  # fmt: skip
    assert [story.kin for story in change.stories] == [(), (1,)]


def test_story_that_was_joined_to_another_says_to_which(differ: Callable[..., tuple[int, Any]]) -> None:
    """Of a story that is gone, and whose words another one holds now, the other is named; backwards it is named likewise."""
    joined = many("a.txt")
    gone = joined["stories"].pop()
    joined["stories"][0]["spans"] += gone["spans"]
    assert "words of it are now in story 1" in differ(many("a.txt"), joined)[1]
    assert "words of it were in story 1" in differ(joined, many("a.txt"))[1]


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""), ("a", ""), ("", "b"), ("one two", "one three two"), ("日本語の文", "日本の文章"), ("a b\n\nc", "a  b c"),
        ("x " * 3000, "y " * 3000),
    ],
)
def test_pieces_are_both_texts(before: str, after: str) -> None:
    """The pieces without what came in are the first text, those without what went out the second."""
    pieces = word_changes(before, after)
    assert "".join(text for sign, text in pieces if sign != "+") == before
    assert "".join(text for sign, text in pieces if sign != "-") == after


def test_only_spaces_in_common_cost_no_more_than_words() -> None:
    """Of two paragraphs that share nothing but the spaces between their words, each word is looked up but once."""
    looked_up = []

    class Word(str):
        __slots__ = ()

        def __hash__(self) -> int:
            looked_up.append(self)
            return super().__hash__()

    before, after = ([Word(part) for number in range(200) for part in (f"{name}{number}", " ")] for name in "ab")
    assert sum(sign == "=" for sign, _, _ in opcodes(before, after)) == 200
    assert len(looked_up) <= 2 * (len(before) + len(after))


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        ("", "", []),
        ("", "ab", [("+", 0, 2)]),
        ("abc", "axc", [("=", 0, 1), ("-", 1, 2), ("+", 1, 2), ("=", 2, 3)]),
        ("abcde", "xbyd", [("-", 0, 1), ("+", 0, 1), ("=", 1, 2), ("-", 2, 3), ("+", 2, 3), ("=", 3, 4), ("-", 4, 5)]),
    ],
)
def test_what_goes_out_is_told_before_what_comes_in(before: str, after: str, steps: list[tuple[str, int, int]]) -> None:
    """Every step names its own places, those that go out first, and what is equal parts them."""
    assert list(opcodes(before, after)) == steps


def test_long_sequences_without_a_common_element_are_replaced_as_a_whole() -> None:
    """Beyond the bound nothing is compared one by one, so that the cost stays bounded; equal ends are found nevertheless."""
    before, after = [f"a{number}" for number in range(5_000)], [f"b{number}" for number in range(5_000)]
    assert list(opcodes(["x", *before, "y"], ["x", *after, "y"])) == [
        ("=", 0, 1), ("-", 1, 5001), ("+", 1, 5001), ("=", 5001, 5002),
    ]  # fmt: skip


def test_what_is_equal_is_shortened_between_words() -> None:
    """Of long equal stretches a line shows what stands next to a difference."""
    same = "many words of the same kind " * 5
    shown = "".join(text for text, _ in inline([("=", same), ("-", "a"), ("=", same), ("+", "b"), ("=", same)], context=12))
    assert shown == "…same kind -a-many words … same kind +b+many words…"
