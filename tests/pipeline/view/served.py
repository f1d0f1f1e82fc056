"""A real server on loopback, in a thread, and a client that says what it is told to."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from copydesk.pipeline.reading import read_manifest
from copydesk.pipeline.view.command import serving
from copydesk.pipeline.view.guard import TOKEN_HEADER
from copydesk.pipeline.view.labels import Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Talks to one server; headers may be changed, None leaving one out."""

    port: int
    token: str
    address: str
    labels: str

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str | None) -> Reply:
        """Send a request with the token."""
        sent = {TOKEN_HEADER: self.token, "Host": f"127.0.0.1:{self.port}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if body is not None and "Content-Length" not in sent:
            sent["Content-Length"] = str(len(body))
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        reply = Reply(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
        connection.close()
        return reply

    def page(self, **query: str) -> Any:
        """One page of the list."""
        return self.ask(f"/sources?{urlencode(query)}").data

    def source(self, number: int, block: int = 0) -> Any:
        """A stretch of a source."""
        return self.ask(f"/source?number={number}&block={block}").data

    def number(self, name: str) -> int:
        """The number of the source of that name."""
        return int(next(one["number"] for one in self.page(text=name)["sources"] if one["uri"].endswith(name)))

    def judge(self, **said: Any) -> Reply:
        """Say something."""
        return self.ask("/verdicts", method="POST", body=json.dumps(said).encode(), Content_Type="application/json")


@contextmanager
def served(output: Path, labels: Path) -> Iterator[Client]:
    """A server of an output, which is gone at the end."""
    kept = Labels(str(labels))
    kept.load()
    with serving(read_manifest(str(output)), kept) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Client(port=server.guard.port, token=server.guard.token, address=server.address, labels=str(labels))
        finally:
            server.shutdown()
            thread.join()
