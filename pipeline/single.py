"""One source at a time, without Beam: what `explain` and `clean` read, and the stories that come of it."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, cast

from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.readers.items import read_items, read_lines
from copydesk.pipeline.readers.unnamed import holds_many
from copydesk.pipeline.sources import InputError, SourceFile, find_sources, reader_of, sniff
from copydesk.transforms.errors import BinarySource, SourceError, TooLarge
from copydesk.transforms.shapes import CAPTION_FORMATS, Item, Metadata, RejectedRecord, Skipped, Source, SourceRef

if TYPE_CHECKING:
    from copydesk.transforms.rules import Rules
    from copydesk.transforms.settings import Settings
    from copydesk.transforms.shapes import Document, Format, Kind, Stage, Story

STDIN = "-"
_SNIFF_BYTES = 4_096
_MARKUP = re.compile(rb"\s*<(?:!--|[A-Za-z][A-Za-z0-9-]*[\s>/]).*?(?:</|/>)", re.DOTALL)


def one_item(name: str, settings: Settings, *, kind: Kind | None, site: str | None) -> Item | RejectedRecord:
    """The one source that a user names: a file, or a row of a file of rows as FILE#ID.

    Args:
        name: the path; or the path, "#", and the id or number of a row; or "-" for standard input.
        settings: the configuration.
        kind: what it is, where the user says so.
        site: where it comes from, where the user says so.

    Returns:
        The source as it was read, or the record of why it cannot be.

    Raises:
        ConfigError: no such file or row; or the file holds several sources and none is named.
    """
    if name == STDIN:
        payload = sys.stdin.buffer.read(settings.read.max_bytes + 1)
        if holds_many(payload, settings.read):
            raise ConfigError(f"{STDIN}: standard input holds many sources, or is packed; put it into a file, and name that")
        return item_or_record(payload, settings, kind=kind, site=site)
    path, row = name, ""
    try:
        files = find_sources([name], kind=kind, site=site)
    except InputError as error:
        path, _, row = name.rpartition("#")
        if not path:
            raise ConfigError(str(error)) from None
        files = _files(path, kind, site, error)
    _check_one(name, files, path)
    if row:
        return _row(files[0], row, settings)
    entries = (entry for _, entry in _placed(files[0], settings))
    first = next(entries, None)
    if first is None:
        raise ConfigError(f"{name}: holds nothing that is HTML or text")
    if next(entries, None) is not None:
        raise ConfigError(f"{name}: a file of many sources; name one by its id or number, for example {first.source.uri}")
    return first


def one_file(name: str, *, kind: Kind | None, site: str | None) -> SourceFile:
    """The one file that a user names.

    Raises:
        ConfigError: no such file, or several.
    """
    try:
        files = find_sources([name], kind=kind, site=site)
    except InputError as error:
        raise ConfigError(str(error)) from None
    _check_one(name, files, name)
    return files[0]


def _check_one(name: str, files: Sequence[SourceFile], path: str) -> None:
    if len(files) > 1 or files[0].path != path:
        raise ConfigError(f"{name}: {len(files)} files; name one, for example {files[0].uri}")


def _files(path: str, kind: Kind | None, site: str | None, first: InputError) -> list[SourceFile]:
    try:
        return find_sources([path], kind=kind, site=site)
    except InputError:
        raise ConfigError(str(first)) from None  # what the user wrote, not what we made of it


def _placed(file: SourceFile, settings: Settings) -> Iterator[tuple[int, Item | RejectedRecord]]:
    """What a file holds, each with its position."""
    for position, entry in read_items(file, settings.read):
        if not isinstance(entry, Skipped):
            yield position, entry


def _row(file: SourceFile, row: str, settings: Settings) -> Item | RejectedRecord:
    """The row of that id; else the row of that number: of JSON lines the line's, of anything else counted from 1."""
    numbered: Item | RejectedRecord | None = None
    by_line = reader_of(file, settings.read.fields) == "jsonl"
    for count, (position, entry) in enumerate(_placed(file, settings), 1):
        number = position if by_line else count
        if entry.source.uri == f"{file.uri}#{row}":
            return entry
        if row == str(number):
            numbered = entry
    if numbered is None:
        raise ConfigError(f"{file.uri}: no row {row!r}; give its id, or its number from 1")
    return numbered


