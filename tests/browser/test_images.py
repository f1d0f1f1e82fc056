"""The pictures of the report in the documentation, which `make report-images` makes anew from the samples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, Open

MOST_BYTES = 250_000
"""A page of documentation that shows two of them is read over a slow line, too."""
FOLDER = os.environ.get("COPYDESK_IMAGES")


@pytest.mark.skipif(not FOLDER, reason="`make report-images` makes the pictures")
def test_pictures_of_the_report_are_made(open_page: Open, seeds: Path) -> None:
    """The overview and a block of the reading room, and repairs on a phone by night: each of a size that a page can bear."""
    folder = Path(FOLDER or "")
    folder.mkdir(parents=True, exist_ok=True)
    page = open_page(seeds, height=960)
    page.screenshot(path=folder / "report-overview.png")
    page.set_viewport_size({"width": DESK, "height": 760})
    page.locator("#list a", has_text="scroll-with-bylines.txt").click()
    page.locator("#source").evaluate("(one) => one.scrollIntoView()")
    page.locator("#original .block.gone", has_text="Leave a comment").first.click()
    page.screenshot(path=folder / "report-room.png")
    page = open_page(seeds, width=PHONE, height=740, scheme="dark")
    page.locator("#list a", has_text="talk.txt").click()
    page.locator("#stories ins").first.click()
    page.locator("#stories").evaluate("(one) => one.scrollIntoView()")
    page.screenshot(path=folder / "report-phone.png")
    assert all(path.stat().st_size < MOST_BYTES for path in folder.glob("report-*.png"))
