"""What a survey keeps is bounded, exact and independent of order."""

from __future__ import annotations

import itertools
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.evidence import (
    BottomK,
    SiteLines,
    count_lacking,
    count_names,
    read_findings,
    recurring_lines,
    same_sources,
    write_findings,
)
from copydesk.pipeline.observing import FOLDER
from copydesk.pipeline.resources import default_settings
from copydesk.transforms.evidence import line_key
from copydesk.transforms.shapes import Item, Metadata, Source

SETTINGS = default_settings()


def sample(number: int, *lines: str) -> tuple[bytes, bytes]:
    """What a document of these lines has to say."""
    return number.to_bytes(4), array("Q", sorted(line_key(line) for line in lines)).tobytes()


@given(st.lists(st.binary(min_size=1, max_size=3), max_size=60), st.integers(1, 8), st.integers(0, 60))
def test_a_bottom_k_sample_is_the_same_however_it_is_merged(hashes: list[bytes], k: int, cut: int) -> None:
    """The sample of a whole equals the merge of the samples of its parts, and holds the k smallest."""
    combine = BottomK(k)

    def gather(part: list[bytes]) -> dict[bytes, bytes]:
        kept = combine.create_accumulator()
        for value in part:
            kept = combine.add_input(kept, (value, value))
        return kept

    whole = combine.extract_output(gather(hashes))
    parts = combine.extract_output(combine.merge_accumulators([gather(hashes[:cut]), gather(hashes[cut:])]))
    assert whole == parts == [(value, value) for value in sorted(set(hashes))[:k]]


def test_lines_that_recur_on_a_site_are_found() -> None:
    """A line of most pages is kept with its share, a line of one page is not."""
    pages = [sample(n, "menu", "trending", "imprint", f"story {n}") for n in range(9)] + [sample(9, "menu")]
    found = recurring_lines("example.com", pages, SETTINGS)
    assert found is not None
    assert found.shares == {line_key("menu"): 1.0, line_key("trending"): 0.9, line_key("imprint"): 0.9}


def test_few_pages_teach_nothing() -> None:
    """Below the least number of documents there is no evidence of a site."""
    few = SETTINGS.survey.min_documents - 1
    assert recurring_lines("example.com", [sample(n, "menu") for n in range(few)], SETTINGS) is None


def test_a_folder_of_one_site_counts_as_one_and_a_mixed_one_does_not() -> None:
    """Files prove to be of one site by sharing lines; a folder of many sites has no site."""
    one = [sample(n, "menu", "trending", "imprint", str(n)) for n in range(8)]
    mixed = [sample(n, "home", f"menu {n}", f"imprint {n}") for n in range(8)]
    assert recurring_lines(FOLDER + "crawl", one, SETTINGS) is not None
    assert recurring_lines(FOLDER + "crawl", mixed, SETTINGS) is None


def test_names_count_documents_not_occurrences() -> None:
    """A name is as good as the number of documents that spell it; ties are in order of the name."""
    samples = [(b"1", b"Ada Byron\nZuse"), (b"2", b"Zuse"), (b"3", b"")]
    assert list(count_names(samples, SETTINGS).items()) == [("Zuse", 2), ("Ada Byron", 1)]


def test_of_equal_sources_the_first_by_uri_is_processed() -> None:
    """Whatever the order in which they come, and even where two rows carry one id."""
    for order in itertools.permutations([(4, "b", 1), (4, "a", 2), (4, "a", 1)]):
        assert sorted(same_sources(b"\xff", order)) == [(("a", 2, "ff"), "a"), (("b", 1, "ff"), "a")]


def test_of_equal_rows_the_one_that_tells_most_is_processed() -> None:
    """A bare row does not swallow one of the same text that has a title and a date."""
    same = same_sources(b"\xff", [(4, "a", 1), (1, "c", 3), (2, "b", 2)])
    assert sorted(same) == [(("a", 1, "ff"), "c"), (("b", 2, "ff"), "c")]


def test_what_a_source_lacks_is_counted() -> None:
    """Title, authors, date and address, each once."""
    source = Source(uri="a#1", sha256="0" * 64, format="txt", url="https://town.example/a")
    bare = Item(source=replace(source, url=None), payload=b"")
    told = Item(source=source, payload=b"", metadata=Metadata(title="A title", authors=("Ada",), published="2026-01-02"))
    assert (count_lacking(bare), count_lacking(told)) == (4, 0)


def test_findings_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Evidence and repeated sources survive the file between two graphs, and a folder loses its mark."""
    path = str(tmp_path / "findings.jsonl")
    sites = [SiteLines(site=FOLDER + "crawl", shares={2**63: 0.5}), SiteLines(site="example.com", shares={1: 1.0})]
    write_findings(path, sites, {"Zoë": 2}, [(("b.txt", 1, "ff"), "a.txt")])
    findings = read_findings(path)
    assert findings.evidence.site_lines == {"crawl": {2**63: 0.5}, "example.com": {1: 1.0}}
    assert findings.evidence.folder_sites == {"crawl"}
    assert findings.evidence.names == {"Zoë": 2}
    assert findings.same == {("b.txt", 1, "ff"): "a.txt"}


def test_missing_findings_are_an_error(tmp_path: Path) -> None:
    """A worker that cannot read the evidence fails; it does not go on without."""
    with pytest.raises(FileNotFoundError):
        read_findings(str(tmp_path / "nothing.jsonl"))
