"""What people said of a run, as a file: JSON lines, one a verdict, added at the end; the later of two on one span stands.

A verdict is whole by itself: it names the source by uri and content, the span in the decoded source, the words that stand
there, what the run said and what is right. So a labels file outlives the output that it was made on, those of several people
can be put one behind another, and `copydesk labels` makes of it, without anything else, what training, lexicons and rules take.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from copydesk.pipeline import files
from copydesk.pipeline.faults import writing
from copydesk.pipeline.options import ConfigError
from copydesk.pipeline.output.jsonl import to_line
from copydesk.pipeline.reading import first_fault
from copydesk.transforms.shapes import ROLES, Kind, Role
from copydesk.transforms.write.records import to_plain

LABELS: Final = ".labels.jsonl"
"""What the name of a labels file ends in where none is given."""

Subject = Literal["role", "change", "page"]
"""The role of a block; a repair; or all blocks of a page of which nothing else was said."""
Judgement = Literal["accept", "reject", "withdraw"]
PageBlock: TypeAlias = tuple[int, int, Role, int | None, str]
"""A block of a whole page: its span, its role, the number of its story, its text."""
Key: TypeAlias = tuple[str, str, str, int, int, str, int]
_LANGUAGE: Final = re.compile(r"(?:[A-Za-z]{2,8}|[IXix])(?:-[A-Za-z0-9]{1,8})*")
"""The shape of a BCP 47 tag (RFC 5646, 2.1): subtags of up to eight letters and digits, the first of letters."""


class LabelsError(ConfigError):
    """A labels file that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSource:
    """The source that a verdict is on.

    Raises:
        ValueError: the language is none: files are named after it, so that no path may stand there.
    """

    uri: str
    sha256: str
    site: str | None
    kind: Kind | None
    language: str | None

    def __post_init__(self) -> None:
        if self.language is not None and not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f'language: {self.language!r} is no BCP 47 tag; write one such as "en", or null')


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What had made the records that were judged."""

    copydesk: str
    run: str
    rules_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One line of a labels file.

    Raises:
        ValueError: of a block's role, what is right is no role.
    """

    labels_version: Literal["1.0"] = "1.0"
    of: Subject
    source: JudgedSource
    start: int
    end: int
    """The span in the decoded source, in code points."""
    text: str
    """What stands there; of a change, its words as the source has them; of a page nothing."""
    said: str
    """What the run said: the role; of a change, the words that it put there."""
    rule: str
    verdict: Judgement
    right: str | None
    """What is right: the role, or the words; null where a verdict is withdrawn, and of a page."""
    nth: int = 0
    """Of a change, how many of the same words stand before it in its span; 0 but where only the paragraph's span is known."""
    around: str = ""
    """Of a change, the words that stand near it."""
    blocks: tuple[PageBlock, ...] = ()
    """Of a page, all of its blocks, as the run had them."""
    time: str
    """When it was said, in UTC."""
    versions: Versions

    def __post_init__(self) -> None:
        if self.of == "role" and self.right is not None and self.right not in ROLES:
            raise ValueError(f"right: {self.right!r} is no role; give one of {', '.join(ROLES)}")

    @property
    def key(self) -> Key:
        """What the verdict is on: two that are equal in this are on the same."""
        words = self.text if self.of == "change" else ""
        return self.of, self.source.uri, self.source.sha256, self.start, self.end, words, self.nth


@dataclass(slots=True)
class Labels:
    """A labels file that is being added to, and which verdicts of it stand."""

    path: str
    standing: dict[Key, Verdict] = field(default_factory=dict)
    """Without the blocks of pages, which are long."""

    def load(self) -> None:
        """Read what earlier calls left; errors as of `read_labels`."""
        if Path(self.path).exists():
            for verdict in read_labels(self.path):
                self._note(verdict)

    def append(self, verdict: Verdict) -> None:
        """Add a verdict: its line is on the disk, whole, when this returns, whoever else adds to the file.

        Raises:
            DiskFault: the file system refuses; the file is as it was.
        """
        line = to_line(to_plain(verdict))
        with writing(self.path):
            place = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                fcntl.flock(place, fcntl.LOCK_EX)
                size = os.fstat(place).st_size
                if size and os.pread(place, 1, size - 1) != b"\n":
                    line = b"\n" + line
                _write_whole(place, line, size)
                os.fsync(place)
            finally:
                os.close(place)
        self._note(verdict)

    def _note(self, verdict: Verdict) -> None:
        self.standing.pop(verdict.key, None)
        if verdict.verdict != "withdraw":
            self.standing[verdict.key] = replace(verdict, blocks=())


def _write_whole(place: int, line: bytes, size: int) -> None:
    try:
        written = os.write(place, line)
        while written < len(line):
            written += os.write(place, line[written:])
    except OSError:
        os.ftruncate(place, size)  # half a line would be no verdict
        raise


def labels_beside(output: str) -> str:
    """Where the labels of an output stand by default: beside it, for within it they would be a file that no manifest names.

    And a run that replaces the output would take them with it. Those of an output in an object store, to which nothing can be
    added, are in the folder of the call.

    >>> labels_beside("output/news/"), labels_beside("s3://bucket/news")
    ('output/news.labels.jsonl', 'news.labels.jsonl')
    """
    if files.is_remote(output):
        return output.rstrip("/").rpartition("/")[2] + LABELS
    path = Path(output)
    if path.name in {"", ".."}:
        path = path.resolve()
    return str(path.with_name(path.name + LABELS))


def read_labels(path: str) -> Iterator[Verdict]:
    """All verdicts of a file, in its order, those that were replaced among them.

    A byte order mark before a line, as an editor may leave one, is no part of it; where files were put one behind another it
    may stand before any.

    Raises:
        LabelsError: the file cannot be read, or a line is no verdict.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - heavy; a wrong call is told without it

    adapter = TypeAdapter(Verdict)
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - as everywhere, a path is a string
            for number, written in enumerate(stream, 1):
                line = written.removeprefix(codecs.BOM_UTF8)
                if line.strip():
                    try:
                        yield adapter.validate_json(line)
                    except ValidationError as error:
                        remedy = "mend the line, or take it out"
                        raise LabelsError(f"{path}: line {number}: no verdict: {first_fault(error)}; {remedy}") from None
    except OSError as error:
        raise LabelsError(f"{path}: cannot be read: {error.strerror}; give a file that copydesk view wrote") from None


def standing(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts that stand, each in the place of the last word on its span: no replaced ones, no withdrawn ones."""
    found: dict[Key, Verdict] = {}
    for verdict in verdicts:
        found.pop(verdict.key, None)
        if verdict.verdict != "withdraw":
            found[verdict.key] = verdict
    return list(found.values())
