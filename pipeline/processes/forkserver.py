"""A process that has everything loaded, of which the worker processes of a run and the children that parse HTML are forked.

A fresh interpreter that works takes 2.5 s of CPU time until it does: Beam, the libraries, the rules, the model of languages. A
run with two workers starts four for each of its graphs. Forked of one process that has loaded all that, they are there in
milliseconds and share its memory. The server itself is forked of the command, which needs most of that, too, and goes on while
the server loads the rest; in a process that is not the command's own it is an interpreter of its own, as on every system but
Linux: libraries of macOS may not be used on after a fork of a process that has loaded them (CPython issue 77906).

A fork inherits the locks of threads that it does not inherit, so the server has no thread, speaks to nobody but over its own
sockets, and never uses gRPC, which may be forked as long as nothing was done with it (grpc, doc/fork_support.md).

A client connects, sends the name of a module, arguments, an environment and open files, and is told the number of the process
in which the module's `main(arguments)` now runs. That process lives until it ends, which the client is told with its return
code, or until the client asks for its end or goes away. All of them end with the process that started the server.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Final, Self

LENGTH_BYTES: Final = 4
SERVER: Final = "copydesk.pipeline.processes.forking"
"""The module that is the server's own side."""
LEAVING_SECONDS: Final = 0.3  # in which a server leaves by itself; one that still loads sees that it should only after seconds
_addresses: list[str] = []
"""The servers that processes are asked of here, the innermost last: in a forked process that which it was forked of."""


MOST_BYTES: Final = 90
"""Of a folder's path for the address of a socket to be put into it: macOS takes 103 bytes in all, Linux 107."""


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
            try:
                self._code = self._number()
            except TimeoutError:  # it still runs
                self._answers = self._connection.makefile("r", encoding="ascii")  # one that ran out of time cannot be read on
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


class _Fork(ForkProcess):
    """A fork of this process that is waited for as `subprocess` waits."""

    def wait(self, timeout: float | None = None) -> int | None:
        """The return code; `TimeoutExpired` where it runs for longer than so many seconds."""
        self.join(timeout)
        if self.is_alive():
            raise subprocess.TimeoutExpired(self.name, timeout or 0.0)
        return self.exitcode


class ForkServer:
    """The server, as the process that starts it sees it; a context at whose end it and all that it forked are ended."""

    def __init__(self, *, beam: bool, forked: bool = False) -> None:
        """Start it; it loads what it needs by itself, and whoever asks meanwhile waits.

        Args:
            beam: it will be asked for Beam's workers, and should load Beam, too.
            forked: fork it of this process, with all that it has loaded, on Linux, unless there are other threads, whose locks
                would be inherited. Nothing may have been done with gRPC yet, so the process must be the command's own.
        """
        self._folder = tempfile.mkdtemp(prefix="copydesk-")
        if len(os.fsencode(self._folder)) > MOST_BYTES:
            Path(self._folder).rmdir()
            self._folder = tempfile.mkdtemp(prefix="copydesk-", dir="/tmp")
        self.address = str(Path(self._folder) / "server")
        self._life, theirs = socket.socketpair()
        self._process: subprocess.Popen[bytes] | _Fork
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, theirs:
            listener.bind(self.address)
            listener.listen(64)
            if forked and sys.platform == "linux" and threading.active_count() == 1:
                from copydesk.pipeline.processes import forking  # noqa: PLC0415 - what an interpreter of its own runs, imported here

                self._process = _Fork(target=forking.serve_here, args=(listener, theirs, self._life, self._folder, beam))
                self._process.start()
                return
            given = (listener.fileno(), theirs.fileno())
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                # -P: it must not import modules of the folder that it is started in
                [sys.executable, "-P", "-m", SERVER, *map(str, given), self._folder, *(["beam"] if beam else [])],
                pass_fds=given,
                stdin=subprocess.DEVNULL,
            )

    def __enter__(self) -> Self:
        """Make it the server of this process's runs."""
        _addresses.append(self.address)
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        _addresses.remove(self.address)
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
    return _addresses[-1] if _addresses else None


def forked_of(address_: str) -> None:
    """Take note, in a process that a server has just forked, of what server that is."""
    _addresses[:] = [address_]
