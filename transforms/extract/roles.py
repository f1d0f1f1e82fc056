"""The roles of the lines in and around a text dump's stories: deck, section, byline, date, caption, subhead, promo, text.

The labeller has found the stories: each one's headline and the lines of its text. What else a line is depends on where it
stands to them (`surroundings`), so boosted trees read that beside what the second look saw, and give each line the
probability of every role. Text is taken out of a story, and other lines put into it, only where they are sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.transforms.cells import RuleError
from copydesk.transforms.extract.grammar import BODY, FIRST
from copydesk.transforms.extract.labeller import Labeller
from copydesk.transforms.extract.labelling import Labelling
from copydesk.transforms.extract.surroundings import describe_lines, near_lines
from copydesk.transforms.extract.verdict import OWN, Verdict
from copydesk.transforms.shapes import KEPT, ROLES, Role

ELSEWHERE: Final = "model.elsewhere"
"""The rule of a line with the shape of a date or a byline that is no story's: it tells of something else on the page."""
OPENING: Final = "model.opening"
"""The rule of the first paragraph of a story without a headline: `segment` starts a story at it."""
_DROP: Final = 0.1
"""Probability of being text below which a line that the labeller keeps leaves the text."""
_DROP_PART: Final = 0.3
"""... as a deck or a caption, which stand at their own places and lose no text where they are right."""
_PARTS: Final = frozenset({"deck", "caption"})
_ADD: Final = 0.75
"""... and from which a line that it leaves out, between a story's headline and its end, joins the text."""
_SHAPED: Final = 0.1
"""Probability of what its shape says from which a date or a byline stays one: it may be the only one of its story."""
_CAPTION_UNITS: Final = 60.0
"""Words of a caption; the agencies' captions run to two or three sentences."""
_CREDITED_UNITS: Final = (30.0, 40.0)
"""Words of a caption in a text, with its credit below and behind it; one that the labeller leaves out may be longer."""
_SUBHEAD_UNITS: Final = 14.0
"""Words of a subhead; longer lines without a closing mark are paragraphs."""
_CLIP_UNITS: Final = 9.0
"""Words from which a line in headline style that stands alone among prose is the title of a clip, not a subhead."""
_PROMOTED_UNITS: Final = 5.0
"""Words from which the line below a promo cue is the title of what it points to."""
_DECK_UNITS: Final = 45.0
"""Words of a deck: two sentences. Longer lines below a headline are the story's first paragraph."""
_LEAD_CHANCE: Final = 0.1
"""Probability of being text from which a paragraph too long for a deck, in front of the text, is the first."""
_CLOSED: Final = frozenset({"chrome", "headline"})
"""Roles that are not asked about again where a rule has given them."""
_TEXT: Final = np.array([role in KEPT for role in ROLES])
_BODY: Final = ROLES.index("body")
_OTHER: Final = np.array([role not in KEPT and role != "headline" for role in ROLES])


def label_roles(page: Labelling, labeller: Labeller) -> None:
    """Give the lines of a page's stories their roles; what is then without one is furniture.

    Args:
        page: its certain lines and its headlines are decided; filled in. What a rule took for a date, a byline, a caption or
            a promo line by its shape is asked about again, since such lines stand in lists of other stories too.
        labeller: its weights for roles.

    Raises:
        RuleError: there are no weights of roles, or they were learned from other columns.

    Harm: a paragraph that looks like a caption or a pulled quote leaves the text, a caption that looks like a paragraph stays.
    """
    near = open_lines(page)
    if not len(near):
        return
    table = table_of(page, near)
    if labeller.roles is None or table.shape[1] != len(labeller.roles.features):
        raise RuleError("models/lines.json: no weights of roles, or of other columns than these; train them anew")
    text: set[int] = set()
    for index, chance in zip(near.tolist(), _chances(np.exp(labeller.roles.log_probabilities(table))), strict=True):
        if _is_credited(page, index):
            page.give(index, "caption", "line.caption", "a sentence with a photo credit")
        elif _is_clip_title(page, index):
            page.give(index, "promo", "line.clip_title", "the title of something else among prose")
        elif _is_lead(page, index):
            text.add(index)
            page.give(index, "body", "line.lead", f"a paragraph in the head, {page.chance(index, FIRST, BODY)}")
        elif _is_text(page, index, chance):
            text.add(index)
            _give(page, index, chance, chance.text if _may_be_subhead(page, index) else _BODY)
        elif not _is_as_shaped(page, index, chance):
            _give(page, index, chance, chance.other)
    _settle_texts(page, text)


