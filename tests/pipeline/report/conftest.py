"""Runs that are reported on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline import jobs

MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
HOSTILE = jobs.article(3).replace("Council hears", f"{MARKUP} Council hears")
"""A page whose headline would run, were it taken for markup."""


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over pages, one of them hostile, one repeated, one mended and one that is rejected."""
    folder = tmp_path_factory.mktemp("reported")
    pages = folder / "in"
    pages.mkdir()
    for number in range(6):
        (pages / f"page-{number}.txt").write_text(jobs.article(number, 5), "utf-8")
    (pages / "again.txt").write_text(jobs.article(2, 5), "utf-8")
    (pages / "edited.txt").write_text(jobs.article(4, 5).replace("evening", "night"), "utf-8")
    (pages / "hostile.txt").write_text(HOSTILE, "utf-8")
    (pages / "mojibake.txt").write_text(jobs.article(7, 5).replace("evening,", "evening â€™til the cafÃ© closed,"), "utf-8")
    (pages / "broken.pdf").write_bytes(b"%PDF-1.7")
    jobs.run([str(pages)], folder / "out", sets=["run.max_rejected=0.5"])
    return folder / "out"
