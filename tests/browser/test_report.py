"""The report in a browser: opened from disk it needs nothing else, and shows what the run did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import DESK, PHONE, Open
from tests.pipeline.report.conftest import MARKUP

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

WIDTHS = pytest.mark.parametrize("width", [DESK, PHONE])


def shown(page: Page, selector: str) -> Locator:
    """The elements that are to be seen."""
    return page.locator(f"{selector}:visible")


@WIDTHS
def test_it_opens_from_disk_without_a_network(open_page: Open, report: Path, width: int) -> None:
    """No request, no error, no warning; the page is as wide as the window, and the reading room is laid out."""
    page = open_page(report, width=width)
    assert page.title().startswith("Copydesk: report of")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert shown(page, "#list a").count() == 9
    assert shown(page, "#original .block").count() > 3
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


def test_every_chart_has_text_beside_it(open_page: Open, report: Path) -> None:
    """Each picture has a name and a description; a caption that is seen, and its figures, which open beside it."""
    page = open_page(report)
    figures = page.get_by_role("figure")
    assert figures.count() >= 8
    for number in range(figures.count()):
        figure = figures.nth(number)
        picture = figure.get_by_role("img")
        assert picture.count() == 1
        named, described = (figure.locator(part).first.text_content() for part in ("svg > title", "svg > desc"))
        assert named
        assert described
        assert figure.locator("figcaption").is_visible()
        assert figure.locator("figcaption p").inner_text().strip()
        figure.locator("summary").click()
        assert figure.locator("table td").first.is_visible()


def test_charts_are_drawn_inside_their_frames(open_page: Open, report: Path) -> None:
    """At 360 pixels no bar and no word of a chart stands out of the page."""
    page = open_page(report, width=PHONE)
    out = page.evaluate("""() => [...document.querySelectorAll("figure svg *")].filter((part) => {
        const box = part.getBoundingClientRect();
        return box.width && (box.left < -1 || box.right > innerWidth + 1);
    }).map((part) => part.outerHTML)""")
    assert out == []


def test_a_removed_block_shows_its_rule_and_evidence(open_page: Open, report: Path) -> None:
    """A click opens what was decided on it, and by what; the close button puts it away."""
    page = open_page(report)
    page.locator("#list a", has_text="page-0.txt").click()
    block = page.locator("#original .block.gone").first
    block.click()
    told = page.locator("#detail")
    assert told.is_visible()
    names = [name.inner_text() for name in told.locator("dt").all()]
    assert {"role", "what became of it", "rule", "at character", "link to it"} < set(names)
    assert {"probability", "evidence"} & set(names)
    assert "on" in (block.get_attribute("class") or "").split()
    told.get_by_role("button", name="Close").click()
    assert not told.is_visible()


def test_a_kept_block_shows_its_place_and_where_to_ask(open_page: Open, report: Path) -> None:
    """Its paragraph is marked in the story, and the command is told that knows rule and probability."""
    page = open_page(report)
    page.locator("#list a", has_text="page-0.txt").click()
    page.locator("#original .block.body:not(.gone)").first.click()
    said = page.locator("#detail").inner_text()
    assert "paragraph 1 of story 1 of 1" in said
    assert page.locator("#detail code").inner_text().startswith("copydesk explain /")
    assert page.locator("#stories p.on").count() == 1
    assert page.locator("#stories p.on").inner_text() == page.locator("#original .block.on p").inner_text()


@WIDTHS
def test_what_was_chosen_stays_in_sight(open_page: Open, report: Path, width: int) -> None:
    """The account of a block does not lie over the block: the last of a source begins above it."""
    page = open_page(report, width=width)
    page.locator("#original .block").last.click()
    block = page.locator("#original .block.on").bounding_box()
    told = page.locator("#detail").bounding_box()
    assert block
    assert told
    assert 0 <= block["y"] < told["y"] - 20


def test_a_change_is_shown_in_place(open_page: Open, report: Path) -> None:
    """What the decoding mended stands before and after, with its rule."""
    page = open_page(report)
    page.locator("#list a", has_text="mojibake.txt").click()
    page.locator("#decoded summary").click()
    assert page.locator("#decoded del").first.is_visible()
    assert "mojibake" in page.locator("#decoded li").first.inner_text()


def test_repairs_of_words_are_shown_before_and_after(open_page: Open, long_report: Path) -> None:
    """In the story the word stands as it was and as it is; a box takes the marks away."""
    page = open_page(long_report)
    page.locator("#list a", has_text="small-0.txt").click()
    before, after = page.locator("#stories del"), page.locator("#stories ins")
    assert (before.inner_text(), after.inner_text()) == ("harber", "harbour")
    after.click()
    assert "spelling, confidence 0.9: spelled so above" in page.locator("#detail").inner_text()
    page.get_by_label("show what was repaired").uncheck()
    assert not before.is_visible()
    assert after.is_visible()


def test_links_lead_to_one_block(open_page: Open, report: Path) -> None:
    """An address with #s…-b… opens the source and the block, at once or later; the block's own link is that address."""
    page = open_page(report, "#s2-b1")
    assert page.locator("#s2-b1").get_attribute("class").split()[-1] == "on"
    assert page.locator("#detail").get_by_role("link").get_attribute("href") == "#s2-b1"
    assert page.locator("#s2-b1").bounding_box()["y"] < 800
    page.evaluate("location.hash = '#s4-b0'")
    page.wait_for_selector("#s4-b0.on")
    assert page.locator("#list a[aria-current]").get_attribute("href") == "#s4"
    page.evaluate("location.hash = '#s999-b9'")
    assert page.locator("#s4-b0.on").is_visible()


