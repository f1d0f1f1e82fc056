"""Why a source could not be processed. Each becomes a rejected record: the class is its `error`, the text its `message`."""

from __future__ import annotations


class SourceError(ValueError):
    """A source that cannot be processed; the message says what was wrong and what would help."""


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
