"""`report.html`: one file that needs nothing else, in which everything from a source is text."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest

from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.report import REPORT
from copydesk.transforms.shapes import ROLES
from tests.pipeline import jobs
from tests.pipeline.report import pages


@pytest.fixture(scope="module")
def page(finished: Path) -> str:
    """The report that the run itself wrote."""
    return (finished / REPORT).read_text("utf-8")


def test_nothing_is_fetched(page: str) -> None:
    """No attribute and no style names anything outside of the page."""
    tree = pages.parse(page)
    links = [value for name in ("src", "href", "action", "srcset", "poster", "data") for value in tree.xpath(f"//@{name}")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not tree.xpath("//link | //iframe | //object | //embed | //img | //base | //form[@action]")
    assert not re.search(r"@import|url\(", "".join(tree.xpath("//style/text()")))


def test_only_its_own_script_and_style_are_allowed(page: str) -> None:
    """The policy names the digests of the one script and the one style as they stand in the page, and nothing else."""
    tree = pages.parse(page)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy.startswith("default-src 'none'")
    for name, text in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not tree.xpath("//@style | //@onclick | //@onload")


def test_a_headline_of_markup_is_text(page: str) -> None:
    """The hostile headline makes no element, and is there letter by letter for the reading room."""
    tree = pages.parse(page)
    assert [script.get("type") for script in tree.xpath("//script")] == ["application/json", None]
    assert not tree.xpath("//*[@onerror]")
    assert "<" not in tree.get_element_by_id("data").text
    texts = [str(block[2]) for source in pages.data(page)["sources"] for block in source["blocks"]]
    texts += [story.get("headline", "") for source in pages.data(page)["sources"] for story in source["stories"]]
    assert any("</script><script>alert(1)</script><img src=x onerror=alert(2)>" in text for text in texts)


def test_names_of_sources_are_text_everywhere(finished: Path) -> None:
    """A file may be called like an element: its name stands escaped in tables and warnings."""
    manifest = read_manifest(finished) | {"run_id": "<b>run</b>", "inputs": ["<i>in</i>"], "runner": "<u>"}
    from copydesk.pipeline.report.page import render

    tree = pages.parse(render(manifest, pages.gathered(finished)))
    assert "<b>run</b>" in tree.findtext(".//title")
    assert not tree.xpath("//main//i | //main//u | //header//b")


def test_every_picture_has_words(page: str) -> None:
    """Each chart names a title and a description that are there, and its figures stand beside it as a table."""
    tree = pages.parse(page)
    figures = tree.xpath("//figure")
    assert len(figures) >= 8
    for figure in figures:
        (svg,) = figure.xpath("./svg")
        assert svg.get("role") == "img"
        named = [tree.get_element_by_id(name).text for name in svg.get("aria-labelledby").split()]
        assert all(named)
        assert figure.xpath(".//table//td")


def test_ids_are_unique_and_links_arrive(page: str) -> None:
    """Every link inside the page has its target, and no two elements have one id."""
    tree = pages.parse(page)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for attribute in ("href", "for", "aria-labelledby"):
        for value in tree.xpath(f"//@{attribute}"):
            assert {name.lstrip("#") for name in value.split()} <= set(ids)


def test_headings_leave_out_no_level(page: str) -> None:
    """One first heading, and each that follows is at most one level below the one before."""
    levels = [int(heading.tag[1]) for heading in pages.parse(page).xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_control_has_a_name(page: str) -> None:
    """Fields stand in labels; buttons and regions that take the keyboard say what they are."""
    tree = pages.parse(page)
    assert all(field.xpath("ancestor::label") for field in tree.xpath("//input | //select"))
    assert all(button.text_content().strip() or button.get("aria-label") for button in tree.xpath("//button"))
    for region in tree.xpath("//*[@tabindex='0']"):
        assert region.get("aria-label") or region.get("aria-labelledby")


def test_both_schemes_have_every_colour(page: str) -> None:
    """The dark scheme gives each colour that the light one has its own value, and every role has one."""
    (style,) = pages.parse(page).xpath("//style/text()")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    names = [set(re.findall(r"(--[a-z0-9]+): #", scheme)) for scheme in (light, dark)]
    assert names[0] == names[1]
    assert {f"--{role}" for role in ROLES} <= names[0]


@pytest.mark.parametrize("scheme", [0, 1])
def test_words_stand_out_from_their_ground(page: str, scheme: int) -> None:
    """Every colour that words are set in has a contrast of 4.5 (WCAG 2.2, AA) to every ground that they stand on."""
    (style,) = pages.parse(page).xpath("//style/text()")
    colours = dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{3,6})", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]))
    grounds = ("page", "card", "track", "pick")
    for words in ("text", "quiet", "accent", *ROLES):
        for ground in grounds:
            assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)
    for ground in ("ins", "del"):
        assert contrast(colours["text"], colours[ground]) >= 4.5, ground


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_counts_are_those_of_the_manifest(finished: Path, page: str) -> None:
    """The figures at the top are the manifest's, with separators."""
    counts = read_manifest(finished)["counts"]
    told = {tile.findtext("dt"): tile.findtext("dd") for tile in pages.parse(page).xpath("//dl[@class='tiles']/div")}
    assert told["Sources"] == f"{counts['sources']:,}"
    assert told["Stories"] == f"{counts['stories']:,}"
    assert told["of them duplicates"] == f"{counts['duplicates']:,}" != "0"
    assert told["Removed spans"] == f"{counts['removed']:,}"
    assert told["Rejected"] == f"{counts['rejected']:,}" != "0"


