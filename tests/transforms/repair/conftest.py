"""What the tests of `repair` share: transcripts made of text, and the speech that comes out."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.evidence import Evidence
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document, Item, Source

CASES = Path(__file__).parents[2] / "cases" / "repair"


def cases(name: str) -> list[Any]:
    """The cases of a file, known failures marked so that a surprise success is noticed."""
    rows = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    marks = {"known_failure": (pytest.mark.xfail(strict=True, reason="what the case says is not told yet"),)}
    return [pytest.param(row, marks=marks.get(row["kind"], ()), id=f"{row['kind']}-{i}") for i, row in enumerate(rows)]


def wrap(text: str, width: int = 40) -> str:
    """Text as captions break it."""
    return "\n".join(textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False))


def speech_of(document: Document) -> tuple[Block, ...]:
    """The blocks of speech of a document."""
    return tuple(block for block in document.blocks if block.role == "body")


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


@pytest.fixture(scope="session")
def knowing(rules: Rules) -> Callable[[Mapping[str, int]], Rules]:
    """The shipped rules with names that a batch's written pages spell."""
    return lambda names: replace(rules, evidence=Evidence(names=names))


@pytest.fixture(scope="session")
def transcript(rules: Rules) -> Callable[..., Document]:
    """A transcript whose speech is `text`, with lines of furniture under it, as `extract` hands it on."""

    def make(text: str, written: str = "", language: str | None = "en") -> Document:
        whole = f"{text}\n{written}" if written else text
        source = Source(uri="x", sha256="0", format="txt", kind="transcript")
        document = decode(Item(source=source, payload=whole.encode()), rules)
        role = {True: "body", False: "chrome"}
        blocks = tuple(replace(block, role=role[block.start < len(text)], rule="speech.line") for block in document.blocks)
        return replace(document, blocks=blocks, language_hint=language)

    return make
