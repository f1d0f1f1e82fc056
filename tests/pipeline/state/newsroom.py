"""A made-up world whose sources appear, change, are repeated, break and vanish, night after night; and who reads the outputs.

`World` changes an inbox on disk and knows what each night's run should make of it, from the story of the world alone;
`Reader` is a consumer that knows nothing but what was published: records and manifests.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copydesk.pipeline.output.manifest import read_manifest
from tests.pipeline.jobs import records

WORDS = 120
SYLLABLES = ("ba", "del", "fir", "gon", "hul", "jam", "kes", "lor", "min", "nav", "pol", "quen", "rud", "sil", "tam", "vor")
BROKEN = bytes(range(256)) * 8


def invent(chance: random.Random, words: int) -> list[str]:
    """Words that nobody knows, in sentences."""
    made: list[str] = []
    while len(made) < words:
        one, other, third = ("".join(chance.choices(SYLLABLES, k=syllables)) for syllables in (3, 3, 4))
        made += [f"The {one}", "of", other, "met", f"{third}."]
    return made


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a piece: all versions of a family are about the same, those of two families have nothing in common."""

    family: int
    words: tuple[str, ...]
    extended: bool = False
    """It holds another of its family, and as much again."""
    complete: bool = False
    """It comes with headline, author and date."""

    @property
    def payload(self) -> str:
        """What stands in the file or row."""
        return " ".join(self.words)

    def better_than(self, other: Text) -> bool:
        """Clearly so: it holds the other, or tells what the other does not."""
        return self.extended if self.extended != other.extended else self.complete and not other.complete


@dataclass(slots=True)
class Held:
    """A published story of the world."""

    text: Text
    owners: set[str]
    """Uris under which these very bytes stand, of those that came in one night."""
    uri: str
    """The one that the record names."""


@dataclass(slots=True)
class Expected:
    """What a night's run should tell."""

    processed: Counter[str] = field(default_factory=Counter)
    """Uris of new, changed and broken sources."""
    unchanged: int = 0
    rejected: int = 0
    changed: int = 0
    withdrawn: set[tuple[str, str]] = field(default_factory=set)
    """Uri and payload of stories whose content is gone."""
    successor: dict[str, str] = field(default_factory=dict)
    """Uri -> the payload that its new story takes the place of."""


