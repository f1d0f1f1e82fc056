"""What the tests of `extract` share: the shipped rules, documents of lines and of markup, the cases."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Block, Document, Format, Item, Kind, Layout, Metadata, Source

CASES = Path(__file__).parents[2] / "cases" / "extract"


def cases(name: str) -> list[Any]:
    """The cases of a file, known failures marked so that a surprise success is noticed."""
    rows = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    marks = {"known_failure": (pytest.mark.xfail(strict=True, reason="what the case says is not told yet"),)}
    return [pytest.param(row, marks=marks.get(row["kind"], ()), id=f"{row['kind']}-{n}") for n, row in enumerate(rows)]


def make_document(lines: list[str], language: str | None = "en", **told: Any) -> Document:
    """A page's text dump, a block a line; empty lines make none."""
    blocks: list[Block] = []
    at = blank = 0
    for line in lines:
        if line.strip():
            blocks.append(Block(text=line, spans=((at, at + len(line)),), layout=Layout(blank_lines=blank)))
        blank = 0 if line.strip() else blank + 1
        at += len(line) + 1
    source = Source(uri="page.txt", sha256="00", format="txt", kind="page", site=told.pop("site", None))
    text = "\n".join(lines)
    return Document(source=source, text=text, charset="utf-8", language_hint=language, blocks=tuple(blocks), **told)


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


@pytest.fixture(scope="session")
def read(rules: Rules) -> Callable[..., Document]:
    """`decode` of a text or of markup."""

    def make(text: str, markup: Format = "txt", kind: Kind | None = None, **told: Any) -> Document:
        source = Source(uri="x", sha256="0", format=markup, kind=kind)
        return decode(Item(source=source, payload=text.encode(), metadata=Metadata(**told)), rules)

    return make


@pytest.fixture(scope="session")
def asking(rules: Rules) -> Callable[..., Rules]:
    """The shipped rules with other settings of `extract`."""

    def make(**changed: Any) -> Rules:
        table = rules.settings.extract.model_copy(update=changed)
        return replace(rules, settings=rules.settings.model_copy(update={"extract": table}))

    return make
