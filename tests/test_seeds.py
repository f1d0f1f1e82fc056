"""The samples in seeds/: what comes out of each, as a run gives it, without a runner."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from copydesk.pipeline import evidence, observing
from copydesk.pipeline.chain import work
from copydesk.pipeline.readers.items import read_items
from copydesk.pipeline.resources import load_rules
from copydesk.pipeline.sources import SourceFile, find_sources
from copydesk.transforms.decode import decode
from copydesk.transforms.errors import SourceError
from copydesk.transforms.shapes import Document, Item, RejectedRecord, Skipped, Story
from copydesk.transforms.steps import rejected
from copydesk.transforms.write import write_records

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
CASES = ROOT / "tests" / "cases" / "seeds"
EXPECTED: Mapping[str, dict[str, Any]] = {
    uri: case
    for path in sorted(CASES.glob("*.json"))
    if path.name != "known_failures.json"
    for uri, case in json.loads(path.read_text("utf-8")).items()
}
KNOWN_FAILURES: list[dict[str, Any]] = json.loads((CASES / "known_failures.json").read_text("utf-8"))
"""What should come out and does not: a source, the path to a value, what it should be, and why it is not."""
FIRST_WORDS = 5
MAX_BYTES = 300_000
MAX_REJECTED = 0.04  # `make run` has to end with exit code 0; run.max_rejected is 0.05


@cache
def seed_files() -> tuple[SourceFile, ...]:
    """The files of seeds/ as `copydesk run seeds` names them, whatever folder the tests are started in."""
    found = find_sources([str(SEEDS)], exclude=("README.md",))
    return tuple(replace(file, uri=Path(file.path).relative_to(ROOT).as_posix()) for file in found)


@cache
def survey() -> evidence.Findings:
    """What the survey's own functions find in seeds/."""
    rules = load_rules()
    content: dict[str, list[tuple[int, *evidence.Position]]] = defaultdict(list)
    lines: dict[str, list[evidence.Sample]] = defaultdict(list)
    names: list[evidence.Sample] = []
    for position, item in (read for file in seed_files() for read in read_items(file, rules.settings.read)):
        if not isinstance(item, Item):
            continue
        content[item.source.sha256].append((evidence.count_lacking(item), item.source.uri, position))
        digest = bytes.fromhex(item.source.sha256)
        try:
            document = decode(item, rules)
        except SourceError:
            continue
        lines[observing.site_of(document)].append((digest, observing.pack_lines(document, rules.settings)))
        names.append((digest, observing.pack_names(document, rules)))
    sites = [evidence.recurring_lines(site, sorted(samples), rules.settings) for site, samples in lines.items()]
    same = [pair for digest, found in content.items() for pair in evidence.same_sources(bytes.fromhex(digest), found)]
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "findings.jsonl")
        found = [site for site in sites if site]
        evidence.write_findings(path, found, evidence.count_names(sorted(names), rules.settings), same)
        return evidence.read_findings(path)


@cache
def outcomes() -> Mapping[str, Document | RejectedRecord | str]:
    """Each source of seeds/: its document, or its rejected record, or the uri of the source that it repeats."""
    findings = survey()
    rules = load_rules(evidence=findings.evidence)
    found: dict[str, Document | RejectedRecord | str] = {}
    for file in seed_files():
        for position, item in read_items(file, rules.settings.read):
            if isinstance(item, Skipped):  # what a crawl holds beside pages
                continue
            uri = item.source.uri
            if not isinstance(item, Item):
                found[uri] = item
            elif first := findings.same.get((uri, position, item.source.sha256)):
                found[uri] = first
            else:
                try:
                    found[uri] = work(item, rules)
                except SourceError as error:
                    found[uri] = rejected(item, "decode", error)
    return found


def told_of(outcome: Document | RejectedRecord | str) -> dict[str, Any]:
    """What the cases hold of an outcome."""
    if isinstance(outcome, str):
        return {"same_as": outcome}
    if isinstance(outcome, RejectedRecord):
        return {"rejected": outcome.error}
    return {
        "kind": outcome.source.kind,
        "format": outcome.source.format,
        "charset": outcome.charset,
        "url": outcome.source.url,
        "site": outcome.source.site,
        "mended": [f"{change.before!a} -> {change.after!a}" for change in outcome.changes],
        "stories": [_story(story) for story in outcome.stories],
    }


