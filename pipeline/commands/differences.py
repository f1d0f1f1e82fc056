"""What differs between the records that two runs wrote of one source: stories, what is removed, what is mended.

Stories are told to be the same one by the text that they share: where the source's decoded text is the same, by the overlap of
their spans; else by their words, their headline, their place. All is linear in the records, but for a sort of the spans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from typing import Any, Final, TypeAlias

from copydesk.pipeline.commands.pairing import SourceRecords
from copydesk.pipeline.commands.wording import Piece, opcodes, word_changes

Plain: TypeAlias = dict[str, Any]
Matched: TypeAlias = tuple[Plain | None, Plain | None]

FIELDS: Final = (
    "text", "headline", "deck", "authors", "published", "section", "captions", "chapters", "language", "topics", "duplicate_of",
)  # fmt: skip
"""The fields of a story whose differences are shown; those of the others are counted as "other"."""
DOCUMENT_FIELDS: Final = ("charset", "language_hint", "text_sha256", "same_as")
_PLACES: Final = ("paragraphs", "spans", "words", "quality", "changes")
"""These follow the text: where it differs, they say nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """One story that is not the same in both runs; before or after is None where it is new or gone."""

    before: Plain | None
    after: Plain | None
    fields: tuple[str, ...] = ()
    """Those of `FIELDS` that differ."""
    other: tuple[str, ...] = ()
    """Further fields of the record that differ, as scores and offsets."""
    kin: tuple[int, ...] = ()
    """Of a story that is new or gone, the other run's stories of the source, from 1, that hold words of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanChange:
    """A piece of the source that only one run removed, or that each removed by another rule; the other rule is None."""

    before: str | None
    after: str | None
    text: str

    @property
    def solid(self) -> int:
        """Characters that are not white space."""
        return sum(map(len, self.text.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """One source of which two runs wrote different records."""

    before: SourceRecords | None
    after: SourceRecords | None
    document: tuple[str, ...] = ()
    """Those of `DOCUMENT_FIELDS` that differ."""
    stories: tuple[StoryChange, ...] = ()
    spans: tuple[SpanChange, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=Counter)
    """By rule, how many repairs the later run made more than the earlier, or fewer."""

    @property
    def uri(self) -> str:
        """The source's."""
        records = self.before or self.after
        return records.uri if records else ""


def compare(before: SourceRecords | None, after: SourceRecords | None) -> SourceChange | None:
    """What differs of one source; None where nothing does. That its path is another is no difference of its records."""
    if before is None or after is None:
        stories: list[Matched] = [(story, None) for story in before.stories] if before else []
        stories += [(None, story) for story in after.stories] if after else []
        changed = tuple(StoryChange(before=was, after=now) for was, now in stories)
        return SourceChange(before=before, after=after, stories=changed)
    if before is after or replace(before, uri=after.uri) == after:
        return None
    old, new = _document(before), _document(after)
    same_text = bool(old) and old.get("text_sha256") == new.get("text_sha256")
    shared = _shared(before.stories, after.stories) if same_text else Counter()
    pairs = _by_spans(before.stories, after.stories, shared) if same_text else _by_words(before.stories, after.stories)
    kin = _kin(before.stories, after.stories, shared)
    find = _spans if same_text else _texts
    change = SourceChange(
        before=before,
        after=after,
        document=tuple(name for name in DOCUMENT_FIELDS if old.get(name) != new.get(name)) if old and new else (),
        stories=tuple(change for pair in pairs if (change := _story(*pair, kin))),
        spans=tuple(find(before.removed, after.removed)) if old and new else (),
        repairs=_repairs(before, after),
    )
    return None if before.uri != after.uri and _is_empty(change, before, after) else change


def _is_empty(change: SourceChange, before: SourceRecords, after: SourceRecords) -> bool:
    """Whether two paths of one source differ in nothing but in what is made of the path, such as the id of a dropped story."""
    same = before.sha256 == after.sha256 and before.rejected == after.rejected and len(before.documents) == len(after.documents)
    return same and not (change.document or change.stories or change.spans or change.repairs)


def _document(records: SourceRecords) -> Plain:
    return records.documents[0] if records.documents else {}


# --- stories ------------------------------------------------------------------------------------------------------------


def _shared(before: Sequence[Plain], after: Sequence[Plain]) -> Counter[tuple[int, int]]:
    """How many characters of the source a story of the one run shares with one of the other."""
    shared: Counter[tuple[int, int]] = Counter()
    for start, end, old, new in _sweep(_claims(before), _claims(after)):
        if old is not None and new is not None:
            shared[old, new] += end - start
    return shared


def _by_spans(before: Sequence[Plain], after: Sequence[Plain], shared: Counter[tuple[int, int]]) -> list[Matched]:
    """Stories that share most characters of the source first; each is matched once."""
    return _match(before, after, sorted(shared, key=lambda pair: (-shared[pair], pair)))


