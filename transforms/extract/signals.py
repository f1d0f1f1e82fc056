"""What the labeller sees of every line of a text dump: one row of numbers a line.

The columns say what the line is like by itself, what stands around it, how often it and its like stand on the page, how far
off prose, dates, names and furniture are, how dense the prose is near and far, and what its words share with the text around
it. None of them is a word of a language or of a site: words come in through the phrase packs alone, so what is learned from
some sites holds for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.extract.lines import LineFeatures
from copydesk.transforms.extract.measures import (
    FAR,
    Flags,
    Ints,
    Neighbours,
    Reals,
    distances,
    number_groups,
    recurrence,
    run_lengths,
    shift,
    totals,
    twins,
)
from copydesk.transforms.extract.stretches import add_density, add_gaps, add_main_stretch
from copydesk.transforms.extract.vocabulary import Vocabulary, may_be_compared
from copydesk.transforms.rules import phrase_key

KINDS: Final = (
    "end", "soft", "date", "byline", "name", "credit", "tiny", "label", "middling", "long", "short", "prose", "cut", "mark",
    "lower", "edge",
)  # fmt: skip
"""What a line is at a glance; "edge" stands for lines before the first and behind the last."""
END, SOFT, DATE, BYLINE, NAME, CREDIT, TINY, LABEL, MIDDLING, LONG, SHORT, PROSE, CUT, MARK, LOWER, EDGE = range(16)
PHRASES: Final = (
    "advertising", "agency", "comments", "consent", "copyright", "correction", "credit", "label", "login", "navigation",
    "pagination", "promo", "reading_time", "related", "sharing", "subscription", "tags",
)  # fmt: skip
_PHRASE_NUMBER: Final = {name: number for number, name in enumerate(PHRASES)}
ENDING_PHRASES: Final = frozenset({
    "related", "navigation", "pagination", "comments", "copyright", "login", "consent", "subscription",
})  # fmt: skip
"""Kinds of furniture that stand behind a story, or on no story's page at all."""
_ENDINGS: Final = {"sentence": 5, "question": 4, "colon": 3, "cut": 2, "none": 0}
_MOST_UNITS: Final = 150.0
_WIDE, _NEAR = (-4, -3, -2, -1, 1, 2, 3, 4), (-2, -1, 1, 2)
_FAR_READ, _NEAR_READ = ("units", "ending", "kind"), ("titled", "digits", "date", "phrase", "first", "stops")
"""Columns of a line that are read of lines so far off, too."""
_STEM_CHARACTERS: Final = 24
"""Characters that two lines share where one is the other cut off or with the site's name behind it."""
_RUN_IN: Final = 80
"""Characters of a brief's opening words in capitals."""
_RUN_IN_LEAST: Final = 4
_RUN_IN_END: Final = re.compile(r"\s?[:—–]|\s-+\s")
_NAMELESS: Final = re.compile(r"[,;:|/•·»]")
"""Marks that stand in no name."""
_BARS: Final = re.compile(r"[|/•·»›→>~–—-]")


Own: TypeAlias = Mapping[str, tuple[Any, ...]]
"""The lines turned: of each of their own features, by its name, the values of all lines."""


class Columns(dict[str, NDArray[np.generic]]):
    """The columns of a table under construction, by name and in order; each is added once, alone or with others."""

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self._parts: list[NDArray[np.generic]] = []

    def __setitem__(self, name: str, values: NDArray[np.generic]) -> None:
        """Add one column."""
        super().__setitem__(name, values)
        self._parts.append(values)

    def add(self, names: Sequence[str], rows: NDArray[np.generic]) -> None:
        """Add several columns, (columns, lines), in the order of their names."""
        self.update(zip(names, rows, strict=True))
        self._parts.append(rows)

    def table(self) -> NDArray[np.float32]:
        """All columns side by side, (lines, columns); a column's values stand together in memory, as `trees` reads them."""
        turned = np.empty((len(self), self._parts[0].shape[-1]), np.float32)
        at = 0
        for part in self._parts:
            end = at + (len(part) if part.ndim > 1 else 1)
            turned[at:end] = part
            at = end
        return turned.T


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """A page's lines as numbers, and what later steps ask of them again."""

    lines: Sequence[LineFeatures]
    names: tuple[str, ...]
    table: NDArray[np.float32]
    """(lines, columns)"""
    units: Reals
    kind: Ints
    """Index into `KINDS`."""
    prose: Flags
    groups: Ints
    """Lines that say the same have the same number."""
    repeats: Ints
    phrase: NDArray[np.str_]
    """The kind of the set phrase that a line is, empty where it is none."""

    def column(self, name: str) -> NDArray[np.float32]:
        """One column of the table."""
        found: NDArray[np.float32] = self.table[:, self.names.index(name)]
        return found


