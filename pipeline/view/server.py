"""HTTP on loopback: the page, and what its script asks for. No address leads to a file: sources are known by their numbers."""

from __future__ import annotations

import io
import json
import logging
import socket
import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from copydesk.pipeline.reading import Manifest
from copydesk.pipeline.report.page import intern
from copydesk.pipeline.report.records import Row, Whole
from copydesk.pipeline.view.guard import HEADERS, TOKEN_HEADER, Guard, RefusedError
from copydesk.pipeline.view.index import PAGE, Index, Wanted
from copydesk.pipeline.view.judging import SaidError, judge, parse_said, said_of
from copydesk.pipeline.view.labels import Labels
from copydesk.pipeline.view.page import Page
from copydesk.pipeline.view.patience import MOST_CONNECTIONS, READING, SENDING, TURNED_AWAY, Unhurried
from copydesk.pipeline.view.sheets import Sheet

_LOG = logging.getLogger(__name__)
ADDRESS: Final = "127.0.0.1"
MOST_BODY: Final = 16_384
"""Bytes of a request's body; a verdict takes some hundred."""
MOST_QUERY: Final = 4_096
"""Characters of an address."""
_KEPT_CHARACTERS: Final = 4_000_000
"""Of sources that stay in memory after they were shown, beside the last one: a stretch, and each verdict, asks for it again."""
_ENDED: Final = "The viewer has ended: start copydesk view again, and open its new address."
_JSON: Final = "application/json; charset=utf-8"
_PLAIN: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back."""

    body: bytes
    type: str = _JSON
    status: int = 200
    policy: str = "default-src 'none'; frame-ancestors 'none'"


class RecordError(Exception):
    """A source's records are JSON, and yet nothing that can be shown; the message names the source."""