def _story(story: Story) -> dict[str, Any]:
    words = story.text.split()
    whole = len(words) < FIRST_WORDS  # Japanese and Chinese have no spaces between words
    return {
        "headline": story.headline,
        "deck": story.deck,
        "authors": list(story.authors),
        "published": story.published,
        "section": story.section,
        "captions": list(story.captions),
        "language": story.language,
        "first": story.text[:12] if whole else " ".join(words[:FIRST_WORDS]),
        "last": story.text[-12:] if whole else " ".join(words[-FIRST_WORDS:]),
        "paragraphs": len(story.paragraphs),
        "subheads": [story.text[part.start : part.end] for part in story.paragraphs if part.role == "subhead"],
        "changes": [f"{change.before} -> {change.after}" for change in story.changes],
    }


@pytest.mark.parametrize("uri", sorted(EXPECTED))
def test_sample(uri: str) -> None:
    """Every sample gives the stories, fields and repairs that its case says, and no others."""
    assert told_of(outcomes()[uri]) == EXPECTED[uri]


@pytest.mark.parametrize("failure", KNOWN_FAILURES, ids=lambda failure: f"{failure['uri']}:{failure['path'][-1]}")
@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a reader would expect it; it is not told yet")
def test_known_failure(failure: dict[str, Any]) -> None:
    """A value that a reader would expect and that is not given yet; when it is, its case moves to the others."""
    value: Any = told_of(outcomes()[failure["uri"]])
    for part in failure["path"]:
        value = value[part]
    assert value == failure["should"]


@pytest.mark.parametrize("uri", sorted(uri for uri, case in EXPECTED.items() if "stories" in case))
def test_account(uri: str) -> None:
    """Every character of a sample is in one story or in one removed record."""
    outcome = outcomes()[uri]
    assert isinstance(outcome, Document)
    records = write_records(outcome)  # raises AccountError
    spans = [span for story in records.stories for span in story["spans"]]
    spans += [(removed["start"], removed["end"]) for removed in records.removed]
    assert sum(len("".join(outcome.text[start:end].split())) for start, end in spans) == outcome.solid


def test_every_source_has_a_case() -> None:
    """No sample is without an expectation, and none is expected that is not there."""
    assert sorted(outcomes()) == sorted(EXPECTED)


def test_every_file_is_described() -> None:
    """seeds/README.md has a row for every file, and no row for a file that is gone."""
    lines = (SEEDS / "README.md").read_text("utf-8").splitlines()
    described = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert sorted(described) == sorted(file.uri.removeprefix("seeds/") for file in seed_files())


def test_few_are_bad() -> None:
    """The samples that are rejected are few enough for `make run` to end with exit code 0, and the folder stays small."""
    rejected = sum("rejected" in case for case in EXPECTED.values())
    assert 0 < rejected <= MAX_REJECTED * len(EXPECTED)
    assert sum(path.stat().st_size for path in _all_files()) < MAX_BYTES


def _all_files() -> Iterator[Path]:
    return (path for path in SEEDS.rglob("*") if path.is_file())


def test_same_story_on_two_sites() -> None:
    """A story that two sites carry has one fingerprint, whatever stands around it."""
    both = [outcomes()[f"seeds/duplicates/{name}-site.txt"] for name in ("first", "second")]
    first, second = (write_records(document).fingerprints[0] for document in both if isinstance(document, Document))
    assert first.exact == second.exact
    assert first.whole  # it has an author, so it is the better copy
    assert not second.whole


@pytest.mark.parametrize(
    ("name", "joiner"),
    [("persian", "\u200c"), ("hindi", "\u200d"), ("emoji", "\u200d")],
)
def test_joiners_stay(name: str, joiner: str) -> None:
    """The joiners that Persian, Hindi and emoji need are in the stories, as many as in the file."""
    uri = f"seeds/charsets/{name}-joiners.txt"
    document = outcomes()[uri]
    assert isinstance(document, Document)
    (story,) = document.stories
    given = (ROOT / uri).read_text("utf-8").count(joiner)
    assert f"{story.headline}{story.text}".count(joiner) == given > 0


def test_site_lines_are_learned() -> None:
    """The five pages of seeds/site teach what recurs there, and no other folder of samples is taken for a site."""
    assert survey().evidence.folder_sites == {"seeds/site"}
