"""The page itself: what was gathered, put into words and charts, and the templates filled in.

Whatever comes from a source is text: jinja2 escapes it, and what the reading room needs is embedded as JSON in which no `<`
stands. The page's Content-Security-Policy names its one script and its one style sheet by their digests, so even markup that
got through would neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from copydesk.pipeline.report.charts import Bar, bars, columns, fan, share
from copydesk.pipeline.report.embedding import embed as embed  # noqa: PLC0414 - the viewer takes both from here
from copydesk.pipeline.report.embedding import intern as intern  # noqa: PLC0414 - likewise
from copydesk.pipeline.report.gather import Gathered, Warned
from copydesk.pipeline.report.tally import CONFIDENCES, LENGTHS, LISTED, OTHERS, Tally
from copydesk.transforms.shapes import Role

_SHOWN: Final = 12
"""Bars of a chart; the rest is one bar, and of the table beside it only the first `_TABLE` are told."""
_TABLE: Final = 200
ROLE_MEANINGS: Final[Mapping[Role, str]] = {
    "headline": "what a story is called",
    "deck": "the line below its headline",
    "section": "the part of the site or paper",
    "byline": "who wrote it",
    "date": "when it was published",
    "caption": "what stands below a picture",
    "body": "the story's own words",
    "subhead": "a heading inside a story",
    "promo": "an invitation to read, buy or subscribe",
    "chrome": "furniture: menus, buttons, notices, lists of other stories",
}
_CLASSES: Final = ("under 0.85", "0.85 to 0.9", "0.9 to 0.95", "0.95 and more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its text: what it shows in a sentence, and its figures as a table."""

    name: str
    title: str
    told: str
    svg: Markup
    head: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def render(manifest: Mapping[str, Any], gathered: Gathered) -> str:
    """The whole of `report.html`.

    Args:
        manifest: of the run; times, counts and versions are taken from it.
        gathered: what its records tell.
    """
    script, style = reading_room(), template("report.css")
    tally = gathered.tally
    return environment(template).get_template("report.html").render(
        manifest=manifest,
        counts=manifest["counts"],
        tally=tally,
        flows=[_sources_flow(manifest["counts"], tally), _text_flow(tally)],
        charts=[chart for chart in _charts(tally) if chart.rows],
        warnings=[list(group) for _, group in groupby(gathered.warnings, key=lambda one: one.kind)],
        linked=[one for one in gathered.warnings if _is_shown(one, gathered.room)],
        refused=tally.refused.all(),
        errors=tally.rejected.most_common(LISTED),
        largest=tally.largest.all(),
        slowest=manifest.get("slowest", ()),
        sites=_sites(tally),
        roles=ROLE_MEANINGS,
        room=gathered.room,
        seen=gathered.seen,
        data=Markup(embed(intern(gathered.room))),  # noqa: S704 - `embed` leaves no character that markup could begin with
        style=Markup(style),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704 - likewise
        script_digest=digest(script),
        style_digest=digest(style),
    )


