"""`python -m copydesk.pipeline.training.speech DATA`: talks are read, the tenth is held back, and something is learned."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from copydesk.pipeline.training import punctuate, speech
from copydesk.pipeline.training.talks import Talk, is_held_back, parse_talk, read_talks
from copydesk.transforms.repair.punctuation import Punctuator

SENTENCES = ("We went to the sea.", "Did they go to Rome?", "The NASA boats were cold.", "In the end, they came.")


def talk(name: str, times: int = 60) -> dict[str, str]:
    """A talk as a line of the file holds it."""
    chance = np.random.default_rng(len(name) + ord(name[-1]))
    return {"id": name, "text": "\n".join(" ".join(chance.permutation(SENTENCES)) for _ in range(times))}


@pytest.mark.parametrize(
    ("text", "words", "after"),
    [
        ("Wait - what was that? It was, say, nothing.", "Wait what was that It was say nothing", [4, 0, 0, 3, 0, 1, 1, 2]),
        ("Menu\nHe paid 3.5 million, e.g. for that one.", "He paid 3.5 million e.g for that one", [0, 0, 0, 1, 0, 0, 0, 2]),
        ("See [the slides](https://x.y/z) or https://x.y [laughs] now.", "See the slides or now", [0, 0, 0, 0, 2]),
        ("Anna Lee (AL): That is all of it.", "That is all of it", [0, 0, 0, 0, 2]),
        ("An unfinished line of many words", "", []),
        ("“It was late,” he said. “We left.”", "It was late he said We left", [0, 0, 1, 0, 2, 0, 2]),
    ],
)
def test_talks_are_read_as_speech(text: str, words: str, after: list[int]) -> None:
    """Words without marks and what stands after each; labels, links and lines that are no sentences are left out."""
    found = parse_talk("a", text)
    assert " ".join(found.words) == words
    assert found.after.tolist() == after


def test_every_talk_is_held_back_or_learned_from() -> None:
    """About a tenth of all names are held back, the same ones each time."""
    names = [f"talk-{i}" for i in range(2_000)]
    assert 150 < sum(map(is_held_back, names)) < 260


def test_weights_are_written_where_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command learns from the talks that are not held back, and what it writes is a punctuator that has learned."""
    rows = [talk(f"talk-{i}") for i in range(30)] + [{"id": "bare", "text": "no marks here at all so far\n" * 50}]
    (tmp_path / "speech").mkdir()
    with gzip.open(tmp_path / speech.TALKS, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert all(found.id != "bare" for found in read_talks(tmp_path / speech.TALKS))
    seen: list[str] = []

    def learn(talks: list[Talk]) -> dict[str, Any]:
        seen.extend(found.id for found in talks)
        return punctuate.learn_punctuation(talks, ((1, 0.1, 6), (2, 0.2, 6)))

    monkeypatch.setattr(speech, "learn_punctuation", learn)
    monkeypatch.setattr(punctuate, "BATCH", 2)
    monkeypatch.setattr(punctuate, "STRETCH", 64)
    file = tmp_path / "new" / "speech.json"
    monkeypatch.setattr(sys, "argv", ["speech", str(tmp_path), "--output", str(file)])
    speech.main()
    assert not any(map(is_held_back, seen))
    assert 20 < len(seen) < 30
    punctuator = Punctuator.from_json(json.loads(file.read_text(encoding="utf-8")))
    assert punctuator.cased == {"nasa": "NASA"}
    edits = punctuator.restore("we went to the sea did they go to rome the nasa boats were cold")
    assert [edit.after for edit in edits] == ["W", ".", "D", "R", "?", "T", "NASA", "."]
    assert capsys.readouterr().out == f"{file}: {file.stat().st_size - 1:,} bytes\n"
