"""The shapes as plain dictionaries, keys in the order of the dataclasses' fields.

`dataclasses.asdict` copies deeply and takes 1.5 ms a story of 60 paragraphs; this takes a tenth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, Final

from copydesk.transforms.shapes import (
    Document,
    DocumentRecord,
    Fingerprint,
    Outcome,
    Paragraph,
    RejectedRecord,
    Removed,
    Same,
    Skipped,
    SourceRef,
    Story,
)
from copydesk.transforms.tag.fingerprints import fingerprint_story
from copydesk.transforms.write.account import check_account

DUPLICATE: Final = "duplicate"
"""The rule of removed records that were a story which repeats another."""
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_FIELDS: Final[dict[type[Any], tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All that one source gives to the output."""

    documents: tuple[dict[str, Any], ...] = ()
    stories: tuple[dict[str, Any], ...] = ()
    removed: tuple[dict[str, Any], ...] = ()
    rejected: tuple[dict[str, Any], ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    """One for each story; they are not published, but compared."""
    drops: tuple[dict[str, Any], ...] = ()
    """Where duplicates are to be dropped, one for each story: its id, and what its spans are as removed records."""
    skipped: Mapping[str, int] = field(default_factory=dict)
    """How many items were passed over, by reason; they have no record."""


def _fields(shape: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of a dataclass's fields, in their order, and what reads them all; every shape has two fields or more."""
    if shape not in _FIELDS:
        names = tuple(field.name for field in fields(shape))
        _FIELDS[shape] = names, attrgetter(*names)
    return _FIELDS[shape]


def to_plain(value: Any) -> Any:  # noqa: ANN401 - any value that a record can hold
    """A dataclass as a dictionary, a tuple as a list, all the way down; a paragraph's empty speaker and time are left out.

    >>> to_plain(SourceRef(uri="a.txt", sha256=None))
    {'uri': 'a.txt', 'sha256': None}
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return [part if type(part) in _PLAIN else to_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {key: to_plain(part) for key, part in value.items()}
    names, read = _fields(kind)
    row = {
        name: part if type(part) in _PLAIN else to_plain(part) for name, part in zip(names, read(value), strict=True)
    }  # fmt: skip
    if kind is Paragraph:
        for optional in ("speaker", "time"):
            if row[optional] is None:
                del row[optional]
    return row


def write_records(outcome: Outcome, *, drops: bool = False) -> Records:
    """The records of one source: of a document, its account checked first; of a rejected or a repeated source.

    Args:
        outcome: what came of the source.
        drops: say of each story what it is as removed records, too.

    Raises:
        AccountError: a character is in no story and no removed record, or in two; nothing of the document is written.
    """
    if isinstance(outcome, RejectedRecord):
        return Records(rejected=(to_plain(outcome),))
    if isinstance(outcome, Same):
        return Records(documents=(to_plain(_same_record(outcome)),))
    if isinstance(outcome, Skipped):
        return Records(skipped=outcome.reasons)
    check_account(outcome)
    ref = to_plain(SourceRef(uri=outcome.source.uri, sha256=outcome.source.sha256))
    return Records(
        documents=(to_plain(_document_record(outcome)),),
        stories=tuple(to_plain(story) for story in outcome.stories),
        removed=tuple({"source": ref, **to_plain(part)} for part in outcome.removed),
        fingerprints=tuple(fingerprint_story(story) for story in outcome.stories),
        drops=tuple(_drop(outcome, story, ref) for story in outcome.stories) if drops else (),
    )


def _drop(document: Document, story: Story, ref: Mapping[str, Any]) -> dict[str, Any]:
    """A story as removed records, should it turn out to repeat another; spans with only white space between them are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(story.spans):
        if joined and not document.text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    parts = (
        Removed(start=start, end=end, text=document.text[start:end], role="body", rule=DUPLICATE, evidence="")
        for start, end in joined
    )
    return {"story": story.id, "removed": [{"source": ref, **to_plain(part)} for part in parts]}


def _document_record(document: Document) -> DocumentRecord:
    return DocumentRecord(
        source=document.source,
        charset=document.charset,
        language_hint=document.language_hint,
        characters=len(document.text),
        solid=document.solid,
        text_sha256=_digest(document.text),
        changes=document.changes,
        stories=tuple(story.id for story in document.stories),
        removed=len(document.removed),
    )


def _same_record(same: Same) -> DocumentRecord:
    """The document record of a source whose bytes equal an earlier one's: it was not decoded, so it has no text."""
    return DocumentRecord(
        source=same.source,
        charset="",
        language_hint=None,
        characters=0,
        solid=0,
        text_sha256=_digest(""),
        changes=(),
        stories=(),
        removed=0,
        same_as=same.same_as,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
