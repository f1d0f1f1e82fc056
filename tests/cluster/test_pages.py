"""The pages that the cluster tests are run on are the same wherever they are made."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.pages import REPEATED_EVERY, write_pages


def test_pages_are_the_same_every_time_and_some_repeat(tmp_path: Path) -> None:
    """Two runs to be compared may have made their own; and equal sources have to be among them."""
    for name in ("a", "b"):
        write_pages(tmp_path / name, REPEATED_EVERY)
    made = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert len(made) == REPEATED_EVERY > len(set(made.values()))
    assert {name.rpartition(".")[2] for name in made} == {"html", "txt", "vtt"}
