"""One source as the reading room shows it: the original laid out again from the records, in order of offsets, and its stories.

The spans of the stories' paragraphs and those of the removed records are the whole document, so its text need not be written a
second time: a block that was kept points to its paragraph, whose changes, undone, give what the source said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from copydesk.pipeline.report.records import Row, Whole

Piece: TypeAlias = list[Any]
"""A block: [start, role, text, rule, evidence] where it was removed, [start, role, story, part] where it was kept, and then
[from, to] in the part as the source has it, where it holds only a stretch of it. Parts below 0 are HEADLINE, DECK, and
CAPTIONS, CAPTIONS - 1, and so on."""
HEADLINE: Final = -1
DECK: Final = -2
CAPTIONS: Final = -3
MOST_CHANGES: Final = 50
"""Repairs of the decoding that are listed for a source: one of mojibake has thousands that are all alike."""


def lay_out(whole: Whole) -> dict[str, Any]:
    """A source for the reading room, as plain JSON; texts as they stand in the records."""
    source, document = whole.document["source"], whole.document
    blocks = [lay_removed(row) for row in whole.removed]
    cuts = sorted(row["start"] for row in whole.removed)
    for number, story in enumerate(whole.stories):
        blocks += _kept(story, number, cuts)
    blocks.sort(key=lambda block: block[0])
    return {
        "uri": source["uri"],
        "site": source["site"],
        "format": source["format"],
        "kind": source["kind"],
        "language": document["language_hint"],
        "characters": document["characters"],
        "same": document["same_as"],
        "decoded": [[c["before"], c["after"], c["rule"], c["start"]] for c in document["changes"][:MOST_CHANGES]],
        "mended": len(document["changes"]),
        "stories": [_story(story) for story in whole.stories],
        "blocks": blocks,
    }


def lay_removed(row: Row) -> Piece:
    """The block of a removed record."""
    return [row["start"], row["role"], row["text"], row["rule"], row["evidence"]]


def _story(story: Row) -> dict[str, Any]:
    told = {
        "id": story["id"],
        "headline": story["headline"],
        "deck": story["deck"],
        "authors": ", ".join(story["authors"]),
        "published": story["published"],
        "section": story["section"],
        "captions": story["captions"],
        "language": story["language"],
        "topics": ", ".join(topic["name"] for topic in story["topics"]),
        "words": story["words"],
        "duplicate_of": story["duplicate_of"],
        "restored": " and ".join(story["restored"]),
        "chapters": _chapters(story),
        "parts": list(_parts(story)),
    }
    return {name: value for name, value in told.items() if value}


def _chapters(story: Row) -> list[list[Any]]:
    """Each chapter as [number of its first paragraph, title]."""
    starts = [paragraph["start"] for paragraph in story["paragraphs"]]
    return [[bisect_left(starts, chapter["start"]), chapter["title"]] for chapter in story["chapters"]]


def _parts(story: Row) -> Iterator[list[Any]]:
    """Each paragraph as [role, text, changes, speaker], empty ends left off; offsets of changes count in the paragraph."""
    changes = sorted(story["changes"], key=lambda change: change["start"])
    at = 0
    for paragraph in story["paragraphs"]:
        start, end = paragraph["start"], paragraph["end"]
        mine = []
        while at < len(changes) and changes[at]["end"] <= end:
            one = changes[at]
            place = (one["start"] - start, one["end"] - start)
            mine.append([*place, one["before"], one["rule"], one["confidence"], one["evidence"]])
            at += 1
        part = [paragraph["role"], story["text"][start:end], mine, paragraph.get("speaker")]
        while not part[-1]:
            part.pop()
        yield part


def _kept(story: Row, number: int, cuts: Sequence[int]) -> Iterator[Piece]:
    """The blocks of one story: its paragraphs, then what else its spans hold."""
    inside = set()
    gained: dict[int, int] = {}
    for change in story["changes"]:
        gained[change["start"]] = gained.get(change["start"], 0) + len(change["after"]) - len(change["before"])
    shifts = sorted(gained.items())
    at = 0
    for place, paragraph in enumerate(story["paragraphs"]):
        spans = [tuple(span) for span in paragraph["spans"]]
        inside.update(spans)
        length = paragraph["end"] - paragraph["start"]
        while at < len(shifts) and shifts[at][0] < paragraph["end"]:
            length -= shifts[at][1]
            at += 1
        role = "subhead" if paragraph["role"] == "subhead" else "body"
        for start, *stretch in _stretches(spans, length, cuts):
            yield [start, role, number, place, *stretch]
    outside = [span for span in map(tuple, story["spans"]) if span not in inside]
    yield from ([start, role, number, part] for start, role, part in _matched(story, outside))


def _stretches(spans: Sequence[tuple[int, ...]], length: int, cuts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Where a paragraph's text stands: at its start, or, where something was removed from between its spans, in stretches.

    That is known where its spans, joined by one space each, are as long as its text; else it is shown at its start.
    """
    exact = sum(end - start for start, end in spans) + len(spans) - 1 == length
    between = bisect_left(cuts, spans[-1][0]) > bisect_left(cuts, spans[0][0])
    if not (exact and between):
        yield (spans[0][0],)
        return
    first, begun, at = spans[0][0], 0, 0
    for (start, end), (following, _) in zip(spans, [*spans[1:], (spans[-1][1], 0)], strict=True):
        at += end - start
        if following == spans[-1][1] or bisect_left(cuts, following) > bisect_left(cuts, start):
            yield first, begun, at
            first, begun = following, at + 1
        at += 1


def _matched(story: Row, spans: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, str, int]]:
    """Which of headline, deck and captions stands at which span: the one as long as it; else the first that is left."""
    wanted = [("headline", HEADLINE, story["headline"]), ("deck", DECK, story["deck"])]
    wanted += [("caption", CAPTIONS - number, text) for number, text in enumerate(story["captions"])]
    left = [(role, part, len(text)) for role, part, text in wanted if text]
    for start, end in spans:
        if not left:
            return
        found = next((entry for entry in left if entry[2] == end - start), left[0])
        left.remove(found)
        yield start, found[0], found[1]
