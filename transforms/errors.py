"""Why a source could not be processed. Each becomes a rejected record: the class is its `error`, the text its `message`."""

from __future__ import annotations

import errno
from typing import Final

from copydesk.transforms.cells import RuleError


class SourceError(ValueError):
    """A source that cannot be processed; the message says what was wrong and what would help."""


MACHINE_ERRORS: Final = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE,
})  # fmt: skip
"""A full or broken disk, no file descriptor or memory left: what no source can bring about."""


def is_machines(error: BaseException) -> bool:
    """Whether an error is the machine's or the installation's fault, which many sources would meet: none is rejected for it.

    >>> is_machines(OSError(28, "No space left on device")), is_machines(OSError("no such table"))
    (True, False)
    >>> is_machines(RuleError("phrases/de.toml: no TOML"))
    True
    """
    return isinstance(error, RuleError) or (isinstance(error, OSError) and error.errno in MACHINE_ERRORS)


class EmptySource(SourceError):  # noqa: N818 - the name is the record's `error`, and says what the source is
    """Nothing but white space."""


class BinarySource(SourceError):  # noqa: N818
    """Bytes that are no text."""


class TooLarge(SourceError):  # noqa: N818
    """More than the configuration allows for one source."""


class NoCaptions(SourceError):  # noqa: N818
    """A file under the name of a caption format in which no captions can be found."""


class AccountError(SourceError):
    """A defect of Copydesk: a character was in no story and in no removed record, or in two."""