def measure_signals(lines: Sequence[LineFeatures]) -> Signals:
    """The signals of a page's lines; linear in their number and length.

    Args:
        lines: the page's lines as `lines.observe_lines` gives them; at least one.
    """
    own = dict(zip(LineFeatures._fields, zip(*lines, strict=True), strict=True))
    units = np.array(own["units"])
    kinds = [rule.kind if rule is not None else "" for rule in own["phrase"]]
    phrase = np.array(kinds, dtype=np.str_)
    known = np.array([kind != "" for kind in kinds])
    prose = np.array(own["prose"]) & ~known
    kind = _find_kinds(own, units, kinds, prose)
    keys = [phrase_key(folded) for folded in own["folded"]]
    groups = number_groups(keys)
    columns = Columns()
    _add_own(columns, own, units, kinds, kind)
    _add_neighbours(columns)
    repeats = _add_repetition(columns, keys, groups)
    said = (repeats > 1) & (units >= 3)
    _add_distances(columns, kind, phrase, prose, said)
    _add_counts(columns, kind, phrase, prose, {"said": said, "many": repeats > 2})
    add_density(columns, units, prose)
    add_main_stretch(columns, units, prose)
    _add_vocabulary(columns, lines, units, prose)
    _add_patterns(columns, kind, groups, units)
    eligible = ~prose & ~known & (units >= 2) & (units <= 32)
    add_gaps(columns, kind=kind, prose=prose, groups=groups, repeats=repeats, units=units, eligible=eligible)
    return Signals(
        lines=lines, names=tuple(columns), table=columns.table(), units=units, kind=kind, prose=prose, groups=groups,
        repeats=repeats, phrase=phrase,
    )  # fmt: skip


def _find_kinds(own: Own, units: Reals, phrases: Sequence[str], prose: Flags) -> Ints:
    """The kind of each line; later conditions win."""
    none = np.array([ending == "none" for ending in own["ending"]])
    short = ~np.array(own["prose"])
    kind = np.full(len(units), MIDDLING)
    kind[none & (units >= 19)] = LONG
    kind[none & (units < 4)] = LABEL
    kind[none & (units < 2)] = TINY
    kind[~none & ~prose] = SHORT
    kind[none & (units < 19) & np.array(own["lower_start"])] = LOWER
    kind[prose] = PROSE
    kind[np.array([ending == "cut" for ending in own["ending"]])] = CUT
    kind[np.array(list(map(_may_be_name, own["text"], own["ending"], own["titled"], own["capitals"], own["digits"])))] = NAME
    kind[np.array([day is not None for day in own["day"]]) & (units <= 12) & short] = DATE
    kind[np.array(list(map(bool, own["byline"]))) & (units <= 14) & short] = BYLINE
    kind[np.array(list(map(bool, phrases)))] = SOFT
    kind[np.array([phrase in ENDING_PHRASES for phrase in phrases])] = END
    kind[np.array(own["credit"])] = CREDIT
    kind[np.array(own["divider"])] = MARK
    return kind


def _may_be_name(text: str, ending: str, titled: float, capitals: bool, digits: float) -> bool:  # noqa: FBT001 - mapped
    if ending != "none" or titled < 0.99 or capitals or digits or len(text) > 40:
        return False
    return 1 <= text.count(" ") <= 3 and _NAMELESS.search(text) is None