class ViewedRun:
    """A run that is looked at: its sources, and what is said of them."""

    def __init__(self, manifest: Manifest, index: Index, labels: Labels) -> None:
        """Note which sources have verdicts.

        Args:
            manifest: of the run.
            index: built.
            labels: loaded.
        """
        self._manifest, self._index, self._labels = manifest, index, labels
        self._sheets: OrderedDict[int, Sheet] = OrderedDict()
        self._lock = threading.Lock()
        self._judged: Counter[int] = Counter()
        self._unmarked: set[int] = set()
        """Sources whose number of verdicts the list does not show yet."""
        self._mark([verdict.key[1:3] for verdict in labels.standing.values()])

    def _mark(self, sources: list[tuple[str, str]]) -> None:
        for (uri, sha256), many in Counter(sources).items():
            number = self._index.number_of({"source": {"uri": uri, "sha256": sha256}})
            if number is not None:
                self._judged[number] = many
        self._index.mark_judged(self._judged.items())

    def _recount(self, number: int, more: int) -> None:
        """Count a verdict that is on the disk: that the list cannot be told of it now makes it no failure."""
        self._judged[number] += more
        self._unmarked.add(number)
        try:
            self._index.mark_judged([(one, self._judged[one]) for one in sorted(self._unmarked)])
        except sqlite3.Error as error:
            _LOG.warning("the list shows a verdict later: %s", error)
        else:
            self._unmarked.clear()

    def list(self, query: Mapping[str, str]) -> Row:
        """One page of the list of sources."""
        names = ("text", "role", "rule", "site", "judged", "order")
        wanted = Wanted(**{name: query[name] for name in names if name in query})
        page = _whole_number(query, "page")
        found = self._index.page(wanted, page)
        verdicts = len(self._labels.standing)
        return {"total": found.total, "page": page, "size": PAGE, "sources": found.sources, "verdicts": verdicts}

    def source(self, query: Mapping[str, str]) -> Row:
        """A stretch of one source, with the verdicts on it.

        Raises:
            RefusedError: there is no such source or block.
            DamagedError: the output is another one by now.
            RecordError: its records cannot be laid out.
        """
        number = _whole_number(query, "number")
        with self._lock, self._named(number):
            found = self._find(number)
            if not isinstance(found, Sheet):
                source = found["source"]
                why = f"{found['error']} in {found['stage']}: {found['message'][:MOST_QUERY]}"
                return {"number": number, "uri": source["uri"], "rejected": why, "judged": {}}
            block = _whole_number(query, "block")
            if block and block >= len(found.blocks):
                raise RefusedError(404, f"The source has {len(found.blocks):,} blocks.")
            stretch = found.window(block)
            first = stretch["first"]
            judged = said_of(found, self._labels, first, first + len(stretch["blocks"]))
            told = intern([stretch])
            places = {name: stretch[name] for name in ("first", "back", "total")}  # `intern` leaves out what is 0
            repeated = {story.get("duplicate_of") for story in stretch["stories"]} - {None, ""}
            repeats = {story: self._index.of_story(story) for story in sorted(repeated)}
            more = {"words": told["words"], "judged": judged, "repeats": repeats}
            return {"number": number, **more, **told["sources"][0], **places}

    def judge(self, body: bytes) -> Row:
        """Write down one verdict.

        Raises:
            RefusedError: it is none, or on nothing.
            DiskFault: it cannot be written.
            RecordError: the source's records cannot be laid out.
        """
        try:
            said = parse_said(body)
            with self._lock, self._named(said.source):
                found = self._find(said.source)
                if not isinstance(found, Sheet):
                    raise RefusedError(409, "The source was rejected: there is nothing to judge.")
                verdict = judge(said, found, self._manifest)
                before = len(self._labels.standing)
                self._labels.append(verdict)
                self._recount(said.source, len(self._labels.standing) - before)
        except SaidError as error:
            raise RefusedError(400, f"{error}.") from None
        standing = None if verdict.verdict == "withdraw" else [verdict.verdict, verdict.right]
        return {"judged": standing, "verdicts": len(self._labels.standing), "of": self._judged[said.source]}

    @contextmanager
    def _named(self, number: int) -> Iterator[None]:
        """What goes wrong with a source that is there and can be read lies in its records: say in whose."""
        try:
            yield
        except (RefusedError, SaidError, OSError, sqlite3.Error):
            raise
        except Exception as error:
            remedy = "copydesk check tells more; make the run again"
            raise RecordError(f"{self._index.name_of(number)}: its records cannot be shown ({error!r}); {remedy}") from error

    def _find(self, number: int) -> Sheet | Row:
        if number in self._sheets:
            self._sheets.move_to_end(number)
            return self._sheets[number]
        found = self._index.whole(number)
        if found is None:
            raise RefusedError(404, "There is no such source.")
        if not isinstance(found, Whole):
            return found
        self._sheets[number] = Sheet(found)
        while len(self._sheets) > 1 and sum(sheet.head["characters"] for sheet in self._sheets.values()) > _KEPT_CHARACTERS:
            self._sheets.popitem(last=False)
        return self._sheets[number]


def _whole_number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RefusedError(400, f"{name} is no number.")
    return int(text)


