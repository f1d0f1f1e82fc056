"""What Beam's local runner starts in place of a worker process: it asks the server of processes for one, and lives as long.

Run as a script, without site packages, so that it is there in 20 ms. Its arguments: the server's address, the worker's module.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys


def main(address: str, module: str) -> int:
    """Have a worker forked with this process's environment; its return code, which the runner and the watch look at."""
    for number in (signal.SIGINT, signal.SIGHUP):  # they reach every process of a terminal; the launcher ends this one
        signal.signal(number, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        body = json.dumps({"module": module, "arguments": [], "env": dict(os.environ)}).encode()
        connection.sendall(len(body).to_bytes(4, "big") + body)
        answers = connection.makefile("r").read().split()
    return abs(int(answers[1])) if len(answers) > 1 else 1  # the server is gone, and the worker with it


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