def _add_own(columns: Columns, own: Own, units: Reals, phrases: Sequence[str], kind: Ints) -> None:
    columns["units"] = np.minimum(units, _MOST_UNITS)
    columns["word_length"] = np.minimum(np.array(list(map(len, own["text"]))) / np.maximum(units, 1), 20)
    columns["ending"] = np.array([_ENDINGS[ending] for ending in own["ending"]])
    columns["digits"] = np.array(own["digits"])
    columns["titled"] = np.where(np.array(own["capitals"]), 2.0, np.array(own["titled"]))
    columns["marks"] = np.minimum(np.array(own["marks"]) / units, 2.0)
    columns["stops"] = np.minimum(np.array(own["stops"]), 8)
    bars = [len(_BARS.findall(text)) if folded else 0 for text, folded in zip(own["text"], own["folded"], strict=True)]
    columns["bars"] = np.minimum(np.array(bars), 6)
    columns["first"] = np.array([_first_class(text[0]) for text in own["text"]])
    for name in ("bullet", "lower_start", "quoted", "dateline", "credit", "credit_end", "divider", "headline_style"):
        columns[name] = np.array(own[name])
    columns["run_in"] = np.array(list(map(_run_in, own["text"])))
    columns["date"] = np.array([(day is not None) + only for day, only in zip(own["day"], own["date_only"], strict=True)])
    columns["byline"] = np.array(list(map(len, own["byline"])))
    columns["site_share"] = np.array(own["site_share"])
    columns["kind"] = kind
    numbers = np.array([_PHRASE_NUMBER.get(phrase, len(PHRASES) if phrase else -1) for phrase in phrases])
    columns["phrase"] = numbers >= 0
    columns.add([f"phrase_{name}" for name in PHRASES], numbers == np.arange(len(PHRASES))[:, None])
    blank = np.minimum(np.array(own["blank_lines"]), 5)
    columns["blank"] = blank
    columns["blank+1"] = shift(blank, 1)
    columns["blanks"] = np.full(len(units), np.mean(blank > 0))


def _run_in(text: str) -> int:
    """Words of the headline in capitals that a brief's paragraph opens with: "FERRY BACK: The ferry came back"."""
    if text[:_RUN_IN_LEAST].upper() != text[:_RUN_IN_LEAST]:
        return 0  # nearly all lines
    found = _RUN_IN_END.search(text, _RUN_IN_LEAST, _RUN_IN)
    return text.count(" ", 0, found.start()) + 1 if found is not None and text[: found.start()].isupper() else 0


@lru_cache(maxsize=1_024)
def _first_class(char: str) -> int:
    if char.isupper():
        return 5
    if char.isalpha():
        return 1 if char.islower() else 4
    if char.isdigit():
        return 2
    return 3 if char in "\"“”«»「」„'‘" else -1


def _add_neighbours(columns: Columns) -> None:
    _add_near(columns, _WIDE, _FAR_READ, np.array([[-1.0], [-1.0], [float(EDGE)]]))
    _add_near(columns, _NEAR, _NEAR_READ)


def _add_near(columns: Columns, reach: Sequence[int], names: Sequence[str], fill: float | Reals = -1.0) -> None:
    """What some columns hold some lines further on and back."""
    near = Neighbours(np.array([columns[name] for name in names]), max(reach), fill)
    for by in reach:
        columns.add([f"{name}{by:+d}" for name in names], near.at(by))


def _add_repetition(columns: Columns, keys: Sequence[str], groups: Ints) -> Ints:
    repeats, back, ahead = twins(groups)
    columns["repeats"] = np.minimum(repeats, 12)
    columns["twin_back"], columns["twin_ahead"] = np.minimum(back, 100), np.minimum(ahead, 100)
    _add_near(columns, _NEAR, ("repeats",))
    stems = number_groups(key[:_STEM_CHARACTERS] if len(key) >= _STEM_CHARACTERS else "" for key in keys)
    count, back, ahead = twins(stems)
    columns["stem_more"] = np.minimum(count - repeats, 6)
    columns["stem_back"], columns["stem_ahead"] = np.minimum(back, 100), np.minimum(ahead, 100)
    return repeats


