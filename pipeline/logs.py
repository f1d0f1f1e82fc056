"""Logs go to standard error: for people by default, as JSON lines for machines. Standard output is for results."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, TextIO

_NAME: Final = "copydesk"
_FIELDS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
"""What every record carries; anything else came with `extra=` and is the caller's own."""


RAISED: Final = (
    "apache_beam.runners.common", "apache_beam.runners.worker", "apache_beam.runners.portability.local_job_service",
    "apache_beam.runners.portability.fn_api_runner", "grpc",
)  # fmt: skip
"""The loggers through which Beam's local runner, and its connections to workers, tell of errors that are raised as well."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, the `extra` fields, and the error, if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record; line breaks inside are escaped, so that a record stays one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{key: value for key, value in record.__dict__.items() if key not in _FIELDS},
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """For people: the message; its level only where it is a warning or worse."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record, and the traceback of its error below it."""
        level = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        text = f"{_NAME}: {level}{record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def worth_telling(record: logging.LogRecord) -> bool:
    """Whether a record is for a user, which some of Beam's are not.

    As they are imported its modules warn, through the root logger, of every extra that is not installed; and the local
    runner warns that several workers want another running mode than the one by which it would start workers of its own.
    What goes wrong in a graph it tells with a traceback of a hundred lines a worker, and then raises, to be told by us.
    """
    if record.levelno == logging.ERROR and record.name.startswith(RAISED):
        return False
    if record.levelno > logging.WARNING:
        return True
    at_import = record.name == "root" and "apache_beam" in record.pathname
    return not at_import and "direct_running_mode" not in record.getMessage()


def configure_logging(log_format: str = "text", *, quiet: bool = False) -> None:
    """Send this process's logs to standard error.

    Beam's own loggers speak from WARNING on: at INFO they tell of every stage of every bundle.

    Args:
        log_format: "text" or "json".
        quiet: only warnings and errors of our own, too.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    handler.addFilter(worth_telling)
    root = logging.getLogger()
    for old in list(root.handlers):
        if getattr(old, "_copydesk", False):
            root.removeHandler(old)
    handler._copydesk = True  # type: ignore[attr-defined]  # noqa: SLF001 - so that a second call replaces it
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_NAME).setLevel(logging.WARNING if quiet else logging.INFO)
    logging.getLogger("apache_beam").setLevel(logging.WARNING)


@contextmanager
def logging_to(stream: TextIO) -> Iterator[None]:
    """Let our logs go to another stream than standard error, while something is drawn there that they must not run into."""
    ours = [handler for handler in logging.getLogger().handlers if getattr(handler, "_copydesk", False)]
    heard = [handler for handler in ours if isinstance(handler, logging.StreamHandler) and not handler.stream.closed]
    streams = [(handler, handler.setStream(stream)) for handler in heard]
    try:
        yield
    finally:
        for handler, before in streams:
            handler.setStream(before)
