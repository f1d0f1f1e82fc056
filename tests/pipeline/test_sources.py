"""Inputs as the user gives them become files, each once, and what cannot be read says why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copydesk.pipeline.sources import InputError, SourceFile, find_sources, read_slice, reader_of, sniff, write_list
from copydesk.transforms.shapes import RejectedRecord

from .runs import rows_of, write_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pages, one of them deeper, and a hidden file."""
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "a.html").write_text("<p>a")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.txt").write_text("c")
    (tmp_path / ".hidden").write_text("x")
    return tmp_path


def names(sources: list[SourceFile]) -> list[str]:
    """Their names alone."""
    return [Path(source.path).name for source in sources]


def test_a_folder_is_read_recursively_in_order_and_without_hidden_files(folder: Path) -> None:
    """A folder gives its files in order of their paths, hidden ones left out."""
    assert names(find_sources([str(folder)])) == ["a.html", "b.txt", "c.txt"]


def test_a_file_given_twice_is_one_source(folder: Path) -> None:
    """A file that two inputs name is read once."""
    assert names(find_sources([str(folder / "b.txt"), str(folder / "*.txt"), str(folder)])) == ["a.html", "b.txt", "c.txt"]


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        (("*.txt",), (), ["b.txt", "c.txt"]),
        ((), ("*.txt",), ["a.html"]),
        (("*/deep/*",), (), ["c.txt"]),
        (("*.txt",), ("c.*",), ["b.txt"]),
    ],
)
def test_include_and_exclude_match_paths_and_names(
    folder: Path, include: tuple[str, ...], exclude: tuple[str, ...], wanted: list[str]
) -> None:
    """Globs select by path or by name; exclude wins."""
    assert names(find_sources([str(folder)], include=include, exclude=exclude)) == wanted


def test_an_input_that_is_not_there_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    """A path or glob without a file names itself and what would be right."""
    with pytest.raises(InputError, match=r"nothing-here.*give a file, a folder"):
        find_sources([str(tmp_path / "nothing-here*.txt")])


def test_names_with_spaces_newlines_and_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    """Any name a file system allows is read, and has a uri that JSON can hold."""
    odd = [b"a b.txt", b"line\nbreak.txt", "naïve-日本.txt".encode(), b"latin-\xe9.txt"]
    for name in odd:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    sources = find_sources([str(tmp_path)])
    assert len(sources) == len(odd)
    for source in sources:
        source.uri.encode("utf-8")
        assert reader_of(source) == "txt"


def test_a_dangling_link_is_a_source_that_cannot_be_read(tmp_path: Path) -> None:
    """A link to nothing ends in a rejected record that says so."""
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (source,) = find_sources([str(tmp_path)])
    refused = reader_of(source)
    assert isinstance(refused, RejectedRecord)
    assert "dangling link" in refused.message


