"""The inside of a story on a text dump: prose, and what stands between and behind it; and prose that is no story's.

Where a long line of prose is in doubt it is kept: a lost paragraph hurts a reader as much as a leaked one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from copydesk.transforms.extract.headlines import Gap
from copydesk.transforms.extract.heads import CAPTION_UNITS
from copydesk.transforms.extract.labelling import Head, Labelling

_SUBHEAD_UNITS: Final = 14.0
"""Words of a subhead; longer lines without a closing mark among prose are titles of clips or cut-off teasers."""
_CLIP_UNITS: Final = 9.0
"""Words from which a line in headline style that stands alone among prose is the title of a clip, not a subhead."""
_PROMOTED_UNITS: Final = 5.0
"""Words from which the line below a promo cue is the title of what it points to."""
_CREDITED_UNITS: Final = (30.0, 40.0)
"""Words of a caption in the middle of a text, with its credit below and behind it; the head's may be longer."""
_SIGNED_SHARE: Final = 0.4
"""Share of a discussion's paragraphs that have a name, a date or a button above them; a comment may have two paragraphs."""
_SIGNATURE_LINES: Final = 4
"""Lines above a comment in which its writer, date and buttons stand."""
_FURNITURE_RUN: Final = 6
"""Short lines in a row from which a gap inside a story is a box of links and not a list of the article."""
_LISTED_SHARE: Final = 0.5
"""Share of a gap's lines with bullets or numbers from which it is a list of the article: boxes of links lose theirs."""


def label_bodies(page: Labelling, heads: Sequence[Head]) -> None:
    """Give roles to the prose of every story, and to what stands between its paragraphs and right behind them.

    Harm: a list without bullets goes with boxes of links where it is longer than six lines and stands apart from the prose.
    """
    starts = {head.gap.end for head in heads if head.starts}
    discussions = _find_discussions(page, heads)
    inside = in_comments = False
    for number, anchor in enumerate(page.anchors):
        starting = anchor in starts
        in_comments = not starting and (in_comments or anchor in discussions)
        if in_comments:
            page.give(anchor, "chrome", "line.comments", "in a comments section")
            continue
        if inside and not starting:
            _label_between(page, page.anchors[number - 1] + 1, anchor)
        inside = True
        if page.verdicts[anchor] is None:
            _label_prose(page, anchor)
        following = page.anchors[number + 1] if number + 1 < len(page.anchors) else len(page.lines)
        if following == len(page.lines) or following in starts or following in discussions:
            _label_tail(page, anchor + 1, following)


def _find_discussions(page: Labelling, heads: Sequence[Head]) -> set[int]:
    """Where prose begins that readers wrote: behind a comments label, and most of its paragraphs signed or dated.

    The label alone is no proof: it stands above an article as often ("12 comments") as below it. Asked of the first gap
    behind each label and story start only, so that the cost stays linear.
    """
    starts = sorted(head.gap.end for head in heads if head.starts)
    signed = sorted(head.gap.end for head in heads if _is_signed(page, head.gap))
    found: set[int] = set()
    asked_until = -1
    for head in heads:
        begin = head.gap.end
        if head.starts or not head.gap.comments or begin < asked_until:
            continue
        after = bisect_right(starts, begin)
        until = starts[after] if after < len(starts) else len(page.lines)
        anchors = bisect_left(page.anchors, until) - bisect_left(page.anchors, begin)
        marks = bisect_left(signed, until) - bisect_left(signed, begin)
        if marks >= _SIGNED_SHARE * anchors:
            found.add(begin)
            asked_until = until
    return found


def _is_signed(page: Labelling, gap: Gap) -> bool:
    """Whether a name, a date or a comment's button stands right above a paragraph."""
    for index in range(max(gap.start, gap.end - _SIGNATURE_LINES), gap.end):
        line = page.lines[index]
        button = line.phrase is not None and line.phrase.kind == "comments"
        if button or line.day is not None or page.role(index) in {"date", "byline"}:
            return True
    return False


def _label_prose(page: Labelling, index: int) -> None:
    line = page.lines[index]
    head = index == 0 or page.role(index - 1) != "body"
    below, behind = (CAPTION_UNITS, CAPTION_UNITS) if head else _CREDITED_UNITS
    if line.units <= below and page.credited(index):
        page.give(index, "caption", "line.caption", "a sentence right above a photo credit")
    elif line.units <= behind and line.credit_end:
        page.give(index, "caption", "line.caption", "ends in a photo credit")
    else:
        page.give(index, "body", "line.prose", f"running text, {line.units:.0f} words")


def _label_between(page: Labelling, start: int, end: int) -> None:
    """A gap inside a story: subheads, lists and short sentences stay, boxes of links go."""
    plain = [i for i in range(start, end) if page.verdicts[i] is None]
    listed = _is_list(page, start, plain)
    short = sum(page.lines[i].ending == "none" for i in plain)
    dense = short >= _FURNITURE_RUN and not all(page.content[i] for i in plain)
    for index in plain:
        line = page.lines[index]
        if page.credited(index) and line.units <= CAPTION_UNITS:
            page.give(index, "caption", "line.caption", "right above a photo credit")
        elif listed and (line.bullet or not _is_clip_title(page, index, start)):
            page.give(index, "body", "line.list", "an entry of a list among prose")
        elif _is_clip_title(page, index, start):
            page.give(index, "promo", "line.clip_title", "the title of something else among prose")
        elif (dense and line.ending == "none") or not page.content[index]:
            page.give(index, "chrome", "line.box", "a box of short lines inside a story")
        elif line.ending == "none" and line.units <= _SUBHEAD_UNITS and _leads(page, index, end):
            page.give(index, "subhead", "line.subhead", "a short line in front of prose")
        else:
            page.give(index, "body", "line.short", "a short line among prose")


def _is_list(page: Labelling, start: int, plain: Sequence[int]) -> bool:
    """Whether a gap's lines are a list: most have bullets or numbers, or the prose above announces it with a colon."""
    if len(plain) < 2:
        return False
    if start and page.lines[start - 1].ending == "colon":
        return True
    return sum(page.lines[i].bullet for i in plain) >= _LISTED_SHARE * len(plain)


def _is_clip_title(page: Labelling, index: int, start: int) -> bool:
    line = page.lines[index]
    cued = index > start and page.role(index - 1) == "promo" and page.rule(index - 1) != "line.clip_title"
    return (cued and line.ending == "none" and line.units >= _PROMOTED_UNITS) or (
        line.headline_style and line.units >= _CLIP_UNITS
    )


def _leads(page: Labelling, index: int, end: int) -> bool:
    """Whether nothing but known lines stands between a line and the prose at `end`."""
    return all(page.verdicts[i] is not None for i in range(index + 1, end)) and not page.lines[index].bullet


def _label_tail(page: Labelling, start: int, end: int) -> None:
    """After a story's last paragraph: short sentences right behind it are its end."""
    for index in range(start, end):
        line, role = page.lines[index], page.role(index)
        if role in {"headline", "section"} or (role == "chrome" and page.rule(index) != "site.recurring_line"):
            break
        if role is not None:
            continue
        if page.credited(index):
            page.give(index, "caption", "line.caption", "right above a photo credit")
        elif page.content[index] and line.ending in {"sentence", "question", "colon"}:
            page.give(index, "body", "line.short", "a short sentence at the end of a story")
        elif line.ending == "none" and not page.content[index]:
            break
