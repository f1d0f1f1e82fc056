"""`copydesk diff`: what two runs made of the same sources, for whoever edits a rule or a configuration.

Like `diff`, exit code 0 says that there is no difference and 1 that there is one. All differences are counted, the first so
many sources are shown in full; in memory is one source at a time, and what is shown.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from copydesk.pipeline.commands.differences import SourceChange, StoryChange, compare, shown, text_changes
from copydesk.pipeline.commands.pairing import Pair, SourceRecords, pair_sources
from copydesk.pipeline.commands.wording import Piece, inline, opcodes, word_changes
from copydesk.pipeline.ending import ended_by_signals
from copydesk.pipeline.reading import Manifest, read_manifest
from copydesk.pipeline.terminal import lines as terminal
from copydesk.pipeline.terminal.lines import Line, counted, cut, one, printable, unbroken

if TYPE_CHECKING:
    import argparse

_SAME_RULES: Final = (("copydesk", "version"), ("rules_sha256", "rule data"))
"""What a manifest tells of the program, beside the configuration."""


@dataclass(slots=True, kw_only=True)
class Summary:
    """Counts of all that differs between two runs."""

    sources: Counter[str] = dataclasses.field(default_factory=Counter)
    """before, after, equal, changed, new, gone; other bytes, other paths; rejected before, rejected after."""
    stories: Counter[str] = dataclasses.field(default_factory=Counter)
    fields: Counter[str] = dataclasses.field(default_factory=Counter)
    """Changed stories, by field; "other" where nothing differs that a reader is shown."""
    kept_now: dict[str, Counter[str]] = dataclasses.field(default_factory=dict)
    """By the earlier run's rule: spans and characters (without white space) that the later run does not remove."""
    removed_now: dict[str, Counter[str]] = dataclasses.field(default_factory=dict)
    other_rule: dict[str, Counter[str]] = dataclasses.field(default_factory=dict)
    """By "rule -> rule", what both removed, for different reasons."""
    repairs: Counter[str] = dataclasses.field(default_factory=Counter)
    """By rule, how many the later run made more, or fewer."""

    @property
    def equal(self) -> bool:
        """Both runs wrote the same records."""
        return not any(self.sources[name] for name in ("changed", "new", "gone"))

    def count(self, pair: Pair, change: SourceChange | None) -> None:
        """Add one source."""
        before, after = pair
        for name, records in (("before", before), ("after", after)):
            if records:
                self.sources[name] += 1
                self.stories[name] += len(records.stories)
                self.sources[f"rejected {name}"] += bool(records.rejected)
        self.sources["other paths"] += bool(before and after and before.uri != after.uri)
        if change is None:
            self.sources["equal"] += 1
            return
        self.sources["gone" if after is None else "new" if before is None else "changed"] += 1
        self.sources["other bytes"] += bool(before and after and before.sha256 != after.sha256)
        for story in change.stories:
            self.stories["gone" if story.after is None else "new" if story.before is None else "changed"] += 1
            if story.before and story.after:
                self.fields.update(story.fields or ("other",))
        for span in change.spans:
            self._count_span(span.before, span.after, span.solid)
        for rule, more in change.repairs.items():
            self.repairs[rule] += more

    def _count_span(self, before: str | None, after: str | None, solid: int) -> None:
        table = self.other_rule if before and after else self.kept_now if before else self.removed_now
        counts = table.setdefault(" -> ".join(filter(None, (before, after))), Counter())
        counts["spans"] += 1
        counts["characters"] += solid


def diff(arguments: argparse.Namespace) -> int:
    """Do `copydesk diff`; exit code 1 where the runs differ."""
    before, after = read_manifest(arguments.before), read_manifest(arguments.after)
    summary = Summary()
    found: list[SourceChange] = []
    with ended_by_signals(), closing(pair_sources(before, after)) as pairs:
        for pair in pairs:
            change = compare(*pair)
            summary.count(pair, change)
            if change and len(found) < arguments.limit:
                found.append(change)
    settings = differing_settings(before, after)
    if arguments.json:
        whole = {"equal": summary.equal} | {field.name: getattr(summary, field.name) for field in dataclasses.fields(summary)}
        sources = [_plain(change) for change in found]
        print(json.dumps({"settings": settings, "summary": whole, "sources": sources}, ensure_ascii=False, indent=2))
    else:
        terminal.show(lines_of(summary, settings, found, terminal.width()))
    return int(not summary.equal)


