"""A run with masking: what was planted stands nowhere in its output, and the account holds."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.commands.checking import Check
from copydesk.pipeline.output.manifest import read_manifest
from copydesk.pipeline.reading import read_manifest as read_checked
from tests.pipeline.jobs import article, call, everything, run

Masked = tuple[Path, dict[str, list[dict[str, Any]]]]

PLANTED = {
    "email": "ada.winter+desk@example.org",
    "phone": "+44 20 7946 0018",
    "ip": "203.0.113.77",
    "card": "4111 1111 1111 1111",
    "iban": "GB82 WEST 1234 5698 7654 32",
}
MASK = f"privacy.mask={json.dumps(list(PLANTED))}"
LINE = (
    f"Readers can write to {PLANTED['email']}, call {PLANTED['phone']}, pay to {PLANTED['iban']} or with card "
    f"{PLANTED['card']}; the letter came from {PLANTED['ip']}."
)

PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Letters to {PLANTED["email"]} lost</title>
<meta name="author" content="Ada Winter ({PLANTED["email"]})"><meta name="description" content="{LINE}">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Letters to {PLANTED["email"]} lost",
"author": "Ada Winter, {PLANTED["phone"]}", "datePublished": "2024-05-01"}}</script></head><body><nav>Home {LINE}</nav>
<article><h1>Letters to {PLANTED["email"]} lost</h1><p class="byline">By Ada Winter, {PLANTED["phone"]}</p>
<figure><img><figcaption>The pier, photographed by {PLANTED["email"]}</figcaption></figure>
<p>After eleven years the ferry crossed the lake again on Sunday, and two hundred people stood on the pier to see it.</p>
<p>{html.escape(LINE)}</p><p>The town bought the boat in spring and has had it mended by a yard down the river.</p></article>
<div hidden>{LINE}</div><footer>Imprint: {LINE}</footer></body></html>"""