class World:
    """An inbox, and what is in it."""

    def __init__(self, inbox: Path, seed: int) -> None:
        """An empty one."""
        self.inbox = inbox
        self.chance = random.Random(seed)  # noqa: S311 - the same every time
        self.there: dict[str, Text | bytes] = {}
        """Uri -> what stands there now; bytes are broken."""
        self.latest: dict[str, Text] = {}
        """Uri -> its last good version, also of sources that vanished."""
        self.told: dict[str, bytes] = {}
        """Uri -> the broken version that was rejected last."""
        self.held: list[Held] = []
        self.families: dict[tuple[str, str], int] = {}
        """Uri and payload of every version that there was -> its family."""
        self._firsts: dict[str, Text] = {}
        self._roots: dict[int, Text] = {}
        self._count = 0
        self.there[f"{inbox}/rows.jsonl#last"] = Text(0, ("So be it.",))

    # --- what happens

    def _uri(self, kind: str) -> str:
        self._count += 1
        return f"{self.inbox}/rows.jsonl#item-{self._count}" if kind == "row" else f"{self.inbox}/item-{self._count:04d}.txt"

    def new(self, text: Text | None = None) -> str:
        """A source that was never there; a row where its text is complete."""
        text = text or self.invent()
        uri = self._uri("row" if text.complete or self.chance.random() < 0.3 else "file")
        self.there[uri] = text
        return uri

    def invent(self) -> Text:
        """A text of a family of its own."""
        self._count += 1
        return Text(self._count, tuple(invent(self.chance, WORDS)))

    def edit(self, text: Text) -> Text:
        """Some words changed."""
        words = list(text.words)
        for at in self.chance.sample(range(1, len(words)), 4):
            words[at] = "".join(self.chance.choices(SYLLABLES, k=2))
        return Text(text.family, tuple(words), text.extended)

    def happen(self) -> None:
        """One night's events."""
        chance = self.chance
        files = sorted(uri for uri, text in self.there.items() if isinstance(text, Text))
        plain = [uri for uri in files if uri.endswith(".txt")]
        for _ in range(chance.randint(1, 2)):
            self.new()
        if not plain:
            return
        for event, uri in zip(chance.sample(EVENTS, 3), chance.sample(plain, min(3, len(plain))), strict=False):
            text = self.there[uri]
            if isinstance(text, Text):
                getattr(self, f"_{event}")(uri, text)

    def _copy(self, _: str, text: Text) -> None:
        self.new(Text(text.family, text.words, text.extended))

    def _near(self, _: str, text: Text) -> None:
        self.new(self.edit(self._root(text)))

    def _extend(self, _: str, text: Text) -> None:
        more = tuple(invent(random.Random(text.family), WORDS + 20))  # noqa: S311 - the same for each of a family
        self.new(Text(text.family, (*self._root(text).words, *more), extended=True))

    def _complete(self, _: str, text: Text) -> None:
        self.new(Text(text.family, self._root(text).words, complete=True))

    def _twins(self, *_: object) -> None:
        text = self.invent()
        for _uri in range(2):
            self._count += 1
            self.there[f"{self.inbox}/item-{self._count:04d}.txt"] = text

    def _change(self, uri: str, text: Text) -> None:
        self.there[uri] = self.edit(self._root(text))

    def _rewrite(self, uri: str, _: Text) -> None:
        self.there[uri] = self.invent()

    def _revert(self, uri: str, _: Text) -> None:
        self.there[uri] = self._firsts[uri]

    def _break(self, uri: str, _: Text) -> None:
        self.there[uri] = BROKEN + uri.encode()

    def _mend(self, *_: object) -> None:
        broken = sorted(uri for uri, text in self.there.items() if isinstance(text, bytes) and uri in self.latest)
        if broken:
            self.there[broken[0]] = self.latest[broken[0]]

    def _vanish(self, uri: str, _: Text) -> None:
        del self.there[uri]

    def _junk(self, *_: object) -> None:
        uri = self._uri("file")
        self.there[uri] = BROKEN + uri.encode()

    def _root(self, text: Text) -> Text:
        return self._roots.get(text.family, text)

    # --- what should come of it

    def night(self) -> Expected:
        """Put what is there into the inbox, and say what its run should make of it."""
        expected = Expected()
        fresh: dict[str, Text] = {}
        for uri, text in sorted(self.there.items()):
            if isinstance(text, bytes):
                known = self.told.get(uri) == text
                self.told[uri] = text
                expected.rejected += not known
            else:
                known = self.latest.get(uri) == text
                if not known:
                    fresh[uri] = text
            expected.unchanged += known
            expected.processed[uri] += not known
        for uri, text in fresh.items():
            self.families[uri, text.payload] = text.family
            self.told.pop(uri, None)
            self._firsts.setdefault(uri, text)
            self._roots.setdefault(text.family, text)
            if before := self.latest.get(uri):
                expected.changed += 1
                self._leave(uri, before, expected)
            self.latest[uri] = text
        self._publish(fresh)
        self._write()
        expected.processed = +expected.processed
        return expected

    def _leave(self, uri: str, before: Text, expected: Expected) -> None:
        for held in self.held:
            if uri in held.owners:
                held.owners.discard(uri)
                if not held.owners:
                    expected.withdrawn.add((held.uri, before.payload))
                    expected.successor[uri] = before.payload
        self.held = [held for held in self.held if held.owners]

    def _publish(self, fresh: dict[str, Text]) -> None:
        by_payload: dict[str, Held] = {}
        for uri, text in sorted(fresh.items()):
            if text.payload in by_payload:  # equal bytes of one night are one
                by_payload[text.payload].owners.add(uri)
            else:
                by_payload[text.payload] = Held(text, {uri}, uri)
        for held in by_payload.values():  # a story that its source has again is its own again
            for other in self.held:
                if other.uri == held.uri and other.text.payload == held.text.payload:
                    held.owners |= other.owners
            self.held = [other for other in self.held if (other.uri, other.text.payload) != (held.uri, held.text.payload)]
        self.held += by_payload.values()

    def _write(self) -> None:
        for path in self.inbox.glob("*"):
            path.unlink()
        rows = []
        for uri, text in sorted(self.there.items()):
            path, _, name = uri.partition("#")
            if isinstance(text, bytes):
                Path(path).write_bytes(text)
            elif name:
                row = {"id": name, "text": text.payload}
                told = {"title": f"On {text.family}", "author": "Ada Winter", "published": "2024-05-01"}
                rows.append(row | told if text.complete else row)
            else:
                Path(path).write_text(text.payload)
        (self.inbox / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


EVENTS = (
    "copy", "near", "extend", "complete", "twins", "change", "change", "rewrite", "revert", "break", "mend", "vanish", "junk",
)  # fmt: skip


class Reader:
    """A consumer of all outputs together."""

    def __init__(self) -> None:
        """Nothing was published yet."""
        self.stories: dict[str, dict[str, Any]] = {}
        self.apart: dict[str, str | None] = {}
        """Stories that do not stand for themselves, and what stands for them."""

    def read(self, output: Path) -> dict[str, Any]:
        """Take one more output; its manifest."""
        manifest = read_manifest(output)
        for story in records(output, "story"):
            self.stories[story["id"]] = story
            self.apart.pop(story["id"], None)
            if story["duplicate_of"]:
                self.apart[story["id"]] = story["duplicate_of"]
        for entry in manifest["superseded"]:
            self.apart[entry["id"]] = entry["by"]
        for story in manifest["released"]:
            del self.apart[story]
        return manifest

    def current(self) -> Iterator[dict[str, Any]]:
        """The stories that stand."""
        return (story for name, story in self.stories.items() if name not in self.apart)

    def root(self, name: str) -> str | None:
        """What stands for a story."""
        at: str | None = name
        while at in self.apart:
            at = self.apart[at]
        return at
