"""The viewer under attack: whoever has not the token, or comes from elsewhere, gets nothing; what is scraped stays text."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.pipeline import runs
from tests.pipeline.view.conftest import SCRIPT
from tests.pipeline.view.served import Client, served

REQUESTS = [("GET", "/"), ("GET", "/sources"), ("GET", "/source?number=1"), ("POST", "/verdicts"), ("GET", "/nothing")]
SAID = json.dumps({"source": 1, "block": 0, "verdict": "accept"}).encode()
PLANTED = "planted.txt"


@pytest.mark.parametrize(("method", "path"), REQUESTS)
@pytest.mark.parametrize("key", [None, "", "wrong", "\u00e9"])
def test_a_wrong_token(client: Client, method: str, path: str, key: str | None) -> None:
    """Whatever is asked for without the token is refused, and nothing is told or written."""
    query = f"{path}?token={key or ''}" if path == "/" and key != "\u00e9" else path
    body = SAID if method == "POST" else None
    reply = client.ask(query, method=method, body=body, Content_Type="application/json", **{"X-Copydesk-Token": key})
    assert reply.status == 403
    assert b"ferry" not in reply.body
    assert not Path(client.labels).exists()


def test_the_token_is_not_the_same_twice(output: Path, tmp_path: Path) -> None:
    """Each start has its own token, of 256 bits."""
    tokens = set()
    for _ in range(2):
        with served(output, tmp_path / "l.jsonl") as client:
            tokens.add(client.token)
    assert len(tokens) == 2
    assert all(len(token) >= 43 for token in tokens)


@pytest.mark.parametrize("path", [
    f"/{PLANTED}", f"/../{PLANTED}", f"/..%2f..%2f{PLANTED}", "/etc/passwd", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/source?number=../../etc/passwd", f"/source?number=1&block=../{PLANTED}", "/templates/view.js", "/manifest.json",
    "/\\..\\..\\etc\\passwd", "/source?number=1%00", "/%00",
])  # fmt: skip
def test_path_traversal(client: Client, output: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address leads to a file, beside the output or elsewhere."""
    (output.parent / PLANTED).write_text("PLANTED SECRET")
    monkeypatch.chdir(output)
    reply = client.ask(path)
    assert reply.status in {400, 404}
    assert b"SECRET" not in reply.body
    assert b"root:" not in reply.body
    assert b"manifest" not in reply.body.lower()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}", None]
)
@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_a_host_of_elsewhere(client: Client, method: str, path: str, host: str | None) -> None:
    """A name that was bent to this machine's address is refused, though the token is right."""
    name = host and host.format(port=client.port)
    query = f"{path}?token={client.token}" if path == "/" else path
    assert client.ask(query, method=method, body=SAID, Host=name, Content_Type="application/json").status == 403
    assert not Path(client.labels).exists()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}", "http://localhost"]
)
@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_an_origin_of_elsewhere(client: Client, method: str, path: str, origin: str) -> None:
    """What a page of another origin sends is refused, though the token is right."""
    name = origin.format(port=client.port)
    query = f"{path}?token={client.token}" if path == "/" else path
    assert client.ask(query, method=method, body=SAID, Origin=name, Content_Type="application/json").status == 403
    assert not Path(client.labels).exists()


def test_its_own_page_is_answered(client: Client) -> None:
    """The same requests from the page itself, by either name of this machine, are answered."""
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{client.port}"
        assert client.ask("/sources", Host=host, Origin=f"http://{host}", Sec_Fetch_Site="same-origin").status == 200
    assert client.ask("/sources", Sec_Fetch_Site="cross-site").status == 403
    opened = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}  # the address, followed from another program's page
    assert client.ask(f"/?token={client.token}", **opened).status == 200


