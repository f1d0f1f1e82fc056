"""Transcripts in other languages than English, in every form: joined, cut into paragraphs, and left as they were said."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.chain import work
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.single import item_of
from copydesk.transforms.repair import consider
from copydesk.transforms.repair.running import UNSPACED
from copydesk.transforms.shapes import Document, Format, Story
from copydesk.transforms.write import check_account

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/repair/languages.toml").read_text("utf-8"))["case"]
UNSPACED_CASES = [case for case in CASES if case["language"] in {"ja", "zh"}]
MARKS = re.compile(r"[.,;:?!。、，？！¿¡،؟]")
LINE = 40
"""Characters of a line of captions; half as many of a script without spaces."""


def lines_of(case: dict[str, Any]) -> list[str]:
    """What is said as captions break it: in the middle of sentences, at spaces where there are any."""
    unspaced = case["language"] in {"ja", "zh"}
    speech = ("" if unspaced else " ").join(case["said"])
    if unspaced:
        return [speech[i : i + LINE // 2] for i in range(0, len(speech), LINE // 2)]
    return re.findall(rf"\S.{{0,{LINE - 1}}}(?=\s|\Z)", speech)


def clock(second: int, mark: str) -> str:
    """A cue's clock."""
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{mark}000"


def vtt(lines: Sequence[str], language: str) -> str:
    """WebVTT."""
    cues = (f"{clock(3 * i, '.')} --> {clock(3 * i + 3, '.')}\n{line}" for i, line in enumerate(lines))
    return "\n\n".join([f"WEBVTT\nKind: captions\nLanguage: {language}", *cues])


def srt(lines: Sequence[str], _: str) -> str:
    """SubRip."""
    return "\n\n".join(f"{i}\n{clock(3 * i, ',')} --> {clock(3 * i + 3, ',')}\n{line}" for i, line in enumerate(lines, 1))


def json3(lines: Sequence[str], _: str) -> str:
    """YouTube's json3."""
    events = [{"tStartMs": 3000 * i, "dDurationMs": 3000, "segs": [{"utf8": line}]} for i, line in enumerate(lines)]
    return json.dumps({"wireMagic": "pb3", "events": events}, ensure_ascii=False)


def pasted(lines: Sequence[str], _: str) -> str:
    """A page's transcript, copied: a time stamp above each line."""
    return "\n".join(f"{3 * i // 60}:{3 * i % 60:02}\n{line}" for i, line in enumerate(lines))


FORMS: dict[Format, Callable[[Sequence[str], str], str]] = {"vtt": vtt, "srt": srt, "json3": json3, "txt": pasted}


def transcripts() -> Iterator[Any]:
    """Each sample in each form, with its marks and, as automatic captions are, without."""
    for case in CASES:
        for form in FORMS:
            for marks in (True, False):
                yield pytest.param(case, form, marks, id=f"{case['language']}-{form}-{'marks' if marks else 'bare'}")


def read(case: dict[str, Any], form: Format, *, marks: bool) -> tuple[list[str], Document]:
    """The lines of a sample, and the document that comes of it."""
    rules = load_rules()
    lines = [line if marks else MARKS.sub("", line) for line in lines_of(case)]
    language = "en" if case["language"] == "mixed" else case["language"]
    item = item_of(FORMS[form](lines, language).encode(), rules.settings, format=form)
    return lines, work(item, rules)


def solid(text: str) -> str:
    """A text without white space."""
    return "".join(text.split())


@pytest.mark.parametrize(("case", "form", "marks"), transcripts())
def test_speech_is_joined_cut_into_paragraphs_and_left_as_it_was(case: dict[str, Any], form: Format, marks: bool) -> None:  # noqa: FBT001
    """One transcript of every word in order, in paragraphs of bounded length, without a change or a restored mark."""
    lines, document = read(case, form, marks=marks)
    check_account(document)
    (story,) = document.stories
    assert story.source.kind == "transcript"
    if story.restored:
        assert (case["language"], marks) == ("mixed", False)
    else:
        assert solid(story.text) == solid("".join(lines))
    assert story.changes == ()
    words = [len(story.text[one.start : one.end].split()) for one in story.paragraphs]
    assert len(story.paragraphs) > 1
    assert max(words) <= load_rules().settings.repair.paragraph_max_words
    assert [one.time for one in story.paragraphs] == sorted(one.time or 0.0 for one in story.paragraphs)


@pytest.mark.parametrize("case", [case for case in CASES if case["language"] != "mixed"], ids=lambda case: case["language"])
@pytest.mark.parametrize("form", FORMS)
def test_no_english_rule_is_asked(case: dict[str, Any], form: Format) -> None:
    """Not even a repair that is not made is considered, and the language is told right."""
    from copydesk.pipeline.chain import STAGES

    rules = load_rules()
    item = item_of(FORMS[form](lines_of(case), case["language"]).encode(), rules.settings, format=form)
    document = STAGES["extract"](STAGES["decode"](item, rules), rules)
    assert consider(document, rules) == ()
    (story,) = work(item, rules).stories
    assert (story.language or "").split("-")[0] == case["language"]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_said_in_another_language_gets_no_english_marks(form: Format) -> None:
    """Of mixed speech without marks the English has them restored; the other languages' sentences stay as they were said."""
    (case,) = [case for case in CASES if case["language"] == "mixed"]
    _, document = read(case, form, marks=False)
    (story,) = document.stories
    text = " ".join(story.text.split())
    inner = [" ".join(MARKS.sub("", sentence).split()[3:-3]) for sentence in case["said"]]  # the ends are doubtful
    foreign = [inner[i] for i in (1, 3, 5, 6, 8, 10)]
    assert [sentence for sentence in foreign if sentence not in text] == []
    assert text.count(".") > 3


@pytest.mark.parametrize("case", UNSPACED_CASES, ids=lambda case: case["language"])
@pytest.mark.parametrize("form", FORMS)
def test_scripts_without_spaces_get_none(case: dict[str, Any], form: Format) -> None:
    """Lines of Japanese and Chinese are joined as they are, and paragraphs close at their own full stop."""
    _, document = read(case, form, marks=True)
    (story,) = document.stories
    assert not re.search(rf"[{UNSPACED}] [{UNSPACED}]", story.text)
    assert all(closes(story, number) for number in range(len(story.paragraphs)))


def closes(story: Story, number: int) -> bool:
    """Whether a paragraph ends with its language's full stop."""
    return story.text[: story.paragraphs[number].end].endswith("。")
