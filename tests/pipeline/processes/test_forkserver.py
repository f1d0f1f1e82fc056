"""Processes are forked of a server: they do what they were asked, tell how they ended, and end with who wanted them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from copydesk.pipeline.processes import forkserver, standin
from tests.pipeline.jobs import environment


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server that finds the stand-ins, and its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
        with forkserver.ForkServer(beam=False) as started:
            yield started.address
            process = psutil.Process(started._process.pid)
        assert not process.is_running()


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    for _ in range(100):
        if not psutil.pid_exists(pid):
            return True
        time.sleep(0.1)
    return False


def test_a_forked_process_tells_its_return_code(server: str) -> None:
    """0 at its end, its own code, the signal that ended it, 1 for an error."""
    for what, code in (("leave 0", 0), ("leave 7", 7), ("signal 11", -11), ("raise", 1)):
        process = forkserver.request(server, "forked", [what])
        assert process.wait(20) == code
        process.close()


def test_files_arguments_and_environment_reach_the_process(server: str) -> None:
    """What it writes to a file that was handed over shows what it was given."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = forkserver.request(server, "forked", ["tell", "{0}"], env={"WHO": "a worker"}, files=[theirs.fileno()])
        assert ours.makefile().read() == f"a worker {process.pid} {server}"
        assert process.wait(20) == 0
        process.close()


def test_a_process_ends_when_asked_and_when_its_client_goes(server: str) -> None:
    """`kill` gives the signal; a closed connection leaves no process behind; the server serves on."""
    first, second = (forkserver.request(server, "forked", ["sleep"]) for _ in range(2))
    assert first.wait(0.1) is None
    assert first.kill() == -9
    first.close()
    assert psutil.pid_exists(second.pid)
    second.close()
    assert gone(second.pid)
    third = forkserver.request(server, "forked", ["leave 0"])
    assert third.wait(20) == 0
    third.close()


def test_a_client_that_says_nothing_holds_nobody_up(server: str) -> None:
    """While one is silent, and then half-way, others are served; it gets its process whenever it has said what it wants."""
    body = json.dumps({"module": "forked", "arguments": ["leave 5"], "env": None}).encode()
    said = len(body).to_bytes(forkserver.LENGTH_BYTES, "big") + body
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(server)
        for part in (b"", said[:2], said[2:20]):
            client.sendall(part)
            process = forkserver.request(server, "forked", ["leave 0"])
            assert process.wait(20) == 0
            process.close()
        client.sendall(said[20:])
        assert client.makefile().read().split()[1] == "5"


@pytest.mark.parametrize("said", [b"", b"\0\0", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\2{]"])
def test_a_client_that_speaks_nonsense_is_left(server: str, said: bytes) -> None:
    """Its connection is closed, and with it the file that it handed over; the next client is served."""
    ours, theirs = socket.socketpair()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client, ours:
        for end in (client, ours):
            end.settimeout(20)
        client.connect(server)
        with theirs:
            if said:
                socket.send_fds(client, [said], [theirs.fileno()])
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
        assert ours.recv(1) == b""
    process = forkserver.request(server, "forked", ["leave 0"])
    assert process.wait(20) == 0
    process.close()


def test_a_stand_in_lives_as_long_as_its_process(server: str) -> None:
    """It ends with its worker, by its code; the worker ends with it."""
    command = [sys.executable, "-I", "-S", standin.__file__, server, "standing"]
    assert subprocess.run(command, env=os.environ | {"DO": "leave 3"}, check=False, timeout=20).returncode == 3
    with subprocess.Popen(command, env=os.environ | {"DO": "pid"}, stdout=subprocess.DEVNULL) as stand_in:
        time.sleep(0.5)
        [worker] = [child for child in psutil.Process().children(recursive=True) if child.ppid() != os.getpid()]
        stand_in.kill()
    assert gone(worker.pid)


@pytest.mark.parametrize("forked", [False, True])
def test_everything_ends_with_the_process_that_started_the_server(tmp_path: Path, forked: bool) -> None:  # noqa: FBT001
    """Its SIGKILL leaves no process and no folder."""
    code = (
        "import os, signal, tempfile\n"
        f"tempfile.tempdir = {str(tmp_path)!r}\n"
        "from copydesk.pipeline.processes import forkserver\n"
        f"server = forkserver.ForkServer(beam=False, forked={forked})\n"
        "process = forkserver.request(server.address, 'forked', ['sleep'])\n"
        "print(process.pid, server._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment(), stdout=subprocess.PIPE, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == -9
    assert all(gone(int(pid)) for pid in done.stdout.split())
    assert list(tmp_path.iterdir()) == []


def test_a_request_to_no_server_is_an_error(tmp_path: Path) -> None:
    """Nobody listens there."""
    with pytest.raises(OSError, match="No such file"):
        forkserver.request(str(tmp_path / "server"), "forked")


FORKED = """
import sys, types
from copydesk.pipeline.processes import forkserver

only_here = types.ModuleType("only_here")
only_here.main = lambda arguments: print(*arguments, sys.path[0] == FIRST, flush=True)
sys.modules["only_here"] = only_here
FIRST = sys.path[0]
with forkserver.ForkServer(beam=False, forked=True) as server:
    process = forkserver.request(server.address, "only_here", ["here"])
    print(process.wait(60), flush=True)
    process.close()
"""


def test_a_command_forks_its_server_with_all_that_it_has_loaded() -> None:
    """What only the command has is in the process that was asked for; the folder that Python would import of is not."""
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, timeout=120, check=True, env=environment())
    assert done.stdout.split() == [b"here", b"False", b"0"]


@pytest.mark.parametrize(
    "before",
    ["import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "sys.platform = 'darwin'"],
)
def test_a_process_with_threads_or_not_of_linux_is_not_forked(before: str) -> None:
    """Its server is an interpreter of its own, which has not what only the command has."""
    other = FORKED.replace("with forkserver", f"{before}\nwith forkserver", 1)
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, timeout=120, check=True, env=environment())
    assert done.stdout.split() == [b"1"]
    assert b"No module named 'only_here'" in done.stderr