class _Chance(NamedTuple):
    """What the trees say of a line; numbers of roles are indices into `ROLES`."""

    known: float
    """Probability of being text."""
    text: int
    """The likeliest role of a text."""
    other: int
    """The likeliest of the others."""
    of: Sequence[float]
    """Probability of each role."""


def _chances(found: NDArray[np.float32]) -> Iterator[_Chance]:
    """What is asked of every line, measured for all lines at once: (lines, roles)."""
    known = found[:, _TEXT].sum(axis=1).tolist()
    text = np.where(_TEXT, found, -1.0).argmax(axis=1).tolist()
    other = np.where(_OTHER, found, -1.0).argmax(axis=1).tolist()
    return map(_Chance._make, zip(known, text, other, found.tolist(), strict=True))


def open_lines(page: Labelling) -> NDArray[np.intp]:
    """The lines in and around a page's stories whose roles are not settled by a rule."""
    near = near_lines(page)
    return near[[not _is_closed(page.verdicts[index]) for index in near.tolist()]]


def table_of(page: Labelling, near: NDArray[np.intp]) -> NDArray[np.float32]:
    """What the trees read of some lines of a page whose headlines are decided: (lines, columns)."""
    return np.concatenate((page.reading.table[near], describe_lines(page, near)), axis=1)


def _is_closed(verdict: Verdict | None) -> bool:
    return verdict is not None and (verdict.role in _CLOSED or verdict.rule.startswith(OWN))


def _is_text(page: Labelling, index: int, chance: _Chance) -> bool:
    if index in page.kept:
        return chance.known >= (_DROP_PART if ROLES[chance.other] in _PARTS else _DROP)
    return chance.known >= _ADD and page.verdicts[index] is None and page.is_inside(index)


def _is_credited(page: Labelling, index: int) -> bool:
    """Whether a line that nothing is known of has a photo credit, behind it or below."""
    line = page.lines[index]
    if page.verdicts[index] is not None or (index not in page.kept and not page.is_inside(index)):
        return False
    below, behind = _CREDITED_UNITS if index in page.kept else (_CAPTION_UNITS, _CAPTION_UNITS)
    return (line.units <= below and line.ending == "sentence" and page.credited(index)) or (
        line.units <= behind and line.credit_end
    )


def _is_clip_title(page: Labelling, index: int) -> bool:
    """Whether a kept line without a closing mark is the title of a clip or of another story: below a cue, or so worded.

    Clips are titled "Harbour 'too shallow for ferries', says pilot"; a subhead of so many words seldom quotes and attributes.
    """
    line = page.lines[index]
    if index not in page.kept or line.ending != "none" or page.is_first(index):
        return False
    cued = page.role(index - 1) == "promo" and line.units >= _PROMOTED_UNITS
    return cued or (line.headline_style and line.units >= _CLIP_UNITS)


def _is_lead(page: Labelling, index: int) -> bool:
    """Whether a paragraph too long for a deck, between headline and text, is the story's first."""
    line = page.lines[index]
    if page.verdicts[index] is not None or not line.prose or line.units <= _DECK_UNITS or not page.is_inside(index):
        return False
    return float(page.reading.probabilities[index, [FIRST, BODY]].sum()) >= _LEAD_CHANCE


def _may_be_subhead(page: Labelling, index: int) -> bool:
    """Whether a line has the form of a subhead: no sentence, not long."""
    line = page.lines[index]
    return line.units <= _SUBHEAD_UNITS and line.ending != "sentence" and not line.prose


def _is_as_shaped(page: Labelling, index: int, chance: _Chance) -> bool:
    role = page.role(index)
    return role is not None and chance.of[ROLES.index(role)] >= _SHAPED


def _give(page: Labelling, index: int, chance: _Chance, best: int) -> None:
    """The likeliest of some roles; what a rule has said the same stays as the rule said it."""
    role: Role = ROLES[best]
    given = page.role(index)
    if given != role:
        furniture = ELSEWHERE if given in {"date", "byline"} else "model.furniture"
        rule = furniture if role == "chrome" else f"model.{role}"
        page.give(index, role, rule, f"probability {chance.of[best]:.2f}")


def _settle_texts(page: Labelling, text: set[int]) -> None:
    """A story keeps a text, and where it has no headline its first paragraph says that it opens one."""
    for start, story in zip(page.starts, page.reading.stories, strict=True):
        own = [index for index in range(start, story.kept[-1] + 1) if index in text]
        if not own:
            own = list(story.kept)
            for index in own:
                page.give(index, "body", "model.body", f"probability {story.probability:.2f} of the story")
        if story.headline is None:
            verdict = page.verdicts[own[0]]
            page.give(own[0], "body", OPENING, verdict.evidence if verdict is not None else "")
