"""The API without Beam: `clean` and `read_stories`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.pipeline import clean, read_stories
from copydesk.pipeline.options import load_settings
from copydesk.pipeline.reading import OutputError
from copydesk.transforms.errors import BinarySource, EmptySource, TooLarge
from copydesk.transforms.shapes import Story

from .runs import rows_of, to_lines, write_run

TEXT = "The ferry to the island runs again from Monday, after a winter in the dock. Boats leave at eight and at noon."


def test_import_is_instant() -> None:
    """Importing the package loads neither Beam nor anything else that is heavy."""
    code = "import sys, copydesk.pipeline; print([n for n in ('apache_beam', 'pydantic', 'lxml') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "[]\n"


def test_clean_needs_no_beam() -> None:
    """`clean` works without importing Beam."""
    code = (
        "import sys; from copydesk.pipeline import clean;"
        f"assert clean({TEXT!r}, kind='story')[0].text == {TEXT!r}; print('apache_beam' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "False\n"


def test_clean_takes_text_bytes_and_html() -> None:
    """The same words as a str, as bytes of another charset and as markup give the same story text."""
    words = TEXT.replace("noon", "12 h à midi")
    html = f"<html><head><meta charset=utf-8></head><body><p>{words}</p></body></html>"
    found = [clean(given, kind="story") for given in (words, words.encode("utf-16"), html, html.encode())]
    assert [[story.text for story in stories] for stories in found] == [[words]] * 4
    assert [stories[0].source.format for stories in found] == ["txt", "txt", "html", "html"]


def test_clean_passes_on_what_is_known() -> None:
    """What the caller knows of the source stands in the story."""
    [story] = clean(TEXT, kind="story", url="https://news.example.org/ferry", site="example.org", title="The ferry")
    assert isinstance(story, Story)
    assert (story.source.url, story.source.site) == ("https://news.example.org/ferry", "example.org")


@pytest.mark.parametrize("fragment", ["<article><p>One.</p></article>", "<!-- x --><div>One.</div>", "\n<p class=a>One.</p>"])
def test_part_of_a_page_is_html(fragment: str) -> None:
    """Markup is known as such where it is no whole page."""
    assert clean(fragment, kind="story")[0].source.format == "html"


@pytest.mark.parametrize("text", ["<3 to everyone who came here", "a < b, and b > c, says the teacher", "<grins> Well, no."])
def test_text_with_angle_brackets_is_no_html(text: str) -> None:
    """A text that only looks like markup at its first character keeps all of its words."""
    [story] = clean(text, kind="story")
    assert (story.source.format, story.text) == ("txt", text)


@pytest.mark.parametrize(
    ("given", "error"),
    [("", EmptySource), (" \n\t", EmptySource), (b"\x89PNG\r\n\x1a\n\0\0", BinarySource), ("x" * 11, TooLarge)],
)
def test_clean_raises_why(given: str | bytes, error: type[Exception]) -> None:
    """What cannot be processed raises the error that a run would record."""
    with pytest.raises(error):
        clean(given, settings=load_settings(sets=["read.max_bytes=10"]))


# --- read_stories -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_stories_of_a_run(packed: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter of the test
    """All stories of a run come back as typed objects, from plain and packed shards alike."""
    rows = rows_of("page.txt")
    stories = list(read_stories(str(write_run(tmp_path, rows, shards=2, packed=packed))))
    assert [story.id for story in stories] == [row["id"] for row in rows["stories"]]
    assert all(isinstance(story, Story) for story in stories)
    assert stories[0].changes[0].before == "harber"
    assert stories[0].paragraphs[0].spans == (tuple(rows["stories"][0]["paragraphs"][0]["spans"][0]),)


def test_stories_of_a_file(tmp_path: Path) -> None:
    """One file of stories is read by itself, empty lines aside."""
    file = tmp_path / "some.jsonl"
    file.write_bytes(to_lines(rows_of("page.txt")["stories"]) + b"\n")
    assert len(list(read_stories(str(file)))) == 2


def test_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    """A folder whose run did not finish is refused, whatever else is in it."""
    folder = write_run(tmp_path, rows_of("page.txt"))
    (folder / "manifest.json").unlink()
    with pytest.raises(OutputError, match=r"no manifest\.json; this is no published run"):
        next(read_stories(str(folder)))


def test_line_that_is_no_story_is_named(tmp_path: Path) -> None:
    """A line that is no story record raises with file, line and what is wrong."""
    file = tmp_path / "some.jsonl"
    file.write_bytes(to_lines([*rows_of("page.txt")["stories"], {"id": "x" * 200}]))
    with pytest.raises(OutputError, match=r"some\.jsonl: line 3: no story record: "):
        list(read_stories(str(file)))


def test_unknown_shards_are_refused(tmp_path: Path) -> None:
    """Shards in a format that this version cannot read are refused, not skipped."""
    folder = write_run(tmp_path, rows_of("page.txt"), files=[{"name": "stories-00000-of-00001.orc", "sha256": ""}])
    with pytest.raises(OutputError, match="no such files are known"):
        list(read_stories(str(folder)))


def test_missing_file_is_an_os_error(tmp_path: Path) -> None:
    """A file that is not there is the system's own error."""
    with pytest.raises(FileNotFoundError):
        list(read_stories(str(tmp_path / "none.jsonl")))
