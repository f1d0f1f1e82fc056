"""Charts as inline SVG. Widths are shares of the page's and text keeps its size, so a chart reads the same on a phone.

Colours are classes, which the page's style gives a value for light and for dark. Every chart has a title and a description for
screen readers, and the page sets its figures as a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_FIXED: Final = "\N{NO-BREAK SPACE}"
_ROW: Final = 36
"""Pixels for a bar with its label above it."""
_LABEL: Final = 40
"""Characters of a label: at 360 pixels more would run into the value at the right end."""
_COLUMN_HEIGHT: Final = 150
_FAN_ROW: Final = 52
"""Pixels for each branch of a fan, whose label takes two lines."""
_FAN_LEFT, _FAN_RIGHT = 28.0, 48.0
"""Where a fan's ribbons start and end, in hundredths of its width: names stand left and right of them."""
_LONG: Final = 1_000_000
"""A number that at 360 pixels would run into the ribbons on its right."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value; `parts`, where there are any, add up to it and are drawn in shades; of what is the `rest` no bar is drawn."""

    label: str
    value: int
    parts: tuple[int, ...] = ()
    colour: str = "accent"
    rest: bool = False


def cut(text: str, length: int = _LABEL) -> str:
    """A text short enough for a label.

    >>> cut("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def share(value: float, total: float) -> str:
    """A share in per cent, for a person.

    The spaces in it do not break.

    >>> [share(*of).replace(_FIXED, " ") for of in ((1, 3), (1, 3000), (0, 0))]
    ['33 %', '< 1 %', '0 %']
    """
    part = 100 * value / total if total else 0
    return f"<{_FIXED}1{_FIXED}%" if 0 < part < 1 else f"{part:.0f}{_FIXED}%"


def bars(name: str, title: str, told: str, rows: Sequence[Bar]) -> Markup:
    """Bars that lie, each with its label and value above it.

    Args:
        name: of the chart; ids are made of it.
        title: what it shows.
        told: the same in words, for who does not see it.
        rows: from top to bottom.
    """
    most = max((row.value for row in rows if not row.rest), default=0) or 1
    drawn = []
    for number, row in enumerate(rows):
        top = number * _ROW
        drawn.append(Markup('<text x="0" y="{}" class="label">{}</text>').format(top + 14, cut(row.label)))
        drawn.append(Markup('<text x="100%" y="{}" class="value">{:,}</text>').format(top + 14, row.value))
        if row.rest:
            continue
        drawn.append(Markup('<rect x="0" y="{}" width="100%" height="8" class="track"/>').format(top + 20))
        at = 0
        for shade, part in enumerate(row.parts or (row.value,)):
            kind = f"fill-{row.colour}" if not row.parts else f"fill-shade{shade}"
            drawn.append(Markup('<rect x="{:.2f}%" y="{}" width="{:.2f}%" height="8" class="{}"/>').format(
                100 * at / most, top + 20, 100 * part / most, kind
            ))  # fmt: skip
            at += part
    return _svg(name, title, told, len(rows) * _ROW, Markup("").join(drawn))


def columns(name: str, title: str, told: str, rows: Sequence[Bar]) -> Markup:
    """Bars that stand, for classes that have an order; arguments as of `bars`."""
    most = max((row.value for row in rows), default=0) or 1
    width = 100 / max(len(rows), 1)
    drawn = []
    for number, row in enumerate(rows):
        high = round(_COLUMN_HEIGHT * row.value / most, 1)
        top = 18 + _COLUMN_HEIGHT - high
        middle = (number + 0.5) * width
        drawn.append(Markup('<rect x="{:.2f}%" y="{}" width="{:.2f}%" height="{}" class="fill-accent"/>').format(
            number * width + 0.1 * width, round(top, 1), 0.8 * width, high
        ))  # fmt: skip
        drawn.append(Markup('<text x="{:.2f}%" y="{}" class="middle">{}</text>').format(
            middle, round(top - 5, 1), short(row.value)
        ))  # fmt: skip
        drawn.append(Markup('<text x="{:.2f}%" y="{}" class="middle quiet">{}</text>').format(
            middle, _COLUMN_HEIGHT + 36, row.label
        ))  # fmt: skip
    return _svg(name, title, told, _COLUMN_HEIGHT + 44, Markup("").join(drawn))


def short(value: int) -> str:
    """A number in few characters.

    >>> short(950), short(12_345), short(3_400_000)
    ('950', '12k', '3.4M')
    """
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= unit:
            whole = value / unit
            return f"{whole:.1f}{letter}" if whole < 10 else f"{whole:.0f}{letter}"
    return str(value)


def fan(name: str, title: str, told: str, origin: tuple[str, int], branches: Sequence[Bar]) -> Markup:
    """A flow from one number into what came of it: ribbons as wide as their share.

    Args:
        name: of the chart.
        title: what it shows.
        told: the same in words.
        origin: what flows, and how much.
        branches: what it becomes; those of nothing are left out.
    """
    rows = [row for row in branches if row.value]
    total = sum(row.value for row in rows) or 1
    height = max(len(rows), 1) * _FAN_ROW
    thick = height - 12 * len(rows)  # all ribbons together: there is room between them at their right ends
    left = (height - thick) / 2
    right = 6.0
    ribbons, labels = [], []
    for row in rows:
        wide = thick * row.value / total
        ends = max(wide, 1.5)
        place = right + max(ends, 32) / 2
        top = place - ends / 2
        a, b, m = _FAN_LEFT, _FAN_RIGHT, (_FAN_LEFT + _FAN_RIGHT) / 2
        path = (
            f"M{a},{left:.1f} C{m},{left:.1f} {m},{top:.1f} {b},{top:.1f} L{b},{top + ends:.1f} "
            f"C{m},{top + ends:.1f} {m},{left + wide:.1f} {a},{left + wide:.1f} Z"
        )
        ribbons.append(Markup('<path d="{}" class="fill-{} ribbon"/>').format(path, row.colour))
        told_share = Markup('<tspan class="quiet">{}</tspan>').format(share(row.value, total))
        labels.append(Markup('<text x="50%" y="{:.1f}" class="label strong">{:,} {}</text>').format(
            place - 2, row.value, told_share
        ))  # fmt: skip
        labels.append(Markup('<text x="50%" y="{:.1f}" class="label">{}</text>').format(place + 14, row.label))
        left += wide
        right += max(ends, 32) + 8
    height = max(height, round(right))
    middle = max(len(rows), 1) * _FAN_ROW / 2
    shapes = Markup(
        '<svg aria-hidden="true" width="100%" height="{0}" viewBox="0 0 100 {0}" preserveAspectRatio="none">{1}</svg>'
    ).format(height, Markup("").join(ribbons))
    whole = f"{origin[1]:,}" if origin[1] < _LONG else short(origin[1])
    start = Markup('<text x="0" y="{}" class="label strong">{}</text><text x="0" y="{}" class="label">{}</text>').format(
        middle - 2, whole, middle + 14, origin[0]
    )
    return _svg(name, title, told, height, shapes + start + Markup("").join(labels))


def _svg(name: str, title: str, told: str, height: int, inside: Markup) -> Markup:
    return Markup(
        '<svg role="img" aria-labelledby="{0}-t {0}-d" width="100%" height="{1}"><title id="{0}-t">{2}</title>'
        '<desc id="{0}-d">{3}</desc>{4}</svg>'
    ).format(name, height, title, told, inside)
