"""A process that has everything loaded, of which the worker processes of a run and the children that parse HTML are forked.

A fresh interpreter that works takes 2.5 s of CPU time until it does: Beam, the libraries, the rules, the model of languages. A
run with two workers starts four for each of its graphs. Forked of one process that has loaded all that, they are there in
milliseconds and share its memory; and it loads while the command itself does.

A fork inherits the locks of threads that it does not inherit, so the server has no thread, speaks to nobody but over its own
sockets, and never uses gRPC, which may be forked as long as nothing was done with it (grpc, doc/fork_support.md).

A client connects, sends the name of a module, arguments, an environment and open files, and is told the number of the process
in which the module's `main(arguments)` now runs. That process lives until it ends, which the client is told with its return
code, or until the client asks for its end or goes away. All of them end with the process that started the server.
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
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Self

LENGTH_BYTES: Final = 4
MAX_FILES: Final = 4
REQUEST_SECONDS: Final = 10.0  # a client that connects and then asks for nothing must not hold up the others
LEAVING_SECONDS: Final = 0.3  # in which a server leaves by itself; one that still loads sees that it should only after seconds
_PAGE: Final = b"""<html><head><title>The ferry is back</title></head><body><article><h1>The ferry is back</h1>
<p>The ferry came back on Sunday, and two hundred people watched it come in, said the master of the harbour.</p>
</article></body></html>"""
"""A page whose way through the stages loads whatever they load late."""

_servers: list[ForkServer] = []
"""The servers that this process has started for all its children, the innermost last."""


class Forked:
    """A process that the server forked, as its client sees it."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over the connection on which it was asked for."""
        self._connection = connection
        self._answers = connection.makefile("r", encoding="ascii")
        self._code: int | None = None
        self.pid = self._number()

    def wait(self, seconds: float | None = None) -> int | None:
        """The return code, as `subprocess` has it; None where the process still runs after so many seconds.

        Raises:
            OSError: the server is gone.
        """
        if self._code is None:
            self._connection.settimeout(seconds)
            with contextlib.suppress(TimeoutError):  # it still runs: the answer is None
                self._code = self._number()
        return self._code

    def kill(self) -> int:
        """End the process, and tell its return code.

        Raises:
            OSError: the server is gone.
        """
        if self._code is None:
            self._connection.settimeout(None)
            with contextlib.suppress(BrokenPipeError):  # it ended meanwhile
                self._connection.sendall(b"k")
            self._answers = self._connection.makefile("r", encoding="ascii")  # one that ran out of time cannot be read on
        code = self.wait()
        return -signal.SIGKILL if code is None else code

    def close(self) -> None:
        """Leave the process; one that still runs is ended."""
        self._answers.close()
        self._connection.close()

    def _number(self) -> int:
        line = self._answers.readline()
        if not line:
            raise ConnectionError("the server of processes is gone")
        return int(line)