def differing_settings(before: Manifest, after: Manifest) -> dict[str, list[Any]]:
    """The keys of the configuration, dotted, that the runs had different values of; likewise the program and its rules."""
    sides = []
    for manifest in (before, after):
        program = {label: manifest.data.get(name) for name, label in _SAME_RULES}
        sides.append(program | dict(_leaves(manifest.data.get("config") or {})))
    names = dict.fromkeys((*sides[0], *sides[1]))
    return {name: [side.get(name) for side in sides] for name in names if sides[0].get(name) != sides[1].get(name)}


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


# --- as an object -------------------------------------------------------------------------------------------------------


def _plain(change: SourceChange) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "uri": change.uri,
        "paths": [before and before.uri, after and after.uri],
        "status": _status(before, after),
        "sha256": [before and before.sha256, after and after.sha256],
        "rejected": [before.rejected if before else [], after.rejected if after else []],
        "document": list(change.document),
        "stories": [_plain_story(story) for story in change.stories],
        "spans": [dataclasses.asdict(span) for span in change.spans],
        "repairs": dict(change.repairs),
    }


def _status(before: object, after: object) -> str:
    return "gone" if after is None else "new" if before is None else "changed"


def _plain_story(change: StoryChange) -> dict[str, Any]:
    before, after = change.before, change.after
    told: dict[str, Any] = {
        "status": _status(before, after),
        "ids": [before and before["id"], after and after["id"]],
        "headlines": [before and before["headline"], after and after["headline"]],
        "kin": list(change.kin),
    }
    if before and after:
        told["fields"] = {name: [shown(before, name), shown(after, name)] for name in change.fields if name != "text"}
        told["text"] = list(text_changes(before, after)) if "text" in change.fields else []
        told["other"] = list(change.other)
    return told


# --- for a person -------------------------------------------------------------------------------------------------------


def lines_of(
    summary: Summary, settings: Mapping[str, list[Any]], found: list[SourceChange], width: int
) -> Iterator[Line]:
    """The differences laid out for a person: counts first, then the sources, as many as were found."""
    if summary.equal:
        yield one(f"no difference: {counted(summary.sources['equal'], 'source', 'sources')}, "
                  f"{counted(summary.stories['before'], 'story', 'stories')}", "title")  # fmt: skip
        yield from _paths(summary)
    for name, (old, new) in settings.items():
        yield _row("setting", f"{name}: {cut(printable(json.dumps(old)), 60)} -> {cut(printable(json.dumps(new)), 60)}")
    if summary.equal:
        return
    if settings:
        yield ()
    yield from _counts(summary)
    for change in found:
        yield ()
        yield from _source_lines(change, width)
    more = sum(summary.sources[name] for name in ("changed", "new", "gone")) - len(found)
    if more > 0:
        yield ()
        yield one(f"... and {more:,} more sources; --limit shows more", "dim")


def _row(name: str, *parts: str | tuple[str, str]) -> Line:
    return ((f"  {name:<13}", "dim"), *((part, "") if isinstance(part, str) else part for part in parts))


def _counts(summary: Summary) -> Iterator[Line]:
    sources, stories = summary.sources, summary.stories
    yield one("SUMMARY", "title")
    tail = "".join(f", {sources[name]:,} with {name}" for name in ("other bytes",) if sources[name])
    moved = f"{sources['changed']:,} changed{tail}, {sources['new']:,} new, {sources['gone']:,} gone"
    yield _row("sources", f"{sources['before']:,} -> {sources['after']:,}: {sources['equal']:,} equal, {moved}")
    if sources["rejected before"] != sources["rejected after"]:
        yield _row("rejected", f"{sources['rejected before']:,} -> {sources['rejected after']:,}")
    moved = f"{stories['changed']:,} changed, {stories['new']:,} new, {stories['gone']:,} gone"
    yield _row("stories", f"{stories['before']:,} -> {stories['after']:,}: {moved}")
    if summary.fields:
        yield _row("changed", ", ".join(f"{name} {count:,}" for name, count in _ranked(summary.fields)))
    tables = {"kept now": summary.kept_now, "removed now": summary.removed_now, "other rule": summary.other_rule}
    for name, table in tables.items():
        for rule, counts in sorted(table.items(), key=lambda item: (-item[1]["characters"], item[0])):
            spans = counted(counts["spans"], "span", "spans")
            yield _row(name, f"{printable(rule)}: {spans}, {counts['characters']:,} characters")
    for rule, more in _ranked(summary.repairs):
        yield _row("repairs", f"{printable(rule)}: {more:+,}")
    yield from _paths(summary)
    if sources["before"] and sources["after"] and not sources["equal"] and not sources["changed"]:
        yield _row("note", "no source is in both, by its path, by its content, or by the end of its path")


