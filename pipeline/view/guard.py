"""Who may ask: whoever has the token, from a page of this server, by the name that it was given.

Other pages in the same browser can send requests to any address. They do not have the token; they cannot read the answers; and
what they send says that it is theirs: in `Origin`, in `Sec-Fetch-Site`, or, where a name of theirs was bent to this machine's
address (DNS rebinding), in `Host`. Each of these alone is refused.

The token stands in the address of the page and, in every request of the page, in a header. It is no cookie: those know no
ports, so that the browser would show it to any other server on this machine, too.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

TOKEN_HEADER: Final = "X-Copydesk-Token"  # noqa: S105 - the name of the header
_TOKEN_BYTES: Final = 32
"""256 bits: nobody finds them by trying."""
HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Of every answer."""


class RefusedError(Exception):
    """A request that is not answered; its status and what to say."""

    def __init__(self, status: int, message: str) -> None:
        """Keep both.

        Args:
            status: of HTTP.
            message: a sentence for the one who asked.
        """
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What every request is held against."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_TOKEN_BYTES), repr=False)

    def check(self, headers: Mapping[str, str], token: str) -> None:
        """Let a request pass.

        Args:
            headers: of the request, their names in small letters.
            token: that came with it, or "".

        Raises:
            RefusedError: it does not come from the page of this server, or has not the token.
        """
        names = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if headers.get("host") not in names:
            raise RefusedError(403, "This server answers to 127.0.0.1 and localhost only.")
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in names:
            raise RefusedError(403, "Pages of other origins are not answered.")
        followed = headers.get("sec-fetch-mode") == "navigate"  # a link with the token may stand anywhere
        if not followed and headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            raise RefusedError(403, "Pages of other sites are not answered.")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise RefusedError(403, "The token is missing or wrong: open the address that copydesk view printed.")