def test_search_finds_sources_and_blocks(open_page: Open, report: Path) -> None:
    """A word that one source holds leaves that one in the list, and of it the blocks that hold the word."""
    page = open_page(report)
    page.get_by_label("Search").fill("onerror")
    page.locator("#found", has_text="1 of").wait_for()
    assert shown(page, "#list a").count() == 1
    assert "hostile.txt" in page.locator("#name").inner_text()
    assert shown(page, "#original .block").count() == 1
    page.get_by_role("button", name="Clear").click()
    page.locator("#found", has_text="9 of 9").wait_for()


def test_filters_of_role_rule_and_site(open_page: Open, long_report: Path) -> None:
    """Each leaves the blocks that it names, and says how many of how many they are."""
    page = open_page(long_report)
    page.locator("#list a", has_text="small-1.txt").click()
    page.get_by_role("combobox", name="Role").select_option("headline")
    page.locator("#shown", has_text="2 of 7 blocks").wait_for()
    assert [block.get_attribute("class") for block in shown(page, "#original .block").all()] == ["block headline"] * 2
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("combobox", name="Rule").select_option("phrase.sharing")
    page.locator("#shown", has_text="2 of 7 blocks").wait_for()  # as of the first filter, perhaps
    shown(page, "#original .block.gone").nth(1).wait_for()
    assert shown(page, "#original .block").count() == shown(page, "#original .block.gone").count() == 2
    page.get_by_role("combobox", name="Rule").select_option("model.furniture")
    page.locator("#found", has_text="1 of").wait_for()
    assert page.locator("#name").inner_text() == "pages/long.txt"


def test_text_of_a_source_stays_text(open_page: Open, report: Path) -> None:
    """A headline of script and image is letters on the page: nothing runs, nothing is loaded, no element comes of it."""
    page = open_page(report)
    page.locator("#list a", has_text="hostile.txt").click()
    assert MARKUP in page.locator("#stories").inner_text()
    assert MARKUP in page.locator("#original").inner_text()
    assert page.evaluate("document.images.length") == 0
    assert page.evaluate("document.scripts.length") == 2


def test_the_policy_holds_what_got_through(open_page: Open, report: Path, tmp_path: Path) -> None:
    """Markup that stood in the page by a defect of ours would neither run nor load anything."""
    broken = tmp_path / "broken.html"
    defect = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
    broken.write_text(report.read_text("utf-8").replace('<main id="main"', defect + '<main id="main"', 1), "utf-8")
    page = open_page(broken, checked=False)
    assert page.title().startswith("Copydesk")
    assert shown(page, "#original .block").count() > 3


@WIDTHS
def test_without_scripts_it_says_what_the_run_did(open_page: Open, report: Path, width: int) -> None:
    """Counts, warnings, charts, tables: all but the reading room, of which it is said why."""
    page = open_page(report, width=width, scripts=False)
    said = page.locator("main").inner_text()
    for words in ("Sources", "Worth a look", "sources was rejected", "What came of the sources", "The slowest", "broken.pdf"):
        assert words in said
    assert shown(page, "figure svg").count() >= 8
    assert page.get_by_text("which your browser does not run").is_visible()
    assert not page.locator("#reading").is_visible()


def test_it_can_be_printed(open_page: Open, report: Path) -> None:
    """On paper stand figures and tables, not the reading room."""
    page = open_page(report)
    page.emulate_media(media="print")
    assert page.locator("#figures").is_visible()
    assert not page.locator("#room").is_visible()
