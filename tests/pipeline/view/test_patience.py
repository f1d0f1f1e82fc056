"""Connections that say little or nothing: they are few, and they end."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from copydesk.pipeline.view import server
from copydesk.pipeline.view.patience import Unhurried
from tests.pipeline.view.served import Client, served

TRIES = 600
"""Of a twentieth of a second each: half a minute, which a busy machine does not need."""


@pytest.mark.parametrize("start", ["GET / HTTP/1.1\r\nX: ", "POST /verdicts HTTP/1.1\r\nContent-Length: 9999\r\n{own}\r\n"])
def test_a_byte_now_and_then_keeps_no_connection(client: Client, start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that is not whole in its time ends, in its head and in its body, though bytes go on coming."""
    monkeypatch.setattr(server._Handler, "patience", 0.3)
    own = f"Host: 127.0.0.1:{client.port}\r\nX-Copydesk-Token: {client.token}\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", client.port), timeout=0.05) as slow:
        slow.sendall(start.format(own=own).encode())
        for _ in range(TRIES):
            try:
                slow.sendall(b"a")
                if not slow.recv(1 << 16):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("the connection is still open")


def test_each_request_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline stands while bytes come, and moves with the next request."""
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    here, there = socket.socketpair()
    with here, there:
        coming = Unhurried(here, 10)
        there.sendall(b"abc")
        clock[0] = 9.0
        assert coming.read(1) == b"a"
        clock[0] = 11.0
        with pytest.raises(TimeoutError):
            coming.read(1)
        coming.begin()
        assert coming.read(1) == b"b"


def test_too_many_connections_are_turned_away(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one is told so, and has no thread; when they end there is room again."""
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)
    with served(output, tmp_path / "l.jsonl") as client:
        idle = [socket.create_connection(("127.0.0.1", client.port), timeout=30) for _ in range(2)]
        with socket.create_connection(("127.0.0.1", client.port), timeout=30) as third:
            told = third.recv(1 << 16)
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"Too many connections" in told
        for one in idle:
            one.close()
        for _ in range(TRIES):
            with suppress(OSError, HTTPException):
                if client.ask("/sources").status == 200:
                    break
            time.sleep(0.05)
        else:
            pytest.fail("there is no room again")
