"""The viewer in a browser: read, judged by mouse and by keyboard, in bright and dark, wide and narrow, without an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipeline import runs
from tests.pipeline.view.conftest import SCRIPT
from tests.pipeline.view.served import Client, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(params=[(1280, 900, "light"), (360, 740, "dark")], ids=["wide", "phone"])
def page(browser: Browser, client: Client, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The viewer's page on a desk and on a phone; whatever the console told is an error of the test."""
    width, height, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    found, told = context.new_page(), []
    found.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    found.on("pageerror", lambda error: told.append(str(error)))
    found.on("dialog", lambda dialog: told.append(f"dialog {dialog.message}"))
    found.on("request", lambda sent: None if sent.url.startswith(client.address.split("?")[0]) else told.append(sent.url))
    found.goto(client.address)
    found.wait_for_selector("#original .block")
    yield found
    context.close()
    assert told == []


def open_source(page: Any, name: str) -> None:
    """Find a source and open it.

    The viewer moves the focus to the source's name once its answer is there: the name alone tells nothing where the same
    source stood open before, and keys pressed before that go astray.
    """
    page.fill("#f-text", name)
    page.wait_for_function("name => document.querySelector('#list a b')?.textContent === name", arg=name)
    page.click("#list a")
    page.wait_for_function(
        "name => document.activeElement.id === 'name' && document.activeElement.textContent.endsWith(name)", arg=name
    )
    page.wait_for_selector("#original .block")


def verdicts(client: Client) -> list[tuple[Any, ...]]:
    """What was written down."""
    path = Path(client.labels)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    return [(row["of"], row["text"], row["verdict"], row["right"]) for row in rows]


def said(page: Any, words: str) -> None:
    """Wait until the page tells of what was done."""
    page.wait_for_function("words => document.querySelector('.notice').textContent.startsWith(words)", arg=words)


def test_a_role_and_a_repair_are_judged_by_mouse(page: Any, client: Client) -> None:
    """Each click is a line of the labels file, and shows in the original and in the list."""
    open_source(page, "a.txt")
    page.click(".block.chrome >> nth=0")
    page.select_option("#v-role", "promo")
    said(page, "Written down: wrong, promo is right.")
    page.click(".block.body >> nth=0")
    page.fill("#told li input", "Harbor")
    page.click("#told li button:has-text('wrong')")
    said(page, "Written down: wrong, Harbor is right.")
    page.click(".whole button")
    page.wait_for_selector(".whole button:has-text('take back')")
    assert verdicts(client) == [
        ("role", "Harbour news", "reject", "promo"), ("change", "harber", "reject", "Harbor"), ("page", "", "accept", None)
    ]  # fmt: skip
    assert page.inner_text(".block.chrome >> nth=0 >> .sign") == "✗ promo"
    assert "3 verdicts" in page.inner_text("#list a")
    page.reload()
    page.wait_for_selector(".block.wrong")
    assert page.inner_text(".block.wrong .sign") == "✗ promo"


def test_blocks_are_judged_by_keyboard(page: Any, client: Client) -> None:
    """From block to block, right, wrong, taken back: without a mouse."""
    open_source(page, "a.txt")
    page.focus("#original .block >> nth=0 >> button")
    page.keyboard.press("a")
    said(page, "Written down: right.")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.evaluate("document.activeElement.id") == "v-role"
    page.keyboard.press("s")  # a list goes to the entry that begins so
    said(page, "Written down: wrong, section is right.")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("u")
    said(page, "Taken back.")
    assert verdicts(client) == [
        ("role", "Harbour news", "accept", "chrome"), ("role", "The ferry runs again", "reject", "section"),
        ("role", "Harbour news", "withdraw", None),
    ]  # fmt: skip


def test_a_script_in_a_story_does_not_run(page: Any) -> None:
    """It is read as it stands, in the list, in the original and in the story."""
    open_source(page, "hostile.txt")
    assert page.inner_text("#stories h5 >> nth=0") == SCRIPT
    assert SCRIPT in page.inner_text("#list a")
    assert SCRIPT in page.inner_text("#original")
    assert page.evaluate("document.querySelectorAll('img, #reading script').length") == 0


def test_the_page_fits(page: Any) -> None:
    """Nothing is wider than the window, with a block open, too; every control has a name."""
    open_source(page, "a.txt")
    page.click(".block.body >> nth=0")
    page.wait_for_selector("#v-role")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    unnamed = """[...document.querySelectorAll('button, input, select')].filter((one) =>
        !one.textContent.trim() && !one.labels?.length && !one.getAttribute('aria-label')).length"""
    assert page.evaluate(unnamed) == 0


