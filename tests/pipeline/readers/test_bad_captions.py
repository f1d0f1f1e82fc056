"""Bad captions and transcripts, through all stages: the text is kept, or a clear record says why not."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.chain import work
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.single import item_of
from copydesk.transforms.errors import SourceError
from copydesk.transforms.shapes import Document, Format
from copydesk.transforms.write import check_account
from tests.pipeline.jobs import article, everything, run

CASES = tomllib.loads((Path(__file__).parents[2] / "cases/decode/bad_captions.toml").read_text("utf-8"))["case"]
SAID = "we went down to the harbour in the morning and there was nobody to ask about the boat that had left in the night so "
TIMES = 1_900
"""How often it is said in five hours."""
WORDS = TIMES * len(SAID.split())


def read(text: str, form: Format | None, kind: Any = None) -> Document:
    """A source through all stages, its account proved."""
    rules = load_rules()
    document = work(item_of(text.encode("utf-8", "surrogatepass"), rules.settings, format=form, kind=kind), rules)
    check_account(document)
    return document


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['form']}-{case['why'].replace(' ', '_')}")
def test_the_text_is_kept_or_the_reason_told(case: dict[str, Any]) -> None:
    """All that is said stands in one transcript, in order; or the error says what is wrong."""
    if refused := case.get("refused"):
        with pytest.raises(SourceError) as error:
            read(case["text"], case["form"])
        assert type(error.value).__name__ == refused[0]
        assert refused[1] in str(error.value)
        return
    document = read(case["text"], case["form"])
    (story,) = document.stories
    assert story.source.kind == "transcript"
    text, at = " ".join(story.text.split()), 0
    for part in case["said"]:
        assert part in text[at:]
        at = text.index(part, at) + len(part)
    if not story.restored:
        assert "".join(document.text.split()) == "".join(story.text.split())


def test_a_run_of_all_of_them_ends_and_has_a_record_of_each(tmp_path: Path) -> None:
    """Beside a good page, each file is a document with its story, or a rejected record with its reason."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(article(1))
    for number, case in enumerate(CASES):
        text = case["text"].encode("utf-8", "surrogatepass")
        (tmp_path / "in" / f"{number}-{'refused' if 'refused' in case else 'kept'}.{case['form']}").write_bytes(text)
    run([str(tmp_path / "in")], tmp_path / "out", sets=["run.max_rejected=1"])
    found = everything(tmp_path / "out")
    told = {kind: {Path(row["source"]["uri"]).name for row in found[kind]} for kind in ("story", "rejected")}
    names = {path.name for path in (tmp_path / "in").iterdir()}
    assert told["rejected"] == {name for name in names if "refused" in name}
    assert told["story"] == names - told["rejected"]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("txt", SAID * TIMES),
        ("vtt", f"WEBVTT\n\n00:00.000 --> 05:00:00.000\n{SAID * TIMES}"),
        ("srt", f"1\n00:00:00,000 --> 05:00:00,000\n{SAID * TIMES}"),
        ("json", json.dumps({"text": SAID * TIMES})),
        ("json3", json.dumps({"events": [{"tStartMs": 0, "segs": [{"utf8": SAID * TIMES}]}]})),
    ],
    ids=lambda value: value if len(value) < 6 else "",
)
def test_five_hours_in_one_line(form: Format, text: str) -> None:
    """A transcript that is one line, though nothing but that says so, is one story of all its words, cut into paragraphs."""
    document = read(text, form)
    (story,) = document.stories
    assert story.source.kind == "transcript"
    assert story.words == WORDS
    assert len(story.paragraphs) >= WORDS / load_rules().settings.repair.paragraph_max_words
    assert "".join(filter(str.isalnum, story.text.lower())) == SAID.replace(" ", "") * TIMES


def test_five_hours_in_one_line_with_marks() -> None:
    """With its marks, and said to be a transcript, it is cut at its sentences; taken for a page, its text is kept."""
    sentence = f"{SAID.strip().capitalize()}. "
    (story,) = read(sentence * TIMES, "txt", "transcript").stories
    assert all(story.text[one.start : one.end].endswith(".") for one in story.paragraphs)
    assert len(story.paragraphs) > WORDS / 150
    (page,) = read(sentence * TIMES, "txt").stories
    assert page.words == story.words == WORDS