class ViewServer(ThreadingHTTPServer):
    """Listens on loopback; `run` is what it shows, `guard` who may see it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64  # a browser opens some at once, and the library's own 5 would turn the rest away

    def __init__(self, port: int, run: ViewedRun, page: Page) -> None:
        """Listen.

        Args:
            port: 0 for one that is free.
            run: what is shown.
            page: the page.

        Raises:
            OSError: the port is taken.
        """
        super().__init__((ADDRESS, port), _Handler)
        self.run, self.page = run, page
        self.guard = Guard(port=int(self.server_address[1]))
        self.ended = False
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)

    @property
    def address(self) -> str:
        """Where the page is, with the token."""
        return f"http://{ADDRESS}:{self.guard.port}/?token={self.guard.token}"

    def server_close(self) -> None:
        """Listen no more; a connection that is open is told so when it asks again."""
        self.ended = True
        super().server_close()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        """Give a connection a thread, or turn it away where too many have one."""
        if not self._room.acquire(blocking=False):
            with suppress(OSError):
                request.send(TURNED_AWAY)
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except Exception:  # there is no thread that would do it; Ctrl-C may come when there is one, and ends it all
            self._room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        """Serve a connection, and make room for another."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, *_: object) -> None:
        """A browser that hangs up is no event; what fails within an answer is told in it."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: ViewServer
    protocol_version = "HTTP/1.1"
    patience = READING
    connection: socket.socket

    def setup(self) -> None:
        """Read with a deadline."""
        super().setup()
        self.rfile.close()
        self._coming = Unhurried(self.connection, self.patience)
        self.rfile = io.BufferedReader(self._coming)

    def handle_one_request(self) -> None:
        """Take one request, each with a time of its own."""
        self._coming.begin()
        super().handle_one_request()

    def do_GET(self) -> None:
        """Answer a question."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Take a verdict."""
        self._answer(self._post)

    def _get(self, path: str, query: Mapping[str, str]) -> Answer:
        run = self.server.run
        if path == "/":
            self._check(query.get("token", ""))
            return Answer(body=self.server.page.body, type="text/html; charset=utf-8", policy=self.server.page.policy)
        self._check(self.headers.get(TOKEN_HEADER, ""))
        if path == "/sources":
            return _told(run.list(query))
        if path == "/source":
            return _told(run.source(query))
        raise RefusedError(404, "There is no such thing here.")

    def _post(self, path: str, _: Mapping[str, str]) -> Answer:
        self._check(self.headers.get(TOKEN_HEADER, ""))
        if path != "/verdicts":
            raise RefusedError(404, "There is no such thing here.")
        if self.headers.get_content_type() != "application/json":
            raise RefusedError(415, "A verdict is application/json.")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise RefusedError(411, "Say how long the body is.")
        if int(length) > MOST_BODY:
            raise RefusedError(413, f"A verdict has at most {MOST_BODY:,} bytes.")
        return _told(self.server.run.judge(self.rfile.read(int(length))))

    def _check(self, token: str) -> None:
        self.server.guard.check({name.lower(): value for name, value in self.headers.items()}, token)

    def _answer(self, find: Callable[[str, Mapping[str, str]], Answer]) -> None:
        """Find the answer to a request, whatever goes wrong, and send it."""
        try:
            if self.server.ended:
                raise RefusedError(503, _ENDED)  # noqa: TRY301 - told as any other refusal
            answer = find(*_parted(self.path))
        except RefusedError as error:
            answer = _plain(error.status, error.message)
            self.close_connection = True  # a body may not have been read
        except ValueError as error:
            answer = _plain(400, f"No such request: {error}.")
            self.close_connection = True
        except TimeoutError:
            answer = _plain(408, "The request took too long.")
            self.close_connection = True
        except (OSError, sqlite3.Error) as error:
            answer = _plain(500, f"{error}.")
            self.close_connection = True
        except Exception as error:  # noqa: BLE001 - without an answer the page would say that the viewer has ended
            _LOG.exception("a request could not be answered")
            answer = _plain(500, f"{error if isinstance(error, RecordError) else repr(error)}.")
            self.close_connection = True
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.connection.settimeout(SENDING)  # of a whole `sendall`
        self.send_response(answer.status)
        for name, value in (*HEADERS.items(), ("Content-Security-Policy", answer.policy), ("Content-Type", answer.type)):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses: a method that is none of ours, a request that is no HTTP."""
        del explain
        self.close_connection = True
        self._send(_plain(code, f"{message or 'This cannot be answered'}."))

    def version_string(self) -> str:
        """The name alone."""
        return "copydesk"

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the library's signature
        """Say nothing: what was looked at is nobody's business, and the token is in the address."""


def _parted(address: str) -> tuple[str, dict[str, str]]:
    """The path and the query of an address; the path is a word to compare, and no more."""
    if len(address) > MOST_QUERY:
        raise RefusedError(414, "The address is too long.")
    parts = urlsplit(address)
    return parts.path, {name: values[-1] for name, values in parse_qs(parts.query).items()}


def _told(value: Row) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(body=text.encode("utf-8", "backslashreplace"))  # half a pair of surrogates becomes JSON's own escape


def _plain(status: int, message: str) -> Answer:
    return Answer(body=f"{message}\n".encode("utf-8", "replace"), type=_PLAIN, status=status)
