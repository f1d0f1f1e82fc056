"""`copydesk lexicon suggest`: the names in a run's stories that no lexicon has, as a lexicon.

The stories are read as a stream, one at a time, and counted by `Census`. Its memory is bounded by the number of different forms
(`MOST_FORMS`, some 100 MB), not by the run; beside it stand the lexicon, a list of words and one story. Where a run has more
forms, those used least are let go on the way (Manku and Motwani 2002, "lossy counting"), and the output says so.

What is printed is a lexicon file: comments say how often and where a name stands, and what else in the run or in the lexicon is
like it. A form that is most likely a known name, misheard, becomes a `sounds` entry of that name; any other is a name itself.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from copydesk.pipeline import files
from copydesk.pipeline.idle_names import warn_of_idle_names
from copydesk.pipeline.logs import configure_logging
from copydesk.pipeline.options import ConfigError, load_settings
from copydesk.pipeline.output.formats import EXTENSIONS
from copydesk.pipeline.reading import read_manifest, read_stories
from copydesk.pipeline.terminal.lines import printable
from copydesk.transforms.lexicon import COLUMNS, LexiconName
from copydesk.transforms.repair.likeness import Spellings, meant_by, near_listed
from copydesk.transforms.repair.listing import Listing, listing_of, words_of
from copydesk.transforms.repair.unlisted import Mention, Unlisted, guess_kind, word_lists

if TYPE_CHECKING:
    import argparse

    from copydesk.transforms.shapes import Story

MOST_FORMS: Final = 50_000
"""Different forms that are counted at a time; where there are more, half of them stay."""
_EXCERPTS: Final = 2
_EXCERPT_REACH: Final = 48
"""Characters to each side of a name that its excerpt shows."""
_CONTEXT_REACH: Final = 160
"""Characters to each side in which context words are looked for: some 25 words."""
_MOST_CONTEXT: Final = 40
"""Different context words that are counted for one name."""
_CONTEXT: Final = 4
"""Context words of a line."""
_FORMS: Final = 5
"""Other forms that are told for one name."""
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class Use:
    """How one name is used in the stories, whatever its case."""

    times: int = 0
    stories: int = 0
    titled: bool = False
    spellings: Counter[str] = field(default_factory=Counter)
    excerpts: list[str] = field(default_factory=list)
    around: Counter[str] = field(default_factory=Counter)
    """Context words that stand near it, with counts."""

    @property
    def name(self) -> str:
        """The commonest spelling, one with a capital before one without."""
        return min(self.spellings, key=lambda name: (name.islower(), -self.spellings[name], name))

    @property
    def context(self) -> tuple[str, ...]:
        """The words that stand near it most often, twice or more."""
        own = set(_WORD.findall(self.name.lower()))
        words = sorted((-count, word) for word, count in self.around.items() if count > 1 and word not in own)
        return tuple(word for _, word in words[:_CONTEXT])


class Census:
    """Counts the unlisted names of stories, in bounded memory."""

    def __init__(self, listing: Listing, language: str, most: int = MOST_FORMS) -> None:
        """Nothing is counted yet.

        Args:
            listing: of all lexicons.
            language: of the stories.
            most: different forms that are kept.
        """
        self.uses: dict[str, Use] = {}
        """By the name in small letters."""
        self.stories = 0
        self.let_go = 0
        """Forms that were let go because there were more than `most`."""
        self.listing = listing
        self._unlisted = Unlisted(listing, language)
        self._most = most
        self._listed: Counter[str] = Counter()

    def add(self, story: Story) -> None:
        """Count one story's names; headings, where every word may have a capital, are left out."""
        self.stories += 1
        spoken = story.source.kind == "transcript"
        seen: set[str] = set()
        for paragraph in story.paragraphs:
            if paragraph.role == "subhead":
                continue
            text = story.text[paragraph.start : paragraph.end]
            self._listed.update(word for word in map(str.lower, _WORD.findall(text)) if word in self.listing.known)
            for mention in self._unlisted.mentions(text, spoken=spoken):
                key = mention.name.lower()
                self._count(self.uses.setdefault(key, Use()), text, mention, first=key not in seen)
                seen.add(key)
        if len(self.uses) > self._most:
            kept = dict(self.ranked()[: self._most // 2])
            self.let_go += len(self.uses) - len(kept)
            self.uses = kept

    def ranked(self) -> list[tuple[str, Use]]:
        """The names, those used most often first; ties by the number of stories, then by letters."""
        return sorted(self.uses.items(), key=lambda entry: (-entry[1].times, -entry[1].stories, entry[0]))

    def spelled(self, name: LexiconName) -> int:
        """How often the stories have a name of the lexicon, at most: as often as the rarest of its telling words."""
        return min((self._listed[word] for word in words_of(name.name) if word in self.listing.known), default=0)

    def _count(self, use: Use, text: str, mention: Mention, *, first: bool) -> None:
        use.times += 1
        use.stories += first
        use.titled |= mention.titled
        use.spellings[mention.name] += 1
        if first and len(use.excerpts) < _EXCERPTS:
            use.excerpts.append(_excerpt(text, mention))
        for word in _around(text, mention):
            if (word in use.around or len(use.around) < _MOST_CONTEXT) and self._unlisted.is_context(word):
                use.around[word] += 1


def _around(text: str, mention: Mention) -> Iterable[str]:
    """The words that stand near a name, in small letters, each once; one that the reach cuts is none."""
    low, high = max(mention.start - _CONTEXT_REACH, 0), mention.end + _CONTEXT_REACH
    words = _WORD.findall(text[low:high].lower())
    return dict.fromkeys(words[low > 0 : len(words) - (high < len(text))])


def _excerpt(text: str, mention: Mention) -> str:
    """A name with some words to each side, on one line that cannot steer a terminal."""
    low, high = max(mention.start - _EXCERPT_REACH, 0), mention.end + _EXCERPT_REACH
    before, after = text[low : mention.start], text[mention.end : high]
    before = f"… {before.partition(' ')[2]}" if low else before
    after = f"{after.rpartition(' ')[0]} …" if high < len(text) else after
    return printable(" ".join(f"{before}{mention.name}{after}".split()))


# --- the command ------------------------------------------------------------------------------------------------------


def lexicon(arguments: argparse.Namespace) -> int:
    """Do `copydesk lexicon suggest`: a lexicon on standard output, what was read on standard error."""
    folder, language = arguments.output, arguments.language
    if not files.is_remote(folder) and not os.path.exists(folder):  # noqa: PTH110 - a path may be a URL
        raise ConfigError(f"{folder}: no such folder; give the one that a run named as its output")
    if language not in word_lists():
        raise ConfigError(f"--language: no list of words for {language!r}; there are {', '.join(word_lists())}")
    configure_logging()
    settings = load_settings(arguments.config, arguments.sets, arguments.preset)
    warn_of_idle_names(settings)
    stories = _stories(folder)
    from copydesk.pipeline.resources import load_lexicon  # noqa: PLC0415 - a wrong call is told before anything is loaded

    census = Census(listing_of(load_lexicon(settings.repair.lexicons)), language)
    read = 0
    for story in stories:
        read += 1
        if story.duplicate_of is None and (story.language or "").partition("-")[0] == language:
            census.add(story)
    for line in lines_of(census, least=arguments.min_count, most=arguments.limit):
        print(line)
    print(f"copydesk: {folder}: read {census.stories:,} of {read:,} stories ({language}, no duplicates)", file=sys.stderr)
    return 0


def _stories(path: str) -> Iterator[Story]:
    """The stories of a run, or of one shard.

    Raises:
        OutputError: a folder that is no finished run.
        ConfigError: a run that has no shard of stories.
    """
    folder = files.is_remote(path) or os.path.isdir(path)  # noqa: PTH112 - as above
    if folder and not path.endswith(EXTENSIONS) and not read_manifest(path).of_kind("stories"):
        raise ConfigError(f"{path}: no shard of stories (stories-*) in it, so there is nothing to suggest from")
    return read_stories(path)


# --- what is printed --------------------------------------------------------------------------------------------------


def lines_of(census: Census, *, least: int, most: int | None) -> Iterator[str]:
    """A lexicon of the unlisted names, most used first, each with comments that say why it is there.

    Args:
        census: of all stories.
        least: times that a name has to be used.
        most: names that are told; None means all.
    """
    yield "\t".join(COLUMNS)
    yield "# Names of these stories that stand in no lexicon, most used first. Look at each: give its right spelling, kind and"
    yield "# field, take out what is no name, and list this file in repair.lexicons. Forms of known names are their sounds."
    if census.let_go:
        yield f"# {census.let_go:,} forms that were used little were let go on the way; counts may be too small."
    ranked = census.ranked()
    spellings = Spellings(key for key, _ in ranked)
    people = (form for form, names in census.listing.spellings.items() if names[0].kind == "person")
    first_names = frozenset(form[0] for form in people if len(form) > 1)
    rows: dict[str, list[tuple[str, Use, LexiconName | None]]] = {}
    for key, use in [entry for entry in ranked if entry[1].times >= least][:most]:
        near = near_listed(use.name, census.listing)
        meant = meant_by(use.name, near, {name.name: census.spelled(name) for name, _ in near})
        rows.setdefault(meant.name if meant else use.name, []).append((key, use, meant))
    for uses in rows.values():
        yield ""
        for key, use, meant in uses:
            yield _remark(use, meant, census, [(form, census.uses[form].times) for form in spellings.near(key)[:_FORMS]])
            yield from (f"#   {excerpt}" for excerpt in use.excerpts)
        _, first, meant = uses[0]
        if meant:
            yield "\t".join((meant.name, meant.kind, meant.field, "|".join(key for key, _, _ in uses), ""))
        else:
            kind = guess_kind(first.name, titled=first.titled, first_names=first_names)
            yield "\t".join((first.name, kind, "general", "", "|".join(first.context)))


def _remark(use: Use, meant: LexiconName | None, census: Census, forms: Sequence[tuple[str, int]]) -> str:
    """How often a name is used, and what is near it."""
    remark = f"# {use.name}: {_times(use.times)} in {use.stories:,} {'story' if use.stories == 1 else 'stories'}"
    others = [f"{census.uses[form].name} ({_times(count)})" for form, count in forms]
    if meant:
        remark += f"; most likely {_listed(meant, census)}"
    else:
        others[:0] = (_listed(name, census) for name, _ in near_listed(use.name, census.listing))
    return f"{remark}; near: {', '.join(others)}" if others else remark


def _listed(name: LexiconName, census: Census) -> str:
    spelled = census.spelled(name)
    return f"{name.name} of the lexicon" + (f" ({_times(spelled)} here)" if spelled else "")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