def test_a_link_leads_to_a_block_of_a_later_stretch(browser: Any, tmp_path: Path) -> None:
    """Its stretch is fetched; from there one goes back, and on."""
    rows = runs.rows_of("long.txt")
    many, at, removed = 12_000, 0, []
    for number in range(many):
        text = f"Item {number}"
        removed.append(rows["removed"][0] | {"start": at, "end": at + len(text), "text": text, "rule": f"r{number % 2}"})
        at += len(text) + 1
    rows["documents"][0]["characters"] = at
    rows["stories"], rows["removed"] = [], removed
    with served(runs.write_run(tmp_path / "out", rows), tmp_path / "l.jsonl") as client:
        page = browser.new_page()
        page.goto(f"{client.address}#s1-b7003")
        page.wait_for_selector("#s1-b7003.on")
        assert page.inner_text("#s1-b7003 p") == "Item 7003"
        assert "5,001–10,000 of 12,000" in page.inner_text(".side .pager")
        page.keyboard.press("a")
        page.click("button:has-text('Later blocks')")
        page.wait_for_selector("#s1-b10000")
        page.click("button:has-text('Earlier blocks')")
        page.wait_for_selector("#s1-b5000")
        page.close()


@pytest.fixture
def repeating(tmp_path: Path) -> Iterator[Client]:
    """Of two sources the second repeats the first one's first story."""
    rows, again = runs.rows_of("in/first.txt"), runs.rows_of("in/second.txt")
    again["stories"][0]["duplicate_of"] = rows["stories"][0]["id"]
    again["stories"][1]["duplicate_of"] = "of another run"
    for kind, more in again.items():
        rows[kind] += more
    with served(runs.write_run(tmp_path / "out", rows), tmp_path / "l.jsonl") as found:
        yield found


def test_a_repeat_leads_to_what_it_repeats(browser: Any, repeating: Client) -> None:
    """A click on the name of the other source opens it; a story that the run has not is named without a link."""
    page = browser.new_page()
    page.goto(f"{repeating.address}#s{repeating.number('second.txt')}")
    page.wait_for_selector(".repeat")
    assert page.inner_text(".repeat >> nth=1") == "Repeats story of another run"
    page.click(".repeat a:has-text('in/first.txt')")
    page.wait_for_function("() => document.getElementById('name').textContent === 'in/first.txt'")
    assert page.inner_text("#stories h5 >> nth=0") == "The ferry runs again"
    page.close()


def held(page: Any, address: str) -> list[Any]:
    """Requests to an address wait here until they are let go."""
    waiting: list[Any] = []
    page.route(address, lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright puts an attribute on it
    return waiting


def let_go(page: Any, waiting: list[Any], address: str) -> None:
    """The one that was held is answered, and the page has had its answer."""
    with page.expect_response(address):
        waiting[0].continue_()
    page.evaluate("new Promise((done) => setTimeout(done, 100))")


def test_a_late_answer_shows_no_other_source(page: Any, client: Client) -> None:
    """Of two sources that are opened one after the other the second stays, whichever comes first."""
    slow, other = client.number("hostile.txt"), client.number("a.txt")
    address = f"**/source?number={slow}&*"
    waiting = held(page, address)
    page.click(f"#list a[href='#s{slow}']")
    page.click(f"#list a[href='#s{other}']")
    page.wait_for_function("() => document.activeElement.id === 'name'")
    let_go(page, waiting, address)
    assert page.inner_text("#name") == "in/a.txt"
    assert page.get_attribute("#list a[aria-current]", "href") == f"#s{other}"


def test_a_late_verdict_marks_no_other_source(page: Any, client: Client) -> None:
    """It is written down, and counted in the list at its own source; on the one that is open by then nothing is said."""
    open_source(page, "a.txt")
    number, other = client.number("a.txt"), client.number("hostile.txt")
    page.fill("#f-text", "")
    page.wait_for_selector(f"#list a[href='#s{other}']")
    waiting = held(page, "**/verdicts")
    page.focus("#original .block >> nth=0 >> button")
    page.keyboard.press("a")
    page.click(f"#list a[href='#s{other}']")
    page.wait_for_function("() => document.getElementById('name').textContent === 'in/hostile.txt'")
    let_go(page, waiting, "**/verdicts")
    assert page.query_selector_all(".sign") == []
    assert page.inner_text(".notice") == ""
    assert "1 verdict" in page.inner_text(f"#list a[href='#s{number}']")
    assert "1 verdict" not in page.inner_text(f"#list a[href='#s{other}']")
    assert verdicts(client) == [("role", "Harbour news", "accept", "chrome")]


def test_the_end_of_the_server_is_told(browser: Any, output: Path, tmp_path: Path) -> None:
    """A page that was left open says what to do."""
    with served(output, tmp_path / "l.jsonl") as client:
        page = browser.new_page()
        page.goto(client.address)
        page.wait_for_selector("#original .block")
    page.click("#list a >> nth=1")
    said(page, "The viewer has ended")
    page.close()


def test_axe_finds_no_fault(page: Any) -> None:
    """No serious one, by its rules for assistive technology, with a block open and something said of it."""
    axe = pytest.importorskip("axe_playwright_python", reason="needs axe-core")
    open_source(page, "a.txt")
    page.click(".block.body >> nth=0")
    page.click("#told li button:has-text('right')")
    said(page, "Written down: right.")
    page.evaluate(Path(axe.__file__).with_name("axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    serious = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in serious] == []


def test_axe_finds_no_serious_fault(page: Any) -> None:
    """Of the rules of WCAG 2.2 A and AA and of good practice none is broken in a serious or critical way."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    bad = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], node["html"][:160]) for one in bad for node in one["nodes"]] == []
