"""`copydesk clean`: standard input, or one file, to standard output, a story record a line.

A file is read as `copydesk run` reads it. Standard input has no name, so its content tells what it holds: a text or a page,
which is one source; or rows, a WARC, something packed, which go to the disk first, because their readers want a file. `--jsonl`
says that it holds rows of JSON, which are then read one by one as they come.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias, cast

from copydesk.pipeline.ending import ended_by_signals
from copydesk.pipeline.idle_names import warn_of_idle_names
from copydesk.pipeline.logs import configure_logging
from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.transforms.shapes import Item, RejectedRecord

if TYPE_CHECKING:
    import argparse

    from copydesk.pipeline.sources import SourceFile
    from copydesk.transforms.rules import Rules
    from copydesk.transforms.settings import Settings

Entries: TypeAlias = Iterator[Item | RejectedRecord]
STDIN: Final = "-"
_OF_ONE: Final = ("format", "url", "title")
"""The options that say something of one source, and of rows nothing."""
_MANY_REJECTED: Final = 3
"""The exit code of a run of which too many sources were rejected."""


def clean(arguments: argparse.Namespace) -> int:
    """Do `copydesk clean`: standard input or a file to standard output, a story record a line.

    Of a text or page that is rejected the exit code is 1. Of rows, each rejected one is told, and the exit code is 3 where
    their share is greater than `run.max_rejected`.
    """
    configure_logging()
    if arguments.jsonl:
        _refuse_of_one(arguments, "with --jsonl")
        if arguments.file != STDIN:
            raise ConfigError(f"--jsonl: speaks of standard input; give it the file: copydesk clean --jsonl < {arguments.file}")
    settings = load_settings(arguments.config, arguments.sets, arguments.preset)
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415 - a wrong configuration is told before anything is loaded

    with ended_by_signals(), ExitStack() as stack:
        entries, rows = _read(arguments, settings, stack)
        rules = load_rules(settings)
        warn_of_idle_names(settings)
        sources, rejected, broken = _tell(entries, rules)
    if arguments.jsonl and 0 < sources == broken:
        print("copydesk: -: no line of it is a row of JSON; without --jsonl it is read for what it holds", file=sys.stderr)
    if not rows:
        return int(rejected > 0)
    return _MANY_REJECTED if rejected > settings.run.max_rejected * sources else 0


def _tell(entries: Entries, rules: Rules) -> tuple[int, int, int]:
    """Print the stories of each source, or why there are none; how many sources there were, rejected ones, and broken rows."""
    from copydesk.pipeline import single  # noqa: PLC0415

    sources = rejected = broken = 0
    for entry in entries:
        sources += 1
        outcome = single.stories_of(entry, rules)
        if isinstance(outcome, RejectedRecord):
            rejected += 1
            broken += outcome.error == "BrokenRow"
            print(f"copydesk: {outcome.source.uri}: {outcome.error} in {outcome.stage}: {outcome.message}", file=sys.stderr)
            continue
        for story in outcome:
            print(single.story_line(story))
    return sources, rejected, broken


# --- what there is to read ----------------------------------------------------------------------------------------------


def _read(arguments: argparse.Namespace, settings: Settings, stack: ExitStack) -> tuple[Entries, bool]:
    """What there is to clean, and whether it is rows."""
    from copydesk.pipeline import single  # noqa: PLC0415 - loads the readers
    from copydesk.pipeline.readers.unnamed import holds_many, no_rows_of_json  # noqa: PLC0415

    told = {"kind": arguments.kind, "site": arguments.site}
    if arguments.file != STDIN:
        return _of_file(single.one_file(arguments.file, **told), arguments, settings)
    stream = sys.stdin.buffer
    if arguments.jsonl:
        first = stream.readline(settings.read.max_bytes + 2)
        if held := no_rows_of_json(first, settings.read):
            raise ConfigError(f"--jsonl: standard input holds {held}, and no rows of JSON; leave --jsonl out")
        return single.rows_of(cast("IO[bytes]", _Begun(first, stream)), settings, **told), True
    payload = stream.read(settings.read.max_bytes + 1)
    if arguments.format is None and holds_many(payload, settings.read):
        return _of_file(_kept(payload, stream, settings, stack, **told), arguments, settings)
    more = {name: getattr(arguments, name) for name in _OF_ONE}
    return iter([single.item_or_record(payload, settings, **told, **more)]), False


def _of_file(file: SourceFile, arguments: argparse.Namespace, settings: Settings) -> tuple[Entries, bool]:
    """The sources of a file, and whether they are rows; of one that is a source itself, with what the call says of it."""
    from copydesk.pipeline.readers.items import read_items  # noqa: PLC0415
    from copydesk.pipeline.readers.unnamed import MANY  # noqa: PLC0415
    from copydesk.pipeline.sources import reader_of  # noqa: PLC0415

    rows = reader_of(file, settings.read.fields) in MANY
    if rows:
        _refuse_of_one(arguments, f"{file.uri} holds many sources, and")
    entries = (entry for _, entry in read_items(file, settings.read) if isinstance(entry, Item | RejectedRecord))
    return (entries if rows else (_told(entry, arguments) for entry in entries)), rows


def _told(entry: Item | RejectedRecord, arguments: argparse.Namespace) -> Item | RejectedRecord:
    """A source with what the call says of it, which comes before what its file says."""
    if isinstance(entry, RejectedRecord):
        return entry
    said = {name: value for name in ("format", "url") if (value := getattr(arguments, name)) is not None}
    title = entry.metadata.title if arguments.title is None else arguments.title
    return replace(entry, source=replace(entry.source, **said), metadata=replace(entry.metadata, title=title))


def _refuse_of_one(arguments: argparse.Namespace, why: str) -> None:
    """Refuse what is said of one source where there are many."""
    if ignored := next((name for name in _OF_ONE if getattr(arguments, name) is not None), None):
        raise ConfigError(f"--{ignored}: {why} each row tells its own; name its field in read.fields instead")


def _kept(payload: bytes, stream: IO[bytes], settings: Settings, stack: ExitStack, **told: Any) -> SourceFile:  # noqa: ANN401
    """Standard input as a file, which goes when `stack` is left: what was read of it, and the rest."""
    from copydesk.pipeline.sources import SourceFile, extension_for  # noqa: PLC0415

    plain = Path(stack.enter_context(TemporaryDirectory(prefix="copydesk-")), "stdin")
    with plain.open("wb") as out:
        out.write(payload)
        shutil.copyfileobj(stream, out)
    path = plain.rename(f"{plain}{extension_for(str(plain), settings.read.fields)}")
    return SourceFile(path=str(path), size=os.path.getsize(path), uri=STDIN, **told)  # noqa: PTH202 - as elsewhere


class _Begun:
    """A stream whose first line was read, line by line as it comes."""

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
        self._first = first
        self._stream = stream

    def readline(self, size: int) -> bytes:
        """The first line again, which was read to no greater size, then the others."""
        line, self._first = self._first, b""
        return line or self._stream.readline(size)