def _is_shown(warned: Warned, room: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the reading room holds what a warning speaks of."""
    if warned.uri or warned.site:
        return any(source["uri"] == warned.uri or (warned.site and source["site"] == warned.site) for source in room)
    return bool(warned.rule) and any(warned.rule in block[3:4] for source in room for block in source["blocks"])


def environment(load: Callable[[str], str | None]) -> Environment:
    """What fills templates in: markup in values is escaped, and a value that is missing is an error.

    Args:
        load: the text of a template by its name; None where there is none of that name.
    """
    made = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(load)
    )
    made.filters["number"] = lambda value: f"{value:,}"
    made.filters["moment"] = moment
    made.filters["duration"] = duration
    return made


def template(name: str) -> str:
    """The text of one of the report's files."""
    return resources.files("copydesk.pipeline.report").joinpath("templates", name).read_text("utf-8")


def reading_room() -> str:
    """The script that lays sources out."""
    return template("sources.js") + template("report.js")


def digest(text: str) -> str:
    """A text as a Content-Security-Policy names an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def moment(text: str) -> str:
    """A time of the manifest for a person.

    >>> moment("2026-03-04T12:05:06+00:00")
    '4 March 2026, 12:05 UTC'
    """
    at = datetime.fromisoformat(text)
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".rstrip()


def duration(seconds: float) -> str:
    """Seconds for a person.

    >>> duration(9.24), duration(75), duration(7_500)
    ('9.2 s', '1 min 15 s', '2 h 5 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


# --- flows and charts ---------------------------------------------------------------------------------------------------


def _sources_flow(counts: Mapping[str, int], tally: Tally) -> Chart:
    branches = [
        Bar("gave stories", tally.counts["with_story"], colour="accent"),
        Bar("gave no story", tally.counts["no_story"], colour="quiet"),
        Bar("the same as another", counts["same"], colour="second"),
        Bar("rejected", counts["rejected"], colour="bad"),
    ]
    return _flow("sources", "What came of the sources", ("sources", counts["sources"]), branches)


def _text_flow(tally: Tally) -> Chart:
    where = tally.characters
    other = sum(number for role, number in where.items() if role not in {"stories", "duplicates", "chrome", "promo"})
    branches = [
        Bar("in stories", where["stories"], colour="accent"),
        Bar("in duplicates", where["duplicates"], colour="second"),
        Bar("furniture, removed", where["chrome"], colour="quiet"),
        Bar("promotion, removed", where["promo"], colour="warn"),
        Bar("bylines, dates, more", other, colour="third"),
    ]
    return _flow("text", "Where their text went", ("characters", sum(where.values())), branches)


def _flow(name: str, title: str, origin: tuple[str, int], branches: list[Bar]) -> Chart:
    told = f"Of {origin[1]:,} {origin[0]}: " + "; ".join(f"{row.value:,} {row.label}" for row in branches if row.value) + "."
    rows = [(row.label, row.value, share(row.value, origin[1])) for row in branches]
    svg = fan(f"flow-{name}", title, told, origin, branches)
    return Chart(name=name, title=title, told=told, svg=svg, head=("", origin[0], "share"), rows=rows)


def _charts(tally: Tally) -> list[Chart]:
    sites = {name or "no site": site.sources for name, site in tally.sites.items()}
    return [
        _ranking("topics", "Topics", ("stories", "topics"), _named(tally.topics, "no topic")),
        _ranking("languages", "Languages", ("stories", "languages"), _named(tally.languages, "not told")),
        _lengths(tally),
        _ranking("sites", "Sites", ("sources", "sites"), sites),
        _ranking("formats", "Formats", ("sources", "formats"), tally.formats),
        _removals(tally),
        _repairs(tally),
    ]


def _named(table: Counter[str], nothing: str) -> dict[str, int]:
    return {name or nothing: number for name, number in table.items()}


def _ranking(name: str, title: str, nouns: tuple[str, str], table: Mapping[str, int]) -> Chart:
    """A chart of how many of the first noun there are of each of the second."""
    unit, kinds = nouns
    ranked = sorted(table.items(), key=lambda entry: (-entry[1], entry[0]))
    total = sum(table.values())
    shown = [Bar(label, number) for label, number in ranked[:_SHOWN]]
    if rest := sum(number for _, number in ranked[_SHOWN:]):
        shown.append(Bar(f"{len(ranked) - _SHOWN:,} others", rest, rest=True))
    told = f"{total:,} {unit}, {len(ranked):,} {kinds}; the most: " + ", ".join(f"{of} {n:,}" for of, n in ranked[:3]) + "."
    rows = [(label, number, share(number, total)) for label, number in ranked[:_TABLE]]
    svg = bars(f"chart-{name}", title, told, shown)
    return Chart(name=name, title=title, told=told, svg=svg, head=("", unit, "share"), rows=rows)


def _lengths(tally: Tally) -> Chart:
    bounds = [0, *LENGTHS]
    labels = [f"{low:,}–{high - 1:,}" for low, high in zip(bounds, LENGTHS, strict=False)] + [f"{LENGTHS[-1]:,}+"]
    brief = [_brief(low) for low in bounds]
    stories = sum(tally.lengths)
    mean = round(tally.counts["words"] / stories) if stories else 0
    told = f"{stories:,} stories of {mean:,} words in the mean. Below each column: the words from which it counts."
    svg = columns("chart-lengths", "Lengths of stories, in words", told, [
        Bar(label, number) for label, number in zip(brief, tally.lengths, strict=True)
    ])  # fmt: skip
    rows = [(label, number, share(number, stories)) for label, number in zip(labels, tally.lengths, strict=True)]
    return Chart(
        name="lengths", title="Lengths of stories", told=told, svg=svg, head=("words", "stories", "share"),
        rows=rows if stories else [],
    )  # fmt: skip


def _brief(low: int) -> str:
    """Where a class of lengths begins, in few characters: eight stand side by side on a phone."""
    return f"{low / 1000:g}k" if low >= 1000 else str(low)


def _removals(tally: Tally) -> Chart:
    ranked = sorted(tally.removed.items(), key=lambda entry: (-entry[1].characters, entry[0]))
    total = sum(use.characters for _, use in ranked)
    shown = [Bar(name, use.characters) for name, use in ranked[:_SHOWN]]
    if rest := sum(use.characters for _, use in ranked[_SHOWN:]):
        shown.append(Bar(f"{len(ranked) - _SHOWN:,} other rules", rest, rest=True))
    told = f"{len(ranked):,} rules removed {total:,} characters in {tally.counts['removed']:,} spans."
    rows = [
        (name, use.spans, use.characters, share(use.characters, total), ", ".join(sorted(use.roles)))
        for name, use in ranked[:_TABLE]
    ]  # fmt: skip
    return Chart(
        name="removed", title="Removed, by rule", told=told,
        svg=bars("chart-removed", "Removed characters, by rule", told, shown),
        head=("rule", "spans", "characters", "share", "roles"), rows=rows,
    )  # fmt: skip


def _repairs(tally: Tally) -> Chart:
    ranked = sorted(tally.repairs.items(), key=lambda entry: (-sum(entry[1]), entry[0]))
    total = sum(sum(classes) for _, classes in ranked)
    sure = sum(classes[-1] for _, classes in ranked)
    told = f"{len(ranked):,} rules made {total:,} repairs, {sure:,} of them with a confidence of {CONFIDENCES[-1]} or more."
    shown = [Bar(name, sum(classes), parts=tuple(classes)) for name, classes in ranked[:_SHOWN]]
    rows = [(name, sum(classes), *classes) for name, classes in ranked[:_TABLE]]
    return Chart(
        name="repairs", title="Repairs, by rule and confidence", told=told,
        svg=bars("chart-repairs", "Repairs, by rule and confidence", told, shown),
        head=("rule", "repairs", *_CLASSES), rows=rows,
    )  # fmt: skip


def _sites(tally: Tally) -> list[tuple[str, Any, str]]:
    """The sites with the most sources: name, what came of them, and the share of their text that was removed."""
    ranked = sorted(
        ((name, site) for name, site in tally.sites.items() if name and name != OTHERS),
        key=lambda entry: (-entry[1].sources, entry[0]),
    )  # fmt: skip
    return [(name, site, share(site.removed, site.removed + site.kept)) for name, site in ranked[:50]]
