"""One pass over a run's records: what they add up to, what the reading room shows, and what is worth a person's time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from copydesk.pipeline.report.records import Whole, read_wholes
from copydesk.pipeline.report.room import Room
from copydesk.pipeline.report.tally import OTHERS, Tally
from copydesk.transforms.settings import ReportSettings
from copydesk.transforms.write.records import DUPLICATE

SITE_SOURCES: Final = 3
"""A site of which fewer pages came shows nothing by giving no story."""
RULE_SHARE: Final = 0.5
"""A rule that removed this share of all that was removed ..."""
RULE_TIMES: Final = 3.0
"""... and so many times what the rule after it did, is worth a look ..."""
RULE_CHARACTERS: Final = 5_000
"""... unless it is all a few lines."""
PIECE_CHARACTERS: Final = 1_500
"""Some 250 words in one removed span are as long as a story."""
REPAIRS: Final = 10
"""Fewer repairs than this are read in a minute, however short the source."""
REPAIRS_RATE: Final = 0.02
"""Repairs a word: one in fifty is ten times what captions of middling quality need."""
REJECTED_SHARE: Final = 0.01
"""Of the sources; a share above `run.max_rejected` ends the run with exit code 3 besides."""
REPEATED_SHARE: Final = 0.9
"""Of the stories, or of the sources: a site that reprints itself and an agency's report in many papers stay far below ..."""
REPEATED_LEAST: Final = 20
"""... and a few of a kind may be meant."""
WALL_SHARE: Final = 0.5
"""Where most of what is repeated is one and the same, that stood on the pages instead of them."""
_WALL: Final = "One text on most pages is a wall of consent or login, or an error saved as a page: read it in one of them."
_TWICE: Final = "The same input under other names or in other formats comes twice, as does what an earlier run published."
_NAMED: Final = 5
"""Warnings of one kind that are told one by one."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something worth a person's time."""

    kind: str
    message: str
    why: str
    """What to look for."""
    rule: str = ""
    """That the reading room is to be filtered by."""
    site: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that the page tells, beside the manifest."""

    tally: Tally
    warnings: list[Warned]
    room: list[dict[str, Any]]
    seen: int
    """Sources that the room was chosen of."""


def gather(folder: str, manifest: Mapping[str, Any], settings: ReportSettings) -> Gathered:
    """Read every record once.

    Args:
        folder: where the files are that `manifest` names.
        manifest: of the run; only its `files` and `counts` are used.
        settings: bounds of the reading room.

    Raises:
        OSError: a file cannot be opened.
        UnpackError: it is broken.
    """
    tally, room = Tally(), Room(settings)
    for entry in read_wholes(folder, manifest):
        tally.add(entry)
        if isinstance(entry, Whole):
            room.offer(entry)
        elif entry.kind == "removed":
            room.add_removed(entry.row)
    dropped = manifest.get("counts", {}).get("dropped", 0)
    return Gathered(tally=tally, warnings=list(_warn(tally, dropped)), room=room.chosen(), seen=room.seen)


def _warn(tally: Tally, dropped: int = 0) -> Iterator[Warned]:
    yield from _rejected(tally)
    yield from _repeated(tally, dropped)
    yield from _silent_sites(tally)
    yield from _greedy_rules(tally)
    yield from _long_pieces(tally)
    yield from _repaired(tally)


def _rejected(tally: Tally) -> Iterator[Warned]:
    rejected = tally.counts["rejected"]
    sources = rejected + tally.counts["documents"]
    if rejected > REJECTED_SHARE * sources:
        commonest = min(tally.rejected.items(), key=lambda entry: (-entry[1], entry[0]))[0]
        first = next((uri for _, uri, told in tally.refused.all() if told.startswith(f"{commonest}: ")), "")
        were = "was" if rejected == 1 else "were"
        yield Warned(
            "rejected", f"{rejected:,} of {sources:,} sources {were} rejected ({rejected / sources:.1%}).",
            "The table of rejected sources says why; a cause upstream shows as one error many times.", uri=first,
        )  # fmt: skip


def _repeated(tally: Tally, dropped: int) -> Iterator[Warned]:
    """Nearly all stories, or nearly all sources, are what others are; of stories that were dropped nobody knows which."""
    stories, sources = tally.counts["stories"] + dropped, tally.counts["documents"]
    repeats, same = tally.counts["duplicates"] + dropped, tally.counts["same"]
    if stories >= REPEATED_LEAST and repeats >= REPEATED_SHARE * stories:
        message = f"{repeats:,} of {stories:,} stories repeat another ({repeats / stories:.1%})"
        times, uri = tally.repeated.most()
    elif sources >= REPEATED_LEAST and same >= REPEATED_SHARE * sources:
        message, repeats = f"{same:,} of {sources:,} sources have the bytes of another ({same / sources:.1%})", same
        times, uri = tally.same.most()
    else:
        return
    if times >= WALL_SHARE * repeats:
        message, why = f"{message}, {times:,} of them one and the same: a wall of consent or login?", _WALL
    elif dropped:
        message, why = f"{message}: the same input twice, or a wall of consent or login?", f"{_TWICE} {_WALL}"
    else:
        message, why = f"{message}: was the same input given twice?", _TWICE
    yield Warned("repeated", message, why, uri=uri)


def _silent_sites(tally: Tally) -> Iterator[Warned]:
    silent = sorted(
        (-site.sources, name) for name, site in tally.sites.items()
        if name not in {"", OTHERS} and site.without == site.sources >= SITE_SOURCES
    )  # fmt: skip
    for less, name in silent[:_NAMED]:
        yield Warned(
            "site", f"None of the {-less:,} sources of {name} gave a story.",
            "Either its pages hold none, or its articles are taken for furniture: open one and see by which rule.", site=name,
        )  # fmt: skip
    if len(silent) > _NAMED:
        yield Warned("site", f"{len(silent) - _NAMED:,} more sites gave no story.", "The table of sites names the largest.")


def _greedy_rules(tally: Tally) -> Iterator[Warned]:
    """Dropped duplicates are stories whose text is kept elsewhere, and as many as the run has: that says nothing of a rule."""
    uses = sorted(((use.characters, name) for name, use in tally.removed.items() if name != DUPLICATE), reverse=True)
    if not uses:
        return
    (most, name), second = uses[0], uses[1][0] if len(uses) > 1 else 0
    total = sum(characters for characters, _ in uses)
    aside = " beside duplicates" if DUPLICATE in tally.removed else ""
    if most >= RULE_CHARACTERS and most >= RULE_SHARE * total and most >= RULE_TIMES * second:
        yield Warned(
            "rule", f"The rule {name} removed {most:,} characters, {most / total:.0%} of all that was removed{aside}.",
            "See in a few sources whether what it takes is furniture.", rule=name,
        )  # fmt: skip


def _long_pieces(tally: Tally) -> Iterator[Warned]:
    for length, uri, rule in tally.longest_removed.all()[:_NAMED]:
        if length >= PIECE_CHARACTERS:
            yield Warned(
                "piece", f"{length:,.0f} characters in one piece were removed from {uri} by {rule}.",
                "As much text as a story has: is it one?", rule=rule, uri=uri,
            )  # fmt: skip


def _repaired(tally: Tally) -> Iterator[Warned]:
    for changes, uri, words in tally.repaired.all()[:_NAMED]:
        if changes >= REPAIRS and changes > REPAIRS_RATE * int(words):
            yield Warned(
                "repairs", f"{changes:,.0f} repairs in {int(words):,} words of {uri}.",
                "Many repairs come of a poor recognizer, a wrong charset, or a rule that is wrong for this speaker.", uri=uri,
            )  # fmt: skip
