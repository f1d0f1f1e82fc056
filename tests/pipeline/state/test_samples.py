"""Evidence over many nights is that of all documents together, each in one version."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from copydesk.pipeline.evidence import BottomK, tag_of
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.state.samples import Earlier, merge_samples
from tests.pipeline.jobs import records, run
from tests.pipeline.state.newsroom import invent

Page = tuple[str, bytes]


@given(st.lists(st.lists(st.binary(min_size=2, max_size=2), max_size=8), max_size=6), st.integers(1, 6))
def test_the_sample_of_all_nights_is_that_of_one_batch(nights: list[list[bytes]], k: int) -> None:
    """Of pages that never change, each its own, the k smallest of all nights are kept, and each is added once."""
    known: list[Earlier] = []
    pages: set[bytes] = set()
    for number, contents in enumerate(nights, 1):
        combine = BottomK(k)
        kept = combine.create_accumulator()
        for content in contents:
            if content not in pages:  # else it is unchanged, and skipped
                kept = combine.add_input(kept, (content, tag_of(content.hex()) + content))
        pages.update(contents)
        samples, added = merge_samples(combine.extract_output(kept), known, k)
        assert samples == [(content, content) for content in sorted(pages)[:k]]
        known += [Earlier(number, tag, content, packed) for tag, content, packed in added]
    assert len({sample.content for sample in known}) == len(known)


def test_a_page_that_changes_every_night_counts_once() -> None:
    """Else its own lines would be on many documents of its site, and be taken for furniture."""
    known: list[Earlier] = []
    for night in range(1, 9):
        content = bytes([night])
        samples, added = merge_samples([(content, tag_of("live") + b"its lines")], known, 200)
        assert samples == [(content, b"its lines")]
        known += [Earlier(night, *row) for row in added]


def test_a_site_of_few_pages_a_night_shows_its_furniture_in_the_end(tmp_path: Path) -> None:
    """Two pages a night prove nothing; on the third night the lines of all six do, and they are taken out."""
    chance = random.Random(4)  # noqa: S311 - the same every time
    lines = ["Brel harbour bulletin, printed daily", "Write to the night editor", "The bulletin is bound by hand"]
    site = []
    for night in range(3):
        inbox = tmp_path / f"in-{night}"
        inbox.mkdir()
        for page in range(2):
            body = [" ".join(invent(chance, 60)) for _ in range(3)]
            (inbox / f"{page}.txt").write_text("\n\n".join([*lines, f"Report {night}{page} of the pier", *body]))
        run([str(inbox)], tmp_path / f"out-{night}", state=str(tmp_path / "state"), site="brel.example")
        rules = read_manifest(tmp_path / f"out-{night}")["rules"]["removed"]
        site.append(sum(number for rule, number in rules.items() if "site" in rule))
        assert len(records(tmp_path / f"out-{night}", "document")) == 2
    assert site[0] == 0
    assert site[2] > 0