def _kin(
    before: Sequence[Plain], after: Sequence[Plain], shared: Counter[tuple[int, int]],
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:  # fmt: skip
    """For the stories of each run, by id, the places on the page of the other's that share words with them, from 1."""
    kin: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
    for old, new in sorted(shared):
        kin[0].setdefault(before[old]["id"], []).append(after[new]["source"]["index"] + 1)
        kin[1].setdefault(after[new]["id"], []).append(before[old]["source"]["index"] + 1)
    return kin


def _claims(stories: Sequence[Plain]) -> list[tuple[int, int, int]]:
    return sorted((start, end, number) for number, story in enumerate(stories) for start, end in story["spans"])


def _by_words(before: Sequence[Plain], after: Sequence[Plain]) -> list[Matched]:
    """Of a source whose text is another: stories with the same text, with the same headline, then by their order."""
    ranked: list[tuple[int, int]] = []
    for name in ("text", "headline"):
        places: dict[str, list[int]] = {}
        for number, story in reversed([*enumerate(after)]):
            places.setdefault(story[name] or "", []).append(number)
        for number, story in enumerate(before):
            if story[name] and (found := places.get(story[name])):
                ranked.append((number, found.pop()))
    ranked += [(number, number) for number in range(min(len(before), len(after)))]
    return _match(before, after, ranked)


def _match(before: Sequence[Plain], after: Sequence[Plain], ranked: Sequence[tuple[int, int]]) -> list[Matched]:
    """Pairs in the order of the earlier run's stories, then those that are new."""
    mates: dict[int, int] = {}
    taken: set[int] = set()
    for old, new in ranked:
        if old not in mates and new not in taken:
            mates[old] = new
            taken.add(new)
    pairs: list[Matched] = [(story, after[mates[old]] if old in mates else None) for old, story in enumerate(before)]
    return pairs + [(None, story) for new, story in enumerate(after) if new not in taken]


def _story(
    before: Plain | None, after: Plain | None, kin: tuple[dict[str, list[int]], dict[str, list[int]]],
) -> StoryChange | None:  # fmt: skip
    if before is None or after is None:
        near = kin[0].get(before["id"], []) if before else kin[1].get(after["id"], []) if after else []
        return StoryChange(before=before, after=after, kin=tuple(near))
    if before == after:
        return None
    differ = {name for name in before.keys() | after.keys() if shown(before, name) != shown(after, name)} - {"id"}
    told = tuple(name for name in FIELDS if name in differ)
    implied = {*told, *(_PLACES if "text" in differ else ())}
    scores = {name for name in ("topics",) if name not in differ and before.get(name) != after.get(name)}
    other = tuple(sorted((differ | scores) - implied))
    return StoryChange(before=before, after=after, fields=told, other=other) if told or other else None


def shown(story: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any value of a record
    """A field of a story as it is compared: of topics and chapters what a reader is told, of the source what is its own.

    That another story of the page came or went changes the places of all, and is told of that story.
    """
    value = story.get(name)
    if name == "source":
        return {key: told for key, told in (value or {}).items() if key not in {"index", "count", "sha256"}}
    if name == "topics":
        return [topic["name"] for topic in value or ()]
    return [chapter["title"] for chapter in value or ()] if name == "chapters" else value


def text_changes(before: Plain, after: Plain) -> Iterator[list[Piece]]:
    """The paragraphs of a story that differ, word by word; paragraphs that were put in or left out are one piece each."""
    old, new = _paragraphs(before), _paragraphs(after)
    gone: list[str] = []
    for sign, first, last in [*opcodes(old, new), ("=", 0, 0)]:
        if sign == "-":
            gone = old[first:last]
            continue
        put = new[first:last] if sign == "+" else []
        for left, right in zip_longest(gone, put, fillvalue=""):
            yield word_changes(left, right)
        gone = []


def _paragraphs(story: Plain) -> list[str]:
    return [story["text"][paragraph["start"] : paragraph["end"]] for paragraph in story["paragraphs"]]


def _repairs(before: SourceRecords, after: SourceRecords) -> Counter[str]:
    made: Counter[str] = Counter()
    for sign, records in ((-1, before), (1, after)):
        for record in (*records.documents, *records.stories):
            for change in record["changes"]:
                made[change["rule"]] += sign
    return Counter({rule: count for rule, count in sorted(made.items()) if count})


# --- what is removed ----------------------------------------------------------------------------------------------------


def _sweep(
    before: Sequence[tuple[int, int, int]], after: Sequence[tuple[int, int, int]],
) -> Iterator[tuple[int, int, int | None, int | None]]:  # fmt: skip
    """Two rows of spans that do not overlap, side by side: every stretch with the number of what covers it in each."""
    edges = sorted({edge for start, end, _ in (*before, *after) for edge in (start, end)})
    at = [0, 0]
    for start, end in pairwise(edges):
        found: list[int | None] = []
        for side, spans in enumerate((before, after)):
            while at[side] < len(spans) and spans[at[side]][1] <= start:
                at[side] += 1
            inside = at[side] < len(spans) and spans[at[side]][0] <= start
            found.append(spans[at[side]][2] if inside else None)
        if found[0] is not None or found[1] is not None:
            yield start, end, found[0], found[1]


def _spans(before: Sequence[Plain], after: Sequence[Plain]) -> Iterator[SpanChange]:
    """What one run removed and the other did not, or by another rule; stretches of white space say nothing."""
    old = [(removed["start"], removed["end"], number) for number, removed in enumerate(before)]
    new = [(removed["start"], removed["end"], number) for number, removed in enumerate(after)]
    for start, end, was, now in _sweep(old, new):
        left, right = before[was] if was is not None else None, after[now] if now is not None else None
        rule, other = left["rule"] if left else None, right["rule"] if right else None
        if rule == other or not (source := left or right):
            continue
        text = source["text"][start - source["start"] : end - source["start"]]
        if text.strip():
            yield SpanChange(before=rule, after=other, text=text)


def _texts(before: Sequence[Plain], after: Sequence[Plain]) -> Iterator[SpanChange]:
    """The same where the sources' texts differ, so that places mean nothing: by what the removed texts say."""
    old, new = (Counter((removed["rule"], removed["text"]) for removed in side) for side in (before, after))
    for rule, text in (old - new).elements():
        yield SpanChange(before=rule, after=None, text=text)
    for rule, text in (new - old).elements():
        yield SpanChange(before=None, after=rule, text=text)