def test_the_slowest_and_the_largest_sources_are_named(finished: Path, page: str) -> None:
    """Ten of each at most, the first first; the slowest as the manifest times them."""
    tree, slowest = pages.parse(page), read_manifest(finished)["slowest"]
    named = {
        kind: [row.text_content() for row in tree.xpath(f"//div[@aria-label='The {kind} sources']//tbody//th")]
        for kind in ("slowest", "largest")
    }
    assert named["slowest"] == [one["uri"] for one in slowest]
    assert len(slowest) == 10
    assert all(one["seconds"] >= after["seconds"] >= 0 for one, after in pairwise(slowest))
    sizes = [len(Path(uri).read_text("utf-8")) for uri in named["largest"]]
    assert sizes == sorted(sizes, reverse=True)


def test_a_manifest_without_times_of_sources_is_told_so(finished: Path) -> None:
    """A run of a version that did not time them, or that found all of them cleaned before, has a page all the same."""
    from copydesk.pipeline.report.page import render

    manifest = read_manifest(finished)
    del manifest["slowest"]
    assert "the manifest names none" in pages.parse(render(manifest, pages.gathered(finished))).text_content()


def test_the_same_records_make_the_same_page(finished: Path, page: str) -> None:
    """Written again, later, from the same files, it is the same byte for byte."""
    assert pages.report(finished) == page


def test_the_form_of_the_files_changes_nothing(finished: Path, tmp_path: Path) -> None:
    """Packed files and Parquet give the reading room of plain ones."""
    inputs = [str(finished.parent / "in")]
    for sets in (["write.compression=gzip"], ["write.format=parquet"]):
        output = tmp_path / sets[0]
        jobs.run(inputs, output, sets=[*sets, "run.max_rejected=0.5"])
        assert pages.data((output / REPORT).read_text("utf-8")) == pages.data((finished / REPORT).read_text("utf-8"))


def test_a_warning_leads_to_what_is_shown_and_nowhere_else(finished: Path) -> None:
    """What the reading room holds has a button; what it does not hold is told without one."""
    from dataclasses import replace

    from copydesk.pipeline.report.gather import Warned
    from copydesk.pipeline.report.page import render

    found = pages.gathered(finished)
    shown = found.room[0]
    there = [Warned("uri", "here", "", uri=shown["uri"]), Warned("rule", "used", "", rule=shown["blocks"][0][3])]
    away = [Warned("uri", "gone", "", uri="none"), Warned("rule", "idle", "", rule="none"), Warned("other", "all", "")]
    tree = pages.parse(render(read_manifest(finished), replace(found, warnings=[*there, *away])))
    assert [line.findtext("strong") for line in tree.xpath("//ul[@class='warnings']//p[button]")] == ["here", "used"]
    assert len(tree.xpath("//ul[@class='warnings']//strong")) == 5


def test_a_run_of_nothing_has_a_report(tmp_path: Path) -> None:
    """Where every source is rejected there is a page that says so, without empty charts."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    jobs.run([str(tmp_path / "a.pdf")], tmp_path / "out")
    page = (tmp_path / "out" / REPORT).read_text("utf-8")
    assert pages.data(page)["sources"] == []
    assert "1 of 1 sources was rejected" in page
    assert not pages.parse(page).xpath("//section[@id='figures']//svg")
