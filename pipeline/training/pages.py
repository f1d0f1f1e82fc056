"""Labelled pages as the labeller is trained on them: signals of every line, the place of each, and what is not known.

Three kinds of labels: pages labelled by hand, dumps whose roles were found by matching a gold body, and dumps carried over
from HTML (`carried`). A fourth are made pages (`templates`).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from copydesk.pipeline.training.sheet import Label, LabelledLine, LabelledPage
from copydesk.transforms.decode import decode
from copydesk.transforms.extract.grammar import BODY, FIRST, HEAD, HEADLINE, INSIDE, OUTSIDE
from copydesk.transforms.extract.lines import observe_lines, packs_for
from copydesk.transforms.extract.signals import Signals, measure_signals
from copydesk.transforms.extract.verdict import certain_verdicts
from copydesk.transforms.rules import Rules
from copydesk.transforms.shapes import KEPT, Block, Document, Item, Layout, Source

WEIGHTS: Final[Mapping[str, float]] = {"pages": 3.0, "seed": 3.0, "scroll": 1.5, "single": 1.5, "carried": 0.5, "made": 0.5}
"""How much a line of each corpus counts: labels by hand most."""
SEVERAL_WEIGHT: Final = 2.0
"""How much more a page of several stories counts that was labelled by hand; there are few."""
HOST: Final = "host-"
"""What the names of sites begin with that are known by their domain."""
_HOST_NAME: Final = re.compile(r"[\w-]+(?:\.[a-z]{2,})+")
_LONG_LINE: Final = 60
"""Characters of a line that two pages share only if they are of one site or hold one story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """One story of a labelled page, as line numbers of its `Example`."""

    headline: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled page, ready to learn from."""

    name: str
    corpus: str
    sites: frozenset[str]
    document: Document
    signals: Signals
    excluded: NDArray[np.bool_]
    """Lines that a rule decides on."""
    places: NDArray[np.int64]
    weights: NDArray[np.float64]
    """0 where the label is not known."""
    stories: tuple[Bounds, ...]
    page: LabelledPage

    @property
    def site(self) -> str:
        """The site that decides which fold the page is tested in."""
        return min(self.sites, default=self.name)


def example_of(page: LabelledPage, document: Document, rules: Rules, *, name: str, corpus: str) -> Example:
    """A labelled page with its signals and places."""
    lines = observe_lines(document, rules, packs_for(document, rules))
    places, weights, stories = _places(page.lines)
    several = SEVERAL_WEIGHT if corpus == "pages" and len(stories) > 1 else 1.0
    return Example(
        name=name, corpus=corpus, sites=page.sites, document=document, signals=measure_signals(lines),
        excluded=np.array([verdict is not None for verdict in certain_verdicts(lines, rules)]),
        places=places, weights=weights * WEIGHTS[corpus] * several, stories=stories, page=page,
    )  # fmt: skip


def _places(lines: Sequence[LabelledLine]) -> tuple[NDArray[np.int64], NDArray[np.float64], tuple[Bounds, ...]]:
    """Where each line stands in its story, by its role."""
    places = np.full(len(lines), OUTSIDE)
    weights = np.array([0.0 if line.role == "either" else 1.0 for line in lines])
    stories = []
    for story in sorted({line.story for line in lines if line.story is not None}):
        own = [i for i, line in enumerate(lines) if line.story == story]
        kept = [i for i in own if lines[i].role in KEPT]
        if not kept:
            continue
        first, last = kept[0], kept[-1]
        headlines = [i for i in own if lines[i].role == "headline" and i < first]
        headline = headlines[-1] if headlines else None
        places[(headline if headline is not None else first) : first] = HEAD
        places[first : last + 1] = INSIDE
        places[kept] = BODY
        places[first] = FIRST
        stories.append(Bounds(headline=headline, first=first, last=last))
    for i, line in enumerate(lines):
        if line.role == "headline":
            places[i] = HEADLINE
    return places, weights, tuple(stories)


# --- labels by hand, and by a matched body --------------------------------------------------------------------------


def load_folder(folder: Path, corpus: str, rules: Rules) -> list[Example]:
    """The pages of a folder of `NAME.txt` with `NAME.gold.json`, their sites named after the file.

    Args:
        folder: pages with their gold; a text without gold is left out.
        corpus: "pages", "seed", "single" or "scroll"; the scroll pages' sites are filled in by `relate`.
        rules: phrase packs and settings.
    """
    return [_load(path, corpus, rules) for path in sorted(folder.glob("*.txt")) if _gold_of(path).exists()]


def _gold_of(path: Path) -> Path:
    return path.with_name(path.stem + ".gold.json")


def _load(path: Path, corpus: str, rules: Rules) -> Example:
    source = Source(uri=path.name, sha256=path.stem, format="txt", kind="page")
    document = decode(Item(source=source, payload=path.read_bytes(), charset="utf-8"), rules)
    gold: dict[str, Any] = json.loads(_gold_of(path).read_text("utf-8"))
    breaks = [i for i, char in enumerate(document.text) if char == "\n"]
    numbers = [bisect_right(breaks, block.start) + 1 for block in document.blocks]
    stories = [(story["start_line"], story["end_line"]) for story in gold["stories"]]
    lines = tuple(
        LabelledLine(
            text=block.text,
            role=gold["roles"].get(str(number), "chrome"),
            story=next((k for k, (start, end) in enumerate(stories) if start <= number <= end), None),
            blank_lines=block.layout.blank_lines,
        )
        for block, number in zip(document.blocks, numbers, strict=True)
    )
    packs = packs_for(document, rules)
    sites = frozenset() if corpus == "scroll" else frozenset({site_of(path.stem)})
    page = LabelledPage(lines=lines, language=packs[0].language if packs else "en", sites=sites, family=corpus)
    return example_of(page, document, rules, name=path.stem, corpus=corpus)


def site_of(stem: str) -> str:
    """The site of a page by its file's name: its first word, "site-2" and "site-video-1" alike.

    >>> site_of("dev-example-2"), site_of("104")
    ('example', '104')
    """
    return stem.removeprefix("dev-").split("-")[0]


def made_example(page: LabelledPage, number: int, rules: Rules) -> Example:
    """A made page as an example."""
    return example_of(page, document_of(page), rules, name=f"made-{number}", corpus="made")


def document_of(page: LabelledPage) -> Document:
    """A document whose blocks are a labelled page's lines."""
    blocks, at = [], 0
    for line in page.lines:
        blocks.append(Block(text=line.text, spans=((at, at + len(line.text)),), layout=Layout(blank_lines=line.blank_lines)))
        at += len(line.text) + 1
    source = Source(uri="made", sha256="", format="txt", kind="page")
    text = "\n".join(line.text for line in page.lines)
    return Document(source=source, text=text, charset="utf-8", language_hint=page.language, blocks=tuple(blocks))


