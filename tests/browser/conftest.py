"""The report in Chromium, without a network: pages are opened from disk, and whatever is asked of elsewhere fails the test.

These tests want Playwright and axe-core, which `make browser-test` puts into build/browser, and a Chromium of the machine.
Without them they are skipped, and say so; with CI=true they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from copydesk.pipeline.report import REPORT
from tests.browser import samples
from tests.pipeline import jobs
from tests.pipeline.report.conftest import finished  # noqa: F401 - the run that the report's other tests look at
from tests.pipeline.view.conftest import client, output  # noqa: F401 - the run that the viewer's other tests look at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY: Final = "apt-get install chromium (or name one in COPYDESK_CHROMIUM), then `make browser-test`"
PATIENCE: Final = 30_000
"""Milliseconds that an action may wait for its element: a busy machine is no fault of the page."""
DESK, PHONE = 1280, 360
"""Widths of the window, in CSS pixels."""

Open = Callable[..., "Page"]


def _unable(why: str) -> NoReturn:
    """No browser: a skip for a person, a failure where nobody looks at skips."""
    message = f"{why}: {REMEDY}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def find_chromium() -> str | None:
    """The path of a Chromium, by COPYDESK_CHROMIUM or on the PATH."""
    named = os.environ.get("COPYDESK_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each has contexts of its own in it."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _unable("Playwright is not installed")
    path = find_chromium()
    if path is None:
        _unable("there is no Chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path)
        yield launched
        launched.close()


class Watched:
    """All that a page must not do, written down while it does it."""

    def __init__(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        self.faults: list[str] = []
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("dialog", self._asked)
        context.on("request", lambda request: self._request(request.url))

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"console {kind}: {text}")

    def _asked(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str) -> None:
        if not url.startswith(("file:", "data:")):
            self.faults.append(f"request: {url}")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file of the disk; at the end nothing may have gone wrong in it, and nothing been asked of elsewhere."""
    watched, contexts = [], []

    def opened(
        path: Path, fragment: str = "", *, width: int = DESK, height: int = 800, scheme: str = "light",
        scripts: bool = True, checked: bool = True,
    ) -> Page:  # fmt: skip
        context = browser.new_context(
            offline=True, viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts,
            reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if checked:
            watched.append(Watched(context))
        page = context.new_page()
        page.goto(path.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for one in watched for fault in one.faults] == []


@pytest.fixture(scope="session")
def report(finished: Path) -> Path:  # noqa: F811 - the fixture of that name
    """The report that a run wrote: several pages, one of them hostile, one repeated, one mended, one rejected."""
    return finished / REPORT


@pytest.fixture(scope="session")
def long_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run one source of which has 5,000 blocks."""
    folder = tmp_path_factory.mktemp("long")
    samples.write_run(folder, samples.BLOCKS)
    return folder / REPORT


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run over the samples of this project."""
    folder = tmp_path_factory.mktemp("seeds") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(jobs.TESTS.parent)  # sources are called as they are given
        jobs.run(["seeds"], folder, exclude=("README.md",))
    return folder / REPORT
