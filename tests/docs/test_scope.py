"""docs/scope.md says what works: its formats and languages are those of the code and of the rule data."""

from __future__ import annotations

import re

from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.sources import EXTENSIONS

from .recipes import ROOT

PAGE = (ROOT / "docs" / "scope.md").read_text("utf-8")
LANGUAGES = {
    "English": "en", "Chinese": "zh", "Dutch": "nl", "French": "fr", "German": "de", "Italian": "it", "Japanese": "ja",
    "Portuguese": "pt", "Spanish": "es",
}  # fmt: skip


OTHERS = {"Media", "Topics"}
"""Other words with a capital, in the cells that are read."""


def cell(row: str) -> str:
    """What stands in the second column of a row."""
    (found,) = re.findall(rf"^\| {row} \| ([^|]*) \|", PAGE, re.MULTILINE)
    return found


def languages(text: str) -> set[str]:
    """The tags of the languages that a text names; a name that is no known language stands for itself."""
    return {LANGUAGES.get(name, name) for name in re.findall(r"\b[A-Z][a-z]+", text)} - OTHERS


def test_every_extension_is_named() -> None:
    """The page names the extensions that are read, all of them and no other."""
    rows = ("text and pages", "rows", "crawls", "captions", "transcripts")
    assert set(re.findall(r"\.[a-z][a-z0-9]+\b(?![./)#])", " ".join(map(cell, rows)))) == set(EXTENSIONS)


def test_languages_are_those_of_the_rule_data() -> None:
    """The languages that the page names for topics and fillers are those that have terms and fillers."""
    rules = load_rules()
    assert languages(cell("topics")) == set(rules.topics)
    assert languages(cell("repairs of speech").partition("fillers")[2]) == set(rules.fillers)
    assert str(sum(node.top == code for code, node in rules.taxonomy.items())) in cell("topics")
