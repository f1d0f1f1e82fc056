"""`copydesk explain`: one source taken through all stages without Beam, and shown.

`single.trace` runs the very functions that a run calls and keeps what each gave, so that what is shown is what is done.
`account_of` makes of it one plain object, which `--json` prints; `lines_of` lays the same object out for a person.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from copydesk.pipeline.options import load_settings
from copydesk.transforms.shapes import RejectedRecord

if TYPE_CHECKING:
    import argparse

    from copydesk.transforms.rules import Rules
    from copydesk.transforms.shapes import Document, Item, Story
    from copydesk.transforms.tag.personal import Guard

Segment: TypeAlias = tuple[str, str]
"""A piece of a line, and its style: a key of `STYLES`."""
Line: TypeAlias = tuple[Segment, ...]

STYLES: Final[Mapping[str, str]] = {
    "": "",
    "title": "bold",
    "dim": "dim",
    "before": "red",
    "after": "green",
    "error": "bold red",
    "headline": "bold cyan",
    "deck": "cyan",
    "section": "magenta",
    "byline": "blue",
    "date": "blue",
    "caption": "yellow",
    "body": "green",
    "subhead": "bold green",
    "promo": "red",
    "chrome": "bright_black",
}
"""What `rich` makes of a style; every role is a style."""
_PLAIN_WIDTH: Final = 160
"""Columns where standard output is no terminal."""
_RULE_WIDTH: Final = 32
"""Columns for a rule's name; the longest of ours are shorter, a user's own may be cut."""
_FEATURES: Final = 3
"""Features that are named for a line which the learned labeller decided on."""
_TERMS: Final = 8
"""Terms that are named for a topic."""
_LEAST_WIDTH: Final = 20
"""Characters of a block that are shown however narrow the terminal is."""
_JOINERS: Final = frozenset("\u200c\u200d")
"""Invisible, and part of the spelling of Persian, Hindi and emoji: shown as they are."""


def explain(arguments: argparse.Namespace) -> int:
    """Do `copydesk explain`; exit code 1 where the source would be rejected."""
    from copydesk.pipeline.resources import load_rules  # noqa: PLC0415
    from copydesk.pipeline.single import one_item  # noqa: PLC0415 - a wrong call is told before anything is loaded

    settings = load_settings(arguments.config, arguments.sets)
    item = one_item(arguments.file, settings, kind=arguments.kind, site=arguments.site)
    if isinstance(item, RejectedRecord):
        account = {"source": dataclasses.asdict(item.source), "rejected": _rejected(item.stage, item.error, item.message)}
    else:
        account = account_of(item, load_rules(settings))
    if arguments.json:
        print(json.dumps(account, ensure_ascii=False, indent=2))
    else:
        show(lines_of(account, _width()))
    return int("rejected" in account)


# --- what was done ----------------------------------------------------------------------------------------------------


def account_of(item: Item, rules: Rules) -> dict[str, Any]:
    """All that happened to one source, as one JSON object.

    Returns:
        `source`, and of a source that is refused `rejected`; else `charset`, `language_hint`, `characters`, `solid`, `changes`
        (decode's own), `blocks` (as `extract` labelled them, each with where it went), `stories`, `removed`, `considered`,
        `topic_terms` (for each story and topic, the terms that counted most).
    """
    from copydesk.transforms.tag.masking import guard_of  # noqa: PLC0415 - with its stage

    account = _account_of(item, rules)
    guard = guard_of(rules, account.get("language_hint"))
    if guard is None:
        return account
    return {name: part if name == "stories" else _masked(part, guard) for name, part in account.items()}


def _masked(part: Any, guard: Guard) -> Any:  # noqa: ANN401 - any part of an account
    """A part of an account with every text in it masked, which is that of the source as each stage saw it."""
    if isinstance(part, str):
        return guard.mask(guard.mask_address(part))
    if isinstance(part, dict):
        return {name: _masked(value, guard) for name, value in part.items()}
    return [_masked(value, guard) for value in part] if isinstance(part, list | tuple) else part


def _account_of(item: Item, rules: Rules) -> dict[str, Any]:
    from copydesk.pipeline.single import trace  # noqa: PLC0415 - with its stages' libraries

    steps, refusal = trace(item, rules)
    if refusal:
        stage, error = refusal
        source = dataclasses.asdict(item.source)
        return {"source": source, "rejected": _rejected(stage, type(error).__name__, str(error))}
    labelled, final = steps["extract"], steps["tag"]
    return {
        "source": dataclasses.asdict(final.source),
        "charset": final.charset,
        "language_hint": final.language_hint,
        "characters": len(final.text),
        "solid": final.solid,
        "changes": [dataclasses.asdict(change) for change in final.changes],
        "blocks": list(_blocks(labelled, final, _weights(labelled, rules))),
        "stories": [dataclasses.asdict(story) for story in final.stories],
        "removed": [dataclasses.asdict(removed) for removed in final.removed],
        "considered": _considered(labelled, rules),
        "topic_terms": [_terms(story, rules) for story in final.stories],
    }


def _rejected(stage: str, error: str, message: str) -> dict[str, str]:
    return {"stage": stage, "error": error, "message": message}


def _weights(labelled: Document, rules: Rules) -> list[tuple[tuple[str, float, float], ...]]:
    """For each block of a text dump that the learned labeller decided on, the features that moved it most."""
    from copydesk.transforms.extract import weigh_lines  # noqa: PLC0415 - loads the stage's libraries

    if labelled.source.kind != "page" or labelled.source.format == "html":
        return [() for _ in labelled.blocks]
    return weigh_lines(labelled, rules, _FEATURES)


def _blocks(
    labelled: Document, final: Document, weights: Sequence[Sequence[tuple[str, float, float]]],
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Every block as it was labelled, with the story that it went to, counted from 1, or the rule that took it out."""
    claims = sorted(
        [(start, end, number, "") for number, story in enumerate(final.stories, 1) for start, end in story.spans]
        + [(removed.start, removed.end, 0, removed.rule) for removed in final.removed],
    )
    starts = [claim[0] for claim in claims]
    for number, (block, features) in enumerate(zip(labelled.blocks, weights, strict=True), 1):
        at = bisect_right(starts, block.start) - 1
        _, end, story, rule = claims[at] if at >= 0 else (0, 0, 0, "")
        inside = block.start < end
        yield {
            "number": number,
            "start": block.start,
            "end": block.end,
            "role": block.role,
            "rule": block.rule,
            "evidence": block.evidence,
            "features": [{"name": name, "value": value, "moved": moved} for name, value, moved in features],
            "story": story if inside and story else None,
            "removed": rule if inside and not story else None,
            "text": block.text,
        }


def _considered(labelled: Document, rules: Rules) -> list[dict[str, Any]]:
    """Repairs that were thought of and not made, each with the reason."""
    from copydesk.transforms.repair import consider  # noqa: PLC0415 - loads the stage's libraries

    return [dataclasses.asdict(one) for one in consider(labelled, rules) if not one.made]


def _terms(story: Story, rules: Rules) -> dict[str, dict[str, float]]:
    """For each topic that a story was given, by its top-level code, the terms that counted most, and what each counted."""
    from copydesk.transforms.tag.topics import weigh_topics  # noqa: PLC0415 - loads the stage's libraries

    said = weigh_topics(story.headline, story.text, story.language, rules).terms if story.topics else {}
    ranked = {topic.top: sorted(said.get(topic.top, {}).items(), key=lambda pair: (-pair[1], pair[0])) for topic in
    story.topics}
    return {top: dict(terms[:_TERMS]) for top, terms in ranked.items()}


# --- how it is shown --------------------------------------------------------------------------------------------------


def lines_of(account: Mapping[str, Any], width: int) -> Iterator[Line]:
    """The account laid out for a person, line by line.

    Args:
        account: from `account_of`.
        width: columns; a block's text and its evidence are cut to one line each, a story's text is not.
    """
    yield _one(printable(account["source"]["uri"]), "title")
    if rejected := account.get("rejected"):
        yield ("rejected", "error"), (f" by {rejected['stage']}: {rejected['error']}: {printable(rejected['message'])}", "")
        return
    yield _one(_summary(account), "dim")
    if account["changes"]:
        yield from _heading("changes made by decode")
        yield from _changes(account["changes"])
    yield from _heading("blocks")
    yield from _block_lines(account["blocks"], width)
    for number, story in enumerate(account["stories"], 1):
        yield from _heading(f"story {number} of {len(account['stories'])}")
        yield from _story_lines(story)
        yield from _term_lines(story, account["topic_terms"][number - 1])
    if account["considered"]:
        yield from _heading("repairs considered and not made")
        yield from _changes(account["considered"])


def printable(text: str) -> str:
    r"""Text that cannot steer a terminal: control and direction characters stand as escapes.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(
        mark if mark.isprintable() or mark in _JOINERS else mark.encode("unicode_escape").decode() for mark in text
    )


def _one(text: str, style: str = "") -> Line:
    return ((text, style),)


def _heading(text: str) -> Iterator[Line]:
    yield ()
    yield _one(text.upper(), "title")


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
        yield (head, block["role"]), (_cut(printable(block["text"]), width - len(head)), "")
        moved = (f"{one['name']} {one['value']:g} ({one['moved']:+.2f})" for one in block["features"])
        notes = [block["evidence"], ", ".join(moved)]
        if block["removed"] and block["removed"] != block["rule"]:
            notes.append(f"removed by {block['removed']}")
        if note := "; ".join(filter(None, notes)):
            yield _one(" " * 7 + _cut(printable(note), width - 7), "dim")


def _cut(text: str, width: int) -> str:
    width = max(width, _LEAST_WIDTH)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _story_lines(story: Mapping[str, Any]) -> Iterator[Line]:
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
        ("words", f"{story['words']:,}"),
    ]
    for name, value in fields:
        if value:
            yield (f"  {name:<10}", "dim"), (printable(value), name if name in STYLES else "")
    for chapter in story["chapters"]:
        yield ("  chapter   ", "dim"), (f"at {chapter['start']}: {printable(chapter['title'])}", "")
    yield ()
    for paragraph in story["text"].split("\n\n"):
        yield _one(printable(paragraph.replace("\n", " ")))
        yield ()
    if story["changes"]:
        yield _one(f"  {len(story['changes'])} changes", "dim")
        yield from _changes(story["changes"])


def _term_lines(story: Mapping[str, Any], terms: Mapping[str, Mapping[str, float]]) -> Iterator[Line]:
    """The terms by which each topic of a story was named."""
    for topic in story["topics"]:
        said = ", ".join(f"{printable(term)} {worth:.1f}" for term, worth in terms.get(topic["top"], {}).items())
        yield (f"  {topic['name']} ({topic['score']:.2f}) by ", "dim"), (said, "")


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


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _PLAIN_WIDTH


def show(lines: Iterator[Line]) -> None:
    """Print lines to standard output: coloured on a terminal, plain otherwise."""
    if not sys.stdout.isatty():
        for line in lines:
            print("".join(text for text, _ in line))
        return
    from rich.console import Console  # noqa: PLC0415 - for terminals only
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    for line in lines:
        console.print(Text.assemble(*((text, STYLES[style]) for text, style in line)), soft_wrap=True)
