"""What is said in the viewer is written down at once, one line a verdict, and the last word on a span stands."""

from __future__ import annotations

import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from copydesk.pipeline.faults import DiskFault
from copydesk.pipeline.view.labels import Labels, LabelsError, labels_beside, read_labels, standing
from tests.pipeline import runs
from tests.pipeline.view.served import Client, served

SHA256 = runs.sha256(runs.TEXT.encode())
SHARE = runs.TEXT.index("Share this")


def lines(client: Client) -> list[dict[str, Any]]:
    """What the file holds."""
    return [json.loads(line) for line in Path(client.labels).read_text("utf-8").splitlines()]


def block_of(client: Client, number: int, text: str) -> int:
    """The number of the block that a text stands in."""
    source = client.source(number)
    for place, block in enumerate(source["blocks"]):
        if not isinstance(block[2], str):
            story = source["stories"][block[2]]
            said = story["headline"] if block[3] < 0 else story["parts"][block[3]][1]
        else:
            said = block[2]
        if text in said:
            return place
    raise AssertionError(text)


def test_a_verdict_on_a_role_comes_back(client: Client) -> None:
    """The line tells source, span, words, what was said and what is right; the page is told it again when it asks."""
    number = client.number("a.txt")
    block = block_of(client, number, "Share this")
    assert client.judge(source=number, block=block, verdict="reject", right="promo").data == {
        "judged": ["reject", "promo"], "verdicts": 1, "of": 1
    }  # fmt: skip
    (line,) = lines(client)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", line.pop("time"))
    assert line == {
        "labels_version": "1.0", "of": "role",
        "source": {"uri": "in/a.txt", "sha256": SHA256, "site": None, "kind": "page", "language": "en"},
        "start": SHARE, "end": SHARE + 10, "text": "Share this", "said": "chrome", "rule": "phrase.sharing",
        "verdict": "reject", "right": "promo", "nth": 0, "around": "", "blocks": [],
        "versions": {"copydesk": "0.1.0", "run": "r1", "rules_sha256": ""},
    }  # fmt: skip
    assert client.source(number)["judged"] == {str(block): ["reject", "promo"]}
    assert [one["uri"] for one in client.page(judged="yes")["sources"]] == ["in/a.txt"]


def test_a_verdict_on_a_repair_comes_back(client: Client) -> None:
    """The span is that of the word in the source; a wrong repair may be told what is right, else what stood there is."""
    number = client.number("a.txt")
    block = block_of(client, number, "the harbour.")
    assert client.judge(source=number, block=block, change=0, verdict="accept").data["judged"] == ["accept", "harbour"]
    assert client.judge(source=number, block=block, change=0, verdict="reject").data["judged"] == ["reject", "harber"]
    client.judge(source=number, block=block, change=0, verdict="reject", right=" Har  Bor ")
    found = lines(client)
    assert [(line["start"], line["end"]) for line in found] == [(runs.TEXT.index("harber"), runs.TEXT.index("harber") + 6)] * 3
    assert [line["right"] for line in found] == ["harbour", "harber", "Har Bor"]
    assert {(line["text"], line["said"], line["rule"]) for line in found} == {("harber", "harbour", "spelling")}
    assert "ferry to the island runs again" in found[0]["around"]
    assert client.source(number)["judged"] == {f"{block}.0": ["reject", "Har Bor"]}


def test_the_last_word_stands(client: Client, output: Path, tmp_path: Path) -> None:
    """Of two verdicts on one span the later, and none that was taken back; so it is after a new start, too."""
    number = client.number("a.txt")
    for said in ({"verdict": "accept"}, {"verdict": "reject", "right": "promo"}, {"verdict": "reject", "right": "date"}):
        client.judge(source=number, block=0, **said)
    client.judge(source=number, block=1, verdict="accept")
    assert client.judge(source=number, block=1, verdict="withdraw").data["judged"] is None
    assert client.page()["verdicts"] == 1
    assert len(lines(client)) == 5
    assert [verdict.right for verdict in standing(read_labels(client.labels))] == ["date"]
    with served(output, tmp_path / "labels.jsonl") as again:
        assert again.source(number)["judged"] == {"0": ["reject", "date"]}
        assert [one["judged"] for one in again.page(judged="yes")["sources"]] == [1]