def test_a_link_loop_is_a_source_that_cannot_be_read(tmp_path: Path) -> None:
    """A link to itself and a link to a folder above do not hold the run up, and are told."""
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "up").symlink_to(tmp_path)
    (tmp_path / "ok.txt").write_text("x")
    readers = {Path(source.path).name: reader_of(source) for source in find_sources([str(tmp_path)])}
    assert readers["ok.txt"] == "txt"
    for name in ("self.txt", "up"):
        refused = readers[name]
        assert isinstance(refused, RejectedRecord)
        assert "link" in refused.message or "symbolic" in refused.message


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Something that is no regular file is told, not opened."""
    os.mkfifo(tmp_path / "pipe.txt")
    (source,) = find_sources([str(tmp_path)])
    refused = reader_of(source)
    assert isinstance(refused, RejectedRecord)
    assert "regular file" in refused.message


@pytest.mark.parametrize(
    ("start", "reader"),
    [
        (b"<!DOCTYPE html><html>", "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b'{"text": "x"}\n{"text": "y"}\n', "jsonl"),
        (b"{ not json", "txt"),
        ("Grüße".encode("latin-1"), "txt"),
        ("Grüße".encode("utf-16"), "txt"),
        (b"\x00\x01\x02\x03", None),
        (b"%PDF-1.7", None),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello", "vtt"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello", "srt"),
        (b'{"wireMagic":"pb3","events":[]}', "json3"),
        (b'{\n  "wireMagic": "pb3",\n', "json3"),
        (b'[{"text": "Hello", "start": 0.0}]', "json"),
        (b'{\n "text": " Hello.",\n "segments": [\n', "json"),
        (b'{"text": " Hello.", "segments": [{"id": 0, ', "json"),
        (b'{"text": "Hello", "tags": [{"id": 0}]}\n', "jsonl"),
        (b'<?xml version="1.0" ?><timedtext format="3">', "srv3"),
        (b'<?xml version="1.0" ?>\n<tt xmlns="x">', "ttml"),
        (b"1\nTwo lines of a page", "txt"),
        (b"[1] A footnote", "txt"),
        (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", "warc"),
        (b"WARC/1.1 is a format", "txt"),
        (b"PAR1\x15\x04\x00", "parquet"),
        (b"id,text,url\n1,Words.,\n", "csv"),
        (b'"ID";"Text"\r\n1;Words.\r\n', "csv"),
        (b"id\ttext\n1\tWords.\n", "tsv"),
        (b"Text, pictures and sound\nof a talk", "txt"),
        (b"text\nWords.\n", "txt"),
        (b"name,age\nAda,36\n", "txt"),
    ],
)
def test_content_decides_where_the_extension_says_nothing(start: bytes, reader: str | None) -> None:
    """The first bytes tell HTML, JSON lines and text apart, and text from what is none."""
    assert sniff(start) == reader


def test_an_unknown_extension_is_read_for_what_it_holds(tmp_path: Path) -> None:
    """A page saved without an extension is a page; a picture is rejected."""
    (tmp_path / "page").write_text("<html><p>x")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    page, picture = find_sources([str(tmp_path)])
    assert reader_of(page) == "html"
    assert isinstance(reader_of(picture), RejectedRecord)


def test_what_an_earlier_run_wrote_is_no_input_of_the_folder_above(folder: Path) -> None:
    """Reading a folder leaves out a run's output in it, whose records would be cleaned as stories; named itself, it is read."""
    output = write_run(folder / "out", rows_of("page.txt"))
    assert names(find_sources([str(folder)])) == ["a.html", "b.txt", "c.txt"]
    assert "stories-00000-of-00001.jsonl" in names(find_sources([str(output)]))


def test_a_folder_with_another_programs_manifest_is_read(folder: Path) -> None:
    """Only what a run wrote is left out, not every folder that holds a manifest.json."""
    (folder / "deep" / "manifest.json").write_text('{"name": "app"}')
    assert names(find_sources([str(folder)])) == ["a.html", "b.txt", "c.txt", "manifest.json"]


def test_a_file_system_that_beam_does_not_know_is_an_error_of_the_call() -> None:
    """An address of the web is no input; the message names it."""
    with pytest.raises(InputError, match=r"https://example\.org/page\.html: "):
        find_sources(["https://example.org/page.html"])


@pytest.mark.parametrize(
    ("start", "reader"),
    [
        (b'{"text": "' + b"word " * 900, "jsonl"),
        (b'{ "a \\" b" : {"text": "' + b"word " * 900, "jsonl"),
        (b'{"word": said the miller, and ' + b"word " * 900 + b"\n", "txt"),
        (b"{curly} " + b"word " * 900, "txt"),
    ],
)
def test_a_row_longer_than_what_is_looked_at_is_known_by_its_start(start: bytes, reader: str) -> None:
    """Rows of JSON on standard input are rows however long the first one is."""
    assert sniff(start) == reader


def test_captions_are_known_by_their_extensions(tmp_path: Path) -> None:
    """Each caption format has a reader, and what a tool wrote beside captions is no source of its own."""
    for name in ("a.en.vtt", "a.srt", "b.json3", "b.srv1", "c.dfxp", "c.json", "d.md", "a.info.json", "z.info.json"):
        (tmp_path / name).write_bytes(b"x")
    readers = {source.uri.rsplit("/", 1)[-1]: reader_of(source) for source in find_sources([str(tmp_path)])}
    assert readers == {
        "a.en.vtt": "vtt", "a.srt": "srt", "b.json3": "json3", "b.srv1": "srv3", "c.dfxp": "ttml", "c.json": "json",
        "d.md": "md", "z.info.json": "json",
    }  # fmt: skip


def test_a_small_batch_of_large_files_is_work_for_all_workers(tmp_path: Path) -> None:
    """No slice holds more than a quarter of six megabytes in sixteen files, and together they hold every file once."""
    sources = [SourceFile(path=f"{number}.jsonl", size=375_000, uri=f"{number}.jsonl") for number in range(16)]
    slices = write_list(str(tmp_path / "list"), sources)
    assert max(part.size for part in slices) <= 6_000_000 / 4
    assert [file for part in slices for file in read_slice(str(tmp_path / "list"), part)] == sources
