"""What the tests of `decode` share: the shipped rules, an item of bytes, the cases."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.resources import load_rules
from copydesk.transforms.decode import decode
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import Document, Format, Item, Metadata, Source

CASES = Path(__file__).parents[2] / "cases" / "decode"


def cases(name: str) -> list[Any]:
    """The cases of a file, known failures marked so that a surprise success is noticed."""
    rows = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    marks = {"known_failure": (pytest.mark.xfail(strict=True, reason="what the case says is not told yet"),)}
    return [pytest.param(row, marks=marks.get(row["kind"], ()), id=f"{row['kind']}-{i}") for i, row in enumerate(rows)]


def make_item(
    payload: bytes,
    markup: Format = "txt",
    charset: str | None = None,
    url: str | None = None,
    **told: Any,
) -> Item:
    """An item of these bytes."""
    source = Source(uri="x", sha256=hashlib.sha256(payload).hexdigest(), format=markup, url=url)
    return Item(source=source, payload=payload, charset=charset, metadata=Metadata(**told))


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules()


@pytest.fixture(scope="session")
def read(rules: Rules) -> Callable[..., Document]:
    """`decode` of bytes, with the shipped rules."""
    return lambda payload, markup="txt", **told: decode(make_item(payload, markup, **told), rules)


@pytest.fixture
def limited(rules: Rules) -> Callable[..., Rules]:
    """The shipped rules with other limits of `decode`."""
    from dataclasses import replace

    def make(**limits: int) -> Rules:
        table = rules.settings.decode.model_copy(update=limits)
        return replace(rules, settings=rules.settings.model_copy(update={"decode": table}))

    return make