def _marks(kind: Ints, phrase: NDArray[np.str_], prose: Flags, said: Flags) -> dict[str, Flags]:
    return {
        "prose": prose, "date": kind == DATE, "byline": kind == BYLINE, "name": kind == NAME, "end": kind == END,
        "phrase": phrase != "", "said": said, "comments": phrase == "comments", "related": phrase == "related",
        "sharing": phrase == "sharing", "middling": kind == MIDDLING, "cut": kind == CUT, "mark": kind == MARK,
    }  # fmt: skip


def _add_distances(columns: Columns, kind: Ints, phrase: NDArray[np.str_], prose: Flags, said: Flags) -> None:
    marks = _marks(kind, phrase, prose, said)
    both = np.minimum(np.stack(distances(np.array(list(marks.values()))), axis=1), 60)
    columns.add([f"{side}_{name}" for name in marks for side in ("back", "ahead")], both.reshape(2 * len(marks), -1))


def _add_counts(columns: Columns, kind: Ints, phrase: NDArray[np.str_], prose: Flags, repeated: dict[str, Flags]) -> None:
    """What stands between a line and the prose before it, and the prose behind it."""
    count, at = len(kind), np.arange(len(kind))
    back, ahead = distances(prose)
    columns["gap"] = np.minimum(back + ahead, 80)
    low, high = np.maximum(at - np.minimum(back, count), 0), np.minimum(at + np.minimum(ahead, count), count)
    found = {"date": kind == DATE, "byline": kind == BYLINE, "name": kind == NAME, "end": kind == END, "phrase": phrase != ""}
    counted = found | repeated
    total = totals(np.array(list(counted.values())))
    before = total[:, :-1] - total[:, low]
    behind = total[:, np.maximum(high, at + 1)] - total[:, 1:]
    both = np.minimum(np.stack((before, behind), axis=1), 8)
    columns.add([f"{side}_{name}" for name in counted for side in ("before", "behind")], both.reshape(2 * len(counted), -1))
    runs, units = np.minimum(run_lengths(prose), 40), columns["units"]
    following, preceding = np.minimum(at + np.minimum(ahead, count), count - 1), np.maximum(at - np.minimum(back, count), 0)
    columns["run"] = runs * np.where(prose, 1, -1)
    columns["next_run"] = np.where(ahead < FAR, runs[following], -1)
    columns["last_run"] = np.where(back < FAR, runs[preceding], -1)
    columns["next_units"] = np.where(ahead < FAR, units[following], -1)
    columns["last_units"] = np.where(back < FAR, units[preceding], -1)


def _add_vocabulary(columns: Columns, lines: Sequence[LineFeatures], units: Reals, prose: Flags) -> None:
    vocabulary = Vocabulary(lines, prose, may_be_compared(units, prose))
    columns["below"], columns["above"] = vocabulary.overlaps()
    columns["kinship"] = vocabulary.kinship()
    columns["familiar"] = vocabulary.familiarity()


def _add_patterns(columns: Columns, kind: Ints, groups: Ints, units: Reals) -> None:
    """How often the page repeats what stands around a line: a site sets all of its stories in one way."""
    size, at = len(KINDS), np.arange(len(kind))
    near = {by: shift(kind, by, EDGE).astype(np.int64) for by in (-3, -2, -1, 1, 2)}
    own = -1 - at
    pattern = ((near[-2] * size + near[-1]) * size + kind) * size + near[1]
    front = np.where(kind == PROSE, own, ((near[-3] * size + near[-2]) * size + near[-1]) * size + kind)
    behind = np.where(kind == PROSE, own, (kind * size + near[1]) * size + near[2])
    above = shift(groups, -1).astype(np.int64) * 2 + (units >= 4)
    found = recurrence(np.stack((pattern, front, behind, above)))
    columns.add(("pattern", "front", "behind", "same_above"), np.minimum(found, 30))