def test_a_page_is_looked_through(client: Client) -> None:
    """Its line holds every block with span, role, story and text, so that nothing else is needed to learn from it."""
    number = client.number("a.txt")
    client.judge(source=number, verdict="accept")
    (line,) = lines(client)
    assert (line["of"], line["start"], line["end"]) == ("page", 0, len(runs.TEXT))
    assert "\n".join(text for *_, text in line["blocks"]).replace("harbour", "harber") + "\n" == runs.TEXT
    assert [(role, story) for _, _, role, story, _ in line["blocks"]][:3] == [("chrome", None), ("headline", 0), ("body", 0)]
    assert client.source(number)["judged"] == {"page": ["accept", None]}
    client.judge(source=number, verdict="withdraw")
    assert client.source(number)["judged"] == {}


@pytest.mark.parametrize(("said", "words"), [
    ({"block": 0, "verdict": "reject"}, "say which role is right"),
    ({"block": 0, "verdict": "reject", "right": "nonsense"}, "one of headline"),
    ({"block": 0, "verdict": "reject", "right": "chrome"}, "other than chrome"),
    ({"block": 99, "verdict": "accept"}, "7 blocks"),
    ({"block": 0, "change": 0, "verdict": "accept"}, "0 repairs"),
    ({"verdict": "reject"}, "the rest can be accepted"),
    ({"block": -1, "verdict": "accept"}, "greater than or equal to 0"),
    ({"block": 0, "verdict": "perhaps"}, "'accept'"),
    ({"block": "0", "verdict": "accept"}, "valid integer"),
    ({"block": 2, "change": 0, "verdict": "reject", "right": "harbour"}, "accept it"),
    ({"block": 2, "change": 0, "verdict": "reject", "right": "x" * 201}, "200 characters"),
    ({"verdict": "accept", "path": "/etc"}, "path"),
])  # fmt: skip
def test_what_cannot_be_said_is_refused(client: Client, said: dict[str, Any], words: str) -> None:
    """The answer says why, and nothing is written."""
    reply = client.judge(source=client.number("a.txt"), **said)
    assert reply.status == 400
    assert words in reply.body.decode()
    assert not Path(client.labels).exists()


def test_nothing_is_said_of_what_is_not_there(client: Client) -> None:
    """Of a rejected source, of one that does not exist, in a body that is no JSON."""
    assert client.judge(source=client.number("empty.txt"), block=0, verdict="accept").status == 409
    assert client.judge(source=99, block=0, verdict="accept").status == 404
    assert client.ask("/verdicts", method="POST", body=b"{", Content_Type="application/json").status == 400


def test_many_at_once_are_whole_lines(client: Client) -> None:
    """Verdicts that come at the same time are one behind another."""
    number = client.number("a.txt")
    said = [{"source": number, "block": at % 7, "verdict": "accept"} for at in range(42)]
    threads = [threading.Thread(target=client.judge, kwargs=one) for one in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines(client)) == 42
    assert client.page()["verdicts"] == 7


def test_a_file_that_ends_within_a_line_is_not_made_worse(client: Client) -> None:
    """What another program left without a line's end stays a line of its own."""
    Path(client.labels).write_text('{"half": ')
    client.judge(source=client.number("a.txt"), block=0, verdict="accept")
    first, second = Path(client.labels).read_text("utf-8").splitlines()
    assert first == '{"half": '
    assert json.loads(second)["verdict"] == "accept"


