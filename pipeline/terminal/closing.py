"""What a run says at its end to the person who called it: a table of what came out, and what to look at next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Final

from copydesk.pipeline import files
from copydesk.pipeline.terminal.lines import LEAST_WIDTH, PLAIN_WIDTH, Line, counted, cut, one, printable, wrap

if TYPE_CHECKING:
    from copydesk.pipeline.launcher import RunResult
    from copydesk.pipeline.report.gather import Warned

_ROWS: Final = (
    ("sources", "sources"),
    ("same", "  of them repeated"),
    ("rejected", "rejected sources"),
    ("skipped", "passed over"),
    ("unchanged", "unchanged, skipped"),
    ("changed", "  changed since"),
    ("stories", "stories"),
    ("duplicates", "  of them duplicates"),
    ("dropped", "dropped duplicates"),
    ("superseded", "superseded stories"),
    ("removed", "removed spans"),
    ("changes", "repairs"),
)
"""The rows of the table: the name of the count, and its words."""
_ALWAYS: Final = frozenset({"sources", "rejected", "stories", "removed"})
"""The others are told where there are any."""
_LABEL: Final = 22
"""Columns of the words of a row."""
_NUMBER: Final = 12
"""Columns of its number."""
_NAMED: Final = 3
"""Rules, errors and warnings that are named; the report has them all."""
_KEPT: Final = frozenset({"stories", "duplicates"})
"""Of the characters counted by where they went, those that were not removed."""


def summary(result: RunResult, width: int = PLAIN_WIDTH) -> Iterator[Line]:
    """The closing summary, line by line.

    Args:
        result: of the run.
        width: columns; what a row tells besides its number is cut to them, addresses and commands never are.
    """
    yield one(_headline(result), "title")
    yield from _table(result, width)
    yield from _places(result)
    yield from _worth_a_look(result, width)
    yield one("next:", "title")
    yield from _next(result)


def _headline(result: RunResult) -> str:
    sources = result.counts.get("sources", 0) - result.earlier
    rate = f", {sources / result.seconds:,.1f} sources a second" if sources > 0 and result.seconds else ""
    return f"done in {result.seconds:.1f} s{rate}"


def _table(result: RunResult, width: int) -> Iterator[Line]:
    counts = {"changes": sum(_repairs(result).values())} | result.counts
    notes = _notes(result)
    for name, words in _ROWS:
        number = counts.get(name)
        if number is None or not (number or name in _ALWAYS):
            continue
        style = "error" if name == "rejected" and number else ""
        line = (f"  {words:<{_LABEL}}", ""), (f"{number:>{_NUMBER},}", style)
        room = width - (2 + _LABEL + _NUMBER + 2)
        note = printable(notes.get(name, ""))
        yield (*line, (f"  {cut(note, room)}", "dim")) if note and room >= LEAST_WIDTH else line


def _notes(result: RunResult) -> dict[str, str]:
    """What stands beside the number of a row."""
    notes = {"changes": _most(_repairs(result)), "skipped": _most(result.rules.get("skipped", {}))}
    if result.gathered:
        tally = result.gathered.tally
        notes["rejected"] = _most(tally.rejected)
        removed = sum(number for where, number in tally.characters.items() if where not in _KEPT)
        if removed:
            notes["removed"] = f"{removed / sum(tally.characters.values()):.0%} of the characters"
    return notes


def _repairs(result: RunResult) -> Mapping[str, int]:
    """Changes by rule, but for those that mask personal data, which repair nothing."""
    changed = result.rules.get("changed", {})
    return {name.partition(":")[2]: number for name, number in changed.items() if not name.startswith("tag:")}


def _most(table: Mapping[str, int]) -> str:
    """The names that count most, with their numbers.

    >>> _most({"a": 1, "b": 2, "c": 2, "d": 1000})
    'd 1,000, b 2, c 2, ...'
    """
    first = sorted(table.items(), key=lambda entry: (-entry[1], entry[0]))[:_NAMED]
    more = ["..."] if len(table) > _NAMED else []
    return ", ".join([*(f"{name} {number:,}" for name, number in first), *more])


def _places(result: RunResult) -> Iterator[Line]:
    yield one(f"output: {printable(result.output)}")
    if result.gathered:
        from copydesk.pipeline.report import REPORT  # noqa: PLC0415 - of a run that wrote one

        yield one(f"report: {printable(files.join(result.output, REPORT))}")


# --- what to look at --------------------------------------------------------------------------------------------------


def _worth_a_look(result: RunResult, width: int) -> Iterator[Line]:
    """The worst warnings, and the commands that show what they speak of."""
    warnings = result.gathered.warnings if result.gathered else []
    if not warnings:
        return
    chosen = choose(warnings)
    yield one("worth a look:", "title")
    for warned in chosen:
        for line in wrap([(printable(warned.message), "")], width - 2):
            yield (("  ", ""), *line)
        if _is_here(warned.uri):
            yield one(f"    copydesk explain {shlex.quote(warned.uri)}")
    if more := len(warnings) - len(chosen):
        yield one(f"  and {counted(more, 'more warning', 'more warnings')} in the report", "dim")


def choose(warnings: Iterable[Warned]) -> list[Warned]:
    """Of warnings the first of each kind, then the second, until there are enough to be read at once."""
    kinds = [list(group) for _, group in groupby(warnings, key=lambda warned: warned.kind)]
    ranked = [(rank, number, warned) for number, group in enumerate(kinds) for rank, warned in enumerate(group)]
    return [warned for _, number, warned in sorted(sorted(ranked, key=lambda entry: entry[:2])[:_NAMED], key=lambda e: e[1])]


def _is_here(uri: str) -> bool:
    """Whether `copydesk explain` finds a source: its file, or the file that it is an item of, is on this machine."""
    if not uri or not uri.isprintable() or files.is_remote(uri):
        return False
    return os.path.isfile(uri) or os.path.isfile(uri.partition("#")[0])  # noqa: PTH113 - a uri is a string


def _next(result: RunResult) -> Iterator[Line]:
    from copydesk.pipeline.cli import COMMANDS  # noqa: PLC0415 - who loads us

    folder = shlex.quote(result.output)
    remote = files.is_remote(result.output)
    extension = "" if remote else result.extension
    if "view" in COMMANDS:
        yield _command(f"copydesk view {folder}", "every source beside its stories, in a browser")
    yield _command(f"copydesk check {folder} --sources", "that no character is lost")
    if result.counts.get("rejected"):
        yield from _look(f"{folder}/rejected-*{extension}", 3, "why sources were rejected")
    if result.counts.get("stories"):
        yield from _look(f"{folder}/stories-00000-*{extension}", 1)
    elif result.counts.get("sources"):
        yield _command("copydesk explain FILE", "no story was found: see what each block was taken for")


def _look(path: str, lines: int, why: str = "") -> Iterator[Line]:
    """The command that shows the first lines of files, where a common tool can."""
    if path.endswith(".jsonl"):
        yield _command(f"head -{lines} {path}", why)
    elif tool := {".gz": "gzip", ".zst": "zstd"}.get(path[path.rfind(".") :]):
        yield _command(f"{tool} -dc {path} | head -{lines}", why)


def _command(words: str, why: str = "") -> Line:
    return ((f"  {words}", ""), *([(f"   # {why}", "dim")] if why else []))
