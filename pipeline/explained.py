"""The account of one source, laid out for a person: every block with its role and fate, the stories, the changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from copydesk.pipeline.terminal import STYLES, Line, cut, one, printable

_RULE_WIDTH: Final = 32
"""Columns for a rule's name; the longest of ours are shorter, a user's own may be cut."""


def lines_of(account: Mapping[str, Any], width: int) -> Iterator[Line]:
    """The account laid out for a person, line by line.

    Args:
        account: from `account_of`.
        width: columns; a block's text and its evidence are cut to one line each, a story's text is not.
    """
    yield one(printable(account["source"]["uri"]), "title")
    if rejected := account.get("rejected"):
        yield ("rejected", "error"), (f" by {rejected['stage']}: {rejected['error']}: {printable(rejected['message'])}", "")
        return
    yield one(_summary(account), "dim")
    if account["changes"]:
        yield from _heading("changes made by decode")
        yield from _changes(account["changes"])
    yield from _heading("blocks")
    yield from _block_lines(account["blocks"], width)
    for number, (story, decided) in enumerate(zip(account["stories"], account["decided"], strict=True), 1):
        yield from _heading(f"story {number} of {len(account['stories'])}")
        yield from _story_lines(story, decided)
    if account["considered"]:
        yield from _heading("repairs considered and not made")
        yield from _changes(account["considered"])


def _heading(text: str) -> Iterator[Line]:
    yield ()
    yield one(text.upper(), "title")


def _summary(account: Mapping[str, Any]) -> str:
    source = account["source"]
    return " · ".join([
        f"{source['kind']}, {source['format']}, {account['charset']}",
        f"language {account['language_hint'] or 'unknown'}",
        f"{account['characters']:,} characters, {account['solid']:,} of them solid",
        f"{len(account['blocks']):,} blocks",
        f"{len(account['stories']):,} stories, {len(account['removed']):,} removed",
    ])


def _block_lines(blocks: Sequence[Mapping[str, Any]], width: int) -> Iterator[Line]:
    rule_width = min(max((len(block["rule"]) for block in blocks), default=0), _RULE_WIDTH)
    for block in blocks:
        fate = f"story {block['story']}" if block["story"] else "removed" if block["removed"] else "?"
        rule = block["rule"][:rule_width]
        head = f"{block['number']:>5}  {block['role']:<9} {fate:<9} {rule:<{rule_width}}  "
        yield (head, block["role"]), (cut(printable(block["text"]), width - len(head)), "")
        moved = (f"{each['name']} {each['value']:g} ({each['moved']:+.2f})" for each in block["features"])
        notes = [block["evidence"], ", ".join(moved)]
        if block["removed"] and block["removed"] != block["rule"]:
            notes.append(f"removed by {block['removed']}")
        if note := "; ".join(filter(None, notes)):
            yield one(" " * 7 + cut(printable(note), width - 7), "dim")


def _terms(decided: Mapping[str, Any], *, named: bool) -> Iterator[tuple[str, str]]:
    """What the topics were named by, a line for each topic; "×3" is how often a term is said, the number what it counts."""
    if decided["classifier"]:
        yield "named by", decided["classifier"]
    by_topic: dict[str, list[str]] = {}
    for term in decided["terms"]:
        times = f" ×{term['times']}" if term["times"] > 1 else ""
        by_topic.setdefault(term["topic"], []).append(f"{term['term']}{times} ({term['worth']:.1f})")
    for topic, terms in by_topic.items():
        yield "by terms" if named else "too little", f"{topic}: {', '.join(terms)}"


def _story_lines(story: Mapping[str, Any], decided: Mapping[str, Any]) -> Iterator[Line]:
    fields = [
        ("headline", story["headline"]),
        ("deck", story["deck"]),
        ("by", "; ".join(story["authors"])),
        ("published", story["published"]),
        ("section", story["section"]),
        *(("caption", caption) for caption in story["captions"]),
        ("language", f"{story['language'] or 'unknown'} ({story['language_score']:.2f})"),
        ("languages", ", ".join(f"{one['tag']} {one['share']:.0%}" for one in story["languages"])),
        ("topics", ", ".join(f"{topic['name']} ({topic['score']:.2f})" for topic in story["topics"])),
        *_terms(decided, named=bool(story["topics"])),
        ("words", f"{story['words']:,}"),
    ]
    for name, value in fields:
        if value:
            yield (f"  {name:<10}", "dim"), (printable(value), name if name in STYLES else "")
    for chapter in story["chapters"]:
        yield ("  chapter   ", "dim"), (f"at {chapter['start']}: {printable(chapter['title'])}", "")
    yield ()
    for paragraph in story["text"].split("\n\n"):
        yield one(printable(paragraph.replace("\n", " ")))
        yield ()
    if story["changes"]:
        yield one(f"  {len(story['changes'])} changes", "dim")
        yield from _changes(story["changes"])


def _changes(changes: Sequence[Mapping[str, Any]]) -> Iterator[Line]:
    for change in changes:
        yield (
            ("  ", ""),
            (printable(change["before"]) or "(nothing)", "before"),
            (" -> ", ""),
            (printable(change["after"]) or "(nothing)", "after"),
            (f"  {change['rule']}  {change['confidence']:.2f}  {printable(change['evidence'])}", "dim"),
            (f"  not made: {printable(change['reason'])}" if "reason" in change else "", ""),
        )