def item_of(  # noqa: PLR0913 - each is a fact about the source that only the caller knows
    payload: bytes,
    settings: Settings,
    *,
    uri: str = STDIN,
    format: Format | None = None,  # noqa: A002 - the word of the record
    kind: Kind | None = None,
    url: str | None = None,
    site: str | None = None,
    title: str | None = None,
    charset: str | None = None,
) -> Item:
    """Bytes at hand as an item.

    Args:
        payload: a text or a page.
        settings: the configuration.
        uri: the name that its stories will carry.
        format: "txt", "html" or one of captions; None means that the first bytes tell.
        kind: page, transcript or story; None means that `extract` tells.
        url: where it came from.
        site: the site that it comes from.
        title: what its source says of its title.
        charset: what came with the bytes said of them; "utf-8" for what was a `str`.

    Raises:
        TooLarge: more than `read.max_bytes`.
        BinarySource: it is no text.
    """
    if len(payload) > settings.read.max_bytes:
        raise TooLarge(f"more than {settings.read.max_bytes} bytes; read.max_bytes allows more")
    digest = hashlib.sha256(payload).hexdigest()
    source = Source(uri=uri, sha256=digest, format=format or _format(payload), kind=kind, url=url, site=site)
    return Item(source=source, payload=payload, charset=charset, metadata=Metadata(title=title))


def _format(payload: bytes) -> Format:
    """Text, HTML or captions, by the content; markup may be a part of a page, which begins with any element.

    >>> _format(b"<article><p>One.</p></article>"), _format(b"a < b")
    ('html', 'txt')
    """
    found = sniff(payload[:_SNIFF_BYTES])
    if found is None:
        raise BinarySource("the content is no text; give text, HTML or captions (packed files are read by `copydesk run`)")
    if found in CAPTION_FORMATS:
        return found
    return "html" if found == "html" or _MARKUP.match(payload) else "txt"  # one JSON object is a text here


def item_or_record(payload: bytes, settings: Settings, **told: Any) -> Item | RejectedRecord:  # noqa: ANN401
    """`item_of`, with the record of why not where it raises."""
    try:
        return item_of(payload, settings, **told)
    except SourceError as error:
        return _rejected(told.get("uri", STDIN), hashlib.sha256(payload).hexdigest(), "read", error)


def trace(item: Item, rules: Rules) -> tuple[dict[str, Document], tuple[Stage, SourceError] | None]:
    """What each stage made of a source, by stage; and the stage that refused it with its error, if one did.

    Args:
        item: one source as it was read.
        rules: from `resources.load_rules`.
    """
    from copydesk.pipeline.chain import STAGES  # noqa: PLC0415 - the stages' libraries load here

    steps: dict[str, Document] = {}
    element: Item | Document = item
    for name, function in STAGES.items():
        stage = cast("Stage", name)
        try:
            element = steps[stage] = function(element, rules)
        except SourceError as error:
            return steps, (stage, error)
    return steps, None


def stories_of(entry: Item | RejectedRecord, rules: Rules) -> tuple[Story, ...] | RejectedRecord:
    """The stories of one source, its account checked; or the record of why there are none."""
    from copydesk.transforms.tag.masking import mask_outcome  # noqa: PLC0415 - with its stage

    outcome = _stories_of(entry, rules)
    if not isinstance(outcome, RejectedRecord):
        return outcome
    masked = mask_outcome(outcome, rules)
    assert isinstance(masked, RejectedRecord)  # noqa: S101 - masking changes no type
    return masked


def _stories_of(entry: Item | RejectedRecord, rules: Rules) -> tuple[Story, ...] | RejectedRecord:
    if isinstance(entry, RejectedRecord):
        return entry
    from copydesk.transforms.write import check_account  # noqa: PLC0415

    ref = entry.source
    steps, refusal = trace(entry, rules)
    if refusal:
        return _rejected(ref.uri, ref.sha256, *refusal)
    try:
        check_account(steps["tag"])
    except SourceError as error:
        return _rejected(ref.uri, ref.sha256, "write", error)
    return steps["tag"].stories


def story_line(story: Story) -> str:
    """A story as its record, one line of JSON without its end."""
    from copydesk.transforms.write.records import to_plain  # noqa: PLC0415

    return json.dumps(to_plain(story), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _rejected(uri: str, sha256: str, stage: Stage, error: SourceError) -> RejectedRecord:
    ref = SourceRef(uri=uri, sha256=sha256)
    return RejectedRecord(source=ref, stage=stage, error=type(error).__name__, message=str(error))


def rows_of(stream: IO[bytes], settings: Settings, *, kind: Kind | None, site: str | None) -> Iterator[Item | RejectedRecord]:
    """The rows of JSON lines from an open stream, each an item or the record of why it is none."""
    file = SourceFile(path=STDIN, size=0, uri=STDIN, kind=kind, site=site)
    for _, entry in read_lines(file, stream, settings.read):
        if not isinstance(entry, Skipped):
            yield entry