TALK = f"""so today we talk about the ferry and the harbour and what the town has paid for it
you can reach me under {PLANTED["phone"]} or write to {PLANTED["email"]} if you want
the other day somebody called from {PLANTED["ip"]} and asked me about it
and we had a long talk about boats and what they cost and who should pay for them
""" * 12


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources of many formats that hold all of it in every place they have."""
    folder = tmp_path_factory.mktemp("corpus")
    page = article(1, 5).replace("\n\nShare this", f"\n\n{LINE}\n\nShare this") + f"\n\nContact: {LINE}\n"
    (folder / "page.txt").write_text(page)
    broken = f"\n\nThe cafÃ© of {PLANTED['email']} isnâ€™t open\x07.\n\nShare"
    (folder / "mojibake.txt").write_text(article(2, 5).replace("\n\nShare", broken))
    (folder / "page.html").write_text(PAGE)
    (folder / "talk.vtt").write_text(
        "WEBVTT\n\n"
        + "\n".join(f"00:{n // 60:02d}:{n % 60:02d}.000 --> 00:{n // 60:02d}:{n % 60 + 1:02d}.000\n{line}\n"
                    for n, line in enumerate(TALK.splitlines()))
    )  # fmt: skip
    rows: list[Any] = [
        {"id": PLANTED["email"], "text": article(3), "url": "https://example.org/?m=" + PLANTED["email"].replace("@", "%40")},
        {"id": "tel", "text": article(4) + LINE, "url": "https://example.org/x?tel=%2B442079460018", "channel": LINE},
        {"id": "story", "text": LINE, "kind": "story", "title": f"Who is {PLANTED['email']}?", "author": PLANTED["email"]},
        {"id": "bad", "text": "x", "kind": PLANTED["email"]},
        {PLANTED["email"]: "no text"},
        {"id": "same", "text": LINE, "kind": "story", "url": f"https://example.org/{PLANTED['iban']}"},
        {"id": "when", "text": article(6), "crawled_at": PLANTED["email"], "published": PLANTED["phone"], "section": LINE},
    ]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / f"from-{PLANTED['email']}.txt").write_text(article(5))
    return folder


def forms(planted: str) -> Iterator[str]:
    """The ways in which something could be written."""
    yield from {planted, planted.replace(" ", ""), planted.replace("@", "%40"), planted.replace(" ", "").lstrip("+")}


def leaks(text: str) -> list[str]:
    """What of the planted stands in a text."""
    return [form for planted in PLANTED.values() for form in forms(planted) if form.lower() in text.lower()]


@pytest.fixture(scope="module")
def masked(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Masked:
    """A masked run of the corpus."""
    output = tmp_path_factory.mktemp("masked") / "out"
    run([str(corpus)], output, sets=[MASK, "run.max_rejected=1"])
    return output, everything(output)


def test_without_masking_all_of_it_stands_there(corpus: Path, tmp_path: Path) -> None:
    """The corpus does bring what is planted into every kind of record, so that the next test has something to find."""
    run([str(corpus)], tmp_path / "out", sets=["run.max_rejected=1"])
    found = everything(tmp_path / "out")
    for kind in ("story", "document", "removed", "rejected"):
        assert leaks(json.dumps(found[kind], ensure_ascii=False))


def test_nothing_planted_stands_anywhere(masked: Masked) -> None:
    """No file of the output folder, or left beside it, holds any of it in any form, in its name or in its content."""
    output, _ = masked
    files = [path for path in output.parent.rglob("*") if path.is_file()]
    assert len(files) >= 5
    for path in files:
        assert leaks(str(path.relative_to(output.parent)) + path.read_text("utf-8")) == [], path.name


def test_stories_say_what_was_masked(masked: Masked) -> None:
    """A placeholder stands in its place, and a change says where the document has what it stands for."""
    _, found = masked
    story = next(story for story in found["story"] if story["source"]["uri"].endswith("page.html"))
    assert "write to [EMAIL], call [PHONE], pay to [IBAN] or with card [CARD]; the letter came from [IP]." in story["text"]
    assert "[EMAIL]" in story["headline"]
    assert {change["rule"] for change in story["changes"]} == {f"privacy.{kind}" for kind in PLANTED}
    for change in story["changes"]:
        assert story["text"][change["start"] : change["end"]] == change["after"]
        assert not change["before"].strip("* ")
        assert change["evidence"].startswith("the document has it at [")
    for record in found["removed"]:
        assert len(record["text"]) == record["end"] - record["start"]


def test_masking_changes_nothing_else(corpus: Path, masked: Masked, tmp_path: Path) -> None:
    """The same stories are found at the same spans, and the same spans are removed by the same rules."""
    run([str(corpus)], tmp_path / "out", sets=["run.max_rejected=1"])
    plain, other = everything(tmp_path / "out"), masked[1]
    assert [(s["id"], s["spans"], s["words"] > 0) for s in sorted(plain["story"], key=lambda s: s["id"])] == [
        (s["id"], s["spans"], s["words"] > 0) for s in sorted(other["story"], key=lambda s: s["id"])
    ]
    for kind in ("document", "removed", "rejected"):
        assert len(plain[kind]) == len(other[kind])
    keys = ("start", "end", "rule")
    spans, others = (
        sorted((row["source"]["sha256"], *(row[key] for key in keys)) for row in found["removed"]) for found in (plain, other)
    )
    assert spans == others


def test_the_account_holds(masked: Masked) -> None:
    """The check finds no fault, and none against the sources but for the one whose path itself was masked."""
    output, found = masked
    assert not list(Check(read_checked(str(output))).faults())
    faults = list(Check(read_checked(str(output)), keep=True).faults())
    assert [fault.record.rpartition("/")[2] for fault in faults] == ["[EMAIL]"]
    counted = read_manifest(output)["rules"]["changed"]
    assert counted["tag:privacy.email"] == sum(
        change["rule"] == "privacy.email" for story in found["story"] for change in story["changes"]
    )


def test_what_is_told_on_the_way(corpus: Path, tmp_path: Path) -> None:
    """Neither the log of a run nor what `clean` and `explain` print holds any of it."""
    done = call("run", str(corpus / "page.html"), str(corpus / "rows.jsonl"), "--output", str(tmp_path / "out"), "--set", MASK)
    assert leaks((done.stdout + done.stderr).decode()) == []
    done = call("clean", "--jsonl", "--set", MASK, stdin=(corpus / "rows.jsonl").read_bytes())
    assert leaks((done.stdout + done.stderr).decode()) == []
    assert b"[EMAIL]" in done.stdout
    for name in ("page.txt", "page.html", "talk.vtt", "rows.jsonl#tel"):
        done = call("explain", str(corpus / name), "--json", "--set", MASK)
        assert done.returncode == 0
        assert leaks(done.stdout.decode()) == [], name