def test_a_full_disk_leaves_no_half_line(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is told, the file is as it was."""
    number = client.number("a.txt")
    client.judge(source=number, block=0, verdict="accept")
    before = Path(client.labels).read_bytes()
    real = os.write

    def write(place: int, data: bytes) -> int:
        if data.startswith(b'{"labels'):
            real(place, data[:20])
            raise OSError(28, "No space left on device")
        return real(place, data)

    monkeypatch.setattr(os, "write", write)
    reply = client.judge(source=number, block=1, verdict="accept")
    assert reply.status == 500
    assert b"No space left" in reply.body
    assert Path(client.labels).read_bytes() == before
    assert client.source(number)["judged"] == {"0": ["accept", "chrome"]}


def test_a_line_that_is_no_verdict_is_named(tmp_path: Path) -> None:
    """With the file, the number of the line and the remedy; so is a file that is not there."""
    path = tmp_path / "l.jsonl"
    path.write_text('\n{"labels_version": "9"}\n')
    with pytest.raises(LabelsError, match=r"l\.jsonl: line 2: no verdict: .*mend the line, or take it out"):
        Labels(str(path)).load()
    with pytest.raises(LabelsError, match=r"none\.jsonl: cannot be read: No such file"):
        list(read_labels(str(tmp_path / "none.jsonl")))


ROLE: dict[str, Any] = {
    "of": "role", "source": {"uri": "a.txt", "sha256": "00", "site": None, "kind": "page", "language": "en"},
    "start": 0, "end": 4, "text": "Menu", "said": "body", "rule": "", "verdict": "reject", "right": "chrome",
    "time": "2026-01-01T00:00:00+00:00", "versions": {"copydesk": "1", "run": "r", "rules_sha256": ""},
}  # fmt: skip


def line_of(language: str | None = "en", **fields: Any) -> str:
    """A line of a labels file as somebody may have written it."""
    return json.dumps(ROLE | {"source": ROLE["source"] | {"language": language}} | fields) + "\n"


def test_what_is_right_of_a_role_is_a_role(tmp_path: Path) -> None:
    """Any other word is refused with the roles that there are; a repair's words are free."""
    path = tmp_path / "l.jsonl"
    path.write_text(line_of(of="change", right="nonsense") + line_of(verdict="withdraw", right=None))
    assert [verdict.right for verdict in read_labels(str(path))] == ["nonsense", None]
    path.write_text(line_of() + line_of(right="nonsense"))
    with pytest.raises(LabelsError, match=r"line 2: no verdict: .*'nonsense' is no role; give one of headline, "):
        list(read_labels(str(path)))


@pytest.mark.parametrize("language", ["../../victim", "/etc/en", "en/..", "en\n", "", "e", "en_US", "en-", "ｅｎ", "a" * 300])
def test_a_language_is_a_tag(tmp_path: Path, language: str) -> None:
    """What is no BCP 47 tag is refused, since files are named after languages; tags with script and region are taken."""
    path = tmp_path / "l.jsonl"
    taken = ["en", "zh-Hant-TW", "es-419", "sl-rozaj-1994", "x-own", None]
    path.write_text("".join(map(line_of, taken)))
    assert [verdict.source.language for verdict in read_labels(str(path))] == taken
    path.write_text(line_of(language))
    with pytest.raises(LabelsError, match=r"line 1: no verdict: source: .* is no BCP 47 tag"):
        list(read_labels(str(path)))


def test_a_byte_order_mark_is_no_part_of_a_line(tmp_path: Path) -> None:
    """A file that an editor began with one is read, and so is one that another was put behind."""
    path = tmp_path / "l.jsonl"
    path.write_text("\ufeff" + line_of() + "\ufeff" + line_of(start=1) + "\ufeff\n", "utf-8")
    assert [verdict.start for verdict in read_labels(str(path))] == [0, 1]


def test_a_folder_that_cannot_be_written_is_told(output: Path) -> None:
    """A labels file below something that is no folder."""
    with served(output, output / "manifest.json" / "l.jsonl") as client:
        assert client.judge(source=1, block=0, verdict="accept").status == 500
    assert issubclass(DiskFault, OSError)


def test_labels_stand_beside_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never within it, however it is named: a file that the manifest does not name is none of the run's."""
    monkeypatch.chdir(tmp_path)
    assert labels_beside(".") == str(tmp_path.with_name(tmp_path.name + ".labels.jsonl"))
    assert labels_beside("a/../out/") == "a/../out.labels.jsonl"
