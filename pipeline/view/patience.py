"""How long, and for how many at once, the server waits: who opens connections and says little takes no place for good."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_CONNECTIONS: Final = 64
"""At once, each with a thread: a browser opens six to a server, so this is ten of them."""
READING: Final = 30.0
"""Seconds in which a request has to be there whole, counted from the end of the one before it on its connection."""
SENDING: Final = 120.0
"""Seconds in which an answer has to be taken: 4 MB at 300 kbit/s, which a tunnel to a remote machine may have."""
TURNED_AWAY: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"Too many connections are open: close other pages of this viewer, and try again.\n"
)


class Unhurried(io.RawIOBase):
    """What comes on a connection, until a deadline.

    The timeout of a socket begins anew with each byte, so that one byte each half minute would keep a connection for ever.
    """

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        """Wait from now on.

        Args:
            connection: that is read.
            seconds: that one request may take.
        """
        self._connection, self._seconds = connection, seconds
        self.begin()

    def begin(self) -> None:
        """Another request is waited for."""
        self._until = time.monotonic() + self._seconds

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What has come.

        Raises:
            TimeoutError: nothing did before the deadline.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request took too long")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)
