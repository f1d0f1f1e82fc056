"""The account of one source, laid out for a person as a diff is.

First the source's lines with their roles, what is removed struck out and with the rule that did it; then each story as it is
published, with its changes in place.

Of lines that are kept the beginning is shown, since their words follow with the story; what is removed is shown whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from copydesk.pipeline.terminal.lines import STYLES, Line, Segment, counted, cut, one, printable, unbroken, wrap
from copydesk.transforms.shapes import ROLES

_GUTTER: Final = 23
"""Columns on the left of a line's text: number, sign, role and story."""


def lines_of(account: Mapping[str, Any], width: int) -> Iterator[Line]:
    """The account laid out for a person, line by line.

    Args:
        account: from `account_of`.
        width: columns.
    """
    yield one(printable(account["source"]["uri"]), "title")
    if rejected := account.get("rejected"):
        yield ("rejected", "error"), (f" by {rejected['stage']}: {rejected['error']}: {printable(rejected['message'])}", "")
        return
    yield from wrap([(_summary(account), "dim")], width)
    if account["changes"]:
        yield from _heading("changes made by decode")
        yield from _changes(account["changes"], width)
    yield from _heading("source")
    yield from _legend(width)
    yield from _block_lines(account["blocks"], width)
    for number, (story, decided) in enumerate(zip(account["stories"], account["decided"], strict=True), 1):
        yield from _heading(f"story {number} of {len(account['stories'])}")
        yield from _story_lines(story, decided, width)
    if account["considered"]:
        yield from _heading("repairs considered and not made")
        yield from _changes(account["considered"], width)


def _heading(text: str) -> Iterator[Line]:
    yield ()
    yield one(text.upper(), "title")


def _summary(account: Mapping[str, Any]) -> str:
    source = account["source"]
    return " · ".join([
        f"{source['kind']}, {source['format']}, {account['charset']}",
        f"language {account['language_hint'] or 'unknown'}",
        f"{account['characters']:,} characters, {account['solid']:,} of them solid",
        counted(len(account["blocks"]), "block", "blocks"),
        f"{counted(len(account['stories']), 'story', 'stories')}, {len(account['removed']):,} removed",
    ])


def _legend(width: int) -> Iterator[Line]:
    """What the gutter and the marks mean, and each role in its colour."""
    told = (
        "number, - where it is removed, role, number of the story │ text; below it the rule, and what it saw; "
        "where the labeller decided, what spoke most for the role (+) or against it (-)"
    )
    yield from _hanging(("  ", ""), [(told, "dim")], width)
    roles = chain.from_iterable(((role, role), (" ", "")) for role in ROLES)
    marks: list[Segment] = [("changes stand as ", "dim"), ("-before-", "before"), ("+after+", "after")]
    yield from _hanging(("  ", ""), [*roles, *marks], width)
    yield ()


def _block_lines(blocks: Sequence[Mapping[str, Any]], width: int) -> Iterator[Line]:
    last = ""
    for block in blocks:
        gone = block["removed"]
        sign = "-" if gone else " " if block["story"] else "?"
        gutter = f"{block['number']:>5} {sign} {block['role']:<8} {block['story'] or '':>3} │ "
        text = printable(block["text"])
        room = width - _GUTTER
        shown = wrap([(text, "gone")], room) if gone else [one(cut(text, room), "")]
        for number, line in enumerate(shown):
            yield (gutter if not number else f"{'│ ':>{_GUTTER}}", block["role"]), *line
        note = _note(block)
        if note != last:
            reasons = (wrap([(told, "dim")], room) for told in _reasons(block))
            notes = [one(cut(note, room), "dim"), *chain.from_iterable(reasons)]
            yield from (((f"{'│ ':>{_GUTTER}}", block["role"]), *line) for line in notes)
        last = note


def _note(block: Mapping[str, Any]) -> str:
    """The rule that gave a block its role, what it saw, and what took the block out where that is another rule."""
    notes = [block["evidence"]]
    if block["removed"] and block["removed"] != block["rule"]:
        notes.insert(0, f"removed by {block['removed']}")
    why = "; ".join(filter(None, notes))
    return printable(f"{block['rule']}: {why}" if why else block["rule"])


def _reasons(block: Mapping[str, Any]) -> Iterator[str]:
    """What moved the labeller most, in words; the number is how far, in log odds, above 0 towards the block's place."""
    for look, opening in (("features", "because"), ("first_look", "the first look because")):
        if block[look]:
            yield f"{opening} " + "; ".join(f"{each['told']} ({each['moved']:+.2f})" for each in block[look])


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


def _story_lines(story: Mapping[str, Any], decided: Mapping[str, Any], width: int) -> Iterator[Line]:
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
            yield from _hanging((f"  {name:<9} ", "dim"), [(printable(value), name if name in STYLES else "")], width)
    for chapter in story["chapters"]:
        yield ("  chapter   ", "dim"), (f"at {chapter['start']}: {printable(chapter['title'])}", "")
    yield ()
    for paragraph in _paragraphs(story):
        yield from wrap(paragraph, width)
        yield ()
    if story["changes"]:
        yield one(f"  {counted(len(story['changes']), 'change', 'changes')}", "dim")
        yield from _changes(story["changes"], width)


def _paragraphs(story: Mapping[str, Any]) -> Iterator[list[Segment]]:
    """The paragraphs of a story's text with its changes in place: -before-+after+."""
    changes = sorted(story["changes"], key=lambda change: (change["start"], change["end"]))
    at, text = 0, story["text"]
    for start, end in _bounds(text):
        pieces: list[Segment] = []
        done = start
        while at < len(changes) and changes[at]["start"] <= end:
            change = changes[at]
            at += 1
            if change["start"] < done or change["end"] > end:
                continue  # it goes over the end of a paragraph; it stands in the list of changes
            pieces += (_shown(text[done : change["start"]]), *_marked(change))
            done = change["end"]
        yield [*pieces, _shown(text[done:end])]


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := text.find("\n\n", start)) >= 0:
        yield start, end
        start = end + 2
    yield start, len(text)


def _shown(text: str) -> Segment:
    return unbroken(text), ""


def _marked(change: Mapping[str, Any]) -> Iterator[Segment]:
    for sign, name in (("-", "before"), ("+", "after")):
        if change[name]:
            yield f"{sign}{_shown(change[name])[0]}{sign}", name


def _changes(changes: Sequence[Mapping[str, Any]], width: int) -> Iterator[Line]:
    for change in changes:
        pieces = [
            (printable(change["before"]) or "(nothing)", "before"),
            (" -> ", ""),
            (printable(change["after"]) or "(nothing)", "after"),
            (f"  {change['rule']}  {change['confidence']:.2f}  {printable(change['evidence'])}", "dim"),
            (f"  not made: {printable(change['reason'])}" if "reason" in change else "", ""),
        ]
        yield from _hanging(("  ", ""), pieces, width)


def _hanging(head: Segment, pieces: Sequence[Segment], width: int) -> Iterator[Line]:
    """Pieces beside a head; further lines stand below the first one's text, a little to the right where the head is short."""
    indent = max(len(head[0]), 4)
    for number, line in enumerate(wrap(pieces, width - indent)):
        yield (head if not number else (" " * indent, "")), *line