def _paths(summary: Summary) -> Iterator[Line]:
    """That the runs know sources by other paths, where they do."""
    if other := summary.sources["other paths"]:
        told = "1 source has another path" if other == 1 else f"{other:,} sources have other paths"
        yield _row("note", f"{told} in the second run; known again by the content or the end of the path")


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in counts.items() if count), key=lambda item: (-abs(item[1]), item[0]))


def _source_lines(change: SourceChange, width: int) -> Iterator[Line]:
    before, after = change.before, change.after
    status = _status(before, after)
    sign = {"new": "+ ", "gone": "- ", "changed": ""}[status]
    other = "  (other bytes)" if before and after and before.sha256 != after.sha256 else ""
    style = {"new": "after", "gone": "before", "changed": "title"}[status]
    moved = f" -> {printable(after.uri)}" if before and after and before.uri != after.uri else ""
    yield (f"{sign}{printable(change.uri)}", style), (f"{moved}{other}", "dim")
    for name, records, style in (("- rejected", before, "before"), ("+ rejected", after, "after")):
        if records and (not before or not after or before.rejected != after.rejected):
            yield from (_row(name, (_rejection(row), style)) for row in records.rejected)
    if change.document:
        yield _row("document", ", ".join(change.document))
    for story in change.stories:
        yield from _story_lines(story, width)
    for span in change.spans:
        name = "other rule" if span.before and span.after else "kept now" if span.before else "removed now"
        rule = " -> ".join(filter(None, (span.before, span.after)))
        yield _row(name, (f"[{printable(rule)}] ", "dim"), cut(unbroken(span.text), width - len(rule) - 18))
    if before and after and before.sha256 == after.sha256 and not (change.document or change.stories or change.spans):
        yield from _unseen(before, after)


def _unseen(before: SourceRecords, after: SourceRecords) -> Iterator[Line]:
    """What is left to say of a source that counts as changed, and whose text, stories and rules are the same."""
    if before.removed != after.removed:
        yield _row("evidence", ("what the rules saw of removed spans; the same spans, by the same rules", "dim"))
    if before.documents != after.documents:
        yield _row("document", ("fields beside the text", "dim"))


def _rejection(row: Mapping[str, Any]) -> str:
    return printable(f"by {row['stage']}: {row['error']}: {row['message']}")


def _story_lines(change: StoryChange, width: int) -> Iterator[Line]:
    before, after = change.before, change.after
    if before is None or after is None:
        story = before or after or {}
        sign, style = ("-", "before") if before else ("+", "after")
        yield _row(f"{sign} {_place(story)}", (_title(story, width - 32), style), f"  {story['words']:,} words")
        if change.kin:
            tense = "words of it are now in" if before else "words of it were in"
            yield _row("", (f"{tense} {', '.join(f'story {number}' for number in change.kin)}", "dim"))
        return
    yield _row(f"~ {_place(after)}", (_title(after, width - 16), "title"))
    for name in change.fields:
        if name == "text":
            yield from (_row("  text", *_pieces(pieces, width)) for pieces in text_changes(before, after))
        else:
            yield _row(f"  {name}", *_field(shown(before, name), shown(after, name)))
    if change.other:
        yield _row("  other", (", ".join(change.other), "dim"))


def _place(story: Mapping[str, Any]) -> str:
    return f"story {story['source']['index'] + 1}"


def _title(story: Mapping[str, Any], width: int) -> str:
    return cut(unbroken(story["headline"] or story["text"]), width)


def _pieces(pieces: list[Piece], width: int) -> Iterator[tuple[str, str]]:
    """One paragraph's differences; one that is new or gone as a whole is cut to the line."""
    if len(pieces) == 1:
        [(sign, text)] = pieces
        pieces = [(sign, cut(text, width - 20))]
    yield from inline(pieces)


def _field(before: object, after: object) -> Iterator[tuple[str, str]]:
    """How a field differs: of a list which of its entries came and went, whole, of all else the words."""
    if not (isinstance(before, list) and isinstance(after, list) and before and after):
        yield from inline(word_changes(_told(before), _told(after)))
        return
    old, new = [list(map(str, side)) for side in (before, after)]
    pieces = [(sign, entry) for sign, first, last in opcodes(old, new) for entry in (new if sign == "+" else old)[first:last]]
    for number, (sign, entry) in enumerate(pieces):
        yield "; " if number else "", ""
        yield from inline([(sign, entry)])


def _told(value: object) -> str:
    if value is None or value == []:
        return "none"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
