"""Rows of a user's lexicons that can repair nothing, told as a warning: a row that is right in its form may still be in vain.

A form of everyday words is taken for a name only where context words stand near by; one without them is such a row. Only the
process that a person started tells of it, once for each file and remedy.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copydesk.transforms.lexicon import number_names

if TYPE_CHECKING:
    from copydesk.transforms.repair.gazetteer import IdleSound
    from copydesk.transforms.settings import Settings

_LOG = logging.getLogger(__name__)
_MOST: Final = 10
"""Numbers of further lines that a warning names."""


def warn_of_idle_names(settings: Settings) -> None:
    """Log warnings for each of the user's lexicons that has rows with a form that is never taken for its name.

    Raises:
        ConfigError: one of them cannot be read or used.
    """
    for warning in idle_warnings(settings.repair.lexicons, settings.repair.min_confidence):
        _LOG.warning("%s", warning)


def idle_warnings(lexicons: tuple[str, ...], least: float = 1.0) -> Iterator[str]:
    """A warning for each file and each remedy that its rows want: the first of them, the remedy, the lines of the others.

    Args:
        lexicons: paths of the user's own, `settings.repair.lexicons`.
        least: the confidence from which on repairs are made, `settings.repair.min_confidence`.

    Raises:
        ConfigError: one of them cannot be read or used.
    """
    if not lexicons:
        return
    from copydesk.pipeline.resources import load_lexicon  # noqa: PLC0415 - most runs have no lexicon of their own
    from copydesk.transforms.repair.gazetteer import idle_sounds  # noqa: PLC0415 - as above

    merged = {name.name: name for name in load_lexicon(lexicons).names}  # context words of all files count
    for path in lexicons:
        rows = number_names(path, Path(path).read_text(encoding="utf-8"))
        whole = ((number, replace(merged[row.name], sounds=row.sounds)) for row, number in rows.items())
        found = [(number, name.name, idle) for number, name in whole if (idle := next(idle_sounds(name, least), None))]
        for wanting in (True, False):
            same = [one for one in found if one[2].for_want_of_context == wanting]
            if same:
                yield _told(path, *same[0]) + _further([number for number, _, _ in same[1:]])


def _told(path: str, number: int, name: str, idle: IdleSound) -> str:
    where = f"repair.lexicons: {path}: line {number}: {idle.sound!r} is never taken for {name}: "
    if idle.for_want_of_context:
        return f"{where}it is made of everyday words, so context words have to stand near by; give the row two or more of them"
    return f"{where}it is too common a word; take it out of the column sounds"


def _further(numbers: list[int]) -> str:
    if not numbers:
        return ""
    more = f" and {len(numbers) - _MOST:,} more" if len(numbers) > _MOST else ""
    lines = ", ".join(map(str, numbers[:_MOST]))
    return f" (likewise {'line' if len(numbers) == 1 else 'lines'} {lines}{more})"