def request(
    address: str, module: str, arguments: Sequence[str] = (), *, env: Mapping[str, str] | None = None, files: Sequence[int] = ()
) -> Forked:
    """Ask a server for a process.

    Args:
        address: `ForkServer.address`.
        module: imported in the new process, where its `main(arguments)` is called.
        arguments: a "{0}" among them becomes the number that the first of `files` has there.
        env: the environment there; None means the server's own.
        files: numbers of open files to hand over.

    Raises:
        OSError: the server is gone.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address)
        body = json.dumps({"module": module, "arguments": list(arguments), "env": env and dict(env)}).encode()
        socket.send_fds(connection, [len(body).to_bytes(LENGTH_BYTES, "big")], list(files))
        connection.sendall(body)
        return Forked(connection)
    except BaseException:
        connection.close()
        raise


class ForkServer:
    """The server, as the process that starts it sees it; a context at whose end it and all that it forked are ended."""

    def __init__(self, *, beam: bool) -> None:
        """Start it; it loads what it needs by itself, and whoever asks meanwhile waits.

        Args:
            beam: it will be asked for Beam's workers, and should load Beam, too.
        """
        self._folder = tempfile.mkdtemp(prefix="copydesk-")
        self.address = str(Path(self._folder) / "server")
        self._life, theirs = socket.socketpair()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, theirs:
            listener.bind(self.address)
            listener.listen(64)
            given = (listener.fileno(), theirs.fileno())
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                # -P: it must not import modules of the folder that it is started in
                [sys.executable, "-P", "-m", __name__, *map(str, given), self._folder, *(["beam"] if beam else [])],
                pass_fds=given,
                stdin=subprocess.DEVNULL,
            )

    def __enter__(self) -> Self:
        """Make it the server of this process's runs."""
        _servers.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        _servers.remove(self)
        self.close()

    def close(self) -> None:
        """End it and all that it forked, and wait for that."""
        self._life.close()
        try:
            self._process.wait(LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def address() -> str | None:
    """Where the innermost server of this process, or the one that it was forked of, is asked; None where there is none."""
    return _servers[-1].address if _servers else _Server.forked_of


# --- the server's own side ----------------------------------------------------------------------------------------------


def load_stages() -> None:
    """What every process needs."""
    import_module("copydesk.pipeline.resources").load_rules()
    import_module("copydesk.pipeline.chain")


def load_beam() -> None:
    """What a worker of Beam needs; Beam warns of extras that are not installed, which the worker's own logging would drop."""
    import_module("copydesk.pipeline.worker").load()


def load_rest() -> None:
    """What the stages load late: parsers, patterns, the model of languages. What cannot be loaded is told where it is used."""
    from copydesk.pipeline.chain import work  # noqa: PLC0415
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415
    from copydesk.transforms.shapes import Format, Item, Source  # noqa: PLC0415

    forms: tuple[tuple[Format, bytes], ...] = (("html", _PAGE), ("txt", b"The ferry is back\n\nIt came on Sunday, they said."))
    for form, payload in forms:
        with contextlib.suppress(Exception):
            work(Item(source=Source(uri=f"a.{form}", sha256="0" * 64, format=form), payload=payload), load_rules())


class _Server:
    """The loop: fork for whoever asks, tell who waits of an end, load the rest where there is time."""

    forked_of: str | None = None
    """In a forked process, the address of its server."""

    def __init__(self, listener: socket.socket, life: socket.socket, address: str) -> None:
        self._listener, self._life, self._address = listener, life, address
        self._clients: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._wakes = socket.socketpair()
        for end in (self._woken, self._wakes):
            end.settimeout(0)
        for readable in (listener, life, self._woken):
            self._selector.register(readable, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; ours ends with its starter

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
                    if work := self._fork():
                        return work
                elif isinstance(source, socket.socket):
                    self._drop(source)

    def _fork(self) -> Callable[[], None] | None:
        client, _ = self._listener.accept()
        client.settimeout(REQUEST_SECONDS)
        try:
            wanted, files = _receive(client)
        except (OSError, ValueError):  # a client that left or spoke nonsense gets no process; it sees its connection close
            client.close()
            return None
        gc.freeze()  # a collection in the child would write to every object that it shares with us
        pid = os.fork()
        if pid == 0:
            self._leave(client)
            return lambda: _become(wanted, files)
        for file in files:
            os.close(file)
        with contextlib.suppress(OSError):  # who asked for it is gone, which is seen next, and ends the new process
            client.sendall(b"%d\n" % pid)
        self._clients[pid] = client
        self._selector.register(client, selectors.EVENT_READ)
        return None

    def _leave(self, client: socket.socket) -> None:
        """In the child: nothing of the server's is left open."""
        _Server.forked_of = self._address
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for end in (client, self._listener, self._life, self._woken, self._wakes, *self._clients.values()):
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


def _receive(client: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """A request, and the files that came with it."""
    start, files, _, _ = socket.recv_fds(client, LENGTH_BYTES, MAX_FILES)
    body = b""
    size = int.from_bytes(start, "big")
    while len(body) < size:
        chunk = client.recv(size - len(body))
        if not chunk:
            raise ConnectionError("the client is gone")
        body += chunk
    wanted: dict[str, Any] = json.loads(body)
    return wanted, files


def _become(wanted: Mapping[str, Any], files: Sequence[int]) -> None:
    """Do what was asked for, as the main program of this process."""
    if wanted["env"] is not None:
        os.environ.clear()
        os.environ.update(wanted["env"])
    import_module(wanted["module"]).main([argument.format(*files) for argument in wanted["arguments"]])


def main(listener: str, life: str, folder: str, *more: str) -> None:
    """The server's process, and then that of everything forked of it."""
    logging.getLogger().addHandler(logging.NullHandler())  # else the first warning sets up a handler for standard error
    sockets = socket.socket(fileno=int(listener)), socket.socket(fileno=int(life))
    server = _Server(*sockets, str(Path(folder) / "server"))
    load_stages()
    if "beam" in more:
        load_beam()
    work = server.serve([load_rest])
    if work is not None:
        work()
    else:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    # Under its own name, which the modules that it forks for ask for the server's address.
    import_module("copydesk.pipeline.forkserver").main(*sys.argv[1:])
