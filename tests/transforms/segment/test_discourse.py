"""The phrases of `configs/discourse`: bad data is refused by name, and each phrase is found where it stands."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from copydesk.transforms.cells import RuleError, fold
from copydesk.transforms.segment.discourse import parse_discourse
from copydesk.transforms.segment.moves import HELD, KINDS

FOLDER = Path(str(files("copydesk.configs"))) / "discourse"
PACKS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
SOUND: dict[str, Any] = {"language": "en", "leads": ["so"], "kinds": {"ask": {"why": "A test.", "opens": ["tell me"]}}}


@pytest.mark.parametrize("language", PACKS)
def test_each_phrase_is_found(language: str) -> None:
    """What opens a sentence is found at its beginning and not within it; what may stand anywhere is found within it."""
    data = PACKS[language]
    pack = parse_discourse(f"{language}.toml", data)
    assert pack.language == language
    assert set(pack.opens) | set(pack.holds) == set(KINDS)
    assert set(pack.holds) == set(HELD)
    for kind, row in data["kinds"].items():
        for phrase in row.get("opens", ()):
            assert pack.opens[kind].match(f"{fold(phrase)}, said she")
            assert not pack.opens[kind].match(f"qqq {phrase}")
        for phrase in row.get("holds", ()):
            assert pack.holds[kind].search(f"and {fold(phrase)} then")
            alone = parse_discourse("one.toml", SOUND | {"kinds": {kind: {"why": "A test.", "holds": [phrase]}}}).holds[kind]
            assert not alone.search(f"q{fold(phrase)}")
            assert not alone.search(f"{fold(phrase)}q")


@pytest.mark.parametrize("language", PACKS)
def test_phrases_are_of_no_subject(language: str) -> None:
    """No phrase has a capital, so none is a name, and none is long enough to be a quotation."""
    for kind, row in PACKS[language]["kinds"].items():
        for phrase in (*row.get("opens", ()), *row.get("holds", ())):
            assert phrase == phrase.lower(), kind
            assert phrase.count(" ") <= 4, kind


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"extra": 1}, "unknown key 'extra'"),
        ({"language": ""}, "language: '' is no text"),
        ({"leads": []}, "leads: .* has no phrase"),
        ({"leads": ["so", "So"]}, "leads: phrase 'so' stands twice"),
        ({"kinds": {"ask": {"opens": ["tell me"]}}}, "ask: give `why`"),
        ({"kinds": {"ask": {"why": "A test."}}}, "ask: give `why`, and phrases"),
        ({"kinds": {"ask": {"why": "A test.", "opens": ["tell me", " "]}}}, "ask: .* an empty one, which would match"),
        ({"kinds": {"ask": {"why": "A test.", "closes": ["x"], "opens": ["tell me"]}}}, "ask: give `why`"),
    ],
)
def test_bad_phrases_are_refused(change: dict[str, Any], message: str) -> None:
    """An error names the file, the kind and what is wrong."""
    with pytest.raises(RuleError, match=f"en.toml: {message}"):
        parse_discourse("en.toml", SOUND | change)


def test_words_in_front_are_passed_over() -> None:
    """Leads may come one after another, with marks between them, or not at all."""
    leads = parse_discourse("en.toml", SOUND | {"leads": ["so", "all right"]}).leads
    ends = [leads.match(text) for text in ("so, all right. tell me", "tell me", "sofa")]
    assert [match and match.end() for match in ends] == [15, 0, 0]
