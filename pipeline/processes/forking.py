"""The server's own side of `forkserver`: a loop that forks for whoever asks, and what it loads before and between.

It is started as an interpreter of its own (`main`), or in a fork of the command (`serve_here`). It has no thread.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import selectors
import shutil
import signal
import socket
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

from copydesk.pipeline.processes import forkserver
from copydesk.pipeline.processes.lean import unused_missing
from copydesk.transforms.collection import collect_seldom, no_collection

MAX_FILES: Final = 4
MAX_BYTES: Final = 16_000_000
"""Of a request: an environment has 2 MB at most on Linux, and what JSON escapes of it takes six bytes for one or two."""
_PAGE: Final = b"""<html><head><title>The ferry is back</title></head><body><article><h1>The ferry is back</h1>
<p>The ferry came back on Sunday, and two hundred people watched it come in, said the master of the harbour.</p>
</article></body></html>"""
"""A page whose way through the stages loads whatever they load late."""


def load_stages() -> None:
    """What every process needs."""
    import_module("copydesk.pipeline.resources").load_rules()
    import_module("copydesk.pipeline.chain")


def load_beam() -> None:
    """What a worker of Beam needs; Beam warns of extras that are not installed, which the worker's own logging would drop."""
    import_module("copydesk.pipeline.processes.worker").load()


def load_rest() -> None:
    """What the stages load late: parsers, patterns, the model of languages. What cannot be loaded is told where it is used."""
    from copydesk.pipeline.chain import work  # noqa: PLC0415
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415
    from copydesk.transforms.shapes import Format, Item, Source  # noqa: PLC0415

    forms: tuple[tuple[Format, bytes], ...] = (("html", _PAGE), ("txt", b"The ferry is back\n\nIt came on Sunday, they said."))
    for form, payload in forms:
        with contextlib.suppress(Exception), no_collection():
            work(Item(source=Source(uri=f"a.{form}", sha256="0" * 64, format=form), payload=payload), load_rules())


class _Request:
    """What a client has said so far. Nobody waits for the rest of it: it is read as it comes."""

    def __init__(self, client: socket.socket) -> None:
        client.settimeout(0)
        self._client = client
        self._said = bytearray()
        self.files: list[int] = []
        """Those that came with it."""

    def read(self) -> dict[str, Any] | None:
        """Read on; the request, as soon as it is whole.

        Raises:
            OSError, ValueError: the client left, or speaks nonsense.
        """
        size = self._size()
        chunk, files, _, _ = socket.recv_fds(self._client, size - len(self._said), MAX_FILES - len(self.files))
        self._said += chunk
        self.files += files
        if not chunk:
            raise ConnectionError("the client is gone")
        if len(self._said) < self._size():
            return None
        wanted: dict[str, Any] = json.loads(self._said[forkserver.LENGTH_BYTES :])
        return wanted

    def close(self) -> None:
        """Close the files that came with it, which a process that was forked meanwhile has as its own."""
        for file in self.files:
            os.close(file)

    def _size(self) -> int:
        """Bytes up to which is to be read: of the length, and once that is known, of the whole."""
        if len(self._said) < forkserver.LENGTH_BYTES:
            return forkserver.LENGTH_BYTES
        size = int.from_bytes(self._said[: forkserver.LENGTH_BYTES], "big")
        if not 0 < size <= MAX_BYTES:
            raise ValueError(f"a request of {size} bytes")
        return forkserver.LENGTH_BYTES + size