# --- sites ----------------------------------------------------------------------------------------------------------


def relate(examples: Iterable[Example]) -> list[Example]:
    """The examples, each with the sites of all that it shares a long line with, or whose domain it names.

    No fold may train on a page and test on its twin.
    """
    examples = list(examples)
    holders: dict[str, set[str]] = {}
    for example in examples:
        for text in _long_lines(example):
            holders.setdefault(text, set()).update(example.sites or {example.name})
    domains = {site.removeprefix(HOST): site for example in examples for site in example.sites if site.startswith(HOST)}
    return [_related(example, holders, domains) for example in examples]


def _related(example: Example, holders: Mapping[str, set[str]], domains: Mapping[str, str]) -> Example:
    sites = example.sites.union(*(holders[text] for text in _long_lines(example)))
    if example.corpus != "carried":
        words = set(_HOST_NAME.findall(example.document.text.casefold()))
        sites |= {site for domain, site in domains.items() if domain in words or domain.split(".")[0] in example.sites}
    return replace(example, sites=sites, page=replace(example.page, sites=sites))


def _long_lines(example: Example) -> frozenset[str]:
    return frozenset(line.text for line in example.page.lines if len(line.text) > _LONG_LINE)


def relabel(lines: Sequence[str], roles: Sequence[Label], story: Sequence[int | None]) -> tuple[LabelledLine, ...]:
    """Lines with their roles and stories, one empty line in front of each."""
    return tuple(
        LabelledLine(text=text, role=role, story=number, blank_lines=1)
        for text, role, number in zip(lines, roles, story, strict=True)
    )
