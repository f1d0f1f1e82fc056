"""The inside of a story on a text dump: its paragraphs, its subheads, and the captions among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from copydesk.transforms.extract.grammar import BODY, FIRST
from copydesk.transforms.extract.heads import CAPTION_UNITS
from copydesk.transforms.extract.labeller import Story
from copydesk.transforms.extract.labelling import Labelling

OPENING: Final = "model.opening"
"""The rule of the first paragraph of a story without a headline: `segment` starts a story at it."""
_SUBHEAD_UNITS: Final = 14.0
"""Words of a subhead; longer lines without a closing mark are paragraphs."""
_CLIP_UNITS: Final = 9.0
"""Words from which a line in headline style that stands alone among prose is the title of a clip, not a subhead."""
_PROMOTED_UNITS: Final = 5.0
"""Words from which the line below a promo cue is the title of what it points to."""
_CREDITED_UNITS: Final = (30.0, 40.0)
"""Words of a caption in the middle of a text, with its credit below and behind it; the head's may be longer."""


def label_body(page: Labelling, story: Story) -> None:
    """Give the lines of a story's text their roles; what the labeller left out between them stays furniture.

    Harm: a short answer in front of a paragraph passes for a subhead; both are text.
    """
    text: list[int] = []
    for index in story.kept:
        if not _is_caption(page, index, head=not text or text[-1] != index - 1):
            text.append(index)
    text = text or list(story.kept)
    captions = set(story.kept)
    for index in captions.difference(text):
        page.give(index, "caption", "line.caption", "a sentence with a photo credit")
    for number, index in enumerate(text):
        if number and _is_clip_title(page, index):
            page.give(index, "promo", "line.clip_title", "the title of something else among prose")
        elif number and _is_subhead(page, text, number):
            page.give(index, "subhead", "model.subhead", f"{page.chance(index, FIRST, BODY)}, short, in front of prose")
        else:
            rule = OPENING if number == 0 and story.headline is None else "model.body"
            page.give(index, "body", rule, page.chance(index, FIRST, BODY))
    for index in range(story.kept[0] + 1, story.kept[-1]):
        if page.verdicts[index] is None and _is_caption(page, index, head=index - 1 not in text):
            page.give(index, "caption", "line.caption", "a sentence with a photo credit")


def _is_caption(page: Labelling, index: int, *, head: bool) -> bool:
    """Whether a line has a photo credit; at the head of a text, and behind a picture, a caption may be longer."""
    line = page.lines[index]
    below, behind = (CAPTION_UNITS, CAPTION_UNITS) if head else _CREDITED_UNITS
    return (line.units <= below and page.credited(index)) or (line.units <= behind and line.credit_end)


def _is_clip_title(page: Labelling, index: int) -> bool:
    """Whether a line without a closing mark is the title of a clip or of another story: below a cue, or worded as clips are.

    Clips are titled "Harbour 'too shallow for ferries', says pilot"; a subhead of so many words seldom quotes and attributes.
    """
    line = page.lines[index]
    if line.ending != "none":
        return False
    cued = page.role(index - 1) == "promo" and line.units >= _PROMOTED_UNITS
    return cued or (line.headline_style and line.units >= _CLIP_UNITS)


def _is_subhead(page: Labelling, text: Sequence[int], number: int) -> bool:
    """Whether a short line without a closing mark leads a paragraph."""
    line = page.lines[text[number]]
    if number + 1 == len(text) or line.ending not in {"none", "question"} or line.bullet:
        return False
    return line.units <= _SUBHEAD_UNITS and page.lines[text[number + 1]].prose