class _Server:
    """The loop: fork for whoever asks, tell who waits of an end, load the rest where there is time."""

    def __init__(self, listener: socket.socket, life: socket.socket, address: str) -> None:
        self._listener, self._life, self._address = listener, life, address
        self._asking: dict[socket.socket, _Request] = {}
        self._clients: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._wakes = socket.socketpair()
        for end in (self._woken, self._wakes):
            end.settimeout(0)
        for readable in (listener, life, self._woken):
            self._selector.register(readable, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGHUP):  # they reach every process of a terminal; ours ends with its starter
            signal.signal(number, signal.SIG_IGN)

    def serve(self, later: Sequence[Callable[[], None]]) -> Callable[[], None] | None:
        """Serve until the starter is gone; in a forked process, return what that one has to do."""
        waiting = deque(later)
        while True:
            ready = [key.fileobj for key, _ in self._selector.select(0 if waiting else None)]
            if not ready:
                waiting.popleft()()
            for source in ready:
                if source is self._life:
                    self._end()
                    return None
                if source is self._woken:
                    self._woken.recv(4096)
                    self._reap()
                elif source is self._listener:
                    self._accept()
                elif isinstance(source, socket.socket):
                    if request := self._asking.get(source):
                        if work := self._hear(source, request):
                            return work
                    else:
                        self._drop(source)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        self._asking[client] = _Request(client)
        self._selector.register(client, selectors.EVENT_READ)

    def _hear(self, client: socket.socket, request: _Request) -> Callable[[], None] | None:
        """Read on what a client asks for, and do it once that is known; in the forked process, return what is to be done."""
        try:
            wanted = request.read()
        except (OSError, ValueError):  # a client that left or spoke nonsense gets no process; it sees its connection close
            del self._asking[client]
            self._selector.unregister(client)
            client.close()
            request.close()
            return None
        if wanted is None:
            return None
        del self._asking[client]
        return self._fork(client, wanted, request)

    def _fork(self, client: socket.socket, wanted: Mapping[str, Any], request: _Request) -> Callable[[], None] | None:
        gc.freeze()  # a collection in the child would write to every object that it shares with us
        pid = os.fork()
        if pid == 0:
            self._leave(client)
            collect_seldom()
            return lambda: _become(wanted, request.files)
        request.close()
        with contextlib.suppress(OSError):  # who asked for it is gone, which is seen next, and ends the new process
            client.sendall(b"%d\n" % pid)
        self._clients[pid] = client
        return None

    def _leave(self, client: socket.socket) -> None:
        """In the child: nothing of the server's is left open."""
        forkserver.forked_of(self._address)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for request in self._asking.values():
            request.close()
        for end in (client, self._listener, self._life, self._woken, self._wakes, *self._asking, *self._clients.values()):
            end.close()

    def _drop(self, client: socket.socket) -> None:
        """A client asks for the end of its process, or is gone, or was told of the end a moment ago."""
        if client.fileno() < 0:
            return
        self._selector.unregister(client)
        for pid, other in self._clients.items():
            if other is client:
                os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still its own

    def _reap(self) -> None:
        for pid, code in _ended():
            client = self._clients.pop(pid, None)
            if client is None:
                continue
            with contextlib.suppress(OSError):  # who asked for it is gone, and waits for no code
                client.sendall(b"%d\n" % code)
            with contextlib.suppress(KeyError):  # dropped before its process ended
                self._selector.unregister(client)
            client.close()

    def _end(self) -> None:
        """The starter is gone: so is all that was forked for it."""
        for pid in self._clients:
            os.kill(pid, signal.SIGKILL)
        for pid in self._clients:
            with contextlib.suppress(ChildProcessError):  # waited for already
                os.waitpid(pid, 0)


def _ended() -> Iterator[tuple[int, int]]:
    """The children that have ended, with their return codes."""
    with contextlib.suppress(ChildProcessError):  # there are none left
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            yield pid, os.waitstatus_to_exitcode(status)


def _become(wanted: Mapping[str, Any], files: Sequence[int]) -> None:
    """Do what was asked for, as the main program of this process."""
    if wanted["env"] is not None:
        os.environ.clear()
        os.environ.update(wanted["env"])
    numbers = {f"{{{place}}}": str(number) for place, number in enumerate(files)}
    import_module(wanted["module"]).main([numbers.get(argument, argument) for argument in wanted["arguments"]])


def _finish(work: Callable[[], None]) -> NoReturn:
    """Do some work as the last that this process does, and leave with the code that an interpreter would leave with.

    At once: an interpreter that tidies up frees all that it shares with the server, which copies it first, 150 MB of it.
    """
    code = 0
    try:
        work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as an interpreter does
        traceback.print_exc()
        code = 1
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def _serve(listener: socket.socket, life: socket.socket, folder: str, *, beam: bool) -> None:
    """Be the server, and then whatever is forked of it."""
    server = _Server(listener, life, str(Path(folder) / "server"))
    with no_collection(), unused_missing():
        load_stages()
        if beam:
            load_beam()
    work = server.serve([load_rest])
    if work is not None:
        _finish(work)
    shutil.rmtree(folder, ignore_errors=True)


def serve_here(listener: socket.socket, life: socket.socket, starters: socket.socket, folder: str, beam: bool) -> NoReturn:  # noqa: FBT001 - the arguments of a process
    """Be the server in a fork of the command: nothing of the command's own is kept but what it has loaded."""
    starters.close()  # the end by which the command's end is seen
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:  # the command's own handler tidies up what is the command's
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # at once, as the server does
    if not sys.flags.safe_path:
        del sys.path[:1]  # as -P does: no modules of the folder that the command is called in
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    for name in ("copydesk", "apache_beam"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    _finish(lambda: _serve(listener, life, folder, beam=beam))


def main(listener: str, life: str, folder: str, *more: str) -> None:
    """The server's process, and then that of everything forked of it, where it is an interpreter of its own."""
    logging.getLogger().addHandler(logging.NullHandler())  # else the first warning sets up a handler for standard error
    _serve(socket.socket(fileno=int(listener)), socket.socket(fileno=int(life)), folder, beam="beam" in more)


if __name__ == "__main__":
    # Under its own name, as in a process that is forked here of the command.
    import_module("copydesk.pipeline.processes.forking").main(*sys.argv[1:])
