"""The report for whom keyboard or screen reader is the way in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.browser.conftest import DESK, PHONE, Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

CONTROLS: Final = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")];
    const reached = all.filter((one) => one.tabIndex >= 0 && one.checkVisibility() && !one.disabled);
    reached.forEach((one, number) => { one.dataset.control = number; });
    return reached.map((one) => one.outerHTML.slice(0, 120));
}"""
"""Numbers all that the tabulator key has to reach, and tells what it is."""
FOCUSED: Final = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {
        control: one.dataset.control, html: one.outerHTML.slice(0, 120),
        ringed: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_axe_finds_no_serious_fault(open_page: Open, report: Path, scheme: str, width: int) -> None:
    """Of the rules of WCAG 2.2 A and AA and of good practice none is broken in a serious or critical way, with all opened."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(report, "#s1-b0", width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    bad = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], node["html"][:160]) for one in bad for node in one["nodes"]] == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_tabulator_key_reaches_everything(open_page: Open, report: Path, width: int) -> None:
    """Every control of the page, in turn; each is in sight and has a ring around it while it has the focus."""
    page = open_page(report, "#s1-b0", width=width)
    page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
    controls = page.evaluate(CONTROLS)
    assert len(controls) > 30
    reached, faults = set(), []
    for _ in range(len(controls) + 10):
        page.keyboard.press("Tab")
        now: dict[str, Any] = page.evaluate(FOCUSED)
        reached.add(now["control"])
        faults += [now["html"]] if now["control"] and not (now["ringed"] and now["seen"]) else []
    assert [control for number, control in enumerate(controls) if str(number) not in reached] == []
    assert faults == []


def test_the_first_stop_leads_past_the_head(open_page: Open, report: Path) -> None:
    """The link that skips the head shows itself on focus, and Enter goes to the report."""
    page = open_page(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def on_blocks(page: Page) -> None:
    """Go to the block that is the stop of the tabulator key, from the field before it."""
    page.locator("#original").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.block') !== null")


def test_arrow_keys_reach_every_block(open_page: Open, report: Path) -> None:
    """Down goes on to the next, Home and End to both ends; one stop of the tabulator key is enough for all."""
    page = open_page(report, "#s1")
    on_blocks(page)
    page.keyboard.press("Home")
    number = page.locator("#original .block").count()
    assert number > 5
    reached = []
    for _ in range(number):
        reached.append(page.evaluate("document.activeElement.closest('.block').id"))
        page.keyboard.press("ArrowDown")
    assert reached == [f"s1-b{block}" for block in range(number)]
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.closest('.block').id") == "s1-b0"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.closest('.block').id") == f"s1-b{number - 1}"


def test_enter_opens_and_escape_closes(open_page: Open, report: Path) -> None:
    """Enter on a block tells what was decided on it, Escape puts that away, and the focus stays on the block."""
    page = open_page(report, "#s1")
    on_blocks(page)
    focused = page.evaluate("document.activeElement.closest('.block').id")
    assert not page.locator("#detail").is_visible()
    page.keyboard.press("Enter")
    assert page.locator("#detail").is_visible()
    assert page.locator(f"#{focused}.on").count() == 1
    page.keyboard.press("Escape")
    assert not page.locator("#detail").is_visible()
    assert page.evaluate("document.activeElement.closest('.block').id") == focused


def test_a_source_is_opened_with_the_keyboard(open_page: Open, report: Path) -> None:
    """Enter on a name in the list lays that source out and goes to its heading."""
    page = open_page(report)
    page.locator("#list a").nth(3).focus()
    page.keyboard.press("Enter")
    assert page.locator("#list a").nth(3).get_attribute("aria-current") == "true"
    assert page.evaluate("document.activeElement.id") == "name"
    assert page.evaluate("location.hash") == "#s3"


def test_changes_are_told(open_page: Open, report: Path) -> None:
    """What a filter leaves, and what was decided on a block, stand in regions that screen readers read out."""
    page = open_page(report)
    told = page.get_by_role("status", include_hidden=True).all()
    assert {status.get_attribute("id") for status in told} == {"found", "shown", "told"}


def test_colours_are_not_all_that_tells(open_page: Open, report: Path) -> None:
    """Every block says its role in words, and whether it was removed."""
    page = open_page(report, "#s1")
    for block in page.locator("#original .block").all():
        classes = (block.get_attribute("class") or "").split()
        said = block.get_by_role("button").inner_text()
        assert said.startswith(classes[1])
        assert ("removed by" in said) == ("gone" in classes)