def test_a_verdict_needs_more_than_a_form_can_send(client: Client) -> None:
    """A body that is no JSON, says no length or is too long is refused before it is read."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        assert client.ask("/verdicts", method="POST", body=SAID, Content_Type=kind).status == 415
    json_type = "application/json"
    assert client.ask("/verdicts", method="POST", body=SAID, Content_Type=json_type, **{"Content-Length": None}).status == 411
    assert client.ask("/verdicts", method="POST", Content_Type=json_type, **{"Content-Length": str(10**9)}).status == 413
    assert client.ask("/verdicts", method="POST", Content_Type=json_type, **{"Content-Length": "-1"}).status == 411
    for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"):
        assert client.ask("/verdicts", method=method).status == 501
    assert not Path(client.labels).exists()


def test_every_answer_forbids_what_it_does_not_need(client: Client) -> None:
    """Nothing is cached, sniffed, framed or told to others; only the page's own script and style run."""
    for path in (f"/?token={client.token}", "/?token=x", "/sources", "/nothing"):
        headers = client.ask(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
        assert headers["Server"] == "copydesk"


def test_a_story_that_is_a_script_is_text(client: Client) -> None:
    """It comes as JSON, which no browser takes for a page, letter by letter; the page itself holds nothing of any source."""
    number = client.number("hostile.txt")
    reply = client.ask(f"/source?number={number}")
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.data["stories"][0]["headline"] == SCRIPT
    assert SCRIPT in reply.data["stories"][0]["parts"][1][1]
    assert f"Sites & {SCRIPT}" in [block[2] for block in reply.data["blocks"]]
    page = client.ask(f"/?token={client.token}").body.decode()
    assert "alert(" not in page
    script = page.split("<script>")[1]
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser", "ContextualFragment"):
        assert sink not in script


def test_a_folder_called_like_markup_is_text(output: Path, tmp_path: Path) -> None:
    """What the page says of the output and the labels file is escaped."""
    odd = output.rename(tmp_path / "<b>out<script>")
    with served(odd, tmp_path / "<i>.jsonl") as client:
        page = client.ask(f"/?token={client.token}").body.decode()
    assert "<b>out" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;out&lt;script&gt;" in page


def test_a_rule_or_site_called_like_markup_ends_no_element(tmp_path: Path) -> None:
    """What the filters offer stands in the page as JSON in which no element can end."""
    rows = runs.rows_of("a.txt")
    rows["removed"][0]["rule"] = "</script><script>alert(1)</script>"
    with served(runs.write_run(tmp_path / "out", rows), tmp_path / "l.jsonl") as client:
        page = client.ask(f"/?token={client.token}").body.decode()
    assert "</script><script>alert" not in page
    assert "\\u003c/script>" in page


def test_a_record_of_50_megabytes_is_served_in_pieces(tmp_path: Path) -> None:
    """Many paragraphs come a stretch at a time; one endless paragraph is cut; no answer is longer than 4 MB."""
    words = "The council heard the ferry line once more. " * 23  # a thousand characters
    many, endless = 25_000, 25_000
    rows = runs.rows_of("long.txt")
    story = rows["stories"][0]
    texts = [words.strip()] * many + [words.strip() * endless]
    at, paragraphs = 0, []
    for text in texts:
        paragraphs.append({"start": at, "end": at + len(text), "role": "paragraph", "spans": [[at, at + len(text)]]})
        at += len(text) + 2
    story |= {"text": "\n\n".join(texts), "paragraphs": paragraphs, "changes": [], "headline": None,
              "spans": [one["spans"][0] for one in paragraphs]}  # fmt: skip
    rows["documents"][0]["characters"] = at
    rows["stories"], rows["removed"] = [story], []
    with served(runs.write_run(tmp_path / "out", rows), tmp_path / "l.jsonl") as client:
        assert len(story["text"]) > 50_000_000
        block = seen = 0
        for _ in range(3):
            reply = client.ask(f"/source?number=1&block={block}")
            assert len(reply.body) < 4_000_000
            assert reply.data["first"] == block or not block
            assert reply.data["total"] == many + 1
            seen += len(reply.data["blocks"])
            block += len(reply.data["blocks"])
        assert 0 < seen < many
        last = client.source(1, many)
        assert last["blocks"][-1][0] == paragraphs[-1]["start"]
        assert last["stories"][0]["parts"][-1][1].endswith("more characters are not shown]")
        assert client.judge(source=1, block=many, verdict="reject", right="chrome").status == 200
    assert (tmp_path / "l.jsonl").stat().st_size < 20_000


def test_a_connection_that_says_nothing_keeps_nobody_waiting(client: Client) -> None:
    """Others are answered while it is open."""
    with socket.create_connection(("127.0.0.1", client.port)) as idle:
        idle.send(b"GET /sources HTTP/1.1\r\n")
        assert client.ask("/sources").status == 200


def test_only_loopback_listens(client: Client) -> None:
    """The address is that of this machine to itself."""
    assert client.address.startswith(f"http://127.0.0.1:{client.port}/?token=")
    with socket.socket() as other:
        other.settimeout(0.5)
        assert other.connect_ex(("127.0.0.2", client.port)) != 0
